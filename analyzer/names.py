"""Names in running text: a gazetteer of states and offices, and the capitalised names of one article.

A helper beneath the stages, like ``syntax``: it finds names and says what kind each is; whose conduct they stand for
is decided in ``parties``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from analyzer.records import SentenceKind
from analyzer.syntax import is_word
from analyzer.wordlists import table, words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

    from analyzer.records import Sentence

HONORIFICS = words("honorifics") | words("short_titles")
CALENDAR = words("calendar")
NAME_MONTHS = frozenset({"jan", "april", "may", "june", "august"})
# Lower-case words that stand inside a title before its noun: "deputy foreign minister", "chief press officer".
TITLE_WORDS = words("title_words")
RANKS = words("ranks")
LEGAL_FORMS = words("legal_forms")
BODY_ENDINGS = words("body_endings") | LEGAL_FORMS
LEADING = words("leading")
NATIVES = words("natives")
POST_NOMINALS = words("post_nominals")
CURRENCIES = words("currencies")
PURPOSIVE = words("purposive")
STATUTES = words("statutes")
POLITICS = words("politics")
PORTFOLIOS = TITLE_WORDS - POLITICS | words("portfolios")
DEMONYMS = ("an", "ese", "ish", "i", "ic")  # how adjectives of nation end
CABINETS = frozenset({"administration", "cabinet", "government", "ministers"})
MEMBERS = frozenset({"MEP", "MEPs", "MP", "MPs"})
DATING = frozenset({"early", "in", "last", "late", "next", "since", "this", "until"})
COOPERATIVE = frozenset({"operative", "op"})
LONGEST_LETTERED = 12  # tokens of a name whose letters follow it in brackets
TRADE_ENDINGS = ("er", "ian", "ist", "man", "or", "woman")
SMALL_WORDS = frozenset({"and", "for", "of", "on", "the", "to"})
LONGEST_LISTED = 5  # words of a name of the tables that is looked for as a whole
DEFINED = frozenset({"Company", "Corporation", "Firm", "Group"})
REGIONAL = re.compile(
    r"(North|South|East|West|Latin|Central|South-?[Ee]ast) (American|African|Asian|European)|Middle Eastern"
)
PORTFOLIO_HOLDERS = {
    "for": frozenset({"commissioner", "minister", "secretary", "undersecretary"}),
    "of": frozenset({"minister"}),
}
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")


@dataclass(frozen=True, slots=True)
class Tables:
    """The gazetteer.

    ``aliases`` maps a name as printed to (party, kind), ``roles`` a lower-case noun to its classes, ``given`` a given
    name to m, f or either, ``sorts`` a noun to the sorts of body it speaks of.
    """

    aliases: dict[str, tuple[str, str]]
    roles: dict[str, frozenset[str]]
    given: dict[str, str]
    sorts: dict[str, frozenset[str]]

    def party(self, text: str) -> str | None:
        """Canonical party behind a printed name, demonym, capital or seat; None when it is not in the tables."""
        found = self.aliases.get(text)
        if found is None and text.isupper() and len(text) > 4:
            found = self.aliases.get(text.title())
        if found is None and text.endswith("s") and self.aliases.get(text[:-1], ("", ""))[1] == "demonym":
            found = self.aliases[text[:-1]]
        return found[0] if found else None

    def kind(self, text: str) -> str | None:
        """Return name, demonym, capital, seat, alliance or ship; None when the text is not in the tables."""
        return self.aliases.get(text, (None, None))[1]

    def classes(self, noun: str) -> frozenset[str]:
        """Role classes of a lower-case noun or compound; empty for any other word."""
        return self.roles.get(noun, frozenset())

    def sorts_of(self, text: str) -> frozenset[str]:
        """Sorts of body that a name, office or noun speaks of: police, for "police chief" and "Marlow Police"."""
        plain = re.findall(r"[a-z-]+", text.lower().replace("'s", "").replace("’s", ""))
        singular = [word if word in self.sorts else word.removesuffix("s") for word in plain]
        singular = [word for word in singular if word != "officer" or "chief" not in singular]  # "chief risk officer"
        phrases = (*singular, *map(" ".join, pairwise(singular)))
        return frozenset(sort for phrase in phrases for sort in self.sorts.get(phrase, ()))


@cache
def tables() -> Tables:
    """Load the gazetteer once a process; hand-made rows win over the packages'."""
    aliases = {row["alias"]: (row["party"], row["kind"]) for row in table("countries.csv") if row["kind"] == "capital"}
    aliases |= {row["alias"]: (row["party"], row["kind"]) for row in table("countries.csv") if row["kind"] != "capital"}
    aliases |= {row["alias"]: (row["party"], row["kind"]) for row in table("seats.csv")}
    aliases |= {
        alias.title(): found
        for alias, found in aliases.items()
        if alias.isupper() and alias.isalpha() and len(alias) > 3
    }
    given = {row["name"]: row["sex"] for row in table("given_names.csv")}
    return Tables(aliases, _by_word("roles.csv", "class"), given, _by_word("sorts.csv", "sort"))


