"""Natural language inference over pairs of texts: a Protocol, and the local scorer behind it.

A premise (what was done) is read against a hypothesis (what was said). Each text is tokenised once however many pairs
it meets; pairs are joined by token ids and go in batches of one length, padded if at all by their own length alone, so
a pair scores the same whatever is scored beside it. What runs the model is chosen by itself: OpenVINO, torch or a GPU.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

from analyzer.graph import Batch, Logits, rounded, supported
from analyzer.graph import network as openvino_network
from analyzer.records import ModelError, ModelInfo
from analyzer.settings import Settings
from analyzer.weights import MANIFEST, fingerprint, folder, mark

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

LABELS = ("contradiction", "entailment", "neutral")
MAX_TOKENS = 192  # a pair; the longer side is cut first, which news sentences seldom reach
CHUNK = 16_384  # pairs that are sorted by length together
SHIPPED = ("nli", "fast")

Scores = NDArray[np.float32]


class Scorer(Protocol):
    """All that the pipeline needs of a model."""

    info: ModelInfo

    def score(
        self, premises: Sequence[str], hypotheses: Sequence[str], advance: Callable[[int], None] | None = None
    ) -> Scores:
        """Return probabilities [n, 3] in LABELS order, each row summing to 1, in input order."""
        ...

    def calibrate(self, probabilities: Scores) -> Scores:
        """Return the calibrated probability [n] that a careful reader calls each pair a contradiction."""
        ...


class Network(Protocol):
    """What runs a model: ``name`` for the report, ``labels`` from the model's own config."""

    name: str
    labels: dict[int, str]
    streams: int  # batches under way at once
    step: int  # pairs whose lengths round up to the same multiple of it may go in one batch

    def logits(self, batches: Iterable[Batch]) -> Iterator[Logits]:
        """Yield the logits [rows, labels] of each batch, in order."""
        ...


@dataclass(frozen=True, slots=True)
class Calibration:
    """Platt scaling on the log-odds of the contradiction class: sigmoid(slope * logit + offset) (Platt 1999)."""

    slope: float = 1.0
    offset: float = 0.0

    def __call__(self, probabilities: Scores) -> Scores:
        """Calibrated probabilities [n] from class probabilities [n, 3]."""
        p = probabilities[:, 0].astype(np.float64).clip(1e-6, 1 - 1e-6)
        logit = self.slope * np.log(p / (1 - p)) + self.offset
        return np.asarray(1 / (1 + np.exp(-logit)), dtype=np.float32)


def label_order(id2label: dict[int, str]) -> list[int]:
    """Positions of contradiction, entailment and neutral in a model's output, read from its own label names.

    Raises ModelError when the names are not those of three-way NLI; an order is never assumed.
    """
    order = []
    for wanted in ("contradict", "entail", "neutral"):
        hits = [int(i) for i, name in id2label.items() if str(name).lower().startswith(wanted)]
        if len(hits) != 1:
            raise ModelError(
                f"its labels are {sorted(map(str, id2label.values()))}, not contradiction, entailment and neutral"
            )
        order.append(hits[0])
    return order


def load_scorer(settings: Settings) -> LocalScorer:
    """Load the scorer that the settings name: a shipped model, a folder, or a hub id already on this machine.

    Raises ModelError with one line that names the model and the reason.
    """
    path = folder(settings.model) if settings.model in SHIPPED else Path(settings.model)
    try:
        if (path / MANIFEST).is_file():
            return LocalScorer(path, fingerprint(path), settings)
        if path.exists() and not (path / "config.json").is_file():
            raise ModelError("not a model folder (it holds no config.json)")
        return LocalScorer(settings.model, mark(settings.model) or settings.model, settings)
    except ModelError as error:
        raise ModelError(f"model {settings.model}: {error}") from error
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelError(f"model {settings.model}: cannot be loaded: {reason}") from error


