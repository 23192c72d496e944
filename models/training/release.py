"""From a trained run to the folder that ships: int8 weights, calibration, manifest.

    python models/training/release.py --run RUN_FOLDER --out models/nli
    python models/training/release.py --out models/nli            # calibrates shipped weights anew

The calibration is fitted on the pairs that the tool itself makes of story folder f (never trained on), at their natural
rate of contradictions: a pair whose spans are annotated has the annotated grade, any other is none. It must be fitted
again whenever extraction, parties or pairing change which pairs come to the model.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from transformers import AutoConfig, AutoModelForSequenceClassification, AutoTokenizer

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT)]
from export import export_int8, write_manifest  # noqa: E402

from analyzer.evaluation import RELEVANT_GRADE, expected_calibration_error, roc_auc  # noqa: E402
from analyzer.nli import Calibration  # noqa: E402
from analyzer.pipeline import analyze  # noqa: E402
from analyzer.settings import Settings  # noqa: E402
from benchmarks.quality.gold import load_story  # noqa: E402
from benchmarks.quality.scoring import align  # noqa: E402

FITTED_ON = "f"
REPORTED_ON = ("g", "real")


def candidate_pairs(out: Path, name: str) -> tuple[np.ndarray, np.ndarray]:
    """Class probabilities [n, 3] of the tool's own pairs of a folder, and whether each is a contradiction [n].

    Arguable pairs (grade 1) are left out.
    """
    story = load_story(name)
    run = analyze([story.path], settings=Settings(model=str(out))).run
    aligned = align(run, story)
    rows = [(one, aligned.grade(one.pair.statement, one.pair.action)) for one in run.scored]
    clear = [(one, grade) for one, grade in rows if grade != 1]
    probabilities = np.array([(one.contradiction, one.entailment, one.neutral) for one, _ in clear], dtype=np.float32)
    return probabilities, np.array([grade >= RELEVANT_GRADE for _, grade in clear])


def fit(probabilities: np.ndarray, gold: np.ndarray) -> Calibration:
    """Platt scaling on the log-odds of the contradiction class."""
    p = probabilities[:, 0].astype(np.float64).clip(1e-6, 1 - 1e-6)
    line = LogisticRegression(C=1e6).fit(np.log(p / (1 - p))[:, None], gold)
    return Calibration(round(float(line.coef_[0, 0]), 4), round(float(line.intercept_[0]), 4))


def calibrate(out: Path) -> None:
    """Write calibration.json, and print how well it holds on the folder it was fitted on and on others."""
    (out / "calibration.json").unlink(missing_ok=True)
    write_manifest(out)
    probabilities, gold = candidate_pairs(out, FITTED_ON)
    chosen = fit(probabilities, gold)
    content = {
        "slope": chosen.slope,
        "offset": chosen.offset,
        "fitted_on": f"the tool's own pairs of story folder {FITTED_ON}",
        "pairs": len(gold),
        "rate": round(float(gold.mean()), 4),
    }
    (out / "calibration.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    write_manifest(out)
    for name in (FITTED_ON, *REPORTED_ON):
        if name != FITTED_ON:
            probabilities, gold = candidate_pairs(out, name)
        scores = chosen(probabilities)
        figures = {
            "folder": name,
            "pairs": len(gold),
            "rate": round(float(gold.mean()), 4),
            "auc": round(roc_auc(gold, scores), 4),
            "ece": round(expected_calibration_error(gold, scores), 4),
        }
        print(json.dumps(figures), flush=True)


def main() -> None:
    """Write the folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, help="run folder of the last training stage")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    out: Path = arguments.out
    if arguments.run:
        card = (out / "MODEL_CARD.md").read_text(encoding="utf-8") if (out / "MODEL_CARD.md").is_file() else None
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        AutoConfig.from_pretrained(arguments.run).save_pretrained(out)
        AutoTokenizer.from_pretrained(arguments.run).save_pretrained(out)
        model = AutoModelForSequenceClassification.from_pretrained(arguments.run)
        export_int8(dict(model.named_parameters()), out)
        if card:
            (out / "MODEL_CARD.md").write_text(card, encoding="utf-8")
    calibrate(out)
    for file in sorted(out.iterdir()):
        file.chmod(0o644)


if __name__ == "__main__":
    main()
