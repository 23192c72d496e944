"""Rows of a JSONL file of pairs, read one at a time; a row that cannot be used is noted and the rest go on."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import Any, BinaryIO

from analyzer.records import InputError, Skipped

NEEDED = ("statement", "action")


def read_rows(path: str, skipped: list[Skipped]) -> Iterator[dict[str, Any]]:
    """Yield the rows of a JSONL file, or of standard input for ``-``, that hold a statement and an action.

    A row without ``id`` gets its line number, counted from 1. ``skipped`` is appended to while the iterator runs.
    Raises InputError at the first row when the file cannot be opened, is not UTF-8 or breaks off.
    """
    try:
        with nullcontext(sys.stdin.buffer) if path == "-" else Path(path).open("rb") as stream:
            for number, line in enumerate(_lines(stream), 1):
                if line.strip():
                    try:
                        yield {"id": number, **_row(line)}
                    except ValueError as error:
                        skipped.append(Skipped(f"{path}#{number}", str(error)))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: is not UTF-8 text") from error


def _lines(stream: BinaryIO) -> Iterator[str]:
    """Lines of UTF-8 text, ended by a line feed alone, a byte order mark left out."""
    text = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="\n")
    yield from text
    text.detach()


def _row(line: str) -> dict[str, Any]:
    """One row; raises ValueError with the reason it cannot be used."""
    try:
        row = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ValueError(f"not JSON: {error}") from error
    if not isinstance(row, dict):
        raise ValueError("not a JSON object")
    for name in NEEDED:
        if not isinstance(row.get(name), str) or not row[name].strip():
            raise ValueError(f"has no {name}")
    return row
