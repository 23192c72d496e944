"""Figures agree with their definitions, with scikit-learn, and with the laws they must obey."""

from __future__ import annotations

import math
import random
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.evaluation import (
    Span,
    accuracy,
    average_precision,
    bootstrap,
    brier,
    cover,
    dcg,
    evaluate,
    expected_calibration_error,
    f1_score,
    iou,
    match_spans,
    ndcg,
    precision_at,
    reliability,
    roc_auc,
    score_spans,
)
from analyzer.records import InputError

ranked = st.lists(
    st.tuples(st.integers(0, 3), st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0])), min_size=2, max_size=40
)
spans = st.lists(
    st.builds(
        lambda d, start, n: Span(d, start, start + n), st.sampled_from("ab"), st.integers(0, 60), st.integers(1, 30)
    ),
    max_size=12,
)


def test_average_precision_by_hand() -> None:
    """Hits at ranks 1 and 3 of 2: (1/1 + 2/3) / 2; with a third one never ranked, over 3."""
    relevant, scores = [1, 0, 1, 0], [0.9, 0.8, 0.7, 0.1]
    assert average_precision(relevant, scores) == pytest.approx((1 + 2 / 3) / 2)
    assert average_precision(relevant, scores, total=3) == pytest.approx((1 + 2 / 3) / 3)
    assert average_precision([0, 0], [0.2, 0.1], total=4) == 0.0
    assert math.isnan(average_precision([0, 0], [0.2, 0.1]))
    assert average_precision([], [], total=4) == 0.0


def test_precision_at_by_hand() -> None:
    """A tie over the border counts by its mean; a short list is judged whole."""
    assert precision_at([1, 0, 1, 1], [0.9, 0.8, 0.7, 0.6], k=2) == 0.5
    assert precision_at([1, 1, 0, 0, 0], [0.9, 0.5, 0.5, 0.5, 0.5], k=2) == pytest.approx((1 + 0.25) / 2)
    assert precision_at([1, 0], [0.9, 0.8], k=10) == 0.5
    assert math.isnan(precision_at([], [], k=10))


def test_dcg_by_hand() -> None:
    """Grades 3, 0, 2 in this order: 7/log2(2) + 0 + 3/log2(4)."""
    assert dcg([3, 0, 2], [0.9, 0.8, 0.7]) == pytest.approx(7 + 3 / 2)
    assert dcg([3, 0, 2], [0.9, 0.8, 0.7], k=1) == pytest.approx(7)
    assert ndcg([3, 0, 2], [0.9, 0.8, 0.7]) == pytest.approx((7 + 3 / 2) / (7 + 3 / math.log2(3)))
    assert ndcg([3], [0.9], exist=[3, 3]) == pytest.approx(7 / (7 + 7 / math.log2(3)))
    assert math.isnan(ndcg([0, 0], [0.9, 0.1]))


@given(ranked)
def test_ndcg_agrees_with_scikit_learn(rows: list[tuple[int, float]]) -> None:
    """Same value as scikit-learn's, ties included."""
    from sklearn.metrics import ndcg_score

    grades, scores = [g for g, _ in rows], [s for _, s in rows]
    if any(grades):
        gains = [[2.0**g - 1 for g in grades]]
        assert ndcg(grades, scores) == pytest.approx(ndcg_score(gains, [scores]))
        assert ndcg(grades, scores, k=5) == pytest.approx(ndcg_score(gains, [scores], k=5))


@given(ranked, st.randoms(use_true_random=False))
def test_no_figure_depends_on_row_order(rows: list[tuple[int, float]], shuffler: random.Random) -> None:
    """Shuffled rows, same figures."""
    other = rows[:]
    shuffler.shuffle(other)

    def figures(pairs: list[tuple[int, float]]) -> dict[str, float]:
        return evaluate({"id": i, "score": s, "label": g} for i, (g, s) in enumerate(pairs))

    assert figures(other) == pytest.approx(figures(rows))


