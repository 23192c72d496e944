"""Who is speaking where: quotations, reporting verbs and their subjects.

A helper beneath the stages, like ``syntax``: ``parties`` needs it for "we" in a
quotation, ``attribution`` for speakers.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from analyzer.records import index_at
from analyzer.wordlists import table, words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from analyzer.records import Article, Sentence

SAYING = words("saying")
# Verbs that report only when a clause or a quotation hangs on them.
NEEDS_CLAUSE = words("needs_clause")
ACCUSING = words("accusing")
ADDRESSING = frozenset({"assure", "inform", "notify", "remind", "tell"})
GIVING, WORD = words("giving"), words("word_given")  # "gave the assurance that"
_ROLES = frozenset(row["word"] for row in table("roles.csv"))  # common nouns of persons and bodies
_ARGUING = frozenset({"critic", "opponent", "rival", "sceptic", "skeptic"})
_SPEAKING = frozenset(row["word"] for row in table("roles.csv") if row["class"] == "spokes")  # letters, too
_BEINGS = frozenset({"GPE", "NORP", "ORG", "PERSON"})
DOING = frozenset({"add", "admit", "dismiss"})  # what is done to somebody, too: "admitted 200 patients"
_NO = frozenset({"neither", "no", "nobody", "none", "nothing"})
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

    def goes_on(self, report: Report) -> Report:
        """The report of "they said" with those who spoke last before it as its speakers; any other as it is.

        Not those told of between: "Residents spoke of raids. Officers beat two men, they said."
        """
        if self.holder(report).lower_ != "they":
            return report
        for k in range(report.sentence, max(-1, report.sentence - 5), -1):
            for other in reversed(self.reports[k]):
                if other.head >= report.head:
                    continue
                holder = self.holder(other)
                if _several(holder):
                    return replace(report, holder=other.holder, head=other.head)
                if holder.pos_ == "PROPN" and holder.ent_type_ != "PERSON":
                    return report  # a body, which may be "they", too
        return report

    def holder(self, report: Report) -> Token:
        """The head word of who speaks; in a sentence before the report where that goes on."""
        sentence = self.sentence_at(report.head)
        place = report.head - self.sentences[sentence].start
        return next(token for token in self.docs[sentence] if token.idx == place)

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
            target = according(token)[0]
            if target is None and token.i + 2 < len(doc):
                target = _chunk_head(doc, token.i + 2)
            if target is not None and target.lower_ == "which":  # "a report according to which"
                target = next((t.head for t in target.ancestors if t.dep_ == "relcl"), None)
            if target is not None:
                found.append((token.i, -1, "accord", target))
        elif token.pos_ in {"VERB", "AUX"} and token.lemma_.lower() in SAYING and not does(token):
            subject = _subject(token, outside)
            if subject is not None and subject.ent_type_ in _TIMES:
                subject = _opening(doc, token, outside)  # "X, asked outside on Wednesday, said"
            if subject is None or _nobody(subject):
                continue
            if token.lemma_.lower() not in NEEDS_CLAUSE or _has_content(token, doc):
                found.append((token.i, token.i, token.lemma_.lower(), subject))
        elif token.pos_ == "VERB" and _gives_word(token) and (subject := _subject(token, outside)) is not None:
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


def does(verb: Token) -> bool:
    """Whether a verb that can tell does something here: "added 12,000 men to its force", "dismissed its chairman"."""
    lemma = verb.lemma_.lower()
    if lemma not in DOING or any(child.dep_ in {"ccomp", "xcomp"} for child in verb.children):
        return False
    done = (child for child in verb.children if child.dep_ in {"dobj", "nsubjpass"})
    told = _SPEAKING | _ARGUING  # "dismissed its critics" tells what they say
    return any(_thing(noun) if lemma == "add" else _being(noun) and noun.lemma_ not in told for noun in done)


def _thing(noun: Token) -> bool:
    """Whether a noun is no word that one gives or says: "12,000 men", not "a warning"."""
    return noun.pos_ in {"NOUN", "PROPN"} and noun.lemma_.lower() not in WORD


def _nobody(subject: Token) -> bool:
    """Whether a phrase is for nobody, who says nothing: "nobody", "no minister"; not "No 10"."""
    words = (word for word in (subject, *subject.lefts) if word.lower_ in _NO)
    return any(not (word.text == "No" and word.i + 1 < len(word.doc) and word.nbor().like_num) for word in words)


def _has_content(verb: Token, doc: Doc) -> bool:
    """Whether a clause hangs on a verb or the sentence holds a quotation it may introduce.

    Not where another verb brings that in: "What residents had seen, he said, was “storm water”."; nor in "was going to
    close", which tells what will be.
    """
    if verb.lemma_ == "go" and any(child.dep_ == "xcomp" for child in verb.children):
        return False
    clauses = (c for c in verb.children if c.dep_ in {"ccomp", "xcomp"} or (c.dep_ == "parataxis" and not _put_in(c)))
    if next(clauses, None) is not None:
        return True
    told = verb.dep_ != "conj" and any(word.lemma_.lower() in SAYING - NEEDS_CLAUSE for word in verb.ancestors)
    if told or any(_put_in(token) for token in doc):
        return False
    return any(t.text in {'"', "“", "‘"} for t in doc)


def _put_in(verb: Token) -> bool:
    """Whether a verb only tells, within another clause, who says so: "All pumping, he insisted, ended in May."."""
    return (
        verb.dep_ == "parataxis"
        and verb.lemma_.lower() in SAYING - NEEDS_CLAUSE
        and not any(child.dep_ == "ccomp" for child in verb.children)
        and any(child.dep_ == "nsubj" for child in verb.children)
    )


def _gives_word(verb: Token) -> bool:
    """Whether a verb and its noun say what the clause on that noun holds: "gave the assurance that"."""
    if verb.lemma_.lower() not in GIVING:
        return False
    given = (child for child in verb.rights if child.dep_ == "dobj" and child.lemma_.lower() in WORD)
    return any(clause.dep_ in {"acl", "ccomp"} for noun in given for clause in noun.rights)


def according(token: Token) -> tuple[Token | None, Token | None]:
    """Who "according" names, and the subject behind the comma where the parser made both one phrase.

    "According to the ruling, staff wiped two servers."
    """
    doc = token.doc
    behind = doc[token.i + 1].children if token.lower_ == "according" and token.i + 1 < len(doc) else ()
    target = next((c for c in behind if c.dep_ == "pobj"), None)
    if target is None:
        return None, None
    comma = next((t.i for t in doc[token.i + 2 : target.i] if t.text == ","), None)
    if comma is None or doc[comma - 1].pos_ not in {"NOUN", "PROPN"} or doc[comma - 1].head.i != target.i:
        return target, None
    return doc[comma - 1], target


def lost_subject(verb: Token) -> Token | None:
    """Subject of a finite verb that the parser hung elsewhere, None where it has its own or there is none.

    "Norway shut its border and Sweden expelled two diplomats", "border and Sweden" being taken for one phrase.
    """
    if verb.tag_ not in _FINITE and not any(c.tag_ in _FINITE for c in verb.lefts if c.dep_.startswith("aux")):
        return None
    if any(c.dep_ in {"nsubj", "nsubjpass", "csubj", "expl", "mark", "cc"} for c in verb.lefts):
        return None
    doc = verb.doc
    for child in verb.lefts:
        if child.lower_ == "according":
            return according(child)[1]
    if verb.dep_ not in {"advcl", "conj", "parataxis"} or verb.head.i > verb.i:
        return None
    last = verb.i - 1
    while last > 0 and doc[last].head.i == verb.i and doc[last].dep_ in {"advmod", "aux", "auxpass", "neg"}:
        last -= 1
    for token in (doc[last], *doc[last].ancestors):
        if token.right_edge.i != last or token.i <= verb.head.i:
            return None
        tied = token.dep_ == "conj" and token.pos_ in {"NOUN", "PROPN"} and token.head.i > verb.head.i
        if tied and doc[token.left_edge.i - 1].dep_ == "cc":
            return token
    return None


def singled_out(verb: Token) -> Token | None:
    """Who does it in "It is Georgia that is shelling civilians"; None where nobody is singled out like that."""
    being = verb.head
    if (
        verb.dep_ != "ccomp"
        or being.lemma_ != "be"
        or not any(c.lower_ == "it" and c.dep_ in {"expl", "nsubj"} for c in being.lefts)
    ):
        return None
    if not any(child.dep_ == "nsubj" and child.tag_ in {"WDT", "WP"} for child in verb.lefts):
        return None
    return next((child for child in being.rights if child.dep_ == "attr"), None)


def above(verb: Token) -> Token:
    """The word that a verb goes on from; the parser may hang it in an aside before it that two commas enclose.

    "sold ten jets on Tuesday, a day after the report became public, and cancelled two routes": sold and cancelled.
    """
    aside: Token = verb.head
    if verb.dep_ != "conj" or aside.dep_ != "advcl" or aside.head.i > aside.left_edge.i:
        return aside
    doc = verb.doc
    tie = next((child for child in aside.rights if child.dep_ == "cc" and child.i < verb.i), None)
    enclosed = tie is not None and doc[tie.i - 1].text == "," and doc[aside.left_edge.i - 1].text == ","
    return aside.head if enclosed else aside


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
    agents = [target for c in children if c.dep_ == "agent" for target in c.children if target.dep_ == "pobj"]
    if agents and not means(agents[0]):
        return agents[0]
    subjects = [c for c in children if c.dep_ == "nsubj"]
    doc = verb.doc  # "They will, said the archive": what the mark parts from its verb has none
    split = any(c.dep_ == "aux" and c.tag_ in _FINITE and doc[c.i + 1 : c.i + 2].text == "," for c in children)
    if (len(subjects) > 1 or split) and (after := _inverted(verb, outside)) is not None:
        return after
    if verb.lemma_ == "quote" and any(c.lower_ == "as" for c in verb.rights):  # "the paper quoted him as saying"
        return next((c for c in children if c.dep_ == "dobj"), None)
    for child in reversed(children):  # the nearer of two: "Any troops will be at risk, the Taliban has told the paper"
        if child.dep_ == "nsubj" and child.lower_ not in {"which", "what", "that", "who"} and outside(child):
            return child
    if any(c.dep_ == "nsubj" and c.lower_ in {"who", "which", "that"} for c in children) and verb.dep_ == "relcl":
        return verb.head
    if any(c.dep_ in {"nsubjpass", "auxpass"} for c in children) or _was_told(verb):
        return None
    after = lost_subject(verb) or _inverted(verb, outside) or _behind_participle(verb)
    if after is not None:
        return after
    if verb.dep_ in {"conj", "advcl", "xcomp", "pcomp", "acl"} and verb.head.i != verb.i:
        governor = above(verb)
        if verb.dep_ == "acl" and verb.tag_ == "VB":  # "were at pains to deny", "took the occasion to deny"
            while governor.dep_ in {"attr", "dobj", "pobj", "prep"}:
                governor = governor.head
            return next((c for c in governor.lefts if c.dep_ == "nsubj" and outside(c)), None)
        if verb.dep_ == "acl":
            active = verb.tag_ == "VBG" or (agents and _being(governor))
            return governor if governor.pos_ in {"NOUN", "PROPN", "PRON"} and active else None
        for _ in range(4):
            for child in governor.children:
                if child.dep_ in {"nsubj", "nsubjpass"} and outside(child) and _may_go_on(child, governor, verb):
                    return (
                        child
                        if child.lower_ not in {"who", "which", "that"} or governor.dep_ != "relcl"
                        else governor.head
                    )
            if governor.dep_ in {"conj", "advcl", "xcomp", "ccomp"} and governor.head.i != governor.i:
                governor = above(governor)
            else:
                break
    return _before(verb, outside)


def _being(word: Token) -> bool:
    """Whether a word is for a person or body, which can speak."""
    named = word.pos_ in {"PRON", "PROPN"} or word.ent_type_ in _BEINGS
    return named or word.lemma_.lower() in _ROLES


def means(agent: Token) -> bool:
    """Whether "by" brings in how something was said: "a spokesman confirmed by telephone", "by e-mail"."""
    return agent.tag_ == "NN" and not _being(agent) and not any(child.i < agent.i for child in agent.children)


def _several(word: Token) -> bool:
    """Whether a noun is for more than one."""
    return word.tag_ in {"NNS", "NNPS"} or any(child.dep_ == "conj" for child in word.children)


def _may_go_on(subject: Token, inner: Token, verb: Token) -> bool:
    """Whether the subject of a clause that is told can be who speaks on in ``verb``, which the parser hangs on it.

    Not in "insisted that no water had entered the homes and said the city would pay", "said aid would be sent and
    promised more": there who tells goes on.
    """
    if inner.dep_ != "ccomp" or inner.head.i > inner.i or inner.head.lemma_.lower() not in SAYING:
        return True
    if verb.lemma_.lower() == "add" and inner.lemma_.lower() not in SAYING:
        return False  # one adds to what one said
    if _nobody(subject) or not _being(subject):
        return False
    before = [child for child in inner.lefts if child.dep_ in {"aux", "auxpass"}]
    if any(child.dep_ == "neg" for child in inner.lefts) or any(child.tag_ == "MD" for child in before):
        return verb.tag_ not in _FINITE | {"VBN"}
    present = {child.tag_ for child in before} & {"VBP", "VBZ"} or inner.tag_ == "VBD"
    return not (verb.tag_ in {"VBP", "VBZ"} and present)


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


def _of_the_next(head: Token, last: int) -> Token | None:
    """The word tied to ``head`` that is the next clause's subject: "seized by Iran and its crew was taken ashore"."""
    if not any(child.dep_ == "conj" for child in head.children):
        return None
    lost = (lost_subject(verb) for verb in head.doc[last + 1 :] if verb.pos_ in {"AUX", "VERB"})
    return next((token for token in lost if token is not None and head.is_ancestor(token)), None)


