"""`conformance run`: pytest with our plugin and nothing of the folder it happens to run in."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from conformance.cli.telling import Lang

OURS = (
    "-p",
    "conformance.harness.plugin",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:terminal",
    "-p",
    "no:unraisableexception",
    "--capture=no",
)


def run(
    node: Annotated[
        str, typer.Argument(metavar="NODE.YAML", help="The node file; left out: the embedded reference node.")
    ] = "reference",
    release: Annotated[str | None, typer.Option(help="Another release than the node file's.")] = None,
    profile: Annotated[list[str] | None, typer.Option(help="Only this profile (repeatable).")] = None,
    scenario: Annotated[list[str] | None, typer.Option(help="Only this scenario (repeatable).")] = None,
    requirement: Annotated[list[str] | None, typer.Option(help="Only this requirement (repeatable).")] = None,
    keyword: Annotated[str, typer.Option("-k", help="Only items whose scenario::requirement matches.")] = "",
    first: Annotated[bool, typer.Option("-x", help="Stop at the first item that is no pass.")] = False,
    workers: Annotated[str, typer.Option("-n", help="Play with this many worker processes.")] = "",
    out: Annotated[Path | None, typer.Option(help="New folder for recordings and reports.")] = None,
    expect: Annotated[Path | None, typer.Option(help="List of what is known not to pass, strict both ways.")] = None,
    accept_partial: Annotated[bool, typer.Option(help="Let a narrowed run end by what it did test.")] = False,
    seed: Annotated[str | None, typer.Option(help="What to draw the questions from; left out: a new one.")] = None,
    thorough: Annotated[bool, typer.Option(help="Play everything of which otherwise a part is drawn.")] = False,
    anonymous: Annotated[bool, typer.Option(help="Name the suite in no header field.")] = False,
    accept_not_decisive: Annotated[
        bool, typer.Option(help="Let 'conforming on what decides' end with 0 instead of 6.")
    ] = False,
    agreements: Annotated[Path | None, typer.Option(help="A folder with profiles/ and scenarios/.")] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print nothing but errors.")] = False,
    lang: Annotated[Lang, typer.Option(help="Language of the summary.")] = Lang.EN,
) -> int:
    """Test a node and leave a report. Ends with 0 conforming, 1 not conforming, 2 aborted, 3 suite error, 4 wrong
    usage, 5 undecided, partial or not shown, 6 conforming on what decides; with --expect, 0 when the list was right
    and 1 when it was not."""
    named = {"--release": release, "--out": out, "--expect": expect, "--agreements": agreements, "-k": keyword}
    repeated = {"--profile": profile, "--scenario": scenario, "--requirement": requirement}
    arguments = [f"--node={node}", f"--lang={lang.value}", f"--conformance-summary={'quiet' if quiet else 'full'}"]
    arguments += [f"{name}={value}" if name != "-k" else f"-k{value}" for name, value in named.items() if value]
    arguments += [f"{name}={value}" for name, values in repeated.items() for value in values or ()]
    arguments += [f"--seed={seed}"] if seed is not None else []
    flags = {
        "-x": first,
        "--accept-partial": accept_partial,
        "--accept-not-decisive": accept_not_decisive,
        "--thorough": thorough,
        "--anonymous": anonymous,
    }
    arguments += [flag for flag, given in flags.items() if given]
    arguments += ["-p", "xdist", "-n", workers] if workers else []
    return _pytest(arguments)


def _pytest(arguments: list[str]) -> int:
    """Run pytest in this process. Options, plugins and configuration of the surroundings do not count."""
    import pytest

    import conformance.harness

    folder = Path(conformance.harness.__file__).parent
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
        os.environ.pop(name, None)
    fixed = [*OURS, "-c", os.devnull, "--rootdir", str(folder), str(folder / "test_agreements.py")]
    return int(pytest.main([*fixed, *arguments]))
