"""An anonymous run: no header names the suite, the same is found, and its folder says so and nothing else."""

from __future__ import annotations

import pytest

from conformance.harness.opened import RefusedError
from conformance.harness.rejudging import Standing, rejudge
from tests.harness.command import Commands, Ended
from tests.harness.fixtures import Full
from tests.harness.watching import WatchedNode, lines
from tests.tampering.forging import Forger, Parts

SUITE = ("twiin", "conformance", "suite")


@pytest.fixture(scope="module")
def anonymous(watched: WatchedNode, commands: Commands, tmp_path_factory: pytest.TempPathFactory) -> Full:
    watched.forget()
    cwd = tmp_path_factory.mktemp("anonymous")
    ended = commands("run", str(watched.node_file), "--anonymous", "--out", "run", cwd=cwd)
    return ended, watched.forget()


@pytest.fixture(scope="module")
def parts(anonymous: tuple[Ended, object]) -> Parts:
    return Parts.of(anonymous[0].folder)


def test_no_header_and_no_address_names_the_suite(anonymous: Full, by_command: Full) -> None:
    """The same node hears the name in a run that is not anonymous, so it would hear it here."""
    assert lines(anonymous[1]) == lines(by_command[1])
    assert len(anonymous[1]) > 100
    for call in anonymous[1]:
        assert not [name for name, _ in call.headers if name == "user-agent" or name.startswith("x-")]
        said = (call.line, *(value for _, value in call.headers))
        assert not [value for value in said if any(word in value.lower() for word in SUITE)]
    assert {dict(call.headers).get("user-agent") for call in by_command[1]} == {"twiin-conformance"}


def test_it_finds_the_same_and_says_how_it_asked(anonymous: Full, by_command: Full) -> None:
    ended = anonymous[0]
    assert ended.findings == by_command[0].findings
    assert ended.code == by_command[0].code
    assert ended.run["anonymous"] is ended.report["run"]["anonymous"] is True
    assert "anonymous: no header field names the suite" in ended.out
    assert rejudge(ended.folder).standing is Standing.SAME


def test_a_run_that_named_the_suite_is_not_made_anonymous(forger: Forger, faithful: Parts) -> None:
    made = faithful.copy()
    made.run |= {"anonymous": True, "command": [*made.run["command"], "--anonymous"]}
    with pytest.raises(RefusedError, match="names the suite, in an anonymous run"):
        rejudge(forger.sealed(made))


def test_nor_an_anonymous_one_named(forger: Forger, parts: Parts) -> None:
    made = parts.copy()
    made.run |= {"anonymous": False, "command": [word for word in made.run["command"] if word != "--anonymous"]}
    with pytest.raises(RefusedError, match="does not name the suite"):
        rejudge(forger.sealed(made))
