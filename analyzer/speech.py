"""Who is speaking where: quotations, reporting verbs and their subjects.

A helper beneath the stages, like ``syntax``: ``parties`` needs it for "we" in a
quotation, ``attribution`` for speakers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analyzer.records import index_at
from analyzer.wordlists import words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from analyzer.records import Article, Sentence

SAYING = words("saying")
# Verbs that report only when a clause or a quotation hangs on them.
NEEDS_CLAUSE = words("needs_clause")
ACCUSING = words("accusing")
ADDRESSING = frozenset({"assure", "inform", "notify", "remind", "tell"})
Outside = Callable[["Token"], bool]  # whether a token stands outside quotations
MANNERS = frozenset({"adamant", "blunt", "categorical", "clear", "defiant", "emphatic", "firm", "unequivocal"})
OPEN, CLOSE = "“", "”"
_TURN = re.compile(r"^(?P<label>[A-Z][\w.'’-]*(?: [A-Z][\w.'’-]*){0,3})(?:, [A-Z][\w -]*)?: +(?=\S)", re.MULTILINE)
_CALENDAR = words("calendar")
_FINITE = frozenset({"MD", "VBD", "VBP", "VBZ"})
_TIMES = frozenset({"DATE", "TIME"})  # entity labels of what can say nothing
QUOTED = re.compile(r"[“\"][^“”\"]*[”\"]|(?<!\w)‘[^‘’]{20,}’(?!\w)")  # within one sentence
_LEAD = 10  # most words before a colon that brings in a quotation


def quoted_regions(text: str) -> list[tuple[int, int]]:
    """Return [start, end) of every quotation, marks included; a quotation may run over sentences and paragraphs.

    Curly, straight and British single marks are read; a paragraph that opens with a mark while one is still open
    starts a new region. In a transcript what follows a speaker's label is one, too.
    """
    starts = turns(text)
    regions: list[tuple[int, int]] = []
    for line in re.finditer(r"[^\n]+", text):
        start = starts.get(line.start())
        if start is None:
            regions.extend(_line_regions(text, line.start(), line.end()))
        else:
            regions.append((start, line.end()))
    return regions


def turns(text: str) -> dict[int, int]:
    """Start of each turn of a transcript ("JANE DOE: We will.") -> start of its words; empty unless two take turns."""
    found = list(_TURN.finditer(text))
    labels = Counter(turn["label"] for turn in found)
    speakers = {label for label, count in labels.items() if count > 1}
    return {turn.start(): turn.end() for turn in found if turn["label"] in speakers} if len(speakers) > 1 else {}


def _line_regions(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Quotations of one paragraph; an unclosed one runs to the paragraph's end."""
    opened, mark = -1, ""
    for i in range(start, end):
        char = text[i]
        before = text[i - 1] if i > start else " "
        after = text[i + 1] if i + 1 < end else " "
        if opened < 0:
            starts = char in OPEN + '"' or (
                char in "‘'" and not before.isalnum() and (after.isalnum() or after in "[(")
            )
            if starts and (char not in "‘'" or _closes_later(text, i + 1, end)):
                opened, mark = i, char
        elif (
            (mark == OPEN and char == CLOSE)
            or (mark == '"' and char == '"')
            or (mark in "‘'" and char in "’'" and not after.isalnum() and (before in ",.?!…" or not after.isalnum()))
        ):
            yield opened, i + 1
            opened = -1
    if opened >= 0 and mark not in "‘'":
        yield opened, end


def _closes_later(text: str, start: int, end: int) -> bool:
    """Whether a single mark that is no apostrophe follows within the paragraph."""
    return re.search(r"\S['’](?=[\s,.;:?!)]|$)", text[start:end]) is not None


@dataclass(frozen=True, slots=True)
class Report:
    """A reporting verb and its subject: ``holder`` are offsets of the subject phrase, ``head`` of its head word.

    ``verb`` is the verb's token index in sentence ``sentence``, -1 for "according to" and "X:".
    """

    sentence: int
    verb: int
    lemma: str
    holder: tuple[int, int]
    head: int

    @property
    def accusing(self) -> bool:
        """Whether the verb marks an accusation rather than neutral word."""
        return self.lemma in ACCUSING


