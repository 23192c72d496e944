"""What is kept for good under the hash of what it was made from: articles, what is found in each alone, scores."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from analyzer.formats import row_of_path, writable
from analyzer.records import Action, Article, ModelInfo, Statement
from analyzer.store.codec import dumps, loads, squeeze, unsqueeze
from analyzer.store.database import Database

Texts = tuple[str, str]  # what was done, what was said: as the model reads them


@dataclass(frozen=True, slots=True)
class Found:
    """What one document holds: its claims as found in it alone, whose they are, and who is who in it."""

    article: Article
    statements: tuple[Statement, ...]
    actions: tuple[Action, ...]
    stated: dict[str, str]
    guesses: dict[str, dict[str, int]]
    kinds: dict[str, str]
    marks: frozenset[str]
    printed: frozenset[str] = frozenset()


def remember(db: Database, article: Article) -> tuple[int, str]:
    """Take in an article as read; returns its document number and what it is to the store.

    That is "known" (this source was read before), "copy" (its text is known from elsewhere), "version" (its source
    had another text before; the old one is kept) or "new". What of its path UTF-8 cannot hold is kept escaped.
    """
    article = replace(article, path=writable(article.path))
    document = _document(db, article)
    name = _source(article)
    before = db.execute(
        "SELECT id, document, article, version, path FROM sources WHERE name = ? AND current", (name,)
    ).fetchone()
    if before and before[1] == document:
        if before[4] != article.path:
            db.execute("UPDATE sources SET path = ? WHERE id = ?", (article.path, before[0]))
            _refresh(db, article.id)
        return document, "known"
    kind = "copy" if db.one("SELECT number FROM articles WHERE id = ?", (article.id,)) else "new"
    if before:
        db.execute("UPDATE sources SET current = 0 WHERE id = ?", (before[0],))
        kind = "known" if before[2] == article.id else "version"
    db.execute(
        "INSERT INTO sources (name, version, path, document, article, current) VALUES (?, ?, ?, ?, ?, 1)",
        (name, before[3] + 1 if before else 1, article.path, document, article.id),
    )
    for one in {article.id, before[2]} if before else {article.id}:
        _refresh(db, one)
    return document, kind


def _document(db: Database, article: Article) -> int:
    """The number of the document with this text and these details, stored when it is not yet there."""
    content = squeeze(replace(article, path=""))
    digest = hashlib.sha256(dumps(replace(article, path="")).encode()).hexdigest()
    known = db.one("SELECT id FROM documents WHERE digest = ?", (digest,))
    if known is not None:
        return int(known)
    values = (digest, article.id, content)
    return int(db.one("INSERT INTO documents (digest, article, body) VALUES (?, ?, ?) RETURNING id", values))


def _source(article: Article) -> str:
    """What makes a source the same one next time: its path; for one of many in a file, its address or its text.

    The place of a row in a file says nothing: feeds and exports grow at either end.
    """
    path, row = row_of_path(article.path)
    # No link is followed, unlike Path.resolve; the folder that a run works in may have a name UTF-8 cannot hold.
    file = path if path == "-" else writable(os.path.abspath(path))  # noqa: PTH100
    return f"{file}#{article.url or article.id}" if path == "-" or row else file


def _refresh(db: Database, article: str) -> None:
    """Choose the copy of an article that is quoted, and its place: as they were while a source has them, else by path.

    A copy that arrives later changes nothing, wherever its path would sort, as long as the file quoted so far is there.
    """
    sql = "SELECT path, document, name FROM sources WHERE article = ? AND current ORDER BY path"
    met = db.rows(sql, (article,))
    copies = [copy for copy in met if _is_there(copy[2])] or met
    row = db.execute("SELECT document, path FROM articles WHERE id = ?", (article,)).fetchone()
    kept = row[0] if row else None
    if kept not in {document for _, document, _ in copies}:
        kept = copies[0][1] if copies else None
    paths = [path for path, document, _ in copies if document == kept]
    path = row[1] if row and row[1] in paths else next(iter(paths), None)
    if row is None:
        db.execute("INSERT INTO articles (id, document, path) VALUES (?, ?, ?)", (article, kept, path))
    elif row != (kept, path or row[1]):
        # The path stays on record when no source is left: it is where the old version was.
        db.execute(
            "UPDATE articles SET document = ?, path = coalesce(?, path), stale = 1 WHERE id = ?", (kept, path, article)
        )


def _is_there(source: str) -> bool:
    """Whether the file of a source can still be looked up; it may have been renamed.

    A name and an address may both hold a #, so each may be the one between them. A name that is kept escaped counts as
    gone, which only matters for copies.
    """
    ends = (place for place, sign in enumerate(f"{source}#") if sign == "#")
    return source.startswith("-#") or any(os.path.isfile(source[:end]) for end in ends)  # noqa: PTH113


def unread(db: Database, key: str) -> Iterator[tuple[int, Article]]:
    """Yield the documents in use that are to be looked at and have no extract under ``key``, by path."""
    wanted = db.rows(
        "SELECT a.document, a.path FROM articles a WHERE a.stale AND a.document IS NOT NULL AND NOT EXISTS"
        " (SELECT 1 FROM extracts e WHERE e.document = a.document AND e.key = ?) ORDER BY a.path",
        (key,),
    )
    for document, path in wanted:
        yield document, load_article(db, document, path)


def load_article(db: Database, document: int, path: str) -> Article:
    """The article that a document holds, under the path it is shown with."""
    return replace(unsqueeze(Article, db.one("SELECT body FROM documents WHERE id = ?", (document,))), path=path)


def put_extract(
    db: Database, document: int, key: str, found: Found, vectors: Mapping[str, NDArray[np.float32]], sentences: int
) -> None:
    """Keep what was found in a document; vectors in the order of statements, then actions, as float16."""
    packed = b"".join(pack(vectors[one]) for one in _ids(found))
    body = squeeze(replace(found, article=replace(found.article, text="", path="")))
    db.execute(
        "INSERT OR IGNORE INTO extracts (document, key, sentences, body, vectors) VALUES (?, ?, ?, ?, ?)",
        (document, key, sentences, body, packed),
    )


def get_extract(db: Database, number: int) -> tuple[Found, dict[str, bytes]]:
    """An extract by its number, with the packed vector of each claim; the article comes without its text."""
    body, packed = db.execute("SELECT body, vectors FROM extracts WHERE id = ?", (number,)).fetchone()
    found = unsqueeze(Found, body)
    ids = _ids(found)
    size = len(packed) // len(ids) if ids else 0
    return found, {one: packed[i * size : (i + 1) * size] for i, one in enumerate(ids)}


def _ids(found: Found) -> list[str]:
    """Ids of its claims, statements first."""
    return [*(s.id for s in found.statements), *(a.id for a in found.actions)]


def pack(vector: NDArray[np.float32]) -> bytes:
    """A vector as bytes; float16 holds the steps that claim vectors are made of exactly."""
    return vector.astype("<f2").tobytes()


def unpack(vectors: Sequence[bytes]) -> NDArray[np.float32]:
    """Packed vectors as one float32 matrix [n, d]."""
    if not vectors:
        return np.zeros((0, 1), dtype=np.float32)
    return np.frombuffer(b"".join(vectors), dtype="<f2").reshape(len(vectors), -1).astype(np.float32)


def score_key(model: str, texts: Texts) -> bytes:
    """Key of a score: what was read, and by which weights."""
    return hashlib.blake2b("\x1f".join((model, *texts)).encode("utf-8", "surrogatepass"), digest_size=16).digest()


def get_scores(db: Database, model: str, wanted: Iterable[Texts]) -> dict[Texts, tuple[float, ...]]:
    """Known scores: contradiction, entailment, neutral and the calibrated contradiction of each pair of texts."""
    keys = {score_key(model, texts): texts for texts in wanted}
    sql = "SELECT key, contradiction, entailment, neutral, score FROM scores WHERE key IN ({})"
    return {keys[row[0]]: row[1:] for row in db.among(sql, keys)}


def put_scores(db: Database, model: str, scores: Mapping[Texts, Sequence[float]]) -> None:
    """Keep scores."""
    db.many(
        "INSERT OR REPLACE INTO scores VALUES (?, ?, ?, ?, ?)",
        ((score_key(model, texts), *map(float, values)) for texts, values in scores.items()),
    )


def get_model(db: Database, name: str, fingerprint: str) -> ModelInfo | None:
    """What was known of a scorer when it last ran."""
    text = db.one("SELECT info FROM models WHERE name = ? AND fingerprint = ?", (name, fingerprint))
    return loads(ModelInfo, text) if text else None


def put_model(db: Database, info: ModelInfo) -> None:
    """Keep what is known of a scorer, so that it need not be loaded to be named."""
    db.execute("INSERT OR REPLACE INTO models VALUES (?, ?, ?)", (info.name, info.fingerprint, dumps(info)))


def known_files(db: Database) -> list[tuple[str, tuple[int, int]]]:
    """Files as the watch last saw them: path, and size and time."""
    return [(path, (size, changed)) for path, size, changed in db.rows("SELECT path, size, changed FROM files")]


def changed_files(paths: Iterable[str], known: Mapping[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """Size and time of the files among ``paths`` that are not as they were known."""
    found = {}
    for path in paths:
        try:
            status = os.stat(path)  # noqa: PTH116 - twice as fast, over very many files
        except OSError:
            continue
        mark = (status.st_size, status.st_mtime_ns)
        if known.get(writable(path)) != mark:
            found[path] = mark
    return found


def put_files(db: Database, marks: Mapping[str, tuple[int, int]]) -> None:
    """Remember files as they were when they were read."""
    db.many("INSERT OR REPLACE INTO files VALUES (?, ?, ?)", ((writable(path), *mark) for path, mark in marks.items()))
