"""`python -m tests.benchmarks`: measure everything, print a table, end with 1 when a budget is broken.

`--quick` leaves out the kill matrix, which takes minutes. Run it on a machine that does nothing else.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.benchmarks import budgets, measuring, playing, redacting
from tests.benchmarks.budgets import Budget


def measured(work: Path, *, quick: bool) -> Iterator[tuple[Budget, float, str]]:
    """Each budget with what was measured, and a remark."""
    yield budgets.HELP, measuring.help_s(), ""
    yield budgets.LOADING, measuring.loading_cpu_s(), ""
    first = measuring.used("run", "--out", str(work / "first"), XDG_CACHE_HOME=str(work / "cache"))
    yield budgets.FIRST_RUN, first.seconds, f"{first.cpu_s:.1f} s CPU, exit {first.code}"
    run = measuring.used("run", "--out", str(work / "run"))
    yield budgets.RUN, run.seconds, f"{run.cpu_s:.1f} s CPU, exit {run.code}"
    yield budgets.MEMORY, run.memory_mib, ""
    again = measuring.used("judge", str(work / "run"))
    yield budgets.REJUDGING, again.seconds, f"{again.cpu_s:.1f} s CPU, exit {again.code}"
    yield budgets.JUDGING, measuring.judging_per_s(work / "run"), ""
    yield budgets.REPORTS, measuring.reports_s(work / "run", work / "reports"), ""
    share, told = playing.share_taken(work)
    yield budgets.PLAY, share, told
    yield budgets.HOSTILE, redacting.hostile_s(), ""
    yield budgets.REDACTING, redacting.megabytes_per_s(), ""
    yield budgets.FAULT, measuring.fault_cpu_s(), ""
    if not quick:
        faults = measuring.used("faults")
        yield budgets.FAULTS, faults.seconds, f"{faults.cpu_s:.0f} s CPU, exit {faults.code}"


def main() -> int:
    broken = 0
    with TemporaryDirectory(prefix="twiin-benchmarks-") as folder:
        for budget, figure, remark in measured(Path(folder), quick="--quick" in sys.argv[1:]):
            kept = budget.kept(figure)
            broken += not kept
            bound = "at least" if budget.least else "at most"
            sign = "ok    " if kept else "BROKEN"
            line = f"{sign} {figure:9.2f} {budget.unit:10} ({bound} {budget.limit:g})  {budget.what}"
            print(f"{line}; {remark}" if remark else line, flush=True)
    return 1 if broken else 0


if __name__ == "__main__":
    raise SystemExit(main())
