"""Fits how much the word of grammar and the encoder's chances weigh in whose a claim is (gazetteer/ownership.csv).

    python -m models.training.ownership [--check]

Examples are the annotated claims of the folders for tuning, which the encoder has not seen: on stories it was trained
on it would look surer than it is. For each kind of word three numbers are fitted so that the annotated party is
likeliest, drawn towards those of all kinds together, since some kinds are rare. ``--check`` prints the accuracy on
each folder left out, and writes nothing.
"""

from __future__ import annotations

import argparse
import csv
import math
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from analyzer import ownership, pipeline
from analyzer.parties import unify
from analyzer.records import Statement
from benchmarks.quality import parties, scoring
from benchmarks.quality.gold import Story, load_story, splits

TABLE = Path(ownership.__file__).parent / "gazetteer" / "ownership.csv"
WAYS = ("name", "officer", "person", "owner", "pronoun", "noun", "passage", "patient", "remote")
PENALTY = 2.0  # on the distance from what is fitted for all kinds together


@dataclass(frozen=True, slots=True)
class Example:
    """One claim: parties with the logarithms of what grammar and encoder give them, and which of them are right."""

    folder: str
    way: str
    logs: np.ndarray  # [parties, 2]; the last row is nobody's
    right: np.ndarray  # [parties]


def examples(story: Story) -> list[Example]:
    """The annotated claims of a folder whose party is among the chances, or nobody's."""
    extracts = parties.gold_extracts(story)
    known = unify((e.affiliations for e in extracts), (e.guesses for e in extracts))
    aligned = scoring.align(parties.gold_run(story, extracts), story)
    found = []
    for one in extracts:
        for record, whose, said, shares in pipeline.witnesses(one, known):
            side = aligned.statements if isinstance(record, Statement) else aligned.actions
            gold = side.get(record.id)
            if gold is None or whose.way == ownership.OUTSIDER:
                continue
            wanted = (gold.party, *(part.strip() for part in gold.party.split(";")))
            names = list(dict.fromkeys((*said, *shares)))
            names = [name for name in names if name] + [ownership.NOBODY]
            logs = [[math.log(max(ownership.LEAST, ownership.share(c, n))) for c in (said, shares)] for n in names]
            if not said:
                logs = [[0.0, other] for _, other in logs]
            right = [any(scoring.same_party(name, one_of) for one_of in wanted) for name in names[:-1]]
            found.append(Example(story.name, whose.way or "noun", np.array(logs), np.array([*right, not any(right)])))
    return found


def scored(one: Example, weights: np.ndarray) -> np.ndarray:
    """Log scores [parties] under (grammar, encoder, nobody)."""
    scores = one.logs @ weights[:2]
    scores[-1] += weights[2]
    return scores


def loss(weights: np.ndarray, found: Sequence[Example]) -> float:
    """Negative log-likelihood of the right parties under (grammar, encoder, nobody)."""
    total = 0.0
    for one in found:
        scores = scored(one, weights)
        powers = np.exp(scores - scores.max())
        total -= math.log(powers[one.right].sum() / powers.sum() + 1e-9)
    return total


def fit(found: Sequence[Example]) -> dict[str, np.ndarray]:
    """Weights of each kind of word."""
    bounds = [(0, 3), (0, 3), (-3, 3)]
    shared = minimize(loss, np.array([0.5, 0.8, 0.0]), args=(found,), bounds=bounds).x
    table = {}
    for way in WAYS:
        own = [one for one in found if one.way == way]

        def drawn(weights: np.ndarray, own: Sequence[Example] = own) -> float:
            return loss(weights, own) + PENALTY * float(((weights - shared) ** 2).sum())

        table[way] = minimize(drawn, shared, bounds=bounds).x if own else shared
    return table


def accuracy(found: Sequence[Example], table: dict[str, np.ndarray]) -> float:
    """Share of claims whose likeliest party is right."""
    hits = 0
    for one in found:
        hits += bool(one.right[int(np.argmax(scored(one, table.get(one.way, table["noun"]))))])
    return hits / max(1, len(found))


def main() -> None:
    """Fit and write, or check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="accuracy on each folder left out")
    arguments = parser.parse_args()
    found = [one for name in splits()["stories"]["tune"] for one in examples(load_story(name))]
    if arguments.check:
        for name in splits()["stories"]["tune"]:
            table = fit([one for one in found if one.folder != name])
            left = [one for one in found if one.folder == name]
            sys.stdout.write(f"{name}: {accuracy(left, table):.3f} of {len(left)}\n")
        return
    with TABLE.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["way", "grammar", "encoder", "nobody"])
        writer.writerows([way, *(f"{weight:.3f}" for weight in weights)] for way, weights in fit(found).items())


if __name__ == "__main__":
    main()
