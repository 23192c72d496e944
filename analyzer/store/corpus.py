"""All articles together, kept up to date: who is who, which article reprints which, and every claim with its party.

Only what a changed article touches is looked at again: names whose party is now told otherwise, articles that share
its sentences, statements that its actions come near to.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from analyzer import evidence, pairing, ranking, reprints
from analyzer.aliases import Affiliations
from analyzer.pipeline import Extract, names_asked, with_parties
from analyzer.records import Action, Statement
from analyzer.settings import Settings
from analyzer.store import library, names, nearest
from analyzer.store.codec import dumps
from analyzer.store.database import Database

COMMON = 200  # articles; a sentence that more of them hold is not followed to each, see ``_shared``
SIGNED = 1 << 63  # marks and hashes are unsigned 64-bit numbers, SQLite's are signed


@dataclass(frozen=True, slots=True)
class Turnover:
    """Claims that came and went while the articles were looked at again; the blocks of vectors follow at the end."""

    born: list[nearest.Side] = field(default_factory=list)
    buried: list[int] = field(default_factory=list)


def start_over(db: Database) -> None:
    """Have everything about the articles together worked out again; rows that come out the same are kept."""
    for table in ("votes", "kinds", "forms", "aliases", "asked", "marks", "similar"):
        db.execute(f"DELETE FROM {table}")  # noqa: S608 - names from the line above
    db.execute("UPDATE articles SET stale = 1, extract = NULL, origin = NULL WHERE extract IS NOT NULL")
    db.execute("DELETE FROM totals WHERE name = 'article'")
    db.execute("INSERT OR IGNORE INTO due_statements SELECT claim FROM sides WHERE type = 'statement'")
    db.execute("INSERT OR IGNORE INTO due_findings SELECT statement FROM members")


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
    turnover = Turnover()
    known = Affiliations({})
    for number in sorted(touched):
        _claims(db, number, run, known, turnover, settings)
    nearest.remove(db, turnover.buried)
    nearest.add(db, turnover.born)
    _reach(db, turnover.born, settings)


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
    shared = _shared(db, marks, settings)
    sizes: dict[int, int] = dict(db.among("SELECT number, marks FROM articles WHERE number IN ({})", shared))
    for other, count in shared.items():
        if reprints.same_text(count, len(marks), sizes[other], settings):
            rows = ((number, other, count), (other, number, count))
            db.many("INSERT OR REPLACE INTO similar VALUES (?, ?, ?)", rows)
    db.many("INSERT INTO marks VALUES (?, ?)", ((mark, number) for mark in marks))
    asked = names_asked(_extract(found))
    db.many("INSERT INTO asked VALUES (?, ?)", ((name, number) for name in asked))
    return names.vote(db, found, 1) | asked


def _shared(db: Database, marks: Sequence[int], settings: Settings) -> Counter[int]:
    """How many of these marks of a new article each other one holds; some that are not one text with it are left out.

    Marks are followed to all their holders from the rarest on, as far as ``reprints.telling`` asks, and while they are
    not common. Of articles that share common ones alone, only short ones can be one text with it.
    """
    sql = "SELECT count(*) FROM (SELECT 1 FROM marks WHERE mark = ? LIMIT ?)"
    held = {mark: int(db.one(sql, (mark, COMMON + 1))) for mark in marks}
    most = max(reprints.telling(len(marks), settings), sum(number <= COMMON for number in held.values()))
    ordered = sorted(marks, key=lambda mark: held[mark])
    followed, rest = ordered[:most], ordered[most:]
    shared = Counter(other for (other,) in db.among("SELECT article FROM marks WHERE mark IN ({})", followed))
    others = set(shared)
    if len(rest) >= reprints.LEAST_SHARED:
        longest = int(len(rest) / settings.reprint_share) + 1
        others |= {number for (number,) in db.rows("SELECT number FROM articles WHERE marks <= ?", (longest,))}
    for mark in rest:
        sql = f"SELECT article FROM marks WHERE mark = {mark} AND article IN ({{}})"  # noqa: S608 - a number
        shared.update(other for (other,) in db.among(sql, others))
    return shared


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


def _claims(db: Database, number: int, run: int, known: Affiliations, turnover: Turnover, settings: Settings) -> None:
    """Bring the claims of one article up to date. ``known`` caches names."""
    sql = "SELECT id, path, extract, origin, document FROM articles WHERE number = ?"
    article, path, extract, origin, document = db.execute(sql, (number,)).fetchone()
    living = {
        uid: (claim, body, *rest)
        for claim, uid, body, *rest in db.rows(
            "SELECT id, uid, body, path, origin FROM claims WHERE article = ? AND died IS NULL", (article,)
        )
    }
    wanted: list[Statement | Action] = []
    if extract is not None:
        found, vectors = library.get_extract(db, extract)
        one = replace(_extract(found), article=library.load_article(db, document, path))
        asked = names_asked(one) - known.kinds.keys()
        for name, party, kind in db.among("SELECT name, party, kind FROM aliases WHERE name IN ({})", asked):
            known.kinds[name] = kind
            if party:
                known[name] = party
        wanted = with_parties(one, known, settings).claims()
    for record in wanted:
        body = dumps(record)
        before = living.pop(record.id, None)
        if before and before[1:] == (body, path, origin):
            continue
        if before:
            _bury(db, before[0], run, turnover)
        _bear(db, record, (body, path, origin), vectors[record.id], run, turnover)
    for claim, *_ in living.values():
        _bury(db, claim, run, turnover)


def _bear(
    db: Database, record: Statement | Action, held: tuple[str, str, str], vector: bytes, run: int, turnover: Turnover
) -> None:
    """Add a claim, held as body, path and origin; a statement is due for its candidates."""
    kind = record.type.value
    said = words(record.party, record.text) if isinstance(record, Statement) else None
    body, path, origin = held
    values = (record.id, kind, record.article, path, origin, record.party or "", record.text, body, said, run)
    sql = (
        "INSERT INTO claims (uid, type, article, path, origin, party, text, body, words, born)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id"
    )
    claim = int(db.one(sql, values))
    db.execute("INSERT INTO vectors VALUES (?, ?)", (claim, vector))
    turnover.born.extend((kind, side, claim, vector) for side in dict.fromkeys(pairing.sides(record)))
    if isinstance(record, Statement):
        db.execute("INSERT INTO due_statements VALUES (?)", (claim,))
    count(db, kind, 1)


def words(party: str | None, text: str) -> int:
    """Hash of what a statement says and for whom: the same for every paper that prints it."""
    digest = hashlib.blake2b(f"{party or ''}\x1f{ranking.normal(text)}".encode(), digest_size=8).digest()
    return int.from_bytes(digest) - SIGNED


def _bury(db: Database, claim: int, run: int, turnover: Turnover) -> None:
    """End a claim with its pairs; statements that lose a candidate are due, and so are the findings it was in."""
    statement = db.one("SELECT type FROM claims WHERE id = ?", (claim,)) == "statement"
    side = "statement" if statement else "action"
    pairs = db.rows(f"SELECT id, statement, strong FROM pairs WHERE {side} = ? AND died IS NULL", (claim,))  # noqa: S608
    db.many("UPDATE pairs SET died = ? WHERE id = ?", ((run, pair) for pair, _, _ in pairs))
    db.many("INSERT OR IGNORE INTO due_findings VALUES (?)", {(said,) for _, said, strong in pairs if strong})
    db.execute("UPDATE claims SET died = ? WHERE id = ?", (run, claim))
    db.execute("DELETE FROM vectors WHERE claim = ?", (claim,))
    if statement:
        db.execute("DELETE FROM due_statements WHERE claim = ?", (claim,))
    else:
        db.many("INSERT OR IGNORE INTO due_statements VALUES (?)", {(said,) for _, said, _ in pairs})
    turnover.buried.append(claim)
    count(db, "pair", -len(pairs))
    count(db, side, -1)


def count(db: Database, name: str, change: int) -> None:
    """Keep the number of living rows."""
    sql = "INSERT INTO totals VALUES (?, ?) ON CONFLICT DO UPDATE SET number = number + excluded.number"
    db.execute(sql, (name, change))


def _reach(db: Database, born: Iterable[nearest.Side], settings: Settings) -> None:
    """Mark the statements that a new action may come near enough to, so that their candidates are chosen again."""
    by_party: defaultdict[str, list[bytes]] = defaultdict(list)
    for kind, party, _, vector in born:
        if kind == "action":
            by_party[party].append(vector)
    # One step of rounding below the limit: whether it is reached is decided when candidates are chosen.
    limit = evidence.least_similarity(settings.least_prospect) - pairing.STEP
    reached: set[int] = set()
    undue = "SELECT 1 FROM sides WHERE type = 'statement' AND party = ? AND claim NOT IN due_statements LIMIT 1"
    for side, vectors in by_party.items():
        if db.one(undue, (side,)) is None:  # all of its statements are due, as in a first run
            continue
        reached |= nearest.within(db, "statement", side, vectors, limit, over_floor=True)
    db.many("INSERT OR IGNORE INTO due_statements VALUES (?)", ((claim,) for claim in sorted(reached)))


def _extract(found: library.Found) -> Extract:
    """A stored extract as the pipeline knows it, without vectors."""
    who = Affiliations(found.stated, found.kinds)
    said, done = list(found.statements), list(found.actions)
    return Extract(found.article, said, done, {}, who, found.guesses, found.marks, printed=found.printed)
