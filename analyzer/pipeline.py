"""The whole way, readable top to bottom: articles → claims → whose and when → pairs → scores → findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from analyzer import (
    attribution,
    claims,
    dates,
    ownership,
    pairing,
    parties,
    published,
    ranking,
    reading,
    reprints,
    sentences,
    syntax,
)
from analyzer.records import (
    About,
    Action,
    Article,
    Attribution,
    Claim,
    ClaimType,
    Counts,
    Dated,
    Dropped,
    Finding,
    Kind,
    ModelInfo,
    Pair,
    Run,
    Scored,
    Sentence,
    Skipped,
    Statement,
    index_at,
    is_described,
    parties_of,
)
from analyzer.settings import Settings

if TYPE_CHECKING:
    import pandas as pd
    from spacy.tokens import Doc

    from analyzer.encoder import Encoder, Reading
    from analyzer.nli import Scorer
    from analyzer.parties import Affiliations, ArticleParties

CHUNK = 32  # articles read together by the encoder
SCORE_CHUNK = 4096  # rows of `analyzer score` held at once

Vectors = dict[str, NDArray[np.float32]]
TextScores = Mapping[tuple[str, str], tuple[float, ...]]


class Progress(Protocol):
    """What the pipeline tells of its way; the command line shows it as a bar."""

    def start(self, stage: str, total: int | None) -> None:
        """A stage begins; ``total`` items are ahead, None when not known."""

    def advance(self, n: int = 1) -> None:
        """``n`` more items are done."""

    def finish(self) -> None:
        """The stage is done."""


class Silent:
    """Progress that nobody watches."""

    def start(self, stage: str, total: int | None) -> None:
        """Do nothing."""

    def advance(self, n: int = 1) -> None:
        """Do nothing."""

    def finish(self) -> None:
        """Do nothing."""


@dataclass(slots=True)
class Extract:
    """What is kept of one article: its claims as found in it alone, their vectors, and who is who in it."""

    article: Article
    statements: list[Statement]
    actions: list[Action]
    vectors: Vectors
    affiliations: Affiliations
    guesses: dict[str, dict[str, int]]
    marks: frozenset[str]
    spans: Sequence[Sentence] = ()  # its sentences; without them it is split again
    printed: frozenset[str] = frozenset()
    grammar: bytes = b""  # parses of its sentences; without them they are parsed again
    told: dict[str, tuple[int, int]] = field(default_factory=dict)  # claim -> what it tells, apart from the telling
    left_out: int = 0  # statements on others' conduct

    def claims(self) -> list[Statement | Action]:
        """Its statements, then its actions."""
        return [*self.statements, *self.actions]


@dataclass(slots=True)
class Result:
    """A finished run: ``run`` holds the records; ``dropped`` what pairing let fall, when asked for."""

    run: Run
    settings: Settings
    dropped: list[Dropped] = field(default_factory=list)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Findings in rank order."""
        return self.run.findings

    def to_pandas(self) -> pd.DataFrame:
        """Every scored pair as a row, by rank, with the columns of pairs.csv."""
        import pandas as pd

        from analyzer.report import files

        return pd.DataFrame(files.pair_rows(self.run), columns=list(files.PAIR_COLUMNS))

    def to_markdown(self) -> str:
        """The report in Markdown, the same bytes as report.md."""
        from analyzer.report import data, markdown

        return markdown.render(data.report_data(self.run, self.settings))

    def _repr_html_(self) -> str:
        """The report as HTML, for notebooks."""
        from analyzer.report import data, html

        return html.fragment(data.report_data(self.run, self.settings))


