"""Which pieces of a sentence are statements and which are actions.

The encoder says of every token how likely it stands in a statement or in an action, and of every sentence what it
holds; the grammar says where a piece begins and ends. A piece is worth the sum, over its words, of what the encoder
gives them above a threshold: too long a piece loses by its tail, too short a one by what it leaves out. It gains by a
beginning that the encoder sees at its head and loses by one inside it, and by clauses that could stand alone: two
promises or acts in one sentence are two claims.

Headlines are not marked in annotated articles, which say the same again below, so in its article the encoder sees
nothing in one. It is read once more by itself, mostly by what the encoder says of the whole, and its claims count where
nothing below tells them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from analyzer.clauses import announces, candidates, empty, joints, unmarked
from analyzer.encoder import Mention
from analyzer.records import Claim, ClaimType, Kind, Sentence, SentenceKind
from analyzer.settings import Settings

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from analyzer.encoder import Encoder, Reading
    from analyzer.names import Name

COLUMNS = {ClaimType.STATEMENT: (1, 2), ClaimType.ACTION: (3, 4)}  # of encoder.TAGS: beginning and inside
LEAST_CHANCE = 5  # per mille
TYPE = 0.3  # share of the sentence's own type in what the encoder gives to its tokens
HEADLINE_TYPE = 0.6  # the same in a headline: tags are learned from the bodies of articles, types from headlines, too
TOLD = 0.6  # cosine of a headline's claim with one of the text from which on both tell the same
LABEL = re.compile(r"[^\W\d_][\w'’.& -]{1,40}: +(?=\S)")  # "Ukraine crisis: Russia vows no invasion"
NAMED = 0.7  # probability from which an act that has no verb is one: "nine landings of cargo planes"
HEAD = 2  # tokens in which a piece may begin: a quotation mark or "that" is not always part of it
Found = tuple[ClaimType, int, int, float]


def find(
    sentences: Sequence[Sentence],
    docs: Sequence[Doc],
    readings: Sequence[Reading],
    encoder: Encoder,
    settings: Settings,
) -> list[Claim]:
    """Return the claims of an article in text order, each with its probability; captions and boilerplate have none.

    ``docs`` and ``readings`` are what grammar and encoder made of each sentence. A measure that is announced is said
    and, as far as anyone can hold it against what was said before, done: such a statement is an action as well.
    """
    out = []
    for sentence, doc, reading in zip(sentences, docs, readings, strict=True):
        if sentence.kind in (SentenceKind.CAPTION, SentenceKind.BOILERPLATE):
            continue
        if sentence.kind is SentenceKind.HEADLINE:
            seen, found = headline(doc, encoder, settings)
        else:
            seen, found = reading, [piece for piece in pieces(doc, reading, settings) if _acted(doc, piece)]
        for claim_type, start, end, probability in found:
            kind = None
            if claim_type is ClaimType.STATEMENT:
                chances = encoder.kind(seen, start, end)
                kind = max(Kind, key=lambda k: chances[k])
            where = sentence.start + start, sentence.start + end
            out.append(Claim(claim_type, sentence.index, *where, probability, kind))
            if kind in (Kind.PLEDGE, Kind.INTENT) and announces(doc, start, end):
                out.append(Claim(ClaimType.ACTION, sentence.index, *where, probability))
    return _told_once(out, sentences, readings, encoder)


def headline(doc: Doc, encoder: Encoder, settings: Settings) -> tuple[Reading, list[Found]]:
    """Return what the encoder sees in a headline by itself, without the label before a colon, and its claims."""
    label = LABEL.match(doc.text)
    cut = label.end() if label is not None else 0
    alone = encoder.read([[doc.text[cut:]]])[0][0]
    alone = replace(alone, offsets=alone.offsets + cut)
    found = [] if doc.text.endswith("?") else pieces(doc, alone, settings, HEADLINE_TYPE)
    return alone, [(claim_type, max(start, cut), end, p) for claim_type, start, end, p in found if end > cut]


def pieces(doc: Doc, reading: Reading, settings: Settings, share: float = TYPE) -> list[Found]:
    """Return (type, start, end, probability) of the claims in one sentence, in order.

    ``share`` is what the type of the sentence counts for in what a token is worth, the rest being the token's own tag.

    Of all sets of pieces that do not overlap, the one of the highest total worth (weighted interval scheduling), so
    that a short statement and the act beside it win over one piece that swallows both.
    """
    options = sorted(_worth(doc, reading, settings, share), key=lambda o: (o[3], o[2], o[1], o[0]))
    ends = [option[3] for option in options]
    best: list[tuple[float, list[Found]]] = [(0.0, [])]
    for worth, claim_type, start, end, probability in options:
        before = bisect_right(ends, start, hi=len(best) - 1)
        total, chosen = best[before]
        found = (claim_type, start, end, probability)
        best.append(max(best[-1], (total + worth, [*chosen, found]), key=lambda b: b[0]))
    chosen = [piece for piece in best[-1][1] if piece[0] is ClaimType.ACTION or not empty(doc, piece[1], piece[2])]
    return [(kind, *unmarked(doc.text, start, end), probability) for kind, start, end, probability in chosen]


def _acted(doc: Doc, piece: Found) -> bool:
    """Whether a piece tells of an act: what has no verb, "a hand in the committee", is seldom one.

    In a headline verbs are taken for nouns too often to ask for one.
    """
    claim_type, start, end, probability = piece
    if claim_type is ClaimType.STATEMENT or probability >= NAMED:
        return True
    return any(t.pos_ in {"VERB", "AUX"} for t in doc if start <= t.idx < end)


def owned(
    found: Sequence[Claim],
    names: Sequence[Name],
    sentences: Sequence[Sentence],
    readings: Sequence[Reading],
    encoder: Encoder,
) -> list[Claim]:
    """Return the claims of an article with which of its names each may belong to.

    A name without a chance worth telling is left out, and so is the chance that a claim is nobody's.
    """

    def mention(number: int, start: int, end: int) -> Mention:
        base = sentences[number].start
        return Mention(number, start - base, end - base)

    where = [mention(name.sentence, name.start, name.end) for name in names]
    what = [(mention(claim.sentence, claim.start, claim.end), claim.type) for claim in found]
    out = []
    for claim, chances in zip(found, encoder.owners(readings, what, where), strict=True):
        rated = zip(names, np.rint(1000 * chances).astype(int).tolist(), strict=False)
        owners = tuple((name.start, chance) for name, chance in rated if chance >= LEAST_CHANCE)
        out.append(replace(claim, owners=owners))
    return out


def _told_once(
    found: list[Claim], sentences: Sequence[Sentence], readings: Sequence[Reading], encoder: Encoder
) -> list[Claim]:
    """Leave out the claims of a headline that the text below tells."""

    def vector(claim: Claim) -> NDArray[np.float32]:
        base = sentences[claim.sentence].start
        return encoder.vector(readings[claim.sentence], claim.start - base, claim.end - base, claim.type)

    heads = [claim for claim in found if sentences[claim.sentence].kind is SentenceKind.HEADLINE]
    if not heads:
        return found
    below = [(claim.type, vector(claim)) for claim in found if claim not in heads]
    told = {
        (claim.start, claim.end)  # with what such a statement announces, which is an action of the same words
        for claim, own in zip(heads, map(vector, heads), strict=True)
        if any(kind is claim.type and float(v @ own) >= TOLD for kind, v in below)
    }
    return [claim for claim in found if claim not in heads or (claim.start, claim.end) not in told]


def _worth(
    doc: Doc, reading: Reading, settings: Settings, share: float
) -> Iterable[tuple[float, ClaimType, int, int, float]]:
    """Every candidate of positive worth whose probability reaches the setting, with both."""
    said, done = candidates(doc)
    tied = joints(doc)
    begins_any = [beginning for beginning, _ in COLUMNS.values()]
    begun = np.concatenate([[0.0], np.cumsum(reading.tags[:, begins_any].sum(1))])
    for claim_type, spans, threshold, sentence in (
        (ClaimType.STATEMENT, said, settings.statement_threshold, float(reading.types[0])),
        (ClaimType.ACTION, done, settings.action_threshold, float(reading.types[1])),
    ):
        # The sentence's own type lifts or lowers its tokens: what neither sees is no claim.
        masses = reading.tags[:, COLUMNS[claim_type]].sum(1) * (1 - share) + share * sentence
        totals = np.concatenate([[0.0], np.cumsum(masses - threshold)])
        for start, end in sorted(spans):
            first, last = _tokens(reading.offsets, start, end)
            if last <= first:
                continue
            head = min(first + HEAD, last)
            begins = float(reading.tags[first:head, COLUMNS[claim_type][0]].sum() - (begun[last] - begun[head]))
            inner = sum(
                start <= a < end and start <= b < end and (claim_type is ClaimType.ACTION or commits)
                for a, b, commits in tied
            )
            worth = float(totals[last] - totals[first]) - settings.claim_cost
            worth += settings.claim_beginning * begins - settings.claim_joint * inner
            probability = round(float(masses[first:last].mean()), 4)
            if worth > 0 and probability >= threshold:
                yield worth, claim_type, start, end, probability


def _tokens(offsets: NDArray[np.int32], start: int, end: int) -> tuple[int, int]:
    """Indices [first, last) of the tokens that overlap the characters [start, end)."""
    return int(np.searchsorted(offsets[:, 1], start, side="right")), int(
        np.searchsorted(offsets[:, 0], end, side="left")
    )
