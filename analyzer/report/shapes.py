"""The shapes of a report's data: what stands on the page, in the order it stands there, as plain text."""

from __future__ import annotations

from dataclasses import dataclass

from analyzer.records import Skipped


@dataclass(frozen=True, slots=True)
class Source:
    """Where a quote stands: ``place`` is path:start-end, ``about`` title, publisher, date; ``words`` if they differ."""

    place: str
    about: str
    words: str | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """A statement as the report shows it; ``reads`` only when the model read more than party and quote.

    ``sentence`` is the whole sentence where the quote alone is hard to understand.
    """

    text: str
    sentence: str | None
    reads: str | None
    speaker: str
    party: str
    kind: str
    date: str
    condition: str | None
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Did:
    """A contradicting action as the report shows it; scores have two decimals, ``gap`` is in words where it is known.

    ``against`` is the telling of the statement that was compared, where it is not the first; ``sentence`` as in Said.
    """

    text: str
    sentence: str | None
    against: str | None
    reads: str | None
    actor: str
    reported_by: str | None
    date: str
    gap: str | None
    source: Source
    score: str
    label: str
    model: str


@dataclass(frozen=True, slots=True)
class Row:
    """One finding, or a pair that came near; ``more`` says how many actions are left to findings.jsonl.

    ``key`` names a finding in ``analyzer review``; ``new`` says that no earlier run of the store showed it. Without a
    store both are empty.
    """

    rank: int
    key: str
    new: bool
    score: str
    verdict: str
    label: str
    said: Said
    did: tuple[Did, ...]
    more: str | None
    why: str
    weakened_by: str


@dataclass(frozen=True, slots=True)
class Read:
    """An article that was read and the number of claims found in it."""

    path: str
    about: str
    claims: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of a finding since the run before: ``what`` in a word, ``score`` before and after."""

    what: str
    score: str
    who: str
    text: str
    key: str
    why: str


@dataclass(frozen=True, slots=True)
class ReportData:
    """The whole report; every sequence is in the order it is shown. ``since`` is empty without a store."""

    headline: str
    caution: str
    since: str
    changes: tuple[Changed, ...]
    summary: tuple[tuple[str, str], ...]
    counts: tuple[tuple[str, str], ...]
    empty_because: str | None
    findings: tuple[Row, ...]
    more_findings: str | None
    nearest: tuple[Row, ...]
    how_to_read: tuple[tuple[str, str], ...]
    articles: tuple[Read, ...]
    more_articles: int
    skipped: tuple[Skipped, ...]
