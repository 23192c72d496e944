"""Whose conduct is a claim about, and on whose word: speaker, actor, source, condition, antecedent.

Reads grammar (subjects, passives, reporting verbs) and the article's parties; a claim whose holder cannot be told keeps
None rather than a guess.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Protocol

from analyzer import conduct
from analyzer.affinity import MEDIA
from analyzer.clauses import DENYING, LEAST_WORDS, TELLING_NOUNS, charged_with
from analyzer.entities import noun_classes
from analyzer.names import tables
from analyzer.ownership import NOBODY, OUTSIDER
from analyzer.records import About, Article, Attribution, Claim, ClaimType, Sentence, SentenceKind
from analyzer.speech import NEEDS_CLAUSE, QUOTED, Report, Speech, above, lost_subject, means, phrase, singled_out
from analyzer.wordlists import words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token


class Named(Protocol):
    """A named person, state or body."""

    name: str
    kind: str
    party: str | None
    stated: bool


class Parties(Protocol):
    """What attribution needs to know of an article's parties."""

    speech: Speech

    def party_of(self, start: int, end: int) -> str | None:
        """Canonical party behind the words at [start, end)."""
        ...

    def told(self, start: int, end: int) -> tuple[str, Mapping[str, float]]:
        """Kind of word at [start, end), and the chances of the parties it may stand for."""
        ...

    def entity_of(self, start: int, end: int) -> Named | None:
        """Return the named person, state or body behind the words at [start, end)."""
        ...

    def name_of(self, start: int, end: int) -> str:
        """Return the name to show for the words at [start, end)."""
        ...


_UNIT = (
    r"(?:people|troops|soldiers|men|women|jobs|posts|workers|staff|homes|houses|tonnes|tons|barrels|miles|km"
    r"|kilometres|kilometers|metres|tanks|ships|jets|aircraft|drones|missiles|prisoners|refugees|votes|seats|beds"
    r"|schools|cases|doses|per cent|percent|%|euros|pounds|dollars|million|billion|trillion|days|weeks|months|years"
    r"|hours)"
)
_QUANTITY = re.compile(
    r"(?:\b(?:about|around|some|nearly|almost|more than|over|up to|at least|fewer than|less than|under)\s+)?"
    r"(?:[$€£¥]\s?\d[\d.,]*\d?(?:\s?(?:million|billion|trillion|bn|m|k)\b)?"
    r"|\b\d[\d.,]*(?<![.,])\s?(?:%|(?:[A-Za-z-]+\s){0,2}?" + _UNIT + r"\b)(?:\s(?:euros|pounds|dollars)\b)?"
    r"|\b\d{1,3}(?:,\d{3})+(?:\s[a-z-]+){0,2})",
)


def quantity(text: str) -> str | None:
    """Return the first quantity of a text verbatim ("about 90,000 troops", "$2.1 billion"), None without one."""
    found = _QUANTITY.search(text)
    return found.group().strip() if found else None


def complete(claim_text: str, attribution: Attribution, claim_type: ClaimType) -> str:  # noqa: ARG001
    """Text that the scoring model reads: ``PARTY: text [antecedent] [condition: ...]``.

    The party is left out when unknown, the condition when the text itself holds it. The format is fixed: models are
    trained on it. The text is the claim's, or what was said in it without the telling. ``claim_type`` is part of the
    contract; statements and actions read alike today.
    """
    claim_text = attribution.content or claim_text
    text = f"{attribution.party}: {claim_text}" if attribution.party else claim_text
    if attribution.antecedent:
        text += f" [{attribution.antecedent}]"
    if attribution.condition and attribution.condition not in claim_text:
        text += f" [condition: {attribution.condition}]"
    return text


def attribute(
    article: Article, sentences: Sequence[Sentence], docs: Sequence[Doc], claims: Sequence[Claim], parties: Parties
) -> list[Attribution]:
    """Return one Attribution a claim, in the order of ``claims``."""
    reader = _Attributor(article, sentences, docs, parties)
    return [reader.statement(c) if c.type is ClaimType.STATEMENT else reader.action(c) for c in claims]


def holders(
    article: Article, sentences: Sequence[Sentence], docs: Sequence[Doc], claims: Sequence[Claim], parties: Parties
) -> list[int | None]:
    """Return the offset of the word for the speaker or actor of each claim, before anyone asks for the party."""
    reader = _Attributor(article, sentences, docs, parties)
    return [reader.holder(claim) for claim in claims]


