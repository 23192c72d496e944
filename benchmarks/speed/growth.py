"""How time and memory grow with the number of articles, stage by stage.

    python -m benchmarks.speed.growth [--sizes 100 1000 10000] [--model nli] [--least-prospect 0.03]

Articles are recombined from the authored stories (corpus.py). Each size runs in a process of its own. Stages are told
by looking at the running program every 20 ms from a second thread: time and memory go to the innermost module of the
package that is at work. Writes results/growth.json and .md.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path
from types import FrameType
from typing import Any

from analyzer.settings import Settings
from benchmarks.speed.corpus import write_corpus
from benchmarks.speed.machine import child, machine, peak_mib, save

EVERY = 0.02  # seconds between two looks


def resident_mib() -> float:
    """Resident memory of this process now."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


class Sampler(threading.Thread):
    """Looks at the main thread and books time and memory on the stage it finds at work."""

    def __init__(self, package: Path) -> None:
        super().__init__(daemon=True)
        self.package = str(package)
        self.main = threading.main_thread().ident or 0
        self.seconds: dict[str, float] = defaultdict(float)
        self.memory: dict[str, float] = defaultdict(float)
        self.done = threading.Event()

    def stage(self, frame: FrameType | None) -> str:
        """Name of the innermost module of the package on the stack."""
        while frame is not None:
            name = frame.f_code.co_filename
            if name.startswith(self.package):
                return Path(name).relative_to(self.package).with_suffix("").parts[0]
            frame = frame.f_back
        return "start"

    def run(self) -> None:
        """Look until told to stop."""
        last = time.perf_counter()
        while not self.done.wait(EVERY):
            stage = self.stage(sys._current_frames().get(self.main))
            now = time.perf_counter()
            self.seconds[stage] += now - last
            last = now
            self.memory[stage] = max(self.memory[stage], resident_mib())


def measure(folder: Path, model: str, least_prospect: float) -> dict[str, Any]:
    """One whole job, watched."""
    import analyzer

    settings = analyzer.Settings(model=model, least_prospect=least_prospect)
    sampler = Sampler(Path(analyzer.__file__).parent)
    sampler.start()
    began = time.perf_counter()
    run = analyzer.analyze([folder], settings=settings).run
    seconds = time.perf_counter() - began
    sampler.done.set()
    sampler.join()
    stages = {
        name: {"seconds": round(spent, 2), "resident_mib": round(sampler.memory[name])}
        for name, spent in sorted(sampler.seconds.items(), key=lambda item: -item[1])
    }
    return {
        "articles": len(run.articles),
        "least_prospect": least_prospect,
        "seconds": round(seconds, 2),
        "articles_s": round(len(run.articles) / seconds, 2),
        "peak_mib": peak_mib(),
        "statements": len(run.statements),
        "actions": len(run.actions),
        "pairs_scored": len(run.scored),
        "findings": len(run.findings),
        "stages": stages,
    }


def markdown(result: dict[str, Any]) -> str:
    """The tables."""
    sizes = result["sizes"]
    head = [str(size["articles"]) for size in sizes]
    lines = [
        "# Growth",
        "",
        f"{result['machine']['processor']}, {result['machine']['cores']} cores; load before the run"
        f" {result['machine']['load_before']}. Articles are recombined from the authored stories.",
        "",
        "| articles | " + " | ".join(head) + " |",
        "| --- " * (len(head) + 1) + "|",
    ]
    names = ("least_prospect", "seconds", "articles_s", "peak_mib", "statements", "actions", "pairs_scored", "findings")
    lines += [f"| {name} | " + " | ".join(str(size[name]) for size in sizes) + " |" for name in names]
    stages = list(dict.fromkeys(stage for size in reversed(sizes) for stage in size["stages"]))
    lines += ["", "Seconds (and resident memory, MiB) by stage:", ""]
    lines += ["| stage | " + " | ".join(head) + " |", "| --- " * (len(head) + 1) + "|"]
    for stage in stages:
        found = [size["stages"].get(stage) for size in sizes]
        cells = [f"{f['seconds']} ({f['resident_mib']})" if f else "–" for f in found]
        lines.append(f"| {stage} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure every size and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 1000, 10_000])
    parser.add_argument("--model", default="nli", help="shipped name or model folder")
    parser.add_argument("--least-prospect", type=float, default=Settings().least_prospect, help="as in the settings")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.child:
        sys.stdout.write(json.dumps(measure(arguments.child, arguments.model, arguments.least_prospect)) + "\n")
        return
    result: dict[str, Any] = {"machine": machine(), "model": Path(arguments.model).name, "sizes": []}
    for size in arguments.sizes:
        with tempfile.TemporaryDirectory() as name:
            write_corpus(Path(name), size)
            sys.stderr.write(f"{size} articles\n")
            options = ["--model", arguments.model, "--least-prospect", str(arguments.least_prospect)]
            found = child("benchmarks.speed.growth", "--child", name, *options)
        result["sizes"].append(found)
    save("growth", result, markdown(result))


if __name__ == "__main__":
    main()
