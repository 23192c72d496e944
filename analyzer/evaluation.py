"""How good the results are, in numbers: pure functions over labels, scores and spans.

Ranking: average precision, precision@k, nDCG by grade, ROC AUC. Probabilities: Brier score, reliability table,
expected calibration error. Extraction: precision, recall and F1 of spans. Each figure that has no value (an average
precision without any relevant row) is ``nan``; ties in score never depend on the order of the rows.
"""

from __future__ import annotations

import json
import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from analyzer.records import InputError

LABELS = ("contradiction", "entailment", "neutral")
# From this grade on a pair is a contradiction: 3 direct, 2 strong tension or preparation, 1 arguable, 0 none.
RELEVANT_GRADE = 2
NAN = math.nan


def average_precision(relevant: ArrayLike, scores: ArrayLike, total: int | None = None) -> float:
    """Average precision in 0..1: sum over score thresholds n of (R_n - R_{n-1}) * P_n, without interpolation.

    ``relevant`` [n] bool, ``scores`` [n], higher first. ``total`` is the number of relevant items that exist when a
    ranking may miss some of them: the missed ones count with precision 0. ``nan`` when there is nothing to find.
    """
    from sklearn.metrics import average_precision_score

    truth = np.asarray(relevant, dtype=bool)
    found = int(truth.sum())
    exist = found if total is None else total
    if exist == 0:
        return NAN
    if found == 0:
        return 0.0
    return float(average_precision_score(truth, np.asarray(scores, dtype=float))) * found / exist


def precision_at(relevant: ArrayLike, scores: ArrayLike, k: int = 10) -> float:
    """Share of relevant items among the ``k`` highest scores; among all of them when there are fewer than ``k``.

    When a tie crosses rank k, its items count by their expected value over all orders of the tie.
    """
    truth, values = np.asarray(relevant, dtype=float), np.asarray(scores, dtype=float)
    k = min(k, len(values))
    if k == 0:
        return NAN
    border = np.sort(values)[::-1][k - 1]
    above, tied = values > border, values == border
    return float((truth[above].sum() + truth[tied].mean() * (k - above.sum())) / k)


def dcg(grades: ArrayLike, scores: ArrayLike, k: int | None = None) -> float:
    """Discounted cumulated gain: sum over ranks r of (2**grade - 1) / log2(r + 1); ties share their mean gain.

    Järvelin and Kekäläinen 2002 with the exponential gain of Burges et al. 2005; ties as McSherry and Najork 2008.
    """
    gains = 2.0 ** np.asarray(grades, dtype=float) - 1.0
    values = np.asarray(scores, dtype=float)
    discounts = 1.0 / np.log2(np.arange(2, len(values) + 2))
    if k is not None:
        discounts[k:] = 0.0
    _, group, sizes = np.unique(-values, return_inverse=True, return_counts=True)
    mean_gain = np.bincount(group, weights=gains, minlength=len(sizes)) / np.maximum(sizes, 1)
    ends = np.cumsum(sizes)
    cumulated = np.concatenate([[0.0], np.cumsum(discounts)])
    return float((mean_gain * (cumulated[ends] - cumulated[ends - sizes])).sum())


def ndcg(grades: ArrayLike, scores: ArrayLike, k: int | None = None, exist: ArrayLike | None = None) -> float:
    """DCG over the DCG of the ideal order, in 0..1; ``nan`` when every grade is 0.

    ``exist`` holds the grades of all items there are, when a ranking may miss some; the ideal order is over those.
    """
    ideal = np.sort(np.asarray(grades if exist is None else exist, dtype=float))[::-1]
    best = dcg(ideal, -np.arange(len(ideal)), k)
    return dcg(grades, scores, k) / best if best > 0 else NAN


def roc_auc(relevant: ArrayLike, scores: ArrayLike) -> float:
    """Probability that a relevant item scores above another one, ties half; ``nan`` when one class is missing."""
    from sklearn.metrics import roc_auc_score

    truth = np.asarray(relevant, dtype=bool)
    if truth.all() or not truth.any():
        return NAN
    return float(roc_auc_score(truth, np.asarray(scores, dtype=float)))


def brier(relevant: ArrayLike, scores: ArrayLike) -> float:
    """Mean squared difference of score (0..1) and outcome (0 or 1); lower is better (Brier 1950)."""
    truth, values = np.asarray(relevant, dtype=float), np.asarray(scores, dtype=float)
    return float(((values - truth) ** 2).mean()) if len(values) else NAN


def accuracy(predicted: Sequence[Hashable], gold: Sequence[Hashable]) -> float:
    """Share of positions where ``predicted`` equals ``gold``; raises ValueError when lengths differ."""
    hits = [p == g for p, g in zip(predicted, gold, strict=True)]
    return sum(hits) / len(hits) if hits else NAN


@dataclass(frozen=True, slots=True)
class Bin:
    """One line of a reliability table: scores in low..high, their number, mean score and share of relevant rows."""

    low: float
    high: float
    n: int
    mean_score: float
    share: float


