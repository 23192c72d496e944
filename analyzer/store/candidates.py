"""Statements that are due get their candidate actions chosen again, and pairs that were never scored a score.

A chunk of statements at a time, each in a transaction of its own; scores are kept as they come, so that a run that is
killed loses at most one batch of them.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from analyzer import evidence, pairing, ranking
from analyzer.pipeline import Progress, TextScores, condition_met, score_texts, texts_to_score, weigh
from analyzer.records import Action, Pair, Scored, Statement
from analyzer.settings import Settings
from analyzer.store import library, nearest
from analyzer.store.codec import loads
from analyzer.store.corpus import count
from analyzer.store.database import Database, Values

if TYPE_CHECKING:
    from analyzer.nli import Scorer

CHUNK = 256  # statements taken up together
BATCH = 256  # pairs of texts scored between two commits
KEPT = 50_000  # actions held decoded


@dataclass(frozen=True, slots=True)
class Chosen:
    """A statement's candidates, nearest first, each with its action's number.

    ``floor`` is the similarity from which another action would take the place of one.
    """

    pairs: list[tuple[int, Pair]]
    floor: float


@dataclass(slots=True)
class Scoring:
    """Scores by the model, which is loaded when something is to be scored that never was.

    ``fingerprint`` is its weights'; ``made`` counts the pairs of texts it read.
    """

    fingerprint: str
    load: Callable[[], Scorer]
    progress: Progress
    made: int = 0
    scorer: Scorer | None = None

    def scores(self, db: Database, wanted: Sequence[library.Texts]) -> dict[library.Texts, tuple[float, ...]]:
        """Scores of texts, known or new; new ones are stored batch by batch."""
        found = library.get_scores(db, self.fingerprint, wanted)
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


Said = Mapping[int, tuple[Statement, str]]  # statements by number, each with its article's origin


def match(db: Database, run: int, settings: Settings, scoring: Scoring) -> None:
    """Work off the statements that are due."""
    claims = Claims(db)
    while said := due(db, CHUNK):
        chosen = choose(db, said, claims, settings)
        scores = scoring.scores(db, texts_to_score([pair for found in chosen.values() for _, pair in found.pairs]))
        with db.transaction():
            for number, found in chosen.items():
                rows = [(action, *_row(pair, scores, settings)) for action, pair in found.pairs]
                _settle(db, number, rows, run)
            nearest.put_floors(db, {number: found.floor for number, found in chosen.items()})


def due(db: Database, most: int) -> Said:
    """Some of the statements that are due."""
    sql = (
        "SELECT c.id, c.body, c.origin FROM due_statements d JOIN claims c ON c.id = d.claim"
        " ORDER BY c.party, c.id LIMIT ?"
    )
    return {number: (loads(Statement, body), origin) for number, body, origin in db.rows(sql, (most,))}


def choose(db: Database, said: Said, claims: Claims, settings: Settings) -> dict[int, Chosen]:
    """The candidate actions of each statement."""
    found = _near(db, said, settings, 4 * settings.max_candidates)
    chosen: dict[int, Chosen] = {}
    for number, (statement, origin) in said.items():
        chosen[number], sure = _take(statement, origin, found[number], claims, settings)
        if not sure:  # the gates let so many fall that those farther off are needed, too
            everything = _near(db, {number: said[number]}, settings, 1 << 40)
            chosen[number], _ = _take(statement, origin, everything[number], claims, settings)
    return chosen


def _near(db: Database, said: Said, settings: Settings, most: int) -> dict[int, list[nearest.Near]]:
    """Actions near each statement among those that it may meet by party."""
    reach: dict[str, list[int]] = {}
    for number, (statement, _) in said.items():
        for side in dict.fromkeys(pairing.sides(statement)):
            reach.setdefault(side, []).append(number)
    vectors = nearest.vectors_of(db, said)
    found: dict[int, list[nearest.Near]] = {number: [] for number in said}
    least = evidence.least_similarity(settings.least_prospect)
    for side, numbers in reach.items():
        wanted = [vectors[number] for number in numbers]
        near = nearest.best(db, "action", side, wanted, least - pairing.STEP, most)
        for number, one in zip(numbers, near, strict=True):
            found[number].append(one)
    return found


def _take(
    statement: Statement, origin: str, near: Sequence[nearest.Near], claims: Claims, settings: Settings
) -> tuple[Chosen, bool]:
    """The nearest actions that pass the gates; whether no other could, also none that was not looked up."""
    if not near:  # nobody known, in an article about nobody known
        return Chosen([], nearest.OPEN), True
    numbers, first = np.unique(np.concatenate([one.numbers for one in near]), return_index=True)
    similarity = np.concatenate([one.similarity for one in near])[first]
    known = max((one.complete for one in near if one.shortened), default=nearest.OPEN)
    pairs: list[tuple[int, Pair]] = []
    for place in _falling(similarity, lambda i: claims.action(int(numbers[i]))[0].id):
        if similarity[place] < known:
            break
        action, other = claims.action(int(numbers[place]))
        pair = pairing.pair_of(statement, action, float(similarity[place]))
        if not pairing.gate_of(pair, {statement.article: origin, action.article: other}, settings)[0]:
            pairs.append((int(numbers[place]), pair))
            if len(pairs) == settings.max_candidates:
                return Chosen(pairs, float(similarity[place])), True
    return Chosen(pairs, nearest.OPEN), known == nearest.OPEN


def _falling(similarity: NDArray[np.float32], id_of: Callable[[int], str]) -> Iterator[int]:
    """Positions by falling similarity; ties (reprints always are) by id, asked for when it comes to them."""
    order = np.argsort(-similarity, kind="stable")
    for _, tied in groupby(order.tolist(), key=lambda i: float(similarity[i])):
        places = list(tied)
        yield from sorted(places, key=id_of) if len(places) > 1 else places


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
    if any(row[-1] for row in (*gone, *new)):
        db.execute("INSERT OR IGNORE INTO due_findings VALUES (?)", (statement,))
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
        int(one.rank_score >= settings.finding_threshold),
    )


def scored(db: Database, where: str, values: Values, settings: Settings) -> list[tuple[Scored, tuple[str, str]]]:
    """Pairs of the store as records, each with the origins of its two articles; ``where`` is the rest of the query."""
    sql = (
        "SELECT p.statement, p.action, p.similarity, p.matched, p.gap, p.contradiction, p.entailment, p.neutral,"
        " p.score, p.met, s.body, a.body, s.origin, a.origin FROM pairs p CROSS JOIN claims s ON s.id = p.statement"
        " CROSS JOIN claims a ON a.id = p.action"
    )
    statements: dict[int, Statement] = {}
    actions: dict[int, Action] = {}
    out = []
    for row in db.rows(f"{sql} {where}", values):
        said, done, near, matched, gap, *probabilities, score, met, said_body, done_body, one, other = row
        if said not in statements:
            statements[said] = loads(Statement, said_body)
        if done not in actions:
            actions[done] = loads(Action, done_body)
        pair = Pair(statements[said], actions[done], near, None if matched is None else bool(matched), gap)
        out.append((ranking.weigh(pair, probabilities, score, met, settings), (one, other)))
    return out
