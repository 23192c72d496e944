"""A further round for a model that reads its texts apart: layers above those learn from general pairs and our own.

    python models/training/further.py --base MODEL --teacher RUN --data DATA --nli NLI --found FILE --out RUN_FOLDER

The target of a pair is, by the share of ``--gold``, its annotation, the rest what the teacher says of it: the model as
it was when all its layers read both texts (Hinton et al. 2015). The lowest layers, the table of distances and the head
stay as they are, since the models beside it share them.
"""

from __future__ import annotations

import dataclasses
import json
import os
import random
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT)]
from distil import asked, taught  # noqa: E402
from general import QUOTA_FURTHER, read_rows, sample  # noqa: E402
from specialise import build, development, found_rows  # noqa: E402
from trainer import Plan, Row, train  # noqa: E402


def rows_of(plan, generator: random.Random) -> list[Row]:
    """General pairs, and of our own as many as asked for: first the program's own, then what is authored."""
    general = sample(read_rows(plan.nli / "train.jsonl.gz"), plan.seed, QUOTA_FURTHER)
    generator.shuffle(general)
    own = build(plan.data, None, plan.folders, plan.seed)
    rows = general[: plan.general] + found_rows(plan.found, generator) + generator.sample(own, min(plan.own, len(own)))
    generator.shuffle(rows)
    return rows


def main() -> None:
    """Run the stage."""
    parser = asked(__doc__)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--general", type=int, default=60_000, help="general pairs")
    parser.add_argument("--own", type=int, default=12_000, help="authored and graded pairs")
    parser.add_argument("--gold", type=float, default=0.5, help="share of the annotation in what is learned")
    parser.add_argument("--rate", type=float, default=5e-5)
    parser.add_argument("--seed", type=int, default=41)
    arguments = parser.parse_args()
    os.nice(10)
    rows = rows_of(arguments, random.Random(arguments.seed))
    print(json.dumps({"pairs": len(rows)}), flush=True)
    config = json.loads((arguments.base / "config.json").read_text(encoding="utf-8"))
    plan = Plan(
        out=arguments.out,
        base=arguments.base,
        max_tokens=160,
        learning_rate=arguments.rate,
        layer_decay=0.95,
        frozen_layers=config["separate_layers"],
        frozen_rest=True,
        seed=arguments.seed,
        save_every=500,
    )
    targets = taught(arguments.teacher, rows, arguments.gold).tolist()
    rows = [dataclasses.replace(row, target=tuple(target)) for row, target in zip(rows, targets, strict=True)]
    train(rows, plan, development(arguments.data))


if __name__ == "__main__":
    main()