@given(ranked)
def test_ranking_figures_follow_order_alone(rows: list[tuple[int, float]]) -> None:
    """A rising transformation of the scores leaves AUC, AP, precision and nDCG as they were."""
    grades = np.array([g for g, _ in rows])
    scores = np.array([s for _, s in rows])
    relevant = grades >= 2
    for figure in (roc_auc, average_precision, precision_at):
        assert figure(relevant, scores) == pytest.approx(figure(relevant, scores**3 / 2), nan_ok=True)
    assert ndcg(grades, scores) == pytest.approx(ndcg(grades, scores**3 / 2), nan_ok=True)


def test_roc_auc_and_brier_by_hand() -> None:
    """Three of four pairs in order and one tie."""
    assert roc_auc([1, 1, 0, 0], [0.9, 0.4, 0.4, 0.1]) == pytest.approx(3.5 / 4)
    assert math.isnan(roc_auc([1, 1], [0.1, 0.2]))
    assert brier([1, 0], [0.8, 0.4]) == pytest.approx((0.04 + 0.16) / 2)


def test_accuracy() -> None:
    """Share of equal places; unequal lengths are a mistake of the caller."""
    assert accuracy(["a", "b", "a"], ["a", "a", "a"]) == pytest.approx(2 / 3)
    with pytest.raises(ValueError, match="longer"):
        accuracy(["a"], ["a", "b"])


def test_calibration_error_by_hand() -> None:
    """Two bins: ten rows at 0.1 with two hits, ten at 0.9 with nine: (0.1 + 0) / 2."""
    scores = [0.1] * 10 + [0.9] * 10
    relevant = [1, 1] + [0] * 8 + [1] * 9 + [0]
    for equal_mass in (True, False):
        assert expected_calibration_error(relevant, scores, equal_mass=equal_mass) == pytest.approx(0.05)
    table = reliability(relevant, scores)
    assert [(line.n, line.share) for line in table] == [(10, 0.2), (10, 0.9)]
    with pytest.raises(ValueError, match=r"0\.\.1"):
        reliability([1], [1.5])


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=60), st.booleans())
def test_reliability_bins_hold_every_row_once(rows: list[tuple[bool, float]], equal_mass: bool) -> None:
    """Bins are apart, rising and complete; the error stays within 0..1 and vanishes for perfect scores."""
    relevant, scores = [r for r, _ in rows], [s for _, s in rows]
    table = reliability(relevant, scores, equal_mass=equal_mass)
    assert sum(line.n for line in table) == len(rows)
    assert sum(line.n * line.share for line in table) == pytest.approx(sum(relevant))
    assert all(left.high < right.low for left, right in pairwise(table))
    assert 0 <= expected_calibration_error(relevant, scores, equal_mass=equal_mass) <= 1
    assert expected_calibration_error(relevant, [float(r) for r in relevant], equal_mass=equal_mass) == 0


def test_equal_mass_bins_are_even() -> None:
    """A hundred different scores fall into ten bins of ten."""
    assert [line.n for line in reliability([0] * 100, [i / 100 for i in range(100)])] == [10] * 10


def test_strict_and_lenient_span_match() -> None:
    """A clause inside a sentence matches leniently only; a small boundary error matches both ways."""
    clause, sentence, near = Span("a", 10, 40), Span("a", 0, 100), Span("a", 14, 44)
    assert iou(clause, sentence) == pytest.approx(0.3)
    assert cover(clause, sentence) == 1.0
    assert match_spans([sentence], [clause], strict=True) == {}
    assert match_spans([sentence], [clause], strict=False) == {0: 0}
    assert match_spans([near], [clause], strict=True) == {0: 0}
    assert match_spans([Span("b", 10, 40)], [clause], strict=False) == {}
    # Two predictions on one clause: the closer one takes it, the other is a false alarm.
    assert match_spans([sentence, near], [clause], strict=False) == {1: 0}
    assert score_spans([sentence, near], [clause], strict=False).precision == 0.5


