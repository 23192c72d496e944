"""Paths to articles: files, folders, globs and standard input, one article at a time.

What is not read is never silent: each file or row that cannot be used is noted once in ``skipped`` with its reason,
and the batch goes on. Of copies of one text the fullest is given, in whatever order the paths came.
"""

from __future__ import annotations

import csv
import datetime as dt
import glob
import io
import os
import stat
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO, cast

from analyzer.formats import (
    Loader,
    Problem,
    Row,
    UnusableError,
    columns,
    decode,
    loader_for,
    plain,
    row_of_path,
    sniff,
)
from analyzer.records import PRECISIONS, Article, Dated, InputError, Skipped
from analyzer.settings import Settings

YEARS = range(1800, 2201)  # of publication; other years are what programs write for no date: 0001, 9999
HELD = 1 << 26  # bytes of text kept in memory while a batch is read; the rest waits in a file without a name
FIELD = 1 << 17  # characters of a metadata field; a longer one is a quote that was never closed


def read(
    paths: Sequence[str],
    settings: Settings,
    skipped: list[Skipped],
    metadata: Path | None = None,
    *,
    part: bool = False,
) -> Iterator[Article]:
    """Read every article under ``paths``, in a stable order (as given; sorted within folders and globs).

    ``paths`` are files, folders (walked, hidden entries left out), glob patterns, or ``-`` for standard input.
    ``skipped`` is appended to while the iterator runs. ``metadata`` is a CSV (path, published, publisher, url, title)
    that fills what a file does not say itself; a row of it that fits no article is noted, unless ``paths`` are only a
    ``part`` of what it is about. Of copies of one text the fullest is given and the others are noted;
    a later copy may be it, so the first article is given when all are read. Texts wait outside of memory.
    ``Article.text`` of text files is the decoded text with line ends as a newline; of row formats the exact value.

    Raises InputError at once, before anything is read, for a path that does not exist, a pattern that matches
    nothing and an unusable metadata file. A folder without any article is not an error here but a note in
    ``skipped``: the caller sees an empty iterator when nothing at all was usable.
    """
    named = [found for path in paths for found in _resolve(path)]
    extra = _Metadata(metadata) if metadata is not None else None
    return _distinct(_articles(named, settings, skipped, extra, part), skipped)


def _resolve(path: str) -> Iterator[str]:
    """Check one argument and expand it when it is a pattern."""
    if path == "-" or os.path.lexists(path):
        yield path
    elif glob.has_magic(path):
        matches = sorted(glob.glob(path, recursive=True))  # noqa: PTH207 - keeps the pattern's own spelling
        if not matches:
            raise InputError(f"{path}: no file matches this pattern")
        yield from matches
    else:
        raise InputError(f"{path}: no such file or folder")


def _articles(
    named: list[str], settings: Settings, skipped: list[Skipped], extra: _Metadata | None, part: bool
) -> Iterator[Article]:
    """Give out each article of usable length, its gaps filled from the metadata file."""
    for path in named:
        for article in _under(path, settings, skipped, extra):
            filled = article if extra is None else extra.fill(article, skipped)
            length = len(article.text.strip())
            if length < settings.min_chars:
                skipped.append(Skipped(article.path, f"too short: {length} characters"))
            elif length > settings.max_chars:
                skipped.append(Skipped(article.path, f"too long: {length:,} characters"))
            else:
                yield filled
    if extra is not None and not part:
        skipped.extend(extra.unused())


def _distinct(articles: Iterable[Article], skipped: list[Skipped]) -> Iterator[Article]:
    """Give out each text once, by its fullest copy, in the order in which texts were first met."""
    kept: dict[str, tuple[Article, int, int]] = {}  # the copy without its text, and where that waits
    others: list[tuple[str, Article]] = []
    size = 0
    with tempfile.SpooledTemporaryFile(HELD) as texts:
        for article in articles:
            key, copy = article.id, replace(article, text="")
            if key in kept:
                best, other = sorted((kept[key][0], copy), key=_fullest)
                others.append((key, other))
                if best is not copy:
                    continue
            data = article.text.encode()
            try:
                texts.write(data)
            except OSError as error:
                raise InputError(f"{tempfile.gettempdir()}: no place for what was read: {_reason(error)}") from error
            kept[key] = copy, size, len(data)
            size += len(data)
        skipped.extend(_copy_note(other, kept[key][0]) for key, other in others)
        for copy, place, length in kept.values():
            texts.seek(place)
            yield replace(copy, text=texts.read(length).decode())


def _fullest(copy: Article) -> tuple[int, dt.date, int, str]:
    """The order of copies of a text, best first: by the finer and the earlier date, then by what else is known."""
    date = copy.published
    precision = PRECISIONS.index(date.precision) if date else len(PRECISIONS)
    missing = [copy.url, copy.publisher, copy.title].count(None)
    return precision, date.day if date else dt.date.max, missing, copy.path


