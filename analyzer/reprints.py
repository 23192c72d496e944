"""Which articles carry one text: reprints of an agency report are one source, however many papers print it."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from analyzer.records import Article, Sentence, SentenceKind
from analyzer.settings import Settings

LEAST_WORDS = 6  # shorter sentences ("He declined to comment.") recur by chance


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
    holders: defaultdict[str, list[str]] = defaultdict(list)
    links: dict[str, dict[str, int]] = {}
    ordered = [article.id for article in sorted(articles, key=age)]
    for one in ordered:
        shared = Counter(other for mark in marked[one] for other in holders[mark])
        links[one] = {o: n for o, n in shared.items() if same_text(n, len(marked[one]), len(marked[o]), settings)}
        for mark in marked[one]:
            holders[mark].append(one)
    return follow(ordered, links)


def age(article: Article) -> tuple[int, str, str]:
    """Sort key that puts the earliest article first; undated ones come last, ties break on path and content."""
    return article.published.day.toordinal() if article.published else 10**7, article.path, article.id


def same_text(shared: int, one: int, other: int, settings: Settings) -> bool:
    """Whether two articles with this many marks, so many of them shared, are one text."""
    return shared >= 2 and shared >= settings.reprint_share * min(one, other)


def follow(ordered: Iterable[str], links: Mapping[str, Mapping[str, int]]) -> dict[str, str]:
    """Origin of each article, oldest first: that of the earlier article it shares most marks with, else itself."""
    found: dict[str, str] = {}
    for one in ordered:
        earlier = [(-shared, other) for other, shared in links.get(one, {}).items() if other in found]
        found[one] = found[min(earlier)[1]] if earlier else one
    return found
