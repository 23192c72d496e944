"""From a trained run to the folder that ships: int8 weights, calibration, manifest.

What the claim encoder beside it has the same (embeddings, lowest layers, which no training changes) is kept only once.

    python models/training/release.py --run RUN_FOLDER --out models/nli
    python models/training/release.py --out models/nli            # calibrates shipped weights anew
    python models/training/release.py --run RUN_FOLDER --out models/fast --student

The calibration, and the weights of what is known without the model (the prospect of a pair that is not read, the rank
of one that is), are fitted on the pairs that the tool itself makes of the folders for tuning (never trained on), at
their natural rate of contradictions: a pair whose spans are annotated has the annotated grade, any other is none. All
must be fitted again whenever extraction, parties or pairing change which pairs come to the model.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from transformers import AutoConfig, AutoTokenizer

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(Path(__file__).parent), str(ROOT)]
from export import export_int8, share, write_manifest  # noqa: E402
from found import graded  # noqa: E402

from analyzer import evidence, ranking  # noqa: E402
from analyzer.evaluation import (  # noqa: E402
    RELEVANT_GRADE,
    average_precision,
    expected_calibration_error,
    roc_auc,
)
from analyzer.nli import Calibration  # noqa: E402
from analyzer.records import Scored  # noqa: E402
from analyzer.settings import Settings  # noqa: E402
from analyzer.torchnet import kind  # noqa: E402
from analyzer.weights import load_arrays  # noqa: E402
from benchmarks.quality.gold import load_story, splits  # noqa: E402

FITTED_ON = [*splits()["stories"]["tune"], *splits()["stories"]["calibrate"]]
REPORTED_ON = splits()["stories"]["report"]
EVIDENCE = ROOT / "analyzer" / "gazetteer" / "evidence.csv"
WIDE = 0.01  # prospect down to which pairs are looked at: a fit on the likely ones alone would not hold on other text


def candidate_pairs(out: Path, name: str) -> tuple[list[Scored], np.ndarray]:
    """The tool's own pairs of a folder, and whether each is a contradiction [n]; arguable pairs are left out."""
    story = load_story(name)
    rows = graded(story, story.path, Settings(model=str(out), least_prospect=WIDE))
    clear = [(one, grade) for one, grade in rows if grade != 1]
    return [one for one, _ in clear], np.array([grade >= RELEVANT_GRADE for _, grade in clear])


def probabilities(pairs: Sequence[Scored]) -> np.ndarray:
    """Class probabilities [n, 3] of pairs."""
    return np.array([(one.contradiction, one.entailment, one.neutral) for one in pairs], dtype=np.float32)


def fit(pairs: Sequence[Scored], gold: np.ndarray) -> Calibration:
    """Platt scaling on the log-odds of the contradiction class."""
    p = probabilities(pairs)[:, 0].astype(np.float64).clip(1e-6, 1 - 1e-6)
    line = LogisticRegression(C=1e6).fit(np.log(p / (1 - p))[:, None], gold)
    return Calibration(round(float(line.coef_[0, 0]), 4), round(float(line.intercept_[0]), 4))


def described(pairs: Sequence[Scored], calibration: Calibration) -> list[dict[str, float]]:
    """What ranking weighs, for each pair."""
    scores = calibration(probabilities(pairs))
    return [ranking.features(one.pair, float(score)) for one, score in zip(pairs, scores, strict=True)]


def fit_evidence(rows: Sequence[dict[str, float]], gold: np.ndarray) -> dict[str, float]:
    """Weights of the features (logistic regression), and the constant."""
    line = LogisticRegression(C=1e6, max_iter=1000).fit([list(row.values()) for row in rows], gold)
    found = dict(zip(rows[0], line.coef_[0].tolist(), strict=True)) | {evidence.CONSTANT: float(line.intercept_[0])}
    return {name: round(weight, 3) for name, weight in found.items()}


def likely(found: tuple[list[Scored], np.ndarray], unread: dict[str, float]) -> tuple[list[Scored], np.ndarray]:
    """The pairs that a run with settings as shipped would have the model read."""
    least = evidence.logit(Settings().least_prospect, 0.0)
    kept = [evidence.log_odds(evidence.features(one.pair), unread) >= least for one in found[0]]
    return [one for one, keep in zip(found[0], kept, strict=True) if keep], found[1][kept]


def write_evidence(unread: dict[str, float], read: dict[str, float]) -> None:
    """Write both columns of weights."""
    weights = [f"{name},{unread.get(name, '')},{weight}" for name, weight in read.items()]
    EVIDENCE.write_text("\n".join([f"feature,{evidence.UNREAD},{evidence.READ}", *weights]) + "\n", encoding="utf-8")


def ranked(rows: Sequence[dict[str, float]], table: dict[str, float]) -> np.ndarray:
    """Probabilities [n] by these weights."""
    odds = [evidence.log_odds(row, table) for row in rows]
    return np.asarray(1 / (1 + np.exp(-np.array(odds))))


