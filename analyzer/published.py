"""The day an article was published, with how it was found: never guessed from what its sentences tell."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analyzer.dateline import prefix_length
from analyzer.formats import row_of_path
from analyzer.records import Article, Dated
from analyzer.timecues import dates_words
from analyzer.timex import (
    DAY,
    DAY_NAMES,
    EXPRESSION,
    MONTH,
    YEAR,
    calendar_day,
    expressions,
    find_full_date,
    full_date,
    is_ahead,
    month_number,
)

_WEEKDAY = rf"(?:{DAY}|(?:Mon|Tues?|Wed|Thu(?:rs)?|Fri|Sat|Sun)\b\.?)"
_LABEL = (
    r"(?:this (?:article|story|page) was )?(?:page )?(?:first |last |latest |originally )?"
    r"(?:published|updated?|posted|modified|date[d]?|issued|released|filed)(?! of\b)(?: (?:on|at|in))?\b[:\s]*"
)
_PLACE = re.compile(
    r"[A-ZÀ-Þ][A-ZÀ-Þ .'’/-]{2,}(?:, [A-ZÀ-Þ][\w.]+(?: [A-ZÀ-Þ][\w.]+)?)?(?:,| ?[(–—-]| --)+ ?" + rf"(?:{_WEEKDAY},? )?"
)
_TOWN = re.compile(rf"[A-ZÀ-Þ][\w.'’-]+(?: [A-ZÀ-Þ][\w.'’-]+){{0,2}}, (?:{_WEEKDAY},? |[A-ZÀ-Þ][\w.]+, )?(?=[\dA-Z])")
_PLACE_OR_AGENCY = re.compile(r"[A-ZÀ-Þ .'’/-]{3,}[,(]|[A-ZÀ-Þ][\w .'’-]+[,(].*\([A-Z]")
_CLOCK = r"[\s,|–—·•/-]*(?:at )?(?:\d\d?[:.]\d\d(?::\d\d)?)?\s*(?:[ap]\.?m\.?)?\s*(?:(?-i:[A-Z]{2,4})\b)?[\s.|)]*"
_HOUR = r"\d\d?[:.]\d\d\s*(?:[ap]\.?m\.?)?"
_BEHIND_PLACE = re.compile(r"\W{0,3}(?:\([\w /.]+\))?\s*(?:--?|–|—|[.:])\s+[A-ZÀ-Þ\"“‘/]")
# The date, then a dash, with the place between them or without one.
_BEFORE_TEXT = re.compile(r"\)?(?:,? [A-ZÀ-Þ][A-ZÀ-Þ .'’/-]+)?(?: ?(?:--|–|—) ?| - )[A-ZÀ-Þ\"“‘]")
_BYLINE = re.compile(rf"(?i:by|from|text|words|story)(?:: ?| )(?!{MONTH}|{_WEEKDAY})(?=[A-ZÀ-Þ])")
_LINE = 140  # characters of a line that is no paragraph, at most
# A line that holds a date and a few other words, set off from it.
_APART = r"[,;.|·•/()–—-]"
_WORDS, _CHARACTERS = 7, 60  # beside the date, at most
_SMALL = re.compile(r"\b[a-zß-ÿ]{3,}")  # a word as a sentence has them
# Lines that date something else: a picture, a quote, a link, a page of terms, what is to come, an item of a list.
_OTHER = re.compile(
    r"\b(?:photo\w*|foto|images?|pictures?|pics?|files?|credit|left|right|getty|related|(?:read|see) (?:more|also|next)"
    r"|sources?|policy|terms|hearing|deadline|polling|begins?|ends?|to be)\b|[\"“”©@]|^(?:[–—-]|\d+[.)] )",
    re.IGNORECASE,
)
_BEFORE_YEAR = 300  # characters before a year that may tell that it lies ahead
_TOP, _END = slice(1, 4), slice(-2, None)  # where such a line may stand


def article_date(article: Article) -> Dated | None:
    """The day an article was published, or None: never guessed from what its sentences tell.

    In this order: metadata; a date stamp, dateline, byline, or line that is nothing but a date or begins with a label
    ("Posted by ...") among the first lines; one of the last two kinds among the last; a dateline without its year,
    where the article leaves no doubt which it is; a date in the address; an ISO date in the file's name; a date set off
    from a few other words on a line at the very top or end, if the text tells of no later year.
    """
    lines = [line.strip() for line in article.text.split("\n") if line.strip()]
    if article.published is not None:
        return _refined(article.published, lines)
    for line in lines[:8]:
        if found := _line_date(_bare(line)) or _labelled_date(line):
            return found
    for line in lines[-3:]:
        if found := _date_alone(_bare(line)) or _labelled_date(line):
            return found
    outside = _web_address(article) or _file_name(article)
    known = _yearless_date(lines, outside) or outside
    weak = (_date_apart(_bare(line)) for line in (*lines[_TOP], *lines[_END])) if known is None else ()
    return known or next((found for found in weak if found and not _tells_of_later(lines, found.day.year)), None)


def _bare(line: str) -> str:
    """A line without the italics or brackets that it is set in."""
    return line.strip("*_[]() ")


def _web_address(article: Article) -> Dated | None:
    """The date in an article's address."""
    found = re.search(rf"/({YEAR})[/-](\d\d?)[/-](\d\d?)(?:[/-]|$)", article.url or "")
    date = calendar_day(*map(int, found.groups())) if found else None
    return Dated(date, "day", "web address") if date else None


