"""A run of the whole tool against the annotation of its articles: extraction, parties, dates, ranking."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from pathlib import PurePath
from typing import Any

from analyzer.evaluation import (
    RELEVANT_GRADE,
    Span,
    accuracy,
    average_precision,
    cover,
    f1_score,
    match_spans,
    ndcg,
    precision_at,
    score_spans,
)
from analyzer.names import tables
from analyzer.records import Action, Run, Scored, Statement
from benchmarks.quality.gold import GoldClaim, Story
from benchmarks.quality.output import tidy

Figures = dict[str, Any]

# Words that tell an organ from its state or firm, not one party from another.
_GENERIC = """a an and army authorities chief company council department executive force forces founder general
government its leader ministry minister navy of office officials party police president spokesman spokeswoman state
the troops"""
GENERIC = frozenset(_GENERIC.split())


def _words(name: str) -> list[str]:
    return re.findall(r"\w+", name.replace("’s", "").replace("'s", ""))


def same_name(one: str | None, other: str | None) -> bool:
    """Strict: the same words, whatever their case, articles and possessives."""
    return one is not None and other is not None and _key(one) == _key(other)


def _key(name: str) -> list[str]:
    return [word for word in _words(name.casefold()) if word not in {"a", "an", "the"}]


UNKNOWN = "unknown"  # the party of an act whose doer the article does not tell


def same_party(one: str | None, other: str | None) -> bool:
    """Lenient: some telling word in common, up to a demonym's ending (Arvenia and "Arvenian army").

    Two words agree when they are the same, or both capitalised and alike up to the last letter of the shorter, with
    four letters or more in common; so do two names of one real state (UK, British), and a name and its initials. The
    annotation names organs where the tool names the state behind them, so a strict comparison alone would measure
    naming habits; what passes here wrongly (two firms that share a word) is rare within an article.
    """
    if one is None or other is None:
        return False
    if same_name(one, other) or _states(one) & _states(other) or _initials(one, other) or _initials(other, one):
        return True
    mine, theirs = ([w for w in _words(name) if w.casefold() not in GENERIC] for name in (one, other))
    return any(_agree(a, b) for a in mine for b in theirs)


def _initials(short: str, name: str) -> bool:
    """Whether a name is the initials of another: LDP, Liberal Democratic Party."""
    letters = [word[0] for word in _words(name) if word[0].isupper()]
    return len(short) > 2 and short.isupper() and short == "".join(letters)


def _states(name: str) -> set[str]:
    """The states that a name holds a name, demonym or seat of: "UK government" is the United Kingdom's."""
    words = _words(name)
    pieces = (" ".join(words[i:j]) for i in range(len(words)) for j in range(i + 1, min(i + 4, len(words) + 1)))
    return {party for piece in pieces if (party := tables().party(piece)) is not None}


def _agree(one: str, other: str) -> bool:
    if one.casefold() == other.casefold():
        return True
    if not (one[0].isupper() and other[0].isupper()):
        return False
    short = min(len(one), len(other))
    shared = next((i for i in range(short) if one[i] != other[i]), short)
    return shared >= max(4, short - 1)


@dataclass(frozen=True)
class Aligned:
    """A run beside its gold: claims of both as spans, and which tool claim is which gold claim (lenient match)."""

    run: Run
    story: Story
    file_of: dict[str, str]  # Article.id → file name
    texts: dict[str, str]  # file name → text as the tool read it
    gold_spans: dict[str, list[Span]]  # "statement" / "action" → spans in gold order
    tool_spans: dict[str, list[Span]]
    statements: dict[str, GoldClaim]  # Statement.id → gold
    actions: dict[str, GoldClaim]  # Action.id → gold

    def grade(self, statement: Statement, action: Action) -> int:
        """Grade of a tool pair: the grade of its gold pair; 0 when either span has no gold or stories differ."""
        one, other = self.statements.get(statement.id), self.actions.get(action.id)
        return self.story.grades.get((one.id, other.id), 0) if one and other else 0

    def story_line(self, article: str) -> str | None:
        """Story of an article of the run."""
        return self.story.story_of.get(self.file_of[article])


