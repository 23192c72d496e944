"""The printed names of one article, joined to entities: states, persons, bodies, places.

A name is joined to the entity it is a shorter form of, and an entity is what titles, endings, grammar and labels
together speak for. A helper of ``offices`` and ``affiliation``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analyzer.affinity import MEDIA
from analyzer.apart import same_firm, told_apart
from analyzer.bodies import HEAD, Bodies, same_local
from analyzer.entities import (
    DEMONYM_ENDINGS,
    HE,
    IT,
    LOCAL_BODIES,
    ORG,
    OWNING,
    PERSON,
    PLACE,
    PUBLIC,
    STATE,
    Entity,
    abbreviates,
    acts,
    called,
    governed,
    initials,
    is_office,
    noun_classes,
    same_name,
    stem_match,
)
from analyzer.names import (
    BODY_ENDINGS,
    INNER_PLACES,
    PLACE_WORDS,
    POLITICS,
    PORTFOLIOS,
    PURPOSIVE,
    TITLE_WORDS,
    Name,
    is_held,
    tables,
)
from analyzer.naming import find_names
from analyzer.press import is_medium, only_cited
from analyzer.speech import SAYING
from analyzer.syntax import is_word
from analyzer.wordlists import words

if TYPE_CHECKING:
    from spacy.tokens import Token

NATIONAL = frozenset(
    {"agency", "army", "assembly", "council", "directorate", "guard", "police", "prosecutor", "service"}
)
BODY_BEGINNINGS = words("body_beginnings")
INSTRUMENTS = words("instruments")
SOVEREIGN = words("sovereign")
REALM = re.compile(
    r"(?:(?:Federal|Federative|Islamic|People['’]s|Socialist) )*(Republic|Kingdom|Sultanate) of (?:the )?"
)
ORGANS = frozenset(  # of which a state has its own, whatever stands before the word
    {
        "army",
        "cabinet",
        "coastguard",
        "forces",
        "government",
        "military",
        "ministry",
        "navy",
        "parliament",
        "presidency",
    }
)
DIRECTIONS = frozenset({"east", "great", "greater", "little", "lower", "north", "old", "south", "upper", "west"})
GOVERNORS = frozenset({"chief minister", "governor", "mayor", "premier", "president", "prime minister"})
UNITS = frozenset({"own", "state_organ"})  # classes of what a state's forces are made of
REBELLING = frozenset({"freedom", "insurgent", "liberation", "rebel", "resistance"})  # no "Sudan Liberation Army"
MODEL = re.compile(r"(?![GM]-)[A-Za-z]{1,4}-\d")  # "MiG-21 Bison", "F-16s"; not the G-20 nor the M-23
PRODUCT = re.compile(r" (?!U\d)[A-Z][A-Za-z]{0,3}-?\d{2,}[A-Za-z]*$")  # "Airbus A320neo"; not "Vestland U21"
BODY_NOUN = 3.0  # evidence of a noun that says what the bearer of a name is, beside it or as its last word
COINED = 1.5  # evidence of a name that is a firm's but for a surname that is a word
PLACE_NOUN = 2.0  # evidence of a last word that is a place's: weaker, since ports and airports act, too
CLUBS = frozenset({"AFC", "CF", "FC", "SC"})  # letters behind a club's name
HALLS = frozenset({"City Hall", "Town Hall"})  # halls that speak for who governs from them
# What somebody has in a firm, or does with it: "a stake in Corvane".
HELD_IN = frozenset(
    {"confidence", "holding", "interest", "invest", "investment", "investor", "share", "shareholder", "stake", "trust"}
)
LETTERS = 3  # letters of a firm in front of its name; a man's initials are fewer
LEAST_BODY = 1.2  # evidence of a body that one bare mention does not reach


class Grouping:
    """Joins the names of one article to entities, and tells what each is; fills the tables of its parties."""

    def __init__(self, parties: Any) -> None:  # an ArticleParties; its module imports this one
        self.p = parties
        self.known = tables()
        self.bare_organs: list[Entity] = []  # organs of a state that their names do not tell
        names = (self._bare(n) for n in find_names(parties.sentences, parties.docs) if not self._agency(n))
        self.names = [part for name in names for part in self._owner_and_ministry(name)]
        self._group()
        self._classify()

    def _bare(self, name: Name) -> Name:
        """A name without the trade that a sentence may begin with: "Carmaker Halden Motors" is Halden Motors."""
        doc = self.p.docs[name.sentence]
        trade = doc[name.first].lower_
        if name.first or name.last < 2 or "firm" not in self.known.classes(trade) or trade in BODY_ENDINGS:
            return name
        rest = doc[1 : name.last]
        if rest.text.lower() in BODY_ENDINGS or not rest.text[0].isupper():
            return name
        start = name.end - len(rest.text)
        return replace(name, first=1, start=start, text=name.text.split(maxsplit=1)[1])

    def _owner_and_ministry(self, name: Name) -> Iterator[Name]:
        """The state and the ministry of a name in one, where no table knows the state: "Arvenian Ministry of Roads"."""
        first, _, rest = name.text.partition(" ")
        ministry = rest.startswith("Ministry ") or (
            rest.endswith(" Ministry") and rest.split()[0].lower() in PORTFOLIOS
        )
        invented = first.endswith(DEMONYM_ENDINGS[:2]) and not is_word(first) and self.known.party(first) is None
        if not (ministry and invented) or name.title or name.honorific:
            yield name
            return
        yield replace(name, text=first, last=name.first + 1, end=name.start + len(first))
        yield replace(name, text=rest, first=name.first + 1, start=name.end - len(rest))

    def _agency(self, name: Name) -> bool:
        """Whether a name is the news agency of a dateline: "KARSHAD, Oct 3 (Meridian Wire) -"."""
        doc = self.p.docs[name.sentence]
        if name.sentence > 4 or name.first == 0 or doc[name.first - 1].text != "(":
            return False
        return name.last + 1 < len(doc) and doc[name.last].text == ")" and doc[name.last + 1].text in {"-", "–", "—"}

    def _group(self) -> None:
        """Join printed names to entities: states by table and stem, long names first, then surnames and acronyms."""
        counts = Counter(n.text for n in self.names)
        self.demonyms = self._invented(counts)
        head, is_state = self.p.article.text[:HEAD], lambda text: self.state_key(text) is not None
        found = Bodies(head, self.p.sentences, self.p.docs, is_state, self.p.known)
        self.names, described = found.join(self.names)
        self.guessed = found.guessed
        entities: dict[str, Entity] = {}
        short: list[Name] = []
        printed = {n.text for n in self.names}
        self.names = [self._lowered(name, printed) for name in self.names]
        firms = self._firms_of_nation()
        for name in self.names:
            key = None if name.honorific else self.state_key(name.text)  # "Mr Jordan"
            if name.start in described:
                full = described[name.start]
                spelt = (n.text for n in self.names if n.start not in described and same_local(n.text, full))
                full = next((k for k in entities if same_local(k, full)), None) or next(spelt, full)
                entity = entities.setdefault(full, Entity(full, kind=ORG, party=full, stated=True))
            elif name.text in firms and self._of_the_firm(name):
                entity = entities.setdefault(firms[name.text], Entity(firms[name.text]))
            elif key is not None:
                kind = ORG if self.known.kind(name.text) == "alliance" else STATE
                entity = entities.setdefault(key, Entity(key, kind=kind, party=key, stated=True))
            elif " " in name.text:
                text = governed(name.text)
                full = next((k for k in entities if same_name(k, text) or same_local(k, text) or _named(k, text)), text)
                entity = entities.setdefault(full, Entity(full))
            else:
                short.append(name)
                continue
            self._place(name, entity)
        called = self._halves(short) | self._lettered(short)
        self.apart = told_apart(self.names, self.p.docs, self.p.speech.regions)
        for name in short:
            full = called.get(name.text) or self._full(name, entities)
            entity = entities.setdefault(full, Entity(full))
            self._place(name, entity)
        self.p.entities = list(entities.values())
        self.p.timeline = sorted(self.p.by_span.values(), key=lambda pair: pair[0].start)

    def _firms_of_nation(self) -> dict[str, str]:
        """Adjectives of nation that stand for a firm in the article: "American said", of American Airlines."""
        called: dict[str, set[str]] = {}
        for name in self.names:
            first, *rest = name.text.split()
            firm = rest and rest[-1].lower() in BODY_ENDINGS and not any(map(self._of_organ, map(str.lower, rest)))
            if firm and self.known.kind(first) == "demonym" and first.endswith("an"):  # no "Swiss voted"
                called.setdefault(first, set()).add(name.text)
        alone = {name.text for name in self.names if name.text in called and self._stands_alone(name)}
        return {word: firms.pop() for word, firms in called.items() if word in alone and len(firms) == 1}

    def _stands_alone(self, name: Name) -> bool:
        """Whether an adjective of nation acts or owns something: no "the British said"."""
        doc = self.p.docs[name.sentence]
        the = name.first > 0 and doc[name.first - 1].lower_ == "the"
        return acts(doc[name.last - 1]) and not the

    def _of_the_firm(self, name: Name) -> bool:
        """Whether an adjective of nation that a firm is called by is the firm here: not in "American soldiers"."""
        last = self.p.docs[name.sentence][name.last - 1]
        within = last.dep_ in {"amod", "compound", "nmod"}
        spokesman = any(t.lower_.startswith("spokes") for t in last.doc[last.i + 1 : last.i + 2])
        return not within or spokesman

    def _halves(self, short: Sequence[Name]) -> dict[str, str]:
        """What "the North" and "the South" are called where they act: the one state of that name, North Korea.

        So is "the Republic" the one that the article prints as "Republic of X".
        """
        found = {}
        states = {entity.name for _, entity in self.p.by_span.values() if entity.kind == STATE}
        for half in ("North", "South"):
            told = [name for name in short if name.text == half]
            halves = [state for state in states if state.startswith(f"{half} ")]
            if len(halves) == 1 and told and all(map(self._acts_alone, told)):
                found[half] = halves[0]
        realms = [(kind[1], e.name) for n, e in self.p.by_span.values() if (kind := REALM.match(n.text))]
        for word in {word for word, _ in realms}:
            called = {state for one, state in realms if one == word}
            found |= dict.fromkeys([word], called.pop()) if len(called) == 1 else {}
        return found

    def _lettered(self, short: Sequence[Name]) -> dict[str, str]:
        """Letters in brackets behind a body -> the body, whatever they are: "Football Association of Iceland (KSI)"."""
        found: dict[str, str] = {}
        for name in short:
            doc = self.p.docs[name.sentence]
            if name.first < 2 or doc[name.first - 1].text != "(" or not name.text.isupper() or MEDIA.search(name.text):
                continue
            bearer = self.p.by_token.get((name.sentence, name.first - 2))
            if bearer is None or bearer.kind == STATE or doc[min(name.last, len(doc) - 1)].text != ")":
                continue
            words = bearer.name.split()
            body = len(words) > 1 and bool(BODY_ENDINGS & {word.lower() for word in words})
            if body and set(name.text) & set(initials(bearer.name)):
                found.setdefault(name.text, bearer.name)
        return found

    def _acts_alone(self, name: Name) -> bool:
        """Whether "the North" acts or owns something: no place to be in, nor a part of anything."""
        doc = self.p.docs[name.sentence]
        of = name.last < len(doc) and doc[name.last].lower_ == "of"
        return name.first > 0 and doc[name.first - 1].lower_ == "the" and acts(doc[name.last - 1]) and not of

    def _lowered(self, name: Name, printed: Set[str]) -> Name:
        """A name without the capitals of a headline or of how papers begin: "VINCE Cable"."""
        title = name.text.title()
        if name.text.isupper() and len(title) > 4 and (title in printed or title in self.p.known):
            return replace(name, text=title)
        first, _, rest = name.text.partition(" ")
        shouted = first.isupper() and len(first) > 2 and not rest.isupper() and first.title() in self.known.given
        if rest and shouted and rest.split()[-1].lower() not in BODY_ENDINGS | PLACE_WORDS:
            return replace(name, text=f"{first.title()} {rest}")
        return name

    def _place(self, name: Name, entity: Entity) -> None:
        entity.names.append(name)
        self.p.by_span[name.start, name.end] = (name, entity)
        for i in range(name.first, name.last):
            self.p.by_token[name.sentence, i] = entity

    def state_key(self, text: str) -> str | None:
        """State that a printed word names or is a demonym of; not the one that a capital stands for."""
        text = re.sub(r" \d+(st|nd|rd|th)$", "", text)  # "the Russian 41st army"
        party = self.known.party(text)
        if party is not None and self.known.kind(text) != "capital":
            return party
        realm = REALM.match(text)
        return self.demonyms.get(text) or (self.state_key(text[realm.end() :]) if realm is not None else None)

    def _invented(self, counts: Counter[str]) -> dict[str, str]:
        """States that only this article knows, with their demonyms: name or demonym -> state."""
        found: dict[str, str] = {}
        shared = self.p.known.kinds
        for text in counts:
            if shared.get(text) == STATE and self.known.party(text) is None:
                found[text] = self.p.known.get(text, text)
        singles = {t for t in counts if " " not in t and not self.known.party(t) and t.isalpha()}
        people = {n.text.split()[-1] for n in self.names if n.title or n.honorific or self._full_name(n)}
        people |= {text for text in counts if shared.get(text) == PERSON}
        ordered = sorted(singles - people, key=lambda t: (len(t), t))  # the state before its longer demonym
        for state in ordered:
            for word in ordered:
                if stem_match(state, word) and (len(word) >= len(state) or state not in found):
                    found[word] = found.setdefault(state, state)
        for text in counts:
            realm = REALM.match(text)
            state = text[realm.end() :] if realm is not None else ""
            if state and " " not in state and self.known.party(state) is None and not is_word(state):
                found.setdefault(state, state)
        for name in self.names:
            own = name.text not in found and name.text not in people and not self.known.party(name.text)
            if own and shared.get(name.text, STATE) in {STATE, PLACE} and self._owns_state_organ(name):
                found[name.text] = name.text
        return found

    def _full_name(self, name: Name) -> bool:
        """Whether a printed name looks like given name and surname: two or three words, no ending of a body."""
        words = name.text.split()
        return (
            2 <= len(words) <= 3 and words[-1].lower() not in BODY_ENDINGS and self._label(name) not in {"GPE", "LOC"}
        )

    def _given(self, name: Name) -> bool:
        """Whether a printed name begins with a given name, or is the surname of one that does."""
        last = name.text.split()[-1]
        return any(n.text.split()[-1] == last and self._full_name(n) for n in self.names)

    def _label(self, name: Name) -> str:
        """Label that spaCy gives most of a name's tokens; a weak hint only."""
        span = self.p.docs[name.sentence][name.first : name.last]
        return str(Counter(t.ent_type_ for t in span).most_common(1)[0][0])

    def _owns_state_organ(self, name: Name) -> bool:
        """Whether a name is followed by "'s defence ministry", "government" or preceded by "government of"."""
        doc = self.p.docs[name.sentence]
        k = name.last
        if k < len(doc) and doc[k].text in {"'s", "’s", "'", "’"}:
            k += 1
        window = [t.lower_ for t in doc[k : k + 3]]
        text = " ".join(window)
        organs = (
            r"^((?!chief)(\w+ )?(ministry|minister)\b|government|army|navy|air force|coastguard|general staff"
            r"|parliament|troops|opposition|envoy|ambassador|embassy|central bank|border guards?|frontier"
            r"|capital\b|armed forces)"
        )
        if re.match(organs, text) and name.title is None and not name.honorific:
            return True
        lead = " ".join(t.lower_ for t in doc[max(0, name.first - 8) : name.first])
        return bool(re.search(r"(government|republic|kingdom) of$|\bministry (of|for) .*\bof$", lead))

    def _full(self, name: Name, entities: dict[str, Entity]) -> str:
        """Full name behind a single word: surname, first name, short firm name or acronym."""
        word = name.text
        ends = [k for k in entities if _ends(k, word) and entities[k].kind != STATE]
        ends = [k for k in ends if k.split()[0].lower() not in DIRECTIONS]  # Kolm is not Upper Kolm
        starts = [
            k
            for k in entities
            if k.split()[0] == word
            and entities[k].kind != STATE
            and not _product(k)
            and not (PLACE_WORDS | LOCAL_BODIES) & set(k.lower().split())
            and k.split()[-1].lower() not in PUBLIC
            and not MEDIA.search(k)
        ]
        formal = [k for k in starts if same_firm(word, k)]
        if formal or word in self.apart or any(n.text == word and self._town(n) for n in self.names):
            starts = formal  # Norlys is Norlys Group, not Norlys Air; nor is Bristol Bristol Water, if "in Bristol"
        if f"{word} State" in starts:
            return f"{word} State"
        called = name.honorific or word in self.known.given  # nobody is called by his first name: "Dawn" of Dawn Keller
        options = (ends or starts) if called else (starts or ends)
        options = options or [k for k in entities if abbreviates(word, k)] or [k for k in entities if _amid(k, word)]
        if not options:
            return self._side(word) or word
        before = [k for k in options if entities[k].names[0].start < name.start]
        return (before or options)[0]

    def _town(self, name: Name) -> bool:
        """Whether a name is printed as where something is: "in Bristol"; not "a stake in Corvane"."""
        doc = self.p.docs[name.sentence]
        if not name.first or doc[name.first - 1].lower_ not in {"in", "near", "outside"}:
            return False
        return doc[name.first - 1].head.lemma_.lower() not in HELD_IN and self._label(name) in {"GPE", "LOC"}

    def _side(self, word: str) -> str | None:
        """The body called by its last word that other articles know somebody named here to be of, if one is.

        "The Union" is the Civic Union where its leader is named, whatever else is a union.
        """
        if self.p.known.kinds.get(word) == PERSON:
            return None
        known = (self.p.known.get(name.text, "") for name in self.names)
        found = {party for party in known if " " in party and _ends(party, word)}
        return found.pop() if len(found) == 1 else None

    def _classify(self) -> None:
        """Decide person, body or place by titles, endings, grammar and spaCy's labels together."""
        owners = {n.owner for n in self.names if n.owner and n.title}
        for entity in self.p.entities:
            if entity.stated:
                continue
            if self.known.kind(entity.name) == "capital" and not any(n.title or n.honorific for n in entity.names):
                entity.kind = PLACE  # whatever it does, it does for its state
                continue
            model = MODEL.match(entity.name) and entity.name.split()[-1].lower() not in BODY_ENDINGS
            if model or _product(entity.name):
                entity.kind = PLACE  # a thing, whose conduct is its owner's
                continue
            if entity.name.split()[-1].lower() in INSTRUMENTS and " " in entity.name:
                entity.kind = PLACE  # "the Privacy Act"
                continue
            if self._cited(entity):
                entity.kind, entity.countable = PLACE, True  # "told the weekly Lantern"
                continue
            score = {PERSON: 0.0, ORG: 0.0, PLACE: 0.4}
            words = entity.name.split(" of ")[0].split()  # "Crest Energy of Lagos"
            place = words[-1].lower() in PLACE_WORDS and not entity.name.endswith(tuple(HALLS))
            if (
                (len(words) > 1 and words[-1].lower() in BODY_ENDINGS)
                or (words[0].lower() in BODY_ENDINGS and len(words) > 2)
                or (len(words) > 1 and words[0].lower() in BODY_BEGINNINGS)
            ):
                score[ORG] += 3
            elif (
                2 <= len(words) <= 3
                and not place
                and all(w.replace("-", "").replace("'", "").replace("’", "").isalpha() for w in words)
            ):
                man = any(n.text == words[-1] or n.title or n.honorific for n in entity.names)
                self._formed(words, score, man=man)
            score[PLACE] += PLACE_NOUN * (len(words) > 1 and place)
            titled = any(n.title or n.honorific for n in entity.names)  # great men have officers, too
            if any(n.text in owners for n in entity.names) and not titled:
                score[ORG] += 2
            score[ORG] += 2.5 * (not titled and any(self._has_officer(n) for n in entity.names))
            for name in entity.names:
                self._evidence(name, words, score)
            known = self.p.known.get(entity.name)
            known_kind = self.p.known.kinds.get(entity.name)
            if len(words) == 1 and not any(n.title or n.honorific or self._aged(n) for n in entity.names):
                # News gives a person's full name or office once; a word that never has either is no person.
                score[PERSON] = score[PERSON] if known_kind == PERSON else 0.0
                score[ORG] += 0.3 * sum(acts(self.p.docs[n.sentence][n.last - 1]) for n in entity.names)
                if (
                    len(entity.names) == 1
                    and entity.names[0].first == 0
                    and known_kind is None
                    and score[ORG] < LEAST_BODY
                ):
                    score[ORG] = 0.0  # one word, once, at the start of a sentence: it may be no name at all
            if known_kind in {PERSON, ORG}:
                score[known_kind] += 4
            entity.kind = max(score, key=lambda k: score[k])
            if entity.kind == ORG:
                self._state_body(entity)
                entity.stated = entity.stated or (score[ORG] >= 2 and not self._owned(entity))
                entity.party = entity.party or known or entity.name
            elif known is not None and (entity.kind == PERSON or known != entity.name):
                entity.party, entity.stated = known, False
            entity.female = self._gender(entity)

    def _cited(self, entity: Entity) -> bool:
        """Whether an entity is a medium whose reports alone are told of."""
        printed = [(self.p.docs[name.sentence], name) for name in entity.names]
        return any(is_medium(*one) for one in printed) and all(only_cited(*one) for one in printed)

    def _formed(self, words: Sequence[str], score: dict[str, float], *, man: bool) -> None:
        """Add what the words of a name alone speak for: given name and surname, or what a firm is called after.

        A surname may be a word, too: "Open Table" is a firm for all that is known, "Agathe Rook" and "Lysander Marine"
        are either, and so is "Pal Stone" where he is a ``man`` by what he is called: "Stone", "Governor Pal Stone".
        """
        last = words[-1].lower()
        if words[0].lower() in DIRECTIONS and not is_word(last):
            score[PLACE] += 1.0  # "Upper Kolm"
        elif words[0].isupper() and len(words[0]) >= LETTERS and not words[-1].isupper():
            score[ORG] += COINED  # "PSA Peugeot Citroen"
        elif words[0] in self.known.given or not is_word(last):
            score[PERSON] += 1.0
        else:
            told = is_word(words[0]) and not man
            told = told or last in LOCAL_BODIES or bool(OWNING & self.known.classes(last))  # "Westmoor Airport"
            score[ORG] += BODY_NOUN if told else COINED

    def _owned(self, entity: Entity) -> bool:
        """Whether a body is told to be another's, so that it is less surely its own: "Norvane Cargo, its haulier"."""
        ends = (self.p.docs[name.sentence][name.last - 1] for name in entity.names)
        return any(
            c.lower_ == "its" and noun.dep_ == "appos" for end in ends for noun in called(end) for c in noun.children
        )

    def _has_officer(self, name: Name) -> bool:
        """Whether a name is printed as having officers: "head of X", "the X spokesman", "X's chief executive"."""
        doc = self.p.docs[name.sentence]
        if name.first >= 2 and doc[name.first - 1].lower_ in {"of", "at"}:
            return is_office(doc[name.first - 2].lemma_.lower())
        k = name.last + (name.last < len(doc) and doc[name.last].text in {"'s", "’s", "'", "’"})
        for token in doc[k : k + 3]:
            if token.pos_ not in {"NOUN", "ADJ", "PROPN"}:
                return False
            if is_office(token.lemma_.lower()):
                if "spokes" in self.known.classes(token.lemma_.lower()) and self._given(name):
                    return False  # great men have spokeswomen too
                # "the X spokesman" owns; "Smith, the chairman" has no comma here, so X is no person's own name
                return name.title is None and not name.honorific
        return False

    def _evidence(self, name: Name, full: Sequence[str], score: dict[str, float]) -> None:
        """Add what one printed name speaks for; ``full`` are the words of the entity's longest name."""
        doc = self.p.docs[name.sentence]
        surname = name.last - name.first == 1 and len(full) > 1 and name.text == full[-1]
        span = doc[name.first : name.last]
        label = self._label(name)
        if surname and full[0].lower() in POLITICS:
            surname, label = False, label.replace("PERSON", "")  # "Dawn" of National Dawn
        score[PERSON] += {"PERSON": 1.0}.get(label, 0.0) + (2.5 if name.title or name.honorific else 0.0)
        score[ORG] += {"ORG": 0.6, "PRODUCT": 0.4}.get(label, 0.0)
        score[PLACE] += {"GPE": 0.8, "LOC": 1.0, "FAC": 1.0}.get(label, 0.0)
        before = doc[name.first - 1].lower_ if name.first else ""
        after = doc[name.last].text if name.last < len(doc) else ""
        if before == "the":
            score[ORG] += 0.5
            score[PERSON] -= 1.0
        if before == "of" and self._governor_before(name):
            score[ORG] += BODY_NOUN
        if before in {"in", "near", "at", "outside", "around"}:
            score[PLACE] += 0.8
            score[PERSON] -= 0.5
        if after == "," and name.last + 1 < len(doc) and doc[name.last + 1].like_num:
            score[PERSON] += 2
        if len(span) > 1 and span[0].text in self.known.given:
            score[PERSON] += 1.0
        score[PERSON] += BODY_NOUN * (len(span) > 1 and self._member(name))
        if name.last + 1 < len(doc) and after == ",":
            score[PERSON] += BODY_NOUN * (doc[name.last + 1].lower_ == "who")
            score[ORG] += 1.5 * (doc[name.last + 1].lower_ == "which")
        for noun in called(span[-1]):
            classes = noun_classes(noun)
            body = bool(classes & {"firm", "body"})
            score[ORG] += BODY_NOUN * body
            score[PLACE] -= PLACE_NOUN * (
                body and noun.dep_ == "appos" and noun.i > span[-1].i
            )  # "Open River, a group"
            score[PERSON] += BODY_NOUN * is_held(classes)
        for pronoun in _taken_up(span[-1]):
            score[ORG] += COINED * (pronoun in IT)
            score[PERSON] += COINED * (pronoun in HE)
        if span[-1].dep_ == "nsubj":
            score[ORG] += 0.4
            score[PERSON] += 1.0 if span[-1].head.lemma_ in SAYING and len(span) > 1 else 0.4
        elif span[-1].dep_ in {"compound", "nmod"} and not surname:
            score[ORG] += 0.5
            score[PLACE] += PLACE_NOUN * (span[-1].head.is_lower and span[-1].head.lower_ in INNER_PLACES)
        score[PERSON] += 0.5 * surname
        score[ORG] += 1.5 * (  # men are called by their last name, firms by their first
            len(span) == 1 and len(full) > 1 and name.text == full[0] and name.text not in self.known.given
        )
        if after in {"'s", "’s"} and name.last + 3 < len(doc):
            window = [t.lemma_.lower() for t in doc[name.last + 1 : name.last + 4]]
            if any(is_held(self.known.classes(w)) for w in window):
                score[ORG] += 2

    def _aged(self, name: Name) -> bool:
        """Whether an age stands beside who does something, as with persons: "Sam, 20, said"."""
        doc = self.p.docs[name.sentence]
        beside = doc[name.last : name.last + 3]
        enclosed = len(beside) > 2 and beside[0].text == beside[2].text == ","
        return enclosed and beside[1].is_digit and acts(doc[name.last - 1])

    def _member(self, name: Name) -> bool:
        """Whether a name is told to be "of the" body that is named next, as members are: "Rook of the League"."""
        doc, at = self.p.docs[name.sentence], name.last
        body: Entity | None = self.p.by_token.get((name.sentence, at + 2))
        return doc[at : at + 2].text == "of the" and body is not None and body.name.split()[-1].lower() in BODY_ENDINGS

    def _governor_before(self, place: Name) -> bool:
        """Whether the one who is "of" a place has an office that governs it: "Chief Minister R. Kannan of X"."""
        before = (n for n in self.names if n.sentence == place.sentence and n.last == place.first - 1)
        return any(n.title in GOVERNORS for n in before)

    def _state_body(self, entity: Entity) -> None:
        """Give an organ whose name opens with a state ("Russian Defence Ministry") that state as party."""
        words = entity.name.split()
        portfolio = len(words) == 2 and words[1] == "Ministry" and self.state_key(words[0]) is None
        organ = "state_organ" in self.known.classes(entity.name.casefold())  # "Foreign Office"
        if organ or all(self._of_organ(word.casefold()) for word in words) or (portfolio and is_word(words[0].lower())):
            entity.party = self._state_after(entity)
            if entity.party is None:
                self.bare_organs.append(entity)  # "the Foreign Ministry": of the state the text is about
            else:  # for other articles, a Ministry of Defence is not that of this state
                entity.name = f"{entity.name} of {entity.party}"
            return
        if words[0] in {"National", "Federal"} and words[-1].lower() in NATIONAL:
            self.bare_organs.append(entity)  # "the National Security Council"
            return
        if words[0][0].isdigit() and UNITS & self.known.classes(words[-1].lower()):
            self.bare_organs.append(entity)  # "the 103rd Brigade": of whose forces is for the text to tell
            return
        if len(words) > 2 and words[1] in {"of", "for"} and "state_organ" in self.known.classes(words[0].lower()):
            entity.party = self._state_after(entity)
            if entity.party is None:
                self.bare_organs.append(entity)  # "the Ministry of Water": likewise
            return
        head, _, state = entity.name.rpartition(" of ")
        if (key := self.state_key(state)) is not None and self._of_a_state(head.lower().split()):
            entity.party = key  # "Foreign Ministry of Georgia"
            return
        if len(words) > 1 and self.known.kind(words[0]) == "ship":
            entity.party = self.known.party(words[0])
            return
        for size in range(len(words) - 1, 0, -1):
            key = self.state_key(" ".join(words[:size]))
            last, rest = words[-1].lower(), " ".join(words[size:]).lower()  # "US Coast Guard"
            ends = (words[size].lower(), last, last.removesuffix("s"), rest)
            rebels = REBELLING & {word.lower() for word in words[size:]} and "People" not in entity.name
            if key is not None and not rebels and any("state_organ" in self.known.classes(word) for word in ends):
                entity.party = key  # "UK Ministry of Defence", "Russian navy"
                return

    def _of_a_state(self, words: Sequence[str]) -> bool:
        """Whether "of" a state makes a body one of its organs: a ministry, a security council; no football league."""
        if not words:
            return False
        sovereign = bool(SOVEREIGN & set(words)) and self._national(words[-1])
        return sovereign or (words[-1] in ORGANS and all(map(self._of_organ, words)))

    def _national(self, word: str) -> bool:
        """Whether a last word may be that of a body of the nation: "council", "organization"."""
        return word in NATIONAL or "regulator" in self.known.sorts_of(word) or word in PURPOSIVE

    def _of_organ(self, word: str) -> bool:
        """Whether a word in lower case may stand in the name of an organ that tells no state: "defence", "forces"."""
        return word in TITLE_WORDS or any(
            "state_organ" in self.known.classes(one) for one in (word, word.removesuffix("s"))
        )

    def _state_after(self, entity: Entity) -> str | None:
        """State in "Ministry of Water of X", whether the name was printed with it or without."""
        words = entity.name.split()
        for place in range(2, len(words)):
            if words[place - 1] == "of" and (key := self.state_key(" ".join(words[place:]))) is not None:
                return key
        for name in entity.names:
            doc = self.p.docs[name.sentence]
            if name.last + 1 < len(doc) and doc[name.last].lower_ == "of":
                at = name.last + 1 + (doc[name.last + 1].lower_ == "the")
                found: Entity | None = self.p.by_token.get((name.sentence, at))
                if found is not None and found.kind == STATE:
                    return found.party
        return None

    def _gender(self, entity: Entity) -> bool | None:
        """Return True for a woman, False for a man by Mr, Ms and titles; None when unknown."""
        sex = self.known.given.get(entity.name.split()[0], "either") if " " in entity.name else "either"
        for name in entity.names:
            doc = self.p.docs[name.sentence]
            lead = " ".join(t.lower_ for t in doc[max(0, name.first - 2) : name.first + 1])
            if re.search(r"\b(ms|mrs|miss|dame|lady|chairwoman|spokeswoman|queen)\b", lead):
                return True
            if re.search(r"\b(mr|sir|lord|chairman|spokesman|king)\b", lead):
                return False
        return {"m": False, "f": True}.get(sex)


