"""Fits the weights by which an office, a bare noun or a person is given a party (analyzer/gazetteer/affinity.csv).

    python -m models.training.affinity [--check]

Examples are the annotated claims of the training stories (benchmarks' folders a to e and this folder's own) whose
holder names no party: the parties of the article are the candidates, the annotated one is right. A softmax
regression with an L2 penalty is fitted; ``--check`` prints the accuracy on each folder left out, and writes nothing.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from analyzer import attribution, parties, reading, sentences, syntax
from analyzer.affinity import Candidate
from analyzer.candidates import OTHER, Asked, person_kind
from analyzer.settings import Settings
from benchmarks.quality.gold import DATA, GoldClaim, Story, load_story, splits
from benchmarks.quality.parties import annotated_claims
from benchmarks.quality.scoring import same_party

HERE = Path(__file__).parent
TABLE = HERE.parents[1] / "analyzer" / "gazetteer" / "affinity.csv"
PENALTY = 3.0  # chosen on folders left out
LEAST = 0.02  # a weight below this is not written


@dataclass(frozen=True, slots=True)
class Example:
    """One question: the candidates and which of them are right; ``folder`` is where it was met."""

    folder: str
    candidates: Sequence[Candidate]
    right: Sequence[bool]


def folders() -> list[Path]:
    """The story folders that may be fitted on."""
    return [DATA / "stories" / name for name in splits()["stories"]["fit"]] + sorted(
        path for path in (HERE / "data" / "stories").iterdir() if (path / "gold").is_dir()
    )


def examples(folder: Path) -> Iterator[Example]:
    """Yield the questions of one folder."""
    story = load_story(folder.name, folder.parent)
    for article in reading.read([str(folder / "articles")], Settings(), []):
        spans = sentences.split(article)
        docs = syntax.parse(article, spans)
        who = parties.resolve(article, spans, docs)
        found = annotated_claims(story, article, spans)
        gold = {(c.text, c.type): c for c in _of(story, article.path)}
        for claim, heads in zip(found, attribution.holders(article, spans, docs, found, who), strict=True):
            wanted = gold[article.text[claim.start : claim.end], claim.type.value].party
            asked = _asked(who, heads) if heads is not None else None
            if asked is None:
                continue
            candidates = who.field.ask(asked)
            right = _right(who, asked, candidates, [wanted, *(part.strip() for part in wanted.split(";"))])
            if any(right):
                yield Example(folder.name, candidates, right)


def _of(story: Story, path: str) -> list[GoldClaim]:
    name = Path(path).name
    return [c for c in (*story.statements, *story.actions) if c.file == name]


def _asked(who: parties.ArticleParties, offset: int) -> Asked | None:
    """What has to be weighed for the holder at an offset; None where the text itself tells."""
    entity = who.entity_of(offset, offset + 1)
    if entity is not None and entity.kind == "person":
        return None if entity.stated else Asked(entity.names[0].start, person_kind(entity), entity.title, entity)
    who.asked.clear()
    who.party_of(offset, offset + 1)
    return who.asked[0] if len(who.asked) == 1 else None


def _right(
    who: parties.ArticleParties, asked: Asked, candidates: Sequence[Candidate], wanted: Sequence[str]
) -> list[bool]:
    """Which candidates the annotation means; a person acts for himself only where it names him."""
    members = {g.key: [g.key, *(e.name for e in g.members)] for g in who.field.groups()}
    right = [
        c.party != OTHER and any(same_party(name, one) for name in members[c.party] for one in wanted)
        for c in candidates
    ]
    if not any(right):
        surname = asked.person.name.split()[-1] if asked.person is not None else None
        right[-1] = surname is None or any(surname in one.split() for one in wanted)
    return right


def fit(found: Sequence[Example]) -> dict[str, float]:
    """Weights that make the right candidates likeliest."""
    from scipy.optimize import minimize

    names = sorted({name for e in found for c in e.candidates for name in c.features})
    place = {name: i for i, name in enumerate(names)}
    rows = [c for e in found for c in e.candidates]
    matrix = np.zeros((len(rows), len(names)))
    for i, candidate in enumerate(rows):
        for name, value in candidate.features.items():
            matrix[i, place[name]] = value
    sizes = np.array([len(e.candidates) for e in found])
    group, starts = np.repeat(np.arange(len(found)), sizes), np.concatenate([[0], np.cumsum(sizes)[:-1]])
    right = np.array([r for e in found for r in e.right])

    def loss(weights: np.ndarray) -> tuple[float, np.ndarray]:
        scores = matrix @ weights
        powers = np.exp(scores - np.maximum.reduceat(scores, starts)[group])
        total, hit = np.add.reduceat(powers, starts), np.add.reduceat(powers * right, starts) + 1e-12
        slope = matrix.T @ (powers / total[group] - powers * right / hit[group]) + PENALTY * weights
        return float(np.log(total / hit).sum() + 0.5 * PENALTY * weights @ weights), slope

    best = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B", options={"maxiter": 300})
    return {name: float(weight) for name, weight in zip(names, best.x, strict=True)}


def accuracy(found: Sequence[Example], weights: dict[str, float]) -> float:
    """Share of questions whose likeliest candidate is right."""
    hits: Counter[bool] = Counter()
    for one in found:
        scores = [sum(weights.get(k, 0.0) * v for k, v in c.features.items()) for c in one.candidates]
        hits[bool(one.right[int(np.argmax(scores))])] += 1
    return hits[True] / max(1, len(found))


def main() -> None:
    """Fit and write, or check."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="accuracy on each folder left out")
    arguments = parser.parse_args()
    found = [example for folder in folders() for example in examples(folder)]
    if arguments.check:
        for name in dict.fromkeys(e.folder for e in found):
            weights = fit([e for e in found if e.folder != name])
            left = [e for e in found if e.folder == name]
            sys.stdout.write(f"{name}: {accuracy(left, weights):.3f} of {len(left)}\n")
        return
    weights = fit(found)
    with TABLE.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["feature", "weight"])
        writer.writerows([name, f"{w:.3f}"] for name, w in sorted(weights.items()) if abs(w) >= LEAST)


if __name__ == "__main__":
    main()
