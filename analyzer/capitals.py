"""Runs of capitalised words in running text that make one name: "Bank of Corve", "Marks and Spencer".

A helper beneath the stages, like ``syntax``: where a run is no name, and what of it is a title, is told in ``naming``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from typing import TYPE_CHECKING

from analyzer.names import (
    BODY_ENDINGS,
    CALENDAR,
    DEMONYMS,
    HONORIFICS,
    LEGAL_FORMS,
    PLACE_WORDS,
    PORTFOLIOS,
    PURPOSIVE,
    is_held,
    tables,
)
from analyzer.records import SentenceKind
from analyzer.syntax import is_word

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from analyzer.records import Sentence

NAME_MONTHS = frozenset({"jan", "april", "may", "june", "august"})
DATING = frozenset({"early", "in", "last", "late", "next", "since", "this", "until"})
COOPERATIVE = frozenset({"operative", "op"})
LONGEST_LETTERED = 12  # tokens of a name whose letters follow it in brackets
SMALL_WORDS = frozenset({"and", "for", "of", "on", "the", "to"})
LONGEST_LISTED = 5  # words of a name of the tables that is looked for as a whole
PLACED = frozenset({"at", "in", "near", "of"})
DIRECTIONS = frozenset(
    {"central", "east", "eastern", "latin", "north", "northern", "south", "southern", "west", "western"}
)
CLOSING = frozenset({"'s", "’s", "'", "’", ","})  # marks that end a name but for the few bodies that have one within
PARTICLES = frozenset(
    {"&", "-", "–", "al", "bin", "da", "de", "del", "della", "den", "der", "dos", "el", "ibn", "van", "von"}
)
# Words that "of" joins to what the body is called after: "Bank of Corve"; "the police of Corve" is none such.
CALLED_AFTER = (BODY_ENDINGS | {"union", "bank", "secretary", "kingdom", "republic"}) - {
    "army",
    "government",
    "group",
    "parliament",
    "police",
}
# Last words of public bodies that may serve two towns or counties: "Avon and Somerset Police".
SERVING_BOTH = frozenset({"constabulary", "council", "hospital", "hospitals", "police", "trust"})


def is_capital(token: Token) -> bool:
    """Whether a token is written as a name; "Jan" and "May" are names beside another name, else months."""
    if not token.text[:1].isupper():
        return False
    if token.lower_.rstrip(".") not in CALENDAR:
        return True
    if token.lower_ not in NAME_MONTHS:
        return False
    before = token.doc[token.i - 1] if token.i else None
    if before is not None and token.lower_ != "jan" and (before.lower_ in DATING or before.like_num):
        return False  # "In April Labor won", "as recently as 3 August Mr Goyal said"
    around = [token.doc[i] for i in (token.i - 1, token.i + 1) if 0 <= i < len(token.doc)]
    return any(t.text[:1].isupper() and t.is_alpha and t.lower_ not in CALENDAR and t.pos_ == "PROPN" for t in around)


def opens(doc: Doc, i: int) -> bool:
    """Whether token ``i`` is capital merely because it opens a sentence, a quotation or a list."""
    return i == 0 or doc[i - 1].text in {'"', "“", "‘", "'", ":", "(", "-", "—", "–", ".", "…", "?", "!"}


def firm_capitals(sentences: Sequence[Sentence], docs: Sequence[Doc]) -> tuple[Counter[str], Counter[str]]:
    """Count words seen with a capital where none is due, and words seen in lower case.

    So counts a common word of a headline in title case, unless the text below has it as a name: "Sale" in "Tech Boss
    Denies Sale".
    """
    capital: Counter[str] = Counter()
    lower: Counter[str] = Counter()
    begun: set[str] = set()  # words that a sentence begins with that may be names
    titled: list[Token] = []
    for sentence, doc in zip(sentences, docs, strict=True):
        headline = sentence.kind is SentenceKind.HEADLINE
        weighty = [t for t in doc if t.is_alpha and not t.is_stop]
        titles = headline and _in_title_case(doc)
        title_case = titles or (headline and 2 * sum(t.text[0].isupper() for t in weighty) > len(weighty))
        titled += [t for t in weighty if titles and t.text.istitle()]
        for token in (t for t in doc if t.is_alpha):
            if token.text[0].islower():
                lower[token.text] += not headline  # where its capital may have been taken away
            elif not title_case and (_in_brackets(doc, token.i) or not opens(doc, token.i)):
                capital[token.text] += 1
                if token.text == "New" and token.i + 1 < len(doc):
                    capital[f"New {doc[token.i + 1].text}"] += 1
            elif not headline and token.pos_ == "PROPN":
                begun.add(token.text)
    named = capital.keys() | begun
    common = {t.lower_ for t in titled if is_word(t.lower_) and t.text not in named and not _given(t, named)}
    return capital, lower + Counter(common)


def _in_brackets(doc: Doc, i: int) -> bool:
    """Whether letters stand alone in brackets, as those of a body that is named before: "(PPTA)"."""
    return doc[i].text.isupper() and len(doc[i]) > 1 and doc[max(0, i - 1) : i + 2].text == f"({doc[i].text})"


def _in_title_case(doc: Doc) -> bool:
    """Whether a headline is in title case, its verbs in lower case by ``parse``: "Bank rules out Branch Plan".

    A line of names alone, "Wessel Guardian", may be that of a paper.
    """
    weighty = [t for t in doc if t.is_alpha and not (t.is_stop or (t.is_lower and t.text.endswith("s")))]
    told = any(t.is_alpha and (t.is_lower or t.pos_ == "VERB") for t in doc)
    return told and 4 * sum(t.text[0].isupper() for t in weighty) >= 3 * len(weighty)


def _given(token: Token, named: Collection[str]) -> bool:
    """Whether a common word is somebody's given name, before a name: "Hope Rivers"."""
    return token.text in tables().given and token.i + 1 < len(token.doc) and token.nbor().text in named


