"""Gates of pairing: laws that hold for any corpus, and the counts that account for every combination; reprints."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Collection
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from analyzer import evidence, pairing, reprints
from analyzer.pairing import candidates, gap_days, pair_of, sides
from analyzer.records import Action, Article, Counts, Dated, Dropped, Kind, Pair, Statement, parties_of
from analyzer.settings import Settings

Row = tuple[str, int, str | None, dt.date | None]
PARTIES = [None, "Arvenia", "Lorigia", "Corvane", "Arvenia; Lorigia"]
# What each article is about: whose a claim of unknown party may be.
ABOUT: dict[str, tuple[tuple[str, int], ...]] = {
    "a": (("Arvenia", 50),),
    "b": (("Lorigia", 40), ("Arvenia", 30)),
    "c": (),
    "d": (("Corvane", 50),),
}
days = st.one_of(st.none(), st.dates(dt.date(2020, 1, 1), dt.date(2023, 12, 31)))


def statement(article: str, number: int, party: str | None, day: dt.date | None) -> Statement:
    date = Dated(day, "day", "test") if day else None
    text = f"We will not do thing {number}"
    made = Statement(article, number * 100, number * 100 + 20, text, text, Kind.DENIAL, None, party, None, date, 0.9)
    return replace(made, around=() if party else ABOUT[article])


def action(article: str, number: int, party: str | None, day: dt.date | None) -> Action:
    date = Dated(day, "day", "test") if day else None
    text = f"They did thing {number}"
    span = (number * 100 + 50, number * 100 + 70)
    made = Action(article, *span, text, text, None, party, None, False, None, date, 0.9)
    return replace(made, around=() if party else ABOUT[article])


claim = st.tuples(st.sampled_from("abcd"), st.integers(0, 99), st.sampled_from(PARTIES), days)
said_lists = st.lists(claim, min_size=1, max_size=8, unique_by=lambda c: c[:2])
done_lists = st.lists(claim, min_size=1, max_size=8, unique_by=lambda c: c[:2])


def unit(n: int, seed: int) -> NDArray[np.float32]:
    vectors = np.random.default_rng(seed).normal(size=(n, 4)).astype(np.float32)
    return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)


def paired(
    said: list[Row], done: list[Row], settings: Settings, origins: dict[str, str] | None = None
) -> tuple[list[Pair], Counts, list[Dropped]]:
    counts, dropped = Counts(), list[Dropped]()
    statements = [statement(*c) for c in said]
    actions = [action(*c) for c in done]
    pairs = candidates(
        statements, unit(len(said), 1), actions, unit(len(done), 2), origins or {}, settings, counts, dropped
    )
    return list(pairs), counts, dropped


@given(said_lists, done_lists, st.integers(1, 5))
def test_laws_of_pairing(said: list[Row], done: list[Row], most: int) -> None:
    settings = Settings(max_candidates=most, least_prospect=0.01)
    pairs, counts, dropped = paired(said, done, settings)
    seen: dict[str, int] = {}
    for pair in pairs:
        assert pair.statement.article != pair.action.article
        shared = set(parties_of(pair.statement.party)) & set(parties_of(pair.action.party))
        assert set(sides(pair.statement)) & set(sides(pair.action))
        assert pair.party_match is (True if shared else None)
        assert pair.gap_days is None or pair.gap_days >= -settings.background_days
        seen[pair.statement.id] = seen.get(pair.statement.id, 0) + 1
    assert all(n <= most for n in seen.values())
    # Nothing is dropped uncounted, and --explain lists exactly what was counted.
    total = counts.values["statement × action combinations"]
    fallen = sum(n for name, n in counts.values.items() if name.startswith("dropped"))
    assert total == len(said) * len(done) == len(pairs) + fallen
    assert len(dropped) == fallen


@given(said_lists, done_lists)
def test_order_of_input_does_not_matter(said: list[Row], done: list[Row]) -> None:
    settings = Settings(max_candidates=100, least_prospect=0.0)

    def keys(a: list[Row], b: list[Row]) -> set[tuple[str, str, int | None]]:
        return {(p.statement.id, p.action.id, p.gap_days) for p in paired(a, b, settings)[0]}

    assert keys(said, done) == keys(said[::-1], done[::-1])


def test_reprint_of_the_same_text_is_no_second_source() -> None:
    said: list[Row] = [("a", 1, "Arvenia", None)]
    done: list[Row] = [("b", 2, "Arvenia", None)]
    assert len(paired(said, done, Settings(least_prospect=0.0))[0]) == 1
    pairs, counts, _ = paired(said, done, Settings(least_prospect=0.0), {"b": "a"})
    assert not pairs
    assert counts.values["dropped: the same article or its reprint"] == 1


def test_old_background_is_dropped_and_named() -> None:
    said: list[Row] = [("a", 1, "Arvenia", dt.date(2022, 1, 28))]
    done: list[Row] = [("b", 2, "Arvenia", dt.date(2014, 3, 18))]
    pairs, _, dropped = paired(said, done, Settings())
    assert not pairs
    assert dropped[0].gate == "old background"
    assert "2873 days older" in dropped[0].reason


def test_what_was_long_past_when_told_is_background_to_a_statement_without_a_date() -> None:
    """Nothing tells that the statement is as old as the act; one with a date is held against the act's own."""
    settings = Settings(least_prospect=0.0)
    vectors = unit(1, 1), unit(1, 2)
    for age, day, gate in ((400, None, "old background"), (300, None, ""), (400, dt.date(2022, 1, 28), "")):
        told = replace(action("b", 2, "Arvenia", dt.date(2022, 1, 27)), age=age)
        said = statement("a", 1, "Arvenia", day)
        for dropped in (None, list[Dropped]()):
            counts = Counts()
            pairs = list(candidates([said], vectors[0], [told], vectors[1], {}, settings, counts, dropped))
            assert len(pairs) == (not gate)
            assert counts.values["dropped: old background"] == bool(gate)
            if gate and dropped is not None:
                assert dropped[0].reason == "the act was 400 days old when told, and the statement has no date"


