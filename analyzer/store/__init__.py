"""The store: one SQLite file with everything that was computed once, and the analyst's judgements.

Read in this order: schema.py (the tables), database.py (opening, locking, errors), codec.py (records as JSON),
library.py (articles and what is found in each alone), names.py and corpus.py (all articles together: who is who,
reprints, claims), nearest.py (vectors), candidates.py (pairs and their scores), ledger.py (judgements), families.py and
findings.py (findings and what changed), history.py (any run as it was). ``analyzer/stored.py`` puts them to work.
"""
