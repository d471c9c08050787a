"""What tests of whole runs share: one node, one process to fork from, and the full runs, each made once."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.harness.command import ROOT, Commands, Ended, spawned
from tests.tampering.forging import Forger, Parts

if TYPE_CHECKING:
    from tests.harness.watching import Heard, WatchedNode

TMPFS = ("mount", "-t", "tmpfs", "-o")
SCRIPT = str(Path(sys.executable).with_name("conformance"))
PYTEST = str(Path(sys.executable).with_name("pytest"))


@pytest.fixture(scope="session")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    with Commands(tmp_path_factory.mktemp("said")) as running:
        yield running


@pytest.fixture(scope="session")
def watched() -> Iterator[WatchedNode]:
    from tests.harness.watching import WatchedNode

    with WatchedNode() as node:
        yield node


@pytest.fixture(scope="session")
def small(watched: WatchedNode) -> Path:
    """The node file of the same node as one without BgZ and images: a whole run of a few seconds."""
    return watched.variant("small.yaml", actors=["twiin-node"])


Full = tuple[Ended, "tuple[Heard, ...]"]


@pytest.fixture(scope="session")
def by_command(watched: WatchedNode, tmp_path_factory: pytest.TempPathFactory) -> Full:
    """`conformance run node.yaml`, and the calls it made."""
    watched.forget()
    cwd = tmp_path_factory.mktemp("command")
    ended = spawned("run", str(watched.node_file), "--out", "run", cwd=cwd, program=(SCRIPT,))
    return ended, watched.forget()


@pytest.fixture(scope="session")
def by_pytest(watched: WatchedNode, tmp_path_factory: pytest.TempPathFactory) -> Full:
    """Plain pytest with the plugin that was installed."""
    watched.forget()
    cwd = tmp_path_factory.mktemp("pytest")
    program = (PYTEST, "--pyargs", "conformance.harness", "--node", str(watched.node_file), "--seed", "0")
    ended = spawned("--out", "run", cwd=cwd, program=program)
    return ended, watched.forget()


@pytest.fixture(scope="session")
def by_workers(watched: WatchedNode, tmp_path_factory: pytest.TempPathFactory) -> Full:
    """`conformance run -n 2`."""
    watched.forget()
    cwd = tmp_path_factory.mktemp("workers")
    ended = spawned("run", str(watched.node_file), "-n", "2", "--out", "run", cwd=cwd, program=(SCRIPT,))
    return ended, watched.forget()


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the suite that was released with the agreements as they are now."""
    from conformance.agreements.catalogue import load_catalogue

    root = tmp_path_factory.mktemp("released")
    for name in ("conformance", "profiles", "scenarios"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    seal = {"agreements": load_catalogue().digest}
    (root / "conformance" / "agreements" / "released.json").write_text(json.dumps(seal))
    return root


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A file system that holds 256 KiB."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mounted = subprocess.run([*TMPFS, "size=256k", "tmpfs", folder], capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip(f"no small file system can be mounted here: {mounted.stderr.decode().strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


@pytest.fixture(scope="session")
def faulty_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole run folder of a node that does not conform: a forger has something to gain."""
    from tests.tampering.playing import FAULTS, played

    return played(tmp_path_factory.mktemp("faulty") / "run", FAULTS)


@pytest.fixture(scope="session")
def faulty(faulty_folder: Path) -> Parts:
    """That folder in pieces; take a copy before changing any."""
    return Parts.of(faulty_folder)


@pytest.fixture(scope="session")
def faithful(tmp_path_factory: pytest.TempPathFactory) -> Parts:
    """The run folder of the faithful node in pieces."""
    from tests.tampering.playing import played

    return Parts.of(played(tmp_path_factory.mktemp("faithful") / "run"))


@pytest.fixture(scope="session")
def forger(tmp_path_factory: pytest.TempPathFactory) -> Forger:
    """Seals what it is given, always in the same folder."""
    return Forger(tmp_path_factory.mktemp("forger") / "run")


@pytest.fixture(scope="module")
def remembered() -> Iterator[None]:
    """Judges remember what they said of what did not change."""
    from tests.tampering.remembering import remembering

    with remembering():
        yield
