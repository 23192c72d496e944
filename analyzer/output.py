"""Where results go: places are checked before the work begins, and a file appears whole or not at all."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from analyzer.records import InputError


def check_folder(folder: Path) -> None:
    """Create a folder and prove that files can be made in it; raises InputError with the reason if not."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _probe(folder)
    except OSError as error:
        raise InputError(f"{folder}: cannot write there: {error.strerror or error}") from error


def check_file(path: Path) -> None:
    """Prove that a result file can be written; its folder is made when missing. Raises InputError if not."""
    try:
        if path.is_dir():
            raise InputError(f"{path}: cannot write there: it is a folder")
        if _special(path):
            path.open("ab").close()
            return
        path = Path(os.path.realpath(path))
        path.parent.mkdir(parents=True, exist_ok=True)
        _probe(path.parent)
    except OSError as error:
        raise InputError(f"{path}: cannot write there: {error.strerror or error}") from error


@contextmanager
def replacing(path: Path) -> Iterator[TextIO]:
    """Open a text file that takes the place of ``path`` when the block ends well and vanishes when it does not.

    A link is followed, a device or pipe is written to directly. Raises InputError when the disk says no.
    """
    try:
        if _special(path):
            with _open(path) as file:
                yield file
            return
        target = Path(os.path.realpath(path))
        part = _beside(target)
        try:
            with _open(part) as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.replace(target)
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    except BrokenPipeError:
        raise
    except OSError as error:
        raise InputError(f"{path}: cannot be written: {error.strerror or error}") from error


def _open(path: Path) -> TextIO:
    """Text as UTF-8 with line feeds; half of a surrogate pair, which UTF-8 has no bytes for, as its JSON escape."""
    return path.open("w", encoding="utf-8", errors="backslashreplace", newline="\n")


def _beside(path: Path) -> Path:
    """A hidden name in the same folder, this process's own."""
    return path.with_name(f".{path.name[:200]}.{os.getpid()}.part")


def _probe(folder: Path) -> None:
    """Make and remove a file; access rights alone do not tell for every file system or user."""
    probe = _beside(folder / "probe")
    probe.open("w").close()
    probe.unlink()


def _special(path: Path) -> bool:
    """Whether the path is there and is a device, pipe or the like, which must not be replaced by a file."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not stat.S_ISREG(mode) and not stat.S_ISDIR(mode)
