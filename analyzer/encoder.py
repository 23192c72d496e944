"""The sentence encoder: one pass over an article tags its claims, types its sentences and tells whose each claim is.

A small transformer (models/encoder) with light heads, which also gives every claim a vector. Sentences are tokenised
once and packed with their neighbours into windows, so that each is read in context: "He denied it" needs the sentence
before.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from analyzer.records import ClaimType, Kind, ModelError
from analyzer.weights import as_floats, fingerprint, folder, load_arrays, plain

if TYPE_CHECKING:
    from tokenizers import Tokenizer

TAGS = ("O", "B-statement", "I-statement", "B-action", "I-action")
TYPES = (ClaimType.STATEMENT, ClaimType.ACTION)
KINDS = tuple(Kind)
VECTOR = 128  # size of a claim vector
WINDOW = 256  # tokens read together
LONGEST = 512  # tokens that have a position in the network
MARGIN = 48  # tokens of context wanted on either side of a sentence where the article has them
GAPS = 12  # kinds of distance between a claim and a name

Floats = NDArray[np.float32]


class States(Protocol):
    """What runs the transformer."""

    def states(self, windows: Iterable[Sequence[int]]) -> Iterator[Floats]:
        """Yield the contextual states [tokens, width] of each window of token ids, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """What the encoder saw in one sentence of t tokens.

    ``offsets`` [t, 2] are character positions within the sentence, ``tags`` [t, 5] probabilities in TAGS order,
    ``types`` [2] independent probabilities in TYPES order, ``states`` [t, width] contextual states (float16).
    """

    offsets: NDArray[np.int32]
    tags: NDArray[np.float32]
    types: NDArray[np.float32]
    states: NDArray[np.float16]

    def inside(self, start: int, end: int) -> NDArray[np.bool_]:
        """Mask [t] of the tokens that overlap the characters [start, end) of the sentence."""
        return (self.offsets[:, 0] < end) & (self.offsets[:, 1] > start)

    def pool(self, start: int, end: int) -> Floats:
        """Mean state [width] of the tokens at the characters [start, end); zeros where a cut sentence has none."""
        chosen = self.states[self.inside(start, end)].astype(np.float32)
        return np.asarray(chosen.mean(0) if len(chosen) else np.zeros(self.states.shape[1]), dtype=np.float32)


def windows(lengths: Sequence[int]) -> list[tuple[int, int, int, int]]:
    """Cut a run of sentences into windows (first, last, keep_first, keep_last), half-open sentence indices.

    Each window holds at most WINDOW tokens where sentences allow; it is read whole, but only the sentences
    [keep_first, keep_last) are taken from it, so that all of them have context on both sides. Between two very long
    sentences context is left out, so that no window exceeds LONGEST.
    """
    out = []
    keep = 0
    while keep < len(lengths):
        first, margin = keep, 0
        room = LONGEST - 1 - (lengths[keep] + 1)
        while first > 0 and margin < MARGIN and margin + lengths[first - 1] + 1 <= room:
            first -= 1
            margin += lengths[first] + 1
        last, total = first, 0
        while last < len(lengths) and (last <= keep or total + lengths[last] + 1 <= WINDOW):
            total += lengths[last] + 1
            last += 1
        end = last
        if last < len(lengths):
            margin = 0
            while end - 1 > keep and margin + lengths[end - 1] + 1 <= MARGIN:
                end -= 1
                margin += lengths[end] + 1
        out.append((first, last, keep, end))
        keep = end
    return out


@dataclass(frozen=True, slots=True)
class Mention:
    """A printed name or a claim: characters [start, end) of sentence number ``sentence`` of an article."""

    sentence: int
    start: int
    end: int


