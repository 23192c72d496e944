"""The pieces of a sentence that can be quoted on their own: clauses, quotations, acts named by a noun.

A claim is a clause, seldom a sentence: "X has declared that it will not ..., despite reports that 50,000 troops have
been mobilised" holds two. The candidates here are cut along the dependency parse; which of them are claims is learned
and decided elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from analyzer.names import tables
from analyzer.speech import SAYING, does, lost_subject, phrase, singled_out
from analyzer.wordlists import words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

OPENING, CLOSING = '“"«', '”"»'
LEAST_WORDS = 3  # a shorter piece cannot be judged
TELLING = words("telling")
ACCUSING = words("accusing")
DENYING = words("denying")
TELLING_NOUNS = words("telling_nouns")
PERCEIVING = words("perceiving")
MEASURES = words("measures")
DAYS = words("calendar")
OBJECT = frozenset({"ccomp", "xcomp", "acl", "pcomp", "prep", "pobj", "dobj"})  # ways from a clause up to its governor
LOOSE = re.compile(r"[\s,]+(?:and|but|or)$")
TITLED = re.compile(rf", (?:{'|'.join(sorted(word.title() for word in words('short_titles')))})\.$")
TIED = re.compile(r"(?:that|and|but|for)\s+")
CONTENT = frozenset({"ccomp", "xcomp", "dobj", "acl", "advcl", "nsubjpass", "conj", "attr", "acomp", "oprd", "dative"})
CLAUSAL = frozenset({"advcl", "conj", "parataxis", "ccomp", "relcl", "acl"})
LEADING = frozenset({"mark", "cc", "punct", "advmod", "prep", "advcl", "npadvmod"})
SUBJECTS = frozenset({"nsubj", "nsubjpass", "csubj", "expl"})
FINITE = frozenset({"VBD", "VBZ", "VBP", "MD"})
WILL = frozenset({"will", "would", "shall", "'ll", "’ll"})
CONDITIONS = frozenset({"if", "unless", "provided", "only", "whether"})
NONE = frozenset({"no", "nobody", "none", "nothing"})
FILLER = re.compile(
    r"\W*(?:let (?:me|us) (?:be|make|say|repeat|tell|state|explain)\b"
    r"|(?:I|we)(?: want|[’']d like| would like| wish| have) to (?:be|make)\b)[^,.:;]*\W*",
    re.IGNORECASE,
)
# Of these with what is done: "stop flying them in" is no flying. "admitted selling them" is selling.
ASPECTS = frozenset(
    {"avoid", "begin", "cease", "consider", "continue", "delay", "end", "finish", "halt", "keep", "postpone", "quit"}
    | {"resume", "start", "stop", "suspend"}
)
AFTER = frozenset({"after", "as", "because", "before", "since", "when", "while"})  # they tie a clause, no more


def candidates(doc: Doc) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """Return character spans of one parsed sentence that may be a (statement, action); outer marks are trimmed.

    A statement may be the sentence, a quotation or a clause; an action may also be a noun phrase ("the build-up of
    forces along the border"), but no quotation.
    """
    text = doc.text
    clauses = {tidy(text, a, b) for a, b in _clauses(doc)} | {tidy(text, 0, len(text))}
    quotes = {tidy(text, a, b) for a, b in quotations(text)}
    nouns = {tidy(text, a, b) for a, b in _nouns(doc)}
    # "X complained that Y has stationed troops", "X pointed at Y's deployment": the telling is no act.
    telling = [verb for verb in doc if _tells(verb) and not _orders(verb)]
    told = [(v.idx, v.idx + len(v), v.left_edge.idx, v.right_edge.idx + len(v.right_edge)) for v in telling]
    acts = {(a, b) for a, b in clauses if not any(a <= v < w <= b and c <= a and b <= d for v, w, c, d in told)}
    open_ = list(_open_clauses(doc))
    hanging = {token.idx + len(token) for token in doc if token.dep_ == "prep"}
    late = list(_late_speakers(doc))

    def stands(span: tuple[int, int]) -> bool:
        if _within_word(text, span[0]) or _within_word(text, span[1]):
            return False
        cut = (v for v, c, d in open_ if c <= span[0] and span[1] <= d and not span[0] <= v < span[1])
        return span[1] not in hanging and next(cut, None) is None

    def without(span: tuple[int, int]) -> tuple[int, int]:
        cut = next((comma for comma, verb in late if span[0] < comma < span[1] <= verb), None)
        return span if cut is None else tidy(text, span[0], cut)

    said, done = (
        set(filter(stands, _long(text, set(map(without, spans))))) for spans in (clauses | quotes, acts | nouns)
    )
    return said, done


def _within_word(text: str, place: int) -> bool:
    """Whether a place is beside a hyphen within a word, "co-operate", which the parser takes apart."""
    return any(
        0 < k < len(text) - 1 and text[k] == "-" and text[k - 1].isalnum() and text[k + 1].isalnum()
        for k in (place - 1, place)
    )


def empty(doc: Doc, start: int, end: int) -> bool:
    """Whether [start, end) only says that something is or was said.

    "X has declared", cut from what X declared; "Let me be clear."
    """
    if FILLER.fullmatch(doc.text, start, end):
        return True
    return any(_says_nothing(verb, start, end) for verb in doc if start <= verb.idx < end and _tells(verb))


def joints(doc: Doc) -> list[tuple[int, int, bool]]:
    """Return (verb, verb, committing) of clauses that "and", "while" or a semicolon ties, when either can stand alone.

    "will not close the school and will not sell the land" can be cut in two; "will not close or sell it" cannot, nor
    "was searched and sealed", whose second verb says too little without the first one's auxiliaries. ``committing``
    tells that both say what will or will not be: two promises, not one assertion with its reason.
    """
    out = []
    for verb in doc:
        first, second = verb.head, verb
        if verb.pos_ not in {"VERB", "AUX"} or first.pos_ not in {"VERB", "AUX"} or first.i == verb.i:
            continue
        own = _has_subject(verb)
        if verb.dep_ == "conj":
            tied = own or _has_auxiliary(verb) or (verb.tag_ in FINITE) or (verb.tag_ == "VBN" and _plain(first))
        elif verb.dep_ == "advcl":
            marks = {child.lower_ for child in verb.lefts if child.dep_ == "mark"}
            tied = own and first.i < verb.i and (bool(marks & {"while", "whereas"}) or lost_subject(verb) is not None)
        elif verb.dep_ == "ccomp":  # "A; B" is parsed as A under B
            first, second = verb, verb.head
            tied = any(token.text == ";" for token in doc[verb.right_edge.i : verb.head.i])
        else:
            tied = own and verb.dep_ == "parataxis"
        if tied:
            out.append((first.idx, second.idx, _commits(first) and _commits(second)))
    return out


def _has_subject(verb: Token) -> bool:
    return any(child.dep_ in SUBJECTS for child in verb.lefts) or lost_subject(verb) is not None


def _has_auxiliary(verb: Token) -> bool:
    return any(child.dep_ in {"aux", "neg"} and child.lower_ != "to" for child in verb.lefts)


def _plain(verb: Token) -> bool:
    """Whether a verb has nothing about it that a participle tied to it would miss: no modal, negation, passive."""
    return not any(child.dep_ in {"neg", "auxpass"} or child.tag_ == "MD" for child in verb.children)


def _commits(verb: Token) -> bool:
    """Whether a clause says what will or will not be, or what is not."""
    return any(child.dep_ == "neg" or child.tag_ == "MD" for child in verb.lefts)


def _none(verb: Token) -> bool:
    """Whether a clause's subject or object is none: "nobody", "no teacher"."""
    parts = (child for child in verb.children if child.dep_ in SUBJECTS | {"dobj", "attr"})
    return any(token.lower_ in NONE for part in parts for token in (part, *part.lefts))


def announces(doc: Doc, start: int, end: int) -> bool:
    """Whether [start, end) tells a measure that is settled: what will be done, and when or how much.

    "would lay off 640 workers", "will charge 20 piastres from Saturday", not "will help workers find new jobs", nor
    what hangs on a condition.
    """
    if any(token.lower_ in CONDITIONS for token in doc):
        return False
    return any(
        start <= verb.idx < end
        and verb.pos_ == "VERB"
        and verb.lemma_.lower() in MEASURES
        and _is_to_be(verb)
        and any(token.like_num or token.lower_ in DAYS for token in verb.subtree if start <= token.idx < end)
        for verb in doc
    )


def _is_to_be(verb: Token) -> bool:
    """Whether a verb's clause says that it will be done: "will close", "is to be closed", "was closing"."""
    while verb.dep_ == "conj" and not _has_auxiliary(verb) and verb.head.pos_ == "VERB":
        verb = verb.head
    marks = {child.lower_ for child in verb.lefts if child.dep_.startswith("aux")}
    if any(child.dep_ == "neg" for child in verb.children) or _none(verb):
        return False
    if "to" in marks:
        return verb.dep_ == "xcomp" and verb.head.lemma_ == "be" and not _none(verb.head)
    progressive = verb.tag_ == "VBG" and bool(marks) and verb.head.lemma_.lower() == "announce"
    return progressive or bool(marks & WILL)


def _late_speakers(doc: Doc) -> Iterator[tuple[int, int]]:
    """Yield (comma, verb) around who said it where the parser took him for a part of what was said.

    "... and took the town of Bir Sefa, the United Nations mission said on Monday": no part of the town.
    """
    for verb in doc:
        if verb.lemma_.lower() not in TELLING or verb.tag_ not in FINITE or _has_subject(verb):
            continue
        comma = verb.i - 1
        ends = verb.i + 1 == len(doc) or doc[verb.i + 1].is_punct or doc[verb.i + 1].pos_ == "ADP"
        if doc[comma].text == "," and ends:  # "its director, Jane Doe, said": past the name that two commas enclose
            name = [k for k in range(comma) if doc[k].text == ","]
            comma = name[-1] - 1 if name else 0
        while comma > 0 and doc[comma].text != "," and doc[comma].pos_ not in {"VERB", "AUX", "CCONJ"}:
            comma -= 1
        if doc[comma].text == "," and any(t.pos_ in {"NOUN", "PROPN", "PRON"} for t in doc[comma + 1 : verb.i]):
            yield doc[comma].idx, verb.idx


def _source(token: Token) -> bool:
    """Whether a token is what "according to" names, or a participle that tells more of it: no act, but its source."""
    while token.dep_ in {"acl", "conj"} and token.pos_ == "VERB":
        token = token.head
    return token.dep_ == "pobj" and token.head.lower_ == "to" and token.head.head.lower_ == "according"


def _open_clauses(doc: Doc) -> Iterator[tuple[int, int, int]]:
    """Yield (verb, start, end) of what a verb denies, asks or brings about: cut from it, the clause would mislead.

    "X denied that it had sent troops", "dismissed reports that a build-up suggests an attack", "asked if it would",
    "let the pound slide", "had the trees felled", "ordered its units to withdraw".
    """
    for clause in doc:
        if clause.pos_ not in {"VERB", "AUX"} or clause.head.i == clause.i:
            continue
        asked = any(c.dep_ == "mark" and c.lower_ in {"if", "whether"} for c in clause.lefts)
        over = clause.head if asked else _causer(clause) or _denied_by(clause)
        if over is not None:
            yield over.idx, clause.left_edge.idx, clause.right_edge.idx + len(clause.right_edge)


def _finite(clause: Token) -> bool:
    return clause.tag_ in FINITE or any(child.tag_ in FINITE for child in clause.lefts if child.dep_.startswith("aux"))


def _causer(clause: Token) -> Token | None:
    """The verb without which a clause that has no tense of its own says too little, None for other clauses.

    "let the pound slide", "had the trees felled", "promised to keep them", "will stop flying them in".
    """
    above = clause.head
    if clause.dep_ == "ccomp" and above.pos_ == "VERB" and above.i < clause.i and not _finite(clause):
        return above if _has_subject(clause) and above.lemma_.lower() not in PERCEIVING else None
    if clause.dep_ == "xcomp" and any(child.lower_ == "to" for child in clause.lefts):
        return above
    if clause.dep_ == "xcomp" and clause.tag_ == "VBG" and above.lemma_.lower() in ASPECTS:
        return above
    if clause.dep_ == "acl" and clause.tag_ == "VBN":
        while above.dep_ in {"pobj", "prep"}:  # "had eleven of the trees felled"
            above = above.head
        return above.head if above.dep_ == "dobj" and above.head.lemma_.lower() in {"have", "get"} else None
    return None


def _denied_by(clause: Token) -> Token | None:
    """The denying verb that a clause is the object of, itself or through what was said or told of."""
    token = clause
    while token.dep_ in OBJECT or (token.dep_ == "relcl" and token.head.lemma_.lower() in TELLING_NOUNS):
        if token.dep_ == "prep" and token.head.pos_ != "NOUN":
            return None  # "will not dismiss dockers, despite reports that ...": no object of the verb
        token = token.head
        if token.pos_ == "VERB" and token.lemma_.lower() in DENYING:
            return token
    return None


def _tells(verb: Token) -> bool:
    """Whether a verb tells: one of saying, or one whose object is a clause with a subject of its own."""
    if verb.pos_ != "VERB":
        return False
    if any(child.dep_ == "dobj" and child.lower_ == "attention" for child in verb.rights):
        return True  # to draw attention to something is to speak of it
    if does(verb) or (verb.lemma_.lower() == "recall" and any(c.dep_ in {"dobj", "nsubjpass"} for c in verb.children)):
        return False  # "has added 900 men to its force", "has recalled 900 tonnes of beef"
    return verb.lemma_.lower() in TELLING or any(
        clause.dep_ == "ccomp" and _has_subject(clause) and _causer(clause) is None for clause in verb.rights
    )


def _orders(verb: Token) -> bool:
    """Whether to tell is to act: "staff were told to slow payments", "were told that they would go"."""
    if verb.lemma_.lower() != "tell":
        return False
    passive = any(child.dep_ == "auxpass" for child in verb.lefts)
    return any(child.dep_ == "xcomp" or (passive and child.dep_ == "ccomp") for child in verb.rights)


def _says_nothing(verb: Token, start: int, end: int) -> bool:
    """Whether [start, end) is headed by a verb that tells, without anything of what it tells."""
    if any(start <= above.idx < end for above in verb.ancestors) or verb.dep_ == "conj":
        return False
    if any(child.dep_ == "ccomp" and not start <= child.idx < end for child in verb.children):
        return True  # "Pickett told a meeting", cut from what she told it
    text = verb.doc.text[start:end]
    told = (child for child in verb.children if child.dep_ in CONTENT and start <= child.idx < end)
    return not any(mark in text for mark in OPENING) and next(told, None) is None


def _long(text: str, spans: set[tuple[int, int]]) -> set[tuple[int, int]]:
    return {(a, b) for a, b in spans if len(text[a:b].split()) >= LEAST_WORDS}


def quotations(text: str) -> Iterator[tuple[int, int]]:
    """Yield the quoted stretches of a sentence, marks included.

    One left open runs to the sentence's end, one that was opened in a sentence before runs from the beginning.
    """
    start = 0 if _open(text) < 0 else None
    for i, mark in enumerate(text):
        if start is None and mark in OPENING:
            start = i
        elif start is not None and mark in CLOSING:
            yield start, i + 1
            start = None
    if start is not None:
        yield start, len(text)


def _clauses(doc: Doc) -> Iterator[tuple[int, int]]:
    """Yield every clause whole, without the clauses that hang on its end, and from its subject on."""
    for verb in doc:
        if not _heads_clause(verb) or (verb.dep_ == "acl" and _source(verb)):
            continue
        first, last = verb.left_edge.i, verb.right_edge.i
        starts, ends = {first}, {last}
        for child in verb.lefts:
            if child.dep_ in SUBJECTS:
                starts.add(child.left_edge.i)
                if _says_aside(child):
                    starts.add(child.right_edge.i + 1)
        start = first
        for child in verb.lefts:  # drop what only ties the clause to another: "and", "while", "as"
            if child.dep_ in LEADING and child.left_edge.i == start:
                start = child.right_edge.i + 1
        starts.add(start)
        if doc[first].dep_ == "mark" and doc[first].head.i == verb.i and doc[first].lower_ in AFTER:
            starts.discard(first)
        if verb.dep_ == "conj":  # with what would be lost of it: "could not give a date"
            starts.add(min(c.i for c in (verb, *verb.lefts) if c is verb or c.dep_ in {"aux", "auxpass", "neg"}))
        if (subject := lost_subject(verb)) is not None:
            starts.add(phrase(subject)[0])
        for child in verb.rights:
            if singled_out(child) is not None:
                continue  # "It is Georgia", cut from what it does, tells nothing
            if child.dep_ in CLAUSAL or (child.dep_ == "prep" and child.i > verb.i + 1):
                ends.add((lost_subject(child) or child).left_edge.i - 1)
        for a in starts:
            for b in ends:
                if a <= verb.i <= b:
                    yield doc[a].idx, doc[b].idx + len(doc[b])


def _says_aside(subject: Token) -> bool:
    """Whether commas enclose what the subject of an act says: "Shell, which had promised to leave, has drilled"."""
    said = (child for child in subject.rights if child.dep_ == "relcl" and child.lemma_.lower() in SAYING)
    return any(subject.doc[verb.left_edge.i - 1].text == "," for verb in said)


def _heads_clause(verb: Token) -> bool:
    """Whether a token heads a finite clause or a verb phrase that shares its subject."""
    if verb.pos_ not in {"VERB", "AUX"} or verb.dep_ in {"aux", "auxpass"}:
        return False
    if charged_with(verb) is not None:
        return True
    return verb.dep_ in {"ROOT", "conj", "ccomp", "advcl", "relcl", "acl", "parataxis", "xcomp"} or any(
        child.dep_ in {"nsubj", "nsubjpass"} for child in verb.lefts
    )


def charged_with(act: Token) -> Token | None:
    """The verb by which somebody is said to have done ``act``: "accused the junta of holding him"; else None."""
    preposition = act.head
    if act.dep_ != "pcomp" or preposition.dep_ != "prep" or preposition.lower_ != "of":
        return None
    verb = preposition.head
    return verb if verb.lemma_.lower() in ACCUSING and verb.pos_ == "VERB" else None


def _nouns(doc: Doc) -> Iterator[tuple[int, int]]:
    """Yield noun phrases with what belongs to them, whole and without a relative clause at the end."""
    for noun in doc:
        if noun.pos_ != "NOUN" or noun.right_edge.i == noun.i or tables().classes(noun.lemma_.lower()):
            continue  # who acts is no act
        if _source(noun) and not any(child.dep_ == "relcl" for child in noun.rights):
            continue  # nor is what tells of it, but "invoices that were taken from the ministry's servers"
        yield noun.left_edge.idx, noun.right_edge.idx + len(noun.right_edge)
        for child in noun.rights:
            if child.dep_ in CLAUSAL and child.left_edge.i - 1 > noun.i:
                end = doc[child.left_edge.i - 1]
                yield noun.left_edge.idx, end.idx + len(end)


def tidy(text: str, start: int, end: int) -> tuple[int, int]:
    """Drop outer white space and loose marks; take in the quotation marks that belong to the piece."""
    while start < end and (text[start].isspace() or text[start] in ",;:.–—-…)"):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in ",;:–—-(“‘" or _opens_after(text, start, end)):
        end -= 1
    loose = LOOSE.search(text, start, end)  # "... on the border and": the tie to what was cut away
    end = loose.start() if loose else end
    titled = TITLED.search(text, start, end)  # "..., Supt." of whoever said so
    end = titled.start() if titled else end
    tied = TIED.match(text, start, end)
    start = tied.end() if tied else start
    inner = text[start:end]
    if _open(inner) < 0 and start > 0 and text[start - 1] in OPENING:
        start -= 1
    if _open(text[start:end]) > 0:
        if end < len(text) and text[end] in CLOSING:
            end += 1
        elif end + 1 < len(text) and text[end] in ",.!?" and text[end + 1] in CLOSING:
            end += 2
    return start, end


def unmarked(text: str, start: int, end: int) -> tuple[int, int]:
    """Drop a mark at the end that closes a quotation begun elsewhere."""
    if start == end or text[end - 1] not in CLOSING or _open(text[start:end]) >= 0:
        return start, end
    return start, start + len(text[start : end - 1].rstrip())


def _opens_after(text: str, start: int, end: int) -> bool:
    """Whether [start, end) ends in a mark that opens the quotation after it."""
    return end - start > 1 and text[end - 1] in OPENING and text[end - 2].isspace()


def _open(text: str) -> int:
    """Quotation marks left open (> 0) or closed without an opening (< 0); straight ones count by their number."""
    curly = text.count("“") - text.count("”")
    if curly or text.count('"') % 2 == 0:
        return curly
    position = text.index('"')
    after = text[position + 1 : position + 2]
    return 1 if position == 0 or (after and not after.isspace() and text[position - 1].isspace()) else -1
