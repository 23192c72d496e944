"""From the pairs of a store to its findings, and what became of each since the run before.

Findings are formed anew only where something changed: for a statement whose strong pairs are others now, with all that
may be one finding with it (``families``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from analyzer import ranking
from analyzer.records import Article, Change, Finding, ModelInfo, Run, Scored
from analyzer.report import files
from analyzer.settings import Settings
from analyzer.store import ledger, library
from analyzer.store.candidates import scored
from analyzer.store.codec import squeeze, unsqueeze
from analyzer.store.corpus import count
from analyzer.store.database import Database
from analyzer.store.families import around

CHUNK = 64  # statements that are due taken up together


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
class Before:
    """A finding as the run before left it."""

    row: int
    dismissed: bool
    first: int
    held: Held


def conclude(db: Database, run: int, settings: Settings, because: tuple[str, ...]) -> list[Change]:
    """Form the findings that are due anew; returns what changed. ``because`` holds for all of them."""
    judged = ledger.in_force(db)
    changes: list[Change] = []
    while due := db.rows("SELECT statement FROM due_findings ORDER BY statement LIMIT ?", (CHUNK,)):
        family = around(db, {statement for (statement,) in due}, settings)
        rows = {row for (row,) in db.among("SELECT finding FROM members WHERE statement IN ({})", family)}
        sql = "SELECT id, dismissed, first, body FROM findings WHERE id IN ({})"
        before = [
            Before(row, bool(dismissed), first, unsqueeze(Held, body))
            for row, dismissed, first, body in sorted(db.among(sql, rows))
        ]
        now = list(_findings(db, family, judged, settings))
        for table in ("members", "due_findings"):
            db.many(f"DELETE FROM {table} WHERE statement = ?", ((one,) for one in family))  # noqa: S608 - names above
        for formed, old in _matched(now, before):
            change = _change(old, formed, because)
            if change:
                changes.append(change)
            row = _replace(db, old, formed, run)
            if formed:
                db.many("INSERT INTO members VALUES (?, ?)", ((one, row) for one in formed.members))
    return changes


@dataclass(frozen=True, slots=True)
class Formed:
    """A finding as it is now, with the numbers of its statements, also those whose every pair was dismissed.

    ``dismissed`` is the reason it was dismissed for as a whole, None for one that stands.
    """

    finding: Finding
    dismissed: str | None
    members: tuple[int, ...]


def _findings(
    db: Database, family: Iterable[int], judged: Sequence[ledger.Judged], settings: Settings
) -> Iterator[Formed]:
    """The findings that these statements make."""
    found: list[tuple[Scored, tuple[str, str]]] = []
    numbers, vectors, ordered = {}, {}, sorted(family)
    for start in range(0, len(ordered), CHUNK):
        part = ordered[start : start + CHUNK]
        where = f"WHERE p.statement IN ({','.join('?' * len(part))}) AND p.died IS NULL AND p.strong"
        found += scored(db, where, part, settings)
        sql = "SELECT c.uid, c.id, v.vector FROM vectors v JOIN claims c ON c.id = v.claim WHERE v.claim IN ({})"
        for uid, number, vector in db.among(sql, part):
            numbers[uid], vectors[uid] = number, library.unpack([vector])[0]
    origins: dict[str, str] = {}
    for one, (said, done) in found:
        origins |= {one.pair.statement.article: said, one.pair.action.article: done}
    for group in ranking.groups([one for one, _ in found], vectors, settings):
        members = tuple(numbers[uid] for uid in dict.fromkeys(one.pair.statement.id for one in group))
        finding, dismissed = _judged_group(group, judged, origins, settings)
        yield Formed(finding, dismissed, members)


def _judged_group(
    group: list[Scored], judged: Sequence[ledger.Judged], origins: Mapping[str, str], settings: Settings
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


Told = tuple[Formed | None, Before | None]


def _matched(now: Iterable[Formed], before: Sequence[Before]) -> Iterator[Told]:
    """Put findings beside what they were: by key, else by a statement they share; each side at most once."""
    left = {old.row: old for old in before}
    by_key = {old.held.finding.key: old.row for old in before}
    by_text = {text: old.row for old in reversed(before) for text in _texts(old.held.finding)}
    waiting = []
    for formed in now:
        row = by_key.get(formed.finding.key)
        if row in left:
            yield formed, left.pop(row)
        else:
            waiting.append(formed)
    for formed in waiting:
        row = next((by_text[text] for text in _texts(formed.finding) if by_text.get(text) in left), None)
        yield formed, left.pop(row) if row is not None else None
    for old in left.values():
        yield None, old


def _texts(finding: Finding) -> list[str]:
    """What its statements say, normalised."""
    return [ranking.normal(s.text) for s in (finding.statement, *finding.also_in)]


def _change(old: Before | None, now: Formed | None, because: tuple[str, ...]) -> Change | None:
    """What became of one finding, None when a reader would see no difference."""
    was = old.held.finding if old and not old.dismissed else None
    is_ = now.finding if now and now.dismissed is None else None
    shown = is_ or was
    if shown is None:
        return None
    kind = _kind(was, is_, back=old is not None)
    if kind is None:
        return None
    why = (f"dismissed: {now.dismissed}",) if now and now.dismissed is not None else _why(was, is_, because)
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
        return because
    after = {ranking.normal(s.pair.action.text): s for s in is_.actions} if is_ else {}
    before = {ranking.normal(s.pair.action.text): s for s in was.actions}
    added = [f"new act: {_quoted(after[text])}" for text in after if text not in before]
    lost = [f"no longer counted: {_quoted(before[text])}" for text in before if text not in after]
    changed = []
    for text in after:
        if text in before and after[text].rank_score != before[text].rank_score:
            scores = f"{before[text].rank_score:.2f} to {after[text].rank_score:.2f}"
            changed.append(f"weighed anew, {scores}: {_quoted(after[text])}")
    counts = f"independent articles {was.sources} to {is_.sources}" if is_ and is_.sources != was.sources else ""
    return (*because, *added[:3], *lost[:3], *changed[:1], *((counts,) if counts else ()))


def _quoted(scored_: Scored) -> str:
    """An action's words in one line, cut short."""
    text = " ".join(scored_.pair.action.text.split())
    return f"“{text[:119].rsplit(' ', 1)[0] + '…' if len(text) > 120 else text}”"


