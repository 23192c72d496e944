"""What a name is, and the gazetteer of states, offices and given names that it is known by.

A helper beneath the stages, like ``syntax``: ``capitals`` and ``naming`` find the names of an article with it.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from analyzer.wordlists import table, words

HONORIFICS = words("honorifics") | words("short_titles")
CALENDAR = words("calendar")
# Lower-case words that stand inside a title before its noun: "deputy foreign minister", "chief press officer".
TITLE_WORDS = words("title_words")
RANKS = words("ranks")
LEGAL_FORMS = words("legal_forms")
BODY_ENDINGS = words("body_endings") | LEGAL_FORMS
POST_NOMINALS = words("post_nominals")
INNER_PLACES = words("inner_places")
PLACE_WORDS = words("place_words") | INNER_PLACES
PURPOSIVE = words("purposive")
POLITICS = words("politics")
DEMONYMS = ("an", "ese", "ish", "i", "ic")  # how adjectives of nation end
FIELDS = words("portfolios")  # what ministries are for
PORTFOLIOS = TITLE_WORDS - POLITICS | FIELDS


@dataclass(frozen=True, slots=True)
class Tables:
    """The gazetteer.

    ``aliases`` maps a name as printed to (party, kind), ``roles`` a lower-case noun to its classes, ``given`` a given
    name to m, f or either, ``sorts`` a noun to the sorts of body it speaks of.
    """

    aliases: dict[str, tuple[str, str]]
    roles: dict[str, frozenset[str]]
    given: dict[str, str]
    sorts: dict[str, frozenset[str]]

    def party(self, text: str) -> str | None:
        """Canonical party behind a printed name, demonym, capital or seat; None when it is not in the tables."""
        found = self.aliases.get(text)
        if found is None and text.isupper() and len(text) > 4:
            found = self.aliases.get(text.title())
        if found is None and text.endswith("s") and self.aliases.get(text[:-1], ("", ""))[1] == "demonym":
            found = self.aliases[text[:-1]]
        return found[0] if found else None

    def kind(self, text: str) -> str | None:
        """Return name, demonym, capital, seat, alliance or ship; None when the text is not in the tables."""
        return self.aliases.get(text, (None, None))[1]

    def classes(self, noun: str) -> frozenset[str]:
        """Role classes of a lower-case noun or compound; empty for any other word.

        A minister is one whatever for: "mining minister".
        """
        *fields, last = noun.split() or [noun]
        known = last if fields and last == "minister" and FIELDS.issuperset(fields) else noun
        return self.roles.get(known, frozenset())

    def sorts_of(self, text: str) -> frozenset[str]:
        """Sorts of body that a name, office or noun speaks of: police, for "police chief" and "Marlow Police"."""
        plain = re.findall(r"[a-z-]+", text.lower().replace("'s", "").replace("’s", ""))
        singular = [word if word in self.sorts else word.removesuffix("s") for word in plain]
        singular = [word for word in singular if word != "officer" or "chief" not in singular]  # "chief risk officer"
        phrases = (*singular, *map(" ".join, pairwise(singular)))
        return frozenset(sort for phrase in phrases for sort in self.sorts.get(phrase, ()))


@cache
def tables() -> Tables:
    """Load the gazetteer once a process; hand-made rows win over the packages'."""
    aliases = {row["alias"]: (row["party"], row["kind"]) for row in table("countries.csv") if row["kind"] == "capital"}
    aliases |= {row["alias"]: (row["party"], row["kind"]) for row in table("countries.csv") if row["kind"] != "capital"}
    aliases |= {row["alias"]: (row["party"], row["kind"]) for row in table("seats.csv")}
    aliases |= {
        alias.title(): found
        for alias, found in aliases.items()
        if alias.isupper() and alias.isalpha() and len(alias) > 3
    }
    given = {row["name"]: row["sex"] for row in table("given_names.csv")}
    return Tables(aliases, _by_word("roles.csv", "class"), given, _by_word("sorts.csv", "sort"))


def _by_word(file: str, column: str) -> dict[str, frozenset[str]]:
    """All values of a column of a table, by word."""
    found: dict[str, set[str]] = {}
    for row in table(file):
        found.setdefault(row["word"], set()).add(row[column])
    return {word: frozenset(values) for word, values in found.items()}


@dataclass(frozen=True, slots=True)
class Name:
    """One printed name: tokens ``[first, last)`` of sentence ``sentence``, offsets into the article.

    ``title`` is the office printed before it ("foreign minister"), ``owner`` the name or demonym printed before the
    office ("Russian", "Perch"), ``honorific`` whether Mr, Dr or the like stands before it.
    """

    text: str
    sentence: int
    first: int
    last: int
    start: int
    end: int
    title: str | None = None
    owner: str | None = None
    honorific: bool = False


def is_held(classes: Collection[str]) -> bool:
    """Whether role classes are those of an office that a person holds, in a body, a state or a town, or speaks from."""
    return any(c.endswith("_head") or c == "spokes" for c in classes)
