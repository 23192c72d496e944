"""What a report says, as plain data, apart from how it looks; Markdown and HTML are rendered from the same."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
from itertools import islice

from analyzer.evidence import distance
from analyzer.ranking import VERDICT_WORDS
from analyzer.records import (
    SURE,
    Action,
    Article,
    Dated,
    Finding,
    Kind,
    ModelInfo,
    Run,
    Scored,
    Sentence,
    Skipped,
    Statement,
    Stored,
    index_at,
    parties_of,
    sides,
)
from analyzer.report.shapes import Changed, Did, Read, ReportData, Row, Said, Source
from analyzer.sentences import split
from analyzer.settings import Settings

VERDICTS = {verdict: f"{verdict.value.replace('_', ' ')}: {words}" for verdict, words in VERDICT_WORDS.items()}
KINDS = {
    Kind.DENIAL: "denial",
    Kind.PLEDGE: "pledge",
    Kind.INTENT: "declared intention",
    Kind.CLAIM: "claim about own conduct",
}
HOW_TO_READ = (
    (
        "Score",
        "how likely, 0 to 1, the action contradicts the statement, after dates, parties and conditions were weighed. A"
        " shipped model's score is calibrated on the stories it was tuned on, most of them invented. On unfamiliar"
        " text it has been too high at the top: use it as an order in which to read, not as a rate.",
    ),
    (
        "Three numbers at an act",
        "contradiction, entailment and neutral are how the model reads the two quotes. Few pairs are contradictions, so"
        " it errs on their side: “by the words alone” is its reading put at the rate of those stories. The score"
        " adds what the words do not tell: how near the topics are, how sure both quotes and their party are, and when"
        " the act happened. It may be higher or lower.",
    ),
    (
        "Verdict",
        "; ".join(words.replace(":", ",", 1) for words in VERDICTS.values())
        + ". It follows the score and a few facts: an accusation, a condition, the time since a pledge. Nothing checks"
        " that the act is the very one that was denied.",
    ),
    (
        "Party",
        "“said by A, for B” means that A speaks and B is the party whose conduct it is. “by a chance of 0.44” stands"
        " behind a party that is only the likeliest, with the chance that it is the right one.",
    ),
    (
        "Date",
        "in brackets stands how it was found. “from the lead”, “from the paragraph” and “from the sentence before” mark"
        " a guess: that the act happened on the day named there.",
    ),
    (
        "Undated",
        "statements of one party that read alike are joined whatever their date, and an act without a date is set"
        " against all of them. Where a date is not found, check that they belong to the same events.",
    ),
    (
        "Place",
        "path:start-end are character offsets into the article's text; the quote is exactly what stands there.",
    ),
    (
        "What the model reads",
        "each quote behind the name of its party; where more was added, what “we” or “it” refers to, the report shows"
        " the whole.",
    ),
    (
        "What it cannot know",
        "whether an article reports truly, whether a plan changed for a good reason, and what was said or done in"
        " articles that were not read. No finding does not mean no contradiction.",
    ),
)
# Settings that change how a run looks or how fast it is, but no score.
_BESIDES = {
    *("threads", "token_budget", "stored_findings", "stored_pairs"),
    *("report_findings", "report_actions", "report_articles", "report_changes"),
}
# Control and private-use characters, and those that turn the reading direction: they could make a quote look other
# than it is, so the report shows a replacement mark in their place. findings.jsonl keeps every character.
_HIDDEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")


def report_data(run: Run, settings: Settings | None = None) -> ReportData:
    """Turn a run into what the report says; ``settings`` gives how many findings, actions and articles it lists."""
    settings = settings or Settings()
    books = _by_id(run.articles)
    findings = tuple(
        _row(rank, finding, books, settings, stored=run.stored is not None)
        for rank, finding in enumerate(run.findings[: settings.report_findings], 1)
    )
    reads = tuple(islice(_reads(run), settings.report_articles))
    near = () if findings else tuple(_nearest(run.scored[: settings.report_actions], books))
    return ReportData(
        headline=headline(run),
        caution=_caution(run.model),
        summary=tuple(_summary(run)),
        since=_since(run.stored) if run.stored else "",
        changes=tuple(_changes(run.stored)) if run.stored else (),
        counts=tuple((_visible(name), f"{count:,}") for name, count in run.counts.items()),
        empty_because=None if findings else why_empty(run),
        findings=findings,
        more_findings=_more(_size(run, "finding") - len(findings), "finding"),
        nearest=near,
        how_to_read=HOW_TO_READ,
        articles=reads,
        more_articles=(run.stored.new if run.stored else len(run.articles)) - len(reads),
        skipped=tuple(Skipped(_visible(s.path), _visible(s.reason)) for s in run.skipped),
    )


@dataclass(frozen=True, slots=True)
class _Books:
    """The articles of one report by content id; copies of one text share an id.

    ``split`` cuts each into its sentences once, however many of its quotes are shown.
    """

    copies: dict[str, list[Article]]
    split: Callable[[Article], tuple[Sentence, ...]] = field(default_factory=lambda: cache(split))


def _by_id(articles: Iterable[Article]) -> _Books:
    """The articles to look quotes up in."""
    copies: dict[str, list[Article]] = {}
    for article in articles:
        copies.setdefault(article.id, []).append(article)
    return _Books(copies)


def _row(rank: int, finding: Finding, books: _Books, settings: Settings, *, stored: bool) -> Row:
    """One finding with its strongest actions."""
    shown = finding.actions[: settings.report_actions]
    return Row(
        rank=rank,
        key=finding.key if stored else "",
        new=finding.new and stored,
        score=f"{finding.score:.2f}",
        verdict=VERDICTS[finding.verdict],
        label=finding.verdict.value.replace("_", " "),
        said=_said((finding.statement, *finding.also_in), books),
        did=tuple(_did(scored, finding.statement, books) for scored in shown),
        more=_more(len(finding.actions) - len(shown), "action"),
        why=_line(finding.reasons) or "The model reads the action as contradicting the statement.",
        weakened_by=_line(finding.weakened_by)
        or "Nothing that the tool reads off the two texts; read both quotes where they stand.",
    )


def _nearest(scored: Iterable[Scored], books: _Books) -> Iterable[Row]:
    """The pairs that came closest to a finding, shown like findings but never called so."""
    for rank, one in enumerate(scored, 1):
        yield Row(
            rank=rank,
            key="",
            new=False,
            score=f"{one.rank_score:.2f}",
            verdict=VERDICTS[one.verdict],
            label=one.verdict.value.replace("_", " "),
            said=_said((one.pair.statement,), books),
            did=(_did(one, one.pair.statement, books),),
            more=None,
            why=_line(one.reasons),
            weakened_by="",
        )


def _said(told: Sequence[Statement], books: _Books) -> Said:
    """The first telling in full, with the places of all tellings; other wordings are quoted beside their place."""
    first = told[0]
    sources = [source for one in told for source in _sources(one, first.text, books)]
    return Said(
        text=_visible(first.text),
        sentence=_sentence(first, books),
        reads=_completed(first),
        speaker=_visible(_speaker(first)),
        party=_visible(_party(first) or "party not found"),
        kind=KINDS[first.kind],
        date=_date(first.date),
        condition=_visible(first.condition) if first.condition else None,
        sources=tuple(dict.fromkeys(sources)),
    )


def _did(scored: Scored, first: Statement, books: _Books) -> Did:
    """An action with its score, source and distance in time."""
    action = scored.pair.action
    told = scored.pair.statement.text
    by = action.reported_by
    if by and action.accusation:
        by = f"{by}, as an accusation"
    elif by and action.by_itself:
        by = f"{by} itself"
    return Did(
        text=_visible(action.text),
        sentence=_sentence(action, books),
        against=None if told == first.text else _visible(told),
        reads=_completed(action),
        actor=_actor(action),
        reported_by=_visible(by) if by else None,
        date=_date(action.date),
        gap=_gap(scored),
        source=_sources(action, action.text, books)[0],
        score=f"{scored.rank_score:.2f}",
        label=scored.verdict.value.replace("_", " "),
        model=f"by the words alone {scored.score:.2f} · model: contradiction {scored.contradiction:.2f},"
        f" entailment {scored.entailment:.2f}, neutral {scored.neutral:.2f}",
    )


def _sources(claim: Statement | Action, words: str, books: _Books) -> list[Source]:
    """Every article that carries the claim at these very offsets; copies with other spacing have other offsets."""
    exact = _exact(claim, books) or books.copies.get(claim.article, [])[:1]
    other = None if claim.text == words else _visible(claim.text)
    found = [Source(f"{_visible(a.path)}:{claim.start}-{claim.end}", _about(a), other) for a in exact]
    return found or [Source(f"{claim.article}:{claim.start}-{claim.end}", "", other)]


def _exact(claim: Statement | Action, books: _Books) -> list[Article]:
    """The copies of an article that have the claim at its very offsets."""
    return [a for a in books.copies.get(claim.article, []) if a.text[claim.start : claim.end] == claim.text]


def _sentence(claim: Statement | Action, books: _Books) -> str | None:
    """The sentence of a quote that begins in its middle or holds half of a quotation; None where the quote will do."""
    halved = claim.text.count("“") != claim.text.count("”") or claim.text.count('"') % 2 == 1
    if not claim.text[:1].islower() and not halved:
        return None
    for article in _exact(claim, books):
        spans = books.split(article)
        first, last = spans[index_at(spans, claim.start)], spans[index_at(spans, claim.end - 1)]
        whole = article.text[first.start : max(last.end, claim.end)].strip()
        if whole != claim.text.strip():
            return _visible(whole)
    return None


def _about(article: Article) -> str:
    """Title, publisher and date of an article, as far as known."""
    parts = [article.title, article.publisher, _date(article.published) if article.published else None]
    return _visible(" · ".join(" ".join(part.split()) for part in parts if part))


def _speaker(said: Statement) -> str:
    """Who said it; "its chairman" with whose he is."""
    name = said.speaker or said.party or "speaker not found"
    owned = re.match(r"(?:its|their)\s+", name, re.IGNORECASE)
    return f"{said.party}'s {name[owned.end() :]}" if owned and said.party else name


def _actor(action: Action) -> str:
    """The party, with the article's own words for the actor where they hold a name ("the line" does not)."""
    name, party = action.actor, _party(action)
    if party is None:
        return _visible(f"{name}, party not known") if name else "actor not found"
    return _visible(f"{party} ({name})" if name and name != action.party and name != name.lower() else party)


