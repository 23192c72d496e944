"""How a store's times grow: opening it, adding ten articles, writing the report, at 1,000 to 100,000 stored articles.

    python -m benchmarks.store [SIZE...] [--model nli]

The authored articles of benchmarks/quality/data are run once through the program, with all but ten. The store is then
grown to size by recombining them: every row of that first round is inserted again under other names, with its claim
vectors turned by a random rotation, so that each round is a world of its own that is like the authored one inside and
unlike every other. Countries come back every POOL rounds, as they do in the news. Nothing of this goes through the
models; the ten articles that are added and timed do.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from analyzer import stored
from analyzer.settings import Settings
from analyzer.store import library
from analyzer.store.database import Database, reading, writing

STORIES = Path(__file__).parent.parent / "quality" / "data" / "stories"
STORED, LAST = "abcde", "f"  # stories stored whole, and the one whose last articles are added
POOL = 20  # rounds after which the same countries are in the news again
ADDED = 10
AT = "2026-01-01T00:00:00+00:00"
NUMBERED = {"documents": "id", "extracts": "id", "articles": "number", "claims": "id", "pairs": "id", "findings": "id"}
# One round's rows: {table} offsets of numbers, {k} the round, @column a name under which the round knows a party.
ROUND = """
INSERT INTO documents SELECT id + {documents}, digest || '-{k}', article || '-{k}', body FROM base.documents;
INSERT INTO sources (name, version, path, document, article, current)
    SELECT '{k}/' || name, version, '{k}/' || path, document + {documents}, article || '-{k}', current
    FROM base.sources;
INSERT INTO extracts SELECT id + {extracts}, document + {documents}, key, sentences, body, vectors FROM base.extracts;
INSERT INTO articles
    SELECT number + {articles}, id || '-{k}', document + {documents}, '{k}/' || path, age, 0, extract + {extracts},
    marks, origin || '-{k}', born FROM base.articles;
INSERT OR IGNORE INTO marks SELECT (mark + {k} * 1000003) & 0x7fffffffffffffff, article + {articles} FROM base.marks;
INSERT INTO similar SELECT one + {articles}, other + {articles}, shared FROM base.similar;
INSERT INTO claims
    SELECT id + {claims}, uid || '-{k}', type, article || '-{k}', '{k}/' || path, origin || '-{k}', @party, text, body,
    born, died FROM base.claims;
INSERT INTO sides SELECT type, @party, claim + {claims} FROM base.sides;
INSERT INTO pairs
    SELECT id + {pairs}, statement + {claims}, action + {claims}, similarity, matched, gap, contradiction, entailment,
    neutral, score, met, rank_score, verdict, @strong, born, died FROM base.pairs;
INSERT INTO findings
    SELECT id + {findings}, key || '-{k}', @circle, score, sources, dismissed, first, body, line, born, died
    FROM base.findings;
INSERT INTO votes SELECT @name, @party, stated, guessed FROM base.votes WHERE true
    ON CONFLICT DO UPDATE SET stated = stated + excluded.stated, guessed = guessed + excluded.guessed;
INSERT INTO kinds SELECT @name, kind, count FROM base.kinds WHERE true
    ON CONFLICT DO UPDATE SET count = count + excluded.count;
