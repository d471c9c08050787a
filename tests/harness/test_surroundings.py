"""What happens to lie around does not count: settings of others, proxies, passwords; and how a run speaks."""

from __future__ import annotations

import os
import pty
import subprocess
from pathlib import Path

from tests.harness.command import LIMIT_S, Commands, environment
from tests.harness.fixtures import SCRIPT, Full
from tests.harness.watching import WatchedNode

TRAP = """
import pathlib
pathlib.Path(__file__).with_name("sprung").touch()
def pytest_collection_modifyitems(items): items.clear()
"""
NARROW = ("--requirement", "NET-03", "--accept-partial")
ESCAPE = "\x1b"


def test_settings_of_the_folder_do_not_count(small: Path, commands: Commands, tmp_path: Path) -> None:
    for name in ("conftest.py", "trap.py", "conformance.py", "sitecustomize.py"):
        (tmp_path / name).write_text(TRAP)
    hostile = "addopts = --collect-only -p trap\npython_functions = nothing\nrequired_plugins = nowhere\n"
    (tmp_path / "pytest.ini").write_text(f"[pytest]\n{hostile}")
    (tmp_path / "tox.ini").write_text(f"[pytest]\n{hostile}")
    (tmp_path / "setup.cfg").write_text(f"[tool:pytest]\n{hostile}")
    surroundings = {"PYTEST_ADDOPTS": "--collect-only -p trap", "PYTEST_PLUGINS": "trap", "PYTHONWARNINGS": "error"}
    ended = commands("run", str(small), *NARROW, "--out", "run", cwd=tmp_path, surroundings=surroundings)
    assert ended.code == 0, ended.err
    assert ended.tested
    assert not (tmp_path / "sprung").exists()


def test_settings_of_the_folder_do_not_reach_workers(small: Path, commands: Commands, tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(TRAP)
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --collect-only\n")
    ended = commands("run", str(small), *NARROW, "-n", "1", "--out", "run", cwd=tmp_path)
    assert ended.code == 0, ended.err
    assert not (tmp_path / "sprung").exists()


def test_proxies_and_netrc_do_not_count(watched: WatchedNode, commands: Commands, tmp_path: Path) -> None:
    """A proxy would see patients' data; a password from .netrc would go to whoever is tested."""
    (tmp_path / ".netrc").write_text("machine localhost login person password secret\n")
    (tmp_path / ".netrc").chmod(0o600)
    nowhere = "http://127.0.0.1:9"
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
    surroundings = {**dict.fromkeys(names, nowhere), "NO_PROXY": "", "no_proxy": "", "HOME": str(tmp_path)}
    surroundings |= {"NETRC": str(tmp_path / ".netrc"), "XDG_CACHE_HOME": os.environ.get("XDG_CACHE_HOME", "")}
    watched.forget()
    narrow = ("--scenario", "doors", "--scenario", "study-to-instance", "--accept-partial", "--out", "run")
    ended = commands("run", str(watched.node_file), *narrow, cwd=tmp_path, surroundings=surroundings)
    assert {ended.verdicts[name] for name in ended.tested} == {"pass"}
    heard = watched.forget()
    assert len(heard) > 10
    assert {call.scheme for call in heard} <= {"", "Bearer"}


def test_quiet_says_nothing(small: Path, commands: Commands, tmp_path: Path) -> None:
    ended = commands("run", str(small), *NARROW, "--quiet", "--out", "run", cwd=tmp_path)
    assert (ended.code, ended.out, ended.err) == (0, "", "")
    assert (ended.folder / "report.html").exists()


def test_quiet_still_says_what_is_wrong(commands: Commands, tmp_path: Path) -> None:
    ended = commands("run", "absent.yaml", "--quiet", cwd=tmp_path)
    assert ended.code == 4
    assert "absent.yaml" in ended.err


def test_dutch(small: Path, commands: Commands, tmp_path: Path) -> None:
    ended = commands("run", str(small), "--requirement", "NET-03", "--lang", "nl", "--out", "run", cwd=tmp_path)
    assert ended.code == 5
    assert "Rapport: " in ended.out
    assert "Report" not in ended.out
    assert '<html lang="nl"' in (ended.folder / "report.html").read_text(encoding="utf-8")


def test_without_out_it_goes_where_git_does_not_look(small: Path, commands: Commands, tmp_path: Path) -> None:
    ended = commands("run", str(small), *NARROW, cwd=tmp_path)
    (folder,) = (tmp_path / "reports" / "runs").iterdir()
    assert (folder / "report.html").exists()
    assert f"reports/runs/{folder.name}/report.html" in ended.out


def test_no_colour_when_nobody_watches(by_command: Full, by_workers: Full) -> None:
    for ended, _ in (by_command, by_workers):
        assert ESCAPE not in ended.out + ended.err
        assert "\r" not in ended.out + ended.err


def test_a_terminal_gets_colour_and_a_bar(small: Path, tmp_path: Path) -> None:
    shown = on_a_terminal(small, tmp_path)
    assert ESCAPE + "[" in shown
    assert "Testing" in shown
    assert "Report: " in shown


def on_a_terminal(node: Path, cwd: Path) -> str:
    """What a person sees who runs it in a terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [SCRIPT, "run", str(node), *NARROW, "--seed", "0", "--out", "run"],
        cwd=cwd,
        env=environment(TERM="xterm-256color"),
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        shown = b""
        while piece := _read(ours):
            shown += piece
        process.wait(LIMIT_S)
    os.close(ours)
    return shown.decode()


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:
        return b""  # Linux says so when the last one hangs up
