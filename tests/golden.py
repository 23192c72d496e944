"""Golden files: what a test expects, kept under tests/data/golden and read like a result.

A part of a document between ``<!-- name -->`` and ``<!-- end of name -->`` can be held to it as well.
After a wanted change, write them anew and read the difference: ``GOLDEN=write make test``, then ``git diff``.
"""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parent / "data" / "golden"


def check(name: str, found: str) -> None:
    """Compare text with the golden file of that name, byte for byte, or write it when GOLDEN=write is set."""
    path = FOLDER / name
    if os.environ.get("GOLDEN") == "write":
        path.write_bytes(found.encode())
    assert found.encode() == path.read_bytes(), f"{path} differs; GOLDEN=write pytest writes it anew"


def check_part(document: Path, name: str, found: str) -> None:
    """Compare the part of a document between its two marks with what it should say, or write it."""
    text = document.read_text(encoding="utf-8")
    before, start, rest = text.partition(f"<!-- {name} -->\n")
    part, end, after = rest.partition(f"<!-- end of {name} -->\n")
    assert start, f"{document} has no mark for {name}"
    assert end, f"{document} has no end mark for {name}"
    if os.environ.get("GOLDEN") == "write":
        document.write_text(before + start + found + end + after, encoding="utf-8")
        part = found
    assert part == found, f"{document}: the part {name} differs; GOLDEN=write pytest writes it anew"