def _by_word(file: str, column: str) -> dict[str, frozenset[str]]:
    """All values of a column of a table, by word."""
    found: dict[str, set[str]] = {}
    for row in table(file):
        found.setdefault(row["word"], set()).add(row[column])
    return {word: frozenset(values) for word, values in found.items()}


@dataclass(frozen=True, slots=True)
class Name:
    """One printed name: tokens ``[first, last)`` of sentence ``sentence``, offsets into the article.

    ``title`` is the office printed before it ("foreign minister"), ``owner`` the name or demonym printed before the
    office ("Russian", "Perch"), ``honorific`` whether Mr, Dr or the like stands before it.
    """

    text: str
    sentence: int
    first: int
    last: int
    start: int
    end: int
    title: str | None = None
    owner: str | None = None
    honorific: bool = False


def _capital(token: Token) -> bool:
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


def _opens(doc: Doc, i: int) -> bool:
    """Whether token ``i`` is capital merely because it opens a sentence, a quotation or a list."""
    return i == 0 or doc[i - 1].text in {'"', "“", "‘", "'", ":", "(", "-", "—", "–", ".", "…", "?", "!"}


def _firm_capitals(sentences: Sequence[Sentence], docs: Sequence[Doc]) -> tuple[Counter[str], Counter[str]]:
    """Count words seen with a capital where none is due, and words seen in lower case."""
    capital: Counter[str] = Counter()
    lower: Counter[str] = Counter()
    for sentence, doc in zip(sentences, docs, strict=True):
        headline = sentence.kind is SentenceKind.HEADLINE
        weighty = [t for t in doc if t.is_alpha and not t.is_stop]
        title_case = headline and 2 * sum(t.text[0].isupper() for t in weighty) > len(weighty)
        for token in (t for t in doc if t.is_alpha):
            if token.text[0].islower():
                lower[token.text] += not headline  # where its capital may have been taken away
            elif not title_case and not _opens(doc, token.i):
                capital[token.text] += 1
                if token.text == "New" and token.i + 1 < len(doc):
                    capital[f"New {doc[token.i + 1].text}"] += 1
    return capital, lower


def is_held(classes: Collection[str]) -> bool:
    """Whether role classes are those of an office that a person holds, in a body, a state or a town, or speaks from."""
    return any(c.endswith("_head") or c == "spokes" for c in classes)


