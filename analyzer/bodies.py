"""Bodies that an article only describes: "the players' union", "Fairmont police", "the city council".

They act and speak like any named body, so they stand among the article's names; without them what they do would go to
whichever party happens to be named nearby. A helper of ``grouping``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from analyzer.affinity import MEDIA
from analyzer.entities import OWNING, acts, compounds, noun_classes
from analyzer.names import BODY_ENDINGS, CALENDAR, FIELDS, INNER_PLACES, PLACE_WORDS, TITLE_WORDS, Name, is_held, tables
from analyzer.records import SentenceKind
from analyzer.syntax import is_word

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

    from analyzer.records import Sentence

LOCAL = frozenset({"city", "fire", "police", "school"})  # sorts of which a town has one each
# What may follow a town's name and is no body of it.
PARTS_OF_PLACES = frozenset({"city center", "city centre", "department", "district", "village", "villages"})
FORCES = frozenset({"army", "military", "navy"})  # a state has one each
TOWN_BODIES = frozenset({"brigade", "constabulary", "council", "police"})
SCOPES = frozenset(
    {"Common", "European", "Federal", "Global", "International", "National", "Security", "State", "Supreme", "World"}
)
INDEFINITE = frozenset({"a", "an", "another", "any", "each", "every", "no", "other", "some", "such"})
HEAD = 600  # characters in which a dateline begins
_DAY = "|".join(word.title() for word in sorted(CALENDAR))
DATELINE = re.compile(rf"^\s*([A-Z][A-Z’'. -]*[A-Z])(?=,| \(| ?[–—]| -| (?:{_DAY})\.? \d)", re.MULTILINE)
ONE = LOCAL | {"church", "court", "hospital", "university"}  # sorts of which an article seldom speaks of two
PLACING = frozenset({"across", "around", "at", "in", "inside", "into", "near", "outside", "to", "within"})


def local(text: str) -> tuple[str, str] | None:
    """Town and sort of a body that a town has one of: Ridgeport and school, of "Ridgeport School Board"."""
    words = text.split()
    sorts = [tables().sorts_of(word) for word in words]
    known = (sort for sort in sorts if sort and sort <= LOCAL)
    own = min(known, key=lambda sort: "city" in sort, default=frozenset[str]())  # "Corve city police" are police
    if len(own) != 1 or tables().sorts_of(text) - LOCAL or words[-1].lower() in {"city", "elementary", "school"}:
        return None  # "Northgate City" is a place or a club
    generic = (k for k, word in enumerate(words) if sorts[k] or word.lower() in (BODY_ENDINGS | TITLE_WORDS) - {"and"})
    town = " ".join(words[: next(generic, 0)])
    (sort,) = own
    if town.isupper() or (words[-1] == "Council" and _field(town)):
        return None  # "LTA police" are an authority's
    return (town, sort) if town else None


def _field(words: str) -> bool:
    """Whether what stands before "Council" is for what or whom it is, no town: "World Wrestling", "National"."""
    first, *rest = words.split() or [""]
    if first in SCOPES or tables().kind(first) == "demonym":
        return True
    return bool(rest) and is_word(rest[-1].lower()) and rest[-1].lower() not in PLACE_WORDS  # not "Marlow Falls"


def datelines(text: str) -> Iterator[str]:
    """The places in capitals that lines of an article's head open with: Paris, of "PARIS (Reuters) -"."""
    places = (found[1] for found in DATELINE.finditer(text[:HEAD]))
    return (place.title() for place in places if not MEDIA.search(place.split()[-1]))


def full_names(noun: str, place: str) -> tuple[str, str]:
    """What a body may be called that a place has one of: "University of Tessal", "Tessal University"."""
    return f"{noun.title()} of {place}", f"{place} {noun.title()}"


def same_local(one: str, other: str) -> bool:
    """Whether two names are of one body of a town: "Ridgeport schools", "Ridgeport School Board"."""
    found = local(one)
    return found is not None and found == local(other)


