"""The command line: one command per file, nothing but mounting here."""

from __future__ import annotations

import gc
from typing import cast

import typer

from conformance.cli.check import check
from conformance.cli.data import app as data
from conformance.cli.explain import explain
from conformance.cli.faults import faults
from conformance.cli.init import init
from conformance.cli.judge import judge
from conformance.cli.lint import lint
from conformance.cli.node import app as node
from conformance.cli.packages import app as packages
from conformance.cli.pki import app as pki
from conformance.cli.plan import plan
from conformance.cli.profile import app as profile
from conformance.cli.report import report
from conformance.cli.run import run
from conformance.cli.streams import bear_all
from conformance.cli.telling import USAGE
from conformance.cli.validate import validate
from conformance.play import signals

ABORTED = 2
INTERRUPTED = 130
"""What newer versions of typer make of Ctrl-C; older ones raise Abort."""
HELP = "Test a Twiin node against the agreements, and leave a report that anyone can recompute."
WrongUsage = cast(type[typer.BadParameter], typer.BadParameter.__mro__[1])
"""What a wrong command line raises. Typer has its own click or uses the real one, depending on its version; in both
BadParameter is a kind of this."""

app = typer.Typer(
    name="conformance",
    help=HELP,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for command in (run, judge, report, plan, explain, check, lint, init, faults, validate):
    app.command()(command)
for group in (data, pki, node):
    app.add_typer(group)
for name, group in (("packages", packages), ("profile", profile)):
    app.add_typer(group, name=name)


def main() -> None:
    """Entry point of the `conformance` script; wrong usage of the command line itself ends with exit code 4.

    Whatever asks a process to end does so as Ctrl-C does.
    """
    signals.listen()
    signals.hush()
    gc.set_threshold(50_000, 20, 50)  # what is recorded stays to the end: looking through it for garbage finds none
    bear_all()
    code = _run()
    signals.ended()
    gc.freeze()  # what is left ends with the process, and is not looked through once more for that
    raise SystemExit(code)


def _run() -> int:
    try:
        result = app(standalone_mode=False)
    except typer.Abort:
        result = INTERRUPTED
    except WrongUsage as problem:
        problem.show()
        return USAGE
    if result == INTERRUPTED:
        typer.echo("aborted", err=True)
        return ABORTED
    return result if isinstance(result, int) else 0