def find_names(sentences: Sequence[Sentence], docs: Sequence[Doc]) -> list[Name]:
    """Return every name of the article in reading order, titles and honorifics split off."""
    capital, lower = _firm_capitals(sentences, docs)
    twins = _twins(docs)
    found: list[Name] = []
    for sentence, doc in zip(sentences, docs, strict=True):
        if sentence.kind in {SentenceKind.CAPTION, SentenceKind.BOILERPLATE}:
            continue
        for first, end in _runs(doc, capital, lower, twins):
            last = end - (doc[end - 1].text in CURRENCIES and any(t.like_num for t in doc[end : end + 2]))
            last -= last - first > 2 and doc[last - 1].text in MEMBERS  # "Lib Dem MPs" are of the Lib Dems
            if last == first:
                continue  # "Rs 25,000"
            plain = not any(t.text.islower() for t in doc[first:last])
            if last - first > (5 if plain else 7) and doc[last - 1].lower_ not in BODY_ENDINGS:
                continue  # a line of keywords, no name
            if _portfolio(doc, first, last) or (doc[last - 1].lower_ in STATUTES and _numbered(doc, last)):
                continue  # "Commissioner for Urban Planning", "Section 144"
            if last - first == 1 and _defined(doc, first):
                continue  # "the Company", "the Office of the ..."
            if doc[last - 1].text == "Day" or (last - first == 1 and doc[first].text in {"Joint", "State"}):
                continue  # "Memorial Day", "the State government"
            if last < len(doc) and doc[last].text == "minister":
                last = _before_portfolio(doc, first, last)
                if last == first:
                    continue  # "Finance minister X"
            if last < len(doc) and doc[last].text in CABINETS and all(t.lower_ in POLITICS for t in doc[first:last]):
                continue  # "the Labor government" is that of the state
            first += first + 1 < last and _opens(doc, first) and not _listed(doc, first) and _leads(doc, first, capital)
            if last - first == 1 and _opens(doc, first) and _common(doc[first], capital):
                continue  # "Police fired", "Interior minister X": a noun that begins a sentence
            if REGIONAL.fullmatch(doc[first:last].text) and _modifies(doc, last):
                continue  # "its president for North American heating"
            shouted = all(_shouted(token) for token in doc[first:last]) and tables().party(doc[first:last].text) is None
            if shouted and not _letters(doc, first, last):
                continue  # "EXCLUSIVE", not "the RCMP", though the dictionary has both
            if last - first == 1 and first and _ORDINAL.fullmatch(doc[first - 1].text):
                first -= doc[first].lower_ in BODY_ENDINGS  # "the 103rd Brigade" is not any other brigade
            found.extend(_split(doc, first, last, sentence))
    found = [name for name in found if not name.text.startswith("of ")]  # "Director" | "of Public Prosecutions"
    printed = {name.text for name in found}
    return [_of_nation(name, docs[name.sentence], printed) for name in found]


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


def _twins(docs: Sequence[Doc]) -> frozenset[tuple[str, str]]:
    """Pairs of names that the article prints as one: "Fenside and Wold Trust", "Marks and Spencer".

    Either their initials stand in it, too ("FWUH" for Fenside and Wold University Hospitals), or it never has one
    without the other and speaks of both in the singular: "Tesco and Asda" are two.
    """
    seen = Counter(token.text for doc in docs for token in doc if token.text[:1].isupper())
    found: Counter[tuple[str, str]] = Counter()
    sure: set[tuple[str, str]] = set()
    single: set[tuple[str, str]] = set()
    for doc in docs:
        for token in doc[1:-1]:
            one, other = doc[token.i - 1], doc[token.i + 1]
            if token.lower_ != "and" or not (_capital(one) and _capital(other)) or one.pos_ == "PRON":
                continue
            if any(tables().party(t.text) or t.text in tables().given for t in (one, other)):
                continue
            pair = one.text, other.text
            found[pair] += 1
            end = next((k for k in range(other.i, len(doc)) if not _capital(doc[k])), len(doc))
            letters = one.text[0] + "".join(t.text[0] for t in doc[other.i : end])
            if any(letters[:size] in seen for size in range(3, len(letters) + 1)):
                sure.add(pair)
            verb = end < len(doc) and doc[end].lower_ in {"has", "is", "says", "was"}
            # "the merger of Linde and Praxair is off"
            related = one.i > 0 and doc[one.i - 1].lower_ in {"between", "of"}
            if doc[end - 1].lower_ in BODY_ENDINGS or (verb and not related):
                single.add(pair)
    alone = {pair for pair, n in found.items() if n > 1 and n == seen[pair[0]] == seen[pair[1]]}
    return frozenset(sure | (alone & single))