def find_twins(docs: Sequence[Doc]) -> frozenset[tuple[str, str]]:
    """Pairs of names that the article prints as one: "Fenside and Wold Trust", "Marks and Spencer".

    Either their initials stand in it, too ("FWUH" for Fenside and Wold University Hospitals), or it never has one
    without the other and speaks of both in the singular: "Tesco and Asda" are two. One public body may serve two
    counties: "Avon and Somerset Police".
    """
    printed = [token for doc in docs for token in doc if token.text[:1].isupper()]
    seen = Counter(token.text for token in printed)
    begun = Counter(token.text for token in printed if not (token.i and is_capital(token.nbor(-1))))
    found: Counter[tuple[str, str]] = Counter()
    sure: set[tuple[str, str]] = set()
    single: set[tuple[str, str]] = set()
    serving: set[tuple[str, str]] = set()
    for doc in docs:
        for token in doc[1:-1]:
            one, other = doc[token.i - 1], doc[token.i + 1]
            if token.lower_ != "and" or not (is_capital(one) and is_capital(other)) or one.pos_ == "PRON":
                continue
            if any(tables().party(t.text) or t.text in tables().given for t in (one, other)):
                continue
            if _in_list(one):
                continue  # "NatWest, RBS and Ulster Bank" are three
            pair = one.text, other.text
            found[pair] += 1
            end = next((k for k in range(other.i, len(doc)) if not is_capital(doc[k])), len(doc))
            letters = one.text[0] + "".join(t.text[0] for t in doc[other.i : end])
            if any(letters[:size] in seen for size in range(3, len(letters) + 1)):
                sure.add(pair)
            verb = end < len(doc) and doc[end].lower_ in {"has", "is", "says", "was"}
            # "the merger of Linde and Praxair is off"
            related = one.i > 0 and doc[one.i - 1].lower_ in {"between", "of"}
            if doc[end - 1].lower_ in BODY_ENDINGS or (verb and not related):
                single.add(pair)
            if doc[end - 1].lower_ in SERVING_BOTH:
                serving.add(pair)
    alone = {pair for pair, n in found.items() if n > 1 and n == seen[pair[0]] == seen[pair[1]]}
    both = {pair for pair in serving if found[pair] == begun[pair[0]]}  # not of "River Avon"
    return frozenset(sure | (alone & single) | both)


def _coined(token: Token) -> bool:
    """Whether a word is no English word: then its capital is a name's, also where a sentence begins."""
    return token.is_alpha and token.pos_ != "PRON" and not is_word(token.text) and not is_word(token.lemma_)


def _in_list(name: Token) -> bool:
    """Whether a name stands behind another one and a comma: not in "In London, Marks and Spencer closed"."""
    doc, i = name.doc, name.i
    scene = doc[0].pos_ == "ADP" and all(is_capital(token) for token in doc[1 : i - 1])
    return i > 1 and doc[i - 1].text == "," and is_capital(doc[i - 2]) and not scene


def _legal_form(doc: Doc, i: int) -> bool:
    """Whether a letter is half of a firm's legal form, "A/S", which its name does as well without."""
    halves = (doc[k : k + 3] for k in (i - 2, i) if 0 <= k <= len(doc) - 3)
    return any(re.fullmatch(r"[A-Z]/[A-Z]", half.text) for half in halves)


