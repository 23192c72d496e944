"""Stage 1: general natural language inference on public corpora, from a sentence encoder.

    python models/training/general.py --base BASE_FOLDER --data NLI_FOLDER --out RUN_FOLDER

BASE_FOLDER holds all-mpnet-base-v2 (its model.safetensors is checked by sha256). NLI_FOLDER holds
train.jsonl.gz and dev/ as described in models/training/README.md; its rows are not redistributed here.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import os
import random
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from trainer import LABELS, Plan, Row, one_hot, predict, train

BASE_SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"

# Pairs taken from each public set. Small clean sets whole; sets without a neutral class, with labels made
# by rule, or of image captions are thinned, since news is what the model will read.
QUOTA = {
    "ling_in_loop": 26_000,
    "new_protocols": 8_000,
    "saut_wiki": 3_000,
    "snli_subset": 4_000,
    "cad_snli": 2_000,
    "openie_snli_mnli": 2_000,
    "fever_nli_3way": 2_000,
    "fever_pairs": 1_000,
    "control": 500,
    "fool_me_twice_devtest": 1_000,
    "ambient": 1_500,
    "taxinli_mnli": 2_186,
    "negation_nli": 1_499,
    "infotabs_linearised": 500,
}
# Cost grows with tokens, what is learned with pairs: longer pairs (in words, both sides) are left out.
MAX_WORDS = 52


def read_rows(path: Path) -> list[dict]:
    """Rows of a gzipped JSON-lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def check_sha256(path: Path, expected: str) -> None:
    """Raise SystemExit unless the file has the expected sha256."""
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != expected:
        raise SystemExit(f"{path}: sha256 {found}, expected {expected}")


def sample(rows: list[dict], seed: int) -> list[Row]:
    """Draw QUOTA pairs of each set, in a fixed shuffled order."""
    generator = random.Random(seed)
    by_set: dict[str, list[dict]] = {}
    for row in rows:
        if len(row["premise"].split()) + len(row["hypothesis"].split()) > MAX_WORDS:
            continue
        by_set.setdefault(row["set"], []).append(row)
    chosen = []
    for name, quota in QUOTA.items():
        group = by_set.get(name, [])
        generator.shuffle(group)
        chosen += group[:quota]
    return [Row(r["premise"], r["hypothesis"], one_hot(r["label"])) for r in chosen]


def accuracy(model, tokenizer, rows: list[dict]) -> float:
    """Share of rows whose most probable label is the gold one."""
    probabilities = predict(model, tokenizer, [(r["premise"], r["hypothesis"]) for r in rows])
    hits = sum(LABELS[int(p)] == r["label"] for p, r in zip(probabilities.argmax(-1), rows, strict=True))
    return round(hits / len(rows), 4)


def main() -> None:
    """Run the stage."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=float, default=1.0)
    parser.add_argument("--batch", type=int, default=32)
    arguments = parser.parse_args()
    os.nice(15)
    check_sha256(arguments.base / "model.safetensors", BASE_SHA256)
    rows = sample(read_rows(arguments.data / "train.jsonl.gz"), seed=13)
    development = random.Random(13).sample(read_rows(arguments.data / "dev" / "mnli_m.jsonl.gz"), 600)
    plan = Plan(
        out=arguments.out, base=arguments.base, epochs=arguments.epochs, batch=arguments.batch, learning_rate=5e-5
    )
    train(rows, plan, lambda model, tokenizer, _: {"mnli_m_600": accuracy(model, tokenizer, development)})


if __name__ == "__main__":
    main()
