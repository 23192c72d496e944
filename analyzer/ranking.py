"""Scored pairs → findings in a stable order. Pure: no model, no clock, no file.

The calibrated score is the model's word on two texts. What it cannot see is weighed with it on the scale of log odds
(``evidence``). A party that cannot be told, on whose word the act is reported and under which condition the statement
stands are factors of the settings. What was weighed is told in the reasons.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from analyzer import evidence
from analyzer.records import Action, Finding, Kind, Pair, Scored, Statement, Verdict
from analyzer.settings import Settings
from analyzer.wordlists import words

Vectors = Mapping[str, NDArray[np.float32]]
FUNCTION_WORDS = words("function_words")
# Where such a condition is met, the statement was never to bind; one of "as long as" or "if" binds where it is met.
_LIFTING = re.compile(r"(?:unless|except if|only if|only when)\b", re.IGNORECASE)
_CONNECTIVE = re.compile(
    r"\A(?:unless|(?:as|so) long as|as soon as|the moment|(?:except|only) if|only when|provid(?:ed|ing)(?: that)?"
    r"|on condition that|if|once)\s+",
    re.IGNORECASE,
)
STEM = 5  # letters of a word that count when statements are compared

VERDICT_WORDS = {
    Verdict.DIRECT: "a strong contradiction",
    Verdict.UNDERCUTS: "conduct hard to square with the statement",
    Verdict.REVERSAL: "a later act opposite to what was promised",
    Verdict.CONDITION_MET: "the statement's own condition seems to have been met",
    Verdict.DISPUTED: "reported as an accusation",
    Verdict.WEAK: "a weak or uncertain tension",
}


def weigh(
    pair: Pair, probabilities: Sequence[float], score: float, condition_met: float | None, settings: Settings
) -> Scored:
    """Return the pair with its rank score, verdict and reasons; what is weighed is what the files show, four digits.

    ``probabilities`` are contradiction, entailment, neutral; ``score`` is calibrated, in 0..1; ``condition_met`` is
    the model's probability that the action shows the statement's condition to be met, None when there is none.
    """
    score = round(float(score), 4)
    odds = evidence.log_odds(features(pair, score), evidence.fitted(evidence.READ))
    reasons = []
    for weight, reason in _reasons(pair, condition_met, settings):
        odds += math.log(weight)
        reasons.append(reason)
    rank_score = round(evidence.chance(odds), 4)
    contradiction, entailment, neutral = (round(float(p), 4) for p in probabilities)
    verdict = _verdict(pair, rank_score, condition_met, settings)
    return Scored(pair, contradiction, entailment, neutral, score, rank_score, verdict, tuple(reasons))


def features(pair: Pair, score: float) -> dict[str, float]:
    """What the fitted weights are for: the model's calibrated score, and what is known without it."""
    return {"model": evidence.logit(score, 1e-6)} | evidence.features(pair)


def _reasons(pair: Pair, condition_met: float | None, settings: Settings) -> list[tuple[float, str]]:
    """What was weighed, each with the factor on the odds that the settings give it."""
    out = []
    if pair.party_match is None:
        chance = f"that one party said and did it has a chance of {pair.party_chance:.2f}"
        out.append((settings.unknown_party_weight, f"whose conduct it is could not be told for sure: {chance}"))
    out.append((1.0, evidence.time(pair)[1]))
    if pair.action.accusation:
        source = f" by {pair.action.reported_by}" if pair.action.reported_by else ""
        out.append((settings.accusation_weight, f"the act is reported as an accusation{source}"))
    if pair.statement.condition is not None and condition_met is not None:
        met, lifts = condition_met >= 0.5, lifting(pair.statement.condition)
        text = "seems to have been met" if met else "is not known to have been met"
        weight = settings.conditional_weight
        if met:  # a promise "as long as the truce holds" is broken while it holds
            weight = settings.condition_met_weight if lifts else 1.0
        out.append((weight, f"the statement holds only “{pair.statement.condition}”, which {text}"))
    return out


def lifting(condition: str) -> bool:
    """Whether a condition, when it is met, frees who stated it: "unless we are attacked", not "if the truce holds"."""
    return _LIFTING.match(condition) is not None


def clause(condition: str) -> str:
    """What a condition says without the word that makes it one: "we are attacked"."""
    return _CONNECTIVE.sub("", condition)


