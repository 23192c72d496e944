"""Which words of a text are names, and which of them are of one bearer."""

from __future__ import annotations

import pytest

from analyzer import parties, sentences, syntax
from analyzer.records import Article


def entities(text: str) -> dict[str, str]:
    """Each bearer of a name in the text with its kind."""
    return {entity.name: entity.kind for entity in resolved(text).entities}


def resolved(text: str) -> parties.ArticleParties:
    article = Article(text=text, path="test.txt")
    spans = sentences.split(article)
    return parties.resolve(article, spans, syntax.parse(article, spans))


def bearer(text: str, words: str) -> str | None:
    """Whose name the last of these words in the text is."""
    end = text.rindex(words) + len(words)
    entity = resolved(text).entity_of(end - len(words.split()[-1]), end)
    return None if entity is None else entity.name


@pytest.mark.parametrize(
    ("headline", "text", "expected"),
    [
        ("Tech Boss Denies Sale", "Pixelworks is not for sale, said Anna Reed.", {"Pixelworks", "Anna Reed"}),
        ("Rebels Deny Attack On Gomba", "Fighters in Gomba killed two people, witnesses said.", {"Gomba"}),
        ("Court Rejects Plea By Former Banker Cole Marsden", "Cole Marsden, 46, hid losses.", {"Cole Marsden"}),
        ("Norlys Rules Out Branch Closures", "Norlys closed a branch.", {"Norlys"}),
        # A common word that the text has as a name is one in the headline, too.
        ("Shell Denies Spill In Delta", "On Monday Shell said there was no spill.", {"Shell"}),
        ("Port Averill keeps word on Linden Court as ban ends", "Rents rose.", {"Port Averill", "Linden Court"}),
        # In other headlines a capital is a name's.
        ("Minister denies sale of stake in Shell", "The minister had no comment.", {"Shell"}),
    ],
)
def test_common_words_of_a_headline_in_title_case(headline: str, text: str, expected: set[str]) -> None:
    assert set(entities(f"{headline}\n\n{text}\n")) == expected


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Volvo recalled the Volvo XC90 on Friday. Volvo said it would pay.", "Volvo", "Volvo"),
        ("A Norlys Air H340 left the runway. Norlys Air said so. Norlys grounded it.", "Norlys", "Norlys Air"),
        ("Airbus will not stop building the Airbus A320neo. Airbus stopped work.", "Airbus", "Airbus"),
        ("A Norlys Air H340 left the runway. The H340 burned.", "H340", "Norlys Air H340"),
    ],
)
def test_a_product_is_not_its_maker(text: str, words: str, expected: str) -> None:
    assert bearer(text, words) == expected
    kinds = entities(text)
    assert {kinds[name] for name in kinds if any(map(str.isdigit, name))} == {"place"}


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Siemens said it would keep its stake in Siemens Energy. Siemens sold it.", "Siemens", "Siemens"),
        ("Boeing cut jobs. Boeing Defense, its arms unit, cut more. Boeing declined comment.", "Boeing", "Boeing"),
        ("Corve Steel, a unit of Corve, shut a furnace. Corve said it was old.", "Corve", "Corve"),
        ("Veltra Bank, a unit of Veltra Holding, shut. Veltra said it was old.", "Veltra", "Veltra Holding"),
        # A shorter form of the same name.
        ("Halvorsen Group said it would keep its yard. Halvorsen closed it.", "Halvorsen", "Halvorsen Group"),
        ("Norlys Air said it would fly. Norlys cancelled flights.", "Norlys", "Norlys Air"),
        ('"Dornach will stay," Dornach Foods said. Dornach left on Friday.', "Dornach", "Dornach Foods"),
        ("Corve Steel cut jobs at the Corve plant. Corve said it was old.", "Corve", "Corve Steel"),
    ],
)
def test_a_firm_and_one_called_after_it(text: str, words: str, expected: str) -> None:
    assert bearer(text, words) == expected


