"""File formats: the bytes of one file in, its documents out as ``Row``; what cannot be used comes out as ``Problem``.

Nothing here knows folders, batches or settings beyond the size limit; ``reading.py`` does.
"""

from __future__ import annotations

import codecs
import csv
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TextIO

FIELDS = ("text", "title", "published", "publisher", "url")

# First bytes of files that are never text, whatever their name says.
_MAGIC = (
    b"%PDF",
    b"PK\x03\x04",
    b"\x1f\x8b",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x7fELF",
    b"SQLite format 3",
    b"PAR1",
)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = bytes(set(range(0x20)) - {0x08, 0x09, 0x0A, 0x0C, 0x0D, 0x1B})
_BLOCK_TAGS = {
    "p",
    "div",
    "br",
    "li",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "blockquote",
    "tr",
    "section",
    "article",
    "figcaption",
}


class UnusableError(Exception):
    """A whole file that cannot be used; the message is the reason without the file's name."""


@dataclass(frozen=True, slots=True)
class Row:
    """One document of a file: ``number`` counts rows from 1, 0 when the file is the document."""

    text: str
    number: int = 0
    title: str | None = None
    published: Any = None
    publisher: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """A row that could not be used, and why."""

    number: int
    reason: str


def writable(text: str) -> str:
    """Text that UTF-8 can hold: half of a surrogate pair, which it has no bytes for, becomes its escape."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def row_of_path(path: str) -> tuple[str, int]:
    """The file and the row that the path of an article names, 0 for a whole file; a # elsewhere is part of a name."""
    found = re.fullmatch(r"(.+)#([1-9]\d*)", path, flags=re.DOTALL)
    return (found[1], int(found[2])) if found else (path, 0)


def decode(data: bytes) -> str:
    """Decode a text file: byte order mark, else UTF-8, else the likeliest other encoding; no mark is left in.

    Line ends become a single newline, as Python's own text files do. UTF-8 with a few damaged bytes stays UTF-8
    with U+FFFD in their place. Raises UnusableError for binary data and for bytes no encoding explains.
    """
    if not data.strip():
        raise UnusableError("empty file")
    text = data.decode(_encoding(data), errors="replace")
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _encoding(data: bytes) -> str:
    """Name the encoding of ``data`` (a whole file or a long sample); raises UnusableError for binary data."""
    for mark, name in _BOMS:
        if data.startswith(mark):
            return name
    head = data[:65_536]
    if data.startswith(_MAGIC) or b"\0" in head or len(head) - len(head.translate(None, _CONTROL)) > len(head) // 100:
        raise UnusableError("binary data, not text")
    damaged = data.decode("utf-8", errors="replace").count("\ufffd") - data.count("\ufffd".encode())
    beyond_ascii = sum(map(data.count, (b"\xe2\x80", b"\xc3", b"\xc2")))
    if not damaged or damaged * 10 < beyond_ascii:
        return "utf-8"
    # English text with a few odd bytes is Windows-1252 nearly always; statistics on so few bytes mislead.
    if len(data) - len(data.translate(None, bytes(range(0x80, 0x100)))) < len(data) // 20:
        try:
            data.decode("cp1252")
        except UnicodeDecodeError:
            pass
        else:
            return "cp1252"
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    if best is None:
        raise UnusableError("text in an unknown encoding")
    return best.encoding


def _whole(file: BinaryIO, limit: int) -> bytes:
    """Read a file that must fit in memory; raises UnusableError beyond ``limit`` bytes."""
    data = file.read(limit + 1)
    if len(data) > limit:
        raise UnusableError(f"larger than {limit:,} bytes")
    return data


def plain(file: BinaryIO, limit: int) -> Iterator[Row]:
    """Plain text: exactly as decoded; a first line that looks like a headline is the title."""
    text = decode(_whole(file, limit))
    yield Row(text, title=_first_line_title(text))


def markdown(file: BinaryIO, limit: int) -> Iterator[Row]:
    """Markdown as plain text; ``# Title`` and ``key: value`` front matter fill the fields, the text stays whole."""
    text = decode(_whole(file, limit))
    front = re.match(r"---\n(.*?)\n---\n", text, flags=re.DOTALL)
    pairs = (line.partition(":") for line in front.group(1).split("\n")) if front else ()
    known = {key.strip().lower(): value.strip().strip("\"'") for key, _, value in pairs}
    heading = re.search(r"^# +(.+?) *#*$", text, flags=re.MULTILINE)
    title = known.get("title") or (heading.group(1) if heading else _first_line_title(text))
    published = known.get("published") or known.get("date")
    yield Row(text, 0, title, published, known.get("publisher"), known.get("url"))


def _first_line_title(text: str) -> str | None:
    """The first line if it reads as a headline: short, without a final period, with more text after it."""
    first, _, rest = text.lstrip().partition("\n")
    first = first.strip()
    if not rest.strip() or not 3 <= len(first) <= 200 or first.endswith((".", ":", ",", ";", "-")):
        return None
    # Two sentences on the line, or a dateline with its dash, are the body already.
    if re.search(r"[a-z][.!?][\"'”’]? [A-Z]", first) or re.match(r"(date )?\d{4}-\d\d-\d\d\b", first):
        return None
    return first