def align(run: Run, story: Story) -> Aligned:
    """Lay the annotation over a run; articles are told by file name.

    A gold claim whose text is not in the article as the tool read it (or whose article was not read) stays in the
    gold, where nothing can match it.
    """
    file_of = {article.id: PurePath(article.path).name for article in run.articles}
    texts = {PurePath(article.path).name: article.text for article in run.articles}
    gold = {"statement": story.statements, "action": story.actions}
    tool: dict[str, tuple[Statement, ...] | tuple[Action, ...]] = {"statement": run.statements, "action": run.actions}
    gold_spans = {name: [locate(texts, c.file, c.text) for c in claims] for name, claims in gold.items()}
    tool_spans = {name: [Span(file_of[c.article], c.start, c.end) for c in claims] for name, claims in tool.items()}
    matched = {
        name: {
            tool[name][i].id: gold[name][j]
            for i, j in match_spans(tool_spans[name], gold_spans[name], strict=False).items()
        }
        for name in gold
    }
    return Aligned(run, story, file_of, texts, gold_spans, tool_spans, matched["statement"], matched["action"])


def locate(texts: dict[str, str], file: str, text: str) -> Span:
    """Where an annotated text stands in its article, as the tool read it."""
    start = texts.get(file, "").find(text)
    return Span(file, start, start + len(text)) if start >= 0 else Span(f"{file} (not found)", 0, len(text))


def score_run(run: Run, story: Story) -> Figures:
    """All figures of one story folder; a figure without ground is None."""
    aligned = align(run, story)
    figures: Figures = tidy(
        {
            "articles": len(run.articles),
            "extraction": extraction(aligned),
            "parties": parties(aligned),
            "dates": dates(aligned),
            "ranking": ranking(aligned),
            "findings": findings(aligned),
            "duplicates": duplicates(aligned),
        }
    )
    return figures


def extraction(aligned: Aligned) -> Figures:
    """Spans of statements and actions, strict and lenient; type of each sentence; kind and condition of statements."""
    figures: Figures = {}
    for name in ("statement", "action"):
        tool, gold = aligned.tool_spans[name], aligned.gold_spans[name]
        for strict in (True, False):
            figures[f"{name}_{'strict' if strict else 'lenient'}"] = asdict(score_spans(tool, gold, strict=strict))
    pairs = [(s, aligned.statements[s.id]) for s in aligned.run.statements if s.id in aligned.statements]
    figures["kind_accuracy"] = accuracy([s.kind.value for s, _ in pairs], [g.kind for _, g in pairs])
    figures["conditional"] = asdict(
        f1_score(
            sum(s.conditional and g.conditional for s, g in pairs),
            sum(s.conditional for s, _ in pairs),
            sum(g.conditional for _, g in pairs),
        )
    )
    return figures | sentence_types(aligned)


def sentence_types(aligned: Aligned) -> Figures:
    """Typing per sentence: a sentence has a type when a claim of that type covers half of the shorter of the two."""
    spans = [locate(aligned.texts, row["file"], row["text"]) for row in aligned.story.sentences]
    found: list[set[str]] = [set() for _ in spans]
    by_file: dict[str, list[tuple[str, Span]]] = {}
    for name, claims in aligned.tool_spans.items():
        for claim in claims:
            by_file.setdefault(claim.document, []).append((name, claim))
    for span, types in zip(spans, found, strict=True):
        types |= {name for name, claim in by_file.get(span.document, ()) if cover(claim, span) >= 0.5}
    gold = [set(row["type"].split("+")) - {"other"} for row in aligned.story.sentences]
    figures: Figures = {"sentence_accuracy": accuracy([frozenset(t) for t in found], [frozenset(g) for g in gold])}
    for name in ("statement", "action"):
        both = sum(name in t and name in g for t, g in zip(found, gold, strict=True))
        score = f1_score(both, sum(name in t for t in found), sum(name in g for g in gold))
        figures[f"sentence_{name}"] = asdict(score)
    return figures


