"""The small student: the layers of nli that read texts apart, and two of its own above them, taught by nli.

    python models/training/distil.py --teacher models/nli --data DATA --nli NLI --found FILE --out RUN_FOLDER

It learns the probabilities that the teacher gives (Hinton et al. 2015) to the program's own pairs of the stories,
whether annotated or not (found.py), and to a sample of what the teacher was trained on. What lies below its own layers
is the teacher's, so it costs no room of its own and its texts may be read once for both.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT)]
from specialise import build, development  # noqa: E402
from stories import read_jsonl  # noqa: E402
from trainer import Plan, Row, load_model, train  # noqa: E402

from analyzer.nli import LocalScorer  # noqa: E402
from analyzer.separate import SeparateMPNet  # noqa: E402
from analyzer.settings import Settings  # noqa: E402

OWN = (6, 11)  # the teacher's layers that the student's own ones start from: the first to read both texts, and the last


def student(teacher: Path, folder: Path) -> None:
    """Write the untaught student to ``folder``."""
    tokenizer, whole = load_model(teacher)
    below = whole.config.separate_layers
    config = type(whole.config).from_dict(whole.config.to_dict())
    config.num_hidden_layers = below + len(OWN)
    small = SeparateMPNet(config)
    weights = whole.state_dict()
    for name in small.state_dict():
        for number, source in enumerate(OWN):
            own = f"encoder.layer.{below + number}."
            if own in name:
                weights[name] = whole.state_dict()[name.replace(own, f"encoder.layer.{source}.")]
    small.load_state_dict({name: weights[name] for name in small.state_dict()})
    small.save_pretrained(folder)
    tokenizer.save_pretrained(folder)


def taught(teacher: Path, pairs: list[tuple[str, str]]) -> list[Row]:
    """The pairs with the teacher's probabilities."""
    scorer = LocalScorer(teacher, "", Settings(model=str(teacher)))
    rows = scorer.score([p for p, _ in pairs], [h for _, h in pairs]).astype(float)  # its labels stand as the trainer's
    return [Row(p, h, tuple(row)) for (p, h), row in zip(pairs, rows.tolist(), strict=True)]


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("teacher", "data", "nli", "found", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--folders", default="abcdehijklmnqrst")
    parser.add_argument("--sample", type=int, default=12_000, help="pairs from the teacher's own training")
    parser.add_argument("--epochs", type=float, default=1.0)
    arguments = parser.parse_args()
    os.nice(10)
    start = arguments.out / "untaught"
    if not start.exists():
        student(arguments.teacher, start)
    generator = random.Random(29)
    seen = build(arguments.data, arguments.nli, arguments.folders, 300, general=0.25)
    pairs = [(row["premise"], row["hypothesis"]) for row in read_jsonl(arguments.found)]
    pairs += [(row.premise, row.hypothesis) for row in generator.sample(seen, min(arguments.sample, len(seen)))]
    plan = Plan(
        out=arguments.out,
        base=start,
        epochs=arguments.epochs,
        learning_rate=1e-4,
        separate_layers=load_model(start)[1].config.separate_layers,
        save_every=10_000,
    )
    train(taught(arguments.teacher, pairs), plan, development(arguments.data))


if __name__ == "__main__":
    main()
