"""What many articles together know of who is who.

A helper of ``parties``.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from analyzer.affinity import MEDIA
from analyzer.entities import ORG, PERSON, STATE, stem_match
from analyzer.names import BODY_ENDINGS, tables


class Affiliations(dict[str, str]):
    """Name -> party; ``kinds`` says of each name whether it is a state, an org or a person."""

    def __init__(self, stated: Mapping[str, str], kinds: Mapping[str, str] | None = None) -> None:
        """Hold both tables."""
        super().__init__(stated)
        self.kinds = dict(kinds or {})


def unify(tables_: Iterable[Mapping[str, str]], guesses: Iterable[Mapping[str, str]] = ()) -> Affiliations:
    """Join the ``affiliations`` of many articles into one name -> party table with kinds.

    A name takes the party most articles give it, what is stated weighing three times what was guessed. Surnames, short
    names of bodies and acronyms are added where they point to one party alone.
    """
    votes: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    kinds: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for weight, group in ((3, tables_), (1, guesses)):
        for table in group:
            for name, party in table.items():
                votes[name][party] += weight if party == name or not MEDIA.search(party) else weight / 4
            for name, kind in getattr(table, "kinds", {}).items():
                kinds[name][kind] += 1 + 2 * (kind == STATE) + (kind == PERSON and " " in name)
    kind_of = {name: max(sorted(c), key=lambda k: c[k]) for name, c in kinds.items()}
    surnames = {n.split()[-1] for n, k in kind_of.items() if k == PERSON and " " in n}
    for name in [n for n in kind_of if n in surnames and tables().party(n) is None]:
        votes.pop(name, None)
        kind_of[name] = PERSON
    _join_demonyms(kind_of, votes)
    joined = {
        n: max(sorted(c), key=lambda p: c[p])
        for n, c in sorted(votes.items())
        if not (kind_of.get(n) == PERSON and c[n])
    }
    states = sorted(n for n, k in kind_of.items() if k == STATE)
    joined |= {b: joined.get(a, a) for a in states for b in states if stem_match(a, b) and tables().party(b) is None}
    joined |= {n: joined[p] for n, p in joined.items() if p in joined and joined[p] != p}
    bodies = _short_bodies(joined, kind_of)
    joined = {name: bodies.get(party, party) for name, party in joined.items()}
    short = {k: v for k, v in _short_forms(joined, kind_of).items() if k not in joined}
    kind_of |= {k: PERSON for k in short if k in surnames}
    return Affiliations(joined | short, kind_of)


def _join_demonyms(kind_of: dict[str, str], votes: dict[str, dict[str, float]]) -> None:
    """Make states of names whose demonym stands in another article: Zambara here, Zambaran there."""
    words = sorted(
        (n for n, k in kind_of.items() if " " not in n and k != PERSON and tables().party(n) is None), key=len
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


def _short_bodies(joined: Mapping[str, str], kinds: Mapping[str, str]) -> dict[str, str]:
    """Long name of a body -> one name for all its forms: "Corvane Bank plc" and "Corvane" are one party."""
    bodies = sorted({n for n, p in joined.items() if n == p and kinds.get(n) == ORG})
    found: dict[str, str] = {}
    for short in bodies:
        if " " in short:
            continue
        longer = [
            b for b in bodies if b.split()[0] == short and b != short and set(b.lower().split()[1:]) <= BODY_ENDINGS
        ]
        if len(longer) == 1 and kinds.get(short) == ORG:
            found[short] = longer[0]
    return found


def _short_forms(joined: Mapping[str, str], kinds: Mapping[str, str]) -> dict[str, str]:
    """Surnames, first words and acronyms that stand for one party alone."""
    forms: dict[str, set[str]] = defaultdict(set)
    for name, party in joined.items():
        words = name.split()
        if len(words) < 2:
            continue
        if kinds.get(name) == STATE:
            continue
        if kinds.get(name) == ORG:
            forms[words[0]].add(party)
            forms["".join(w[0] for w in words if w[0].isupper())].add(party)
        else:
            forms[words[-1]].add(party)
    common = BODY_ENDINGS | {"the", "new", "san", "st", "port", "north", "south", "east", "west", "national", "central"}
    return {
        form: next(iter(parties))
        for form, parties in forms.items()
        if len(parties) == 1 and len(form) > 1 and form.casefold() not in common and tables().party(form) is None
    }
