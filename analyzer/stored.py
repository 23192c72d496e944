"""Runs over a store: only what is new is computed, every run can be shown again, judgements are kept.

``analyze`` is the whole way, readable top to bottom: what was read is remembered, what was never encoded is encoded,
names, reprints and claims are brought up to date, statements that are due get their candidates, pairs never scored are
scored, findings that are due are formed anew, and the run is published in the last transaction. Each step commits
small pieces; a run that is killed leaves its pieces, and the next one goes on from there.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analyzer import pipeline, weights
from analyzer.pipeline import Progress, Result, Silent
from analyzer.reading import same_file, walk
from analyzer.records import Article, Change, InputError, ModelInfo, Skipped
from analyzer.settings import Settings
from analyzer.store import history, ledger, library
from analyzer.store.candidates import Scoring, match
from analyzer.store.corpus import absorb, start_over
from analyzer.store.database import Database, reading, writing
from analyzer.store.findings import conclude

if TYPE_CHECKING:
    from analyzer.nli import Scorer

# Settings that what is found in one article depends on.
EXTRACTING = (
    "statement_threshold", "action_threshold", "claim_cost", "claim_beginning", "claim_joint"
)  # fmt: skip
RULES = (".py", ".csv", ".toml")  # files of the package
CHUNK = 32  # articles taken in between two commits
# Settings that change what is read, how fast, or how much is shown, but nothing that is kept.
BESIDES = {"model", "backend", "threads", "token_budget", "max_bytes", "max_chars", "min_chars"}
BESIDES |= {"stored_findings", "stored_pairs"}
# All others: what pairs and findings depend on.
DECIDING = tuple(f.name for f in fields(Settings) if f.name not in BESIDES and "report" not in f.name)


@dataclass(frozen=True, slots=True)
class Look:
    """What a watch saw in its folder and is to remember: marks of the files to be read, and its metadata file's.

    ``notes`` are on what is not to be read. ``part`` tells that only what is new is read, not all of the folder.
    """

    folder: str  # under which the store keeps the mark of the metadata
    metadata: str
    files: Mapping[str, tuple[int, int]]
    notes: Sequence[Skipped]
    part: bool


def analyze(
    paths: Sequence[str | Path],
    store: Path,
    settings: Settings | None = None,
    *,
    at: str,
    metadata: Path | None = None,
    progress: Progress | None = None,
    look: Look | None = None,
) -> Result:
    """Read articles into the store and rank everything in it; what was computed before is not computed again.

    ``at`` is the time that the run is recorded with, ``metadata`` as in ``reading.read``, ``look`` what a watch saw.
    The result's run holds the findings and articles that the report shows; ``shown`` gives the rest. Raises StoreError,
    InputError and ModelError.
    """
    settings, progress = settings or Settings(), progress or Silent()
    skipped = list(look.notes) if look else []
    articles = pipeline.read(paths, settings, skipped, metadata, part=look is not None and look.part)
    key = extract_key(settings)
    scoring = _scoring(settings, progress)
    with writing(store) as db:
        run = history.last_run(db) + 1
        met, documents = _remember(db, articles, progress)
        _hold(db, f"{key} {scoring.fingerprint} {settings.digest(*DECIDING)}")
        encoded = _encode(db, key, settings, progress)
        with db.transaction():
            absorb(db, key, run, settings)
        match(db, run, settings, scoring)
        with db.transaction():
            info = _model(db, settings, scoring)
            changes = conclude(db, run, settings, _because(db, info, settings))
            counts = _counts(db, met, skipped, encoded, _sentences(db, key, documents), scoring.made)
            history.publish(db, run, at, changes, skipped, counts, info, settings)
            if look:
                library.put_files(db, look.files)
                db.put(look.folder, look.metadata)
        return Result(*history.load_run(db, run))


def extract_key(settings: Settings) -> str:
    """Key of what is found in one article: the encoder, the settings it depends on and this program's rules."""
    encoder = weights.fingerprint(weights.folder("encoder"))
    return f"{encoder} {settings.digest(*EXTRACTING)} {_rules()}"


@cache
def _rules() -> str:
    """Short hash of this package's code and word lists: what it finds may change with any of them."""
    digest = hashlib.sha256()
    for path in sorted(one for one in Path(__file__).parent.rglob("*") if one.suffix in RULES):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