class Encoder:
    """The loaded encoder. Give it articles as lists of sentence texts; it returns one Reading a sentence.

    Heads, all but the last linear in the states: token tags [5], sentence types [2] and, over a span's mean state,
    statement kinds [4], claim vectors [128], and the question whose a claim is: what it asks for, what each name of the
    article has to offer and the distance between them [128 each] are added, cut at zero and weighed to one number a
    name (a pointer network: Vinyals et al. 2015, by the additive attention of Bahdanau et al. 2015).
    """

    def __init__(self, path: Path | None = None, threads: int = 0) -> None:
        """Load from ``path`` (default: the shipped models/encoder) for ``threads`` threads (0: all).

        Raises ModelError when it is damaged.
        """
        from tokenizers import Tokenizer

        path = path or folder("encoder")
        self.fingerprint = fingerprint(path)
        try:
            self.tokenizer: Tokenizer = Tokenizer.from_file(str(path / "tokenizer.json"))
            special = json.loads((path / "special_tokens.json").read_text(encoding="utf-8"))
            tensors = load_arrays(path)
            config = json.loads((path / "config.json").read_text(encoding="utf-8"))
            prefix = config["model_type"] + "."
            self.heads = {n: as_floats(tensors, n) for n in plain(tensors) if not n.startswith(prefix)}
            body = {name: tensor for name, tensor in tensors.items() if name.startswith(prefix)}
            self.network = _network(config, body, threads)
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            raise ModelError(f"{path}: not a claim encoder: {error}") from error
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.first, self.separator = special["first"], special["separator"]

    def tokenize(self, texts: Sequence[str]) -> list[tuple[list[int], NDArray[np.int32]]]:
        """Token ids and offsets [t, 2] of each sentence, at most WINDOW - 2 tokens; without special tokens."""
        encoded = self.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        cut = WINDOW - 2
        return [(e.ids[:cut], np.array(e.offsets[:cut], dtype=np.int32).reshape(-1, 2)) for e in encoded]

    def read(self, articles: Iterable[Sequence[str]]) -> list[list[Reading]]:
        """Read every sentence of every article once."""
        tokenized = [self.tokenize(texts) if texts else [] for texts in articles]
        jobs: list[tuple[int, tuple[int, int, int, int], list[int]]] = []
        rows: list[list[int]] = []
        for number, sentences in enumerate(tokenized):
            for window in windows([len(ids) for ids, _ in sentences]):
                ids, starts = join([sentences[i][0] for i in range(window[0], window[1])], self.first, self.separator)
                jobs.append((number, window, starts))
                rows.append(ids)
        out: list[list[Reading | None]] = [[None] * len(sentences) for sentences in tokenized]
        for (number, (first, _, keep, end), starts), states in zip(jobs, self.network.states(rows), strict=True):
            tags = _softmax(self._linear(states, "tags"))
            for i in range(keep, end):
                offsets = tokenized[number][i][1]
                begin = starts[i - first]
                own = states[begin : begin + len(offsets)]
                types = self._types(own)
                out[number][i] = Reading(offsets, tags[begin : begin + len(offsets)], types, own.astype(np.float16))
        return [[reading for reading in readings if reading is not None] for readings in out]

    def kind(self, reading: Reading, start: int, end: int) -> dict[Kind, float]:
        """Probabilities of the four kinds for the statement at characters [start, end) of the sentence."""
        probabilities = _softmax(self._linear(reading.pool(start, end), "kinds"))
        return {kind: float(p) for kind, p in zip(KINDS, probabilities, strict=True)}

    def vector(self, reading: Reading, start: int, end: int, claim_type: ClaimType) -> Floats:
        """Unit vector [VECTOR] of the span at characters [start, end) of the sentence."""
        vector = self._linear(reading.pool(start, end), f"vectors.{claim_type.value}")
        return np.asarray(vector / np.linalg.norm(vector), dtype=np.float32)

    def owners(
        self, readings: Sequence[Reading], claims: Sequence[tuple[Mention, ClaimType]], names: Sequence[Mention]
    ) -> list[Floats]:
        """Probabilities [names + 1] that each claim is the conduct of each name's bearer; the last is for none of them.

        ``readings`` are those of the sentences of the article that claims and names stand in.
        """
        if not names:
            return [np.ones(1, dtype=np.float32) for _ in claims]
        offers = self._linear(np.stack([readings[n.sentence].pool(n.start, n.end) for n in names]), "names")
        out = []
        for claim, claim_type in claims:
            state = readings[claim.sentence].pool(claim.start, claim.end)
            asks = self._linear(state, f"asks.{claim_type.value}")
            gaps = [gap(n.sentence, n.start, n.end, claim.sentence, claim.start, claim.end) for n in names]
            scores = self._linear(np.maximum(offers + asks + self.heads["gaps"][gaps], 0), "fits")[:, 0]
            out.append(_softmax(np.concatenate([scores, self._linear(state, f"nobody.{claim_type.value}")])))
        return out

    def _types(self, states: Floats) -> Floats:
        """Probabilities [2] that a sentence holds a statement, an action."""
        if not len(states):
            return np.zeros(len(TYPES), dtype=np.float32)
        return np.asarray(1 / (1 + np.exp(-self._linear(states.mean(0), "types"))), dtype=np.float32)

    def _linear(self, states: Floats, name: str) -> Floats:
        """The head ``name`` over the last axis."""
        return np.asarray(states @ self.heads[f"{name}.weight"].T + self.heads[f"{name}.bias"], dtype=np.float32)


def _network(config: dict[str, Any], body: dict[str, Any], threads: int) -> States:
    """OpenVINO, or torch where that cannot be had."""
    try:
        from analyzer.graph import OpenVINOStates

        return OpenVINOStates(config, body, threads)
    except ImportError:
        from analyzer.torchnet import TorchStates

        return TorchStates(config, body, threads)


def _softmax(logits: Floats) -> Floats:
    """Probabilities over the last axis."""
    powers = np.exp(logits - logits.max(-1, keepdims=True))
    return np.asarray(powers / powers.sum(-1, keepdims=True), dtype=np.float32)


def gap(where: int, first: int, last: int, sentence: int, start: int, end: int) -> int:
    """Which of the GAPS kinds of distance lies between a claim and a name.

    The name stands in sentence ``where`` at the characters [first, last), the claim in ``sentence`` at [start, end),
    all counted from the same place. 0..2: within the sentence, before, inside and after the claim; 3..7: one, two,
    three, up to six, more sentences before; 8: in the first sentence, before that; 9..11: one, up to three, more after.
    """
    away = where - sentence
    if away == 0:
        return 0 if last <= start else 2 if first >= end else 1
    if away < 0:
        return 8 if where == 0 and away < -1 else 2 - away if away > -4 else 6 if away > -7 else 7
    return 9 if away == 1 else 10 if away < 4 else 11


def join(sentences: Sequence[Sequence[int]], first: int, separator: int) -> tuple[list[int], list[int]]:
    """Token ids of a window, a separator after each sentence, and the position where each sentence starts."""
    ids, starts = [first], []
    for sentence in sentences:
        starts.append(len(ids))
        ids += [*sentence, separator]
    return ids, starts
