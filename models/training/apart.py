"""The lowest layers of a trained model come to read the two texts of a pair apart; those above learn to make up for it.

    python models/training/apart.py --teacher RUN --data DATA --nli NLI --found FILE --out RUN_FOLDER

What depends on one text alone is computed once however many pairs the text stands in (analyzer/separate.py). First the
layers from ``--layers`` up to ``--upto`` learn, from what the lowest ones now give, to give the states that the teacher
has there when all its layers read both texts: a target for every token of a pair, so no annotation is needed, and fewer
pairs than answers alone would take (after Cao et al. 2020, "DeFormer", who add such a loss to the answers'). Then all
layers above learn the answers: the teacher's probabilities and, by the share of ``--gold``, the annotation. The lowest
layers stay as they are, byte for byte.
"""

from __future__ import annotations

import json
import os
import random
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT)]
from distil import Halves, asked, lessons, padded, student  # noqa: E402
from specialise import development  # noqa: E402
from trainer import bucketed, encode, load_model  # noqa: E402

from analyzer.graph import Text, texts_of  # noqa: E402
from analyzer.separate import SeparateMPNetForSequenceClassification, run_layers  # noqa: E402

BATCH = 32
MAX_TOKENS = 160
WARMUP = 0.1  # share of all steps
LEAST_SPREAD = 0.5  # of the middle one: a number that hardly varies is not made to count for more


@dataclass(frozen=True, slots=True)
class Phase:
    """What one pass over the rows teaches: the layers that learn, and what their errors count."""

    layers: range
    rate: float
    states: float
    answers: float
    rows: list[int]
    seed: int


@dataclass(frozen=True, slots=True)
class Lessons:
    """Pairs as token ids; the teacher's states [tokens, width] of each; the probabilities [pairs, 3] to be learned."""

    encodings: list[list[int]]
    states: list[torch.Tensor]
    answers: torch.Tensor

    def scale(self) -> torch.Tensor:
        """What an error in each number of a state [width] counts: the more, the less the number varies."""
        some = self.states[:: max(1, len(self.states) // 500)]
        spread = torch.cat([one.float() for one in some]).std(0)
        return 1 / spread.clamp(min=LEAST_SPREAD * float(spread.median()))


class Shelf:
    """States of the texts read apart: the layers below do not learn, so each text is read once and kept."""

    def __init__(self, model: SeparateMPNetForSequenceClassification) -> None:
        """Start empty."""
        self.model = model
        self.held: dict[Text, torch.Tensor] = {}

    @torch.no_grad()
    def fill(self, encodings: list[list[int]]) -> None:
        """Read every text of these pairs that has not been read."""
        missing: dict[tuple[bool, int], list[tuple[int, ...]]] = {}
        for key in dict.fromkeys(k for e in encodings for k in self.keys(e) if k not in self.held):
            missing.setdefault((key[0], len(key[1])), []).append(key[1])
        for (second, _), texts in missing.items():
            for start in range(0, len(texts), 64):
                some = texts[start : start + 64]
                states = self.model.read(torch.tensor(some), second=second).half()
                self.held.update({(second, t): s.clone() for t, s in zip(some, states, strict=True)})

    def keys(self, encoding: list[int]) -> tuple[Text, Text]:
        """Both texts of a pair."""
        return texts_of(encoding, self.model.config.eos_token_id)

    def joined(self, encodings: list[list[int]]) -> tuple[torch.Tensor, torch.Tensor]:
        """States [pairs, tokens, width] of both texts, one after the other, and which tokens are real."""
        return padded([torch.cat([self.held[k] for k in self.keys(e)]) for e in encodings])


def train(model, shelf: Shelf, lessons: Lessons, upto: int, phase: Phase) -> None:
    """Teach one phase, at a rate that rises and then falls to zero; ``upto`` is the layer that states are told for."""
    model.requires_grad_(False)
    learning = [p for number in phase.layers for p in model.mpnet.encoder.layer[number].parameters()]
    for parameter in learning:
        parameter.requires_grad_(True)
    optimiser = torch.optim.AdamW(learning, lr=phase.rate, weight_decay=0.01, fused=True)
    scale, lengths = lessons.scale(), [len(lessons.encodings[i]) for i in phase.rows]
    batches = bucketed(lengths, BATCH, random.Random(phase.seed))
    warm, running, started = max(1, int(WARMUP * len(batches))), 0.0, time.monotonic()
    for step, batch in enumerate(batches, start=1):
        for group in optimiser.param_groups:
            group["lr"] = phase.rate * min(step / warm, (len(batches) - step + 1) / (len(batches) - warm))
        chosen = [phase.rows[i] for i in batch]
        x, real = shelf.joined([lessons.encodings[i] for i in chosen])
        seen = real[:, None, None]
        x = run_layers(model.mpnet, x, seen, range(shelf.model.config.separate_layers, upto))
        target = pad_sequence([lessons.states[i] for i in chosen], batch_first=True).float()
        loss = phase.states * (((x - target) * scale)[real] ** 2).mean()
        if phase.answers:
            logits = model.classifier(run_layers(model.mpnet, x, seen, range(upto, model.config.num_hidden_layers)))
            loss = loss - phase.answers * (lessons.answers[chosen] * functional.log_softmax(logits, -1)).sum(-1).mean()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(learning, 1.0)
        optimiser.step()
        optimiser.zero_grad(set_to_none=True)
        running += loss.item()
        if step % 50 == 0 or step == len(batches):
            told = {"step": step, "of": len(batches), "loss": round(running / (step % 50 or 50), 4)}
            print(json.dumps(told | {"seconds": round(time.monotonic() - started)}), flush=True)
            running = 0.0


def main() -> None:
    """Run the stage."""
    parser = asked(__doc__)
    parser.add_argument("--layers", type=int, default=4, help="lowest layers that read the texts apart")
    parser.add_argument("--upto", type=int, default=8, help="the layer whose states the first phase learns")
    parser.add_argument("--sample", type=int, default=12_500, help="pairs from the teacher's own training")
    parser.add_argument("--answered", type=int, default=12_000, help="pairs of the second phase")
    parser.add_argument("--gold", type=float, default=0.3, help="share of the annotation in what it learns")
    parser.add_argument("--seed", type=int, default=29)
    arguments = parser.parse_args()
    os.nice(10)
    torch.manual_seed(arguments.seed)
    generator = random.Random(arguments.seed)
    pairs, answers = lessons(arguments, generator)
    tokenizer, teacher = student(arguments.teacher, arguments.upto)
    encodings = encode(tokenizer, pairs, MAX_TOKENS)
    learned = Lessons(encodings, Halves(teacher.eval(), arguments.upto).below(encodings), answers)
    tokenizer, model = load_model(arguments.teacher, separate=arguments.layers)
    shelf = Shelf(model.eval())
    shelf.fill(encodings)
    print(json.dumps({"pairs": len(pairs), "tokens": sum(map(len, encodings))}), flush=True)
    every = list(range(len(pairs)))
    some = sorted(generator.sample(every, min(arguments.answered, len(pairs))))
    top = model.config.num_hidden_layers
    for phase in (
        Phase(range(arguments.layers, arguments.upto), 1.5e-4, 1.0, 0.0, every, arguments.seed),
        Phase(range(arguments.layers, top), 8e-5, 0.3, 1.0, some, arguments.seed + 100),
    ):
        train(model, shelf, learned, arguments.upto, phase)
    model.save_pretrained(arguments.out)
    tokenizer.save_pretrained(arguments.out)
    print(json.dumps({"development": development(arguments.data)(model, tokenizer, 0)}))


if __name__ == "__main__":
    main()
