"""Statements that may be told as one finding: those whose findings have to be formed together.

``ranking.groups`` puts statements together that say the same words or lie close to each other. Whatever is not linked
to a statement by a chain of such likeness cannot change the finding it is part of.
"""

from __future__ import annotations

from collections import defaultdict

from analyzer.records import parties_of
from analyzer.settings import Settings
from analyzer.store import nearest
from analyzer.store.database import Database


def around(db: Database, statements: set[int], settings: Settings) -> set[int]:
    """These statements and all that are linked to them, by likeness or by the finding they were part of so far."""
    reached, ahead = set(statements), set(statements)
    while ahead:
        ahead = (_together(db, ahead) | _alike(db, ahead, settings)) - reached
        reached |= ahead
    return reached


def _together(db: Database, statements: set[int]) -> set[int]:
    """Statements that are part of the same findings."""
    rows = {row for (row,) in db.among("SELECT finding FROM members WHERE statement IN ({})", statements)}
    return {one for (one,) in db.among("SELECT statement FROM members WHERE finding IN ({})", rows)}


def _alike(db: Database, statements: set[int], settings: Settings) -> set[int]:
    """Statements with strong pairs that say the same as one of these, in equal words or close by."""
    sql = "SELECT id, party, words, json_extract(body, '$.kind') FROM claims WHERE died IS NULL AND id IN ({})"
    mine: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    words = set()
    for claim, party, said, kind in db.among(sql, _strong(db, statements)):
        mine[party, kind].append(claim)
        words.add(said)
    found = {one for (one,) in db.among("SELECT id FROM claims WHERE died IS NULL AND words IN ({})", words)}
    for (party, kind), claims in mine.items():
        if party:  # where it is not known only equal words count
            vectors = list(nearest.vectors_of(db, claims).values())
            side = parties_of(party)[0]
            close = nearest.within(db, "statement", side, vectors, settings.same_statement)
            sql = "SELECT id, party, json_extract(body, '$.kind') FROM claims WHERE id IN ({})"
            found |= {claim for claim, *rest in db.among(sql, close - statements) if rest == [party, kind]}
    return _strong(db, found)


def _strong(db: Database, statements: set[int]) -> set[int]:
    """Those of the statements that have a pair which supports a finding."""
    sql = "SELECT DISTINCT statement FROM pairs WHERE died IS NULL AND strong AND statement IN ({})"
    return {one for (one,) in db.among(sql, statements)}
