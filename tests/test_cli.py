"""The command line as a user meets it: exit statuses, files, one clear line when something is wrong.

Commands that load models run inside this process, since starting one costs seconds; what only a process of its own
can show (start-up, pipes, signals) gets one.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TextIO

import pytest

from analyzer import __version__, cli
from analyzer.settings import Settings

ROOT = Path(__file__).parent.parent
PORT = Path(__file__).parent / "data" / "port"
PAIRS: list[dict[str, Any]] = [
    {"id": "x", "statement": "Marlow Port will not cut any jobs.", "action": "Marlow Port dismissed 140 dockers."},
    {"id": "y", "statement": "Marlow Port will not cut any jobs.", "action": "The ferries ran on time."},
    {"statement": "We will open a school.", "action": "The school opened in May."},
]
# Nothing here may be loaded for the help or for a usage error: it is what makes a start slow.
HEAVY = {"torch", "spacy", "transformers", "pandas", "numpy", "sklearn", "trafilatura", "jinja2", "rich.progress"}


class Place:
    """A folder to run commands in, and what they said."""

    def __init__(self, folder: Path, said: pytest.CaptureFixture[str]) -> None:
        self.folder, self._said = folder, said

    def run(self, *arguments: str) -> tuple[int, str, list[str]]:
        """Run one command; return exit status, standard output and the lines of standard error."""
        self._said.readouterr()
        status = cli._run(arguments)
        out, err = self._said.readouterr()
        return status, out, err.splitlines()

    def text(self, name: str) -> str:
        """A file of the folder, line ends untouched."""
        return (self.folder / name).read_bytes().decode()

    def rows(self, name: str) -> list[dict[str, Any]]:
        """A JSONL file of the folder."""
        return [json.loads(line) for line in self.text(name).split("\n") if line]


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Place:
    """An empty working folder."""
    monkeypatch.chdir(tmp_path)
    return Place(tmp_path, capsys)


def process(*arguments: str | Path, cwd: Path, given: str | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own and wait for it."""
    return subprocess.run(
        [sys.executable, "-m", "analyzer", *map(str, arguments)],
        capture_output=True, text=True, encoding="utf-8", timeout=300, check=False, cwd=cwd, input=given,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys\nfrom analyzer.cli import _run\n"
        "for command in ([], ['run'], ['extract'], ['score'], ['evaluate']):\n"
        "    assert _run([*command, '--help']) == 0\n"
        f"print('LOADED', sorted({HEAVY!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert "LOADED []" in done.stdout
    assert done.stdout.count("Usage: analyzer") == 5


def test_without_arguments_it_helps_and_it_knows_its_version(tmp_path: Path) -> None:
    assert "Commands:" in process(cwd=tmp_path).stdout
    assert process("--version", cwd=tmp_path).stdout == f"analyzer {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["frobnicate"], "frobnicate"),
        (["--nope"], "--nope"),
        (["run"], "PATH"),
        (["run", "--nope", "x"], "--nope"),
        (["run", "--top", "0", "x"], "--top"),
        (["run", "--top", "many", "x"], "--top"),
        (["run", "missing.txt"], "missing.txt: no such file or folder"),
        (["run", "*.missing"], "*.missing: no file matches"),
        (["run", ".", "--settings", "missing.toml"], "missing.toml: not a readable settings file"),
        (["run", ".", "--settings", "wrong.toml"], "wrong.toml: unknown setting 'nope'"),
        (["run", ".", "--settings", "range.toml"], "range.toml: setting max_candidates: 0 is not within"),
        (["run", ".", "--metadata", "missing.csv"], "missing.csv"),
        (["run", ".", "--out", "plain.txt"], "plain.txt: cannot write there"),
        (["run", "missing.txt", "--out", "plain.txt/x"], "plain.txt/x: cannot write there"),
        (["run", ".", "--model", "empty"], "empty: not a model folder"),
        (["extract", "."], "--out"),
        (["extract", "missing.txt", "--out", "-"], "missing.txt: no such file or folder"),
        (["extract", ".", "--out", "empty"], "empty: cannot write there: it is a folder"),
        (["score", "missing.jsonl", "--out", "-"], "missing.jsonl: cannot be read"),
        (["score", "binary.jsonl", "--out", "-"], "binary.jsonl: is not UTF-8 text"),
        (["evaluate", "unlabelled.jsonl"], "label"),
    ],
)
def test_bad_input_is_one_line_and_status_2(arguments: list[str], words: str, place: Place) -> None:
    (place.folder / "plain.txt").write_text("x")
    (place.folder / "empty").mkdir()
    (place.folder / "wrong.toml").write_text("nope = 1\n")
    (place.folder / "range.toml").write_text("max_candidates = 0\n")
    (place.folder / "binary.jsonl").write_bytes(b"\xff\xfe\x00\x01")
    (place.folder / "unlabelled.jsonl").write_text(json.dumps(PAIRS[0] | {"score": 0.5}))
    status, out, lines = place.run(*arguments)
    assert (status, out, len(lines)) == (2, "", 1), lines
    assert lines[0].startswith("analyzer: ")
    assert words in lines[0]


