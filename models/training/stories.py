"""The authored stories as training rows: sentences with offsets, spans, graded pairs, duplicates."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class GoldArticle:
    """One annotated article: sentence spans and types, claim spans as (start, end, gold row)."""

    file: str
    text: str
    row: dict
    sentences: list[tuple[int, int, str]] = field(default_factory=list)
    statements: list[tuple[int, int, dict]] = field(default_factory=list)
    actions: list[tuple[int, int, dict]] = field(default_factory=list)


@dataclass(slots=True)
class Story:
    """Articles of one story line, its graded pairs {(statement id, action id): grade} and groups of duplicates."""

    name: str
    articles: list[GoldArticle]
    grades: dict[tuple[str, str], int]
    duplicates: list[list[str]]


def read_jsonl(path: Path) -> list[dict]:
    """Rows of a JSON-lines file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def load_folder(folder: Path) -> list[Story]:
    """Read one folder of stories; raises ValueError when a gold span is not in its article."""
    gold = folder / "gold"
    articles = {}
    for row in read_jsonl(gold / "articles.jsonl"):
        text = (folder / "articles" / row["file"]).read_text(encoding="utf-8")
        articles[row["file"]] = GoldArticle(row["file"], text, row)
    cursor: dict[str, int] = {}
    for row in read_jsonl(gold / "sentences.jsonl"):
        article = articles[row["file"]]
        start = article.text.find(row["text"], cursor.get(row["file"], 0))
        if start < 0:
            start = article.text.find(row["text"])
        if start < 0:
            raise ValueError(f"{folder.name}/{row['file']}: sentence not found: {row['text'][:40]}")
        cursor[row["file"]] = start + len(row["text"])
        article.sentences.append((start, cursor[row["file"]], row["type"]))
    where = {}
    for name in ("statements", "actions"):
        for row in read_jsonl(gold / f"{name}.jsonl"):
            article = articles[row["file"]]
            start = article.text.find(row["text"])
            if start < 0:
                raise ValueError(f"{folder.name}/{row['file']}: span not found: {row['text'][:40]}")
            getattr(article, name).append((start, start + len(row["text"]), row))
            where[row["id"]] = article.row["story"]
    stories: dict[str, Story] = {}
    for article in articles.values():
        article.sentences.sort()
        stories.setdefault(article.row["story"], Story(article.row["story"], [], {}, [])).articles.append(article)
    for story in stories.values():  # a pair that is not listed is grade 0
        said = [row["id"] for article in story.articles for _, _, row in article.statements]
        done = [row["id"] for article in story.articles for _, _, row in article.actions]
        story.grades.update(((s, a), 0) for s in said for a in done)
    for row in read_jsonl(gold / "pairs.jsonl"):
        stories[where[row["statement"]]].grades[row["statement"], row["action"]] = row["grade"]
    for row in read_jsonl(gold / "duplicates.jsonl"):
        ids = row.get("statements") or row["group"]  # one folder names the members "group"
        stories[where[ids[0]]].duplicates.append(ids)
    return list(stories.values())


def story_folder(data: Path, name: str) -> Path:
    """Folder of stories by its letter: beside the scripts, or in the shared data."""
    own = Path(__file__).parent / "data" / "stories" / name
    return own if own.is_dir() else data / "stories" / name
