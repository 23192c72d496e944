"""What a measurement was made on."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def machine() -> dict[str, Any]:
    """Processor as lscpu names it, the instruction sets that matter here, cores, memory, versions, load."""
    lines = subprocess.run(["lscpu"], capture_output=True, text=True, check=False).stdout.splitlines()
    fields = {key.strip(): value.strip() for key, _, value in (line.partition(":") for line in lines)}
    flags = set(fields.get("Flags", "").split())
    return {
        "processor": fields.get("Model name", platform.processor()),
        "avx512_bf16": "avx512_bf16" in flags,
        "amx_bf16": "amx_bf16" in flags,
        "avx512_vnni": "avx512_vnni" in flags,
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "python": platform.python_version(),
        **{name: version(name) for name in ("torch", "transformers", "sentence-transformers")},
        # A machine that was busy when the run began makes figures that do not compare.
        "load_before": round(os.getloadavg()[0], 2),
    }


def peak_mib() -> float:
    """Largest resident memory of this program so far.

    Not ``getrusage``: what it tells of a child begins with the memory of the program that started it.
    """
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return round(int(next(line.split()[1] for line in lines if line.startswith("VmHWM:"))) / 1024, 1)


def child(*arguments: str) -> dict[str, Any]:
    """Run a module of this benchmark in a process of its own; its last line of output is JSON."""
    command = [sys.executable, "-m", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"{' '.join(arguments)}: failed with status {done.returncode}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def save(name: str, result: dict[str, Any], markdown: str) -> None:
    """Write results/NAME.json and .md and show the table."""
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    (RESULTS / f"{name}.md").write_text(markdown, encoding="utf-8")
    sys.stdout.write(markdown)
