"""All articles together, kept up to date: who is who, which article reprints which, and every claim with its party.

Only what a changed article touches is looked at again: names whose party is now told otherwise, articles that share
its sentences, statements that its actions come near to.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from analyzer import pairing, reprints
from analyzer.aliases import Affiliations
from analyzer.pipeline import Extract, names_asked, with_parties
from analyzer.records import Action, Statement
from analyzer.settings import Settings
from analyzer.store import library, names
from analyzer.store.codec import dumps
from analyzer.store.database import Database

BLOCK = 1 << 24  # similarities held at once
SIGNED = 1 << 63  # marks are unsigned 64-bit numbers, SQLite's are signed


@dataclass(frozen=True, slots=True)
class Holding:
    """An article as the tables should hold it."""

    number: int
    id: str
    path: str
    extract: int | None


def start_over(db: Database) -> None:
    """Have everything about the articles together worked out again; rows that come out the same are kept."""
    for table in ("votes", "kinds", "forms", "aliases", "asked", "marks", "similar"):
        db.execute(f"DELETE FROM {table}")  # noqa: S608 - names from the line above
    db.execute("UPDATE articles SET stale = 1, extract = NULL, origin = NULL WHERE extract IS NOT NULL")
    db.execute("DELETE FROM totals WHERE name = 'article'")
    db.execute("INSERT OR IGNORE INTO due_statements SELECT claim FROM vectors WHERE type = 'statement'")
    db.execute("INSERT OR IGNORE INTO due_circles SELECT circle FROM findings WHERE died IS NULL")


def absorb(db: Database, key: str, run: int, settings: Settings) -> None:
    """Bring names, origins and claims up to date with the articles, in one transaction."""
    sql = (
        "SELECT a.number, a.id, a.path, a.extract, e.id FROM articles a"
        " LEFT JOIN extracts e ON e.document = a.document AND e.key = ? WHERE a.stale ORDER BY a.path, a.id"
    )
    stale = db.rows(sql, (key,))
    touched: set[int] = set()
    told: set[str] = set()
    withdrawn: set[str] = set()
    for number, _, path, before, after in stale:
        touched.add(number)
        if before != after:
            if before is not None:
                touched |= _linked(db, number)
                found, _ = library.get_extract(db, before)
                told |= _leave(db, number, found)
                withdrawn |= names.crossed(found)
            if after is not None:
                told |= _join(db, number, path, after, run, settings)
        db.execute("UPDATE articles SET extract = ?, stale = 0 WHERE number = ?", (after, number))
        count(db, "article", (after is not None) - (before is not None))
    touched |= _origins(db, touched)
    otherwise = names.renamed(db, told, withdrawn)
    touched |= {number for (number,) in db.among("SELECT article FROM asked WHERE name IN ({})", otherwise)}
    fresh: list[int] = []
    known = Affiliations({})
    for number in sorted(touched):
        fresh += _claims(db, number, run, known)
    _reach(db, fresh, settings)


def _linked(db: Database, number: int) -> set[int]:
    """Articles that share enough sentences with one to be the same text."""
    return {other for (other,) in db.rows("SELECT other FROM similar WHERE one = ?", (number,))}


def _leave(db: Database, number: int, found: library.Found) -> set[str]:
    """Take an article's names and sentences out; returns the names."""
    for table, column in (("asked", "article"), ("marks", "article"), ("similar", "one"), ("similar", "other")):
        db.execute(f"DELETE FROM {table} WHERE {column} = ?", (number,))  # noqa: S608 - names from the line above
    db.execute("UPDATE articles SET origin = NULL WHERE number = ?", (number,))
    return names.vote(db, found, -1)


def _join(db: Database, number: int, path: str, extract: int, run: int, settings: Settings) -> set[str]:
    """Take an article's names and sentences in; returns the names."""
    found, _ = library.get_extract(db, extract)
    article = replace(found.article, path=path)
    marks = [int(mark, 16) - SIGNED for mark in found.marks]
    db.execute(
        "UPDATE articles SET age = ?, marks = ?, born = coalesce(born, ?) WHERE number = ?",
        (reprints.age(article)[0], len(marks), run, number),
    )
    shared: Counter[int] = Counter(
        other for (other,) in db.among("SELECT article FROM marks WHERE mark IN ({})", marks)
    )
    sizes: dict[int, int] = dict(db.among("SELECT number, marks FROM articles WHERE number IN ({})", shared))
    for other, count in shared.items():
        if reprints.same_text(count, len(marks), sizes[other], settings):
            rows = ((number, other, count), (other, number, count))
            db.many("INSERT OR REPLACE INTO similar VALUES (?, ?, ?)", rows)
    db.many("INSERT INTO marks VALUES (?, ?)", ((mark, number) for mark in marks))
    asked = names_asked(_extract(found))
    db.many("INSERT INTO asked VALUES (?, ?)", ((name, number) for name in asked))
    return names.vote(db, found, 1) | asked