def html(file: BinaryIO, limit: int) -> Iterator[Row]:
    """A web page: the article's text without navigation and notices, and what its metadata says."""
    import trafilatura

    text = decode(_whole(file, limit))
    # No search of the running text for a date: a date in it may be any event's.
    found = trafilatura.bare_extraction(
        text, with_metadata=True, include_comments=False, date_extraction_params={"extensive_search": False}
    )
    if found is None or not found.text:  # type: ignore[union-attr]
        raise UnusableError("no article text found in the page")
    yield Row(found.text, 0, found.title, found.date, found.sitename, found.url)  # type: ignore[union-attr]


def fragment_text(markup: str) -> str:
    """Text of a piece of HTML, a new line at each block element."""
    if "<" not in markup and "&" not in markup:
        return markup.strip()
    from lxml import html as lxml_html

    root = lxml_html.fragment_fromstring(markup, create_parent="div")
    for element in root.iter():
        if element.tag in _BLOCK_TAGS:
            element.tail = "\n\n" + (element.tail or "")
            element.text = "\n\n" + (element.text or "") if element.tag != "br" else element.text
    lines = (" ".join(line.split()) for line in str(root.text_content()).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def feed(file: BinaryIO, limit: int) -> Iterator[Row | Problem]:
    """An RSS or Atom feed that was saved to a file: each entry is an article."""
    import feedparser

    # As a stream: a string could be taken for an address to fetch.
    parsed = feedparser.parse(io.BytesIO(_whole(file, limit)))
    if not parsed.get("version"):
        raise UnusableError("XML, but no RSS or Atom feed")
    if not parsed.entries:
        raise UnusableError("a feed without entries")
    publisher = parsed.feed.get("title") or None
    for number, entry in enumerate(parsed.entries, start=1):
        bodies = [part.get("value", "") for part in entry.get("content", ())] or [entry.get("summary", "")]
        text = fragment_text(max(bodies, key=len))
        title = fragment_text(entry.get("title", "")) or None
        published = entry.get("published") or entry.get("updated")
        if text:
            yield Row(text, number, title, published, publisher, entry.get("link") or None)
        else:
            yield Problem(number, "entry without text")


def jsonl(file: BinaryIO, limit: int) -> Iterator[Row | Problem]:
    """One JSON object a line, read line by line; ``limit`` holds for a line, not for the file."""
    number = 0
    while line := file.readline(limit + 1):
        number += 1
        if len(line) > limit and not line.endswith(b"\n"):
            while (rest := file.readline(limit + 1)) and not rest.endswith(b"\n"):
                pass
            yield Problem(number, f"line larger than {limit:,} bytes")
        elif line.strip(b"\xef\xbb\xbf \t\r\n"):
            yield _json_row(line, number)


def _json_row(line: bytes, number: int) -> Row | Problem:
    """One line of a JSON Lines file."""
    try:
        value = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return Problem(number, "line is not UTF-8")
    except (ValueError, RecursionError) as error:
        return Problem(number, f"line is not JSON: {error}")
    if not isinstance(value, dict):
        return Problem(number, "line is not a JSON object")
    return row_of(value, number)


def row_of(values: Mapping[Any, Any], number: int) -> Row | Problem:
    """A Row from named values; names in any case, unknown ones ignored, text exactly as given."""
    known = {str(key).strip().lower(): value for key, value in values.items()}
    text = known.get("text")
    if not isinstance(text, str) or not text.strip():
        return Problem(number, "row without text")
    if any("\ud800" <= char <= "\udfff" for char in text):
        return Problem(number, "text with a broken Unicode escape")
    names = [name for name in ("title", "publisher", "url") if _filled(known.get(name))]
    rest = {name: writable(str(known[name]).strip()) for name in names}
    published = known.get("published")
    return Row(text, number, published=published if _filled(published) else None, **rest)


def _filled(value: Any) -> bool:
    """Whether a cell holds anything: not None, NaN or blank."""
    return value is not None and value == value and str(value).strip() != ""


def table(file: BinaryIO, limit: int) -> Iterator[Row | Problem]:
    """A CSV (comma, semicolon or tab) with a header row, read row by row."""
    sample = file.read(1_000_000)
    if not sample.strip():
        raise UnusableError("empty file")
    # A sample may end inside a character.
    encoding = _encoding(sample[: sample.rfind(b"\n") + 1] or sample)
    rest = io.BufferedReader(_Joined(sample, file))
    with io.TextIOWrapper(rest, encoding=encoding, errors="replace", newline="") as stream:
        names, rows = columns(stream, limit)
        _need_text(names)
        yield from _csv_rows(rows, names)


def columns(stream: TextIO, limit: int) -> tuple[list[str], Iterator[list[str]]]:
    """The names in the header of a CSV (comma, semicolon or tab) and its rows; ``limit`` bounds a field."""
    csv.field_size_limit(limit)
    header = stream.readline().removeprefix("\ufeff")
    delimiter = max(",;\t", key=header.count)
    return next(csv.reader([header], delimiter=delimiter), []), csv.reader(stream, delimiter=delimiter)


def _csv_rows(reader: Iterator[list[str]], names: list[str]) -> Iterator[Row | Problem]:
    """Rows of a CSV after its header."""
    number = 0
    while True:
        number += 1
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Problem(number, f"bad CSV row: {error}")
            continue
        if values:
            yield row_of(dict(zip(names, values, strict=False)), number)


def _need_text(names: Iterable[str]) -> None:
    """Raise UnusableError unless a column is called ``text``."""
    if "text" not in {name.strip().lower() for name in names}:
        raise UnusableError(f"no column 'text' (columns: {', '.join(names) or 'none'})")


class _Joined(io.RawIOBase):
    """A sample that was already read, followed by the rest of its file."""

    def __init__(self, head: bytes, rest: BinaryIO) -> None:
        """Keep both parts; ``head`` is given out first."""
        self._head, self._rest = io.BytesIO(head), rest

    def readable(self) -> bool:
        """Only reading is supported."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Fill ``buffer`` from the sample, then from the file."""
        data = self._head.read(len(buffer)) or self._rest.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)


