"""A progress bar while scenarios play, when somebody watches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from conformance.model.words import Text
from conformance.reporting.labels import spoken
from conformance.reporting.visible import one_line

if TYPE_CHECKING:
    from rich.console import Console

Step = Callable[[str], None]
"""Called when one more thing is done, with the name of what comes next or was done."""

_PLAYING = Text("Beproeven", "Testing")


@contextmanager
def progress(console: Console, total: int, *, lang: str = "en", quiet: bool = False) -> Iterator[Step]:
    """A bar of `total` steps that disappears when done; nothing at all when quiet or when there is no terminal."""
    if quiet or not console.is_terminal:
        yield unseen
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.description}", markup=False),
    )
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(spoken(_PLAYING, lang), total=total)
        yield lambda label: bar.update(task, advance=1, description=one_line(label, 60))


def unseen(label: str) -> None:
    """Nobody watches."""
