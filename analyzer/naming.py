"""The names of one article: each run of capitals bounded, and split into owner, office, honorific and name.

A helper beneath the stages: it finds names and what stands before them; whose conduct they stand for is decided in
``parties``.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from analyzer.capitals import find_twins, firm_capitals, is_capital, listed, of_people, opens, runs
from analyzer.names import (
    BODY_ENDINGS,
    CALENDAR,
    DEMONYMS,
    HONORIFICS,
    INNER_PLACES,
    POLITICS,
    PORTFOLIOS,
    POST_NOMINALS,
    RANKS,
    TITLE_WORDS,
    Name,
    Tables,
    is_held,
    tables,
)
from analyzer.records import SentenceKind
from analyzer.syntax import is_word
from analyzer.wordlists import words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from analyzer.records import Sentence

LEADING = words("leading")
ABBREVIATIONS = words("abbreviations")
NATIVES = words("natives")
CURRENCIES = words("currencies")
STATUTES = words("statutes")
CABINETS = frozenset({"administration", "cabinet", "government", "ministers"})
MEMBERS = frozenset({"MEP", "MEPs", "MP", "MPs"})
OFFICES_CUT_SHORT = {"gov": "state governor", "rep": "lawmaker", "sen": "senator"}
TRADE_ENDINGS = ("er", "ian", "ist", "man", "or", "woman")
OF_PLACES = frozenset({"governor", "lawmaker", "mayor", "senator", "state governor"})
CIRCUITS = frozenset({"Circuit", "District", "Magistrate"})  # before "Judge"
INITIALS = frozenset(string.ascii_uppercase)
PARTISAN = frozenset({"conservative", "democrat", "democratic", "gop", "labor", "labour", "republican", "tory"})
ROYAL = frozenset({"king", "prince", "princess", "queen"})
DEFINED = frozenset({"Company", "Corporation", "Firm", "Group"})
REGIONAL = re.compile(
    r"(North|South|East|West|Latin|Central|South-?[Ee]ast) (American|African|Asian|European)|Middle Eastern"
)
PORTFOLIO_HOLDERS = {
    "for": frozenset({"commissioner", "minister", "secretary", "undersecretary"}),
    "of": frozenset({"minister"}),
}
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")


def find_names(sentences: Sequence[Sentence], docs: Sequence[Doc]) -> list[Name]:
    """Return every name of the article in reading order, titles and honorifics split off."""
    capital, lower = firm_capitals(sentences, docs)
    twins = find_twins(docs)
    found: list[Name] = []
    for sentence, doc in zip(sentences, docs, strict=True):
        if sentence.kind in {SentenceKind.CAPTION, SentenceKind.BOILERPLATE}:
            continue
        for first, end in runs(doc, capital, lower, twins):
            bounds = _bounded(doc, first, end, capital)
            if bounds is not None:
                found.extend(_split(doc, *bounds, sentence))
    # "Director" | "of Public Prosecutions", "Col" | "." (ret.)
    found = [name for name in found if not name.text.startswith("of ") and name.text != "."]
    printed = {name.text for name in found}
    return [_of_nation(name, docs[name.sentence], printed) for name in found]


def _bounded(doc: Doc, first: int, end: int, capital: Counter[str]) -> tuple[int, int] | None:
    """Where the name in a run of capitals begins and ends; None where the run is no name."""
    last = _end(doc, first, end)
    if last == first or _keywords(doc, first, last) or _field_or_date(doc, first, last):
        return None
    if last < len(doc) and _for_a_field(doc, last, doc[last].text):
        last = _before_portfolio(doc, first, last)
        if last == first:
            return None  # "Finance minister X"
    if last < len(doc) and doc[last].text in CABINETS and all(t.lower_ in POLITICS for t in doc[first:last]):
        return None  # "the Labor government" is that of the state
    opening = opens(doc, first) and not (first and doc[first - 1].text == "(")  # "the IUS (International Union ...)"
    first += first + 1 < last and opening and not listed(doc, first) and _leads(doc, first, capital)
    if last - first == 1 and opens(doc, first) and _common(doc[first], capital):
        return None  # "Police fired", "Interior minister X": a noun that begins a sentence
    if REGIONAL.fullmatch(doc[first:last].text) and _modifies(doc, last):
        return None  # "its president for North American heating"
    shouted = all(_shouted(token) for token in doc[first:last]) and tables().party(doc[first:last].text) is None
    if shouted and not _letters(doc, first, last):
        return None  # "EXCLUSIVE", not "the RCMP", though the dictionary has both
    if last - first == 1 and first and _ORDINAL.fullmatch(doc[first - 1].text):
        first -= doc[first].lower_ in BODY_ENDINGS  # "the 103rd Brigade" is not any other brigade
    return first, last


def _end(doc: Doc, first: int, end: int) -> int:
    """Where a run of capitals ends without a currency and its members: at its beginning for "Rs 25,000"."""
    last = end - (doc[end - 1].text in CURRENCIES and any(t.like_num for t in doc[end : end + 2]))
    return last - (last - first > 2 and doc[last - 1].text in MEMBERS)  # "Lib Dem MPs" are of the Lib Dems


def _keywords(doc: Doc, first: int, last: int) -> bool:
    """Whether a run is too long for a name: a line of keywords."""
    plain = not any(t.text.islower() for t in doc[first:last])
    officer = any(t.text.istitle() and is_held(tables().classes(t.lower_)) for t in doc[first : last - 1])
    longest = 9 if officer else 5 if plain else 7  # "Allied Pilots Association Acting President X"
    return last - first > longest and doc[last - 1].lower_ not in BODY_ENDINGS


def _field_or_date(doc: Doc, first: int, last: int) -> bool:
    """Whether a run is a field, a statute, a word of a press release or a feast, which nobody is called."""
    if _portfolio(doc, first, last) or (doc[last - 1].lower_ in STATUTES and _numbered(doc, last)):
        return True  # "Commissioner for Urban Planning", "Section 144"
    if doc[last - 1].text == "Day":
        return True  # "Memorial Day"
    # "the Company", "the Office of the ...", "the State government", "on TV"
    return last - first == 1 and (_defined(doc, first) or doc[first].text in {"Joint", "State"} | ABBREVIATIONS)


def _of_nation(name: Name, doc: Doc, printed: Collection[str]) -> Name:
    """A name that the article prints without it, rid of an adjective of nation: "British WhatsApp users"."""
    first, _, rest = name.text.partition(" ")
    if rest not in printed or tables().kind(first) != "demonym" or name.title or name.honorific:
        return name
    if rest.split()[-1].lower() in BODY_ENDINGS or tables().party(name.text) is not None:
        return name  # "Russian Army" is not any army
    last = doc[name.last - 1]
    users = last.dep_ in {"compound", "nmod"} and last.head.i >= name.last and last.head.is_lower
    if not users or tables().classes(last.head.lemma_.lower()):
        return name  # nor "Scottish Labour" Labour
    return replace(name, text=rest, first=name.first + 1, start=name.end - len(rest))


def _defined(doc: Doc, i: int) -> bool:
    """Whether a word is what a press release calls who it is of, "the “Company”", or an office of somebody."""
    if doc[i].text == "Office":
        return i + 1 < len(doc) and doc[i + 1].lower_ == "of"
    before = i - 2 if i > 1 and doc[i - 1].text in {'"', "“", "'", "‘"} else i - 1
    return doc[i].text in DEFINED and before >= 0 and doc[before].lower_ == "the"


def _for_a_field(doc: Doc, end: int, office: str | None) -> bool:
    """Whether what ends before an office may be its field: anything of a minister, "security" of an adviser."""
    return office == "minister" or (office in {"adviser", "advisor"} and doc[end - 1].lower_ == "security")


def _before_portfolio(doc: Doc, first: int, last: int) -> int:
    """Where a name ends before "minister": without what for, "Finance" or "Cabinet Office", whosever he is."""
    end = last
    while end > first and doc[end - 1].lower_ in PORTFOLIOS and tables().party(doc[first:end].text) is None:
        end -= 1
    return end - (first < end < last and doc[end - 1].text == "National")  # "US National Security adviser"


def _portfolio(doc: Doc, first: int, last: int) -> bool:
    """Whether a run is what an office is for, or a part of that: "Commissioner for Urban Planning and Housing"."""
    k = next((t.i for t in doc[first:last] if t.lower_ in PORTFOLIO_HOLDERS), first - 1)  # "Secretary for Home Affairs"
    if doc[last - 1].lower_ not in PORTFOLIOS or not all(is_word(t.lower_) for t in doc[k + 1 : last]):
        return False
    while k > 0 and (doc[k].lower_ in {"and", "the"} or (doc[k].text[0].isupper() and is_word(doc[k].lower_))):
        k -= 1
    return k > 0 and doc[k].lower_ in {"for", "of"} and doc[k - 1].lower_ in PORTFOLIO_HOLDERS[doc[k].lower_]


def _numbered(doc: Doc, k: int) -> bool:
    return k < len(doc) and doc[k].text[0].isdigit()


def _modifies(doc: Doc, last: int) -> bool:
    """Whether the run that ends at ``last`` only says what sort a thing is that follows it."""
    head = doc[last - 1].head
    return head.i >= last and head.is_lower and not tables().classes(head.lemma_.lower())


def _office_of(doc: Doc, first: int) -> str | None:
    """The office before "of" or "of the" and a run: director, of "Director of National Intelligence"."""
    of = first - 1 - (first > 1 and doc[first - 1].lower_ == "the")
    if of < 1 or doc[of].lower_ != "of" or not is_held(tables().classes(doc[of - 1].lower_)):
        return None
    return str(doc[of - 1].lower_)


def _serving(doc: Doc, first: int, last: int) -> int | None:
    """Where the person begins in "Director of National Intelligence James Clapper"; None in any other run.

    A person is told by a given name or initial, or by two coined words behind a body or a minister's field.
    """
    office = _office_of(doc, first)
    if office is None:
        return None
    if doc[last - 1].lower_ in BODY_ENDINGS:
        return None  # "the president of West Texas Christian University"
    initial = next((k for k in range(first + 1, last - 1) if doc[k].text.rstrip(".") in INITIALS), None)
    place = last - 2 if initial is None else initial
    if place <= first or not all(token.text[0].isupper() for token in doc[place:last] if token.is_alpha):
        return None
    coined = not any(is_word(token.lower_) for token in doc[place:last] if token.is_alpha)
    body = doc[place - 1].lower_ in BODY_ENDINGS
    minister = office in PORTFOLIO_HOLDERS["of"]
    if doc[place].text in tables().given or (coined and (body or (minister and initial is None))):
        plain = body or all(is_word(t.lower_) and tables().party(t.text) is None for t in doc[first:place])
        return place if plain else None
    return None


def _leads(doc: Doc, first: int, capital: Counter[str]) -> bool:
    """Whether a word that begins a sentence only describes the name after it: "Former", "Armed" before a known name."""
    token = doc[first]
    if _trade(doc, first):
        return True
    firm = doc[first + 1].lower_ in BODY_ENDINGS and "state_organ" not in tables().classes(doc[first + 1].lower_)
    if firm and not (first + 2 < len(doc) and is_capital(doc[first + 2])):
        return False  # "United Airlines has"
    following = doc[first + 1].text
    members = following.endswith("s") and is_word(following)  # "Allied Pilots Association"
    seen = capital[following] > members and not capital[token.text]
    describes = is_word(token.text) and (token.pos_ in {"ADJ", "VERB"} or token.text.endswith(("ed", "ing")))
    leading = token.lower_ in LEADING and not capital[f"{token.text} {following}"]  # "in New Corve"
    return leading or (seen and describes and tables().party(token.text) is None)


def _trade(doc: Doc, first: int) -> bool:
    """Whether a word that begins a sentence is what the person after it is by trade: "Criminologist Maud Ells"."""
    token, word = doc[first], doc[first].lower_
    if not word.endswith(TRADE_ENDINGS) or not is_word(word) or token.text in tables().given:
        return False
    if word in TITLE_WORDS | HONORIFICS or is_held(tables().classes(word)) or first + 2 >= len(doc):
        return False
    following, end = doc[first + 1], first + 2
    while end < len(doc) and is_capital(doc[end]):
        end += 1
    named = following.text in tables().given or following.lower_.rstrip(".") in HONORIFICS
    return named and end > first + 2 and doc[end - 1].lower_ not in BODY_ENDINGS


def _common(token: Token, capital: Counter[str]) -> bool:
    """Whether a word that begins a sentence is an office or organ and nowhere else a name."""
    if token.lower_ == "police":
        return True  # without "the" where no name begins: "Police fired", also beside the Harwick Police
    compound = token.dep_ in {"compound", "nmod"} and token.head.is_lower  # "Board members": no short name of a board
    if (capital[token.text] and not compound) or token.text in tables().aliases:
        return False
    words = {token.lower_, token.lemma_.lower()}
    return bool(words & TITLE_WORDS) or any(tables().classes(word) for word in words)


def _shouted(token: Token) -> bool:
    """Whether a word is an English word in capitals, as at the head of an article: "EXCLUSIVE", "ROLLING"."""
    return token.text.isupper() and len(token) > 3 and tables().party(token.text) is None and is_word(token.text)


def _letters(doc: Doc, first: int, last: int) -> bool:
    """Whether one word in capitals is a body's letters by what it does: "the RCMP", "UNICEF said"."""
    acts = last < len(doc) and (doc[last].pos_ in {"AUX", "VERB"} or doc[last].text in {"'s", "’s"})
    the = first > 0 and doc[first - 1].lower_ == "the"
    body = last - first == 1 and doc[first].ent_type_ == "ORG"
    return body and (acts or the) and not (last < len(doc) and doc[last].text.isupper())


