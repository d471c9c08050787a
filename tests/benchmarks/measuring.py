"""Measuring whole commands, and the two parts of a run that must be quick by themselves."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from conformance.agreements.catalogue import load_catalogue, read_catalogue
from conformance.agreements.nodefile import load_node
from conformance.agreements.paths import agreements_root
from conformance.agreements.resolve import plan as resolve
from conformance.checks.judging import judge
from conformance.harness.snapshots import run_of
from conformance.model.exchange import by_scenario
from conformance.model.plan import Plan
from conformance.recordings.store import RunFolder
from conformance.reporting.decide import decide
from conformance.reporting.material import Material
from conformance.reporting.write import write_material
from conformance.simulators.faults.variants import named
from conformance.synthesis.keyfolder import KeyFolder
from conformance.upkeep.kills.faithful import faithful
from conformance.upkeep.kills.killing import Beside, kill

ROOT = Path(__file__).resolve().parents[2]
MIB = 1 << 20
LOOK_EVERY_S = 0.05


@dataclass(frozen=True)
class Used:
    """What one command cost."""

    seconds: float
    cpu_s: float
    memory_mib: float
    code: int


def used(*arguments: str, **surroundings: str) -> Used:
    """Run `conformance` in a process group of its own; memory is that of all its processes together, at its most."""
    before = os.times()
    begin = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "conformance", *arguments],
        env={**os.environ, "PYTHONPATH": str(ROOT), **surroundings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    most = 0
    while process.poll() is None:
        most = max(most, _memory(process.pid))
        time.sleep(LOOK_EVERY_S)
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Used(time.perf_counter() - begin, cpu, most / MIB, process.returncode)


def _memory(group: int) -> int:
    """Bytes that every process in a group holds; what several share counts once."""
    total = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                stat = (entry / "stat").read_text().rpartition(")")[2].split()
                if int(stat[2]) == group:
                    total += _share(entry / "smaps_rollup")
            except OSError:
                continue  # it has just ended
    return total


def _share(told: Path) -> int:
    """The proportional set size, which the kernel tells in kilobytes."""
    kilobytes = (line.split()[1] for line in told.read_text().splitlines() if line.startswith("Pss:"))
    return 1024 * int(next(kilobytes, "0"))


def help_s() -> float:
    """Seconds of the quickest of three: what is left is what our imports cost."""
    return min(used("--help").seconds for _ in range(3))


def loading_cpu_s() -> float:
    """Seconds of CPU to load the shipped agreements, once Python knows its way."""
    read_catalogue.__wrapped__(agreements_root())
    begin = time.process_time()
    read_catalogue.__wrapped__(agreements_root())
    return time.process_time() - begin


def plan_of(folder: Path) -> Plan:
    """The plan of a run folder, drawn again from its seed."""
    catalogue = load_catalogue()
    seed = run_of(RunFolder(folder).read("run.json")).seed
    return resolve(catalogue, load_node(folder / "node.json", catalogue, files=False), seed=seed)


def judging_per_s(folder: Path, rounds: int = 8) -> float:
    """Members a second in the quickest of some rounds, of a run folder that is already in memory; what is judged as a
    whole is one."""
    plan = plan_of(folder)
    recordings = by_scenario(RunFolder(folder).recordings())
    members = sum(len(finding.members) or 1 for finding in judge(plan, recordings))  # imports what judging needs
    return members / min(_seconds(lambda: judge(plan, recordings)) for _ in range(rounds))


def fault_cpu_s(names: Sequence[str] = ("BGZ-C08-F", "PULL-F-01[form=xml]", "IMG-F-S-03")) -> float:
    """Seconds of CPU that a fault takes which is played in this process, over some of them."""
    with KeyFolder() as keys:
        beside = Beside.of(faithful("1.5", "0", keys.path / "faithful"))
        kill(named(names[0]), beside)  # imports and remembers what the first one needs
        begin = time.process_time()
        rows = [kill(named(name), beside) for name in names]
        took = time.process_time() - begin
    if not all(row.as_declared for row in rows):
        raise RuntimeError(f"a fault did something else than it declared: {rows}")
    return took / len(names)


def _seconds(do: Callable[[], object]) -> float:
    begin = time.perf_counter()
    do()
    return time.perf_counter() - begin


def reports_s(folder: Path, into: Path) -> float:
    """Seconds to write every form of the report of a run folder."""
    plan = plan_of(folder)
    kept = RunFolder(folder)
    recordings, run = by_scenario(kept.recordings()), run_of(kept.read("run.json"))
    findings = judge(plan, recordings)
    material = Material(
        plan=plan,
        run=run,
        findings=findings,
        recordings=tuple(recordings.values()),
        decisions=decide(plan, findings, run, ()),
        evidence=kept.evidence(),
    )
    into.mkdir()
    begin = time.perf_counter()
    write_material(into, material)
    return time.perf_counter() - begin
