"""How a store's times grow: opening it, adding ten articles, writing the report, at 1,000 to 100,000 stored articles.

    python -m benchmarks.store [SIZE...] [--model nli] [--folder DIR]

Authored articles are run once through the program. The store is then grown to size by recombining them: every row of
that first round is inserted again under other names, with its claim vectors turned by a random rotation, so that each
round is a world of its own that is like the authored one inside and unlike every other. The names that most articles
tell of come back every POOL rounds, as great powers do in the news. Nothing of this goes through the models; the ten
articles that are added and timed do.
"""

from __future__ import annotations

import argparse
import re
import shutil
import tempfile
import time
import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analyzer import pipeline, stored
from analyzer.settings import Settings
from analyzer.store import candidates, corpus, history, library, nearest
from analyzer.store.database import Database, reading, writing

STORIES = Path(__file__).parent.parent / "quality" / "data" / "stories"
FIRST, LAST = "ab", "f"  # stories that are stored again and again, and the one whose last articles are added
POOL = 20  # rounds after which the same large parties are in the news again
LARGE = 12  # names that come back
ADDED = 10
ROUNDS = 8  # of growth between two commits
AT = "2026-01-01T00:00:00+00:00"
NUMBERED = {"documents": "id", "extracts": "id", "articles": "number", "claims": "id", "pairs": "id", "findings": "id"}
# One round's rows: {table} offsets of numbers, {k} the round, @column the name that a name of the first round gets.
ROUND = """
INSERT INTO documents SELECT id + {documents}, digest || '-{k}', article || '-{k}', body FROM base.documents;
INSERT INTO sources (name, version, path, document, article, current)
    SELECT '{k}/' || name, version, '{k}/' || path, document + {documents}, article || '-{k}', current
    FROM base.sources;
INSERT INTO articles
    SELECT number + {articles}, id || '-{k}', document + {documents}, '{k}/' || path, age, 0, extract + {extracts},
    marks, origin || '-{k}', born FROM base.articles;
INSERT OR IGNORE INTO marks SELECT (mark + {k} * 1000003) & 0x7fffffffffffffff, article + {articles} FROM base.marks;
INSERT INTO similar SELECT one + {articles}, other + {articles}, shared FROM base.similar;
INSERT INTO claims
    SELECT id + {claims}, article || '-{k}' || substr(uid, length(article) + 1), type, article || '-{k}',
    '{k}/' || path, origin || '-{k}', @party, text,
    json_set(body, '$.article', article || '-{k}', '$.party', nullif(@party, ''), '$.around',
        (SELECT json_group_array(json_array(coalesce((SELECT new FROM named WHERE old = value ->> 0), value ->> 0),
         value ->> 1)) FROM json_each(body, '$.around'))), words / 2 + {k}, born, died
    FROM base.claims;
INSERT INTO pairs
    SELECT id + {pairs}, statement + {claims}, action + {claims}, similarity, matched, gap, contradiction, entailment,
    neutral, score, met, rank_score, verdict, strong, born, died FROM base.pairs;
INSERT INTO scores
    SELECT CAST(printf('%08d', {k}) || substr(key, 1, 8) AS BLOB), contradiction, entailment, neutral, score
    FROM base.scores WHERE true ON CONFLICT DO NOTHING;
INSERT INTO findings
    SELECT id + {findings}, key || '-{k}', score, sources, dismissed, first, body, line, born, died FROM base.findings;
INSERT INTO members SELECT statement + {claims}, finding + {findings} FROM base.members;
INSERT INTO votes SELECT @name, @party, stated, guessed FROM base.votes WHERE true
    ON CONFLICT DO UPDATE SET stated = stated + excluded.stated, guessed = guessed + excluded.guessed;
INSERT INTO kinds SELECT @name, kind, count FROM base.kinds WHERE true
    ON CONFLICT DO UPDATE SET count = count + excluded.count;
INSERT OR IGNORE INTO forms SELECT CASE WHEN form = name THEN @name ELSE form || ' {k}' END, @name FROM base.forms;
INSERT OR IGNORE INTO aliases SELECT @name, @party, kind FROM base.aliases;
INSERT OR IGNORE INTO asked SELECT @name, article + {articles} FROM base.asked;
UPDATE totals SET number = number + (SELECT number FROM base.totals b WHERE b.name = totals.name);
"""


