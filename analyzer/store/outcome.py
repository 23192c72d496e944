"""From the pairs of a store to its findings, what changed since the run before, and any run as it was."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from analyzer import ranking
from analyzer.records import Article, Change, Finding, ModelInfo, Run, Scored, Skipped, Stored, Taken
from analyzer.report import files
from analyzer.settings import Settings
from analyzer.store import ledger, library
from analyzer.store.candidates import scored
from analyzer.store.codec import squeeze, unsqueeze
from analyzer.store.corpus import count
from analyzer.store.database import Database

KINDS = ("new", "rose", "fell", "back", "gone")  # in the order the report tells them
LIVING = "born <= :run AND (died IS NULL OR died > :run)"


@dataclass(frozen=True, slots=True)
class Place:
    """An article as a run met it: its document's number, its path, and the numbers of its claims."""

    document: int
    path: str
    statements: int = 0
    actions: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """A finding as a run showed it, with the articles it quotes."""

    finding: Finding
    places: tuple[Place, ...]


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


@dataclass(frozen=True, slots=True)
class Before:
    """A finding as the run before left it."""

    row: int
    dismissed: bool
    first: int
    held: Held


def conclude(db: Database, run: int, settings: Settings, because: tuple[str, ...]) -> list[Change]:
    """Form the findings of every circle that is due anew; returns what changed. ``because`` holds for all of them."""
    judged = ledger.in_force(db)
    changes: list[Change] = []
    for (circle,) in db.rows("SELECT circle FROM due_circles ORDER BY circle"):
        sql = "SELECT id, dismissed, first, body FROM findings WHERE circle = ? AND died IS NULL ORDER BY id"
        before = [
            Before(row, bool(dismissed), first, unsqueeze(Held, body))
            for row, dismissed, first, body in db.rows(sql, (circle,))
        ]
        for now, dismissed, old in _matched(list(_findings(db, circle, judged, settings)), before):
            change = _change(old, now, dismissed, because)
            if change:
                changes.append(change)
            _replace(db, circle, old, now, dismissed, run)
    db.execute("DELETE FROM due_circles")
    return changes


def _findings(
    db: Database, circle: str, judged: list[ledger.Judged], settings: Settings
) -> Iterator[tuple[Finding, str | None]]:
    """Findings of a circle, each with the reason it was dismissed for, None for one that stands."""
    where = "WHERE p.strong = ? AND p.died IS NULL"
    found = scored(db, where, (circle,), settings)
    origins: dict[str, str] = {}
    for one, (said, done) in found:
        origins |= {one.pair.statement.article: said, one.pair.action.article: done}
    sql = (
        "SELECT DISTINCT s.uid, v.vector FROM pairs p JOIN claims s ON s.id = p.statement"  # noqa: S608 - constants
        " JOIN vectors v ON v.type = 'statement' AND v.claim = s.id " + where
    )
    vectors = {uid: library.unpack([vector])[0] for uid, vector in db.rows(sql, (circle,))}
    for group in ranking.groups([one for one, _ in found], vectors, settings):
        yield _judged_group(group, judged, origins, settings)


def _judged_group(
    group: list[Scored], judged: list[ledger.Judged], origins: dict[str, str], settings: Settings
) -> tuple[Finding, str | None]:
    """One group's finding after the analyst's judgements: dismissed pairs are left out, unless nothing remains."""
    mine = ledger.on_group(judged, (s.pair.statement.text for s in group), settings.judged_share) if judged else []
    said = [ledger.on_action(mine, s.pair.action.text, settings.judged_share) for s in group]
    kept = [s for s, one in zip(group, said, strict=True) if one is None or one.decision != "dismiss"]
    dismissals = [one for one in said if one is not None and one.decision == "dismiss"]
    if not kept:
        return ranking.finding(group, origins, settings), dismissals[0].reason
    finding = ranking.finding(kept, origins, settings)
    notes = [f"confirmed by the analyst: {one.reason}" for one in said if one and one.decision == "confirm"][:1]
    if dismissals:
        texts = {ranking.normal(s.pair.action.text) for s in group} - {ranking.normal(s.pair.action.text) for s in kept}
        notes.append(f"without {len(texts)} dismissed act{'s' if len(texts) != 1 else ''}: {dismissals[0].reason}")
    return replace(finding, reasons=(*finding.reasons, *notes)), None


Told = tuple[Finding | None, str | None, Before | None]


def _matched(now: list[tuple[Finding, str | None]], before: list[Before]) -> Iterator[Told]:
    """Put findings beside what they were: by key, else by a statement they share; each side at most once."""
    left = {old.row: old for old in before}
    by_key = {old.held.finding.key: old.row for old in before}
    by_text = {text: old.row for old in reversed(before) for text in _texts(old.held.finding)}
    waiting = []
    for finding, dismissed in now:
        row = by_key.get(finding.key)
        if row in left:
            yield finding, dismissed, left.pop(row)
        else:
            waiting.append((finding, dismissed))
    for finding, dismissed in waiting:
        row = next((by_text[text] for text in _texts(finding) if by_text.get(text) in left), None)
        yield finding, dismissed, left.pop(row) if row is not None else None
    for old in left.values():
        yield None, None, old


def _texts(finding: Finding) -> list[str]:
    """What its statements say, normalised."""
    return [ranking.normal(s.text) for s in (finding.statement, *finding.also_in)]


def _change(old: Before | None, now: Finding | None, dismissed: str | None, because: tuple[str, ...]) -> Change | None:
    """What became of one finding, None when a reader would see no difference."""
    was = old.held.finding if old and not old.dismissed else None
    is_ = now if dismissed is None else None
    shown = is_ or was
    if shown is None:
        return None
    kind = _kind(was, is_, back=old is not None)
    if kind is None:
        return None
    why = (f"dismissed: {dismissed}",) if dismissed is not None else _why(was, is_, because)
    who = shown.statement.speaker or shown.statement.party or "speaker not found"
    return Change(
        kind, shown.key, who, shown.statement.text, was.score if was else None, is_.score if is_ else None, why
    )


