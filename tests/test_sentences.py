"""Sentences: exact spans in order, nothing lost, and each line told by its place in the article."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.records import Article, SentenceKind
from analyzer.sentences import MAX_SENTENCE, split

KINDS = {"H": SentenceKind.HEADLINE, "T": SentenceKind.TEXT, "C": SentenceKind.CAPTION, "B": SentenceKind.BOILERPLATE}

ARTICLE = """\
Harbour board: no lorries at night

By Ada Marlow — June 21, 2019

PORT ELM, June 21, 2019 (Coastal Wire) - The harbour board has no intention of letting lorries run at night, it said. \
"We gave our word, and Mr. Pell keeps it," Gen. Ira Pell told the U.S. embassy on Nov. 3. Nobody laughed.

A lorry at gate four, Thursday Credit: Tom Reed/Coastal Wire

Residents counted 41 lorries.
AP

‘A quiet life’

READ MORE: Who owns the night?

Loading...

“It was loud. It was long,” said Mary Orr, 61. “Never again!” She asked: “Why?” Then she left.

Copyright 2019 Coastal Wire. All rights reserved.

Route 6"""


def texts(article: Article) -> list[tuple[str, str]]:
    """Kind letter and text of each sentence."""
    return [(s.kind.value[0].upper(), article.text[s.start : s.end]) for s in split(article)]


def test_a_whole_article() -> None:
    got = texts(Article(ARTICLE, "a.txt", title="Harbour board: no lorries at night"))
    assert got == [
        ("H", "Harbour board: no lorries at night"),
        ("B", "By Ada Marlow — June 21, 2019"),
        ("T", "The harbour board has no intention of letting lorries run at night, it said."),
        ("T", '"We gave our word, and Mr. Pell keeps it," Gen. Ira Pell told the U.S. embassy on Nov. 3.'),
        ("T", "Nobody laughed."),
        ("C", "A lorry at gate four, Thursday Credit: Tom Reed/Coastal Wire"),
        ("C", "Residents counted 41 lorries."),
        ("C", "AP"),
        ("H", "‘A quiet life’"),
        ("B", "READ MORE: Who owns the night?"),
        ("B", "Loading..."),
        ("T", "“It was loud. It was long,” said Mary Orr, 61."),
        ("T", "“Never again!”"),
        ("T", "She asked: “Why?”"),
        ("T", "Then she left."),
        ("B", "Copyright 2019 Coastal Wire. All rights reserved."),
        ("B", "Route 6"),
    ]


@pytest.mark.parametrize(
    "prefix",
    [
        " date 2019-06-21 ",
        "2019-06-21 ",
        "PORT ELM, June 21 (Coastal Wire) - ",
        "PORT ELM (CW) — ",
        "PORT ELM – ",
        "Port Elm (CNN) -- ",
        "Port Elm, June 21, 2019 - ",
        "Port Elm, Ohio, 21 June — ",
        "(Reuters) - ",
        "date 2019-06-21 PORT ELM, Friday - ",
    ],
)
def test_a_stamp_or_dateline_stays_outside_the_first_sentence(prefix: str) -> None:
    article = Article(
        f"{prefix}Lorries will not run at night, the board said. It was firm.\n\nMore text follows here.", "a"
    )
    assert texts(article)[0] == ("T", "Lorries will not run at night, the board said.")


@pytest.mark.parametrize(
    "line",
    [
        "Pell - the harbour chief - said no.",
        "The BBC - a broadcaster - said no.",
        "NATO said on 3 May that it was ready - and it was.",
    ],
)
def test_a_dash_in_running_text_is_no_dateline(line: str) -> None:
    assert texts(Article(f"Headline here\n\n{line}\n\nMore text.", "a"))[1] == ("T", line)


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("C", "Lavinia Poe Credit: Ministry Press Service/AP"),
        ("C", "Secretary Ann Lee (R) and Bo Hart pose for a photograph before their meeting in London Reuters"),
        ("C", "The head office in Valletta. Photograph: Lena Buttigieg/Harbour Ledger"),
        ("C", "Chief Constable Adrian Kell at headquarters (Image: Westmoor Star)"),
        ("C", "Soldiers guard the bridge in 2018. Credit: AP"),
        ("B", "Advertisement"),
        ("B", "Subscribe to our newsletter"),
        ("B", "Share this article"),
        ("B", "Tuesday, October 15, 2019"),
        ("B", "Thu 24 Mar 2022 06.00 GMT"),
        ("B", "Published: 3 March 2021, 9:41 am"),
        ("B", "(Reporting by H. Zaman; editing by J. Marsh)"),
        ("B", "Housing | 19 January 2023 | by Nils Aker"),
        ("B", "Health correspondent, Coastal Mercury"),
        ("B", "Ann Lee, health editor"),
        ("B", "COASTAL COURIER, Business, Wednesday 20 January 2021"),
        ("B", "EXCLUSIVE by Ann Lee"),
        ("B", "* * *"),
        ("H", "Growing tensions"),
        ("B", "Related stories"),
        ("B", "This article was first published by the Coastal Wire and is used with permission."),
        ("T", "Related charges were dropped."),
        ("T", "Loading of the ships began on Friday."),
        ("T", "Subscribers left in droves."),
        ("T", "Copyright law was changed that year."),
        ("T", "By Friday the troops were gone."),
        ("T", "Related charges were dropped against all nine of the men who had been held since the raid."),
        ("T", "More on that day than on any other, the lorries ran without lights through the middle of the town."),
        (
            "T",
            "The picture by the door: a lorry, a gate, a moon, and the words he had sworn he would never say again.",
        ),
        ("T", "the board said it would not"),
        ("T", "Friday was quiet."),
        ("T", "* Memos put the goals on her desk"),
        ("H", "Newspaper editor denies phone hacking"),
        ("H", "GOVERNMENT HOSPITAL STAFF WALK OUT OVER 5% OFFER"),
        ("H", "NHS Staff To Strike In Pay Row"),
        ("H", "Strike to go on until Friday, 3 May"),
        ("T", "Iran will deny this too."),
    ],
)
def test_lines_between_paragraphs(kind: str, line: str) -> None:
    body = "The board said it would keep its word."
    got = texts(Article(f"Harbour board keeps its word\n\n{body}\n\n{line}\n\n{body} Again.\n\nThe end came.", "a"))
    assert got[2] == (kind, line)


def test_a_name_beside_the_paper_and_the_day_is_its_writers() -> None:
    body = "The board said it would keep its word."
    head = "Harbour board keeps its word\n\n"
    got = texts(Article(f"{head}Coastal Weekly, 14 March 2023\nAnn Okafor\n\n{body}\n\n{body} Again.", "a"))
    assert got[1:3] == [("B", "Coastal Weekly, 14 March 2023"), ("B", "Ann Okafor")]
    assert texts(Article(f"{head}{body}\n\nAnn Okafor\n\n{body} Again.\n\n{body}", "a"))[2] == ("H", "Ann Okafor")


def test_a_headline_with_a_claim_is_a_headline_even_when_quoted() -> None:
    for first in (
        "Ukraine crisis: Russia vows no invasion",
        "'We threaten no one' says board",
        "Who moved the lorries?",
    ):
        assert texts(Article(f"{first}\n\nThe board said no.", "a"))[0] == ("H", first)


@pytest.mark.parametrize(
    "path", sorted((Path(__file__).parents[1] / "seeds").glob("*.txt")), ids=lambda path: path.stem[:3]
)
def test_real_articles_keep_their_denials_as_text_and_their_credits_apart(path: Path) -> None:
    article = Article(path.read_text(encoding="utf-8"), path.name)
    got = texts(article)
    assert sum(kind == "T" for kind, _ in got) >= 12
    for kind, text in got:
        assert kind != "T" or not re.search(r"Credit:|READ MORE|Loading|^Route|^date ", text)
        assert kind == "T" or len(text) < 220
        assert kind != "T" or re.search(r"[.!?][\"”’]?$", text)


def test_a_single_line_is_text() -> None:
    assert texts(Article("The board has no plans at all", "a")) == [("T", "The board has no plans at all")]


def test_wrapped_lines_are_one_paragraph() -> None:
    wrapped = (
        "The harbour board has no intention of letting lorries run at night\n"
        "through the old town, it said on Friday after a meeting that took\n"
        "four hours. Residents counted forty-one lorries the same night, and\n"
        "none of them had lights."
    )
    got = [text.replace("\n", " ") for _, text in texts(Article(f"Board keeps word\n\n{wrapped}\n", "a"))]
    assert len(got) == 3
    assert got[1].endswith("four hours.")


def test_sentences_that_repeat_keep_their_own_spans() -> None:
    article = Article("No. We will not. No. We will not. No. We will not.", "a")
    spans = [(s.start, s.end) for s in split(article)]
    assert len(set(spans)) == len(spans)
    assert sorted(spans) == spans


def test_a_long_quotation_is_split_within_and_keeps_its_marks() -> None:
    part = "We have never sent a single lorry through the old town at night and never shall, whatever Dr. Orr says."
    article = Article(f'The chief said: "{part} {part} {part} {part}" He left.', "a")
    got = [text for _, text in texts(article)]
    assert got[0] == f'The chief said: "{part}'
    assert got[-2:] == [f'{part}"', "He left."]


def test_an_overlong_sentence_is_cut_at_a_space() -> None:
    article = Article("lorries and gates, " * 200, "a")
    assert all(text.endswith(",") and len(text) <= MAX_SENTENCE for _, text in texts(article))


PLAIN = (
    'The board said no. |"We will not," he said. |“Never. Ever.” |Gen. Pell |U.S. |...|No! |Credit: AP|Loading...|AP'
)
ODD = '\n|\n\n|— |2014 |Россия заявила. |不会。|😀 |\r\n|\t|(|)|"|”|’'
FRAGMENTS = st.sampled_from([*PLAIN.split("|"), *ODD.split("|"), "x" * 300, "a, " * 90])


@given(st.one_of(st.lists(FRAGMENTS, max_size=25).map("".join), st.text(max_size=200)))
def test_spans_are_ordered_exact_and_lose_nothing(text: str) -> None:
    sentences = split(Article(text, "a"))
    position, covered = 0, []
    for index, sentence in enumerate(sentences):
        assert sentence.index == index
        assert position <= sentence.start < sentence.end <= len(text)
        assert sentence.end - sentence.start <= MAX_SENTENCE
        quoted = text[sentence.start : sentence.end]
        assert quoted == quoted.strip()
        covered.append(quoted)
        # What lies between two sentences is white space or a dateline at the start of a line.
        gap = text[position : sentence.start]
        assert not gap.strip() or "\n" in gap or "\r" in gap or position == 0 or len(gap) < 120
        position = sentence.end
    assert not text[position:].strip()


@given(st.lists(FRAGMENTS.filter(lambda part: part not in ("— ", "2014 ")), max_size=25).map("".join))
def test_without_datelines_every_character_is_in_a_sentence(text: str) -> None:
    covered = "".join(text[s.start : s.end] for s in split(Article(text, "a")))
    assert "".join(covered.split()) == "".join(text.split())


def test_a_title_cut_short_ends_no_sentence() -> None:
    line = '"No," said Coun. Todd Risser. Police spokesman Const. Joe Lee agreed. Supt. Ann Fox left.'
    assert [text for _, text in texts(Article(line, "a.txt"))] == [
        '"No," said Coun. Todd Risser.',
        "Police spokesman Const. Joe Lee agreed.",
        "Supt. Ann Fox left.",
    ]
