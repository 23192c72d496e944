"""The upper layers of a model taught anew: the small student, or a further round of nli itself.

    python models/training/distil.py --teacher RUN --data DATA --nli NLI --found FILE --out RUN_FOLDER
    python models/training/distil.py … --layers 12 --frozen 8 --gold 0.7 --sample 22000

The student is the lowest layers of nli, of which the upper few learn to answer at once. It learns the probabilities
that the teacher gives (Hinton et al. 2015) to the program's own pairs of the stories, whether annotated or not
(found.py), and to pairs of the teacher's own training. A further round learns from the annotation, too (``--gold``, its
share of the target); what the teacher says beside it keeps what it knows. What lies below the layers that learn is the
teacher's: it costs no room of its own, and what it makes of a pair is computed once for all epochs.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT)]
from specialise import SOFT, build, development, found_rows  # noqa: E402
from stories import read_jsonl  # noqa: E402
from trainer import Row, bucketed, collate, encode, load_model, mixed  # noqa: E402

from analyzer.nli import LocalScorer  # noqa: E402
from analyzer.separate import run_layers  # noqa: E402
from analyzer.settings import Settings  # noqa: E402

BATCH = 32
MAX_TOKENS = 160
LAYERS = 6
WARMUP = 0.06  # share of all steps


def student(teacher: Path, layers: int):
    """Return (tokenizer, model): the teacher, which reads its texts together, without its layers from ``layers`` on."""
    tokenizer, model = load_model(teacher)
    if getattr(model.config, "separate_layers", 0):
        raise SystemExit(f"{teacher}: reads the texts apart; name the run it was made from")
    model.mpnet.encoder.layer = model.mpnet.encoder.layer[:layers]
    model.config.num_hidden_layers = layers
    return tokenizer, model


@dataclass(slots=True)
class Halves:
    """A student as what stays and what learns: the layers from ``cut`` on. The head and the distances stay, too."""

    model: torch.nn.Module
    cut: int

    def __post_init__(self) -> None:
        """Hold the table of distances, which every layer reads."""
        self.model.mpnet.encoder.relative_attention_bias.requires_grad_(False)

    def learning(self) -> list[torch.nn.Parameter]:
        """Parameters of the layers that learn."""
        return [p for layer in self.model.mpnet.encoder.layer[self.cut :] for p in layer.parameters()]

    @torch.inference_mode()
    def below(self, encodings: list[list[int]]) -> list[torch.Tensor]:
        """States [tokens, width] of each pair, as float16, from the layers that stay."""
        out: list[torch.Tensor] = [torch.empty(0)] * len(encodings)
        order = sorted(range(len(encodings)), key=lambda i: len(encodings[i]))
        for start in range(0, len(order), BATCH):
            chosen = order[start : start + BATCH]
            batch = collate(encodings, chosen, self.model.config.pad_token_id)
            with mixed(torch.device("cpu")):
                x = self.model.mpnet.embeddings(input_ids=batch["input_ids"])
                x = run_layers(self.model.mpnet, x, batch["attention_mask"].bool()[:, None, None], range(self.cut))
            for row, i in enumerate(chosen):
                out[i] = x[row, : len(encodings[i])].half().clone()
        return out

    def above(self, states: list[torch.Tensor]) -> torch.Tensor:
        """Logits [rows, labels] from the states of pairs."""
        x, real = padded(states)
        with mixed(torch.device("cpu")):
            x = run_layers(
                self.model.mpnet, x, real[:, None, None], range(self.cut, self.model.config.num_hidden_layers)
            )
            logits = self.model.classifier(x)
        return logits.float()


def padded(states: list[torch.Tensor]) -> tuple[torch.Tensor, torch.Tensor]:
    """States [rows, tokens, width] of pairs side by side as float32, and which tokens [rows, tokens] are real."""
    lengths = torch.tensor([len(one) for one in states])
    x = pad_sequence(states, batch_first=True).float()
    return x, torch.arange(x.shape[1])[None, :] < lengths[:, None]


def taught(teacher: Path, rows: list[Row], gold: float) -> torch.Tensor:
    """What to learn of rows [rows, 3], labels as the trainer has them: by ``gold`` the annotation, else the teacher."""
    scorer = LocalScorer(teacher, "", Settings(model=str(teacher)))
    said = torch.from_numpy(scorer.score([row.premise for row in rows], [row.hypothesis for row in rows]))
    return (1 - gold) * said + gold * torch.tensor([row.target for row in rows])


def lessons(plan: argparse.Namespace, generator: random.Random) -> tuple[list[tuple[str, str]], torch.Tensor]:
    """The pairs of a stage and the probabilities [pairs, 3] that it learns, by ``plan.gold`` the annotation's."""
    own = build(plan.data, plan.nli, plan.folders, 300, general=0.1)
    sampled = generator.sample(own, min(plan.sample, len(own)))
    if plan.gold:  # few of the program's own pairs are contradictions: only as many others as teach most
        rows = found_rows(plan.found, generator)
    else:
        found = read_jsonl(plan.found)
        rows = [Row(row["premise"], row["hypothesis"], SOFT[row["grade"]]) for row in found]
    rows += sampled
    return [(row.premise, row.hypothesis) for row in rows], taught(plan.teacher, rows, plan.gold)


