"""A store grown bit by bit holds what one run over everything would: any split, any order, changes on the way."""

from __future__ import annotations

import shutil
import tempfile
import unittest.mock
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import stores
import tiny
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from analyzer import pairing, pipeline, stored
from analyzer.aliases import Affiliations, unify
from analyzer.records import Article, InputError, Run
from analyzer.store import library, names, nearest
from analyzer.store.codec import unsqueeze
from analyzer.store.database import reading, writing


def calls(run: Run) -> tuple[int, int]:
    """Sentences encoded and pairs scored in a run."""
    return run.counts["sentences encoded"], run.counts["pairs scored"]


def test_at_once_in_a_store_is_as_without_one() -> None:
    plain = pipeline.analyze([stores.corpus()], stores.settings()).run
    findings, pairs = stores.outcome(stores.template())
    articles = {a.id: a.path for a in plain.articles}
    expected = {}
    for one in plain.scored:
        said, done = one.pair.statement, one.pair.action
        expected[articles[said.article], said.start, articles[done.article], done.start] = one.rank_score
    places = ("statement_article", "statement_start", "action_article", "action_start")
    assert {tuple(row[name] for name in places) for row in pairs} == set(expected)
    for row in pairs:  # batches of another shape round differently
        assert row["score"] == pytest.approx(expected[tuple(row[name] for name in places)], abs=0.02)
    assert len(findings) == pytest.approx(len(plain.findings), abs=2)
    assert findings
    assert sum(len(f["actions"]) > 1 for f in findings)


@pytest.mark.parametrize("seed", range(5))
def test_any_split_in_any_order_comes_to_the_same(seed: int, tmp_path: Path) -> None:
    store = stores.warm(tmp_path / "s.db")
    for part in stores.split(stores.corpus().iterdir(), seed):
        run = stored.analyze(part, store, stores.settings(), at=stores.AT).run
        assert run.counts["sentences encoded"] == 0
    assert stores.outcome(store) == stores.outcome(stores.template())


def test_the_corpus_holds_what_makes_it_hard() -> None:
    """Reprints whose origin arrives late, names that articles tell of each other, full lists of candidates."""
    with reading(stores.template()) as db:
        assert db.one("SELECT count(*) FROM articles WHERE origin != id")
        assert db.one("SELECT count(*) FROM votes GROUP BY name ORDER BY count(*) DESC") > 1
        parties = [party for (party,) in db.rows("SELECT DISTINCT party FROM blocks WHERE type = 'statement'")]
        scans = (part for party in parties for part in nearest.scan(db, "statement", party))
        assert any((part.floors > nearest.OPEN).any() for part in scans)
        assert db.one("SELECT count(*) FROM claims WHERE party = ''")
        assert db.one("SELECT count(*) FROM claims c JOIN aliases a ON c.party = a.party AND a.name != a.party")


def test_a_second_run_makes_no_call_and_changes_nothing(tmp_path: Path) -> None:
    store = stores.copy_store(tmp_path / "s.db")
    before = stores.outcome(store)
    run = stored.analyze([stores.corpus()], store, stores.settings(), at=stores.AT).run
    assert calls(run) == (0, 0)
    assert run.counts["sentences known from the store"] > 100
    assert run.stored is not None
    assert run.stored.changed == {}
    assert not any(finding.new for finding in run.findings)
    assert stores.outcome(store) == before == stores.outcome(store, 1)


