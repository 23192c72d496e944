"""The report as Markdown; every value is escaped unless it is marked as Markdown already."""

from __future__ import annotations

import re
from typing import Any

from analyzer.report.shapes import ReportData
from analyzer.report.text import shorten

# Characters that mean something to CommonMark or GitHub's dialect wherever they stand.
_SPECIAL = re.compile(r"[\\`*_{}\[\]<>#|~$@]|&(?=#|\w+;)|:(?=//)|(?<=\bwww)\.", re.IGNORECASE)
# Characters that mean something at the start of a line only: lists, rules, underlined headings, table rulers.
_LEADING = re.compile(r"^(?:[-+=:]|(?P<number>\d{1,9})[.)](?=\s|$))")
# Everything that some renderer takes for the end of a line.
_BREAKS = re.compile(
    "[ \t]*(?:\r\n|[\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029])[ \t\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]*"
)
_SAFE_CODE = re.compile(r"[^`|\x00-\x1f\x7f]+")


class Markdown(str):
    """Text that is Markdown already and is not escaped again."""

    __slots__ = ()


def escape(value: object) -> str:
    """Return one line of Markdown that renders as exactly this text, line breaks as spaces."""
    line = _BREAKS.sub(" ", str(value)).strip(" \t")
    line = _SPECIAL.sub(lambda match: "\\" + match[0], line)
    return _LEADING.sub(lambda m: f"{m['number']}\\{m[0][-1]}" if m["number"] else "\\" + m[0], line)


def quote(text: str) -> Markdown:
    """Return a block quote that shows the text verbatim, with its own line breaks."""
    lines = (escape(line) for line in _BREAKS.split(text))
    return Markdown("> " + "\\\n> ".join(line for line in lines if line))


def code(text: str) -> Markdown:
    """Return a path as a code span, or escaped where it holds characters that would end one."""
    text = _BREAKS.sub(" ", text).strip()
    return Markdown(f"`{text}`" if _SAFE_CODE.fullmatch(text) else escape(text))


def render(data: ReportData) -> str:
    """Return the whole report; the same data gives the same bytes."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("analyzer.report"),
        finalize=_finalize,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - Markdown, not HTML: finalize escapes every value
    )
    environment.filters.update(quote=quote, code=code, shorten=shorten)
    return environment.get_template("report.md.j2").render(r=data)


def _finalize(value: Any) -> Any:
    """Escape what a template prints; jinja2 calls this for each expression."""
    return value if isinstance(value, Markdown) else escape(value)