def phrase(head: Token) -> tuple[int, int]:
    """Token range [left, right] of the phrase around ``head`` without relative clauses and trailing commas."""
    doc = head.doc
    left, right = head.left_edge.i, head.i
    if head.dep_ == "pobj" and head.head.i > 0 and according(doc[head.head.i - 1])[1] == head:
        left = max(t.i for t in doc[left : head.i] if t.text == ",")
    for child in head.children:
        if any(t.ent_type_ in _TIMES for t in child.children if child.dep_ == "prep"):
            continue  # "the government on Monday dismissed"
        if child.i > head.i and child.dep_ in {"prep", "appos", "cc", "conj", "case", "nmod"}:
            edge = child.right_edge.i
            clause = [t.left_edge.i for t in doc[head.i : edge + 1] if t.dep_ in {"relcl", "acl", "advcl", "ccomp"}]
            right = max(right, min([edge, *(c - 1 for c in clause)]))
    if (other := _of_the_next(head, right)) is not None:
        right = other.left_edge.i - 1
    if any(t.tag_ in _FINITE for t in doc[left : head.i]):
        # "It was sold, registry documents show": the parser took the first clause for a part of the name.
        left = next((chunk.start for chunk in doc.noun_chunks if chunk.start <= head.i < chunk.end), head.i)
    while left < head.i and (doc[left].is_punct or doc[left].dep_ == "cc" or _dates(doc[left])):
        left += 1
    while right > head.i and (
        doc[right].is_punct or doc[right].pos_ in {"PRON", "CCONJ"} or doc[right].dep_ in {"case", "cc"}
    ):
        right -= 1
    return left, right