class Speech:
    """Quotations and reports of one article."""

    def __init__(self, article: Article, sentences: Sequence[Sentence], docs: Sequence[Doc]) -> None:
        """Read all quotations and reporting verbs once."""
        self.text = article.text
        self.sentences = sentences
        self.docs = docs
        self.regions = quoted_regions(article.text)
        self.reports: list[list[Report]] = [list(_reports(s, d, self)) for s, d in zip(sentences, docs, strict=True)]

    def region_at(self, offset: int) -> tuple[int, int] | None:
        """Return the quotation around ``offset``, None outside quotations."""
        for region in self.regions:
            if region[0] <= offset < region[1]:
                return region
        return None

    def same_paragraph(self, a: int, b: int) -> bool:
        """Whether sentences ``a`` and ``b`` stand in one paragraph."""
        low, high = sorted((a, b))
        return "\n" not in self.text[self.sentences[low].end : self.sentences[high].start]

    def sentence_at(self, offset: int) -> int:
        """Index of the sentence that holds ``offset`` (the last one before it when it falls between two)."""
        return index_at(self.sentences, offset)

    def quote_report(self, region: tuple[int, int], hops: int = 0) -> Report | None:
        """Return the report that attributes a quotation.

        Looked for after the quotation in the sentence it ends in, before it in the sentence it starts in, then in the
        sentences before it (the speaker goes on), then in the one after it.
        """
        last, first = self.sentence_at(region[1] - 1), self.sentence_at(region[0])
        after = [r for r in self.reports[last] if r.head >= region[1]]
        before = [r for r in self.reports[first] if r.head < region[0]]
        if after and not (before and self._attached(before[-1], region)):
            return min(after, key=lambda r: r.head)
        if before:
            plain = [r for r in before if r.lemma not in NEEDS_CLAUSE]
            return (plain or before)[-1]
        return self._neighbour(first, last, hops)

    def _attached(self, report: Report, region: tuple[int, int]) -> bool:
        """Whether only a comma or colon stands between a report's verb and the quotation."""
        if report.verb < 0:
            return True
        token = self.docs[report.sentence][report.verb]
        gap = self.text[self.sentences[report.sentence].start + token.idx + len(token.text) : region[0]]
        return len(gap.split()) <= 4

    def _neighbour(self, first: int, last: int, hops: int) -> Report | None:
        """Attribution from sentences around a quotation that has none of its own."""
        for k in range(first - 1, max(-1, first - 5), -1):
            lead = self.text[self.sentences[k].start : self.sentences[k].end].rstrip()
            if not self.same_paragraph(k, first) and not lead.endswith((":", *"”\"'’")) and k < first - 1:
                break
            if lead.endswith(":") and self.reports[k]:
                return self.reports[k][-1]
            follower = self._follower(last)
            if follower is not None and not self.same_paragraph(k, first):
                return follower
            if self.reports[k]:
                return self.reports[k][0]
            inner = [r for r in self.regions if self.sentences[k].start <= r[0] < self.sentences[k].end]
            if inner and hops < 6:
                return self.quote_report(inner[-1], hops + 1)
        return self._follower(last)

    def _follower(self, last: int) -> Report | None:
        """Report of the next sentence of the same paragraph, if it attributes a quotation that goes on."""
        if last + 1 < len(self.sentences) and self.same_paragraph(last, last + 1) and self.reports[last + 1]:
            return self.reports[last + 1][0]
        return None


def _reports(sentence: Sentence, doc: Doc, speech: Speech) -> Iterator[Report]:
    """Yield the reports of one sentence in reading order, those inside quotations left out."""

    def outside(token: Token) -> bool:
        return speech.region_at(sentence.start + token.idx) is None

    found: list[tuple[int, int, str, Token]] = []
    for token in doc:
        if not outside(token):
            continue
        if token.lower_ == "according" and token.i + 1 < len(doc) and doc[token.i + 1].lower_ == "to":
            target = next((c for c in doc[token.i + 1].children if c.dep_ == "pobj"), None)
            if target is None and token.i + 2 < len(doc):
                target = _chunk_head(doc, token.i + 2)
            if target is not None:
                found.append((token.i, -1, "accord", target))
        elif token.pos_ in {"VERB", "AUX"} and token.lemma_.lower() in SAYING:
            subject = _subject(token, outside)
            if subject is not None and subject.ent_type_ in _TIMES:
                subject = _opening(doc, token, outside)  # "X, asked outside on Wednesday, said"
            if subject is not None and (token.lemma_.lower() not in NEEDS_CLAUSE or _has_content(token, doc)):
                found.append((token.i, token.i, token.lemma_.lower(), subject))
    manner = _in_manner(sentence, doc, speech)
    if manner is not None and outside(manner) and not found:
        found.append((-1, -1, "say", manner))
    colon = _headline_colon(doc) or _quote_colon(doc)
    if colon is not None and outside(colon):
        found.insert(0, (-1, -1, "say", colon))
    for _, verb, lemma, head in sorted(found, key=lambda f: f[0]):
        left, right = phrase(head)
        right = head.i if verb < 0 and lemma == "say" else right
        start, end = sentence.start + doc[left].idx, sentence.start + doc[right].idx + len(doc[right])
        yield Report(sentence.index, verb, lemma, (start, end), sentence.start + head.idx)


