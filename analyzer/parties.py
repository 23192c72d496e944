"""Names, offices and pronouns of an article -> the canonical party whose conduct they stand for.

Rules over names, titles and grammar; a gazetteer knows real states, the article itself tells of all others (demonyms
by shared stem, offices by apposition, firms and bodies by their endings and titles). What cannot be told is None.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from analyzer.affiliation import Sides
from analyzer.affinity import rank
from analyzer.aliases import Affiliations, unify
from analyzer.bodies import full_names
from analyzer.candidates import Asked, Field
from analyzer.entities import (
    CERTAIN,
    HE,
    INNER_PLACES,
    IT,
    OFFICER,
    ORG,
    OWNING,
    PARTS,
    PERSON,
    PLACE,
    SHE,
    STATE,
    THEY,
    WE,
    Entity,
    acts,
    has_owner,
    noun_classes,
    office_kind,
    owns_subject,
    rules,
    subject_like,
    surface,
)
from analyzer.names import BODY_ENDINGS, LEGAL_FORMS, Name, is_held, tables
from analyzer.offices import of_government
from analyzer.ownership import OUTSIDER
from analyzer.records import is_described
from analyzer.speech import SAYING, Speech
from analyzer.wordlists import words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from analyzer.records import Article, Sentence

__all__ = ["Affiliations", "ArticleParties", "resolve", "unify"]


SERVING = words("serving")
GOVERNING = words("governing")
PRIVATE = words("private_bodies")
REBELS = words("rebels")
RIVALS = words("rivals")
PROTESTING = words("protesting")
EMPLOYEES = words("employees")
ATTACKS = frozenset({"block", "occupy", "strike"})  # with an object also what forces do
_OF_US = re.compile(r"\b(?:I|my|our|us|we)\b", re.IGNORECASE)
# Kinds of bare noun that not every party can stand behind: no firm a government, no state a private body or rebels,
# no ministry or union a company.
GOVERNMENT, STATELESS, COMPANY = "government", "stateless", "company"
WITHOUT_MINISTRY = frozenset(
    {f"{office} minister" for office in ("chief", "first", "prime")}
    | {f"{office} secretary" for office in ("company", "general", "party", "press", "private")}
)
# Inner places that may speak for who is there: "Kensington Palace".
SEATED = frozenset({"dock", "docks", "hall", "palace", "pier", "tower", "towers", "wharf"})
COMPANIES = frozenset({"company", "corporation", "firm", "retailer", "manufacturer"})
NO_COMPANIES = frozenset(
    {"charity", "church", "court", "league", "party", "police", "regulator", "union", "university"}
)
PRIVATE_SORTS = NO_COMPANIES - {"court", "police", "regulator"} | {"club", "hospital", "museum", "school"}
# Who acts upon others, and what is done to what is one's own.
AGAINST_OTHERS = frozenset({"body", "own", "state_organ"})
FROM_INSIDE = frozenset(
    {
        "call",
        "form",
        "found",
        "head",
        "join",
        "lead",
        "leave",
        "manage",
        "name",
        "own",
        "quit",
        "represent",
        "run",
        "sell",
    }
)
TOWARDS = frozenset({"against", "with"})
OF_A_STATE = frozenset({"ambassador", "consul", "diplomat", "embassy", "envoy"})
COMMON = frozenset({"company", "corporation", "firm", "group", "holding", "holdings"})  # any may be called so
NEUTRAL = frozenset({"local", "many", "other", "senior", "several", "some", "top", "two"})  # of officials of any state
UNITS_OF_TIME = frozenset({"afternoon", "day", "evening", "month", "morning", "night", "week", "weekend", "year"})
AGAIN = 6  # sentences in which a thing that was told of may be taken up again
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
            party = self._bank_of(name, entity) or entity.party or entity.name
            if entity.countable or not self._may_be(way, party):
                continue
            if entity.kind != PLACE or entity.party or self._acting(entity):
                found[party] += chance / 1000
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    def _bank_of(self, name: Name, entity: Entity) -> str | None:
        """The body that "Switzerland's central bank" is, where an article of the run names it."""
        behind = self.docs[name.sentence][name.last : name.last + 3].text.lower()
        bank = entity.kind == STATE and re.match(r"(?:['’]s )?central bank", behind)
        return self.known.get(f"{entity.party} central bank") if bank else None

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
                heard[entity.name].append(self.shares(owners, GOVERNMENT if of_government(entity.title) else ""))
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
            way, chances = self._told_of(entity)
            return way, chances | self._beside(sentence, token) if way == "name" and chances else chances
        if token.pos_ == "PRON" or token.lower_ in WE | IT | HE | THEY:
            meant = self._meant(sentence, token)
            if isinstance(meant, Entity):
                return "pronoun", self._told_of(meant)[1]
            return "pronoun", {} if meant is None or depth > 4 else self.told_by(*meant, depth + 1)[1]
        part = _part(token)
        if part is not None and depth < 4:
            return self.told_by(sentence, part, depth + 1)
        named = next((e for c in token.children if c.dep_ == "appos" and (e := self.entity_at(sentence, c))), None)
        if named is not None and named.kind != PLACE:
            return self._told_of(named)
        if token.lemma_.lower() in RIVALS or self._against(sentence, token):
            return OUTSIDER, {}
        unnamed = self._unnamed_owner(sentence, token)
        if unnamed is not None and depth < 4:
            return self.told_by(sentence, unnamed, depth + 1)
        owner = self._told_owner(sentence, token, 0)
        if owner is not None and self._seated(token, owner):
            if any(child.lower_ in {"a", "an"} for child in token.lefts):
                return OUTSIDER, {}  # "an Italian company": none of those named
            return "noun", {name: chance for chance, name in self._likely(sentence, token, STATELESS)}
        if owner is not None:
            return "owner", {owner: 1.0}
        bearer = self._bearer(token) or self._led_by(token)
        if bearer is not None:
            return self._told_of(bearer)
        if noun_classes(token) == {"outside"}:
            return ("noun" if token.dep_ == "nsubjpass" else OUTSIDER), {}
        way = _way(token)
        return way or "noun", {name: chance for chance, name in self._likely(sentence, token, way)}

    def _beside(self, sentence: int, token: Token) -> dict[str, float]:
        """The states and bodies that "and" ties to a name, which do with it what it does: "Kenya and Togo offered"."""
        tied = (child for child in token.children if child.dep_ == "conj")
        named = (self.entity_at(sentence, child) for child in tied) if _joined(token) else ()
        both = (self._told_of(entity) for entity in named if entity is not None)
        return {party: 1.0 for way, chances in both if way == "name" for party in chances}

    def _told_of(self, entity: Entity) -> tuple[str, dict[str, float]]:
        """``told`` for a named entity."""
        party = self._entity_party(entity)
        sure = {} if party is None else {party: 1.0}
        if entity.chances and not entity.stated:
            way = "noun" if entity.kind != PERSON else GOVERNMENT if of_government(entity.title) else "person"
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
        meant = self._meant(sentence, token) if token.pos_ == "PRON" else None
        if isinstance(meant, tuple) and self.entity_at(*meant) is None:  # "the ministry", for "it"
            sentence, token = meant
            text = self.docs[sentence][token.left_edge.i : token.i + 1].text
        beside = (self.entity_at(sentence, child) for child in token.children if child.dep_ == "appos")
        person = next((e for e in beside if e is not None and e.kind == PERSON), None)  # "its planning chief, X"
        entity = self.entity_at(sentence, token) or person or self._stood_for(sentence, token)
        if entity is not None and (entity.kind == PERSON or token.pos_ == "PRON"):
            return entity.name
        return re.sub(r"^(the|a|an)\s+", "", text, flags=re.IGNORECASE) if len(text.split()) > 1 else text

    def entity_of(self, start: int, end: int) -> Entity | None:
        """Return the named entity behind a mention or pronoun."""
        head = self._head(start, end)
        return None if head is None else self.stood_for(*head)

    def stood_for(self, sentence: int, token: Token) -> Entity | None:
        """Return the named entity behind a name or pronoun; None for any other word."""
        return self.entity_at(sentence, token) or self._stood_for(sentence, token)

    def _stood_for(self, sentence: int, token: Token) -> Entity | None:
        """Return the named entity that a pronoun stands for; None for any other word."""
        meant = self._meant(sentence, token) if token.pos_ == "PRON" else None
        return self.entity_at(*meant) if isinstance(meant, tuple) else meant

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
            return self._entity_party(entity)
        if token.pos_ == "PRON" or token.lower_ in WE | IT | HE | THEY:
            return self._pronoun_party(sentence, token, depth)
        return self._noun_party(sentence, token, depth)

    def _entity_party(self, entity: Entity) -> str | None:
        if entity.kind in {STATE, PERSON, ORG} and not (entity.unsure and entity.party is None):
            return entity.party or entity.name
        # A place that acts ("Karshad now wants") stands for the state that governs there, if the article tells which.
        return entity.party

    def _noun_party(self, sentence: int, token: Token, depth: int) -> str | None:
        """Party behind a common noun: its owner, else the likeliest party of the article, if one is likely enough."""
        classes = noun_classes(token)
        owner = self._told_owner(sentence, token, depth)
        if classes == {"outside"} or token.lemma_.lower() in RIVALS or self._against(sentence, token):
            return surface(token)
        if owner is not None and self._seated(token, owner):
            chance, party = self._likely(sentence, token, STATELESS)[0]
            return party if party and chance >= CERTAIN else surface(token)
        if owner is not None:
            return owner
        bearer = self._bearer(token) or self._led_by(token)
        if bearer is not None:
            return self._entity_party(bearer)
        chance, party = self._likely(sentence, token, _way(token))[0]
        if chance < CERTAIN:
            return None
        return party or (surface(token) if classes & {"body", "outside", "firm"} else None)

    def _against(self, sentence: int, token: Token) -> bool:
        """Whether staff act against who employs them; "Israeli pilots struck two targets" serve their state."""
        if not _protests(token):
            return False
        owner = self._told_owner(sentence, token, 0)
        attacked = token.head.lemma_ in ATTACKS and any(child.dep_ == "dobj" for child in token.head.rights)
        return not (attacked and owner is not None and self.is_state(owner))

    def _seated(self, token: Token, owner: str) -> bool:
        """Whether a state tells only where a firm or private body is: "the French carmaker", "a French charity"."""
        private = "firm" in noun_classes(token) or token.lemma_.lower() in PRIVATE
        return private and self.is_state(owner)

    def _likely(self, sentence: int, token: Token, way: str) -> list[tuple[float, str]]:
        """The parties that a bare noun of kind ``way`` may stand for, likeliest first; "" is none of the article's."""
        asked = self.asked_of(sentence, token)
        self.asked.append(asked)
        barred = self.acted_upon(sentence, token)
        ranked = (
            o for o in rank(self.field.ask(asked)) if o[1] not in barred and not self._of_another_sort(asked, o[1])
        )
        left = [(chance, party) for chance, party in ranked if self._may_be(way, party)]
        return left or [(1.0, "")]

    def _of_another_sort(self, asked: Asked, party: str) -> bool:
        """Whether a noun tells a sort of body that a party's name contradicts: "the bank", of the nurses' union."""
        named = self._sorts(party) if " " in party else frozenset()
        return bool(asked.sorts and named & NO_COMPANIES and not named & asked.sorts)

    def acted_upon(self, sentence: int, token: Token) -> frozenset[str]:
        """The parties that a body without a name acts upon, none of which it can be: "The union sued Halvorsen".

        Not what is led, owned or sold by it: "The board sold Halvorsen".
        """
        classes = noun_classes(token)
        single = "outside" in classes and token.tag_ == "NN"  # "a judge"
        if not (single or classes & AGAINST_OTHERS) or token.lemma_.lower() == "board":
            return frozenset()
        found = set()
        for other in _upon(token):
            entity = self.entity_at(sentence, other)
            if entity is not None and entity.kind in {STATE, ORG}:
                found.add(entity.party or entity.name)
            elif entity is None and other.lemma_.lower() in OF_A_STATE:
                found.add(self._owner(sentence, other, 1) or "")  # "summoned the Spanish ambassador"
        return frozenset(found - {""})

    def _may_be(self, way: str, party: str) -> bool:
        """Whether a party can be what a noun of kind ``way`` names: no firm is a government, no state its rebels."""
        state = self.is_state(party) or self.known.kinds.get(party) == STATE
        if way == STATELESS:
            return not state
        if way == COMPANY:
            return not (state or rules(party) or self._sorts(party) & NO_COMPANIES)
        return way != GOVERNMENT or not self._private(party)

    def _sorts(self, party: str) -> frozenset[str]:
        """The sorts of body that the last word of a name tells, if the article uses it for one: not "Western Union"."""
        last = re.sub(r" \([^)]*\)$", "", party).rpartition(" ")[2].lower()
        used = any(token.text in {last, f"{last}s"} for doc in self.docs for token in doc)
        return tables().sorts_of(last) if used or is_described(party.rpartition(" (")[0]) else frozenset()

    def _private(self, party: str) -> bool:
        """Whether a party is known for a firm or private body; a state that no table knows is seldom told from one."""
        called = (noun for group in self.field.groups() if group.key == party for noun in group.called)
        private = any(tables().classes(noun) & {"body", "firm"} for noun in called)
        private = private or (" " in party and bool(tables().sorts_of(party) & PRIVATE_SORTS))
        ending = party.rpartition(" ")[2].lower() if " " in party else ""
        return (private or ending in BODY_ENDINGS | LEGAL_FORMS) and not rules(party) and not self.is_state(party)

    def asked_of(self, sentence: int, token: Token) -> Asked:
        """The question whose a common noun is."""
        kind = office_kind(noun_classes(token))
        return Asked(self.sentences[sentence].start + token.idx, kind, token.lemma_.lower(), None, token)

    def _told_owner(self, sentence: int, token: Token, depth: int) -> str | None:
        """Party that the text tells a common noun to be of: by its phrase, by a name that it takes up, or before."""
        owner = self._owner(sentence, token, depth)
        if owner is not None and _central_bank(token):
            return self.known.get(f"{owner} central bank", owner)  # "Switzerland's central bank", with a name elsewhere
        return owner or self._namesake(token) or self._again(sentence, token)

    def owner_of(self, sentence: int, token: Token) -> str | None:
        """Party that the phrase headed by ``token`` names as its owner."""
        return self._owner(sentence, token, 0)

    def _owner(self, sentence: int, token: Token, depth: int) -> str | None:
        """Party named by a possessive, an adjective of nation, a compound, "of X" or an apposition."""
        for child in token.children:
            if (
                child.dep_ == "appos"
                and (entity := self.entity_at(sentence, child)) is not None
                and entity.kind != PLACE
            ):
                return self._entity_party(entity)
            if child.dep_ == "acl" and child.lemma_ in {"call", "name"}:  # "a firm called X"
                named = next((e for c in child.children if (e := self.entity_at(sentence, c)) is not None), None)
                if named is not None and named.kind != PLACE:
                    return self._entity_party(named)
        for child in token.children:
            if child.dep_ == "acl" and child.lower_ in SERVING:  # "contractors hired by X"
                agents = (g for c in child.children if c.dep_ == "agent" for g in c.children if g.dep_ == "pobj")
                if (agent := next(agents, None)) is not None:
                    return self.party_behind(sentence, agent, depth + 1)
            if child.dep_ == "poss":
                return self.party_behind(sentence, child, depth + 1)
        for child in token.children:
            if child.dep_ in {"amod", "compound", "nmod"} and child.i < token.i:
                entity = self.entity_at(sentence, child)
                if entity is not None and entity.kind == PLACE and noun_classes(token) == {"firm"}:
                    continue  # "the Dublin group" has its seat there
                if entity is not None and (entity.kind in {STATE, ORG} or entity.party):
                    return entity.party or entity.name
                if child.dep_ == "compound" and (inner := self._owner(sentence, child, depth + 1)):
                    return inner
        for i in range(token.left_edge.i, token.i):
            entity = self.entity_at(sentence, token.doc[i])
            if (
                entity is not None
                and entity.kind == STATE
                and token.doc[i].dep_ in {"amod", "compound", "nmod", "npadvmod"}
            ):
                return entity.party  # "two Toravian reconnaissance planes", however the parser hangs the adjective
        for child in token.children:
            if child.dep_ == "prep" and child.lower_ in {"of", "from", "at", "in", "for", "with", "to"}:
                for target in child.children:
                    if target.dep_ != "pobj":
                        continue
                    entity = self.entity_at(sentence, target)
                    if (
                        entity is not None
                        and child.lower_ == "in"
                        and entity.kind != STATE
                        and not tables().party(entity.name)
                    ):
                        continue
                    if entity is not None:
                        of_state = noun_classes(token) & {"state_organ", "state_head"}
                        if child.lower_ in {"of", "from", "at", "for"} or of_state:
                            return self._entity_party(entity)
                        if child.lower_ == "in" and _officials(token):
                            return self._entity_party(entity)
                    elif entity is None and child.lower_ == "of" and depth < 3:
                        return self.party_behind(sentence, target, depth + 1) if has_owner(target) else None
                    elif child.lower_ == "for" and depth < 3 and noun_classes(target) & {"firm", "body", "state_organ"}:
                        return self.party_behind(sentence, target, depth + 1)  # "lawyers for the diocese"
        return None

    def _namesake(self, token: Token) -> str | None:
        """The one body of the article whose name "the diocese", "a university spokesman" takes up again."""
        definite = any(c.dep_ == "det" and c.lower_ == "the" for c in token.children)
        words = {token.lower_} - COMMON if token.is_lower and definite else set[str]()
        words |= {c.lower_ for c in token.lefts if c.dep_ == "compound" and c.is_lower and noun_classes(c) & OWNING}
        bodies = [e for e in self.entities if e.kind in {ORG, PLACE} and words & set(e.name.lower().split())]
        phrase = {token.lower_, *(c.lower_ for c in token.lefts if c.dep_ in {"amod", "compound"})}
        whole = [e for e in bodies if phrase <= set(e.name.lower().split())]  # "the central bank", of two banks
        parties = {e.party or e.name for e in whole or bodies}
        return parties.pop() if len(parties) == 1 else None

    def _again(self, sentence: int, token: Token) -> str | None:
        """Whose a thing told of before is: "the soldiers", after "six soldiers of the Lorigian army"."""
        if not token.is_lower or [c.lower_ for c in token.lefts] != ["the"] or is_held(noun_classes(token)):
            return None
        for k in range(sentence, max(-1, sentence - AGAIN), -1):
            for other in reversed(self.docs[k]):
                if other.lemma_ == token.lemma_ and (k < sentence or other.i < token.i) and other.pos_ == "NOUN":
                    owner = self._owner(k, other, 2)
                    if owner is not None:
                        return owner
        return None

    def _bearer(self, token: Token) -> Entity | None:
        """The one person of the article who bears the office that "the mayor", "the vice-chancellor" names."""
        if token.pos_ not in {"NOUN", "PROPN"} or not all(c.dep_ in {"det", "compound"} for c in token.children):
            return None
        definite = any(c.lower_ == "the" for c in token.children) or (token.i == 0 and acts(token))
        office = token.doc[token.left_edge.i : token.i].text.lower().removeprefix("the").strip()
        office = f"{office} {token.lemma_.lower()}".strip()
        if not definite or not is_held(noun_classes(token)):
            return None
        bearers = [e for e in self.entities if e.kind == PERSON and f" {e.title}".endswith(f" {office}")]
        return bearers[0] if len(bearers) == 1 else None

    def _led_by(self, token: Token) -> Entity | None:
        """The one minister or police chief of the article whose ministry or police a bare noun names."""
        phrase = [*(c.lower_ for c in token.lefts if c.dep_ in {"amod", "compound"}), token.lower_]
        people = [e for e in self.entities if e.kind == PERSON and e.title is not None]
        if phrase[-1] == "ministry":
            held = tuple(" ".join(["", *phrase[:-1], office]) for office in ("minister", "secretary"))
            heads = [e for e in people if f" {e.title}".endswith(held) and e.title not in WITHOUT_MINISTRY]
            if len(self._states()) > 1 and len(phrase) == 1:
                return None  # of two states in the article either has ministries
        elif phrase == ["police"]:
            heads = [e for e in people if "police" in tables().sorts_of(e.title or "")]
        else:
            return None
        return heads[0] if len({self._entity_party(e) for e in heads}) == 1 else None

    def _states(self) -> set[str]:
        """The states that the article names."""
        return {e.party or e.name for e in self.entities if e.kind == STATE}

    def _unnamed_owner(self, sentence: int, token: Token) -> Token | None:
        """The pronoun or bare noun that owns what a noun names: "its lawyers", "the agency's head"."""
        if token.pos_ != "NOUN":
            return None
        for child in token.children:
            if child.dep_ == "poss":
                return child if self.entity_at(sentence, child) is None else None
        for child in token.rights:
            if child.dep_ == "prep" and child.lower_ in {"of", "from", "for", "at"}:
                for target in child.rights:
                    if target.pos_ == "NOUN" and noun_classes(target) & OWNING and target.dep_ == "pobj":
                        return target
        return None

    def is_state(self, party: str) -> bool:
        """Whether a party is a state of this article."""
        return any(e.kind == STATE and e.party == party for e in self.entities)

    def _pronoun_party(self, sentence: int, token: Token, depth: int) -> str | None:
        meant = self._meant(sentence, token)
        if isinstance(meant, Entity):
            return self._entity_party(meant)
        return None if meant is None else self.party_behind(*meant, depth + 1)

    def _meant(self, sentence: int, token: Token) -> Entity | tuple[int, Token] | None:
        """What a pronoun stands for: a named entity, or another word with its sentence."""
        if token.lower_ in WE:
            region = self.speech.region_at(self.sentences[sentence].start + token.idx)
            report = self.speech.quote_report(region) if region is not None else None
            return None if report is None else self.token_at(report.head)
        entity = self._antecedent(sentence, token)
        speaker = self.last_speaker(sentence) if token.lower_ in HE and entity is None else None
        if speaker is not None and speaker[1].pos_ == "PRON":
            speaker = None
        noun = self._goes_on(sentence, token) or self._nearer_noun(sentence, token)
        return noun or entity or speaker or self._noun_antecedent(sentence)

    def _nearer_noun(self, sentence: int, token: Token) -> tuple[int, Token] | None:
        """The body that is the last subject before "it" but has no name: "The fund had a bad year. It lost ...".

        One with an owner only where it is who tells it: "the Congolese army said that it".
        """
        if token.lower_ not in IT:
            return None
        if token.i == 0 and token.tag_ == "PRP$" and (last := self._last_noun(sentence - 1)) is not None:
            return last
        for k in (sentence, sentence - 1):
            if k < 0:
                continue
            for other in reversed(self.docs[k][: token.i] if k == sentence else self.docs[k]):
                if other.dep_ not in {"nsubj", "nsubjpass"} or (k < sentence and other.head.dep_ != "ROOT"):
                    continue
                if k < sentence and other.lower_ in IT:
                    return k, other
                if other.pos_ not in {"NOUN", "PROPN"}:
                    continue
                entity = self.entity_at(k, other)
                body = entity is None and noun_classes(other) & OWNING
                if body and (_tells(other, token) or self._owner(k, other, 0) is None):
                    return k, other
                if entity is not None and entity.kind != PERSON:
                    return None
        return None

    def _last_noun(self, sentence: int) -> tuple[int, Token] | None:
        """The unnamed body that ends a sentence about none that is named, for "Its president, X" in the next."""
        if sentence < 0 or not self.speech.same_paragraph(sentence, sentence + 1):
            return None
        words = [t for t in self.docs[sentence] if t.is_alpha]
        subjects = (self.entity_at(sentence, t) for t in words if subject_like(t))
        if any(entity is not None and entity.kind in {STATE, ORG} for entity in subjects):
            return None
        last = words[-1] if words else None
        bare = last is not None and last.pos_ == "NOUN" and noun_classes(last) & OWNING and last.tag_ == "NN"
        return (sentence, last) if last is not None and bare else None

    def _goes_on(self, sentence: int, token: Token) -> tuple[int, Token] | None:
        """The speaker of the sentence before that "It said ..." goes on from; None for any other pronoun.

        "He said" goes on only from one who has an office and no name: "a spokesman for the firm".
        """
        if token.lower_ not in HE | IT | THEY or token.i > 1 or token.dep_ != "nsubj":
            return None
        if token.head.lemma_ not in SAYING:
            return None
        if sentence == 0 or not self.speech.reports[sentence - 1]:
            return None
        found = self.token_at(self.speech.reports[sentence - 1][0].head)
        if found is None or found[1].pos_ not in {"NOUN", "PROPN"}:
            return None
        entity = self.entity_at(*found)
        if token.lower_ in HE:
            woman = found[1].lower_.endswith("woman")
            held = entity is None and is_held(noun_classes(found[1]))
            return found if held and woman <= (token.lower_ in SHE) else None
        return None if entity is not None and entity.kind == PERSON else found

    def last_speaker(self, sentence: int) -> tuple[int, Token] | None:
        """Head of the nearest speaker before a sentence who is no pronoun, at most four sentences back."""
        for k in range(sentence - 1, max(-1, sentence - 5), -1):
            for report in reversed(self.speech.reports[k]):
                found = self.token_at(report.head)
                if found is not None and found[1].pos_ != "PRON":
                    return found
        return None

    def _antecedent(self, sentence: int, token: Token) -> Entity | None:
        """Entity a third-person pronoun stands for: subject before it in the sentence, else of sentences before."""
        word = token.lower_
        if word in HE:
            kinds = {PERSON}
        elif word in IT | THEY:
            kinds = {STATE, ORG}
        else:
            return None
        if self._nearer_noun(sentence, token) is not None:
            return None
        offset = self.sentences[sentence].start + token.idx
        best: tuple[float, Entity] | None = None
        if (
            token.dep_ == "nsubj"
            and token.head.lemma_ in SAYING
            and token.i > 0
            and token.head.dep_ in {"ROOT", "parataxis", "ccomp"}
            and self.docs[sentence][token.i - 1].text in {",", '"', "”", "’"}
        ):
            # "The plant would stay open, it said": what is said cannot name the speaker.
            offset = self.sentences[sentence].start
        outside = self.speech.region_at(self.sentences[sentence].start + token.idx) is None
        for name, entity in self.timeline:
            if name.start >= offset:
                break
            region = self.speech.region_at(name.start) if outside and name.sentence == sentence else None
            if region is not None and _OF_US.search(self.article.text, *region):
                continue  # "“If Veltro leaves, we leave,” said its secretary": another is spoken of than who speaks
            acts = (
                entity.kind == PLACE
                and len(entity.names) > 1
                and ORG in kinds
                and subject_like(self.docs[name.sentence][name.last - 1])
            )
            if (entity.kind not in kinds and not acts) or sentence - name.sentence > 8:
                continue
            if word in HE and entity.female is not None and entity.female != (word in SHE):
                continue
            score = self._salience(name, sentence, organs=word not in HE)
            if best is None or score >= best[0]:
                best = (score, entity)
        return best[1] if best is not None else None

    def _salience(self, name: Name, sentence: int, *, organs: bool) -> float:
        """How ready a name is to be meant by a pronoun: subjects of near sentences first.

        With ``organs`` whose organ was a subject before is as good as one: "the Congolese army".
        """
        doc = self.docs[name.sentence]
        last = doc[name.last - 1]
        within = last.dep_ in {"compound", "nmod", "amod"}
        before = organs and name.sentence < sentence
        organ = before and within and subject_like(last.head) and bool(noun_classes(last.head) & OWNING)
        subject = organ or subject_like(last)
        score = 3.0 if subject else 0.0 if within else 1.0
        if owns_subject(last):
            score = 2.2
        score -= 1.2 * (sentence - name.sentence)
        if name.sentence == sentence and subject and last.head.dep_ not in {"advcl", "relcl"}:
            score += 0.6  # "X will print nothing until the court rules, its spokesman said": X's
        return score + 0.001 * name.start / max(1, len(self.article.text))

    def _noun_antecedent(self, sentence: int) -> tuple[int, Token] | None:
        """Subject noun of one of the two sentences before, for "it" and "they" without a named antecedent."""
        for k in range(sentence - 1, max(-1, sentence - 3), -1):
            for other in self.docs[k]:
                subject = other.dep_ in {"nsubj", "nsubjpass"} and other.head.dep_ == "ROOT" and other.pos_ == "NOUN"
                if subject and other.lemma_.lower() not in UNITS_OF_TIME:
                    return k, other
        return None


