"""Pairs a second and articles a second, beside the usual ways, in one run on one machine.

    python -m benchmarks.speed [--model nli] [--pairs 1000] [--runs 3]

Every arm reads the same pairs with the same weights, each time in a process of its own; rounds are interleaved, so
that a change in the machine's load meets all arms. Writes results/speed.json and .md.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.quality.gold import Story, load_story, sha256, splits
from benchmarks.quality.pairs import authored_rows, story_rows
from benchmarks.speed.arms import ARMS
from benchmarks.speed.machine import child, machine, peak_mib, save

TITLES = {
    "cross_encoder": "sentence-transformers CrossEncoder.predict, float32",
    "pipeline": "transformers pipeline, one pair a call",
    "analyzer": "analyzer",
}
SAMPLES = {
    "recurring": "pairs as a run has them: the candidates of story folder g, by statement",
    "distinct": "pairs drawn by hash, whose texts hardly recur",
}
TOP = 100
TIE = 0.01  # calibrated scores this close are a tie


def sample(name: str, count: int) -> list[dict[str, str]]:
    """The pairs of a sample, the same in all runs and chosen by nobody."""
    if name == "distinct":
        return drawn(count)
    from analyzer import analyze
    from analyzer.pipeline import texts_to_score

    pairs = [one.pair for one in analyze([load_story("g").path]).run.scored]
    pairs.sort(key=lambda pair: (pair.statement.id, pair.action.id))
    return [{"premise": premise, "hypothesis": hypothesis} for premise, hypothesis in texts_to_score(pairs)[:count]]


def drawn(count: int) -> list[dict[str, str]]:
    """Half authored pairs, half story pairs, those whose hash comes first."""
    authored, told = authored_rows(None), story_rows(load_story("g"))

    def first(rows: list[dict[str, Any]], n: int) -> list[dict[str, str]]:
        chosen = sorted(rows, key=lambda row: sha256(row["premise"], row["hypothesis"]))[:n]
        return [{name: row[name] for name in ("premise", "hypothesis")} for row in chosen]

    return first(authored, count // 2) + first(told, count - count // 2)


def reference(model: str, folder: Path) -> str:
    """Return a folder that the other libraries can load with the very weights of ``model``, as float32.

    Shipped weights are int8 with scales; they are written out as float32. Another model's folder is used as it is.
    """
    from analyzer.nli import SHIPPED
    from analyzer.weights import MANIFEST, load_tensors
    from analyzer.weights import folder as shipped

    source = shipped(model) if model in SHIPPED else Path(model)
    if not (source / MANIFEST).is_file():
        return model
    from safetensors.torch import save_file

    for file in source.iterdir():
        if file.is_file() and file.suffix not in {".safetensors", ".md"} and file.name != MANIFEST:
            shutil.copy(file, folder)
    save_file(load_tensors(source), folder / "model.safetensors", metadata={"format": "pt"})
    return str(folder)


def tokens_a_pair(model: str, rows: list[dict[str, str]]) -> float:
    """Mean number of tokens of a pair, special tokens included."""
    from transformers import AutoTokenizer

    encoded = AutoTokenizer.from_pretrained(model)([r["premise"] for r in rows], [r["hypothesis"] for r in rows])
    return sum(map(len, encoded["input_ids"])) / len(rows)


def spread(values: list[float]) -> dict[str, float]:
    """Median, lowest and highest of the rounds."""
    return {"median": median(values), "low": min(values), "high": max(values)}


def agreement(model: str, ours: NDArray[np.float32], theirs: NDArray[np.float32]) -> dict[str, float]:
    """How far the calibrated scores of two arms lie apart, and whether they put the same pairs on top.

    Two of the reference's top pairs are in another order when ours exchanges them although they lie more than TIE
    apart, both in the reference and in ours.
    """
    from analyzer.nli import SHIPPED, calibration
    from analyzer.weights import folder as shipped

    calibrate = calibration(shipped(model) if model in SHIPPED else Path(model))
    a, b = calibrate(ours).astype(float), calibrate(theirs).astype(float)
    top = min(TOP, len(a))
    tops = [np.argsort(-x, kind="stable")[:top] for x in (a, b)]
    x, y = a[tops[1]], b[tops[1]]
    exchanged = (y[:, None] - y[None, :] > TIE) & (x[:, None] < x[None, :])
    return {
        "largest_difference": float(np.abs(a - b).max()),
        "mean_difference": float(np.abs(a - b).mean()),
        "largest_difference_uncalibrated": float(np.abs(ours[:, 0] - theirs[:, 0]).max()),
        "mean_difference_uncalibrated": float(np.abs(ours[:, 0] - theirs[:, 0]).mean()),
        "top": top,
        "top_shared": len(set(tops[0].tolist()) & set(tops[1].tolist())) / top,
        "exchanged": int(exchanged.sum()),
        "exchanged_beyond_ties_in_both": int((exchanged & (x[None, :] - x[:, None] > TIE)).sum()),
        "couples_in_top": top * (top - 1) // 2,
    }


def compare_arms(model: str, rows: list[dict[str, str]], runs: int) -> dict[str, Any]:
    """Time every arm ``runs`` times, interleaved."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        file = work / "pairs.jsonl"
        file.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        (work / "model").mkdir()
        plain = reference(model, work / "model")
        rounds: dict[str, list[dict[str, Any]]] = {arm: [] for arm in ARMS}
        for number in range(runs):
            for arm in ARMS:
                sys.stderr.write(f"round {number + 1} of {runs}: {arm}\n")
                weights = model if arm == "analyzer" else plain
                found = child("benchmarks.speed.arms", arm, weights, str(file), str(work / f"{arm}.npy"))
                rounds[arm].append(found)
        scores = {arm: np.load(work / f"{arm}.npy") for arm in ARMS}
        tokens = tokens_a_pair(plain, rows)
    rate = {arm: [r["pairs_s"] for r in found] for arm, found in rounds.items()}
    return {
        "pairs": len(rows),
        "pairs_sha256": sha256(*(text for row in rows for text in (row["premise"], row["hypothesis"]))),
        "texts": len({text for row in rows for text in row.items()}),
        "tokens_a_pair": tokens,
        "backend": rounds["analyzer"][-1]["name"],
        "runs": runs,
        "arms": {
            arm: {
                "pairs_s": spread(rate[arm]),
                "peak_mib": spread([r["peak_mib"] for r in rounds[arm]]),
                "load_s": spread([r["load_s"] for r in rounds[arm]]),
                # Unlike pairs a second this holds on a machine that does other things as well.
                "pairs_cpu_s": spread([len(rows) / r["cpu_s"] for r in rounds[arm]]),
                # Ratios within a round, where the machine was in the same state.
                "analyzer_is_faster_by": spread([o / t for o, t in zip(rate["analyzer"], rate[arm], strict=True)]),
            }
            for arm in ARMS
        },
        "analyzer_against_cross_encoder": agreement(model, scores["analyzer"], scores["cross_encoder"]),
    }


