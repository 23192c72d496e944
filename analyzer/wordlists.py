"""Closed word lists of the gazetteer (``gazetteer/words.toml``), loaded once."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources


@cache
def _lists() -> dict[str, str]:
    text = resources.files("analyzer").joinpath("gazetteer", "words.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def words(name: str) -> frozenset[str]:
    """Return the list of that name; raises KeyError for an unknown one."""
    return frozenset(_lists()[name].split())