def _title_class(words: Sequence[str]) -> str | None:
    """Return the longest ending of ``words`` that names a personal office, "-elect" or not, else None."""
    words = words[:-2] if words[-2:] == ["-", "elect"] else words
    for size in range(min(3, len(words)), 0, -1):
        phrase = " ".join(words[-size:]).casefold()
        classes = tables().classes(phrase)
        if is_held(classes):
            return phrase
    return None


def _split(doc: Doc, first: int, last: int, sentence: Sentence) -> Iterator[Name]:
    """Split one run into owner, office and name; look left of it for a lower-case office."""
    person = _serving(doc, first, last)
    if person is not None:
        held = _office_of(doc, first)
        if held not in PORTFOLIO_HOLDERS["of"]:  # nobody is called "Petroleum Resources"
            yield _name(doc, first, person, sentence)
        yield _name(doc, person, last, sentence, held)
        return
    first = _behind_party(doc, first, last)
    cut, office, title, honorific = first, first, None, False
    body = doc[last - 1].lower_ in BODY_ENDINGS  # "Brother Industries"
    body = body or (doc[first].lower_ in ROYAL and doc[last - 1].lower_ in INNER_PLACES)  # "Queen Victoria Square"
    for k in range(first, last):
        words = [t.text for t in doc[first : k + 1]]
        word = doc[k].lower_.rstrip(".")
        whole = " " in (_title_class(words) or "")  # "Advocate General X" is no general
        if word in HONORIFICS and k + 1 < last and not (body or whole) and doc[k + 1].text != "-":  # "Sheikh-Patil"
            cut, honorific = k + 1 + (doc[k + 1].text == "." and k + 2 < last), True
        elif k + 2 == last and " " in (_title_class([*words, doc[k + 1].text]) or ""):
            continue  # "Director General" is no director called General
        elif k == first == last - 2 and doc[k].text in tables().given and _left_title(doc, first)[0] is not None:
            continue  # "its director Dean Ellwood" is no dean
        elif k + 1 < last and (phrase := _title_class(words)) and doc[k + 1].lower_ not in BODY_ENDINGS | {"'s", "’s"}:
            if body and phrase in RANKS | ROYAL:
                continue  # "General Elections Commission"
            cut = k + 1
            if title is None or phrase not in RANKS:  # "Defence Minister General X" is a minister
                office, title = cut, phrase
    while last - cut > 2 - honorific and doc[last - 1].text in POST_NOMINALS:
        last -= 1
    if cut == first and last - first > 2 and _native(doc, first, last):  # "Dane Mette Qvortrup"
        cut = office = first + 1
    if cut == first and doc[first].text in MEMBERS and first + 1 < last:
        cut = office = first + 1  # "MPs X and Y"
        title = "mp"
    titles = all(token.lower_ in HONORIFICS for token in doc[first:last])
    if titles and last < len(doc) and doc[last].lower_ in {"of", "("}:
        return  # "Inspector General of Police X", "Maj Gen (retd) X"
    end_title = _title_class([t.text for t in doc[cut:last]]) if title is None and not honorific else None
    if end_title is not None and last - first > 0:
        owner = _owner_before(doc, first, last, tables())
        size = len(owner.split()) if owner else 0
        if owner and doc[first : first + size].text == owner:
            yield _name(doc, first, first + size, sentence)
        return
    owner = None
    if honorific and title is None and cut > first:  # "Tennessee Gov. Bill Lee"
        short = (token.lower_.rstrip(".") for token in doc[first:cut])
        title = next((OFFICES_CUT_SHORT[word] for word in short if word in OFFICES_CUT_SHORT), None)
        lead = next(k for k in range(first, cut) if doc[k].lower_.rstrip(".") in HONORIFICS)
        owner = doc[first:lead].text or None
        if owner is None:
            told, owner = _left_title(doc, first)  # "general secretary Dr X"
            title = title or told
    elif cut > first and title is not None:
        owner = _owner_before(doc, first, office, tables())
        if owner is None:
            owner = _left_title(doc, first)[1]
    elif cut == first:
        title, owner = _left_title(doc, first)
    if owner is not None and cut > first:
        size = len(owner.split())
        if doc[first : first + size].text == owner:
            end = _owner_end(doc, first, first + size, title)
            owner = doc[first:end].text
            yield _name(doc, first, end, sentence)
    yield _name(doc, cut, last, sentence, title, owner, honorific)