def _party(claim: Statement | Action) -> str | None:
    """The party, with its chance where that is too low to go without saying; one only described has none."""
    chances = sides(claim)
    chance = sum(chances.get(party, 1.0) for party in parties_of(claim.party))
    return claim.party if claim.party is None or chance >= SURE else f"{claim.party}, by a chance of {chance:.2f}"


def _completed(claim: Statement | Action) -> str | None:
    """What the model read, when it is more than the verbatim text behind its party's name (white space aside)."""
    plain = (claim.text, f"{claim.party}: {claim.text}")
    return None if claim.reads.split() in [text.split() for text in plain] else _visible(claim.reads)


def _date(dated: Dated | None) -> str:
    """A date with how it was found."""
    return _visible(f"{dated} ({dated.how})") if dated else "date not found"


def _gap(scored: Scored) -> str | None:
    """How far the action is from the statement, in words; "about" where a date is not known to the day."""
    pair = scored.pair
    if pair.gap_days is None:
        return None
    if pair.gap_days == 0:
        return "at about the same time" if pair.coarse else "the same day"
    return f"{distance(pair)} the statement"


def _line(reasons: Iterable[str]) -> str:
    """Reasons as one line that starts with a capital and ends with a full stop."""
    text = "; ".join(_visible(" ".join(r.split())).rstrip(".;") for r in reasons if r.strip())
    return f"{text[0].upper()}{text[1:]}." if text else ""


