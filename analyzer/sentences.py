"""An article to its sentences: exact offsets, reading order, and where in the article each one stands.

Lines are told apart first (headline, caption, page furniture, running text), then running text is split by pySBD
(Sadvilkar & Neumann 2020, "PySBD: Pragmatic Sentence Boundary Disambiguation"), whose pieces are found again in the
text by searching forward: its own spans are wrong where sentences repeat.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from analyzer import wordlists
from analyzer.dateline import DATE_WORD, STAMP, prefix_length
from analyzer.records import Article, Sentence, SentenceKind
from analyzer.speech import turns

if TYPE_CHECKING:
    from pysbd import Segmenter

MAX_SENTENCE = 1000  # characters; what the models read is shorter still, and longer is no sentence but a list
_LONG_QUOTE = 400  # characters; a quotation stays with its attribution up to here, a longer one is split within
_CHUNK = 5000  # characters given to pySBD at once; its rules slow down on longer text

_FINAL = ".!?…。！？؟।:;"
_CLOSERS = "\"'”’»)]"
_DATE_LINE = re.compile(
    rf"(?:(?:First )?(?:Published|Updated|Posted|Last (?:updated|modified))\b[: ]|Date:"
    rf"|{DATE_WORD}(?:[\s,./|–-]+{DATE_WORD})+\W*$)",
    re.IGNORECASE,
)
# Openings of page furniture, however the line ends; then openings that are it only on a line without an end mark.
_FURNITURE = re.compile(
    r"(?:read (?:more|also|next)\b|see also\b|more:|related:|watch:|listen:|loading\W*$|advertisement\W*$|subscribe\b"
    r"|sign up (?:for|to)\b|sign in\W*$|log in\b|follow us\b|click here|get our\b"
    r"|share this (?:article|story|page|on|via)"
    r"|copyright (?:©|\(c\)|\d{4})|©|\(c\) ?\d{4}|all rights reserved|editor['’]s note|https?://|www\."
    r"|back to top"
    r"|this (?:article|story) (?:was|has been|is) (?:first|originally|updated|published|corrected"
    r"|amended|produced|from)\b"
    r"|source:|tags?:|topics?:|filed under)",
    re.IGNORECASE,
)
_OPEN_FURNITURE = re.compile(
    r"(?:also read|read this|more (?:on|from|about)|related|watch|listen|share|newsletter"
    r"|comments?(?: \(?\d+\)?)?$"
    r"|most (?:read|popular|viewed)|recommended|print this|copyright|photo gallery|in pictures|live updates"
    r"|cookies?)\b",
    re.IGNORECASE,
)
_BYLINE = re.compile(
    r"(?:exclusive:? )?(?:by|from|text|words|story|writing) [A-ZÀ-Þ]"
    r"|[(\[]?(?:additional |with )?(?:reporting|writing|editing|compiled)(?: and \w+)? by\b",
    re.IGNORECASE,
)
# Who wrote it for which paper, and when: "Health correspondent, Fenside Mercury", "THE COURIER, Wednesday 20 January".
_DESK = re.compile(rf"(?:\W*+\b(?:[A-ZÀ-Þ][\w.'’-]*+|(?:{'|'.join(sorted(wordlists.words('desks')))})\b))++\W*")
_WRITERS = re.compile(
    r"\b(?:correspondents?|reporters?|editor|columnist|staff writer|(?:our|news|education) (?:\w+ )?staff|desk)\b\W*"
    r"(?:$|[,(|]| in\b|[A-Z]\w*day\b)",
    re.IGNORECASE,
)
_MASTHEAD = 10  # words of such a line, at most
_MEDIA = wordlists.words("media")
_DATED = re.compile(rf"[,–—|·-] ?(?:{DATE_WORD}[\s,./-]+)+{DATE_WORD}\W*$", re.IGNORECASE)
_FULL_NAME = re.compile(
    r"(?!.*\b(?:A|An|And|Are|For|He|In|Is|It|No|Not|Of|On|Our|She|The|They|To|We|Will|Won['’]t|You)\b)"
    r"[A-ZÀ-Þ][\w.'’-]+(?: [A-ZÀ-Þ][\w.'’-]*){1,3}"
)
_TOP = 6  # lines in which a name beside one of these is its writer's
_CREDIT = re.compile(
    r"(?:\b(?:Credits?|Photos?|Photographs?|Pictures?|Images?|Foto|Pic|Video|Illustration|Graphic|File photo|Handout)"
    r"\s*(?::|\bby\b|/)"
    r"|[(\[](?:Image|Photo|Picture|File|Credit|Getty|AP|AFP|Reuters|EPA)\b[^)\]]*[)\]]\W*$"
    r"|©|Copyright (?:©|\d{4}))"
)
_CREDIT_END = re.compile(
    r"(?:(?:/|\b)(?:Reuters|AFP|AP|EPA(?:-EFE)?|Getty(?: Images)?|Xinhua|TASS|PA|Anadolu|Shutterstock"
    r"|iStock|Handout|Archive)\)?$"
    r"|[(\[][^()\[\]]{2,40}/[^()\[\]]{2,40}[)\]]$|[.,] [—–-] ?[A-Z][\w.]{1,12}$|\w/[A-Z][\w .]{1,30}$)"
)
_POSE = re.compile(
    r"\bposes? for (?:a |the )?(?:photo|picture|camera|group)|\bis (?:seen|pictured) (?:in|at|on)\b"
    r"|\((?:[LRC]|left|right|centre|center)\)",
    re.IGNORECASE,
)

_SHORT_TITLE = re.compile(rf"\b(?:{'|'.join(sorted(word.title() for word in wordlists.words('short_titles')))})\.$")

# A sentence end within a line.
_INNER_END = re.compile(r"\w{3,}[.!?][\"'”’]? +[\"'“‘]?[A-ZÀ-Þ]")


@dataclass(slots=True)
class _Line:
    """A logical line of the article, without surrounding space."""

    start: int
    end: int
    text: str
    before_blank: bool  # a blank line, or the end, follows
    kind: SentenceKind = SentenceKind.TEXT


def split(article: Article) -> tuple[Sentence, ...]:
    """Split an article into Sentences in reading order.

    Spans never overlap and ``article.text[s.start:s.end]`` is the sentence without surrounding space. Every
    character that is not white space is in some sentence, but for a date stamp or dateline before the first word.
    Headline, caption and boilerplate lines are one sentence each; a sentence is at most MAX_SENTENCE characters.
    """
    spoken = turns(article.text)
    spans = (span for line in _classified(article) for span in _line_spans(line, article.text, line.start in spoken))
    return tuple(Sentence(index, start, end, kind) for index, (start, end, kind) in enumerate(spans))


def _line_spans(line: _Line, text: str, spoken: bool) -> Iterator[tuple[int, int, SentenceKind]]:
    """Spans of one line: all of it, or its sentences when it is running text; a ``spoken`` one has no dateline."""
    start = line.start
    if line.kind is SentenceKind.TEXT and not spoken:
        start += prefix_length(line.text)
    for piece_start, piece_end in _pieces(text, start, line.end, whole=line.kind is not SentenceKind.TEXT):
        for cut_start, cut_end in _cut(text, piece_start, piece_end):
            yield cut_start, cut_end, line.kind


# Lines


def _classified(article: Article) -> list[_Line]:
    """The lines of an article, each with its kind."""
    lines = list(_lines(article.text))
    punctuated = sum(_ends_sentence(line.text) for line in lines) * 2 >= len(lines)
    met: set[str] = set()
    for number, line in enumerate(lines):
        following = lines[number + 1] if number + 1 < len(lines) else None
        line.kind = _kind(line, number, following, punctuated, article.title)
        # A caption printed twice (alternative text, then caption) is one line of the story at most.
        if line.kind is SentenceKind.TEXT and line.text in met:
            line.kind = SentenceKind.CAPTION
        met.add(line.text)
    for line, other in pairwise(lines[1:_TOP]):
        # Beside the paper or the day, what is but a name is the writer's.
        named = [one for one in (line, other) if _FULL_NAME.fullmatch(one.text)]
        if not line.before_blank and SentenceKind.BOILERPLATE in (line.kind, other.kind):
            for one in named:
                one.kind = SentenceKind.BOILERPLATE
    return lines


def _lines(text: str) -> Iterator[_Line]:
    """Logical lines: lines of a paragraph that was wrapped at a fixed width are one."""
    block: list[tuple[int, int]] = []
    for found in re.finditer(r"[^\n\r\u2028\u2029]*(?:\r\n|[\n\r\u2028\u2029]|$)", text):
        content = found.group().strip()
        if content:
            start = found.start() + found.group().index(content)
            block.append((start, start + len(content)))
        elif block:
            yield from _unwrapped(block, text)
            block = []
    yield from _unwrapped(block, text)


def _unwrapped(block: list[tuple[int, int]], text: str) -> Iterator[_Line]:
    """Lines between two blank lines, joined when they are one hard-wrapped paragraph."""
    widths = [end - start for start, end in block]
    open_ends = sum(not _ends_sentence(text[start:end]) for start, end in block[:-1])
    if len(block) > 2 and max(widths) <= 100 and min(widths[:-1]) > 40 and open_ends * 2 > len(block) - 1:
        block = [(block[0][0], block[-1][1])]
    for number, (start, end) in enumerate(block):
        yield _Line(start, end, text[start:end], before_blank=number == len(block) - 1)


def _ends_sentence(text: str) -> bool:
    """Whether the text ends in final punctuation, closing quotes and brackets aside."""
    return text.rstrip(_CLOSERS + " ").endswith(tuple(_FINAL))


def _kind(line: _Line, number: int, following: _Line | None, punctuated: bool, title: str | None) -> SentenceKind:
    """Where a line stands in the article, by its form, its place and the line after it."""
    text, words = line.text, len(line.text.split())
    if number == 0 and title is not None and text.lstrip("# ") == title:
        return SentenceKind.HEADLINE
    if number == 0 and following is not None and words <= 25 and re.search(r"[^.:;,…][\"'”’]?$", text):
        return SentenceKind.TEXT if _INNER_END.search(text) or STAMP.match(text) else SentenceKind.HEADLINE
    if _is_furniture(text, words):
        return SentenceKind.BOILERPLATE
    if _is_caption(line, words, following):
        return SentenceKind.CAPTION
    if _ends_sentence(text) or words > 30:
        return SentenceKind.HEADLINE if text.startswith("# ") else SentenceKind.TEXT
    if following is None:
        # The last line: a stray label when short, else text that was cut off.
        return SentenceKind.BOILERPLATE if words <= 5 and number else SentenceKind.TEXT
    if text[0].islower() or not punctuated or STAMP.match(text) or re.match(r"[-*•] ", text):
        return SentenceKind.TEXT
    if number > 1 and words > 8 and (_INNER_END.search(text) or text.endswith(tuple(_CLOSERS[:4]))):
        return SentenceKind.TEXT
    # Without final punctuation: headline and standfirst at the top, short headings, else an uncredited caption.
    if number <= 1 or words <= 8 or text.startswith("#"):
        return SentenceKind.HEADLINE
    return SentenceKind.CAPTION


def _is_furniture(text: str, words: int) -> bool:
    """Page furniture: links to other stories, bylines, bare dates, notices, lines without a word."""
    if not any(char.isalpha() for char in text):
        return True
    if words > 30:
        return False
    unfinished = not _ends_sentence(text)
    if _FURNITURE.match(text) or (unfinished and _OPEN_FURNITURE.match(text)):
        return True
    if words <= 14 and (_DATE_LINE.match(text) or (" | " in text and unfinished)):
        return True
    if unfinished and words <= _MASTHEAD:
        paper = _MEDIA & set(re.findall(r"\w+", text.lower()))
        if (_WRITERS.search(text) and _DESK.fullmatch(text)) or (paper and _DATED.search(text)):
            return True
    return bool(_BYLINE.match(text)) and (unfinished or text.startswith(("(", "["))) and words <= 16


def _is_caption(line: _Line, words: int, following: _Line | None) -> bool:
    """A caption or photo credit: a credit near the end, an agency after it, or the words captions use."""
    text = line.text
    if words > 60:
        return False
    if re.fullmatch(r"[A-Z]{2,5}(?: ?/ ?[\w ]{2,20})?|Reuters|Getty Images", text):
        return True
    found = _CREDIT.search(text)
    if found and len(text) - found.start() <= 90:
        return True
    if not _ends_sentence(text) and (_CREDIT_END.search(text) or _POSE.search(text)):
        return True
    # An agency alone on the very next line is the credit of this one.
    return following is not None and not line.before_blank and bool(re.fullmatch(r"[A-Z]{2,5}|Reuters", following.text))


# Sentences within a line


@cache
def _segmenter() -> Segmenter:
    """The sentence splitter, made once."""
    from pysbd import Segmenter

    return Segmenter(language="en", clean=False)


def _pieces(text: str, start: int, end: int, *, whole: bool) -> Iterator[tuple[int, int]]:
    """Sentence spans within ``text[start:end]``, without surrounding space."""
    spans = [(start, end)] if whole else _repaired(text, _aligned(text, text, start, end))
    for left, right in spans:
        content = text[left:right].strip()
        if content:
            left += text[left:right].index(content)
            yield from _within_quote(text, left, left + len(content), whole=whole)


def _within_quote(text: str, start: int, end: int, *, whole: bool) -> Iterator[tuple[int, int]]:
    """A long quotation of several sentences as those sentences; anything else as it is."""
    if whole or end - start <= _LONG_QUOTE or not re.search('["“”«»]', text[start:end]):
        yield start, end
        return
    # pySBD keeps together what stands between quotation marks, so it is shown the text without them.
    masked = text[:start] + re.sub('["“”«»]', " ", text[start:end])
    for left, right in _repaired(text, _aligned(masked, text, start, end)):
        content = text[left:right].strip()
        left += text[left:right].index(content)
        yield left, left + len(content)


def _aligned(shown: str, text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """PySBD's sentences of ``shown`` found again by searching forward; together they cover all of ``text``'s span."""
    for chunk_start, chunk_end in _cut(text, start, end, limit=_CHUNK):
        position = chunk_start
        for piece in _segmenter().segment(shown[chunk_start:chunk_end]):
            content = str(piece).strip()
            found = shown.find(content, position, chunk_end) if content else -1
            if found < 0:
                continue  # the splitter altered it; it stays part of the neighbouring span
            # An opening quotation mark that was masked belongs to the sentence after it.
            while (
                found > position
                and text[found - 1] in '"“«'
                and not (found - 1 > position and text[found - 2].isalnum())
            ):
                found -= 1
            if text[position:found].strip():
                yield position, found
            position = shown.find(content, position, chunk_end) + len(content)
            yield found, position
        if text[position:chunk_end].strip():
            yield position, chunk_end


def _repaired(text: str, spans: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    """Move a closing quote that opens a sentence back to its own, and join what is no sentence start."""
    out: list[tuple[int, int]] = []
    for start, end in spans:
        if out and (closing := re.match(r"\s*[”’»)\]]+", text[start:end])):
            out[-1] = (out[-1][0], start + closing.end())
            start += closing.end()
        rest = text[start:end].strip()
        if not rest:
            continue
        goes_on = rest[0].islower() or rest[0] in ",;" or not any(map(str.isalnum, rest))
        if out and (goes_on or _SHORT_TITLE.search(text[slice(*out[-1])])):
            out[-1] = (out[-1][0], end)
        else:
            out.append((start, end))
    return out


def _cut(text: str, start: int, end: int, limit: int = MAX_SENTENCE) -> Iterator[tuple[int, int]]:
    """Cut a span that is longer than ``limit`` after the last mark or space in the second half of each part."""
    while end - start > limit:
        window = text[start : start + limit]
        places = (window.rfind(mark, limit // 2) for mark in (". ", "; ", ", ", " "))
        cut = next((place + 1 for place in places if place > 0), limit)
        yield start, start + len(window[:cut].rstrip()) or start + cut
        start += cut
        start += len(text[start:end]) - len(text[start:end].lstrip())
    if start < end:
        yield start, end
