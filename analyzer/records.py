"""The words of the project as types: what each stage hands to the next, and the errors it may raise.

Every position is a character offset into ``Article.text``; ``article.text[start:end]`` is always exactly the quoted
text. Records are frozen so that a stage can keep or share them without copying.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from dateutil.relativedelta import relativedelta


class AnalyzerError(Exception):
    """Base of every error a user can cause; its message is one line that names the file and the reason."""


class InputError(AnalyzerError):
    """An input path, file or row that cannot be used."""


class SettingsError(AnalyzerError):
    """A setting that is unknown or out of its range."""


class ModelError(AnalyzerError):
    """A model folder that is missing, damaged or not an NLI model."""


class StoreError(AnalyzerError):
    """A store that is damaged, foreign, newer than this program, read-only or busy."""


class ClaimType(StrEnum):
    """What a span is: a party on its own conduct, or a reported act."""

    STATEMENT = "statement"
    ACTION = "action"


class Kind(StrEnum):
    """What a statement does."""

    DENIAL = "denial"
    PLEDGE = "pledge"
    INTENT = "intent"
    CLAIM = "claim"


class SentenceKind(StrEnum):
    """Where in the article a sentence stands; captions and boilerplate carry no claims."""

    HEADLINE = "headline"
    TEXT = "text"
    CAPTION = "caption"
    BOILERPLATE = "boilerplate"


class Verdict(StrEnum):
    """How an action bears on a statement; see ranking.py for the rules."""

    DIRECT = "direct"
    UNDERCUTS = "undercuts"
    REVERSAL = "reversal"
    CONDITION_MET = "condition_met"
    DISPUTED = "disputed"
    WEAK = "weak"


# How long a date of each precision may last, from its first day; a season counts as a quarter.
_SPANS = {
    "day": relativedelta(days=1),
    "week": relativedelta(weeks=1),
    "month": relativedelta(months=1),
    "quarter": relativedelta(months=3),
    "half": relativedelta(months=6),
    "year": relativedelta(years=1),
}
PRECISIONS = tuple(_SPANS)  # finest first
_WRITTEN = {"day": 10, "week": 10, "month": 7, "quarter": 7, "half": 7, "year": 4}  # letters of an ISO date


@dataclass(frozen=True, slots=True)
class Dated:
    """A calendar day with its precision and the way it was found.

    ``precision`` is one of PRECISIONS; ``day`` is the first day of what is meant. ``how`` is a short phrase for the
    report: "metadata", "dateline", "'last month' against the article's date".
    """

    day: dt.date
    precision: str
    how: str

    @property
    def last(self) -> dt.date:
        """The last day that is meant."""
        if self.day.year == dt.MAXYEAR:  # the next year has no date
            return dt.date.max
        following: dt.date = self.day + _SPANS[self.precision]
        return following - dt.timedelta(days=1)

    def __str__(self) -> str:
        """ISO date cut to its precision, or first and last of a span: 2022-01-28, 2022-01, 2022, 2022-06/2022-08."""
        first, last = (day.isoformat()[: _WRITTEN[self.precision]] for day in (self.day, self.last))
        return f"{first}/{last}" if self.precision in ("week", "quarter", "half") else first


@dataclass(frozen=True, slots=True)
class Article:
    """One document. ``path`` is the input path, with ``#row`` for row formats; ``text`` is kept as read."""

    text: str
    path: str
    title: str | None = None
    published: Dated | None = None
    publisher: str | None = None
    url: str | None = None

    @property
    def id(self) -> str:
        """Hash of the text with white space normalised, so that a copy under another name is the same article."""
        return hashlib.sha256(" ".join(self.text.split()).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Skipped:
    """Something that was not read, and why; ``path`` is as the user gave it or as found under a folder."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Sentence:
    """A span of the article; ``index`` counts sentences from 0 in reading order."""

    index: int
    start: int
    end: int
    kind: SentenceKind = SentenceKind.TEXT


def index_at(sentences: Sequence[Sentence], offset: int) -> int:
    """Index of the sentence that holds ``offset``: the last that begins at it or before, else the first."""
    return max(0, bisect_right(sentences, offset, key=lambda sentence: sentence.start) - 1)


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement or action span as the tagger found it, before anyone asks whose it is.

    ``probability`` in 0..1 is the tagger's own; ``sentence`` is the index of the Sentence that holds the span.
    ``owners`` are names of the article whose conduct the claim may be: offset of the name, chance per mille.
    """

    type: ClaimType
    sentence: int
    start: int
    end: int
    probability: float
    kind: Kind | None = None
    owners: tuple[tuple[int, int], ...] = ()


class About(StrEnum):
    """Whose conduct the words of a speaker are about, as far as they tell."""

    OWN = "own side"
    OTHERS_ACT = "an act of another party"
    OTHERS = "another party's conduct, no act"


@dataclass(frozen=True, slots=True)
class Attribution:
    """Whose conduct a claim is about, and on whose word it is reported.

    ``holder`` is the surface name of the speaker (statement) or actor (action) as the report shows it, ``party`` the
    canonical party behind it (None when it cannot be told). ``how`` says how it was found. ``condition`` is the
    verbatim condition ("unless provoked"), ``antecedent`` what an ellipsis refers to ("invade Ukraine").
    ``about`` tells a speaker's words on his own side from those on another party. ``content`` is what was said without
    the words that say so ("X told reporters that"), where the claim holds both. ``way`` is the kind of word that the
    party was read from (a name, an officer, a pronoun...), ``chances`` what that word leaves open.
    """

    holder: str | None = None
    party: str | None = None
    how: str = "not found"
    reported_by: str | None = None
    accusation: bool = False
    condition: str | None = None
    antecedent: str | None = None
    about: About = About.OWN
    content: str | None = None
    way: str = ""
    chances: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Statement:
    """A party on its own conduct or intention. ``reads`` is what the model is given, ``text`` is verbatim.

    ``around`` are the parties that it may be of, with chances in per cent; ``party`` is told only where one is likely.
    ``owners`` are as in Claim, until the party is settled.
    """

    article: str  # Article.id
    start: int
    end: int
    text: str
    reads: str
    kind: Kind
    speaker: str | None
    party: str | None
    condition: str | None
    date: Dated | None
    probability: float
    how: str = ""
    around: tuple[tuple[str, int], ...] = ()
    owners: tuple[tuple[int, int], ...] = ()

    type = ClaimType.STATEMENT

    @property
    def conditional(self) -> bool:
        """Whether the statement holds only under a condition."""
        return self.condition is not None

    @property
    def id(self) -> str:
        """Stable key: article, span and type."""
        return f"{self.article}:{self.start}-{self.end}:s"


@dataclass(frozen=True, slots=True)
class Action:
    """A concrete act or state of conduct: done, under way or ordered; ``around`` and ``owners`` as for a statement.

    ``age`` is how many days old the act was when its article told it, 0 where one of the two dates is not known.
    """

    article: str  # Article.id
    start: int
    end: int
    text: str
    reads: str
    actor: str | None
    party: str | None
    reported_by: str | None
    accusation: bool
    quantity: str | None
    date: Dated | None
    probability: float
    how: str = ""
    around: tuple[tuple[str, int], ...] = ()
    owners: tuple[tuple[int, int], ...] = ()
    age: int = 0

    type = ClaimType.ACTION

    @property
    def by_itself(self) -> bool:
        """Whether whose act it is tells of it: an admission, where the name is the same."""
        return self.reported_by is not None and self.reported_by in (self.party, self.actor)

    @property
    def id(self) -> str:
        """Stable key: article, span and type."""
        return f"{self.article}:{self.start}-{self.end}:a"


@dataclass(frozen=True, slots=True)
class Pair:
    """A statement and an action of two different articles that passed every gate.

    ``similarity`` is the first stage's cosine in -1..1; ``party_match`` is True for one party that is likelier than not
    of both and None when that could not be told; ``gap_days`` is action date minus statement date, None when either is
    unknown.
    """

    statement: Statement
    action: Action
    similarity: float
    party_match: bool | None
    gap_days: int | None

    @property
    def coarse(self) -> bool:
        """Whether the gap is only about right, since one of the dates is not known to the day."""
        dates = (self.statement.date, self.action.date)
        return any(date is not None and date.precision != "day" for date in dates)

    @property
    def party_chance(self) -> float:
        """Chance in 0..1 that both are the conduct of one party, as far as the articles tell."""
        said, done = sides(self.statement), sides(self.action)
        return min(1.0, sum(chance * done.get(party, 0.0) for party, chance in said.items()))


SURE = 0.5  # chance from which a party is likelier than not


def parties_of(name: str | None) -> tuple[str, ...]:
    """The parties behind a field that may name both sides of a two-sided act ("A; B")."""
    return tuple(part.strip() for part in name.split(";") if part.strip()) if name else ()


def is_described(party: str) -> bool:
    """Whether a party is only described, not named, and so none that another article could tell of: "teachers"."""
    return party.islower()


def sides(claim: Statement | Action) -> dict[str, float]:
    """Chance of each party that a claim may be of, its own first; one that is told without chances is sure."""
    named = (party for party in parties_of(claim.party) if not is_described(party))
    return dict.fromkeys(named, 1.0) | {party: per_cent / 100 for party, per_cent in claim.around}


@dataclass(frozen=True, slots=True)
class Dropped:
    """A combination that a gate of pairing let fall, with the reason, for ``--explain``."""

    gate: str
    statement: Statement
    action: Action
    reason: str


@dataclass(frozen=True, slots=True)
class Scored:
    """A pair with the model's three probabilities (sum 1) and ``score``, the calibrated contradiction in 0..1.

    ``score`` is what ranking starts from; ``rank_score`` is it after dates, parties and conditions were weighed, and
    ``verdict`` and ``reasons`` say how.
    """

    pair: Pair
    contradiction: float
    entailment: float
    neutral: float
    score: float
    rank_score: float
    verdict: Verdict
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement, however many papers carry it, with the actions that contradict it, strongest first.

    ``key`` is a hash of the normalised statement and action texts and parties: it survives re-runs and reprints.
    ``also_in`` are the other statements of the group; ``sources`` counts independent articles on the action side.
    """

    key: str
    score: float
    verdict: Verdict
    statement: Statement
    also_in: tuple[Statement, ...]
    actions: tuple[Scored, ...]
    sources: int
    reasons: tuple[str, ...]
    weakened_by: tuple[str, ...]
    new: bool = True


@dataclass(slots=True)
class Counts:
    """Named counters in the order they were first met: what each gate let through and dropped."""

    values: dict[str, int] = field(default_factory=dict)

    def add(self, name: str, amount: int = 1) -> None:
        """Add ``amount`` to the counter ``name``."""
        self.values[name] = self.values.get(name, 0) + amount


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Which scorer ran: ``name`` as asked for, ``fingerprint`` of its weights, ``calibrated`` or raw softmax."""

    name: str
    fingerprint: str
    backend: str
    calibrated: bool


@dataclass(frozen=True, slots=True)
class Change:
    """What became of a finding since the run before.

    ``kind`` is "new", "rose", "fell", "gone" or "back" (a dismissal was taken back); ``before`` and ``score`` are its
    rank scores, None where there was or is none; ``why`` says what made the difference.
    """

    kind: str
    key: str
    who: str
    text: str
    before: float | None
    score: float | None
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Taken:
    """An article that a run took into the store, and the number of claims found in it."""

    article: Article
    statements: int
    actions: int


@dataclass(frozen=True, slots=True)
class Stored:
    """What a run over a store adds to a Run, whose records are then only those that the report shows.

    ``number`` counts runs from 1; ``previous`` is the run it is compared with. ``totals`` are sizes of the whole store:
    article, statement, action, pair, finding, dismissed. ``changes`` are the most important ones of each kind;
    ``changed`` counts all of them by kind. ``taken`` are the first of the ``new`` articles, by path.
    """

    number: int
    previous: int | None
    totals: dict[str, int]
    changes: tuple[Change, ...]
    changed: dict[str, int]
    taken: tuple[Taken, ...]
    new: int


@dataclass(frozen=True, slots=True)
class Run:
    """All that one run found, in a stable order: what the report and the result files are written from.

    ``articles`` are in path order, claims in article and text order, ``scored`` by falling rank score,
    ``findings`` in rank order (rank 1 first). ``counts`` holds what each gate let through and dropped. ``stored`` is
    None for a run without a store.
    """

    articles: tuple[Article, ...]
    skipped: tuple[Skipped, ...]
    statements: tuple[Statement, ...]
    actions: tuple[Action, ...]
    scored: tuple[Scored, ...]
    findings: tuple[Finding, ...]
    counts: dict[str, int]
    model: ModelInfo
    settings: dict[str, str | int | float]
    stored: Stored | None = None