def test_only_what_is_new_is_computed(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    shutil.copytree(stores.corpus(), folder)
    late = sorted(folder.iterdir())[3]
    late = late.rename(tmp_path / late.name)
    store = stores.warm(tmp_path / "s.db")
    stored.analyze([folder], store, stores.settings(), at=stores.AT)
    with reading(store) as db:
        before = db.rows("SELECT id, born FROM pairs WHERE died IS NULL")
    run = stored.analyze([late], store, stores.settings(), at=stores.AT).run
    assert run.stored is not None
    assert run.stored.new == 1
    with reading(store) as db:
        kept = db.one("SELECT count(*) FROM pairs WHERE died IS NULL AND born = 1")
        assert kept > len(before) / 2
        assert db.one("SELECT count(*) FROM pairs WHERE born = 2") < len(before) / 2


@pytest.mark.parametrize(
    ("change", "encoded", "scored"),
    [
        ({"finding_threshold": 0.45}, False, False),
        ({"accusation_weight": 0.2, "reprint_share": 1.0}, False, False),
        ({"report_findings": 3, "threads": 1}, False, False),
        ({"max_candidates": 5}, False, False),
        ({"least_prospect": 1.0}, False, False),
        ({"max_candidates": 12}, False, True),
        ({"action_threshold": 0.8}, True, None),
    ],
)
def test_a_setting_recomputes_what_depends_on_it(
    change: dict[str, float], encoded: bool, scored: bool | None, tmp_path: Path
) -> None:
    store = stores.copy_store(tmp_path / "s.db")
    other = replace(stores.settings(), **change)  # type: ignore[arg-type]
    run = stored.analyze([stores.corpus()], store, other, at=stores.AT).run
    assert (run.counts["sentences encoded"] > 0) == encoded
    assert scored is None or (run.counts["pairs scored"] > 0) == scored
    again = stored.analyze([stores.corpus()], store, stores.settings(), at=stores.AT).run
    assert calls(again) == (0, 0)
    assert stores.outcome(store) == stores.outcome(stores.template())


def test_other_rules_read_every_article_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = stores.copy_store(tmp_path / "s.db")
    monkeypatch.setattr(stored, "_rules", lambda: "others")
    run = stored.analyze([stores.corpus()], store, stores.settings(), at=stores.AT).run
    assert run.counts["sentences known from the store"] == 0
    assert run.counts["sentences encoded"] > 0
    assert stores.outcome(store) == stores.outcome(stores.template())


def test_another_model_scores_every_pair_again_and_says_so(tmp_path: Path) -> None:
    store = stores.copy_store(tmp_path / "s.db")
    other = replace(stores.settings(), model=tiny.save_model(tmp_path / "other", seed=1))
    run = stored.analyze([stores.corpus()], store, other, at=stores.AT).run
    assert run.counts["sentences encoded"] == 0
    assert run.counts["pairs scored"] >= len(stores.outcome(stores.template())[1]) - 50
    assert run.stored is not None
    reasons = [why for change in run.stored.changes if change.kind in {"rose", "fell"} for why in change.why]
    assert "scored by another model" in reasons
    assert stores.outcome(store, 1) == stores.outcome(stores.template())


def test_a_changed_article_is_a_new_version_and_the_old_one_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    shutil.copytree(stores.corpus(), folder)
    store = stores.warm(tmp_path / "s.db")
    first = stored.analyze([folder], store, stores.settings(), at=stores.AT).run
    path = next(folder.glob("04*"))
    old = path.read_text(encoding="utf-8")
    path.write_text(old + "\n\nThe ministry in Orvask declined to comment on Sunday evening.\n", encoding="utf-8")
    run = stored.analyze([folder], store, stores.settings(), at=stores.AT).run
    assert run.counts["new versions of articles known before"] == 1
    assert run.counts["articles in the store"] == first.counts["articles in the store"]
    with reading(store) as db:
        rows = db.rows("SELECT version, current FROM sources WHERE path = ? ORDER BY version", (str(path),))
        assert rows == [(1, 0), (2, 1)]
    whole = stores.warm(tmp_path / "w.db")
    stored.analyze([folder], whole, stores.settings(), at=stores.AT)
    assert [f["statement"]["text"] for f in stores.outcome(store)[0]] == [
        f["statement"]["text"] for f in stores.outcome(whole)[0]
    ]
    path.write_text(old, encoding="utf-8")
    back = stored.analyze([folder], store, stores.settings(), at=stores.AT).run
    assert calls(back) == (0, 0)
    assert stores.outcome(store) == stores.outcome(store, 1)


def test_copies_are_recognised(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    shutil.copytree(stores.corpus(), folder)
    store = stores.warm(tmp_path / "s.db")
    stored.analyze([folder], store, stores.settings(), at=stores.AT)
    text = next(folder.glob("04*")).read_text(encoding="utf-8")
    (tmp_path / "copy.txt").write_text(text, encoding="utf-8")
    (tmp_path / "spaced.txt").write_text("\n" + text.replace("\n", "\n\n") + "  \n", encoding="utf-8")
    before = stores.outcome(store)
    for name in ("copy.txt", "spaced.txt"):
        run = stored.analyze([tmp_path / name], store, stores.settings(), at=stores.AT).run
        assert calls(run) == (0, 0)
        assert run.counts["copies of articles known from elsewhere"] == 1
        assert run.counts["new to the store"] == 0
        assert stores.outcome(store) == before
    # The copy is quoted when the file it was first read from has another text.
    next(folder.glob("04*")).write_text("A text that has nothing to do with what this file held before.")
    stored.analyze([folder], store, stores.settings(), at=stores.AT)
    assert any(str(tmp_path / "copy.txt") == row["statement_article"] for row in stores.outcome(store)[1])


def test_a_renamed_file_is_quoted_under_its_new_name(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    shutil.copytree(stores.corpus(), folder)
    store = stores.warm(tmp_path / "s.db")
    stored.analyze([folder], store, stores.settings(), at=stores.AT)
    before = stores.outcome(store)
    old = folder / Path(before[1][0]["statement_article"]).name
    new = old.rename(folder / "renamed.txt")
    run = stored.analyze([folder], store, stores.settings(), at=stores.AT).run
    assert calls(run) == (0, 0)
    assert run.stored is not None
    assert (run.stored.new, run.stored.changed) == (0, {})
    after = stores.outcome(store)
    assert [{**row, "statement_article": "", "action_article": ""} for row in after[1]] == [
        {**row, "statement_article": "", "action_article": ""} for row in before[1]
    ]
    places = {row[name] for row in after[1] for name in ("statement_article", "action_article")}
    assert str(new) in places
    assert str(old) not in places


def test_a_feed_is_read_entry_by_entry_and_keeps_what_falls_off_it(tmp_path: Path) -> None:
    paths = sorted(stores.corpus().iterdir())[:4]
    texts = [" ".join(p.read_text(encoding="utf-8").split()).replace("&", "+").replace("<", " ") for p in paths]
    feed, store = tmp_path / "feed.xml", tmp_path / "s.db"

    def write(numbers: list[int], texts: list[str]) -> None:
        items = "".join(
            f"<item><title>T{n}</title><link>https://paper.example/{n}</link><description>{texts[n]}</description></item>"
            for n in numbers
        )
        feed.write_text(f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>', encoding="utf-8")

    write([0, 1, 2], texts)
    first = stored.analyze([feed], store, stores.settings(), at=stores.AT).run
    assert first.counts["new to the store"] == 3
    texts[2] += " The ministry declined to comment on Sunday evening."
    write([3, 2, 1], texts)  # a new entry on top, one changed, the oldest gone
    second = stored.analyze([feed], store, stores.settings(), at=stores.AT).run
    assert second.counts["new to the store"] == 1
    assert second.counts["new versions of articles known before"] == 1
    assert second.counts["articles in the store"] == 4
    third = stored.analyze([feed], store, stores.settings(), at=stores.AT).run
    assert calls(third) == (0, 0)


def test_a_path_with_a_hash_sign_is_one_source(tmp_path: Path) -> None:
    """Of one file, or of a file of rows at an address with such a sign of its own."""
    row = Article("The ferries ran.", f"{tmp_path}/C#/rows.jsonl#2", url="https://paper.example/1#top")
    with writing(tmp_path / "s.db") as db, db.transaction():
        for article in (Article("The port dismissed nobody.", f"{tmp_path}/C#/a.txt"), row):
            assert library.remember(db, article)[1] == "new"
            assert library.remember(db, replace(article, text="Another text."))[1] != "copy"
        assert db.one("SELECT count(*) FROM sources WHERE current") == 2
        (tmp_path / "C#").mkdir()
        names = [name for (name,) in db.rows("SELECT DISTINCT name FROM sources")]
        assert not any(map(library._is_there, names))
        (tmp_path / "C#" / "a.txt").touch()
        (tmp_path / "C#" / "rows.jsonl").touch()
        assert all(map(library._is_there, names))


def test_the_watch_reads_what_is_new(tmp_path: Path) -> None:
    folder, store = tmp_path / "in", stores.warm(tmp_path / "s.db")
    shutil.copytree(stores.corpus(), folder)
    late = sorted(folder.iterdir())[2].rename(tmp_path / "late.txt")
    first = stored.watch(folder, store, stores.settings(), at=stores.AT)
    assert first is not None
    assert stored.watch(folder, store, stores.settings(), at=stores.AT) is None
    late.rename(folder / "late.txt")
    second = stored.watch(folder, store, stores.settings(), at=stores.AT)
    assert second is not None
    assert second.run.counts["articles read"] == 1
    assert second.run.counts["articles in the store"] == first.run.counts["articles in the store"] + 1


def test_the_watch_reads_all_again_when_the_metadata_changes(tmp_path: Path) -> None:
    folder, store = tmp_path / "in", stores.warm(tmp_path / "s.db")
    shutil.copytree(stores.corpus(), folder)
    first, second, *_ = sorted(folder.glob("*.txt"))
    table = folder / "facts.csv"

    def look(text: str | None = None) -> Run | None:
        if text is not None:
            table.write_text(f"path,publisher\n{text}", encoding="utf-8")
        found = stored.watch(folder, store, stores.settings(), at=stores.AT, metadata=table)
        return found.run if found else None

    begun = look(f"{first.name},Herald\nnone.txt,Herald\n")
    assert begun is not None
    assert [one.path for one in begun.skipped] == [f"{table}#2"]  # the table itself is no article
    assert look() is None
    first.write_text(f"{first.read_text(encoding='utf-8')}\nThe ministry declined to comment.", encoding="utf-8")
    one = look()
    assert one is not None
    assert (one.counts["articles read"], one.skipped) == (1, ())  # rows for the others are no mistake
    every = look(f"{first.name},Herald\n{second.name},Courier\n")
    assert every is not None
    assert every.counts["articles read"] == begun.counts["articles read"]
    with reading(store) as db:
        sql = "SELECT body FROM documents d JOIN sources s ON s.document = d.id WHERE s.current"
        known = {unsqueeze(Article, body).publisher for (body,) in db.rows(sql)}
    assert known == {"Herald", "Courier", None}
    # One that was in the folder before it was asked for; a look without it forgets what was asked.
    assert stored.watch(folder, store, stores.settings(), at=stores.AT) is not None
    assert stored.watch(folder, store, stores.settings(), at=stores.AT) is None
    asked = look()
    assert asked is not None
    assert asked.counts["articles read"] == begun.counts["articles read"]
    with pytest.raises(InputError, match="no such file"):
        stored.watch(folder, store, stores.settings(), at=stores.AT, metadata=tmp_path / "none.csv")


unit = st.integers(0, 2**32 - 1).map(
    lambda seed: pairing.stepped(np.random.default_rng(seed).uniform(-0.5, 0.5, size=(3, 4)).astype(np.float32))
)


@settings(max_examples=30, deadline=None)
@given(st.lists(unit, min_size=1, max_size=8), unit, st.integers(1, 4), st.data())
def test_the_nearest_claims_are_those_of_a_plain_comparison(
    added: list[Any], queries: Any, most: int, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder, writing(Path(folder) / "s.db") as db:
        db.execute("PRAGMA foreign_keys = 0")  # claims without articles
        living: dict[int, Any] = {}
        with db.transaction(), unittest.mock.patch.object(nearest, "SIZE", 5):
            for number, rows in enumerate(added):
                new = {number * 3 + i: row for i, row in enumerate(rows)}
                nearest.add(db, [("action", "AB"[claim % 2], claim, library.pack(row)) for claim, row in new.items()])
                living |= new
                gone = [claim for claim in living if data.draw(st.booleans())]
                nearest.remove(db, gone)
                living = {claim: row for claim, row in living.items() if claim not in gone}
        wanted = [library.pack(query) for query in queries]
        for party in ("A", "B"):
            mine = {c: row for c, row in living.items() if party == "AB"[c % 2]}
            for query, near in zip(queries, nearest.best(db, "action", party, wanted, -0.2, most), strict=True):
                expected = {c: float(row @ query) for c, row in mine.items() if row @ query >= near.complete}
                assert dict(zip(near.numbers.tolist(), near.similarity.tolist(), strict=True)) == expected
                assert len(expected) >= most if near.shortened else near.complete == -0.2
            close = nearest.within(db, "action", party, wanted, 0.1)
            assert close == {c for c, row in mine.items() if max(queries @ row) >= 0.1}


NAMES = [
    "Arvenia", "Arvenian", "Dravia", "Marsh", "Ida Marsh", "Tom Marsh", "Corvane", "Corvane Bank", "Corvane Bank plc",
    "Corvane Press", "CB", "Ministry of Defence", "Ministry of Trade", "MD", "Harl Works", "Harl",
]  # fmt: skip
PARTIES = ["Arvenia", "Dravia", "Corvane", "Corvane Bank", "Corvane Bank plc", "Harl Works", "Ida Marsh"]
tables = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(PARTIES), max_size=5)
guesses = st.dictionaries(
    st.sampled_from(NAMES), st.dictionaries(st.sampled_from(PARTIES), st.integers(1, 100), min_size=1), max_size=5
)
said = st.tuples(tables, guesses, st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["state", "org", "person"])))


@settings(max_examples=60, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.lists(st.lists(said, min_size=1, max_size=3), min_size=1, max_size=4), st.data())
def test_names_kept_up_to_date_are_as_told_at_once(batches: list[list[Any]], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder, writing(Path(folder) / "s.db") as db:
        living: list[library.Found] = []
        for batch in batches:
            new = [library.Found(Article("", ""), (), (), one[0], one[1], one[2], frozenset()) for one in batch]
            gone = [one for one in living if data.draw(st.booleans())]
            with db.transaction():
                touched = [names.vote(db, one, -1) for one in gone] + [names.vote(db, one, 1) for one in new]
                names.renamed(db, set().union(*touched), set().union(*map(names.crossed, gone)))
            living = [one for one in living if not any(one is other for other in gone)] + new
            stated = (Affiliations(one.stated, one.kinds) for one in living)
            whole = unify(stated, (one.guesses for one in living))
            found = db.rows("SELECT name, party, kind FROM aliases")
            assert {name: party for name, party, _ in found if party} == dict(whole)
            assert {name: kind for name, _, kind in found if kind} == whole.kinds


@pytest.mark.parametrize("number", [1, 2, 3])
def test_votes_that_agree_are_all_counted_where_another_name_gets_them(number: int, tmp_path: Path) -> None:
    """What articles state of "Marsh" is counted with what they state of "Ida Marsh"."""
    tables = [{"Marsh": "Corvane"}] * number + [{"Ida Marsh": "Arvenia"}] * 2
    stated = [Affiliations(table, dict.fromkeys([*table, "Ida Marsh"], "person")) for table in tables]
    with writing(tmp_path / "s.db") as db, db.transaction():
        new = [library.Found(Article("", ""), (), (), one, {}, one.kinds, frozenset()) for one in stated]
        names.renamed(db, set().union(*(names.vote(db, one, 1) for one in new)), set())
        found = db.rows("SELECT name, party FROM aliases WHERE party != ''")
    assert dict(found) == dict(unify(stated))
    assert unify(stated)["Ida Marsh"] == ("Corvane" if number > 2 else "Arvenia")