def _is_name_token(doc: Doc, i: int, capital: Counter[str], lower: Counter[str]) -> bool:
    token = doc[i]
    if not is_capital(token) or token.lower_ in {"i", "i'm"} or _legal_form(doc, i):
        return False
    if capital[token.text] > 0 or token.text in tables().aliases:
        return token.pos_ not in {"PRON", "DET"} or token.text in tables().aliases
    if token.is_stop and _called(token):
        return True
    if lower[token.lower_] or token.is_stop:
        return False
    if opens(doc, i):
        if is_word(token.lower_) and token.dep_ in {"amod", "compound"} and _forces(token.head):
            return False  # "Riot officers fired"
        follows = i + 1 < len(doc) and is_capital(doc[i + 1]) and doc[i + 1].pos_ == "PROPN"
        acts = i + 1 < len(doc) and (doc[i + 1].pos_ in {"VERB", "AUX"} or doc[i + 1].text in {"'s", "’s"})
        if (acts or follows or (i + 1 < len(doc) and doc[i + 1].text == ",")) and _coined(token):
            return True  # "Corvane denies it", "Agathe Rook fears", whatever the parser takes the coined word for
        if of_people(token):
            return True
        if token.pos_ == "PROPN":
            alone = token.text.endswith("s") or (token.dep_ == "nsubjpass" and is_word(token.text))
            alone = alone and not token.text.endswith("er")  # no "Curfew was imposed", but "Parker was jailed"
            return token.ent_type_ != "" or follows or (acts and not alone)
        return token.pos_ in {"NOUN", "ADJ", "X"} and token.ent_type_ not in {"", "CARDINAL", "DATE", "ORDINAL", "TIME"}
    return token.pos_ not in {"PRON", "DET", "ADP", "AUX", "CCONJ", "SCONJ"} or token.ent_type_ != ""


def of_people(token: Token) -> bool:
    """Whether a coined word before an office, organ or people is an adjective of nation: "Lusenian health minister"."""
    if not _coined(token) or not token.lower_.endswith(DEMONYMS) or token.i + 1 == len(token.doc):
        return False
    after = token.nbor()
    return after.is_lower and (after.lower_ in PORTFOLIOS or bool(tables().classes(after.lemma_.lower())))


def _called(token: Token) -> bool:
    """Whether a word is a given name, though it is a small word, too: "Will Archer quit", not "Will Archer quit?"."""
    if token.text not in tables().given or token.pos_ not in {"AUX", "PROPN"} or token.i + 1 >= len(token.doc):
        return False  # "In Marlow", though some are called In
    following = token.nbor()
    asked = any(t.text == "?" for t in token.doc)
    return not asked and following.pos_ == "PROPN" and is_capital(following) and following.text not in tables().aliases


def _forces(noun: Token) -> bool:
    """Whether a common noun is one for police or troops."""
    return noun.is_lower and bool(tables().classes(noun.lemma_) & {"own", "state_organ"})


def _shortened(token: Token) -> bool:
    """Whether a full stop after a word belongs to it: an initial, "Col." before a name."""
    return (token.text.isupper() and len(token) == 1) or (token.lower_ in HONORIFICS and token.text.istitle())


def runs(
    doc: Doc, capital: Counter[str], lower: Counter[str], twins: Collection[tuple[str, str]]
) -> Iterator[tuple[int, int]]:
    """Yield token ranges of capitalised runs, joined over "of", "&", "de" and the like inside a body's name."""
    i, size = 0, len(doc)
    while i < size:
        twin = doc[i + 1 : i + 2].text == "and" and i + 2 < size and (doc[i].text, doc[i + 2].text) in twins
        begun = listed(doc, i) or _lettered(doc, i) or int(twin or _is_name_token(doc, i, capital, lower))
        if not begun:
            i += 1
            continue
        j, purpose = i + begun, False
        while j < size:
            more = _purposed(doc, j, within=purpose)
            purpose |= more > 0
            more = more or _joined(doc, i, j, twins)
            named = doc[j].text not in CLOSING and _is_name_token(doc, j, capital, lower)
            if not more and named and not _of_nation(doc, i, j):
                more = 1
            more = more or _inner(doc, j)
            if not more:
                break
            j += more
        yield i, j
        i = j


