"""The gazetteer's files: closed word lists (``words.toml``), loaded once, and tables."""

from __future__ import annotations

import csv
import tomllib
from functools import cache
from importlib import resources


@cache
def _lists() -> dict[str, str]:
    return tomllib.loads(_text("words.toml"))


def _text(file: str) -> str:
    return resources.files("analyzer").joinpath("gazetteer", file).read_text(encoding="utf-8")


def words(name: str) -> frozenset[str]:
    """Return the list of that name; raises KeyError for an unknown one."""
    return frozenset(_lists()[name].split())


def table(file: str) -> list[dict[str, str]]:
    """Return the rows of a table of the gazetteer, by column."""
    return list(csv.DictReader(_text(file).splitlines()))
