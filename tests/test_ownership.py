"""Whose a claim is: the word of grammar and the chances of the encoder, joined."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer import ownership, parties
from analyzer.claims import owned
from analyzer.encoder import Encoder, Mention
from analyzer.graph import OpenVINOStates
from analyzer.ownership import NOBODY, settle
from analyzer.records import Article, Claim, ClaimType
from analyzer.sentences import split
from analyzer.settings import Settings
from analyzer.syntax import parse
from analyzer.torchnet import TorchStates
from analyzer.weights import folder, load_arrays

SETTINGS = Settings()
PARTIES = ("Norway", "Tarrant Ferries", "Port of Dunmore")

ways = st.sampled_from(sorted(ownership.weights()))
chances = st.dictionaries(st.sampled_from(PARTIES), st.floats(0, 0.33), max_size=3)


@given(ways, chances, chances)
def test_chances_are_a_distribution(way: str, said: dict[str, float], shares: dict[str, float]) -> None:
    found = ownership.chances(way, said, shares)
    assert sum(found.values()) == pytest.approx(1)
    assert set(found) == {*said, *shares, NOBODY}


@given(ways, chances, chances)
def test_a_claim_is_of_nobody_but_who_was_named(way: str, said: dict[str, float], shares: dict[str, float]) -> None:
    found = settle(way, said, shares, SETTINGS)
    assert {*found.parties, *(party for party, _ in found.around)} <= {*said, *shares}


def test_a_name_in_the_text_outweighs_a_doubtful_encoder() -> None:
    found = settle("name", {"Norway": 1.0}, {"Tarrant Ferries": 0.3, "Norway": 0.2}, SETTINGS)
    assert found.parties == ("Norway",)


def test_a_bare_noun_goes_where_the_encoder_is_sure() -> None:
    assert settle("noun", {}, {"Tarrant Ferries": 0.95}, SETTINGS).parties == ("Tarrant Ferries",)


def test_what_nobody_knows_keeps_those_it_may_be() -> None:
    found = settle("noun", {}, {"Tarrant Ferries": 0.3, "Norway": 0.27, "Chile": 0.25}, SETTINGS)
    assert found.parties == ()
    assert [party for party, _ in found.around] == ["Tarrant Ferries", "Norway", "Chile"]
    assert all(0 < chance < 100 for _, chance in found.around)


def test_both_sides_of_a_joint_act_stay() -> None:
    both = {"Norway": 1.0, "Tarrant Ferries": 1.0}
    assert set(settle("name", both, {"Norway": 0.5, "Tarrant Ferries": 0.4}, SETTINGS).parties) == set(both)


TEXT = """Tarrant Ferries to keep all crews

DUNMORE - Tarrant Ferries has no plans to dismiss any crews, it said on Monday. Chief executive Moira Keane met the
Seafarers' Union in Dunmore.

Norway's transport ministry would not comment.

The company has since sent redundancy notices to 340 sailors.
"""


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


def test_the_company_is_the_one_the_article_is_about(encoder: Encoder) -> None:
    article = Article(TEXT, "t.txt")
    spans = split(article)
    who = parties.resolve(article, spans, parse(article, spans))
    start = TEXT.index("The company has since")
    sentence = next(s for s in spans if s.start <= start < s.end)
    claim = Claim(ClaimType.ACTION, sentence.index, start, TEXT.index("sailors") + 7, 1.0)
    readings = encoder.read([[TEXT[s.start : s.end] for s in spans]])[0]
    (claim,) = owned([claim], [name for name, _ in who.timeline], spans, readings, encoder)
    found = who.shares(claim.owners)
    assert max(found, key=lambda party: found[party]) == "Tarrant Ferries"
    assert sum(found.values()) <= 1.01


def test_the_order_of_names_does_not_matter(encoder: Encoder) -> None:
    readings = encoder.read([["Norway blamed Tarrant.", "It closed the pier.", "Dunmore waits."]])[0]
    names = [Mention(0, 0, 6), Mention(0, 14, 21), Mention(2, 0, 7)]
    claims = [(Mention(1, 0, 18), ClaimType.ACTION)]
    (ahead,) = encoder.owners(readings, claims, names)
    (back,) = encoder.owners(readings, claims, names[::-1])
    assert np.allclose(ahead[:-1], back[:-1][::-1], atol=1e-5)
    assert ahead.sum() == pytest.approx(1, abs=1e-5)


def test_without_names_it_is_nobodys(encoder: Encoder) -> None:
    readings = encoder.read([["It closed the pier."]])[0]
    (found,) = encoder.owners(readings, [(Mention(0, 0, 18), ClaimType.ACTION)], [])
    assert found.tolist() == [1.0]


def test_an_outsider_acts_for_nobody_however_sure_the_encoder_is() -> None:
    found = settle(ownership.OUTSIDER, {}, {"Norway": 0.95}, SETTINGS)
    assert found == ownership.Settled(())


def test_both_ways_of_running_the_encoder_agree() -> None:
    path = folder("encoder")
    config = json.loads((path / "config.json").read_text(encoding="utf-8"))
    body = {name: tensor for name, tensor in load_arrays(path).items() if name.startswith("mpnet.")}
    ids = Encoder().tokenize(["The port of Dunmore has closed its second berth, the harbour master said."])[0][0]
    one, other = (next(iter(way(config, body, 2).states([ids]))) for way in (OpenVINOStates, TorchStates))
    assert one.shape == other.shape == (len(ids), config["hidden_size"])
    size = np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    assert ((one * other).sum(axis=1) / size).min() > 0.99


def test_who_is_only_described_is_told_where_nobody_named_is_likelier() -> None:
    assert settle(ownership.OUTSIDER, {}, {"Norway": 0.3}, SETTINGS, "protesters").parties == ("protesters",)
    assert settle("noun", {}, {"Norway": 0.95}, SETTINGS, "teachers").parties == ("Norway",)