@dataclass(slots=True)
class Bodies:
    """Finds the described bodies of one article, to stand among its names."""

    head: str  # first lines of the article
    sentences: Sequence[Sentence]
    docs: Sequence[Doc]
    is_state: Callable[[str], bool]
    known: Mapping[str, str] = field(default_factory=dict)  # names that other articles tell of -> party
    guessed: str = ""  # the town, once joined, where nothing but "in X" tells it: "Mayor Y" may be of another place

    def join(self, names: Sequence[Name]) -> tuple[list[Name], dict[int, str]]:
        """Return the names with the described bodies among them, in text order, and by offset what these are called."""
        joined = [self._extended(name) for name in names]
        towns = Counter(found[0] for name in joined if (found := local(name.text)))
        dateline = next(datelines(self.head), None)
        place = dateline or self._place(names)
        told = min(towns, key=lambda t: (-towns[t], t)) if towns else self._governed(names)
        town = told or ("" if self.is_state(place) else place)
        place = place or town
        self.guessed = "" if told or dateline is not None else town
        taken = {(name.sentence, i) for name in joined for i in range(name.first, name.last)}
        states = any(self.is_state(name.text) for name in joined)
        sorts = {sort for name in joined if " " in name.text for sort in tables().sorts_of(name.text)}
        called: dict[int, str] = {}
        starts = {(name.sentence, name.first): name for name in joined}
        heads: dict[str, str] = {}  # "the council" is the city council of two lines before
        for sentence, doc in zip(self.sentences, self.docs, strict=True):
            if sentence.kind in {SentenceKind.CAPTION, SentenceKind.BOILERPLATE}:
                continue
            for token in doc:
                lead = compounds(token)
                organ = _organ(sentence, token)
                if organ is not None and (not states or organ.text in self.known):
                    spelt = (sentence.index, organ.first) in taken  # "Finance", for a name, at a sentence's start
                    joined = [name for name in joined if not spelt or name.start != organ.start]
                    joined.append(organ)
                    continue
                if any((sentence.index, i) in taken for i in range(lead.start - 1, token.i + 1)):
                    continue
                named = _before_of(token) and (sentence.index, token.i + 2) in starts
                if named and _town(token):
                    continue  # "the city of Harwick" is Harwick
                if not _certain(token, lead, of_state=states) or tables().sorts_of(token.lower_) & sorts:
                    continue
                one = _named(doc, sentence, lead.start, token.i + 1)
                before = heads.get(one.text.lower()) or (None if lead else self._elsewhere(one.text, names))
                full = self._apposed(starts, sentence.index, token) or before or one.text
                heads[token.lower_] = heads[one.text.lower()] = full
                if (full := _full(town, full)).islower() and place:  # every town has a players' union
                    full = f"{full} ({place})"
                joined.append(one)
                called[one.start] = full
        if town:
            for office in [office for name in names if (office := self._office(name)) is not None]:
                (sort,) = self._sorts_of(office.text)
                joined.append(office)
                called[office.start] = _full(town, sort)
        return sorted(joined, key=lambda name: name.start), called

    def _apposed(self, starts: Mapping[tuple[int, int], Name], sentence: int, token: Token) -> str | None:
        """The name that follows a described body: "the police union, the Constables' Federation, "."""
        doc = token.doc
        if token.i + 2 >= len(doc) or doc[token.i + 1].text != ",":
            return None
        name = starts.get((sentence, token.i + 2 + (doc[token.i + 2].lower_ == "the")))
        closed = name is not None and name.last < len(doc) and doc[name.last].text in {",", ".", ";", "”"}
        if name is None or not closed or token.dep_ == "pobj":
            return None
        last = doc[name.last - 1]
        body = last.lower_ in BODY_ENDINGS or name.text.isupper()
        return name.text if body and last.dep_ == "appos" and last.head.i == token.i else None

    def _governed(self, names: Sequence[Name]) -> str:
        """The town that other articles know a mayor of this one to govern; empty without one."""
        mayors = (name.text for name in names if name.title and tables().sorts_of(name.title) == {"city"})
        return next((self.known[mayor] for mayor in mayors if self.known.get(mayor, mayor) != mayor), "")

    def _place(self, names: Sequence[Name]) -> str:
        """The place that an article without a dateline is of: the most printed of those that things happen in."""
        often = Counter(name.text for name in names)
        return max((name.text for name in names if self._within(name)), key=often.__getitem__, default="")

    def _within(self, name: Name) -> bool:
        """Whether a name is of a place that things happen in; a street or hall has no police of its own."""
        before = self.docs[name.sentence][name.first - 1].lower_ if name.first else ""
        inner = name.text.split()[-1].lower() in INNER_PLACES
        return before in {"in", "near", "outside"} and not name.title and not inner

    def _elsewhere(self, noun: str, names: Sequence[Name]) -> str | None:
        """What another article calls "the university" by a name that this one prints: University of Tessal."""
        wanted = (full for name in names for full in full_names(noun, name.text))
        return next((full for full in wanted if full in self.known), None)

    def _office(self, name: Name) -> Name | None:
        """The office before a name that stands for its holder's body: "Mayor X" for the city of the article."""
        size = len((name.title or "").split())
        if not size or name.owner is not None or size > name.first:
            return None
        span = self.docs[name.sentence][name.first - size : name.first]
        sorts = self._sorts_of(span.text)
        if span.text.lower() != name.title or len(sorts) != 1 or not sorts <= LOCAL:
            return None
        before = span.doc[: span.start]
        lead = next((t for t in reversed(before) if not (t.is_lower and t.pos_ in {"ADJ", "NOUN"})), None)
        if lead is not None and lead.tag_ == "POS":
            return None  # "Harwick Council's deputy leader Councillor X"
        if span.text.lower() == "officer" and any(t.dep_ in {"amod", "compound"} and t.head in span for t in before):
            return None  # "Chief nursing officer X" is no police officer
        return _named(span.doc, self.sentences[name.sentence], span.start, span.end)

    def _sorts_of(self, office: str) -> frozenset[str]:
        """Sorts of body that an office may be in: a superintendent is of police where no school is told of."""
        sorts = tables().sorts_of(office)
        printed = {token.lower_ for doc in self.docs for token in doc} if len(sorts) > 1 else set()
        return frozenset({"school"}) & printed & sorts or sorts & printed or sorts

    def _extended(self, name: Name) -> Name:
        """A town's name with the body that follows it: "Fairmont" in "Fairmont police officers" is Fairmont police."""
        doc, last = self.docs[name.sentence], name.last
        if self.is_state(name.text) or name.title or name.honorific:
            return name
        if (body := _body_of(doc, name)) is not None:
            start = self.sentences[name.sentence].start + body.start_char
            return replace(name, text=f"{name.text} {body.text}", first=body.start, start=start)
        while last < len(doc) and _local(doc[last]):
            last += 1
        tail = doc[name.last : last]
        if last < len(doc) and doc[last].lower_ == "of":
            return name  # "The Queensland city of Rockmouth" is called Rockmouth
        if not tail or not tables().sorts_of(tail.text) & LOCAL or tail.text in PARTS_OF_PLACES:
            return name
        if _one_of_many(doc, name.first):
            return name
        end = self.sentences[name.sentence].start + tail.end_char
        return replace(name, text=f"{name.text} {tail.text}", last=last, end=end)