def _file_name(article: Article) -> Dated | None:
    """The ISO date in the name of the file of a single article; a file of many rows is dated by its collection."""
    file, row = row_of_path(article.path)
    name = file.rpartition("/")[2]
    found = re.search(rf"(?<!\d)({YEAR})[-_]?(\d\d)[-_]?(\d\d)(?!\d)", name) if not row else None
    date = calendar_day(*map(int, found.groups())) if found else None
    return Dated(date, "day", "file name") if date else None


# A dateline without a year


# Around an anniversary news names its day of an earlier year, which says nothing on the year of the article.
_ANNIVERSARY = re.compile(
    r"\banniversar|\byears? (?:ago|since|after|later|on|to the day)\b|\bcommemorat", re.IGNORECASE
)
_NEAR_DAYS = 7  # a date that the article is about lies no further from its own


def _refined(published: Dated, lines: Sequence[str]) -> Dated:
    """A date known to the month or year only, to the day where a dateline without a year falls into it."""
    for dateline in _yearless_datelines(lines) if published.precision in ("month", "year") else ():
        date = dateline.on(published.day.year)
        if date and published.day <= date <= published.last:
            return Dated(date, "day", f"dateline, its year from the {published.how}")
    return published


def _yearless_date(lines: Sequence[str], outside: Dated | None) -> Dated | None:
    """The day of a dateline without a year, where another date of the article tells it; else None.

    A year merely named may be any earlier one. What tells: a date of the address or the file's name within a few days;
    a full date of the text within a few days that lies ahead, says when the words fell, or agrees with the weekday
    that the dateline's paragraph names, which no neighbouring year does.
    """
    for dateline in _yearless_datelines(lines):
        if outside:
            date = dateline.on(outside.day.year)
            near = date and abs((outside.day - date).days) <= _NEAR_DAYS
            return Dated(date, "day", f"dateline, its year from the {outside.how}") if date and near else None
        if told := _told_year(dateline, " ".join(lines)):
            return told
    return None


@dataclass(frozen=True, slots=True)
class _Dateline:
    """Month and day of a dateline, and the weekday that its paragraph names first (0 is Monday)."""

    month: int
    day: int
    weekday: int | None

    def on(self, year: int) -> dt.date | None:
        """Its day in a year."""
        return calendar_day(year, self.month, self.day)


def _yearless_datelines(lines: Sequence[str]) -> Iterator[_Dateline]:
    """Datelines among the first lines that name a day and no year: "NAIROBI, 14 March (AFP) — ..."."""
    for line in lines[:8]:
        head = re.match(r"(?P<place>[A-ZÀ-Þ][^–—|]{2,70}?)\s*(?:--?|–|—)\s+[A-ZÀ-Þ\"“‘]", line)
        if not head or not _PLACE_OR_AGENCY.match(head["place"]):
            continue
        for found in EXPRESSION.finditer(head["place"]):
            if (found["dmy_"] or found["mdy_"]) and not (found["dy"] or found["my"]):
                named = re.search(rf"(?<!last )(?<!next )\b({DAY})\b", line[head.end() :])
                weekday = DAY_NAMES.index(named[1].lower()) if named else None
                yield _Dateline(month_number(found["dm"] or found["mm"]), int(found["dd"] or found["md"]), weekday)


def _told_year(dateline: _Dateline, text: str) -> Dated | None:
    """The dateline's day in the one year that full dates of the text near it give and that no later date denies."""
    told: dict[dt.date, str] = {}
    years = []
    for item in expressions(text, None):
        before, words = text[: item.start], text[item.start : item.end]
        ahead = is_ahead(before)
        if not ahead:
            years.append(item.date.day.year)
        date = dateline.on(item.date.day.year)
        if item.date.precision != "day" or date is None or abs((item.date.day - date).days) > _NEAR_DAYS:
            continue
        sentence = re.split(r"[.!?][\"”]? (?=[A-ZÀ-Þ\"“])", before)[-1] + text[item.start : item.end + 60]
        agrees = dateline.weekday == date.weekday() or (ahead and item.date.day > date) or dates_words(text, item)
        if agrees and not _ANNIVERSARY.search(sentence):
            told.setdefault(date, words)
    if len(told) != 1 or max(years, default=0) > max(told).year:
        return None
    [(date, words)] = told.items()
    return Dated(date, "day", f"dateline, its year from '{words}'")


