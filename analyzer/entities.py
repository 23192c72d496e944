"""Entities of an article and the small grammar of names: who can own, act, hold an office.

A helper of ``parties`` and of what builds an article's entities.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from analyzer.names import BODY_ENDINGS, Name, tables
from analyzer.speech import phrase
from analyzer.wordlists import words

if TYPE_CHECKING:
    from spacy.tokens import Span, Token

STATE, ORG, PERSON, PLACE = "state", "org", "person", "place"
OFFICER = "officer"  # a person whose party some article states; other articles may go by it
PARTS = words("parts")
RIVALS = words("rivals")  # who is against whose they are: "its rival"
CERTAIN = 0.75  # chance from which the likeliest party of an office or bare noun is taken
OWNING = frozenset({"firm", "body", "state_organ"})  # classes of nouns that may own what others do
LOCAL_BODIES = words("local_bodies")
# Last words of public bodies, which are called after the place they serve: its name alone does not stand for them.
PUBLIC = frozenset({"agency", "assembly", "authority", "board", "commission", "court", "ministry", "parliament"})
HE = frozenset({"he", "him", "his", "himself", "she", "her", "hers", "herself"})
SHE = frozenset({"she", "her", "hers", "herself"})
IT = frozenset({"it", "its", "itself"})
THEY = frozenset({"they", "them", "their", "theirs", "themselves"})
WE = frozenset({"we", "us", "our", "ours", "ourselves", "i", "me", "my", "mine", "myself"})
PERIODICALS = frozenset({"daily", "weekly"})  # "the weekly Lantern"
FORMER = frozenset({"ex", "former", "formerly", "onetime", "retired", "sometime", "then"})
DEMONYM_ENDINGS = ("an", "ian", "n", "ese", "i", "ish", "ic", "ar", "er", "ite")


@dataclass(slots=True)
class Entity:
    """One person, state, body or place of the article with all its printed names."""

    name: str
    names: list[Name] = field(default_factory=list)
    kind: str = PLACE
    party: str | None = None
    title: str | None = None
    female: bool | None = None
    unsure: bool = False  # an office-holder whose party could not be told: no party rather than his own name
    countable: bool = False  # "a Boeing 737": one of many things of that name, and nobody's side
    stated: bool = False  # the party is said in so many words, not taken from the focus
    leaning: dict[str, float] = field(default_factory=dict)  # party -> chance, from "its" in "its chairman, X"
    facing: Entity | None = None  # somebody of another side: whose counterpart this is
    chances: dict[str, int] = field(default_factory=dict)  # party -> chance in per cent, where it is not stated


def side(entity: Entity) -> str | None:
    """The party that a named entity stands for, which may be itself; None when it cannot be told."""
    if entity.kind in {STATE, PERSON, ORG} and not entity.countable and not (entity.unsure and entity.party is None):
        return entity.party or entity.name
    # A place that acts ("Karshad now wants") stands for the state that governs there, if the article tells which.
    return entity.party


def stem_match(state: str, adjective: str) -> bool:
    """Whether ``adjective`` looks like the demonym of ``state``: Arvenia / Arvenian, Vendland / Vendish."""
    if len(state) < 4 or state == adjective or " " in adjective:
        return False
    base = re.sub(r"(land|stan)$", "", state) if len(state) > 7 else state
    for size in (len(base), len(base) - 1, len(base) - 2):
        if size >= 4 and adjective.startswith(base[:size]) and adjective[size:] in _ENDINGS:
            return True
    return False


_ENDINGS = frozenset(DEMONYM_ENDINGS) | {"ns", "ians", "ans", "is", "eans", "ean"}


def noun_classes(token: Token) -> frozenset[str]:
    """Role classes of a noun, its compound ("air force", "foreign minister") first."""
    known = tables()
    if token.i > 0:
        compound = f"{token.doc[token.i - 1].lower_} {token.lemma_.lower()}"
        if known.classes(compound):
            return known.classes(compound)
    return known.classes(token.lemma_.lower()) or known.classes(token.lower_)


def compounds(noun: Token) -> Span:
    """Common words compounded with a noun on its left: "police" in "the police department"."""
    first = noun.i
    while first and _compounded(noun.doc[first - 1]):
        first -= 1
    first += first < noun.i and noun.doc[first].dep_ == "case"  # "Halden's works council": the mark is the name's
    return noun.doc[first : noun.i]


def _compounded(token: Token) -> bool:
    within = token.dep_ in {"case", "compound", "nmod", "poss"} and token.tag_ != "PRP$"
    return within and not token.text[:1].isupper()


def is_office(noun: str) -> bool:
    """Whether a noun is a personal office within a body: head, spokesman, chief."""
    return any(c in {"firm_head", "spokes", "local_head"} for c in tables().classes(noun))


def called(name: Token) -> Iterator[Token]:
    """Nouns that a name is told to be: "Hanseline, a container carrier", "the carrier Hanseline", "X is a carrier"."""
    if name.dep_ == "appos" and name.head.pos_ == "NOUN":
        yield name.head
    for child in name.children:
        beside = child.dep_ == "appos" or (child.dep_ in {"compound", "nmod"} and child.i < name.i)
        if beside and (child.pos_ == "NOUN" or child.lower_ in PERIODICALS):
            yield child
    if name.dep_ == "nsubj" and name.head.lemma_ == "be":
        yield from (child for child in name.head.children if child.dep_ == "attr" and child.pos_ == "NOUN")
    before = name.doc[name.left_edge.i - 1] if name.left_edge.i else None
    if before is not None and before.pos_ == "NOUN" and (before.dep_, before.head) == (name.dep_, name.head):
        yield before  # "Halden's carriers' federation Voima said", parsed as two subjects


def office_kind(classes: frozenset[str]) -> str:
    """Return the one class an office or noun is weighed by."""
    order = ("state_head", "state_organ", "firm_head", "local_head", "spokes", "firm", "body", "own", "outside_head")
    return next((c for c in order if c in classes), "other")


def rules(name: str) -> bool:
    """Whether a body's name is that of a government, one of its organs or a council: no hospital, court or school."""
    return any("state_organ" in tables().classes(word) or word == "council" for word in name.lower().split())