def _owner_end(doc: Doc, first: int, last: int, title: str | None) -> int:
    """Where the owner ends before an office: Wisconsin in "Wisconsin GOP Gov. X", U.S. in "U.S. District Judge X"."""
    end = doc[last - 1]
    return last - (last - first > 1 and (end.text in CIRCUITS or (title in OF_PLACES and end.lower_ in PARTISAN)))


def _behind_party(doc: Doc, first: int, last: int) -> int:
    """Where a run begins without the party of a governor: at Arkansas in "Republican Arkansas Governor X"."""
    offices = (token.lower_.rstrip(".") for token in doc[first + 2 : last - 1])
    governs = any(OFFICES_CUT_SHORT.get(office, office) in OF_PLACES for office in offices)
    return first + (governs and doc[first].lower_ in PARTISAN)


def _native(doc: Doc, first: int, last: int) -> bool:
    """Whether a run is a person by nation and name: "Dane", before what is no body's name ("Dane County")."""
    return doc[first].text in NATIVES and not any(token.lower_ in BODY_ENDINGS for token in doc[first:last])


def _owner_before(doc: Doc, first: int, cut: int, known: Tables) -> str | None:
    """Return the leading name or demonym of a run whose office ends at ``cut``."""
    for end in range(cut - 1, first, -1):
        text = doc[first:end].text
        if known.party(text):
            return text
    words = [t.text for t in doc[first:cut]]
    portfolio = words[-1].casefold() in {"minister", "secretary"} and words[-2:-1] != ["Chief"]
    if portfolio:  # "Information Minister": no owner
        lead = [w for w in words[:1] if w.endswith(DEMONYMS) and len(words) > 2]
        return lead[0] if lead else None
    lead = []
    office = len((_title_class(words) or "").split()) or 1  # "Advocate General": no owner called Advocate
    for word in words[:-office]:
        of = word == "of" and lead[-1:] and lead[-1].casefold() in BODY_ENDINGS  # "Central Bank of X Governor"
        within = of or (word == "New" and not lead)  # "New Corve Governor"
        if not within and (word.casefold() in TITLE_WORDS or word.casefold() in HONORIFICS):
            break
        lead.append(word)
    lead = lead[:-1] if lead[-1:] == ["of"] or lead == ["New"] else lead
    return " ".join(lead) or None