class Recipe:
    """What a round is made of: the rows of the first one, with everything that does not change worked out once."""

    def __init__(self, db: Database) -> None:
        """Read the store of the first round."""
        self.sizes = {table: db.one(f"SELECT max({column}) FROM {table}") for table, column in NUMBERED.items()}
        sql = "SELECT name FROM votes UNION SELECT party FROM votes UNION SELECT name FROM kinds"
        sql += " UNION SELECT party FROM claims UNION SELECT name FROM aliases"
        sql += " UNION SELECT party FROM aliases UNION SELECT name FROM asked"
        self.names = [name for (name,) in db.rows(sql) if name]
        sql = "SELECT party FROM claims WHERE party != '' GROUP BY party ORDER BY count(*) DESC LIMIT ?"
        self.large = {name for (name,) in db.rows(sql, (LARGE,))}
        numbers = [claim for (claim,) in db.rows("SELECT claim FROM vectors ORDER BY claim")]
        self.place = {claim: place for place, claim in enumerate(numbers)}
        self.matrix = library.unpack([v for (v,) in db.rows("SELECT vector FROM vectors ORDER BY claim")])
        self.sides = db.rows("SELECT type, party, claim FROM sides")
        uid = dict(db.rows("SELECT uid, id FROM claims WHERE died IS NULL"))
        self.extracts = []
        sql = "SELECT id, document, key, sentences, body FROM extracts"
        for number, document, key, sentences, body in db.rows(sql):
            found, _ = library.get_extract(db, number)
            ids = [one.id for one in (*found.statements, *found.actions)]
            places = [self.place[uid[one]] for one in ids]
            text = zlib.decompress(body).decode()
            self.extracts.append((number, document, key, sentences, text, places))
        quoted = sorted(self.names + [i for (i,) in db.rows("SELECT id FROM articles")], key=len, reverse=True)
        self.pattern = re.compile('"(' + "|".join(map(re.escape, quoted)) + ')"')

    def name(self, name: str, k: int) -> str:
        """The name a round knows somebody under; nobody stays nobody."""
        if not name:
            return ""
        parts = name.split("; ")
        return "; ".join(f"{part} {k % POOL if part in self.large else k}" for part in parts)


def grow(store: Path, base: Path, rounds: range) -> None:
    """Insert all rows of the base store again, once for each round."""
    dice = np.random.default_rng(rounds.start)
    with reading(base) as db:
        recipe = Recipe(db)
    with writing(store) as db:
        db.execute("PRAGMA synchronous = OFF")  # a benchmark's store may be lost
        db.execute("PRAGMA foreign_keys = OFF")  # rows of a round are whole; checking each of them doubles the time
        db.execute("ATTACH ? AS base", (str(base),))
        db.execute("CREATE TEMP TABLE named (old TEXT PRIMARY KEY, new TEXT)")
        for start in range(rounds.start, rounds.stop, ROUNDS):
            with db.transaction():
                sides: list[nearest.Side] = []
                for k in range(start, min(start + ROUNDS, rounds.stop)):
                    sides += _round(db, recipe, k, dice)
                nearest.add(db, sides)


def _round(db: Database, recipe: Recipe, k: int, dice: np.random.Generator) -> list[nearest.Side]:
    """Insert one round; returns its claims for the blocks of vectors."""
    db.execute("DELETE FROM named")
    db.many("INSERT INTO named VALUES (?, ?)", ((name, recipe.name(name, k)) for name in recipe.names))
    offsets = {table: size * k for table, size in recipe.sizes.items()}
    vectors = _turned(recipe.matrix, dice)
    for number, document, key, sentences, text, places in recipe.extracts:
        body = recipe.pattern.sub(lambda found: f'"{_renamed(recipe, found[1], k)}"', text).encode()
        db.execute(
            "INSERT INTO extracts VALUES (?, ?, ?, ?, ?, ?)",
            (
                number + offsets["extracts"],
                document + offsets["documents"],
                key,
                sentences,
                zlib.compress(body, 1),
                b"".join(vectors[place] for place in places),
            ),
        )
    script = ROUND
    for column in ("party", "name"):
        script = script.replace(f"@{column}", f"coalesce((SELECT new FROM named WHERE old = {column}), {column})")
    for statement in script.format(k=k, **offsets).split(";\n"):
        db.execute(statement)
    shift = offsets["claims"]
    rows = ((claim + shift, vectors[place]) for claim, place in recipe.place.items())
    db.many("INSERT INTO vectors VALUES (?, ?)", rows)
    return [
        (kind, recipe.name(party, k), claim + shift, vectors[recipe.place[claim]])
        for kind, party, claim in recipe.sides
    ]


def _renamed(recipe: Recipe, word: str, k: int) -> str:
    """What stands for a name or for the id of an article in a round."""
    return f"{word}-{k}" if re.fullmatch("[0-9a-f]{16}", word) else recipe.name(word, k)


def _turned(matrix: NDArray[np.float32], dice: np.random.Generator) -> list[bytes]:
    """Packed vectors, turned together: near each other as before, far from all other rounds."""
    size = matrix.shape[1]
    turn = np.linalg.qr(dice.normal(size=(size, size)))[0].astype(np.float32)
    packed = library.pack(np.rint(matrix @ turn * 2048) / 2048)
    return [packed[i : i + 2 * size] for i in range(0, len(packed), 2 * size)]


def opening(store: Path) -> tuple[float, dict[str, int]]:
    """Processor time to open a store and ask how much is in it, and the answer."""
    begin = time.process_time()
    with reading(store) as db:
        total = history.totals(db)
    return time.process_time() - begin, total


def reporting(store: Path) -> float:
    """Processor time to write everything that a run is shown by."""
    begin = time.process_time()
    with stored.shown(store) as shown:
        shown.result.to_markdown()
        for rows in (shown.finding_lines, shown.pair_rows):
            for _ in rows:
                pass
    return time.process_time() - begin


