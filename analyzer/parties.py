"""Names, offices and pronouns of an article -> the canonical party whose conduct they stand for.

Rules over names, titles and grammar; a gazetteer knows real states, the article itself tells of all others (demonyms
by shared stem, offices by apposition, firms and bodies by their endings and titles). What cannot be told is None.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from analyzer.affiliation import Sides
from analyzer.aliases import Affiliations, unify
from analyzer.bodies import datelines, full_names
from analyzer.candidates import Asked, Field
from analyzer.entities import (
    HE,
    IT,
    OFFICER,
    ORG,
    PARTS,
    PERSON,
    PLACE,
    PUBLIC,
    STATE,
    THEY,
    WE,
    Entity,
    acts,
    side,
)
from analyzer.names import INNER_PLACES, Name, tables
from analyzer.nouns import GOVERNMENT, OFFICIAL, Nouns
from analyzer.offices import ministry_of, of_government
from analyzer.owners import Owners
from analyzer.pronouns import Pronouns
from analyzer.records import is_described
from analyzer.speech import Speech

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from analyzer.records import Article, Sentence

__all__ = ["Affiliations", "ArticleParties", "resolve", "unify"]

# Inner places that may speak for who is there: "Kensington Palace".
SEATED = frozenset({"dock", "docks", "hall", "palace", "pier", "tower", "towers", "wharf"})
WORLDWIDE = frozenset({"The Hague"})  # where courts of all states sit: news from there is seldom of its own
SEAT = 150  # per cent: a dateline's place stands for its state, also where it seems a body to another article


class ArticleParties:
    """What an article says about who is who; offsets are into ``Article.text``."""

    def __init__(
        self, article: Article, sentences: Sequence[Sentence], docs: Sequence[Doc], known: Affiliations | None = None
    ) -> None:
        """Find names, join them to entities and work out each one's party; ``known`` is what other articles say."""
        known = known if known is not None else Affiliations({})
        self.officers = {name for name, kind in known.kinds.items() if kind == OFFICER}
        self.known = Affiliations(known, known.kinds | dict.fromkeys(self.officers, PERSON))
        self.by_token: dict[tuple[int, int], Entity] = {}
        self.article, self.sentences, self.docs = article, sentences, docs
        self.speech = Speech(article, sentences, docs)
        self.entities: list[Entity] = []
        self.field = Field(self)
        self.asked: list[Asked] = []  # what had to be weighed, for whoever fits the weights
        self.by_span: dict[tuple[int, int], tuple[Name, Entity]] = {}
        self.timeline: list[tuple[Name, Entity]] = []  # all printed names with their bearers, as the text has them
        self.pronouns, self.owners = Pronouns(self), Owners(self)
        self.nouns = Nouns(self, self.owners)
        Sides(self).read()

    def dateline(self, name: str) -> bool:
        """Whether a name is the place of the article's dateline ("KARSHAD, Oct 3 -")."""
        return self.dateline_beside(name) is not None

    def dateline_beside(self, name: str) -> str | None:
        """What a dateline prints behind its place and a comma ("Velkaria" in "ORLIK, Velkaria, 3 March -").

        "" for nothing, None where the name is not the place of the article's dateline.
        """
        lead = rf"(?:[^\n]*\n+){{0,3}}\s*{re.escape(name.upper())}(?=,| \(| ?[–—-])(?:, ([A-Z][^,(\n—–-]*[a-z]))?"
        found = re.match(lead, self.article.text)
        return None if found is None else (found[1] or "").strip()

    @cached_property
    def seat(self) -> str | None:
        """The state whose capital an article is written from that names no state: France, of "PARIS (Reuters) -"."""
        return None if any(e.kind == STATE for e in self.entities) else self.home

    @cached_property
    def home(self) -> str | None:
        """The state whose capital an article is written from, or whose public bodies it names, but nowhere itself."""
        place = next(datelines(self.article.text), None)
        seated = place is not None and place not in WORLDWIDE and tables().kind(place) in {"capital", "seat"}
        home = tables().party(place) if place is not None and seated else None
        home = home or self._served
        return None if any(e.kind == STATE and e.party == home for e in self.entities) else home

    @property
    def _served(self) -> str | None:
        """The one state that public bodies of the article are called after: "Kenya Ports Authority"."""
        bodies = (e.name.split() for e in self.entities if e.kind == ORG and e.name.split()[-1].lower() in PUBLIC)
        heads = (" ".join(words[:size]) for words in bodies for size in range(1, len(words)))
        states = {tables().party(head) for head in heads if tables().kind(head) == "name"} - {None}
        return states.pop() if len(states) == 1 else None

    @property
    def affiliations(self) -> Affiliations:
        """Full names of states, bodies and persons -> party, with demonyms; to be shared by ``unify``."""
        stated = {e.name: e.party for e in self.entities if e.party is not None and e.stated}
        stated |= {n.text: e.party for e in self.entities for n in e.names if e.kind == STATE and e.party is not None}
        bodies = [(e.party, n.text) for e in self.entities if e.kind == ORG and e.stated for n in e.names]
        letters = {text: party for party, text in bodies if party is not None and text.isupper() and " " not in text}
        kinds = dict.fromkeys(letters, ORG) | {e.name: e.kind for e in self.entities}
        return Affiliations(letters | stated, kinds)

    @property
    def guesses(self) -> dict[str, dict[str, int]]:
        """Names -> parties that the text suggests but does not state, in per cent; weaker evidence for ``unify``."""
        bodies = {e.name: {e.name: 100} for e in self.entities if e.kind == ORG and e.party == e.name and not e.stated}
        people = {e.name: _named(e.chances) for e in self.entities if e.kind == PERSON and not e.stated}
        seats = {e.name: {e.party: SEAT} for e in self.entities if e.kind == PLACE and e.party is not None}
        return bodies | seats | {name: chances for name, chances in people.items() if chances}

    @property
    def printed(self) -> frozenset[str]:
        """All names as the article prints them and as their bearers are called: what others may tell more of."""
        names = {n.text for e in self.entities for n in e.names} | {e.name for e in self.entities}
        bare = {name for name in names if _bare(name)}
        states = {e.party for e in self.entities if e.kind == STATE} if "central bank" in self.article.text else set()
        names |= {f"{state} central bank" for state in states}
        names |= {ministry for e in self.entities if (ministry := ministry_of(e.title))}
        return frozenset(names | {full for noun in bare for name in names for full in full_names(noun, name)})

    def shares(self, owners: Iterable[tuple[int, int]], way: str = "") -> dict[str, float]:
        """Party -> chance in 0..1 that a claim is its conduct, likeliest first, from the chances of the names.

        ``way`` is the kind of word that it is told of: not every party can be a government, or rebels.
        """
        bearers = {name.start: (name, entity) for name, entity in self.timeline}
        found: dict[str, float] = defaultdict(float)
        for start, chance in owners:
            if start not in bearers:
                continue
            name, entity = bearers[start]
            party = self.owners.bank_of(name, entity) or entity.party or entity.name
            if entity.countable or not self.nouns.may_be(way, party):
                continue
            if entity.kind != PLACE or entity.party or self._acting(entity):
                found[party] += chance / 1000
        if way in {GOVERNMENT, OFFICIAL} and self.seat:  # not printed, so that the encoder has nobody to point to
            found[self.seat] += 1 - sum(found.values())
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def _acting(self, place: Entity) -> bool:
        """Whether what seems a place is ever a subject or owner: then it may be a body, as a port or an airport is.

        A street or square is none.
        """
        inner = place.name.split()[-1].lower() in INNER_PLACES - SEATED
        return not inner and any(acts(self.docs[name.sentence][name.last - 1]) for name in place.names)

    def hear(self, held: Iterable[tuple[int | None, Iterable[tuple[int, int]]]]) -> None:
        """Let what the encoder thinks of a person's claims, by the offset of their holder, tell of his side.

        Half of a guess comes from the words around the name, half from all that the person says and does.
        """
        heard: dict[str, list[dict[str, float]]] = defaultdict(list)
        for offset, owners in held:
            entity = None if offset is None else self.entity_of(offset, offset + 1)
            if entity is not None and entity.kind == PERSON and entity.chances and not entity.stated:
                heard[entity.name].append(self.shares(owners, OFFICIAL if of_government(entity.title) else ""))
        for entity in self.entities:
            told = heard.get(entity.name, [])
            for party in sorted({p for shares in told for p in shares} | entity.chances.keys()) if told else ():
                mean = 100 * sum(shares.get(party, 0.0) for shares in told) / len(told)
                entity.chances[party] = round((entity.chances.get(party, 0) + mean) / 2)

    def party_of(self, start: int, end: int) -> str | None:
        """Canonical party behind the mention, noun phrase or pronoun at [start, end); None when it cannot be told."""
        head = self._head(start, end)
        return None if head is None else self.party_behind(head[0], head[1], 0)

    def told(self, start: int, end: int) -> tuple[str, dict[str, float]]:
        """Kind of word at [start, end) and the chances of the parties it may stand for; "" for none of the article's.

        The kinds: a name, officer, person, pronoun, owned or bare noun, outsider. Where the text itself tells,
        one party is sure.
        """
        head = self._head(start, end)
        return ("noun", {}) if head is None else self.told_by(*head)

    def told_by(self, sentence: int, token: Token, depth: int = 0) -> tuple[str, dict[str, float]]:
        """``told`` for a phrase headed by ``token``; what another word stands for is as sure as that word."""
        entity = self.entity_at(sentence, token)
        if entity is not None:
            way, chances = self.told_of(entity)
            return way, chances | self._beside(sentence, token) if way == "name" and chances else chances
        if token.pos_ == "PRON" or token.lower_ in WE | IT | HE | THEY:
            meant = self.pronouns.meant(sentence, token)
            if meant is None or (depth > 4 and not isinstance(meant, Entity)):
                return "pronoun", {}
            way, chances = self.told_of(meant) if isinstance(meant, Entity) else self.told_by(*meant, depth + 1)
            return way if way == OFFICIAL else "pronoun", chances  # "he", of a minister, is no union or firm
        part = _part(token)
        if part is not None and depth < 4:
            return self.told_by(sentence, part, depth + 1)
        return self.nouns.told(sentence, token, depth)

    def _beside(self, sentence: int, token: Token) -> dict[str, float]:
        """The states and bodies that "and" ties to a name, which do with it what it does: "Kenya and Togo offered"."""
        tied = (child for child in token.children if child.dep_ == "conj")
        named = (self.entity_at(sentence, child) for child in tied) if _joined(token) else ()
        both = (self.told_of(entity) for entity in named if entity is not None)
        return {party: 1.0 for way, chances in both if way == "name" for party in chances}

    def told_of(self, entity: Entity) -> tuple[str, dict[str, float]]:
        """``told`` for a named entity."""
        party = side(entity)
        sure = {} if party is None else {party: 1.0}
        if entity.chances and not entity.stated:
            way = "noun" if entity.kind != PERSON else OFFICIAL if of_government(entity.title) else "person"
            return way, {p: c / 100 for p, c in entity.chances.items()}
        if entity.kind == PERSON:
            officer = entity.stated or (entity.name in self.officers and party == self.known[entity.name])
            return "officer" if officer else "person", sure
        return "name", sure

    def name_of(self, start: int, end: int) -> str:
        """Return the name a report should show for the mention: a pronoun or surname gives the full name."""
        head = self._head(start, end)
        text = re.sub(r"\s*\([^)]*$", "", self.article.text[start:end]).strip(" ,;:\"'“”’—–-")
        if head is None:
            return text
        sentence, token = head
        meant = self.pronouns.meant(sentence, token) if token.pos_ == "PRON" else None
        if isinstance(meant, tuple) and self.entity_at(*meant) is None:  # "the ministry", for "it"
            sentence, token = meant
            text = self.docs[sentence][token.left_edge.i : token.i + 1].text
        beside = self.owners.beside(sentence, token)
        person = next((e for e in beside if e.kind == PERSON), None)  # "its planning chief, X"
        entity = self.entity_at(sentence, token) or person or self.pronouns.entity(sentence, token)
        entity = entity or self.owners.aged(sentence, token)
        if entity is not None and (entity.kind == PERSON or token.pos_ == "PRON"):
            return entity.name  # also for "the 67-year-old"
        return re.sub(r"^(the|a|an)\s+", "", text, flags=re.IGNORECASE) if len(text.split()) > 1 else text

    def entity_of(self, start: int, end: int) -> Entity | None:
        """Return the named entity behind a mention or pronoun."""
        head = self._head(start, end)
        return None if head is None else self.stood_for(*head)

    def stood_for(self, sentence: int, token: Token) -> Entity | None:
        """Return the named entity behind a name or pronoun; None for any other word."""
        return self.entity_at(sentence, token) or self.pronouns.entity(sentence, token)

    def token_at(self, offset: int) -> tuple[int, Token] | None:
        """Return (sentence index, token) at an offset, None between sentences."""
        sentence = self.sentences[self.speech.sentence_at(offset)]
        for token in self.docs[sentence.index]:
            if sentence.start + token.idx <= offset < sentence.start + token.idx + len(token):
                return sentence.index, token
        return None

    # Resolution of one noun phrase.

    def _head(self, start: int, end: int) -> tuple[int, Token] | None:
        """Head token of the words at [start, end): the one whose governor lies outside."""
        index = self.speech.sentence_at(start)
        base = self.sentences[index].start
        inside = [
            t for t in self.docs[index] if base + t.idx < end and base + t.idx + len(t) > start and not t.is_punct
        ]
        inside = [t for t in inside if not t.is_space]
        if not inside:
            return None
        tokens = {t.i for t in inside}
        heads = [t for t in inside if t.head.i not in tokens or t.head.i == t.i]
        nouns = [t for t in heads if t.pos_ in {"NOUN", "PROPN", "PRON"}]
        return index, (nouns or heads)[0]

    def entity_at(self, sentence: int, token: Token) -> Entity | None:
        """Return the named entity a token belongs to."""
        return self.by_token.get((sentence, token.i))

    def party_behind(self, sentence: int, token: Token, depth: int) -> str | None:
        """Party behind the phrase headed by ``token``."""
        if depth > 4:
            return None
        part = _part(token)
        if part is not None:
            return self.party_behind(sentence, part, depth + 1)
        entity = self.entity_at(sentence, token)
        if entity is not None:  # before pronouns: "US" is none
            return side(entity)
        if token.pos_ == "PRON" or token.lower_ in WE | IT | HE | THEY:
            return self._pronoun_party(sentence, token, depth)
        return self.nouns.party(sentence, token, depth)

    def owner_of(self, sentence: int, token: Token) -> str | None:
        """Party that the phrase headed by ``token`` names as its owner."""
        return self.owners.named(sentence, token, 0)

    def acted_upon(self, sentence: int, token: Token) -> frozenset[str]:
        """The parties that a body without a name acts upon, none of which it can be."""
        return self.nouns.acted_upon(sentence, token)

    def is_state(self, party: str) -> bool:
        """Whether a party is a state of this article."""
        return any(e.kind == STATE and e.party == party for e in self.entities)

    def _pronoun_party(self, sentence: int, token: Token, depth: int) -> str | None:
        meant = self.pronouns.meant(sentence, token)
        if isinstance(meant, Entity):
            return side(meant)
        return None if meant is None else self.party_behind(*meant, depth + 1)


