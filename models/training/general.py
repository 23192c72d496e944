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
# The second round: mostly pairs the first has not seen (they are drawn from the other end of the same order).
QUOTA_SECOND = {
    "ling_in_loop": 22_000,
    "new_protocols": 7_000,
    "saut_wiki": 2_500,
    "snli_subset": 2_500,
    "cad_snli": 1_500,
    "fever_nli_3way": 1_000,
    "fool_me_twice_devtest": 600,
    "ambient": 800,
    "taxinli_mnli": 1_200,
    "negation_nli": 700,
}
# A round after the lowest layers came to read the texts apart (further.py): what lost most, once more.
QUOTA_FURTHER = {
    "ling_in_loop": 28_000,
    "new_protocols": 12_000,
    "saut_wiki": 4_000,
    "snli_subset": 6_000,
    "cad_snli": 2_500,
    "openie_snli_mnli": 1_500,
    "fever_nli_3way": 1_500,
    "fool_me_twice_devtest": 1_000,
    "ambient": 1_500,
    "taxinli_mnli": 2_186,
    "negation_nli": 1_499,
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


def sample(rows: list[dict], seed: int, quota: dict[str, int] = QUOTA, *, last: bool = False) -> list[Row]:
    """Draw ``quota`` pairs of each set from a fixed shuffled order: its first ones, or its ``last``."""
    generator = random.Random(seed)
    by_set: dict[str, list[dict]] = {}
    for row in rows:
        if len(row["premise"].split()) + len(row["hypothesis"].split()) > MAX_WORDS:
            continue
        by_set.setdefault(row["set"], []).append(row)
    chosen = []
    for name in QUOTA:  # one order of sets, so that both rounds shuffle alike
        group = by_set.get(name, [])
        generator.shuffle(group)
        wanted = min(quota.get(name, 0), len(group))
        chosen += group[len(group) - wanted :] if last else group[:wanted]
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
    parser.add_argument("--start", type=Path, help="model folder to go on from: the second round")
    arguments = parser.parse_args()
    os.nice(15)
    check_sha256(arguments.base / "model.safetensors", BASE_SHA256)
    public = read_rows(arguments.data / "train.jsonl.gz")
    rows = sample(public, 13, QUOTA_SECOND, last=True) if arguments.start else sample(public, 13)
    development = random.Random(13).sample(read_rows(arguments.data / "dev" / "mnli_m.jsonl.gz"), 600)
    plan = Plan(
        out=arguments.out,
        base=arguments.start or arguments.base,
        epochs=arguments.epochs,
        batch=arguments.batch,
        learning_rate=4e-5 if arguments.start else 5e-5,
        layer_decay=0.95 if arguments.start else 1.0,
    )
    train(rows, plan, lambda model, tokenizer, _: {"mnli_m_600": accuracy(model, tokenizer, development)})


if __name__ == "__main__":
    main()