def measure(store: Path, added: list[Path], settings: Settings) -> str:
    """One line of the table: run twice over the same ten articles, the second time with nothing left for the models."""
    opened, total = opening(store)
    begin = time.process_time()
    run = stored.analyze(added, store, settings, at=AT).run
    whole = time.process_time() - begin
    reported = reporting(store)
    begin = time.process_time()
    stored.analyze(added, store, settings, at=AT)
    again = time.process_time() - begin
    gigabytes = store.stat().st_size / 1e9
    scored = run.counts["pairs scored"]
    sizes = (total["article"], total["statement"] + total["action"], total["pair"], total["finding"])
    cells = (*(f"{size:,}" for size in sizes), f"{gigabytes:.2f} GB")
    times = (f"{opened * 1000:.0f} ms", f"{whole:.1f} s ({scored:,} pairs scored)", f"{again:.2f} s")
    return f"| {' | '.join((*cells, *times))} | {reported:.2f} s |"


def reprint(store: Path, folder: Path, settings: Settings) -> list[Path]:
    """Put edited reprints of ten stored articles into a folder, with what the encoder finds in them into the store."""
    paths = []
    key = stored.extract_key(settings)
    with writing(store) as db, db.transaction():
        rows = db.rows("SELECT id, document, sentences FROM extracts ORDER BY id LIMIT ?", (ADDED,))
        for number, document, sentences in rows:
            path = folder / f"reprint-{number}.txt"
            text = library.load_article(db, document, "").text
            path.write_text(f"{text.rstrip()}\n\nThis is the late edition.\n", encoding="utf-8")
            paths.append(path)
            (article,) = pipeline.read([path], settings, [], None)
            found, vectors = library.get_extract(db, number)
            records = {one.id: replace(one, article=article.id) for one in (*found.statements, *found.actions)}
            moved = replace(
                found,
                article=article,
                statements=tuple(records[one.id] for one in found.statements),
                actions=tuple(records[one.id] for one in found.actions),
            )
            held = {records[one].id: library.unpack([vector])[0] for one, vector in vectors.items()}
            library.put_extract(db, library.remember(db, article)[0], key, moved, held, sentences)
    return paths


def parts(store: Path, folder: Path, settings: Settings) -> str:
    """One line of the table without models: what the store itself does for ten reprints, up to the pairs to score."""
    opened, total = opening(store)
    reprint(store, folder, settings)
    begin = time.process_time()
    with writing(store) as db:
        with db.transaction():
            corpus.absorb(db, stored.extract_key(settings), 2, settings)
        absorbed = time.process_time() - begin
        begin = time.process_time()
        due = candidates.due(db, 10**6)
        candidates.choose(db, due, candidates.Claims(db), settings)
        chosen = time.process_time() - begin
    reported = reporting(store)
    gigabytes = store.stat().st_size / 1e9
    sizes = (total["article"], total["statement"] + total["action"])
    cells = (*(f"{size:,}" for size in sizes), f"{gigabytes:.2f} GB", f"{opened * 1000:.0f} ms", f"{absorbed:.2f} s")
    return f"| {' | '.join(cells)} | {chosen:.2f} s ({len(due)} statements) | {reported:.2f} s |"


def main() -> None:
    """Grow a store and measure it at each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=[1_000, 10_000, 100_000], metavar="SIZE")
    parser.add_argument("--model", default="nli")
    parser.add_argument("--folder", type=Path, help="where the stores are kept for the next time; by default nowhere")
    parser.add_argument("--parts", action="store_true", help="time the store's own work without loading a model")
    parser.add_argument("--grow", action="store_true", help="make the stores and measure nothing yet")
    arguments = parser.parse_args()
    settings = Settings(model=arguments.model, max_candidates=10)
    folder = arguments.folder or Path(tempfile.mkdtemp(prefix="store-"))
    folder.mkdir(exist_ok=True, parents=True)
    first = [path for story in FIRST for path in sorted((STORIES / story / "articles").iterdir())]
    added = sorted((STORIES / LAST / "articles").iterdir())[-ADDED:]
    base, timed = folder / "base.db", folder / "timed.db"
    begin = time.process_time()
    if not base.exists():
        stored.analyze(first, base, settings, at=AT)
    print(f"{len(first)} authored articles stored in {time.process_time() - begin:.0f} s\n")
    names = ("articles", "claims", "pairs", "findings", "file", "open", "add 10", "the same 10 again", "report")
    if arguments.parts:
        names = ("articles", "claims", "file", "open", "take in 10", "choose candidates", "report")
    print(f"| {' | '.join(names)} |\n|{' ---: |' * len(names)}", flush=True)
    before, done = base, 1
    for size in sorted(arguments.sizes):
        rounds, grown = max(done, -(-size // len(first))), folder / f"{size}.db"
        if not grown.exists():
            shutil.copy(before, timed)
            grow(timed, base, range(done, rounds))
            timed.rename(grown)
        before, done = grown, rounds
        if not arguments.grow:
            shutil.copy(grown, timed)
            line = parts(timed, folder, settings) if arguments.parts else measure(timed, added, settings)
            print(line, flush=True)
    if arguments.folder is None:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