def analyze(
    paths: Sequence[str | Path],
    settings: Settings | None = None,
    *,
    metadata: Path | None = None,
    progress: Progress | None = None,
    explain: bool = False,
) -> Result:
    """Read articles, find what was said and done, and rank the actions that contradict statements.

    ``paths`` are files, folders or patterns; ``metadata`` a CSV that dates and names plain text files. ``explain``
    keeps every dropped combination, which grows with the corpus squared. Raises InputError for a path that does not
    exist and ModelError for an unusable model; unusable files are in ``run.skipped``.
    """
    from analyzer.nli import load_scorer

    settings, progress = settings or Settings(), progress or Silent()
    skipped: list[Skipped] = []
    articles = read(paths, settings, skipped, metadata)  # a wrong path is told before a model is loaded
    scorer = load_scorer(settings)
    extracts = unify(list(extract_all(articles, settings, progress)), settings)
    counts = _counted(extracts, skipped)
    marked = {e.article.id: e.marks for e in extracts}
    origins = reprints.origins((e.article for e in extracts), marked, settings)
    statements = [s for e in extracts for s in e.statements]
    actions = [a for e in extracts for a in e.actions]
    vectors: Vectors = {}
    for extract_ in extracts:
        vectors |= extract_.vectors
    dropped: list[Dropped] | None = [] if explain else None
    pairs = list(
        pairing.candidates(
            statements,
            _stack(statements, vectors),
            actions,
            _stack(actions, vectors),
            origins,
            settings,
            counts,
            dropped,
        )
    )
    scored = ranking.order(score_pairs(pairs, scorer, settings, progress))
    found = ranking.findings(scored, vectors, origins, settings)
    run = _run(extracts, skipped, scored, found, counts, scorer.info, settings)
    return Result(run, settings, dropped or [])


def extract(
    paths: Sequence[str | Path],
    settings: Settings | None = None,
    *,
    metadata: Path | None = None,
    progress: Progress | None = None,
) -> Result:
    """Find statements and actions only: a Result without pairs, scores and findings."""
    settings, progress = settings or Settings(), progress or Silent()
    skipped: list[Skipped] = []
    extracts = unify(list(extract_all(read(paths, settings, skipped, metadata), settings, progress)), settings)
    info = ModelInfo("none", "", "", calibrated=False)
    return Result(_run(extracts, skipped, [], (), _counted(extracts, skipped), info, settings), settings)


def read(
    paths: Sequence[str | Path],
    settings: Settings,
    skipped: list[Skipped],
    metadata: Path | None = None,
    *,
    part: bool = False,
) -> Iterator[Article]:
    """Give out what ``reading.read`` reads, each article with the day it was published as far as that can be told."""
    articles = reading.read([str(path) for path in paths], settings, skipped, metadata, part=part)
    return (replace(article, published=published.article_date(article)) for article in articles)


def extract_all(articles: Iterable[Article], settings: Settings, progress: Progress) -> Iterator[Extract]:
    """Yield what is found in each article alone; every sentence is parsed and encoded once.

    The encoder is loaded when the first article is there.
    """
    source = iter(articles)
    encoder: Encoder | None = None
    progress.start("reading articles", None)
    while chunk := list(islice(source, CHUNK)):
        if encoder is None:
            from analyzer.encoder import Encoder

            encoder = Encoder(threads=settings.threads)
        split = [sentences.split(article) for article in chunk]
        texts = [[a.text[s.start : s.end] for s in spans] for a, spans in zip(chunk, split, strict=True)]
        for article, spans, readings in zip(chunk, split, encoder.read(texts), strict=True):
            yield extract_one(article, spans, readings, encoder, settings)
            progress.advance()
    progress.finish()


def extract_one(
    article: Article, spans: Sequence[Sentence], readings: Sequence[Reading], encoder: Encoder, settings: Settings
) -> Extract:
    """Claims of one article with whose they are, when, and a vector each."""
    docs = syntax.parse(article, spans)
    return described(article, spans, docs, claims.find(spans, docs, readings, encoder, settings), readings, encoder)


