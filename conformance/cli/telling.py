"""How commands speak: problems to the error stream, and the exit code of wrong usage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from conformance.agreements.problems import DocumentError, Problem
from conformance.model.words import Text

if TYPE_CHECKING:
    from rich.console import Console

USAGE = 4


class Lang(StrEnum):
    """The two languages of the suite."""

    NL = "nl"
    EN = "en"

    def of(self, text: Text) -> str:
        """The sentence in this language."""
        return text.nl if self is Lang.NL else text.en


def console(*, stderr: bool = False) -> Console:
    """A console that takes no markup from data: what a vendor or node wrote is shown as it is."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, highlight=False, emoji=False, soft_wrap=True)


def tell(problems: Iterable[Problem], lang: Lang, *, stderr: bool = True) -> None:
    """One line for each problem, control characters made visible."""
    out = console(stderr=stderr)
    for problem in problems:
        out.print(shown(lang.of(problem.text)))


def shown(text: str) -> str:
    """Text that can't steer a terminal."""
    return "".join(char if char.isprintable() else repr(char)[1:-1] for char in text)


def write(path: Path, data: bytes) -> None:
    """Write a file that the user asked for, whole or not at all; raises DocumentError when that cannot be."""
    from conformance.reporting.files import write_atomically

    try:
        write_atomically(path, data)
    except OSError as error:
        expected = Text("een plaats waar u mag schrijven", "a place you may write to")
        found = Text(error.strerror or str(error), error.strerror or str(error))
        step = Text("Kies een andere naam of maak plaats.", "Choose another name or make room.")
        raise DocumentError([Problem(None, str(path), expected, found, step)]) from error


@contextmanager
def usage_errors(lang: Lang) -> Iterator[None]:
    """Turn problems in the user's documents and options into messages and exit code 4."""
    try:
        yield
    except DocumentError as error:
        tell(error.problems, lang)
        raise typer.Exit(USAGE) from None