def _of_nation(doc: Doc, first: int, j: int) -> bool:
    """Whether a word within a run tells whose the noun behind it is: "In the port of Poti Russian forces seized"."""
    token = doc[j]
    adjective = tables().kind(token.text) == "demonym" and token.dep_ in {"amod", "compound", "nmod"}
    placed = first > 0 and doc[first - 1].lower_ in PLACED and doc[j - 1].lower_ not in DIRECTIONS
    return adjective and placed and token.head.i > j and token.head.is_lower and token.nbor().is_lower


def _purposed(doc: Doc, j: int, *, within: bool) -> int:
    """How many tokens at ``j`` tell what a body is for, or go on ``within`` that; 0 for none."""
    if _joins_purpose(doc, j):
        return 3  # "for the Study"
    return _purpose_of(doc, j) if within else 0


def _joined(doc: Doc, first: int, j: int, twins: Collection[tuple[str, str]]) -> int:
    """How many tokens at ``j`` join the run that begins at ``first`` to the rest of a body's name; 0 for none."""
    word, following = doc[j].lower_, doc[j + 1] if j + 1 < len(doc) else None
    if following is None:
        return 0
    twin = word == "and" and (doc[j - 1].text, following.text) in twins
    if twin or _joins_body(doc, j) or _joins_fields(doc, first, j) or _joins_field(doc, j):
        return 2
    if _joins_owners(doc, j):
        return 2  # on to "Residents' Association", for which the mark is a body's own
    if _joins_members(doc, j):
        return 3
    if doc[j - 1].text == "Co" and doc[j].text == "-" and following.lower_ in COOPERATIVE:
        return 2
    if word in {"al", "el"} and j + 2 < len(doc) and following.text == "-" and doc[j + 2].text[:1].isupper():
        return 3  # "Faris al-Hadi"
    legal = word == "," and following.text[0].isupper() and following.lower_ in LEGAL_FORMS
    return 2 if legal else 0  # "Lumeo, Inc."


def _inner(doc: Doc, j: int) -> int:
    """How many tokens at ``j`` stand within any name: the stop of an initial, "de", "&", a hyphen, an ordinal."""
    token, following = doc[j], doc[j + 1] if j + 1 < len(doc) else None
    if following is None or token.text in CLOSING:
        return 0
    if token.text == "." and _shortened(doc[j - 1]):
        return 1
    bare = not token.whitespace_ and not doc[j - 1].whitespace_
    hyphened = token.text == "-" and bare and following.pos_ == "PROPN" and following.is_alpha
    particle = token.lower_ in PARTICLES and following.text[:1].isupper() and (token.text[0] not in "-–" or bare)
    if hyphened or particle or _joins_seat(doc, j):
        return 2
    return int(re.fullmatch(r"\d+(st|nd|rd|th)?", token.text) is not None and following.text in BODY_ENDINGS)


def _joins_seat(doc: Doc, j: int) -> bool:
    """Whether "of" or "for" joins a body to what it is of: "Bank of Corve", "Kingdom of Arvenia"."""
    named = doc[j].lower_ in {"of", "for"} and doc[j - 1].lower_ in CALLED_AFTER
    return named and j + 1 < len(doc) and is_capital(doc[j + 1])


def listed(doc: Doc, i: int) -> int:
    """How many tokens at ``i`` the tables list as one name, "Downing Street", "New Zealand"; 0 unless several."""
    if not doc[i].text[:1].isupper():
        return 0
    ends = range(min(len(doc), i + LONGEST_LISTED), i + 1, -1)
    return next((end - i for end in ends if doc[i:end].text in tables().aliases), 0)


def _joins_body(doc: Doc, j: int) -> bool:
    """Whether token ``j`` is a possessive mark within a body's name: "Steelmen's Union", "Workers' Pension Fund"."""
    if doc[j].text not in {"'s", "’s", "'", "’"} or j + 1 >= len(doc) or not doc[j + 1].text[:1].isupper():
        return False
    if doc[j + 1].text == "Office" and is_held(tables().classes(doc[j - 1].lower_)):
        return True  # "Information Commissioner's Office"
    saint = (j >= 2 and doc[j - 2].lower_.rstrip(".") in {"st", "saint"}) or doc[j - 1].text == "Lord"
    if doc[j].text in {"'s", "’s"} and not saint and not doc[j - 1].lower_.endswith(("men", "people", "children")):
        return False
    end = j + 1
    while end < len(doc) and doc[end].text[:1].isupper():
        end += 1
    ends = doc[end - 1].lower_ in BODY_ENDINGS or doc[end - 1].text == "Co"
    return ends and tables().party(doc[j - 1].text) is None


