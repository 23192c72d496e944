"""Natural language inference over pairs of texts: a Protocol, and the local scorer behind it.

A premise (what was done) is read against a hypothesis (what was said). Each text is tokenised once however many pairs
it meets; pairs are joined by token ids, sorted by length and packed into batches by a token budget, under inference
mode, in bfloat16 where the hardware has it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
import torch
from numpy.typing import NDArray

from analyzer.hardware import device, fast_dtype, use_threads
from analyzer.records import ModelError, ModelInfo
from analyzer.settings import Settings
from analyzer.weights import MANIFEST, fingerprint, folder, load_tensors, mark

if TYPE_CHECKING:
    from tokenizers import Encoding

LABELS = ("contradiction", "entailment", "neutral")
MAX_TOKENS = 192  # a pair; the longer side is cut first, which news sentences seldom reach
SHIPPED = ("nli",)

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
    use_threads(settings.threads)
    path = folder(settings.model) if settings.model in SHIPPED else Path(settings.model)
    try:
        if (path / MANIFEST).is_file():
            return LocalScorer.from_shipped(path, settings)
        if path.exists() and not (path / "config.json").is_file():
            raise ModelError("not a model folder (it holds no config.json)")
        return LocalScorer.from_transformers(settings.model, settings)
    except ModelError as error:
        raise ModelError(f"model {settings.model}: {error}") from error
    except (OSError, ValueError, KeyError, RuntimeError, ImportError) as error:
        reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
        raise ModelError(f"model {settings.model}: cannot be loaded: {reason}") from error


class LocalScorer:
    """A Hugging Face sequence-classification model on this machine."""

    def __init__(self, model: Any, tokenizer: Any, info: ModelInfo, calibration: Calibration, budget: int) -> None:
        """Take a loaded model and fast tokenizer; raises ModelError when the labels are not NLI's."""
        if not getattr(tokenizer, "is_fast", False):
            raise ModelError("its tokenizer has no fast version (tokenizer.json)")
        self.order = label_order(model.config.id2label)
        self.device = device()
        self.model = model.to(self.device, fast_dtype(self.device)).eval()
        self.info = info
        self.calibration = calibration
        self.budget = budget
        self.pad_id = tokenizer.pad_token_id or 0
        self.segments = "token_type_ids" in tokenizer.model_input_names
        self.backend = tokenizer.backend_tokenizer
        self.backend.no_padding()
        longest = min(MAX_TOKENS, tokenizer.model_max_length)
        self.backend.enable_truncation(longest, strategy="longest_first")

    @classmethod
    def from_shipped(cls, path: Path, settings: Settings) -> LocalScorer:
        """Load int8 weights whose manifest is checked first."""
        from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer

        identity = fingerprint(path)
        config = AutoConfig.from_pretrained(path)
        with torch.device("meta"):
            model = AutoModelForSequenceClassification.from_config(config)
        model.load_state_dict(load_tensors(path), strict=False, assign=True)
        missing = [name for name, value in model.named_parameters() if value.is_meta]
        if missing:
            raise ModelError(f"{path}: weights are incomplete ({missing[0]})")
        for name, buffer in list(model.named_buffers()):  # position ids and the like are no weights
            if buffer.is_meta:
                owner, _, leaf = name.rpartition(".")
                setattr(model.get_submodule(owner), leaf, torch.arange(buffer.numel()).reshape(buffer.shape))
        info = ModelInfo(settings.model, identity, _backend_name(), calibrated=(path / "calibration.json").is_file())
        return cls(model, AutoTokenizer.from_pretrained(path), info, _calibration(path), settings.token_budget)

    @classmethod
    def from_transformers(cls, name: str, settings: Settings) -> LocalScorer:
        """Load any NLI model from a folder, or a hub id from the local cache or the hub."""
        from transformers import AutoModelForSequenceClassification, AutoTokenizer

        model = AutoModelForSequenceClassification.from_pretrained(name, use_safetensors=True)
        path = Path(name)
        identity = mark(name) or getattr(model.config, "_commit_hash", None) or name
        info = ModelInfo(name, identity, _backend_name(), calibrated=(path / "calibration.json").is_file())
        return cls(model, AutoTokenizer.from_pretrained(name), info, _calibration(path), settings.token_budget)

    def score(
        self, premises: Sequence[str], hypotheses: Sequence[str], advance: Callable[[int], None] | None = None
    ) -> Scores:
        """Return probabilities [n, 3] in LABELS order, in input order; ``advance(k)`` is told after k more pairs."""
        if len(premises) != len(hypotheses):
            raise ValueError(f"{len(premises)} premises for {len(hypotheses)} hypotheses")
        out = np.zeros((len(premises), 3), dtype=np.float32)
        encodings = self._encode(premises, hypotheses)
        order = sorted(range(len(encodings)), key=lambda i: len(encodings[i].ids))
        for batch in _by_budget(order, [len(e.ids) for e in encodings], self.budget):
            out[batch] = self._forward([encodings[i] for i in batch])
            if advance:
                advance(len(batch))
        return out

    def calibrate(self, probabilities: Scores) -> Scores:
        """Return calibrated contradiction probabilities [n]; the raw ones when the model ships no calibration."""
        return self.calibration(probabilities)

    def _encode(self, premises: Sequence[str], hypotheses: Sequence[str]) -> list[Encoding]:
        """Tokenise each distinct text once, then join the pairs by their ids."""
        unique = list(dict.fromkeys([*premises, *hypotheses]))
        single = dict(zip(unique, self.backend.encode_batch(unique, add_special_tokens=False), strict=True))
        return [self.backend.post_process(single[p], single[h]) for p, h in zip(premises, hypotheses, strict=True)]

    @torch.inference_mode()
    def _forward(self, encodings: list[Encoding]) -> Scores:
        width = max(len(e.ids) for e in encodings)
        ids = torch.full((len(encodings), width), self.pad_id, dtype=torch.long)
        mask = torch.zeros_like(ids)
        types = torch.zeros_like(ids)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = torch.tensor(encoding.ids)
            types[row, : len(encoding.ids)] = torch.tensor(encoding.type_ids)
            mask[row, : len(encoding.ids)] = 1
        inputs = {"input_ids": ids, "attention_mask": mask} | ({"token_type_ids": types} if self.segments else {})
        logits = self.model(**{name: value.to(self.device) for name, value in inputs.items()}).logits
        probabilities = logits.float().softmax(-1).cpu().numpy()
        return np.asarray(probabilities[:, self.order], dtype=np.float32)


def _by_budget(order: Sequence[int], lengths: Sequence[int], budget: int) -> list[list[int]]:
    """Cut indices sorted by length into batches whose padded size stays within ``budget`` tokens."""
    batches: list[list[int]] = []
    batch: list[int] = []
    for i in order:
        if batch and (len(batch) + 1) * lengths[i] > budget:
            batches.append(batch)
            batch = []
        batch.append(i)
    return [*batches, batch] if batch else batches


def _calibration(path: Path) -> Calibration:
    """Calibration beside the weights, or none (raw probabilities)."""
    file = path / "calibration.json"
    if not file.is_file():
        return Calibration()
    values = json.loads(file.read_text(encoding="utf-8"))
    return Calibration(float(values["slope"]), float(values["offset"]))


def _backend_name() -> str:
    where = device()
    return f"torch {where.type} {str(fast_dtype(where)).removeprefix('torch.')}"