def described(
    article: Article,
    spans: Sequence[Sentence],
    docs: Sequence[Doc],
    found: Sequence[Claim],
    readings: Sequence[Reading],
    encoder: Encoder,
) -> Extract:
    """Tell whose the given claims of one article are, and when, and give each a vector."""
    who = parties.resolve(article, spans, docs)
    names = [name for name, _ in who.timeline]
    out = attributed(article, spans, docs, claims.owned(found, names, spans, readings, encoder), who)
    for record in out.claims():
        number = index_at(spans, record.start)
        start, end = (place - spans[number].start for place in out.told.get(record.id, (record.start, record.end)))
        out.vectors[record.id] = pairing.stepped(encoder.vector(readings[number], start, end, record.type))
    return out


def attributed(
    article: Article, spans: Sequence[Sentence], docs: Sequence[Doc], found: Sequence[Claim], who: ArticleParties
) -> Extract:
    """The claims of one article with whose they are and when, without vectors.

    What a speaker says of another party's conduct is no statement: an act so told is an action on his word, the rest
    is left out and counted, and what he announces of it with it.
    """
    marks = reprints.marks(article, spans)
    who.hear(zip(attribution.holders(article, spans, docs, found, who), (c.owners for c in found), strict=True))
    out = Extract(article, [], [], {}, who.affiliations, who.guesses, marks, spans, who.printed)
    out.grammar = syntax.pack(docs)
    others: set[tuple[int, int]] = set()
    for claim, whose in zip(found, attribution.attribute(article, spans, docs, found, who), strict=True):
        if (claim.start, claim.end) in others:
            continue
        if whose.about is not About.OWN:
            others.add((claim.start, claim.end))
        if whose.about is About.OTHERS:
            out.left_out += 1
            continue
        if whose.about is About.OTHERS_ACT:
            claim = replace(claim, type=ClaimType.ACTION, kind=None)
            (whose,) = attribution.attribute(article, spans, docs, [claim], who)
        spoken = claim.type is ClaimType.STATEMENT
        when = dates.claim_date(article, spans, claim.sentence, claim.start, claim.end, spoken=spoken)
        record = _statement(article, claim, whose, when) if claim.kind else _action(article, claim, whose, when)
        if whose.content is not None:
            start = article.text.index(whose.content, claim.start)
            out.told[record.id] = start, start + len(whose.content)
        if isinstance(record, Statement):
            out.statements.append(record)
        else:
            out.actions.append(record)
    return out


def _statement(article: Article, claim: Claim, whose: Attribution, when: Dated | None) -> Statement:
    text = article.text[claim.start : claim.end]
    return Statement(
        article=article.id,
        start=claim.start,
        end=claim.end,
        text=text,
        reads=attribution.complete(text, whose, claim.type),
        kind=claim.kind or Kind.CLAIM,
        speaker=whose.holder,
        party=whose.party,
        condition=whose.condition,
        date=when,
        probability=claim.probability,
        how=whose.how,
        owners=claim.owners,
    )


def _action(article: Article, claim: Claim, whose: Attribution, when: Dated | None) -> Action:
    text = article.text[claim.start : claim.end]
    return Action(
        article=article.id,
        start=claim.start,
        end=claim.end,
        text=text,
        reads=attribution.complete(text, whose, claim.type),
        actor=whose.holder,
        party=whose.party,
        reported_by=whose.reported_by,
        accusation=whose.accusation,
        quantity=attribution.quantity(text),
        date=when,
        probability=claim.probability,
        how=whose.how,
        owners=claim.owners,
        age=dates.age(when, article.published),
    )


def unify(extracts: Sequence[Extract], settings: Settings) -> list[Extract]:
    """Give every claim the party that all articles together know; articles in path order."""
    known = parties.unify((e.affiliations for e in extracts), (e.guesses for e in extracts))
    return sorted((with_parties(e, known, settings) for e in extracts), key=lambda e: (e.article.path, e.article.id))


