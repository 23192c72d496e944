"""Who is who over all articles, kept up to date: ``unify`` is asked again only about names near those touched.

A name's party depends on its own votes, on those of the parties it is given, and on the names it shares a form with:
the last word of a person, the first word and the initials of a body, the stem of a country and its people. Everything
within that reach of a touched name votes again, and where an outcome changes its own neighbours follow; all other
names keep theirs.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable

from analyzer.aliases import STATED, Affiliations, plain, unify
from analyzer.apart import PARENT, parents
from analyzer.entities import ORG, STATE, initials
from analyzer.store.database import Database
from analyzer.store.library import Found

MOST = 1000  # kinds told of one name that are cast one by one
STEM = 4  # letters that a country's name shares with its people's at least


def vote(db: Database, found: Found, sign: int) -> set[str]:
    """Count, or with -1 take back, what one article says of who is who; returns the names."""
    sql = (
        "INSERT INTO votes VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
        " SET stated = stated + excluded.stated, guessed = guessed + excluded.guessed"
    )
    db.many(sql, ((name, party, sign, 0) for name, party in found.stated.items()))
    db.many(sql, ((name, party, 0, sign * n) for name, guess in found.guesses.items() for party, n in guess.items()))
    sql = "INSERT INTO kinds VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET count = count + excluded.count"
    db.many(sql, ((name, kind, sign) for name, kind in found.kinds.items()))
    db.many(sql, ((name, PARENT, sign) for name in parents(found.stated, found.kinds)))
    names = {*found.stated, *found.guesses, *found.kinds}
    if sign > 0:
        rows = ((form, name) for name in names for form in forms(name, found.kinds.get(name)))
        db.many("INSERT OR IGNORE INTO forms VALUES (?, ?)", rows)
    else:
        db.many("DELETE FROM votes WHERE name = ? AND stated = 0 AND guessed = 0", ((name,) for name in names))
        db.many("DELETE FROM kinds WHERE name = ? AND count = 0", ((name,) for name in names))
    return names


def forms(name: str, kind: str | None) -> set[str]:
    """What may stand for a name alone, the name itself included; a stem ends in an ellipsis."""
    words = name.split()
    found = {name, f"{name[:STEM]}…"} if len(words) < 2 or kind == STATE else {name}
    if len(words) > 1 and kind == ORG:
        found |= {words[0], initials(name)}
    elif words:
        found.add(words[-1])
    return found | set(map(plain, found))


def crossed(found: Found) -> set[str]:
    """Names that an article gives to another party than themselves."""
    guessed = ((name, party) for name, guess in found.guesses.items() for party in guess)
    return {name for name, party in (*found.stated.items(), *guessed) if party != name}


def renamed(db: Database, touched: set[str], withdrawn: set[str]) -> set[str]:
    """Tell the party of these names anew, and of all that hang on them; returns the names told otherwise now.

    ``withdrawn`` are the names ``crossed`` in articles that were taken out. Who follows a name given to another party
    is told anew even if its own outcome is the same, as it is when two names point at each other; a name that is only
    ever itself, as most great powers are, is followed only when its outcome changes.
    """
    changed: set[str] = set()
    done: set[str] = set()
    ahead = touched
    while ahead:
        done |= ahead
        near = ahead | _share(db, ahead)
        known = unify(*ballots(db, _reach(db, near)))
        asked = near | {form for (form,) in db.among("SELECT form FROM forms WHERE name IN ({})", ahead)}
        told = {name: (known.get(name, ""), known.kinds.get(name, "")) for name in asked & (known.keys() | known.kinds)}
        rows = db.among("SELECT name, party, kind FROM aliases WHERE name IN ({})", asked)
        before = {name: (party, kind) for name, party, kind in rows}
        other = {name for name in asked if before.get(name) != told.get(name)}
        db.many("DELETE FROM aliases WHERE name = ?", ((name,) for name in other))
        db.many("INSERT INTO aliases VALUES (?, ?, ?)", ((name, *told[name]) for name in other if name in told))
        changed |= other
        turned = {name for (name,) in db.among("SELECT name FROM votes WHERE party != name AND name IN ({})", near)}
        turned |= other | withdrawn
        followers = {name for (name,) in db.among("SELECT name FROM votes WHERE party IN ({})", turned)}
        ahead = (other | followers) - done
    return changed


def _share(db: Database, names: Iterable[str]) -> set[str]:
    """Names that share a form with any of these."""
    names = set(names)
    wanted = {form for (form,) in db.among("SELECT form FROM forms WHERE name IN ({})", names)} | names
    return {name for (name,) in db.among("SELECT name FROM forms WHERE form IN ({})", wanted)}


def _reach(db: Database, names: set[str]) -> set[str]:
    """All names that have a say in the party of these."""
    reach = new = names | _share(db, names)
    for _ in range(2):  # the party a name is given, and the party that party is given
        given = {party for (party,) in db.among("SELECT party FROM votes WHERE name IN ({})", new)} - reach
        new = given | _share(db, given)
        reach = reach | new
    return reach


def ballots(db: Database, names: Iterable[str]) -> tuple[list[Affiliations], list[dict[str, dict[str, int]]]]:
    """Tables that vote on these names as the articles did: what is stated, and what is guessed (as sums).

    What is stated is cast once and weighed by the rest, so that what a name costs does not grow with the store. No vote
    is left out, also where all agree: those on "Marsh" are counted with those on "Ida Marsh". Of kinds, which no other
    name is given, one vote tells as much as 100,000 where all agree, and shares tell as much as all votes.
    """
    names = sorted(names)
    rows = list(db.among("SELECT name, party, stated, guessed FROM votes WHERE name IN ({})", names))
    seen = list(db.among("SELECT name, kind, count FROM kinds WHERE name IN ({})", names))
    stated = _cast((name, party, min(sure, 1)) for name, party, sure, _ in rows)
    guessed: dict[str, dict[str, int]] = {}
    for name, party, sure, unsure in rows:
        if rest := unsure + STATED * max(0, sure - 1):
            guessed.setdefault(name, {})[party] = rest
    scale = _scales((name, number) for name, _, number in seen)
    kinds = _cast((name, kind, math.ceil(number * scale[name])) for name, kind, number in seen)
    return (
        [*(Affiliations(table) for table in stated), *(Affiliations({}, table) for table in kinds)],
        [guessed],
    )


def _scales(votes: Iterable[tuple[str, int]]) -> dict[str, float]:
    """Factor on what is told of each name, given once for each of the values it is told to have."""
    held: defaultdict[str, list[int]] = defaultdict(list)
    for name, number in votes:
        held[name].append(number)
    out = {}
    for name, numbers in held.items():
        total = max(1, sum(numbers))
        # A little less than what comes to one vote: rounding up must not add another.
        out[name] = 0.999 / total if len(numbers) == 1 else min(1.0, MOST / total)
    return out


def _cast(votes: Iterable[tuple[str, str, int]]) -> list[dict[str, str]]:
    """Tables in which each (name, value, times) stands so many times; a table holds a name once."""
    tables: list[dict[str, str]] = []
    used: Counter[str] = Counter()
    for name, value, times in votes:
        for _ in range(times):
            if used[name] == len(tables):
                tables.append({})
            tables[used[name]][name] = value
            used[name] += 1
    return tables
