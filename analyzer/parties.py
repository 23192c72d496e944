"""Names, offices and pronouns of an article -> the canonical party whose conduct they stand for.

Rules over names, titles and grammar; a gazetteer knows real states, the article itself tells of all others (demonyms
by shared stem, offices by apposition, firms and bodies by their endings and titles). What cannot be told is None.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from analyzer.affiliation import Reader
from analyzer.affinity import MEDIA, Candidate, rank
from analyzer.aliases import Affiliations, unify
from analyzer.entities import (
    CERTAIN,
    HE,
    IT,
    ORG,
    PARTS,
    PERSON,
    PLACE,
    SHE,
    STATE,
    THEY,
    WE,
    Entity,
    focus_kinds,
    has_owner,
    noun_classes,
    office_kind,
    subject_like,
    surface,
)
from analyzer.names import Name, tables
from analyzer.speech import SAYING, Speech

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from analyzer.records import Article, Sentence

__all__ = ["Affiliations", "ArticleParties", "resolve", "unify"]


class ArticleParties:
    """What an article says about who is who; offsets are into ``Article.text``."""

    def __init__(
        self, article: Article, sentences: Sequence[Sentence], docs: Sequence[Doc], known: Affiliations | None = None
    ) -> None:
        """Find names, join them to entities and work out each one's party; ``known`` is what other articles say."""
        self.known = known if known is not None else Affiliations({})
        self.by_token: dict[tuple[int, int], Entity] = {}
        self.article, self.sentences, self.docs = article, sentences, docs
        self.speech = Speech(article, sentences, docs)
        self.entities: list[Entity] = []
        self.by_span: dict[tuple[int, int], tuple[Name, Entity]] = {}
        self.timeline: list[tuple[Name, Entity]] = []
        Reader(self).read()
        self.timeline = sorted(self.by_span.values(), key=lambda pair: pair[0].start)

    @property
    def affiliations(self) -> Affiliations:
        """Full names of states, bodies and persons -> party, with demonyms; to be shared by ``unify``."""
        stated = {e.name: e.party for e in self.entities if e.party is not None and e.stated}
        stated |= {n.text: e.party for e in self.entities for n in e.names if e.kind == STATE and e.party is not None}
        return Affiliations(stated, {e.name: e.kind for e in self.entities})

    @property
    def guesses(self) -> dict[str, str]:
        """Names -> party that the text suggests but does not state; weaker evidence for ``unify``."""
        people = {
            e.name: e.party
            for e in self.entities
            if e.kind == PERSON and e.party not in {None, e.name} and not e.stated
        }
        bodies = {e.name: e.party for e in self.entities if e.kind == ORG and e.party == e.name and not e.stated}
        return {name: party for name, party in (people | bodies).items() if party is not None}

    def party_of(self, start: int, end: int) -> str | None:
        """Canonical party behind the mention, noun phrase or pronoun at [start, end); None when it cannot be told."""
        head = self._head(start, end)
        return None if head is None else self.party_behind(head[0], head[1], 0)

    def name_of(self, start: int, end: int) -> str:
        """Return the name a report should show for the mention: a pronoun or surname gives the full name."""
        head = self._head(start, end)
        text = self.article.text[start:end].strip(" ,;:\"'“”’—–-")
        if head is None:
            return text
        sentence, token = head
        entity = self.entity_at(sentence, token) or self._antecedent(sentence, token)
        if entity is not None and (entity.kind == PERSON or token.pos_ == "PRON"):
            return entity.name
        return re.sub(r"^(the|a|an)\s+", "", text, flags=re.IGNORECASE) if len(text.split()) > 1 else text

    def entity_of(self, start: int, end: int) -> Entity | None:
        """Return the named entity behind a mention or pronoun."""
        head = self._head(start, end)
        return None if head is None else (self.entity_at(*head) or self._antecedent(*head))

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
        part = next((g for c in token.children if c.dep_ == "prep" and c.lower_ == "of" for g in c.children), None)
        if part is not None and (token.pos_ in {"NUM", "DET", "PRON"} or token.lower_ in PARTS):
            return self.party_behind(sentence, part, depth + 1)  # "none of its jets", "a number of Perch users"
        if token.pos_ == "PRON" or token.lower_ in WE | IT | HE | THEY:
            return self._pronoun_party(sentence, token, depth)
        entity = self.entity_at(sentence, token)
        if entity is not None:
            return self._entity_party(entity)
        return self._noun_party(sentence, token, depth)

    def _entity_party(self, entity: Entity) -> str | None:
        if entity.kind in {STATE, PERSON, ORG} and not (entity.unsure and entity.party is None):
            return entity.party or entity.name
        # A place that acts ("Karshad now wants") stands for the state that governs there, if the article tells which.
        return entity.party

    def _noun_party(self, sentence: int, token: Token, depth: int) -> str | None:
        """Party behind a common noun: its owner, else the body in focus that the noun can stand for."""
        lemma = token.lemma_.lower()
        classes = noun_classes(token)
        owner = self._owner(sentence, token, depth)
        if "outside" in classes and len(classes) == 1:
            return surface(token)
        if owner is not None:
            if classes & {"firm"} and self.is_state(owner):
                return surface(token)
            return owner
        determiner = next((c for c in token.children if c.dep_ == "det"), None)
        definite = determiner is not None and determiner.lower_ in {"the", "this", "that", "these", "those"}
        bare = determiner is None
        kinds = focus_kinds(classes)
        if kinds and (
            definite or "spokes" in classes or (bare and classes & {"state_organ", "state_head", "firm_head", "own"})
        ):
            offset = self.sentences[sentence].start + token.idx
            ranked = rank(self.candidates(offset, lemma, classes, None))
            named = [party for _, party in ranked if lemma in party.lower().split()]
            if named:
                return named[0]
            if classes & {"body"} and (own := surface(token)) is not None and " " in own:
                return own  # "the election commission": a body of its own, never named otherwise
            return ranked[0][1] if ranked and ranked[0][0] >= CERTAIN else None
        return None

    def _owner(self, sentence: int, token: Token, depth: int) -> str | None:
        """Party named by a possessive, an adjective of nation, a compound, "of X" or an apposition."""
        for child in token.children:
            if (
                child.dep_ == "appos"
                and (entity := self.entity_at(sentence, child)) is not None
                and entity.kind != PLACE
            ):
                return self._entity_party(entity)
        for child in token.children:
            if child.dep_ == "poss":
                return self.party_behind(sentence, child, depth + 1)
        for child in token.children:
            if child.dep_ in {"amod", "compound", "nmod"} and child.i < token.i:
                entity = self.entity_at(sentence, child)
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
                        if child.lower_ in {"of", "from", "at", "for"} or noun_classes(token) & {
                            "state_organ",
                            "state_head",
                        }:
                            return self._entity_party(entity)
                    elif entity is None and child.lower_ == "of" and depth < 3:
                        return self.party_behind(sentence, target, depth + 1) if has_owner(target) else None
        return None

    def is_state(self, party: str) -> bool:
        """Whether a party is a state of this article."""
        return any(e.kind == STATE and e.party == party for e in self.entities)

    def _pronoun_party(self, sentence: int, token: Token, depth: int) -> str | None:
        word = token.lower_
        if word in WE:
            region = self.speech.region_at(self.sentences[sentence].start + token.idx)
            report = self.speech.quote_report(region) if region is not None else None
            if report is None:
                return None
            found = self.token_at(report.head)
            return None if found is None else self.party_behind(found[0], found[1], depth + 1)
        entity = self._antecedent(sentence, token)
        if entity is not None:
            return self._entity_party(entity)
        if word in HE and (found := self.last_speaker(sentence)) is not None and found[1].pos_ != "PRON":
            return self.party_behind(found[0], found[1], depth + 1)
        return self._noun_antecedent(sentence, depth)

    def last_speaker(self, sentence: int) -> tuple[int, Token] | None:
        """Head of the nearest speaker before a sentence who is no pronoun, at most four sentences back."""
        for k in range(sentence - 1, max(-1, sentence - 5), -1):
            for report in reversed(self.speech.reports[k]):
                found = self.token_at(report.head)
                if found is not None and found[1].pos_ != "PRON":
                    return found
        return None

    def suggest(self, entity: Entity, votes: Mapping[str, float]) -> None:
        """Let evidence from outside (whose conduct a person speaks of) settle a party that is not stated."""
        if entity.stated or entity.kind != PERSON or not votes:
            return
        classes = tables().classes(entity.title) if entity.title is not None else frozenset()
        prior = dict.fromkeys(votes, 0.0)
        for chance, party in rank(self.candidates(entity.names[0].start, entity.title, classes, entity)):
            prior[party] = chance
        entity.party = max(sorted(prior), key=lambda p: prior[p] + 0.6 * votes.get(p, 0.0))

    def _antecedent(self, sentence: int, token: Token) -> Entity | None:
        """Entity a third-person pronoun stands for: subject before it in the sentence, else of sentences before."""
        word = token.lower_
        if word in HE:
            kinds = {PERSON}
        elif word in IT | THEY:
            kinds = {STATE, ORG}
        else:
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
        for name, entity in self.timeline:
            if name.start >= offset:
                break
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
            score = self._salience(name, sentence)
            if best is None or score >= best[0]:
                best = (score, entity)
        return best[1] if best is not None else None

    def _salience(self, name: Name, sentence: int) -> float:
        """How ready a name is to be meant by a pronoun: subjects of near sentences first."""
        doc = self.docs[name.sentence]
        last = doc[name.last - 1]
        subject = subject_like(last)
        score = 3.0 if subject else 0.0 if last.dep_ in {"compound", "nmod", "amod"} else 1.0
        if last.dep_ == "poss" and subject_like(last.head):
            score = 2.2
        score -= 1.2 * (sentence - name.sentence)
        if name.sentence == sentence and subject:
            score += 0.6
        return score + 0.001 * name.start / max(1, len(self.article.text))

    def _noun_antecedent(self, sentence: int, depth: int) -> str | None:
        """Party of the subject noun phrase of the sentence before, for "it" and "they" without a named antecedent."""
        for k in (sentence - 1, sentence - 2):
            if k < 0:
                return None
            for other in self.docs[k]:
                if other.dep_ in {"nsubj", "nsubjpass"} and other.head.dep_ == "ROOT" and other.pos_ == "NOUN":
                    return self._noun_party(k, other, depth + 1)
        return None

    def _focus(
        self, offset: int, kinds: frozenset[str], noun: str | None, skip: frozenset[str] = frozenset()
    ) -> Entity | None:
        """Return the entity of ``kinds`` that the text just before ``offset`` talks about most."""
        here = self.speech.sentence_at(offset)
        scores: dict[str, float] = defaultdict(float)
        best: dict[str, Entity] = {}
        totals = Counter(e.party or e.name for e in self.entities for _ in e.names if e.kind in kinds)
        for name, entity in sorted(self.by_span.values(), key=lambda pair: pair[0].start):
            if name.start >= offset:
                break
            target = self.stands_for(entity, kinds)
            if target is None or (target.party or target.name) in skip:
                continue
            key = target.party or target.name
            weight = 2.0 if subject_like(self.docs[name.sentence][name.last - 1]) else 0.6
            scores[key] += weight * 0.7 ** (here - name.sentence)
            best[key] = target
        if noun is not None:
            named = {k for k, e in best.items() if noun in e.nouns or noun in e.name.lower().split()}
            if named:
                scores = defaultdict(float, {k: scores[k] for k in named})
        if not scores:
            ranked = [e for e in self.entities if e.kind in kinds and (e.party or e.name) not in skip]
            top = max(ranked, key=lambda e: totals[e.party or e.name], default=None)
            return top if top is not None and totals[top.party or top.name] >= 2 else None
        key = max(scores, key=lambda k: scores[k] + 0.15 * totals[k])
        return best[key]

    def candidates(
        self, offset: int, title: str | None, classes: frozenset[str], person: Entity | None
    ) -> list[Candidate]:
        """Describe every party that an office or noun at ``offset`` may belong to; a person may stand for himself."""
        here = self.speech.sentence_at(offset)
        bodies = [e for e in self.entities if e.kind in {STATE, ORG}]
        total = sum(len(e.names) for e in bodies) or 1
        groups: dict[str, list[Entity]] = defaultdict(list)
        for entity in self.entities:
            if entity.kind in {STATE, ORG} or (entity.kind == PLACE and entity.party):
                groups[entity.party or entity.name].append(entity)
        office = office_kind(classes) if person is None or title else "none"
        spoken = self._spoken_of(person) if person is not None else Counter()
        words = set(person.name.split()[-1:]) if person is not None else set()
        found: list[Candidate] = []
        for key, members in groups.items():
            names = sorted((n for e in members for n in e.names), key=lambda n: n.start)
            before = [n for n in names if n.start < offset]
            kind = STATE if any(e.kind == STATE for e in members) else ORG
            share = len(names) / total
            features = {
                "share": share,
                f"share:{office}:{kind}": share,
                f"kind:{office}:{kind}": 1.0,
                "most": float(share == max(sum(len(e.names) for e in m) for m in groups.values()) / total),
                "opening": float(names[0].sentence <= 2),
                "once": float(len(names) == 1),
                "media": float(bool(MEDIA.search(key))),
                "told": sum(self._told(n) for n in names) / len(names),
                "subject": sum(subject_like(self.docs[n.sentence][n.last - 1]) for n in names) / len(names),
                "place": sum(self._located(n) for n in names) / len(names),
                "spoken": min(3.0, sum(spoken[e.name] for e in members)),
                "namesake": float(any(words & set(e.name.split()) for e in members)),
                "real": float(tables().party(key) is not None and kind == STATE),
                "stated": float(any(e.stated for e in members)),
                "noun": float(title is not None and any(title.split()[-1] in e.name.lower().split() for e in members)),
            }
            if before:
                gap = here - before[-1].sentence
                features |= {"near": 0.7**gap, "same": float(gap == 0), "last": float(gap <= 1)}
                features["near_subject"] = max(
                    (0.7 ** (here - n.sentence) for n in before if subject_like(self.docs[n.sentence][n.last - 1])),
                    default=0.0,
                )
            if person is not None:
                sentences = {n.sentence for n in person.names}
                features["together"] = sum(n.sentence in sentences for n in names) / len(names)
                features["beside"] = sum(n.sentence + 1 in sentences for n in names) / len(names)
            found.append(Candidate(key, features))
        if person is not None:
            found.append(Candidate(person.name, {f"self:{office}": 1.0}))
        return found

    def _told(self, name: Name) -> bool:
        """Whether a name is merely who was told ("told the Evening Post") or a dateline."""
        token = self.docs[name.sentence][name.last - 1]
        return token.dep_ in {"dobj", "dative", "pobj"} and token.head.lemma_ in {"tell", "to", "with"}

    def _located(self, name: Name) -> bool:
        """Whether a name stands after a preposition of place."""
        doc = self.docs[name.sentence]
        return name.first > 0 and doc[name.first - 1].lower_ in {"in", "at", "near", "from", "outside", "to", "on"}

    def _spoken_of(self, entity: Entity) -> Counter[str]:
        """Count the bodies whose acts a person tells of: subjects of sentences the person is the speaker of."""
        counts: Counter[str] = Counter()
        for reports in self.speech.reports:
            for report in reports:
                found = self.token_at(report.head)
                if found is None or self.entity_at(*found) is not entity:
                    continue
                for token in self.docs[report.sentence]:
                    other = self.entity_at(report.sentence, token)
                    if other is not None and other is not entity and other.kind != PERSON:
                        counts[other.name] += 2 if token.dep_ in {"nsubj", "nsubjpass", "poss"} else 1
        return counts

    def stands_for(self, entity: Entity, kinds: frozenset[str]) -> Entity | None:
        """Return the entity itself, or its party's, when that is of the wanted kinds."""
        if entity.kind in kinds:
            return entity
        if entity.party is not None:
            for other in self.entities:
                if other.kind in kinds and entity.party in {other.party, other.name}:
                    return other
        return None


def resolve(
    article: Article, sentences: Sequence[Sentence], docs: Sequence[Doc], known: Affiliations | None = None
) -> ArticleParties:
    """Work out who is who in one article; ``docs`` are the sentences' parses in order.

    ``known`` is what ``unify`` made of the other articles: it settles names this article does not explain.
    """
    return ArticleParties(article, sentences, docs, known)
