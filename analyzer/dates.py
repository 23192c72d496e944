"""The day an article was published and the day of what a sentence reports, each with how it was found."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analyzer.formats import row_of_path
from analyzer.records import PRECISIONS, Article, Dated, Sentence, SentenceKind
from analyzer.timex import (
    DAY,
    DAY_NAMES,
    EXPRESSION,
    SAID,
    YEAR,
    Timex,
    calendar_day,
    expressions,
    full_date,
    is_ahead,
    month_number,
)

CARRY_DAYS = 10  # a day named in the lead that is older than this is background, not the news

# The article


_WEEKDAY = rf"(?:{DAY}|(?:Mon|Tues?|Wed|Thu(?:rs)?|Fri|Sat|Sun)\b\.?)"
_LABEL = (
    r"(?:this (?:article|story) was )?(?:page )?(?:first |last |latest )?"
    r"(?:published|updated?|posted|modified|date[d]?|issued|released|filed)(?: (?:on|at|in))?\b[:\s]*"
)
_PLACE = re.compile(r"[A-ZÀ-Þ][A-ZÀ-Þ .'’/-]{2,}(?:, [A-ZÀ-Þ][\w.]+(?: [A-ZÀ-Þ][\w.]+)?)?(?:,| ?[(–—-]| --)+ ?")
_TOWN = re.compile(r"[A-ZÀ-Þ][\w.'’-]+(?: [A-ZÀ-Þ][\w.'’-]+){0,2}, (?:[A-ZÀ-Þ][\w.]+, )?(?=[\dA-Z])")
_PLACE_OR_AGENCY = re.compile(r"[A-ZÀ-Þ .'’/-]{3,}[,(]|[A-ZÀ-Þ][\w .'’-]+[,(].*\([A-Z]")
_CLOCK = r"[\s,|–—·-]*(?:at )?(?:\d\d?[:.]\d\d(?::\d\d)?)?\s*(?:[ap]\.?m\.?)?\s*(?:[A-Z]{2,4}\b)?[\s.|)]*"
_APART = r"[,;.|·/()–—-]"  # what sets a date off from the other words of its line
_SHORT = 60  # characters of such a line, without its date
_FEW_WORDS = 7  # beside the date, on a line that is no sentence
_SMALL = re.compile(r"\b[a-zß-ÿ]{3,}")  # a word as a sentence has them


def article_date(article: Article) -> Dated | None:
    """The day an article was published, or None: never guessed from what its sentences tell.

    In this order: metadata; a date stamp, dateline, byline or line with a date and little else among the first lines;
    such a line or a labelled date ("Published: ...") in the last lines; a dateline without its year, where the article
    leaves no doubt which it is; a date in the address; an ISO date in the file's name.
    """
    lines = [line.strip() for line in article.text.split("\n") if line.strip()]
    if article.published is not None:
        return _refined(article.published, lines)
    for line in lines[:8]:
        if found := _line_date(line):
            return found
    for line in lines[-3:]:
        if found := _date_line(line.strip("*_[]() ")):
            return found
    outside = _web_address(article) or _file_name(article)
    return _yearless_date(lines, outside) or outside


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
        agrees = dateline.weekday == date.weekday() or (ahead and item.date.day > date) or _dates_words(text, item)
        if agrees and not _ANNIVERSARY.search(sentence):
            told.setdefault(date, words)
    if len(told) != 1 or max(years, default=0) > max(told).year:
        return None
    [(date, words)] = told.items()
    return Dated(date, "day", f"dateline, its year from '{words}'")


def _line_date(line: str) -> Dated | None:
    """The date of a line among the first, if the line's form says that it is the article's."""
    line = line.strip("*_[]() ")  # a line set in italics or brackets
    if stamp := re.match(rf"(?:date\s+)?({YEAR}-\d\d-\d\d)(?![\d-])", line, re.IGNORECASE):
        date = full_date(stamp.group(1))
        return Dated(date, "day", "date stamp") if date else None
    # A dateline with the date right behind the place, whatever stands between and after them.
    opening = _PLACE.match(line) or _TOWN.match(line)
    if opening and (found := EXPRESSION.match(line, opening.end())):
        date = full_date(found.group())
        if date and re.match(r"\W{0,3}(?:\([\w /.]+\))?\s*(?:--?|–|—|[.:])\s+[A-ZÀ-Þ\"“‘]", line[found.end() :]):
            return Dated(date, "day", "dateline")
    # A dateline: place in capitals or an agency in brackets, then the date, then a dash.
    head = re.match(r"(?P<place>[A-ZÀ-Þ][^–—|]{2,70}?)\s*(?:--?|–|—)\s+\S", line)
    if head and len(line) > 60 and _PLACE_OR_AGENCY.match(head.group("place")):
        date = full_date(head.group("place"))
        return Dated(date, "day", "dateline") if date else None
    # The date, then a dash, with the place between them or without one.
    if (found := EXPRESSION.match(line)) and (date := full_date(found.group())):
        text = r"\)?(?:,? [A-ZÀ-Þ][A-ZÀ-Þ .'’/-]+)?(?: ?(?:--|–|—) ?| - )[A-ZÀ-Þ\"“‘]"
        if len(line) > _SHORT and re.match(text, line[found.end() :]):
            return Dated(date, "day", "dateline")
    return _date_line(line)


def _date_line(line: str) -> Dated | None:
    """The date of a line that holds a date and little else, or a label or names with it."""
    if len(line) > 140 or not (date := full_date(line)):
        return None
    found = next(match for match in EXPRESSION.finditer(line) if full_date(match.group()))
    before, after = line[: found.start()], line[found.end() :]
    labelled = re.fullmatch(rf"\W*(?:{_LABEL})?(?:{_WEEKDAY}[,\s]*)?", before, re.IGNORECASE)
    if labelled and re.fullmatch(_CLOCK, after, re.IGNORECASE):
        return Dated(date, "day", "date line")
    if labelled and re.match(rf"\W*{_LABEL}", before, re.IGNORECASE):
        return Dated(date, "day", "labelled date")
    # "By Jane Doe — June 21, 2019", "Housing | 19 January 2023 | by Nils Aker".
    byline = re.match(r"(?:by|from|text|words|story)[: ]", line, re.IGNORECASE) or " | " in line or " · " in line
    if byline and not line.endswith((".", "?", "!")):
        return Dated(date, "day", "byline")
    return Dated(date, "day", "date line") if _stands_apart(before, after) else None


def _stands_apart(before: str, after: str) -> bool:
    """Whether a date is set off from the few words before and after it on its line, as no sentence does.

    "Dublin correspondent, Tuesday 16 November 2010 21.10 GMT", "10 December 2010 Last updated at 09:40". What a picture
    shows may be of any year.
    """
    if re.match(r"(?:file |archive )?(?:ph|f)oto|(?:picture|image|pic|credit)\b", before, re.IGNORECASE):
        return False
    if len(before) + len(after) > _SHORT or len(re.findall(r"[^\W\d_]+", before + after)) > _FEW_WORDS:
        return False
    goes_on = before and _SMALL.search(re.sub(r"\([^)]*\)?", "", after))
    if goes_on or (after.endswith((".", "!", "?")) and _SMALL.search(before)):
        return False
    before = re.sub(rf"{_WEEKDAY}[,\s]*$|(?<=\d)\s*(?:[ap]\.?m\.?|[A-Z]{{2,4}})? on $", "", before.lstrip())
    set_off = re.fullmatch(rf"(?:.*{_APART}\s*|[\d:. ]*)", before) is not None
    return set_off and re.fullmatch(rf"{_CLOCK}(?:{_APART}.*|{_LABEL}.*)?", after, re.IGNORECASE) is not None


# The event


# A date after these is no day on which something was done: "until 1 August", "the vote promised for September".
_DEADLINE = re.compile(
    r"\b(?:until|till|due(?: (?:in|on|by))?|(?:promised|scheduled|planned|slated|set) for)(?: the end of)?\s+$",
    re.IGNORECASE,
)
_SINCE = re.compile(
    r"\b(?:since|from|(?:as|than|like|used) in)\b(?: (?:early|late|mid|the))?[ -][\w ]*$", re.IGNORECASE
)
# What is under way, or true to this day, is no older than its report: "has massed troops", "is building".
_CURRENT = re.compile(r"\b(?:has|have|is|are|remains?|continues?)\b|['’](?:s|re|ve) \w+(?:ed|ing|en)\b", re.IGNORECASE)
_BEFORE = 8  # characters before a claim in which its auxiliary may stand
_ASIDE = re.compile(r", (?:who|whose|which|where|whom)\b[^,;]*")


def event_date(
    article_date: Dated | None, sentence_text: str, start: int, end: int, *, spoken: bool = False
) -> Dated | None:
    """The date of what ``sentence_text[start:end]`` reports, or None when the sentence names none.

    An expression within the span wins over one elsewhere in the sentence, the finer over the coarser, the earlier over
    the later; elsewhere the nearest day counts, but none that lies ahead, and a year only for what is past. What stands
    in a clause beside ("X, who took over in 2022, left") dates that clause alone. With ``spoken`` the date is that of
    the words themselves, not of what they promise: only an expression beside a verb of saying counts. A bare weekday is
    the last such day up to the article's, after a cue for the future the next one. Relative expressions need the
    article's date to the day. ``how`` quotes the expression and ends in "(ahead)" when the date lies after the
    article's.
    """
    day = article_date.day if article_date is not None and article_date.precision == "day" else None
    found = expressions(sentence_text, day)
    if spoken:
        found = tuple(item for item in found if _dates_words(sentence_text, item))
    else:
        aside = [(c.start(), c.end()) for c in _ASIDE.finditer(sentence_text) if not c.start() < start < c.end()]
        found = tuple(item for item in found if not any(a < item.start < b for a, b in aside))
        found = tuple(item for item in found if not _DEADLINE.search(sentence_text, 0, item.start))
    inside = [item for item in found if start <= item.start < end]
    if inside:
        return min(inside, key=lambda item: (_coarse(item), item.start)).date
    current = spoken or _CURRENT.search(sentence_text, max(0, start - _BEFORE), end) is not None
    outside = [item for item in found if not (item.ahead or _background(sentence_text, item, current))]
    if not outside:
        return None
    return min(outside, key=lambda item: (_coarse(item), max(start - item.end, item.start - end))).date


def _background(text: str, item: Timex, current: bool) -> bool:
    """Whether a year in another clause than the act's is background; never one that the sentence opens with.

    It is to an act that goes on (``current``), and where the words around it say since when, or as when.
    """
    if item.date.precision != "year" or item.start < 4:
        return False
    return current or _SINCE.search(text, max(0, item.start - 12), item.end) is not None


def _dates_words(text: str, item: Timex) -> bool:
    """Whether an expression stands beside a verb of saying, outside quotation marks, and not ahead."""
    before, after = text[: item.start], text[item.end :]
    if item.ahead or before.count("“") > before.count("”") or before.count('"') % 2:
        return False
    if re.search(r"\b(?:by|until|till|since|from|before|after)\W*$", before, re.IGNORECASE):
        return False
    following = rf"\W*(?:\w+ )?(?:has |had |have |again |also |once )*{SAID}\b"
    opening = r"(?:(?:only|back|just|as late as|already|before that),? )*(?:(?:on|in|late|early) )*$"
    return bool(
        re.search(rf"\b{SAID}\b(?:[\s,]+(?!that\b|it\b|he\b|she\b|they\b)[\w’']+){{0,4}}[\s,]*$", before, re.IGNORECASE)
        or re.match(following, after, re.IGNORECASE)
        or (re.fullmatch(opening, before, re.IGNORECASE) and re.search(rf"\b{SAID}\b", after[:80], re.IGNORECASE))
    )


def _coarse(item: Timex) -> int:
    """0 for a day; more for each coarser precision."""
    return PRECISIONS.index(item.date.precision)


def age(done: Dated | None, told: Dated | None) -> int:
    """Days from the last day on which something may have been done to the day that told of it; 0 for unknown days."""
    return max(0, (told.day - done.last).days) if done and told else 0


def carried_date(
    article_date: Dated | None, article: Article, sentences: Sequence[Sentence], index: int
) -> Dated | None:
    """The day a sentence without a time expression takes over from its story: for reported acts, not for words.

    News names the day once and goes on: the nearest earlier sentence of the same paragraph that names a day, else
    the first two sentences of running text. Only days in the last CARRY_DAYS up to the article's count.
    """
    if article_date is None or article_date.precision != "day":
        return None
    earlier = []
    for sentence in reversed(sentences[max(0, index - 4) : index]):
        if "\n" in article.text[sentence.end : sentences[index].start]:
            break
        earlier.append((sentence, "the sentence before" if sentence.index == index - 1 else "the paragraph"))
    lead = (sentence for sentence in sentences if sentence.kind is SentenceKind.TEXT)
    earlier += [(sentence, "the lead") for sentence, _ in zip(lead, range(2), strict=False) if sentence.index < index]
    for sentence, place in earlier:
        text = article.text[sentence.start : sentence.end]
        found = event_date(article_date, text, 0, len(text))
        if found and found.precision == "day" and 0 <= (article_date.day - found.day).days <= CARRY_DAYS:
            return Dated(found.day, "day", f"{found.how}, from {place}")
    return None
