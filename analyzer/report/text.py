"""Less than a quote, for tables and lists."""

from __future__ import annotations


def shorten(text: str, width: int = 120) -> str:
    """Return the text on one line, cut at a word to at most ``width`` characters with an ellipsis."""
    line = " ".join(text.split())
    if len(line) <= width:
        return line
    cut = line[: width - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip(" ,;:–—-") + "…"
