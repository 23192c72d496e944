"""Time expressions in English news and the dates they stand for.

A recogniser for the closed class that news uses ("on Wednesday", "last month", "eight years ago", "3 October 2023"),
in the spirit of HeidelTime's rules (Strötgen & Gertz 2010). General date parsers try hundreds of languages on each
phrase, which costs a thousand times as much and finds dates that are none.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from dateutil.relativedelta import relativedelta

from analyzer.records import Dated

_MONTH_NAMES = tuple(
    "january february march april may june july august september october november december".split()  # noqa: SIM905
)
DAY_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
# The first month of each season. North of the equator, where most of the news is about; winter lies in two years.
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9}
_ORDINALS = ("first", "second", "third", "fourth")
_NUMBER_WORDS = tuple("zero one two three four five six seven eight nine ten eleven twelve".split())  # noqa: SIM905

MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
DAY = r"(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
NTH = r"(?:[12]\d|3[01]|0?[1-9])"
YEAR = r"(?:1[6-9]|20)\d\d"
COUNT = rf"(?:\d{{1,3}}|an?|{'|'.join(_NUMBER_WORDS[1:])}|a couple of|a few|several)"

# Each kind of expression with its pattern. Where two match at one place the earlier kind wins.
_PATTERNS = {
    "iso": rf"(?P<iy>{YEAR})-(?P<im>0[1-9]|1[0-2])-(?P<id>0[1-9]|[12]\d|3[01])(?!\d)",
    "dmy": rf"\b(?P<dd>{NTH})(?:st|nd|rd|th)?(?: of)? (?P<dm>{MONTH})(?:,? (?P<dy>{YEAR}))?\b",
    "mdy": rf"\b(?P<mm>{MONTH}) (?P<md>{NTH})(?:st|nd|rd|th)?(?!\d|[.,:]\d|%)(?:,? (?P<my>{YEAR})\b)?",
    # "On the 18th he ordered", not "on the 18th floor" or "on the 18th anniversary".
    "nth": rf"(?<=\bon the )(?P<nd>{NTH})(?:st|nd|rd|th)\b"
    r"(?=\W*$|[,.;:)]| of (?:the|this|last|that) month\b| (?:he|she|it|they|we|the|an?|his|her|its|their|and|but|when"
    r"|after|before|at|in|that|by|to|from|with|was|were)\b(?! \d))",
    "dotted": rf"\b(?P<td>{NTH})[./](?P<tm>0?[1-9]|1[0-2])[./](?P<ty>{YEAR})\b",
    "my": rf"\b(?P<ym>{MONTH}),?(?: of)? (?P<yy>{YEAR})\b",
    # "in the week of 3 June" names no day.
    "week": rf"\bweek (?:of|beginning|starting)(?: (?:on|Monday),?)? (?:(?P<wd>{NTH})(?:st|nd|rd|th)? (?P<wm>{MONTH})"
    rf"|(?P<wn>{MONTH}) (?P<we>{NTH})(?:st|nd|rd|th)?(?!\d))(?:,? (?P<wy>{YEAR})\b)?",
    # "prices fall 2000 points" is no season.
    "season": r"\b(?:(?P<sl>last|this) )?(?P<sn>spring|summer|autumn|(?<=the )fall|(?<=in )fall"
    rf"|(?<=last )fall|(?<=this )fall)(?:,?(?: of)? (?P<sy>{YEAR}))?\b",
    "part": rf"\b(?:(?P<po>{'|'.join(_ORDINALS)}) (?P<pu>quarter|half)(?: of)?|Q(?P<pq>[1-4])(?: of)?"
    rf"|(?P<pw>early|mid|late)(?: in)?)[ -](?P<py>{YEAR})\b(?!s)",
    "ago": rf"\b(?P<ac>{COUNT}) (?P<au>day|week|fortnight|month|year|decade)s? ago\b",
    "unit": r"\b(?P<uw>last|this|next|earlier this|later this|later next|early this|late last|earlier last|early last"
    r"|so far this) (?P<uu>week|weekend|month|year)\b(?!-)",
    "weekend": r"\b(?:at|over|on|during) the weekend\b",
    "day": rf"\b(?:(?P<dw>last|next|this|coming|this coming|this past|every|each|any|Black|Good|Bloody|Ash|Easter|Palm"
    rf"|Cyber|(?-i:Mail on)(?= Sunday)|second|third|fourth) )?(?P<dn>{DAY})(?P<dk> week)?\b"
    # A weekday before its own date, or within the name of a newspaper, is no expression of its own.
    rf"(?!,? \(?(?:on )?(?:{MONTH} {NTH}|{NTH}(?:st|nd|rd|th)? {MONTH}))"
    rf"(?! (?:Times|Telegraph|Mirror|Express|Herald|Post|Mail|World|Night Live))",
    "near": r"\b(?P<near>the day before yesterday|yesterday|today|tonight|tomorrow|overnight|last night"
    rf"|this (?:morning|afternoon|evening))\b(?! on (?:{MONTH}|{NTH}|{DAY}))",
    "month": rf"\b(?P<nw>in|since at least|since|by|until|till|from|last|next|this|early|late|mid|during|of|to|through"
    rf"|between|before|after|and|early in|late in|for|end of)(?:[ -]|\b)(?P<nm>{MONTH})(?!\w)(?! \d|,? (?:of )?{YEAR})"
    rf"(?:,? (?:of )?(?P<nl>last|next) year)?",
    "decade": rf"\b(?P<ds>{YEAR})s\b",
    "year": rf"(?P<yw>\b[A-Za-z]+ |^|[(–-])(?P<year>{YEAR})\b(?!,\d|\.\d|%| ?(?:km|kg|mw|mm|percent|per cent)\b)",
}
EXPRESSION = re.compile("|".join(f"(?P<{name}_>{pattern})" for name, pattern in _PATTERNS.items()), re.IGNORECASE)

# Words after which a bare year-like number is a year; after any other word it may be a count, and after "for" it is
# the year of a bonus, a budget or a report, not the year in which something was done.
_BEFORE_YEAR = frozenset(
    "in since by until till from the of during early late mid before after and to through between around about or"  # noqa: SIM905
    " year season winter its his her their our a this that".split()
)
_OF_A_THING = frozenset({"a", "her", "his", "its", "our", "that", "the", "their", "this"})
_SINCE_THING = re.compile(r"\b(?:after|at|during|following|in|since) $", re.IGNORECASE)  # "after the 2014 removal"
_OF_THINGS = re.compile(rf"\b(?:{'|'.join(sorted(_OF_A_THING))}) {YEAR} (?:and|or|to) $", re.IGNORECASE)
# Saying, by verb or occasion: the expression beside one dates the words, not what they are about.
SAID = (
    r"(?:said|says?|saying|told|tells|announc\w+|warn\w*|den(?:y|ies|ied|ying)|add(?:ed|s)|insist\w*|report(?:ed|s)"
    r"|wrote|writes|declar\w+|pledg\w+|vow(?:ed|s)?|promis\w+|assur\w+|claim(?:ed|s)"
    r"|(?<!united )stat(?:ed|es)|repeat\w*|reiterat\w+"
    r"|maintain\w*|confirm\w*|admit\w*|repl(?:ied|ies)|argu\w+|stress\w*|swore|sworn|swears|reject\w*|dismiss\w*"
    r"|rul(?:ed|es) out|tweet\w*|testif\w+|guarantee\w*|acknowledg\w+|emphasi[sz]\w+|conced\w+|brush\w*|laugh\w* off"
    r"|shrug\w*|call(?:ed|s)|spoke|inform(?:ed|s)|undert(?:ook|aken)"
    r"|statement|interview|briefing|conference|speech|address)"
)
# Cues for the future; a past verb between the cue and the expression takes it back.
_AHEAD = re.compile(
    r"\b(?:will|would|shall|should|must|due|scheduled|(?:is|are|was|were) (?:to|expected|planned|going)|set (?:to|for)"
    r"|(?:plan|promis|pledg|vow|agre|threaten|intend|hop|want|refus|aim|prepar|expect|propos|decid)\w* to"
    r"|deadline|ahead of)\b|['’]ll\b"
    r"|\b(?:promis|pledg|vow|guarant)\w+\b(?=[^,]* (?:by|until|till)(?: the)?(?: end of)? ?$)",
    re.IGNORECASE,
)
_UNDER_WAY = re.compile(r"\b(?:is|are) (?:now |also )?[a-z]+ing\b[^,;]*$")  # "is dropping two pens from January"
_PASSIVE = re.compile(r"\b(?:be|been|being|get|stay|remain|keep)(?: \w+ly| not)* \w+", re.IGNORECASE)
_PAST = re.compile(
    rf"\b{SAID}\b|\b(?!need|exceed|proceed|succeed|feed|speed|indeed|hundred)[a-z]{{2,}}ed\b"
    r"|\b(?:was|were|had|has|did|took|went|came|began|left|fell|broke|sent|held|won|lost|met|shot|struck|sold|bought|gave"
    r"|ran|drove|flew|threw|drew|grew|led|paid|brought|built|caught|fought|sought|withdrew|chose|rose|stole|hid|rode|became"
    r"|stood|kept|spent|sank|shook|froze|overthrew|made|dug|fled)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Timex:
    """A time expression at ``start:end`` of a sentence and the date it stands for."""

    start: int
    end: int
    date: Dated
    ahead: bool


def find_full_date(text: str) -> tuple[dt.date, int, int] | None:
    """The first full date (day, month and year) in a text, and where it begins and ends."""
    for found in EXPRESSION.finditer(text):
        if (dated := _resolve(found, None, text)) and dated.precision == "day":
            return dated.day, found.start(), found.end()
    return None


def full_date(text: str) -> dt.date | None:
    """The first full date in a text."""
    found = find_full_date(text)
    return found[0] if found else None


@lru_cache(maxsize=4096)
def expressions(text: str, day: dt.date | None) -> tuple[Timex, ...]:
    """The time expressions of a sentence that stand for a date, in order."""
    return tuple(_scan(text, day))


def _scan(text: str, day: dt.date | None) -> Iterator[Timex]:
    """Find and resolve; an expression that turns out to be none does not hide one that begins within it."""
    position = 0
    while found := EXPRESSION.search(text, position):
        dated = _resolve(found, day, text)
        if dated is None or (found["year_"] is not None and day and day.year <= dated.day.year and _of_a_thing(found)):
            # "every Friday" must not be read as "Friday", nor "on the 28th of March" as "of March".
            whole = any(found[kind] is not None for kind in ("day_", "dmy_", "mdy_", "nth_"))
            position = found.end() if whole else found.start() + max(1, len(found.group().split(" ")[0]))
            continue
        ahead = day is not None and (dated.day > day or bool(re.match(r"next|later|tomorrow", found.group(), re.I)))
        how = dated.how + " (ahead)" if ahead else dated.how
        yield Timex(found.start(), found.end(), Dated(dated.day, dated.precision, how), ahead)
        position = found.end()


def _resolve(found: re.Match[str], day: dt.date | None, text: str) -> Dated | None:
    """The date an expression stands for; None when it is none or needs an article date that is not there."""
    kind = next(name for name in _PATTERNS if found.group(f"{name}_") is not None)
    phrase = _phrase(found, text)
    # "3 may", "march 5 km": a month's name is written with a capital.
    if any(found[name] and found[name][0].islower() for name in ("dm", "mm", "ym", "wm", "wn")):
        return None
    if kind in _ABSOLUTE:
        if absolute := _ABSOLUTE[kind](found):
            return Dated(*absolute, f"'{phrase}'")
        if kind not in ("dmy", "mdy", "week", "season"):
            return None
    if day is None:
        return None
    try:
        resolved = _RELATIVE[kind](found, day, _lies_ahead(found, text)) if kind in _RELATIVE else None
    except (OverflowError, ValueError):  # before the first or after the last day that has a date
        return None
    return Dated(*resolved, f"'{phrase}' against the article's date") if resolved else None


# A word before a year that belongs to the sentence rather than to the expression.
_LEAD_WORD = re.compile(
    r"^(?!(?:in|since|by|until|till|after|before|last|next|this|early|late|mid|spring|summer|autumn|fall|q\d)\b)"
    r"[a-z]+ (?=\S+$)"
)


def _phrase(found: re.Match[str], text: str) -> str:
    """The expression as the report quotes it; "since" is kept, for what has lasted since then goes on."""
    phrase = found.group().strip(" (–-")
    if text[: found.start()].lower().endswith("since "):
        return f"since {phrase}"
    return _LEAD_WORD.sub("", phrase)


def is_ahead(before: str) -> bool:
    """Whether the words before an expression place it in the future."""
    clause = re.split(r";|, but |[.!?][”\"]? ", before)[-1]
    cues = list(_AHEAD.finditer(clause))
    return bool(cues) and not has_past(clause[cues[-1].end() :])


# "refused to pay and on Friday sued": the verb behind the expression is none of those to which the cue led.
_AND_THEN = re.compile(r"\band(?: then| later)?(?: on| in| at| late| early)*\s*$", re.IGNORECASE)
# "From February a ride will cost more": a sentence that opens with the expression.
_OPENS = re.compile(r"\W*(?:(?:and|but|on|from|at|early|late|the) )*", re.IGNORECASE)
_WILL = re.compile(r"[^;:.“”\"]*?\b(?:will|is to|are to|is due to|are due to)\b|[^;:.“”\"]*?['’]ll\b", re.IGNORECASE)
# Verbs whose past looks like their present, which ``has_past`` leaves out.
_UNCHANGED = re.compile(
    r"(?<!\bto )(?<!\bwill )(?<!\bwould )(?<!\bthe )(?<!\ba )"
    r"\b(?:shut|cut|put|hit|set|let|quit|split|shed|spread|beat)\b"
)
_VERB_BEHIND = re.compile(r" (?:\w+ly )?\w+")


def _lies_ahead(found: re.Match[str], text: str) -> bool:
    """Whether the words around an expression place it in the future."""
    before = text[: found.start()]
    if _OPENS.fullmatch(before):
        will = _WILL.match(text, found.end())
        return will is not None and not tells_past(will[0])
    behind = _VERB_BEHIND.match(text, found.end())
    return is_ahead(before) and not (behind and _AND_THEN.search(before) and has_past(behind[0]))


def has_past(text: str) -> bool:
    """Whether a text holds a verb of the past."""
    return _PAST.search(_PASSIVE.sub("", text)) is not None


def tells_past(text: str) -> bool:
    """Whether a text holds a verb of the past or one that may be ("shut")."""
    return has_past(text) or _UNCHANGED.search(text) is not None


_Day = tuple[dt.date, str]
DAYS_OF = {"day": 1, "week": 7, "fortnight": 14}


def calendar_day(year: int, month: int, day: int) -> dt.date | None:
    """A date, or None for one that does not exist (31 April)."""
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def month_number(name: str) -> int:
    """1 to 12 for a month's name or abbreviation."""
    return next(i for i, full in enumerate(_MONTH_NAMES, start=1) if full.startswith(name.lower()[:3]))


