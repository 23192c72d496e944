"""The sentence encoder: one pass over an article tags its claims, types its sentences and gives every span a vector.

A small transformer (models/encoder) with four light heads. Sentences are tokenised once and packed with their
neighbours into windows, so that each is read in context: "He denied it" needs the sentence before.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from analyzer.hardware import has_bf16
from analyzer.records import ClaimType, Kind, ModelError
from analyzer.weights import fingerprint, folder, load_tensors

if TYPE_CHECKING:
    from tokenizers import Tokenizer

TAGS = ("O", "B-statement", "I-statement", "B-action", "I-action")
TYPES = (ClaimType.STATEMENT, ClaimType.ACTION)
KINDS = tuple(Kind)
VECTOR = 128  # size of a claim vector
WINDOW = 256  # tokens read together
MARGIN = 48  # tokens of context wanted on either side of a sentence where the article has them


class ClaimNet(nn.Module):
    """Transformer with heads: token tags [5], sentence types [2], statement kinds [4], claim vectors [128]."""

    def __init__(self, base: nn.Module, width: int) -> None:
        """Put the heads on ``base``, an encoder whose hidden size is ``width``."""
        super().__init__()
        self.base = base
        self.tags = nn.Linear(width, len(TAGS))
        self.types = nn.Linear(width, len(TYPES))
        self.kinds = nn.Linear(width, len(KINDS))
        self.vectors = nn.ModuleDict({t.value: nn.Linear(width, VECTOR) for t in TYPES})

    def hidden(self, ids: Tensor, mask: Tensor) -> Tensor:
        """Contextual states [batch, tokens, width] of padded token ids."""
        out: Tensor = self.base(input_ids=ids, attention_mask=mask).last_hidden_state
        return out

    def vector(self, pooled: Tensor, claim_type: ClaimType) -> Tensor:
        """Unit vectors [n, VECTOR] of mean-pooled spans; a statement and what contradicts it lie close."""
        return nn.functional.normalize(self.vectors[claim_type.value](pooled), dim=-1)


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


def windows(lengths: Sequence[int]) -> list[tuple[int, int, int, int]]:
    """Cut a run of sentences into windows (first, last, keep_first, keep_last), half-open sentence indices.

    Each window holds at most WINDOW tokens where sentences allow; it is read whole, but only the sentences
    [keep_first, keep_last) are taken from it, so that all of them have context on both sides.
    """
    out = []
    keep = 0
    while keep < len(lengths):
        first, margin = keep, 0
        while first > 0 and margin < MARGIN:
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


class Encoder:
    """The loaded encoder. Give it articles as lists of sentence texts; it returns one Reading a sentence."""

    def __init__(self, path: Path | None = None) -> None:
        """Load from ``path`` (default: the shipped models/encoder); raises ModelError when damaged."""
        from tokenizers import Tokenizer
        from transformers import AutoConfig, AutoModel

        path = path or folder("encoder")
        self.fingerprint = fingerprint(path)
        try:
            config = AutoConfig.from_pretrained(path)
            self.tokenizer: Tokenizer = Tokenizer.from_file(str(path / "tokenizer.json"))
            self.net = ClaimNet(AutoModel.from_config(config, add_pooling_layer=False), config.hidden_size)
            self.net.load_state_dict(load_tensors(path), strict=True)
            special = json.loads((path / "special_tokens.json").read_text(encoding="utf-8"))
        except (OSError, ValueError, RuntimeError, KeyError) as error:
            raise ModelError(f"{path}: not a claim encoder: {error}") from error
        self.tokenizer.no_padding()
        self.tokenizer.no_truncation()
        self.first, self.separator, self.pad = special["first"], special["separator"], special["pad"]
        self.net.eval()
        self.bf16 = has_bf16()

    def tokenize(self, texts: Sequence[str]) -> list[tuple[list[int], NDArray[np.int32]]]:
        """Token ids and offsets [t, 2] of each sentence, at most WINDOW - 2 tokens; without special tokens."""
        encoded = self.tokenizer.encode_batch(list(texts), add_special_tokens=False)
        cut = WINDOW - 2
        return [(e.ids[:cut], np.array(e.offsets[:cut], dtype=np.int32).reshape(-1, 2)) for e in encoded]

    @torch.inference_mode()
    def read(self, articles: Iterable[Sequence[str]], batch_tokens: int = 8192) -> list[list[Reading]]:
        """Read every sentence of every article once; windows of similar length share a batch."""
        tokenized = [self.tokenize(texts) if texts else [] for texts in articles]
        jobs: list[tuple[int, tuple[int, int, int, int], list[int], list[int]]] = []
        for number, sentences in enumerate(tokenized):
            for window in windows([len(ids) for ids, _ in sentences]):
                ids, starts = join([sentences[i][0] for i in range(window[0], window[1])], self.first, self.separator)
                jobs.append((number, window, ids, starts))
        jobs.sort(key=lambda job: len(job[2]))
        out: list[list[Reading | None]] = [[None] * len(sentences) for sentences in tokenized]
        for batch in _batches(jobs, batch_tokens):
            padded, mask = pad([job[2] for job in batch], self.pad)
            with torch.autocast("cpu", dtype=torch.bfloat16, enabled=self.bf16):
                hidden = self.net.hidden(padded, mask)
            tags = self.net.tags(hidden.float()).softmax(-1)
            for row, (number, (first, _, keep, end), _, starts) in enumerate(batch):
                for i in range(keep, end):
                    offsets = tokenized[number][i][1]
                    begin = starts[i - first]
                    states = hidden[row, begin : begin + len(offsets)].float()
                    types = self.net.types(states.mean(0)).sigmoid() if len(offsets) else torch.zeros(len(TYPES))
                    out[number][i] = Reading(
                        offsets,
                        tags[row, begin : begin + len(offsets)].numpy(),
                        types.numpy(),
                        states.to(torch.float16).numpy(),
                    )
        return [[reading for reading in readings if reading is not None] for readings in out]

    @torch.inference_mode()
    def kind(self, reading: Reading, start: int, end: int) -> dict[Kind, float]:
        """Probabilities of the four kinds for the statement at characters [start, end) of the sentence."""
        probabilities = self.net.kinds(self._pool(reading, start, end)).softmax(-1)
        return {kind: float(p) for kind, p in zip(KINDS, probabilities, strict=True)}

    @torch.inference_mode()
    def vector(self, reading: Reading, start: int, end: int, claim_type: ClaimType) -> NDArray[np.float32]:
        """Unit vector [VECTOR] of the span at characters [start, end) of the sentence."""
        return np.asarray(self.net.vector(self._pool(reading, start, end), claim_type).numpy(), dtype=np.float32)

    def _pool(self, reading: Reading, start: int, end: int) -> Tensor:
        chosen = reading.states[reading.inside(start, end)]
        return torch.from_numpy(chosen.astype(np.float32)).mean(0)


def join(sentences: Sequence[Sequence[int]], first: int, separator: int) -> tuple[list[int], list[int]]:
    """Token ids of a window, a separator after each sentence, and the position where each sentence starts."""
    ids, starts = [first], []
    for sentence in sentences:
        starts.append(len(ids))
        ids += [*sentence, separator]
    return ids, starts


def pad(rows: Sequence[Sequence[int]], pad_id: int) -> tuple[Tensor, Tensor]:
    """Token ids and attention mask [rows, longest], padded at the end."""
    width = max(map(len, rows))
    ids = torch.full((len(rows), width), pad_id, dtype=torch.long)
    mask = torch.zeros((len(rows), width), dtype=torch.long)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = torch.tensor(row, dtype=torch.long)
        mask[i, : len(row)] = 1
    return ids, mask


def _batches(jobs: list[Any], budget: int) -> Iterable[list[Any]]:
    """Runs of jobs whose padded size stays within ``budget`` tokens; jobs come sorted by length."""
    batch: list[Any] = []
    for job in jobs:
        if batch and (len(batch) + 1) * len(job[2]) > budget:
            yield batch
            batch = []
        batch.append(job)
    if batch:
        yield batch
