"""The day an article was published and the day of what a sentence reports, each with how it was found."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice

from analyzer.counted import Distance, at_end, at_head, beside, shifted
from analyzer.dateline import prefix_length
from analyzer.formats import row_of_path
from analyzer.records import PRECISIONS, Article, Dated, Sentence, SentenceKind
from analyzer.speech import QUOTED
from analyzer.timex import (
    DAY,
    DAY_NAMES,
    EXPRESSION,
    MONTH,
    SAID,
    YEAR,
    Timex,
    calendar_day,
    expressions,
    find_full_date,
    full_date,
    has_past,
    is_ahead,
    month_number,
    tells_past,
)

_COUNTED_FROM = 3  # sentences back from one that begins "Five days later"
# A sentence in which whoever spoke before goes on: "He added ...", "“...,” she said".
_GOES_ON = re.compile(
    r"\W*(?:he|she|it|they)\b|.*?(?:\b(?:he|she|it|they) (?:\w+ )?(?:said|says|added|adds|told|insisted|promised)\b"
    r"|[“\"‘]|\badd(?:ed|s)\b)",
    re.IGNORECASE | re.DOTALL,
)
CARRY_DAYS = 10  # a day named in the lead that is older than this is background, not the news

# The article


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
        agrees = dateline.weekday == date.weekday() or (ahead and item.date.day > date) or _dates_words(text, item)
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


# The event


# A date after these is no day on which something was done: "until 1 August", "the vote promised for September".
_DEADLINE = re.compile(
    r"\b(?:until|till|due(?: (?:in|on|by))?|(?:promised|scheduled|planned|slated|set) for)\b"
    r"(?: the(?: end of)?| early| late)?\s*$",
    re.IGNORECASE,
)
# "A vote is scheduled for 30 January": what is told is the vote.
_SET_FOR = re.compile(
    r"(?<!\bthat )(?<!\bwhich )\b(?:is|are|ha(?:s|ve) been)(?: now| \w+ly)? (?:scheduled|planned|slated|set) for"
    r"(?: early| late)?\s*$",
    re.IGNORECASE,
)
# "letters that told them to leave by the end of March", "a programme to halve costs by 2014"; it is no aim that power
# "was restored to towns by Friday".
_BY = r"by(?: the)?(?: (?:end|middle|start|beginning) of)?\s*$"
_NO_AIM = (
    r"(?:return|restor|mov|deliver|transferr|spread|extend|evacuat|promot|add)(?:ed|ing)?|[bs]rought|sent|taken|w[eo]nt"
    r"|gone|back|up|down|close|access|rose|risen|fell|fallen|grown|shrunk|given|sold|handed|home|managed|began|started"
    r"|continued|helped|seem\w*|appear\w*"
)
_AIM = re.compile(
    rf"\b(?:(?:tell|told|order|ask|urg|instruct|requir|oblig|warn|demand)\w*\b[^.;]* to (?:\w+ ){{1,7}}"
    rf"|(?!(?:{_NO_AIM}) )[\w’'-]+,? to (?!(?:have|the|an?|his|her|its|their|it|him|them|us|most|many|all|some|both"
    rf"|this|that|these|those|every|each|any|about|around|almost|nearly|roughly|just|only|under|over|below|above"
    rf"|less|more|fewer|at|within|near|zero|one|two|three|ten|\w+[^s\W]s)\b)(?-i:[a-z]+) [^,;]+ ){_BY}",
    re.IGNORECASE,
)
_LONGEST = 60  # characters of an expression, at most
_BY_WHEN = re.compile(_BY, re.IGNORECASE)
_REACH = 250  # characters before an expression within which what it belongs to stands
_AIMED = re.compile(rf"\b(?:will|would|shall|should|can|could|may|might|must)\b[^,;]* {_BY}", re.IGNORECASE)
_BY_MONTH = re.compile(r"by ", re.IGNORECASE)  # within the expression
# "lent it until 2023", "has suspended exports until December"; what "ran until August" is dated by that.
_LIMIT = re.compile(r"(?:until|till|through|before)\b", re.IGNORECASE)  # within the expression
_LIMITED = re.compile(r"\b(?:has|have|is|are) [^,;]*$", re.IGNORECASE)
# "cancelled the vote of 10 September", "Friday's talks were put off": the day is that of what is called off.
_OFF = (
    r"(?:cancel(?:s|l?ed|l?ing)?|postpon(?:es?|ed|ing)|(?:break|broke|call|put)\w* off|scrap(?:s|ped|ping)?"
    r"|delay(?:ed|ing)|defer(?:s|red|ring)?|shelv(?:es?|ed|ing)|reschedul(?:es?|ed|ing)|mov(?:ed|ing)|(?<=to )move"
    r"|suspend(?:s|ed|ing)?|abandon(?:s|ed|ing)?)"
)
_CALLED_OFF = re.compile(rf"\b{_OFF}(?: (?!(?:on|in|at|after|during)\b)[\w’'-]+){{0,5}}\s*$", re.IGNORECASE)
_IS_OFF = re.compile(rf"['’]s (?:[\w’'-]+ ){{1,5}}(?:was|were|is|are|been|being) {_OFF}\b", re.IGNORECASE)
_OF = re.compile(
    r"\b(?:(?<!as )(?<!end )(?<!start )(?<!beginning )(?<!middle )(?<!week )(?<!half )of|to)\s*$", re.IGNORECASE
)
_THE = re.compile(r"\b(?:the|an?|its|his|her|their)\s*$", re.IGNORECASE)
_FOR = re.compile(rf"\bfor\b(?: the(?: end of)?)?(?: {DAY},?)?\s*$", re.IGNORECASE)
_FOR_MONTH = re.compile(r"for\b", re.IGNORECASE)  # within the expression
_SINCE = re.compile(
    r"\b(?:since|from|(?:as|than|like|used) in)\b(?: (?:early|late|mid|the))?[ -][\w ]*$", re.IGNORECASE
)
# Between a verb of saying and the day of the words, "told a meeting of the county's health committee on Tuesday"; a
# coarser date so far off belongs to what is told.
_SAID_ON = re.compile(rf"\b{SAID}\b(?:[\s,]+(?!that\b|it\b|he\b|she\b|they\b)[\w’']+){{0,4}}[\s,]*$", re.IGNORECASE)
_TOLD_ON = re.compile(
    r"\b(?:told|tells|telling|inform(?:ed|s)|assured)\b"
    r"(?:[\s,]+(?!(?:that|it|he|she|they|to|whose|which|who|no|not|nobody|nothing|was|were|had|has|have|is|are|will|would)\b)"
    r"[\w’'-]+){0,14}[\s,]*$",
    re.IGNORECASE,
)
# Before or behind a date of words: "since Monday" dates none; "On Monday the board said", "Monday again said".
_UP_TO = re.compile(r"\b(?:by|until|till|since|from|before|after|through)\W*$", re.IGNORECASE)
_UP_TO_MONTH = re.compile(r"(?:by|until|till|before|after|through) ", re.IGNORECASE)  # within the expression
_OPENS = re.compile(
    r"(?:(?:only|back|just|as (?:late|recently) as|already|before that|(?:less|more) than|nearly|almost|barely|about"
    r"|over),? )*(?:(?:on|in|late|early|the) )*$",
    re.IGNORECASE,
)
_THEN_SAID = re.compile(rf"\W*(?:\w+ )?(?:has |had |have |again |also |once )*{SAID}\b", re.IGNORECASE)
# What is under way, or true to this day, is no older than its report: "has massed troops", "is building".
_CURRENT = re.compile(r"\b(?:has|have|is|are|remains?|continues?)\b|['’](?:s|re|ve) \w+(?:ed|ing|en)\b", re.IGNORECASE)
# A sentence that recalls what was said on a day it does not name: "she had told MPs then", "X said at the time".
_RECALLED = re.compile(
    rf"\b{SAID} then\b|\b(?:once|previously|formerly) {SAID}\b"
    r"|(?<!\bbefore )(?<!\buntil )(?<!\bby )(?<!\bsince )\bthen\b(?=\W*(?:$|[.,;])| that\b)"
    r"|\bat the time\b(?! of)|^\W*(?:[\w-]+ ){0,3}(?:days?|weeks?|months?|years?) (?:before|earlier|later)\b"
    r"|\b(?:that|same|very) (?:day|evening|morning|night|week|month|year|afternoon|summer|winter|spring|autumn)\b",
    re.IGNORECASE,
)
# A verb of saying in the past perfect, if none stands over it: "said it had informed" tells what was done.
_HAD_SAID = re.compile(
    rf"\bhad (?!not\b|never\b)(?:(?!been\b)\w+ ){{0,2}}"
    rf"(?!(?:been|address|briefing|call|conference|interview|speech|statement)\b){SAID}\b",
    re.IGNORECASE,
)
_SAYING = re.compile(rf"\b{SAID}\b", re.IGNORECASE)
_JUST_SAID = re.compile(rf"\b{SAID} $", re.IGNORECASE)
# "When the police came last November, his lawyer assured everybody that ..."
_WHEN = re.compile(r"\W*(?:when|while|as) [^,;.“\"]*", re.IGNORECASE)
_WHEN_SAID = re.compile(rf",(?: (?!who|which|where|whose)[\w’'-]+){{1,6}}? (?:has |had |also )?{SAID}\b", re.IGNORECASE)
# "said it would cut 300 jobs in a statement on Monday"
_IN_WORDS = re.compile(
    r"\b(?:at|in) an? (?:[\w’'-]+ )?(?:statement|interview|speech|briefing|address|letter|post|tweet|news conference)"
    r"(?: issued| released)?(?: on| late| early)*\s*$",
    re.IGNORECASE,
)
# A verb of what is said: what comes behind it tells nothing of the saying. "had promised to let them pass" has none.
_OWN_VERB = re.compile(
    r"\b(?:will|would|shall|should|can|could|may|might|must|ha[sd]|have|is|are|was|were|d(?:o|oes|id)|not|never)\b"
)
# A verb of what goes on at the time of its report: "is building", "has been selling", "were still shelling it".
_ITS_SUBJECT = r"(?<!\bthat )(?<!\bwhich )(?<!\bwho )"
_IS_DOING = r"(?:\b(?:is|are)|[’']re)(?: now| still| also| \w+ly)* (?:\w+ing|still)\b"
_GOING_ON = re.compile(
    rf"{_ITS_SUBJECT}(?:{_IS_DOING}|\b(?:has|have) been(?: \w+ly)* \w+ing\b|\b(?:was|were) still \w+ing\b)"
)
_REMAINS = r"(?<!\bthe )(?<!\bhuman )(?<!\bhis )(?<!\bher )(?<!\btheir )(?<!\bits )\bremains?\b(?! of\b)"
# A verb of the present, or of what lasts to it: no day that is over can be its own, unless since then.
_NOW = re.compile(rf"{_ITS_SUBJECT}(?:\b(?:has|have)\b(?! to\b)|[’']ve\b|{_IS_DOING}|{_REMAINS}|\bcontinues?\b)")
_NOT_ITS_OWN = re.compile(
    rf"[;:]|, (?:and|but|so|then)\b|[,”\"] [^,]*\b{SAID}\b|\band(?: (?:in|on|by|late|early|the))*\s*$", re.IGNORECASE
)
# Behind "has signed" a day is that of something else only if a word leads to that: "a ship that spilled oil in July".
_PERFECT = re.compile(r"ha[sv]|[’']ve")
_LEADS_ON = re.compile(
    r"\b(?:that|which|who|whose|whom|when|where|after|before|over|for|as)\b|[^\W\d_]+ (?:it|he|she|they)\b",
    re.IGNORECASE,
)
_SINCE_THEN = re.compile(r"\b(?:since|from|as (?:of|in))\b[^,;]*$", re.IGNORECASE)
# What was done "later" than a day long past was done on a day that is not known.
_LATER = re.compile(
    r"(?<!\bhour )(?<!\bhours )(?<!\bminute )(?<!\bminutes )\b(?:later|subsequently|afterwards?|eventually)\b"
    r"(?! (?:this|than)\b)",
    re.IGNORECASE,
)
# "refused to pay and on Friday sued": a time between "and" and the next verb, or its subject, is that of the verb.
_AND = re.compile(r"(?:,? and|, but)(?:,| then| later)?(?: on| in| at| late| early| the)*\s*$", re.IGNORECASE)
_NEXT_WORD = re.compile(r",? (?:\w+ly )?([\w’'-]+)")
_SUBJECT = re.compile(r"(?:the|an?|its|his|her|their|he|she|it|they|we|police|troops)\b|[A-ZÀ-Þ0-9]")
# "shelled the plant built in 1984", "under a law passed in May": a participle behind its noun is dated, not the act.
_DONE = (
    r"(?:(?!need|exceed|hundred)[a-z]{2,}ed|built|bought|brought|sold|held|made|taken|won|lost|begun|drawn|written|sent"
    r"|given|shot|struck|seen|laid|put|set)(?: up| off| out| down| over| back| there)?"
)
_NOUN = r"(?:(?:the|an?|its|his|her|their|these|those|this|that|some|\d[\d,.]*)\b)"
_NO_NOUN = (
    r"(?!(?:of|to|in|on|at|by|for|from|with|and|or|but|as|that|which|who|whom|whose|was|were|is|are|be|been|being|had|has"
    r"|have|not|never|it|he|she|they|after|before|when|while|if|because|until|since|than|also|then|later|\w+ly)\b)"
)
_PARTICIPLE = re.compile(
    rf"(?P<lead>[\w’'-]+) {_NOUN}(?: {_NO_NOUN}[\w’'-]+){{1,4}} {_DONE}"
    r"(?P<by> (?:of|by|to|with|in|at|from|for|against)(?: [\w’'-]+){1,4})?(?: (?:on|late|early|only|the|back))*\s*$",
    re.IGNORECASE,
)
_SUBORDINATE = re.compile(r"\b(?:after|as|because|before|once|since|when|while)\b[^,;]*$", re.IGNORECASE)
_PREPOSITION = re.compile(
    r"(?:of|to|in|on|at|by|for|from|with|under|against|over|into|through|about|near|inside|outside|across|despite)$",
    re.IGNORECASE,
)
_NO_PARTICIPLE = re.compile(
    rf"{SAID}|had|has|have|got|saw|left|ordered|show(?:ed|n)|found|reveal\w+|believ\w+|knew|thought|understood|learn(?:ed|t)"
    r"|fear\w+|suggest\w+|indicat\w+|noted|alleg\w+|estimat\w+|determin\w+|discovered|ensured|conclud\w+",
    re.IGNORECASE,
)
_SINCE_WORD = re.compile(r"\bsince\b(?: (?:at least|about|around|early|late|mid|the))*\W*$", re.IGNORECASE)
_LASTING = re.compile(r"\b(?:ha[ds]|have|been|is|are|was|were|\w+ing)\b|['’](?:s|re|ve)\b", re.IGNORECASE)
# "the man who led the revolt in 2014": a year so told.
_RELATIVE = re.compile(r"\w (?:(?:who|which) (?=\w)|that (?=(?:ha[ds]|was|were|\w+ed)\b))[^,;:]*$")
_NOUN_OF = re.compile(rf"\b(?:since|{_DONE})\W*(?:since |on |at )?$", re.IGNORECASE)  # "a company founded in 1998,"
_BEFORE = 8  # characters before a claim in which its auxiliary may stand
_ASIDE = re.compile(r", (?:who|whose|which|where|whom)\b[^,;]*")
# "Norvik, founded in 1998, closed the mine", "Marin, in office since 2009, sent", "shut the mine, opened in 1984."
_APPOSED = re.compile(
    rf", (?:(?:first |\w+ly )?{_DONE}\b|in (?:office|power|charge|command|government|exile|jail|prison)\b"
    rf"|(?P<noun>{_NOUN}))[^,;]*(?P<last>,|$)",
    re.IGNORECASE,
)


def event_date(
    article_date: Dated | None, sentence_text: str, start: int, end: int, *, spoken: bool = False, carried: bool = False
) -> Dated | None:
    """The date of what ``sentence_text[start:end]`` reports, or None when the sentence names none.

    An expression within the span wins over one elsewhere in the sentence, the finer over the coarser, the earlier over
    the later; elsewhere the nearest day counts, but none that lies ahead, and a year only for what is past. What stands
    in a clause beside ("X, who took over in 2022, left") dates that clause alone. Where the words count ("two days
    after police searched it") only what they count from tells the date. With ``spoken`` the date is that of
    the words themselves, not of what they promise: only an expression beside a verb of saying counts. ``carried`` asks
    for the day of the news, which also an expression tells that is none of the act's. A bare weekday is
    the last such day up to the article's, after a cue for the future the next one. Relative expressions need the
    article's date to the day. ``how`` quotes the expression and ends in "(ahead)" when the date lies after the
    article's.
    """
    day = _exact_day(article_date)
    found = expressions(sentence_text, day)
    asides = _asides(sentence_text, start, end)
    found = tuple(item for item in found if not any(a < item.start < b for a, b in asides))
    if spoken:
        said = _told_in(sentence_text, start, end)
        found = tuple(
            item
            for item in found
            if _dates_words(sentence_text, item)
            and (not said < item.start < end or _IN_WORDS.search(sentence_text, 0, item.start))
        )
    else:
        found = tuple(item for item in found if not _is_deadline(sentence_text, item))
        if not carried:
            found = tuple(
                item
                for item in found
                if not _not_of_present(sentence_text, start, end, item, day)
                and not _of_next_verb(sentence_text, start, item)
                and not _of_noun(sentence_text, start, item)
            )
    inside = [item for item in found if start <= item.start < end]
    if inside:
        return min(inside, key=lambda item: (_coarse(item), item.start)).date
    if distance := beside(sentence_text, start) or (None if spoken else at_head(sentence_text, start)):
        counted = _counted_from(expressions(sentence_text[: distance.start], day), distance, day)
        found = tuple(item for item in found if _dates_beside(sentence_text, item, distance.end, start, end))
        if counted or not found:
            return counted
    distance = None if spoken else at_end(sentence_text, start, end)
    if distance and not re.search("[,;]", sentence_text[end : distance.start]):
        told = [
            item for item in expressions(sentence_text[: distance.start], day) if not _is_deadline(sentence_text, item)
        ]
        if told:
            return _counted_from(told, distance, day)
    current = spoken or _CURRENT.search(sentence_text, max(0, start - _BEFORE), end) is not None
    outside = [item for item in found if not (item.ahead or _background(sentence_text, item, current))]
    if not outside:
        return None
    return min(outside, key=lambda item: (_coarse(item), max(start - item.end, item.start - end))).date


def _told_in(text: str, start: int, end: int) -> int:
    """Where in words that a verb of saying introduces their own verb stands: what is behind it dates no saying.

    "said on Monday that it will not accept the ban announced on Sunday"
    """
    verb = _OWN_VERB.search(text, start, end) if _SAYING.search(text, 0, start) else None
    return verb.start() if verb else end


def _exact_day(article_date: Dated | None) -> dt.date | None:
    """The day of an article that is known to the day."""
    return article_date.day if article_date is not None and article_date.precision == "day" else None


def _counted_from(told: Sequence[Timex], distance: Distance, day: dt.date | None) -> Dated | None:
    """The date at a distance from the last of the expressions ``told`` before it, if that has come."""
    if not told or told[-1].ahead:
        return None
    return shifted(told[-1].date, distance, day or dt.date.max)


def _is_deadline(text: str, item: Timex) -> bool:
    """Whether an expression says until or for when something was arranged, not when."""
    if item.ahead and _SET_FOR.search(text, 0, item.start):
        return False
    if _DEADLINE.search(text, 0, item.start) or _is_aim(text, item):
        return True
    if _LIMIT.match(text, item.start) and (item.ahead or _LIMITED.search(text, 0, item.start)):
        return True
    if _of_a_thing(text, item):
        return True
    aimed = _FOR.search(text, 0, item.start) or _FOR_MONTH.match(text, item.start)
    return bool(aimed) and not text.startswith(("'s", "’s"), item.end)  # "arrested for Monday's bombing"


def _is_aim(text: str, item: Timex) -> bool:
    """Whether an expression says by when something is to be done: "a plan to halve costs by 2014".

    After "will" and the like only behind an act of the past: "began a dam that it would finish by June".
    """
    by = _BY_MONTH.match(text, item.start)
    last = by.end() if by else item.start
    first = max(0, last - _REACH)
    if not _BY_WHEN.search(text, first, last):
        return False
    aim = _AIM.search(text, first, last)
    if aim and not has_past(text[aim.start() : last].partition(" to ")[2]):  # "Those told to leave had fled by Friday"
        return True
    aimed = _AIMED.search(text, first, last)
    return aimed is not None and has_past(_SAYING.sub("", text[: aimed.start()])) and not has_past(aimed[0])


def _not_of_present(text: str, start: int, end: int, item: Timex, day: dt.date | None) -> bool:
    """Whether a time that is over is none of the act's, whose own verb tells of the present.

    It stands behind the verb ("has arrested the captain of a ship that spilled oil in July", "is closing sites after
    losing money in 2019") or, if no day, beside the act ("ended the contract in January and has since deleted it").
    """
    inside = start <= item.start < end
    if item.ahead or day is None or item.date.last >= day or not (inside or item.date.precision != "day"):
        return False
    if _SINCE_THEN.search(text, start if inside else 0, item.end):
        return False
    first, last = (start, item.start) if inside else (max(0, start - _BEFORE), end)
    verb = _NOW.search(text[first:last])
    if verb is None or has_past(text[start : first + verb.start()]):
        return False
    if not inside:
        return True
    rest = first + verb.end()
    if _PERFECT.match(verb[0]) and _LEADS_ON.search(text, rest, item.start) is None:
        return False  # "Police have arrested a man on Sunday"
    return _NOT_ITS_OWN.search(text, rest, item.start) is None


def _of_next_verb(text: str, start: int, item: Timex) -> bool:
    """Whether an expression belongs to a verb behind "and": "The firm refused to pay and on Friday sued"."""
    lead = _AND.search(text, max(start, item.start - _REACH), item.start)
    word = _NEXT_WORD.match(text, item.end)
    if lead is None or word is None or not tells_past(text[start : lead.start()]):
        return False
    if any(
        other.end() == lead.start()
        for other in EXPRESSION.finditer(text, max(start, lead.start() - _LONGEST), lead.start())
    ):
        return False  # "on Monday and on Tuesday the army shelled the town"
    return tells_past(word[1]) or _SUBJECT.match(word[1]) is not None


def _of_noun(text: str, start: int, item: Timex) -> bool:
    """Whether an expression dates what is told of a noun: "shelled the plant built in 1984"."""
    if item.date.precision == "day":  # "suspended the doctor involved on Tuesday"
        return False
    if _since_when(text, start, item):
        return True
    near = max(start, item.start - _REACH)
    told = _PARTICIPLE.search(text, near, item.start)
    if told and (told["by"] is None or item.date.precision == "year") and not _NO_PARTICIPLE.fullmatch(told["lead"]):
        before = text[start : told.start("lead")]
        if _SUBORDINATE.search(before):  # "after the number of cases in the capital doubled in May": a verb
            return False
        clause = re.split(r"[,;:—]", before)[-1]
        if tells_past(told["lead"]) or (_PREPOSITION.match(told["lead"]) and tells_past(clause)):
            return True
    relative = _RELATIVE.search(text, near, item.start) if item.date.precision == "year" else None
    return relative is not None and tells_past(text[start : relative.start() + 1])


def _since_when(text: str, start: int, item: Timex) -> bool:
    """Whether an expression behind a verb of the past says since when: "shelled the city held since 2014"."""
    since = _SINCE_WORD.search(text, max(start, item.start - _REACH), item.start)
    if since is None and not text[item.start : item.end].lower().startswith("since"):
        return False
    first = since.start() if since else item.start
    return tells_past(text[start:first]) and _LASTING.search(text, max(0, start - _BEFORE), first) is None


def _goes_on(text: str, start: int, end: int) -> bool:
    """Whether an act is told as still going on, so that no day named before is its own."""
    verb = _GOING_ON.search(text, max(0, start - _BEFORE), end)
    before = text[start : verb.start()] if verb else '"'
    return not has_past(before) and not re.search(r'["“]', before)


def _of_a_thing(text: str, item: Timex) -> bool:
    """Whether an expression is that of a thing which is yet to be, or is called off: "cancelled next week's summit"."""
    owns = text.startswith(("'s", "’s"), item.end)
    of = (
        owns
        or text[item.start : item.end].lower().startswith(("of ", "to "))
        or _OF.search(text, 0, item.start) is not None
    )
    if of and item.ahead and not is_ahead(text[: item.start]):
        return True
    of = of or (_THE.search(text, 0, item.start) is not None and re.match(r" [a-z]", text[item.end :]) is not None)
    return (of and _CALLED_OFF.search(text, 0, item.start) is not None) or _IS_OFF.match(text, item.end) is not None


def _dates_beside(text: str, item: Timex, words_end: int, start: int, end: int) -> bool:
    """Whether an expression behind words that count dates the act all the same: "The next day, on 5 May, ..."."""
    before = item.end <= start
    between = text[item.end : start] if before else text[end : item.start]
    exact = item.date.precision == "day" or (before and item.date.precision == "month")
    return item.start >= words_end and exact and not re.search(r", and\b|;", between)


def _background(text: str, item: Timex, current: bool) -> bool:
    """Whether a year in another clause than the act's is background; never one that the sentence opens with.

    It is to an act that goes on (``current``), and where the words around it say since when, or as when.
    """
    if item.date.precision != "year" or item.start < 4:
        return False
    if _JUST_SAID.search(text, 0, item.start) or _when_said(text, item):
        return False
    return current or _SINCE.search(text, max(0, item.start - 12), item.end) is not None


def _dates_words(text: str, item: Timex) -> bool:
    """Whether an expression stands beside a verb of saying, outside quotation marks, and not ahead."""
    before, after = text[: item.start], text[item.end :]
    if item.ahead or before.count("“") > before.count("”") or before.count('"') % 2:
        return False
    if _UP_TO.search(before) or _UP_TO_MONTH.match(text, item.start):
        return False
    return bool(
        (item.date.precision == "day" and _TOLD_ON.search(before))
        or _SAID_ON.search(before)
        or _THEN_SAID.match(after)
        or _when_said(text, item)
        or (_OPENS.fullmatch(before) and _SAYING.search(after[:80]))
    )


def _when_said(text: str, item: Timex) -> bool:
    """Whether an expression tells when words fell: "When it took over in 2014, it promised that ..."."""
    return bool(_WHEN.fullmatch(text, 0, item.start) and _WHEN_SAID.match(text, item.end))


def _coarse(item: Timex) -> int:
    """0 for a day; more for each coarser precision."""
    return PRECISIONS.index(item.date.precision)


def age(done: Dated | None, told: Dated | None) -> int:
    """Days from the last day on which something may have been done to the day that told of it.

    0 where a day is not known, and for what has gone on since its date.
    """
    if done is None or told is None or done.how.lower().startswith("'since "):
        return 0
    return max(0, (told.day - done.last).days)


def carried_date(
    article_date: Dated | None, article: Article, sentences: Sequence[Sentence], index: int
) -> Dated | None:
    """The day a sentence without a time expression takes over from its story: for reported acts, not for words.

    News names the day once and goes on: the nearest earlier sentence of the same paragraph that names a day, else
    the first two sentences of running text. Only days in the last CARRY_DAYS up to the article's count.
    """
    day = _exact_day(article_date)
    if day is None:
        return None
    earlier = [
        (sentence, "the sentence before" if sentence.index == index - 1 else "the paragraph")
        for sentence in _paragraph_before(article, sentences, index)
    ]
    lead = (sentence for sentence in sentences if sentence.kind is SentenceKind.TEXT)
    earlier += [(sentence, "the lead") for sentence, _ in zip(lead, range(2), strict=False) if sentence.index < index]
    for sentence, place in earlier:
        text = article.text[sentence.start : sentence.end]
        found = event_date(article_date, text, 0, len(text), carried=True)
        if found and found.precision == "day" and 0 <= (day - found.day).days <= CARRY_DAYS:
            return Dated(found.day, "day", f"{found.how}, from {place}")
    return None


def _asides(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Clauses beside ("X, who took over in 2022, left") than that of the claim at ``start:end``.

    A claim that goes no further than words set between commas ("The truce, signed in May") is about these.
    """
    apposed = (clause for clause in _APPOSED.finditer(text) if _is_apposed(text, clause))
    beside = (clause for clause in apposed if end > clause.end() or tells_past(text[start : clause.start()]))
    clauses = [clause.span() for clause in (*_ASIDE.finditer(text), *beside)]
    return [(first, last) for first, last in clauses if not first < start < last]


def _is_apposed(text: str, clause: re.Match[str]) -> bool:
    """Whether words between commas only tell of the noun before them, since when or as of when."""
    last = max(EXPRESSION.finditer(text, clause.start(), clause.end()), key=lambda item: item.end(), default=None)
    if last is None or re.search(r"\w", text[last.end() : clause.end()]):
        return False
    if not clause["last"]:
        alone = clause["noun"] is None and "," not in text[: clause.start()]
        return alone and last["dmy_"] is last["mdy_"] is last["day_"] is None
    word = _NEXT_WORD.match(text, clause.end("last") - 1)
    if word is None or not (tells_past(word[1]) or _OWN_VERB.match(word[1])):
        return False
    return clause["noun"] is None or _NOUN_OF.search(text, clause.start(), last.start()) is not None


def _recalled(text: str, start: int, end: int) -> bool:
    """Whether a sentence tells ``text[start:end]`` as said earlier, on a day that it does not name."""
    verb = _OWN_VERB.search(text, start, end)
    beside = [*_asides(text, start, end), *(quoted.span() for quoted in QUOTED.finditer(text))]
    beside += [(verb.start() + 1, end)] if verb else []
    plain = _plain(text, beside)
    had = next((found for found in _HAD_SAID.finditer(text) if not _SAYING.search(plain, 0, found.start())), None)
    cues = [*_RECALLED.finditer(text), *([had] if had else [])]
    return any(not any(first <= cue.start() < last for first, last in beside) for cue in cues)


def _plain(text: str, beside: Sequence[tuple[int, int]]) -> str:
    """The text with blanks for what stands beside."""
    for first, last in beside:
        text = f"{text[:first]}{' ' * (last - first)}{text[last:]}"
    return text


def _told_before(
    article_date: Dated | None, article: Article, sentences: Sequence[Sentence], index: int
) -> Dated | None:
    """The day on which the sentences before, in the paragraph, say that words fell, where these go on from them."""
    day, own = _exact_day(article_date), sentences[index]
    if day is None or not _GOES_ON.match(article.text, own.start, own.end):
        return None
    for sentence in _paragraph_before(article, sentences, index):
        text = article.text[sentence.start : sentence.end]
        found = event_date(article_date, text, len(text), len(text), spoken=True)
        if found:
            near = found.precision == "day" and 0 <= (day - found.day).days <= CARRY_DAYS
            return Dated(found.day, "day", f"{found.how}, from the paragraph") if near else None
    return None


def _told_old(article_date: Dated | None, article: Article, sentences: Sequence[Sentence], index: int) -> bool:
    """Whether the nearest sentence before, in the paragraph, that tells of a time tells of one long past."""
    day = _exact_day(article_date)
    if day is None:
        return False
    for sentence in _paragraph_before(article, sentences, index):
        text = article.text[sentence.start : sentence.end]
        if told := [item for item in expressions(text, day) if not _is_deadline(text, item)]:
            return (day - told[-1].date.last).days > CARRY_DAYS
    return False


def _paragraph_before(article: Article, sentences: Sequence[Sentence], index: int) -> Iterator[Sentence]:
    """The sentences before one in its paragraph, nearest first, four at most."""
    for sentence in reversed(sentences[max(0, index - 4) : index]):
        if "\n" in article.text[sentence.end : sentences[index].start]:
            return
        yield sentence


def _counted_on(
    article_date: Dated | None, article: Article, sentences: Sequence[Sentence], index: int, distance: Distance
) -> Dated | None:
    """The day of a sentence that counts on from those before it ("Five days later"), if the nearest dated one tells it.

    Counted is from the last date of that sentence, and from none where it holds one that could not be told.
    """
    day = _exact_day(article_date)
    earlier = (sentence for sentence in reversed(sentences[:index]) if sentence.kind is SentenceKind.TEXT)
    for sentence in islice(earlier, _COUNTED_FROM):
        text = article.text[sentence.start : sentence.end]
        if at_head(text, len(text)):
            return None
        told = [item for item in expressions(text, day) if not _is_deadline(text, item)]
        told = [item for item in told if not _background(text, item, current=True)] or told
        if told:
            return _counted_from(told, distance, day)
        if EXPRESSION.search(text):
            return None
    return None


def _counted_words(
    article_date: Dated | None,
    article: Article,
    sentences: Sequence[Sentence],
    index: int,
    start: int,
    end: int,
    distance: Distance,
) -> Dated | None:
    """The day of words that their sentence counts at its head: "Four days earlier she had promised that none would go".

    Words so long before the rest of the sentence are counted back from its day: "Four months after he had pledged that
    nobody would go, he sent them out."
    """
    if not distance.own:
        return _counted_on(article_date, article, sentences, index, distance)
    text = article.text[sentences[index].start : sentences[index].end]
    comma = text.find(",", end)
    if distance.back or comma < 0 or "," in text[distance.end : start]:
        return None
    done = event_date(article_date, text, comma, len(text)) or carried_date(article_date, article, sentences, index)
    done = done or article_date
    return shifted(done, replace(distance, own=False, back=True), done.last) if done else None


def _counted_back(article: Article, sentences: Sequence[Sentence], index: int, distance: Distance) -> Dated | None:
    """The day so long before the news that a sentence without a date tells: "The demand came a week after he quit"."""
    day, text = _exact_day(article.published), article.text[sentences[index].start : sentences[index].end]
    if not distance.back or not all(item.ahead for item in expressions(text[: distance.start], day)):
        return None
    done = carried_date(article.published, article, sentences, index) or article.published
    return shifted(done, distance, done.last) if done else None


def claim_date(
    article: Article, sentences: Sequence[Sentence], index: int, start: int, end: int, *, spoken: bool
) -> Dated | None:
    """When ``article.text[start:end]`` of a sentence was said or done.

    What the sentence tells (``event_date``); for acts that do not go on, what the sentences before it tell
    (``carried_date``); else the article's own date. None where neither is known, for an act counted ("A month later,
    ...") from a day that is not known, and for one that came "later" than a day long past.
    """
    own = sentences[index]
    text, at = article.text[own.start : own.end], start - own.start
    found = event_date(article.published, text, at, end - own.start, spoken=spoken)
    if found is None and (distance := beside(text, at)):
        return _counted_back(article, sentences, index, distance)
    if found is None and spoken:
        distance = at_head(text, at)
        if distance and _SAYING.search(text, distance.end, end - own.start):
            found = _counted_words(article.published, article, sentences, index, at, end - own.start, distance)
        else:
            found = _told_before(article.published, article, sentences, index)
        if found is None and _recalled(text, at, end - own.start):
            return None
    if found is None and not spoken:
        if distance := at_head(text, at) or at_end(text, at, end - own.start):
            return _counted_on(article.published, article, sentences, index, distance)
        late = _LATER.search(text, max(0, at - _BEFORE), end - own.start)
        if late and _told_old(article.published, article, sentences, index):
            return None
        if not _goes_on(text, at, end - own.start):
            found = carried_date(article.published, article, sentences, index)
    if found is None and article.published is not None:
        found = Dated(article.published.day, article.published.precision, "the article's date")
    return found
