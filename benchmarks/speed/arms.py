"""One arm of the comparison, alone in its process: load, warm up, time one pass over the pairs.

    python -m benchmarks.speed.arms ARM MODEL PAIRS.jsonl SCORES.npy

ARM is cross_encoder, pipeline or analyzer. Loading and the warm-up are outside of the time; tokenising is inside.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.speed.machine import peak_mib

Pairs = list[tuple[str, str]]
Scores = NDArray[np.float32]
Arm = Callable[[Pairs], Scores]
WARM_UP = 32


def known(model: str) -> None:
    """Let transformers load a model that reads texts apart by itself; it then reads every pair as a whole."""
    from transformers import AutoConfig, AutoModelForSequenceClassification

    from analyzer.torchnet import kind

    config = AutoConfig.from_pretrained(model)
    if getattr(config, "separate_layers", 0):
        AutoModelForSequenceClassification.register(type(config), kind(config), exist_ok=True)


def cross_encoder(model: str) -> tuple[Arm, str]:
    """The cross-encoder as documented: predict() over all pairs, float32, the default batch."""
    from sentence_transformers import CrossEncoder

    known(model)
    from analyzer.nli import label_order

    encoder = CrossEncoder(model)
    order = label_order(encoder.config.id2label)

    def score(pairs: Pairs) -> Scores:
        return np.asarray(encoder.predict(pairs, apply_softmax=True, show_progress_bar=False))[:, order]

    return score, "cross_encoder"


def pipeline(model: str) -> tuple[Arm, str]:
    """The text-classification pipeline, one pair a call."""
    import transformers

    from analyzer.nli import LABELS

    known(model)
    classify = transformers.pipeline("text-classification", model=model, top_k=None)

    def one(premise: str, hypothesis: str) -> list[float]:
        found = classify({"text": premise, "text_pair": hypothesis})
        by_name = {line["label"]: line["score"] for line in found}
        return [by_name[label] for label in LABELS]

    def score(pairs: Pairs) -> Scores:
        return np.asarray([one(premise, hypothesis) for premise, hypothesis in pairs], dtype=np.float32)

    return score, "pipeline"


def analyzer(model: str) -> tuple[Arm, str]:
    """This project's scorer with its default settings."""
    from analyzer.nli import load_scorer
    from analyzer.settings import Settings

    scorer = load_scorer(Settings(model=model))

    def score(pairs: Pairs) -> Scores:
        return scorer.score([premise for premise, _ in pairs], [hypothesis for _, hypothesis in pairs])

    return score, scorer.info.backend


# Each loads a model and gives the way to score with it, and the name of what runs it.
ARMS: dict[str, Callable[[str], tuple[Arm, str]]] = {
    "cross_encoder": cross_encoder,
    "pipeline": pipeline,
    "analyzer": analyzer,
}


def main() -> None:
    """Time one arm."""
    name, model, pairs_file, scores_file = sys.argv[1:]
    rows = [json.loads(line) for line in Path(pairs_file).read_text(encoding="utf-8").splitlines()]
    pairs = [(row["premise"], row["hypothesis"]) for row in rows]
    began = time.perf_counter()
    arm, backend = ARMS[name](model)
    arm(pairs[:WARM_UP])
    loaded, worked = time.perf_counter(), time.process_time()
    scores = arm(pairs)
    seconds, cpu = time.perf_counter() - loaded, time.process_time() - worked
    np.save(scores_file, np.asarray(scores, dtype=np.float32))
    figures: dict[str, float | str] = {
        "seconds": seconds,
        "pairs_s": len(pairs) / seconds,
        "load_s": loaded - began,
        "peak_mib": peak_mib(),
    }
    figures |= {"cpu_s": cpu, "name": backend}
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main()
