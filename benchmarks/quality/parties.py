"""Whose conduct an annotated claim is about: parties alone, with the annotated spans in place of found ones.

    python -m benchmarks.quality.parties [--folders a b c] [--errors a]

Runs encoder, grammar, names and attribution over each story folder as one run, without the scoring model. Prints a
table; ``--errors`` lists what went wrong in a folder that rules may be fitted on.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from analyzer import pipeline, sentences, syntax
from analyzer.encoder import Encoder
from analyzer.evaluation import RELEVANT_GRADE
from analyzer.records import (
    Action,
    Article,
    Claim,
    ClaimType,
    Kind,
    ModelInfo,
    Run,
    Sentence,
    Statement,
    index_at,
    parties_of,
)
from analyzer.settings import Settings
from benchmarks.quality import scoring
from benchmarks.quality.gold import GoldClaim, Story, load_story, splits
from benchmarks.quality.output import cell, table
from benchmarks.quality.pairs import acting_party

COLUMNS = (
    "statement_strict",
    "statement_lenient",
    "statement_known",
    "action_strict",
    "action_lenient",
    "action_known",
    "same_party",
    "lost",
    "merged",
    "left_out",
)


def gold_extracts(story: Story) -> list[pipeline.Extract]:
    """What is found in each article of a folder alone when the annotated spans are the claims."""
    skipped: list[Any] = []
    extracts = []
    encoder = Encoder()
    for article in pipeline.read([story.path], Settings(), skipped, None):
        spans = sentences.split(article)
        claims = annotated_claims(story, article, spans)
        readings = encoder.read([[article.text[s.start : s.end] for s in spans]])[0]
        extracts.append(pipeline.described(article, spans, syntax.parse(article, spans), claims, readings, encoder))
    return extracts


def gold_run(story: Story, extracts: Sequence[pipeline.Extract] | None = None) -> Run:
    """A run over a folder in which the annotated spans are what was found."""
    extracts = pipeline.unify(gold_extracts(story) if extracts is None else extracts, Settings())
    return Run(
        articles=tuple(e.article for e in extracts),
        skipped=(),
        statements=tuple(s for e in extracts for s in e.statements),
        actions=tuple(a for e in extracts for a in e.actions),
        scored=(),
        findings=(),
        counts={"left out": sum(e.left_out for e in extracts)},
        model=ModelInfo("none", "", "", calibrated=False),
        settings={},
    )


def annotated_claims(story: Story, article: Article, spans: Sequence[Sentence]) -> list[Claim]:
    """The annotated claims of an article; one that runs over two sentences belongs to that of its first word."""
    name = article.path.rsplit("/", 1)[-1]
    found: dict[tuple[int, int, ClaimType], Claim] = {}
    for gold in (*story.statements, *story.actions):
        start = article.text.find(gold.text) if gold.file == name else -1
        if start < 0:
            continue
        kind = ClaimType(gold.type)
        sentence = index_at(spans, start)
        end = start + len(gold.text)
        found[start, end, kind] = Claim(
            kind, sentence, start, end, 1.0, Kind(gold.kind) if kind is ClaimType.STATEMENT else None
        )
    return [found[key] for key in sorted(found, key=lambda k: (k[0], k[1], k[2].value))]


def figures(story: Story, run: Run) -> dict[str, float]:
    """Party figures of ``scoring``, and what the party gate of pairing makes of annotated pairs.

    ``same_party``: contradictions (grade 2 and 3) whose two sides share a party; ``lost``: those it drops, both sides
    being known and different; ``merged``: annotated pairs of two different parties that it lets through as one.
    """
    aligned = scoring.align(run, story)
    found = scoring.parties(aligned)
    sides = {aligned.statements[s.id].id: parties_of(s.party) for s in run.statements if s.id in aligned.statements}
    sides |= {aligned.actions[a.id].id: parties_of(a.party) for a in run.actions if a.id in aligned.actions}
    wanted = [(s, a) for s, a, grade in story.pairs() if grade >= RELEVANT_GRADE and {s.id, a.id} <= sides.keys()]
    foreign = [(s, a) for s, a in _foreign(story) if {s.id, a.id} <= sides.keys()]
    return {name: found[name] for name in COLUMNS if name in found} | {
        "same_party": _share(bool(set(sides[s.id]) & set(sides[a.id])) for s, a in wanted),
        "lost": _share(
            bool(sides[s.id] and sides[a.id]) and not set(sides[s.id]) & set(sides[a.id]) for s, a in wanted
        ),
        "left_out": (len(story.statements) - len(run.statements)) / len(story.statements),
        "merged": _share(bool(set(sides[s.id]) & set(sides[a.id])) for s, a in foreign),
    }


def _share(values: Iterator[bool]) -> float:
    found = list(values)
    return sum(found) / max(1, len(found))


def _foreign(story: Story) -> Iterator[tuple[GoldClaim, GoldClaim]]:
    """Pairs of one story whose annotated parties differ also by the lenient measure, and that nobody graded."""
    lines = {c.story for c in story.statements}
    parties = {line: {c.party for c in story.statements if c.story == line} for line in lines}
    for statement, action, grade in story.pairs():
        actor = acting_party(action.party, parties[statement.story])
        if grade == 0 and not any(
            scoring.same_party(statement.party, one) for one in (actor, action.party, *actor.split("; "))
        ):
            yield statement, action


def errors(story: Story, run: Run) -> Iterator[str]:
    """One line a claim whose party is wrong by the lenient measure, with its sentence."""
    aligned = scoring.align(run, story)
    texts = {article.id: article.text for article in run.articles}
    claims: list[Statement | Action] = [*run.statements, *run.actions]
    for claim in claims:
        gold = (aligned.statements if isinstance(claim, Statement) else aligned.actions).get(claim.id)
        holder = claim.speaker if isinstance(claim, Statement) else claim.actor
        if gold is None or any(scoring.same_party(claim.party, one) for one in [gold.party, *gold.party.split(";")]):
            continue
        text = texts[claim.article]
        line = text[max(0, claim.start - 220) : claim.start] + "[[" + claim.text + "]]"
        line += text[claim.end : claim.end + 90]
        wrong = f"{gold.id} wanted {gold.party!r} got {claim.party!r} ({holder!r}, {claim.how})"
        yield f"{wrong}\n    {' '.join(line.split())}"


def main() -> None:
    """Measure and print."""
    every = [name for names in splits()["stories"].values() for name in names]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--folders", nargs="+", default=every, choices=every)
    parser.add_argument("--errors", action="store_true", help="list wrong parties of the folders")
    arguments = parser.parse_args()
    lines = []
    for name in arguments.folders:
        story = load_story(name)
        run = gold_run(story)
        found = figures(story, run)
        lines.append([name, *(cell(float(found[column])) for column in COLUMNS)])
        if arguments.errors:
            sys.stdout.write("\n".join(errors(story, run)) + "\n\n")
    sys.stdout.write("\n".join(table(["folder", *COLUMNS], lines)) + "\n")


if __name__ == "__main__":
    main()