def _central_bank(token: Token) -> bool:
    """Whether a noun is "central bank"."""
    return token.lower_ == "bank" and token.i > 0 and token.nbor(-1).lower_ == "central"


def _upon(token: Token) -> Iterator[Token]:
    """Whom a subject or agent does something to: objects, whom it is against, and who is ordered "to" do something."""
    if token.dep_ == "pobj" and token.head.dep_ == "agent":
        yield from (c for c in token.head.head.children if c.dep_ == "nsubjpass")
        return
    if token.dep_ != "nsubj" or token.head.lemma_.lower() in FROM_INSIDE:
        return
    for child in token.head.children:
        if child.dep_ in {"dative", "dobj"}:
            yield child
        elif child.dep_ == "prep" and child.lower_ in TOWARDS:
            yield from (c for c in child.children if c.dep_ == "pobj")
        elif child.dep_ == "ccomp" and any(c.lower_ == "to" and c.dep_ == "aux" for c in child.lefts):
            yield from (c for c in child.lefts if c.dep_ == "nsubj")  # "ordered Halvorsen to pay"


def _way(token: Token) -> str:
    """The kind of a bare noun that not every party can stand behind: "the government", "the rebels"."""
    lemma = token.lemma_.lower()
    if lemma in GOVERNING:
        return GOVERNMENT
    return STATELESS if lemma in REBELS else COMPANY if lemma in COMPANIES and _alone(token) else ""