def _body_of(doc: Doc, name: Name) -> Span | None:
    """The body of a town that stands before its name: "town council" in "the town council of Harwick"; else None."""
    if name.first < 3 or doc[name.first - 1].lower_ != "of" or doc[name.first - 2].lower_ not in TOWN_BODIES:
        return None
    lead = compounds(doc[name.first - 2])
    body = doc[lead.start : name.first - 1]
    definite = lead.start > 0 and doc[lead.start - 1].lower_ == "the"
    return body if definite and tables().sorts_of(body.text) <= LOCAL else None


def _one_of_many(doc: Doc, first: int) -> bool:
    """Whether an article with its adjective says that a name is of any body: "a small Ohio city"."""
    return first > 1 and doc[first - 1].pos_ == "ADJ" and doc[first - 2].lower_ in INDEFINITE


def _local(token: Token) -> bool:
    """Whether a word may stand in the name of a body of a town: fire, police, department."""
    known = tables().sorts_of(token.lower_)
    local = known <= LOCAL if known else token.lower_ in BODY_ENDINGS
    return token.is_lower and token.pos_ in {"NOUN", "PROPN"} and local and not _person(token)


def _person(token: Token) -> bool:
    classes = noun_classes(token)
    return is_held(classes) or "outside" in classes


def _full(town: str, text: str) -> str:
    """What a described body is called, with its town where there is one of the sort in each."""
    sorts = tables().sorts_of(text)
    if not town or not sorts <= LOCAL:
        return text
    return town if sorts == {"city"} else f"{town} {text}"