def _verdict(pair: Pair, rank_score: float, condition_met: float | None, settings: Settings) -> Verdict:
    """Verdict by the first rule that fits; see VERDICT_WORDS. A doubt about the party is in the score already."""
    if rank_score < settings.undercuts_score:
        return Verdict.WEAK
    condition = pair.statement.condition
    if condition is not None and condition_met is not None and condition_met >= 0.5 and lifting(condition):
        return Verdict.CONDITION_MET
    if pair.action.accusation:
        return Verdict.DISPUTED
    if pair.statement.kind in (Kind.PLEDGE, Kind.INTENT) and (pair.gap_days or 0) > settings.reversal_days:
        return Verdict.REVERSAL
    return Verdict.DIRECT if rank_score >= settings.direct_score else Verdict.UNDERCUTS


def findings(
    scored: Sequence[Scored], vectors: Vectors, origins: Mapping[str, str], settings: Settings
) -> tuple[Finding, ...]:
    """Group same statements and return the findings, strongest first; ties break on text and place.

    ``scored`` in any order; ``vectors`` holds the unit vector of every statement id; ``origins`` maps article ids to
    the article they reprint.
    """
    found = [finding(group, origins, settings) for group in groups(scored, vectors, settings)]
    return tuple(sorted(found, key=lambda f: (-f.score, -f.sources, f.key)))


def groups(scored: Iterable[Scored], vectors: Vectors, settings: Settings) -> list[list[Scored]]:
    """Put the pairs that reach the threshold together by what was said, strongest first.

    A statement joins the first group that holds its very words, or whose strongest statement says the same: one of the
    same kind that is ``alike``. Groups of different ``circle`` never meet.
    """
    strong = [s for s in order(scored) if s.rank_score >= settings.finding_threshold]
    found: list[list[Scored]] = []
    told: dict[str, _Told] = {}
    home: dict[str, int] = {}
    for one in strong:
        statement = one.pair.statement
        place = home.get(statement.id)
        if place is None:
            said = told.setdefault(circle(statement), _Told(settings))
            place = said.place_of(statement, vectors[statement.id])
            if place is None:
                place = len(found)
                found.append([])
                said.lead(place, statement, vectors[statement.id])
            said.texts.setdefault(normal(statement.text), place)
            home[statement.id] = place
        found[place].append(one)
    return found


def circle(statement: Statement) -> str:
    """Within what a statement may be told again: its party's words; only equal words where the party is not known."""
    return statement.party or f"\x1f{normal(statement.text)}"


def alike(
    cosines: NDArray[np.float32], others: Sequence[frozenset[str]], mine: frozenset[str], settings: Settings
) -> NDArray[np.bool_]:
    """Which statements [n] say the same as one, by their cosines to it [n] and their ``telling_words``.

    Vectors lie close when statements are about one thing, which a retelling is and much else; a retelling also keeps
    some words.
    """
    near = cosines >= settings.near_statement
    for i in np.flatnonzero(near).tolist():
        either = len(others[i] | mine) or 1
        near[i] = cosines[i] + settings.shared_words * len(others[i] & mine) / either >= settings.same_statement
    return near


def telling_words(text: str) -> frozenset[str]:
    """Beginnings of the words of a statement that are no function words: "denies" and "denied" count as one."""
    return frozenset(word[:STEM] for word in normal(text).split() if len(word) > 1 and word not in FUNCTION_WORDS)


