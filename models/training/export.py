"""Write shipped weights: int8 matrices with one scale a row, in shards a repository can carry, with a manifest."""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file as save_numpy
from safetensors.torch import save_file

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from analyzer.weights import SCALE, SHARED, as_floats, load_arrays

SHARD_BYTES = 90_000_000


def quantise(tensors: dict[str, torch.Tensor], before: dict[str, np.ndarray]) -> dict[str, torch.Tensor]:
    """Round every large matrix to int8 with a float32 scale a row (largest magnitude / 127); the rest to float16.

    A matrix that training left as it was stored ``before`` is stored so again: rounding once more could change the last
    digit of a scale, and it would no longer be the same as in a model that shares it. A number that training moved by
    less than a step is rounded up or down by chance, the likelier the nearer: to the nearest, it would be back where it
    was.
    """
    chance = torch.Generator().manual_seed(13)
    out: dict[str, torch.Tensor] = {}
    for name, tensor in tensors.items():
        if not tensor.is_floating_point():
            continue
        value = tensor.detach().float().contiguous()
        if value.ndim == 2 and value.numel() >= 65_536:
            stored = torch.from_numpy(as_floats(before, name)) if name + SCALE in before else None
            if stored is not None and torch.equal(stored, value):
                out[name], out[name + SCALE] = (torch.from_numpy(before[name + end]) for end in ("", SCALE))
                continue
            scale = value.abs().amax(1).clamp_min(1e-12) / 127
            up = torch.full(value.shape, 0.5)
            if stored is not None:
                moved = (value - stored).abs()
                up = torch.where(moved < scale.unsqueeze(1), torch.rand(value.shape, generator=chance), up)
            out[name] = (value / scale.unsqueeze(1) + up).floor().clamp(-127, 127).to(torch.int8)
            out[name + SCALE] = scale
        else:
            out[name] = value.to(torch.float16)
    return out


def export_int8(tensors: dict[str, torch.Tensor], folder: Path, before: dict[str, np.ndarray] | None = None) -> None:
    """Write ``tensors`` into model-NN.safetensors shards of ``folder`` and make its manifest; see ``quantise``."""
    shard: dict[str, torch.Tensor] = {}
    size, number = 0, 1
    for name, tensor in quantise(tensors, before or {}).items():
        amount = tensor.numel() * tensor.element_size()
        if shard and size + amount > SHARD_BYTES:
            save_file(shard, folder / f"model-{number:02d}.safetensors")
            shard, size, number = {}, 0, number + 1
        shard[name] = tensor
        size += amount
    save_file(shard, folder / f"model-{number:02d}.safetensors")
    write_manifest(folder)


def share(folder: Path, tensors: dict[str, np.ndarray], other: Path) -> None:
    """Write a model's stored ``tensors`` into ``folder``, leaving out those that the model beside it has the same."""
    held = load_arrays(other)
    names = {n for n, value in tensors.items() if n in held and np.array_equal(value, held[n])}
    for file in folder.glob("*.safetensors"):
        file.unlink()
    save_numpy({n: value for n, value in tensors.items() if n not in names}, folder / "model-01.safetensors")
    (folder / SHARED).write_text(json.dumps({other.name: sorted(names)}, indent=1) + "\n", encoding="utf-8")
    write_manifest(folder)


def write_manifest(folder: Path) -> None:
    """Write manifest.json: the sha256 of every other file that the program reads."""
    files = sorted(p for p in folder.iterdir() if p.is_file() and p.name not in ("manifest.json", "MODEL_CARD.md"))
    digests = {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in files}
    (folder / "manifest.json").write_text(json.dumps({"sha256": digests}, indent=1) + "\n", encoding="utf-8")
