"""Firms of which one is called after the other, told apart by how an article speaks of both: Norlys and Norlys Air.

A helper of ``grouping`` and ``aliases``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from analyzer.entities import ORG, called
from analyzer.names import LEGAL_FORMS, Name, tables

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

PARENT = "parent"  # a kind of name: a body that some article tells apart from one called after it
GENERAL = LEGAL_FORMS | {"group", "holding", "holdings"}  # words of a firm's name which it does as well without
FROM = frozenset({"and", "by", "from", "of", "owner", "parent"})  # words before whose firm another is, or is beside
NAMING = frozenset({"(", "as", "called", "or"})  # words before another name of the same firm


def same_firm(short: str, name: str) -> bool:
    """Whether a name adds nothing but its form to a shorter one: "Halvorsen Group"."""
    return name.startswith(f"{short} ") and set(name.lower().removeprefix(f"{short.lower()} ").split()) <= GENERAL


def parents(table: Mapping[str, str], kinds: Mapping[str, str]) -> set[str]:
    """One-word bodies that an article has beside a body called after them, each as one of its own."""
    own = {name for name, party in table.items() if name == party and kinds.get(name) == ORG}
    longer = {name.split()[0] for name in own if " " in name and not same_firm(name.split()[0], name)}
    return own & longer


def told_apart(names: Sequence[Name], docs: Sequence[Doc], quoted: Sequence[tuple[int, int]]) -> frozenset[str]:
    """Words that name a firm of their own, though others are called after it: "Siemens" beside "Siemens Energy".

    So they are where a sentence names both as two, "Siemens sold its stake in Siemens Energy", and where the longer is
    told to be somebody's, "Boeing Defense, its arms unit". In "“Halvorsen will stay,” Halvorsen Foods said" they need
    not be.
    """
    short = [name for name in names if " " not in name.text and not name.honorific and _sole(name.text)]
    found: set[str] = set()
    for name in names:
        first = name.text.split()[0]
        if first == name.text or same_firm(first, name.text) or first in found or name.title or name.honorific:
            continue
        alike = [one for one in short if one.text == first]
        beside = (one for one in alike if one.sentence == name.sentence)
        end = docs[name.sentence][name.last - 1]
        two = any(_in_quote(one, quoted) == _in_quote(name, quoted) and _two(one, name, end.doc) for one in beside)
        if two or (_owned(end) and any(one.start < name.start for one in alike)):
            found.add(first)
    return frozenset(found)


def _sole(word: str) -> bool:
    return word not in tables().given and tables().party(word) is None


def _two(short: Name, name: Name, doc: Doc) -> bool:
    """Whether one sentence names a firm and one called after it as two.

    Who has the longer name is called by it first: the shorter is another's where it comes before, or where the longer
    is told to be of it.
    """
    if short.start > name.start:
        return doc[short.first - 1].lower_ in FROM
    modifies = doc[short.first].dep_ in {"compound", "nmod"}  # "the Corve plant of Corve Steel"
    return not modifies and doc[name.first - 1].lower_ not in NAMING


def _owned(end: Token) -> bool:
    """Whether a name is told to be another's: "Boeing Defense, its arms unit"."""
    return any(child.lower_ == "its" and noun.dep_ == "appos" for noun in called(end) for child in noun.children)


def _in_quote(name: Name, quoted: Sequence[tuple[int, int]]) -> bool:
    return any(start <= name.start < end for start, end in quoted)
