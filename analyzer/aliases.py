"""What many articles together know of who is who.

A helper of ``parties``.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from itertools import pairwise

from analyzer.affinity import MEDIA
from analyzer.apart import PARENT, parents, same_firm
from analyzer.bodies import local
from analyzer.entities import LOCAL_BODIES, OFFICER, ORG, PERSON, PLACE, PUBLIC, STATE, initials, stem_match
from analyzer.names import BODY_ENDINGS, LEGAL_FORMS, tables


class Affiliations(dict[str, str]):
    """Name -> party; ``kinds`` says of each name whether it is a state, an org, a person or an officer."""

    def __init__(self, stated: Mapping[str, str], kinds: Mapping[str, str] | None = None) -> None:
        """Hold both tables."""
        super().__init__(stated)
        self.kinds = dict(kinds or {})

    def only(self, names: Set[str]) -> Affiliations:
        """What is known of these names alone."""
        return Affiliations(
            {name: self[name] for name in names & self.keys()},
            {name: kind for name in names if (kind := self.kinds.get(name))},
        )


_CENTRAL_BANK = re.compile(
    r"(?:(?:National|Central|Reserve|State) )?Bank of (?:the )?(.+)|(.+) (?:National|Central) Bank"
)
# First words that many bodies share.
COMMON = BODY_ENDINGS | {"the", "new", "san", "st", "port", "north", "south", "east", "west", "national", "central"}
STATED = 300  # per cent: what is stated weighs as much as three sure guesses
MOST = 2  # times the votes of all others together that a body has which the bare word stands for
DECIDED = 0.4  # share of the votes from which a person's party is told


def unify(
    tables_: Iterable[Mapping[str, str]], guesses: Iterable[Mapping[str, Mapping[str, int]]] = ()
) -> Affiliations:
    """Join the ``affiliations`` and ``guesses`` of many articles into one name -> party table with kinds.

    A name takes the party that has most of the votes of all articles. Surnames, short names of bodies and acronyms are
    added where they point to one party alone.
    """
    votes: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    kinds: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    stated: dict[str, set[str]] = defaultdict(set)
    apart: set[str] = set()
    tables_ = list(tables_)
    orgs = {name for table in tables_ for name, kind in getattr(table, "kinds", {}).items() if kind == ORG}
    towns = {place[0] for place in map(local, orgs) if place is not None and place[1] == "city"}
    for table in tables_:
        for name, party in table.items():
            if name in towns and party != name and getattr(table, "kinds", {}).get(name) == PLACE:
                continue  # with a council of its own a dateline's town is not its state
            stated[name].add(party)
            votes[name][party] += _weight(STATED, name, party)
        told = getattr(table, "kinds", {})
        apart |= parents(table, told) | {name for name, kind in told.items() if kind == PARENT}
        for name, kind in told.items():
            kinds[name][kind] += (kind != PARENT) + 2 * (kind == STATE) + (kind == PERSON and " " in name)
    for guess in guesses:
        for name, chances in guess.items():
            if name in towns and chances.keys() != {name}:
                continue
            for party, chance in chances.items():
                votes[name][party] += _weight(chance, name, party)
    kind_of = {name: max(sorted(c), key=lambda k: c[k]) for name, c in kinds.items()}
    for name, seen in kinds.items():
        if ORG in seen and votes[name][name] >= STATED:
            kind_of[name] = ORG if kind_of[name] == PERSON else kind_of[name]  # an article says that it is a body
    for name, told in stated.items():  # one article that says what letters stand for knows more than those that do not
        if name.isupper() and len(full := told - {name}) == 1 and kind_of.get(name) == ORG:
            votes[name] = defaultdict(float, dict.fromkeys(full, STATED))
    _join_surnames(kind_of, votes)
    _join_demonyms(kind_of, votes)
    joined = {n: _first(c) for n, c in sorted(votes.items()) if c and kind_of.get(n) != PERSON}
    states = sorted(n for n, k in kind_of.items() if k == STATE)
    joined |= {b: joined.get(a, a) for a in states for b in states if stem_match(a, b) and tables().party(b) is None}
    joined |= {n: joined[p] for n, p in joined.items() if p in joined and joined[p] != p}
    own = {name: cast.get(name, 0.0) for name, cast in votes.items()}
    bodies = _short_bodies(joined, kind_of, own, apart)
    joined = {name: bodies.get(bodies.get(party, party), bodies.get(party, party)) for name, party in joined.items()}
    people = _people(kind_of, votes, joined)
    joined |= people
    officers = {n for n, party in people.items() if party != n and any(joined.get(p, p) == party for p in stated[n])}
    short = {k: v for k, v in _short_forms(joined, kind_of).items() if k not in joined}
    surnames = {n.split()[-1] for n, kind in kind_of.items() if kind == PERSON}
    kind_of |= dict.fromkeys(short.keys() & surnames, PERSON) | dict.fromkeys(officers, OFFICER)
    return Affiliations(joined | short, kind_of)


def _weight(full: int, name: str, party: str) -> float:
    """What a vote weighs: a paper is seldom the party of whoever speaks to it."""
    return full if party == name or not MEDIA.search(party) else full / 4


def _first(cast: Mapping[str, float]) -> str:
    """The party with most of the votes, of equals the first by name."""
    return max(sorted(cast), key=lambda party: cast[party])


def _people(
    kind_of: Mapping[str, str], votes: Mapping[str, Mapping[str, float]], joined: Mapping[str, str]
) -> dict[str, str]:
    """The party of each person whose votes agree enough, votes for two names of one party being counted together."""
    found: dict[str, str] = {}
    for name in sorted(n for n, kind in kind_of.items() if kind == PERSON and n in votes):
        cast: dict[str, float] = defaultdict(float)
        for party, weight in votes[name].items():
            cast[joined.get(party, party)] += weight
        if cast and max(cast.values()) >= DECIDED * sum(cast.values()):
            found[name] = _first(cast)
    return found


def _join_surnames(kind_of: dict[str, str], votes: dict[str, dict[str, float]]) -> None:
    """Count the votes on a surname for the one person who bears it; a surname borne by several has no say."""
    bearers: dict[str, list[str]] = defaultdict(list)
    for name, kind in kind_of.items():
        if kind == PERSON and " " in name:
            bearers[name.split()[-1]].append(name)
    for surname, people in bearers.items():
        if surname not in kind_of or tables().party(surname) is not None:
            continue
        own = votes.pop(surname, {})
        kind_of[surname] = PERSON
        if len(people) == 1:
            for party, weight in own.items():
                if party != surname:
                    votes[people[0]][party] += weight


def _join_demonyms(kind_of: dict[str, str], votes: dict[str, dict[str, float]]) -> None:
    """Make states of names whose demonym stands in another article: Zambara here, Zambaran there."""
    words = sorted(
        (n for n, k in kind_of.items() if " " not in n and k != PERSON and tables().party(n) is None),
        key=lambda n: (len(n), n),
    )
    by_start: dict[str, list[str]] = defaultdict(list)
    for word in words:
        by_start[word[:4]].append(word)
    for group in by_start.values():
        for i, state in enumerate(group):
            for word in group[i + 1 :]:
                if kind_of[state] != PERSON and stem_match(state, word):
                    kind_of[state] = kind_of[word] = STATE
                    votes[state] = defaultdict(float, {state: 9.0})
                    votes[word] = defaultdict(float, {state: 9.0})


def _short_bodies(
    joined: Mapping[str, str], kinds: Mapping[str, str], told: Mapping[str, float], apart: Set[str]
) -> dict[str, str]:
    """Short name of a body -> its longest: "Corvane", "CB" and "Corvane Bank" are "Corvane Bank plc".

    A short name is the first words or the initials of longer ones that are all one body's: each begins with the next;
    of several bodies, the one that is told of most. Before that, a firm is the same without its legal form, whatever
    else is called after it: "Lumeo" is "Lumeo Inc.", also beside a "Lumeo Foundation".
    Bodies of a town that has one of the sort are one: "Corve police" and "Corve Police Department". What some article
    tells ``apart`` from those called after it is none of them: "Norlys" beside "Norlys Air".
    """
    bodies = sorted({n for n, p in joined.items() if n == p and kinds.get(n) == ORG})
    begun: dict[str, list[str]] = defaultdict(list)
    towns: dict[tuple[str, str], list[str]] = defaultdict(list)
    firms: dict[str, list[str]] = defaultdict(list)
    for body in bodies:
        firms[_firm(body)].append(body)
        if (place := local(body)) is not None:
            towns[place].append(body)
        if MEDIA.search(body):
            continue
        words = body.split()
        if place is None and words[-1].lower() not in PUBLIC:
            for end in range(1 + (words[0].casefold() in COMMON), len(words)):
                begun[" ".join(words[:end])].append(body)
        if len(words) > 1:
            begun[initials(body)].append(body)
    found = {body: max(same, key=lambda b: (len(b), b)) for same in towns.values() for body in same}
    # What governs a town is called by the town where an article only says "the city council".
    found |= {b: town for (town, sort), same in towns.items() if sort == "city" and told.get(town) for b in same}
    states = {body for body in bodies if body.endswith(" State")}  # nor is "Lagos State" its building agency
    for short in set(bodies) - {town for town, _ in towns} - states:  # a town is not the one body called after it
        longer = sorted((b for b in begun.get(short, ()) if b != short), key=len)
        longer = [b for b in longer if short not in apart or same_firm(short, b)]
        if longer and all(b.startswith(f"{a} ") for a, b in pairwise(longer)):
            found[short] = longer[-1]
        elif longer and " " not in short and not short.isupper():
            first, *others = sorted(longer, key=lambda b: (-told.get(b, 0), b))
            if told.get(first, 0) > MOST * sum(told.get(b, 0) for b in others):
                found[short] = first
    # A federal state is the one that its bare name stands for, whatever else is called after "Lagos".
    found |= {b: f"{b} State" for b in bodies if f"{b} State" in states and tables().party(b) is None}
    # "Garrow University" is the "University of Garrow".
    turned = ((b, b.partition(" of ")) for b in bodies if " of " in b)
    found |= {f"{place} {noun}": b for b, (noun, _, place) in turned if f"{place} {noun}" in bodies}
    same = {body: max(named, key=lambda b: (len(b), b)) for named in firms.values() if len(named) > 1 for body in named}
    return found | same


def plain(name: str) -> str:
    """A name without its accents, as agencies print it."""
    return "".join(c for c in unicodedata.normalize("NFKD", name) if not unicodedata.combining(c))


def _firm(name: str) -> str:
    """A firm's name without its legal form and accents: "Lumeo" of "Lumeo Inc.", "Citroen" of "Citroën"."""
    words = plain(name).split()
    while len(words) > 1 and words[-1].lower() in LEGAL_FORMS:
        words.pop()
    return " ".join(words)