def job(model: str) -> dict[str, Any]:
    """The whole job over articles that no model was trained on, in this process: run as a child by ``main``."""
    from analyzer import Settings, analyze

    stories: list[Story] = [load_story(name) for name in splits()["stories"]["report"]]
    began = time.perf_counter()
    run = analyze([story.path for story in stories], settings=Settings(model=model)).run
    seconds = time.perf_counter() - began
    actions: dict[str, int] = {}
    for action in run.actions:
        actions[action.article] = actions.get(action.article, 0) + 1
    everything = sum(len(run.actions) - actions.get(s.article, 0) for s in run.statements)
    return {
        "articles": len(run.articles),
        "seconds": seconds,
        "statements": len(run.statements),
        "actions": len(run.actions),
        "pairs_scored": len(run.scored),
        "pairs_without_gates": everything,
        "peak_mib": peak_mib(),
    }


def whole_job(model: str, runs: int, arms: dict[str, Any]) -> dict[str, Any]:
    """Articles a second of the whole job, beside an estimate of scoring every statement with every action."""
    found = [child("benchmarks.speed", "--job", "--model", model) for _ in range(runs)]
    last = found[-1]
    naive = last["pairs_without_gates"] / arms["cross_encoder"]["pairs_s"]["median"]
    return last | {
        "seconds": spread([f["seconds"] for f in found]),
        "articles_s": spread([f["articles"] / f["seconds"] for f in found]),
        "peak_mib": spread([f["peak_mib"] for f in found]),
        "estimated_naive_seconds": naive,
        "estimated_naive_articles_s": last["articles"] / naive,
    }


