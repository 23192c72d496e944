"""The program's own pairs of the annotated stories, as training rows: cut, completed and given parties by it.

    python models/training/found.py --data DATA_FOLDER --out FILE.jsonl

What a model reads in use is not the annotated text: spans are cut a little wider or shorter, parties may be unknown or
wrong, and most pairs that pairing lets through are no contradiction. A pair whose spans are both annotated has the
annotated grade, any other is none. ``score`` is what the shipped model gives, so that its errors can be told.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT)]
from stories import story_folder  # noqa: E402

from analyzer.pipeline import analyze  # noqa: E402
from analyzer.records import Scored  # noqa: E402
from analyzer.settings import Settings  # noqa: E402
from benchmarks.quality.gold import Story, load_story  # noqa: E402
from benchmarks.quality.scoring import align  # noqa: E402

WIDE = Settings().least_prospect / 2  # also pairs that are not read, but might be


def graded(story: Story, articles: Path, settings: Settings) -> list[tuple[Scored, int]]:
    """The program's own pairs of a folder of articles, each with the grade that the annotation gives it."""
    run = analyze([articles], settings=settings).run
    aligned = align(run, story)
    return [(one, aligned.grade(one.pair.statement, one.pair.action)) for one in run.scored]


def pairs(data: Path, name: str) -> Iterator[dict[str, Any]]:
    """Rows of one folder of stories."""
    folder = story_folder(data, name)
    story = load_story(folder.name, folder.parent)
    for one, grade in graded(story, folder / "articles", Settings(least_prospect=WIDE)):
        yield {
            "folder": name,
            "premise": one.pair.action.reads,
            "hypothesis": one.pair.statement.reads,
            "grade": grade,
            "score": round(one.score, 4),
        }


def main() -> None:
    """Write the rows of all folders for training."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--folders", default="abcdehijklmnqrst")
    arguments = parser.parse_args()
    os.nice(10)
    with arguments.out.open("w", encoding="utf-8") as out:
        for name in arguments.folders:
            for row in pairs(arguments.data, name):
                out.write(json.dumps(row, ensure_ascii=False) + "\n")
            out.flush()


if __name__ == "__main__":
    main()