# What an ellipsis leaves open ("no such plans", "never will", "do it") ...
_OPEN = re.compile(
    r"\b(?:(?:no|any) such (?P<noun>\w+)"
    r"|such (?P<noun2>plan|intention|thing|contact|move|step|attack|deal|talk)s?\b"
    r"|(?:do|doing|done|did) (?:so|it|that|this)\b"
    r"|(?:planned|intend(?:s|ed)?|considered|ordered) (?:it|that|this)\b"
    r"|(?:never|not) (?:will|would|did|has|have|do|does)\s*(?:[,.;”\"]|$)"
    r"|(?:will|would|did|do|does) not\s*(?:[.;”\"]|$)|(?:won|wouldn|didn|don)['’]t\s*(?:[.;”\"]|$)"
    r"|(?:denied|rejected|dismissed|denies|rejects|dismisses) (?:it|this|that|them"
    r"|the (?:claims?|reports?|allegations?|charges?|accusations?))\b)",
    re.IGNORECASE,
)
# ... is filled by the complement of the nearest noun or verb of planning, alleging or asking before it.
_PLAN_NOUNS = words("plan_nouns")
_PLAN_VERBS = words("plan_verbs")
ACCUSING_NOUNS = words("accusing_nouns")


# Words that open a condition; not "even if", "for as long as", "at the moment".
_CONDITION = re.compile(
    r"\b(?:unless|(?<!\bfor )(?:as|so) long as|as soon as|(?<!\bat )the moment(?! (?:of|that|when))"
    r"|(?:except|only) if|only when|provid(?:ed|ing) that|(?<=, )provided|on condition that"
    r"|(?<!\beven )(?<!\bas )if|once)\b",
    re.IGNORECASE,
)
_CLAUSAL = frozenset({"if", "once"})  # conditions only where they open a clause of their own


HOLDING = frozenset({"contain", "cover", "entail", "include", "involve"})  # what a plan does with what is in it
# What parts an act from who speaks in the rest of the sentence: that word is another's or of something else.
_CUT = re.compile(r";|[,\s](?:and|but|while|whereas|who|which|whose|where)\s", re.IGNORECASE)
ACCUSED = "accused of the act"
_SUBORDINATING = frozenset(
    {"after", "although", "because", "before", "if", "since", "though", "till", "until", "when", "while"}
)
UNITS = words("units")
HARMING = words("harming")
BINDING = words("binding")
ORDERS = frozenset({"behest", "command", "decree", "direction", "directive", "instruction", "order"})
GIVING = frozenset({"by", "from", "of"})  # before whose orders they are
STRANGE = frozenset({"opposition", "union"})  # bodies that seldom speak for the named one they speak of
_SUM = re.compile(rf"(?:[$€£¥₹]|(?<!\w)(?:{'|'.join(sorted(words('currencies')))})\.?) ?\d")
_MEASURES = frozenset({"DATE", "MONEY", "PERCENT", "QUANTITY", "TIME"})


