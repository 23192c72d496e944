"""Statements that are due get their candidate actions chosen again, and pairs that were never scored a score.

A chunk of statements at a time, each in a transaction of its own; scores are kept as they come, so that a run that is
killed loses at most one batch of them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analyzer import pairing, ranking
from analyzer.pipeline import Progress, TextScores, condition_met, score_texts, texts_to_score, weigh
from analyzer.records import Action, Pair, Scored, Statement
from analyzer.settings import Settings
from analyzer.store import library
from analyzer.store.codec import loads
from analyzer.store.corpus import count
from analyzer.store.database import Database, Values

if TYPE_CHECKING:
    from analyzer.nli import Scorer

CHUNK = 256  # statements taken up together
BATCH = 256  # pairs of texts scored between two commits
KEPT = 50_000  # actions held decoded

Table = tuple[list[int], NDArray[np.float32]]  # numbers of claims, and their vectors


@dataclass(frozen=True, slots=True)
class Chosen:
    """A statement's candidates, nearest first, each with its action's number.

    ``floor`` is the similarity from which another action would take the place of one: -2 while there is room.
    """

    pairs: list[tuple[int, Pair]]
    floor: float


@dataclass(slots=True)
class Scoring:
    """Scores by the model, which is loaded when something is to be scored that never was.

    ``fingerprint`` is its weights'; ``made`` counts the pairs of texts it read, ``saved`` those found in the store.
    """

    fingerprint: str
    load: Callable[[], Scorer]
    progress: Progress
    made: int = 0
    saved: int = 0
    scorer: Scorer | None = None

    def scores(self, db: Database, wanted: Sequence[library.Texts]) -> dict[library.Texts, tuple[float, ...]]:
        """Scores of texts, known or new; new ones are stored batch by batch."""
        found = library.get_scores(db, self.fingerprint, wanted)
        self.saved += len(found)
        missing = [texts for texts in wanted if texts not in found]
        if missing:
            self.progress.start("scoring pairs", len(missing))
        # Texts of like length together, so that a batch is not padded to one long text.
        missing.sort(key=lambda texts: len(texts[0]) + len(texts[1]))
        for start in range(0, len(missing), BATCH):
            self.scorer = self.scorer or self.load()
            scores = score_texts(missing[start : start + BATCH], self.scorer, self.progress)
            with db.transaction():
                library.put_scores(db, self.fingerprint, scores)
            self.made += len(scores)
            found |= scores
        if missing:
            self.progress.finish()
        return found


@dataclass(slots=True)
class Claims:
    """Claims by number, read from the store when first asked for; the last ones used stay in memory."""

    db: Database
    held: OrderedDict[int, tuple[Action, str]] = field(default_factory=OrderedDict)

    def action(self, number: int) -> tuple[Action, str]:
        """An action and the origin of its article."""
        if number in self.held:
            self.held.move_to_end(number)
            return self.held[number]
        body, origin = self.db.execute("SELECT body, origin FROM claims WHERE id = ?", (number,)).fetchone()
        self.held[number] = loads(Action, body), origin
        if len(self.held) > KEPT:
            self.held.popitem(last=False)
        return self.held[number]


def match(db: Database, run: int, settings: Settings, scoring: Scoring) -> None:
    """Work off the statements that are due."""
    claims = Claims(db)
    every: Table | None = None
    sql = (
        "SELECT c.id, c.party, c.body, c.origin FROM due_statements d JOIN claims c ON c.id = d.claim"
        " ORDER BY c.party, c.id LIMIT ?"
    )
    while due := db.rows(sql, (CHUNK,)):
        chosen: dict[int, Chosen] = {}
        for party, group in groupby(due, key=lambda row: row[1]):
            if not party:
                every = every or _actions(db, None)
            reachable = _actions(db, party) if party else every
            said = [(number, loads(Statement, body), origin) for number, _, body, origin in group]
            chosen |= _candidates(db, said, reachable or ([], np.zeros((0, 1), dtype=np.float32)), claims, settings)
        scores = scoring.scores(db, texts_to_score([pair for found in chosen.values() for _, pair in found.pairs]))
        with db.transaction():
            for number, found in chosen.items():
                rows = [(action, *_row(pair, scores, settings)) for action, pair in found.pairs]
                _settle(db, number, rows, run)
                db.execute("UPDATE vectors SET floor = ? WHERE type = 'statement' AND claim = ?", (found.floor, number))


def _actions(db: Database, party: str | None) -> Table:
    """Actions that a party's statements can meet: its own and those of nobody known; all for None."""
    if party is None:
        rows: Iterable[Sequence[Any]] = db.rows("SELECT claim, vector FROM vectors WHERE type = 'action'")
    else:
        sql = (
            "SELECT DISTINCT s.claim, v.vector FROM sides s JOIN vectors v ON v.type = s.type AND v.claim = s.claim"
            " WHERE s.type = 'action' AND s.party IN ({})"
        )
        rows = {row[0]: row for row in db.among(sql, [*pairing.parties(party), ""])}.values()
    rows = list(rows)
    return [row[0] for row in rows], library.unpack([row[1] for row in rows])