def acts(token: Token) -> bool:
    """Whether a name is a subject or owns something: places seldom do either."""
    return subject_like(token) or token.dep_ == "poss"


def surface(token: Token) -> str | None:
    """Return the noun phrase as a party of its own: "protesters", "Corvane customers"."""
    left, _ = phrase(token)
    words = [
        t.text
        for t in token.doc[left : token.i + 1]
        if not t.is_punct and t.dep_ not in {"det", "nummod", "case", "advmod", "quantmod"}
    ]
    return " ".join(words[-4:]) or None


def has_owner(token: Token) -> bool:
    """Whether a noun has a possessive, an adjective or a compound that may name its owner."""
    return any(c.dep_ in {"poss", "amod", "compound", "nmod"} for c in token.children)


def subject_like(token: Token) -> bool:
    """Whether a name's last token heads a subject, also through an apposition, a conjunction or a body's name."""
    for _ in range(3):
        if token.dep_ in {"nsubj", "nsubjpass", "agent"} or (token.dep_ == "pobj" and token.head.dep_ == "agent"):
            return True
        if token.dep_ in {"appos", "conj"}:
            token = token.head
        elif token.dep_ == "pobj" and _named_for(token.head):
            token = token.head.head
        else:
            break
    return False


def _named_for(prep: Token) -> bool:
    """Whether a preposition stands within a body's name: "Commission on Elections" is what its first word is."""
    body = prep.head
    return body.text[:1].isupper() and body.lower_ in BODY_ENDINGS and prep.i == body.i + 1


def owns_subject(token: Token) -> bool:
    """Whether a name's last token owns what its sentence is about: "Halvard's reply came late"."""
    return token.dep_ == "poss" and subject_like(token.head)


def governed(name: str) -> str:
    """What a name is the government of, where that is a state of a federation: "Lagos State"."""
    return name.removesuffix(" Government") if name.endswith(" State Government") else name


def same_name(a: str, b: str) -> bool:
    """Whether two long names share first and last word, middle names apart, or one has the other's words cut short."""
    x, y = a.split(), b.split()
    if len(x) < 2 or len(y) < 2:
        return False
    cut = len(x) == len(y) and (_cut_short(x, y) or _cut_short(y, x))  # "Lib Dem", "Liberal Democrats"
    return cut or (x[0], x[-1]) == (y[0], y[-1])


def abbreviates(short: str, name: str) -> bool:
    """Whether one word is a body's name cut short: its initials ("NATO"), or how its words begin ("Tepco", "MoD")."""
    if short.isupper():
        letters = initials(name)  # "FWUH" leaves out the Trust of Fenside and Wold University Hospitals NHS Trust
        every = "".join(word[0].upper() for word in name.split())  # "BFAI": Bread for All International
        begun = letters == short or (len(short) > 3 and letters.startswith(short))
        return len(short) > 1 and (begun or (len(short) > 2 and every == short))
    whole = name.split()
    body = len(whole) > 2 or whole[-1].lower() in BODY_ENDINGS
    if not body or len(short) < 3 or not short.isalpha() or short in tables().given:
        return False
    beginnings = "".join(map(_beginning, whole))
    return short not in whole and re.fullmatch(beginnings, short, re.IGNORECASE) is not None


def initials(name: str) -> str:
    """Capitals that a name's words begin with; "&" stands among them: "M&O" of "Maas & Orrin"."""
    return "".join(word[0] for word in name.split() if word[0].isupper() or word == "&")


def _beginning(word: str) -> str:
    """Pattern of the first letters of a word, one at least; small words may be left out."""
    begun = ""
    for letter in reversed(word):
        begun = re.escape(letter) + (f"(?:{begun})?" if begun else "")
    return begun if word[0].isupper() else f"(?:{begun})?"


def _cut_short(short: list[str], whole: list[str]) -> bool:
    """Whether every word is the first three or four letters of the longer word at its place."""
    return all(
        len(one) in {3, 4} and one != other and other.startswith(one) for one, other in zip(short, whole, strict=True)
    )
