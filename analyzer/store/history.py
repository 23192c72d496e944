"""The runs of a store: what is kept of each, and any of them as it was."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from analyzer.records import Change, Finding, ModelInfo, Run, Scored, Skipped, Stored, Taken
from analyzer.report import files
from analyzer.settings import Settings, past_settings
from analyzer.store.candidates import scored
from analyzer.store.codec import squeeze, unsqueeze
from analyzer.store.database import Database
from analyzer.store.findings import Held, Place, article_at, places_of

KINDS = ("new", "rose", "fell", "back", "gone")  # in the order the report tells them
LIVING = "born <= :run AND (died IS NULL OR died > :run)"
RANKED = f"FROM findings WHERE NOT dismissed AND {LIVING} ORDER BY score DESC, sources DESC, key"


@dataclass(frozen=True, slots=True)
class Record:
    """What is kept of a run beside the rows that were living in it; ``stored`` is without ``taken``.

    ``near`` are the best pairs where there was no finding, ``places`` their articles.
    """

    at: str
    skipped: tuple[Skipped, ...]
    counts: dict[str, int]
    model: ModelInfo
    settings: dict[str, Any]
    stored: Stored
    taken: tuple[Place, ...]
    near: tuple[Scored, ...]
    places: tuple[Place, ...]


def publish(
    db: Database,
    run: int,
    at: str,
    changes: Sequence[Change],
    skipped: Sequence[Skipped],
    counts: dict[str, int],
    model: ModelInfo,
    settings: Settings,
) -> None:
    """Make a run the last one of the store: from now on it can be shown."""
    by_kind = Counter(change.kind for change in changes)
    ordered = sorted(changes, key=lambda c: (KINDS.index(c.kind), -(c.score or c.before or 0), c.key))
    shown = [c for kind in KINDS for c in [c for c in ordered if c.kind == kind][: settings.report_changes]]
    previous = db.one("SELECT max(id) FROM runs")
    stored = Stored(
        number=run,
        previous=previous,
        totals=totals(db),
        changes=tuple(shown) if previous else (),
        changed={kind: by_kind[kind] for kind in KINDS if by_kind[kind]},
        taken=(),
        new=db.one("SELECT count(*) FROM articles WHERE born = ?", (run,)),
    )
    taken = tuple(_taken(db, run, settings.report_articles))
    near = () if stored.totals["finding"] else tuple(_nearest(db, run, settings))
    places = places_of(db, {a for one in near for a in (one.pair.statement.article, one.pair.action.article)})
    record = Record(at, tuple(skipped), counts, model, asdict(settings), stored, taken, near, places)
    db.execute("INSERT INTO runs VALUES (?, ?, ?)", (run, at, squeeze(record)))


def totals(db: Database) -> dict[str, int]:
    """How many rows live, by what they are."""
    names = ("article", "statement", "action", "pair", "finding", "dismissed")
    return dict.fromkeys(names, 0) | dict(db.rows("SELECT name, number FROM totals"))


def _taken(db: Database, run: int, most: int) -> Iterator[Place]:
    """The first articles that a run took in, by path."""
    sql = "SELECT id, document, path FROM articles WHERE born = ? AND document IS NOT NULL ORDER BY path, id LIMIT ?"
    for one, document, path in db.rows(sql, (run, most)):
        found = "SELECT type, count(*) FROM claims WHERE article = ? AND died IS NULL GROUP BY type"
        sizes: dict[str, int] = dict(db.rows(found, (one,)))
        yield Place(document, path, sizes.get("statement", 0), sizes.get("action", 0))


def last_run(db: Database) -> int:
    """The number of the last run; 0 for a store that has none."""
    return int(db.one("SELECT max(id) FROM runs") or 0)


def load_record(db: Database, number: int) -> Record:
    """What is kept of a run itself."""
    return unsqueeze(Record, db.one("SELECT body FROM runs WHERE id = ?", (number,)))


def find(db: Database, finding: str) -> tuple[str, Finding | None]:
    """A finding by its key, as it was last, or by its rank in the last run; its key, and None when there is none."""
    body = db.one("SELECT body FROM findings WHERE key = ? ORDER BY id DESC LIMIT 1", (finding,))
    if body is None and finding.isdecimal() and int(finding) > 0:
        place = {"run": last_run(db), "skip": min(int(finding), 10**9) - 1}
        body = db.one(f"SELECT body {RANKED} LIMIT 1 OFFSET :skip", place)
    found = unsqueeze(Held, body).finding if body is not None else None
    return found.key if found else finding, found


def load_run(db: Database, number: int) -> tuple[Run, Settings]:
    """A run as it was, with the findings and articles that its report shows, and its settings."""
    record = load_record(db, number)
    settings = past_settings(record.settings)
    rows = db.rows(f"SELECT first, body {RANKED} LIMIT :most", {"run": number, "most": settings.report_findings})
    held = [(first, unsqueeze(Held, body)) for first, body in rows]
    places = {*record.places, *(place for _, one in held for place in one.places)}
    taken = tuple(Taken(article_at(db, p), p.statements, p.actions) for p in record.taken)
    run = Run(
        articles=tuple(sorted((article_at(db, place) for place in places), key=lambda a: (a.path, a.id))),
        skipped=record.skipped,
        statements=(),
        actions=(),
        scored=record.near,
        findings=tuple(replace(one.finding, new=first == number) for first, one in held),
        counts=record.counts,
        model=record.model,
        settings=record.settings,
        stored=replace(record.stored, taken=taken),
    )
    return run, settings


def finding_lines(db: Database, number: int, most: int) -> Iterator[str]:
    """Lines of a run's findings.jsonl, in rank order."""
    sql = f"SELECT first, line {RANKED} LIMIT :most"
    for rank, (first, line) in enumerate(db.execute(sql, {"run": number, "most": most}), 1):
        yield f'{{"rank": {rank}, {line[1:-1]}, "new": {"true" if first == number else "false"}}}\n'


