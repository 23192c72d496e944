"""What this machine offers to a model: device, number format, threads."""

from __future__ import annotations

import os

import torch


def has_bf16() -> bool:
    """Whether this processor multiplies bfloat16 natively; emulation would be slower than float32."""
    found = torch.cpu.get_capabilities()
    return bool(found.get("avx512_bf16") or found.get("amx_bf16"))


def device() -> torch.device:
    """The first GPU when there is one, else the processor."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def fast_dtype(where: torch.device) -> torch.dtype:
    """bfloat16 where the hardware has it, float32 elsewhere."""
    native = torch.cuda.is_bf16_supported() if where.type == "cuda" else has_bf16()
    return torch.bfloat16 if native else torch.float32


def use_threads(count: int) -> None:
    """Let torch use ``count`` processor threads; 0 means all that this process may run on."""
    torch.set_num_threads(
        count or len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else count or os.cpu_count() or 1
    )
