"""What tests of whole runs share: one node, one process to fork from, and the full runs, each made once."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.harness.command import ROOT, Commands, Ended, spawned

if TYPE_CHECKING:
    from tests.harness.watching import Heard, WatchedNode

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
    program = (PYTEST, "--pyargs", "conformance.harness", "--node", str(watched.node_file))
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
