"""Ranking is pure: what it weighs, how it groups, and that input order does not matter."""

from __future__ import annotations

import datetime as dt
import random
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.ranking import clause, findings, key, order, weigh
from analyzer.records import Action, Dated, Kind, Pair, Scored, Statement, Verdict
from analyzer.settings import Settings

SETTINGS = Settings()
SAID = Statement(
    article="a1",
    start=0,
    end=40,
    text="“We have no plans to close the Harl plant,” she said",
    reads="Corvane: “We have no plans to close the Harl plant,” she said",
    kind=Kind.DENIAL,
    speaker="Ida Marsh",
    party="Corvane",
    condition=None,
    date=Dated(dt.date(2024, 3, 1), "day", "dateline"),
    probability=0.9,
)
DONE = Action(
    article="b1",
    start=10,
    end=60,
    text="Corvane has told 900 workers at Harl that the gates shut in June",
    reads="Corvane: Corvane has told 900 workers at Harl that the gates shut in June",
    actor="Corvane",
    party="Corvane",
    reported_by=None,
    accusation=False,
    quantity="900 workers",
    date=Dated(dt.date(2024, 3, 13), "day", "dateline"),
    probability=0.9,
)


def scored(said: Statement = SAID, done: Action = DONE, score: float = 0.8, gap: int | None = 12) -> Scored:
    match = True if said.party == done.party and said.party else None
    return weigh(Pair(said, done, 0.5, match, gap), (score, 0.1, 0.9 - score), score, None, SETTINGS)


def near(similarity: float) -> float:
    return weigh(Pair(SAID, DONE, similarity, True, 12), (0.8, 0.1, 0.1), 0.8, None, SETTINGS).rank_score


def test_what_the_encoder_finds_near_ranks_higher() -> None:
    assert near(0.1) < near(0.5) < near(0.8)


def test_an_act_after_a_denial_is_told_with_its_distance() -> None:
    one = scored()
    assert one.verdict is Verdict.DIRECT
    assert "12 days after" in " ".join(one.reasons)


def test_a_coarse_gap_is_told_as_about() -> None:
    coarse = replace(DONE, date=Dated(dt.date(2024, 9, 1), "month", "test"))
    assert "the act came about 6 months after the statement" in scored(done=coarse, gap=184).reasons
    assert "the act came about 2 years after the statement" in scored(done=coarse, gap=800).reasons
    assert "the act came about 3 weeks before the statement" in scored(done=coarse, gap=-20).reasons
    assert "the act came about 1 day after the statement" in scored(done=coarse, gap=1).reasons


def test_dates_decide() -> None:
    pledge = replace(SAID, kind=Kind.PLEDGE)
    assert scored(pledge, gap=-40).rank_score < scored(gap=-40).rank_score
    assert scored(gap=-200).rank_score < scored(gap=-40).rank_score < scored(gap=5).rank_score
    assert scored(pledge, gap=90).verdict is Verdict.REVERSAL


def test_what_is_uncertain_weighs_less_and_says_so() -> None:
    accused = scored(done=replace(DONE, accusation=True, reported_by="the union"))
    unknown = scored(done=replace(DONE, party=None))
    assert accused.verdict is Verdict.DISPUTED
    assert accused.rank_score < scored().rank_score
    assert "accusation by the union" in " ".join(accused.reasons)
    assert unknown.rank_score < scored().rank_score
    assert "whose conduct it is could not be told" in " ".join(unknown.reasons)


def test_the_verdict_follows_the_score() -> None:
    """An unknown party lowers the score and makes no verdict of its own; a late act is no reversal at a low score."""
    unknown = replace(DONE, party=None)
    assert scored(done=unknown, score=0.98).rank_score >= SETTINGS.direct_score
    assert scored(done=unknown, score=0.98).verdict is Verdict.DIRECT
    pledge = replace(SAID, kind=Kind.PLEDGE)
    low = next(one for one in (scored(pledge, score=s / 1000, gap=90) for s in range(1, 500)) if one.rank_score > 0.1)
    assert low.rank_score < SETTINGS.undercuts_score
    assert low.verdict is Verdict.WEAK


def test_what_a_finding_rests_on_is_said_once() -> None:
    rows, vectors = corpus()
    found = findings(rows, vectors, {"b3": "b1"}, SETTINGS)[0]
    assert "2 acts in 2 independent articles" in found.reasons
    assert not any("model score" in reason for reason in found.reasons)
    late = scored(replace(SAID, kind=Kind.PLEDGE), gap=200)
    doubts = findings([late], vectors, {}, SETTINGS)[0].weakened_by
    assert "if what was promised had lapsed by then, or what it rested on had changed" in doubts


def test_a_met_condition_is_not_a_breach() -> None:
    said = replace(SAID, condition="unless orders collapse")
    pair = Pair(said, DONE, 0.5, True, 12)
    met = weigh(pair, (0.9, 0.05, 0.05), 0.95, 0.9, SETTINGS)
    unmet = weigh(pair, (0.9, 0.05, 0.05), 0.95, 0.1, SETTINGS)
    assert met.verdict is Verdict.CONDITION_MET
    free = weigh(Pair(SAID, DONE, 0.5, True, 12), (0.9, 0.05, 0.05), 0.95, None, SETTINGS)
    assert met.rank_score < unmet.rank_score < free.rank_score
    assert "“unless orders collapse”" in " ".join(unmet.reasons)


