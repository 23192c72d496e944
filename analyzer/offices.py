"""Offices and sides of persons that an article states: "Corvane's chair", "X, who heads the army", "X from Y".

A helper of ``affiliation``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from analyzer.bodies import portfolio, titled
from analyzer.entities import (
    FORMER,
    IT,
    ORG,
    OWNING,
    PERSON,
    PLACE,
    RIVALS,
    STATE,
    Entity,
    noun_classes,
    subject_like,
)
from analyzer.grouping import Grouping
from analyzer.names import FIELDS, POST_NOMINALS, RANKS, Name, is_held, tables
from analyzer.records import is_described
from analyzer.wordlists import words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

LIKELY = 0.5  # chance from which "its" in "its chairman, X" tells whose chairman: right in 9 of 10 training examples
GUESSED = 60  # per cent: that the mayor of an article is of the place where most of it seems to happen
LED_FOR = frozenset({"at", "for", "of"})  # what ties a body to what somebody leads: "who heads sales at Corvane"
HEADING = frozenset({"chair", "command", "head", "lead", "manage", "run"})
BENEATH = RANKS | {"chief"}  # "the oil minister, Chief X": an honour, the office is told beside it
PRESENT = frozenset({"VBP", "VBZ"})
COUNTERPARTS = frozenset({"counterpart", "opposite number"})
PEERS = COUNTERPARTS | {"colleague", "peer"}  # of the state that stands beside the word: "his French colleague"
BELONGING = frozenset({"at", "for", "from", "in", "of", "to", "with"})
ELECTED = frozenset({"congressman", "congresswoman", "lawmaker", "mep", "mp", "msp", "senator"})
FACTIONS = frozenset({"alliance", "bloc", "coalition", "front", "movement", "opposition", "party"})
# Offices of states and towns that banks, universities, churches or schools have as well.
ANYWHERE = frozenset({"archbishop", "bishop", "chancellor", "commissioner", "governor", "superintendent"})
CONTENDING = frozenset({"candidate", "challenger", "contender", "hopeful", "nominee"})
KIN = words("kin")
LAWYERS = frozenset({"attorney", "barrister", "counsel", "lawyer", "solicitor"})  # who speak for their client
SENT = frozenset({"ambassador", "consul", "delegate", "envoy", "representative"})  # "to X" is whom they are sent to


def of_government(title: str | None) -> bool:
    """Whether an office is held in a state or town alone, never in a firm: that of a minister, mayor or senator."""
    classes = tables().classes(title) if title else frozenset()
    return title not in ANYWHERE and (classes == {"state_head"} or classes == {"local_head"})


def ministry_of(title: str | None) -> str | None:
    """The ministry that a minister heads, by the name that bodies are given: "Health Ministry" of a health minister."""
    words = (title or "").split()
    headed = len(words) > 1 and words[-1] == "minister" and FIELDS | {"and"} >= set(words[:-1])
    return titled(" ".join([*words[:-1], "ministry"])) if headed else None


class Offices:
    """Reads the office of every person of an article, and whose it is where the words around the name state it."""

    def __init__(self, parties: Any, group: Grouping) -> None:  # an ArticleParties; its module imports this one
        self.p, self.group = parties, group
        self.known = tables()
        self.facing: Entity | None = None  # whose counterpart the person read last is
        self.leaning: dict[str, float] = {}  # what the owner read last may stand for, if it is a pronoun or bare noun
        self.past = False  # whether the office read last is one that was held before

    def read(self) -> None:
        """Read offices and stated parties of persons from the words around their names."""
        former: dict[str, tuple[Entity, str]] = {}
        for name in self.group.names:
            entity = self.p.by_span[name.start, name.end][1]
            if entity.kind != PERSON or entity.stated:
                continue
            self.leaning, self.facing, self.past = {}, None, False
            title, party = self._stated(name)
            if self.past and party is not None:
                former.setdefault(entity.name, (entity, party))
                continue
            entity.facing = entity.facing or (self.facing if self.facing is not entity else None)
            entity.title = entity.title or title
            if self.leaning and not self._is_person(party):
                party = max(self.leaning, key=self.leaning.__getitem__)
                if self.leaning[party] < LIKELY or self._rivalled(name, party):
                    entity.leaning = entity.leaning or self.leaning
                    continue
            classes = self.known.classes(title) if title is not None else frozenset()
            outside = bool(classes) and classes <= {"outside_head"} and title not in LAWYERS
            if not party or party == entity.name or outside:
                continue
            if is_described(party) and party not in {e.name for e in self.p.entities}:
                continue  # "the women's coach", "the tenants' secretary": no body
            if self.p.is_state(party) and (title is None or classes <= {"local_head", "outside_head"}):
                continue  # "X of Portugal", "the Italian doctor X", "its mayor": home, not office
            if party == self.group.guessed:
                entity.chances, entity.unsure = {party: GUESSED}, True
            else:
                entity.party, entity.stated = party, True
        for entity, party in former.values():
            if entity.title is None and not entity.stated:  # no other office is told: "the former president"
                entity.party, entity.stated = party, True

    def _rivalled(self, name: Name, party: str) -> bool:
        """Whether another body or state stands where "its" may point: in the name's sentence or the one before."""
        near = (n for n in self.group.names if name.sentence - 1 <= n.sentence and n.end < name.start)
        bodies = (self.p.by_span[n.start, n.end][1] for n in near)
        return any(e.kind in {ORG, STATE} and (e.party or e.name) != party for e in bodies)

    def _stated(self, name: Name) -> tuple[str | None, str | None]:
        """Return (office, party) that the words around a person's name state."""
        title = name.title
        doc = self.p.docs[name.sentence]
        if title == "minister" and name.first:  # "Mining minister X"
            title = f"{portfolio(doc[name.first - 1]).text.lower()} {title}".strip()
        formerly = title is not None and any(t.lower_ in FORMER for t in doc[self._title_start(doc, name) : name.first])
        if formerly:  # "The charity's chair, former minister X": what he is now, where that is told
            for left, right in self._appositions(doc, name):
                office, party = self._office_in(name.sentence, left, right)
                if party is not None:
                    return office, party
            self.past = True
        if name.owner is not None:
            party = self._named_party(name.owner)
            if party is not None:
                return title, party
        if title is not None:
            k = self._title_start(doc, name)
            party = self._possessor(name.sentence, k, title) or self._within_title(name, k)
            told = self._of_body(doc, name, title) if party is not None and self._only_leans() else None
            if told is not None:  # "Group Manager X, of Y": the group is no body that is told of
                self.leaning = {}
            if party is not None:
                return title, told or party
        for left, right in self._appositions(doc, name):
            office, party = self._office_in(name.sentence, left, right)
            higher = office is not None and "state_head" in self.known.classes(office)
            title = office if title is None or (higher and title in BENEATH) else title
            if party is not None:
                return title, party
        party = self._headed(name.sentence, name.last)
        if party is not None:
            return title or "head", party
        party = self._of_body(doc, name, title)
        return (title, party) if party is not None else self._next_sentence(name, title)

    def _only_leans(self) -> bool:
        """Whether the owner read last is likelier none than any."""
        return bool(self.leaning) and max(self.leaning.values()) < LIKELY

    def _headed(self, sentence: int, comma: int) -> str | None:
        """Party of the body in "X, who heads the Lorigian army,"; who "ran" it may be elsewhere now."""
        doc, k = self.p.docs[sentence], comma + 2
        if k >= len(doc) or doc[comma].text != "," or doc[k - 1].lower_ != "who":
            return None
        if doc[k].lower_ == "is":  # "X, who is also chairman of Y,"
            end = next((t.i for t in doc[k + 1 :] if t.pos_ in {"VERB", "AUX", "PUNCT"}), k + 1)
            return self._office_in(sentence, k + 1, end)[1]
        since = doc[k].tag_ in PRESENT and doc[k].lemma_ == "have"  # "who has headed it since 1998"
        held, k = doc[k].tag_ in PRESENT, k + since
        if k >= len(doc) or not held or doc[k].lemma_ not in HEADING:
            return None
        for token in doc[k + 1 : k + 7]:
            if token.pos_ in {"VERB", "AUX", "PUNCT"} or (token.pos_ == "ADP" and token.lower_ not in LED_FOR):
                return None
            entity = self._whole(sentence, token) or self._name_at(sentence, token.i)
            if entity is not None and entity.kind in {ORG, STATE}:
                return entity.party or entity.name
            if any(c.lower_ == "against" for c in token.children):
                return None  # "who leads the campaign against Corvane"
            owning = token.pos_ == "NOUN" and noun_classes(token) & OWNING
            if token.head.i == k and token.dep_ == "dobj" and (token.lower_ == "it" or owning):
                return self._token_party(sentence, token)  # "X, who leads it", "who runs the department"
        return None

    def _whole(self, sentence: int, town: Token) -> Entity | None:
        """The body that a part with a town's name is of: "the Harwick office of the Border Agency"."""
        part = town
        while part.dep_ in {"compound", "nmod"} and part.text[0].isupper():
            part = part.head
        if part is town or not (part.is_lower and part.pos_ == "NOUN"):
            return None
        ofs = (g for c in part.children if c.dep_ == "prep" and c.lower_ == "of" for g in c.children)
        named = (self._name_at(sentence, g.i) for g in ofs)
        return next((e for e in named if e is not None and e.kind == ORG), None)

    def _next_sentence(self, name: Name, title: str | None) -> tuple[str | None, str | None]:
        """Read "X does not look worried. The chief executive of Y walked ...": the office told a sentence later."""
        k = name.sentence + 1
        docs = self.p.docs
        introduced = " " in name.text and subject_like(docs[name.sentence][name.last - 1])
        if not introduced or k >= len(docs) or not self.p.speech.same_paragraph(k - 1, k) or docs[k][0].lower_ != "the":
            return title, None
        end = next((t.i for t in docs[k] if t.pos_ in {"VERB", "AUX"} or t.text == ","), 0)
        party = self._headed(k, end)  # "The former engineer, who has run X since 2019, added ..."
        if party is not None:
            return title or "head", party
        words = [t.lower_ for t in docs[k][1:end]]
        if "of" not in words or docs[k][1].text[:1].isupper():
            return title, None  # "The Bishop of Garth" is somebody else
        office, party = self._office_in(k, 1, end)
        return title or office, party

    def _named_party(self, text: str) -> str | None:
        """Party of a printed owner: a state, or the entity that bears the name."""
        key = self.group.state_key(text) or self.known.party(text)
        if key is not None:
            return key
        text = re.sub(r"['’]s?$", "", text)
        for entity in self.p.entities:
            if entity.kind != PERSON and any(n.text == text for n in entity.names):
                if entity.kind == PLACE:
                    entity.kind = ORG
                stated: str | None = entity.party or entity.name
                return stated
        return None

    def _title_start(self, doc: Doc, name: Name) -> int:
        """Index of the first token of the office words left of a name."""
        k = name.first
        while (k > 0 and (doc[k - 1].pos_ in {"NOUN", "ADJ", "PROPN"} and not self._name_at(name.sentence, k - 1))) or (
            k > 0 and doc[k - 1].text == "-"
        ):
            k -= 1
        return k

    def _name_at(self, sentence: int, token: int) -> Entity | None:
        found: Entity | None = self.p.by_token.get((sentence, token))
        return found

    def _possessor(self, sentence: int, k: int, title: str) -> str | None:
        """Party left of token ``k``: "Russia's", "the company's", "its", a demonym or name.

        Whoever speaks for a person, "Granholm spokeswoman X", is named by him here.
        """
        doc = self.p.docs[sentence]
        if k <= 0:
            return None
        if doc[k - 1].text == ")" and k > 3 and doc[k - 3].text == "(":
            k -= 3  # "the Justice Movement (JM) spokesman X"
        before = doc[k - 1]
        if before.text in {"'s", "’s", "'", "’"} and k >= 2:
            return self._token_party(sentence, doc[k - 2])
        if before.tag_ in {"PRP$", "WP$"}:  # "its", "Corvane, whose"
            return self._token_party(sentence, before)
        entity = self._name_at(sentence, k - 1)
        if entity is not None and entity.kind in {STATE, ORG}:
            return entity.party or entity.name
        if entity is not None and entity.kind == PERSON and self.known.classes(title) == {"spokes"}:
            return entity.name
        return None

    def _within_title(self, name: Name, k: int) -> str | None:
        """Party of the body that an office beside a name belongs to: "board president X", "the club's captain X"."""
        if (name.title or "").endswith(("minister", "secretary")):
            return None  # "mines minister X": a portfolio
        for token in reversed(self.p.docs[name.sentence][k : name.first - 1]):
            body = noun_classes(token) & OWNING and token.lemma_.lower() not in RIVALS  # not "opposition leader X"
            if body and token.pos_ in {"NOUN", "PROPN"}:
                return self._token_party(name.sentence, token)
        return None

    def _is_person(self, name: str | None) -> bool:
        return any(e.kind == PERSON and e.name == name for e in self.p.entities)

    def _token_party(self, sentence: int, token: Token) -> str | None:
        """Party behind a possessive; one that is no name, nor told to be somebody's, only leans to a party."""
        way, leaning = ("name", {}) if self._name_at(sentence, token.i) else self.p.told_by(sentence, token)
        if way != "owner":  # "The mission's commander, X", after "the UN mission"
            self.leaning = leaning
        found: str | None = self.p.party_behind(sentence, token, 1)
        return found

    def _appositions(self, doc: Doc, name: Name) -> Iterable[tuple[int, int]]:
        """Token ranges between commas right after and right before a name."""
        last = name.last + (name.last < len(doc) and doc[name.last].text in POST_NOMINALS)
        if last + 1 < len(doc) and doc[last].text in {",", "(", "—", "–"}:
            right = last + 1
            while right < len(doc) and doc[right].text not in {",", ")", ";", "—", "–", '"', "”"} and right - last < 16:
                if doc[right].pos_ in {"VERB", "AUX"} and doc[right].tag_ in {"VBD", "VBZ", "VBP"}:
                    break
                right += 1
            yield last + 1, right
        first = self._title_start(doc, name) if name.title or name.honorific else name.first
        if first >= 2 and doc[first - 1].text == ",":
            left = first - 1
            while (
                left > 0
                and doc[left - 1].text not in {",", ";", "”", '"', "“", "—"}
                and doc[left - 1].pos_ not in {"VERB", "AUX"}
                and first - left < 12
            ):
                left -= 1
            told = doc[name.last - 1].head if doc[name.last - 1].dep_ == "appos" else None
            within = told is not None and left <= told.i < first
            if told is not None and within:  # "wrote to the company's chair, X"
                left = max(left, told.left_edge.i)
            if within or first == name.first:
                yield left, first - 1

    def _office_in(self, sentence: int, left: int, right: int) -> tuple[str | None, str | None]:
        """Return (office, party) of an apposition such as "the chief executive of Corvane" or "Corvane's chair"."""
        doc = self.p.docs[sentence]
        for k in range(left, right):
            classes = noun_classes(doc[k])
            if not is_held(classes):
                continue
            if k + 1 < right and doc[k + 1].pos_ in {"NOUN", "PROPN", "PART"}:
                continue  # "minister's", "club captain election": not the head of the phrase
            if any(t.pos_ in {"ADP", "VERB", "SCONJ"} for t in doc[left:k] if t.lower_ not in {"of", "acting"}):
                return None, None  # the comma closes another phrase: "to inspectors at a day's notice, X promised"
            if any(t.lower_ == "of" and not any(m.tag_ == "POS" for m in doc[t.i : k]) for t in doc[left:k]):
                return None, None  # "a brother of the prime minister"
            if any(t.lower_ in CONTENDING for t in doc[left:k]):
                return None, None  # "the Labour candidate to be elected mayor of Leicester"
            office = doc[k].lemma_.lower()
            if office == "minister":  # "X, the health minister", as "health minister X"
                office = f"{portfolio(doc[k]).text.lower()} {office}".strip()
            self.past = any(t.lower_ in FORMER for t in doc[left:k])
            if "state_head" not in classes and self.past:
                return None, None  # "a former vice-chairman of Meridian Bank": whose side he is on now, it does not say
            for j in range(k + 1, min(right, k + 4)):
                if office in ELECTED and doc[j].lower_ == "for" and not any(t.lower_ in FACTIONS for t in doc[j:right]):
                    break  # "the MP for Aberavon": who sent him there, not for whom he speaks
                if doc[j].lower_ in ({"of", "from"} if office in SENT else BELONGING):
                    for m in range(j + 1, right):
                        entity = self._described_by(sentence, doc[m]) or self._name_at(sentence, m)
                        if entity is not None and entity.kind != PERSON:
                            if entity.kind == PLACE and entity.party is None and "local_head" not in classes:
                                break
                            return office, entity.party or entity.name
                        if doc[m].pos_ == "NOUN" and noun_classes(doc[m]):
                            return office, self._token_party(sentence, doc[m])
            words = 1 + (f"{doc[k - 1].lower_} {office}" in COUNTERPARTS)
            beside = self._name_at(sentence, k - words) if k - words >= left else None
            owners = [m for m in range(left, k) if doc[m].tag_ == "PRP$" or doc[m].text in {"'s", "’s", "'", "’"}]
            opposite = words > 1 or office in COUNTERPARTS
            if beside is not None and beside.kind == STATE and (opposite or office in PEERS or not owners):
                return office, beside.party or beside.name  # "his Lorigian counterpart"; not "Halden's UK director"
            if opposite:  # "her counterpart": of the other side, whichever that is
                whose = [doc[m] if doc[m].tag_ == "PRP$" else doc[m - 1] for m in owners[:1]]
                self.facing = next((self.p.stood_for(sentence, token) for token in whose), None)
                return office, None
            for m in owners[:1] or range(k - 1, left - 1, -1):
                if doc[m].tag_ == "PRP$":
                    return office, self._token_party(sentence, doc[m])
                if doc[m].text in {"'s", "’s", "'", "’"} and m > 0:
                    return office, self._token_party(sentence, doc[m - 1])
                entity = self._name_at(sentence, m)
                if entity is not None and entity.kind in {STATE, ORG}:
                    return office, entity.party or entity.name
            return office, None
        return self._employed(sentence, left, right)

    def _employed(self, sentence: int, left: int, right: int) -> tuple[str | None, str | None]:
        """Trade and party of who is told to be some body's: "the agency's duty engineer", "its producer"."""
        head = self.p.docs[sentence][left:right].root if left < right else None
        if head is None or head.tag_ != "NN" or head.lemma_.lower() in KIN | RIVALS:
            return None, None
        if noun_classes(head) & (OWNING | {"outside"}):
            return None, None  # "the bank's customer", and no person is a commission
        owner = next((c for c in head.lefts if c.dep_ == "poss" and c.i >= left), None)
        if owner is None or not self._body(sentence, owner):
            return None, None
        return head.lemma_.lower(), self._token_party(sentence, owner)

    def _body(self, sentence: int, owner: Token) -> bool:
        """Whether a possessor is one body, by name or by what it is called."""
        if owner.pos_ == "PRON":
            meant = self.p.pronouns.meant(sentence, owner) if owner.lower_ in IT else None
            if not isinstance(meant, tuple):
                return meant is not None and meant.kind == ORG
            sentence, owner = meant
        entity = self._name_at(sentence, owner.i)
        return entity.kind == ORG if entity is not None else owner.tag_ == "NN" and bool(noun_classes(owner) & OWNING)

    def _described_by(self, sentence: int, adjective: Token) -> Entity | None:
        """The body whose nation or town an adjective tells: Cinebox, of "the founder of Danish rival Cinebox"."""
        within, head = {"amod", "compound", "nmod"}, adjective
        while head.dep_ in within:
            head = head.head
        if head.i <= adjective.i + 1 or not head.text[0].isupper() or not adjective.nbor().is_lower:
            return None
        found = self._name_at(sentence, head.i)
        told = found is not None and found.kind == ORG and found is not self._name_at(sentence, adjective.i)
        return found if told else None

    def _of_body(self, doc: Doc, name: Name, title: str | None) -> str | None:
        """Body in "Helga Brandt of the Institute for Frontier Studies", "X from Y", "Group Manager X, of Y"."""
        k = name.last
        if k < len(doc) and doc[k].text == "," and title not in ELECTED and not of_government(title):
            k += 1  # "Mayor X, of New Path": his party
        if k >= len(doc) or doc[k].lower_ not in {"of", "from", "at"}:
            return None
        if doc[k].lower_ == "at" and of_government(title):
            return None  # "Defence Minister X, at the bank's head office"
        for m in range(k + 1, min(k + 4, len(doc))):
            entity = self._name_at(name.sentence, m)
            if entity is not None:
                return (entity.party or entity.name) if entity.kind in {ORG, STATE} else None
        return None