def _alone(token: Token) -> bool:
    """Whether nothing stands before a noun but its article: "the company"; not "the state company"."""
    return all(child.dep_ == "det" for child in token.lefts)


def _protests(token: Token) -> bool:
    """Whether staff do what they do against who employs them: "pilots stopped work", "workers blocked the road"."""
    verb = token.head
    if token.dep_ != "nsubj" or token.lemma_.lower() not in EMPLOYEES:
        return False
    phrases = {f"{verb.lemma_.lower()}-{child.lemma_.lower()}" for child in verb.rights}  # "walk-out", "stop-work"
    return bool(PROTESTING & ({verb.lemma_.lower()} | phrases))


def _named(chances: Mapping[str, int]) -> dict[str, int]:
    """The chances of parties that have a name; none where the likeliest has not.

    "The union", "borough council's cabinet" may be any elsewhere: who is of it is of none of the others here.
    """
    likeliest = max(sorted(chances), key=lambda party: chances[party], default="")
    return {} if is_described(likeliest) else {p: chance for p, chance in chances.items() if not is_described(p)}


def _bare(name: str) -> bool:
    """Whether a body is called by a common noun alone: "university"."""
    return is_described(name) and " " not in name


def _tells(subject: Token, pronoun: Token) -> bool:
    """Whether a subject is who says the clause that a pronoun is the subject of."""
    verb = pronoun.head
    while verb.dep_ == "conj":
        verb = verb.head
    return verb.dep_ == "ccomp" and subject.head.i == verb.head.i


def _officials(token: Token) -> bool:
    """Whether "officials in" a capital are its state's: not a firm's, a movement's or "Western" ones."""
    described = (c for c in token.lefts if c.dep_ != "det" or c.lower_ == "another")
    return token.lemma_.lower() == "official" and all(c.lower_ in NEUTRAL or c.like_num for c in described)


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