def parties(aligned: Aligned) -> Figures:
    """Party of matched claims. Of actions, the annotation names the actor, so the tool's actor counts leniently too."""
    figures: Figures = {}
    spoken = [(s, aligned.statements[s.id]) for s in aligned.run.statements if s.id in aligned.statements]
    acted = [(a, aligned.actions[a.id]) for a in aligned.run.actions if a.id in aligned.actions]
    figures["statement_strict"] = _mean(_any(same_name, [s.party], g.party) for s, g in spoken)
    figures["statement_lenient"] = _mean(_any(same_party, [s.party], g.party) for s, g in spoken)
    figures["statement_known"] = _mean(s.party is not None for s, _ in spoken)
    figures["action_strict"] = _mean(_any(same_name, [a.party, a.actor], g.party) for a, g in acted)
    figures["action_lenient"] = _mean(_any(same_party, [a.party, a.actor], g.party) for a, g in acted)
    figures["action_known"] = _mean(a.party is not None for a, _ in acted)
    # What pairing lives on: the two sides of a contradiction are one party, whatever it is called.
    tool_statement = {g.id: s for s, g in spoken}
    tool_action = {g.id: a for a, g in acted}
    same = [
        (tool_statement[s].party, tool_action[a].party)
        for (s, a), grade in aligned.story.grades.items()
        if grade >= RELEVANT_GRADE and s in tool_statement and a in tool_action
    ]
    figures["contradiction_same_party"] = _mean(s is not None and s == a for s, a in same)
    figures["contradiction_other_party"] = _mean(s is not None and a is not None and s != a for s, a in same)
    return figures


def _any(test: Any, found: Sequence[str | None], gold: str) -> bool:
    """Whether one of the names found passes for one of the gold's (several are divided by a semicolon).

    Where the annotation says that nobody can tell, right is what tells no party, which stands first among ``found``.
    """
    if gold == UNKNOWN:
        return found[0] in {None, UNKNOWN}
    return any(test(name, wanted.strip()) for name in found for wanted in [gold, *gold.split(";")])


def _mean(values: Iterable[bool]) -> float:
    found = list(values)
    return sum(found) / len(found) if found else math.nan


def dates(aligned: Aligned) -> Figures:
    """Dates of articles, and of matched claims: right to the precision of the annotation."""
    published = {aligned.file_of[article.id]: article.published for article in aligned.run.articles}
    wanted = {article["file"]: article["date"] for article in aligned.story.articles if article["date"]}
    hits = [str(published.get(file) or "").startswith(date) for file, date in wanted.items()]
    claims = [(s.date, aligned.statements[s.id]) for s in aligned.run.statements if s.id in aligned.statements]
    claims += [(a.date, aligned.actions[a.id]) for a in aligned.run.actions if a.id in aligned.actions]
    dated = [(found, gold.date) for found, gold in claims if gold.date]
    return {
        "article": _mean(hits),
        "claim": _mean(str(found or "").startswith(gold) for found, gold in dated),
        "claim_given": _mean(found is not None for found, _ in dated),
        "claim_right_of_given": _mean(str(found).startswith(gold) for found, gold in dated if found),
        "given_where_gold_has_none": _mean(found is not None for found, gold in claims if not gold.date),
    }


