"""The annotated data: story folders with exact spans and graded pairs, and authored pairs by domain."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DATA = HERE / "data"


def rows(path: Path) -> list[dict[str, Any]]:
    """Rows of a JSON-lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def splits() -> dict[str, Any]:
    """Which domains and story folders were fitted on, tuned on, and only reported (splits.json)."""
    found: dict[str, Any] = json.loads((HERE / "splits.json").read_text(encoding="utf-8"))
    return found


@dataclass(frozen=True, slots=True)
class GoldClaim:
    """An annotated statement or action; an action's ``party`` is its actor where the annotation names no party."""

    id: str
    type: str  # "statement" or "action"
    file: str
    story: str
    text: str
    party: str
    date: str | None
    kind: str
    conditional: bool = False


@dataclass(frozen=True)
class Story:
    """One story folder. ``grades`` holds the pairs of grade 1 to 3; every other pair within a story is 0."""

    name: str
    articles: tuple[dict[str, Any], ...]
    statements: tuple[GoldClaim, ...]
    actions: tuple[GoldClaim, ...]
    sentences: tuple[dict[str, Any], ...]
    duplicates: tuple[frozenset[str], ...]
    grades: dict[tuple[str, str], int]

    @property
    def path(self) -> Path:
        """Folder of the article texts."""
        return DATA / "stories" / self.name / "articles"

    @cached_property
    def story_of(self) -> dict[str, str]:
        """Story line of each article file."""
        return {article["file"]: str(article["story"]) for article in self.articles}

    def text(self, file: str) -> str:
        """Text of an article exactly as stored."""
        return (self.path / file).read_bytes().decode("utf-8")

    def pairs(self) -> Iterator[tuple[GoldClaim, GoldClaim, int]]:
        """Every statement with every action of its story, and its grade."""
        for statement in self.statements:
            for action in self.actions:
                if action.story == statement.story:
                    yield statement, action, self.grades.get((statement.id, action.id), 0)

    def only(self, lines: set[str]) -> Story:
        """Return the part of the folder that belongs to the given story lines."""
        files = {file for file, line in self.story_of.items() if line in lines}
        return Story(
            name=self.name,
            articles=tuple(row for row in self.articles if row["file"] in files),
            statements=tuple(claim for claim in self.statements if claim.file in files),
            actions=tuple(claim for claim in self.actions if claim.file in files),
            sentences=tuple(row for row in self.sentences if row["file"] in files),
            duplicates=self.duplicates,
            grades=self.grades,
        )

    @cached_property
    def quiet(self) -> frozenset[str]:
        """Stories without any pair of grade 1 or more: nothing should be found in them."""
        loud = {s.story for s, _, grade in self.pairs() if grade}
        return frozenset(self.story_of.values()) - loud


def load_story(name: str, parent: Path = DATA / "stories") -> Story:
    """Read a story folder of data/stories, or of another ``parent``."""
    gold = parent / name / "gold"
    articles = rows(gold / "articles.jsonl")
    story_of = {article["file"]: str(article["story"]) for article in articles}

    def claims(kind: str, holder: str) -> tuple[GoldClaim, ...]:
        return tuple(
            GoldClaim(
                id=row["id"],
                type=kind,
                file=row["file"],
                story=story_of[row["file"]],
                text=row["text"],
                party=row.get("party") or row[holder],
                date=row["date"],
                kind=row["kind"],
                conditional=bool(row.get("conditional")),
            )
            for row in rows(gold / f"{kind}s.jsonl")
        )

    return Story(
        name=name,
        articles=tuple(articles),
        statements=claims("statement", "party"),
        actions=claims("action", "actor"),
        sentences=tuple(rows(gold / "sentences.jsonl")),
        # One folder calls the members "group" and has no name for the group itself.
        duplicates=tuple(frozenset(row.get("statements") or row["group"]) for row in rows(gold / "duplicates.jsonl")),
        grades={(row["statement"], row["action"]): row["grade"] for row in rows(gold / "pairs.jsonl")},
    )


def domain_name(text: str) -> str:
    """Domain names as they are compared: troop_movements and "troop movements" are one."""
    return text.replace("_", " ").casefold()


def authored_pairs(domains: set[str] | None = None) -> list[dict[str, Any]]:
    """Authored pairs, all or of the given domains (as ``domain_name`` gives them)."""
    return [row for row in rows(DATA / "pairs.jsonl") if domains is None or domain_name(row["domain"]) in domains]


def with_party(party: str | None, text: str) -> str:
    """What the model reads when the party is known: "Party: text"."""
    return f"{party}: {text}" if party else text


def sha256(*parts: str) -> str:
    """Sha256 of texts, kept apart by a zero byte."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
