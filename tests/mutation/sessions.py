"""The two ways in which pytest runs tests under a change."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_loader
from types import CodeType
from typing import Any

import pytest

from tests.mutation.executing import FOLDERS, Executed
from tests.mutation.inplace import changed_in_place
from tests.mutation.places import ROOT, Mutant
from tests.mutation.quietly import quietly
from tests.mutation.trying import OUTSIDE, Tried, tried

OPTIONS = ("-x", "-q", "-p", "no:cacheprovider", "--hypothesis-seed", "0", "--assert", "plain")
"""pytest would itself load what it rewrites the asserts of (our plugin's package is), and not the changed module."""

LOADING_S = 300.0
"""A change under which a module does not come to an end of loading is noticed too."""


def in_place(mutants: Sequence[Mutant], executed: Executed, tell: Callable[[Tried | None], None]) -> None:
    """Tries changes on tests that are collected once; of one that can't be made in place None is told."""
    folders = [str(ROOT / "tests" / folder) for folder in FOLDERS]
    pytest.main([*OPTIONS, *folders], plugins=[_Warm(mutants, executed, tell), _Clocked(executed)])


class _Warm:
    def __init__(self, mutants: Sequence[Mutant], executed: Executed, tell: Callable[[Tried | None], None]) -> None:
        self._mutants, self._executed, self._tell = mutants, executed, tell
        self._items: dict[str, pytest.Item] = {}

    def pytest_configure(self) -> None:
        quietly()

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Tries every change in place of running what was collected."""
        self._items = {item.nodeid: item for item in session.items}
        for mutant in self._mutants:
            in_function = self._executed.when_run(mutant)
            self._tell(tried(mutant, self._executed, self._run) if in_function else None)
        return True

    def _run(self, mutant: Mutant, tests: list[str]) -> int:
        if not changed_in_place(mutant):
            return OUTSIDE
        items = [self._items[test] for test in tests]
        for item, following in zip(items, [*items[1:], None], strict=True):
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        return 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Only ever called in a fork, which the first failure ends."""
        if report.failed:
            os._exit(1)


class _Clocked:
    """Ends the process when a test goes on for ever, also where no Python runs."""

    def __init__(self, executed: Executed) -> None:
        self._executed = executed

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        """For each test anew."""
        signal.setitimer(signal.ITIMER_REAL, self._executed.most_s(nodeid))


def afresh(executed: Executed, mutant: Mutant, tests: list[str]) -> int:
    """Runs tests with the changed module in place of the one on disk; nothing of ours may have been loaded before."""
    signal.setitimer(signal.ITIMER_REAL, LOADING_S)
    sys.meta_path.insert(0, _Changed(mutant))
    files = sorted({test.partition("::")[0] for test in tests})
    return int(
        pytest.main([*OPTIONS, *(str(ROOT / file) for file in files)], plugins=[_Only(tests), _Clocked(executed)])
    )


class _Only:
    """Of what is collected these tests only, in this order."""

    def __init__(self, tests: Sequence[str]) -> None:
        self._place = {test: at for at, test in enumerate(tests)}

    def pytest_configure(self) -> None:
        quietly()

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Leaves the others out."""
        kept = [item for item in items if item.nodeid in self._place]
        items[:] = sorted(kept, key=lambda item: self._place[item.nodeid])


class _Changed(MetaPathFinder):
    """Finds one module in its changed form."""

    def __init__(self, mutant: Mutant) -> None:
        self._mutant = mutant

    def find_spec(self, name: str, path: Any, target: Any = None) -> ModuleSpec | None:  # noqa: ARG002
        """The changed module, by its own name only."""
        if name != self._mutant.module:
            return None
        package = self._mutant.path.endswith("/__init__.py")
        return spec_from_loader(name, _Loader(name, self._mutant), is_package=package)


class _Loader(SourceFileLoader):
    def __init__(self, name: str, mutant: Mutant) -> None:
        super().__init__(name, str(ROOT / mutant.path))
        self._mutant = mutant

    def get_code(self, fullname: str) -> CodeType:  # noqa: ARG002 - there is one
        """Compiled from the changed source, and never kept."""
        return compile(self._mutant.source(), self.path, "exec", dont_inherit=True)