@given(spans, spans)
def test_span_matching_laws(predicted: list[Span], gold: list[Span]) -> None:
    """One to one; what matches strictly matches leniently; scores lie in 0..1; a set matches itself."""
    strict, lenient = (match_spans(predicted, gold, strict=s) for s in (True, False))
    for found in (strict, lenient):
        assert len(set(found.values())) == len(found)
    assert all(cover(predicted[i], gold[j]) >= 0.5 for i, j in strict.items())
    score = score_spans(predicted, gold, strict=False)
    assert 0 <= score.f1 <= 1
    if predicted:
        assert score_spans(predicted, predicted, strict=True).f1 == 1.0


def test_f1_score() -> None:
    """F1 is the harmonic mean, and 0 on empty ground."""
    score = f1_score(6, 8, 12)
    assert (score.precision, score.recall) == (0.75, 0.5)
    assert score.f1 == pytest.approx(2 * 0.75 * 0.5 / 1.25)
    assert f1_score(0, 0, 5).f1 == 0.0


def test_bootstrap_draws_groups() -> None:
    """Rows of one group move together: a figure that differs by group only gets a wider interval than by row."""
    values = np.repeat([0.0, 1.0, 0.0, 1.0], 50)
    grouped = bootstrap(lambda rows: float(values[rows].mean()), [i // 50 for i in range(200)], repeats=300)
    single = bootstrap(lambda rows: float(values[rows].mean()), list(range(200)), repeats=300)
    assert grouped[0] <= single[0] < 0.5 < single[1] <= grouped[1]
    assert grouped[1] - grouped[0] > 3 * (single[1] - single[0])
    assert grouped == bootstrap(lambda rows: float(values[rows].mean()), [i // 50 for i in range(200)], repeats=300)
    assert all(math.isnan(x) for x in bootstrap(lambda _: math.nan, [1, 2], repeats=5))


def test_evaluate_labels_and_grades() -> None:
    """Labels by name and grades give the same figures; nDCG comes with grades; a missing class leaves figures out."""
    named = [("contradiction", 0.9), ("neutral", 0.8), ("contradiction", 0.3), ("entailment", 0.1)]
    by_name = evaluate({"id": str(i), "label": label, "score": s} for i, (label, s) in enumerate(named))
    graded = evaluate(
        {"id": i, "grade": 3 if label == "contradiction" else 1, "score": s} for i, (label, s) in enumerate(named)
    )
    assert by_name["n"] == 4
    assert by_name["positives"] == 2
    assert by_name["auc"] == pytest.approx(0.75)
    assert by_name["average_precision"] == pytest.approx((1 + 2 / 3) / 2)
    assert by_name["precision_at_10"] == 0.5
    assert by_name["brier"] == pytest.approx((0.01 + 0.64 + 0.49 + 0.01) / 4)
    assert graded["ndcg"] < 1
    assert {k: v for k, v in graded.items() if k != "ndcg"} == by_name
    assert "auc" not in evaluate([{"id": 1, "score": 0.2, "label": "neutral"}])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"score": 0.5, "label": "neutral"}, "id None"),
        ({"id": "x", "score": "0.5", "label": "neutral"}, "score '0.5'"),
        ({"id": "x", "score": math.nan, "label": "neutral"}, "score nan"),
        ({"id": "x", "score": 1.2, "label": "neutral"}, "score 1.2"),
        ({"id": "x", "score": True, "label": "neutral"}, "score True"),
        ({"id": "x", "score": 0.5}, "label None"),
        ({"id": "x", "score": 0.5, "label": "CONTRADICTION"}, "label 'CONTRADICTION'"),
        ({"id": "x", "score": 0.5, "label": 4}, "label 4"),
        ({"id": "good", "score": 0.5, "label": 2}, "met before"),
        ([1], "not an object"),
    ],
)
def test_evaluate_names_the_bad_row(row: Any, reason: str) -> None:
    """One clear line: which row, what is wrong."""
    with pytest.raises(InputError, match="row 2") as caught:
        evaluate([{"id": "good", "score": 0.5, "label": 2}, row])
    assert reason in str(caught.value)
    assert "\n" not in str(caught.value)


def test_evaluate_nothing() -> None:
    """No rows, no figures: an error rather than an empty table."""
    with pytest.raises(InputError, match="no labelled row"):
        evaluate([])
