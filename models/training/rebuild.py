"""Rebuild every shipped model from named inputs with one command.

    python models/training/rebuild.py --mpnet MPNET --data DATA --nli NLI --runs RUNS

MPNET holds the base encoder (checked by sha256), DATA statement_action/ and stories/, NLI train.jsonl.gz and
dev/; see README.md beside this file. RUNS keeps logs and checkpoints: run the same command again and it goes on from
the last one. A stage that has finished is not run again.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODELS = HERE.parent


def stages(arguments: argparse.Namespace) -> list[tuple[str, list[str]]]:
    """Name and command line of each stage, in order; general and specialised training take turns twice."""
    runs: Path = arguments.runs
    general = ["general.py", "--base", str(arguments.mpnet), "--data", str(arguments.nli)]
    special = ["specialise.py", "--data", str(arguments.data), "--nli", str(arguments.nli)]
    encoder = ["encoder.py", "--data", str(arguments.data)]
    taught = ["--data", str(arguments.data), "--nli", str(arguments.nli), "--found", str(runs / "found.jsonl")]
    further = ["further.py", "--teacher", str(runs / "specialise2"), *taught]
    own = ["--general", "7000", "--own", "28000", "--gold", "0.7", "--rate", "4e-5", "--seed", "43"]
    # After the manner of real news.
    wire = ["--folders", "jlmrst", "--stories-only", "--epochs", "2", "--rate", "3e-5"]
    once = ["--stories-only", "--epochs", "1", "--rate", "4e-5"]
    # Each time what was written last, twice, with others once.
    late = ["--folders", "uvwxyzuvwxyzqqabcdejlmrst", *once]
    retold = ["--folders", "12345671234567uvwxyzqrstjlmabcde", *once]
    again = ["--folders", "89891234567uvwxyzqrst", *once]
    owners = ["owners.py", "--data", str(arguments.data), "--folders"]
    every = "0123456789uvwxyzqrstjlmabcde"  # each once, so that invented stories and retold events keep their shares
    last = ["--folders", every, *once]
    first, second = runs / "specialise1", runs / "specialise2"
    return [
        ("general1", [*general, "--epochs", "0.7"]),
        ("specialise1", [*special, "--base", str(runs / "general1"), "--frozen", "4", "--rate", "4e-5"]),
        ("general2", [*general, "--start", str(first)]),
        ("specialise2", [*special, "--base", str(runs / "general2")]),
        ("encoder1", [*encoder, "--base", str(arguments.mpnet)]),
        ("encoder2", [*encoder, "--start", str(runs / "encoder1" / "export"), *wire]),
        ("encoder3", [*encoder, "--start", str(runs / "encoder2" / "export"), *late]),
        ("encoder4", [*encoder, "--start", str(runs / "encoder3" / "export"), *retold]),
        ("owners4", [*owners, "1234567uvwxyz", "--start", str(runs / "encoder4" / "export")]),
        ("encoder5", [*encoder, "--start", str(runs / "owners4" / "export"), *again]),
        ("owners5", [*owners, every, "--start", str(runs / "encoder5" / "export")]),
        ("encoder6", [*encoder, "--start", str(runs / "owners5" / "export"), *last]),
        ("owners", [*owners, every, "--start", str(runs / "encoder6" / "export"), "--ship", str(MODELS / "encoder")]),
        ("release", ["release.py", "--run", str(second), "--out", str(MODELS / "nli")]),
        ("found", ["found.py", "--data", str(arguments.data), "--out", str(runs / "found.jsonl")]),
        ("fast", ["distil.py", "--teacher", str(second), *taught]),
        ("apart", ["apart.py", "--teacher", str(second), *taught]),
        ("further1", [*further, "--base", str(runs / "apart"), "--general", "35000", "--own", "8500"]),
        ("further2", [*further, "--base", str(runs / "further1"), *own]),
        ("release_further", ["release.py", "--run", str(runs / "further2"), "--out", str(MODELS / "nli")]),
        ("release_fast", ["release.py", "--run", str(runs / "fast"), "--out", str(MODELS / "fast"), "--student"]),
    ]


def main() -> None:
    """Run the stages that have not finished."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("mpnet", "data", "nli", "runs"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.runs.mkdir(parents=True, exist_ok=True)
    for name, command in stages(arguments):
        done = arguments.runs / f"{name}.done"
        if done.exists():
            continue
        out = [] if "--out" in command else ["--out", str(arguments.runs / name)]
        print(f"{name}: {' '.join([*command, *out])}", flush=True)
        subprocess.run([sys.executable, str(HERE / command[0]), *command[1:], *out], check=True)
        done.touch()


if __name__ == "__main__":
    main()
