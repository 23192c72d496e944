"""News media that an article only cites: in "told the weekly Lantern", the Lantern is nobody's side.

A helper of ``grouping``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analyzer.entities import IT, called
from analyzer.wordlists import words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from analyzer.names import Name

MEDIA_NOUNS = words("media_nouns")
OUTLETS = frozenset({"agency", "channel", "outlet", "portal", "programme", "site", "station", "website"})
FIELDS = frozenset({"media", "news", "radio", "television", "tv"})
CITED = frozenset(
    {"air", "broadcast", "carry", "cite", "print", "publish", "quote", "report", "reveal", "say", "write"}
)
TOLD = frozenset({"inform", "interview", "quote", "say", "speak", "talk", "tell"})
HOPS = 3  # steps from a name to the verb that governs it: "in an interview with the weekly Lantern"


def is_medium(doc: Doc, name: Name) -> bool:
    """Whether a printed name is told to be that of a medium: "the weekly Lantern", "Kanta, a TV channel"."""
    modifies = name.last < len(doc) and doc[name.last].is_lower and doc[name.last].pos_ in {"NOUN", "ADJ"}
    before = name.first > 0 and not modifies and _outlet(doc[name.first - 1])  # not "the daily Covid briefing"
    return before or any(map(_outlet, called(doc[name.last - 1])))


def only_cited(doc: Doc, name: Name) -> bool:
    """Whether a medium does nothing where it is named but report, or hear, what others say and do."""
    token = doc[name.last - 1]
    while token.dep_ == "appos":
        token = token.head
    if token.dep_ == "nsubj":
        return token.head.lemma_ in CITED and not _of_itself(token.head)
    for _ in range(HOPS):
        if token.dep_ not in {"agent", "dative", "dobj", "pobj", "prep"}:
            return False
        token = token.head
        if token.pos_ == "VERB" or token.lower_ == "according":
            return token.lower_ == "according" or token.lemma_ in TOLD | CITED
    return False


def _outlet(noun: Token) -> bool:
    field = noun.i > 0 and noun.nbor(-1).lower_ in FIELDS
    return noun.is_lower and (noun.lower_ in MEDIA_NOUNS or (noun.lower_ in OUTLETS and field))


def _of_itself(verb: Token) -> bool:
    """Whether what a medium says is of itself: "The daily said it would not cut more"."""
    said = (child for child in verb.children if child.dep_ == "ccomp" and verb.lemma_ == "say")
    return any(child.dep_ in {"nsubj", "nsubjpass"} and child.lower_ in IT for one in said for child in one.children)
