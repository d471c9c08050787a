"""A run folder that was changed afterwards: judging it again says so and ends with 3, or with 4 when it is no run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.harness.command import Commands, Ended

Tampering = Callable[[Path], None]


@pytest.fixture(scope="module")
def untouched(small: Path, commands: Commands, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    return commands("run", str(small), "--scenario", "offers", "--out", "run", cwd=tmp_path_factory.mktemp("untouched"))


def change(path: Path, written: str, instead: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert written in text
    path.write_text(text.replace(written, instead, 1), encoding="utf-8")


def an_exchange(folder: Path) -> None:
    path = next(path for path in sorted((folder / "exchanges").iterdir()) if '"closed":false' in path.read_text())
    change(path, '"closed":false', '"closed":true')


def a_lost_exchange(folder: Path) -> None:
    next(iter(sorted((folder / "exchanges").iterdir()))).unlink()


def a_body(folder: Path) -> None:
    body = next(iter(sorted((folder / "bodies").iterdir())))
    body.write_bytes(body.read_bytes() + b" ")


def a_shorter_recording(folder: Path) -> None:
    path = folder / "recordings" / "offers.dicomweb.json"
    recording = json.loads(path.read_text())
    recording["exchanges"] = recording["exchanges"][:-1]
    path.write_text(json.dumps(recording))


def a_lost_recording(folder: Path) -> None:
    (folder / "recordings" / "offers.dicomweb.json").unlink()


def a_verdict(folder: Path) -> None:
    change(folder / "findings.json", '"verdict": "pass"', '"verdict": "fail"')


def lost_findings(folder: Path) -> None:
    (folder / "findings.json").unlink()


def attestations(folder: Path) -> None:
    (folder / "attestations.json").write_text('[{"requirement": 1}]')


EVERY: tuple[Tampering, ...] = (
    an_exchange,
    a_lost_exchange,
    a_body,
    a_shorter_recording,
    a_lost_recording,
    a_verdict,
    lost_findings,
    attestations,
)


@pytest.mark.parametrize("tamper", EVERY)
def test_a_changed_folder_ends_with_3(untouched: Ended, commands: Commands, tmp_path: Path, tamper: Tampering) -> None:
    shutil.copytree(untouched.folder, tmp_path / "run")
    tamper(tmp_path / "run")
    again = commands("judge", "run", cwd=tmp_path)
    assert again.code == 3
    assert "Traceback" not in again.err
    assert "run" in again.err or "DIFFER" in again.out


def test_untouched_it_is_the_same(untouched: Ended, commands: Commands, tmp_path: Path) -> None:
    assert commands("judge", str(untouched.folder), cwd=tmp_path).code == 5


def test_against_another_release_nothing_is_compared(untouched: Ended, commands: Commands, tmp_path: Path) -> None:
    again = commands("judge", str(untouched.folder), "--release", "1.3", "--lang", "nl", cwd=tmp_path)
    assert again.code == 5
    assert "niet vergeleken" in again.out


def test_a_folder_that_is_no_run_is_wrong_usage(commands: Commands, tmp_path: Path) -> None:
    again = commands("judge", ".", cwd=tmp_path)
    assert again.code == 4
    assert "a whole run folder of 'conformance run'" in again.err
    assert "Give the folder that holds report.json." in again.err


def test_a_damaged_run_json_is_no_run(untouched: Ended, commands: Commands, tmp_path: Path) -> None:
    shutil.copytree(untouched.folder, tmp_path / "run")
    (tmp_path / "run" / "run.json").write_text("{}")
    again = commands("judge", "run", cwd=tmp_path)
    assert again.code == 4
    assert "Traceback" not in again.err


def test_an_output_that_cannot_be_written_is_wrong_usage(untouched: Ended, commands: Commands, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    again = commands("judge", str(untouched.folder), "--output", "file/findings.json", cwd=tmp_path)
    assert again.code == 4
    assert "a place you may write to" in again.err
