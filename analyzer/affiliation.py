"""Builds the entities of one article: its names grouped, its offices read, and the sides it does not state guessed.

A helper of ``parties``, which resolves mentions with what is built here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

from analyzer.affinity import rank
from analyzer.candidates import Asked, person_kind
from analyzer.entities import CERTAIN, LOCAL_BODIES, ORG, PERSON, PLACE, STATE, Entity, called, noun_classes, rules
from analyzer.grouping import Grouping
from analyzer.names import Name, tables
from analyzer.nouns import GOVERNING, GOVERNMENT, OFFICIAL, REBELS
from analyzer.offices import ELECTED, LAWYERS, Offices, ministry_of, of_government
from analyzer.speech import SAYING
from analyzer.wordlists import words

THINGS = words("vessels") | words("products")
PLANTS = frozenset(
    {"brewery", "factory", "foundry", "mill", "mine", "plant", "refinery", "shipyard", "smelter", "works", "yard"}
)
DIVISIONS = frozenset({"branch", "bureau", "department", "desk", "directorate", "division", "unit", "wing"})
YEAR = 4  # digits of "In 2014 Halvorsen paid", which counts nothing
OWNED = frozenset({"chartered", "operated", "owned"})
SEAT = 0.8  # chance that an organ is of the state whose capital the article is written from
LEAST = 0.05  # chance of a party below which it is no guess


class Sides:
    """Gives every entity of an article its side: as stated beside a name, else the likeliest."""

    def __init__(self, parties: Any) -> None:  # an ArticleParties; its module imports this one
        self.p = parties
        self.known = tables()

    def read(self) -> None:
        """Fill ``entities`` and the span table of the article's parties."""
        group = Grouping(self.p)
        Offices(self.p, group).read()
        self._metonyms()
        self._things()
        self._deputies()
        for entity in sorted(self.p.entities, key=lambda e: e.facing is not None):  # whose counterpart, before
            if entity.kind == PERSON:
                self._by_focus(entity)
        for entity in group.bare_organs:
            self._bare_organ(entity)
        organs = {e.name: e for e in group.bare_organs}
        for entity in self.p.entities:
            organ = organs.get(entity.party or "")
            if entity.kind == PERSON and organ is not None:  # an officer of the organ is on its side
                entity.party, entity.stated = organ.party, False
                entity.chances = dict(organ.chances) or {organ.party or organ.name: 100}

    def _by_focus(self, entity: Entity) -> None:
        """Give a person whose party is not stated the likeliest one of the article, himself among them."""
        self._minister(entity)
        if entity.stated or entity.party is not None or entity.chances:
            return
        asked = Asked(entity.names[0].start, person_kind(entity), entity.title, entity)
        ranked = self._facing(entity, self._governed(entity, rank(self.p.field.ask(asked))))
        entity.chances = {party or entity.name: round(100 * chance) for chance, party in ranked if chance >= LEAST}
        chance, party = ranked[0]
        entity.unsure = chance < CERTAIN
        entity.party = None if entity.unsure else party or entity.name

    def _before_title(self, entity: Entity) -> set[str]:
        """The words before somebody's office: "government" of "government spokesman X"."""
        titled = [name for name in entity.names if name.title]
        before = (self.p.docs[n.sentence][: n.first - len((n.title or "").split())] for n in titled)
        return {lead[-1].lower_ for lead in before if len(lead)}

    def _minister(self, entity: Entity) -> None:
        """Give a minister whose state nobody tells his ministry for party; where a state is named, it may be that."""
        ministry = ministry_of(entity.title)
        if self.p.seat and (entity.title or "").endswith("minister"):
            ministry = self.p.seat
        if ministry is None or entity.stated or entity.party not in {None, entity.name, ministry}:
            return
        named = any(e.kind == STATE for e in self.p.entities)
        entity.party, entity.chances = (None, {}) if named else (ministry, {ministry: 100})

    def _governed(self, entity: Entity, ranked: list[tuple[float, str]]) -> list[tuple[float, str]]:
        """Of a minister's likely parties the states; of who else governs, and without a state, those that rule."""
        title, before = entity.title or "", self._before_title(entity)
        if before & GOVERNING:
            return _only(ranked, lambda party: self.p.nouns.may_be(GOVERNMENT, party))
        if before & REBELS:  # of no state, nor of the United Nations
            return _only(ranked, lambda party: not self.p.is_state(party) and self.known.kind(party) != "alliance")
        if not of_government(title):
            return ranked
        ranked = self._without_bystanders(ranked)
        if title in ELECTED:  # who may be of a party or a house, and of no firm
            return _only(ranked, lambda party: self.p.nouns.may_be(OFFICIAL, party))
        portfolio = title.endswith(("minister", "secretary"))
        states = [(chance, party) for chance, party in ranked if portfolio and self.p.is_state(party)]
        seat = self.p.home
        if portfolio and seat and not entity.names[0].owner:  # "PARIS - Foreign Minister X met his Indian counterpart"
            return [(SEAT, seat), *((c * (1 - SEAT), p) for c, p in _shares(states))]
        bodies = {e.name for e in self.p.entities if e.kind == ORG and e.stated and not rules(e.name)}
        others = [(chance, party) for chance, party in ranked if party not in bodies]
        return _shares(states) or _shares(others) or ranked

    def _without_bystanders(self, ranked: list[tuple[float, str]]) -> list[tuple[float, str]]:
        """The likely parties without states that only tell where things are, unless it is the one state there is."""
        states = [party for _, party in ranked if self.p.is_state(party)]
        idle = [party for party in states if self._bystander(party)]
        return ranked if len(states) == len(idle) == 1 else [one for one in ranked if one[1] not in idle]

    def _bystander(self, party: str) -> bool:
        """Whether a state only tells where things are or what firms are: "trains in Spain", "the French-led group"."""
        names = [n for e in self.p.entities if e.party == party and e.kind in {PLACE, STATE} for n in e.names]
        return bool(names) and all(self._told_beside(name) or self._of_firm(name) for name in names)

    def _told_beside(self, name: Name) -> bool:
        """Whether a state's name is a place that something is in, or opens a compound of a participle."""
        doc = self.p.docs[name.sentence]
        last = doc[name.last - 1]
        within = name.first > 0 and last.dep_ == "pobj" and last.head.lower_ in {"from", "in"}
        return within or (last.i + 2 < len(doc) and last.nbor().text == "-" and last.nbor(2).tag_ == "VBN")

    def _of_firm(self, name: Name) -> bool:
        """Whether a state's name stands before what a firm is called: "US giant", "the Danish carmaker"."""
        last = self.p.docs[name.sentence][name.last - 1]
        nouns = [last.head, *(t for t in last.doc[last.i + 1 : last.i + 3] if t.pos_ == "NOUN")]
        return last.dep_ in {"amod", "compound", "nmod"} and any("firm" in noun_classes(noun) for noun in nouns)

    def _facing(self, entity: Entity, ranked: list[tuple[float, str]]) -> list[tuple[float, str]]:
        """The likely parties of somebody's counterpart: without what that one is of; a state's is of a state."""
        other = entity.facing
        if other is None:
            return ranked
        shared = {other.party: 100} if other.party is not None else other.chances
        left = [(chance * (1 - shared.get(party, 0) / 100), party) for chance, party in ranked]
        states = [(chance, party) for chance, party in left if chance and self.p.is_state(party)]
        left = states if any(self.p.is_state(party) for party in shared) and states else left
        return sorted(_shares(left), key=lambda one: (-one[0], one[1])) or ranked

    def _bare_organ(self, entity: Entity) -> None:
        """Give an organ named without its state the likeliest one of the article, to judge by it and its officers."""
        first = entity.names[0]
        token = self.p.docs[first.sentence][first.last - 1]
        barred = self.p.acted_upon(first.sentence, token)
        asked = [Asked(first.start, "state_organ", entity.name.split()[-1].lower(), None, None)]
        officers = (e for e in self.p.entities if e.kind == PERSON and e.party == entity.name)
        asked += [Asked(e.names[0].start, "state_head", e.title, e) for e in officers]
        chances: Counter[str] = Counter()
        for one in asked:
            ranked = [(c, p) for c, p in rank(self.p.field.ask(one)) if p not in barred and p != entity.name]
            states = [(chance, party) for chance, party in ranked if self.p.is_state(party)]
            chances.update({party: share / len(asked) for share, party in _shares(states or ranked)})
        named = [party for party in chances if self.p.is_state(party)]
        owners = {self.p.owner_of(n.sentence, self.p.docs[n.sentence][n.last - 1]) for n in entity.names}
        if self.p.home and owners <= {None, entity.name}:  # not "Georgia's Foreign Ministry", in Paris
            left = {party: chance * (1 - SEAT) for party, chance in chances.items()} if named else {}
            chances = Counter({self.p.home: SEAT, **left})
        elif not named:  # it may be the one of a country that nothing tells to be a state
            likely = {p: c for p, c in chances.items() if c >= CERTAIN and p and " " not in p}
            bodies = {p for p in likely if self.known.sorts_of(p) or rules(p) or self.p.nouns.private(p)}  # "the Court"
            chances = Counter({p: c for p, c in likely.items() if p not in bodies})
        if chances:
            entity.party, entity.stated = min(chances, key=lambda party: (-chances[party], party)), False
            entity.chances = {party: round(100 * chance) for party, chance in chances.most_common()}

    def _deputies(self) -> None:
        """Give "his deputy, X" the party of the person he serves, once that is known."""
        people = {e.name: e for e in self.p.entities if e.kind == PERSON}
        for entity in people.values():
            superior = people.get(entity.party or "")
            if superior is None or superior is entity:
                continue
            if entity.title in LAWYERS:
                entity.party = superior.party or superior.name
                continue
            if superior.party not in people:
                self._by_focus(superior)
            others = people.keys() - {superior.name}
            entity.party, entity.stated = (superior.party if superior.party not in others else None), False
            if superior.chances:  # whose side is a guess is followed by who serves him
                entity.chances, entity.unsure = dict(superior.chances), superior.unsure

    def _told_capital(self, entity: Entity) -> str | None:
        """The state whose capital a place is told to be: "Keldesh, the Dravonian capital"."""
        if not _unclaimed(entity):
            return None
        for name in entity.names:
            for noun in called(self.p.docs[name.sentence][name.last - 1]):
                owner = self.p.owner_of(name.sentence, noun) if noun.lemma_ == "capital" else None
                if owner is not None and self.p.is_state(owner):
                    return str(owner)
        return None

    def _things(self) -> None:
        """Give what has a name and no side of its own that of its owner: "the Star, a tanker of X", "X's Dale Works".

        What comes in numbers has no conduct where no owner is told: "a Boeing 737".
        """
        for entity in self.p.entities:
            if not _unclaimed(entity):
                continue
            for name in entity.names:
                last = self.p.docs[name.sentence][name.last - 1]
                things = [noun for noun in called(last) if noun.lemma_.lower() in THINGS]
                owned = things or [c for c in last.children if c.dep_ == "acl" and c.lower_ in OWNED]
                nouns = (*things, last) if owned or self._works(name) else ()
                owner = next((p for noun in nouns if (p := self.p.owner_of(name.sentence, noun))), None)
                if owner is not None and owner != entity.name:
                    entity.party, entity.stated = owner, True
                    break
            else:
                counted = 2 * sum(map(self._counted, entity.names)) > len(entity.names)
                if counted and not any(map(self._speaks, entity.names)):
                    entity.party, entity.stated, entity.countable = None, False, True

    def _works(self, name: Name) -> bool:
        """Whether a name is that of a plant or part with a named body for owner: "Halvorsen's Dale Works"."""
        if name.text.split()[-1].lower() not in PLANTS | DIVISIONS:
            return False
        doc = self.p.docs[name.sentence]
        last = doc[name.last - 1]
        owner = next((c for c in last.children if c.dep_ == "poss" and c.i < name.first), None)
        bearer = None if owner is None else self.p.entity_at(name.sentence, owner)
        return bearer is not None and bearer.kind == ORG

    def _speaks(self, name: Name) -> bool:
        """Whether a name says something: "Tesla said it would", for all that "a Tesla" did."""
        last = self.p.docs[name.sentence][name.last - 1]
        return last.dep_ == "nsubj" and last.head.lemma_ in SAYING

    def _counted(self, name: Name) -> bool:
        """Whether a name is one of many, as bodies are not: "a Boeing 737", "two Airbuses"."""
        doc = self.p.docs[name.sentence]
        last = doc[name.last - 1]
        if last.dep_ in {"amod", "attr", "compound", "nmod", "poss"} or not name.first:
            return False
        before = doc[name.first - 1]
        number = before.dep_ == "nummod" and not (before.is_digit and len(before.text) == YEAR)
        return before.lower_ in {"a", "an", "another"} or (number and before.head.i == last.i)

    def _metonyms(self) -> None:
        """Capitals and datelines that act as subjects stand for their state."""
        states = Counter(e.party for e in self.p.entities for _ in e.names if e.kind == STATE)
        for entity in self.p.entities:
            told = self._told_capital(entity)
            if told is not None:
                entity.party, entity.kind = told, PLACE
            if entity.kind == STATE or not (entity.party is None or _unclaimed(entity)):
                continue
            capital = self.known.party(entity.name)
            if capital is not None and entity.kind != PERSON and entity.party is None:
                entity.party, entity.kind = capital, PLACE
            elif self.p.dateline(entity.name) and states and capital is None and self._town(entity):
                entity.party = self._state_beside(entity) or states.most_common(1)[0][0]
                entity.kind = PLACE if entity.kind == ORG else entity.kind

    def _town(self, entity: Entity) -> bool:
        """Whether a dateline's place stands for its state: no "IBM", nor what has a council or militia of its own."""
        for name in entity.names:
            rest = self.p.docs[name.sentence][name.last : name.last + 2]
            if len(rest) == 2 and rest[0].tag_ == "POS" and rest[1].lower_ in LOCAL_BODIES | {"militia"}:
                return False
        return not (entity.kind == ORG and entity.name.isupper())

    def _state_beside(self, entity: Entity) -> str | None:
        """The state that a dateline tells its place to be in: "ORLIK, Velkaria, 3 March -"."""
        beside = self.p.dateline_beside(entity.name)
        return next((e.party for e in self.p.entities if e.kind == STATE and e.name == beside), None)


def _unclaimed(entity: Entity) -> bool:
    """Whether what a name is for, a body or place, is of no other party so far."""
    return entity.kind in {ORG, PLACE} and entity.party in {None, entity.name}


def _shares(left: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """The chances of the parties that are left, of 1; none where they have no chance."""
    total = sum(chance for chance, _ in left)
    return [(chance / total, party) for chance, party in left] if total else []


def _only(ranked: list[tuple[float, str]], possible: Callable[[str], bool]) -> list[tuple[float, str]]:
    """Of the likely parties those that are possible, with chances of 1 together; all where none is."""
    return _shares([one for one in ranked if possible(one[1])]) or ranked