def _joins_owners(doc: Doc, j: int) -> bool:
    """Whether the mark at ``j`` goes on to a body of two sorts of people: "Tenants' and Residents' Association"."""
    if doc[j].text not in {"'", "’"} or j + 3 >= len(doc) or doc[j + 1].lower_ not in {"and", "&"}:
        return False
    return doc[j + 2].text[:1].isupper() and _joins_body(doc, j + 3)


def _joins_purpose(doc: Doc, j: int) -> bool:
    """Whether "for the" at ``j`` joins a body to what it is for: "Institute for the Study of War"."""
    if doc[j].lower_ != "for" or j + 3 > len(doc) or doc[j + 1].lower_ != "the" or not is_capital(doc[j + 2]):
        return False
    field = is_word(doc[j + 2].lower_) and not listed(doc, j + 2) and tables().party(doc[j + 2].text) is None
    return field and (
        doc[j - 1].lower_ in PURPOSIVE or (doc[j - 1].lower_ in BODY_ENDINGS and _purpose_of(doc, j + 3) > 0)
    )


def _purpose_of(doc: Doc, j: int) -> int:
    """How many tokens at ``j`` go on with what a body is for: "of War", "of the Middle", "to Animals"; 0 for none."""
    if j >= len(doc) or doc[j].lower_ not in {"of", "to"}:
        return 0
    name = j + 1 + (j + 1 < len(doc) and doc[j + 1].lower_ == "the")
    return name + 1 - j if name < len(doc) and is_capital(doc[name]) else 0


def _joins_field(doc: Doc, j: int) -> bool:
    """Whether "on" at ``j`` joins a body to what it deals with: "Commission on Elections", not "on Monday"."""
    if doc[j].lower_ != "on" or j + 1 >= len(doc) or doc[j - 1].lower_ not in PURPOSIVE or not is_capital(doc[j + 1]):
        return False
    field = doc[j + 1]
    return is_word(field.lower_) and tables().party(field.text) is None and doc[j - 1].text[0].isupper()


def _lettered(doc: Doc, i: int) -> int:
    """How many tokens at ``i`` make up a name whose letters follow: "Tigers of Tamil Eelam (TTE)"; 0 for none."""
    for end in range(i, min(len(doc) - 2, i + LONGEST_LETTERED)):
        if doc[end].text != "(":
            if not (doc[end].text[0].isupper() or (end > i and doc[end].lower_ in SMALL_WORDS)):
                return 0
            continue
        words = [t.text[0] for t in doc[i:end] if t.text[0].isupper()]
        every = "".join(t.text[0].upper() for t in doc[i:end])  # BFAI: "Bread for All International"
        letters = doc[end + 1].text
        told = len(words) > 2 and letters in {"".join(words), every} and doc[end + 2].text == ")"
        return end - i if told and doc[end - 1].text[0].isupper() else 0
    return 0


def _joins_members(doc: Doc, j: int) -> bool:
    """Whether "of the" at ``j`` joins a body to those it is of: "International Committee of the Red Cross"."""
    if doc[j].lower_ != "of" or j + 3 > len(doc) or doc[j + 1].lower_ != "the" or not is_capital(doc[j + 2]):
        return False
    return (
        doc[j - 1].lower_ in BODY_ENDINGS
        and j >= 2
        and is_capital(doc[j - 2])
        and tables().party(doc[j + 2].text) is None
    )


def _singular(token: Token) -> str:
    """A plural that the tagger takes for a name and leaves as it is: "boundary" of "Boundaries"."""
    return re.sub("ies$", "y", token.lower_)


def _joins_fields(doc: Doc, first: int, j: int) -> bool:
    """Whether "and" at ``j`` joins what a body is for: "Health and Safety Executive", "Ministry of Trade and ..."."""
    if doc[j].lower_ not in {"and", "&"} or j + 1 >= len(doc) or not doc[j + 1].text[:1].isupper():
        return False
    end = j + 1
    while end < len(doc) and doc[end].text[:1].isupper():
        end += 1
    fields = (doc[j - 1], doc[j + 1])
    if doc[j + 1].text in tables().given and doc[j + 1].ent_type_ == "PERSON":
        return False  # "the Department of Quality and Michael Glasgow"
    if any(not (is_word(t.lower_) or is_word(_singular(t))) or tables().party(t.text) is not None for t in fields):
        return False
    of = (
        first + 1 < j
        and doc[first + 1].lower_ in {"of", "for"}
        and "state_organ" in tables().classes(doc[first].lower_)
    )
    plain = not any(t.is_lower or t.lower_ in BODY_ENDINGS | PLACE_WORDS for t in doc[first:j])
    return of or (end > j + 2 and plain and doc[end - 1].lower_ in BODY_ENDINGS | {"enforcement", "executive"})
