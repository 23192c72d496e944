"""The result files: findings.jsonl, pairs.csv, claims.jsonl and dropped.csv, all UTF-8 with line feeds.

Numbers are rounded to four digits, so that the same input gives the same bytes whatever the processor.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TextIO

from analyzer.records import Action, Dropped, Run, Scored, Statement

DIGITS = 4
PAIR_COLUMNS = (
    "rank",
    "score",
    "contradiction",
    "entailment",
    "neutral",
    "statement_article",
    "statement_start",
    "statement_end",
    "statement",
    "statement_party",
    "action_article",
    "action_start",
    "action_end",
    "action",
    "action_actor",
    "gap_days",
    "verdict",
)
DROPPED_COLUMNS = (
    "gate",
    "reason",
    "statement_article",
    "statement_start",
    "statement_end",
    "statement",
    "action_article",
    "action_start",
    "action_end",
    "action",
)
# A cell that starts with one of these may be run as a formula by a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def finding_rows(run: Run) -> Iterator[dict[str, Any]]:
    """Yield findings.jsonl's rows in rank order; ``article`` is the input path, dates are ISO strings or None."""
    paths = _paths(run)
    for rank, finding in enumerate(run.findings, 1):
        yield {
            "rank": rank,
            "score": _number(finding.score),
            "verdict": finding.verdict.value,
            "statement": _statement(finding.statement, paths)
            | {"also_in": [_place(s, paths) | {"date": _date(s)} for s in finding.also_in]},
            "actions": [_action(scored, paths) for scored in finding.actions],
            "reasons": list(finding.reasons),
            "new": finding.new,
        }


def pair_rows(run: Run) -> Iterator[dict[str, Any]]:
    """Yield pairs.csv's rows: every scored pair by falling score, rank 1 first."""
    paths = _paths(run)
    for rank, scored in enumerate(run.scored, 1):
        statement, action = scored.pair.statement, scored.pair.action
        values = (
            rank,
            _number(scored.rank_score),
            _number(scored.contradiction),
            _number(scored.entailment),
            _number(scored.neutral),
            _path(statement, paths),
            statement.start,
            statement.end,
            statement.text,
            statement.party,
            _path(action, paths),
            action.start,
            action.end,
            action.text,
            action.actor,
            scored.pair.gap_days,
            scored.verdict.value,
        )
        yield dict(zip(PAIR_COLUMNS, values, strict=True))


def dropped_rows(run: Run, dropped: Iterable[Dropped]) -> Iterator[dict[str, Any]]:
    """Yield dropped.csv's rows, one a pair that a gate kept from being scored, in the order they were dropped."""
    paths = _paths(run)
    for one in dropped:
        places = (_place(one.statement, paths), _place(one.action, paths))
        values = (
            one.gate,
            one.reason,
            *(place[key] for place in places for key in ("article", "start", "end", "text")),
        )
        yield dict(zip(DROPPED_COLUMNS, values, strict=True))


def claim_rows(run: Run) -> Iterator[dict[str, Any]]:
    """Yield claims.jsonl's rows in article and text order, statements before actions at the same place."""
    paths = _paths(run)
    order = {article.id: number for number, article in enumerate(reversed(run.articles))}
    claims: list[Statement | Action] = [*run.statements, *run.actions]
    claims.sort(key=lambda c: (-order.get(c.article, -1), c.start, c.end, c.type != "statement"))
    for claim in claims:
        said = claim if isinstance(claim, Statement) else None
        did = claim if isinstance(claim, Action) else None
        yield {
            "type": claim.type.value,
            "kind": said.kind.value if said else None,
            **_place(claim, paths),
            "speaker": said.speaker if said else None,
            "party": claim.party,
            "actor": did.actor if did else None,
            "reported_by": did.reported_by if did else None,
            "conditional": said.conditional if said else False,
            "date": _date(claim),
        }


def write_jsonl(rows: Iterable[Mapping[str, Any]], file: TextIO) -> int:
    """Write one JSON object a line, keys in the order given; return how many."""
    number = 0
    for row in rows:
        file.write(json.dumps(row, ensure_ascii=False, allow_nan=False) + "\n")
        number += 1
    return number


def write_csv(rows: Iterable[Mapping[str, Any]], columns: Sequence[str], file: TextIO) -> int:
    """Write a header and one line a row; a text cell that a spreadsheet could run gets an apostrophe before it.

    Text is always in quotes: Python leaves out those that a lone carriage return would need.
    """
    file.write(",".join(columns) + "\n")
    writer = csv.writer(file, lineterminator="\n", quoting=csv.QUOTE_NONNUMERIC)
    number = 0
    for row in rows:
        writer.writerow([_cell(row[name]) for name in columns])
        number += 1
    return number


def _cell(value: Any) -> Any:
    """Disarm text that starts like a formula; numbers, and a lone dash, stay as they are."""
    if isinstance(value, str) and len(value) > 1 and value.startswith(_FORMULA):
        return "'" + value
    return value


def _paths(run: Run) -> dict[str, str]:
    """Article id to input path; of copies the first in path order speaks for all."""
    return {article.id: article.path for article in reversed(run.articles)}


def _path(claim: Statement | Action, paths: Mapping[str, str]) -> str:
    """The input path behind a claim, its article's id where the article is not part of the run."""
    return paths.get(claim.article, claim.article)


def _place(claim: Statement | Action, paths: Mapping[str, str]) -> dict[str, Any]:
    """A quote and where it stands."""
    return {"text": claim.text, "article": _path(claim, paths), "start": claim.start, "end": claim.end}


def _statement(statement: Statement, paths: Mapping[str, str]) -> dict[str, Any]:
    """A finding's statement."""
    return _place(statement, paths) | {
        "speaker": statement.speaker,
        "party": statement.party,
        "kind": statement.kind.value,
        "conditional": statement.conditional,
        "date": _date(statement),
    }


def _action(scored: Scored, paths: Mapping[str, str]) -> dict[str, Any]:
    """One of a finding's actions with its scores."""
    action = scored.pair.action
    return _place(action, paths) | {
        "actor": action.actor,
        "reported_by": action.reported_by,
        "date": _date(action),
        "score": _number(scored.rank_score),
        "contradiction": _number(scored.contradiction),
        "entailment": _number(scored.entailment),
        "neutral": _number(scored.neutral),
        "gap_days": scored.pair.gap_days,
    }


def _date(claim: Statement | Action) -> str | None:
    """ISO date cut to its precision."""
    return str(claim.date) if claim.date else None


def _number(value: float) -> float:
    """Four digits, and never a negative zero."""
    return round(float(value), DIGITS) + 0.0