def _replace(db: Database, old: Before | None, now: Formed | None, run: int) -> int | None:
    """Make ``now`` the living row and return its number; a row that came out as it was is left alone."""
    held = Held(now.finding, _places(db, now.finding)) if now else None
    hidden = now is not None and now.dismissed is not None
    if old and old.held == held and old.dismissed == hidden:
        return old.row
    if old:
        db.execute("UPDATE findings SET died = ? WHERE id = ?", (run, old.row))
        count(db, "dismissed" if old.dismissed else "finding", -1)
    return _insert(db, held, hidden, old.first if old else run, run) if held else None


def _insert(db: Database, held: Held, hidden: bool, first: int, run: int) -> int:
    """Add a living finding; returns its row."""
    finding = held.finding
    values = (finding.key, finding.score, finding.sources, hidden, first, squeeze(held), _line(db, held), run)
    count(db, "dismissed" if hidden else "finding", 1)
    sql = (
        "INSERT INTO findings (key, score, sources, dismissed, first, body, line, born)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id"
    )
    return int(db.one(sql, values))


def _places(db: Database, finding: Finding) -> tuple[Place, ...]:
    """The articles that a finding quotes."""
    said = {statement.article for statement in (finding.statement, *finding.also_in)}
    return places_of(db, said | {s.pair.action.article for s in finding.actions})


def places_of(db: Database, articles: set[str]) -> tuple[Place, ...]:
    """Where articles are, by their ids."""
    rows = db.among("SELECT document, path FROM articles WHERE id IN ({})", articles)
    return tuple(Place(document, path) for document, path in sorted(rows))


def _line(db: Database, held: Held) -> str:
    """A finding's line of findings.jsonl, without what each run says of it anew."""
    run = _run(tuple(article_at(db, place) for place in held.places), (held.finding,))
    (row,) = files.finding_rows(run)
    line = {name: value for name, value in row.items() if name not in {"rank", "new"}}
    return json.dumps(line | {"key": held.finding.key}, ensure_ascii=False)


def article_at(db: Database, place: Place) -> Article:
    """The article that was met at a place."""
    return library.load_article(db, place.document, place.path)


def _run(articles: tuple[Article, ...], findings: tuple[Finding, ...]) -> Run:
    """A Run that only names articles and findings."""
    return Run(articles, (), (), (), (), findings, {}, ModelInfo("", "", "", calibrated=False), {})
