"""Whose the text tells a noun to be: "Corvane's lawyers", "officials in Oslo", "the diocese", "the mayor".

A helper of ``parties``; ``ownership`` settles whose a claim is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from analyzer.entities import (
    FORMER,
    ORG,
    OWNING,
    PERSON,
    PLACE,
    STATE,
    Entity,
    acts,
    called,
    has_owner,
    noun_classes,
    side,
)
from analyzer.names import Name, is_held, tables
from analyzer.wordlists import words

if TYPE_CHECKING:
    from spacy.tokens import Token

SERVING = words("serving")
WITHOUT_MINISTRY = frozenset(
    {f"{office} minister" for office in ("chief", "first", "prime")}
    | {f"{office} secretary" for office in ("company", "general", "party", "press", "private")}
)
COMMON = frozenset({"company", "corporation", "firm", "group", "holding", "holdings", "party"})  # any may be called so
NEUTRAL = frozenset({"local", "many", "other", "senior", "several", "some", "top", "two"})  # of officials of any state
AGAIN = 6  # sentences in which a thing that was told of may be taken up again
OFFICE_WORDS = 4  # before a name, in which its office stands


class Owners:
    """Finds the party, person or other word of an article that a common noun belongs to."""

    def __init__(self, parties: Any) -> None:  # an ArticleParties; its module imports this one
        self.p = parties

    def told(self, sentence: int, token: Token, depth: int) -> str | None:
        """Party that the text tells a common noun to be of: by its phrase, by a name that it takes up, or before."""
        owner = self.named(sentence, token, depth)
        if owner is not None and _central_bank(token):
            known: str = self.p.known.get(f"{owner} central bank", owner)
            return known  # "Switzerland's central bank", with a name elsewhere
        return owner or self._namesake(token) or self._again(sentence, token)

    def named(self, sentence: int, token: Token, depth: int) -> str | None:
        """Party named by a possessive, an adjective of nation, a compound, "of X" or an apposition."""
        bearer = self._called(sentence, token)
        if bearer is not None:
            return side(bearer)
        possessor = self._possessor(token)
        if possessor is not None:
            return self._behind(sentence, possessor, depth)
        modifier = self._modifier(sentence, token, depth)
        if modifier is not None:
            return modifier
        state = self._nation(sentence, token)
        return state.party if state is not None else self._attached(sentence, token, depth)

    def _behind(self, sentence: int, owner: Token, depth: int) -> str | None:
        """Party behind the word that a noun has for owner."""
        found: str | None = self.p.party_behind(sentence, owner, depth + 1)
        return found

    def _called(self, sentence: int, token: Token) -> Entity | None:
        """Who bears the name that a noun stands beside: "the carmaker X", "a firm called X"."""
        beside = next((entity for entity in self.beside(sentence, token) if entity.kind != PLACE), None)
        if beside is not None:
            return beside
        for child in token.children:
            if child.dep_ == "acl" and child.lemma_ in {"call", "name"}:
                inside = (self.p.entity_at(sentence, c) for c in child.children)
                named: Entity | None = next((e for e in inside if e is not None), None)
                if named is not None and named.kind != PLACE:
                    return named
        return None

    def beside(self, sentence: int, token: Token) -> Iterator[Entity]:
        """What is named in apposition to a noun; to an office also where the parser has it of what the office is for.

        "The spokeswoman for the government, X, denied".
        """
        for child in token.children:
            within = [child] if child.dep_ == "appos" else []
            if child.lower_ in {"for", "to"} and is_held(noun_classes(token)):
                within = [c for target in child.rights for c in target.rights if c.dep_ == "appos"]
            found = (self.p.entity_at(sentence, word) for word in within)
            yield from (e for e in found if e is not None and (child.dep_ == "appos" or e.kind == PERSON))

    def _possessor(self, token: Token) -> Token | None:
        """The word for whom a noun serves or whose it is: "contractors hired by X", "X's contractors"."""
        for child in token.children:
            if child.dep_ == "acl" and child.lower_ in SERVING:
                agents = (g for c in child.children if c.dep_ == "agent" for g in c.children if g.dep_ == "pobj")
                if (agent := next(agents, None)) is not None:
                    return agent
            if child.dep_ == "poss":
                return child
        return None

    def _modifier(self, sentence: int, token: Token, depth: int) -> str | None:
        """Party named by an adjective or compound: "the Toravian army", "Corvane lawyers"; the nearest of several."""
        for child in reversed(list(token.lefts)):
            if child.dep_ in {"amod", "compound", "nmod"}:
                entity: Entity | None = self.p.entity_at(sentence, child)
                if entity is not None and entity.kind == PLACE and noun_classes(token) == {"firm"}:
                    continue  # "the Dublin group" has its seat there
                if entity is not None and (entity.kind in {STATE, ORG} or entity.party):
                    return entity.party or entity.name
                if child.dep_ == "compound" and (inner := self.named(sentence, child, depth + 1)):
                    return inner
        return None

    def _nation(self, sentence: int, token: Token) -> Entity | None:
        """The state of "two Toravian reconnaissance planes", however the parser hangs the adjective."""
        for i in range(token.left_edge.i, token.i):
            entity: Entity | None = self.p.entity_at(sentence, token.doc[i])
            adjective = token.doc[i].dep_ in {"amod", "compound", "nmod", "npadvmod"}
            if entity is not None and entity.kind == STATE and adjective:
                return entity
        return None

    def _attached(self, sentence: int, token: Token, depth: int) -> str | None:
        """Party that a preposition ties to a noun: "lawyers for the diocese", "officials in Oslo"."""
        for child in token.children:
            if child.dep_ != "prep" or child.lower_ not in {"of", "from", "at", "in", "for", "with", "to"}:
                continue
            if child.lower_ == "at" and "union" in tables().sorts_of(token.lower_):
                continue  # "the union at Corvane" is of those who work there
            for target in child.children:
                if target.dep_ != "pobj":
                    continue
                entity: Entity | None = self.p.entity_at(sentence, target)
                if entity is not None:
                    if child.lower_ == "in" and entity.kind != STATE and not tables().party(entity.name):
                        continue
                    of_state = noun_classes(token) & {"state_organ", "state_head"}
                    if child.lower_ in {"of", "from", "at", "for"} or of_state:
                        return side(entity)
                    if child.lower_ == "in" and _officials(token):
                        return side(entity)
                elif child.lower_ == "of" and depth < 3:
                    return self._behind(sentence, target, depth) if has_owner(target) else None
                elif child.lower_ == "for" and depth < 3 and noun_classes(target) & {"firm", "body", "state_organ"}:
                    return self._behind(sentence, target, depth)
        return None

    def _namesake(self, token: Token) -> str | None:
        """The one body of the article that is called so: "the diocese", "a university spokesman"."""
        definite = any(c.dep_ == "det" and c.lower_ == "the" for c in token.children)
        definite |= token.dep_ == "compound" and is_held(noun_classes(token.head))  # "federation president X"
        words = {token.lower_} - COMMON if token.is_lower and definite else set[str]()
        words |= {c.lower_ for c in token.lefts if c.dep_ == "compound" and _lower(c) and noun_classes(c) & OWNING}
        bodies = [e for e in self.p.entities if e.kind in {ORG, PLACE} and words & set(e.name.lower().split())]
        if words and not bodies:
            bodies = [e for e in self._foremost() if words & self._nouns(e)]
        phrase = {token.lower_, *(c.lower_ for c in token.lefts if c.dep_ in {"amod", "compound"})}
        whole = [e for e in bodies if phrase <= set(e.name.lower().split())]  # "the central bank", of two banks
        parties = {e.party or e.name for e in whole or bodies}
        return parties.pop() if len(parties) == 1 else None

    def _foremost(self) -> list[Entity]:
        """The bodies that the article names most often; another "team" is no more than called so."""
        bodies = [e for e in self.p.entities if e.kind == ORG]
        most = max((len(e.names) for e in bodies), default=0)
        return [e for e in bodies if len(e.names) == most]

    def _nouns(self, body: Entity) -> set[str]:
        """What a body is told to be, but for "his team, X": federation, of "the industrial federation Voima"."""
        lasts = (self.p.docs[name.sentence][name.last - 1] for name in body.names)
        nouns = (noun for last in lasts for noun in called(last) if noun_classes(noun) & OWNING)
        return {noun.lower_ for noun in nouns if all(child.tag_ != "PRP$" for child in noun.children)}

    def _again(self, sentence: int, token: Token) -> str | None:
        """Whose a thing told of before is: "the soldiers", after "six soldiers of the Lorigian army"."""
        if not token.is_lower or [c.lower_ for c in token.lefts] != ["the"] or is_held(noun_classes(token)):
            return None
        owners = set()
        for k in range(sentence, -1, -1):
            for other in reversed(self.p.docs[k]):
                if other.lemma_ == token.lemma_ and (k < sentence or other.i < token.i) and other.pos_ == "NOUN":
                    owner = self.named(k, other, 2)
                    if owner is not None and sentence - k < AGAIN:
                        return owner
                    owners |= {owner} - {None}
        return owners.pop() if len(owners) == 1 else None  # further off, if there is but one whose it may be

    def officer(self, token: Token) -> Entity | None:
        """The one person of the article whose office, ministry or police a noun names."""
        return self._bearer(token) or self._led_by(token)

    def aged(self, sentence: int, token: Token) -> Entity | None:
        """The person named last before "the 67-year-old", "the septuagenarian" goes on with him."""
        if not (_of_age(token) and any(c.lower_ == "the" for c in token.children)):
            return None
        start = self.p.sentences[sentence].start + token.idx
        before = [entity for name, entity in self.p.timeline if name.start < start and entity.kind == PERSON]
        return before[-1] if before else None

    def _bearer(self, token: Token) -> Entity | None:
        """The one person of the article who bears the office that "the mayor", "the vice-chancellor" names."""
        if token.pos_ not in {"NOUN", "PROPN"} or not all(c.dep_ in {"det", "compound"} for c in token.children):
            return None
        definite = any(c.lower_ == "the" for c in token.children) or (token.i == 0 and acts(token))
        office = token.doc[token.left_edge.i : token.i].text.lower().removeprefix("the").strip()
        office = f"{office} {token.lemma_.lower()}".strip()
        if not definite or not (is_held(noun_classes(token)) or self._trade(office)):
            return None
        bearers = [e for e in self.p.entities if e.kind == PERSON and f" {e.title}".endswith(f" {office}")]
        return bearers[0] if len(bearers) == 1 else None

    def _trade(self, office: str) -> bool:
        """Whether somebody of the article is told to be some body's by a trade that is no office: "its producer"."""
        return any(e.kind == PERSON and e.title == office and e.stated for e in self.p.entities)

    def _led_by(self, token: Token) -> Entity | None:
        """The one minister or police chief of the article whose ministry or police a bare noun names."""
        phrase = [*(c.lower_ for c in token.lefts if c.dep_ in {"amod", "compound"}), token.lower_]
        people = [e for e in self.p.entities if e.kind == PERSON and e.title is not None and not self._out_of_office(e)]
        if phrase[-1] == "ministry":
            held = tuple(" ".join(["", *phrase[:-1], office]) for office in ("minister", "secretary"))
            heads = [e for e in people if f" {e.title}".endswith(held) and e.title not in WITHOUT_MINISTRY]
            if len(self._states()) > 1 and len(phrase) == 1:
                return None  # of two states in the article either has ministries
        elif phrase == ["police"]:
            heads = [e for e in people if "police" in tables().sorts_of(e.title or "")]
        else:
            return None
        return heads[0] if len({side(e) for e in heads}) == 1 else None

    def _out_of_office(self, person: Entity) -> bool:
        """Whether a person is told to have had an office or to be the opposition's for it: "former", "shadow"."""
        leads = (self.p.docs[n.sentence][max(0, n.first - OFFICE_WORDS) : n.first] for n in person.names)
        return any(token.lower_ in FORMER | {"shadow"} for lead in leads for token in lead)

    def _states(self) -> set[str]:
        """The states that the article names."""
        return {e.party or e.name for e in self.p.entities if e.kind == STATE}

    def unnamed(self, sentence: int, token: Token) -> Token | None:
        """The pronoun or bare noun that owns what a noun names: "its lawyers", "the agency's head"."""
        if token.pos_ != "NOUN":
            return None
        for child in token.children:
            if child.dep_ == "poss":
                return child if self.p.entity_at(sentence, child) is None else None
        for child in token.rights:
            if child.dep_ == "prep" and child.lower_ in {"of", "from", "for", "at"}:
                for target in child.rights:
                    if target.pos_ == "NOUN" and noun_classes(target) & OWNING and target.dep_ == "pobj":
                        return target
        return None

    def bank_of(self, name: Name, entity: Entity) -> str | None:
        """The body that "Switzerland's central bank" is, where an article of the run names it."""
        behind = self.p.docs[name.sentence][name.last : name.last + 3].text.lower()
        bank = entity.kind == STATE and re.match(r"(?:['’]s )?central bank", behind)
        return self.p.known.get(f"{entity.party} central bank") if bank else None


def _of_age(token: Token) -> bool:
    """Whether a noun calls somebody by his age: "the 67-year-old", "the 46-year-old engineer", "the octogenarian"."""
    olds = (t for t in (token, *token.lefts) if t.lower_ == "old" and t.i > 1)
    return token.lower_.endswith("genarian") or any(t.nbor(-2).lower_ == "year" for t in olds)


def _lower(token: Token) -> bool:
    """Whether a word is printed as a common noun, a capital at a sentence's start apart."""
    return bool(token.is_lower or (token.i == 0 and token.is_title))


def _central_bank(token: Token) -> bool:
    """Whether a noun is "central bank"."""
    return token.lower_ == "bank" and token.i > 0 and token.nbor(-1).lower_ == "central"


def _officials(token: Token) -> bool:
    """Whether "officials in" a capital are its state's: not a firm's, a movement's or "Western" ones."""
    described = (c for c in token.lefts if c.dep_ != "det" or c.lower_ == "another")
    return token.lemma_.lower() == "official" and all(c.lower_ in NEUTRAL or c.like_num for c in described)