def _months_back(day: dt.date, months: int) -> _Day:
    """The month that lies so many months before the day's."""
    index = day.year * 12 + day.month - 1 - months
    return dt.date(max(index // 12, 1), index % 12 + 1, 1), "month"


def _full(year: str | None, month: str, day: str) -> _Day | None:
    """A full date, or None without a year."""
    number = int(month) if month.isdigit() else month_number(month)
    date = calendar_day(int(year), number, int(day)) if year else None
    return (date, "day") if date else None


def _dotted(found: re.Match[str]) -> _Day | None:
    """3.10.2023 is day first; 3/10/2023 may be either and is left alone unless one reading is impossible."""
    if "/" in found.group() and int(found["td"]) <= 12 and int(found["td"]) != int(found["tm"]):
        return None
    return _full(found["ty"], found["tm"], found["td"])


def _year(found: re.Match[str]) -> _Day | None:
    """A bare year after a word that years follow; after others the number may count something."""
    before = found["yw"].strip().lower()
    after = found.string[found.end() :]
    if before not in _BEFORE_YEAR and before not in ("", "(", "–", "-") and before not in _MONTH_NAMES:
        return None
    # "of 2000 troops" counts; "in 2014 elections" does not.
    if before in ("of", "to", "about", "around", "and", "or", "its", "their", "a") and re.match(r" [a-z]+s\b", after):
        return None
    return dt.date(int(found["year"]), 1, 1), "year"


def _of_a_thing(found: re.Match[str]) -> bool:
    """Whether a year belongs to the name of a thing: "scrapped the 2026 Cup", "its 2015 and 2016 models"."""
    if not re.match(r" \w", found.string[found.end() :]):
        return False
    named = found["yw"].strip().lower() in _OF_A_THING
    if named and not _SINCE_THING.search(found.string, 0, found.start("yw")):
        return True
    return _OF_THINGS.search(found.string, 0, found.start("year")) is not None


def _season(found: re.Match[str]) -> _Day | None:
    """The summer of 2021: three months."""
    if not found["sy"] or found["sl"]:
        return None
    return dt.date(int(found["sy"]), _SEASONS[found["sn"].lower()], 1), "quarter"


def _part(found: re.Match[str]) -> _Day:
    """A quarter or a half of a year; "early" and "late" are no finer than a half, "mid" is the middle of it."""
    year = int(found["py"])
    if found["pw"]:
        month, precision = {"early": (1, "half"), "mid": (5, "quarter"), "late": (7, "half")}[found["pw"].lower()]
        return dt.date(year, month, 1), precision
    number = int(found["pq"]) - 1 if found["pq"] else _ORDINALS.index(found["po"].lower())
    if (found["pu"] or "quarter").lower() == "half":
        return dt.date(year, 7 if number else 1, 1), "half"
    return dt.date(year, 1 + 3 * number, 1), "quarter"


def monday(date: dt.date) -> _Day:
    """The week that a day lies in."""
    return date - dt.timedelta(days=date.weekday()), "week"


def _week(found: re.Match[str]) -> _Day | None:
    """The week of a day with its year."""
    full = _full(found["wy"], found["wm"] or found["wn"], found["wd"] or found["we"])
    return monday(full[0]) if full else None


_ABSOLUTE: dict[str, Callable[[re.Match[str]], _Day | None]] = {
    "iso": lambda found: _full(found["iy"], found["im"], found["id"]),
    "dmy": lambda found: _full(found["dy"], found["dm"], found["dd"]),
    "mdy": lambda found: _full(found["my"], found["mm"], found["md"]),
    "dotted": _dotted,
    "my": lambda found: (dt.date(int(found["yy"]), month_number(found["ym"]), 1), "month"),
    "week": _week,
    "season": _season,
    "part": _part,
    "decade": lambda found: (dt.date(int(found["ds"]), 1, 1), "year"),
    "year": _year,
}


# A day further back than this is told with its year; without one it is the coming one ("called a vote for 5 May").
_LONG_AGO = 270  # days


def _yearless(found: re.Match[str], day: dt.date, ahead: bool) -> _Day | None:
    """A day and month without a year: the last one up to the article's day, or the next when it lies ahead.

    None where the words tell of no coming day and the last one lies too far back.
    """
    last_year = re.match(r",? (?:of )?last year\b", found.string[found.end() :], re.IGNORECASE)
    month = month_number(found["dm"] or found["mm"] or found["wm"] or found["wn"])
    number = int(found["dd"] or found["md"] or found["wd"] or found["we"])
    if last_year:
        return _full(str(day.year - 1), str(month), str(number))
    years = (day.year, day.year + 1) if ahead else (day.year, day.year - 1)
    for year in years:
        date = calendar_day(year, month, number)
        if date and (date >= day if ahead else date <= day):
            return (date, "day") if ahead or (day - date).days <= _LONG_AGO else None
    return None


_MONTH_OR_YEAR = re.compile(rf"\b(?:{MONTH}|{YEAR})\b")


def _nth(found: re.Match[str], day: dt.date, ahead: bool) -> _Day | None:
    """A day of the month alone: the last one up to the article's day, or the next when it lies ahead."""
    if _MONTH_OR_YEAR.search(found.string, 0, found.start()):
        return None  # of a month that the sentence names
    first, _ = _months_back(day, 0)
    for months in (0, 1):
        month = first + relativedelta(months=months if ahead else -months)
        date = calendar_day(month.year, month.month, int(found["nd"]))
        if date and (date >= day if ahead else date <= day):
            return date, "day"
    return None


def _yearless_week(found: re.Match[str], day: dt.date, ahead: bool) -> _Day | None:
    """The week of a day without a year."""
    dated = _yearless(found, day, ahead)
    return monday(dated[0]) if dated else None


def _last_season(found: re.Match[str], day: dt.date, ahead: bool) -> _Day | None:
    """This summer, or, for "last summer" and "in the summer", the last one that was over by the article's day."""
    if not found["sl"]:
        alone = re.search(r"\b(?:in|during)(?: the| early| late)? $", found.string[: found.start()])
        if alone is None or ahead or found["sn"].lower() == "fall":
            return None
    first = dt.date(day.year, _SEASONS[found["sn"].lower()], 1)
    if (found["sl"] or "last").lower() == "last" and first + relativedelta(months=3) > day:
        first -= relativedelta(years=1)
    return first, "quarter"


def number_of(word: str) -> int | None:
    """The number that stands before a unit of time; None for one that is only "several"."""
    word = word.lower()
    if word in ("a few", "several"):
        return None
    if word.isdigit():
        return int(word)
    return 2 if "couple" in word else 1 if word in ("a", "an") else _NUMBER_WORDS.index(word)


def units_before(day: dt.date, count: int, unit: str) -> _Day | None:
    """So many units of time before a day, as exactly as the unit tells; None before the first year.

    Raises OverflowError or ValueError beyond the first and the last day that has a date.
    """
    if unit in DAYS_OF:
        return day - dt.timedelta(days=count * DAYS_OF[unit]), "day"
    if unit == "month":
        return _months_back(day, count)
    year = day.year - count * (10 if unit == "decade" else 1)
    return (dt.date(year, 1, 1), "year") if year > 0 else None


def _ago(found: re.Match[str], day: dt.date, _ahead: bool) -> _Day | None:
    """Two weeks ago, eight years ago; None for a number that is only "several"."""
    count = number_of(found["ac"])
    return None if count is None else units_before(day, count, found["au"].lower())


def _unit(found: re.Match[str], day: dt.date, ahead: bool) -> _Day | None:
    """Last week, this month, next year."""
    which, unit = found["uw"].lower(), found["uu"].lower()
    step = 1 if "next" in which else 0 if "this" in which else -1
    if unit == "year":
        return dt.date(day.year + step, 1, 1), "year"
    if unit == "month":
        return _months_back(day, -step)
    if unit == "weekend":
        saturday = day + dt.timedelta(days=5 - day.weekday() + 7 * max(step, 0))
        return _weekend(found, day, ahead) if step == -1 else (saturday, "day")
    return monday(day + dt.timedelta(weeks=step))


def _weekend(_found: re.Match[str], day: dt.date, ahead: bool) -> _Day:
    """The Saturday of the last weekend, or of the coming one when it lies ahead."""
    back = (day.weekday() - 5) % 7
    return day - dt.timedelta(days=back if not ahead else back - 7), "day"


def _weekday(found: re.Match[str], day: dt.date, ahead: bool) -> _Day | None:
    """A weekday: the last up to the article's day; after "next" or a cue for the future the one that follows."""
    which = (found["dw"] or "").lower()
    if which in (
        "every",
        "each",
        "any",
        "black",
        "good",
        "bloody",
        "ash",
        "easter",
        "palm",
        "cyber",
        "mail on",
        "second",
        "third",
        "fourth",
    ):
        return None
    number = DAY_NAMES.index(found["dn"].lower())
    if found["dk"]:  # "Saturday week" is the Saturday after the next
        return day + dt.timedelta(days=(number - day.weekday() - 1) % 7 + 8), "day"
    back = (day.weekday() - number) % 7
    if which == "last" and back == 1:  # nobody calls yesterday last Thursday
        back = 8
    if which in ("last", "this past"):
        return day - dt.timedelta(days=back or 7), "day"
    if which in ("next", "coming", "this coming") or ahead:
        return day + dt.timedelta(days=(7 - back) % 7 or 7), "day"
    return day - dt.timedelta(days=back), "day"


def _near(found: re.Match[str], day: dt.date, _ahead: bool) -> _Day:
    """Today, yesterday and the like."""
    word = found["near"].lower()
    back = {"the day before yesterday": 2, "yesterday": 1, "last night": 1, "overnight": 0, "tomorrow": -1}
    return day - dt.timedelta(days=back.get(word, 0)), "day"


# In March, "until June" is the coming June and "until December" the last: the nearer of the two.
_LIMITS, _HALF_YEAR = frozenset({"until", "till", "through", "before"}), 6


def _month(found: re.Match[str], day: dt.date, ahead: bool) -> _Day | None:
    """A month without a year: the last one up to the article's, or the next when it lies ahead."""
    which, name = found["nw"].lower(), found["nm"]
    # "to march", "and may" are no months, and "May's" is somebody's.
    if name[0].islower() or (name == "May" and re.match("['’]s", found.string[found.end() :])):
        return None
    back = (day.month - month_number(name)) % 12
    if found["nl"]:
        year = day.year + (1 if found["nl"].lower() == "next" else -1)
        return dt.date(year, month_number(name), 1), "month"
    if which == "last":
        return _months_back(day, back or 12)
    if ahead or which == "next" or (which == "from" and _UNDER_WAY.search(found.string[: found.start()])):
        return _months_back(day, -((12 - back) % 12))
    if which in _LIMITS and back > _HALF_YEAR:
        return _months_back(day, back - 12)
    return _months_back(day, back)


_RELATIVE: dict[str, Callable[[re.Match[str], dt.date, bool], _Day | None]] = {
    "dmy": _yearless,
    "mdy": _yearless,
    "nth": _nth,
    "ago": _ago,
    "unit": _unit,
    "week": _yearless_week,
    "season": _last_season,
    "weekend": _weekend,
    "day": _weekday,
    "near": _near,
    "month": _month,
}