def _left_title(doc: Doc, first: int) -> tuple[str | None, str | None]:
    """Read a lower-case office left of a name: "Kremlin spokesman X", "the club's chairwoman X"."""
    k = first - 1
    words: list[str] = []
    if first == 0 or doc[k].text in {",", ":", '"', "“"}:
        return None, None
    while (
        k >= 0
        and (doc[k].text.islower() or doc[k].text == "-" or (opens(doc, k) and doc[k].text.istitle()))
        and (doc[k].pos_ in {"NOUN", "ADJ", "PROPN"} or doc[k].lower_ in TITLE_WORDS or doc[k].text == "-")
        and doc[k].lower_ not in {"the", "of"}
        and (doc[k].lower_ != "and" or words)
    ):
        if of_people(doc[k]):
            break
        words.insert(0, doc[k].text)
        k -= 1
        if doc[k + 1].text[0].isupper():
            break  # "President Mena said": the capital is due to the sentence's start
    title = _title_class(words) if words else None
    if title is None:
        return None, None
    if k >= 0 and doc[k].text in {"'s", "’s", "'", "’"}:
        k -= 1
    end = k + 1
    while (
        k >= 0
        and doc[k].text[:1].isupper()
        and doc[k].lower_ not in CALENDAR
        and not (opens(doc, k) and doc[k].is_stop)
    ):
        k -= 1
    owner = doc[k + 1 : end].text if k + 1 < end else None
    if owner is None and title == "leader" and opens(doc, k + 1) and len(words) > 1 and _party_word(doc[k + 1]):
        owner = words[0]
    if owner is not None and _for_a_field(doc, end, title):
        owner = doc[k + 1 : _before_portfolio(doc, k + 1, end)].text or None
    if owner is not None and owner.split()[-1].casefold() in TITLE_WORDS:
        owner = None  # "Energy minister X" at the start of a sentence
    return title, owner


def _party_word(token: Token) -> bool:
    """Whether a word that begins a sentence before "leader" names a party: "Labour leader X"."""
    known = token.ent_type_ in {"GPE", "NORP", "ORG"} and token.text.istitle()
    return known and token.lower_ not in HONORIFICS and not tables().classes(token.lower_)


def _name(
    doc: Doc,
    first: int,
    last: int,
    sentence: Sentence,
    title: str | None = None,
    owner: str | None = None,
    honorific: bool = False,
) -> Name:
    span = doc[first:last]
    return Name(
        span.text.replace(", ", " "),  # "Lumeo, Inc."
        sentence.index,
        first,
        last,
        sentence.start + span.start_char,
        sentence.start + span.end_char,
        title,
        owner,
        honorific,
    )
