"""Dates that a text counts from another: "two days after police searched it", "Five days later".

Such words name a distance and what it is counted from: an expression that stands before them, or the sentences before.
Where that is not known, or the distance is only about right, the day is not known, though the words say that it is
none of those around. A helper of ``dates``.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from analyzer.records import PRECISIONS, Dated
from analyzer.timex import COUNT, DAY, DAYS_OF, SAID, has_past, monday, number_of, units_before

_EXACT = re.compile(rf"(?:(?:just|only|exactly|barely|then),? )*({COUNT}) ", re.IGNORECASE)
_WORD = (
    r"(?:just|only|exactly|barely|then|about|around|roughly|nearly|almost|some|over|under|well|not|even|quite|at least"
    r"|less than|more than|fewer than|within|an?|half|and|of|few|several|many|couple|dozens?|hundreds?|\d+(?:[.,]\d+)*"
    r"|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    r"|(?:twen|thir|for|fif|six|seven|eigh|nine)ty(?:-\w+)?)"
)
_AMOUNT = rf"(?P<amount>(?:{_WORD},? ){{1,8}})?(?P<unit>night|day|week|fortnight|month|year|decade)s?"
# "..., a day after " before what happened first, and who did it between these words and the verb. "sold it two years
# after" needs no comma; "in the two years after" names a time as a whole.
_BESIDE = re.compile(
    rf"(?:(?:[,;(—]| [–-]) ?(?:and )?|(?<=[\w”\"])(?<!\bthe)(?<!\bin)(?<!\bfor) "
    rf"(?=(?:{_WORD}) (?:[\w-]+ ){{1,8}}(?:after|before)\b|(?:day|week|month|year|decade)s (?:after|before)\b))"
    rf"(?P<words>{_AMOUNT} (?P<order>after|before))\b",
    re.IGNORECASE,
)
_AMOUNT_BEFORE = re.compile(rf"\b(?!and ){_WORD} $", re.IGNORECASE)
_WHO = re.compile(r" (?:[^\s,;:]+ ){0,5}")
_SAID_THAT = re.compile(rf"\b{SAID}(?: that)? $", re.IGNORECASE)  # "a day after he said they fled"
_CLAUSE = re.compile(r"(?:the|an?|his|her|its|their|he|she|it|they|some)\b|[A-ZÀ-Þ0-9]")
# "Five days later", "The next morning", at the head of a sentence.
_PART = r"day|morning|afternoon|evening|night|week|month|year"
_HEAD = re.compile(
    rf"\W*(?:(?:and|but|so|then|only|just),? )*(?P<words>{_AMOUNT} (?P<order>later|afterwards|after|earlier|before)"
    rf"|(?:on |in )?the (?!next (?:week|month|year))(?P<which>next|following|previous) (?P<part>{_PART}|{DAY})"
    rf"|the (?P<same>{_PART}) (?P<side>after|before|earlier))\b"
    r"(?! (?:last|than|yesterday|tomorrow|of|day|night|week|month|year)\b|['’]s\b)",
    re.IGNORECASE,
)
# "... two days later.", "... the month before.", "... the same year" at the end of a sentence.
_END = re.compile(
    rf"\b(?P<words>{_AMOUNT} (?P<order>later|earlier|before|previously)"
    rf"|the (?P<which>next|following|previous) (?P<part>{_PART})|the (?P<one>{_PART}) (?P<side>before|earlier))\W*$"
    rf"|(?:^|(?<! of them) (?:in |on |at )?)(?P<same>(?:the|that) same (?P<of>{_PART}))\b",
    re.IGNORECASE,
)
# What a figure is compared with dates no act: "up from 300 a year earlier", "more than the month before".
_COMPARED = re.compile(
    r"\b(?:than|compared|against|versus|as)\b[^,;]*$|\b(?:from|on)\W*$|\bfrom (?:[\w-]+ ){0,2}\W?\d[^,;]*$",
    re.IGNORECASE,
)
# A clause or participle behind the verb of the act, which such words are of: "sued a man who had left", "broke a truce
# signed" a week earlier.
_OTHER_CLAUSE = re.compile(
    r" (?P<clause>who|whom|whose|which|that|where|when|after|before|because|while)\b[^,;]*$"
    r"|[a-z] (?:the|an?|its|his|her|their|\d+) (?:[\w’'-]+ ){1,3}"
    r"(?<!was )(?<!were )(?<!been )(?<!had )(?<!and )[a-z]{2,}ed(?: only| just)?\W*$",
    re.IGNORECASE,
)
_BACK = ("earlier", "before", "previous", "previously")
_OF_ANOTHER = re.compile(r"(?:before|after)\b(?! that\b)(?! *[,;:.])", re.IGNORECASE)  # "two months before the meeting"


@dataclass(frozen=True, slots=True)
class Distance:
    """A distance of time that words at ``start`` of a sentence tell; ``count`` is None where it is only about right.

    ``back`` says that it leads into the past. With ``own`` it is counted from what the words themselves name, with
    ``week`` it leads to a week as a whole ("the following week") and not to a day.
    """

    start: int
    words: str
    count: int | None
    unit: str
    back: bool
    own: bool = False
    week: bool = False

    @property
    def end(self) -> int:
        """Where the words end."""
        return self.start + len(self.words)


def beside(text: str, start: int) -> Distance | None:
    """How long before or after the rest of its sentence the act at ``start`` happened, where a clause tells that.

    "He quit on Friday, two days after police searched his office."
    """
    for found in reversed(list(_BESIDE.finditer(text))):
        if _AMOUNT_BEFORE.search(text, 0, found.start("words")):
            continue  # "Less than two days after"
        between = text[found.end() : start]
        starts_there = found.start("words") <= start <= found.end() + 1
        subject = _CLAUSE.match(text, start) and not _SAID_THAT.search(between)
        if starts_there or (_WHO.fullmatch(between) and not subject):
            count, unit = _exact(found["amount"]), _unit(found["unit"])
            return Distance(found.start("words"), found["words"], count, unit, found["order"].lower() == "after")
    return None


def at_head(text: str, start: int) -> Distance | None:
    """The distance at the head of a sentence, if the act at ``start`` is what it dates.

    "Two days later police searched his office." What follows "two days after the fair," is news of its own.
    """
    found = _HEAD.match(text)
    if found is None:
        return None
    order = (found["order"] or found["which"] or found["side"]).lower()
    own = found["which"] is None and _OF_ANOTHER.match(text, found.end() - len(order)) is not None
    comma = text.find(",", found.end())
    if own and order == "after" and 0 <= comma < start:
        return None
    unit = _unit(found["unit"] or found["part"] or found["same"])
    count = 1 if found["unit"] is None else _exact(found["amount"])
    week = found["part"] is not None and unit == "week"
    return Distance(found.start("words"), found["words"], count, unit, order in _BACK, own, week)


def at_end(text: str, start: int, end: int) -> Distance | None:
    """The distance at the end of a sentence, for the act at ``start:end``.

    "It rehired him two days later.", "the same year"; not for "sold it" in "sold it and came back two years later", nor
    for "sued a man who had left a week earlier".
    """
    found = _END.search(text)
    if found is None or re.search(r"\band\b", text[end : found.start()]):
        return None
    other = None if found["same"] else _OTHER_CLAUSE.search(text, start, found.start("words"))
    if other and has_past(text[start : other.start() + 1]):
        return None
    if found["same"]:
        unit = _unit(found["of"])
        return Distance(found.start("same"), found["same"], 0, unit, back=False, week=unit == "week")
    back = (found["order"] or found["which"] or found["side"]).lower() in _BACK
    if back and (_COMPARED.search(text, 0, found.start("words")) or " than " in found["words"]):
        return None
    unit = _unit(found["unit"] or found["part"] or found["one"])
    count = 1 if found["unit"] is None else _exact(found["amount"])
    week = found["unit"] is None and unit == "week"
    return Distance(found.start("words"), found["words"], count, unit, back, week=week)


def _unit(word: str) -> str:
    """The unit that counts, where the next morning is the next day."""
    return "day" if (unit := word.lower()) in ("morning", "afternoon", "evening", "night") else unit


def _exact(amount: str | None) -> int | None:
    """The number that an amount of units stands for; None where it is only about right, or not told."""
    exact = _EXACT.fullmatch(amount or "")
    return number_of(exact[1]) if exact else None


def shifted(known: Dated, distance: Distance, latest: dt.date) -> Dated | None:
    """The date that lies at a distance from a ``known`` one.

    None where that is not told exactly, is known less exactly than the distance counts, or lies after ``latest``.
    """
    unit = distance.unit
    finest = "day" if unit in DAYS_OF else unit.replace("decade", "year")
    if distance.count is None or distance.own or finest not in PRECISIONS:
        return None
    if PRECISIONS.index(known.precision) > PRECISIONS.index(finest):
        return None
    try:
        day = units_before(known.day, distance.count if distance.back else -distance.count, unit)
    except (OverflowError, ValueError):
        return None
    if day and distance.week:
        day = monday(day[0])
    if day is None or day[0] > latest:
        return None
    return Dated(*day, f"'{distance.words}', counted from {known.how}")
