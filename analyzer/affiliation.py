"""Builds the entities of one article: groups printed names, tells persons from bodies, reads offices and owners.

A helper of ``parties``, which resolves mentions with what is built here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from analyzer.affinity import MEDIA, rank
from analyzer.bodies import HEAD, Bodies, same_local
from analyzer.candidates import Asked, person_kind
from analyzer.entities import (
    CERTAIN,
    LOCAL_BODIES,
    ORG,
    OWNING,
    PERSON,
    PLACE,
    PLACE_WORDS,
    STATE,
    Entity,
    acts,
    called,
    is_office,
    noun_classes,
    same_person,
    stem_match,
    subject_like,
)
from analyzer.names import BODY_ENDINGS, POST_NOMINALS, RANKS, TITLE_WORDS, Name, find_names, is_held, tables
from analyzer.speech import SAYING
from analyzer.syntax import is_word
from analyzer.wordlists import words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

LIKELY = 0.5  # chance from which "its" in "its chairman, X" tells whose chairman: right in 9 of 10 training examples
GUESSED = 60  # per cent: that the mayor of an article is of the place where most of it seems to happen
LEAST = 0.05  # chance of a party below which it is no guess
NATIONAL = frozenset(
    {"agency", "army", "assembly", "council", "directorate", "guard", "police", "prosecutor", "service"}
)
HEADING = frozenset({"chair", "command", "head", "lead", "manage", "run"})
BENEATH = RANKS | {"chief"}  # "the oil minister, Chief X": an honour, the office is told beside it
BODY_BEGINNINGS = words("body_beginnings")
PRESENT = frozenset({"VBP", "VBZ"})
FORMER = frozenset({"ex", "former", "formerly", "onetime", "retired", "sometime", "then"})
COUNTERPARTS = frozenset({"counterpart", "opposite number"})
UNITS = frozenset({"own", "state_organ"})  # classes of what a state's forces are made of
BODY_NOUN = 3.0  # evidence of a noun that says what the bearer of a name is, beside it or as its last word
PLACE_NOUN = 2.0  # evidence of a last word that is a place's: weaker, since ports and airports act, too
LEAST_BODY = 1.2  # evidence of a body that one bare mention does not reach


class Reader:
    """Builds the entities of one article: groups names, classifies them, reads offices and appositions."""

    def __init__(self, parties: Any) -> None:  # an ArticleParties; its module imports this one
        self.p = parties
        self.known = tables()
        self.facing: Entity | None = None  # whose counterpart the person read last is
        self.leaning: dict[str, float] = {}  # what the owner read last may stand for, if it is a pronoun or bare noun
        self.names = [self._bare(n) for n in find_names(parties.sentences, parties.docs) if not self._agency(n)]

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

    def _agency(self, name: Name) -> bool:
        """Whether a name is the news agency of a dateline: "KARSHAD, Oct 3 (Meridian Wire) -"."""
        doc = self.p.docs[name.sentence]
        if name.sentence > 4 or name.first == 0 or doc[name.first - 1].text != "(":
            return False
        return name.last + 1 < len(doc) and doc[name.last].text == ")" and doc[name.last + 1].text in {"-", "–", "—"}

    def read(self) -> None:
        """Fill ``entities`` and the span table of the article's parties."""
        self._group()
        self._classify()
        self._affiliate()
        self._metonyms()
        self._deputies()
        for entity in sorted(self.p.entities, key=lambda e: e.facing is not None):  # whose counterpart, before
            if entity.kind == PERSON:
                self._by_focus(entity)
        for entity in self.bare_organs:
            self._bare_organ(entity)
        organs = {e.name: e for e in self.bare_organs}
        for entity in self.p.entities:
            organ = organs.get(entity.party or "")
            if entity.kind == PERSON and organ is not None:  # an officer of the organ is on its side
                entity.party, entity.stated, entity.chances = organ.party, False, dict(organ.chances)

    def _group(self) -> None:
        """Join printed names to entities: states by table and stem, long names first, then surnames and acronyms."""
        counts = Counter(n.text for n in self.names)
        self.demonyms = self._invented(counts)
        head, is_state = self.p.article.text[:HEAD], lambda text: self._state_key(text) is not None
        found = Bodies(head, self.p.sentences, self.p.docs, is_state, self.p.known)
        self.names, described = found.join(self.names)
        self.guessed = found.guessed
        entities: dict[str, Entity] = {}
        short: list[Name] = []
        printed = {n.text for n in self.names}
        for i, name in enumerate(self.names):
            if name.text.isupper() and len(name.text) > 4 and name.text.title() in printed | set(self.p.known):
                self.names[i] = name = replace(name, text=name.text.title())
            key = self._state_key(name.text)
            if name.start in described:
                full = described[name.start]
                full = next((k for k in entities if same_local(k, full)), full)
                entity = entities.setdefault(full, Entity(full, kind=ORG, party=full, stated=True))
            elif key is not None:
                kind = ORG if self.known.kind(name.text) == "alliance" else STATE
                entity = entities.setdefault(key, Entity(key, kind=kind, party=key, stated=True))
            elif " " in name.text:
                full = next((k for k in entities if same_person(k, name.text) or same_local(k, name.text)), name.text)
                entity = entities.setdefault(full, Entity(full))
            else:
                short.append(name)
                continue
            self._place(name, entity)
        for name in short:
            full = self._full(name, entities)
            entity = entities.setdefault(full, Entity(full))
            self._place(name, entity)
        self.p.entities = list(entities.values())
        self.p.timeline = sorted(self.p.by_span.values(), key=lambda pair: pair[0].start)

    def _place(self, name: Name, entity: Entity) -> None:
        entity.names.append(name)
        self.p.by_span[name.start, name.end] = (name, entity)
        for i in range(name.first, name.last):
            self.p.by_token[name.sentence, i] = entity

    def _state_key(self, text: str) -> str | None:
        text = re.sub(r" \d+(st|nd|rd|th)$", "", text)  # "the Russian 41st army"
        party = self.known.party(text)
        if party is not None and self.known.kind(text) != "capital":
            return party
        return self.demonyms.get(text)

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
            r"^((\w+ )?(ministry|minister)\b|government|army|navy|air force|coastguard|general staff|parliament|troops"
            r"|opposition|envoy|ambassador|embassy|central bank|border guards?|frontier|capital\b|armed forces)"
        )
        if re.match(organs, text) and name.title is None and not name.honorific:
            return True
        lead = " ".join(t.lower_ for t in doc[max(0, name.first - 8) : name.first])
        return bool(re.search(r"(government|republic|kingdom) of$|\bministry (of|for) .*\bof$", lead))

    def _full(self, name: Name, entities: dict[str, Entity]) -> str:
        """Full name behind a single word: surname, first name, short firm name or acronym."""
        word = name.text
        ends = [
            k for k in entities if k.split()[-1].split("-")[-1] == word.split("-")[-1] and entities[k].kind != STATE
        ]
        starts = [
            k
            for k in entities
            if k.split()[0] == word
            and entities[k].kind != STATE
            and not (PLACE_WORDS | LOCAL_BODIES) & set(k.lower().split())
            and not MEDIA.search(k)
        ]
        options = (ends or starts) if name.honorific else (starts or ends)
        if not options and word.isupper() and len(word) > 1:
            options = [k for k in entities if "".join(w[0] for w in k.split() if w[0].isupper()) == word]
        if not options and word in self.p.known:
            return word
        if not options:
            return word
        before = [k for k in options if entities[k].names[0].start < name.start]
        return (before or options)[0]

    def _classify(self) -> None:
        """Decide person, body or place by titles, endings, grammar and spaCy's labels together."""
        owners = {n.owner for n in self.names if n.owner and n.title}
        self.bare_organs: list[Entity] = []
        for entity in self.p.entities:
            if entity.stated:
                continue
            if self.known.kind(entity.name) == "capital" and not any(n.title or n.honorific for n in entity.names):
                entity.kind = PLACE  # whatever it does, it does for its state
                continue
            score = {PERSON: 0.0, ORG: 0.0, PLACE: 0.4}
            words = entity.name.split(" of ")[0].split()  # "Crest Energy of Lagos"
            if (
                (len(words) > 1 and words[-1].lower() in BODY_ENDINGS)
                or (words[0].lower() in BODY_ENDINGS and len(words) > 2)
                or (len(words) > 1 and words[0].lower() in BODY_BEGINNINGS)
            ):
                score[ORG] += 3
            elif (
                2 <= len(words) <= 3
                and words[-1].lower() not in PLACE_WORDS
                and all(w.replace("-", "").replace("'", "").replace("’", "").isalpha() for w in words)
            ):
                # "Tarragon Oil", "Open Table": a surname may be a word too, but seldom without a given name before it.
                worded = is_word(words[-1]) and words[0] not in self.known.given
                score[ORG if worded else PERSON] += BODY_NOUN if worded else 1.0
            score[PLACE] += PLACE_NOUN * (len(words) > 1 and words[-1].lower() in PLACE_WORDS)
            titled = any(n.title or n.honorific for n in entity.names)  # great men have officers, too
            if any(n.text in owners for n in entity.names) and not titled:
                score[ORG] += 2
            score[ORG] += 2.5 * (not titled and any(self._has_officer(n) for n in entity.names))
            for name in entity.names:
                self._evidence(name, words, score)
            known = self.p.known.get(entity.name)
            known_kind = self.p.known.kinds.get(entity.name)
            if len(words) == 1 and not any(n.title or n.honorific for n in entity.names):
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
                entity.stated = entity.stated or score[ORG] >= 2
                entity.party = entity.party or known or entity.name
            elif known is not None and (entity.kind == PERSON or known != entity.name):
                entity.party, entity.stated = known, False
            entity.female = self._gender(entity)

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
        score[PERSON] += {"PERSON": 1.0}.get(label, 0.0) + (2.5 if name.title or name.honorific else 0.0)
        score[ORG] += {"ORG": 0.6, "PRODUCT": 0.4}.get(label, 0.0)
        score[PLACE] += {"GPE": 0.8, "LOC": 1.0, "FAC": 1.0}.get(label, 0.0)
        before = doc[name.first - 1].lower_ if name.first else ""
        after = doc[name.last].text if name.last < len(doc) else ""
        if before == "the":
            score[ORG] += 0.5
            score[PERSON] -= 1.0
        if before in {"in", "near", "at", "outside", "around"}:
            score[PLACE] += 0.8
            score[PERSON] -= 0.5
        if after == "," and name.last + 1 < len(doc) and doc[name.last + 1].like_num:
            score[PERSON] += 2
        if len(span) > 1 and span[0].text in self.known.given:
            score[PERSON] += 1.0
        if name.last + 1 < len(doc) and after == ",":
            score[PERSON] += 1.5 * (doc[name.last + 1].lower_ == "who")
            score[ORG] += 1.5 * (doc[name.last + 1].lower_ == "which")
        for noun in called(span[-1]):
            classes = noun_classes(noun)
            score[ORG] += BODY_NOUN * bool(classes & {"firm", "body"})
            score[PERSON] += BODY_NOUN * is_held(classes)
        if span[-1].dep_ == "nsubj":
            score[ORG] += 0.4
            score[PERSON] += 1.0 if span[-1].head.lemma_ in SAYING and len(span) > 1 else 0.4
        elif span[-1].dep_ in {"compound", "nmod"} and not surname:
            score[ORG] += 0.5
        score[PERSON] += 0.5 * surname
        score[ORG] += 1.5 * (  # men are called by their last name, firms by their first
            len(span) == 1 and len(full) > 1 and name.text == full[0] and name.text not in self.known.given
        )
        if after in {"'s", "’s"} and name.last + 3 < len(doc):
            window = [t.lemma_.lower() for t in doc[name.last + 1 : name.last + 4]]
            if any(is_held(self.known.classes(w)) for w in window):
                score[ORG] += 2

    def _state_body(self, entity: Entity) -> None:
        """Give an organ whose name opens with a state ("Russian Defence Ministry") that state as party."""
        words = entity.name.split()
        portfolio = len(words) == 2 and words[1] == "Ministry" and self._state_key(words[0]) is None
        if all(self._of_organ(word.casefold()) for word in words) or (portfolio and is_word(words[0].lower())):
            self.bare_organs.append(entity)  # "the Foreign Ministry": of the state the text is about
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
        if len(words) > 1 and self.known.kind(words[0]) == "ship":
            entity.party = self.known.party(words[0])
            return
        for size in range(len(words) - 1, 0, -1):
            key = self._state_key(" ".join(words[:size]))
            ends = (words[size].lower(), words[-1].lower(), words[-1].lower().removesuffix("s"))
            if key is not None and any("state_organ" in self.known.classes(word) for word in ends):
                entity.party = key  # "UK Ministry of Defence", "Russian navy"
                return

    def _of_organ(self, word: str) -> bool:
        """Whether a word in lower case may stand in the name of an organ that tells no state: "defence", "forces"."""
        return word in TITLE_WORDS or any(
            "state_organ" in self.known.classes(one) for one in (word, word.removesuffix("s"))
        )

    def _state_after(self, entity: Entity) -> str | None:
        """State in "Ministry of Water of X", whether the name was printed with it or without."""
        words = entity.name.split()
        for place in range(2, len(words)):
            if words[place - 1] == "of" and (key := self._state_key(" ".join(words[place:]))) is not None:
                return key
        for name in entity.names:
            doc = self.p.docs[name.sentence]
            if name.last + 1 < len(doc) and doc[name.last].lower_ == "of":
                found = self._name_at(name.sentence, name.last + 1 + (doc[name.last + 1].lower_ == "the"))
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

    def _affiliate(self) -> None:
        """Read offices and stated parties of persons from the words around their names."""
        for name in self.names:
            entity = self.p.by_span[name.start, name.end][1]
            if entity.kind != PERSON or entity.stated:
                continue
            self.leaning, self.facing = {}, None
            title, party = self._stated(name)
            entity.facing = entity.facing or (self.facing if self.facing is not entity else None)
            entity.title = entity.title or title
            if self.leaning and not self._is_person(party):
                party = max(self.leaning, key=self.leaning.__getitem__)
                if self.leaning[party] < LIKELY or self._rivalled(name, party):
                    entity.leaning = entity.leaning or self.leaning
                    continue
            classes = self.known.classes(title) if title is not None else frozenset()
            if party is None or party == entity.name or (classes and classes <= {"outside_head"}):
                continue
            if party.islower() and party not in {e.name for e in self.p.entities}:
                continue  # "the women's coach", "the tenants' secretary": no body
            if self.p.is_state(party) and (title is None or classes <= {"local_head", "outside_head"}):
                continue  # "X of Portugal", "the Italian doctor X", "its mayor": home, not office
            if party == self.guessed:
                entity.chances, entity.unsure = {party: GUESSED}, True
            else:
                entity.party, entity.stated = party, True

    def _rivalled(self, name: Name, party: str) -> bool:
        """Whether another body or state stands where "its" may point: in the name's sentence or the one before."""
        near = (n for n in self.names if name.sentence - 1 <= n.sentence and n.end < name.start)
        bodies = (self.p.by_span[n.start, n.end][1] for n in near)
        return any(e.kind in {ORG, STATE} and (e.party or e.name) != party for e in bodies)

    def _stated(self, name: Name) -> tuple[str | None, str | None]:
        """Return (office, party) that the words around a person's name state."""
        title = name.title
        doc = self.p.docs[name.sentence]
        if name.owner is not None:
            party = self._named_party(name.owner)
            if party is not None:
                return title, party
        if title is not None:
            k = self._title_start(doc, name)
            party = self._possessor(name.sentence, k) or self._within_title(name, k)
            if party is not None:
                return title, party
        for left, right in self._appositions(doc, name):
            office, party = self._office_in(name.sentence, left, right)
            higher = office is not None and "state_head" in self.known.classes(office)
            title = office if title is None or (higher and title in BENEATH) else title
            if party is not None:
                return title, party
        party = self._headed(doc, name)
        if party is not None:
            return title or "head", party
        party = self._of_body(doc, name)
        return (title, party) if party is not None else self._next_sentence(name, title)

    def _headed(self, doc: Doc, name: Name) -> str | None:
        """Party of the body in "X, who heads the Lorigian army,"; who "ran" it may be elsewhere now."""
        k = name.last + 2
        if k >= len(doc) or doc[name.last].text != "," or doc[k - 1].lower_ != "who" or doc[k].lemma_ not in HEADING:
            return None
        if doc[k].tag_ not in PRESENT:
            return None
        for token in doc[k + 1 : k + 7]:
            if token.pos_ in {"VERB", "AUX", "PUNCT"}:
                return None
            entity = self._name_at(name.sentence, token.i)
            if entity is not None and entity.kind in {ORG, STATE}:
                return entity.party or entity.name
            owning = token.pos_ == "NOUN" and noun_classes(token) & OWNING
            if token.head.i == k and token.dep_ == "dobj" and (token.lower_ == "it" or owning):
                return self._token_party(name.sentence, token)  # "X, who leads it", "who runs the department"
        return None

    def _next_sentence(self, name: Name, title: str | None) -> tuple[str | None, str | None]:
        """Read "X does not look worried. The chief executive of Y walked ...": the office told a sentence later."""
        k = name.sentence + 1
        docs = self.p.docs
        introduced = " " in name.text and subject_like(docs[name.sentence][name.last - 1])
        if not introduced or k >= len(docs) or not self.p.speech.same_paragraph(k - 1, k) or docs[k][0].lower_ != "the":
            return title, None
        end = next((t.i for t in docs[k] if t.pos_ in {"VERB", "AUX"} or t.text == ","), 0)
        words = [t.lower_ for t in docs[k][1:end]]
        if "of" not in words or docs[k][1].text[:1].isupper():
            return title, None  # "The Bishop of Garth" is somebody else
        office, party = self._office_in(k, 1, end)
        return title or office, party

    def _named_party(self, text: str) -> str | None:
        """Party of a printed owner: a state, or the entity that bears the name."""
        key = self._state_key(text) or self.known.party(text)
        if key is not None:
            return key
        text = re.sub(r"['’]s?$", "", text)
        for entity in self.p.entities:
            if entity.kind != PERSON and any(n.text == text for n in entity.names):
                if entity.kind == PLACE:
                    entity.kind = ORG
                stated: str | None = entity.party or entity.name
                return stated
        return None

    def _title_start(self, doc: Doc, name: Name) -> int:
        """Index of the first token of the office words left of a name."""
        k = name.first
        while (k > 0 and (doc[k - 1].pos_ in {"NOUN", "ADJ", "PROPN"} and not self._name_at(name.sentence, k - 1))) or (
            k > 0 and doc[k - 1].text == "-"
        ):
            k -= 1
        return k

    def _name_at(self, sentence: int, token: int) -> Entity | None:
        found: Entity | None = self.p.by_token.get((sentence, token))
        return found

    def _possessor(self, sentence: int, k: int) -> str | None:
        """Party left of token ``k``: "Russia's", "the company's", "its", a demonym or name."""
        doc = self.p.docs[sentence]
        if k <= 0:
            return None
        before = doc[k - 1]
        if before.text in {"'s", "’s", "'", "’"} and k >= 2:
            return self._token_party(sentence, doc[k - 2])
        if before.tag_ == "PRP$":
            return self._token_party(sentence, before)
        entity = self._name_at(sentence, k - 1)
        if entity is not None and entity.kind in {STATE, ORG}:
            return entity.party or entity.name
        return None

    def _within_title(self, name: Name, k: int) -> str | None:
        """Party of the body that an office beside a name belongs to: "board president X", "the club's captain X"."""
        if (name.title or "").endswith(("minister", "secretary")):
            return None  # "mines minister X": a portfolio
        for token in reversed(self.p.docs[name.sentence][k : name.first - 1]):
            if noun_classes(token) & OWNING and token.pos_ in {"NOUN", "PROPN"}:
                return self._token_party(name.sentence, token)
        return None

    def _is_person(self, name: str | None) -> bool:
        return any(e.kind == PERSON and e.name == name for e in self.p.entities)

    def _token_party(self, sentence: int, token: Token) -> str | None:
        """Party behind a possessive; one that is no name only leans to a party."""
        if self._name_at(sentence, token.i) is None:
            self.leaning = self.p.told_by(sentence, token)[1]
        found: str | None = self.p.party_behind(sentence, token, 1)
        return found

    def _appositions(self, doc: Doc, name: Name) -> Iterable[tuple[int, int]]:
        """Token ranges between commas right after and right before a name."""
        last = name.last + (name.last < len(doc) and doc[name.last].text in POST_NOMINALS)
        if last + 1 < len(doc) and doc[last].text in {",", "(", "—", "–"}:
            right = last + 1
            while right < len(doc) and doc[right].text not in {",", ")", ";", "—", "–", '"', "”"} and right - last < 16:
                if doc[right].pos_ in {"VERB", "AUX"} and doc[right].tag_ in {"VBD", "VBZ", "VBP"}:
                    break
                right += 1
            yield last + 1, right
        first = self._title_start(doc, name) if name.title or name.honorific else name.first
        if first >= 2 and doc[first - 1].text == ",":
            left = first - 1
            while (
                left > 0
                and doc[left - 1].text not in {",", ";", "”", '"', "“", "—"}
                and doc[left - 1].pos_ not in {"VERB", "AUX"}
                and first - left < 12
            ):
                left -= 1
            told = doc[name.last - 1].head if doc[name.last - 1].dep_ == "appos" else None
            within = told is not None and left <= told.i < first
            if told is not None and within:  # "wrote to the company's chair, X"
                left = max(left, told.left_edge.i)
            if within or first == name.first:
                yield left, first - 1

    def _office_in(self, sentence: int, left: int, right: int) -> tuple[str | None, str | None]:
        """Return (office, party) of an apposition such as "the chief executive of Corvane" or "Corvane's chair"."""
        doc = self.p.docs[sentence]
        for k in range(left, right):
            classes = noun_classes(doc[k])
            if not is_held(classes):
                continue
            if k + 1 < right and doc[k + 1].pos_ in {"NOUN", "PROPN", "PART"}:
                continue  # "minister's", "club captain election": not the head of the phrase
            if any(t.pos_ in {"ADP", "VERB", "SCONJ"} for t in doc[left:k] if t.lower_ not in {"of", "acting"}):
                return None, None  # the comma closes another phrase: "to inspectors at a day's notice, X promised"
            if any(t.lower_ == "of" and not any(m.tag_ == "POS" for m in doc[t.i : k]) for t in doc[left:k]):
                return None, None  # "a brother of the prime minister"
            office = doc[k].lemma_.lower()
            if "state_head" not in classes and any(t.lower_ in FORMER for t in doc[left:k]):
                return None, None  # "a former vice-chairman of Meridian Bank": whose side he is on now, it does not say
            for j in range(k + 1, min(right, k + 4)):
                if doc[j].lower_ in {"of", "at", "for", "from", "to", "with", "in"}:
                    for m in range(j + 1, right):
                        entity = self._name_at(sentence, m)
                        if entity is not None and entity.kind != PERSON:
                            if entity.kind == PLACE:
                                if entity.party is None and "local_head" not in classes:
                                    break
                                return office, entity.party or entity.name
                            return office, entity.party or entity.name
                        if doc[m].pos_ == "NOUN" and noun_classes(doc[m]):
                            return office, self._token_party(sentence, doc[m])
            words = 1 + (f"{doc[k - 1].lower_} {office}" in COUNTERPARTS)
            beside = self._name_at(sentence, k - words) if k - words >= left else None
            if beside is not None and beside.kind == STATE:
                return office, beside.party or beside.name  # "his Lorigian counterpart"
            owners = [m for m in range(left, k) if doc[m].tag_ == "PRP$" or doc[m].text in {"'s", "’s", "'", "’"}]
            if words > 1 or office in COUNTERPARTS:  # "her counterpart": of the other side, whichever that is
                whose = [doc[m] if doc[m].tag_ == "PRP$" else doc[m - 1] for m in owners[:1]]
                self.facing = next((self.p.stood_for(sentence, token) for token in whose), None)
                return office, None
            for m in owners[:1] or range(k - 1, left - 1, -1):
                if doc[m].tag_ == "PRP$":
                    return office, self._token_party(sentence, doc[m])
                if doc[m].text in {"'s", "’s", "'", "’"} and m > 0:
                    return office, self._token_party(sentence, doc[m - 1])
                entity = self._name_at(sentence, m)
                if entity is not None and entity.kind in {STATE, ORG}:
                    return office, entity.party or entity.name
            return office, None
        return None, None

    def _of_body(self, doc: Doc, name: Name) -> str | None:
        """Body in "Helga Brandt of the Institute for Frontier Studies", "X from Y"."""
        k = name.last
        if k >= len(doc) or doc[k].lower_ not in {"of", "from", "at"}:
            return None
        for m in range(k + 1, min(k + 4, len(doc))):
            entity = self._name_at(name.sentence, m)
            if entity is not None:
                return (entity.party or entity.name) if entity.kind in {ORG, STATE} else None
        return None

    def _by_focus(self, entity: Entity) -> None:
        """Give a person whose party is not stated the likeliest one of the article, himself among them."""
        if entity.stated or entity.party is not None or entity.chances:
            return
        asked = Asked(entity.names[0].start, person_kind(entity), entity.title, entity)
        ranked = self._facing(entity, self._governed(entity, rank(self.p.field.ask(asked))))
        entity.chances = {party or entity.name: round(100 * chance) for chance, party in ranked if chance >= LEAST}
        chance, party = ranked[0]
        entity.unsure = chance < CERTAIN
        entity.party = None if entity.unsure else party or entity.name

    def _governed(self, entity: Entity, ranked: list[tuple[float, str]]) -> list[tuple[float, str]]:
        """Of a minister's likely parties the states alone, where the article names one."""
        if not (entity.title or "").endswith("minister"):
            return ranked
        states = [(chance, party) for chance, party in ranked if self.p.is_state(party)]
        return _shares(states) or ranked

    def _facing(self, entity: Entity, ranked: list[tuple[float, str]]) -> list[tuple[float, str]]:
        """The likely parties of somebody's counterpart: without what that one is of; a state's is of a state."""
        other = entity.facing
        if other is None:
            return ranked
        shared = {other.party: 100} if other.party is not None else other.chances
        left = [(chance * (1 - shared.get(party, 0) / 100), party) for chance, party in ranked]
        states = [(chance, party) for chance, party in left if chance and self.p.is_state(party)]
        left = states if any(self.p.is_state(party) for party in shared) and states else left
        return sorted(_shares(left), key=lambda one: (-one[0], one[1])) or ranked

    def _bare_organ(self, entity: Entity) -> None:
        """Give an organ named without its state the likeliest one of the article, to judge by it and its officers."""
        asked = [Asked(entity.names[0].start, "state_organ", entity.name.split()[-1].lower(), None, None)]
        officers = (e for e in self.p.entities if e.kind == PERSON and e.party == entity.name)
        asked += [Asked(e.names[0].start, "state_head", e.title, e) for e in officers]
        chances: Counter[str] = Counter()
        for one in asked:
            ranked = rank(self.p.field.ask(one))
            states = [(chance, party) for chance, party in ranked if party != entity.name and self.p.is_state(party)]
            chances.update({party: share / len(asked) for share, party in _shares(states)})
        if chances:
            entity.party, entity.stated = min(chances, key=lambda party: (-chances[party], party)), False
            entity.chances = {party: round(100 * chance) for party, chance in chances.most_common()}

    def _deputies(self) -> None:
        """Give "his deputy, X" the party of the person he serves, once that is known."""
        people = {e.name: e for e in self.p.entities if e.kind == PERSON}
        for entity in people.values():
            superior = people.get(entity.party or "")
            if superior is not None and superior is not entity:
                entity.party, entity.stated = (superior.party if superior.party not in people else None), False

    def _metonyms(self) -> None:
        """Capitals and datelines that act as subjects stand for their state."""
        states = Counter(e.party for e in self.p.entities for _ in e.names if e.kind == STATE)
        for entity in self.p.entities:
            if entity.kind == STATE or entity.party is not None:
                continue
            capital = self.known.party(entity.name)
            if capital is not None and entity.kind != PERSON:
                entity.party, entity.kind = capital, PLACE
                continue
            if self.p.dateline(entity.name) and states:
                entity.party = states.most_common(1)[0][0]


def _shares(left: list[tuple[float, str]]) -> list[tuple[float, str]]:
    """The chances of the parties that are left, of 1; none where they have no chance."""
    total = sum(chance for chance, _ in left)
    return [(chance / total, party) for chance, party in left] if total else []