def _certain(token: Token, lead: Span, *, of_state: bool) -> bool:
    """Whether a common noun names one certain body: not a place, not one of many, no organ of a state."""
    classes = tables().classes(token.lower_)
    one = token.tag_ in {"NN", "NNP"} or token.lower_ == "police"
    if not one or not token.is_lower or not classes & {"body", "state_organ"}:
        return False
    sorts, described = tables().sorts_of(token.lower_), tables().sorts_of(f"{lead.text} {token.lower_}")
    if "state_organ" in classes and (of_state or not lead or not (sorts or described & LOCAL)):
        return False  # "the industry ministry", "the state government": of the state the text is about
    if of_state and noun_classes(token) == {"state_organ"}:
        return False  # "the election commission": likewise
    if any(t.dep_ == "poss" and t.tag_ == "NN" and noun_classes(t) & OWNING for t in lead):
        return False  # "the company's council" is the company's
    before = token.doc[max(0, lead.start - 2) : lead.start]
    if any(t.lower_ in INDEFINITE | PLACING or t.tag_ == "PRP$" or t.dep_ == "case" for t in before):
        return False
    if any(t.tag_ == "WP$" for t in lead):
        return False  # "whose district"
    if lead:
        return not _town(token) and bool(described)  # "the port city" is a place
    definite = bool(before) and before[-1].lower_ == "the"
    return len(sorts) == 1 and sorts <= ONE and definite and acts(token)


def _organ(sentence: Sentence, noun: Token) -> Name | None:
    """The name of "the interior ministry" or "the army", as many papers spell it: "Interior Ministry", "Army"."""
    first = portfolio(noun).start
    alone = noun.text in FORCES and _force(noun)
    if not (alone or (noun.text == "ministry" and first < noun.i)):
        return None
    name = _named(noun.doc, sentence, noun.i if alone else first, noun.i + 1)
    return replace(name, text=titled(name.text))


def _force(noun: Token) -> bool:
    """Whether a noun for forces is for those of the state: no "rebel army", "army of lawyers" or "military museum"."""
    of_body = noun.dep_ in {"compound", "nmod"} and tables().classes(noun.head.lemma_.lower()) & {"body", "firm"}
    return noun.pos_ == "NOUN" and not of_body and not _before_of(noun) and all(c.lower_ == "the" for c in noun.lefts)


def portfolio(noun: Token) -> Span:
    """The words before "ministry" or "minister" that tell what for: "trade and industry"."""
    first = noun.i
    while first and _of_portfolio(noun.doc[first - 1]):
        first -= 1
    return noun.doc[first : noun.i]


def titled(organ: str) -> str:
    """An organ's name in capitals: "Trade and Industry Ministry"."""
    return " ".join(word if word == "and" else word[:1].upper() + word[1:] for word in organ.split())


def _of_portfolio(token: Token) -> bool:
    """Whether a word may tell what a ministry is for: "trade and industry"."""
    between = token.lower_ == "and" and token.i > 0 and token.nbor(-1).lower_ in FIELDS
    return between or token.lower_ in FIELDS


def _town(token: Token) -> bool:
    """Whether a common noun is a town or what governs one: "city", "municipality"; a council is a body in one."""
    return tables().sorts_of(token.lower_) == {"city"} and token.lower_ != "council"


def _before_of(token: Token) -> bool:
    return token.i + 1 < len(token.doc) and token.nbor().lower_ == "of"


def _named(doc: Doc, sentence: Sentence, first: int, last: int) -> Name:
    span = doc[first:last]
    start, end = sentence.start + span.start_char, sentence.start + span.end_char
    return Name(span.text, sentence.index, first, last, start, end)
