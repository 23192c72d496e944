"""The parties an office, a bare noun or an act may belong to, each described by plain features for ``affinity``.

A helper of ``parties``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from analyzer.affinity import MEDIA, Candidate
from analyzer.entities import (
    ORG,
    PERSON,
    PLACE,
    STATE,
    Entity,
    called,
    compounds,
    noun_classes,
    office_kind,
    owns_subject,
    subject_like,
)
from analyzer.names import INNER_PLACES, Name, tables
from analyzer.wordlists import words

if TYPE_CHECKING:
    from spacy.tokens import Token

OTHER = ""  # stands for none of the article's parties; for a person, that he acts for himself
PAPERS = words("media_nouns")
LOCATING = frozenset({"in", "at", "near", "from", "outside", "to", "on", "into", "around", "across"})


@dataclass(frozen=True, slots=True)
class Asked:
    """What a party is wanted for: an office, noun or act at ``offset``.

    ``kind`` is the class it is weighed by, ``noun`` the title or noun itself, ``person`` who holds the office, and
    ``token`` the noun that stands in the text.
    """

    offset: int
    kind: str
    noun: str | None = None
    person: Entity | None = None
    token: Token | None = None

    @property
    def sorts(self) -> frozenset[str]:
        """Sorts of body that the noun, with what is compounded with it, or the title speaks of."""
        if self.token is None:
            return tables().sorts_of(self.noun or "")
        return tables().sorts_of(f"{compounds(self.token).text} {self.noun}")


@dataclass(slots=True)
class _Group:
    """All names of one party in the article, and what can be told of them whatever is asked."""

    key: str
    kind: str
    members: list[Entity]
    names: list[Name] = field(default_factory=list)
    features: dict[str, float] = field(default_factory=dict)
    owned: set[str] = field(default_factory=set)
    nouns: set[str] = field(default_factory=set)
    called: set[str] = field(default_factory=set)
    seats: set[int] = field(default_factory=set)  # sentences that something is said to happen in a seat of the party in
    sorts: frozenset[str] = frozenset()


class Field:
    """The parties of one article as candidates."""

    def __init__(self, parties: Any) -> None:  # an ArticleParties; its module imports this one
        self.p = parties
        self._groups: list[_Group] = []
        self._state: tuple[tuple[str, str, str | None], ...] = ()
        self._spoken: dict[str, tuple[Counter[str], Counter[str]]] = {}

    def ask(self, asked: Asked) -> list[Candidate]:
        """Describe every party of the article, and the chance that it is none of them; of a person, himself."""
        here = self.p.speech.sentence_at(asked.offset)
        opening = self._opening(here)
        found = [Candidate(g.key, self._describe(g, asked, here, opening)) for g in self.groups()]
        kind, token = asked.kind, asked.token
        rest = {f"other:{kind}": 1.0, "other:alone": float(len(found) <= 1)}
        if asked.sorts:
            rest[f"other:sorted:{any(asked.sorts & g.sorts for g in self._groups)}"] = 1.0
        if token is not None:
            classes = noun_classes(token)
            determiner = next((c.lower_ for c in token.children if c.dep_ == "det"), "")
            rest |= {
                f"other:det:{determiner or 'bare'}": 1.0,
                "other:outside": float(bool(classes & {"outside"})),
                "other:plural": float(token.tag_ == "NNS"),
                "other:number": float(any(c.dep_ == "nummod" for c in token.children)),
                "other:unknown": float(not classes),
                "other:patient": float(token.dep_ == "nsubjpass"),
                f"other:modified:{kind}": float(any(c.dep_ in {"compound", "amod"} for c in token.children)),
            }
        if asked.person is not None:
            rest |= {
                "self": 1.0,
                f"self:{asked.noun is not None}": 1.0,
                "self:often": float(len(asked.person.names) > 2),
                "self:headline": float(asked.person.names[0].sentence == 0),
            }
        found.append(Candidate(OTHER, rest))
        return found

    def groups(self) -> list[_Group]:
        """States, bodies and places of the article by party, described anew when one of them changed."""
        bodies = [e for e in self.p.entities if e.kind != PERSON and not (e.countable or self._mere(e))]
        state = tuple((e.name, e.kind, e.party) for e in bodies)
        if state != self._state:
            self._state, self._groups = state, self._grouped(bodies)
        return self._groups

    def _mere(self, entity: Entity) -> bool:
        """Whether a place only stands before nouns that are nobody's: "a Selwick march"."""
        lasts = [self.p.docs[n.sentence][n.last - 1] for n in entity.names]
        return (
            entity.kind == PLACE
            and entity.party is None
            and all(t.dep_ in {"amod", "compound", "nmod"} and not noun_classes(t.head) for t in lasts)
        )

    def _grouped(self, bodies: Sequence[Entity]) -> list[_Group]:
        by_key: dict[str, list[Entity]] = defaultdict(list)
        for entity in bodies:
            by_key[entity.party or entity.name].append(entity)
        groups = []
        for key, members in by_key.items():
            kinds = {e.kind for e in members}
            kind = STATE if STATE in kinds else ORG if ORG in kinds else PLACE
            group = _Group(key, kind, members)
            group.names = sorted((n for e in members for n in e.names), key=lambda n: n.start)
            groups.append(group)
        total = sum(len(g.names) for g in groups) or 1
        most = {k: max((len(g.names) for g in groups if g.kind == k), default=0) for k in (STATE, ORG, PLACE)}
        count = Counter(g.kind for g in groups)
        for group in groups:
            self._fixed(group, total, most, count)
        return groups

    def _fixed(self, group: _Group, total: int, most: dict[str, int], count: Counter[str]) -> None:
        """Fill in the features that do not depend on what is asked."""
        names = group.names
        tokens = [self.p.docs[n.sentence][n.last - 1] for n in names]
        size = len(names)
        group.features = {
            "share": size / total,
            "many": min(size, 8) / 8,
            "most": float(size == max(most.values())),
            "most_of_kind": float(size == most[group.kind]),
            "only_of_kind": float(count[group.kind] == 1),
            "opening": float(names[0].sentence <= 2),
            "headline": float(names[0].sentence == 0),
            "headline_subject": float(
                any(n.sentence == 0 and subject_like(t) for n, t in zip(names, tokens, strict=True))
            ),
            "once": float(size == 1),
            "media": float(bool(MEDIA.search(group.key))),
            "told": sum(self._told(t) for t in tokens) / size,
            "subject": sum(map(subject_like, tokens)) / size,
            "owner": sum(t.dep_ == "poss" for t in tokens) / size,
            "owns": float(any(t.dep_ == "poss" for t in tokens)),
            "modifier": sum(t.dep_ in {"compound", "amod", "nmod"} for t in tokens) / size,
            "place": sum(self._located(n) for n in names) / size,
            "real": float(tables().party(group.key) is not None and group.kind == STATE),
            "alliance": float(tables().kind(group.key) == "alliance"),
            "stated": float(any(e.stated for e in group.members)),
        }
        for entity in group.members:
            if entity.kind == PLACE and entity.party is not None:
                group.seats |= {n.sentence for n in entity.names if self._located(n)}
                group.features["dateline"] = float(self.p.dateline(entity.name))
        for name, last in zip(names, tokens, strict=True):
            group.called |= {t.lemma_.lower() for t in called(last)}
            doc = self.p.docs[name.sentence]
            for token in doc[name.last : name.last + 4]:
                if token.pos_ not in {"NOUN", "ADJ", "PROPN", "PART"} and token.text != "-":
                    break
                for kind in noun_classes(token):
                    group.owned.add(kind)
                    group.nouns.add(token.lemma_.lower())
            if name.first >= 2 and doc[name.first - 1].lower_ in {"of", "at", "for"}:
                for kind in noun_classes(doc[name.first - 2]):
                    group.owned.add(kind)
                    group.nouns.add(doc[name.first - 2].lemma_.lower())
        told = " , ".join([*(e.name for e in group.members), *group.called])
        town = group.kind == PLACE and group.key.split()[-1].lower() not in INNER_PLACES
        group.features["media"] = max(group.features["media"], float(bool(group.called & PAPERS)))
        bloc = {"bloc"} if group.features["alliance"] else set()
        group.sorts = tables().sorts_of(told) | ({"city"} if town else set()) | bloc

    def _describe(self, group: _Group, asked: Asked, here: int, opening: int) -> dict[str, float]:
        kind, person = asked.kind, asked.person
        pair = f"{kind}:{group.kind}"
        fixed = group.features
        found = dict(fixed)
        found |= {
            f"kind:{pair}": 1.0,
            f"share:{pair}": fixed["share"],
            f"headline:{kind}": fixed["headline"],
            f"opening:{kind}": fixed["opening"],
            f"most_of_kind:{pair}": fixed["most_of_kind"],
            f"owns_class:{kind}": float(kind in group.owned),
            f"seat:{kind}": float(here in group.seats),
            f"dateline:{kind}": fixed.get("dateline", 0.0),
            "owns_noun": float(asked.noun is not None and asked.noun.split()[-1] in group.nouns),
            "in_name": float(
                asked.noun is not None and any(asked.noun.split()[-1] in e.name.lower().split() for e in group.members)
            ),
        }
        if asked.sorts:  # police are nobody's firm or school
            found[f"sort:none:{group.kind}"] = float(not asked.sorts & group.sorts)
        if asked.sorts and group.sorts:
            shared = len(asked.sorts & group.sorts) / len(asked.sorts | group.sorts)
            found |= {"sort:same": shared, f"sort:same:{group.kind}": shared, "sort:other": float(not shared)}
        before = [n for n in group.names if n.start < asked.offset]
        found |= {f"{how}:{kind}": 1.0 for n in before if n.sentence == opening for how in self._opens(n)}
        if before:
            gap = here - before[-1].sentence
            subjects = [n for n in before if subject_like(self.p.docs[n.sentence][n.last - 1])]
            near_subject = 0.7 ** (here - subjects[-1].sentence) if subjects else 0.0
            owners = [n for n in before if owns_subject(self.p.docs[n.sentence][n.last - 1])]
            near_owner = 0.7 ** (here - owners[-1].sentence) if owners else 0.0
            found |= {
                "near_owner": near_owner,
                f"near_owner:{kind}": near_owner,
                "near": 0.7**gap,
                f"near:{kind}": 0.7**gap,
                "same": float(gap == 0),
                "last": float(gap <= 1),
                "near_subject": near_subject,
                f"near_subject:{kind}": near_subject,
                "latest": float(
                    not any(before[-1].start < n.start < asked.offset for g in self._groups for n in g.names)
                ),
            }
        if asked.token is not None:
            found |= self._beside(group, kind, asked.token, here)
        if person is not None:
            sentences = {n.sentence for n in person.names}
            spoken, announcing = self._spoken_of(person)
            words = set(person.name.split()[-1:])
            size = len(group.names)
            told = min(3.0, sum(spoken[e.name] for e in group.members))
            announced = min(3.0, sum(announcing[e.name] for e in group.members))
            found |= {
                f"announced:{kind}": announced,
                f"announced:{group.kind}": announced,
                f"spoken:{group.kind}": told,
                "together": sum(n.sentence in sentences for n in group.names) / size,
                "beside": sum(n.sentence + 1 in sentences for n in group.names) / size,
                "spoken": told,
                "namesake": float(any(words & set(e.name.split()) for e in group.members)),
                "leaning": person.leaning.get(group.key, 0.0),
                "known": float(self.p.known.get(person.name) == group.key),
            }
        return found

    def _opening(self, sentence: int) -> int:
        """The first sentence of a paragraph."""
        while sentence and self.p.speech.same_paragraph(sentence - 1, sentence):
            sentence -= 1
        return sentence

    def _opens(self, name: Name) -> list[str]:
        """How a name opens a paragraph: before the first verb, there as the scene ("At X, ..."), as its subject."""
        doc = self.p.docs[name.sentence]
        last = doc[name.last - 1]
        root = next((t.i for t in doc if t.dep_ == "ROOT"), len(doc))
        ways = ["opens"] if last.i < root else []
        return ways + ["scene"] * (bool(ways) and self._located(name)) + ["leads"] * subject_like(last)

    def _beside(self, group: _Group, kind: str, asked: Token, here: int) -> dict[str, float]:
        """How a party's names stand to a noun: in its phrase, beside it in its clause, before it in its paragraph."""
        own = {n.i for n in asked.subtree}
        start = self.p.sentences[here].start + asked.idx
        before = (n for n in group.names if n.start < start)
        found = {
            "called": float(asked.lemma_.lower() in group.called),
            "paragraph": float(any(self.p.speech.same_paragraph(n.sentence, here) for n in before)),
        }
        for name in group.names:
            if name.sentence != here:
                continue
            last = self.p.docs[here][name.last - 1]
            if last.i in own:
                lead = self._preposition(last)
                found |= {"part": 1.0, f"part:{lead}": 1.0, f"part:{kind}": 1.0}
            elif asked.head.i in {t.i for t in last.ancestors}:
                side = "before" if last.i < asked.i else "after"
                role = "subject" if subject_like(last) else self._preposition(last)
                found |= {f"clause:{side}": 1.0, f"clause:{role}:{side}": 1.0}
        return found

    @staticmethod
    def _preposition(token: Token) -> str:
        """The preposition a name hangs on, else its role."""
        for _ in range(3):
            if token.dep_ in {"pobj", "pcomp"}:
                return str(token.head.lower_)
            if token.dep_ in {"appos", "conj", "compound", "nmod", "poss"} and token.head.i != token.i:
                token = token.head
            else:
                break
        return str(token.dep_)

    @staticmethod
    def _told(token: Token) -> bool:
        """Whether a name is merely who was told ("told the Evening Post") or a dateline."""
        return token.dep_ in {"dobj", "dative", "pobj"} and token.head.lemma_ in {"tell", "to", "with"}

    def _located(self, name: Name) -> bool:
        """Whether a name stands after a preposition of place."""
        return name.first > 0 and self.p.docs[name.sentence][name.first - 1].lower_ in LOCATING

    def _spoken_of(self, entity: Entity) -> tuple[Counter[str], Counter[str]]:
        """Count the bodies that a person speaks of: in sentences that are his word, and as subjects of what he says."""
        if entity.name not in self._spoken:
            counts: Counter[str] = Counter()
            announced: Counter[str] = Counter()
            for reports in self.p.speech.reports:
                for report in reports:
                    found = self.p.token_at(report.head)
                    if found is None or self.p.entity_at(*found) is not entity:
                        continue
                    for token in self.p.docs[report.sentence]:
                        other = self.p.entity_at(report.sentence, token)
                        if other is not None and other is not entity and other.kind != PERSON:
                            counts[other.name] += 2 if token.dep_ in {"nsubj", "nsubjpass", "poss"} else 1
                            announced[other.name] += _announced(token, report.verb)
            self._spoken[entity.name] = counts, announced
        return self._spoken[entity.name]


def _announced(token: Token, verb: int) -> bool:
    """Whether a name is the subject of what a verb reports: "X would respect the accord, the minister said"."""
    return token.dep_ in {"nsubj", "nsubjpass"} and token.head.dep_ == "ccomp" and token.head.head.i == verb


def person_kind(person: Entity) -> str:
    """The class a person's party is weighed by: that of the title, "none" without one."""
    classes = tables().classes(person.title) if person.title is not None else frozenset()
    return office_kind(classes) if person.title else "none"
