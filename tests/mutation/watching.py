"""A pytest plugin that writes down which lines each test executes. It comes first: coverage must see the imports."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from coverage import Coverage

from tests.mutation.places import ROOT, targets
from tests.mutation.quietly import quietly

_COVERAGE = Coverage(data_file=None, include=[str(ROOT / path) for path in targets()], config_file=False)
_COVERAGE.start()
_SECONDS: dict[str, float] = {}


def pytest_configure() -> None:
    """A few examples show which lines a property executes."""
    quietly(max_examples=5)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Where to write what was executed."""
    parser.addoption("--executed", type=Path)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """What a test needs to be set up counts as executed by it."""
    _COVERAGE.switch_context(item.nodeid)
    result = yield
    _COVERAGE.switch_context("")
    return result


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """How long each test takes."""
    _SECONDS[report.nodeid] = round(_SECONDS.get(report.nodeid, 0.0) + report.duration, 4)


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Writes what was executed."""
    _COVERAGE.stop()
    data = _COVERAGE.get_data()
    tests = sorted(_SECONDS)
    number = {test: at for at, test in enumerate(tests)}
    lines: dict[str, dict[int, list[int]]] = {}
    for path in targets():
        by_line = data.contexts_by_lineno(str(ROOT / path))
        found = {line: sorted(number[one] for one in those if one in number) for line, those in by_line.items()}
        executed = {line: those for line, those in found.items() if those}
        if executed:
            lines[path] = {0: sorted({one for those in executed.values() for one in those}), **executed}
    written = {"tests": tests, "seconds": _SECONDS, "lines": lines}
    session.config.getoption("executed").write_text(json.dumps(written), encoding="utf-8")
