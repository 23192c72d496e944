"""The analyst's judgements: an append-only ledger, keyed on the words of statement and action.

Words survive what numbers do not: another run, another extraction, another paper that prints the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from analyzer import ranking
from analyzer.records import Finding, InputError, Statement, parties_of
from analyzer.store.database import Database

LABELS = {"dismiss": "neutral", "confirm": "contradiction"}
DECISIONS = (*LABELS, "restore")


@dataclass(frozen=True, slots=True)
class Judged:
    """A pair as it was judged last; texts are normalised, ``number`` is the judgement's."""

    number: int
    decision: str
    reason: str
    statement: str
    action: str


def judge(db: Database, finding: str, decision: str, reason: str, at: str, pairs: Sequence[tuple[Any, ...]]) -> None:
    """Append a judgement of ``pairs`` (statement, action, party, actor, place); findings that say so are due."""
    sql = "INSERT INTO judgements (at, finding, decision, reason) VALUES (?, ?, ?, ?) RETURNING id"
    number = db.one(sql, (at, finding, decision, reason))
    db.many("INSERT INTO judged VALUES (?, ?, ?, ?, ?, ?)", ((number, *pair) for pair in pairs))
    said: defaultdict[str, set[str]] = defaultdict(set)
    for statement, _, party, _, _ in pairs:
        for side in parties_of(party) or ("",):
            said[side].add(ranking.normal(statement))
    known = "SELECT id, text FROM sides JOIN claims ON id = claim WHERE sides.type = 'statement' AND sides.party = ?"
    # One whose party is not known stands under the parties of its article, so it is found by the finding it is part of.
    unknown = "SELECT id, text FROM members JOIN claims ON id = statement WHERE party = ?"
    for side, texts in said.items():
        rows = db.rows(known if side else unknown, (side,))
        due = [(claim,) for claim, text in rows if _any_alike(texts, ranking.normal(text))]
        db.many("INSERT OR IGNORE INTO due_findings VALUES (?)", due)


def _any_alike(texts: Iterable[str], text: str) -> bool:
    """Whether a normalised quote may be one of these, however much longer or shorter."""
    return any(alike(one, text, 0.0) for one in texts)


def pairs_of(finding: Finding, decision: str) -> list[tuple[Any, ...]]:
    """What a judgement of a finding covers: a dismissal all its pairs, a confirmation the strongest one.

    Place 0 and up are the pairs as shown; -1 are other tellings of the statement, which go with them.
    """
    actions = [scored.pair.action for scored in finding.actions]
    if decision == "confirm":
        actions = actions[:1]
    first = finding.statement
    out = [_pair(first, action.text, action.party, place) for place, action in enumerate(actions)]
    told = {ranking.normal(s.text): s for s in finding.also_in if ranking.normal(s.text) != ranking.normal(first.text)}
    return out + [_pair(s, action.text, action.party, -1) for s in told.values() for action in actions]


def _pair(statement: Statement, action: str, actor: str | None, place: int) -> tuple[Any, ...]:
    return statement.text, action, statement.party, actor, place


def pairs_judged(db: Database, finding: str) -> list[tuple[Any, ...]]:
    """The pairs that the last judgement under a finding's key was about."""
    number = db.one("SELECT max(id) FROM judgements WHERE finding = ?", (finding,))
    sql = "SELECT statement, action, party, actor, place FROM judged WHERE judgement = ?"
    return db.rows(sql, (number,))


def in_force(db: Database) -> list[Judged]:
    """Pairs that stand dismissed or confirmed: the last word on each."""
    last: dict[tuple[str, str], Judged] = {}
    sql = (
        "SELECT j.id, j.decision, j.reason, p.statement, p.action FROM judgements j JOIN judged p ON p.judgement = j.id"
        " ORDER BY j.id"
    )
    for number, decision, reason, statement, action in db.rows(sql):
        key = ranking.normal(statement), ranking.normal(action)
        last[key] = Judged(number, decision, reason, *key)
    return [one for one in last.values() if one.decision in LABELS]


def any_in_force(db: Database, pairs: Iterable[tuple[Any, ...]]) -> bool:
    """Whether one of these pairs (statement, action, ...) stands dismissed or confirmed."""
    standing = {(one.statement, one.action) for one in in_force(db)}
    return any((ranking.normal(pair[0]), ranking.normal(pair[1])) in standing for pair in pairs)


def on_group(judged: Iterable[Judged], statements: Iterable[str], share: float) -> list[Judged]:
    """Judgements of any of these statements (as quoted), latest first."""
    said = {ranking.normal(text) for text in statements}
    return sorted(
        (one for one in judged if any(alike(one.statement, text, share) for text in said)), key=lambda one: -one.number
    )


def on_action(judged: Iterable[Judged], action: str, share: float) -> Judged | None:
    """The latest of these judgements that is about an action (as quoted)."""
    done = ranking.normal(action)
    return next((one for one in judged if alike(one.action, done, share)), None)


def alike(one: str, other: str, share: float) -> bool:
    """Whether two normalised quotes are one: equal, or one inside the other and at least ``share`` as long.

    A span found anew may be a few words longer or shorter; another number or name makes it another quote.
    """
    if one == other:
        return True
    short, long = sorted((one, other), key=len)
    return len(short) >= share * len(long) and f" {short} " in f" {long} "


def history(db: Database) -> list[dict[str, Any]]:
    """Every judgement ever made, oldest first, with the pair it was about first."""
    sql = (
        "SELECT j.id, j.at, j.finding, j.decision, j.reason, p.statement, p.action FROM judgements j"
        " JOIN judged p ON p.judgement = j.id AND p.rowid ="
        " (SELECT min(q.rowid) FROM judged q WHERE q.judgement = j.id) ORDER BY j.id"
    )
    names = ("number", "at", "finding", "decision", "reason", "statement", "action")
    return [dict(zip(names, row, strict=True)) for row in db.rows(sql)]


def labelled(db: Database) -> Iterator[dict[str, Any]]:
    """Judged pairs as labelled rows: dismissed is neutral, confirmed contradiction, the last word on each pair."""
    standing = {(one.number, one.statement, one.action): one for one in in_force(db)}
    sql = (
        "SELECT j.id, j.finding, j.decision, j.reason, p.statement, p.action, p.party, p.actor, p.place"
        " FROM judgements j JOIN judged p ON p.judgement = j.id WHERE p.place >= 0 ORDER BY j.id, p.place"
    )
    for number, finding, decision, reason, statement, action, party, actor, place in db.rows(sql):
        if (number, ranking.normal(statement), ranking.normal(action)) in standing:
            yield {
                "id": f"{finding}-{place + 1}",
                "statement": statement,
                "action": action,
                "party": party,
                "actor": actor,
                "label": LABELS[decision],
                "reason": reason,
            }


def check(decision: str, reason: str) -> None:
    """Raise InputError for a judgement that says nothing."""
    if decision not in DECISIONS or not reason.strip():
        raise InputError("a judgement needs a reason: --reason TEXT")