def _origins(db: Database, numbers: set[int]) -> set[int]:
    """Tell origins anew for these articles and all that are linked to them; returns those whose origin changed."""
    links: defaultdict[int, dict[int, int]] = defaultdict(dict)
    reached, ahead = set(numbers), sorted(numbers)
    while ahead:
        found = list(db.among("SELECT one, other, shared FROM similar WHERE one IN ({})", ahead))
        for one, other, shared in found:
            links[one][other] = shared
        ahead = sorted({other for _, other, _ in found} - reached)
        reached |= set(ahead)
    sql = "SELECT number, id, age, path, origin FROM articles WHERE extract IS NOT NULL AND number IN ({})"
    rows = {row[0]: row[1:] for row in db.among(sql, reached)}
    ordered = sorted(rows, key=lambda n: (rows[n][1], rows[n][2], rows[n][0]))
    named = {
        rows[one][0]: {rows[other][0]: shared for other, shared in links[one].items() if other in rows} for one in rows
    }
    origins = reprints.follow([rows[n][0] for n in ordered], named)
    changed = {n for n in rows if rows[n][3] != origins[rows[n][0]]}
    db.many("UPDATE articles SET origin = ? WHERE number = ?", ((origins[rows[n][0]], n) for n in changed))
    return changed


def _claims(db: Database, number: int, run: int, known: Affiliations) -> list[int]:
    """Bring the claims of one article up to date; returns the numbers of new ones. ``known`` caches names."""
    sql = "SELECT id, path, extract, origin, document FROM articles WHERE number = ?"
    article, path, extract, origin, document = db.execute(sql, (number,)).fetchone()
    living = {
        uid: (claim, body, *rest)
        for claim, uid, body, *rest in db.rows(
            "SELECT id, uid, body, path, origin FROM claims WHERE article = ? AND died IS NULL", (article,)
        )
    }
    fresh: list[int] = []
    wanted: list[Statement | Action] = []
    if extract is not None:
        found, vectors = library.get_extract(db, extract)
        one = replace(_extract(found), article=library.load_article(db, document, path))
        asked = names_asked(one) - known.kinds.keys()
        for name, party, kind in db.among("SELECT name, party, kind FROM aliases WHERE name IN ({})", asked):
            known.kinds[name] = kind
            if party:
                known[name] = party
        one = with_parties(one, known)
        wanted = [*one.statements, *one.actions]
    for record in wanted:
        body = dumps(record)
        before = living.pop(record.id, None)
        if before and before[1:] == (body, path, origin):
            continue
        if before:
            bury(db, before[0], run)
        fresh.append(_bear(db, record, body, path, origin, vectors[record.id], run))
    for claim, *_ in living.values():
        bury(db, claim, run)
    return fresh


def _bear(db: Database, record: Statement | Action, body: str, path: str, origin: str, vector: bytes, run: int) -> int:
    """Add a claim; a statement is due for its candidates."""
    party = record.party or ""
    values = (record.id, record.type.value, record.article, path, origin, party, record.text, body, run)
    sql = (
        "INSERT INTO claims (uid, type, article, path, origin, party, text, body, born)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id"
    )
    claim = int(db.one(sql, values))
    sides = pairing.parties(record.party) or ("",)
    db.many("INSERT INTO sides VALUES (?, ?, ?)", ((record.type.value, side, claim) for side in dict.fromkeys(sides)))
    db.execute("INSERT INTO vectors VALUES (?, ?, -2, ?)", (record.type.value, claim, vector))
    if isinstance(record, Statement):
        db.execute("INSERT INTO due_statements VALUES (?)", (claim,))
    count(db, record.type.value, 1)
    return claim


