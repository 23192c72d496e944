"""What "it", "they", "he" and "we" stand for in an article.

A helper of ``parties``.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from analyzer.entities import (
    HE,
    IT,
    ORG,
    OWNING,
    PERSON,
    PLACE,
    SHE,
    STATE,
    THEY,
    WE,
    Entity,
    noun_classes,
    owns_subject,
    subject_like,
)
from analyzer.names import Name, is_held
from analyzer.speech import SAYING

if TYPE_CHECKING:
    from spacy.tokens import Token

_OF_US = re.compile(r"\b(?:I|my|our|us|we)\b", re.IGNORECASE)
UNITS_OF_TIME = frozenset({"afternoon", "day", "evening", "month", "morning", "night", "week", "weekend", "year"})


class Pronouns:
    """Finds what a pronoun of an article points back to."""

    def __init__(self, parties: Any) -> None:  # an ArticleParties; its module imports this one
        self.p = parties

    def entity(self, sentence: int, token: Token) -> Entity | None:
        """Return the named entity that a pronoun stands for; None for any other word."""
        meant = self.meant(sentence, token) if token.pos_ == "PRON" else None
        return self.p.entity_at(*meant) if isinstance(meant, tuple) else meant

    def meant(self, sentence: int, token: Token) -> Entity | tuple[int, Token] | None:
        """What a pronoun stands for: a named entity, or another word with its sentence."""
        if token.lower_ in WE:
            region = self.p.speech.region_at(self.p.sentences[sentence].start + token.idx)
            report = self.p.speech.quote_report(region) if region is not None else None
            return None if report is None else self.p.token_at(report.head)
        if token.tag_ == "WP$":  # "the district, whose board pledged"
            clause = next((t for t in token.ancestors if t.dep_ == "relcl"), None)
            return None if clause is None else (sentence, clause.head)
        entity = self._antecedent(sentence, token)
        speaker = self._last_speaker(sentence) if token.lower_ in HE and entity is None else None
        if speaker is not None and not self._single(*speaker):
            speaker = None
        noun = self._goes_on(sentence, token) or self._nearer_noun(sentence, token)
        last = self._noun_antecedent(sentence)
        if last is not None and token.lower_ in HE and not self._single(*last):
            last = None
        return noun or entity or speaker or last

    def _goes_on(self, sentence: int, token: Token) -> tuple[int, Token] | None:
        """The speaker of the sentence before that "It said ..." goes on from; None for any other pronoun.

        "He said" goes on only from one who has an office and no name: "a spokesman for the firm".
        """
        if token.lower_ not in HE | IT | THEY or token.i > 1 or token.dep_ != "nsubj":
            return None
        if token.head.lemma_ not in SAYING:
            return None
        if sentence == 0 or not self.p.speech.reports[sentence - 1]:
            return None
        found = self.p.token_at(self.p.speech.reports[sentence - 1][0].head)
        if found is None or found[1].pos_ not in {"NOUN", "PROPN"}:
            return None
        entity = self.p.entity_at(*found)
        if token.lower_ in HE:
            woman = found[1].lower_.endswith("woman")
            held = entity is None and is_held(noun_classes(found[1]))
            return found if held and woman <= (token.lower_ in SHE) else None
        return None if entity is not None and entity.kind == PERSON else found

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
            for other in reversed(self.p.docs[k][: token.i] if k == sentence else self.p.docs[k]):
                if other.dep_ not in {"nsubj", "nsubjpass"} or (k < sentence and not _main(other.head)):
                    continue
                if k < sentence and other.lower_ in IT:
                    return k, other
                if other.pos_ not in {"NOUN", "PROPN"}:
                    continue
                entity = self.p.entity_at(k, other)
                body = entity is None and noun_classes(other) & OWNING
                if body and (_tells(other, token) or self.p.owner_of(k, other) is None):
                    return k, other
                if entity is not None and entity.kind != PERSON:
                    return None
        return None

    def _last_noun(self, sentence: int) -> tuple[int, Token] | None:
        """The unnamed body that ends a sentence about none that is named, for "Its president, X" in the next."""
        if sentence < 0 or not self.p.speech.same_paragraph(sentence, sentence + 1):
            return None
        words = [t for t in self.p.docs[sentence] if t.is_alpha]
        subjects = (self.p.entity_at(sentence, t) for t in words if subject_like(t))
        if any(entity is not None and entity.kind in {STATE, ORG} for entity in subjects):
            return None
        last = words[-1] if words else None
        bare = last is not None and last.pos_ == "NOUN" and noun_classes(last) & OWNING and last.tag_ == "NN"
        return (sentence, last) if last is not None and bare else None

    def _last_speaker(self, sentence: int) -> tuple[int, Token] | None:
        """Head of the nearest speaker before a sentence who is no pronoun, at most four sentences back."""
        for k in range(sentence - 1, max(-1, sentence - 5), -1):
            for report in reversed(self.p.speech.reports[k]):
                found: tuple[int, Token] | None = self.p.token_at(report.head)
                if found is not None and found[1].pos_ != "PRON":
                    return found
        return None

    def _single(self, sentence: int, token: Token) -> bool:
        """Whether a speaker may be one man or woman: no pronoun, no "accountants", no "union"."""
        entity = self.p.entity_at(sentence, token)
        if entity is not None:
            return bool(entity.kind == PERSON)
        several = token.pos_ == "PRON" or token.tag_ in {"NNS", "NNPS"}
        return not several and not noun_classes(token) & OWNING

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
        offset = self._named_before(sentence, token)
        best: tuple[float, Entity] | None = None
        outside = self.p.speech.region_at(self.p.sentences[sentence].start + token.idx) is None
        for name, entity in self.p.timeline:
            if name.start >= offset:
                break
            region = self.p.speech.region_at(name.start) if outside and name.sentence == sentence else None
            if region is not None and _OF_US.search(self.p.article.text, *region):
                continue  # "“If Veltro leaves, we leave,” said its secretary": another is spoken of than who speaks
            acting = ORG in kinds and self._acting(name, entity)
            if (entity.kind not in kinds and not acting) or sentence - name.sentence > 8:
                continue
            if word in HE and entity.female is not None and entity.female != (word in SHE):
                continue
            score = self._salience(name, sentence, organs=word not in HE)
            if best is None or score >= best[0]:
                best = (score, entity)
        return best[1] if best is not None else None

    def _named_before(self, sentence: int, token: Token) -> int:
        """Offset before which what a third-person pronoun stands for is named."""
        start: int = self.p.sentences[sentence].start
        if (
            token.dep_ == "nsubj"
            and token.head.lemma_ in SAYING
            and token.i > 0
            and token.head.dep_ in {"ROOT", "parataxis", "ccomp"}
            and self.p.docs[sentence][token.i - 1].text in {",", '"', "”", "’"}
        ):
            # "The plant would stay open, it said": what is said cannot name the speaker.
            return start
        return start + token.idx

    def _acting(self, name: Name, entity: Entity) -> bool:
        """Whether a place that stands for its state, or is named more than once, is a subject here, as a body is."""
        last = self.p.docs[name.sentence][name.last - 1]
        told = len(entity.names) > 1 or entity.party is not None
        return entity.kind == PLACE and told and subject_like(last)

    def _salience(self, name: Name, sentence: int, *, organs: bool) -> float:
        """How ready a name is to be meant by a pronoun: subjects of near sentences first.

        With ``organs`` whose organ was a subject before is as good as one: "the Congolese army".
        """
        doc = self.p.docs[name.sentence]
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
        return score + 0.001 * name.start / max(1, len(self.p.article.text))

    def _noun_antecedent(self, sentence: int) -> tuple[int, Token] | None:
        """Subject noun of one of the two sentences before, for "it" and "they" without a named antecedent."""
        for k in range(sentence - 1, max(-1, sentence - 3), -1):
            for other in self.p.docs[k]:
                subject = other.dep_ in {"nsubj", "nsubjpass"} and other.head.dep_ == "ROOT" and other.pos_ == "NOUN"
                if subject and other.lemma_.lower() not in UNITS_OF_TIME:
                    return k, other
        return None


def _main(verb: Token) -> bool:
    """Whether a verb is that of a sentence, or tied to it by "and"."""
    return verb.dep_ == "ROOT" or (verb.dep_ == "conj" and verb.head.dep_ == "ROOT")


def _tells(subject: Token, pronoun: Token) -> bool:
    """Whether a subject is who says the clause that a pronoun is the subject of."""
    verb = pronoun.head
    while verb.dep_ == "conj":
        verb = verb.head
    return verb.dep_ == "ccomp" and subject.head.i == verb.head.i