def _defined(doc: Doc, i: int) -> bool:
    """Whether a word is what a press release calls who it is of, "the “Company”", or an office of somebody."""
    if doc[i].text == "Office":
        return i + 1 < len(doc) and doc[i + 1].lower_ == "of"
    before = i - 2 if i > 1 and doc[i - 1].text in {'"', "“", "'", "‘"} else i - 1
    return doc[i].text in DEFINED and before >= 0 and doc[before].lower_ == "the"


def _before_portfolio(doc: Doc, first: int, last: int) -> int:
    """Where a name ends before "minister": without what for, "Finance" or "Cabinet Office", whosever he is."""
    end = last
    while end > first and doc[end - 1].lower_ in PORTFOLIOS and tables().party(doc[first:end].text) is None:
        end -= 1
    return end


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


def _serving(doc: Doc, first: int, last: int) -> int | None:
    """Where the person begins in "Director of National Intelligence James Clapper"; None in any other run."""
    place = last - 2
    if first < 2 or place <= first or doc[place].text not in tables().given or doc[first - 1].lower_ != "of":
        return None
    if doc[last - 1].lower_ in BODY_ENDINGS:
        return None  # "the president of West Texas Christian University"
    if not is_held(tables().classes(doc[first - 2].lower_)):
        return None
    return place if all(is_word(t.lower_) and tables().party(t.text) is None for t in doc[first:place]) else None


def _leads(doc: Doc, first: int, capital: Counter[str]) -> bool:
    """Whether a word that begins a sentence only describes the name after it: "Former", "Armed" before a known name."""
    token = doc[first]
    if _trade(doc, first):
        return True
    seen = capital[doc[first + 1].text] > 0 and not capital[token.text]
    describes = is_word(token.text) and (token.pos_ in {"ADJ", "VERB"} or token.text.endswith(("ed", "ing")))
    leading = token.lower_ in LEADING and not capital[f"{token.text} {doc[first + 1].text}"]  # "in New Corve"
    return leading or (seen and describes and tables().party(token.text) is None)


def _trade(doc: Doc, first: int) -> bool:
    """Whether a word that begins a sentence is what the person after it is by trade: "Criminologist Maud Ells"."""
    token, word = doc[first], doc[first].lower_
    if not word.endswith(TRADE_ENDINGS) or not is_word(word) or token.text in tables().given:
        return False
    if word in TITLE_WORDS | HONORIFICS or is_held(tables().classes(word)) or first + 2 >= len(doc):
        return False
    following, end = doc[first + 1], first + 2
    while end < len(doc) and _capital(doc[end]):
        end += 1
    named = following.text in tables().given or following.lower_.rstrip(".") in HONORIFICS
    return named and end > first + 2 and doc[end - 1].lower_ not in BODY_ENDINGS


def _common(token: Token, capital: Counter[str]) -> bool:
    """Whether a word that begins a sentence is an office or organ and nowhere else a name."""
    compound = token.dep_ in {"compound", "nmod"} and token.head.is_lower  # "Board members": no short name of a board
    if (capital[token.text] and not compound) or token.text in tables().aliases:
        return False
    words = {token.lower_, token.lemma_.lower()}
    return bool(words & TITLE_WORDS) or any(tables().classes(word) for word in words)


def _shortened(token: Token) -> bool:
    """Whether a full stop after a word belongs to it: an initial, "Col." before a name."""
    return (token.text.isupper() and len(token) == 1) or (token.lower_ in HONORIFICS and token.text.istitle())


def _coined(token: Token) -> bool:
    """Whether a word is no English word: then its capital is a name's, also where a sentence begins."""
    return token.is_alpha and token.pos_ != "PRON" and not is_word(token.text) and not is_word(token.lemma_)


