"""Folders with private keys: private, gone at any end that can be caught, and swept after one that cannot."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conformance.synthesis import keyfolder
from conformance.synthesis.keyfolder import LOCK, PREFIX, KeyFolder, sweep
from conformance.synthesis.pki import TestPki

HOLDER = """
import sys
from conformance.synthesis.keyfolder import KeyFolder
folder = KeyFolder()
(folder.path / "pki").mkdir()
(folder.path / "pki" / "secret.key.pem").touch()
print(folder.path, flush=True)
"""
WAITING = HOLDER + "sys.stdin.read()"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


@contextmanager
def holder(place: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """Another process with a key folder, until its standard input ends."""
    with subprocess.Popen(
        [sys.executable, "-c", WAITING],
        env={**os.environ, "TMPDIR": str(place)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        yield process, Path(process.stdout.readline().strip())


def abandoned(place: Path) -> Path:
    """The folder of a process that was killed."""
    with holder(place) as (process, folder):
        process.kill()
    assert folder.is_dir()
    return folder


def test_it_is_private_and_goes(place: Path) -> None:
    with KeyFolder() as folder:
        assert folder.path.parent == place
        assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
        (folder.path / "key").touch()
    assert list(place.iterdir()) == []
    folder.close()


@pytest.mark.parametrize("end", ["", "raise ValueError('a bug')", "sys.exit(4)", "raise KeyboardInterrupt"])
def test_it_goes_with_its_process(place: Path, end: str) -> None:
    subprocess.run(
        [sys.executable, "-c", HOLDER + end], env={**os.environ, "TMPDIR": str(place)}, capture_output=True, check=False
    )
    assert list(place.iterdir()) == []


def test_what_a_killed_process_left_is_swept_and_what_a_living_one_has_stays(place: Path) -> None:
    left = abandoned(place)
    with holder(place) as (_, living):
        assert not left.exists()  # the living one swept at its start
        left = abandoned(place)
        with KeyFolder() as own:
            assert not left.exists()
            assert (living / "pki" / "secret.key.pem").exists()
            sweep()
            assert own.path.is_dir()


def test_a_stopped_process_is_a_living_one(place: Path) -> None:
    with holder(place) as (process, folder):
        process.send_signal(signal.SIGSTOP)
        sweep()
        assert (folder / "pki").is_dir()
        process.send_signal(signal.SIGCONT)


def test_a_fork_owns_nothing(place: Path) -> None:
    with KeyFolder() as folder:
        child = os.fork()
        if child == 0:
            folder.close()
            os._exit(0)
        os.waitpid(child, 0)
        assert folder.path.is_dir()
        sweep()
        assert folder.path.is_dir()


def test_no_link_is_followed(place: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Neither a link in place of the folder, nor of the lock, nor one within."""
    outside = tmp_path_factory.mktemp("outside")
    (outside / LOCK).touch()
    (outside / "precious").touch()
    (place / f"{PREFIX}link").symlink_to(outside)
    (place / f"{PREFIX}lock").mkdir()
    (place / f"{PREFIX}lock" / LOCK).symlink_to(outside / LOCK)
    left = abandoned(place)
    (left / "inside").symlink_to(outside)
    (left / "pki" / "deep").symlink_to(outside)
    sweep()
    assert not left.exists()
    assert sorted(path.name for path in place.iterdir()) == [f"{PREFIX}link", f"{PREFIX}lock"]
    assert sorted(path.name for path in outside.iterdir()) == [LOCK, "precious"]


def test_what_is_not_ours_stays(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without a lock, a pipe for a lock (not waited for), a file, and all that is of another user."""
    (place / f"{PREFIX}none").mkdir()
    (place / f"{PREFIX}pipe").mkdir()
    os.mkfifo(place / f"{PREFIX}pipe" / LOCK)
    (place / f"{PREFIX}pipe" / "precious").touch()
    (place / f"{PREFIX}file").touch()
    (place / "else").mkdir()
    (place / "else" / LOCK).touch()
    left = abandoned(place)
    monkeypatch.setattr(keyfolder.os, "getuid", lambda: left.stat().st_uid + 1)
    sweep()
    assert left.is_dir()
    monkeypatch.undo()
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    sweep()
    assert not left.exists()
    assert (place / f"{PREFIX}pipe" / "precious").exists()
    assert len(list(place.iterdir())) == 4


def test_a_sweep_that_was_stopped_halfway_is_finished_by_the_next(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    left = abandoned(place)

    def stopped(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as broken:
        broken.setattr(keyfolder.shutil, "rmtree", stopped)
        with pytest.raises(KeyboardInterrupt):
            sweep()
    assert (left / LOCK).exists()
    sweep()
    assert not left.exists()


def test_keys_are_for_their_user_alone(tmp_path: Path) -> None:
    """Also where a file that others may read stood before, and without a mask of the surroundings."""
    folder = tmp_path / "pki"
    mask = os.umask(0)
    try:
        TestPki.create(folder)
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
        (folder / "server.key.pem").chmod(0o644)
        made = TestPki.create(folder)
    finally:
        os.umask(mask)
    keys = [made.signing.key, made.server.key, *(leaf.key for leaf in made.clients.values())]
    assert {stat.S_IMODE(key.stat().st_mode) for key in keys} == {0o600}
