"""Finds statements and the reported actions that contradict them across news articles, and ranks them.

``from analyzer import analyze`` is the whole program; ``analyze(["articles/"]).findings`` its result.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analyzer.pipeline import Result as Result
    from analyzer.pipeline import analyze as analyze
    from analyzer.settings import Settings as Settings

__version__ = "0.1.0"
__all__ = ["Result", "Settings", "__version__", "analyze"]

_HOMES = {"analyze": "analyzer.pipeline", "Result": "analyzer.pipeline", "Settings": "analyzer.settings"}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for, so that ``import analyzer`` costs nothing."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