def _has_content(verb: Token, doc: Doc) -> bool:
    """Whether a clause hangs on a verb or the sentence holds a quotation it may introduce."""
    if any(c.dep_ in {"ccomp", "xcomp", "parataxis"} for c in verb.children):
        return True
    return any(t.text in {'"', "“", "‘"} for t in doc)


def _in_manner(sentence: Sentence, doc: Doc, speech: Speech) -> Token | None:
    """Who speaks after a sentence on how he does: "Dr Rao was blunt. “We take nobody off the list.”"."""
    following = speech.sentences[sentence.index + 1 : sentence.index + 2]
    if not any(start == one.start for one in following for start, _ in speech.regions):
        return None
    for token in doc:
        if token.lemma_ == "be" and any(c.dep_ == "acomp" and c.lower_ in MANNERS for c in token.children):
            subject = next((c for c in token.children if c.dep_ == "nsubj"), None)
            # Not "The streets were clear."
            return subject if subject is not None and subject.ent_type_ == "PERSON" else None
    return None


def _headline_colon(doc: Doc) -> Token | None:
    """Return the head of "X" in "X: words", X being a short name at the start of a line."""
    for i in range(1, min(6, len(doc) - 1)):
        if doc[i].text == ":":
            lead = doc[:i]
            if all(t.text[:1].isupper() or t.text in {"of", "'s", "’s"} for t in lead) and lead[-1].pos_ == "PROPN":
                return lead[-1]
            return None
    return None


def _quote_colon(doc: Doc) -> Token | None:
    """Return the head of "X" in "Police spokesman X: “words”": a sentence's start without a verb before a quotation."""
    for i in range(1, min(_LEAD, len(doc) - 1)):
        if doc[i].pos_ in {"VERB", "AUX"}:
            return None
        if doc[i].text == ":":
            said = doc[i + 1].text in {OPEN, '"', "‘", "'"}
            return doc[i - 1] if said and doc[i - 1].pos_ in {"NOUN", "PROPN"} else None
    return None


def _chunk_head(doc: Doc, i: int) -> Token:
    """Head of the noun chunk that holds token ``i``, else the token itself."""
    for chunk in doc.noun_chunks:
        if chunk.start <= i < chunk.end:
            head: Token = chunk.root
            return head
    return doc[i]


def _subject(verb: Token, outside: Outside) -> Token | None:
    """Subject of a reporting verb: own, by-agent, shared with a conjunct, or noun beside an inverted verb."""
    children = list(verb.children)
    for child in children:
        if child.dep_ == "agent":
            return next((c for c in child.children if c.dep_ == "pobj"), None)
    subjects = [c for c in children if c.dep_ == "nsubj"]
    if len(subjects) > 1 and (after := _inverted(verb, outside)) is not None:
        return after
    for child in children:
        if child.dep_ == "nsubj" and child.lower_ not in {"which", "what", "that", "who"} and outside(child):
            return child
    if any(c.dep_ == "nsubj" and c.lower_ in {"who", "which", "that"} for c in children) and verb.dep_ == "relcl":
        return verb.head
    if any(c.dep_ in {"nsubjpass", "auxpass"} for c in children) or _was_told(verb):
        return None
    after = _inverted(verb, outside) or _behind_participle(verb)
    if after is not None:
        return after
    if verb.dep_ in {"conj", "advcl", "xcomp", "pcomp", "acl"} and verb.head.i != verb.i:
        governor = verb.head
        if verb.dep_ == "acl":
            return governor if governor.pos_ in {"NOUN", "PROPN", "PRON"} and verb.tag_ == "VBG" else None
        for _ in range(4):
            for child in governor.children:
                if child.dep_ in {"nsubj", "nsubjpass"} and outside(child):
                    return (
                        child
                        if child.lower_ not in {"who", "which", "that"} or governor.dep_ != "relcl"
                        else governor.head
                    )
            if governor.dep_ in {"conj", "advcl", "xcomp", "ccomp"} and governor.head.i != governor.i:
                governor = governor.head
            else:
                break
    return _before(verb, outside)


