"""Whose conduct a claim is, settled from two witnesses: what grammar and names say, and what the encoder thinks.

Grammar is right where it names a party outright and guesses where it meets a bare noun or a person; the encoder has
read the whole passage but gives chances only. Their chances are joined on the log scale, with weights by the kind of
word that grammar had to go by (``gazetteer/ownership.csv``, fitted on authored stories). A helper of ``pipeline``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from analyzer.records import SURE
from analyzer.settings import Settings
from analyzer.wordlists import table

LEAST = 0.005  # what a party is given that the encoder does not think of
NOBODY = ""
OUTSIDER = "outsider"  # protesters, gunmen: nobody's side but their own, whoever else the passage is about


@dataclass(frozen=True, slots=True)
class Settled:
    """The parties a claim is told to be of, or who is described; ``around`` are all that it may be of, in per cent."""

    parties: tuple[str, ...]
    around: tuple[tuple[str, int], ...] = ()


@cache
def weights() -> dict[str, tuple[float, float, float]]:
    """Load, by the kind of word, what grammar weighs, what the encoder weighs, and the leaning to nobody."""
    return {
        row["way"]: (float(row["grammar"]), float(row["encoder"]), float(row["nobody"]))
        for row in table("ownership.csv")
    }


def chances(way: str, said: Mapping[str, float], shares: Mapping[str, float]) -> dict[str, float]:
    """Party -> chance that the claim is its conduct; NOBODY stands for none of them. The chances sum to 1.

    ``said`` are the chances that grammar gives for a word of kind ``way``, ``shares`` those of the encoder; what either
    leaves of 1 is nobody's.
    """
    if way == OUTSIDER:
        return {NOBODY: 1.0}
    fitted = weights()
    grammar, encoder, leaning = fitted.get(way, fitted["noun"])
    grammar *= bool(said)  # where it knows nothing it has no say
    scores = {}
    for party in dict.fromkeys((*said, *shares, NOBODY)):
        one, other = (math.log(max(LEAST, share(given, party))) for given in (said, shares))
        scores[party] = grammar * one + encoder * other
    scores[NOBODY] += leaning
    top = max(scores.values())
    powers = {party: math.exp(score - top) for party, score in scores.items()}
    total = sum(powers.values())
    return {party: power / total for party, power in powers.items()}


def share(given: Mapping[str, float], party: str) -> float:
    """The chance given to a party; NOBODY has what is left of 1."""
    return given.get(party, 0.0) if party else max(0.0, 1.0 - sum(c for p, c in given.items() if p))


def settle(
    way: str, said: Mapping[str, float], shares: Mapping[str, float], settings: Settings, described: str | None = None
) -> Settled:
    """Tell the party, or those it may be; both sides of an act that grammar gives to two stay together.

    Where it is likely nobody whom the article names, those whom grammar found are told as ``described``: "teachers".
    """
    found = chances(way, said, shares)
    ordered = sorted((party for party in found if party), key=lambda party: (-found[party], party))
    both = tuple(party for party, chance in said.items() if party and chance == 1.0)
    around = tuple((p, round(100 * found[p])) for p in ordered if found[p] >= settings.possible_party)
    if len(both) > 1 and sum(found[party] for party in both) >= settings.sure_party:
        return Settled(both, around)
    if ordered and found[ordered[0]] >= settings.sure_party:
        return Settled((ordered[0],), around)
    return Settled((described,) if described and found[NOBODY] >= SURE else (), around)