class _Attributor:
    """Holds one article while its claims are attributed."""

    def __init__(self, article: Article, sentences: Sequence[Sentence], docs: Sequence[Doc], parties: Parties) -> None:
        self.article, self.sentences, self.docs, self.parties = article, sentences, docs, parties
        self.speech = parties.speech

    def statement(self, claim: Claim) -> Attribution:
        """Attribute a statement to its speaker; its own subject is the fallback."""
        report, how = self._report(claim)
        condition, antecedent = self._condition(claim), self._antecedent(claim)
        if report is not None and self._media(report):
            subject = self._subject_of_claim(claim)
            if subject is not None and subject.pos_ != "PRON" and self._offset(claim.sentence, subject) != report.head:
                report = None  # "..., the BBC reported": the paper tells, the subject intends
        if report is not None:
            start, end = report.holder
            party = self.parties.party_of(report.head, report.head + 1)
            name = self.parties.name_of(start, end)
            about, how = self._about(claim, report, party), how + self._guessed(report.head, party)
            content = self._content(claim, report)
            way, chances = self.parties.told(report.head, report.head + 1)
            return Attribution(
                name,
                party,
                how,
                condition=condition,
                antecedent=antecedent,
                about=about,
                content=content,
                way=way,
                chances=chances,
            )
        subject = self._subject_of_claim(claim)
        offset = -1 if subject is None else self._offset(claim.sentence, subject)
        entity = None if subject is None else self.parties.entity_of(offset, offset + 1)
        if (entity is None or entity.kind == "place") and not _contained(self._head(claim)):
            # Free indirect speech: "Engineers would be sent on courses", "There would be no dismissals" goes on telling
            # what the last speaker said.
            last = self._last_report(claim)
            if last is not None:
                party = self.parties.party_of(last.head, last.head + 1)
                name, how = self.parties.name_of(*last.holder), "speaker of the passage"
                chances = self.parties.told(last.head, last.head + 1)[1]
                return Attribution(
                    name, party, how, condition=condition, antecedent=antecedent, way="passage", chances=chances
                )
        if subject is None:
            return Attribution(condition=condition, antecedent=antecedent)
        party = self.parties.party_of(offset, offset + 1)
        name = self.parties.name_of(*self._span(claim.sentence, subject))
        how, head = "subject of the sentence", self._head(claim)
        party_of = partial(self._named_party, claim.sentence)
        about = About.OWN if head is None else conduct.about(head, None, party_of)
        way, chances = self.parties.told(offset, offset + 1)
        return Attribution(
            name, party, how, condition=condition, antecedent=antecedent, about=about, way=way, chances=chances
        )

    def holder(self, claim: Claim) -> int | None:
        """Offset of the word for a claim's speaker or actor."""
        report = self._report(claim)[0] if claim.type is ClaimType.STATEMENT else None
        if report is not None:
            return report.head
        subject, head = self._subject_of_claim(claim), self._head(claim)
        suffers = (
            claim.type is ClaimType.ACTION and subject is not None and head is not None and _suffers(subject, head)
        )
        return None if subject is None or suffers else self._offset(claim.sentence, subject)

    def action(self, claim: Claim) -> Attribution:
        """Attribute an action to its actor and, if it is reported on someone's word, to that source."""
        source = self._source(claim)
        source = None if source is None else self.speech.goes_on(source)
        reported_by = self.parties.name_of(*source.holder) if source is not None else None
        accusation = source is not None and source.accusing
        noun = self._telling_noun(claim)
        if noun is not None:
            reported_by, accusation = self._owner_name(claim.sentence, noun), noun.lemma_.lower() in ACCUSING_NOUNS
        head = self._head(claim)
        for how, found in self._actors(claim):
            if head is not None and _suffers(found, head):  # "Omani sailors were arrested": not by Oman
                return Attribution(None, None, how, reported_by, accusation, way="patient", chances={NOBODY: 1.0})
            token = self._spoken_of(claim, source, found)
            offset = self._offset(claim.sentence, token)
            party = self.parties.party_of(offset, offset + 1)
            way, chances = self.parties.told(offset, offset + 1)
            way = _manner(head, token, way) if token is found else way
            shown = _acts(token) and not _undergoes(token, head)
            name = self.parties.name_of(*self._span(claim.sentence, token)) if shown else None
            if accusation and source is not None and party is not None and how != ACCUSED:  # nobody accuses himself
                accusation = party != self.parties.party_of(source.head, source.head + 1)
            return Attribution(name, party, how, reported_by, accusation, way=way, chances=chances)
        return Attribution(reported_by=reported_by, accusation=accusation)

    # Statements.

    def _guessed(self, offset: int, party: str | None) -> str:
        """What to add to how a party was found when a person's side is likely but not stated."""
        entity = self.parties.entity_of(offset, offset + 1)
        if entity is None or entity.kind != "person" or entity.stated or party in {None, entity.name}:
            return ""
        return ", whose side is likely but not stated"

    def _about(self, claim: Claim, report: Report, speaker: str | None) -> About:
        """Whose conduct a reported claim is about."""
        head = self._head(claim)
        if head is None:
            return About.OWN
        entity = self.parties.entity_of(report.head, report.head + 1)
        if entity is not None and not entity.stated and entity.kind != "place":
            speaker = None  # whose side he is on is not said here: no ground to call his words another's
        if speaker is None and entity is None:
            speaker = self._stranger(report)
        saying = self.docs[report.sentence][report.verb] if report.sentence == claim.sentence else None
        told = self._told(claim, head, self.speech.reports[claim.sentence])
        head = told if saying is not None and saying.i == told.i else head
        return conduct.about(conduct.content(head, saying), speaker, partial(self._named_party, claim.sentence))

    def _stranger(self, report: Report) -> str | None:
        """The word for a speaker of no named side, who tells of another's conduct: "residents said that X will"."""
        holder = self.speech.holder(report)
        strange = "outside" in noun_classes(holder) or holder.lemma_.lower() in STRANGE
        return holder.lower_ if strange else None

    def _named_party(self, sentence: int, subject: Token) -> str | None:
        """Party of a subject that names a state or body, itself or as its owner; None for any other."""
        if subject.pos_ == "NOUN" and noun_classes(subject) == {"firm"}:
            return None  # "the French carmaker" is not France
        owners = (c for c in subject.children if c.dep_ in {"poss", "amod", "compound", "nmod"})
        for token in (subject, *owners):
            offset = self._offset(sentence, token)
            entity = self.parties.entity_of(offset, offset + 1) if token.pos_ in {"PROPN", "ADJ"} else None
            if entity is not None and entity.kind in {"org", "state"} and entity.stated:
                return self.parties.party_of(offset, offset + 1)
        return None

    def _media(self, report: Report) -> bool:
        entity = self.parties.entity_of(report.head, report.head + 1)
        return entity is not None and entity.kind != "person" and MEDIA.search(entity.name) is not None

    def _report(self, claim: Claim) -> tuple[Report | None, str]:
        """Find the report that carries a statement, and how."""
        region = self._region(claim)
        if region is not None:
            report = self.speech.quote_report(region)
            if report is not None:
                return self.speech.goes_on(report), "speaker of the quotation"
        report = self._governing(claim)
        if report is not None:
            return self.speech.goes_on(report), "subject of the reporting verb"
        return None, "not found"

    def _last_report(self, claim: Claim) -> Report | None:
        """Return the nearest report before the claim's sentence, at most one paragraph back."""
        breaks, after = 0, claim.sentence
        for k in range(claim.sentence - 1, max(-1, claim.sentence - 5), -1):
            if self.sentences[k].kind is SentenceKind.BOILERPLATE:
                continue  # "READ MORE"
            breaks += not self.speech.same_paragraph(k, after)
            after = k
            if breaks > 1:
                return None
            if self.speech.reports[k]:
                return self.speech.reports[k][-1]
        return None

    def _content(self, claim: Claim, report: Report) -> str | None:
        """What a claim tells apart from the telling, which leads the model astray; a denying verb belongs to it."""
        if report.sentence != claim.sentence or report.verb < 0:
            return None
        doc, base = self.docs[claim.sentence], self.sentences[claim.sentence].start
        verb = doc[report.verb]
        if not claim.start <= base + verb.idx < claim.end:
            return None
        if verb.lemma_.lower() in DENYING:
            return self._denial(claim, verb)
        told = next((child for child in verb.children if child.dep_ == "ccomp"), None)
        if told is None:
            return None
        first = told.left_edge.i + (told.left_edge.dep_ == "mark" and told.left_edge.lower_ == "that")
        last = told.right_edge
        if first <= verb.i <= last.i:
            return None
        start, end = max(claim.start, base + doc[first].idx), min(claim.end, base + last.idx + len(last))
        beside = self.article.text[claim.start : start] + self.article.text[end : claim.end]
        if any(len(quoted.split()) >= LEAST_WORDS for quoted in QUOTED.findall(beside)):
            return None  # "“We have met nobody,” he said, “and we don't intend to”": both halves are his words
        text = self.article.text[start:end].strip(" ,;:–—-")
        return text if len(text.split()) >= LEAST_WORDS else None

    def _denial(self, claim: Claim, verb: Token) -> str | None:
        """What a claim says from its denying verb on, without who denies: "denied any presence of its troops"."""
        base = self.sentences[claim.sentence].start
        subject = next((child for child in verb.lefts if child.dep_ == "nsubj"), None)
        if subject is None or base + subject.left_edge.idx > claim.start + 1 or verb.right_edge.i == verb.i:
            return None
        text = self.article.text[base + verb.idx : claim.end]
        return text if len(text.split()) >= LEAST_WORDS else None

    def _region(self, claim: Claim) -> tuple[int, int] | None:
        """Quotation that holds most of a claim."""
        middle = (claim.start + claim.end) // 2
        region = self.speech.region_at(middle) or self.speech.region_at(claim.start + 1)
        if region is None:
            return None
        overlap = min(claim.end, region[1]) - max(claim.start, region[0])
        return region if overlap * 2 >= claim.end - claim.start else None

    def _governing(self, claim: Claim) -> Report | None:
        """Report of the claim's sentence whose verb governs the claim, lies in it or follows it."""
        reports = self.speech.reports[claim.sentence]
        if not reports:
            return None
        head = self._head(claim)
        governing = [] if head is None else _over(self._told(claim, head, reports), reports)
        for report in governing:
            verb = self.docs[claim.sentence][report.verb]
            if report is governing[-1] or not any(child.tag_ == "MD" for child in verb.lefts):
                return report  # "she said that nurses would refuse": her word, since they have not spoken
        base = self.sentences[claim.sentence].start
        inside = [
            r
            for r in reports
            if r.verb >= 0 and claim.start <= base + self.docs[claim.sentence][r.verb].idx < claim.end
        ]
        if inside:
            return inside[0]
        colon = [r for r in reports if r.verb < 0]
        if colon:
            return colon[0]
        after = [r for r in reports if r.head >= claim.end]
        if after:
            return after[0]
        before = [r for r in reports if r.head < claim.start]
        return before[-1] if before else None

    def _told(self, claim: Claim, head: Token, reports: Sequence[Report]) -> Token:
        """The verb of what a claim tells: "pledged" in "Georgia pledged to stop, the UN said", else its head."""
        by = {report.verb: report for report in reports if report.verb >= 0}
        if head.i not in by:
            return head
        inner = conduct.content(head, head)
        named = inner.i in by and inner.lemma_.lower() not in NEEDS_CLAUSE and by[inner.i].head != by[head.i].head
        told = named and any(c.dep_ == "nsubj" and c.pos_ != "PRON" for c in inner.lefts)
        return inner if told and claim.start <= self._offset(claim.sentence, inner) < claim.end else head

    # Actions.

    def _actors(self, claim: Claim) -> list[tuple[str, Token]]:
        """Candidate actor tokens with how each was found, best first."""
        head = self._head(claim)
        if head is None:
            return []
        found: list[tuple[str, Token]] = []
        token = head
        for _ in range(6):
            if (agent := _there_by(token)) is not None:
                found.append(("owner of the act", agent))
                break
            if token.pos_ in {"VERB", "AUX"}:
                accused = _accused(token)
                subject = accused or _actor_of(token)
                if subject is not None:
                    found.append(("subject of the act" if accused is None else ACCUSED, subject))
                    break
            elif token.pos_ in {"NOUN", "PROPN", "PRON"}:
                found.append(("owner of the act", _agent(token)))
                break
            if token.head.i == token.i:
                break
            token = token.head
        return found

    def _source(self, claim: Claim) -> Report | None:
        """Report on whose word an action is told."""
        region = self._region(claim)
        if region is not None and region[1] - region[0] > 25:
            return self.speech.quote_report(region)
        head = self._head(claim)
        if head is None:
            return None
        doc, reports = self.docs[claim.sentence], self.speech.reports[claim.sentence]
        path = [head, *head.ancestors]
        over = [r for r in _over(head, reports) if r.verb != head.i and not _aside(path[_place(path, r.verb) - 1])]
        if over:
            speak = (r for r in over if doc[r.verb].dep_ == "conj" or not _shows(self.speech.holder(r)))
            return next(speak, over[0])
        for report in reports:
            beside = report.verb < 0 or (report.head >= claim.end and not _aside(doc[report.verb]))
            if beside and not self._apart(claim, report):
                return report
        return None

    def _spoken_of(self, claim: Claim, source: Report | None, actor: Token) -> Token:
        """Whom a pronoun in a quotation means, where it is said of whom: "“They fired 200,” she said of Norvane"."""
        if source is None or source.verb < 0 or source.sentence != claim.sentence or self._region(claim) is None:
            return actor
        if actor.lower_ not in {"it", "they"}:
            return actor
        of = (c for c in self.docs[source.sentence][source.verb].rights if c.dep_ == "prep" and c.lower_ == "of")
        meant = (target for preposition in of for target in preposition.rights if target.pos_ == "PROPN")
        return next(meant, actor)

    def _apart(self, claim: Claim, report: Report) -> bool:
        """Whether another clause stands between an act and who speaks before or after it."""
        start, end = report.holder
        low, high = (claim.end, start) if start >= claim.end else (end, claim.start)
        return _CUT.search(self.article.text, low, high) is not None

    def _telling_noun(self, claim: Claim) -> Token | None:
        """The noun on which a claim hangs as what it tells: "US intelligence reports that ..."."""
        head = self._head(claim)
        if head is None:
            return None
        for token in head.ancestors:
            if token.pos_ in {"VERB", "AUX"}:
                break
            if token.pos_ == "NOUN" and token.lemma_.lower() in TELLING_NOUNS and token.i < head.i:
                outside = self._offset(claim.sentence, token) < claim.start
                return token if outside else None
        return None

    def _owner_name(self, sentence: int, noun: Token) -> str:
        """Whose word it is: what stands before the noun, else the noun itself."""
        base, doc = self.sentences[sentence].start, self.docs[sentence]
        owners = [t for t in doc[noun.left_edge.i : noun.i] if t.dep_ in {"compound", "amod", "poss", "nmod"}]
        if any(t.pos_ == "PROPN" for t in owners):
            return self.parties.name_of(base + owners[0].idx, base + owners[-1].idx + len(owners[-1]))
        return self.parties.name_of(*self._span(sentence, noun))

    # Grammar shared by both.

    def _offset(self, sentence: int, token: Token) -> int:
        return self.sentences[sentence].start + token.idx

    def _span(self, sentence: int, token: Token) -> tuple[int, int]:
        left, right = phrase(token)
        doc, base = self.docs[sentence], self.sentences[sentence].start
        return base + doc[left].idx, base + doc[right].idx + len(doc[right])

    def _head(self, claim: Claim) -> Token | None:
        """Head token of a claim: of those whose governor lies outside, a verb before a noun."""
        base = self.sentences[claim.sentence].start
        inside = [
            t
            for t in self.docs[claim.sentence]
            if base + t.idx < claim.end and base + t.idx + len(t) > claim.start and not t.is_punct and not t.is_space
        ]
        if not inside:
            return None
        tokens = {t.i for t in inside}
        heads = [t for t in inside if t.head.i not in tokens or t.head.i == t.i]
        verbs = [t for t in heads if t.pos_ in {"VERB", "AUX"}]
        nouns = [t for t in heads if t.pos_ in {"NOUN", "PROPN"}]
        return (verbs or nouns or heads)[0]

    def _subject_of_claim(self, claim: Claim) -> Token | None:
        actors = self._actors(claim)
        return actors[0][1] if actors else None

    def _antecedent(self, claim: Claim) -> str | None:
        """Verb phrase that an ellipsis in the claim stands for, from the nearest text before it; None when unsure."""
        found = _OPEN.search(self.article.text, claim.start, claim.end)
        if found is None:
            return None
        wanted = (found.group("noun") or found.group("noun2") or "").rstrip("s").casefold()
        for k in range(claim.sentence, max(-1, claim.sentence - 4), -1):
            options = [
                (token.lemma_.lower() == wanted, token.i, text)
                for token in self.docs[k]
                if (k < claim.sentence or self._offset(k, token) < found.start())
                and (text := _complement(token)) is not None
            ]
            if options:
                return max(options)[2]
        return None

    def _condition(self, claim: Claim) -> str | None:
        """Verbatim condition under which a statement holds: in it, or in its sentence and said of its verb."""
        sentence, doc = self.sentences[claim.sentence], self.docs[claim.sentence]
        text = self.article.text[sentence.start : max(sentence.end, claim.end)]
        first, last = claim.start - sentence.start, claim.end - sentence.start
        for found in _CONDITION.finditer(text):
            marker = next((t for t in doc if t.idx <= found.end() - 1 < t.idx + len(t)), None)
            if marker is None:
                continue
            clause = marker.head if marker.dep_ == "mark" else None
            if found.group().lower() in _CLAUSAL and (clause is None or clause.dep_ == "ccomp"):
                continue  # "asked if they would", "at once"
            governor = next((t for t in (clause or marker).ancestors if t.pos_ in {"AUX", "VERB"}), None)
            own = first <= found.start() and not text[last : found.start()].strip()
            if not own and (governor is None or not first <= governor.idx < last):
                continue
            end = clause.right_edge.idx + len(clause.right_edge) if clause is not None else len(text)
            return re.split(r"[.;”\"]", text[found.start() : max(end, found.end())])[0].strip(" ,’'")
        return None