def _shouted(token: Token) -> bool:
    """Whether a word is an English word in capitals, as at the head of an article: "EXCLUSIVE", "ROLLING"."""
    return token.text.isupper() and len(token) > 3 and tables().party(token.text) is None and is_word(token.text)


def _letters(doc: Doc, first: int, last: int) -> bool:
    """Whether one word in capitals is a body's letters by what it does: "the RCMP", "UNICEF said"."""
    acts = last < len(doc) and (doc[last].pos_ in {"AUX", "VERB"} or doc[last].text in {"'s", "’s"})
    the = first > 0 and doc[first - 1].lower_ == "the"
    body = last - first == 1 and doc[first].ent_type_ == "ORG"
    return body and (acts or the) and not (last < len(doc) and doc[last].text.isupper())


def _legal_form(doc: Doc, i: int) -> bool:
    """Whether a letter is half of a firm's legal form, "A/S", which its name does as well without."""
    halves = (doc[k : k + 3] for k in (i - 2, i) if 0 <= k <= len(doc) - 3)
    return any(re.fullmatch(r"[A-Z]/[A-Z]", half.text) for half in halves)


def _is_name_token(doc: Doc, i: int, capital: Counter[str], lower: Counter[str]) -> bool:
    token = doc[i]
    if not _capital(token) or token.lower_ in {"i", "i'm"} or _legal_form(doc, i):
        return False
    if capital[token.text] > 0 or token.text in tables().aliases:
        return token.pos_ not in {"PRON", "DET"} or token.text in tables().aliases
    if lower[token.lower_] or token.is_stop:
        return False
    if _opens(doc, i):
        if is_word(token.lower_) and token.dep_ in {"amod", "compound"} and _forces(token.head):
            return False  # "Riot officers fired"
        follows = i + 1 < len(doc) and _capital(doc[i + 1]) and doc[i + 1].pos_ == "PROPN"
        acts = i + 1 < len(doc) and (doc[i + 1].pos_ in {"VERB", "AUX"} or doc[i + 1].text in {"'s", "’s"})
        if (acts or follows or (i + 1 < len(doc) and doc[i + 1].text == ",")) and _coined(token):
            return True  # "Corvane denies it", "Agathe Rook fears", whatever the parser takes the coined word for
        if _of_people(token):
            return True
        if token.pos_ == "PROPN":
            alone = token.text.endswith("s") or (token.dep_ == "nsubjpass" and is_word(token.text))
            alone = alone and not token.text.endswith("er")  # no "Curfew was imposed", but "Parker was jailed"
            return token.ent_type_ != "" or follows or (acts and not alone)
        return token.pos_ in {"NOUN", "ADJ", "X"} and token.ent_type_ not in {"", "CARDINAL", "DATE", "ORDINAL", "TIME"}
    return token.pos_ not in {"PRON", "DET", "ADP", "AUX", "CCONJ", "SCONJ"} or token.ent_type_ != ""


def _of_people(token: Token) -> bool:
    """Whether a coined word before an office, organ or people is an adjective of nation: "Lusenian health minister"."""
    if not _coined(token) or not token.lower_.endswith(DEMONYMS) or token.i + 1 == len(token.doc):
        return False
    after = token.nbor()
    return after.is_lower and (after.lower_ in PORTFOLIOS or bool(tables().classes(after.lemma_.lower())))


def _forces(noun: Token) -> bool:
    """Whether a common noun is one for police or troops."""
    return noun.is_lower and bool(tables().classes(noun.lemma_) & {"own", "state_organ"})


