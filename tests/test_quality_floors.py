"""The quality benchmark scores what it says it scores, and its floors hold."""

from __future__ import annotations

import datetime as dt
import json
import sys
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from analyzer.evaluation import average_precision
from analyzer.records import Action, Article, Dated, Finding, Kind, ModelInfo, Run, Scored, Statement, Verdict
from analyzer.records import Pair as RecordPair

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # the benchmarks are scripts beside the package, not part of it

from benchmarks.quality import floors as floors_script  # noqa: E402
from benchmarks.quality.floors import Floors, broken, moved, read_sample, sample_sha256  # noqa: E402
from benchmarks.quality.gold import GoldClaim, Story, authored_pairs, domain_name, load_story, splits  # noqa: E402
from benchmarks.quality.pairs import acting_party, figures_of  # noqa: E402
from benchmarks.quality.scoring import same_name, same_party, score_run  # noqa: E402

FOLDERS = ["a", "b", "c", "d", "e", "f", "o", "p", "g", "real", "retold", "told"]


def _dated(text: str | None) -> Dated | None:
    if text is None:
        return None
    precision = {10: "day", 7: "month", 4: "year"}[len(text)]
    return Dated(dt.date.fromisoformat((text + "-01-01")[:10]), precision, "annotation")


@cache
def gold_run(name: str) -> tuple[Run, Story]:
    """Turn the annotation of a folder into the run that a perfect tool would have made."""
    story = load_story(name)
    dates = {row["file"]: row["date"] for row in story.articles}
    articles = {f: Article(story.text(f), f"in/{f}", published=_dated(dates[f])) for f in sorted(story.story_of)}

    def place(claim: GoldClaim) -> dict[str, Any]:
        article = articles[claim.file]
        start = article.text.index(claim.text)
        where = {"article": article.id, "start": start, "end": start + len(claim.text), "text": claim.text}
        return where | {"reads": claim.text, "party": claim.party, "date": _dated(claim.date), "probability": 1.0}

    statements = {
        s.id: Statement(**place(s), kind=Kind(s.kind), speaker=None, condition="if" if s.conditional else None)
        for s in story.statements
    }
    actions = {
        a.id: Action(**place(a), actor=a.party, reported_by=None, accusation=False, quantity=None)
        for a in story.actions
    }
    scored = []
    for s, a, grade in story.pairs():
        if s.file != a.file:
            pair = RecordPair(statements[s.id], actions[a.id], 0.0, None, None)
            score = grade / 3
            scored.append(Scored(pair, score, 0.0, 1 - score, score, score, Verdict.DIRECT))
    scored.sort(key=lambda x: -x.rank_score)
    found = [
        Finding(str(i), x.rank_score, x.verdict, x.pair.statement, (), (x,), 1, (), ())
        for i, x in enumerate(x for x in scored if x.rank_score > 0.5)
    ]
    info = ModelInfo("gold", "0", "none", calibrated=True)
    claims = (tuple(statements.values()), tuple(actions.values()))
    return Run(tuple(articles.values()), (), *claims, tuple(scored), tuple(found), {}, info, {}), story


@pytest.mark.parametrize("name", FOLDERS)
def test_the_annotation_itself_scores_full_marks(name: str) -> None:
    """Every figure of a perfect run is perfect: no figure can be out of reach by the way it is counted."""
    run, story = gold_run(name)
    figures = score_run(run, story)
    for kind in ("statement", "action"):
        assert figures["extraction"][f"{kind}_strict"]["f1"] == 1.0
        assert figures["extraction"][f"{kind}_lenient"]["f1"] == 1.0
    assert figures["extraction"]["kind_accuracy"] == 1.0
    for party in ("statement_strict", "statement_lenient", "action_strict", "action_lenient"):
        assert figures["parties"][party] == 1.0
    assert figures["dates"]["article"] == 1.0
    assert figures["dates"]["claim"] == 1.0
    assert figures["dates"]["given_where_gold_has_none"] in (0.0, None)
    ranking = figures["ranking"]
    for scope in ("folder", "story"):
        assert ranking[f"{scope}_average_precision"] == 1.0
        assert ranking[f"{scope}_ndcg"] == 1.0
    assert ranking["folder_precision_at_10"] == 1.0
    assert ranking["recall_of_extraction"] == ranking["recall_of_pairing"] == 1.0
    assert figures["findings"]["precision_at_10"] == 1.0
    if name not in {"real", "told"}:  # neither has a story without contradictions
        assert len(story.quiet) == 1
        assert figures["findings"]["quiet_highest"] == 0.0