def _compared(model: str, name: str, pairs: dict[str, Any]) -> list[str]:
    """The table of one sample."""
    close = pairs["analyzer_against_cross_encoder"]
    lines = [
        f"Model {model} in {pairs['backend']}; {pairs['pairs']} {SAMPLES[name]} ({pairs['texts']} texts,"
        f" {pairs['tokens_a_pair']:.1f} tokens a pair, sha256 {pairs['pairs_sha256'][:16]}); medians of"
        f" {pairs['runs']} interleaved rounds, lowest to highest in brackets.",
        "",
        "| way | pairs/s | pairs/CPU second | peak memory, MiB | analyzer is faster by |",
        "| --- | --- | --- | --- | --- |",
    ]
    for arm, figures in pairs["arms"].items():
        cells = [show(figures[key], digits) for key, digits in (("pairs_s", 1), ("pairs_cpu_s", 1), ("peak_mib", 0))]
        ratio = "" if arm == "analyzer" else show(figures["analyzer_is_faster_by"], 2)
        lines.append(f"| {TITLES[arm]} | {' | '.join(cells)} | {ratio} |")
    return [
        *lines,
        "",
        f"Calibrated score of analyzer against CrossEncoder: largest difference {close['largest_difference']:.4f},"
        f" mean {close['mean_difference']:.4f} (uncalibrated {close['largest_difference_uncalibrated']:.4f} and"
        f" {close['mean_difference_uncalibrated']:.4f}). Of the top {close['top']}, {close['top_shared']:.0%} are"
        f" shared; of their {close['couples_in_top']} couples {close['exchanged']} that lie more than {TIE} apart are"
        f" exchanged, {close['exchanged_beyond_ties_in_both']} of them by more than {TIE}.",
    ]


def markdown(result: dict[str, Any]) -> str:
    """The tables."""
    where, whole = result["machine"], result["job"]
    lines = [
        "# Speed",
        "",
        f"{where['processor']}, {where['cores']} cores, {where['memory_gib']} GiB, avx512_bf16 {where['avx512_bf16']},"
        f" amx_bf16 {where['amx_bf16']}; torch {where['torch']}; load before the run {where['load_before']}.",
    ]
    for name, pairs in result["pairs"].items():
        lines += ["", *_compared(result["model"], name, pairs)]
    if whole:
        lines += [
            "",
            "| the whole job | articles/s | seconds | pairs scored |",
            "| --- | --- | --- | --- |",
            f"| analyzer, {whole['articles']} articles | {show(whole['articles_s'], 2)} | {show(whole['seconds'], 1)}"
            f" | {whole['pairs_scored']} |",
            f"| every statement with every action of another article, CrossEncoder: **estimated** as their number over"
            f" its pairs/s, without extraction | {whole['estimated_naive_articles_s']:.3f}"
            f" | {whole['estimated_naive_seconds']:.0f} | {whole['pairs_without_gates']} |",
        ]
    return "\n".join(lines) + "\n"


def show(value: dict[str, float], digits: int) -> str:
    """Median with its range."""
    return f"{value['median']:.{digits}f} ({value['low']:.{digits}f}–{value['high']:.{digits}f})"


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", default="nli", help="shipped name or model folder")
    parser.add_argument("--pairs", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--no-job", action="store_true", help="leave out the whole job")
    parser.add_argument("--job", action="store_true", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.job:
        sys.stdout.write(json.dumps(job(arguments.model)) + "\n")
        return
    result: dict[str, Any] = {"machine": machine(), "model": Path(arguments.model).name}
    result |= {"pairs": {}, "job": None}
    for name in SAMPLES:
        rows = sample(name, arguments.pairs)
        result["pairs"][name] = compare_arms(arguments.model, rows, arguments.runs)
        save("speed", result, markdown(result))  # all takes long: what is measured is kept
    if not arguments.no_job:
        result["job"] = whole_job(arguments.model, arguments.runs, result["pairs"]["recurring"]["arms"])
        save("speed", result, markdown(result))


if __name__ == "__main__":
    main()
