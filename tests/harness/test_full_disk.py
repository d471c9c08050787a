"""A disk that is full: one clear message, exit 2, nothing half-written."""

from __future__ import annotations

import json
from pathlib import Path

from tests.harness.command import Commands, Ended
from tests.harness.watching import WatchedNode


def whole(folder: Path) -> None:
    """Every file that is there is whole, and nothing temporary stayed behind."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    assert not [path for path in files if path.name.startswith(".") or path.suffix == ".tmp"]
    for path in files:
        if path.suffix == ".json":
            json.loads(path.read_bytes())


def told_once(ended: Ended) -> None:
    assert ended.code == 2
    assert "Traceback" not in ended.out + ended.err
    assert len(ended.err.strip().splitlines()) == 1, ended.err
    assert "--out" in ended.err


def test_a_small_disk(watched: WatchedNode, commands: Commands, tiny: Path) -> None:
    watched.forget()
    ended = commands("run", str(watched.node_file), "--seed", "0", "--out", "run", cwd=tiny)
    told_once(ended)
    assert "the disk is full" in ended.err
    whole(tiny / "run")
    assert not (tiny / "run" / "report.json").exists()
    # What cannot be recorded is not asked either: each of the two processes loses the scenario it was playing.
    assert len(watched.forget()) < 300


def test_a_limit_on_files_that_only_the_report_meets(small: Path, commands: Commands, tmp_path: Path) -> None:
    ended = commands("run", str(small), "--out", "run", cwd=tmp_path, largest_file=100_000)
    told_once(ended)
    whole(tmp_path / "run")
    assert list((tmp_path / "run" / "recordings").iterdir())
    assert not (tmp_path / "run" / "report.json").exists()


def test_a_folder_nobody_may_write_to(small: Path, commands: Commands, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    ended = commands("run", str(small), "--out", "file/run", cwd=tmp_path)
    assert ended.code == 4
    assert "Traceback" not in ended.err
    assert str(Path("file") / "run") in ended.err
    assert list(tmp_path.iterdir()) == [tmp_path / "file"]