def calibrated(out: Path) -> tuple[dict[str, tuple[list[Scored], np.ndarray]], Calibration]:
    """Fit and write calibration.json; return it, and the tool's own pairs of every folder that it was judged on."""
    (out / "calibration.json").unlink(missing_ok=True)
    write_manifest(out)
    found = {name: candidate_pairs(out, name) for name in (*FITTED_ON, *REPORTED_ON)}
    pairs, gold = together(found, FITTED_ON)
    chosen = fit(pairs, gold)
    write_calibration(out, chosen, gold)
    return found, chosen


def together(
    found: dict[str, tuple[list[Scored], np.ndarray]], names: Sequence[str]
) -> tuple[list[Scored], np.ndarray]:
    """Pairs of several folders, and whether each is a contradiction [n]."""
    return [one for name in names for one in found[name][0]], np.concatenate([found[name][1] for name in names])


def calibrate(out: Path) -> None:
    """Write calibration.json and the weights of ranking, and print how well they hold on every folder."""
    found, chosen = calibrated(out)
    pairs, gold = together(found, FITTED_ON)
    unread = fit_evidence([evidence.features(one.pair) for one in pairs], gold)
    table = fit_evidence(described(pairs, chosen), gold)
    write_evidence(unread, table)
    for name in found:
        rest = [other for other in FITTED_ON if other != name]  # a folder for tuning is judged by weights of the others
        rows = [row for other in rest for row in described(found[other][0], chosen)]
        apart = fit_evidence(rows, np.concatenate([found[other][1] for other in rest])) if name in FITTED_ON else table
        for which, (own, right) in (("all", found[name]), ("read", likely(found[name], unread))):
            scores = {"model": chosen(probabilities(own)), "ranking": ranked(described(own, chosen), apart)}
            for what, mine in scores.items():
                print(json.dumps({"folder": name, "pairs": which, "score": what, **figures(right, mine)}), flush=True)


def figures(right: np.ndarray, scores: np.ndarray) -> dict[str, float]:
    """How well scores tell contradictions apart, and how far they are from being their chances."""
    return {
        "number": len(right),
        "contradictions": int(right.sum()),
        "auc": round(roc_auc(right, scores), 4),
        "ap": round(average_precision(right, scores), 4),
        "ece": round(expected_calibration_error(right, scores), 4),
    }


def export_student(run: Path, out: Path) -> None:
    """Write a student's weights in int8, without what it has the same as the model that taught it (distil.py)."""
    before = load_arrays(out.parent / "nli")
    export(run, out, before)
    share(out, load_arrays(out), out.parent / "nli")


def calibrate_student(out: Path) -> None:
    """Write calibration.json alone: ranking weighs a calibrated score, whichever model gives it."""
    found, chosen = calibrated(out)
    for name, (own, right) in found.items():
        print(json.dumps({"folder": name, **figures(right, chosen(probabilities(own)))}), flush=True)


def export_whole(run: Path, out: Path) -> None:
    """Write a trained run's weights in int8; what the claim encoder beside it shares is kept only once."""
    beside = out.parent / "encoder"
    encoder = load_arrays(beside)  # before the model goes that it shares layers with
    export(run, out, load_arrays(out) if out.is_dir() else {})
    share(beside, encoder, out)


def export(run: Path, out: Path, before: dict[str, np.ndarray]) -> None:
    """Write a trained run's weights in int8, those that are as ``before`` just as they were; the card stays."""
    card = (out / "MODEL_CARD.md").read_text(encoding="utf-8") if (out / "MODEL_CARD.md").is_file() else None
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    config = AutoConfig.from_pretrained(run)
    config.save_pretrained(out)
    AutoTokenizer.from_pretrained(run).save_pretrained(out)
    export_int8(dict(kind(config).from_pretrained(run).named_parameters()), out, before)
    if card:
        (out / "MODEL_CARD.md").write_text(card, encoding="utf-8")


def write_calibration(out: Path, chosen: Calibration, gold: np.ndarray) -> None:
    """Write calibration.json."""
    content = {
        "slope": chosen.slope,
        "offset": chosen.offset,
        "fitted_on": f"the tool's own pairs of story folders {', '.join(FITTED_ON)}",
        "pairs": len(gold),
        "rate": round(float(gold.mean()), 4),
    }
    (out / "calibration.json").write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    write_manifest(out)


def main() -> None:
    """Write the folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, help="run folder of the last training stage")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--student", action="store_true", help="a model that nli beside it has taught")
    arguments = parser.parse_args()
    out: Path = arguments.out
    if arguments.run:
        (export_student if arguments.student else export_whole)(arguments.run, out)
    (calibrate_student if arguments.student else calibrate)(out)
    for file in sorted(out.iterdir()):
        file.chmod(0o644)


if __name__ == "__main__":
    main()
