"""The budgets with generous leniency, so that a busy machine does not fail and a lost order of magnitude does.

The figures themselves: `python -m tests.benchmarks` on a machine that does nothing else.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.benchmarks import budgets, measuring, playing
from tests.harness.fixtures import Full

LENIENCY = 4.0


def test_help_is_quick() -> None:
    assert budgets.HELP.kept(measuring.help_s(), LENIENCY)


def test_loading_the_agreements_is_quick() -> None:
    assert budgets.LOADING.kept(measuring.loading_cpu_s(), LENIENCY)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> measuring.Used:
    return measuring.used("run", "--out", str(tmp_path_factory.mktemp("budget") / "run"))


def test_a_run_is_quick(run: measuring.Used) -> None:
    assert budgets.RUN.kept(run.seconds, LENIENCY)
    assert budgets.RUN.kept(run.cpu_s, LENIENCY)


def test_a_run_is_small(run: measuring.Used) -> None:
    assert run.memory_mib > 50
    assert budgets.MEMORY.kept(run.memory_mib)


def test_judging_is_quick(by_command: Full) -> None:
    assert budgets.JUDGING.kept(measuring.judging_per_s(by_command[0].folder), LENIENCY)


def test_a_fault_is_quick() -> None:
    assert budgets.FAULT.kept(measuring.fault_cpu_s(), LENIENCY)


def test_writing_reports_is_quick(by_command: Full, tmp_path: Path) -> None:
    assert budgets.REPORTS.kept(measuring.reports_s(by_command[0].folder, tmp_path / "reports"), LENIENCY)


@pytest.mark.parametrize(
    ("budget", "measured", "kept"),
    [
        (budgets.HELP, 0.39, True),
        (budgets.HELP, 0.41, False),
        (budgets.JUDGING, 2001, True),
        (budgets.JUDGING, 1, False),
    ],
)
def test_a_broken_budget_is_seen(budget: budgets.Budget, measured: float, kept: bool) -> None:
    assert budget.kept(measured) is kept


def test_playing_costs_little_beside_bare_requests(tmp_path: Path) -> None:
    share, told = playing.share_taken(tmp_path)
    assert budgets.PLAY.kept(share, LENIENCY), told
