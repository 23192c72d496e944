"""The day of what a sentence reports, or of the words that it tells, with how it was found."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import islice

from analyzer.counted import Distance, at_end, at_head, beside, shifted
from analyzer.records import PRECISIONS, Article, Dated, Sentence, SentenceKind
from analyzer.timecues import (
    BEFORE,
    CURRENT,
    GOES_ON,
    IN_WORDS,
    LATER,
    SAYING,
    asides,
    background,
    dates_beside,
    dates_words,
    goes_on,
    is_deadline,
    not_of_present,
    of_next_verb,
    of_noun,
    recalled,
    told_in,
)
from analyzer.timex import EXPRESSION, Timex, expressions

_COUNTED_FROM = 3  # sentences back from one that begins "Five days later"
CARRY_DAYS = 10  # a day named in the lead that is older than this is background, not the news


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
    beside_it = asides(sentence_text, start, end)
    found = tuple(item for item in found if not any(a < item.start < b for a, b in beside_it))
    if spoken:
        said = told_in(sentence_text, start, end)
        found = tuple(
            item
            for item in found
            if dates_words(sentence_text, item)
            and (not said < item.start < end or IN_WORDS.search(sentence_text, 0, item.start))
        )
    else:
        found = tuple(item for item in found if not is_deadline(sentence_text, item))
        if not carried:
            found = tuple(
                item
                for item in found
                if not not_of_present(sentence_text, start, end, item, day)
                and not of_next_verb(sentence_text, start, item)
                and not of_noun(sentence_text, start, item)
            )
    inside = [item for item in found if start <= item.start < end]
    if inside:
        return min(inside, key=lambda item: (_coarse(item), item.start)).date
    if distance := beside(sentence_text, start) or (None if spoken else at_head(sentence_text, start)):
        counted = _counted_from(expressions(sentence_text[: distance.start], day), distance, day)
        found = tuple(item for item in found if dates_beside(sentence_text, item, distance.end, start, end))
        if counted or not found:
            return counted
    distance = None if spoken else at_end(sentence_text, start, end)
    if distance and not re.search("[,;]", sentence_text[end : distance.start]):
        told = [
            item for item in expressions(sentence_text[: distance.start], day) if not is_deadline(sentence_text, item)
        ]
        if told:
            return _counted_from(told, distance, day)
    current = spoken or CURRENT.search(sentence_text, max(0, start - BEFORE), end) is not None
    outside = [item for item in found if not (item.ahead or background(sentence_text, item, current))]
    if not outside:
        return None
    return min(outside, key=lambda item: (_coarse(item), max(start - item.end, item.start - end))).date


def _exact_day(article_date: Dated | None) -> dt.date | None:
    """The day of an article that is known to the day."""
    return article_date.day if article_date is not None and article_date.precision == "day" else None


def _counted_from(told: Sequence[Timex], distance: Distance, day: dt.date | None) -> Dated | None:
    """The date at a distance from the last of the expressions ``told`` before it, if that has come."""
    if not told or told[-1].ahead:
        return None
    return shifted(told[-1].date, distance, day or dt.date.max)


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


def _told_before(
    article_date: Dated | None, article: Article, sentences: Sequence[Sentence], index: int
) -> Dated | None:
    """The day on which the sentences before, in the paragraph, say that words fell, where these go on from them."""
    day, own = _exact_day(article_date), sentences[index]
    if day is None or not GOES_ON.match(article.text, own.start, own.end):
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
        if told := [item for item in expressions(text, day) if not is_deadline(text, item)]:
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
        told = [item for item in expressions(text, day) if not is_deadline(text, item)]
        told = [item for item in told if not background(text, item, current=True)] or told
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
        if distance and SAYING.search(text, distance.end, end - own.start):
            found = _counted_words(article.published, article, sentences, index, at, end - own.start, distance)
        else:
            found = _told_before(article.published, article, sentences, index)
        if found is None and recalled(text, at, end - own.start):
            return None
    if found is None and not spoken:
        if distance := at_head(text, at) or at_end(text, at, end - own.start):
            return _counted_on(article.published, article, sentences, index, distance)
        late = LATER.search(text, max(0, at - BEFORE), end - own.start)
        if late and _told_old(article.published, article, sentences, index):
            return None
        if not goes_on(text, at, end - own.start):
            found = carried_date(article.published, article, sentences, index)
    if found is None and article.published is not None:
        found = Dated(article.published.day, article.published.precision, "the article's date")
    return found