def _scoring(settings: Settings, progress: Progress) -> Scoring:
    """The scorer to be, named without loading it where that can be done."""

    def load() -> Scorer:
        from analyzer.nli import load_scorer

        return load_scorer(settings)

    fingerprint = weights.identity(settings.model)
    if fingerprint is not None:
        return Scoring(fingerprint, load, progress)
    scorer = load()
    return Scoring(scorer.info.fingerprint, load, progress, scorer=scorer)


def _remember(db: Database, articles: Iterator[Article], progress: Progress) -> tuple[Counter[str], list[int]]:
    """Take in what was read, a chunk a transaction; returns how many articles were what, and their documents."""
    met: Counter[str] = Counter()
    documents = []
    progress.start("reading files", None)
    while chunk := list(islice(articles, CHUNK)):
        with db.transaction():
            for article in chunk:
                document, kind = library.remember(db, article)
                documents.append(document)
                met[kind] += 1
        progress.advance(len(chunk))
    progress.finish()
    return met, documents


def _encode(db: Database, key: str, settings: Settings, progress: Progress) -> int:
    """Find the claims of every article that was not read under this key, a chunk a transaction; counts sentences."""
    sentences = 0
    numbers: list[int] = []

    def unread() -> Iterator[Article]:
        for document, article in library.unread(db, key):
            numbers.append(document)
            yield article

    ahead = unread()
    first = next(ahead, None)
    if first is None:  # not even the library behind the models is loaded
        return 0
    found = pipeline.extract_all(chain([first], ahead), settings, progress)
    while chunk := list(islice(found, CHUNK)):
        with db.transaction():
            for number, one in zip(numbers[: len(chunk)], chunk, strict=True):
                library.put_extract(db, number, key, _found(one), one.vectors, len(one.spans))
        del numbers[: len(chunk)]
        sentences += sum(len(one.spans) for one in chunk)
    return sentences


def _found(one: pipeline.Extract) -> library.Found:
    """What the store keeps of an extract."""
    who = one.affiliations
    return library.Found(
        one.article,
        tuple(one.statements),
        tuple(one.actions),
        dict(who),
        one.guesses,
        who.kinds,
        one.marks,
        one.printed,
    )


def _hold(db: Database, state: str) -> None:
    """Start over from what is kept of each article when the models or settings are not those of the tables."""
    if db.get("state") != state:
        with db.transaction():
            start_over(db)
            db.put("state", state)


def _model(db: Database, settings: Settings, scoring: Scoring) -> ModelInfo:
    """What is known of the scorer; it is loaded for that only once in a store's life."""
    if scoring.scorer is None:
        known = library.get_model(db, settings.model, scoring.fingerprint)
        if known is not None:
            return known
        scoring.scorer = scoring.load()
    library.put_model(db, scoring.scorer.info)
    return scoring.scorer.info


def _because(db: Database, info: ModelInfo, settings: Settings) -> tuple[str, ...]:
    """What is different from the run before for all findings alike."""
    before = history.last_run(db)
    if not before:
        return ()
    record = history.load_record(db, before)
    why = ["scored by another model"] if record.model.fingerprint != info.fingerprint else []
    changed = [name for name in DECIDING if record.settings.get(name) != getattr(settings, name)]
    return tuple([*why, f"changed settings: {', '.join(changed)}"] if changed else why)


def _sentences(db: Database, key: str, documents: list[int]) -> int:
    """Sentences of the articles that this run read."""
    sql = "SELECT sentences, key FROM extracts WHERE document IN ({})"
    return sum(number for number, one in db.among(sql, set(documents)) if one == key)


def _counts(
    db: Database, met: Counter[str], skipped: Sequence[Skipped], encoded: int, sentences: int, scored: int
) -> dict[str, int]:
    """What the run did and what it found done, in the order of the report."""
    totals = history.totals(db)
    return {
        "articles read": sum(met.values()),
        "new to the store": met["new"],
        "new versions of articles known before": met["version"],
        "copies of articles known from elsewhere": met["copy"],
        "inputs skipped": len(skipped),
        "articles in the store": totals["article"],
        "statements in the store": totals["statement"],
        "actions in the store": totals["action"],
        "pairs in the store": totals["pair"],
        "sentences encoded": encoded,
        "sentences known from the store": max(0, sentences - encoded),
        "pairs scored": scored,
        "pair scores known from the store": max(0, totals["pair"] - scored),
        "findings dismissed by the analyst": totals["dismissed"],
    }