def _place(path: Sequence[Token], verb: int) -> int:
    """Where in a path up from a word the verb is; -1 for nowhere."""
    return next((k for k, token in enumerate(path) if token.i == verb), -1)


def _over(head: Token, reports: Sequence[Report]) -> list[Report]:
    """The reports whose verb is a word or above it, nearest first."""
    path = [head, *head.ancestors]
    return sorted((r for r in reports if _place(path, r.verb) >= 0), key=lambda r: _place(path, r.verb))


def _shows(holder: Token) -> bool:
    """Whether a word is for a thing that only shows what somebody else tells of it: "evidence", "interviews"."""
    owned = any(child.pos_ == "PROPN" or child.dep_ == "poss" for child in holder.children)
    return holder.pos_ == "NOUN" and not holder.ent_type_ and not owned and not tables().classes(holder.lemma_.lower())


def _aside(verb: Token) -> bool:
    """Whether a clause tells what else happened: "weeks before X told investors", "who said so"; not "as X said"."""
    if verb.dep_ in {"relcl", "nsubj", "nsubjpass"}:
        return True
    opening = verb.head if verb.dep_ == "pcomp" else next((c for c in verb.lefts if c.dep_ in {"advmod", "mark"}), None)
    return verb.dep_ in {"advcl", "pcomp"} and opening is not None and opening.lower_ in _SUBORDINATING