def test_firms_that_one_article_tells_apart_are_two_in_all() -> None:
    both = resolved(
        "Siemens said it would keep its stake in Siemens Energy. Siemens Energy cut 2,000 jobs. Siemens did, too."
    )
    other = resolved("Siemens will not cut jobs, its spokesman said. Siemens cut 300 jobs.")
    alone = parties.unify([other.affiliations, resolved("Siemens Energy cut 2,000 jobs.").affiliations])
    known = parties.unify([both.affiliations, other.affiliations])
    assert (known["Siemens"], known["Siemens Energy"]) == ("Siemens", "Siemens Energy")
    assert alone["Siemens"] == "Siemens Energy"


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("Will Archer, who led the union, quit. Archer said he was ill.", "Will Archer", "person"),
        ("Will Archer quit? Nobody knew what Archer meant. Mr Archer was ill.", "Archer", "person"),
        ("Harwick's mayor, Pal Edding, shut it. Dornach Foods will pay. Edding said so.", "Pal Edding", "person"),
        ("In Marlow the shops stayed shut. In Marlow nobody said why.", "Marlow", "place"),
        ("Open Table laid off 300 people. Open Table said it would pay.", "Open Table", "org"),
        ("The National Bank fined it. Its governor Per Dahl said so to the union.", "Per Dahl", "person"),
        ("PC Adam Moss hit a man twice. PC Moss said he was sorry. DCI Rook led the inquiry.", "Rook", "person"),
        ("FK Valdona will not sell Rossi. FK Valdona sold him on Friday.", "FK Valdona", "org"),
        ("Harwick Zoo did not kill lions, it said. Harwick Zoo killed two.", "Harwick Zoo", "org"),
    ],
)
def test_given_names_that_are_words(text: str, name: str, kind: str) -> None:
    assert entities(text).get(name) == kind


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("The union will not strike, its leader told the weekly Lantern.", "Lantern", None),
        ("The broadcaster NRK reported that Hallin Rail had cut forty trains. NRK said so on Friday.", "NRK", None),
        ("Kanta, a TV channel, reported that the union struck. The union struck, Kanta reported.", "Kanta", None),
        # It acts, or speaks of itself.
        ("The daily Aftenbladet laid off 30 people. The boss told Aftenbladet so.", "Aftenbladet", "Aftenbladet"),
        ("The daily Fanal said it would not close. The boss told Fanal so.", "Fanal", "Fanal"),
        # No medium.
        ("The daily Norvik briefing was short. Norvik said it would close its plant.", "Norvik", "Norvik"),
    ],
)
def test_a_medium_is_no_party_where_it_is_only_cited(text: str, words: str, expected: str | None) -> None:
    start = text.rindex(words)
    assert resolved(text).party_of(start, start + len(words)) == expected


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        (
            "Harwick Rovers FC will not sell Jaden Cross. The club sold Cross, and Rovers won.",
            "Rovers",
            "Harwick Rovers FC",
        ),
        (
            "Bread for All International (BFAI) paid nobody. A report says BFAI paid.",
            "BFAI",
            "Bread for All International",
        ),
        ("He lied, said Jan Moen, the HR director of Lumeo. Moen told Lumeo so on TV.", "TV", None),
        (
            "Fenside and Wold University Hospitals NHS Trust (FWUH) will pay. FWUH closed two wards.",
            "FWUH",
            "Fenside and Wold University Hospitals NHS Trust",
        ),
        ("Defence Minister Col. (ret.) Olav Rud said they would leave. Rud said so.", "Rud", "Olav Rud"),
    ],
)
def test_short_forms_and_letters(text: str, words: str, expected: str | None) -> None:
    assert bearer(text, words) == expected
    assert not {".", "HR", "TV"} & entities(text).keys()


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("MPs Joan Tarr and Ben Holm met residents in Marlow on Monday.\n", "Joan Tarr", "person"),
        ("The Minister of Water Resources Development Tunde Adeyo denied it on Monday.\n", "Tunde Adeyo", "person"),
        ("The department's deputy director general Dean Farrow said that two mines leaked.\n", "Dean Farrow", "person"),
        ("US National Security adviser P.J. Corrin vowed a reply.\n", "P.J. Corrin", "person"),
        ("Marlow Pilots Association Acting President Owen Tarr says that nobody is ill.\n", "Owen Tarr", "person"),
        (
            "Residents met in King Albert Square on Monday.\n",
            "King Albert Square",
            "place",
        ),
        ("Nia, 23, said she would complain. They held Nia for two hours.\n", "Nia", "person"),
        ("United Ferries has cut three sailings. The company told its staff so.\n", "United Ferries", "org"),
        ("Allied Pilots Association members voted on Monday.\n", "Allied Pilots Association", "org"),
        ("The Lord's Mercy Army raided two villages, officials said.\n", "Lord's Mercy Army", "org"),
        ("The ferry left Holm Farm and Great Selby Rovers FC moved to the site.\n", "Great Selby Rovers FC", "org"),
    ],
)
def test_names_beside_offices_and_fields(text: str, name: str, kind: str) -> None:
    assert entities(text).get(name) == kind


def test_three_in_a_list_are_no_pair() -> None:
    text = "Payments from Norlys, Orkas and Halden Bank failed. Norlys, Orkas and Halden Bank branches stayed open.\n"
    assert {"Norlys", "Orkas", "Halden Bank"} <= entities(text).keys()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Leaked Treasury papers tell of a new tax. The Treasury denied it.\n", "Leaked"),
        ("Marlow Police Department denied it on Monday. Police put on helmets after dark.\n", "Police"),
        ("The ministry's Director General (South) was out. The ministry denied it.\n", "General"),
    ],
)
def test_what_opens_a_sentence_or_is_an_office_is_no_name(text: str, name: str) -> None:
    assert not any(name == word or word.startswith(f"{name} ") for word in entities(text))


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Chilean Airlines denied it. Chilean cut nine routes.\n", "Chilean", "Chilean Airlines"),
        ("Chilean Airlines denied it. Chilean cut nine routes. Chilean soldiers left.\n", "Chilean", "Chile"),
        ("Chilean Airlines denied it. The Chilean president left.\n", "Chilean", "Chile"),
        ("Members of the Marlow Teachers Association (MTAQ) left. MTAQ president Jo Reed left.\n", "MTAQ", None),
        ("Juan Guerra Abudez left. Mr Guerra Abudez had denied it. Then Guerra Abudez said so.\n", "Abudez", None),
        ("The DPRK fired two missiles.\n", "DPRK", "North Korea"),
    ],
)
def test_shorter_names_of_firms_persons_and_states(text: str, words: str, expected: str | None) -> None:
    whole = {"MTAQ": "Marlow Teachers Association", "Abudez": "Juan Guerra Abudez"}
    assert bearer(text, words) == (expected or whole[words])


def test_letters_before_the_name_that_they_stand_for() -> None:
    text = "The IAQF (International Association of Quoit Federations) denied it. The IAQF banned nobody.\n"
    assert bearer(text, "Federations") == bearer(text, "The IAQF") == "International Association of Quoit Federations"
