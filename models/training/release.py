"""From a trained run to the folder that ships: int8 weights, calibration, manifest.

    python models/training/release.py --run RUN_FOLDER --data DATA_FOLDER --out models/nli

The calibration is fitted on story folder f (never trained on), on the pairs that pairing would let through: different
articles, the same party, at their natural rate of contradictions.
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
from specialise import party_of  # noqa: E402
from stories import load_folder, story_folder  # noqa: E402

from analyzer.nli import load_scorer  # noqa: E402
from analyzer.settings import Settings  # noqa: E402


def candidate_pairs(data: Path, name: str) -> tuple[list[tuple[str, str]], list[bool], list[str]]:
    """(action, statement) texts of a folder as the model reads them, whether each is a contradiction, and its story."""
    texts, gold, groups = [], [], []
    for story in load_folder(story_folder(data, name)):
        parties = {r["party"] for a in story.articles for _, _, r in a.statements if r["party"]}
        said = [(r, a.file) for a in story.articles for _, _, r in a.statements]
        done = [(r, a.file) for a in story.articles for _, _, r in a.actions]
        for s, s_file in said:
            for a, a_file in done:
                if s_file == a_file or party_of(a["actor"], parties) != s["party"] or not s["party"]:
                    continue
                texts.append((f"{s['party']}: {a['text']}", f"{s['party']}: {s['text']}"))
                gold.append(story.grades[s["id"], a["id"]] >= 2)
                groups.append(story.name)
    return texts, gold, groups


def log_odds(probabilities: np.ndarray) -> np.ndarray:
    """Log-odds of the contradiction class, as analyzer.nli.Calibration takes them."""
    p = probabilities[:, 0].astype(np.float64).clip(1e-6, 1 - 1e-6)
    return np.log(p / (1 - p))


def calibrate(out: Path, data: Path) -> dict:
    """Fit Platt scaling on folder f with the shipped weights themselves."""
    scorer = load_scorer(Settings(model=str(out)))
    texts, gold, _ = candidate_pairs(data, "f")
    logits = log_odds(scorer.score([p for p, _ in texts], [h for _, h in texts]))
    fit = LogisticRegression(C=1e6).fit(logits[:, None], gold)
    slope, offset = float(fit.coef_[0, 0]), float(fit.intercept_[0])
    return {
        "slope": round(slope, 4),
        "offset": round(offset, 4),
        "fitted_on": "stories f",
        "pairs": len(gold),
        "rate": round(float(np.mean(gold)), 4),
    }


def main() -> None:
    """Write the folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    out: Path = arguments.out
    card = (out / "MODEL_CARD.md").read_text(encoding="utf-8") if (out / "MODEL_CARD.md").is_file() else None
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    config = AutoConfig.from_pretrained(arguments.run)
    config.save_pretrained(out)
    AutoTokenizer.from_pretrained(arguments.run).save_pretrained(out)
    model = AutoModelForSequenceClassification.from_pretrained(arguments.run)
    export_int8(dict(model.named_parameters()), out)
    (out / "calibration.json").write_text(json.dumps(calibrate(out, arguments.data), indent=1) + "\n", encoding="utf-8")
    write_manifest(out)
    if card:
        (out / "MODEL_CARD.md").write_text(card, encoding="utf-8")
    for file in sorted(out.iterdir()):
        file.chmod(0o644)


if __name__ == "__main__":
    main()
