"""What a person reads in a terminal."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from conformance.model.run import Known, Surprise
from conformance.reporting import summary
from conformance.reporting.material import Material
from conformance.reporting.progress import progress
from conformance.reporting.write import Written
from tests.reporting.example import material

HERE = Path("reports") / "runs" / ("long-" * 30) / "report.html"
WRITTEN = Written(json=HERE, html=HERE, junit=HERE, allure=HERE)


def terminal(**changes: object) -> tuple[Console, io.StringIO]:
    """A console and what it wrote."""
    stream = io.StringIO()
    options: dict[str, object] = {"width": 100, "markup": False, "emoji": False, "highlight": False}
    return Console(file=stream, **(options | changes)), stream  # type: ignore[arg-type]


def told(made: Material, *, lang: str = "en", **changes: object) -> str:
    """The summary as text."""
    console, stream = terminal(**changes)
    summary.show(made, console=console, lang=lang, written=WRITTEN)
    return stream.getvalue()


def test_it_says_what_it_came_to_what_to_do_and_where_to_look() -> None:
    text = told(material())
    assert "✗ Not conforming  Profile twiin-node" in text
    assert "[no Twiin agreement]" in text
    assert "Configuration (5)  Correct the node file first" in text
    assert "to do: Change the server's settings." in text
    assert f"Report: {HERE} (self-tested, unsigned, not a certificate)" in text


def test_the_head_says_what_was_asked_how() -> None:
    made = material()
    assert "· release 1.5 · seed 3fa9c1\n" in told(made)
    asked = replace(made, run=replace(made.run, thorough=True, anonymous=True))
    assert "seed 3fa9c1 · thorough: everything played · anonymous: no header" in told(asked, width=200)
    assert "seed 3fa9c1 · grondig: alles gespeeld · anoniem: geen kop" in told(asked, lang="nl", width=200)


def test_dutch() -> None:
    text = told(material(), lang="nl")
    assert "✗ Voldoet niet  Profiel twiin-node" in text
    assert "Wat eerst te doen" in text
    assert "What to do" not in text


def test_no_colour_and_no_escape_when_there_is_no_terminal() -> None:
    assert "\x1b" not in told(material())


def test_on_a_terminal_only_our_own_escapes_appear() -> None:
    text = told(
        material(hostile="\x1b]0;evil\x07[red]x[/red] \x9b2J :bomb: \u202e"),
        force_terminal=True,
        color_system="standard",
    )
    assert "\x1b[" in text
    assert "\x1b]" not in text
    assert "\x07" not in text
    assert "\u202e" not in text
    assert "[red]x[/red]" in text
    assert ":bomb:" in text


def test_surprises_are_told() -> None:
    surprises = (
        Surprise(about=Known.FINDING, name="s::NET-01", expected="fail", found="pass"),
        Surprise(about=Known.GAP, name="LOG-01", expected="absent", found="not-tested"),
        Surprise(about=Known.CONCLUSION, name="twiin-node", expected="conforming", found="not-shown"),
    )
    made = material(4, 4)
    changed = Material(
        plan=made.plan,
        run=made.run,
        findings=made.findings,
        recordings=made.recordings,
        decisions=made.decisions,
        surprises=surprises,
    )
    text = told(changed)
    assert "s::NET-01: Fail → Pass" in text
    assert "LOG-01: Not there → Not tested" in text
    assert "twiin-node: Conforming → Not shown" in text


def test_a_console_without_unicode_does_not_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", stream)
    summary.show(material(), console=summary.console(), written=WRITTEN)
    stream.flush()


def test_progress_is_seen_on_a_terminal_only() -> None:
    for seen in (True, False):
        console, stream = terminal(force_terminal=seen)
        with progress(console, 2) as step:
            step("[red]one\x1b[2J")
            step("two")
        assert bool(stream.getvalue()) is seen
        assert "\x1b[2J" not in stream.getvalue()
    console, stream = terminal(force_terminal=True)
    with progress(console, 2, quiet=True) as step:
        step("one")
    assert stream.getvalue() == ""