def ranking(aligned: Aligned) -> Figures:
    """The ranked pairs over the whole folder and within each story (mean of the stories that have positives).

    Gold pairs across articles alone count, as the tool pairs across articles alone. Those of grade >= 2 that the
    tool does not list count as missed in average precision and in the ideal order of nDCG.
    """
    exist = [(s, a, grade) for s, a, grade in aligned.story.pairs() if s.file != a.file]
    graded = [(scored, aligned.grade(scored.pair.statement, scored.pair.action)) for scored in aligned.run.scored]
    figures: Figures = {f"folder_{name}": value for name, value in _ranked(graded, [g for *_, g in exist]).items()}
    within = []
    for line in sorted({s.story for s, _, grade in exist if grade >= RELEVANT_GRADE}):
        part = [(scored, grade) for scored, grade in graded if _lines(aligned, scored) == {line}]
        within.append(_ranked(part, [grade for s, _, grade in exist if s.story == line]))
    for name in within[0] if within else ():
        figures[f"story_{name}"] = sum(figure[name] for figure in within) / len(within)
    positives = {(s.id, a.id) for s, a, grade in exist if grade >= RELEVANT_GRADE}
    spoken = {gold.id for gold in aligned.statements.values()}
    acted = {gold.id for gold in aligned.actions.values()}
    figures["positives"] = len(positives)
    figures["recall_of_extraction"] = _mean(s in spoken and a in acted for s, a in sorted(positives))
    figures["recall_of_pairing"] = sum(grade >= RELEVANT_GRADE for _, grade in graded) / max(1, len(positives))
    figures["pairs_ranked"] = len(graded)
    return figures


def _lines(aligned: Aligned, scored: Scored) -> set[str | None]:
    return {aligned.story_line(scored.pair.statement.article), aligned.story_line(scored.pair.action.article)}


def _ranked(graded: list[tuple[Scored, int]], exist: list[int]) -> dict[str, float]:
    """Precision@10, average precision and nDCG of ranked pairs, by rank score, and AP by the model's score alone."""
    grades = [grade for _, grade in graded]
    relevant = [grade >= RELEVANT_GRADE for grade in grades]
    total = sum(grade >= RELEVANT_GRADE for grade in exist)
    rank = [scored.rank_score for scored, _ in graded]
    return {
        "precision_at_10": precision_at(relevant, rank, 10) if graded else 0.0,
        "precision_at_10_ceiling": min(10, total) / 10,
        "average_precision": average_precision(relevant, rank, total),
        "average_precision_model_score": average_precision(relevant, [s.score for s, _ in graded], total),
        "ndcg": ndcg(grades, rank, exist=exist),
        "ndcg_at_10": ndcg(grades, rank, 10, exist=exist),
    }


def findings(aligned: Aligned) -> Figures:
    """The findings as a reader meets them: each is graded by its strongest action; and the loudest quiet story."""
    found = aligned.run.findings
    grades = [aligned.grade(f.actions[0].pair.statement, f.actions[0].pair.action) for f in found if f.actions]
    scores = [f.score for f in found if f.actions]
    quiet = [
        f.score
        for f in found
        if {aligned.story_line(a) for a in [f.statement.article, *(x.pair.action.article for x in f.actions)]}
        & aligned.story.quiet
    ]
    relevant = [grade >= RELEVANT_GRADE for grade in grades]
    return {
        "count": len(found),
        "precision_at_10": precision_at(relevant, scores, 10) if scores else 0.0,
        "precision_above_half": _mean(r for r, score in zip(relevant, scores, strict=True) if score >= 0.5),
        "count_above_half": sum(score >= 0.5 for score in scores),
        "quiet_highest": max(quiet, default=0.0) if aligned.story.quiet else math.nan,
        "quiet_count": len(quiet) if aligned.story.quiet else math.nan,
    }


def duplicates(aligned: Aligned) -> Figures:
    """One statement told twice: pairs of retellings that share a finding, among those that are in findings at all."""
    home: dict[str, set[str]] = {}
    for finding in aligned.run.findings:
        for statement in (finding.statement, *finding.also_in):
            gold = aligned.statements.get(statement.id)
            if gold:
                home.setdefault(gold.id, set()).add(finding.key)
    told = {pair for group in aligned.story.duplicates for pair in combinations(sorted(group), 2)}
    joined = {pair for pair in combinations(sorted(home), 2) if home[pair[0]] & home[pair[1]]}
    reachable = {pair for pair in told if pair[0] in home and pair[1] in home}
    return asdict(f1_score(len(joined & told), len(joined), len(reachable)))