def _named(chances: Mapping[str, int]) -> dict[str, int]:
    """The chances of parties that have a name; none where the likeliest has not.

    "The union", "borough council's cabinet" may be any elsewhere: who is of it is of none of the others here.
    """
    likeliest = max(sorted(chances), key=lambda party: chances[party], default="")
    return {} if is_described(likeliest) else {p: chance for p, chance in chances.items() if not is_described(p)}


def _bare(name: str) -> bool:
    """Whether a body is called by a common noun alone: "university"."""
    return is_described(name) and " " not in name


def _joined(token: Token) -> bool:
    """Whether "and" stands between a word and what is tied to it."""
    return any(child.dep_ == "cc" and child.lower_ in {"and", "&"} for child in token.children)


def _part(token: Token) -> Token | None:
    """What a word of number is a part of: "none of its jets", "a number of Perch users"."""
    if token.pos_ not in {"NUM", "DET", "PRON"} and token.lower_ not in PARTS:
        return None
    return next((g for c in token.children if c.dep_ == "prep" and c.lower_ == "of" for g in c.children), None)


def resolve(
    article: Article, sentences: Sequence[Sentence], docs: Sequence[Doc], known: Affiliations | None = None
) -> ArticleParties:
    """Work out who is who in one article; ``docs`` are the sentences' parses in order.

    ``known`` is what ``unify`` made of the other articles: it settles names this article does not explain.
    """
    return ArticleParties(article, sentences, docs, known)
