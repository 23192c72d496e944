"""What a noun without a name may stand for ("the bank", "the rebels", "staff"), and which parties it cannot be.

A helper of ``parties``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from analyzer.affinity import rank
from analyzer.candidates import Asked
from analyzer.entities import (
    CERTAIN,
    ORG,
    PLACE,
    PUBLIC,
    RIVALS,
    STATE,
    Entity,
    noun_classes,
    office_kind,
    rules,
    side,
    surface,
)
from analyzer.names import BODY_ENDINGS, LEGAL_FORMS, tables
from analyzer.owners import Owners
from analyzer.ownership import OUTSIDER
from analyzer.records import is_described
from analyzer.wordlists import words

if TYPE_CHECKING:
    from spacy.tokens import Token

GOVERNING = words("governing")
PRIVATE = words("private_bodies")
REBELS = words("rebels")
PROTESTING = words("protesting")
EMPLOYEES = words("employees")
ATTACKS = frozenset({"block", "occupy", "strike"})  # with an object also what forces do
# Kinds of word that not every party can stand behind: no firm a government or police, no firm or union who holds an
# office of state, no state a private body or rebels, no ministry or union a company.
GOVERNMENT, OFFICIAL, STATELESS, COMPANY, POLICE = "government", "official", "stateless", "company", "police"
COMPANIES = frozenset({"company", "corporation", "firm", "retailer", "manufacturer"})
OF_STATES = frozenset(
    {"artillery", "government", "infantry", "marine", "national", "nationalised", "nationalized", "owned", "public"}
    | {"rifle", "run", "state", "tank"}
)
NO_COMPANIES = frozenset(
    {"charity", "church", "court", "league", "party", "police", "regulator", "union", "university"}
)
PRIVATE_SORTS = NO_COMPANIES - {"court", "police", "regulator"} | {"club", "hospital", "museum", "school"}
INSPECTING = frozenset({"auditors", "inspectors"})  # of nobody whom they look into, where nothing tells whose they are
# Who acts upon others, and what nobody does to his own: "The union sued Halvorsen".
AGAINST_OTHERS = frozenset({"body", "own", "state_organ"})
HOSTILE = words("harming") | words("binding") | words("accusing") | words("demanding") | words("hostile")
OF_A_STATE = frozenset({"ambassador", "consul", "diplomat", "embassy", "envoy"})


class Nouns:
    """Weighs the parties of an article that a common noun may stand for."""

    def __init__(self, parties: Any, owners: Owners) -> None:  # an ArticleParties; its module imports this one
        self.p, self.owners = parties, owners

    def told(self, sentence: int, token: Token, depth: int) -> tuple[str, dict[str, float]]:
        """Kind of word that a common noun is, and the chances of the parties that it may stand for."""
        named = next(self.owners.beside(sentence, token), None) or self.owners.aged(sentence, token)
        if named is not None and named.kind != PLACE:
            return self._told_of(named)
        if self._against(sentence, token):
            return OUTSIDER, {}
        unnamed = self.owners.unnamed(sentence, token)
        if unnamed is not None and depth < 4:
            owned: tuple[str, dict[str, float]] = self.p.told_by(sentence, unnamed, depth + 1)
            return owned
        owner = self.owners.told(sentence, token, 0)
        if owner is not None and self._rebels(token, owner):
            return STATELESS, {}
        if owner is not None and self._seated(token, owner):
            if any(child.lower_ in {"a", "an"} for child in token.lefts):
                return OUTSIDER, {}  # "an Italian company": none of those named
            return "noun", {name: chance for chance, name in self._likely(sentence, token, STATELESS)}
        if owner is not None:
            return "owner", {owner: 1.0}
        officer = self.owners.officer(token)
        if officer is not None:
            return self._told_of(officer)
        if noun_classes(token) == {"outside"} or _inspects(token):
            return ("noun" if token.dep_ == "nsubjpass" else OUTSIDER), {}
        way = _way(token)
        return way or "noun", {name: chance for chance, name in self._likely(sentence, token, way)}

    def _told_of(self, entity: Entity) -> tuple[str, dict[str, float]]:
        """The same of the named entity that a noun stands for."""
        told: tuple[str, dict[str, float]] = self.p.told_of(entity)
        return told

    def party(self, sentence: int, token: Token, depth: int) -> str | None:
        """Party behind a common noun: its owner, else the likeliest party of the article, if one is likely enough."""
        classes = noun_classes(token)
        aged = self.owners.aged(sentence, token)
        if aged is not None:
            return side(aged)
        owner = self.owners.told(sentence, token, depth)
        if classes == {"outside"} or self._against(sentence, token):
            return surface(token)
        if owner is not None and self._rebels(token, owner):
            return surface(token)
        if owner is not None and self._seated(token, owner):
            chance, party = self._likely(sentence, token, STATELESS)[0]
            return party if party and chance >= CERTAIN else surface(token)
        if owner is not None:
            return owner
        officer = self.owners.officer(token)
        if officer is not None:
            return side(officer)
        if _inspects(token):
            return surface(token)
        chance, party = self._likely(sentence, token, _way(token))[0]
        if chance < CERTAIN:
            return None
        return party or (surface(token) if classes & {"body", "outside", "firm"} else None)

    def _likely(self, sentence: int, token: Token, way: str) -> list[tuple[float, str]]:
        """The parties that a bare noun of kind ``way`` may stand for, likeliest first; "" is none of the article's."""
        asked = self._asked_of(sentence, token)
        self.p.asked.append(asked)
        barred = self.acted_upon(sentence, token)
        ranked = (
            o for o in rank(self.p.field.ask(asked)) if o[1] not in barred and not self._of_another_sort(asked, o[1])
        )
        left = [(chance, party) for chance, party in ranked if self.may_be(way, party)]
        if way == GOVERNMENT and self.p.seat:
            left = [(CERTAIN, self.p.seat), *((chance * (1 - CERTAIN), party) for chance, party in left)]
        return left or [(1.0, "")]

    def _asked_of(self, sentence: int, token: Token) -> Asked:
        """The question whose a common noun is."""
        kind = office_kind(noun_classes(token))
        return Asked(self.p.sentences[sentence].start + token.idx, kind, token.lemma_.lower(), None, token)

    def _of_another_sort(self, asked: Asked, party: str) -> bool:
        """Whether a noun tells a sort of body that a party's name contradicts: "the bank", of the nurses' union.

        No union, church or school is a firm, town or state.
        """
        named = self._sorts(party) if " " in party else frozenset()
        if asked.sorts and named & NO_COMPANIES and not named & asked.sorts:
            return True
        private = asked.sorts and asked.sorts <= PRIVATE_SORTS - {"party"} and not asked.sorts & named
        return bool(private) and (self.p.is_state(party) or party.rpartition(" ")[2].lower() in LEGAL_FORMS)

    def acted_upon(self, sentence: int, token: Token) -> frozenset[str]:
        """The parties that a body without a name acts upon, none of which it can be: "The union sued Halvorsen".

        Only what nobody does to his own: not "The board sold Halvorsen".
        """
        classes = noun_classes(token)
        single = "outside" in classes and token.tag_ == "NN"  # "a judge"
        if not (single or classes & AGAINST_OTHERS):
            return frozenset()
        found = set()
        for other in _upon(token):
            entity = self.p.entity_at(sentence, other)
            if entity is not None and entity.kind in {STATE, ORG}:
                found.add(entity.party or entity.name)
            elif entity is None and other.lemma_.lower() in OF_A_STATE:
                found.add(self.owners.named(sentence, other, 1) or "")  # "summoned the Spanish ambassador"
        return frozenset(found - {""})

    def may_be(self, way: str, party: str) -> bool:
        """Whether a party can be what a noun of kind ``way`` names: no firm is a government, no state its rebels."""
        state = self.p.is_state(party) or self.p.known.kinds.get(party) == STATE
        if way == STATELESS:
            return not state
        if way == COMPANY:
            public = party.rpartition(" ")[2].lower() in PUBLIC  # "Norwegian Space Agency"
            return not (state or rules(party) or public or self._sorts(party) & NO_COMPANIES)
        if way == OFFICIAL and "party" in tables().sorts_of(party):
            return True  # a minister may speak for his party
        return way not in {GOVERNMENT, OFFICIAL, POLICE} or not self.private(party)

    @cached_property
    def _printed(self) -> frozenset[str]:
        """All words of the article."""
        return frozenset(token.text for doc in self.p.docs for token in doc)

    def _sorts(self, party: str) -> frozenset[str]:
        """The sorts of body that the last word of a name tells, if the article uses it for one: not "Western Union"."""
        last = re.sub(r" \([^)]*\)$", "", party).rpartition(" ")[2].lower()
        used = not self._printed.isdisjoint({last, f"{last}s"})
        return tables().sorts_of(last) if used or is_described(party.rpartition(" (")[0]) else frozenset()

    def private(self, party: str) -> bool:
        """Whether a party is known for a firm or private body; a state that no table knows is seldom told from one."""
        called = (noun for group in self.p.field.groups() if group.key == party for noun in group.called)
        private = any(tables().classes(noun) & {"body", "firm"} for noun in called)
        private = private or (" " in party and bool(tables().sorts_of(party) & PRIVATE_SORTS))
        ending = party.rpartition(" ")[2].lower() if " " in party else ""
        return (private or ending in BODY_ENDINGS | LEGAL_FORMS) and not rules(party) and not self.p.is_state(party)

    def _against(self, sentence: int, token: Token) -> bool:
        """Whether who is named so is against others: rivals, or staff against who employs them.

        "Israeli pilots struck two targets" serve their state.
        """
        if token.lemma_.lower() in RIVALS:
            return True
        if not _protests(token):
            return False
        owner = self.owners.told(sentence, token, 0)
        attacked = token.head.lemma_ in ATTACKS and any(child.dep_ == "dobj" for child in token.head.rights)
        return not (attacked and owner is not None and self.p.is_state(owner))

    def _rebels(self, token: Token, owner: str) -> bool:
        """Whether a noun is for rebels, who are none of the state that they are told to be in: "Darfur rebels"."""
        rebels = token.lemma_.lower() in REBELS or any(child.lemma_.lower() in REBELS for child in token.lefts)
        return rebels and self.p.is_state(owner)

    def _seated(self, token: Token, owner: str) -> bool:
        """Whether a state tells only where a firm or private body is: "the French carmaker", "a French charity"."""
        private = "firm" in noun_classes(token) or token.lemma_.lower() in PRIVATE
        return private and self.p.is_state(owner)