def test_lost_claims_cost_recall_alone() -> None:
    """Half of the statements lost: precision stays, recall and what follows from it falls."""
    run, story = gold_run("g")
    kept = {s.id for s in run.statements[::2]}
    figures = score_run(
        replace(
            run,
            statements=run.statements[::2],
            scored=tuple(x for x in run.scored if x.pair.statement.id in kept),
            findings=(),
        ),
        story,
    )
    score = figures["extraction"]["statement_strict"]
    assert score["precision"] == 1.0
    assert score["recall"] == pytest.approx(len(kept) / len(run.statements), abs=1e-3)
    assert figures["ranking"]["recall_of_pairing"] == figures["ranking"]["recall_of_extraction"] < 0.7
    assert figures["ranking"]["folder_average_precision"] < 0.7
    assert figures["findings"]["count"] == 0


def test_sentences_in_place_of_clauses_match_leniently_only() -> None:
    """A tool that gives whole lines is strict-scored lower; its findings still count as found."""
    run, story = gold_run("g")
    texts = {article.id: article.text for article in run.articles}

    def widen(claim: Statement) -> Statement:
        text = texts[claim.article]
        start = text.rfind("\n", 0, claim.start) + 1
        end = text.find("\n", claim.end)
        return replace(claim, start=start, end=end if end >= 0 else len(text))

    figures = score_run(replace(run, statements=tuple(map(widen, run.statements)), scored=(), findings=()), story)
    strict, lenient = (figures["extraction"][f"statement_{name}"]["f1"] for name in ("strict", "lenient"))
    assert strict < lenient


def test_wrong_parties_dates_and_order_are_seen() -> None:
    """Each disturbance moves its own figure and leaves extraction alone."""
    run, story = gold_run("g")
    other = replace(
        run,
        articles=tuple(replace(a, published=None) for a in run.articles),
        statements=tuple(replace(s, party="Zzyzx") for s in run.statements),
        actions=tuple(replace(a, date=_dated("1901-01-01")) for a in run.actions),
        scored=tuple(replace(x, rank_score=1 - x.rank_score) for x in run.scored),
    )
    figures = score_run(other, story)
    assert figures["extraction"]["statement_strict"]["f1"] == 1.0
    assert figures["parties"]["statement_lenient"] == 0.0
    assert figures["parties"]["action_strict"] == 1.0
    assert figures["parties"]["contradiction_same_party"] == 0.0
    assert figures["dates"]["article"] == 0.0
    assert figures["dates"]["claim"] < 0.7
    assert figures["ranking"]["folder_precision_at_10"] < 0.2
    assert figures["ranking"]["folder_average_precision"] < 0.2
    assert figures["ranking"]["folder_average_precision_model_score"] == 1.0


def test_noise_in_a_quiet_story_is_seen() -> None:
    """A finding whose statement stands in the quiet story is reported with its score."""
    run, story = gold_run("g")
    quiet = {f for f, line in story.story_of.items() if line in story.quiet}
    files = {a.id: Path(a.path).name for a in run.articles}
    noise = next(x for x in run.scored if files[x.pair.statement.article] in quiet)
    finding = Finding("noise", 0.8, Verdict.WEAK, noise.pair.statement, (), (noise,), 1, (), ())
    figures = score_run(replace(run, findings=(finding, *run.findings)), story)["findings"]
    assert (figures["quiet_highest"], figures["quiet_count"]) == (0.8, 1)


