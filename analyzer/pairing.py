"""Statements × actions → the pairs worth a model's time, with a count of what each gate let through.

Gates, cheapest first: the same party (or one that both claims may be of), two different origins
(never one article, never an article and its reprint), not old background (older than the statement or, where that has
no date, than the article that tells of the act), then the first stage: what is known without
the model (``evidence``) must leave a contradiction likely enough, above all the encoder's vectors, trained so that an
action lies near the statement it contradicts; they also keep the nearest few actions of each statement.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from analyzer import evidence, records
from analyzer.records import SURE, Action, Counts, Dropped, Kind, Pair, Statement, parties_of
from analyzer.settings import Settings

Vectors = NDArray[np.float32]
Factors = dict[tuple[Kind, int], float]  # of time, by kind of statement and gap in days
K = TypeVar("K", bound=Hashable)
STEP = 1 / 2048  # of a claim vector's numbers
UNLIKELY = "unlikely by topic, party and time"
GATES = (
    "another party's conduct",
    "the same article or its reprint",
    "old background",
    UNLIKELY,
    "beyond the nearest candidates",
)
BLOCK = 512  # statements compared at once; bounds memory at BLOCK × actions of a party
UNDATED = 10**7  # stands for a gap that is not known: more days than the calendar has
DOUBT = 1e-9  # numpy and math may differ in the 16th digit: a chance this near the limit is worked out by itself


def stepped(vector: Vectors) -> Vectors:
    """Round a unit vector to multiples of STEP.

    Products of such vectors are exact in float32 (sums of multiples of 2**-22 below 2), so a similarity is the same to
    the last bit whatever is compared beside it, and float16 stores the vector without loss.
    """
    return np.asarray(np.rint(vector / STEP) * STEP, dtype=np.float32)


def sides(claim: Statement | Action) -> tuple[str, ...]:
    """The parties whose claims a claim may meet: its own, and others that it may be of."""
    return tuple(records.sides(claim))


def gap_days(statement: Statement, action: Action) -> int | None:
    """Days from statement to action; None without both dates, 0 when the span of a coarse one meets the other."""
    if statement.date is None or action.date is None:
        return None
    said, done = statement.date, action.date
    if done.day > said.last:
        return (done.day - said.last).days
    if done.last < said.day:
        return (done.last - said.day).days
    return 0


def candidates(
    statements: Sequence[Statement],
    statement_vectors: Vectors,
    actions: Sequence[Action],
    action_vectors: Vectors,
    origins: Mapping[str, str],
    settings: Settings,
    counts: Counts,
    dropped: list[Dropped] | None = None,
) -> Iterator[Pair]:
    """Yield the pairs that pass every gate, by statement, nearest action first.

    ``statement_vectors`` [n, d] and ``action_vectors`` [m, d] are unit vectors; ``origins`` maps article ids to the
    article they reprint (themselves when original). ``counts`` receives what each gate dropped; ``dropped``, when
    given, one entry a dropped pair (for --explain; it grows with the corpus squared).
    """
    counts.add("statement × action combinations", len(statements) * len(actions))
    for gate in GATES:  # shown in this order, also where nothing fell
        counts.add(f"dropped: {gate}", 0)
    counts.add("pairs to score", 0)
    if not statements or not actions:
        return
    columns = _Columns.of(actions, origins)
    index = _indices(columns.sides)
    factors: Factors = {}
    for names, members in _indices((sides(statement),) for statement in statements).items():
        own = [index[name] for name in names if name in index]
        reachable = np.unique(np.concatenate(own)) if own else np.zeros(0, dtype=np.int64)
        _drop_parties(statements, members, actions, reachable, counts, dropped)
        if not len(reachable):
            continue
        met = columns.among(reachable)
        shares = met.shares(names)
        for start in range(0, len(members), BLOCK):
            block = members[start : start + BLOCK]
            similarity = statement_vectors[block] @ action_vectors[reachable].T
            for row, number in enumerate(block):
                statement, near = statements[number], similarity[row]
                if dropped is None:
                    yield from _counted(statement, near, met, shares, factors, origins, settings, counts)
                else:
                    yield from _listed(statement, near, met.actions, origins, settings, counts, dropped)


def _indices(keys: Iterable[Iterable[K]]) -> dict[K, NDArray[np.int64]]:
    """Positions of the items under each key; an item may have several."""
    index: dict[K, list[int]] = {}
    for i, mine in enumerate(keys):
        for key in mine:
            index.setdefault(key, []).append(i)
    return {key: np.array(members, dtype=np.int64) for key, members in index.items()}


def _drop_parties(
    statements: Sequence[Statement],
    members: NDArray[np.int64],
    actions: Sequence[Action],
    reachable: NDArray[np.int64],
    counts: Counts,
    dropped: list[Dropped] | None,
) -> None:
    """Count (and list) the combinations that differ in party."""
    counts.add("dropped: another party's conduct", len(members) * (len(actions) - len(reachable)))
    if dropped is None:
        return
    kept = set(reachable.tolist())
    for number in members:
        for i, action in enumerate(actions):
            if i not in kept:
                said, done = statements[number].party or "nobody known", action.party or "nobody known"
                reason = f"said by {said}, done by {done}"
                dropped.append(Dropped("party", statements[number], action, reason))


@dataclass(frozen=True, slots=True)
class _Columns:
    """What the gates ask of actions, side by side: one at a time they would cost more than all that comes after."""

    actions: NDArray[np.object_]
    sides: NDArray[np.object_]  # chance of each party
    origins: NDArray[np.str_]
    first: NDArray[np.int64]  # days of its date, far behind the calendar without one
    last: NDArray[np.int64]
    ages: NDArray[np.int64]
    sure: NDArray[np.float64]  # log odds of the tagger

    @classmethod
    def of(cls, actions: Sequence[Action], origins: Mapping[str, str]) -> _Columns:
        """The columns of all actions."""
        return cls(
            np.array(actions, dtype=np.object_),
            np.array([records.sides(action) for action in actions], dtype=np.object_),
            np.array([origins.get(action.article, action.article) for action in actions]),
            np.array([action.date.day.toordinal() if action.date else 2 * UNDATED for action in actions]),
            np.array([action.date.last.toordinal() if action.date else 2 * UNDATED for action in actions]),
            np.array([action.age for action in actions]),
            np.array([evidence.logit(action.probability) for action in actions]),
        )

    def among(self, some: NDArray[np.int64]) -> _Columns:
        """The columns of some of them."""
        return _Columns(*(getattr(self, column.name)[some] for column in fields(self)))

    def shares(self, names: Sequence[str]) -> NDArray[np.float64]:
        """Chance of each of these parties."""
        return np.array([[known.get(name, 0.0) for name in names] for known in self.sides])

    def gaps(self, statement: Statement) -> NDArray[np.int64]:
        """``gap_days`` to each, UNDATED for None."""
        if statement.date is None:
            return np.full(len(self.actions), UNDATED)
        day, last = statement.date.day.toordinal(), statement.date.last.toordinal()
        gaps = np.where(self.first > last, self.first - last, np.minimum(self.last - day, 0))
        return np.minimum(gaps, UNDATED)

    def prospects(
        self,
        statement: Statement,
        similarity: Vectors,
        gaps: NDArray[np.int64],
        shares: NDArray[np.float64],
        factors: Factors,
    ) -> NDArray[np.float64]:
        """``evidence.prospect`` of the pair with each; ``factors`` keeps what was asked of ``evidence.time``."""
        kind, (known, places) = statement.kind, np.unique(gaps, return_inverse=True)
        for gap in known.tolist():
            if (kind, gap) not in factors:
                one = Pair(statement, self.actions[0], 0.0, None, None if gap == UNDATED else gap)
                factors[kind, gap] = evidence.time(one)[0]
        same_party = np.minimum(1.0, shares @ list(records.sides(statement).values()))
        values: dict[str, Any] = {
            "similarity": np.round(similarity.astype(np.float64), 4),
            "party": np.log(np.maximum(same_party, evidence.LEAST_CHANCE)),
            "time": np.log([factors[kind, gap] for gap in known.tolist()])[places],
            "statement": evidence.logit(statement.probability),
            "action": self.sure,
        }
        odds = evidence.log_odds(values, evidence.fitted(evidence.UNREAD))
        return np.asarray(1 / (1 + np.exp(-odds)))


def _counted(
    statement: Statement,
    similarity: Vectors,
    met: _Columns,
    shares: NDArray[np.float64],
    factors: Factors,
    origins: Mapping[str, str],
    settings: Settings,
    counts: Counts,
) -> Iterator[Pair]:
    """Apply the gates to a statement and all actions that it may meet at once; what falls is counted, not looked at."""

    def pair(i: int) -> Pair:
        return pair_of(statement, met.actions[i], float(similarity[i]))

    gaps = met.gaps(statement)
    chances = met.prospects(statement, similarity, gaps, shares, factors)
    same = met.origins == origins.get(statement.article, statement.article)
    old = ~same & ((met.ages if statement.date is None else -gaps) > settings.background_days)
    likely = chances >= settings.least_prospect
    for i in np.flatnonzero(np.abs(chances - settings.least_prospect) < DOUBT).tolist():
        likely[i] = evidence.prospect(pair(i)) >= settings.least_prospect
    left = np.flatnonzero(~same & ~old & likely)
    passed, most = len(left), settings.max_candidates
    if passed > most:  # what ties with the last that is taken stays: ids decide
        left = left[similarity[left] >= np.partition(similarity[left], -most)[-most]]
    order = nearest_first(similarity[left], lambda i: met.actions[left[i]].id)
    taken = left[order[:most]].tolist()
    fallen = (same.sum(), old.sum(), (~same & ~old & ~likely).sum(), passed - len(taken))
    for gate, number in zip(GATES[1:], fallen, strict=True):
        counts.add(f"dropped: {gate}", int(number))
    counts.add("pairs to score", len(taken))
    yield from map(pair, taken)


def _listed(
    statement: Statement,
    similarity: Vectors,
    actions: NDArray[np.object_],
    origins: Mapping[str, str],
    settings: Settings,
    counts: Counts,
    dropped: list[Dropped],
) -> Iterator[Pair]:
    """Apply the gates to a statement and each action that it may meet, nearest first, and tell why one falls."""
    taken = 0
    for i in nearest_first(similarity, lambda i: actions[i].id):
        pair = pair_of(statement, actions[i], float(similarity[i]))
        gate, reason = gate_of(pair, origins, settings)
        if not gate and taken >= settings.max_candidates:
            gate, reason = "beyond the nearest candidates", f"similarity {pair.similarity:.2f}"
        if gate:
            counts.add(f"dropped: {gate}")
            dropped.append(Dropped(gate, statement, pair.action, reason))
            continue
        taken += 1
        counts.add("pairs to score")
        yield pair


def nearest_first(similarity: NDArray[np.float32], id_of: Callable[[int], str]) -> list[int]:
    """Positions by falling similarity, ties by the id at that position."""
    order: list[int] = np.argsort(-similarity, kind="stable").tolist()
    values = similarity[order]
    if bool((values[1:] == values[:-1]).any()):
        order.sort(key=lambda i: (-float(similarity[i]), id_of(i)))
    return order


def pair_of(statement: Statement, action: Action, similarity: float) -> Pair:
    """A statement and an action with how they relate in party and time.

    They match where one party is told of both and likelier than not of each; else that stays a chance.
    """
    said, done = records.sides(statement), records.sides(action)
    told = set(parties_of(statement.party)) & set(parties_of(action.party)) & said.keys() & done.keys()
    match = True if any(min(said[party], done[party]) >= SURE for party in told) else None
    return Pair(statement, action, round(similarity, 4), match, gap_days(statement, action))


def gate_of(pair: Pair, origins: Mapping[str, str], settings: Settings) -> tuple[str, str]:
    """The gate of origin, time or prospect that keeps a pair from being scored, with the reason; ("", "") for none."""
    said, done = pair.statement.article, pair.action.article
    if origins.get(done, done) == origins.get(said, said):
        return "the same article or its reprint", "one text cannot contradict itself across sources"
    if pair.gap_days is not None and pair.gap_days < -settings.background_days:
        return "old background", f"the act is {-pair.gap_days} days older than the statement"
    if pair.statement.date is None and pair.action.age > settings.background_days:
        return "old background", f"the act was {pair.action.age} days old when told, and the statement has no date"
    prospect = evidence.prospect(pair)
    if prospect < settings.least_prospect:
        return UNLIKELY, f"chance {prospect:.3f} before reading, similarity {pair.similarity:.2f}"
    return "", ""
