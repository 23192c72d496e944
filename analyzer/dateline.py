"""Where an article's first line has its place, agency and day: "NAIROBI, 14 March 2019 (AFP) - ".

What stands there belongs to no sentence, and its day is the article's. A helper of ``sentences`` and ``dates``.
"""

from __future__ import annotations

import re

_MONTHS = r"(?:Jan|Feb|Mar|Apr|May|June?|July?|Aug|Sept?|Oct|Nov|Dec)[a-z]*\.?"
_DAYS = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?"
DATE_WORD = (  # atomic, so that a long line of figures is read once
    rf"(?>{_DAYS}|{_MONTHS}|\d\d?[:.]\d\d(?::\d\d)?|\d{{1,4}}(?:st|nd|rd|th)?|of\b|at\b|[AaPp]\.?[Mm]\.?|(?-i:[A-Z]{{3,4}})|T\b)"
)

# A prefix that belongs to no sentence: a date stamp, then a dateline with place, day and agency before a dash.
STAMP = re.compile(r"\s*(?:date\s+)?\d{4}-\d\d-\d\d(?:T[\d:.+Z-]*)?\s+", re.IGNORECASE)
_DATELINE = re.compile(
    r"(?:[A-ZÀ-Þ][A-ZÀ-Þ.'’-]+(?:[ /][A-ZÀ-Þ][A-ZÀ-Þ.'’-]*)*(?:, [^\n()–—]{2,40}?)?(?: ?\([^()\n]{2,40}\))?"
    r"|[A-ZÀ-Þ][\w.'’-]+(?: [A-ZÀ-Þ][\w.'’-]+){0,2}(?:, [A-Z][\w. ]{2,30}?)? ?\([A-Z][^()\n]{1,30}\)"
    r"|[A-ZÀ-Þ][\w.'’-]+(?: [A-ZÀ-Þ][\w.'’-]+){0,2}(?:, [A-Z][\w.]+)?, (?:\d\d? )?"
    rf"{_MONTHS}(?: \d\d?(?!\d))?(?:,? \d{{4}})?"
    r"|\([A-Z][^()\n]{1,30}\))"
    r"(?:\s*(?:--?|–|—|:)\s+|(?:(?<=[A-Z]{5})|(?<=[a-z]{3}))—)(?=[\"'“‘A-ZÀ-Þ0-9])"
)
# The same with agency and place in any order around a date: "(ANI) - TURIN, 3 April 2025 - ". Behind a full stop or a
# colon the text goes on only where a place in capitals stands first: "Sept 11, 2001. Planes hit ..." tells of that day.
_AGENCY = r"(?: \([^()\n]{2,30}\))?"
_HEADED = re.compile(
    rf"(?=[^\n]{{0,90}}\b\d{{4}}\b)(?=[A-ZÀ-Þ]{{3}}|[(\[]|[^\n]{{4,80}}?\d{{4}}{_AGENCY}\s*[-–—|]\s)"
    rf"(?:[(\[]?[A-ZÀ-Þ][\w.'’/&]*[)\]]?[\s,:|–—-]+){{1,6}}(?:{DATE_WORD}[\s,./]*){{2,5}}(?<=\d{{4}}){_AGENCY}"
    r"\s*(?:[-–—|:]|\.(?=\s))+\s+(?=[\"'“‘A-ZÀ-Þ])"
)


def prefix_length(line: str) -> int:
    """Length of the date stamp and dateline that a line of running text opens with; 0 when there is none."""
    end = found.end() if (found := STAMP.match(line)) else 0
    heads = (found.end() for form in (_DATELINE, _HEADED) if (found := form.match(line, end)))
    end = max(heads, default=end)
    return end if line[end:].strip() else 0
