"""Which party does an office or a bare noun belong to when the text does not say? A small learned ranking.

Candidates are the states and bodies of the article; each is described by a few plain features (how much the article
talks of it, how near it stands, whose acts the person tells of, whether the office fits its kind), weighed by a
softmax regression fitted on authored stories (``gazetteer/affinity.csv``).
A helper of ``parties``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from analyzer.wordlists import table, words


def _media() -> re.Pattern[str]:
    """Pattern of what is in the name of a paper, broadcaster or news agency, and not of a body in another field."""
    last = words("media_endings")
    anywhere, ends = ("|".join(sorted(listed)) for listed in (words("media") - last, last))
    field = rf"(?! (?:\w+ )?(?:{'|'.join(sorted(words('media_bodies')))})\b)"
    return re.compile(rf"\b(?:(?:{anywhere})\b{field}|(?:{ends})(?=\W*$| of\b| on Sunday\b| \d))", re.IGNORECASE)


MEDIA = _media()


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible party and its features."""

    party: str
    features: Mapping[str, float]


@cache
def weights() -> dict[str, float]:
    """Load the fitted weight of each feature; an absent feature weighs nothing."""
    return {row["feature"]: float(row["weight"]) for row in table("affinity.csv")}


def rank(candidates: Sequence[Candidate]) -> list[tuple[float, str]]:
    """Return (probability, party), best first; probabilities of all candidates sum to 1."""
    if not candidates:
        return []
    fitted = weights()
    scores = [sum(fitted.get(k, 0.0) * v for k, v in c.features.items()) for c in candidates]
    top = max(scores)
    powers = [math.exp(s - top) for s in scores]
    total = sum(powers)
    return sorted(((p / total, c.party) for p, c in zip(powers, candidates, strict=True)), key=lambda x: (-x[0], x[1]))