def _acts(token: Token) -> bool:
    """Whether a word can be shown as an actor: not what is acted upon, not a sum or a day."""
    return token.dep_ != "nsubjpass" and token.ent_type_ not in _MEASURES


def _undergoes(token: Token, act: Token | None) -> bool:
    """Whether the passive verb of an act has a subject hung elsewhere: "sold the land and tenants were hurt"."""
    lost = None if act is None else lost_subject(act)
    return act is not None and lost == token and any(child.dep_ == "auxpass" for child in act.lefts)


def _suffers(token: Token, act: Token) -> bool:
    """Whether an act is done to what a word is for, by whom is not told: "three sailors were arrested".

    A body does not order or suspend itself; whoever is suspended may be so by his own side.
    """
    lemma = act.lemma_.lower()
    named = token.pos_ == "PROPN" and token.ent_type_ != "PERSON"
    if lemma not in HARMING and not (lemma in BINDING and named):
        return False
    own = act.i == token.head.i or act.tag_ == "VBN"
    passive = _undergoes(token, act) or (token.dep_ == "nsubjpass" and own)
    return passive or (act.dep_ == "acl" and act.tag_ == "VBN" and act.head.i == token.i)


def _amount(token: Token) -> bool:
    """Whether a word is a mere amount: "cut by a third", "by 50 points", not "seen by three of its members"."""
    if _SUM.search(token.doc[token.left_edge.i : token.i + 1].text):
        return True  # "by Rs 5 a litre"
    number = token.like_num or token.pos_ in {"ADJ", "NUM"}
    amount = token.lemma_.lower() in UNITS and any(child.dep_ == "nummod" for child in token.children)
    return amount or (number and not any(child.lower_ == "of" for child in token.children))