def _line_date(line: str) -> Dated | None:
    """The date of a line among the first, if the line's form says that it is the article's."""
    if stamp := re.match(rf"(?:date\s+)?({YEAR}-\d\d-\d\d)(?![\d-])", line, re.IGNORECASE):
        date = full_date(stamp.group(1))
        return Dated(date, "day", "date stamp") if date else None
    # A dateline with the date right behind the place, whatever stands between and after them.
    opening = _PLACE.match(line) or _TOWN.match(line)
    if opening and (found := EXPRESSION.match(line, opening.end())):
        date = full_date(found.group())
        if date and _BEHIND_PLACE.match(line[found.end() :]):
            return Dated(date, "day", "dateline")
    # A dateline: place in capitals or an agency in brackets, then the date, then a dash.
    head = re.match(r"(?P<place>[A-ZÀ-Þ][^–—|]{2,70}?)\s*(?:--?|–|—)\s+\S", line)
    if head and len(line) > 60 and _PLACE_OR_AGENCY.match(head.group("place")):
        date = full_date(head.group("place"))
        return Dated(date, "day", "dateline") if date else None
    if opening := re.match(r"(?P<date>[\w ,.]{8,30}?) ?(?:--|–|—) ?[A-ZÀ-Þ\"“]", line):
        found = EXPRESSION.fullmatch(opening["date"])
        if found and (date := full_date(opening["date"])):
            return Dated(date, "day", "dateline")
    if (before_text := prefix_length(line)) and (date := full_date(line[:before_text])):
        return Dated(date, "day", "dateline")
    if alone := _date_alone(line):
        return alone
    if len(line) > _LINE or _OTHER.search(line) or not (parts := _parted(line)):
        return None
    date, before, after = parts
    # "By Jane Doe — June 21, 2019", "Housing | 19 January 2023 | by Nils Aker", "London, 3 March 2014".
    if (_BYLINE.match(line) or " | " in line or " · " in line) and not line.endswith((".", "?", "!")):
        return Dated(date, "day", "byline")
    place = re.fullmatch(rf"(?:[A-ZÀ-Þ][\w.'’-]*(?: [A-ZÀ-Þ][\w.'’-]*){{0,2}}, ){{1,2}}(?:{_WEEKDAY},? )?", before)
    return Dated(date, "day", "date line") if place and re.fullmatch(_CLOCK, after, re.IGNORECASE) else None


def _parted(line: str) -> tuple[dt.date, str, str] | None:
    """The first full date of a line, what stands before it and what after."""
    if not (found := find_full_date(line)):
        return None
    date, start, end = found
    return date, line[:start], line[end:]


def _date_alone(line: str) -> Dated | None:
    """The date of a line that holds nothing else but a weekday, a time of day, the page and labels."""
    if len(line) > _LINE or not (parts := _parted(line)):
        return None
    date, before, after = parts
    opening = re.fullmatch(rf"\W*(?P<label>{_LABEL})?(?:{_WEEKDAY}[,\s]*|{_HOUR}(?: on)? )?", before, re.IGNORECASE)
    if opening and re.fullmatch(rf"{_CLOCK}(?:; [A-Z]?\d+|{_LABEL}.*)?", after, re.IGNORECASE):
        return Dated(date, "day", "date line")
    return Dated(date, "day", "labelled date") if opening and opening["label"] else None


def _labelled_date(line: str) -> Dated | None:
    """The date of a line that begins with a label and goes on with names: "Posted by Jane Doe on March 3, 2019"."""
    opening = re.match(rf"\W*{_LABEL}", line, re.IGNORECASE)
    if not opening or len(line) > _LINE or not (parts := _parted(line)):
        return None
    date, before, after = parts
    if re.match(r",\s+(?!at\b)[a-z]", after):  # "Released by NASA on 3 May 2009, the images show ..."
        return None
    between = before[opening.end() :]
    return None if _SMALL.search(re.sub(r"\b(?:online|the)\b", "", between)) else Dated(date, "day", "labelled date")


def _date_apart(line: str) -> Dated | None:
    """The date that opens a paragraph before a dash, or that a line sets off from the few other words on it.

    "Dublin correspondent, Tuesday 16 November 2010 21.10 GMT", "17 September 2015, Almaty".
    """
    if not (parts := _parted(line)):
        return None
    date, before, after = parts
    if not before and _BEFORE_TEXT.match(after) and len(line) > _CHARACTERS:
        return Dated(date, "day", "dateline")
    words = len(re.findall(r"[^\W\d_]+", before + after))
    if words > _WORDS or len(before + after) > _CHARACTERS or _OTHER.search(line) or full_date(after):
        return None
    # A sentence goes on behind its date, or ends there.
    goes_on = before and _SMALL.search(re.sub(r"\([^)]*\)?", "", after))
    if goes_on or (after.endswith((".", "!", "?")) and _SMALL.search(before)):
        return None
    opening = re.fullmatch(rf"(?:.*{_APART}\s*(?:{_WEEKDAY}[,\s]*)?)?", before)
    if opening and re.fullmatch(rf"{_CLOCK}(?:{_APART}.*)?", after, re.IGNORECASE):
        return Dated(date, "day", "date line")
    return None


def _tells_of_later(lines: Sequence[str], year: int) -> bool:
    """Whether the text names a later year than this as one that has come."""
    later = ((line, item) for line in lines for item in expressions(line, None) if item.date.day.year > year)
    return any(not is_ahead(line[max(0, item.start - _BEFORE_YEAR) : item.start]) for line, item in later)
