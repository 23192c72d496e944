"""The store under all that can happen to a file: kills, copies, two writers, damage, full disks, old versions."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import unittest.mock
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import stores
from hypothesis import given
from hypothesis import strategies as st

from analyzer import pairing, reprints, stored
from analyzer.records import Action, Article, Attribution, Dated, Finding, Kind, Scored, Skipped, Statement, StoreError
from analyzer.settings import Settings
from analyzer.store import codec, corpus, library, nearest
from analyzer.store.database import Database, reading, statements, writing
from analyzer.store.schema import APPLICATION, MIGRATIONS

ROOT = Path(__file__).parent.parent
# A run in a process of its own, over a store that knows the models' answers, so that it takes a second.
DRIVER = """
import sys
from pathlib import Path
from analyzer import stored
from analyzer.records import AnalyzerError
from analyzer.settings import Settings
model, store, *paths = sys.argv[1:]
print("up", flush=True)
try:
    stored.analyze(paths, Path(store), Settings(model=model, max_candidates=6), at="then")
except AnalyzerError as error:
    sys.exit(f"analyzer: {error}")
"""


def start(store: Path, *paths: Path, room: int | None = None) -> subprocess.Popen[str]:
    """Start a run and wait until its imports are done; ``room`` bounds the size of any file it may write."""

    def bound() -> None:
        if room is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    process = subprocess.Popen(
        [sys.executable, "-c", DRIVER, stores.settings().model, str(store), *map(str, paths or [stores.corpus()])],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT, preexec_fn=bound,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    return process


def analyzer(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "analyzer", *map(str, arguments)],
        capture_output=True, text=True, timeout=300, check=False, cwd=ROOT,
    )  # fmt: skip


def integrity(store: Path) -> str:
    """What SQLite itself says of a file."""
    connection = sqlite3.connect(store)
    try:
        return str(connection.execute("PRAGMA integrity_check").fetchone()[0])
    finally:
        connection.close()


def sources(store: Path) -> int:
    """Sources that were committed."""
    with reading(store) as db:
        return int(db.one("SELECT count(*) FROM sources"))


def test_killed_at_any_moment_it_goes_on(tmp_path: Path) -> None:
    store = stores.warm(tmp_path / "s.db")
    known, killed = 0, 0
    for wait in (0.05, 0.3, 0.6, 1.0):
        process = start(store)
        time.sleep(wait)
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
        assert integrity(store) == "ok"
        assert sources(store) >= known
        known = sources(store)
    assert killed
    last = start(store)
    assert last.wait() == 0, last.stderr
    assert stores.outcome(store) == stores.outcome(stores.template())


def test_a_copy_taken_at_any_moment_opens_and_goes_on(tmp_path: Path) -> None:
    """What a power cut leaves: the file and its log, without anything that was only in memory."""
    store = stores.warm(tmp_path / "s.db")
    process = start(store)
    copies = []
    for number in range(40):
        target = tmp_path / f"copy{number}.db"
        for suffix in ("-wal", ""):  # the log first: what it holds is then in it or in the file
            if (tmp_path / f"s.db{suffix}").exists():
                shutil.copy(tmp_path / f"s.db{suffix}", f"{target}{suffix}")
        copies.append(target)
        time.sleep(0.05)
        if process.poll() is not None:
            break
    assert process.wait() == 0
    for copy in copies:
        assert integrity(copy) == "ok"
    middle = copies[len(copies) // 2]
    stored.analyze([stores.corpus()], middle, stores.settings(), at=stores.AT)
    assert stores.outcome(middle) == stores.outcome(stores.template())


def test_a_full_disk_is_one_line_and_loses_nothing(tmp_path: Path) -> None:
    store = stores.warm(tmp_path / "s.db")
    process = start(store, room=store.stat().st_size // 2)
    _, line = process.communicate(timeout=60)
    assert process.returncode == 1
    assert len(line.splitlines()) == 1, line
    assert line.startswith(f"analyzer: {store}: ")
    assert integrity(store) == "ok"
    stored.analyze([stores.corpus()], store, stores.settings(), at=stores.AT)
    assert stores.outcome(store) == stores.outcome(stores.template())


def test_the_second_writer_is_told_at_once(tmp_path: Path) -> None:
    store = stores.copy_store(tmp_path / "s.db")
    with writing(store):
        begin = time.monotonic()
        with pytest.raises(StoreError, match="busy"), writing(store):
            pass
        assert time.monotonic() - begin < 1
        model = stores.settings().model
        done = analyzer("run", stores.corpus(), "--store", store, "--out", tmp_path / "o", "--model", model)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == f"analyzer: {store}: the store is busy: another run is writing to it\n"
        with reading(store) as db:  # a reader is not held up
            assert db.one("SELECT count(*) FROM runs") == 1
    with writing(store):
        pass
    assert not Path(f"{store}-lock").exists()


def test_two_runs_at_once_end_right(tmp_path: Path) -> None:
    store = stores.warm(tmp_path / "s.db")
    both = [start(store), start(store)]
    statuses = sorted(process.wait() for process in both)
    assert statuses in ([0, 0], [0, 1])
    assert stores.outcome(store) == stores.outcome(stores.template())


def test_a_lock_left_by_a_dead_process_does_not_block(tmp_path: Path) -> None:
    store = stores.copy_store(tmp_path / "s.db")
    code = "import sys, time\nfrom pathlib import Path\nfrom analyzer.store.database import writing\n"
    code += "with writing(Path(sys.argv[1])):\n print('in', flush=True)\n time.sleep(60)"
    process = subprocess.Popen([sys.executable, "-c", code, store], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    assert process.stdout.readline() == "in\n"
    process.kill()
    process.wait()
    assert Path(f"{store}-lock").exists()
    with writing(store):
        pass


def foreign(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE bookmarks (url TEXT)")
    connection.commit()
    connection.close()


def newer(path: Path) -> None:
    with writing(path) as db:
        db.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")


def damaged(path: Path) -> None:
    shutil.copy(stores.template(), path)
    content = bytearray(path.read_bytes())
    content[4096:] = bytes(b ^ 0x5A for b in content[4096:])
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(stores.template().read_bytes()[: 4096 * 20])


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.write_bytes(b"PK\x03\x04 this is no database" * 400), "not an SQLite file"),
        (foreign, "another program"),
        (newer, "newer version"),
        (damaged, "damaged"),
        (cut, "damaged"),
        (lambda path: path.mkdir(), "folder"),
    ],
    ids=["text", "foreign", "newer", "damaged", "cut", "folder"],
)
def test_what_is_no_usable_store_is_one_line(make: object, words: str, tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    assert callable(make)
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(StoreError) as caught:
        stored.analyze([stores.corpus()], path, stores.settings(), at=stores.AT)
    assert words in str(caught.value)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)
    if words != "damaged":
        assert (path.read_bytes() if path.is_file() else b"") == before


@pytest.mark.parametrize("store", ["/proc/none/s.db", "missing/s.db"])
def test_a_place_where_nothing_can_be_written_is_one_line(store: str) -> None:
    out, model = stores.workshop() / "o", stores.settings().model
    done = analyzer("run", stores.corpus(), "--store", store, "--out", out, "--model", model)
    assert done.returncode == 2
    assert done.stderr.startswith(f"analyzer: {store}: ")
    assert len(done.stderr.splitlines()) == 1


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    """Mount over a folder, as a test can where it is root and no container forbids it."""
    if os.geteuid() != 0:
        pytest.skip("only root may mount")
    if subprocess.run(["mount", *options, str(folder)], capture_output=True, check=False).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_read_only_disk_is_read_from_and_said_when_written_to(tmp_path: Path) -> None:
    store = stores.copy_store(tmp_path / "s.db")
    disk = tmp_path / "disk"
    disk.mkdir()
    shutil.copy(store, disk / "s.db")
    model = stores.settings().model
    with mounted(disk, "--bind", str(disk)):
        subprocess.run(["mount", "-o", "remount,ro,bind", str(disk)], check=True)
        assert stores.outcome(disk / "s.db") == stores.outcome(store)
        shown = analyzer("report", "--store", disk / "s.db", "--out", tmp_path / "o")
        assert shown.returncode == 0, shown.stderr
        for command in (
            ["run", stores.corpus(), "--model", model, "--out", tmp_path / "o"],
            ["review", "1", "--dismiss", "--reason", "x"],
        ):
            done = analyzer(*command, "--store", disk / "s.db")
            line = f"analyzer: {disk / 's.db'}: cannot be written: read-only file system\n"
            assert (done.returncode, done.stderr) == (2, line)


def test_a_disk_that_is_full_says_so_and_goes_on_with_room(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    warm = stores.warm(tmp_path / "s.db")
    room = warm.stat().st_size // 1024 + 100
    with mounted(disk, "-t", "tmpfs", "-o", f"size={room}k", "tmpfs"):
        store = Path(shutil.copy(warm, disk / "s.db"))
        process = start(store)
        _, line = process.communicate(timeout=60)
        assert (process.returncode, line) == (1, f"analyzer: {store}: no space is left on its disk\n")
        subprocess.run(["mount", "-o", f"remount,size={room * 10}k", str(disk)], check=True)
        assert integrity(store) == "ok"
        stored.analyze([stores.corpus()], store, stores.settings(), at=stores.AT)
        assert stores.outcome(store) == stores.outcome(stores.template())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_store_can_be_shown_but_not_written(tmp_path: Path) -> None:
    store = stores.copy_store(tmp_path / "s.db")
    store.chmod(0o444)
    tmp_path.chmod(0o555)
    try:
        assert stores.outcome(store)
        with pytest.raises(StoreError, match="cannot be written"), writing(store):
            pass
    finally:
        tmp_path.chmod(0o755)


@pytest.mark.parametrize("table", ["findings", "runs", "documents"])
def test_a_damaged_record_is_one_line(table: str, tmp_path: Path) -> None:
    """A whole file by SQLite's rules, with a record in it that was never written so."""
    store = stores.copy_store(tmp_path / "s.db")
    connection = sqlite3.connect(store)
    connection.execute(f"UPDATE {table} SET body = CAST(substr(body, 1, 40) AS BLOB)")  # noqa: S608 - names from above
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match=r"is damaged: a record cannot be read"):
        stores.outcome(store)


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_watch_takes_up_new_files_until_it_is_stopped(sign: signal.Signals, tmp_path: Path) -> None:
    folder, out, store = tmp_path / "in", tmp_path / "o", stores.warm(tmp_path / "s.db")
    shutil.copytree(stores.corpus(), folder)
    late = sorted(folder.iterdir())[2].rename(tmp_path / "late.txt")
    command = ["watch", folder, "--store", store, "--out", out, "--interval", "0.1", "--model", stores.settings().model]
    process = subprocess.Popen(
        [sys.executable, "-m", "analyzer", *map(str, command)], stderr=subprocess.PIPE, text=True, cwd=ROOT,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),  # as a shell starts what is to go on alone
    )  # fmt: skip
    assert process.stderr is not None
    assert process.stderr.readline().startswith("model calls made: 0 sentences")
    assert process.stderr.readline().endswith(f"Report: {out / 'report.md'}\n")
    late.rename(folder / "late.txt")
    assert process.stderr.readline().startswith("model calls made: 0 sentences")
    assert "1 article new to it" in process.stderr.readline() + (out / "report.md").read_text(encoding="utf-8")
    process.send_signal(sign)
    _, rest = process.communicate(timeout=60)
    assert (process.returncode, rest) == (130, "analyzer: interrupted, nothing half written is left\n")
    assert not list(out.glob(".*"))
    assert integrity(store) == "ok"


