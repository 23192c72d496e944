"""The day an article was published and the day of what a sentence reports, each with how it was found."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzer.records import Article, Dated, Sentence, SentenceKind
from analyzer.timex import DAY, EXPRESSION, SAID, YEAR, Timex, calendar_day, expressions, full_date

CARRY_DAYS = 10  # a day named in the lead that is older than this is background, not the news

# The article


_WEEKDAY = rf"(?:{DAY}|(?:Mon|Tues?|Wed|Thu(?:rs)?|Fri|Sat|Sun)\b\.?)"
_LABEL = (
    r"(?:first |last )?(?:published|updated|posted|modified|date[d]?|issued|released|filed)(?: (?:on|at|in))?\b[:\s]*"
)
_PLACE = re.compile(r"[A-ZÀ-Þ][A-ZÀ-Þ .'’/-]{2,}(?:, [A-ZÀ-Þ][\w.]+(?: [A-ZÀ-Þ][\w.]+)?)?(?:,| ?[(–—-]| --)+ ?")
_CLOCK = r"[\s,|–—·-]*(?:at )?(?:\d\d?[:.]\d\d(?::\d\d)?)?\s*(?:[ap]\.?m\.?)?\s*(?:[A-Z]{2,4}\b)?[\s.|)]*"


def article_date(article: Article) -> Dated | None:
    """The day an article was published, or None: never guessed from what its sentences tell.

    In this order: metadata; a date stamp, dateline, byline or line that is nothing but a date among the first lines;
    a labelled date ("Published: ...") in the last lines; a date in the address; an ISO date in the file's name.
    """
    if article.published is not None:
        return article.published
    lines = [line.strip() for line in article.text.split("\n") if line.strip()]
    for line in lines[:8]:
        if found := _line_date(line):
            return found
    for line in lines[-3:]:
        if re.match(rf"\W*{_LABEL}", line, re.IGNORECASE) and (date := full_date(line)):
            return Dated(date, "day", "labelled date")
    address = re.search(rf"/({YEAR})[/-](\d\d?)[/-](\d\d?)(?:[/-]|$)", article.url or "")
    if address and (date := calendar_day(*map(int, address.groups()))):
        return Dated(date, "day", "web address")
    name = article.path.partition("#")[0].rpartition("/")[2]
    # The file of a single article; a file of many rows is dated by its collection.
    dated = re.search(rf"(?<!\d)({YEAR})[-_]?(\d\d)[-_]?(\d\d)(?!\d)", name) if "#" not in article.path else None
    if dated and (date := calendar_day(*map(int, dated.groups()))):
        return Dated(date, "day", "file name")
    return None


def _line_date(line: str) -> Dated | None:
    """The date of a line among the first, if the line's form says that it is the article's."""
    if stamp := re.match(rf"(?:date\s+)?({YEAR}-\d\d-\d\d)(?![\d-])", line, re.IGNORECASE):
        date = full_date(stamp.group(1))
        return Dated(date, "day", "date stamp") if date else None
    # A dateline with the date right behind the place, whatever stands between and after them.
    if (opening := _PLACE.match(line)) and (found := EXPRESSION.match(line, opening.end())):
        date = full_date(found.group())
        if date and re.match(r"\W{0,3}(?:\([\w /.]+\))?\s*(?:--?|–|—|[.:])\s+[A-ZÀ-Þ\"“‘]", line[found.end() :]):
            return Dated(date, "day", "dateline")
    # A dateline: place in capitals or an agency in brackets, then the date, then a dash.
    head = re.match(r"(?P<place>[A-ZÀ-Þ][^–—|]{2,70}?)\s*(?:--?|–|—)\s+\S", line)
    if (
        head
        and len(line) > 60
        and re.match(r"[A-ZÀ-Þ .'’/-]{3,}[,(]|[A-ZÀ-Þ][\w .'’-]+[,(].*\([A-Z]", head.group("place"))
    ):
        date = full_date(head.group("place"))
        return Dated(date, "day", "dateline") if date else None
    if opening := re.match(r"(?P<date>[\w ,.]{8,30}?) ?(?:--|–|—) ?[A-ZÀ-Þ\"“]", line):
        found = EXPRESSION.fullmatch(opening["date"])
        if found and (date := full_date(opening["date"])):
            return Dated(date, "day", "dateline")
    if len(line) > 140 or not (date := full_date(line)):
        return None
    found = next(match for match in EXPRESSION.finditer(line) if full_date(match.group()))
    before, after = line[: found.start()], line[found.end() :]
    labelled = re.fullmatch(rf"\W*(?:{_LABEL})?(?:{_WEEKDAY}[,\s]*)?", before, re.IGNORECASE)
    if labelled and re.fullmatch(_CLOCK, after, re.IGNORECASE):
        return Dated(date, "day", "date line")
    if labelled and re.match(rf"\W*{_LABEL}", before, re.IGNORECASE):
        return Dated(date, "day", "labelled date")
    # "By Jane Doe — June 21, 2019", "Housing | 19 January 2023 | by Nils Aker", "London, 3 March 2014".
    byline = re.match(r"(?:by|from|text|words|story)[: ]", line, re.IGNORECASE) or " | " in line or " · " in line
    place = re.fullmatch(rf"[A-ZÀ-Þ][\w.'’-]*(?: [A-ZÀ-Þ][\w.'’-]*){{0,2}}, (?:{_WEEKDAY},? )?", before)
    if (byline and not line.endswith((".", "?", "!"))) or (place and re.fullmatch(_CLOCK, after, re.IGNORECASE)):
        return Dated(date, "day", "byline" if byline else "date line")
    return None


# The event


def event_date(
    article_date: Dated | None, sentence_text: str, start: int, end: int, *, spoken: bool = False
) -> Dated | None:
    """The date of what ``sentence_text[start:end]`` reports, or None when the sentence names none.

    An expression within the span wins over one elsewhere in the sentence, the finer over the coarser, the earlier
    over the later; elsewhere the nearest day counts, but none that lies ahead. With ``spoken`` the date is that of
    the words themselves, not of what they promise: only an expression beside a verb of saying counts.
    A bare weekday is the last such day up to the article's, after a cue for the future the next one. Relative
    expressions need the article's date to the day. ``how`` quotes the expression and ends in "(ahead)" when the date
    lies after the article's.
    """
    day = article_date.day if article_date is not None and article_date.precision == "day" else None
    found = expressions(sentence_text, day)
    if spoken:
        found = tuple(item for item in found if _dates_words(sentence_text, item))
    inside = [item for item in found if start <= item.start < end]
    if inside:
        return min(inside, key=lambda item: (_coarse(item), item.start)).date
    # A year in another clause is background, unless the sentence opens with it.
    outside = [item for item in found if not item.ahead and (_coarse(item) < 2 or item.start < 4)]
    if not outside:
        return None
    return min(outside, key=lambda item: (_coarse(item), max(start - item.end, item.start - end))).date


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
    """0 for a day, 1 for a month, 2 for a year."""
    return ("day", "month", "year").index(item.date.precision)


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
