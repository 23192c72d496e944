"""Progress bars on standard error, one a stage, for the command line."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn


class Bars:
    """Shows each stage with a bar, or a count when its total is not known; used as a context manager."""

    def __init__(self) -> None:
        self._bars = Progress(
            TextColumn("{task.description:<12}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
        )
        self._task: TaskID | None = None

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._bars.stop()

    def start(self, stage: str, total: int | None) -> None:
        """Begin a stage of ``total`` steps."""
        self._task = self._bars.add_task(stage, total=total)

    def advance(self, n: int = 1) -> None:
        """Count ``n`` steps done."""
        if self._task is not None:
            self._bars.advance(self._task, n)

    def finish(self) -> None:
        """End the stage; its bar stays full."""
        if self._task is not None:
            done = self._bars.tasks[self._task].completed
            self._bars.update(self._task, total=done, completed=done)
            self._task = None