def test_what_utf8_cannot_hold_is_kept_escaped(tmp_path: Path) -> None:
    """A file name of other bytes, and half of a surrogate pair in an address."""
    folder, store = tmp_path / "in", stores.warm(tmp_path / "s.db")
    folder.mkdir()
    text = next(stores.corpus().glob("04*")).read_text(encoding="utf-8")
    Path(os.fsdecode(os.fsencode(folder / "caf") + b"\xe9.txt")).write_text(text, encoding="utf-8")
    row = {"text": f"{text} The ministry declined to comment.", "url": "https://paper.example/\ud800"}
    (folder / "rows.jsonl").write_text(json.dumps(row), encoding="utf-8")
    first = stored.watch(folder, store, stores.settings(), at=stores.AT)
    assert first is not None
    assert first.run.skipped == ()
    with reading(store) as db:
        paths = sorted(path for (path,) in db.rows("SELECT path FROM sources"))
    assert paths == [rf"{folder}/caf\udce9.txt", f"{folder}/rows.jsonl#1"]
    assert stored.watch(folder, store, stores.settings(), at=stores.AT) is None


def test_a_watch_opens_no_pipe_and_says_so(tmp_path: Path) -> None:
    folder, store = tmp_path / "in", stores.warm(tmp_path / "s.db")
    folder.mkdir()
    shutil.copy(next(stores.corpus().glob("04*")), folder)
    os.mkfifo(folder / "pipe.txt")
    (folder / "README").write_text("Articles arrive here.")
    found = stored.watch(folder, store, stores.settings(), at=stores.AT)
    assert found is not None
    assert found.run.counts["articles read"] == 1
    assert found.run.skipped == (
        Skipped(f"{folder}/README", "unsupported file type (no extension)"),
        Skipped(f"{folder}/pipe.txt", "not a regular file"),
    )


