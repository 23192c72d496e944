"""What the first stage costs: the share of the best pairs that it lets through to the scorer.

    python -m benchmarks.speed.recall [--folders g] [--model nli]

All pairs of the named story folders that pass the gates of party, origin and time are scored, without a bound on
candidates or prospect; then it is counted how many of the TOP ranked ones the first stage would have kept. Affordable
only where every pair can be scored: some hundred articles. Writes results/recall.json and .md.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

import numpy as np

from benchmarks.quality.gold import load_story
from benchmarks.speed.machine import machine, save

TOP = 1000
PROSPECTS = (0.03, 0.04, 0.06, 0.08, 0.1, 0.15)  # what else a user may set as the least chance before the model reads
WIDE = {"max_candidates": 10_000, "least_prospect": 0.0}


def measure(folders: list[str], model: str) -> dict[str, Any]:
    """Score everything once, and see which of the best pairs the first stage keeps."""
    from analyzer import Settings, pipeline, reprints
    from analyzer.nli import load_scorer
    from analyzer.pairing import candidates
    from analyzer.ranking import order
    from analyzer.records import Counts

    settings = Settings(model=model)
    articles = pipeline.read([load_story(name).path for name in folders], settings, [], None)
    extracts = pipeline.unify(list(pipeline.extract_all(articles, settings, pipeline.Silent())), settings)
    origins = reprints.origins((e.article for e in extracts), {e.article.id: e.marks for e in extracts}, settings)
    statements = [s for e in extracts for s in e.statements]
    actions = [a for e in extracts for a in e.actions]
    vectors = {key: vector for e in extracts for key, vector in e.vectors.items()}
    said, done = (np.stack([vectors[claim.id] for claim in claims]) for claims in (statements, actions))

    def paired(chosen: Settings) -> list[Any]:
        return list(candidates(statements, said, actions, done, origins, chosen, Counts()))

    def keys(chosen: Settings) -> set[tuple[str, str]]:
        return {(pair.statement.id, pair.action.id) for pair in paired(chosen)}

    everything = paired(replace(settings, **WIDE))
    scored = order(pipeline.score_pairs(everything, load_scorer(settings), settings, pipeline.Silent()))
    best = [(s.pair.statement.id, s.pair.action.id) for s in scored]

    def share(kept: set[tuple[str, str]]) -> dict[str, float]:
        return {str(top): sum(pair in kept for pair in best[:top]) / top for top in (100, TOP) if top <= len(best)}

    kept = keys(settings)
    stricter = {str(least): keys(replace(settings, least_prospect=least)) for least in PROSPECTS}
    return {
        "folders": folders,
        "articles": len(extracts),
        "statements": len(statements),
        "actions": len(actions),
        "pairs_after_party_origin_time": len(everything),
        "pairs_kept": len(kept),
        "most_candidates": settings.max_candidates,
        "share_kept_of_top": share(kept),
        "by_least_prospect": {
            least: {"pairs_kept": len(some), "share_kept_of_top": share(some)} for least, some in stricter.items()
        },
    }


def markdown(result: dict[str, Any]) -> str:
    """The table."""
    names = ("articles", "statements", "actions", "pairs_after_party_origin_time", "pairs_kept", "most_candidates")
    rows = [f"| {name.replace('_', ' ')} | {result[name]:,} |" for name in names]
    rows += [f"| share kept of the top {top} | {share:.3f} |" for top, share in result["share_kept_of_top"].items()]
    tops = list(result["share_kept_of_top"])
    strict = [
        "",
        "| least prospect | pairs kept | " + " | ".join(f"of the top {top}" for top in tops) + " |",
        "| ---: " * (2 + len(tops)) + "|",
    ]
    for least, one in result["by_least_prospect"].items():
        shares = " | ".join(f"{one['share_kept_of_top'][top]:.3f}" for top in tops)
        strict.append(f"| {least} | {one['pairs_kept']:,} | {shares} |")
    title = f"Story folders {', '.join(result['folders'])}; every pair scored by {result['model']}."
    return "\n".join(["# First stage", "", title, "", "| | |", "| --- | ---: |", *rows, *strict]) + "\n"


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folders", nargs="+", default=["g"], help="story folders of benchmarks/quality/data")
    parser.add_argument("--model", default="nli", help="shipped name or model folder")
    arguments = parser.parse_args()
    result = {"machine": machine(), "model": arguments.model, **measure(arguments.folders, arguments.model)}
    save("recall", result, markdown(result))


if __name__ == "__main__":
    main()