@dataclass(frozen=True, slots=True)
class Shown:
    """A run to be written: its result, all lines of findings.jsonl, and the rows of pairs.csv."""

    result: Result
    finding_lines: Iterable[str]
    pair_rows: Iterable[dict[str, Any]]


@contextmanager
def shown(store: Path, number: int | None = None) -> Iterator[Shown]:
    """Show a run of the store (the last one) as it was, computing nothing; use what it gives inside the block.

    Raises StoreError when there is no such store and InputError when there is no such run.
    """
    with reading(store) as db:
        last = history.last_run(db)
        number = last if number is None else number
        if not 1 <= number <= last:
            raise InputError(f"{store}: has no run {number}" if last else f"{store}: has no run yet")
        run, settings = history.load_run(db, number)
        rows = history.pair_rows(db, number, settings.stored_pairs)
        yield Shown(Result(run, settings), history.finding_lines(db, number, settings.stored_findings), rows)


def review(store: Path, finding: str, decision: str, reason: str, *, at: str) -> Change:
    """Enter a judgement: ``decision`` is dismiss, confirm or restore, ``finding`` a key or a rank of the last run.

    It takes effect with the next run. Raises InputError when there is no such finding or no reason.
    """
    ledger.check(decision, reason)
    if not store.is_file():
        raise InputError(f"{store}: no such store")
    with writing(store) as db, db.transaction():
        key, found = history.find(db, finding)
        pairs = ledger.pairs_of(found, decision) if found else ledger.pairs_judged(db, key)
        if decision == "restore":
            before = ledger.pairs_judged(db, key)
            pairs = list(dict.fromkeys([*before, *pairs]))
            if before and not ledger.any_in_force(db, pairs):
                raise InputError(f"{store}: finding {key} has no judgement to take back")
            if not before:
                raise InputError(f"{store}: finding {key} was never judged")
        if not pairs:
            raise InputError(f"{store}: no finding {finding!r}; it is a key from the report or a rank of the last run")
        ledger.judge(db, key, decision, reason.strip(), at, pairs)
        statement, _, party, _, _ = pairs[0]
        return Change(decision, key, party or "party not found", statement, None, None, (reason.strip(),))


def judgements(store: Path, *, dismissed: bool = False) -> list[dict[str, Any]]:
    """Every judgement ever made, oldest first; with ``dismissed`` only the dismissals in force."""
    with reading(store) as db:
        standing = {one.number for one in ledger.in_force(db) if one.decision == "dismiss"}
        rows = ledger.history(db)
        return [row for row in rows if row["number"] in standing] if dismissed else rows


def labelled(store: Path) -> list[dict[str, Any]]:
    """Judged pairs as labelled rows, ready for evaluation and training."""
    with reading(store) as db:
        return list(ledger.labelled(db))


def watch(
    folder: Path,
    store: Path,
    settings: Settings | None = None,
    *,
    at: str,
    metadata: Path | None = None,
    progress: Progress | None = None,
) -> Result | None:
    """Run over the files of a folder that are new or changed since the store last saw them; None when none is.

    All are read again when ``metadata`` is new or changed. Raises as ``analyze`` does.
    """
    if not folder.is_dir():
        raise InputError(f"{folder}: no such folder")
    if metadata is not None and not metadata.is_file():
        raise InputError(f"{metadata}: no such file")
    skipped: list[Skipped] = []
    paths = []
    for path in walk(str(folder), skipped):
        suffix = os.path.splitext(path)[1]  # noqa: PTH122 - over very many files
        if metadata and suffix == metadata.suffix and same_file(path, metadata):
            continue
        if suffix:
            paths.append(path)
        else:  # as in a run over the folder; one asked for by name would be read
            skipped.append(Skipped(path, "unsupported file type (no extension)"))
    known: dict[str, tuple[int, int]] = {}
    place, before, has_run = f"metadata of {os.path.realpath(folder)}", "", False
    if store.exists():
        with reading(store) as db:
            known, has_run = dict(library.known_files(db)), bool(history.last_run(db))
            before = db.get(place) or ""
    mark = str(library.changed_files([os.path.realpath(metadata)], {})) if metadata else ""
    again = metadata is not None and mark != before
    marks = library.changed_files(paths, {} if again else known)
    if not marks and not again and has_run:
        return None
    look = Look(place, mark, marks, skipped, part=not again)
    return analyze(sorted(marks), store, settings, at=at, metadata=metadata, progress=progress, look=look)
