"""Models as transformers has them, run by torch: any architecture, and the GPU when there is one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from analyzer.hardware import device, fast_dtype, use_threads
from analyzer.records import ModelError
from analyzer.weights import MANIFEST, as_floats, load_tensors, plain


class TorchNetwork:
    """A loaded model in bfloat16 where the hardware multiplies it, in float32 elsewhere."""

    streams = step = 1

    def __init__(self, source: str | Path, threads: int, *, segments: bool) -> None:
        """Load a folder or hub id; ``segments`` says whether the model is given segment ids."""
        use_threads(threads)
        self.device = device()
        dtype = fast_dtype(self.device)
        self.model = load(source).to(self.device, dtype).eval()
        self.segments = segments
        self.name = f"torch {self.device.type} {str(dtype).removeprefix('torch.')}"
        self.labels = {int(number): str(label) for number, label in self.model.config.id2label.items()}

    @torch.inference_mode()
    def logits(self, batches: Iterable[Sequence[tuple[Sequence[int], Sequence[int]]]]) -> Iterator[NDArray[np.float32]]:
        """Yield the logits [rows, labels] of each batch, in order."""
        for rows in batches:
            ids, types = zip(*rows, strict=True)
            tokens = torch.tensor(ids, device=self.device)
            inputs = {"input_ids": tokens, "attention_mask": torch.ones_like(tokens)}
            if self.segments:
                inputs["token_type_ids"] = torch.tensor(types, device=self.device)
            yield np.asarray(self.model(**inputs).logits.float().cpu().numpy(), dtype=np.float32)


class TorchStates:
    """An encoder without head, on the processor: for machines without OpenVINO."""

    def __init__(self, config: dict[str, Any], tensors: dict[str, NDArray[Any]], threads: int) -> None:
        """Build from a model's config and tensors, int8 ones turned back into float32."""
        from transformers import AutoConfig, AutoModel

        use_threads(threads)
        prefix = config["model_type"] + "."
        known = {key: value for key, value in config.items() if key != "model_type"}
        self.model = AutoModel.from_config(AutoConfig.for_model(config["model_type"], **known), add_pooling_layer=False)
        floats = {name.removeprefix(prefix): torch.from_numpy(as_floats(tensors, name)) for name in plain(tensors)}
        self.model.load_state_dict(floats, strict=False)
        self.model.eval()

    @torch.inference_mode()
    def states(self, windows: Iterable[Sequence[int]]) -> Iterator[NDArray[np.float32]]:
        """Yield the states [tokens, width] of each window of token ids, in order."""
        for ids in windows:
            out = self.model(input_ids=torch.tensor([list(ids)])).last_hidden_state
            yield np.asarray(out[0].numpy(), dtype=np.float32)


def load(source: str | Path) -> Any:
    """Return the model of a folder with a manifest, of another, or a hub id; raises ModelError when weights miss."""
    from transformers import AutoConfig

    config = AutoConfig.from_pretrained(str(source))
    if (Path(source) / MANIFEST).is_file():
        return load_shipped(Path(source), config)
    return kind(config).from_pretrained(str(source), config=config, use_safetensors=True)


def kind(config: Any) -> Any:
    """Return the class of a config's model: ours for one that reads the texts apart, else transformers' choice."""
    if getattr(config, "separate_layers", 0):
        from analyzer.separate import SeparateMPNetForSequenceClassification

        return SeparateMPNetForSequenceClassification
    from transformers import AutoModelForSequenceClassification

    return AutoModelForSequenceClassification


def load_shipped(path: Path, config: Any) -> Any:
    """Return the model of a folder with a manifest, int8 weights turned back into float32.

    Raises ModelError when weights are missing.
    """
    with torch.device("meta"):
        model = kind(config).from_config(config)
    model.load_state_dict(load_tensors(path), strict=False, assign=True)
    missing = [name for name, value in model.named_parameters() if value.is_meta]
    if missing:
        raise ModelError(f"{path}: weights are incomplete ({missing[0]})")
    for name, buffer in list(model.named_buffers()):  # position and segment ids are no weights
        if buffer.is_meta:
            owner, _, leaf = name.rpartition(".")
            numbers = torch.arange(buffer.numel()) * (leaf != "token_type_ids")
            setattr(model.get_submodule(owner), leaf, numbers.reshape(buffer.shape))
    return model