def _visible(text: str) -> str:
    """Put a mark in place of characters that would hide or reorder what a quote says."""
    return _HIDDEN.sub("\ufffd", text)


_WHAT = {"new": "new", "rose": "risen", "fell": "fallen", "back": "restored", "gone": "gone"}


def _since(stored: Stored) -> str:
    """How many findings changed, in one sentence."""
    if stored.previous is None:
        return "This is the first run over this store: every finding is new."
    parts = [f"{number:,} {_WHAT[kind]}" for kind, number in stored.changed.items()]
    return f"Since run {stored.previous}: {', '.join(parts) or 'no finding changed'}."


def _changes(stored: Stored) -> Iterable[Changed]:
    """The changes that the run lists."""
    for one in stored.changes:
        scores = [f"{score:.2f}" for score in (one.before, one.score) if score is not None]
        yield Changed(
            what=_WHAT[one.kind],
            score=" → ".join(scores),
            who=_visible(one.who),
            text=_visible(one.text),
            key=one.key,
            why=_line(one.why),
        )


def _size(run: Run, name: str) -> int:
    """How many there are, in the whole store where there is one: article, statement, action, pair, finding."""
    if run.stored:
        return run.stored.totals[name]
    return len(run.scored if name == "pair" else getattr(run, f"{name}s"))


