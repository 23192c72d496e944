"""The tables of the store, as ordered migrations: a store made by an older program is brought up step by step.

Two kinds of table. What was read, found in one article alone, scored or judged is kept for good under the hash of what
it was made from. What depends on all articles together (claims with their party, pairs, findings) is kept in versions:
a row holds from the run ``born`` until before the run ``died``, so that any run can be shown again as it was.
"""

from __future__ import annotations

APPLICATION = 0x53414131  # "SAA1" in the file's header tells this store from other SQLite files

LIBRARY = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
-- A text with what is said about it; a text in other white space or with another date is another document.
CREATE TABLE documents (
    id INTEGER PRIMARY KEY, digest TEXT NOT NULL UNIQUE, article TEXT NOT NULL, body BLOB NOT NULL
) STRICT;
-- Where a document was met. A source whose text changes gets a new version; the old row stays.
CREATE TABLE sources (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, version INTEGER NOT NULL, path TEXT NOT NULL,
    document INTEGER NOT NULL REFERENCES documents, article TEXT NOT NULL, current INTEGER NOT NULL,
    UNIQUE (name, version)
) STRICT;
CREATE UNIQUE INDEX source_now ON sources (name) WHERE current;
CREATE INDEX source_article ON sources (article) WHERE current;
-- What is found in a document alone, by the key of encoder and settings that found it.
CREATE TABLE extracts (
    id INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES documents, key TEXT NOT NULL,
    sentences INTEGER NOT NULL, body BLOB NOT NULL, vectors BLOB NOT NULL, UNIQUE (document, key)
) STRICT;
-- document: the copy that is quoted, NULL when no source carries the text any more. extract: what the tables below
-- hold of it. stale: they do not hold it as it is now.
CREATE TABLE articles (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, document INTEGER REFERENCES documents, path TEXT,
    age INTEGER, stale INTEGER NOT NULL DEFAULT 1, extract INTEGER REFERENCES extracts, marks INTEGER, origin TEXT,
    born INTEGER
) STRICT;
CREATE INDEX article_stale ON articles (number) WHERE stale;
CREATE INDEX article_born ON articles (born, path);
CREATE INDEX article_extract ON articles (extract);
CREATE TABLE models (name TEXT, fingerprint TEXT, info TEXT NOT NULL, PRIMARY KEY (name, fingerprint)) STRICT;
CREATE TABLE scores (
    key BLOB PRIMARY KEY, contradiction REAL NOT NULL, entailment REAL NOT NULL, neutral REAL NOT NULL,
    score REAL NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE runs (id INTEGER PRIMARY KEY, at TEXT NOT NULL, body BLOB NOT NULL) STRICT;
"""

INDEX = """
-- Who is who, counted over the articles: the votes from which a name's party is told, and the outcome.
CREATE TABLE votes (
    name TEXT, party TEXT, stated INTEGER NOT NULL, guessed INTEGER NOT NULL, PRIMARY KEY (name, party)
) STRICT, WITHOUT ROWID;
CREATE TABLE kinds (
    name TEXT, kind TEXT, count INTEGER NOT NULL, PRIMARY KEY (name, kind)
) STRICT, WITHOUT ROWID;
CREATE INDEX vote_party ON votes (party);
-- What may stand for a name alone: a person's last word, a body's first word and initials.
CREATE TABLE forms (form TEXT, name TEXT, PRIMARY KEY (form, name)) STRICT, WITHOUT ROWID;
CREATE INDEX form_name ON forms (name);
CREATE TABLE aliases (name TEXT PRIMARY KEY, party TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE asked (name TEXT, article INTEGER, PRIMARY KEY (name, article)) STRICT, WITHOUT ROWID;
CREATE INDEX asked_article ON asked (article);
-- Sentences that articles share, and the articles that share enough of them to be one text.
CREATE TABLE marks (mark INTEGER, article INTEGER, PRIMARY KEY (mark, article)) STRICT, WITHOUT ROWID;
CREATE INDEX mark_article ON marks (article);
CREATE TABLE similar (
    one INTEGER, other INTEGER, shared INTEGER NOT NULL, PRIMARY KEY (one, other)
) STRICT, WITHOUT ROWID;

CREATE TABLE claims (
    id INTEGER PRIMARY KEY, uid TEXT NOT NULL, type TEXT NOT NULL, article TEXT NOT NULL REFERENCES articles (id),
    path TEXT NOT NULL, origin TEXT NOT NULL, party TEXT NOT NULL, text TEXT NOT NULL, body TEXT NOT NULL,
    words INTEGER, born INTEGER NOT NULL, died INTEGER
) STRICT;
CREATE INDEX claim_article ON claims (article) WHERE died IS NULL;
-- words: hash of what a statement says and for whom.
CREATE INDEX claim_words ON claims (words) WHERE died IS NULL AND words IS NOT NULL;
-- Living claims by party (both of a two-sided act; where it cannot be told, those its article is about), and their
-- vectors: one by one, and side by side in blocks of one type and party, which are read many at a time. floors: the
-- similarity from which an action would enter a statement's list of candidates.
CREATE TABLE vectors (claim INTEGER PRIMARY KEY REFERENCES claims, vector BLOB NOT NULL) STRICT;
CREATE TABLE blocks (
    id INTEGER PRIMARY KEY, type TEXT NOT NULL, party TEXT NOT NULL, number INTEGER NOT NULL, claims BLOB NOT NULL,
    floors BLOB NOT NULL, vectors BLOB NOT NULL
) STRICT;
CREATE INDEX block_party ON blocks (type, party, number);
CREATE TABLE sides (
    type TEXT, party TEXT, claim INTEGER REFERENCES claims, block INTEGER NOT NULL,
    PRIMARY KEY (type, party, claim)
) STRICT, WITHOUT ROWID;
CREATE INDEX side_claim ON sides (claim);
-- strong: it reaches the score from which a pair supports a finding.
CREATE TABLE pairs (
    id INTEGER PRIMARY KEY, statement INTEGER NOT NULL REFERENCES claims, action INTEGER NOT NULL REFERENCES claims,
    similarity REAL NOT NULL, matched INTEGER, gap INTEGER, contradiction REAL NOT NULL, entailment REAL NOT NULL,
    neutral REAL NOT NULL, score REAL NOT NULL, met REAL, rank_score REAL NOT NULL, verdict TEXT NOT NULL,
    strong INTEGER NOT NULL, born INTEGER NOT NULL, died INTEGER
) STRICT;
CREATE UNIQUE INDEX pair_living ON pairs (statement, action) WHERE died IS NULL;
CREATE INDEX pair_action ON pairs (action) WHERE died IS NULL;
CREATE INDEX pair_rank ON pairs (rank_score DESC, score DESC);
-- first: the run that first showed it. dismissed: kept out of the ranking by a judgement.
CREATE TABLE findings (
    id INTEGER PRIMARY KEY, key TEXT NOT NULL, score REAL NOT NULL, sources INTEGER NOT NULL,
    dismissed INTEGER NOT NULL, first INTEGER NOT NULL, body BLOB NOT NULL, line TEXT NOT NULL,
    born INTEGER NOT NULL, died INTEGER
) STRICT;
CREATE INDEX finding_rank ON findings (score DESC, sources DESC, key);
CREATE INDEX finding_key ON findings (key);
-- The living finding that a statement is part of.
CREATE TABLE members (statement INTEGER PRIMARY KEY REFERENCES claims, finding INTEGER NOT NULL REFERENCES findings)
    STRICT;
CREATE INDEX member_finding ON members (finding);
-- What is left to do; each piece of work is taken off in the transaction that stores its outcome.
CREATE TABLE due_statements (claim INTEGER PRIMARY KEY) STRICT;
CREATE TABLE due_findings (statement INTEGER PRIMARY KEY) STRICT;
-- How many rows live, so that nobody has to count them.
CREATE TABLE totals (name TEXT PRIMARY KEY, number INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""

LEDGER = """
-- The analyst's judgements, append only; the last one about a pair counts.
CREATE TABLE judgements (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, finding TEXT NOT NULL, decision TEXT NOT NULL, reason TEXT NOT NULL
) STRICT;
CREATE TABLE judged (
    judgement INTEGER NOT NULL REFERENCES judgements, statement TEXT NOT NULL, action TEXT NOT NULL,
    party TEXT, actor TEXT, place INTEGER NOT NULL
) STRICT;
CREATE INDEX judged_by ON judged (judgement);
CREATE TRIGGER judgements_stay BEFORE DELETE ON judgements BEGIN SELECT RAISE(ABORT, 'judgements are kept'); END;
CREATE TRIGGER judgements_hold BEFORE UPDATE ON judgements BEGIN SELECT RAISE(ABORT, 'judgements are kept'); END;
CREATE TRIGGER judged_stay BEFORE DELETE ON judged BEGIN SELECT RAISE(ABORT, 'judgements are kept'); END;
CREATE TRIGGER judged_hold BEFORE UPDATE ON judged BEGIN SELECT RAISE(ABORT, 'judgements are kept'); END;
"""

WATCH = """
-- Files as the watch last saw them, so that it reads only what changed.
CREATE TABLE files (path TEXT PRIMARY KEY, size INTEGER NOT NULL, changed INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""

KINDS = """
-- What a name is, beside its party (empty where only one of the two is told).
ALTER TABLE aliases ADD COLUMN kind TEXT NOT NULL DEFAULT '';
"""

# Each entry brings a store from version i to i + 1. Never change one that was released; add another.
MIGRATIONS = (LIBRARY + INDEX, LEDGER, WATCH, KINDS)