def _contained(head: Token | None) -> bool:
    """Whether what is said is what a plan holds, and so its owner's: "the US proposal includes halting ..."."""
    return head is not None and head.tag_ == "VBG" and head.head.i != head.i and head.head.lemma_ in HOLDING


def _manner(head: Token | None, actor: Token, way: str) -> str:
    """The kind of word an actor is, told apart from one that is acted upon and a name far from the verb."""
    if actor.dep_ == "nsubjpass" and way != OUTSIDER:
        return "patient"
    near = actor.head
    while near.pos_ in {"ADP", "NOUN"} and near.head.i != near.i and actor.dep_ in {"pobj", "poss"}:
        near = near.head  # "closed by X", "closed on the orders of X"
    return "remote" if way == "name" and head is not None and head.i not in {near.i, actor.i} else way


def _there_by(verb: Token) -> Token | None:
    """Who does what there is: "there had been violations by Georgia", "there was an attack launched by soldiers"."""
    there = any(child.dep_ == "expl" for child in verb.children)
    nouns = [child for child in verb.rights if child.dep_ == "attr"] if there else []
    launched = (child for noun in nouns for child in noun.rights if child.dep_ == "acl" and child.tag_ == "VBN")
    by = (child for word in (*nouns, *launched) for child in word.rights if child.lower_ == "by")
    agents = (target for prep in by for target in prep.rights if target.dep_ == "pobj")
    return next((agent for agent in agents if not _amount(agent)), None)