def test_unread_articles_stay_in_the_gold() -> None:
    """What was not read counts as missed, and a copy of a name in another folder is not confused."""
    run, story = gold_run("g")
    half = {a.id for a in run.articles[::2]}
    part = replace(
        run,
        articles=tuple(a for a in run.articles if a.id in half),
        statements=tuple(s for s in run.statements if s.article in half),
        actions=tuple(a for a in run.actions if a.article in half),
        scored=(),
        findings=(),
    )
    figures = score_run(part, story)
    assert figures["extraction"]["statement_strict"]["gold"] == len(story.statements)
    assert figures["extraction"]["statement_strict"]["recall"] < 0.8
    assert figures["ranking"]["folder_average_precision"] == 0.0


def test_party_names() -> None:
    """Strict is the same words; lenient forgives an organ or a demonym, not another party."""
    assert same_name("The Kremlin's", "Kremlin")
    assert not same_name("Arvenia", "Arvenian army")
    assert same_party("Arvenia", "Arvenian army")
    assert same_party("Halvaria", "Halvarian government")
    assert same_party("Norrath Energy", "Norrath")
    assert not same_party("Arvenia", "Lorigia")
    assert not same_party("Kestria government", "Lorne government")
    assert not same_party("Iran", "Iraq")
    assert not same_party(None, "Iran")


def test_acting_party() -> None:
    """An organ stands for its party, a joint act for both; who belongs to none keeps the name."""
    parties = {"Arvenia", "Lorigia", "Trade and Labour Union"}
    assert acting_party("Arvenian army", parties) == "Arvenia"
    assert acting_party("Lorigian navy and Arvenia", parties) == "Lorigia; Arvenia"
    assert acting_party("Arvenia; gold traders", parties) == "Arvenia; gold traders"
    assert acting_party("Trade and Labour Union", parties) == "Trade and Labour Union"
    assert acting_party("gold traders and farmers", parties) == "gold traders and farmers"


def test_compressed_pairs_are_complete() -> None:
    """Only pairs of grade 1 to 3 are stored; the rule "all others 0" gives every pair back."""
    stories = [load_story(name) for name in FOLDERS]
    assert [sum(1 for _ in s.pairs()) for s in stories] == [
        7381, 8120, 7569, 6087, 6736, 5096, 3679, 3903, 6649, 4971, 16733, 8411
    ]  # fmt: skip
    assert [len(s.grades) for s in stories] == [862, 624, 497, 524, 469, 333, 236, 282, 535, 155, 1131, 393]
    for story in stories:
        assert sum(grade > 0 for *_, grade in story.pairs()) == len(story.grades)


def test_splits_name_real_domains_and_folders() -> None:
    """Every held-out domain exists, and no folder is in two splits."""
    known = {domain_name(row["domain"]) for row in authored_pairs()}
    chosen = splits()
    assert {domain_name(d) for d in chosen["held_out_domains"]} <= known
    assert sorted(f for part in chosen["stories"].values() for f in part) == sorted(FOLDERS)


def test_pair_figures_by_phenomenon() -> None:
    """A call at 0.5 is right or wrong by phenomenon; a perfect score has no error anywhere."""
    rows = [{"label": "contradiction", "phenomenon": "direct", "group": "1"}] * 4
    rows += [{"label": "neutral", "phenomenon": "different_actor", "group": "2"}] * 6
    perfect = figures_of(rows, [1.0] * 4 + [0.0] * 6, ["contradiction"] * 4 + ["neutral"] * 6)
    assert perfect["auc"] == perfect["average_precision"] == perfect["accuracy"] == 1.0
    assert perfect["ece"] == 0.0
    fooled = figures_of(rows, [0.9] * 4 + [0.8] * 3 + [0.1] * 3, ["contradiction"] * 7 + ["neutral"] * 3)
    assert fooled["by_phenomenon"]["direct"]["accuracy"] == 1.0
    assert fooled["by_phenomenon"]["different_actor"]["accuracy"] == 0.5
    assert fooled["accuracy_three_way"] == 0.7
    assert fooled["auc_interval"][0] <= fooled["auc"] <= fooled["auc_interval"][1]


