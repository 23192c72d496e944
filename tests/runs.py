"""Hand-made runs for the report's tests: real records over short articles written for them."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict

from analyzer.records import (
    Action,
    Article,
    Dated,
    Finding,
    Kind,
    ModelInfo,
    Pair,
    Run,
    Scored,
    Skipped,
    Statement,
    Verdict,
)
from analyzer.settings import Settings

HARBOUR = Article(
    "Port firm rules out layoffs\n\nMarlow Port will not cut a single job at its terminal, chief executive Ida Brandt"
    " said on Monday, unless the strike goes on.\n\n“We have no plans to\nsell the east quay,” she added.",
    "articles/01-harbour.txt",
    "Port firm rules out layoffs",
    Dated(dt.date(2023, 5, 1), "day", "dateline"),
    "The Ferry Gazette",
)
REPRINT = Article(
    "Marlow Port has pledged that no job at its terminal will go, its chief executive told a town meeting.",
    "articles/02-reprint.txt",
    None,
    Dated(dt.date(2023, 5, 2), "day", "metadata"),
)
NOTICES = Article(
    "Dismissal notices went out to 140 dockers at Marlow Port's terminal on Saturday, the union said."
    " | A *second* round <b>follows</b> in June.",
    "articles/03-notices.jsonl#7",
    "140 notices [at the port](x) | update",
    Dated(dt.date(2023, 5, 13), "day", "metadata"),
    "Quay & Tide",
)


def statement(article: Article, text: str, **fields: object) -> Statement:
    """A statement whose offsets are where ``text`` stands in the article."""
    start = article.text.index(text)
    values: dict[str, object] = {
        "article": article.id,
        "start": start,
        "end": start + len(text),
        "text": text,
        "reads": text,
        "kind": Kind.DENIAL,
        "speaker": "Ida Brandt",
        "party": "Marlow Port",
        "condition": None,
        "date": article.published,
        "probability": 0.9,
        "how": "subject of 'said'",
    }
    return Statement(**(values | fields))  # type: ignore[arg-type]


def action(article: Article, text: str, **fields: object) -> Action:
    """An action whose offsets are where ``text`` stands in the article."""
    start = article.text.index(text)
    values: dict[str, object] = {
        "article": article.id,
        "start": start,
        "end": start + len(text),
        "text": text,
        "reads": text,
        "actor": "Marlow Port",
        "party": "Marlow Port",
        "reported_by": "the union",
        "accusation": False,
        "quantity": "140",
        "date": article.published,
        "probability": 0.8,
        "how": "possessor of 'terminal'",
    }
    return Action(**(values | fields))  # type: ignore[arg-type]


PLEDGE = statement(
    HARBOUR,
    "Marlow Port will not cut a single job at its terminal",
    kind=Kind.PLEDGE,
    condition="unless the strike goes on",
)
TOLD_AGAIN = statement(
    REPRINT, "Marlow Port has pledged that no job at its terminal will go", kind=Kind.PLEDGE, speaker=None
)
QUAY = statement(
    HARBOUR, "“We have no plans to\nsell the east quay,”", reads="Marlow Port: We have no plans to sell the east quay."
)
DISMISSALS = action(NOTICES, "Dismissal notices went out to 140 dockers at Marlow Port's terminal on Saturday")
SECOND = action(
    NOTICES,
    "A *second* round <b>follows</b> in June.",
    date=Dated(dt.date(2023, 6, 1), "month", "'in June' against the article's date"),
    reported_by="the union",
    accusation=True,
)


def scored(said: Statement, did: Action, value: float, verdict: Verdict, gap: int | None, *reasons: str) -> Scored:
    """A scored pair whose contradiction is ``value`` and whose rest is mostly neutral."""
    rest = 1 - value
    pair = Pair(said, did, 0.6, True, gap)
    return Scored(pair, value, rest * 0.1, rest * 0.9, value, value, verdict, reasons)


DIRECT = scored(PLEDGE, DISMISSALS, 0.93456, Verdict.DIRECT, 12, "names the very act that was forsworn")
LATER = scored(PLEDGE, SECOND, 0.41, Verdict.DISPUTED, 31, "the date is known to the month only")
NEAR = scored(QUAY, DISMISSALS, 0.12, Verdict.WEAK, None)


def full() -> Run:
    """Three articles, one skipped file, one finding told by two papers with two actions."""
    finding = Finding(
        key="3f1c",
        score=0.93456,
        verdict=Verdict.DIRECT,
        statement=PLEDGE,
        also_in=(TOLD_AGAIN,),
        actions=(DIRECT, LATER),
        sources=1,
        reasons=("the act that was forsworn, 12 days later", "same party on both sides"),
        weakened_by=("the pledge was conditional: unless the strike goes on", "one source reports the act"),
    )
    return _run(
        articles=(HARBOUR, REPRINT, NOTICES),
        skipped=(Skipped("articles/photo|1.png", "not text: a <PNG> image"),),
        statements=(PLEDGE, QUAY, TOLD_AGAIN),
        actions=(DISMISSALS, SECOND),
        scored=(DIRECT, LATER, NEAR),
        findings=(finding,),
        counts={"pairs possible": 1200, "dropped: another party": 1180, "pairs scored": 3},
    )


def without_findings() -> Run:
    """The same articles when nothing reaches the score a finding needs."""
    run = full()
    return _run(
        articles=run.articles,
        skipped=(),
        statements=run.statements,
        actions=run.actions,
        scored=(NEAR,),
        findings=(),
        counts={"pairs possible": 1200, "pairs scored": 1},
    )


def one_article() -> Run:
    """A batch that cannot hold a pair."""
    return _run((HARBOUR,), (), (PLEDGE,), (), (), (), {"articles": 1})


def nothing() -> Run:
    """A batch of which nothing could be read."""
    return _run((), (Skipped("empty.txt", "empty file"),), (), (), (), (), {})


def _run(
    articles: tuple[Article, ...],
    skipped: tuple[Skipped, ...],
    statements: tuple[Statement, ...],
    actions: tuple[Action, ...],
    scored: tuple[Scored, ...],
    findings: tuple[Finding, ...],
    counts: dict[str, int],
) -> Run:
    """A run with the shipped settings but one, and a model's name."""
    settings = asdict(Settings(background_days=90))
    model = ModelInfo("nli", "0123456789ab", "torch fp32", True)
    return Run(articles, skipped, statements, actions, scored, findings, counts, model, settings)