def test_an_act_of_nobody_known_meets_only_whom_its_article_is_about() -> None:
    said: list[Row] = [("a", 1, "Arvenia", None), ("d", 1, "Corvane", None), ("a", 2, None, None)]
    pairs, _, dropped = paired(said, [("b", 2, None, None)], Settings(least_prospect=0.0))
    assert [(p.statement.party, p.party_match) for p in pairs] == [("Arvenia", None), (None, None)]
    assert [d.reason for d in dropped] == ["said by Corvane, done by nobody known"]


def test_a_coarse_date_may_hold_the_day() -> None:
    said = statement("a", 1, "Arvenia", dt.date(2022, 1, 28))
    done = action("b", 2, "Arvenia", None)
    for day, precision, gap in (
        (dt.date(2022, 1, 1), "year", 0),
        (dt.date(2022, 1, 1), "month", 0),
        (dt.date(2022, 2, 1), "month", 4),
        (dt.date(2021, 1, 1), "year", -28),
    ):
        dated = Action(**{**{f: getattr(done, f) for f in done.__slots__}, "date": Dated(day, precision, "test")})
        assert gap_days(said, dated) == gap


def test_no_pair_under_the_least_similarity_has_the_prospect_asked_for() -> None:
    """The bound by which far vectors are passed over never loses a pair that the gate would let through."""
    for least in (0.005, 0.04, 0.3):
        bound = evidence.least_similarity(least)
        for said, done, days in itertools.product(PARTIES, PARTIES, (None, 400, 0, -10, -100)):
            day = dt.date(2022, 1, 28)
            one = statement("a", 1, said, day)
            other = action("b", 2, done, None if days is None else day + dt.timedelta(days=days))
            sure = pair_of(replace(one, probability=1.0), replace(other, probability=1.0), bound - 0.001)
            assert evidence.prospect(sure) < least
    assert evidence.least_similarity(0.0) == -1.0