def names_asked(one: Extract) -> set[str]:
    """The names that ``with_parties`` wants to know more of."""
    asked = set(one.printed)
    for claim in one.claims():
        asked.update(parties_of(claim.party))
    return asked


def witnesses(
    one: Extract, known: Affiliations
) -> Iterator[tuple[Statement | Action, Attribution, dict[str, float], dict[str, float]]]:
    """Each claim of an article, whose it is by grammar, and the chances of parties by grammar and by the encoder.

    ``known`` is what all articles together know of the names in this one.
    """
    known = known.only(names_asked(one))
    spans = one.spans or sentences.split(one.article)
    docs = syntax.unpack(one.grammar) if one.grammar else syntax.parse(one.article, spans)
    records = one.claims()
    found = [
        Claim(r.type, index_at(spans, r.start), r.start, r.end, r.probability, getattr(r, "kind", None))
        for r in records
    ]
    who = parties.resolve(one.article, spans, docs, known)
    for record, whose in zip(records, attribution.attribute(one.article, spans, docs, found, who), strict=True):
        yield record, whose, _joined(whose.chances, known), _joined(who.shares(record.owners, whose.way), known)


def with_parties(one: Extract, known: Affiliations, settings: Settings) -> Extract:
    """Tell again whose each claim is, with what all articles together know of the names in this one."""
    statements, actions = [], []
    for record, whose, said, shares in witnesses(one, known):
        described = whose.party if whose.party and is_described(whose.party) else None
        settled = ownership.settle(whose.way, said, shares, settings, described)
        party = "; ".join(settled.parties) or None
        told = said.keys() >= set(settled.parties) - {described}
        how = whose.how if told else f"{whose.how}; its party from the passage"
        reads = attribution.complete(record.text, replace(whose, party=party), record.type)
        if isinstance(record, Statement):
            mine = replace(record, speaker=whose.holder, party=party, reads=reads, how=how)
            statements.append(replace(mine, around=settled.around, owners=()))
        else:
            source, accusation = whose.reported_by, whose.accusation
            done = replace(record, actor=whose.holder, party=party, reads=reads, how=how)
            actions.append(replace(done, reported_by=source, accusation=accusation, around=settled.around, owners=()))
    return replace(one, statements=statements, actions=actions, spans=(), grammar=b"")


def _joined(chances: Mapping[str, float], known: Affiliations) -> dict[str, float]:
    """Chances of parties by the names that all articles know them by; each side of a two-sided act has them whole.

    "The company", "police": a bare noun is no name that other articles could share, so what it has is nobody's.
    """
    found: dict[str, float] = {}
    for name, chance in chances.items():
        for side in parties_of(name):
            if not is_described(side):
                found[known.get(side, side)] = min(1.0, found.get(known.get(side, side), 0.0) + chance)
    return found or dict.fromkeys([ownership.NOBODY] if chances else (), 1.0)


def score_pairs(pairs: Sequence[Pair], scorer: Scorer, settings: Settings, progress: Progress) -> list[Scored]:
    """Score pairs in one pass of the model; pairs whose texts are the same are scored once."""
    wanted = texts_to_score(pairs)
    progress.start("scoring pairs", len(wanted))
    scores = score_texts(wanted, scorer, progress)
    progress.finish()
    return [weigh(pair, scores, settings) for pair in pairs]


def texts_to_score(pairs: Sequence[Pair]) -> list[tuple[str, str]]:
    """What the model has to read for these pairs, each (premise, hypothesis) once: the pairs, then conditions."""
    wanted = dict.fromkeys((p.action.reads, p.statement.reads) for p in pairs)
    conditions = ((p.action.reads, ranking.clause(p.statement.condition)) for p in pairs if p.statement.condition)
    return list(wanted | dict.fromkeys(conditions))


