"""Whose conduct a speaker's words are about: his own side's, or another party's.

A statement is a party on its own conduct. "Moscow said that Kyiv had shelled the town" is not one: it tells an act of
another party; "Ukraine must never join", said in Moscow, tells no act at all. A helper of ``attribution``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from analyzer.records import About
from analyzer.wordlists import words

if TYPE_CHECKING:
    from spacy.tokens import Token

DEMANDING = words("demanding")
PERMITTING = words("permitting")
STATIVE = words("stative")
BREAKING = frozenset({"abandon", "betray", "breach", "break", "flout", "violate"})
WORD = words("word_given")
ADMITTING = frozenset({"acknowledge", "admit", "concede", "confess"})  # what one's own side has done
MODALS = frozenset({"will", "would", "shall", "should", "must", "can", "could", "may", "might", "wo", "ca", "to"})
SUBJECTS = frozenset({"nsubj", "nsubjpass"})
PartyOf = Callable[["Token"], "str | None"]  # party of a named state or body, None for any other word


def content(head: Token, saying: Token | None) -> Token:
    """The verb of what is said: that of the clause under the reporting verb when the claim holds both."""
    if saying is None or saying.i != head.i:
        return head
    clauses = [c for c in saying.children if c.dep_ == "ccomp" and any(g.dep_ in SUBJECTS for g in c.children)]
    return clauses[0] if clauses else head


def about(verb: Token, speaker: str | None, party_of: PartyOf) -> About:
    """Tell whose conduct the clause of ``verb`` is about, ``speaker`` being the speaker's party.

    Only a subject that is named and known to be of another party makes it another's; in doubt it is the speaker's own.
    """
    if demanded(verb):
        return About.OTHERS
    if _breach(verb):
        return About.OTHERS_ACT
    subject = next((c for c in verb.children if c.dep_ in SUBJECTS), None)
    party = None if subject is None or subject.pos_ == "PRON" else party_of(subject)
    if subject is None or party is None:
        return About.OWN
    if speaker is None:  # nobody says of himself that he will never be allowed to
        refused = verb.lemma_.lower() in PERMITTING and any(c.dep_ == "neg" for c in verb.children)
        return About.OTHERS if subject.dep_ == "nsubjpass" and refused else About.OWN
    if set(party.split("; ")) & set(speaker.split("; ")) or _contains(party, speaker):
        return About.OWN
    if subject.dep_ == "nsubjpass":
        return About.OTHERS if verb.lemma_.lower() in PERMITTING else About.OWN  # who does it is not told
    if any(c.dep_ == "neg" or c.lower_ in MODALS for c in verb.children) or verb.lemma_.lower() in STATIVE:
        return About.OTHERS
    return About.OTHERS_ACT if verb.tag_ in {"VBD", "VBN", "VBG", "VBZ", "VBP"} else About.OTHERS


def _breach(verb: Token) -> bool:
    """Whether somebody is said to have broken his word, which nobody says of himself: "X had broken its promise".

    But he may admit it: "Orlan Bank admitted that the bank had broken its promise".
    """
    if verb.lemma_.lower() not in BREAKING or any(c.dep_ == "neg" or c.tag_ == "MD" for c in verb.lefts):
        return False
    subject = next((c for c in verb.lefts if c.dep_ == "nsubj"), None)
    told = subject is not None and subject.pos_ in {"NOUN", "PROPN"} and verb.head.lemma_ not in ADMITTING
    return told and any(c.dep_ == "dobj" and c.lemma_.lower() in WORD for c in verb.rights)


def _contains(one: str, other: str) -> bool:
    """Whether one name holds the other: Norvik and Norvik Energy."""
    return bool(set(one.casefold().split()) & set(other.casefold().split()))


def demanded(verb: Token) -> bool:
    """Whether the verb is what somebody is asked to do: "called on Russia to halt its build-up"."""
    if verb.pos_ not in {"VERB", "AUX"} or not any(c.lower_ == "to" and c.dep_ == "aux" for c in verb.children):
        return False
    governor = next((t for t in verb.ancestors if t.pos_ in {"VERB", "AUX"}), None)
    if governor is None or governor.i > verb.i or governor.lemma_.lower() not in DEMANDING:
        return False
    between = verb.doc[governor.i + 1 : verb.i]
    asked = any(t.dep_ in {"dobj", "pobj", "nsubj", "dative"} and t.pos_ in {"NOUN", "PROPN", "PRON"} for t in between)
    passive = any(c.dep_ == "auxpass" for c in governor.children)
    return asked and not passive
