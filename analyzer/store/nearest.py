"""Claims that lie near others: their vectors in blocks, read many at a time, so that a whole store is soon compared.

A block holds up to SIZE claims of one type and party. Comparing is exact: every vector of the parties asked for is
looked at. At 256 bytes a claim that is little even for a large store.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from analyzer.store import library
from analyzer.store.database import Database

SIZE = 256  # claims in a full block
SCAN = 128  # blocks compared at once; bounds memory
QUERIES = 512  # vectors that they are compared with at once; bounds memory where a whole party is asked for
OPEN = -2.0  # floor of a statement whose list has room: below every similarity

Side = tuple[str, str, int, bytes]  # type, party, claim and its packed vector


@dataclass(frozen=True, slots=True)
class Part:
    """Some claims of a scan: their numbers, floors and vectors, row by row."""

    numbers: NDArray[np.int64]
    floors: NDArray[np.float32]
    vectors: NDArray[np.float32]


@dataclass(slots=True)
class Near:
    """Claims near one vector, in no order: all from similarity ``complete`` on; ``shortened`` if there were more."""

    numbers: NDArray[np.int64]
    similarity: NDArray[np.float32]
    complete: float
    shortened: bool = False


def add(db: Database, sides: Iterable[Side]) -> None:
    """Put claims into the blocks of their sides."""
    ordered = sorted(sides, key=lambda side: side[:3])
    for (kind, party), group in groupby(ordered, key=lambda side: side[:2]):
        new = [(claim, vector) for _, _, claim, vector in group]
        while new:
            row = db.execute(
                "SELECT id, number, claims, floors, vectors FROM blocks WHERE type = ? AND party = ? AND number < ?"
                " ORDER BY number DESC LIMIT 1",
                (kind, party, SIZE),
            ).fetchone()
            block, number, *held = row or (None, 0, b"", b"", b"")
            taken, new = new[: SIZE - number], new[SIZE - number :]
            claims = np.array([claim for claim, _ in taken], dtype="<i8").tobytes()
            floors = np.full(len(taken), OPEN, dtype="<f4").tobytes()
            parts = (claims, floors, b"".join(vector for _, vector in taken))
            values = (number + len(taken), *(old + more for old, more in zip(held, parts, strict=True)))
            block = _put(db, block, kind, party, values)
            db.many("INSERT INTO sides VALUES (?, ?, ?, ?)", ((kind, party, claim, block) for claim, _ in taken))


def _put(db: Database, block: int | None, kind: str, party: str, values: Sequence[int | bytes]) -> int:
    """Write a block, new or known; returns its number."""
    if block is None:
        sql = "INSERT INTO blocks (number, claims, floors, vectors, type, party) VALUES (?, ?, ?, ?, ?, ?) RETURNING id"
        return int(db.one(sql, (*values, kind, party)))
    db.execute("UPDATE blocks SET number = ?, claims = ?, floors = ?, vectors = ? WHERE id = ?", (*values, block))
    return block


def remove(db: Database, claims: Iterable[int]) -> None:
    """Take claims out of the blocks of their sides."""
    claims = list(claims)
    blocks = {block for (block,) in db.among("SELECT DISTINCT block FROM sides WHERE claim IN ({})", claims)}
    db.many("DELETE FROM sides WHERE claim = ?", ((claim,) for claim in claims))
    for block in sorted(blocks):
        kind, party, *row = db.execute(
            "SELECT type, party, claims, floors, vectors FROM blocks WHERE id = ?", (block,)
        ).fetchone()
        numbers, floors = np.frombuffer(row[0], dtype="<i8"), np.frombuffer(row[1], dtype="<f4")
        stays = ~np.isin(numbers, claims)
        vectors = np.frombuffer(row[2], dtype="<f2").reshape(len(numbers), -1)
        if stays.any():
            parts = (numbers[stays].tobytes(), floors[stays].tobytes(), vectors[stays].tobytes())
            _put(db, block, kind, party, (int(stays.sum()), *parts))
        else:
            db.execute("DELETE FROM blocks WHERE id = ?", (block,))


def put_floors(db: Database, floors: Mapping[int, float]) -> None:
    """Keep the similarity from which an action would enter each statement's list."""
    mine: defaultdict[int, list[int]] = defaultdict(list)
    for block, claim in db.among("SELECT block, claim FROM sides WHERE claim IN ({})", floors):
        mine[block].append(claim)
    for block, claims in mine.items():
        numbers, held = db.execute("SELECT claims, floors FROM blocks WHERE id = ?", (block,)).fetchone()
        values = np.frombuffer(held, dtype="<f4").copy()
        places = {number: place for place, number in enumerate(np.frombuffer(numbers, dtype="<i8").tolist())}
        for claim in claims:
            values[places[claim]] = floors[claim]
        if values.tobytes() != held:
            db.execute("UPDATE blocks SET floors = ? WHERE id = ?", (values.tobytes(), block))