def test_reading_makes_no_store(tmp_path: Path) -> None:
    for command in (["report"], ["review", "--list"], ["review", "1", "--dismiss", "--reason", "x"]):
        done = analyzer(*command, "--store", tmp_path / "none.db")
        assert done.returncode == 2
        assert "none.db: no such store" in done.stderr
    assert not list(tmp_path.iterdir())


def test_an_old_store_is_brought_up_step_by_step(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    connection = sqlite3.connect(path)
    for statement in statements(MIGRATIONS[0]):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION}")
    connection.execute("PRAGMA user_version = 1")
    connection.execute("INSERT INTO meta VALUES ('kept', 'yes')")
    connection.commit()
    connection.close()
    with reading(path) as db:
        assert db.get("kept") == "yes"
        assert db.one("PRAGMA user_version") == len(MIGRATIONS)
        assert db.one("SELECT count(*) FROM judgements") == 0


def test_a_migration_that_fails_leaves_the_store_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = stores.copy_store(tmp_path / "s.db")
    broken = (*MIGRATIONS, "CREATE TABLE extra (x);\nCREATE TABLE claims (y);\n")
    monkeypatch.setattr("analyzer.store.database.MIGRATIONS", broken)
    with pytest.raises(StoreError), writing(path):
        pass
    monkeypatch.undo()
    with reading(path) as db:
        assert db.one("PRAGMA user_version") == len(MIGRATIONS)
        assert db.one("SELECT count(*) FROM sqlite_master WHERE name = 'extra'") == 0