def test_bad_input_ends_a_process_the_same_way(tmp_path: Path) -> None:
    done = process("run", ".", "--settings", "missing.toml", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("analyzer: missing.toml: not a readable settings file")
    assert done.stderr.count("\n") == 1


def test_a_pledge_not_to_dismiss_meets_the_dismissals(place: Place) -> None:
    """Three articles among two files that cannot be used; a second run gives the same bytes."""
    shutil.copytree(PORT, "in")
    (place.folder / "in" / "empty.txt").touch()
    (place.folder / "in" / "photo.png").write_bytes(b"\x89PNG")
    (place.folder / "low.toml").write_text("finding_threshold = 0.02")  # three short notes give a cautious score
    low = ("--settings", "low.toml")
    status, out, lines = place.run("run", "in", "--out", "a", "--explain", *low)
    assert (status, out) == (0, ""), lines
    assert lines[:2] == ["in/empty.txt: empty file", "in/photo.png: unsupported file type .png"]
    assert "in/photo.png" in place.text("a/report.md")
    best = place.rows("a/findings.jsonl")[0]
    assert "dismissed 140 dockers" in best["actions"][0]["text"]
    assert best["actions"][0]["article"] == "in/2-notices.txt"
    with (place.folder / "a" / "pairs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [int(row["rank"]) for row in rows] == list(range(1, len(rows) + 1))
    for row in rows:
        assert row["statement_article"] != row["action_article"]
        for side in ("statement", "action"):
            start, end = int(row[f"{side}_start"]), int(row[f"{side}_end"])
            assert place.text(row[f"{side}_article"])[start:end] == row[side]
    assert place.text("a/dropped.csv").startswith("gate,reason,")
    first = {path.name: path.read_bytes() for path in (place.folder / "a").iterdir()}
    assert place.run("run", "in", "--out", "a", *low)[0] == 0
    second = {path.name: path.read_bytes() for path in (place.folder / "a").iterdir()}
    assert sorted(second) == ["findings.jsonl", "pairs.csv", "report.html", "report.md"]
    assert second == {name: first[name] for name in second}


@pytest.mark.parametrize("command", [["run"], ["extract", "--out", "claims.jsonl"]], ids=["run", "extract"])
def test_nothing_usable_is_status_1(command: list[str], place: Place) -> None:
    (place.folder / "in").mkdir()
    (place.folder / "in" / "empty.txt").touch()
    status, _, lines = place.run(*command, "in")
    assert status == 1
    assert lines[0] == "in/empty.txt: empty file"
    assert lines[-1].lower() == "analyzer: no article could be read"
    assert not (place.folder / "claims.jsonl").exists()


def test_one_article_is_status_1_with_a_report(place: Place) -> None:
    status, _, lines = place.run("run", str(PORT / "1-pledge.txt"), "--out", "out")
    assert status == 1
    assert "Only one article was read" in lines[-1]
    assert "Only one article was read" in place.text("out/report.md")


def test_extracted_claims_are_quotes(place: Place) -> None:
    shutil.copytree(PORT, "in")
    assert place.run("extract", "in", "--out", "claims.jsonl") == (0, "", [])
    rows = place.rows("claims.jsonl")
    assert {row["type"] for row in rows} == {"statement", "action"}
    assert all(place.text(row["article"])[row["start"] : row["end"]] == row["text"] for row in rows)
    assert place.run("extract", "in", "--out", "-") == (0, place.text("claims.jsonl"), [])


def test_standard_input_is_an_article(tmp_path: Path) -> None:
    text = (PORT / "1-pledge.txt").read_text("utf-8")
    done = process("extract", "-", "--out", "-", given=text, cwd=tmp_path)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert {row["article"] for row in rows} == {"-"}
    assert all(text[row["start"] : row["end"]] == row["text"] for row in rows)


def test_score_keeps_order_and_names_bad_rows(place: Place) -> None:
    lines = [json.dumps(row) for row in PAIRS]
    (place.folder / "pairs.jsonl").write_text("\n".join([lines[0], "oops", *lines[1:]]))
    status, out, notes = place.run("score", "pairs.jsonl", "--out", "-")
    assert status == 0
    assert [note.split(":")[0] for note in notes] == ["pairs.jsonl#2"]
    rows = [json.loads(line) for line in out.splitlines()]
    assert [row["id"] for row in rows] == ["x", "y", 4]
    assert [list(row) for row in rows] == [["id", "score", "contradiction", "entailment", "neutral"]] * 3
    assert all(abs(row["contradiction"] + row["entailment"] + row["neutral"] - 1) < 0.001 for row in rows)
    assert rows[0]["score"] > max(rows[1]["score"], rows[2]["score"])
    assert place.run("score", "pairs.jsonl", "--out", "scores.jsonl")[:2] == (0, "")
    assert place.text("scores.jsonl") == out


def test_score_without_a_usable_row_is_status_1(place: Place) -> None:
    (place.folder / "pairs.jsonl").write_text("{}\n")
    status, out, notes = place.run("score", "pairs.jsonl", "--out", "scores.jsonl")
    assert (status, out) == (1, "")
    assert notes[0] == "pairs.jsonl#1: has no statement"
    assert not (place.folder / "scores.jsonl").exists()


def test_evaluate_uses_given_scores_or_the_model(place: Place) -> None:
    labels = ("contradiction", "neutral", "entailment")
    rows = [row | {"id": i, "label": label} for i, (row, label) in enumerate(zip(PAIRS, labels, strict=True))]
    (place.folder / "plain.jsonl").write_text("\n".join(map(json.dumps, rows)))
    scored = [row | {"score": score} for row, score in zip(rows, (0.1, 0.9, 0.5), strict=True)]
    (place.folder / "scored.jsonl").write_text("\n".join(map(json.dumps, scored)))
    given = json.loads(place.run("evaluate", "scored.jsonl")[1])
    assert given["average_precision"] == pytest.approx(1 / 3, abs=1e-4)
    for name in ("plain.jsonl", "scored.jsonl"):
        assert json.loads(place.run("evaluate", name, "--model", "nli")[1])["average_precision"] == 1.0


def scorer(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Let a model give every pair 0.98765; returns the rows that it will have been given."""
    given: list[dict[str, Any]] = []

    def score(rows: Iterable[dict[str, Any]], _settings: Settings) -> Iterator[dict[str, Any]]:
        for row in rows:
            given.append(row)
            yield {"id": row["id"], "score": 0.98765, "contradiction": 0.98765, "entailment": 0.0, "neutral": 0.01234}

    monkeypatch.setattr("analyzer.pipeline.score_rows", score)
    return given


def test_evaluate_scores_only_the_rows_without_a_score(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    given = scorer(monkeypatch)
    rows = [PAIRS[0] | {"label": "contradiction", "score": 0.0}, PAIRS[1] | {"label": "neutral", "score": None}]
    rows.append(PAIRS[2] | {"label": "neutral"})
    (place.folder / "some.jsonl").write_text("\n".join(map(json.dumps, rows)))
    figures = json.loads(place.run("evaluate", "some.jsonl")[1])
    assert [row["id"] for row in given] == ["y", 3]
    assert figures["auc"] == 0.0  # the contradiction kept its 0


def test_score_rounds_its_figures_and_not_the_id(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    scorer(monkeypatch)
    (place.folder / "pairs.jsonl").write_text(json.dumps(PAIRS[0] | {"id": 1.23456}))
    (row,) = [json.loads(line) for line in place.run("score", "pairs.jsonl", "--out", "-")[1].splitlines()]
    assert row == {"id": 1.23456, "score": 0.9877, "contradiction": 0.9877, "entailment": 0.0, "neutral": 0.0123}


def test_a_reader_that_stops_early_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "pairs.jsonl").write_text(json.dumps(PAIRS[0] | {"label": "contradiction", "score": 1}))
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "analyzer", "evaluate", tmp_path / "pairs.jsonl"],
        stdout=write, stderr=subprocess.PIPE, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    os.close(write)
    assert (done.returncode, done.stderr) == (0, "")


def unread(pipe: TextIO) -> int:
    """Bytes in a pipe that its reader has not taken yet."""
    import fcntl
    import struct
    import termios

    return int(struct.unpack("i", fcntl.ioctl(pipe.fileno(), termios.FIONREAD, b"\0" * 4))[0])


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_an_interrupt_is_one_line_and_status_130(tmp_path: Path) -> None:
    fifo = tmp_path / "pairs.jsonl"
    os.mkfifo(fifo)
    started = subprocess.Popen(
        [sys.executable, "-m", "analyzer", "evaluate", fifo],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
    )  # fmt: skip
    with fifo.open("w") as file:
        file.write("\n")
        file.flush()
        while unread(file):  # once the line is taken the process waits for the next one
            time.sleep(0.05)
        time.sleep(0.2)
        started.send_signal(signal.SIGINT)
        out, err = started.communicate(timeout=60)
    assert started.returncode == 130
    assert (out, err) == ("", "analyzer: interrupted, nothing half written is left\n")
