"""Whose words and whose acts, on news text written for these tests."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzer import attribution, parties, sentences, syntax
from analyzer.records import About, Article, Attribution, Claim, ClaimType, Kind

S, A = ClaimType.STATEMENT, ClaimType.ACTION


def attributed(text: str, words: str, kind: ClaimType) -> Attribution:
    article = Article(text=text, path="test.txt")
    spans = sentences.split(article)
    docs = syntax.parse(article, spans)
    start = text.index(words)
    sentence = next(s.index for s in spans if s.start <= start < s.end)
    claim = Claim(kind, sentence, start, start + len(words), 1.0, Kind.DENIAL if kind is S else None)
    return attribution.attribute(article, spans, docs, [claim], parties.resolve(article, spans, docs))[0]


@pytest.mark.parametrize(
    ("text", "words", "holder", "party"),
    [
        (
            "Poland has no intention of closing the border, Polish Foreign Minister Jan Kowal has said.\n",
            "Poland has no intention of closing the border",
            "Jan Kowal",
            "Poland",
        ),
        (
            "“We will not sell,” said Orlan Bank chief executive Mary Stone.\n",
            "We will not sell",
            "Mary Stone",
            "Orlan Bank",
        ),
        (
            "The Kremlin insisted that it had sent nobody.\n",
            "it had sent nobody",
            "Kremlin",
            "Russia",
        ),
        ("'France threatens no one' says Élysée\n", "France threatens no one", "Élysée", "France"),
        ("Turkey said Greece would refuse to leave.\n", "Greece would refuse to leave", "Turkey", "Turkey"),
        ("According to Turkey, no drones were sold.\n", "no drones were sold", "Turkey", "Turkey"),
        ('Turkey has "formally" denied any sale of ships.\n', "any sale of ships", "Turkey", "Turkey"),
        ("Turkey said that nobody was going to be moved.\n", "nobody was going to be moved", "Turkey", "Turkey"),
        (
            "Turkey said nobody had threatened to pay.\n",
            "nobody had threatened to pay",
            "Turkey",
            "Turkey",
        ),
        ("Turkey said Greece was going to close it.\n", "Greece was going to close it", "Turkey", "Turkey"),
        (
            "A clerk asked it to pay. It will, said Turkey: it owes it.\n",
            "It will, said Turkey",
            "Turkey",
            "Turkey",
        ),
        (
            "Iran's envoy spoke to reporters on Monday. “We have no such ships,” he said.\n",
            "We have no such ships",
            None,
            "Iran",
        ),
    ],
)
def test_speakers(text: str, words: str, holder: str | None, party: str) -> None:
    found = attributed(text, words, S)
    assert found.party == party
    assert holder is None or found.holder == holder


def test_it_said_takes_up_the_speaker_before_not_whom_he_spoke_of() -> None:
    text = (
        "The Polish defence ministry complained that Russia has massed tanks at the border.\n\n"
        "It said units of the Russian 9th army have stayed in Kalin.\n"
    )
    found = attributed(text, "units of the Russian 9th army have stayed in Kalin", A)
    assert found.party == "Russia"
    assert "Polish" in (found.reported_by or "")


def test_a_quotation_that_goes_on_keeps_its_speaker() -> None:
    text = "“We are not leaving,” Greek spokesman Nikos Lekas said. “We never said we would.”\n"
    assert attributed(text, "We never said we would.", S).holder == "Nikos Lekas"


@pytest.mark.parametrize(
    ("text", "words", "party"),
    [
        ("The Russian military has moved troops to Belarus.\n", "has moved troops to Belarus", "Russia"),
        ("Two bridges were blown up by Turkish engineers on Sunday.\n", "Two bridges were blown up", "Turkey"),
        (
            "About 9,000 Serbian troops have been mobilised.\n",
            "About 9,000 Serbian troops have been mobilised",
            "Serbia",
        ),
        ("Analysts noted a build-up of Chinese ships off the cape.\n", "a build-up of Chinese ships", "China"),
        ("Spain closed the port and seized two trawlers.\n", "seized two trawlers", "Spain"),
    ],
)
def test_actors(text: str, words: str, party: str) -> None:
    assert attributed(text, words, A).party == party


def test_the_source_of_a_report_is_not_its_actor() -> None:
    text = "Ukraine's defence ministry complained that Russia has stationed 90,000 troops near the border.\n"
    found = attributed(text, "Russia has stationed 90,000 troops near the border", A)
    assert (found.party, found.reported_by, found.accusation) == ("Russia", "Ukraine's defence ministry", True)


def test_neutral_reports_are_no_accusations() -> None:
    found = attributed("Polish officials said Hungary had shut the bridge.\n", "Hungary had shut the bridge", A)
    assert found.reported_by == "Polish officials"
    assert not found.accusation


def test_who_is_accused_of_an_act_did_it() -> None:
    text = "On Monday Greek officials accused Turkey of holding two of their sailors.\n"
    found = attributed(text, "holding two of their sailors", A)
    assert (found.party, found.reported_by, found.accusation) == ("Turkey", "Greek officials", True)


def test_nobody_accuses_himself() -> None:
    words = "it had closed the camp"
    assert not attributed("The French government maintained that it had closed the camp.\n", words, A).accusation


@pytest.mark.parametrize(
    "text",
    [
        "Spain has closed the port; its crews were told, according to a union.\n",
        "Spain has closed the port, which a fishermen's union said had cost it a season.\n",
        "Spain has closed the port seven weeks before Ana Ruiz told crews that it would not.\n",
        "Spain has closed the port, a week after its trade minister said that it would stay open.\n",
    ],
)
def test_who_speaks_of_something_else_is_no_source(text: str) -> None:
    assert attributed(text, "Spain has closed the port", A).reported_by is None


def test_who_speaks_behind_a_participle_is_no_apposition() -> None:
    text = "Speaking from the Greek capital, Kostas Pavlou, a former pilot, said nobody would be sent home.\n"
    assert attributed(text, "nobody would be sent home", S).holder == "Kostas Pavlou"


@pytest.mark.parametrize(
    "condition", ["unless we are attacked", "as long as the truce holds", "provided that Spain agrees"]
)
def test_conditions_are_quoted_word_for_word(condition: str) -> None:
    text = f"“We will not fire {condition},” the Greek army said.\n"
    assert attributed(text, "We will not fire", S).condition == condition


def test_a_condition_may_stand_before_its_statement() -> None:
    text = "Unless it is provoked, Greece will not fire, the Greek army said.\n"
    assert attributed(text, "Greece will not fire", S).condition == "Unless it is provoked"
    text = "“If the truce holds, we will leave,” the Greek army said.\n"
    assert attributed(text, "we will leave", S).condition == "If the truce holds"


@pytest.mark.parametrize(
    "text",
    [
        "Greece said it would not fire.\n",
        "Talks will go on until Friday, but it would not fire, Greece said.\n",
        "Asked if Turkey was ready, Greece said it would not fire.\n",
        "Greece said it would not fire even if it rained.\n",
        "Greece has once said it would not fire.\n",
    ],
)
def test_a_statement_without_condition_has_none(text: str) -> None:
    assert attributed(text, "it would not fire", S).condition is None


def test_an_ellipsis_is_filled_from_the_text_before() -> None:
    text = "Asked whether Serbia had plans to close the bridge, the Serbian envoy said: “We have no such plans.”\n"
    assert attributed(text, "We have no such plans.", S).antecedent == "close the bridge"


def test_an_ellipsis_with_nothing_before_it_stays_open() -> None:
    assert attributed("“We have no such plans,” Serbia said.\n", "We have no such plans", S).antecedent is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("sent about 90,000 troops to the border", "about 90,000 troops"),
        ("cut 8,500 jobs", "8,500 jobs"),
        ("paid $2.1 billion for it", "$2.1 billion"),
        ("fell by 12 per cent", "12 per cent"),
        ("closed the road", None),
    ],
)
def test_quantity(text: str, expected: str | None) -> None:
    assert attribution.quantity(text) == expected


@settings(deadline=None)
@given(st.text(max_size=80))
def test_a_quantity_is_always_a_piece_of_the_text(text: str) -> None:
    found = attribution.quantity(text)
    assert found is None or found in text


def test_complete_puts_party_antecedent_and_condition_in_place() -> None:
    whose = Attribution("Ann Lee", "Veldania", "test", condition="unless attacked", antecedent="close the strait")
    assert attribution.complete("We will not", whose, S) == (
        "Veldania: We will not [close the strait] [condition: unless attacked]"
    )
    assert attribution.complete("We won't unless attacked", whose, S) == (
        "Veldania: We won't unless attacked [close the strait]"
    )
    assert attribution.complete("We will not", Attribution(), A) == "We will not"


@pytest.mark.parametrize(
    ("text", "words", "about"),
    [
        (
            "Moscow insisted that Ukraine will never be allowed to join the alliance.\n",
            "Ukraine will never be allowed to join the alliance",
            About.OTHERS,
        ),
        (
            "Kyiv called on Russia to halt its military build-up.\n",
            "Russia to halt its military build-up",
            About.OTHERS,
        ),
        (
            "Kyiv said Russia has stationed 90,000 troops there.\n",
            "Russia has stationed 90,000 troops",
            About.OTHERS_ACT,
        ),
        ("Moscow would seek guarantees, the Kremlin said.\n", "Moscow would seek guarantees", About.OWN),
        ("Lavrov said that Russia will not attack.\n", "Russia will not attack", About.OWN),
        ("Spain said it would answer if France attacks.\n", "it would answer if France attacks", About.OWN),
        ("Poland has promised to open the border.\n", "Poland has promised to open the border", About.OWN),
        ("Residents said Poland would shut the border.\n", "Poland would shut the border", About.OTHERS),
        ("The union said that Orlan Bank intends to close.\n", "Orlan Bank intends to close", About.OTHERS),
        ("A spokesman said that Orlan Bank intends to close.\n", "Orlan Bank intends to close", About.OWN),
        ("Ana Ruiz said the bank had broken its promise.\n", "the bank had broken its promise", About.OTHERS_ACT),
        ("Orlan Bank admitted the bank had broken its promise.\n", "the bank had broken its promise", About.OWN),
        ("Ana Ruiz said the bank had not broken its promise.\n", "the bank had not broken its promise", About.OWN),
    ],
)
def test_a_statement_on_another_partys_conduct_is_told_apart(text: str, words: str, about: About) -> None:
    assert attributed(text, words, S).about is about


def test_an_act_hangs_on_the_word_of_the_nearest_noun_that_tells() -> None:
    text = (
        "Lavrov has declared that Russia will not order its forces into eastern Ukraine, despite US intelligence"
        " reports that 50,000 Russian troops have been mobilised along their shared border.\n"
    )
    found = attributed(text, "50,000 Russian troops have been mobilised along their shared border", A)
    assert (found.party, found.reported_by) == ("Russia", "US intelligence")


def test_a_holder_ends_before_its_relative_clause() -> None:
    text = "Thousands of Russian troops who were sent to Belarus have crossed the border.\n"
    assert attributed(text, "have crossed the border", A).holder == "Thousands of Russian troops"


@pytest.mark.parametrize(
    "text",
    [
        "Deliveries were cut by a third in January.\n",
        "Rates were raised by 50 basis points.\n",
        "The work was done by Friday.\n",
    ],
)
def test_what_is_acted_upon_is_no_actor_and_neither_is_a_day(text: str) -> None:
    assert attributed(text, text.strip(), A).holder is None


@pytest.mark.parametrize(
    ("text", "way"),
    [("Turkey sold two ships.\n", "name"), ("Two Turkish ships were sold in May.\n", "patient")],
)
def test_an_actor_is_told_from_what_is_acted_upon(text: str, way: str) -> None:
    assert attributed(text, text.strip(), A).way == way


def test_what_a_plan_holds_is_its_owners() -> None:
    text = "Russia denied it, Moscow's envoy said. The US proposal includes halting the build-up near the border.\n"
    assert attributed(text, "halting the build-up near the border", S).party == "United States"


def test_who_is_told_of_an_act_or_tells_something_else_is_no_source() -> None:
    told = "Pilots at the airport were called to a hotel this morning and told that their base will shut.\n"
    assert attributed(told, "their base will shut", A).reported_by is None
    spoke = "Twelve workers were dismissed and told the tribune that the firm had burned files.\n"
    assert attributed(spoke, "the firm had burned files", A).reported_by == "Twelve workers"
    met = "Thailand and Vietnam, who recently agreed to raise prices, deny that they plan a cartel.\n"
    assert attributed(met, "who recently agreed to raise prices", A).reported_by is None
    shown = "Spain has closed the port, as its minister told crews.\n"
    assert attributed(shown, "Spain has closed the port", A).reported_by is not None


def test_a_name_has_no_half_of_a_bracket() -> None:
    text = "The Fisheries Commission (FCO) said crews had landed cod, hake and plaice at night.\n"
    assert attributed(text, "crews had landed cod", A).reported_by == "Fisheries Commission"


def test_both_halves_of_an_interrupted_quotation_are_read() -> None:
    said = "“We have not spoken to a single builder about it,” he said, “and we don't intend to.”"
    text = f"Bo Hart, its chairman, denied that. {said}\n"
    assert attribution.complete(said, attributed(text, said, S), S).endswith(said)


def test_the_nation_of_a_firm_is_not_its_party() -> None:
    text = "Corvane met unions on Monday. The French carmaker promised to keep the plant open.\n"
    found = attributed(text, "The French carmaker promised to keep the plant open.", S)
    assert found.about is About.OWN
    assert found.party != "France"


TOLD = "The mayor insisted that {} and {} the city would pay.\n"


@pytest.mark.parametrize(
    ("text", "words", "holder"),
    [
        (TOLD.format("no water had entered the homes", "said"), "the city would pay", "mayor"),
        (TOLD.format("the residents had not been moved", "added"), "the city would pay", "mayor"),
        (TOLD.format("the minister would travel", "promised that"), "the city would pay", "mayor"),
        (TOLD.format("the minister had visited the homes", "promised that"), "the city would pay", "minister"),
        ("The mayor said aid had been sent, adding that more would come.\n", "more would come", "mayor"),
        ("The mayor gave the assurance that no trader would be moved.\n", "no trader would be moved", "mayor"),
        ("Ana Ruiz spoke. All pumping, she insisted, ended in May.\n", "All pumping, she insisted, ended", "Ana Ruiz"),
        ("BP kept its pumps running, a spokesman confirmed by telephone.\n", "BP kept its pumps running", "spokesman"),
        ("That BP had drilled was confirmed by a spokesman.\n", "That BP had drilled", "spokesman"),
        ("Shell, which had promised to leave, drilled, two men said.\n", "which had promised to leave", "Shell"),
        ("Georgia pledged to stop, the UN said.\n", "Georgia pledged to stop, the UN said.", "Georgia"),
        ("Georgia will stop, the UN said.\n", "Georgia will stop, the UN said.", "UN"),
    ],
)
def test_who_tells_goes_on_and_what_is_told_does_not_speak(text: str, words: str, holder: str) -> None:
    assert attributed(text, words, S).holder == holder


@pytest.mark.parametrize(
    ("text", "words", "actor", "source"),
    [
        ("Norway shut its border and Sweden expelled two envoys.\n", "Sweden expelled two envoys", "Sweden", None),
        ("Norway shut its border and port, and expelled two envoys.\n", "expelled two envoys", "Norway", None),
        (
            "According to the ruling, staff at the company wiped two servers on Monday.\n",
            "staff at the company wiped two servers",
            "staff at the company",
            "ruling",
        ),
        (
            "Norvane sold ten jets, a day after the report became public, and cancelled two routes.\n",
            "cancelled two routes",
            "Norvane",
            None,
        ),
        (
            "Norvane sold ten jets after the report became public and caused a stir.\n",
            "caused a stir",
            "report",
            None,
        ),
        ("Greece sold the land to a builder and residents were evicted.\n", "residents were evicted", None, None),
        ("Petrol prices were raised by Rs 5 a litre.\n", "Petrol prices were raised by Rs 5 a litre", None, None),
        ("“It is Georgia that is shelling us,” Russia said.\n", "is shelling us", "Georgia", "Russia"),
        (
            "“They fired 200 of our members,” the chairman of the union said of Norvane.\n",
            "They fired 200 of our members",
            "Norvane",
            "chairman of the union",
        ),
    ],
)
def test_who_acts_where_the_parser_hangs_him_elsewhere(
    text: str, words: str, actor: str | None, source: str | None
) -> None:
    found = attributed(text, words, A)
    assert (found.holder, found.reported_by) == (actor, source)


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("The BBC said it had evidence showing that the army fired at the town.\n", "BBC"),
        ("Pictures show that the army fired at the town.\n", "Pictures"),
        ("Greece said the army was ready, and a visit showed that the army fired at the town.\n", "visit"),
        ("Residents said the army came.\n\nMen ran when the army fired at the town, they said.\n", "Residents"),
        ("Residents told of soldiers. Officers came and the army fired at the town, Spain said.\n", "Spain"),
        (
            "Critics said it was unjust. Poland said it was not. Men ran when the army fired at the town, they said.\n",
            "Poland",
        ),
    ],
)
def test_on_whose_word_an_act_is_told(text: str, source: str) -> None:
    assert attributed(text, "the army fired at the town", A).reported_by == source


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("Three Chinese sailors were detained off Peru.\n", None),
        ("Three Chinese sailors were detained by Turkish guards.\n", "Turkey"),
        ("Three Chinese brigades were moved to the border.\n", "China"),
        ("China's ambassador was summoned on Friday.\n", None),
        ("China was suspended in May.\n", None),
        ("Two Chinese officers were suspended in May.\n", "China"),
    ],
)
def test_who_suffers_harm_does_not_do_it(text: str, party: str | None) -> None:
    found = attributed(text, text.strip(), A)
    assert found.party == party
    assert not any(found.chances.get(name) for name in {"China"} - {party})


def test_who_spoke_last_goes_on_where_nobody_is_named() -> None:
    text = "Iran's envoy said it would stay. There will be no strikes.\n"
    assert attributed(text, "There will be no strikes", S).party == "Iran"
    assert attributed("There will be no strikes.\n", "There will be no strikes", S).party is None


def test_they_said_of_another_is_the_word_of_those_who_spoke_before() -> None:
    text = "Residents spoke out. Residents said the town was lost. Spain would sell the land, they said.\n"
    assert attributed(text, "Spain would sell the land", S).about is About.OTHERS


def test_an_agent_is_not_one_with_the_subject_of_the_next_clause() -> None:
    text = "Two ships were seized by Iran and their crews were taken ashore.\n"
    assert attributed(text, "Two ships were seized by Iran", A).holder == "Iran"
    text = "Two ships were seized by Iran and Oman.\n"
    assert attributed(text, "Two ships were seized by Iran", A).holder == "Iran and Oman"


@pytest.mark.parametrize(
    ("before", "speaker"),
    [
        ("Spain said it was ready. Turkey has added two ships to its fleet.", "Spain"),
        ("Spain said it was ready. Turkey has dismissed two ministers.", "Spain"),
        ("Spain said it was ready. Turkey has dismissed the reports.", "Turkey"),
        ("Spain said it was ready. Turkey has dismissed the letters.", "Turkey"),
        ("Spain said it was ready. Turkey added that it was late.", "Turkey"),
    ],
)
def test_who_adds_or_dismisses_somebody_does_not_speak(before: str, speaker: str) -> None:
    text = f"{before} “We will stay.”\n"
    assert attributed(text, "We will stay", S).holder == speaker


@pytest.mark.parametrize(
    ("text", "party"),
    [
        ("The clinic was closed on the orders of Kenya on Monday.", "Kenya"),
        ("The clinic was closed on orders from Kenya on Monday.", "Kenya"),
        ("The clinic was closed by order of Kenya on Monday.", "Kenya"),
        ("The clinic was closed on Kenya's orders on Monday.", "Kenya"),
        ("The land was sold under a decree signed by Kenya on Monday.", "Kenya"),
        ("The land was sold by Togo on the orders of Kenya on Monday.", "Togo"),
        ("The land was sold at the request of Kenya on Monday.", None),
        ("Togo was paid for an order of Kenya on Monday.", "Togo"),
    ],
)
def test_what_is_done_on_orders_is_done_by_who_gives_them(text: str, party: str | None) -> None:
    done = attributed(f"{text}\n", text.removesuffix("."), A)
    assert done.party == party
    assert done.holder in {party, None}


@pytest.mark.parametrize(
    ("text", "words", "holder"),
    [
        (
            "Officials from the Orlan Bank were at pains to explain that the crown had not fallen.\n",
            "the crown had not fallen",
            "Officials from the Orlan Bank",
        ),
        (
            "“We have never sold them drones,” the Tallow Times quoted Jan Kowal as saying on Monday.\n",
            "We have never sold them drones",
            "Jan Kowal",
        ),
        (
            "Any troops left in Chile after Norway's deadline will be at risk, the Orlan Guard has told reporters.\n",
            "Any troops left in Chile after Norway's deadline will be at risk",
            "Orlan Guard",
        ),
        (
            "The Secretary to the Chilean Government, Ana Rojas, denied the payment of any ransom.\n",
            "denied the payment of any ransom",
            "Ana Rojas",
        ),
        (
            "“There is no benefit,” Jan Kowal said.\n\nREAD MORE\n\n“These things will not happen this year.”\n",
            "These things will not happen this year",
            "Jan Kowal",
        ),
    ],
)
def test_who_speaks_in_the_turns_of_papers(text: str, words: str, holder: str) -> None:
    assert attributed(text, words, S).holder == holder


@pytest.mark.parametrize(
    ("text", "words", "party"),
    [
        (
            "Chile's envoy told reporters that there had been repeated violations by Peru.\n",
            "there had been repeated violations by Peru",
            "Peru",
        ),
        (
            "There was an attack launched by Peruvian soldiers, Chile's envoy said.\n",
            "There was an attack launched by Peruvian soldiers",
            "Peru",
        ),
    ],
)
def test_who_does_what_there_is(text: str, words: str, party: str) -> None:
    assert attributed(text, words, A).party == party


def test_which_is_no_source() -> None:
    text = "Chile issued a statement according to which Peru opened fire on Monday.\n"
    assert attributed(text, "Peru opened fire on Monday", A).reported_by != "which"