def _kind(was: Finding | None, is_: Finding | None, back: bool) -> str | None:
    """Which way it went, by score, then by the number of independent articles."""
    if was is None:
        return "back" if back else "new"
    if is_ is None:
        return "gone"
    before, after = (was.score, was.sources), (is_.score, is_.sources)
    return None if before == after else "rose" if after > before else "fell"


def _why(was: Finding | None, is_: Finding | None, because: tuple[str, ...]) -> tuple[str, ...]:
    """What made the difference."""
    if was is None:
        return ()
    after = {ranking.normal(s.pair.action.text): s for s in is_.actions} if is_ else {}
    before = {ranking.normal(s.pair.action.text): s for s in was.actions}
    added = [f"new act: {_quoted(after[text])}" for text in after if text not in before]
    lost = [f"no longer counted: {_quoted(before[text])}" for text in before if text not in after]
    changed = []
    for text in after:
        if text in before and after[text].rank_score != before[text].rank_score:
            scores = f"{before[text].rank_score:.2f} to {after[text].rank_score:.2f}"
            changed.append(f"weighed anew, {scores}: {_quoted(after[text])}")
    if is_ and not (added or lost or changed):
        lost = ["counted in another number of independent articles"]
    return (*because, *added[:3], *lost[:3], *changed[:1])


def _quoted(scored_: Scored) -> str:
    """An action's words in one line, cut short."""
    text = " ".join(scored_.pair.action.text.split())
    return f"“{text[:119].rsplit(' ', 1)[0] + '…' if len(text) > 120 else text}”"


def _replace(
    db: Database, circle: str, old: Before | None, now: Finding | None, dismissed: str | None, run: int
) -> None:
    """Make ``now`` the living row; a row that came out as it was is left alone."""
    held = Held(now, _places(db, now)) if now else None
    if old and old.held == held and old.dismissed == (dismissed is not None):
        return
    if old:
        db.execute("UPDATE findings SET died = ? WHERE id = ?", (run, old.row))
        count(db, "dismissed" if old.dismissed else "finding", -1)
    if held:
        finding, hidden = held.finding, dismissed is not None
        values = (finding.key, circle, finding.score, finding.sources, int(hidden), old.first if old else run)
        db.execute(
            "INSERT INTO findings (key, circle, score, sources, dismissed, first, body, line, born)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (*values, squeeze(held), _line(db, held), run),
        )
        count(db, "dismissed" if hidden else "finding", 1)


def _places(db: Database, finding: Finding) -> tuple[Place, ...]:
    """The articles that a finding quotes."""
    said = {statement.article for statement in (finding.statement, *finding.also_in)}
    return _places_of(db, said | {s.pair.action.article for s in finding.actions})


def _places_of(db: Database, articles: set[str]) -> tuple[Place, ...]:
    rows = db.among("SELECT document, path FROM articles WHERE id IN ({})", articles)
    return tuple(Place(document, path) for document, path in sorted(rows))


def _line(db: Database, held: Held) -> str:
    """A finding's line of findings.jsonl, without what each run says of it anew."""
    run = _run(tuple(_article(db, place) for place in held.places), (held.finding,))
    (row,) = files.finding_rows(run)
    return json.dumps({name: value for name, value in row.items() if name not in {"rank", "new"}}, ensure_ascii=False)


def _article(db: Database, place: Place) -> Article:
    return library.load_article(db, place.document, place.path)


def _run(articles: tuple[Article, ...], findings: tuple[Finding, ...]) -> Run:
    """A Run that only names articles and findings."""
    return Run(articles, (), (), (), (), findings, {}, ModelInfo("", "", "", calibrated=False), {})


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
    places = _places_of(db, {a for one in near for a in (one.pair.statement.article, one.pair.action.article)})
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
        sql = (
            f"SELECT body FROM findings WHERE NOT dismissed AND {LIVING}"  # noqa: S608 - a constant from above
            " ORDER BY score DESC, sources DESC, key LIMIT 1 OFFSET :skip"
        )
        body = db.one(sql, {"run": last_run(db), "skip": min(int(finding), 10**9) - 1})
    found = unsqueeze(Held, body).finding if body is not None else None
    return found.key if found else finding, found


def load_run(db: Database, number: int) -> tuple[Run, Settings]:
    """A run as it was, with the findings and articles that its report shows, and its settings."""
    record = load_record(db, number)
    settings = Settings(**record.settings)
    sql = (
        f"SELECT first, body FROM findings WHERE NOT dismissed AND {LIVING}"  # noqa: S608 - a constant from above
        " ORDER BY score DESC, sources DESC, key LIMIT :most"
    )
    rows = db.rows(sql, {"run": number, "most": settings.report_findings})
    held = [(first, unsqueeze(Held, body)) for first, body in rows]
    places = {*record.places, *(place for _, one in held for place in one.places)}
    taken = tuple(Taken(_article(db, p), p.statements, p.actions) for p in record.taken)
    run = Run(
        articles=tuple(sorted((_article(db, place) for place in places), key=lambda a: (a.path, a.id))),
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


def finding_lines(db: Database, number: int) -> Iterator[str]:
    """All lines of a run's findings.jsonl, in rank order."""
    sql = (
        f"SELECT first, line FROM findings WHERE NOT dismissed AND {LIVING}"  # noqa: S608 - a constant from above
        " ORDER BY score DESC, sources DESC, key"
    )
    for rank, (first, line) in enumerate(db.execute(sql, {"run": number}), 1):
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