def _inspects(token: Token) -> bool:
    """Whether a noun is for inspectors without a name: not "the auditors Veritec"."""
    named = token.i + 1 < len(token.doc) and token.nbor().pos_ == "PROPN"
    return token.lower_ in INSPECTING and not named


def _way(token: Token) -> str:
    """The kind of a bare noun that not every party can stand behind: "the government", "the rebels"."""
    lemma = token.lemma_.lower()
    if lemma in GOVERNING:
        return GOVERNMENT
    if lemma == POLICE:
        return POLICE
    return STATELESS if lemma in REBELS else COMPANY if lemma in COMPANIES and _alone(token) else ""


def _alone(token: Token) -> bool:
    """Whether nothing before a noun tells that a state may own it: "a mining company", not "the state company"."""
    return all(child.lower_ not in OF_STATES and child.dep_ != "poss" for child in token.lefts)


def _upon(token: Token) -> Iterator[Token]:
    """Whom a subject or agent does something to: objects, whom it is against, and who is ordered "to" do something."""
    if token.dep_ == "pobj" and token.head.dep_ == "agent":
        yield from (c for c in token.head.head.children if c.dep_ == "nsubjpass")
        return
    hostile = token.head.lemma_.lower() in HOSTILE
    for child in token.head.children if token.dep_ == "nsubj" else ():
        if child.dep_ == "prep" and child.lower_ == "against":
            yield from (c for c in child.children if c.dep_ == "pobj")
        elif hostile and child.dep_ in {"dative", "dobj"}:
            yield child
        elif hostile and child.dep_ == "ccomp" and any(c.lower_ == "to" and c.dep_ == "aux" for c in child.lefts):
            yield from (c for c in child.lefts if c.dep_ == "nsubj")  # "ordered Halvorsen to pay"


def _protests(token: Token) -> bool:
    """Whether staff do what they do against who employs them: "pilots stopped work", "workers blocked the road"."""
    verb = token.head
    if token.dep_ != "nsubj" or token.lemma_.lower() not in EMPLOYEES:
        return False
    phrases = {f"{verb.lemma_.lower()}-{child.lemma_.lower()}" for child in verb.rights}  # "walk-out", "stop-work"
    return bool(PROTESTING & ({verb.lemma_.lower()} | phrases))
