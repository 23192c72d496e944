"""Less than a quote, for tables and lists, and more than one, where a quote alone is hard to understand."""

from __future__ import annotations

import re

# An end of a sentence for the eye of a reader: at an abbreviation the text shown is shorter, never another's. A short
# line above the sentence is a byline or a heading.
_END = re.compile(r"[.!?][\"”’)]*(?=\s+[\"“‘(]?[A-Z0-9])|\n\s*\n|^[^\n]{1,50}\n(?=[\"“‘A-Z])", re.MULTILINE)


def sentence_around(text: str, start: int, end: int) -> str:
    """Return the sentence or sentences that hold ``text[start:end]``, never beyond the paragraph."""
    before = [found.end() for found in _END.finditer(text, 0, start + 1) if found.end() <= start]
    after = _END.search(text, max(start, end - 2))
    return text[before[-1] if before else 0 : max(after.end() if after else len(text), end)].strip()


def shorten(text: str, width: int = 120) -> str:
    """Return the text on one line, cut at a word to at most ``width`` characters with an ellipsis."""
    line = " ".join(text.split())
    if len(line) <= width:
        return line
    cut = line[: width - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:–—-") + "…"