def _copy_note(copy: Article, kept: Article) -> Skipped:
    """A note on a copy that is not given out; its own date is named where it is another one."""
    lost = copy.published and kept.published and copy.published.day != kept.published.day
    dates = f", dated {kept.published}, not {copy.published}" if lost else ""
    return Skipped(copy.path, f"same text as {kept.path}{dates}")


def _under(path: str, settings: Settings, skipped: list[Skipped], extra: _Metadata | None) -> Iterator[Article]:
    """Articles of one argument: standard input, a file or everything under a folder."""
    if path == "-":
        # peek() gives what has arrived without taking it.
        stream = cast("Any", sys.stdin.buffer)
        yield from _load(stream, path, sniff(stream.peek(200)), settings, skipped)
    elif not Path(path).is_dir():
        yield from _file(path, settings, skipped, named=True)
    else:
        files = 0
        for found in walk(path, skipped):
            if extra is not None and extra.is_itself(found):
                continue
            files += 1
            yield from _file(found, settings, skipped, named=False)
        if not files:
            skipped.append(Skipped(path, "folder without files"))


def same_file(path: str | Path, other: Path) -> bool:
    """Whether two paths lead to one file; never so when one of them leads nowhere."""
    try:
        return other.samefile(path)
    except OSError:
        return False


def walk(folder: str, skipped: list[Skipped]) -> Iterator[str]:
    """Paths of the files under a folder, sorted, hidden files and folders left out, links to folders not followed.

    A pipe or device is noted, not given: it may never end, and is read only where a user asks for it by name.
    """

    def note(error: OSError) -> None:
        skipped.append(Skipped(_posix(str(error.filename)), _reason(error)))

    for parent, folders, files in os.walk(folder, onerror=note):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        base = _posix(parent).rstrip("/")
        linked = [f"{base}/{name}" for name in folders if Path(parent, name).is_symlink()]
        skipped.extend(Skipped(name, "link to a folder, not followed") for name in linked)
        for path in (f"{base}/{name}" for name in sorted(files) if not name.startswith(".")):
            if not os.path.isfile(path) and os.path.exists(path):  # noqa: PTH110, PTH113 - over very many files
                skipped.append(Skipped(path, "not a regular file"))
            else:
                yield path


def _posix(path: str) -> str:
    """The path with forward slashes on every system."""
    return path.replace(os.sep, "/")


def _file(path: str, settings: Settings, skipped: list[Skipped], *, named: bool) -> Iterator[Article]:
    """Articles of one file; whatever is wrong with it becomes one note."""
    loader = loader_for(Path(path))
    if loader is None and named and not Path(path).suffix:
        loader = plain  # a pipe or a file without an extension that was asked for by name
    try:
        status = Path(path).stat()
        if loader is None:
            raise UnusableError(f"unsupported file type {Path(path).suffix or '(no extension)'}")
        if stat.S_ISREG(status.st_mode) and status.st_size == 0:
            raise UnusableError("empty file")
        with Path(path).open("rb") as stream:
            yield from _load(stream, path, loader, settings, skipped)
    except UnusableError as error:
        skipped.append(Skipped(path, str(error)))
    except OSError as error:
        skipped.append(Skipped(path, "broken link" if Path(path).is_symlink() else _reason(error)))


def _reason(error: OSError) -> str:
    """Why the system refused, without the file's name."""
    return (error.strerror or type(error).__name__).lower()


def _load(stream: BinaryIO, path: str, loader: Loader, settings: Settings, skipped: list[Skipped]) -> Iterator[Article]:
    """Articles of one open file, in row order."""
    rows = loader(stream, settings.max_bytes)
    waiting: list[Skipped] = []  # rows without text, held until a row shows that the file has a text column at all
    usable = False
    while True:
        try:
            row = next(rows, None)
        except UnusableError as error:
            skipped.append(Skipped(path, str(error)))
            return
        except OSError as error:
            skipped.append(Skipped(path, _reason(error)))
            return
        except Exception as error:
            skipped.append(Skipped(path, f"damaged file: {_one_line(error)}"))
            return
        if row is None:
            break
        if isinstance(row, Problem):
            (skipped if usable else waiting).append(Skipped(f"{path}#{row.number}", row.reason))
            continue
        usable = True
        skipped.extend(waiting)
        waiting.clear()
        yield _article(row, path, skipped)
    if len(waiting) > 3 and len({note.reason for note in waiting}) == 1:
        skipped.append(Skipped(path, f"no usable row: {len(waiting)} times {waiting[0].reason}"))
    else:
        skipped.extend(waiting)


def _one_line(error: Exception) -> str:
    """The first line of an error's message, cut short."""
    return (str(error).strip().split("\n")[0] or type(error).__name__)[:120]


def _article(row: Row, path: str, skipped: list[Skipped]) -> Article:
    """An Article from a row; a date that is not understood is noted and left out."""
    full = f"{path}#{row.number}" if row.number else path
    published = published_date(row.published)
    if row.published is not None and published is None:
        skipped.append(Skipped(full, f"date {str(row.published)[:40]!r} not understood, read without it"))
    return Article(row.text, full, row.title, published, row.publisher, row.url)