def score_texts(wanted: Sequence[tuple[str, str]], scorer: Scorer, progress: Progress) -> TextScores:
    """Scores of (premise, hypothesis): contradiction, entailment, neutral and the calibrated contradiction."""
    rows = scorer.score([premise for premise, _ in wanted], [hypothesis for _, hypothesis in wanted], progress.advance)
    calibrated = scorer.calibrate(rows)
    return {texts: (*map(float, row), float(one)) for texts, row, one in zip(wanted, rows, calibrated, strict=True)}


def weigh(pair: Pair, scores: TextScores, settings: Settings) -> Scored:
    """The pair with its rank score, from the scores of its texts and of its condition."""
    *probabilities, score = scores[pair.action.reads, pair.statement.reads]
    return ranking.weigh(pair, probabilities, score, condition_met(pair, scores), settings)


def condition_met(pair: Pair, scores: TextScores) -> float | None:
    """The model's probability that the action shows the statement's condition to be met, None without a condition."""
    condition = pair.statement.condition
    return scores[pair.action.reads, ranking.clause(condition)][1] if condition else None


def score_rows(rows: Iterable[Mapping[str, Any]], settings: Settings | None = None) -> Iterator[dict[str, Any]]:
    """Score given pairs: rows with statement and action (optional: id, party, actor, condition), in input order.

    Yields id, score (calibrated), contradiction, entailment, neutral.
    """
    from analyzer.nli import load_scorer

    settings = settings or Settings()
    scorer = load_scorer(settings)
    source = iter(rows)
    while chunk := list(islice(source, SCORE_CHUNK)):
        premises, hypotheses = zip(*map(_given, chunk), strict=True)
        probabilities = scorer.score(premises, hypotheses)
        calibrated = scorer.calibrate(probabilities)
        for row, (contradiction, entailment, neutral), score in zip(chunk, probabilities, calibrated, strict=True):
            yield {
                "id": row.get("id"),
                "score": float(score),
                "contradiction": float(contradiction),
                "entailment": float(entailment),
                "neutral": float(neutral),
            }


def _given(row: Mapping[str, Any]) -> tuple[str, str]:
    """What the model reads of a row that somebody else prepared: action, statement.

    An actor alone tells nothing, since nobody knows whose words it should be held against.
    """
    party, condition = row.get("party") or None, row.get("condition") or None
    done = Attribution(party=(row.get("actor") or None) if party else None)
    said = Attribution(party=party, condition=condition)
    return (
        attribution.complete(str(row["action"]), done, ClaimType.ACTION),
        attribution.complete(str(row["statement"]), said, ClaimType.STATEMENT),
    )


def _stack(records: Sequence[Statement] | Sequence[Action], vectors: Vectors) -> NDArray[np.float32]:
    return np.stack([vectors[r.id] for r in records]) if records else np.zeros((0, 1), dtype=np.float32)


def _counted(extracts: Sequence[Extract], skipped: Sequence[Skipped]) -> Counts:
    counts = Counts()
    counts.add("articles read", len(extracts))
    counts.add("inputs skipped", len(skipped))
    counts.add("statements found", sum(len(e.statements) for e in extracts))
    counts.add("actions found", sum(len(e.actions) for e in extracts))
    counts.add("statements on others' conduct left out", sum(e.left_out for e in extracts))
    return counts


def _run(
    extracts: Sequence[Extract],
    skipped: Sequence[Skipped],
    scored: Sequence[Scored],
    found: tuple[Finding, ...],
    counts: Counts,
    info: ModelInfo,
    settings: Settings,
) -> Run:
    return Run(
        articles=tuple(e.article for e in extracts),
        skipped=tuple(skipped),
        statements=tuple(s for e in extracts for s in e.statements),
        actions=tuple(a for e in extracts for a in e.actions),
        scored=tuple(scored),
        findings=found,
        counts=dict(counts.values),
        model=info,
        settings=asdict(settings),
    )


__all__ = ["Progress", "Result", "analyze", "extract", "score_rows"]
