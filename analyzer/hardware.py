"""What this machine offers to a model: device, number format, threads."""

from __future__ import annotations

import os
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch

CPUINFO = Path("/proc/cpuinfo")
DRIVERS = (Path("/dev/nvidiactl"), Path("/dev/dxg"), Path("/dev/kfd"))  # NVIDIA, Windows' own under WSL, AMD
TILES = "amx_bf16"  # multiplies whole tiles of bfloat16
BF16 = {"avx512_bf16", TILES}


@cache
def has_bf16() -> bool:
    """Whether this processor multiplies bfloat16 natively; emulation would be slower than float32."""
    return bool(BF16 & _flags())


def has_tiles() -> bool:
    """Whether this processor multiplies bfloat16 in tiles (AMX), which is faster than int8 in vectors."""
    return TILES in _flags()


@cache
def _flags() -> frozenset[str]:
    """What the processor says it can do."""
    try:  # the system's own word on Linux, which costs no import of torch
        lines = CPUINFO.read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    flags = next((line for line in lines if line.startswith("flags")), None)
    if flags is not None:
        return frozenset(flags.split())
    import torch

    return frozenset(name for name, there in torch.cpu.get_capabilities().items() if there is True)


def has_gpu() -> bool:
    """Whether torch finds a GPU; on Linux it is asked only where a driver is loaded, since its import takes seconds."""
    if sys.platform == "linux" and not any(driver.exists() for driver in DRIVERS):
        return False
    import torch

    return torch.cuda.is_available()


def device() -> torch.device:
    """The first GPU when there is one, else the processor."""
    import torch

    return torch.device("cuda" if has_gpu() else "cpu")


def fast_dtype(where: torch.device) -> torch.dtype:
    """bfloat16 where the hardware has it, float32 elsewhere."""
    import torch

    native = torch.cuda.is_bf16_supported() if where.type == "cuda" else has_bf16()
    return torch.bfloat16 if native else torch.float32


def thread_count(count: int) -> int:
    """Threads to use: ``count``, or for 0 all that this process may run on."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return count or allowed


def use_threads(count: int) -> None:
    """Let torch use ``count`` processor threads; 0 means all that this process may run on."""
    import torch

    torch.set_num_threads(thread_count(count))