def _named(full: str, surnames: str) -> bool:
    """Whether a person is called by his two surnames: "Guerra Abud" of Juan José Guerra Abud."""
    words = surnames.lower().split()
    coined = len(words) == 2 and not any(map(is_word, words)) and full.split()[0] in tables().given
    return coined and full.endswith(f" {surnames}")


def _product(name: str) -> bool:
    """Whether a name is that of one make of thing, whose maker or owner it begins with: "Norlys Air H340"."""
    return PRODUCT.search(name) is not None and not MEDIA.search(name)


def _ends(full: str, word: str) -> bool:
    """Whether a name is called by its last word; no "University of Gor" is "Gor"."""
    words = full.split()
    words = words[:-1] if words[-1] in CLUBS and len(words) > 1 else words  # "Rovers" of "Harwick Rovers FC"
    return words[-1].split("-")[-1] == word.split("-")[-1] and words[-2:-1] not in (["of"], ["the"])


def _amid(full: str, word: str) -> bool:
    """Whether a coined word stands amid a body's name: "Peugeot" in "PSA Peugeot Citroen", no town in its club's."""
    words = full.split()
    if word not in words[1:-1] or is_word(word) or word in tables().given:
        return False
    lead, last = words[words.index(word, 1) - 1], words[-1].lower()
    town = last in LOCAL_BODIES | PLACE_WORDS | PUBLIC or MEDIA.search(full)
    return not town and (lead.isupper() or not is_word(lead))


def _taken_up(speaker: Token) -> Iterator[str]:
    """Pronouns that a speaker is taken up by in what is reported of him: "it" in "Kessler Axle said it would pay"."""
    if speaker.dep_ != "nsubj" or speaker.head.lemma_ not in SAYING:
        return
    for clause in speaker.head.children:
        if clause.dep_ == "ccomp" and clause.lemma_ != "be":  # "said it was raining"
            yield from (child.lower_ for child in clause.children if child.dep_ == "nsubj")