def _short_forms(joined: Mapping[str, str], kinds: Mapping[str, str]) -> dict[str, str]:
    """Surnames, first words, acronyms and "X central bank" that stand for one party alone."""
    forms: dict[str, set[str]] = defaultdict(set)
    states: dict[str, list[str]] = defaultdict(list)  # party -> names and demonyms of its state
    for name, party in joined.items():
        if kinds.get(name) == STATE:
            states[party].append(name)
    for name, party in joined.items():
        words = name.split()
        if len(words) < 2:
            continue
        if kinds.get(name) == STATE:
            continue
        if kinds.get(name) == ORG:
            if not LOCAL_BODIES & set(name.lower().split()) and words[-1].lower() not in PUBLIC:
                forms[words[0]].add(party)
            forms[initials(name)].add(party)
            bank = _CENTRAL_BANK.fullmatch(name)
            of = (bank[1] or bank[2]) if bank is not None else ""
            owner = joined.get(of) if kinds.get(of) == STATE else tables().party(of)
            for state in {owner, *states.get(owner, ())} if owner else ():
                forms[f"{state} central bank"].add(party)
        else:
            forms[words[-1]].add(party)
    forms |= {form: {joined[f"{form} State"]} for form in forms if f"{form} State" in joined}
    return {
        form: next(iter(parties))
        for form, parties in forms.items()
        if len(parties) == 1 and len(form) > 1 and form.casefold() not in COMMON and tables().party(form) is None
    }