def _candidates(
    db: Database, said: list[tuple[int, Statement, str]], reachable: Table, claims: Claims, settings: Settings
) -> dict[int, Chosen]:
    """The candidate actions of each of a party's statements."""
    numbers, vectors = reachable
    sql = "SELECT claim, vector FROM vectors WHERE type = 'statement' AND claim IN ({})"
    own: dict[int, bytes] = dict(db.among(sql, [number for number, _, _ in said]))
    chosen: dict[int, Chosen] = {}
    for number, statement, origin in said:
        pairs: list[tuple[int, Pair]] = []
        similarity = vectors @ library.unpack([own[number]])[0] if numbers else np.zeros(0, dtype=np.float32)
        for position in _falling(similarity, settings, lambda i: claims.action(numbers[i])[0].id):
            action, other = claims.action(numbers[position])
            pair = pairing.pair_of(statement, action, float(similarity[position]))
            if not pairing.gate_of(pair, {statement.article: origin, action.article: other}, settings)[0]:
                pairs.append((numbers[position], pair))
                if len(pairs) == settings.max_candidates:
                    break
        full = len(pairs) == settings.max_candidates
        chosen[number] = Chosen(pairs, float(similarity[position]) if full else -2.0)
    return chosen


def _falling(similarity: NDArray[np.float32], settings: Settings, id_of: Callable[[int], str]) -> Iterator[int]:
    """Positions that could pass the gate of similarity, nearest first; the head is sorted first, mostly all."""
    least = min(pairing.least_similarity(True, settings), pairing.least_similarity(None, settings))
    open_ = np.flatnonzero(similarity >= least - pairing.STEP)
    head = 4 * settings.max_candidates
    if len(open_) > 2 * head:
        edge = np.partition(similarity[open_], -head)[-head]
        parts = [open_[similarity[open_] >= edge], open_[similarity[open_] < edge]]
    else:
        parts = [open_]
    for part in parts:
        for i in pairing.nearest_first(similarity[part], lambda i, part=part: id_of(int(part[i]))):  # type: ignore[misc]
            yield int(part[i])


COLUMNS = (
    "action, similarity, matched, gap, contradiction, entailment, neutral, score, met, rank_score, verdict, strong"
)


def _settle(db: Database, statement: int, rows: list[tuple[Any, ...]], run: int) -> None:
    """Make these the statement's living pairs; pairs that came out as they were are left alone."""
    sql = f"SELECT id, {COLUMNS} FROM pairs WHERE statement = ? AND died IS NULL"  # noqa: S608 - names from above
    living = {row[1]: row for row in db.rows(sql, (statement,))}
    kept = {row[0] for row in rows if row[0] in living and living[row[0]][1:] == row}
    gone = [row for action, row in living.items() if action not in kept]
    new = [row for row in rows if row[0] not in kept]
    db.many("UPDATE pairs SET died = ? WHERE id = ?", ((run, row[0]) for row in gone))
    places = ", ".join("?" * (COLUMNS.count(",") + 3))
    sql = f"INSERT INTO pairs (statement, {COLUMNS}, born) VALUES ({places})"  # noqa: S608 - names from above
    db.many(sql, ((statement, *row, run) for row in new))
    circles = {row[-1] for row in (*gone, *new) if row[-1] is not None}
    db.many("INSERT OR IGNORE INTO due_circles VALUES (?)", ((circle,) for circle in circles))
    db.execute("DELETE FROM due_statements WHERE claim = ?", (statement,))
    count(db, "pair", len(new) - len(gone))


def _row(pair: Pair, scores: TextScores, settings: Settings) -> tuple[Any, ...]:
    """A pair's row without its action's number."""
    one = weigh(pair, scores, settings)
    return (
        pair.similarity,
        None if pair.party_match is None else int(pair.party_match),
        pair.gap_days,
        one.contradiction,
        one.entailment,
        one.neutral,
        one.score,
        condition_met(pair, scores),
        one.rank_score,
        one.verdict.value,
        ranking.circle(pair.statement) if one.rank_score >= settings.finding_threshold else None,
    )


def scored(db: Database, where: str, values: Values, settings: Settings) -> list[tuple[Scored, tuple[str, str]]]:
    """Pairs of the store as records, each with the origins of its two articles; ``where`` is the rest of the query."""
    sql = (
        "SELECT s.body, a.body, p.similarity, p.matched, p.gap, p.contradiction, p.entailment, p.neutral, p.score,"
        " p.met, s.origin, a.origin FROM pairs p CROSS JOIN claims s ON s.id = p.statement"
        " CROSS JOIN claims a ON a.id = p.action"
    )
    out = []
    for said, done, near, matched, gap, *probabilities, score, met, one, other in db.rows(f"{sql} {where}", values):
        pair = Pair(loads(Statement, said), loads(Action, done), near, None if matched is None else bool(matched), gap)
        out.append((ranking.weigh(pair, probabilities, score, met, settings), (one, other)))
    return out