def test_keys_of_other_tables_are_held(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="FOREIGN KEY"), writing(tmp_path / "s.db") as db, db.transaction():
        db.execute("INSERT INTO judged VALUES (99, 's', 'a', NULL, NULL, 0)")


def test_a_transaction_is_kept_whole_or_not_at_all(tmp_path: Path) -> None:
    def fail(db: Database) -> None:
        with db.transaction():
            db.put("a", "1")
            raise KeyError

    with writing(tmp_path / "s.db") as db:
        with pytest.raises(KeyError):
            fail(db)
        assert db.get("a") is None


dates = st.one_of(st.none(), st.builds(Dated, st.dates(), st.sampled_from(["day", "month", "year"]), st.text()))
names = st.one_of(st.none(), st.text())
RECORDS = {
    Article: st.builds(Article, st.text(), st.text(), names, dates, names, names),
    Statement: st.builds(
        Statement, st.text(), st.integers(), st.integers(), st.text(), st.text(), st.sampled_from(Kind), names, names,
        names, dates, st.floats(0, 1), st.text(),
    ),
    Attribution: st.builds(Attribution),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(RECORDS))
def test_records_come_back_as_they_were(kind: type[Article]) -> None:
    @given(RECORDS[kind])
    def holds(record: Article) -> None:
        assert codec.loads(kind, codec.dumps(record)) == record
        assert codec.unsqueeze(kind, codec.squeeze(record)) == record

    holds()