def _runs(
    doc: Doc, capital: Counter[str], lower: Counter[str], twins: Collection[tuple[str, str]]
) -> Iterator[tuple[int, int]]:
    """Yield token ranges of capitalised runs, joined over "of", "&", "de" and the like inside a body's name."""
    i, size = 0, len(doc)
    while i < size:
        listed = _listed(doc, i) or _lettered(doc, i)
        if not listed and not _is_name_token(doc, i, capital, lower):
            i += 1
            continue
        j, purpose = i + max(1, listed), False
        while j < size:
            word = doc[j].lower_
            if _joins_purpose(doc, j):
                j, purpose = j + 3, True
                continue
            if purpose and (more := _purpose_of(doc, j)):
                j += more
                continue
            twin = word == "and" and j + 1 < size and (doc[j - 1].text, doc[j + 1].text) in twins
            if twin or _joins_body(doc, j) or _joins_fields(doc, i, j) or _joins_field(doc, j):
                j += 2
                continue
            if _joins_owners(doc, j):
                j += 2  # on to "Residents' Association", for which the mark is a body's own
                continue
            if _joins_members(doc, j):
                j += 3
                continue
            if doc[j - 1].text == "Co" and doc[j].text == "-" and j + 1 < size and doc[j + 1].lower_ in COOPERATIVE:
                j += 2
                continue
            if word in {"al", "el"} and j + 2 < size and doc[j + 1].text == "-" and doc[j + 2].text[:1].isupper():
                j += 3  # "Faris al-Hadi"
                continue
            if word == "," and j + 1 < size and doc[j + 1].text[0].isupper() and doc[j + 1].lower_ in LEGAL_FORMS:
                j += 2  # "Lumeo, Inc."
                continue
            if doc[j].text in {"'s", "’s", "'", "’", ","}:
                break
            if _is_name_token(doc, j, capital, lower) or (
                doc[j].text == "." and _shortened(doc[j - 1]) and j + 1 < size
            ):
                j += 1
            elif (
                (
                    word in {"of", "for"}
                    and doc[j - 1].lower_ in BODY_ENDINGS | {"union", "bank", "secretary", "kingdom", "republic"}
                    and j + 1 < size
                    and _capital(doc[j + 1])
                    and doc[j - 1].lower_ not in {"government", "parliament", "police", "army", "group"}
                )
                or (
                    doc[j].text == "-"
                    and not doc[j].whitespace_
                    and not doc[j - 1].whitespace_
                    and j + 1 < size
                    and (doc[j + 1].pos_ == "PROPN" and doc[j + 1].is_alpha)
                )
                or (
                    word
                    in {
                        "&",
                        "de",
                        "del",
                        "della",
                        "van",
                        "von",
                        "der",
                        "den",
                        "al",
                        "el",
                        "bin",
                        "ibn",
                        "da",
                        "dos",
                        "-",
                        "–",
                    }
                    and (
                        j + 1 < size
                        and doc[j + 1].text[:1].isupper()
                        and (word.isalpha() or word == "&" or (not doc[j].whitespace_ and not doc[j - 1].whitespace_))
                    )
                )
            ):
                j += 2
            elif re.fullmatch(r"\d+(st|nd|rd|th)?", doc[j].text) and j + 1 < size and doc[j + 1].text in BODY_ENDINGS:
                j += 1
            else:
                break
        yield i, j
        i = j


def _listed(doc: Doc, i: int) -> int:
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
    saint = j >= 2 and doc[j - 2].lower_.rstrip(".") in {"st", "saint"}
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
    if doc[j].lower_ != "for" or j + 3 > len(doc) or doc[j + 1].lower_ != "the" or not _capital(doc[j + 2]):
        return False
    field = is_word(doc[j + 2].lower_) and not _listed(doc, j + 2) and tables().party(doc[j + 2].text) is None
    return field and (
        doc[j - 1].lower_ in PURPOSIVE or (doc[j - 1].lower_ in BODY_ENDINGS and _purpose_of(doc, j + 3) > 0)
    )


def _purpose_of(doc: Doc, j: int) -> int:
    """How many tokens at ``j`` go on with what a body is for: "of War", "of the Middle", "to Animals"; 0 for none."""
    if j >= len(doc) or doc[j].lower_ not in {"of", "to"}:
        return 0
    name = j + 1 + (j + 1 < len(doc) and doc[j + 1].lower_ == "the")
    return name + 1 - j if name < len(doc) and _capital(doc[name]) else 0