def test_a_nearer_act_and_a_surer_party_have_the_better_prospect() -> None:
    one, other = statement("a", 1, "Arvenia", None), action("b", 2, "Arvenia", None)
    near, far = (evidence.prospect(pair_of(one, other, s)) for s in (0.6, 0.4))
    unsure = evidence.prospect(pair_of(one, action("b", 2, None, None), 0.6))
    assert 0 < far < near < 1
    assert unsure < near


@given(said_lists, done_lists, st.integers(1, 5), st.sampled_from([0.0, 0.01, 0.1, 1.0]), st.sampled_from([1e-9, 1.0]))
def test_pairs_and_counts_are_the_same_when_nothing_is_listed(
    said: list[Row], done: list[Row], most: int, least: float, doubt: float
) -> None:
    """Gates that look at all actions of a statement at once let the same pairs through as those that name each."""
    statements = [replace(statement(*c), probability=0.5 + c[1] / 200) for c in said]
    actions = [replace(action(*c), probability=0.3 + c[1] / 200, age=8 * c[1]) for c in done]
    vectors = unit(len(said), 1), unit(3, 2)[np.arange(len(done)) % 3]  # reprints tie

    def both(settings: Settings) -> list[Pair]:
        found = []
        for dropped in (None, list[Dropped]()):
            counts = Counts()
            pairs = candidates(statements, vectors[0], actions, vectors[1], {"b": "a"}, settings, counts, dropped)
            found.append((list(pairs), list(counts.values.items())))
        assert found[0] == found[1]
        return found[0][0]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pairing, "DOUBT", doubt)  # 1: every pair is worked out by itself
        for pair in both(Settings(max_candidates=most, least_prospect=least)):
            both(Settings(max_candidates=most, least_prospect=evidence.prospect(pair)))  # one that just passes


def origins(marked: list[Collection[int]], settings: Settings | None = None) -> list[int]:
    """Which article each one reprints, by number."""
    articles = [Article(f"text {number}", f"{number:04}.txt") for number in range(len(marked))]
    held = {a.id: frozenset(map(str, marks)) for a, marks in zip(articles, marked, strict=True)}
    found = reprints.origins(articles, held, settings or Settings())
    numbers = {article.id: number for number, article in enumerate(articles)}
    return [numbers[found[article.id]] for article in articles]


@given(st.lists(st.sets(st.integers(0, 9)), max_size=8), st.sampled_from([0.1, 0.34, 0.6, 0.7, 1.0]))
def test_origins_are_those_of_a_plain_comparison(marked: list[set[int]], share: float) -> None:
    settings = Settings(reprint_share=share)
    ids = [Article(f"text {number}", "").id for number in range(len(marked))]
    links = {
        one: {
            other: len(marked[i] & marked[j])
            for j, other in enumerate(ids)
            if i != j and reprints.same_text(len(marked[i] & marked[j]), len(marked[i]), len(marked[j]), settings)
        }
        for i, one in enumerate(ids)
    }
    expected = reprints.follow(ids, links)
    assert origins(list(marked), settings) == [ids.index(expected[one]) for one in ids]


def test_a_line_under_everything_makes_nothing_a_reprint(monkeypatch: pytest.MonkeyPatch) -> None:
    """An agency's text is found in all papers that carry it, and no article is compared for what all of them print."""
    compared = []
    same_text = reprints.same_text

    def noted(shared: int, one: int, other: int, settings: Settings) -> bool:
        compared.append(shared)
        return same_text(shared, one, other, settings)

    monkeypatch.setattr(reprints, "same_text", noted)
    below = [0, 1, 2]  # the paper's own lines
    own = [[*below, *range(1000 * number, 1000 * number + 8)] for number in range(1, 301)]
    agency = [[*below, *range(10, 17 + number % 4)] for number in range(60)]
    assert origins([*own, *agency]) == [*range(300), *[300] * 60]
    assert len(compared) == 60 * 59