def _agent(noun: Token) -> Token:
    """Who does what a noun names, where the words say it: "the rampage of extremists", "a raid by police"."""
    for child in noun.rights:
        if child.dep_ == "prep" and child.lower_ in {"by", "of"}:
            for target in child.rights:
                if target.dep_ == "pobj" and (child.lower_ == "by" or tables().classes(target.lemma_.lower())):
                    return target
    return noun


def _complement(token: Token) -> str | None:
    """What is planned or alleged: "plans to invade X" -> "invade X"; None for any other word."""
    noun = token.pos_ == "NOUN" and token.lemma_.lower() in _PLAN_NOUNS
    verb = token.pos_ == "VERB" and token.lemma_.lower() in _PLAN_VERBS
    if not (noun or verb):
        return None
    for child in token.children:
        if child.i < token.i:
            continue
        if child.dep_ in ({"acl"} if noun else {"xcomp"}) and child.pos_ == "VERB":
            return _clause(child)
        if child.dep_ == "ccomp" or (noun and child.dep_ == "acl"):
            return _clause(child)
        if child.dep_ == "prep" and child.lower_ == "of":
            act = next((c for c in child.children if c.dep_ in {"pcomp", "pobj"}), None)
            if act is not None and (act.tag_ == "VBG" or (noun and act.pos_ == "NOUN")):
                return _clause(act)
    return None