def _joins_field(doc: Doc, j: int) -> bool:
    """Whether "on" at ``j`` joins a body to what it deals with: "Commission on Elections", not "on Monday"."""
    if doc[j].lower_ != "on" or j + 1 >= len(doc) or doc[j - 1].lower_ not in PURPOSIVE or not _capital(doc[j + 1]):
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
        letters = doc[end + 1].text
        told = len(words) > 2 and letters == "".join(words) and doc[end + 2].text == ")"
        return end - i if told and doc[end - 1].text[0].isupper() else 0
    return 0


def _joins_members(doc: Doc, j: int) -> bool:
    """Whether "of the" at ``j`` joins a body to those it is of: "International Committee of the Red Cross"."""
    if doc[j].lower_ != "of" or j + 3 > len(doc) or doc[j + 1].lower_ != "the" or not _capital(doc[j + 2]):
        return False
    return (
        doc[j - 1].lower_ in BODY_ENDINGS
        and j >= 2
        and _capital(doc[j - 2])
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
    plain = not any(t.is_lower or t.lower_ in BODY_ENDINGS for t in doc[first:j])
    return of or (end > j + 2 and plain and doc[end - 1].lower_ in BODY_ENDINGS | {"executive"})


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
        yield _name(doc, first, person, sentence)
        yield _name(doc, person, last, sentence, doc[first - 2].lower_)
        return
    cut, office, title, honorific = first, first, None, False
    body = doc[last - 1].lower_ in BODY_ENDINGS  # "Brother Industries"
    for k in range(first, last):
        words = [t.text for t in doc[first : k + 1]]
        word = doc[k].lower_.rstrip(".")
        whole = " " in (_title_class(words) or "")  # "Advocate General X" is no general
        if word in HONORIFICS and k + 1 < last and not (body or whole) and doc[k + 1].text != "-":  # "Sheikh-Patil"
            cut, honorific = k + 1 + (doc[k + 1].text == "." and k + 2 < last), True
        elif k + 1 < last and (phrase := _title_class(words)) and doc[k + 1].lower_ not in BODY_ENDINGS | {"'s", "’s"}:
            if body and phrase in RANKS:
                continue  # "General Elections Commission"
            cut = k + 1
            if title is None or phrase not in RANKS:  # "Defence Minister General X" is a minister
                office, title = cut, phrase
    while last - cut > 2 - honorific and doc[last - 1].text in POST_NOMINALS:
        last -= 1
    if cut == first and last - first > 2 and _native(doc, first, last):  # "Dane Mette Qvortrup"
        cut = office = first + 1
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
        lead = next(k for k in range(first, cut) if doc[k].lower_.rstrip(".") in HONORIFICS)
        owner = doc[first:lead].text or None
        if owner is None:
            title, owner = _left_title(doc, first)  # "general secretary Dr X"
    elif cut > first and title is not None:
        owner = _owner_before(doc, first, office, tables())
        if owner is None:
            owner = _left_title(doc, first)[1]
    elif cut == first:
        title, owner = _left_title(doc, first)
    if owner is not None and cut > first:
        size = len(owner.split())
        if doc[first : first + size].text == owner:
            yield _name(doc, first, first + size, sentence)
    yield _name(doc, cut, last, sentence, title, owner, honorific)


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
        and (doc[k].text.islower() or doc[k].text == "-" or (_opens(doc, k) and doc[k].text.istitle()))
        and (doc[k].pos_ in {"NOUN", "ADJ", "PROPN"} or doc[k].lower_ in TITLE_WORDS or doc[k].text == "-")
        and doc[k].lower_ not in {"the", "of"}
        and (doc[k].lower_ != "and" or words)
    ):
        if _of_people(doc[k]):
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
        and not (_opens(doc, k) and doc[k].is_stop)
    ):
        k -= 1
    owner = doc[k + 1 : end].text if k + 1 < end else None
    if owner is None and title == "leader" and _opens(doc, k + 1) and len(words) > 1 and _party_word(doc[k + 1]):
        owner = words[0]
    if owner is not None and title == "minister":
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
