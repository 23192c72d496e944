"""Results as JSON and as Markdown tables."""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Callable, Sequence
from typing import Any

from benchmarks.quality.gold import HERE

RESULTS = HERE / "results"


def cell(value: Any) -> str:
    """A table cell: three decimals for shares, a dash for what has no value."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if isinstance(value, list):
        return " to ".join(map(cell, value))
    return f"{value:.3f}" if isinstance(value, float) else str(value).replace("|", "\\|")


def table(head: Sequence[str], lines: Sequence[Sequence[Any]]) -> list[str]:
    """Lines of a Markdown table."""
    texts = [list(map(str, head)), ["---"] * len(head), *([cell(v) for v in line] for line in lines)]
    return ["| " + " | ".join(line) + " |" for line in texts]


def tidy(value: Any) -> Any:
    """Four decimals everywhere, and None for nan, which JSON does not know."""
    if isinstance(value, dict):
        return {str(key): tidy(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [tidy(inner) for inner in value]
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 4)
    return value


def write(result: dict[str, Any], markdown: Callable[[dict[str, Any]], str]) -> None:
    """Write results/BENCHMARK-MODEL.json and .md, and show the tables."""
    result = tidy(result)
    RESULTS.mkdir(exist_ok=True)
    base = f"{result['benchmark']}-{result['model']['name']}"
    (RESULTS / f"{base}.json").write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    (RESULTS / f"{base}.md").write_text(markdown(result), encoding="utf-8")
    sys.stdout.write(markdown(result))
