"""The report as one HTML file: no script, no request to anywhere, readable on paper, on a phone and in the dark."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from analyzer.report.shapes import ReportData
from analyzer.report.text import shorten

if TYPE_CHECKING:
    from jinja2 import Environment


def render(data: ReportData) -> str:
    """Return the whole page; the same data gives the same bytes."""
    return _environment().get_template("report.html.j2").render(r=data)


def fragment(data: ReportData) -> str:
    """Return the at-a-glance table alone, for notebooks."""
    return _environment().get_template("glance.html.j2").render(r=data)


@cache
def _environment() -> Environment:
    """Templates with every value escaped."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("analyzer.report"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=True,
    )
    environment.filters["shorten"] = shorten
    return environment
