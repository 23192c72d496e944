"""Statements that may be told as one finding: those whose findings have to be formed together.

``ranking.groups`` puts statements together that say the same words or lie close to each other. Whatever is not linked
to a statement by a chain of such likeness cannot change the finding it is part of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from analyzer import ranking
from analyzer.records import parties_of
from analyzer.settings import Settings
from analyzer.store import library, nearest
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
    mine: defaultdict[tuple[str, str], dict[int, str]] = defaultdict(dict)
    words = set()
    for claim, circle, said, text in _told(db, _strong(db, statements)):
        mine[circle][claim] = text
        words.add(said)
    equal = {one for (one,) in db.among("SELECT id FROM claims WHERE died IS NULL AND words IN ({})", words)}
    found = _strong(db, equal)
    for (party, kind), texts in mine.items():
        if party:  # where it is not known only equal words count
            vectors = nearest.vectors_of(db, texts)
            side = parties_of(party)[0]
            near = nearest.within(db, "statement", side, list(vectors.values()), settings.near_statement) - statements
            other = {c: text for c, circle, _, text in _told(db, _strong(db, near)) if circle == (party, kind)}
            found |= _same(texts, vectors, other, nearest.vectors_of(db, other), settings)
    return found


def _told(db: Database, statements: set[int]) -> Iterator[tuple[int, tuple[str, str], int, str]]:
    """Number, party and kind, hash of the words, and text of living statements."""
    sql = "SELECT id, party, json_extract(body, '$.kind'), words, text FROM claims WHERE died IS NULL AND id IN ({})"
    for claim, party, kind, said, text in db.among(sql, statements):
        yield claim, (party, kind), said, text


def _same(
    mine: Mapping[int, str],
    vectors: Mapping[int, bytes],
    other: Mapping[int, str],
    others: Mapping[int, bytes],
    settings: Settings,
) -> set[int]:
    """Those of the other statements that say the same as one of mine."""
    claims, words = list(other), [ranking.telling_words(text) for text in other.values()]
    rows = library.unpack([others[claim] for claim in claims])
    found: set[int] = set()
    for claim, text in mine.items() if claims else ():
        cosines = rows @ library.unpack([vectors[claim]])[0]
        same = ranking.alike(cosines, words, ranking.telling_words(text), settings)
        found.update(claims[i] for i in same.nonzero()[0])
    return found


def _strong(db: Database, statements: set[int]) -> set[int]:
    """Those of the statements that have a pair which supports a finding."""
    sql = "SELECT DISTINCT statement FROM pairs WHERE died IS NULL AND strong AND statement IN ({})"
    return {one for (one,) in db.among(sql, statements)}