def test_a_condition_that_binds_frees_nobody_when_it_is_met() -> None:
    said = replace(SAID, condition="as long as orders come in")
    pair = Pair(said, DONE, 0.5, True, 12)
    met = weigh(pair, (0.9, 0.05, 0.05), 0.95, 0.9, SETTINGS)
    unmet = weigh(pair, (0.9, 0.05, 0.05), 0.95, 0.1, SETTINGS)
    assert met.verdict is Verdict.DIRECT
    assert met.rank_score > unmet.rank_score


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ("unless we are attacked", "we are attacked"),
        ("As long as the truce holds", "the truce holds"),
        ("only if orders collapse", "orders collapse"),
        ("provided that Spain agrees", "Spain agrees"),
    ],
)
def test_the_model_reads_a_condition_without_the_word_that_makes_it_one(condition: str, said: str) -> None:
    assert clause(condition) == said


def corpus() -> tuple[list[Scored], dict[str, np.ndarray]]:
    """Two papers carry one denial in other words; three articles report acts against it, one a reprint."""
    again = replace(SAID, article="a2", text="Corvane denied that it would close its plant at Harl", start=5)
    other = replace(SAID, article="a3", text="Corvane said that it had never dumped waste in the Esk", start=7)
    second = replace(DONE, article="b2", text="a removals firm has carried the Harl presses to Poland", start=3)
    reprint = replace(DONE, article="b3", start=11)
    vectors = {SAID.id: [1.0, 0.0], again.id: [0.95, 0.3122], other.id: [0.0, 1.0]}
    rows = [
        scored(SAID, DONE, 0.9),
        scored(again, DONE, 0.85),
        scored(SAID, second, 0.7),
        scored(again, reprint, 0.88),
        scored(other, second, 0.5),
        scored(other, DONE, 0.1),
    ]
    return rows, {name: np.array(v, dtype=np.float32) for name, v in vectors.items()}


def test_one_denial_in_two_papers_is_one_finding() -> None:
    rows, vectors = corpus()
    found = findings(rows, vectors, {"b3": "b1"}, SETTINGS)
    assert [f.statement.article for f in found] == ["a1", "a3"]
    assert [s.article for s in found[0].also_in] == ["a2"]
    assert [a.pair.action.article for a in found[0].actions] == ["b1", "b2"]  # the reprint adds no third
    assert found[0].sources == 2
    assert found[0].score == max(row.rank_score for row in rows)
    assert found[0].score > found[1].score


def test_what_is_about_one_thing_is_not_one_statement() -> None:
    """A statement told again keeps some of its words; close vectors alone also join what is merely on one subject."""

    def told_with(text: str, kind: Kind = Kind.DENIAL) -> int:
        other = replace(SAID, article="a2", text=text, kind=kind, start=5)
        vectors = {SAID.id: np.array([1, 0], np.float32), other.id: np.array([0.82, 0.5724], np.float32)}
        return len(findings([scored(SAID, DONE, 0.9), scored(other, DONE, 0.85)], vectors, {}, SETTINGS))

    assert told_with("Corvane had no plan for a closing of the plant at Harl") == 1
    assert told_with("the rise in its orders should be no cause for concern to anybody") == 2
    assert told_with("Corvane had no plan for a closing of the plant at Harl", Kind.CLAIM) == 2


@given(st.integers(0, 10**6))
def test_order_of_pairs_does_not_matter(seed: int) -> None:
    rows, vectors = corpus()
    expected = findings(rows, vectors, {}, SETTINGS), order(rows)
    random.Random(seed).shuffle(rows)
    assert (findings(rows, vectors, {}, SETTINGS), order(rows)) == expected


def test_key_survives_a_reprint_and_its_punctuation() -> None:
    other = replace(SAID, article="zz", start=99, text='"We have no plans to close the Harl plant" she said.')
    assert key(SAID, DONE) == key(other, replace(DONE, article="yy", start=1))
    assert key(SAID, DONE) != key(SAID, replace(DONE, text="Corvane hired 900 workers at Harl"))


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.one_of(st.none(), st.integers(-2000, 2000)))
def test_rank_score_is_a_probability_that_rises_with_the_models(one: float, other: float, gap: int | None) -> None:
    low, high = (scored(score=round(score, 4), gap=gap) for score in sorted((one, other)))
    assert 0.0 <= low.rank_score <= high.rank_score <= 1.0


def test_an_act_told_by_whose_it_is_needs_no_other_report_to_hold() -> None:
    def doubts(source: str) -> str:
        done = replace(DONE, reported_by=source)
        one = weigh(Pair(SAID, done, 0.5, True, 12), (0.9, 0.05, 0.05), 0.9, None, SETTINGS)
        return " ".join(findings([one], {SAID.id: np.ones(2, np.float32)}, {}, SETTINGS)[0].weakened_by)

    assert "if the report by a union is not borne out" in doubts("a union")
    assert "report by" not in doubts("Corvane")
