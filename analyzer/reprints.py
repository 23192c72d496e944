"""Which articles carry one text: reprints of an agency report are one source, however many papers print it."""

from __future__ import annotations

import hashlib
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from analyzer.records import Article, Sentence, SentenceKind
from analyzer.settings import Settings

LEAST_WORDS = 6  # shorter sentences ("He declined to comment.") recur by chance
LEAST_SHARED = 2  # marks; a single sentence may be a quotation


def marks(article: Article, sentences: Sequence[Sentence]) -> frozenset[str]:
    """Hashes of the article's longer sentences, letters and digits only, so that punctuation and case do not matter."""
    out = set()
    for sentence in sentences:
        if sentence.kind is not SentenceKind.TEXT:
            continue
        words = "".join(
            c if c.isalnum() else " " for c in article.text[sentence.start : sentence.end].casefold()
        ).split()
        if len(words) >= LEAST_WORDS:
            out.add(hashlib.blake2b(" ".join(words).encode(), digest_size=8).hexdigest())
    return frozenset(out)


def origins(articles: Iterable[Article], marked: Mapping[str, frozenset[str]], settings: Settings) -> dict[str, str]:
    """Map each article id to the earliest article whose sentences it shares, itself when it is original.

    Two articles are one text when at least ``settings.reprint_share`` of the shorter one's sentences are in the other
    (containment, Broder 1997). ``marked`` holds the ``marks`` of every article. Order of input does not matter.
    """
    ordered = [article.id for article in sorted(articles, key=age)]
    holders: defaultdict[str, list[str]] = defaultdict(list)
    for one in ordered:
        for mark in marked[one]:
            holders[mark].append(one)
    links: defaultdict[str, dict[str, int]] = defaultdict(dict)
    for one in ordered:
        mine = marked[one]
        rarest = sorted(mine, key=lambda mark: len(holders[mark]))[: telling(len(mine), settings)]
        for other in {other for mark in rarest for other in holders[mark]} - {one}:
            shared = len(mine & marked[other])
            if same_text(shared, len(mine), len(marked[other]), settings):
                links[one][other] = links[other][one] = shared
    return follow(ordered, links)


def age(article: Article) -> tuple[int, str, str]:
    """Sort key that puts the earliest article first; undated ones come last, ties break on path and content."""
    return article.published.day.toordinal() if article.published else 10**7, article.path, article.id


def same_text(shared: int, one: int, other: int, settings: Settings) -> bool:
    """Whether two articles with this many marks, so many of them shared, are one text."""
    return shared >= LEAST_SHARED and shared >= settings.reprint_share * min(one, other)


def telling(size: int, settings: Settings) -> int:
    """How many of an article's marks, whichever, lead to every article as long or longer that is one text with it.

    So few others are left that they are not enough for one text: a pair that is shares one of these. Taken from the
    rarest on, they leave out what a paper prints under everything, which would lead to every article.
    """
    return max(0, size + 1 - max(LEAST_SHARED, math.ceil(settings.reprint_share * size)))


def follow(ordered: Iterable[str], links: Mapping[str, Mapping[str, int]]) -> dict[str, str]:
    """Origin of each article, oldest first: that of the earlier article it shares most marks with, else itself."""
    found: dict[str, str] = {}
    for one in ordered:
        earlier = [(-shared, other) for other, shared in links.get(one, {}).items() if other in found]
        found[one] = found[min(earlier)[1]] if earlier else one
    return found
