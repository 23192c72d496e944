"""Floors under the shipped model's quality, over a small fixed sample.

    python -m benchmarks.quality.floors measure           figures of the shipped model on the sample
    python -m benchmarks.quality.floors check             exit 1 and a line for each floor that is broken
    python -m benchmarks.quality.floors raise             set floors at the figures less a margin
    python -m benchmarks.quality.floors raise --lower --reason TEXT    also where that lowers one; TEXT is kept
    python -m benchmarks.quality.floors sample            draw the sample again (the floors no longer hold then)

The sample is drawn from what no model is trained on (splits.json); its sha256 stands beside the floors.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import math
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from analyzer.evaluation import average_precision, roc_auc
from analyzer.settings import Settings
from benchmarks.quality.gold import HERE, Story, load_story, rows, sha256, splits
from benchmarks.quality.scoring import score_run

FLOORS = HERE / "floors.json"
SAMPLE = HERE / "sample.jsonl"
# Held-out story lines that the whole tool is run over: one with contradictions, and the quiet one.
RUN_FOLDER, RUN_LINES = "g", {"G4-blood-products", "G8-flood-relief-quiet"}
STUDENT = "fast"  # ships beside nli and has floors of its own over the pairs
PAIRS = 120  # of each kind in the sample
POSITIVES = 0.4  # share of contradictions among them
RUN_FIGURES = {
    "run.statement_f1": ("extraction", "statement_lenient", "f1"),
    "run.action_f1": ("extraction", "action_lenient", "f1"),
    "run.statement_party": ("parties", "statement_lenient"),
    "run.average_precision": ("ranking", "folder_average_precision"),
}


@dataclass(frozen=True, slots=True)
class Floors:
    """Sha256 of the sample, floor by figure, and every lowering with its reason."""

    sample: str
    floors: dict[str, float]
    history: tuple[dict[str, Any], ...] = ()

    @classmethod
    def read(cls, file: Path = FLOORS) -> Floors:
        """Read a floors file."""
        values = json.loads(file.read_text(encoding="utf-8"))
        return cls(values["sample"], values["floors"], tuple(values["history"]))

    def write(self, file: Path = FLOORS) -> None:
        """Write a floors file."""
        file.write_text(json.dumps(asdict(self), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def run_story() -> Story:
    """The annotated story lines of the sample."""
    return load_story(RUN_FOLDER).only(RUN_LINES)


def read_sample() -> list[dict[str, Any]]:
    """Pairs of the sample: ``set``, ``domain``, ``premise``, ``hypothesis``, ``label``."""
    return rows(SAMPLE)


def sample_sha256() -> str:
    """Sha256 over the pairs, and over the articles and annotation of the story lines."""
    story = run_story()
    gold = json.dumps([[asdict(c) for c in (*story.statements, *story.actions)], sorted(story.grades.items())])
    return sha256(SAMPLE.read_text(encoding="utf-8"), gold, *(story.text(file) for file in sorted(story.story_of)))


def draw() -> None:
    """Write the sample: of each kind the pairs whose hash comes first, so that no one chooses them."""
    from benchmarks.quality.pairs import authored_rows, story_rows

    chosen = splits()
    authored = [row | {"set": "pairs"} for row in authored_rows(chosen["held_out_domains"])]
    told = [
        row | {"set": "stories", "domain": name}
        for name in chosen["stories"]["report"]
        for row in story_rows(load_story(name))
        if row["grade"] != 1
    ]
    lines = []
    for kind in (authored, told):
        order = sorted(kind, key=lambda row: sha256(row["premise"], row["hypothesis"]))
        positives = [row for row in order if row["label"] == "contradiction"]
        others = [row for row in order if row["label"] != "contradiction"]
        count = round(PAIRS * POSITIVES)
        chosen_rows = positives[:count] + others[: PAIRS - count]
        lines += [{key: row[key] for key in ("set", "domain", "premise", "hypothesis", "label")} for row in chosen_rows]
    SAMPLE.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in lines), encoding="utf-8")


def measure(model: str) -> dict[str, float]:
    """Figures over the sample: pairs and story pairs of a model and of the student, the whole tool over two stories."""
    from analyzer import analyze

    settings = Settings(model=model)
    figures = of_pairs(settings)
    figures |= {f"{STUDENT}.{name}": value for name, value in of_pairs(Settings(model=STUDENT)).items()}
    story = run_story()
    run = analyze([story.path / file for file in sorted(story.story_of)], settings=settings).run
    found = score_run(run, story)
    for name, path in RUN_FIGURES.items():
        value: Any = found
        for key in path:
            value = value[key]
        figures[name] = value if value is not None else 0.0
    return figures


def of_pairs(settings: Settings) -> dict[str, float]:
    """Figures of a model over the pairs of the sample."""
    from analyzer.nli import load_scorer
    from benchmarks.quality.pairs import score_rows

    sample = read_sample()
    scores, _ = score_rows(load_scorer(settings), sample)
    figures: dict[str, float] = {}
    for name in ("pairs", "stories"):
        at = [i for i, row in enumerate(sample) if row["set"] == name]
        relevant = [sample[i]["label"] == "contradiction" for i in at]
        values = [scores[i] for i in at]
        figures[f"{name}.auc"] = roc_auc(relevant, values)
        figures[f"{name}.average_precision"] = average_precision(relevant, values)
    return figures


def broken(floors: Floors, figures: dict[str, float]) -> list[str]:
    """One line for each floor that does not hold."""
    lines = []
    if floors.sample != sample_sha256():
        lines.append("the sample is not the one that the floors were set on")
    for name, floor in floors.floors.items():
        found = figures.get(name)
        if found is None:
            lines.append(f"{name}: not measured, floor {floor:.4f}")
        elif not found >= floor:
            lines.append(f"{name}: {found:.4f} is below its floor {floor:.4f}")
    return lines


def moved(floors: Floors, figures: dict[str, float], *, margin: float, lower: bool = False, reason: str = "") -> Floors:
    """Floors at the figures less ``margin``; raises SystemExit when that lowers one without flag and reason.

    A floor that its figure holds by less than the margin stays.
    """
    new = {name: math.floor((value - margin) * 1000) / 1000 for name, value in figures.items()}
    if not lower:
        new |= {n: old for n, old in floors.floors.items() if n in new and new[n] < old <= figures[n]}
    down = {name: [old, new[name]] for name, old in floors.floors.items() if name in new and new[name] < old}
    dropped = [name for name in floors.floors if name not in new]
    resampled = floors.sample != sample_sha256() and bool(floors.floors)
    if not (down or dropped or resampled):
        return replace(floors, sample=sample_sha256(), floors=new)
    if not lower:
        names = ", ".join([*down, *dropped]) or "the sample"
        raise SystemExit(f"this would lower or replace {names}: give --lower --reason TEXT if that is meant")
    if not reason.strip():
        raise SystemExit("--lower needs a reason: --reason TEXT")
    note: dict[str, Any] = {"date": dt.date.today().isoformat(), "reason": reason, "lowered": down}
    note |= {"dropped": dropped} if dropped else {}
    note |= {"new_sample": True} if resampled else {}
    return Floors(sample_sha256(), new, (*floors.history, note))


def main() -> int:
    """Run a command; returns the exit status."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("command", choices=["measure", "check", "raise", "sample"])
    parser.add_argument("--model", default="nli")
    parser.add_argument("--file", type=Path, default=FLOORS, help="floors file")
    parser.add_argument("--figures", type=Path, help="JSON of figures measured before, instead of measuring")
    parser.add_argument("--margin", type=float, default=0.02, help="how far under the figures the floors go")
    parser.add_argument("--lower", action="store_true", help="allow floors to fall; needs --reason")
    parser.add_argument("--reason", default="")
    arguments = parser.parse_args()
    if arguments.command == "sample":
        draw()
        return 0
    if arguments.figures:
        figures = json.loads(arguments.figures.read_text(encoding="utf-8"))
    else:
        figures = measure(arguments.model)
    if arguments.command == "measure":
        sys.stdout.write(json.dumps(figures, indent=1) + "\n")
        return 0
    floors = Floors.read(arguments.file)
    if arguments.command == "raise":
        lower, reason = arguments.lower, arguments.reason
        moved(floors, figures, margin=arguments.margin, lower=lower, reason=reason).write(arguments.file)
        return 0
    lines = broken(floors, figures)
    sys.stdout.write("".join(f"{line}\n" for line in lines or [f"{len(floors.floors)} floors hold"]))
    return 1 if lines else 0


if __name__ == "__main__":
    raise SystemExit(main())
