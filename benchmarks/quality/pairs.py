"""How well a model tells contradictions when it is given the texts and the parties.

    python -m benchmarks.quality.pairs --model nli [--nli NLI_FOLDER]

Authored pairs of held-out domains, annotated pairs of held-out story folders, and (where --nli names the folder of
the public development sets) general NLI. Writes results/pairs-MODEL.json and .md.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analyzer.evaluation import (
    RELEVANT_GRADE,
    accuracy,
    average_precision,
    bootstrap,
    brier,
    expected_calibration_error,
    ndcg,
    precision_at,
    reliability,
    roc_auc,
)
from analyzer.settings import Settings
from benchmarks.quality.gold import Story, authored_pairs, domain_name, load_story, splits, with_party
from benchmarks.quality.output import table, write
from benchmarks.quality.scoring import same_party

if TYPE_CHECKING:
    from analyzer.nli import Scorer

Row = dict[str, Any]
Figures = dict[str, Any]
NLI_SETS = ("mnli_m", "mnli_mm", "snli_test", "rte3", "neg")
# A pair is called a contradiction from this score on.
CALL = 0.5


def authored_rows(domains: Iterable[str] | None) -> list[Row]:
    """Authored pairs (of the given domains) as the model reads them: action as premise, statement as hypothesis."""
    chosen = None if domains is None else {domain_name(domain) for domain in domains}
    return [
        {
            "premise": with_party(row["actor"], row["action"]),
            "hypothesis": with_party(row["party"], row["statement"]),
            "label": row["label"],
            "phenomenon": row["phenomenon"],
            "domain": row["domain"],
            "group": row["group"],
        }
        for row in authored_pairs(chosen)
    ]


def acting_party(actor: str, parties: Collection[str]) -> str:
    """The statements' party an actor belongs to ("Arvenian army" → Arvenia), as the tool names it; else the actor.

    A joint act keeps every such party, divided by a semicolon.
    """
    if actor in parties:
        return actor
    sides = re.split(r"; | and ", actor)
    found = [next((party for party in sorted(parties) if same_party(side, party)), side) for side in sides]
    return "; ".join(dict.fromkeys(found)) if set(found) & set(parties) else actor


def story_rows(story: Story) -> list[Row]:
    """Every pair within a story, with its grade; the group is the statement, since its pairs stand or fall together."""
    parties: dict[str, set[str]] = defaultdict(set)
    for claim in story.statements:
        parties[claim.story].add(claim.party)
    return [
        {
            "premise": with_party(acting_party(action.party, parties[action.story]), action.text),
            "hypothesis": with_party(statement.party, statement.text),
            "label": "contradiction" if grade >= RELEVANT_GRADE else "neutral",
            "grade": grade,
            "phenomenon": f"grade {grade}",
            "group": statement.id,
            "story": statement.story,
            "across": statement.file != action.file,
        }
        for statement, action, grade in story.pairs()
    ]


def score_rows(scorer: Scorer, rows: Sequence[Row]) -> tuple[list[float], list[str]]:
    """Calibrated score and most probable label of each row."""
    from analyzer.nli import LABELS

    probabilities = scorer.score([r["premise"] for r in rows], [r["hypothesis"] for r in rows])
    return scorer.calibrate(probabilities).tolist(), [LABELS[int(i)] for i in probabilities.argmax(-1)]


def figures_of(rows: Sequence[Row], scores: Sequence[float], called: Sequence[str], repeats: int = 200) -> Figures:
    """Figures of scored rows. ``called`` is the most probable of the three labels, ``scores`` the calibrated score.

    ``accuracy`` judges contradiction or not at score >= 0.5, ``accuracy_most_probable`` by the most probable label,
    ``accuracy_three_way`` all three labels. The interval of AUC is a 95 % bootstrap over groups.
    """
    values = np.asarray(scores, dtype=float)
    relevant = np.asarray([row["label"] == "contradiction" for row in rows])
    guess = np.asarray([label == "contradiction" for label in called])
    right = (values >= CALL) == relevant
    low, high = bootstrap(lambda at: roc_auc(relevant[at], values[at]), [row["group"] for row in rows], repeats=repeats)
    figures: Figures = {
        "n": len(rows),
        "positives": int(relevant.sum()),
        "auc": roc_auc(relevant, values),
        "auc_interval": [low, high],
        "average_precision": average_precision(relevant, values),
        "precision_at_10": precision_at(relevant, values, 10),
        "accuracy": float(right.mean()),
        "accuracy_most_probable": float((guess == relevant).mean()),
        "accuracy_three_way": accuracy(called, [row["label"] for row in rows]),
        "ece": expected_calibration_error(relevant, values),
        "ece_equal_width": expected_calibration_error(relevant, values, equal_mass=False),
        "brier": brier(relevant, values),
        "reliability": [[b.n, round(b.mean_score, 4), round(b.share, 4)] for b in reliability(relevant, values)],
    }
    places: dict[str, list[int]] = defaultdict(list)
    for i, row in enumerate(rows):
        places[row["phenomenon"]].append(i)
    figures["by_phenomenon"] = {
        name: {
            "n": len(at),
            "accuracy": float(right[at].mean()),
            "accuracy_most_probable": float((guess[at] == relevant[at]).mean()),
        }
        for name, at in sorted(places.items())
    }
    return figures


def story_figures(rows: Sequence[Row], scores: Sequence[float], called: Sequence[str]) -> Figures:
    """Figures of a story folder. Grade 1 (arguable) is left out except in nDCG; a mean over stories stands beside."""
    clear = [i for i, row in enumerate(rows) if row["grade"] != 1]
    figures = figures_of([rows[i] for i in clear], [scores[i] for i in clear], [called[i] for i in clear])
    del figures["accuracy_three_way"]  # the annotation has no entailments
    figures["ndcg"] = ndcg([row["grade"] for row in rows], scores)
    across = [i for i in clear if rows[i]["across"]]
    relevant = [rows[i]["label"] == "contradiction" for i in across]
    figures["auc_across_articles"] = roc_auc(relevant, [scores[i] for i in across])
    figures["average_precision_across_articles"] = average_precision(relevant, [scores[i] for i in across])
    by_story: dict[str, list[int]] = defaultdict(list)
    for i in clear:
        by_story[rows[i]["story"]].append(i)
    each = [
        roc_auc([rows[i]["label"] == "contradiction" for i in at], [scores[i] for i in at]) for at in by_story.values()
    ]
    defined = [value for value in each if value == value]
    figures["auc_mean_of_stories"] = sum(defined) / len(defined)
    return figures


def nli_figures(scorer: Scorer, folder: Path, limit: int | None) -> Figures:
    """Three-way accuracy on the public development sets that the folder holds."""
    figures: Figures = {}
    for name in NLI_SETS:
        with gzip.open(folder / "dev" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines][:limit]
        _, called = score_rows(scorer, rows)
        figures[name] = {"n": len(rows), "accuracy": accuracy(called, [row["label"] for row in rows])}
    return figures


def markdown(result: Figures) -> str:
    """Tables of a result."""
    names = ["n", "positives", "auc", "auc_interval", "average_precision", "precision_at_10", "accuracy"]
    names += ["accuracy_most_probable", "ece", "brier"]
    parts = {"held-out domains": result["pairs"]} | {f"stories {k}": v for k, v in result["stories"].items()}
    lines = [f"# Pairs: {result['model']['name']}", "", f"Weights {result['model']['fingerprint']}.", ""]
    lines += table(["", *names], [[name, *(part[key] for key in names)] for name, part in parts.items()])
    lines += ["", "## Accuracy by phenomenon (held-out domains)", ""]
    lines += table(
        ["phenomenon", "n", "at score 0.5", "by most probable label"],
        [[k, v["n"], v["accuracy"], v["accuracy_most_probable"]] for k, v in result["pairs"]["by_phenomenon"].items()],
    )
    if result["nli"]:
        lines += ["", "## General NLI, three-way accuracy", ""]
        lines += table(["set", "n", "accuracy"], [[k, v["n"], v["accuracy"]] for k, v in result["nli"].items()])
    return "\n".join(lines) + "\n"


def main() -> None:
    """Score and write."""
    from analyzer.nli import load_scorer

    chosen = splits()
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="nli", help="shipped name or model folder")
    parser.add_argument("--name", help="name of the result (default: from the model)")
    parser.add_argument("--nli", type=Path, help="folder of the public NLI sets, holding dev/*.jsonl.gz")
    parser.add_argument("--domains", nargs="+", default=chosen["held_out_domains"])
    parser.add_argument("--folders", nargs="*", default=chosen["stories"]["report"])
    parser.add_argument("--limit", type=int, help="rows of each set, for a trial")
    arguments = parser.parse_args()
    scorer = load_scorer(Settings(model=arguments.model))
    rows = authored_rows(arguments.domains)[: arguments.limit]
    result: Figures = {
        "benchmark": "pairs",
        "model": {"name": arguments.name or Path(arguments.model).name, "fingerprint": scorer.info.fingerprint},
        "backend": scorer.info.backend,
        "calibrated": scorer.info.calibrated,
        "held_out_domains": sorted(arguments.domains),
        "limit": arguments.limit,
        "pairs": figures_of(rows, *score_rows(scorer, rows)),
        "stories": {},
    }
    for name in arguments.folders:
        rows = story_rows(load_story(name))[: arguments.limit]
        result["stories"][name] = story_figures(rows, *score_rows(scorer, rows))
    result["nli"] = nli_figures(scorer, arguments.nli, arguments.limit) if arguments.nli else {}
    write(result, markdown)


if __name__ == "__main__":
    main()