def _clause(head: Token) -> str | None:
    """Words of a clause from its verb on, without "to" and trailing adverbials; at most twelve words."""
    tokens = sorted(head.subtree, key=lambda t: t.i)
    while tokens and (tokens[0].lower_ in {"to", "that", "if", "whether"} or tokens[0].is_punct):
        tokens.pop(0)
    cut = next(
        (
            k
            for k, t in enumerate(tokens)
            if k and (t.is_punct or t.dep_ in {"advcl", "mark", "relcl"}) and t.text != "-"
        ),
        len(tokens),
    )
    tokens = tokens[: min(cut, 12)]
    while tokens and tokens[-1].pos_ in {"CCONJ", "ADP", "SCONJ"}:
        tokens.pop()
    if not tokens:
        return None
    text = head.doc[tokens[0].i : tokens[-1].i + 1].text
    return text.strip(" ,;:\"'“”‘’") or None


def _accused(act: Token) -> Token | None:
    """Who is accused of an act: "the junta" in "accused the junta of holding him"."""
    verb = charged_with(act)
    if verb is None:
        return None
    return next((child for child in verb.children if child.dep_ in {"dobj", "nsubjpass"}), None)


def _ordered(noun: Token) -> bool:
    """Whether a noun is for an order: "by order of the ministry"."""
    return noun.lemma_.lower() in ORDERS


def _orderer(verb: Token) -> Token | None:
    """On whose orders something is done: "closed on the orders of the ministry", "under a decree signed by X"."""
    for lead in verb.rights:
        order = next((c for c in lead.rights if c.dep_ == "pobj" and _ordered(c)), None)
        if order is None or lead.lower_ not in {"at", "by", "on", "under"}:
            continue
        owner = next((c for c in order.lefts if c.dep_ == "poss"), None)
        if owner is not None:
            return owner
        signed = (c for c in order.rights if c.dep_ == "acl")
        by = (p for word in (order, *signed, verb) for p in word.rights if p.i > order.i and p.lower_ in GIVING)
        return next((c for p in by for c in p.rights if c.dep_ == "pobj"), None)
    return None


def _actor_of(verb: Token) -> Token | None:
    """Who does the act of ``verb``: by-agent, subject, or the subject its conjunct or governor shares."""
    token = verb
    for _ in range(6):
        children = list(token.children)
        for child in children:
            if child.dep_ == "agent":
                target = next((c for c in child.children if c.dep_ == "pobj"), None)
                if target is not None and _acts(target) and not (_amount(target) or means(target) or _ordered(target)):
                    return target
        if any(child.dep_ == "auxpass" for child in children) and (orderer := _orderer(token)) is not None:
            return orderer
        for child in children:
            if child.dep_ in {"nsubj", "nsubjpass"}:
                if child.lower_ in {"who", "which", "that"} and token.dep_ == "relcl":
                    return token.head
                return singled_out(token) or child
        if (lost := lost_subject(token)) is not None:
            return lost
        if token.dep_ in {"acl", "relcl"}:
            return token.head
        if (
            token.dep_ in {"conj", "xcomp", "advcl", "ccomp", "pcomp", "prep", "aux", "dep", "parataxis"}
            and token.head.i != token.i
        ):
            token = above(token)
        else:
            return None
    return None