def bury(db: Database, claim: int, run: int) -> None:
    """End a claim with its pairs; statements that lose a candidate are due, and so are the findings it was in."""
    statement = db.one("SELECT type FROM claims WHERE id = ?", (claim,)) == "statement"
    side, other = ("statement", "action") if statement else ("action", "statement")
    pairs = db.rows(f"SELECT id, {other}, strong FROM pairs WHERE {side} = ? AND died IS NULL", (claim,))  # noqa: S608
    db.many("UPDATE pairs SET died = ? WHERE id = ?", ((run, pair) for pair, _, _ in pairs))
    db.many("INSERT OR IGNORE INTO due_circles VALUES (?)", {(strong,) for _, _, strong in pairs if strong is not None})
    db.execute("UPDATE claims SET died = ? WHERE id = ?", (run, claim))
    db.execute("DELETE FROM sides WHERE claim = ?", (claim,))
    db.execute("DELETE FROM vectors WHERE type = ? AND claim = ?", ("statement" if statement else "action", claim))
    if statement:
        db.execute("DELETE FROM due_statements WHERE claim = ?", (claim,))
    else:
        db.many("INSERT OR IGNORE INTO due_statements VALUES (?)", ((s,) for _, s, _ in pairs))
    count(db, "pair", -len(pairs))
    count(db, "statement" if statement else "action", -1)


def count(db: Database, name: str, change: int) -> None:
    """Keep the number of living rows."""
    sql = "INSERT INTO totals VALUES (?, ?) ON CONFLICT DO UPDATE SET number = number + excluded.number"
    db.execute(sql, (name, change))


def _reach(db: Database, fresh: list[int], settings: Settings) -> None:
    """Mark the statements that a new action may come near enough to, so that their candidates are chosen again."""
    sql = (
        "SELECT s.party, s.claim, v.vector FROM sides s JOIN vectors v ON v.type = s.type AND v.claim = s.claim"
        " WHERE s.type = 'action' AND s.claim IN ({})"
    )
    by_party: defaultdict[str, dict[int, bytes]] = defaultdict(dict)
    for party, claim, vector in db.among(sql, fresh):
        by_party[party][claim] = vector
    anyones = {claim: vector for vectors in by_party.values() for claim, vector in vectors.items()}
    for party, actions in by_party.items():
        if party:
            _mark_due(db, _settled(db, party), actions, settings.min_similarity)
    if anyones:
        _mark_due(db, _settled(db, ""), anyones, settings.unknown_similarity)
    if unknown := by_party.get(""):
        _mark_due(db, _settled(db, None), unknown, settings.unknown_similarity)


def _settled(db: Database, party: str | None) -> list[tuple[int, float, bytes]]:
    """Statements of a party (of all for None) that are not due yet: number, floor and vector."""
    due = "NOT EXISTS (SELECT 1 FROM due_statements d WHERE d.claim = v.claim)"
    if party is None:
        return db.rows("SELECT claim, floor, vector FROM vectors v WHERE type = 'statement' AND " + due)  # noqa: S608 - constants
    sql = (
        "SELECT v.claim, v.floor, v.vector FROM sides s"  # noqa: S608 - constants
        " JOIN vectors v ON v.type = s.type AND v.claim = s.claim WHERE s.type = 'statement' AND s.party = ? AND " + due
    )
    return db.rows(sql, (party,))


def _mark_due(
    db: Database, statements: list[tuple[int, float, bytes]], actions: Mapping[int, bytes], least: float
) -> None:
    """Mark those of the statements that one of the actions is as near to as their farthest candidate."""
    done = library.unpack(list(actions.values())).T
    size = max(1, BLOCK // done.shape[1])
    for start in range(0, len(statements), size):
        numbers, floors, vectors = zip(*statements[start : start + size], strict=True)
        nearest = (library.unpack(vectors) @ done).max(axis=1)
        # One step of rounding below the limit: whether it is reached is decided when candidates are chosen.
        due = np.flatnonzero((nearest >= np.array(floors, dtype=np.float32)) & (nearest >= least - pairing.STEP))
        db.many("INSERT OR IGNORE INTO due_statements VALUES (?)", ((numbers[i],) for i in due.tolist()))


def _extract(found: library.Found) -> Extract:
    """A stored extract as the pipeline knows it, without vectors."""
    who = Affiliations(found.stated, found.kinds)
    said, done = list(found.statements), list(found.actions)
    return Extract(found.article, said, done, {}, who, found.guesses, found.marks, found.attributions, 0, found.printed)