def parquet(file: BinaryIO, _limit: int) -> Iterator[Row | Problem]:
    """A Parquet table, read in small batches and only the columns that are used."""
    import pyarrow.parquet as pq

    stored = pq.ParquetFile(file)
    names = stored.schema_arrow.names
    _need_text(names)
    wanted = [name for name in names if name.strip().lower() in FIELDS]
    number = 0
    for batch in stored.iter_batches(batch_size=128, columns=wanted):
        for values in batch.to_pylist():
            number += 1
            yield row_of(values, number)


def pdf(file: BinaryIO, limit: int) -> Iterator[Row]:
    """The text layer of a PDF, its lines joined to paragraphs. Needs the ``pdf`` extra."""
    try:
        from pypdf import PdfReader
    except ImportError as error:
        raise UnusableError("reading .pdf needs the extra: pip install 'statement-action-analyzer[pdf]'") from error
    reader = PdfReader(io.BytesIO(_whole(file, limit)))
    if reader.is_encrypted and not reader.decrypt(""):
        raise UnusableError("encrypted PDF")
    # A font may map its signs to half of a pair.
    text = writable("\n\n".join(reflow(page.extract_text()) for page in reader.pages).strip())
    if not text:
        raise UnusableError("a PDF without a text layer (scanned pages need OCR first)")
    title = reader.metadata.title if reader.metadata else None
    yield Row(text, title=writable(title) if title else _first_line_title(text))


def reflow(text: str) -> str:
    """Join the lines of a printed page to paragraphs: a line well short of the widest that ends a sentence ends one."""
    lines = [line.strip() for line in text.split("\n")]
    width = max(map(len, lines), default=0)
    out = ""
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        ends = not following or (
            len(line) < 0.75 * width and (line.endswith((".", "!", "?", '"', "”")) or len(line) < 40)
        )
        if re.search(r"[a-z]-$", line) and following[:1].islower():
            out += line[:-1]
        else:
            out += line + ("\n\n" if ends else " ")
    return re.sub(r"\n{3,}", "\n\n", out).strip()


def docx(file: BinaryIO, limit: int) -> Iterator[Row]:
    """The paragraphs of a Word document. Needs the ``docx`` extra."""
    try:
        from docx import Document
    except ImportError as error:
        raise UnusableError("reading .docx needs the extra: pip install 'statement-action-analyzer[docx]'") from error
    document = Document(io.BytesIO(_whole(file, limit)))
    text = "\n\n".join(paragraph.text for paragraph in document.paragraphs if paragraph.text.strip())
    if not text:
        raise UnusableError("a Word document without text")
    yield Row(text, title=document.core_properties.title or _first_line_title(text))


Loader = Callable[[BinaryIO, int], Iterator[Row | Problem]]

LOADERS: dict[str, Loader] = {
    ".txt": plain,
    ".text": plain,
    ".md": markdown,
    ".markdown": markdown,
    ".html": html,
    ".htm": html,
    ".jsonl": jsonl,
    ".ndjson": jsonl,
    ".csv": table,
    ".tsv": table,
    ".parquet": parquet,
    ".xml": feed,
    ".rss": feed,
    ".atom": feed,
    ".pdf": pdf,
    ".docx": docx,
}


def sniff(head: bytes) -> Loader:
    """The loader for a stream without a name: JSON Lines, a web page or plain text by its first bytes."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    if start.startswith(b"{"):
        return jsonl
    return html if start.startswith((b"<!doctype html", b"<html")) else plain


def loader_for(path: Path) -> Loader | None:
    """The loader for a file by its extension, in any case; None when the extension is not supported."""
    return LOADERS.get(path.suffix.lower())