def train(halves: Halves, states: list[torch.Tensor], targets: torch.Tensor, plan: argparse.Namespace) -> None:
    """Teach the upper layers, at a rate that rises and then falls to zero."""
    parameters = halves.learning()
    optimiser = torch.optim.AdamW(parameters, lr=plan.rate, weight_decay=0.01, fused=True)
    lengths = [len(one) for one in states]
    batches = [b for epoch in range(plan.epochs) for b in bucketed(lengths, BATCH, random.Random(plan.seed + epoch))]
    warm, running = max(1, int(WARMUP * len(batches))), 0.0
    for step, batch in enumerate(batches, start=1):
        factor = min(step / warm, (len(batches) - step + 1) / (len(batches) - warm))
        for group in optimiser.param_groups:
            group["lr"] = plan.rate * factor
        logits = halves.above([states[i] for i in batch])
        loss = -(targets[batch] * functional.log_softmax(logits, -1)).sum(-1).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        running += loss.item()
        if step % 100 == 0 or step == len(batches):
            print(json.dumps({"step": step, "of": len(batches), "loss": round(running / (step % 100 or 100), 4)}))
            sys.stdout.flush()
            running = 0.0


def asked(told: str | None) -> argparse.ArgumentParser:
    """The options of every stage that ``lessons`` serves; ``told`` is what the stage says of itself."""
    parser = argparse.ArgumentParser(description=told, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("teacher", "data", "nli", "found", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--folders", default="abcdehijklmnqrst")
    return parser


def main() -> None:
    """Run the stage."""
    parser = asked(__doc__)
    parser.add_argument("--layers", type=int, default=LAYERS)
    parser.add_argument("--frozen", type=int, default=LAYERS - 2)
    parser.add_argument("--sample", type=int, default=5_000, help="pairs from the teacher's own training")
    parser.add_argument("--gold", type=float, default=0.0, help="share of the annotation in what is learned")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--rate", type=float, default=1e-4)
    parser.add_argument("--seed", type=int, default=29)
    arguments = parser.parse_args()
    os.nice(10)
    torch.manual_seed(arguments.seed)
    generator = random.Random(arguments.seed)
    pairs, targets = lessons(arguments, generator)
    tokenizer, model = student(arguments.teacher, arguments.layers)
    halves = Halves(model.eval(), arguments.frozen)
    states = halves.below(encode(tokenizer, pairs, MAX_TOKENS))
    print(json.dumps({"pairs": len(pairs), "tokens": sum(map(len, states))}), flush=True)
    train(halves, states, targets, arguments)
    model.save_pretrained(arguments.out)
    tokenizer.save_pretrained(arguments.out)
    print(json.dumps({"development": development(arguments.data)(model, tokenizer, 0)}))


if __name__ == "__main__":
    main()