def _reads(run: Run) -> Iterable[Read]:
    """Each article that was new in the run, with the number of claims in it."""
    for one in run.stored.taken if run.stored else ():
        claims = f"{_count(one.statements, 'statement')}, {_count(one.actions, 'action')}"
        yield Read(_visible(one.article.path), _about(one.article), claims)
    if run.stored:
        return
    said, did = Counter(s.article for s in run.statements), Counter(a.article for a in run.actions)
    for article in run.articles:
        claims = f"{_count(said[article.id], 'statement')}, {_count(did[article.id], 'action')}"
        yield Read(_visible(article.path), _about(article), claims)


def _period(articles: Iterable[Article]) -> str:
    """First and last date of the articles, and how many have none."""
    dates = [a.published for a in articles]
    known = sorted((d for d in dates if d is not None), key=lambda d: d.day)
    undated = len(dates) - len(known)
    tail = f"; {undated:,} without a date" if undated else ""
    if not known:
        return "no article has a date" if dates else ""
    first, last = str(known[0]), str(known[-1])
    return (f"dated {first}" if first == last else f"dated {first} to {last}") + tail


def _summary(run: Run) -> Iterable[tuple[str, str]]:
    """What was read and with what, label and text."""
    if run.stored:
        yield "Store", f"run {run.stored.number}, {_count(run.stored.new, 'article')} new to it"
    else:
        period = _period(run.articles)
        yield "Read", _count(len(run.articles), "article") + (f", {period}" if period else "")
    yield "Skipped", f"{_count(len(run.skipped), 'input')}, listed at the end" if run.skipped else "nothing"
    kind = "calibrated" if run.model.calibrated else "not calibrated"
    yield "Model", _visible(f"{run.model.name} ({run.model.backend}, {kind}, fingerprint {run.model.fingerprint})")
    changed = ", ".join(f"{name} = {value}" for name, value in _changed(run.settings))
    yield "Settings", f"{changed}; all others as shipped" if changed else "as shipped"


def _caution(model: ModelInfo) -> str:
    """What the score is, said before the first one is shown."""
    if model.calibrated:
        what = (
            "A score is a probability that the action contradicts the statement, calibrated on stories for tuning:"
            " on other text take it as an order in which to read, not as a rate."
        )
    else:
        what = "This model is not calibrated: its scores can be compared with each other but are no probabilities."
    return f"{what} It informs, it does not convict: read both quotes where they stand before you use them."


def _more(number: int, noun: str) -> str | None:
    """What the report leaves to the result file."""
    return f"{_count(number, f'more {noun}')} with lower scores in findings.jsonl." if number > 0 else None


def headline(run: Run) -> str:
    """The run in one sentence."""
    parts = (
        _count(_size(run, "article"), "article"),
        _count(_size(run, "statement"), "statement"),
        _count(_size(run, "action"), "reported action"),
        _count(_size(run, "pair"), "pair") + " scored",
        _count(_size(run, "finding"), "finding"),
    )
    return f"{parts[0]}: {', '.join(parts[1:-1])}, {parts[-1]}."


def _count(number: int, noun: str) -> str:
    """A number with its noun."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def why_empty(run: Run) -> str:
    """Why a run has no finding, from what is missing first on the way to one."""
    if not _size(run, "article"):
        return "No article could be read."
    if (_size(run, "article") if run.stored else len({a.id for a in run.articles})) == 1:
        return "Only one article was read; a statement is compared with actions reported in other articles."
    if not _size(run, "statement"):
        return "No party was found speaking of its own conduct or intention."
    if not _size(run, "action"):
        return "No concrete act was found reported."
    if not _size(run, "pair"):
        return "No statement and action of different articles passed the gates of party, origin, time and prospect."
    if run.stored and run.stored.totals["dismissed"]:
        return "Every finding was dismissed by the analyst."
    return "No pair reached the score from which a finding is made; the nearest are shown below."


def _changed(used: dict[str, str | int | float]) -> Iterable[tuple[str, str]]:
    """Settings of the run that differ from the defaults, in the order of Settings; running speed aside."""
    default = Settings()
    for item in fields(Settings):
        value = used.get(item.name, getattr(default, item.name))
        if item.name not in _BESIDES and value != getattr(default, item.name):
            yield item.name, _visible(str(value))