def published_date(value: Any) -> Dated | None:
    """A publication date from metadata: a date, a time stamp or text in a usual format; None when not understood.

    Numbers are seconds (or milliseconds) since 1970. A time keeps the calendar day it was written with. A year outside
    YEARS is not understood.
    """
    found = _dated(value)
    return found if found and found.day.year in YEARS else None


def _dated(value: Any) -> Dated | None:
    """The date that a value of any type stands for."""
    if isinstance(value, dt.datetime):
        return Dated(value.date(), "day", "metadata")
    if isinstance(value, dt.date):
        return Dated(value, "day", "metadata")
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = value / 1000 if 10**11 < value < 10**13 else value  # bounded: JSON has integers beyond any float
        if not 10**8 < seconds < 10**10:
            return Dated(dt.date(int(value), 1, 1), "year", "metadata") if value in YEARS else None
        return Dated(dt.datetime.fromtimestamp(seconds, tz=dt.UTC).date(), "day", "metadata")
    return _parsed_date(value.strip()) if isinstance(value, str) else None


def _parsed_date(text: str) -> Dated | None:
    """A date from text; month and year alone keep that precision."""
    from dateutil import parser

    # Parts that the text does not give differ between the two readings.
    try:
        one, two = (parser.parse(text, default=base) for base in (dt.datetime(2000, 1, 1), dt.datetime(2004, 2, 2)))
    except (ValueError, OverflowError, TypeError):
        return None
    if one.year != two.year:
        return None
    if one.month != two.month:
        return Dated(dt.date(one.year, 1, 1), "year", "metadata")
    if one.day != two.day:
        return Dated(dt.date(one.year, one.month, 1), "month", "metadata")
    return Dated(one.date(), "day", "metadata")


class _Metadata:
    """A CSV that says what files do not: looked up by path relative to the CSV, by given path or by file name.

    A row whose path leads from the CSV to a file is about that file alone, whatever others are called the same.
    """

    def __init__(self, path: Path) -> None:
        """Read the file; raises InputError when it is unusable or has no column ``path``."""
        self._file = path
        try:
            header, lines = columns(io.StringIO(decode(path.read_bytes()), newline=""), FIELD)
            names = [name.strip().lower() for name in header]
            rows = [dict(zip(names, values, strict=False)) for values in lines if values]
        except OSError as error:
            raise InputError(f"{path}: {_reason(error)}") from error
        except UnusableError as error:
            raise InputError(f"{path}: {error}") from error
        except csv.Error as error:
            raise InputError(f"{path}: bad CSV: {error}") from error
        if "path" not in names:
            raise InputError(f"{path}: metadata needs a column 'path'")
        self._rows: dict[str, tuple[int, dict[str, str]]] = {}
        for number, row in enumerate(rows, start=1):
            self._rows[_posix(row.get("path", "").strip()).removeprefix("./")] = (number, row)
        self._used: defaultdict[int, set[str]] = defaultdict(set)  # the files that each row was used for

    def is_itself(self, path: str) -> bool:
        """Whether ``path`` is this metadata file, met while walking its folder."""
        return same_file(path, self._file)

    def fill(self, article: Article, skipped: list[Skipped]) -> Article:
        """The article with its missing fields filled from its row, if there is one."""
        relative = _posix(os.path.relpath(article.path, self._file.parent))
        file = row_of_path(relative)[0]
        for key in (relative, article.path, Path(article.path).name):
            for candidate in (key, row_of_path(key)[0]):
                if candidate in self._rows and not self._is_another(candidate, article.path):
                    return self._filled(article, file, *self._rows[candidate], skipped)
        return article

    def _is_another(self, row_path: str, path: str) -> bool:
        """Whether a row's path, taken from the CSV, is that of another file than the article's."""
        meant, met = self._file.parent / row_of_path(row_path)[0], Path(row_of_path(path)[0])
        return meant.exists() and not same_file(met, meant)

    def _filled(self, article: Article, file: str, number: int, row: dict[str, str], skipped: list[Skipped]) -> Article:
        """Fill from one row; an unreadable date in it is noted once, and so is each further file of the row's name."""
        given = {name: row.get(name, "").strip() or None for name in ("title", "publisher", "url", "published")}
        published = published_date(given["published"])
        files = self._used[number]
        if given["published"] and published is None and not files:
            skipped.append(Skipped(f"{self._file}#{number}", f"date {given['published']!r} not understood"))
        if files and file not in files:
            skipped.append(Skipped(f"{self._file}#{number}", f"used for {file}, too, which has the same name"))
        files.add(file)
        return replace(
            article,
            title=article.title or given["title"],
            publisher=article.publisher or given["publisher"],
            url=article.url or given["url"],
            published=article.published or published,
        )

    def unused(self) -> Iterator[Skipped]:
        """A note for each row whose path was not among the files read."""
        for path, (number, _) in self._rows.items():
            if number not in self._used:
                yield Skipped(f"{self._file}#{number}", f"no article {path!r} in this batch")