class _Told:
    """The statements of one circle that lead a group, and the words of all, each with its group."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.texts: dict[str, int] = {}
        self.kinds: dict[Kind, tuple[list[int], list[frozenset[str]], NDArray[np.float32]]] = {}

    def place_of(self, statement: Statement, vector: NDArray[np.float32]) -> int | None:
        """The first group that says the same."""
        found = [self.texts[text]] if (text := normal(statement.text)) in self.texts else []
        if statement.kind in self.kinds:
            places, told, rows = self.kinds[statement.kind]
            same = alike(rows[: len(places)] @ vector, told, telling_words(statement.text), self.settings)
            found += [places[i] for i in np.flatnonzero(same).tolist()]
        return min(found, default=None)

    def lead(self, place: int, statement: Statement, vector: NDArray[np.float32]) -> None:
        """Note the statement that a group begins with."""
        none = np.zeros((8, len(vector)), dtype=np.float32)
        places, told, rows = self.kinds.get(statement.kind, ([], [], none))
        if len(places) == len(rows):
            rows = np.concatenate([rows, np.zeros_like(rows)])
        rows[len(places)] = vector
        places.append(place)
        told.append(telling_words(statement.text))
        self.kinds[statement.kind] = (places, told, rows)


def order(scored: Iterable[Scored]) -> list[Scored]:
    """Scored pairs by falling rank score, ties by score, text and place: the same for any input order."""
    return sorted(
        scored,
        key=lambda s: (
            -s.rank_score,
            -s.score,
            s.pair.statement.text,
            s.pair.action.text,
            s.pair.statement.id,
            s.pair.action.id,
        ),
    )


def normal(text: str) -> str:
    """Letters and digits in lower case, single spaces: what survives another paper's punctuation."""
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())


def finding(group: Sequence[Scored], origins: Mapping[str, str], settings: Settings) -> Finding:
    """One finding of a group of scored pairs, strongest first."""
    best = group[0]
    statements = {s.pair.statement.id: s.pair.statement for s in group}
    first = best.pair.statement
    also = sorted((s for i, s in statements.items() if i != first.id), key=lambda s: (s.article, s.start))
    actions = _distinct(group)
    independent = {origins.get(s.pair.action.article, s.pair.action.article) for s in actions}
    return Finding(
        key=key(first, best.pair.action),
        score=best.rank_score,
        verdict=best.verdict,
        statement=first,
        also_in=tuple(also),
        actions=tuple(actions),
        sources=len(independent),
        reasons=_why(best, len(independent), actions),
        weakened_by=_doubts(best, len(independent), settings),
    )


def key(statement: Statement, action: Action) -> str:
    """Content hash of what was said and done and by whom: the same after re-runs and in reprints."""
    parts = (statement.party or "", normal(statement.text), action.party or "", normal(action.text))
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def _distinct(group: Sequence[Scored]) -> list[Scored]:
    """The group's actions, strongest first, each text once and each span once."""
    seen: set[str] = set()
    out = []
    for one in group:
        action = one.pair.action
        marks = {action.id, normal(action.text)}
        if not marks & seen:
            out.append(one)
        seen |= marks
    return out


def _why(best: Scored, sources: int, actions: Sequence[Scored]) -> tuple[str, ...]:
    """Why a finding ranks where it does, apart from its score and verdict: support, then what was weighed."""
    pair = best.pair
    likely = "" if pair.party_chance >= 0.5 else f", with a chance of {pair.party_chance:.2f}"
    party = (f"said and done by the same party ({pair.statement.party}{likely})",) if pair.party_match else ()
    support = f"{_count(len(actions), 'act')} in {_count(sources, 'independent article')}"
    if weak := sum(one.verdict is Verdict.WEAK for one in actions[1:]):
        support += f", {weak} of them weak"
    return (*party, support, *best.reasons)


def _count(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _doubts(best: Scored, sources: int, settings: Settings) -> tuple[str, ...]:
    """What would weaken a finding: everything about it that a reader should check first."""
    pair = best.pair
    out = []
    if pair.statement.condition:
        out.append("if the condition of the statement was met")
    if pair.action.accusation:
        out.append(
            f"if the accusation{f' by {pair.action.reported_by}' if pair.action.reported_by else ''} is not borne out"
        )
    elif pair.action.reported_by and not pair.action.by_itself:
        out.append(f"if the report by {pair.action.reported_by} is not borne out")
    if pair.party_match is None or pair.party_chance < 0.5:
        out.append("if the act turns out to be another party's")
    if pair.gap_days is None:
        out.append("if the act is older than it seems: one of the dates is not known")
    elif pair.gap_days < 0:
        out.append("if conduct before the statement does not bear on it")
    elif pair.statement.kind in (Kind.PLEDGE, Kind.INTENT) and pair.gap_days > settings.reversal_days:
        out.append("if what was promised had lapsed by then, or what it rested on had changed")
    if sources == 1:
        out.append("if the one article that reports it is mistaken")
    if best.rank_score < settings.direct_score:
        out.append("if the conduct has an innocent reading that the articles do not give")
    return tuple(out)