INSERT OR IGNORE INTO forms SELECT CASE WHEN form = name THEN @name ELSE form || ' {k}' END, @name FROM base.forms;
INSERT OR IGNORE INTO aliases SELECT @name, @party FROM base.aliases;
INSERT OR IGNORE INTO asked SELECT @name, article + {articles} FROM base.asked;
UPDATE totals SET number = number + (SELECT number FROM base.totals b WHERE b.name = totals.name);
"""


def named(column: str, k: int) -> str:
    """SQL for the name that a round gives a party: nobody stays nobody, countries come back, all others are new."""
    country = f"{column} IN (SELECT name FROM base.kinds WHERE kind = 'state')"
    return (
        f"CASE WHEN {column} IS NULL OR {column} = '' THEN {column}"
        f" WHEN {country} THEN {column} || ' {k % POOL}' ELSE {column} || ' {k}' END"
    )


def grow(store: Path, base: Path, rounds: range) -> None:
    """Insert all rows of the base store again, once for each round."""
    dice = np.random.default_rng(rounds.start)
    with writing(store) as db:
        db.execute("PRAGMA synchronous = OFF")  # a benchmark's store may be lost
        db.execute("ATTACH ? AS base", (str(base),))
        vectors = db.rows("SELECT type, claim, floor, vector FROM base.vectors")
        matrix = library.unpack([vector for *_, vector in vectors])
        sizes = {table: db.one(f"SELECT max({column}) FROM base.{table}") for table, column in NUMBERED.items()}
        for k in rounds:
            text = ROUND
            for column in ("party", "strong", "circle", "name"):
                text = text.replace(f"@{column}", named(column, k))
            with db.transaction():
                for statement in text.format(k=k, **{table: size * k for table, size in sizes.items()}).split(";\n"):
                    db.execute(statement)
                _turn(db, vectors, matrix, dice, sizes["claims"] * k)


def _turn(
    db: Database,
    vectors: list[tuple[str, int, float, bytes]],
    matrix: NDArray[np.float32],
    dice: np.random.Generator,
    shift: int,
) -> None:
    """Insert a round's vectors, turned together: near each other as before, far from all other rounds."""
    size = matrix.shape[1]
    turn = np.linalg.qr(dice.normal(size=(size, size)))[0].astype(np.float32)
    turned = np.rint(matrix @ turn * 2048) / 2048
    db.many(
        "INSERT INTO vectors VALUES (?, ?, ?, ?)",
        (
            (kind, claim + shift, floor, library.pack(v))
            for (kind, claim, floor, _), v in zip(vectors, turned, strict=True)
        ),
    )


def measure(store: Path, added: list[Path], settings: Settings) -> str:
    """One line of the table: run twice over the same ten articles, the second time with nothing left for the models."""
    begin = time.perf_counter()
    with reading(store) as db:
        articles, claims, pairs = (
            db.one("SELECT sum(number) FROM totals WHERE name IN (?, ?)", names)
            for names in (("article", ""), ("statement", "action"), ("pair", ""))
        )
    opened = time.perf_counter() - begin
    begin = time.perf_counter()
    run = stored.analyze(added, store, settings, at=AT).run
    whole = time.perf_counter() - begin
    begin = time.perf_counter()
    with stored.shown(store) as shown:
        size = len(shown.result.to_markdown()) + sum(len(line) for line in shown.finding_lines)
        size += sum(len(row) for row in shown.pair_rows)
    reported = time.perf_counter() - begin
    begin = time.perf_counter()
    stored.analyze(added, store, settings, at=AT)
    again = time.perf_counter() - begin
    megabytes = store.stat().st_size / 1e6
    scored = run.counts["pairs scored"]
    cells = (f"{articles:,}", f"{claims:,}", f"{pairs:,}", f"{megabytes:,.0f}", f"{opened * 1000:.0f} ms")
    return f"| {' | '.join(cells)} | {whole:.1f} s ({scored:,} scored) | {again:.2f} s | {reported:.2f} s |"


def main() -> None:
    """Grow a store and measure it at each size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sizes", nargs="*", type=int, default=[1_000, 10_000, 100_000], metavar="SIZE")
    parser.add_argument("--model", default="nli")
    parser.add_argument("--folder", type=Path, help="where the stores are made and kept; else they are removed")
    arguments = parser.parse_args()
    settings = Settings(model=arguments.model, max_candidates=10)
    folder = arguments.folder or Path(tempfile.mkdtemp(prefix="store-"))
    folder.mkdir(exist_ok=True)
    last = sorted((STORIES / LAST / "articles").iterdir())
    first = [path for story in STORED for path in sorted((STORIES / story / "articles").iterdir())] + last[:-ADDED]
    base, grown, timed = (folder / f"{name}.db" for name in ("base", "grown", "timed"))
    if not base.exists():
        stored.analyze(first, base, settings, at=AT)
    shutil.copy(base, grown)
    done = 1
    print("| articles | claims | pairs | store, MB | open | add 10 | the same 10 again | report |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for size in sorted(arguments.sizes):
        rounds = max(done, -(-size // len(first)))
        grow(grown, base, range(done, rounds))
        done = rounds
        shutil.copy(grown, timed)
        print(measure(timed, last[-ADDED:], settings), flush=True)
    if arguments.folder is None:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
