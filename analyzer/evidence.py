"""What is known of a pair apart from the model's word on its two texts, as features with fitted weights.

How near the two lie for the encoder, how sure it is that one party said and did, when the act happened, how sure both
claims are: joined on the scale of log odds by weights fitted on authored stories (``gazetteer/evidence.csv``), once
for a pair that the model has not read, which tells whether it is worth reading, and once with the model's score, which
tells how it ranks. A helper of ``pairing`` and ``ranking``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import cache

from analyzer.records import Pair
from analyzer.settings import TIME_WEIGHTS
from analyzer.wordlists import table

Weights = Mapping[str, float]
LEAST_CHANCE = 0.01  # no chance counts as less, nor as nearer to 1
CONSTANT = "constant"
# Units in which a coarse gap is told: their length and the least gap, both in days.
_COARSE = (("year", 365.25, 730), ("month", 30.44, 60), ("week", 7, 14), ("day", 1, 0))
UNREAD, READ = "unread", "read"  # columns of the table


@cache
def fitted(column: str) -> dict[str, float]:
    """Load the weight of each feature, and the constant, for pairs that are UNREAD or READ by the model."""
    return {row["feature"]: float(row[column]) for row in table("evidence.csv") if row[column]}


def features(pair: Pair) -> dict[str, float]:
    """What is known before the model reads: logarithms of odds and factors, and the similarity as it is."""
    return {
        "similarity": pair.similarity,
        "party": math.log(max(pair.party_chance, LEAST_CHANCE)),
        "time": math.log(time(pair)[0]),
        "statement": logit(pair.statement.probability),
        "action": logit(pair.action.probability),
    }


def log_odds(values: Mapping[str, float], weights: Weights) -> float:
    """Log odds of a contradiction, from the features of a pair and their weights."""
    return sum(weights[name] * value for name, value in values.items()) + weights[CONSTANT]


def prospect(pair: Pair) -> float:
    """Chance in 0..1 that a pair is a contradiction, before the model reads it."""
    return chance(log_odds(features(pair), fitted(UNREAD)))


def least_similarity(least_prospect: float) -> float:
    """The similarity under which no pair has this prospect, however sure all else about it is."""
    if least_prospect <= 0:
        return -1.0
    if least_prospect >= 1:  # no pair is certain before it is read
        return math.inf
    weights = fitted(UNREAD)
    sure = logit(1.0)
    factors = [math.log(factor) for kind in TIME_WEIGHTS.values() for factor in kind.values()]
    best = max(weights["time"] * factor for factor in factors)
    best += (max(weights["statement"], 0.0) + max(weights["action"], 0.0)) * sure
    best += max(0.0, weights["party"] * math.log(LEAST_CHANCE))
    return (logit(least_prospect, 0.0) - weights[CONSTANT] - best) / weights["similarity"]


def chance(odds: float) -> float:
    """The chance in 0..1 that log odds stand for."""
    return 1 / (1 + math.exp(-odds))


def logit(p: float, least: float = LEAST_CHANCE) -> float:
    """Log odds of a chance, which counts as no nearer to 0 and 1 than ``least``."""
    p = min(max(p, least), 1 - least)
    return math.log(p / (1 - p))


def time(pair: Pair) -> tuple[float, str]:
    """Factor for when the act happened, by kind of statement (TIME_WEIGHTS), with its reason."""
    gap = pair.gap_days
    weights = TIME_WEIGHTS[pair.statement.kind]
    if gap is None:
        return 1.0, "the time between them is not known"
    reason = f"the act came {distance(pair)} the statement"
    if gap < -90:
        return weights["long before"], reason
    if gap < -7:
        return weights["before"], reason
    if gap <= 0:
        return weights["around"], "the act was reported around the time of the statement"
    return weights["after"], reason


def distance(pair: Pair) -> str:
    """How long after or before its statement an act came: in days, or about so long where a date is coarse."""
    gap = pair.gap_days or 0
    number, unit = abs(gap), "day"
    if pair.coarse:
        number, unit = next((round(number / days), name) for name, days, least in _COARSE if number >= least)
    words = f"{'about ' if pair.coarse else ''}{number:,} {unit}{'' if number == 1 else 's'}"
    return f"{words} {'after' if gap > 0 else 'before'}"
