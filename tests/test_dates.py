"""Dates: the article's own day is never guessed, and an event's day comes from the words of its sentence."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analyzer.dates import age, carried_date, claim_date, event_date
from analyzer.published import article_date
from analyzer.records import PRECISIONS, Article, Dated
from analyzer.sentences import split

BODY = "The board said it would not let lorries run at night, and the town believed it for a while.\n\nThen they came."
FRIDAY = Dated(dt.date(2022, 1, 28), "day", "metadata")


def shown(dated: Dated | None) -> str:
    """The date as printed, "-" for none."""
    return "-" if dated is None else str(dated)


@pytest.mark.parametrize(
    ("first", "expected", "how"),
    [
        (" date 2022-01-28 The board said no.", "2022-01-28", "date stamp"),
        (
            "KARSHAD, Oct 3, 2023 (Meridian Wire) - The board on Tuesday said it had no plans whatever.",
            "2023-10-03",
            "dateline",
        ),
        ("OSTERBY, 17 March 1998 – The board on Tuesday said that it had no plans whatever.", "1998-03-17", "dateline"),
        ("19 November 2021 — Kestria deported 34 people on a chartered plane in the night.", "2021-11-19", "dateline"),
        ("ZURICH, 21 March 2023. The federation said it would let no such crew start.", "2023-03-21", "dateline"),
        ("TOLEDO, Ohio - May 20, 2024 - Nobody would lose a job, the maker of axles said.", "2024-05-20", "dateline"),
        ("KYIV/MOSCOW, Feb. 3, 2022 (AP) — The Kremlin said that it knew of no order.", "2022-02-03", "dateline"),
        ("By Maureen Kilbride — June 21, 2019", "2019-06-21", "byline"),
        ("Housing | 19 January 2023 | by Nils Aker", "2023-01-19", "byline"),
        ("Tuesday, October 15, 2019 ", "2019-10-15", "date line"),
        ("Thu 24 Mar 2022 06.00 GMT", "2022-03-24", "date line"),
        ("London, 3 March 2014", "2014-03-03", "date line"),
        ("Kitwe, Zambia, 2 March 2025", "2025-03-02", "date line"),
        ("*June 20, 2024*", "2024-06-20", "date line"),
        ("(Oct 9, 2023)", "2023-10-09", "date line"),
        (
            "San Pedro, Feb 2 2023 - The maker of axles on Thursday said that it had no plans.",
            "2023-02-02",
            "dateline",
        ),
        ("_Corve Evening News, May 2, 2024_", "2024-05-02", "date line"),
        ("Published: 3 March 2021, 9:41 am", "2021-03-03", "date line"),
        ("Last updated on 3.10.2023", "2023-10-03", "date line"),
        ("Saturday, August 23, 2008; A01", "2008-08-23", "date line"),
        ("Mon 4 Mar 2019 06.00 CET Last modified on Mon 4 Mar 2019 09.14 CET", "2019-03-04", "date line"),
        ("Jane Doe • 3 March 2019", "2019-03-03", "date line"),
        ("14:05 3 March 2019", "2019-03-03", "date line"),
        ("BRUSSELS (Thursday, May 18, 2017): The commission has fined the board.", "2017-05-18", "dateline"),
        ("(ANI) - TURIN, 3 April 2025 - The board denied it.", "2025-04-03", "dateline"),
        ("Lima, 29 May 2018 (AFP) – Fighters seized the board.", "2018-05-29", "dateline"),
        ("MOSCOW, March 3, 2019. /TASS/. The board on Tuesday said that it had no plans.", "2019-03-03", "dateline"),
        ("9:10 pm on 1 July 2012", "2012-07-01", "date line"),
        ("10 December 2010 Last updated at 09:40", "2010-12-10", "date line"),
        ("Horn of Africa desk, Tuesday 16 November 2010 21.10 GMT", "2010-11-16", "date line"),
        ("TRIPOLI/PARIS, Thursday, 30 January 2020 (Agencies)", "2020-01-30", "date line"),
        ("17 September 2015, Almaty", "2015-09-17", "date line"),
        ("Latest update: 20/02/2018", "2018-02-20", "date line"),
        ("This article was updated on 16 March 2022.", "2022-03-16", "date line"),
        (
            "(Feb 6, 2018) DAVAO CITY -- The board on Tuesday said that it had no plans whatever.",
            "2018-02-06",
            "dateline",
        ),
        ("Posted by Jane Doe on May 25, 2023", "2023-05-25", "labelled date"),
        ("April 20, 2021 - It was on Tuesday that the board said that it had no plans.", "2021-04-20", "dateline"),
    ],
)
def test_an_article_that_says_its_day(first: str, expected: str, how: str) -> None:
    found = article_date(Article(f"Board: no lorries\n\n{first}\n\n{BODY}", "a.txt"))
    assert (shown(found), found and found.how) == (expected, how)


LONG = f"Board: no lorries\n\n{BODY}\n\n{BODY}\n\n{BODY}\n\n{BODY}"


@pytest.mark.parametrize(
    "last",
    [
        "The Business Straits, May 25, 2023",
        "2023-05-25",
        "This article was published on 25 May 2023. Write to us.",
        "Posted by Jane Doe on May 25, 2023",
    ],
)
def test_a_date_below_the_last_paragraph_is_the_articles(last: str) -> None:
    assert shown(article_date(Article(f"{LONG}\n\n{last}", "a.txt"))) == "2023-05-25"


@pytest.mark.parametrize(
    "last",
    [
        "Filed in a court in Havn on 12 March 2008, the suit says so.",
        "Released by Meridian on 3 May 2009, the images show the town.",
        "Date of the fire: 1.3.2008",
    ],
)
def test_a_sentence_that_begins_with_a_label_word_is_no_label(last: str) -> None:
    assert article_date(Article(f"{LONG}\n\n{last}", "a.txt")) is None
    assert article_date(Article(f"{last}\n\n{LONG}", "a.txt")) is None


def test_a_date_among_few_words_gives_way_to_all_that_is_surer() -> None:
    weak, other = "The bridge, 25 May 2009", "25 May 2023"
    assert shown(article_date(Article(f"{LONG}\n\n{weak}", "a.txt"))) == "2009-05-25"
    assert article_date(Article(f"{LONG}\n\nIt was built in 2015.\n\n{weak}", "a.txt")) is None  # a later year
    for text, path, url in (
        (f"Board: no lorries\n\n{weak}\n\nPublished: {other}\n\n{BODY}", "a.txt", None),
        (f"Board: no lorries\n\n{weak}\n\n{BODY}\n\n{other}", "a.txt", None),
        (f"{LONG}\n\n{weak}", "2023-05-25-lorries.txt", None),
        (f"{LONG}\n\n{weak}", "a.txt", "https://paper.example/2023/05/25/lorries"),
    ):
        assert shown(article_date(Article(text, path, url=url))) == "2023-05-25"


@pytest.mark.parametrize(
    "first",
    [
        "The board met on 3 March 2014 and said no.",
        "Board to vote on 12 March 2018",
        "Deadline: 12 March 2018",
        "The vote, 12 March 2018, was close",
        "The chairman resigned, 12 March 2018.",
        "Photo: the crowd in the old town, 12 March 2018",
        "Holm (left), 12 March 2018",
        "Jane Doe (3 March 1951 – 12 March 2018)",
        "“No lorries will pass.” (Mayor Holm, 12 March 2018)",
        "- Mayor Holm, 12 March 2018",
        "Related: Board votes no, 12 March 2018",
        "From 1 January 2030 lorries must go round the town",
        "By March 12, 2018, all lorries must go",
        "Photo Archive, 12 March 1951",
        "Released from prison on 12 March 2008, Holm went home to the old town",
        "Date of birth: 12 March 1951",
        "The seven who were on the board in the spring of that year, 12 March 2018",
        "HAVN, Monday - The board has promised that lorries will leave the town alone this season.",
        "GENEVA, Jan 22 - Some 400 lorries took part in the ride through the old town at night.",
        "The board - which was founded on 3 March 1911 in a pub - said on Tuesday that it had no plans at all.",
        "Copyright 2017 Valley Herald. All rights reserved.",
        "By 3 March 2014 the lorries were gone.",
        "On 3/4/2014",
    ],
)
def test_a_day_in_running_text_is_not_the_articles(first: str) -> None:
    assert article_date(Article(f"Board: no lorries\n\n{first}\n\n{BODY}", "a.txt")) is None


@pytest.mark.parametrize(
    "text",
    [
        "Greece has shut the strait until 1 August 2022.",
        "Greece shut the strait until June.",
        "Greece has shut the strait until December.",
        "The board bought gas to last through April.",
        "The board postponed next month's vote.",
        "The board cancelled the vote of 20 January.",
        "The board scrapped the 20 January vote.",
        "The board broke off Tuesday's talks.",
        "The board moved tomorrow's vote to June.",
        "Tuesday's talks with the union were broken off.",
        "The board barred him from next week's vote.",
        "The gate has been lent to a circus until 2024.",
        "Togo scrapped the vote it had promised for March 2022.",
        "The court set the trial for 5 January.",
        "A call set for early Tuesday was cancelled.",
        "The vote that is set for Monday was lost.",
        "The court set the trial for Monday, 3 January.",
        "The court set the trial for the end of March.",
        "The harbour master replaced the register for December.",
        "Letters that told tenants to leave by the end of March were sent.",
        "The firm made an offer to be accepted by Tuesday.",
        "The firm launched a programme to halve costs by 2014.",
        "The firm made an offer of work, on lower pay, to be accepted by Tuesday.",
        "The firm signed a deal to deliver 40 lorries by December.",
        "The firm began work on a dam that it would finish by June 2022.",
    ],
)
def test_a_deadline_is_not_the_day_of_an_act(text: str) -> None:
    assert event_date(FRIDAY, text, 0, len(text)) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The board had closed three gates by June.", "2021-06"),
        ("Power was restored to towns by Tuesday.", "2022-01-25"),
        ("The firm managed to halve its costs by 2014.", "2014"),
        ("Those told to leave their homes had fled by Tuesday.", "2022-01-25"),
    ],
)
def test_what_was_done_by_a_day_is_no_aim(text: str, expected: str) -> None:
    assert shown(event_date(FRIDAY, text, 0, len(text))) == expected


@pytest.mark.parametrize(
    ("sentence", "act", "expected"),
    [
        # A time between "and" and the next verb is that of the verb.
        ("The firm refused to pay and on Tuesday sued the town.", "The firm refused to pay", "-"),
        ("The firm refused to pay and on Tuesday sued the town.", "on Tuesday sued the town", "2022-01-25"),
        ("The clerk shut the gate and last week it sold the key.", "The clerk shut the gate", "-"),
        ("The clerk shut and sold the gate on Tuesday.", "The clerk shut and sold the gate on Tuesday", "2022-01-25"),
        ("On Monday and on Tuesday the clerk shut the gate.", "the clerk shut the gate", "2022-01-25"),
        (
            "The clerk shut the gate in May and in June for good.",
            "The clerk shut the gate in May and in June",
            "2021-05",
        ),
        # What a noun is told to be since then, or was made then, is not the act.
        ("The army shelled the mill built in 1984.", "The army shelled the mill built in 1984", "-"),
        ("The firm broke a deal signed with the town in 2015.", "broke a deal signed with the town in 2015", "-"),
        ("The bank sued a man under a law passed in May.", "sued a man under a law passed in May", "-"),
        ("The court freed a man who led the revolt in 2014.", "freed a man who led the revolt in 2014", "-"),
        ("The army shelled a town held by rebels since May.", "shelled a town held by rebels since May", "-"),
        ("The firm, founded in 1998, shut the mill.", "The firm, founded in 1998, shut the mill", "-"),
        ("Marin, in office since 2009, sent troops.", "Marin, in office since 2009, sent troops", "-"),
        ("The firm shut the mill, opened in 1984.", "The firm shut the mill, opened in 1984", "-"),
        ("The army shelled the mill in 1984.", "The army shelled the mill in 1984", "1984"),
        ("The clerk said the mill closed in 1984.", "The clerk said the mill closed in 1984", "1984"),
        ("The fall of the party ended in 1984.", "The fall of the party ended in 1984", "1984"),
        ("The truce, signed in Doha in May, has held.", "The truce, signed in Doha in May", "2021-05"),
        ("The firm shut the mill, sold the land in 1984, and left.", "sold the land in 1984", "1984"),
        ("The firm, which sold the mill, failed in 1984.", "The firm, which sold the mill, failed in 1984", "1984"),
        ("The firm has held the mill since 1984.", "The firm has held the mill since 1984", "1984"),
        ("Men who carried out the 2018 raid fled.", "Men who carried out the 2018 raid fled", "2018"),
        # Yesterday is never last Thursday, and what opens a sentence lies ahead with its verb.
        ("The clerk quit last Thursday.", "The clerk quit last Thursday", "2022-01-20"),
        ("The clerk quit last Wednesday.", "The clerk quit last Wednesday", "2022-01-26"),
        ("From February a ride will cost more.", "From February a ride will cost more", "2022-02"),
        ("In December the clerk said rides will cost more.", "In December the clerk said", "2021-12"),
        # No name of a newspaper
        ("It was dissolved by e-mail on Monday.", "It was dissolved by e-mail on Monday", "2022-01-24"),
    ],
)
def test_a_time_is_that_of_its_own_verb(sentence: str, act: str, expected: str) -> None:
    start = sentence.index(act)
    assert shown(event_date(FRIDAY, sentence, start, start + len(act))) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The board has sued the owner of a lorry that killed two in July.", "-"),
        ("The board has closed the road on which lorries killed two in 2015.", "-"),
        ("The board is closing three gates after losing a suit in 2019.", "-"),
        ("The lorries are still in the town they took a year ago.", "-"),
        ("The lorries remain where they were a week ago.", "-"),
        # The verb is of the past, or what it tells has gone on since then, or lies within the time named
        ("The board closed the road on which lorries killed two in July.", "2021-07"),
        ("The lorries were still in the town on Tuesday.", "2022-01-25"),
        ("A lorry that has been repaired fell over in July.", "2021-07"),
        ("The board has closed three gates since July.", "2021-07"),
        ("The board has closed three gates this month.", "2022-01"),
        ("The board has closed a gate, and, its chief said on Tuesday, it sold another.", "2022-01-25"),
        ("The board has closed a gate, its chief said on Tuesday.", "2022-01-25"),
        ("Police have arrested a man in Leeds on Tuesday.", "2022-01-25"),
        ("The remains of two sailors were returned to their families on Tuesday.", "2022-01-25"),
    ],
)
def test_a_day_that_is_over_is_not_that_of_a_verb_of_the_present(text: str, expected: str) -> None:
    assert shown(event_date(FRIDAY, text, 0, len(text))) == expected


NO_YEAR = "TES, 12 April (AFP) - Lorries drove through the town overnight, the board said on Wednesday."
WITHOUT_DAY = "TES, April 12 - Lorries drove through the old town, past the gate and the baker's."


@pytest.mark.parametrize(
    ("text", "how"),
    [
        # 12 April 2023 was a Wednesday.
        (f"{NO_YEAR}\n\nThey had been sent on 9 April 2023.", "dateline, its year from '9 April 2023'"),
        (f"{WITHOUT_DAY} The board will meet on 15 April 2023.", "dateline, its year from '15 April 2023'"),
        (f"{WITHOUT_DAY} The board said so on 12 April 2023.", "dateline, its year from '12 April 2023'"),
    ],
)
def test_a_dateline_without_a_year_takes_the_year_the_article_tells(text: str, how: str) -> None:
    found = article_date(Article(f"Board: no lorries\n\n{text}\n\n{BODY}", "a.txt"))
    assert (shown(found), found and found.how) == ("2023-04-12", how)


@pytest.mark.parametrize(
    "text",
    [
        NO_YEAR,
        f"{NO_YEAR}\n\nThe gate was built in 2023.",  # any later year may be the article's
        f"{NO_YEAR}\n\nThe gate will be open by the end of 2023.",
        f"{NO_YEAR}\n\nCopyright 2023 Valley Herald",
        f"{NO_YEAR}\n\nLorries first came on 9 April 2022.",  # not a Wednesday then: an anniversary
        f"{NO_YEAR}\n\nIt is five years since lorries came on 12 April 2023.",
        f"{NO_YEAR}\n\nLorries came on 9 April 2023, and again in 2024.",
        f"{NO_YEAR}\n\nLorries came on 3 October 2023.",
        f"{WITHOUT_DAY} The gate was built on 12 April 2023.",
    ],
)
def test_no_year_is_invented(text: str) -> None:
    assert article_date(Article(f"Board: no lorries\n\n{text}\n\n{BODY}", "a.txt")) is None


def test_a_dateline_without_a_year_and_what_stands_outside_the_text() -> None:
    def dated(path: str = "a.txt", **fields: Any) -> str:
        found = article_date(Article(f"{NO_YEAR}\n\n{BODY}", path, **fields))
        return f"{found} {found.how}" if found else "-"

    assert dated(url="https://h.example/2021/04/13/lorries") == "2021-04-12 dateline, its year from the web address"
    assert dated("2020-04-12_lorries.txt") == "2020-04-12 dateline, its year from the file name"
    # The address of a collection tells another day: what it says is no year of the dateline.
    assert dated(url="https://h.example/2021/10/01/archive") == "2021-10-01 web address"
    assert dated(published=Dated(dt.date(2019, 1, 1), "year", "metadata")).startswith("2019-04-12 dateline")
    assert dated(published=Dated(dt.date(2019, 5, 1), "month", "metadata")) == "2019-05 metadata"


def test_metadata_wins_and_address_and_file_name_come_last() -> None:
    text = f"Tuesday, October 15, 2019\n\n{BODY}"
    assert article_date(Article(text, "a.txt", published=FRIDAY)) is FRIDAY
    url = "https://h.example/2014/03/29/lorries"
    assert shown(article_date(Article(text, "a.txt", url=url))) == "2019-10-15"
    assert shown(article_date(Article(BODY, "2013-01-01.txt", url=url))) == "2014-03-29"
    assert shown(article_date(Article(BODY, "in/2013-01-02_lorries.txt"))) == "2013-01-02"
    assert article_date(Article(BODY, "in/2013-01-02.jsonl#4")) is None
    assert shown(article_date(Article(BODY, "C#/2013-01-02.txt"))) == "2013-01-02"
    assert article_date(Article(BODY, "in/2013-13-45.txt")) is None
    assert shown(article_date(Article(f"{BODY}\n\nFirst published on 2 May 2013", "a.txt"))) == "2013-05-02"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        # Friday 28 January 2022
        ("The lorries left on Wednesday.", "2022-01-26"),
        ("The lorries left on Friday.", "2022-01-28"),
        ("The lorries left last Friday.", "2022-01-21"),
        ("On the 18th he let the lorries in.", "2022-01-18"),
        ("The board closed the gate in March of 2019.", "2019-03"),
        ("The board closed the gate in March, 85 to 10.", "2021-03"),
        ("Lorries came in the spring.", "2021-03/2021-05"),
        ("A vote will be held in the spring.", "-"),
        ("The Mayor sent lorries on the 18th.", "2022-01-18"),
        ("Men who carried out the 2018 raid on the gate fled.", "2018"),
        ("The board scrapped the 2026 fair.", "-"),
        ("The board dropped its 2025 and 2030 targets.", "-"),
        ("After the 2014 fair lorries came.", "2014"),
        ("The lorries left on the 29th.", "2021-12-29"),
        ("Lorries stood on the 18th tee.", "-"),
        ("Lorries stood on the 14th and 15th floors.", "-"),
        ("A judge on the 5th Circuit blocked the lorries.", "-"),
        ("In December 1941 the lorries sailed, and on the 7th they came.", "1941-12"),
        ("Power was restored to most homes by Wednesday.", "2022-01-26"),
        ("Lorries came on the 18th of March 2019.", "2019-03-18"),
        ("The lorries left late on Saturday night.", "2022-01-22"),
        ("The lorries will leave on Saturday.", "2022-01-29"),
        ("The lorries are to leave next Monday.", "2022-01-31"),
        ("He said they would be fully withdrawn by Sunday.", "2022-01-30"),
        ("The chief, who said they would leave, resigned on Tuesday.", "2022-01-25"),
        ("Lorries come every Friday.", "-"),
        ("The Sunday Times saw lorries.", "-"),
        ("It happened yesterday.", "2022-01-27"),
        ("Shells fell overnight.", "2022-01-28"),
        ("They leave tomorrow.", "2022-01-29"),
        ("They left over the weekend.", "2022-01-22"),
        ("They left three days ago.", "2022-01-25"),
        ("They left two weeks ago.", "2022-01-14"),
        ("They left a month ago.", "2021-12"),
        ("It was seized eight years ago.", "2014"),
        ("They left last month.", "2021-12"),
        ("They left last week.", "2022-01-17/2022-01-23"),
        ("They arrived earlier this week.", "2022-01-24/2022-01-30"),
        ("They laid mines in the week of 3 January.", "2022-01-03/2022-01-09"),
        ("They laid mines in the week of May 10, 2021.", "2021-05-10/2021-05-16"),
        ("They left a fortnight ago.", "2022-01-14"),
        ("They came the day before yesterday.", "2022-01-26"),
        ("They were freed in mid-March.", "2021-03"),
        ("They knew of it as early as the autumn of 2020.", "2020-09/2020-11"),
        ("They stopped in summer 2020.", "2020-06/2020-08"),
        ("They stopped last summer.", "2021-06/2021-08"),
        ("They stopped last fall.", "2021-09/2021-11"),
        ("They stopped in the winter of 2020.", "2020"),
        ("Profits rose in the first quarter of 2021.", "2021-01/2021-03"),
        ("Profits rose in Q3 2021.", "2021-07/2021-09"),
        ("Profits rose in the second half of 2021.", "2021-07/2021-12"),
        ("They came in early 2021.", "2021-01/2021-06"),
        ("They came in mid-2021.", "2021-05/2021-07"),
        ("They have been there since 2021.", "2021"),
        ("Shares fall 2000 points.", "-"),
        ("They come over the summer.", "-"),
        ("They leave later this year.", "2022"),
        ("They left last year.", "2021"),
        ("The talks took place in February.", "2021-02"),
        ("The talks will take place in February.", "2022-02"),
        ("The board held the gate until November.", "2021-11"),
        ("The captain and his crew were set free on Monday.", "2022-01-24"),
        ("Two lorries were set alight on Tuesday.", "2022-01-25"),
        ("The crew were set to leave on Monday.", "2022-01-31"),
        ("A second strike has been set for Monday.", "2022-01-31"),
        ("A vote is scheduled for 3 February.", "2022-02-03"),
        ("The board postponed the vote on Tuesday.", "2022-01-25"),
        ("The board cancelled its taxis as of Tuesday.", "2022-01-25"),
        ("Lorries killed two in Tuesday's raid.", "2022-01-25"),
        ("Lorries will come to next week's fair.", "2022-01-31/2022-02-06"),
        ("The board held the gate until 2019.", "2019"),
        ("It is discontinuing two pens from February.", "2022-02"),
        ("It has been selling two pens from February.", "2021-02"),
        ("The contingent was sent in November last year.", "2021-11"),
        ("They have been there since December.", "2021-12"),
        ("They left on 3 October.", "2021-10-03"),
        ("The union called its members out on 28 March.", "-"),
        ("The union called its members out on the 28th of March.", "-"),
        ("They left on 28 March last year.", "2021-03-28"),
        ("The vote will be held on 10 November.", "2022-11-10"),
        ("They left on October 3, 2019.", "2019-10-03"),
        ("They left on Monday, March 13, 2017.", "2017-03-13"),
        ("They left on 3.10.2019.", "2019-10-03"),
        ("They left in March 2018.", "2018-03"),
        ("Russia annexed Crimea in 2014.", "2014"),
        ("Following the 2014 removal of a president, Moscow took it.", "2014"),
        ("It began in the 1990s.", "1990"),
        ("It moved 2014 lorries.", "-"),
        ("A force of 2000 troops arrived.", "-"),
        ("They may march in step.", "-"),
        ("Theresa May appointed him.", "-"),
        ("It may be 3 may or 5 march.", "-"),
        ("It sold 31 February cakes.", "-"),
        ("It grew over the past year.", "-"),
        ("A day later they left.", "-"),
    ],
)
def test_time_expressions(sentence: str, expected: str) -> None:
    assert shown(event_date(FRIDAY, sentence, 0, len(sentence))) == expected


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (dt.date.min, "They left yesterday."),
        (dt.date.min, "They left last Tuesday."),
        (dt.date.min, "They left two weeks ago."),
        (dt.date.min, "They left last year."),
        (dt.date.min, "They left last summer."),
        (dt.date.max, "They leave tomorrow."),
        (dt.date.max, "They leave next month."),
        (dt.date.max, "They leave next year."),
    ],
)
def test_beyond_the_first_and_the_last_day_there_is_no_date(day: dt.date, sentence: str) -> None:
    assert event_date(Dated(day, "day", "metadata"), sentence, 0, len(sentence)) is None


def test_how_quotes_the_expression_and_marks_what_lies_ahead() -> None:
    def how(sentence: str) -> str:
        found = event_date(FRIDAY, sentence, 0, len(sentence))
        assert found is not None
        return found.how

    assert how("They left last month.") == "'last month' against the article's date"
    assert how("They will leave on Saturday.") == "'Saturday' against the article's date (ahead)"
    assert how("They leave later this year.").endswith("(ahead)")
    assert how("They were taken after the 2014 vote.") == "'2014'"
    assert how("They have been there since Tuesday.") == "'since Tuesday' against the article's date"


@pytest.mark.parametrize("published", [None, Dated(dt.date(2022, 1, 1), "month", "metadata")])
def test_without_the_articles_day_only_full_dates_count(published: Dated | None) -> None:
    for sentence in ("They left on Friday.", "They left last month.", "They left on 3 October.", "They left in May."):
        assert event_date(published, sentence, 0, len(sentence)) is None
    assert shown(event_date(published, "They left in 2014.", 0, 18)) == "2014"
    assert shown(event_date(published, "They left on 3 October 2019.", 0, 28)) == "2019-10-03"


def test_an_expression_within_the_span_wins() -> None:
    sentence = (
        "The board said on Friday that lorries had left on Tuesday, eight years after the gate was built in 2014."
    )
    span = sentence.index("lorries"), sentence.index(", eight")
    assert shown(event_date(FRIDAY, sentence, *span)) == "2022-01-25"
    assert shown(event_date(FRIDAY, sentence, sentence.index("eight"), len(sentence))) == "2014"


def test_outside_the_span_neither_the_future_nor_a_background_year_counts() -> None:
    assert event_date(FRIDAY, "The board paid its officers bonuses for 2014.", 0, 44) is None
    sentence = "Lorries left the town, and all will be home by Sunday, as in 2014."
    assert event_date(FRIDAY, sentence, 0, len("Lorries left the town")) is None
    assert shown(event_date(FRIDAY, "On Tuesday lorries left the town.", 11, 32)) == "2022-01-25"


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Every lorry would be back by 8 October, he said.", "-"),
        ("“The rest will be gone by Sunday,” he told the Tribune on Wednesday.", "2022-01-26"),
        ("The board on Tuesday denied that lorries had come last Thursday.", "2022-01-25"),
        ("He again denied that lorries had come last Thursday.", "-"),
        ("Back in November the chief had assured the town that none would come.", "2021-11"),
        ("The board said its lorries had been silent since Saturday.", "-"),
        ("“We sent nobody on Monday,” the board said.", "-"),
        (
            "Brackwell will raise no price in the United States this year, its head said on Tuesday.",
            "2022-01-25",
        ),
        ("The board told reporters on Wednesday: “We sent nobody on Monday.”", "2022-01-26"),
        ("Its head told a full meeting of the old town's health committee on Tuesday: “We will stay.”", "2022-01-25"),
        ("As recently as 3 January its head had said that none would come.", "2022-01-03"),
        ("Its head, who was elected on Monday, said that none would come.", "-"),
        ("The board said nobody was hurt in the fire by the old gate on Tuesday.", "-"),
        ("When lorries came last November, its head assured everybody that none would stay.", "2021-11"),
        ("When lorries came last November, its head, who said no, sent them home.", "-"),
        ("The board ruled out a rise in fares after November.", "-"),
        ("The board ruled out a rise before September.", "-"),
        ("The board ruled out a rise in November.", "2021-11"),
        ("Its head said in Port Elms in 2008 that none would come.", "2008"),
        ("Its head told reporters in Geneva in 2008 that none would come.", "2008"),
        (
            "On Monday, at a meeting in front of the long gates of the oldest of all mines in the valley, it promised"
            " that none would come.",
            "2022-01-24",
        ),
        (
            "On Monday, as the unions of all three mines in the valley met in front of the old gates, it closed a mine"
            " and promised that none would come.",
            "-",
        ),
    ],
)
def test_words_are_dated_by_the_verb_of_saying(sentence: str, expected: str) -> None:
    assert shown(event_date(FRIDAY, sentence, 0, len(sentence), spoken=True)) == expected


@pytest.mark.parametrize(
    ("told", "said", "expected"),
    [
        ("The board sent nobody, it said on Tuesday. It added that none would come.", "none would come", "2022-01-25"),
        ("The board sent nobody on Tuesday. It said that none would come.", "none would come", "2022-01-28"),
        ("The board sent nobody, it said on Tuesday.\n\nThe chief said none would come.", "none would", "2022-01-28"),
        (
            "The board said on Tuesday that it would not heed the ban announced on Monday.",
            "it would not heed the ban announced on Monday",
            "2022-01-25",
        ),
        (
            "The chief said none were hurt in a raid that was announced in May.",
            "none were hurt in a raid that was announced in May",
            "2022-01-28",
        ),
        (
            "The board said it would shut three gates in a statement on Tuesday.",
            "it would shut three gates in a statement on Tuesday",
            "2022-01-25",
        ),
        # Counted from a day told
        (
            "The board met on Tuesday. Only four days earlier it had promised that none would come.",
            "none would come",
            "2022-01-21",
        ),
        ("The board met on Tuesday. Only the day before, it said none would come.", "none would come", "2022-01-24"),
        ("The board met. Only four days earlier it had promised that none would come.", "none would come", "-"),
        (
            "Two months after it had vowed that none would come, the board sent lorries on Tuesday.",
            "none would come",
            "2021-11",
        ),
        ("Two months after it had vowed that none would come, the board sent lorries.", "none would come", "2021-11"),
        ("Two months after the vote, the board said that none would come.", "none would come", "2022-01-28"),
        # Recalled from a day that is not told
        ("The board told the town then that none would come.", "none would come", "-"),
        ("Its head, who had vowed that none would come, wept.", "none would come", "-"),
        ("The board, which once vowed that none would come, wept.", "which once vowed that none would come", "-"),
        ("When it took over in 2014, it vowed that none would come, but they came.", "it vowed that none", "2014"),
        ("The board had repeatedly denied that any had come.", "had repeatedly denied that any had come", "-"),
        ("The board had earlier denied any use of it.", "The board had earlier denied any use of it", "-"),
        # Others may have spoken before, and what was said of one's saying is no recollection
        ("The union said no on Monday. The board said that none would come.", "none would come", "2022-01-28"),
        ("The board said it had informed the clerk.", "it had informed the clerk", "2022-01-28"),
        ("Months after the strike ended, the board said none would come.", "none would come", "2022-01-28"),
        # What is recalled here is no saying, or stands in the words themselves
        ("The board said it had not been told of lorries.", "it had not been told of lorries", "2022-01-28"),
        ("The board said it would wait until he had reported.", "it would wait until he had reported", "2022-01-28"),
        ("“We believed it at the time,” its head said.", "“We believed it at the time,”", "2022-01-28"),
    ],
)
def test_the_day_of_words_told_before_or_recalled(told: str, said: str, expected: str) -> None:
    article = Article(told, "a.txt", published=FRIDAY)
    start = told.index(said)
    sentences = split(article)
    index = next(s.index for s in sentences if s.start <= start < s.end)
    assert shown(claim_date(article, sentences, index, start, start + len(said), spoken=True)) == expected


def test_a_day_carries_on_within_the_paragraph_and_from_the_lead() -> None:
    article = Article(
        "Lorries enter the old town\n\nThirty lorries entered the old town on Wednesday. They broke two gates.\n\n"
        "A baker counted them. He wept on Thursday. Nobody helped.\n\nIn 2014 a lorry came too.",
        "a.txt",
    )
    sentences = split(article)
    found = {article.text[s.start : s.end]: carried_date(FRIDAY, article, sentences, s.index) for s in sentences}
    assert shown(found["They broke two gates."]) == "2022-01-26"
    assert shown(found["A baker counted them."]) == "2022-01-26"
    assert shown(found["Nobody helped."]) == "2022-01-27"
    baker = found["A baker counted them."]
    assert baker is not None
    assert baker.how == "'Wednesday' against the article's date, from the lead"
    assert carried_date(None, article, sentences, 2) is None


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        ("lorries were still breaking the gates", "2022-01-28"),
        ("lorries are blocking the road", "2022-01-28"),
        ("lorries have been blocking the road", "2022-01-28"),
        ("lorries are still there", "2022-01-28"),
        ("lorries have blocked the road", "2022-01-26"),
        ("lorries were blocking the road", "2022-01-26"),
        ("lorries that are still there broke the gates", "2022-01-26"),
        ("“We are leaving the town,”", "2022-01-26"),
    ],
)
def test_what_still_goes_on_takes_no_day_over(act: str, expected: str) -> None:
    article = Article(
        f"Lorries enter the old town\n\nThirty entered on Wednesday.\n\nA baker said {act}.", "a.txt", published=FRIDAY
    )
    start, sentences = article.text.index(act), split(article)
    found = claim_date(article, sentences, sentences[-1].index, start, start + len(act), spoken=False)
    assert shown(found) == expected


CAME = "Lorries came on 3 October 2015."


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        (f"{CAME} Five days later they burned the gate.", "2015-10-08"),
        (f"{CAME} They broke a wall.\n\nThe next morning they burned the gate.", "2015-10-04"),
        ("Lorries came in May 2015. A month earlier, they burned the gate.", "2015-04"),
        (f"{CAME} The day before, they burned the gate.", "2015-10-02"),
        (f"{CAME} The following week they burned the gate.", "2015-10-05/2015-10-11"),
        (f"{CAME} Just two weeks later, they burned the gate that stood there in May 2009.", "2015-10-17"),
        ("They came on 3 May 2015 and again on 6 May 2015. Two days later they burned the gate.", "2015-05-08"),
        ("The law, passed on 3 May 2010, fell on Monday. The next day they burned the gate.", "2022-01-25"),
        (f"{CAME} Two days after the fair, they burned the gate.", "2022-01-26"),  # news, so carried from the lead
        ("They came on 20 January after a row in 2019. Two days later they burned the gate.", "2022-01-22"),
        (f"{CAME} The following day, on 25 January, they burned the gate.", "2022-01-25"),
        (f"{CAME} Wise they were not: they burned the gate two days later.", "2015-10-05"),
        (f"{CAME} In a rage they burned the gate the following morning.", "2015-10-04"),
        (f"{CAME} In the same month they burned the gate.", "2015-10"),
        (f"{CAME} Wise they were not: they burned the gate two days earlier.", "2015-10-01"),
        (f"{CAME} In a rage they burned the gate the month before.", "2015-09"),
        (f"{CAME} In a rage they burned the gate the previous week.", "2015-09-21/2015-09-27"),
        (f"{CAME} In a rage they burned the gate days before.", "-"),
        # Counted back from the news
        ("The strike came a week after they burned the gate.", "2022-01-19"),
        ("The strike came weeks after they burned the gate.", "-"),
        ("The strike came a week before they burned the gate.", "-"),
        # From what a day is counted is not known, or not to the day, or the distance is only about right.
        ("Lorries came last year. Five days later they burned the gate.", "-"),
        (f"{CAME} Two days before the fair they burned the gate.", "-"),
        (f"{CAME} Two days after the fair they burned the gate.", "-"),
        (f"{CAME} A few days later they burned the gate.", "-"),
        (f"{CAME} Less than two weeks later they burned the gate.", "-"),
        (f"{CAME} Twenty-two days later they burned the gate.", "-"),
        (f"{CAME} Years later they burned the gate.", "-"),
        (f"{CAME} The following Monday they burned the gate.", "-"),
        (f"{CAME} A day later they sang. A week later they burned the gate.", "-"),
        ("The strike was set for 2 February. A day earlier they burned the gate.", "-"),
        ("They left on 28 March. Six days later they burned the gate.", "-"),
        ("They came on Wednesday. Five days later they burned the gate.", "-"),
        # Later than a day long past, or than one of the news
        ("Lorries came in 2019. The gate was shut, and later they burned the gate.", "-"),
        ("Lorries came in 2019. The gate was shut, and they burned the gate.", "2022-01-26"),
        ("Lorries came on Tuesday. The gate was shut, and later they burned the gate.", "2022-01-25"),
        # Nothing is counted.
        (f"{CAME} Two years later than promised, they burned the gate.", "2022-01-26"),
        (f"{CAME} Night after night they burned the gate.", "2022-01-26"),
        (f"{CAME} In the next month they burned the gate.", "2022-01-26"),
    ],
)
def test_a_day_counted_from_the_sentences_before(told: str, expected: str) -> None:
    article = Article(
        f"Lorries enter the old town\n\nThirty entered on Wednesday.\n\n{told}", "a.txt", published=FRIDAY
    )
    start = article.text.index("they burned the gate")
    sentences = split(article)
    index = next(s.index for s in sentences if s.start <= start < s.end)
    found = claim_date(article, sentences, index, start, start + len("they burned the gate"), spoken=False)
    assert shown(found) == expected


def test_a_list_of_numbers_is_no_distance() -> None:
    sentence = f"Winning numbers on Friday were {', '.join(map(str, range(1, 200)))} and the draw was halted."
    start = sentence.index("the draw")
    assert shown(event_date(FRIDAY, sentence, start, len(sentence))) == "2022-01-28"


def test_a_year_right_behind_a_verb_of_saying_dates_the_words() -> None:
    sentence = "Its head, who pledged in 2018 to “send every lorry home,” said that the town had lied."
    start, end = sentence.index("to “send"), sentence.index(" said")
    assert shown(event_date(FRIDAY, sentence, start, end, spoken=True)) == "2018"
    sentence = "Its head, who was elected in 2018, pledged to “send every lorry home.”"
    start, end = sentence.index("to “send"), len(sentence)
    assert event_date(FRIDAY, sentence, start, end, spoken=True) is None


def test_the_age_of_an_act_is_told_by_the_article_that_tells_it() -> None:
    assert age(Dated(dt.date(2014, 1, 1), "year", "test"), FRIDAY) == 2585
    assert age(Dated(dt.date(2022, 1, 1), "year", "test"), FRIDAY) == 0  # not over yet
    assert age(Dated(dt.date(2022, 2, 1), "day", "test"), FRIDAY) == 0
    assert age(None, FRIDAY) == age(FRIDAY, None) == 0
    assert age(Dated(dt.date(2014, 1, 1), "year", "'Since 2014'"), FRIDAY) == 0  # it has gone on


def test_an_old_day_is_not_carried() -> None:
    article = Article("Lorries\n\nThe gate was shut on 3 October 2019. Nobody opened it.", "a.txt")
    sentences = split(article)
    assert carried_date(FRIDAY, article, sentences, 2) is None


VOCABULARY = (
    "on in since last next Friday May 3 October 2014 , will said 31 February two weeks ago yesterday the (2019)"
    " week of early summer"
)
WORDS = st.sampled_from(VOCABULARY.split())


@given(st.lists(WORDS, max_size=14).map(" ".join), st.dates(min_value=dt.date(1700, 1, 1)))
def test_any_words_give_a_sound_date_or_none(text: str, day: dt.date) -> None:
    found = event_date(Dated(day, "day", "metadata"), text, 0, len(text))
    if found is not None:
        assert found.precision in PRECISIONS
        assert found.day <= found.last
        assert found.precision in ("day", "week") or found.day.day == 1
        assert found.precision != "year" or found.day.month == 1
        assert found.how
        assert found.how.endswith("(ahead)") or found.day <= day


@given(
    st.sampled_from(["Monday", "Tuesday", "Friday", "Sunday"]),
    st.dates(min_value=dt.date(1900, 1, 1), max_value=dt.date(2200, 1, 1)),
)
def test_a_bare_weekday_is_that_weekday_within_the_last_week(name: str, day: dt.date) -> None:
    found = event_date(Dated(day, "day", "metadata"), f"They left on {name}.", 0, 20)
    assert found is not None
    assert found.day.strftime("%A") == name
    assert dt.timedelta(0) <= day - found.day < dt.timedelta(7)


def test_a_clause_beside_does_not_date_the_act() -> None:
    sentence = "Holloway, who took over as superintendent in 2022, left the meeting without a word."
    assert event_date(FRIDAY, sentence, 0, len(sentence)) is None
    inner = sentence.index("took over"), sentence.index(", left")
    assert shown(event_date(FRIDAY, sentence, *inner)) == "2022"


@pytest.mark.parametrize(
    ("sentence", "act", "expected"),
    [
        ("Following the 2014 removal of its board, the port seized the quay.", "the port seized the quay", "2014"),
        ("The port seized the quay in 2014 and has sent 90 lorries there.", "has sent 90 lorries there", "-"),
        ("The port, run by Ann Lee since 2014, seized the quay.", "seized the quay", "-"),
        ("The port left the quay in July and has since sent 90 lorries.", "has since sent 90 lorries", "-"),
        ("The port has sent 90 lorries, though its head resigned last week.", "The port has sent 90 lorries", "-"),
        ("The port left the quay in July and sent 90 lorries.", "sent 90 lorries", "2021-07"),
        ("On Tuesday the port left the quay and has sent 90 lorries.", "has sent 90 lorries", "2022-01-25"),
        ("Since July the port has sent 90 lorries there.", "the port has sent 90 lorries there", "2021-07"),
        ("The port, whose board fell in 2014, seized the quay.", "seized the quay", "-"),
    ],
)
def test_a_year_elsewhere_in_the_sentence_dates_what_is_past(sentence: str, act: str, expected: str) -> None:
    start = sentence.index(act)
    assert shown(event_date(FRIDAY, sentence, start, start + len(act))) == expected


@pytest.mark.parametrize(
    ("sentence", "act", "expected"),
    [
        ("He quit on Friday, two days after police searched his office.", "searched his office", "2022-01-26"),
        ("He quit on Friday, barely a week after the bank's own board had cleared him.", "cleared him", "2022-01-21"),
        ("In March 2018, four months before the firm filed, it hid the results.", "the firm filed", "2018-07"),
        ("He left in 2017, two years after a dam gave way.", "a dam gave way", "2015"),
        ("He quit on Friday, two days after a clerk said they were gone.", "they were gone", "2022-01-26"),
        ("He quit on Friday two days after police searched his office.", "police searched his office", "2022-01-26"),
        ("On Tuesday he said the mill had shut a week earlier.", "the mill had shut a week earlier", "2022-01-18"),
        ("The firm, which came on 3 May 2015, had left a day earlier.", "had left a day earlier", "2015-05-02"),
        ("On Tuesday it sued a man who had left a week earlier.", "it sued a man who had left", "2022-01-25"),
        ("On Tuesday it broke a truce agreed a week earlier.", "it broke a truce agreed", "2022-01-25"),
        ("On Tuesday it sold 300, 12 more than a week earlier.", "it sold 300", "2022-01-25"),
        ("On Tuesday it sold 300, up from 200 a week earlier.", "it sold 300", "2022-01-25"),
        ("In the two days after police on Tuesday searched it, he fled.", "he fled", "2022-01-25"),
        ("Oil fell on 5 May 2015, a week before Christie's, and two days after it rose.", "it rose", "2015-05-03"),
        ("They say he left in March 2019, a month after police searched his home.", "searched his home", "2019-02"),
        # The distance is counted to something else.
        ("On 15 January, a day after the truce, conscripts moved mortars.", "conscripts moved mortars", "2022-01-15"),
        ("On Friday, a week after the flood the council closed it.", "the council closed it", "2022-01-28"),
        ("The plant made 300 cars a day on Friday after the firm cut a shift.", "the firm cut a shift", "2022-01-28"),
        ("He quit two days after police on Tuesday searched his office.", "searched his office", "2022-01-25"),
        # The day is not known.
        ("He left in 2017, two days after a dam gave way.", "a dam gave way", "-"),
        ("He quit on Friday, a few days after police searched his office.", "searched his office", "-"),
        ("He quit on Friday, twenty-two days after police searched his office.", "searched his office", "-"),
        ("He quit on Friday, nearly two weeks after police searched his office.", "searched his office", "-"),
        ("On Friday, two weeks before parliament votes, he quit.", "parliament votes", "-"),
    ],
)
def test_an_act_told_as_so_long_before_or_after_another(sentence: str, act: str, expected: str) -> None:
    start = sentence.index(act)
    assert shown(event_date(FRIDAY, sentence, start, start + len(act))) == expected
