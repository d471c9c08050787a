"""The command line: one command per file, nothing but mounting here."""

from __future__ import annotations

import typer

from conformance.cli.explain import explain
from conformance.cli.faults import faults
from conformance.cli.init import init
from conformance.cli.judge import judge
from conformance.cli.lint import lint
from conformance.cli.plan import plan
from conformance.cli.run import run

HELP = "Test a Twiin node against the agreements, and leave a report that anyone can recompute."

app = typer.Typer(
    name="conformance", help=HELP, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False
)
app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})(run)
for command in (judge, plan, explain, lint, init, faults):
    app.command()(command)


def main() -> None:
    """Entry point of the `conformance` script; wrong usage of the command line itself ends with exit code 4."""
    raise SystemExit(_run())


def _run() -> int:
    import click

    try:
        result = app(standalone_mode=False)
    except click.exceptions.Abort:
        typer.echo("aborted", err=True)
        return 2
    except click.ClickException as problem:
        problem.show()
        return 4
    return result if isinstance(result, int) else 0