def test_a_finding_with_all_it_holds_comes_back() -> None:
    import runs

    finding = runs.full().findings[0]
    assert codec.loads(Finding, codec.dumps(finding)) == finding
    assert codec.loads(Scored, codec.dumps(runs.DIRECT)) == runs.DIRECT
    assert codec.loads(Action, codec.dumps(runs.SECOND)) == runs.SECOND


@contextmanager
def bare() -> Iterator[Database]:
    """A store that holds nothing, without keys of other tables, for one that is thrown away."""
    with tempfile.TemporaryDirectory() as folder, writing(Path(folder) / "s.db") as db:
        db.execute("PRAGMA foreign_keys = 0")
        with db.transaction():
            yield db


@given(st.lists(st.sets(st.integers(-3, 6)), max_size=8), st.sampled_from([0.1, 0.34, 0.6, 1.0]), st.integers(0, 3))
def test_reprints_are_found_however_common_their_sentences(marked: list[set[int]], share: float, common: int) -> None:
    settings = Settings(reprint_share=share)

    def one_text(shared: int, *sizes: int) -> bool:
        return reprints.same_text(shared, sizes[0], sizes[1], settings)

    with bare() as db, unittest.mock.patch.object(corpus, "COMMON", common):
        for number, marks in enumerate(marked):
            values = (number, str(number), len(marks))
            db.execute("INSERT INTO articles (number, id, marks) VALUES (?, ?, ?)", values)
            shared = corpus._shared(db, sorted(marks), settings)
            plain = {other: len(marks & held) for other, held in enumerate(marked[:number])}
            assert shared.items() <= plain.items()
            assert {o for o in shared if one_text(shared[o], len(marks), len(marked[o]))} == {
                o for o in plain if one_text(plain[o], len(marks), len(marked[o]))
            }
            db.many("INSERT INTO marks VALUES (?, ?)", ((mark, number) for mark in marks))


def packed(count: int) -> list[bytes]:
    """Vectors of claims, all different."""
    vectors = np.random.default_rng(count).uniform(-0.5, 0.5, size=(count, 4))
    return [library.pack(vector) for vector in pairing.stepped(vectors.astype(np.float32))]


def test_many_vectors_are_compared_a_part_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    with bare() as db:
        nearest.add(db, [("statement", "Arvenia", claim, vector) for claim, vector in enumerate(packed(40))])
        nearest.put_floors(db, {claim: claim / 80 for claim in range(40)})
        found = []
        for size in (1, 7, 512):
            monkeypatch.setattr(nearest, "QUERIES", size)
            near = nearest.within(db, "statement", "Arvenia", packed(9), 0.4)
            found.append([near, nearest.within(db, "statement", "Arvenia", packed(9), 0.1, over_floor=True)])
        assert found[0] == found[1] == found[2]
        assert all(0 < len(claims) < 40 for claims in found[0])


def test_new_actions_are_not_compared_where_every_statement_is_due(monkeypatch: pytest.MonkeyPatch) -> None:
    searched = []
    within = nearest.within

    def noted(db: Database, kind: str, party: str, *rest: Any, **named: Any) -> set[int]:
        searched.append(party)
        return within(db, kind, party, *rest, **named)

    monkeypatch.setattr(nearest, "within", noted)
    with bare() as db:
        sides = [("statement", party, claim, packed(4)[claim]) for claim, party in enumerate("AABB")]
        nearest.add(db, sides)
        db.many("INSERT INTO due_statements VALUES (?)", [(0,), (1,), (2,)])
        corpus._reach(db, [("action", party, 9, packed(4)[3]) for party in "ABC"], Settings())
        assert searched == ["B"]
        assert db.rows("SELECT claim FROM due_statements ORDER BY claim") == [(0,), (1,), (2,), (3,)]