# --- floors ---------------------------------------------------------------------------------------------------------


FIGURES = {"pairs.auc": 0.9, "pairs.average_precision": 0.85}


def _floors(**values: float) -> Floors:
    return Floors(sample_sha256(), {k.replace("__", "."): v for k, v in values.items()}, ())


def test_a_broken_floor_is_named() -> None:
    """Below its floor, or not measured at all: one line each; on the floor is not broken."""
    assert broken(_floors(pairs__auc=0.9), FIGURES) == []
    assert broken(_floors(pairs__auc=0.91), FIGURES) == ["pairs.auc: 0.9000 is below its floor 0.9100"]
    assert broken(_floors(stories__auc=0.5), FIGURES) == ["stories.auc: not measured, floor 0.5000"]


def test_another_sample_breaks_every_floor() -> None:
    """Figures over another sample prove nothing about these floors."""
    other = replace(_floors(pairs__auc=0.1), sample="0" * 64)
    assert "sample" in broken(other, FIGURES)[0]


def test_floors_rise_freely_and_fall_only_with_a_reason() -> None:
    """A floor goes up without ado; down only by flag and reason, which stay on record."""
    raised = moved(_floors(pairs__auc=0.8), FIGURES, margin=0.02)
    assert raised.floors == {"pairs.auc": 0.88, "pairs.average_precision": 0.83}
    assert raised.history == ()
    assert moved(_floors(pairs__auc=0.89), FIGURES, margin=0.02).floors["pairs.auc"] == 0.89
    with pytest.raises(SystemExit, match=r"pairs\.auc.*--lower --reason"):
        moved(_floors(pairs__auc=0.95), FIGURES, margin=0.02)
    with pytest.raises(SystemExit, match="reason"):
        moved(_floors(pairs__auc=0.95), FIGURES, margin=0.02, lower=True, reason=" ")
    lowered = moved(_floors(pairs__auc=0.95), FIGURES, margin=0.02, lower=True, reason="smaller model")
    assert lowered.floors["pairs.auc"] == 0.88
    assert lowered.history[0]["reason"] == "smaller model"
    assert lowered.history[0]["lowered"] == {"pairs.auc": [0.95, 0.88]}


def test_the_command_fails_on_a_broken_floor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """`check` leaves with status 1 and names the floor; with floors that hold it leaves with 0."""
    file = tmp_path / "floors.json"
    figures = tmp_path / "figures.json"
    figures.write_text(json.dumps(FIGURES))
    for floor, status in ((0.95, 1), (0.85, 0)):
        _floors(pairs__auc=floor).write(file)
        monkeypatch.setattr("sys.argv", ["floors", "check", "--file", str(file), "--figures", str(figures)])
        assert floors_script.main() == status
    assert "pairs.auc: 0.9000 is below its floor 0.9500" in capsys.readouterr().out


def test_the_sample_is_the_one_the_floors_were_set_on() -> None:
    """The committed sample is whole, balanced enough to rank, and from held-out material only."""
    sample = read_sample()
    assert Floors.read().sample == sample_sha256()
    held_out = {domain_name(d) for d in splits()["held_out_domains"]}
    report = set(splits()["stories"]["report"])
    for row in sample:
        assert domain_name(row["domain"]) in held_out if row["set"] == "pairs" else row["domain"] in report
    for name in ("pairs", "stories"):
        relevant = [row["label"] == "contradiction" for row in sample if row["set"] == name]
        assert 0.2 < average_precision(relevant, [0.5] * len(relevant)) < 0.6


@pytest.mark.skipif(not (ROOT / "models" / "nli" / "manifest.json").is_file(), reason="the model is not built yet")
def test_the_shipped_model_holds_its_floors() -> None:
    """The gate: the shipped model over the fixed sample."""
    floors = Floors.read()
    assert floors.floors, "no floor is set: python -m benchmarks.quality.floors raise"
    assert broken(floors, floors_script.measure("nli")) == []
