"""Finding statements and actions with the shipped encoder, on text of other stories than it was trained on."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer import clauses
from analyzer.claims import find
from analyzer.encoder import LONGEST, MARGIN, WINDOW, Encoder, windows
from analyzer.records import Article, Claim, ClaimType, Kind
from analyzer.sentences import split
from analyzer.settings import Settings
from analyzer.syntax import parse

STORIES = Path(__file__).parents[1] / "benchmarks" / "quality" / "data" / "stories"
STATEMENT, ACTION = ClaimType.STATEMENT, ClaimType.ACTION

ARTICLE = """Ferry line says no crew will go

DUNMORE, March 3, 2025 (Coast Herald) - Tarrant Ferries has no plans to dismiss any crews, it said on Monday.

"We will not cut a single job on the islands," chief executive Moira Keane told reporters in Dunmore.

The company has sent redundancy notices to 340 sailors, according to letters seen by the Herald.

Tarrant hired 200 agency seafarers in Riga last month.

Union leaders fear that the summer timetable will be next.

"This is the worst winter I can remember," said Tom Ashby, a deckhand of thirty years.

A Tarrant ferry at Dunmore pier. Photo: L. Byrne/Coast Herald

READ MORE: Ten islands to see before they sink
"""


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return Encoder()


def claims_of(text: str, encoder: Encoder) -> tuple[Article, list[Claim]]:
    article = Article(text, "test.txt")
    spans = split(article)
    readings = encoder.read([[text[s.start : s.end] for s in spans]])[0]
    return article, find(spans, parse(article, spans), readings, encoder, Settings())


def texts(article: Article, claims: list[Claim], claim_type: ClaimType) -> list[str]:
    return [article.text[c.start : c.end] for c in claims if c.type is claim_type]


def test_statements_and_actions_of_an_article(encoder: Encoder) -> None:
    article, found = claims_of(ARTICLE, encoder)
    said, done = texts(article, found, STATEMENT), texts(article, found, ACTION)
    assert any("no plans to dismiss" in text for text in said)
    assert any("We will not cut a single job on the islands" in text for text in said)
    assert any("redundancy notices to 340 sailors" in text for text in done)
    assert any("hired 200 agency seafarers" in text for text in done)
    everything = " ".join(said + done)
    for noise in ("worst winter", "summer timetable", "L. Byrne", "Ten islands"):
        assert noise not in everything


def test_claims_are_in_order_apart_and_within_their_sentence(encoder: Encoder) -> None:
    article, found = claims_of(ARTICLE, encoder)
    spans = split(article)
    assert found
    for claim in found:
        assert spans[claim.sentence].start <= claim.start < claim.end <= spans[claim.sentence].end
        assert 0 < claim.probability <= 1
        assert (claim.kind in set(Kind)) == (claim.type is STATEMENT)
    assert all(a.end <= b.start for a, b in pairwise(found))


def test_a_denial_is_a_denial_and_a_pledge_a_pledge(encoder: Encoder) -> None:
    article, found = claims_of(
        "Lindqvist Steel denied on Friday that it had dumped slag in the river.\n\n"
        '"We promise to clean up every metre of the bank by June," its chairman said.',
        encoder,
    )
    kinds = {article.text[c.start : c.end]: c.kind for c in found if c.type is STATEMENT}
    assert Kind.DENIAL in kinds.values()
    assert Kind.PLEDGE in kinds.values()


def test_nothing_in_nothing(encoder: Encoder) -> None:
    assert encoder.read([]) == []
    assert encoder.read([[]]) == [[]]
    assert claims_of("\n\n", encoder)[1] == []


def test_a_sentence_is_read_the_same_in_any_batch(encoder: Encoder) -> None:
    one = ["The ministry closed two bridges.", "It denied any danger."]
    alone = encoder.read([one])[0]
    among = encoder.read([["Another story."], one, ["A third."] * 40])[1]
    for a, b in zip(alone, among, strict=True):
        assert abs(a.tags - b.tags).max() < 0.05  # bf16 rounds with the batch's shape


def pieces(text: str) -> set[str]:
    said, done = clauses.candidates(parse(Article(text, "t"), split(Article(text, "t")))[0])
    return {text[a:b] for a, b in said | done}


def test_clauses_can_be_quoted_on_their_own() -> None:
    found = pieces(
        "The port has declared that it will not dismiss dockers, despite reports that 400 dockers were sent home."
    )
    assert any(piece.startswith("400 dockers were sent home") for piece in found)
    found = pieces("“We have no such plans,” said the minister, who left early.")
    assert "“We have no such plans,”" in found


@given(st.text(alphabet=st.sampled_from("abc ,.;:“”\"'’()-—\n"), max_size=60))
@settings(max_examples=200)
def test_tidy_stays_inside_the_text(text: str) -> None:
    start, end = clauses.tidy(text, 0, len(text))
    assert 0 <= start <= end <= len(text)
    assert text[start:end] == text[start:end].strip()


@given(st.lists(st.integers(1, WINDOW - 2), max_size=60))
def test_windows_keep_every_sentence_once_with_context(lengths: list[int]) -> None:
    kept: list[int] = []
    for first, last, keep, end in windows(lengths):
        assert first <= keep < end <= last
        total = sum(lengths[first:last]) + last - first
        assert total <= WINDOW or (last - 1 == keep and total < LONGEST)
        kept += range(keep, end)
        if first > 0 and keep > 0:
            full = total + lengths[first - 1] + 1 >= LONGEST
            assert sum(lengths[first:keep]) + keep - first >= MARGIN or first == 0 or full
    assert kept == list(range(len(lengths)))


def acts(text: str) -> set[str]:
    return {text[a:b] for a, b in clauses.candidates(parse(Article(text, "t"), split(Article(text, "t")))[0])[1]}


def test_what_is_brought_about_keeps_its_verb_and_who_brings_it_about() -> None:
    found = acts("The central bank let the pound slide by 38% on Wednesday and raised its rate.")
    assert "The central bank let the pound slide by 38% on Wednesday" in found
    assert not any(piece.startswith("the pound slide") for piece in found)
    found = acts("The council had eleven of the trees felled in May.")
    assert "The council had eleven of the trees felled in May." in found
    assert not any(piece.startswith("eleven of the trees felled") for piece in found)
    found = acts("The ministry ordered its units to withdraw from the city.")
    assert not any(piece.startswith("to withdraw") for piece in found)


def test_what_someone_stops_doing_keeps_that_verb() -> None:
    found = pieces("The chain will stop flying in fresh fruit by the end of 2022 and will sell no beef.")
    assert not any(piece.startswith("flying") for piece in found)
    assert "selling tainted milk to schools" in pieces("The dairy admitted selling tainted milk to schools.")


def test_no_piece_ends_within_a_word_or_with_another_quotation() -> None:
    found = pieces("The firm is silent despite its word that it would co-operate, the ministry said.")
    assert not any(piece.endswith(" co") for piece in found)
    found = acts('The trust deleted names in October and March, "in most cases on the basis of a rule".')
    assert "The trust deleted names in October and March" in found
    assert not any(piece.endswith(', "') for piece in found)
    assert clauses.unmarked("we will ballot in May.”", 0, 23) == (0, 22)
    assert clauses.unmarked("“we will ballot in May.”", 0, 24) == (0, 24)


@pytest.mark.parametrize(
    ("text", "act"),
    [
        ("The packer has recalled 900 tonnes of beef.", True),
        ("The state has added 9,000 men to its force.", True),
        ("The state has added that no men were sent.", False),
        ("The clerks were told to slow all payments.", True),
        ("The clerks were told that their jobs would end.", True),
        ("The firm told the clerks that no job would end.", False),
    ],
)
def test_a_word_that_also_tells_may_be_an_act(text: str, act: bool) -> None:
    assert (text in acts(text)) is act


def test_what_is_seen_or_told_is_the_act() -> None:
    found = acts("Villagers saw soldiers dig trenches near the mill.")
    assert any(piece.startswith("soldiers dig trenches near the mill") for piece in found)
    found = acts("Reporters saw that soldiers had dug two trenches.")
    assert any(piece.startswith("soldiers had dug two trenches") for piece in found)
    assert not any(piece.startswith("Reporters") for piece in found)


def test_no_piece_ends_in_a_preposition_or_begins_with_what_tied_it() -> None:
    found = pieces("The dockers went home after the company had closed the gate on Monday.")
    assert "the company had closed the gate on Monday" in found
    assert not any(piece.startswith("after") or piece.endswith(" on") for piece in found)


def verbs_tied(text: str) -> list[tuple[str, str]]:
    (doc,) = parse(Article(text, "t"), split(Article(text, "t")))
    return [(text[a:].split()[0], text[b:].split()[0]) for a, b, _ in clauses.joints(doc)]


@pytest.mark.parametrize(
    ("text", "tied"),
    [
        ("We will not close the school and we will not sell the land.", [("close", "sell")]),
        ("The company will keep the plant and will not cut pay.", [("keep", "cut")]),
        ("Guards opened the letters and burned them.", [("opened", "burned")]),
        ("The bank raised its rate while the government froze prices.", [("raised", "froze")]),
        ("We will not close or sell the school.", []),
        ("The house was searched and sealed by police.", []),
    ],
)
def test_clauses_that_can_stand_alone(text: str, tied: list[tuple[str, str]]) -> None:
    assert verbs_tied(text) == tied


def test_an_act_has_a_verb(encoder: Encoder) -> None:
    """In this article the encoder half believes in "a settlement in the West Bank" and "a hand in the committee"."""
    text = (STORIES / "told" / "articles" / "09-biden-dinner.txt").read_text(encoding="utf-8")
    done = texts(*claims_of(text, encoder), ACTION)
    assert any("condemn" in act or "approved" in act for act in done)
    assert {"a settlement in the West Bank", "a hand in the committee"}.isdisjoint(done)


def test_two_promises_and_two_acts_are_two_claims(encoder: Encoder) -> None:
    article, found = claims_of(
        "The town council will not touch the lime trees on Station Road and will not widen the road, and no shopkeeper "
        "will lose a parking space, Mayor Dora Pickett told a public meeting in March.\n\n"
        "The council sold the land in June and closed the school a week later.",
        encoder,
    )
    assert texts(article, found, STATEMENT) == [
        "The town council will not touch the lime trees on Station Road",
        "will not widen the road",
        "no shopkeeper will lose a parking space",
    ]
    assert "The council sold the land in June" in texts(article, found, ACTION)


@pytest.mark.parametrize(
    ("text", "settled"),
    [
        ("Tidewell will cut 210 jobs at Harlow Quay.", True),
        ("The council is to sell the depot in November.", True),
        ("The firm announced that it was closing two plants.", True),
        ("The shelter will be closed on April 30.", True),
        ("Banks will close branches and dismiss 300 clerks.", True),
        ("Tidewell will not cut 210 jobs.", False),
        ("No worker will be dismissed in March.", False),
        ("Tidewell will cut 210 jobs unless orders recover.", False),
        ("The state will help 210 workers find jobs.", False),
        ("Tidewell will cut jobs.", False),
        ("Tidewell could cut 210 jobs.", False),
    ],
)
def test_measures_that_are_announced(text: str, settled: bool) -> None:
    (doc,) = parse(Article(text, "t"), split(Article(text, "t")))
    assert clauses.announces(doc, 0, len(text)) is settled


def test_an_announced_measure_is_said_and_done(encoder: Encoder) -> None:
    article, found = claims_of(
        "HARLOW, Sept 3 (Reuters) - Port operator Tidewell said on Tuesday it would cut 210 jobs at Harlow Quay.",
        encoder,
    )
    (said,), (done,) = texts(article, found, STATEMENT), texts(article, found, ACTION)
    assert said == done
    assert "cut 210 jobs" in said


BELOW = "OSLO, May 4, 2025 - Delegates met in the city for a second day. It was cold, and few people stood outside."


@pytest.mark.parametrize(
    ("headline", "said", "done"),
    [
        ("Ferry crisis: Norway vows no cuts on northern routes", ["Norway vows no cuts on northern routes"], []),
        ("Tarrant Ferries lays off 340 sailors in Dunmore", [], ["Tarrant Ferries lays off 340 sailors in Dunmore"]),
        ("Is Tarrant Ferries about to lay off its sailors?", [], []),
        ("Five things to know about the ferry talks", [], []),
        ("Fears grow of a new round of cuts", [], []),
    ],
)
def test_a_headline_counts_where_the_text_below_does_not_tell_it(
    encoder: Encoder, headline: str, said: list[str], done: list[str]
) -> None:
    article, found = claims_of(f"{headline}\n\n{BELOW}\n", encoder)
    found = [claim for claim in found if claim.end <= len(headline)]
    assert texts(article, found, STATEMENT) == said
    assert texts(article, found, ACTION) == done


def test_a_headline_that_the_text_below_tells_is_no_second_claim(encoder: Encoder) -> None:
    headline = "Ferry line says no crew will go"
    _, found = claims_of(ARTICLE, encoder)
    assert all(claim.start > len(headline) for claim in found)
    alone = ARTICLE.splitlines()[0] + "\n\n" + BELOW + "\n"
    article, found = claims_of(alone, encoder)
    assert any("no crew will go" in text for text in texts(article, found, STATEMENT))


@pytest.mark.parametrize(
    ("text", "whole", "broken"),
    [
        (
            "Shell, which had promised to leave the reserve, has drilled two wells there.",
            ["which had promised to leave the reserve", "has drilled two wells there."],
            "",
        ),
        (
            "Norway shut its border on Monday and Sweden hit back with tariffs.",
            ["Norway shut its border on Monday", "Sweden hit back with tariffs"],
            "and Sweden",
        ),
        (
            "Norway shut its border and Sweden expelled two envoys.",
            ["Norway shut its border", "Sweden expelled two envoys"],
            "and Sweden",
        ),
        ("Norway shut its border and ports and expelled two envoys.", ["Norway shut its border and ports"], "border"),
        ("According to the ruling, staff wiped two servers.", ["staff wiped two servers."], ""),
        (
            "“It is Georgia that has shelled two towns,” he said.",
            ["It is Georgia that has shelled two towns"],
            "Georgia",
        ),
    ],
)
def test_two_subjects_are_two_pieces(text: str, whole: list[str], broken: str) -> None:
    found = pieces(text)
    assert set(whole) <= found
    assert not broken or not any(text.startswith(piece) and piece.endswith(broken) for piece in found)


def test_a_subject_keeps_what_is_no_word_of_its_own() -> None:
    assert "has drilled two wells." not in pieces("Shell, which owns the reserve, has drilled two wells.")


def test_two_subjects_tie_two_clauses() -> None:
    assert verbs_tied("Norway shut its border and Sweden expelled two envoys.") == [("shut", "expelled")]
    assert verbs_tied("Norway shut its border on Monday and Sweden hit back with tariffs.") == [("shut", "hit")]


def test_a_clause_tied_to_another_keeps_its_negation() -> None:
    found = pieces("She said the trust shared the dismay, but could not give a firm date for the opening.")
    assert "could not give a firm date for the opening" in found
    assert not any(piece.startswith("give a firm date") for piece in found)


def test_what_is_blasted_is_not_cut_from_who_blasts_it() -> None:
    found = pieces("The spokeswoman blasted the allegations that Norway has been selling drones to Chile.")
    assert not any(piece.startswith("Norway has been selling") for piece in found)