def scan(db: Database, kind: str, party: str) -> Iterator[Part]:
    """All claims of a party."""
    cursor = db.execute("SELECT claims, floors, vectors FROM blocks WHERE type = ? AND party = ?", (kind, party))
    while rows := cursor.fetchmany(SCAN):
        claims, floors, vectors = zip(*rows, strict=True)
        numbers = np.frombuffer(b"".join(claims), dtype="<i8")
        held = np.frombuffer(b"".join(vectors), dtype="<f2").reshape(len(numbers), -1)
        yield Part(numbers, np.frombuffer(b"".join(floors), dtype="<f4"), held.astype(np.float32))


def vectors_of(db: Database, claims: Iterable[int]) -> dict[int, bytes]:
    """Packed vectors of living claims."""
    return dict(db.among("SELECT claim, vector FROM vectors WHERE claim IN ({})", claims))


def best(db: Database, kind: str, party: str, wanted: Sequence[bytes], least: float, most: int) -> list[Near]:
    """For each packed vector the claims at ``least`` or nearer, the nearest ``most`` where there are many more."""
    queries = library.unpack(wanted)
    found: list[Near] = [
        Near(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32), least) for _ in range(len(wanted))
    ]
    for part in scan(db, kind, party):
        similarity = queries @ part.vectors.T
        limits = np.array([near.complete for near in found])
        for number in np.flatnonzero(similarity.max(axis=1) >= limits).tolist():
            near, row = found[number], similarity[number]
            places = np.flatnonzero(row >= near.complete)
            near.numbers = np.concatenate([near.numbers, part.numbers[places]])
            near.similarity = np.concatenate([near.similarity, row[places]])
            if len(near.numbers) > 4 * most:
                _shorten(near, most)
    return found


def _shorten(near: Near, most: int) -> None:
    """Let go of what is farther than the nearest ``most``; what ties with the last of them stays."""
    near.complete, near.shortened = float(np.partition(near.similarity, -most)[-most]), True
    stays = near.similarity >= near.complete
    near.numbers, near.similarity = near.numbers[stays], near.similarity[stays]


def within(
    db: Database, kind: str, party: str, wanted: Sequence[bytes], least: float, *, over_floor: bool = False
) -> set[int]:
    """Claims that any of these packed vectors is at ``least`` or nearer to; with ``over_floor`` also at their floor."""
    queries = library.unpack(wanted)
    found: set[int] = set()
    for part in scan(db, kind, party):
        closest = np.full(len(part.numbers), OPEN, dtype=np.float32)
        for start in range(0, len(queries), QUERIES):
            np.maximum(closest, (queries[start : start + QUERIES] @ part.vectors.T).max(axis=0), out=closest)
        near = closest >= least
        found.update(part.numbers[near & (closest >= part.floors) if over_floor else near].tolist())
    return found