def _was_told(verb: Token) -> bool:
    """Whether the subject hears the words: "Pilots were called in and told that ..."."""
    governor = verb.head
    passive = any(child.dep_ == "nsubjpass" for child in governor.children)
    hears = not any(child.dep_ in {"dative", "dobj"} for child in verb.children)  # but "were held and told police that"
    return verb.dep_ == "conj" and verb.tag_ in {"VBD", "VBN"} and verb.lemma_ in ADDRESSING and passive and hears


def _behind_participle(verb: Token) -> Token | None:
    """Who speaks in "Speaking from the capital, Tesfalem, the minister, accused ...", taken for an apposition."""
    opening = next((child for child in verb.lefts if child.dep_ == "csubj" and child.tag_ == "VBG"), None)
    if opening is None:
        return None
    beside = (token for token in opening.subtree if token.dep_ == "appos" and token.pos_ == "PROPN")
    return next((token for token in beside if verb.doc[token.left_edge.i - 1].text == ","), None)


def _inverted(verb: Token, outside: Outside) -> Token | None:
    """Noun right after an inverted verb: '..." said the chairman'."""
    doc = verb.doc
    if verb.tag_ not in {"VBD", "VBZ", "VBP", "VBN"} or verb.i == 0 or verb.i + 1 >= len(doc):
        return None
    if verb.lemma_ in ADDRESSING:
        return None  # "its governor, X, told the paper": who is told, not who tells
    if not (doc[verb.i - 1].is_punct or not outside(doc[verb.i - 1])):
        return None
    following = doc[verb.i + 1]
    if following.pos_ in {"PROPN", "PRON", "DET", "NOUN", "ADJ"} and outside(following):
        return _chunk_head(doc, verb.i + 1)
    return None


def _opening(doc: Doc, verb: Token, outside: Outside) -> Token | None:
    """The person or body that a sentence opens with, before a comma and the verb."""
    first = next(iter(doc.noun_chunks), None)
    if first is None or first.start > 1 or first.end >= verb.i or doc[first.end].text != "," or not outside(first.root):
        return None
    root: Token = first.root
    return root if root.pos_ in {"PROPN", "PRON", "NOUN"} and root.ent_type_ not in _TIMES else None


def _before(verb: Token, outside: Outside) -> Token | None:
    """Noun right before a verb that the parser left without a subject."""
    doc, i = verb.doc, verb.i - 1
    while i >= 0 and (doc[i].pos_ in {"AUX", "ADV", "PART"} or doc[i].text == ","):
        i -= 1
    if i >= 0 and doc[i].pos_ in {"PROPN", "PRON", "NOUN"} and outside(doc[i]) and verb.tag_ != "VBG":
        return _chunk_head(doc, i) if doc[i].pos_ != "PRON" else doc[i]
    return None


def _dates(token: Token) -> bool:
    """Whether a month or day is taken for a part of the name behind it: "In January Shell said"."""
    dating = token.i > 0 and token.doc[token.i - 1].lower_ in {"in", "last", "on", "since"}
    return dating and token.lower_ in _CALENDAR and token.doc[token.i + 1].text not in {"'s", "’s"}


def phrase(head: Token) -> tuple[int, int]:
    """Token range [left, right] of the phrase around ``head`` without relative clauses and trailing commas."""
    doc = head.doc
    left, right = head.left_edge.i, head.i
    for child in head.children:
        if any(t.ent_type_ in _TIMES for t in child.children if child.dep_ == "prep"):
            continue  # "the government on Monday dismissed"
        if child.i > head.i and child.dep_ in {"prep", "appos", "cc", "conj", "case", "nmod"}:
            edge = child.right_edge.i
            clause = [t.left_edge.i for t in doc[head.i : edge + 1] if t.dep_ in {"relcl", "acl", "advcl", "ccomp"}]
            right = max(right, min([edge, *(c - 1 for c in clause)]))
    if any(t.tag_ in _FINITE for t in doc[left : head.i]):
        # "It was sold, registry documents show": the parser took the first clause for a part of the name.
        left = next((chunk.start for chunk in doc.noun_chunks if chunk.start <= head.i < chunk.end), head.i)
    while left < head.i and (doc[left].is_punct or doc[left].dep_ == "cc" or _dates(doc[left])):
        left += 1
    while right > head.i and (doc[right].is_punct or doc[right].pos_ in {"PRON", "CCONJ"} or doc[right].dep_ == "cc"):
        right -= 1
    return left, right