# The index on both scores gives the order; only pairs of equal scores are sorted by what they say.
BEST = f"WHERE {LIVING.replace('born', 'p.born').replace('died', 'p.died')}" + (
    " ORDER BY p.rank_score DESC, p.score DESC, s.text, a.text, s.uid, a.uid LIMIT :most"
)


def _nearest(db: Database, run: int, settings: Settings) -> Iterator[Scored]:
    """The best pairs of a store without a finding."""
    for one, _ in scored(db, BEST, {"run": run, "most": settings.report_actions}, settings):
        yield one


def pair_rows(db: Database, number: int, most: int) -> Iterator[dict[str, Any]]:
    """A run's best pairs as rows of pairs.csv, by falling score."""
    sql = (
        "SELECT p.rank_score, p.contradiction, p.entailment, p.neutral, s.path, s.uid, s.text,"  # noqa: S608 - constants
        " json_extract(s.body, '$.party'), a.path, a.uid, a.text, json_extract(a.body, '$.actor'), p.gap, p.verdict"
        " FROM pairs p CROSS JOIN claims s ON s.id = p.statement CROSS JOIN claims a ON a.id = p.action " + BEST
    )
    for rank, row in enumerate(db.execute(sql, {"run": number, "most": most}), 1):
        scores, said, done, rest = row[:4], row[4:8], row[8:12], row[12:]
        values = (rank, *scores, *_cells(*said), *_cells(*done), *rest)
        yield dict(zip(files.PAIR_COLUMNS, values, strict=True))


def _cells(path: str, uid: str, text: str, who: str | None) -> tuple[Any, ...]:
    """A claim's cells: path, start, end, text and party or actor."""
    start, _, end = uid.split(":")[1].partition("-")
    return path, int(start), int(end), text, who
