"""The whole tool over the annotated story folders: what it finds, whose it is, and how it ranks.

    python -m benchmarks.quality.stories --model nli [--folders g real]

Each folder is one run, as a user would make it. Writes results/stories-MODEL.json and .md.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from analyzer import Settings, analyze
from benchmarks.quality.gold import load_story, splits
from benchmarks.quality.output import table, write
from benchmarks.quality.scoring import score_run

# Column of the table → path of the figure in a folder's figures.
COLUMNS = {
    "statements F1": ("extraction", "statement_lenient", "f1"),
    "strict": ("extraction", "statement_strict", "f1"),
    "actions F1": ("extraction", "action_lenient", "f1"),
    "strict ": ("extraction", "action_strict", "f1"),
    "sentences": ("extraction", "sentence_accuracy"),
    "party (s)": ("parties", "statement_lenient"),
    "party (a)": ("parties", "action_lenient"),
    "dates": ("dates", "claim"),
    "P@10": ("ranking", "folder_precision_at_10"),
    "AP": ("ranking", "folder_average_precision"),
    "nDCG": ("ranking", "folder_ndcg"),
    "P@10 in story": ("ranking", "story_precision_at_10"),
    "AP in story": ("ranking", "story_average_precision"),
    "nDCG in story": ("ranking", "story_ndcg"),
    "pairs found": ("ranking", "recall_of_pairing"),
    "findings P@10": ("findings", "precision_at_10"),
    "quiet, highest": ("findings", "quiet_highest"),
}


def pick(figures: dict[str, Any], path: tuple[str, ...]) -> Any:
    """One figure by its path."""
    value: Any = figures
    for key in path:
        value = value[key]
    return value


def mean(values: list[Any]) -> float | None:
    """Mean of the figures that have a value."""
    known = [float(value) for value in values if value is not None]
    return sum(known) / len(known) if known else None


def markdown(result: dict[str, Any]) -> str:
    """Tables of a result: a row a folder, and the mean of each split."""
    folders = result["folders"]
    lines = [f"# Stories: {result['model']['name']}", "", f"Weights {result['model']['fingerprint']}.", ""]
    body = [[name, *(pick(folders[name], path) for path in COLUMNS.values())] for name in folders]
    for split, names in splits()["stories"].items():
        done = [folders[name] for name in names if name in folders]
        if len(done) > 1:
            body.append([f"mean of {split}", *(mean([pick(f, path) for f in done]) for path in COLUMNS.values())])
    return "\n".join([*lines, *table(["folder", *COLUMNS], body)]) + "\n"


def main() -> None:
    """Run and write."""
    every = [name for names in splits()["stories"].values() for name in names]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="nli", help="shipped name or model folder")
    parser.add_argument("--name", help="name of the result (default: from the model)")
    parser.add_argument("--folders", nargs="+", default=every, choices=every)
    arguments = parser.parse_args()
    settings = Settings(model=arguments.model)
    folders, info = {}, None
    for name in arguments.folders:
        story = load_story(name)
        run = analyze([story.path], settings=settings).run
        folders[name], info = score_run(run, story), run.model
    if info is None:
        raise SystemExit("no folder was named")
    label = arguments.name or Path(arguments.model).name
    result = {
        "benchmark": "stories",
        "model": {"name": label, "fingerprint": info.fingerprint},
        "backend": info.backend,
        "settings": settings.digest(),
        "folders": folders,
    }
    write(result, markdown)


if __name__ == "__main__":
    main()