class LocalScorer:
    """A Hugging Face sequence-classification model on this machine."""

    def __init__(self, source: str | Path, identity: str, settings: Settings) -> None:
        """Load from a folder or hub id; raises ModelError when its labels are not NLI's or it has no fast tokenizer."""
        path = Path(source)
        self.tokenizer, self.segments = _tokenizer(source)
        self.network = _network(source, settings, segments=self.segments)
        self.order = label_order(self.network.labels)
        self.calibration = calibration(path)
        self.budget = settings.token_budget // self.network.streams
        calibrated = (path / "calibration.json").is_file()
        self.info = ModelInfo(settings.model, identity, self.network.name, calibrated=calibrated)

    def score(
        self, premises: Sequence[str], hypotheses: Sequence[str], advance: Callable[[int], None] | None = None
    ) -> Scores:
        """Return probabilities [n, 3] in LABELS order, in input order; ``advance(k)`` is told after k more pairs."""
        if len(premises) != len(hypotheses):
            raise ValueError(f"{len(premises)} premises for {len(hypotheses)} hypotheses")
        out = np.zeros((len(premises), 3), dtype=np.float32)
        for start in range(0, len(premises), CHUNK):  # pairs of one statement stand together, and so do its states
            chunk = slice(start, start + CHUNK)
            encodings = self._encode(premises[chunk], hypotheses[chunk])
            batches = _alike([len(e.ids) for e in encodings], self.network.step, self.budget)
            found = self.network.logits(self._rows([encodings[i] for i in b]) for b in batches)
            for batch, logits in zip(batches, found, strict=True):
                powers = np.exp(logits - logits.max(-1, keepdims=True))
                out[start + np.array(batch)] = (powers / powers.sum(-1, keepdims=True))[:, self.order]
                if advance:
                    advance(len(batch))
        return out

    def calibrate(self, probabilities: Scores) -> Scores:
        """Return calibrated contradiction probabilities [n]; the raw ones when the model ships no calibration."""
        return self.calibration(probabilities)

    def _encode(self, premises: Sequence[str], hypotheses: Sequence[str]) -> list[Encoding]:
        """Tokenise each distinct text once, then join the pairs by their ids."""
        unique = list(dict.fromkeys([*premises, *hypotheses]))
        single = dict(zip(unique, self.tokenizer.encode_batch(unique, add_special_tokens=False), strict=True))
        return [self.tokenizer.post_process(single[p], single[h]) for p, h in zip(premises, hypotheses, strict=True)]

    def _rows(self, encodings: Sequence[Encoding]) -> Batch:
        """Token ids and segment ids of pairs; all one segment where the model has none."""
        return [(e.ids, e.type_ids if self.segments else [0] * len(e.ids)) for e in encodings]


def _tokenizer(source: str | Path) -> tuple[Tokenizer, bool]:
    """Return the fast tokenizer, set to cut pairs at MAX_TOKENS, and whether the model reads segment ids."""
    path = Path(source)
    if (path / MANIFEST).is_file() and (path / "tokenizer.json").is_file():
        # A shipped model: everything is in two files, and reading them spares the seconds that transformers takes.
        from tokenizers import Tokenizer

        fast: Tokenizer = Tokenizer.from_file(str(path / "tokenizer.json"))
        whole = json.loads((path / "tokenizer_config.json").read_text(encoding="utf-8"))
        longest, segments = whole["model_max_length"], "token_type_ids" in whole.get("model_input_names", ())
    else:
        from transformers import AutoTokenizer

        loaded = AutoTokenizer.from_pretrained(str(source))
        if not getattr(loaded, "is_fast", False):
            raise ModelError("its tokenizer has no fast version (tokenizer.json)")
        fast, longest = loaded.backend_tokenizer, loaded.model_max_length
        segments = "token_type_ids" in loaded.model_input_names
    fast.no_padding()
    fast.enable_truncation(min(MAX_TOKENS, longest), strategy="longest_first")
    return fast, segments


def _network(source: str | Path, settings: Settings, *, segments: bool) -> Network:
    """Choose what runs the model: as set, or the GPU when there is one, else OpenVINO where it can, else torch."""
    from analyzer.hardware import has_gpu

    path = Path(source)
    if settings.backend == "openvino" or (settings.backend == "auto" and supported(path) and not has_gpu()):
        try:
            return openvino_network(path, settings.threads)
        except (ImportError, ModelError, RuntimeError, OSError, ValueError, KeyError):
            if settings.backend == "openvino":
                raise  # who names it wants to know; torch may yet run it, or say better what is wrong
    from analyzer.torchnet import TorchNetwork

    return TorchNetwork(source, settings.threads, segments=segments)


def _alike(lengths: Sequence[int], step: int, budget: int) -> list[list[int]]:
    """Batches of pairs of one length, rounded up to a multiple of ``step``, longest first.

    Each holds at most ``budget`` tokens (or one pair). Since a pair is padded by its own length alone, if at all, its
    score does not depend on the pairs beside it; short batches at the end keep all threads at work until the last.
    """
    sizes = [rounded(length, step) for length in lengths]
    batches: list[list[int]] = []
    for i in sorted(range(len(sizes)), key=lambda i: -sizes[i]):
        last = batches[-1] if batches else []
        if not last or sizes[last[0]] != sizes[i] or (len(last) + 1) * sizes[i] > budget:
            batches.append([])
        batches[-1].append(i)
    return batches


def calibration(path: Path) -> Calibration:
    """Calibration beside the weights, or none (raw probabilities)."""
    file = path / "calibration.json"
    if not file.is_file():
        return Calibration()
    values = json.loads(file.read_text(encoding="utf-8"))
    return Calibration(float(values["slope"]), float(values["offset"]))
