"""The analyst's judgements: they hold across runs, extraction and reprints, can be taken back, and become labels."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import stores
from hypothesis import given
from hypothesis import strategies as st

from analyzer import stored
from analyzer.ranking import normal
from analyzer.records import InputError, Run, StoreError
from analyzer.settings import Settings
from analyzer.store.database import writing
from analyzer.store.ledger import alike

ROOT = Path(__file__).parent.parent
SHARE = Settings().judged_share


def run(store: Path, **changes: Any) -> Run:
    """Run over the corpus again."""
    return stored.analyze([stores.corpus()], store, replace(stores.settings(), **changes), at=stores.AT).run


def pairs(found: Run | list[Any]) -> set[tuple[str, str]]:
    """Normalised quotes of every pair in findings."""
    if isinstance(found, Run):
        return {(normal(f.statement.text), normal(s.pair.action.text)) for f in found.findings for s in f.actions}
    return {(normal(f["statement"]["text"]), normal(a["text"])) for f in found for a in f["actions"]}


def review(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "analyzer", "review", *map(str, arguments)],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip


def test_a_dismissed_finding_stays_away_and_is_counted(tmp_path: Path) -> None:
    store = stores.copy_store(tmp_path / "s.db")
    with stored.shown(store) as shown:
        first = shown.result.run.findings[0]
        before = shown.result.to_markdown()
    entered = stored.review(store, first.key, "dismiss", "another matter", at=stores.AT)
    assert entered.text == first.statement.text
    with stored.shown(store) as shown:  # the run that was reviewed is shown as it was
        assert shown.result.to_markdown() == before
    for number in (2, 3):
        found = run(store)
        assert found.counts["findings dismissed by the analyst"] == 1
        assert first.key not in {finding.key for finding in found.findings}
        assert found.stored is not None
        gone = [(c.key, c.why) for c in found.stored.changes if c.kind == "gone"]
        assert gone == ([(first.key, ("dismissed: another matter",))] if number == 2 else [])
    with stored.shown(store) as shown:
        assert "| findings dismissed by the analyst | 1 |" in shown.result.to_markdown()
        assert first.key not in shown.result.to_markdown()


def test_a_finding_of_nobody_known_is_dismissed_like_any_other(tmp_path: Path) -> None:
    store = stores.copy_store(tmp_path / "s.db")
    first = next(f for f in run(store, sure_party=1.0).findings if f.statement.party is None)
    stored.review(store, first.key, "dismiss", "another matter", at=stores.AT)
    found = run(store, sure_party=1.0)
    assert found.counts["findings dismissed by the analyst"] == 1
    assert first.key not in {finding.key for finding in found.findings}


def test_a_judgement_survives_other_settings_and_extraction(tmp_path: Path) -> None:
    store = stores.copy_store(tmp_path / "s.db")
    with stored.shown(store) as shown:
        first = shown.result.run.findings[0]
    stored.review(store, "1", "dismiss", "no", at=stores.AT)
    out = {(normal(first.statement.text), normal(s.pair.action.text)) for s in first.actions}
    for changes in ({"action_threshold": 0.6}, {"max_candidates": 9, "finding_threshold": 0.2}, {}):
        assert not pairs(run(store, **changes)) & out


def test_a_judgement_survives_a_reprint_of_either_side(tmp_path: Path) -> None:
    store = stores.copy_store(tmp_path / "s.db")
    with stored.shown(store) as shown:
        first = shown.result.run.findings[0]
    stored.review(store, first.key, "dismiss", "no", at=stores.AT)
    out = {(normal(first.statement.text), normal(s.pair.action.text)) for s in first.actions}
    for number, quote in enumerate((first.statement.text, first.actions[0].pair.action.text)):
        path = next(p for p in stores.corpus().iterdir() if quote in p.read_text(encoding="utf-8"))
        text = path.read_text(encoding="utf-8")
        (tmp_path / f"reprint{number}.txt").write_text("By our correspondent\n\n" + text, encoding="utf-8")
    found = stored.analyze(sorted(tmp_path.glob("*.txt")), store, stores.settings(), at=stores.AT).run
    assert found.stored is not None
    assert found.stored.new == 2
    assert not pairs(found) & out


def test_a_new_act_against_a_dismissed_statement_is_a_finding(tmp_path: Path) -> None:
    """What was judged is the pairs; evidence that the analyst never saw comes up."""
    store = stores.copy_store(tmp_path / "s.db")
    with stored.shown(store) as shown:
        most = max(shown.result.run.findings, key=lambda f: len(f.actions))
    assert len(most.actions) > 1
    with writing(store) as db, db.transaction():
        from analyzer.store import ledger

        some = [pair for pair in ledger.pairs_of(most, "dismiss") if pair[4] == 0]
        ledger.judge(db, most.key, "dismiss", "only the first", stores.AT, some)
    found = run(store)
    mine = next(f for f in found.findings if most.statement.id in {s.id for s in (f.statement, *f.also_in)})
    assert len(mine.actions) == len(most.actions) - 1
    assert any("without 1 dismissed act: only the first" in reason for reason in mine.reasons)


def test_a_dismissal_is_taken_back(tmp_path: Path) -> None:
    store = stores.copy_store(tmp_path / "s.db")
    with stored.shown(store) as shown:
        key = shown.result.run.findings[0].key
    stored.review(store, key, "dismiss", "no", at=stores.AT)
    run(store)
    stored.review(store, key, "restore", "I was wrong", at=stores.AT)
    found = run(store)
    assert found.stored is not None
    assert [(c.kind, c.key) for c in found.stored.changes] == [("back", key)]
    assert not found.findings[0].new
    assert stores.outcome(store) == stores.outcome(stores.template())
    assert [row["decision"] for row in stored.judgements(store)] == ["dismiss", "restore"]
    assert stored.judgements(store, dismissed=True) == []
    assert stored.labelled(store) == []


def test_a_confirmation_is_said_in_the_report(tmp_path: Path) -> None:
    store = stores.copy_store(tmp_path / "s.db")
    stored.review(store, "2", "confirm", "checked with the ministry", at=stores.AT)
    reasons = run(store).findings[1].reasons
    assert "confirmed by the analyst: checked with the ministry" in reasons


def test_the_command_judges_lists_and_exports(tmp_path: Path) -> None:
    store = stores.copy_store(tmp_path / "s.db")
    with stored.shown(store) as shown:
        one, two = shown.result.run.findings[:2]
    done = review("--store", store, "1", "--dismiss", "--reason", "another matter")
    assert done.returncode == 0, done.stderr
    assert one.key in done.stderr
    assert review("--store", store, two.key, "--confirm", "--reason", "yes").returncode == 0
    listed = review("--store", store, "--list").stdout.splitlines()
    assert [line.split("\t")[1:4] for line in listed] == [
        ["dismiss", one.key, "another matter"], ["confirm", two.key, "yes"],
    ]  # fmt: skip
    assert len(review("--store", store, "--list", "--dismissed").stdout.splitlines()) == 1
    exported = review("--store", store, "--export", tmp_path / "judged.jsonl")
    assert exported.returncode == 0, exported.stderr
    rows = [json.loads(line) for line in (tmp_path / "judged.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [row["label"] for row in rows] == ["neutral"] * len(one.actions) + ["contradiction"]
    assert set(rows[0]) == {"id", "statement", "action", "party", "actor", "label", "reason"}
    measured = subprocess.run(
        [sys.executable, "-m", "analyzer", "evaluate", tmp_path / "judged.jsonl", "--model", stores.settings().model],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert measured.returncode == 0, measured.stderr
    assert json.loads(measured.stdout)["n"] == len(rows)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["1", "--dismiss"], "--reason"),
        (["1", "--dismiss", "--reason", " "], "--reason"),
        (["1", "--dismiss", "--confirm", "--reason", "x"], "one of"),
        (["1"], "one of"),
        ([], "one of"),
        (["999", "--dismiss", "--reason", "x"], "no finding '999'"),
        (["abcdef", "--confirm", "--reason", "x"], "no finding 'abcdef'"),
        (["1", "--restore", "--reason", "x"], "never judged"),
    ],
)
def test_what_cannot_be_entered_is_one_line(arguments: list[str], words: str, tmp_path: Path) -> None:
    done = review("--store", stores.copy_store(tmp_path / "s.db"), *arguments)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert words in done.stderr
    assert stored.judgements(tmp_path / "s.db") == []


@pytest.mark.parametrize("change", ["DELETE FROM judgements", "UPDATE judged SET action = 'x'"])
def test_the_ledger_only_grows(change: str, tmp_path: Path) -> None:
    store = stores.copy_store(tmp_path / "s.db")
    stored.review(store, "1", "dismiss", "no", at=stores.AT)
    with pytest.raises(StoreError, match="judgements are kept"), writing(store) as db:
        db.execute(change)
    with pytest.raises(InputError):
        stored.review(store, "1", "dismiss", "", at=stores.AT)
    assert len(stored.judgements(store)) == 1


words = st.lists(
    st.sampled_from(["the", "army", "moved", "400", "900", "tanks", "north", "river"]), min_size=1, max_size=9
)


@given(words, words)
def test_a_quote_is_itself_whatever_hangs_on_it_but_never_with_another_word(one: list[str], other: list[str]) -> None:
    text = " ".join(one)
    assert alike(text, text, SHARE)
    assert alike(text, f"{text} x", SHARE) == (len(text) >= SHARE * (len(text) + 2))
    assert alike(text, " ".join(other), SHARE) == alike(" ".join(other), text, SHARE)
    changed = [*one[:-1], f"{one[-1]}s"]
    assert not alike(text, " ".join(changed), SHARE)


def test_another_number_is_another_act() -> None:
    assert alike("40 000 troops had moved to the border", "that 40 000 troops had moved to the border", SHARE)
    assert not alike("40 000 troops had moved to the border", "60 000 troops had moved to the border", SHARE)
