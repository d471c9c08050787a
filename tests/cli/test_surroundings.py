"""Poor surroundings: a terminal with few signs, a user without a home, a folder one may not write."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.harness.command import Commands, environment, spawned
from tests.harness.fixtures import SCRIPT

HOMELESS = """
import pwd
def nobody(*_):
    raise KeyError("no such user")
pwd.getpwuid = nobody
"""


@pytest.mark.parametrize("arguments", [("explain", "NET-01"), ("plan", "node.yaml", "--lang", "nl"), ("--help",)])
def test_a_terminal_that_lacks_signs(small: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    named = tuple(str(small) if argument == "node.yaml" else argument for argument in arguments)
    ended = spawned(*named, cwd=tmp_path, program=("env", "PYTHONIOENCODING=ascii", SCRIPT))
    assert ended.code == 0, ended.err
    assert "Traceback" not in ended.err
    assert ended.out.isascii()


@pytest.mark.parametrize(
    "arguments",
    [("validate", "patient.json"), ("explain", "NET-01"), ("packages", "list"), ("run", "--out", "run", "-q")],
    ids=lambda arguments: arguments[0],
)
def test_a_user_without_a_home(small: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """As a container runs it: a number that no list of users names, and no HOME."""
    (tmp_path / "sitecustomize.py").write_text(HOMELESS)
    (tmp_path / "patient.json").write_text(json.dumps({"resourceType": "Patient", "active": True}))
    named = (*arguments, str(small), "--scenario", "offers") if arguments[0] == "run" else arguments
    bare = ("env", "-u", "HOME", "-u", "XDG_CACHE_HOME", f"PYTHONPATH={tmp_path}:{environment()['PYTHONPATH']}")
    ended = spawned(*named, cwd=tmp_path, program=(*bare, SCRIPT))
    assert "Traceback" not in ended.err, ended.err
    assert ended.code == (5 if arguments[0] == "run" else 0), ended.err


def test_a_node_in_a_folder_that_cannot_be(commands: Commands, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    ended = commands("node", "start", "--folder", "file/node", cwd=tmp_path)
    assert ended.code == 4
    assert "expected a folder you may write to" in ended.err
    assert "file/node" in ended.err
    assert "Traceback" not in ended.err
