"""Statements × actions → the pairs worth a model's time, with a count of what each gate let through.

Gates, cheapest first: the same party (or one that both claims may be of), two different origins
(never one article, never an article and its reprint), not old background, then the first stage: what is known without
the model (``evidence``) must leave a contradiction likely enough, above all the encoder's vectors, trained so that an
action lies near the statement it contradicts; they also keep the nearest few actions of each statement.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from analyzer import evidence, records
from analyzer.records import SURE, Action, Counts, Dropped, Pair, Statement, parties_of
from analyzer.settings import Settings

Vectors = NDArray[np.float32]
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
    index = _indices(map(sides, actions))
    for names, members in _indices((sides(statement),) for statement in statements).items():
        own = [index[name] for name in names if name in index]
        reachable = np.unique(np.concatenate(own)) if own else np.zeros(0, dtype=np.int64)
        _drop_parties(statements, members, actions, reachable, counts, dropped)
        if not len(reachable):
            continue
        ids = [actions[int(i)].id for i in reachable]
        for start in range(0, len(members), BLOCK):
            block = members[start : start + BLOCK]
            similarity = statement_vectors[block] @ action_vectors[reachable].T
            for row, number in enumerate(block):
                order = nearest_first(similarity[row], ids.__getitem__)
                near = ((actions[int(reachable[i])], float(similarity[row, i])) for i in order)
                yield from _gated(statements[number], near, origins, settings, counts, dropped)


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


def _gated(
    statement: Statement,
    nearest: Iterable[tuple[Action, float]],
    origins: Mapping[str, str],
    settings: Settings,
    counts: Counts,
    dropped: list[Dropped] | None,
) -> Iterator[Pair]:
    """Apply the gates of origin, time and similarity to one statement's reachable actions, nearest first."""
    taken = 0
    for action, similarity in nearest:
        pair = pair_of(statement, action, similarity)
        gate, reason = gate_of(pair, origins, settings)
        if not gate and taken >= settings.max_candidates:
            gate, reason = "beyond the nearest candidates", f"similarity {pair.similarity:.2f}"
        if gate:
            counts.add(f"dropped: {gate}")
            if dropped is not None:
                dropped.append(Dropped(gate, statement, action, reason))
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
    prospect = evidence.prospect(pair)
    if prospect < settings.least_prospect:
        return UNLIKELY, f"chance {prospect:.3f} before reading, similarity {pair.similarity:.2f}"
    return "", ""