def _edges(values: NDArray[np.float64], bins: int, equal_mass: bool) -> list[NDArray[np.intp]]:
    """Positions of ``values`` by bin, lowest scores first; empty bins are left out."""
    if equal_mass:
        order = np.argsort(values, kind="stable")
        # A run of equal scores stays whole, or the bins would depend on the order of the rows.
        cuts = {int(np.searchsorted(values[order], values[order[len(order) * i // bins]])) for i in range(1, bins)}
        return [part for part in np.split(order, sorted(cuts)) if len(part)]
    which = np.minimum((values * bins).astype(int), bins - 1)
    return [part for part in (np.flatnonzero(which == i) for i in range(bins)) if len(part)]


def reliability(relevant: ArrayLike, scores: ArrayLike, bins: int = 10, *, equal_mass: bool = True) -> list[Bin]:
    """Reliability table: what was promised (mean score) beside what came (share of relevant rows), by bin.

    ``equal_mass`` cuts at quantiles, so that each bin holds about n / bins rows (equal scores stay together);
    otherwise the bins are of equal width over 0..1. Raises ValueError for a score outside 0..1.
    """
    truth, values = np.asarray(relevant, dtype=float), np.asarray(scores, dtype=np.float64)
    if len(values) == 0:
        return []
    if not (np.isfinite(values).all() and values.min() >= 0.0 and values.max() <= 1.0):
        raise ValueError("a score lies outside 0..1")
    table = []
    for part in _edges(values, bins, equal_mass):
        inside = values[part]
        low, high, mean = float(inside.min()), float(inside.max()), float(inside.mean())
        table.append(Bin(low, high, len(part), mean, float(truth[part].mean())))
    return table


def expected_calibration_error(
    relevant: ArrayLike, scores: ArrayLike, bins: int = 10, *, equal_mass: bool = True
) -> float:
    """Sum over bins of n_bin / n * |share of relevant - mean score|, in 0..1 (Naeini et al. 2015).

    Equal-mass bins are the default: most pairs score near 0, where equal-width bins hide every error in one bin.
    """
    table = reliability(relevant, scores, bins, equal_mass=equal_mass)
    n = sum(line.n for line in table)
    return sum(line.n * abs(line.share - line.mean_score) for line in table) / n if n else NAN


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of text in one document: ``start`` inclusive, ``end`` exclusive, in characters."""

    document: str
    start: int
    end: int


def overlap(one: Span, other: Span) -> int:
    """Characters that two spans share; 0 across documents."""
    if one.document != other.document:
        return 0
    return max(0, min(one.end, other.end) - max(one.start, other.start))


def iou(one: Span, other: Span) -> float:
    """Shared characters over the characters of either, in 0..1."""
    shared = overlap(one, other)
    return shared / (one.end - one.start + other.end - other.start - shared) if shared else 0.0


def cover(one: Span, other: Span) -> float:
    """Shared characters over the length of the shorter span, in 0..1."""
    shared = overlap(one, other)
    return shared / min(one.end - one.start, other.end - other.start) if shared else 0.0


def match_spans(predicted: Sequence[Span], gold: Sequence[Span], *, strict: bool) -> dict[int, int]:
    """Position of a predicted span → position of its gold span, one to one, best fit first.

    ``strict``: intersection over union of characters >= 0.5, so a boundary may be off by half at most. Lenient: the
    spans share >= 0.5 of the shorter one, so that a whole sentence matches the clause inside it: a reader who is
    shown the sentence has found the clause. Pairs are taken greedily by falling IoU, ties by position in the text,
    and no span is used twice: two predictions on one gold span leave one false alarm.
    """
    fits: Callable[[Span, Span], float] = iou if strict else cover
    by_document: dict[str, list[int]] = defaultdict(list)
    for j, span in enumerate(gold):
        by_document[span.document].append(j)
    candidates = [
        (-iou(span, gold[j]), span.start, gold[j].start, i, j)
        for i, span in enumerate(predicted)
        for j in by_document.get(span.document, ())
        if fits(span, gold[j]) >= 0.5
    ]
    matched: dict[int, int] = {}
    taken: set[int] = set()
    for *_, i, j in sorted(candidates):
        if i not in matched and j not in taken:
            matched[i] = j
            taken.add(j)
    return matched


@dataclass(frozen=True, slots=True)
class SpanScore:
    """Precision, recall and F1 in 0..1 with the counts behind them; 0 where a ratio has no ground."""

    precision: float
    recall: float
    f1: float
    predicted: int
    gold: int
    matched: int


def score_spans(predicted: Sequence[Span], gold: Sequence[Span], *, strict: bool) -> SpanScore:
    """Precision, recall and F1 of spans under ``match_spans``."""
    matched = len(match_spans(predicted, gold, strict=strict))
    return f1_score(matched, len(predicted), len(gold))


def f1_score(matched: int, predicted: int, gold: int) -> SpanScore:
    """Precision matched/predicted, recall matched/gold, F1 2*matched/(predicted+gold); 0 for an empty divisor."""
    precision = matched / predicted if predicted else 0.0
    recall = matched / gold if gold else 0.0
    f1 = 2 * matched / (predicted + gold) if predicted + gold else 0.0
    return SpanScore(precision, recall, f1, predicted, gold, matched)


def bootstrap(
    metric: Callable[[NDArray[np.intp]], float],
    groups: Sequence[Hashable],
    *,
    repeats: int = 1000,
    level: float = 0.95,
    seed: int = 0,
) -> tuple[float, float]:
    """Percentile interval of ``metric`` when whole groups are drawn again with replacement (Efron 1979).

    ``groups`` [n] names the group of each row (rows that share a statement or a story are not independent);
    ``metric`` is given row positions, with repeats, and returns the figure. Draws without a value are left out;
    (nan, nan) when none has one. The same seed gives the same interval.
    """
    members: dict[Hashable, list[int]] = defaultdict(list)
    for position, name in enumerate(groups):
        members[name].append(position)
    blocks = [np.asarray(rows, dtype=np.intp) for rows in members.values()]
    if not blocks:
        return NAN, NAN
    generator = np.random.default_rng(seed)
    draws = (generator.integers(0, len(blocks), len(blocks)) for _ in range(repeats))
    figures = [metric(np.concatenate([blocks[b] for b in draw])) for draw in draws]
    figures = [figure for figure in figures if not math.isnan(figure)]
    if not figures:
        return NAN, NAN
    low, high = np.quantile(figures, [(1 - level) / 2, (1 + level) / 2])
    return float(low), float(high)


def _score(row: Mapping[str, Any], where: str) -> float:
    """Return the score of a row; raises InputError unless it is a number in 0..1."""
    value = row.get("score")
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0.0 <= value <= 1.0:
        raise InputError(f"{where}: score {value!r} is not a number in 0..1")
    return float(value)


def _grade(row: Mapping[str, Any], where: str) -> tuple[int, bool]:
    """Return (grade 0..3, whether it was given as a grade); a contradiction by name counts as grade 3."""
    value = row.get("grade") if row.get("label") is None else row["label"]
    if isinstance(value, str) and value in LABELS:
        return (3 if value == "contradiction" else 0), False
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 3:
        return value, True
    raise InputError(f"{where}: label {value!r} is neither one of {', '.join(LABELS)} nor a grade 0..3")


def _read(rows: Iterable[Mapping[str, Any]]) -> tuple[list[float], list[int], bool]:
    """Check labelled rows; return scores, grades and whether any row carried a grade."""
    scores: list[float] = []
    grades: list[int] = []
    graded = False
    seen: set[str] = set()
    for number, row in enumerate(rows, 1):
        if not isinstance(row, Mapping):
            raise InputError(f"row {number}: not an object")
        name = row.get("id")
        if isinstance(name, bool) or not isinstance(name, (str, int)) or name == "":
            raise InputError(f"row {number}: id {name!r} is neither text nor a whole number")
        where = f"row {number} (id {json.dumps(name, ensure_ascii=False)})"
        if str(name) in seen:
            raise InputError(f"{where}: this id was met before")
        seen.add(str(name))
        scores.append(_score(row, where))
        grade, given = _grade(row, where)
        grades.append(grade)
        graded |= given
    if not scores:
        raise InputError("no labelled row to evaluate")
    return scores, grades, graded


def evaluate(rows: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """Figures of labelled, scored pairs.

    A row holds ``id``, ``score`` (0..1) and ``label``: contradiction, neutral or entailment, or a grade 0..3 (under
    ``label`` or ``grade``), where 2 and 3 count as contradiction. Returns ``n``, ``positives``,
    ``average_precision``, ``precision_at_10``, ``auc``, ``ece`` (10 equal-mass bins), ``ece_equal_width`` (10 bins),
    ``brier`` and, for graded rows, ``ndcg``. A figure that has no value (no contradiction among the rows, or nothing
    else) is left out. Raises InputError, naming the row, for a row that cannot be used, and for no rows.
    """
    scores, grades, graded = _read(rows)
    relevant = np.asarray(grades) >= RELEVANT_GRADE
    figures = {
        "n": float(len(scores)),
        "positives": float(relevant.sum()),
        "average_precision": average_precision(relevant, scores),
        "precision_at_10": precision_at(relevant, scores, 10),
        "auc": roc_auc(relevant, scores),
        "ece": expected_calibration_error(relevant, scores),
        "ece_equal_width": expected_calibration_error(relevant, scores, equal_mass=False),
        "brier": brier(relevant, scores),
    }
    if graded:
        figures["ndcg"] = ndcg(grades, scores)
    return {name: value for name, value in figures.items() if not math.isnan(value)}
