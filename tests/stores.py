"""Stores for tests: a small real corpus, and stores in which the slow steps are done, so that a run is quick."""

from __future__ import annotations

import atexit
import json
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

import tiny

from analyzer import stored
from analyzer.settings import Settings
from analyzer.store.database import writing

AT = "2026-01-02T03:04:05+00:00"
STORY = tiny.STORIES / "a" / "articles"
CHOSEN = ("01", "02", "03", "04", "05", "07", "08", "17", "18", "19")


@cache
def workshop() -> Path:
    """A folder that goes when the tests end."""
    folder = Path(tempfile.mkdtemp(prefix="stores-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def settings() -> Settings:
    """Settings with the tiny model and few candidates, so that lists are full and new actions push out old ones."""
    return Settings(model=tiny.save_model(workshop() / "model"), max_candidates=6)


@cache
def corpus() -> Path:
    """Ten authored articles, a reprint of one that is dated earlier, and the same text in other white space."""
    folder = workshop() / "corpus"
    folder.mkdir()
    for path in sorted(STORY.iterdir()):
        if path.name[:2] in CHOSEN:
            shutil.copy(path, folder)
    first = next(folder.glob("02*")).read_text(encoding="utf-8")
    (folder / "90-2001-01-01-reprint.txt").write_text(f"Agency copy, shortened\n\n{first}", encoding="utf-8")
    return folder


@cache
def template() -> Path:
    """A store that has run over the whole corpus at once."""
    path = workshop() / "template.db"
    stored.analyze([corpus()], path, settings(), at=AT)
    return path


def warm(path: Path) -> Path:
    """A store without articles that knows what the models say of every article and pair of the corpus."""
    with writing(path):
        pass
    connection = sqlite3.connect(path)
    connection.execute("ATTACH ? AS other", (str(template()),))
    for table in ("documents", "extracts", "scores", "models"):
        connection.execute(f"INSERT INTO {table} SELECT * FROM other.{table}")  # noqa: S608 - names from above
    connection.commit()
    connection.close()
    return path


def copy_store(path: Path) -> Path:
    """A copy of the store that has run over the whole corpus."""
    shutil.copy(template(), path)
    return path


def outcome(store: Path, run: int | None = None) -> tuple[list[Any], list[Any]]:
    """Findings without what each run says anew, and pairs."""
    with stored.shown(store, run) as shown:
        findings = [json.loads(line) for line in shown.finding_lines]
        pairs = list(shown.pair_rows)
    for finding in findings:
        del finding["new"]
    return findings, pairs


def split(paths: Iterable[Path], seed: int) -> list[list[Path]]:
    """The paths in any order, cut into a few runs."""
    dice = random.Random(seed)
    left = sorted(paths)
    dice.shuffle(left)
    out = []
    while left:
        size = dice.randint(1, max(1, len(left) // 2 + 1))
        out.append(left[:size])
        left = left[size:]
    return out
