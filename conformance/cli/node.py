"""`conformance node start`: the reference node by itself, to look at or to test against."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from conformance.cli.telling import Lang, console, usage_errors
from conformance.play.signals import ENDING

if TYPE_CHECKING:
    from conformance.simulators.reference import ReferenceNode

app = typer.Typer(name="node", help="The embedded reference node.", no_args_is_help=True)


@app.callback()
def node() -> None:
    """The embedded reference node."""


@app.command()
def start(
    fault: Annotated[list[str] | None, typer.Option("--fault", help="Break this promise; may be repeated.")] = None,
    release: Annotated[str, typer.Option(help="The release to be faithful to: 1.3.0, 1.3.1, 1.4 or 1.5.")] = "1.5",
    folder: Annotated[Path | None, typer.Option(help="Keep node file and certificates here.")] = None,
    lang: Annotated[Lang, typer.Option(help="Language of the messages.")] = Lang.EN,
) -> None:
    """Run the reference node until Ctrl-C; the node file it prints is what to test it with."""
    from conformance.agreements.problems import DocumentError, Problem, same
    from conformance.model.words import Text
    from conformance.simulators.reference import ReferenceNode

    with usage_errors(lang):
        try:
            running = ReferenceNode(release=release, faults=fault or (), folder=folder)
        except ValueError as error:
            if isinstance(error, DocumentError):
                raise
            expected = Text("een bekende release en bekende fouten", "a known release and known faults")
            step = Text("Kies uit wat er genoemd wordt.", "Choose from what is named.")
            raise DocumentError([Problem(None, "--release / --fault", expected, same(str(error)), step)]) from None
    heard, say = os.pipe()
    for number in ENDING:
        if signal.getsignal(number) is not signal.SIG_IGN:
            # No lock is taken here: a second signal may come while the first is being handled.
            signal.signal(number, lambda _number, _frame: os.write(say, b"."))
    with _started(running, lang):
        console().print(f"{running.url}\n{running.node_file}")
        console().print("Ctrl-C stopt." if lang is Lang.NL else "Ctrl-C stops it.")
        os.read(heard, 1)


@contextmanager
def _started(node: ReferenceNode, lang: Lang) -> Iterator[None]:
    """The node while it runs; a folder or port that this machine does not give ends in a message and exit code 4."""
    from conformance.agreements.problems import DocumentError, Problem, same
    from conformance.model.words import Text

    with ExitStack() as held:
        with usage_errors(lang):
            try:
                held.enter_context(node)
            except OSError as error:
                expected = Text("een map waarin u mag schrijven", "a folder you may write to")
                step = Text("Kies een andere map of maak plaats.", "Choose another folder or make room.")
                where = str(error.filename or "TMPDIR")
                found = same(f"{where}: {error.strerror or error}")
                raise DocumentError([Problem(None, "--folder", expected, found, step)]) from None
        yield
