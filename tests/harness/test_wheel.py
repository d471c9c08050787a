"""The wheel: the same bytes every time, agreements inside, and a suite that runs from an empty folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.harness.command import LIMIT_S, ROOT, Commands, Ended, environment

SOURCES = ("conformance", "profiles", "scenarios", "pyproject.toml", "README.md", "LICENSE")
LONG_AGO = 1_000_000_000


def checkout(folder: Path) -> Path:
    """A copy of what a wheel is made from."""
    folder.mkdir()
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, folder / name)
    return folder


def built(source: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", "dist", "."],
        cwd=source,
        env=environment(SOURCE_DATE_EPOCH="1700000000"),
        check=True,
        capture_output=True,
        timeout=LIMIT_S,
    )
    (wheel,) = (source / "dist").iterdir()
    return wheel


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return checkout(tmp_path_factory.mktemp("one") / "source")


@pytest.fixture(scope="module")
def wheel(source: Path) -> Path:
    return built(source)


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the suite as it was installed, and nothing of the checkout."""
    folder = tmp_path_factory.mktemp("installed")
    with zipfile.ZipFile(wheel) as content:
        content.extractall(folder)
    return folder


def test_it_is_the_same_bytes_every_time(wheel: Path, tmp_path: Path) -> None:
    """Made from a copy elsewhere, with other times on its files and found in another order."""
    source = checkout(tmp_path / "elsewhere")
    for path in sorted(source.rglob("*"), reverse=True):
        os.utime(path, (LONG_AGO, LONG_AGO))
    again = built(source)
    assert again.name == wheel.name
    assert again.read_bytes() == wheel.read_bytes()


def test_it_holds_the_agreements_and_no_tests(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as content:
        names = set(content.namelist())
    shipped = {
        path.relative_to(ROOT).as_posix()
        for folder in ("profiles", "scenarios")
        for path in (ROOT / folder).rglob("*.yaml")
    }
    assert shipped
    assert {f"conformance/_agreements/{name}" for name in shipped} <= names
    assert not [name for name in names if name.startswith("tests") or "__pycache__" in name]
    (licence,) = (name for name in names if name.endswith("/LICENSE"))
    assert ".dist-info/" in licence


def digest(package: Path, cwd: Path) -> str:
    """What the suite below a folder says it is."""
    script = "from conformance.harness.digests import suite_digest; print(suite_digest())"
    ran = subprocess.run(
        [sys.executable, "-c", script],
        cwd=cwd,
        env=environment(PYTHONPATH=str(package)),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=True,
    )
    return ran.stdout.strip()


def test_it_is_the_suite_it_was_built_from(source: Path, installed: Path, tmp_path: Path) -> None:
    assert digest(installed, tmp_path) == digest(source, tmp_path)
    data = next(iter((installed / "conformance").rglob("*.csv")))
    before = data.read_bytes()
    data.write_bytes(before + b"\n")
    assert digest(installed, tmp_path) != digest(source, tmp_path)
    data.write_bytes(before)


def test_it_runs_in_an_empty_folder(small: Path, commands: Commands, installed: Path, tmp_path: Path) -> None:
    """It finds its agreements, plays, judges and concludes as the checkout does."""
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    of_checkout = commands("run", str(small), "--out", "run", cwd=here)
    script = "import conformance; print(conformance.__file__); from conformance.cli import main; main()"
    ran = subprocess.run(
        [sys.executable, "-c", script, "run", str(small), "--seed", "0", "--out", "run"],
        cwd=there,
        env=environment(PYTHONPATH=str(installed)),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    of_wheel = Ended(ran.returncode, ran.stdout, ran.stderr, there / "run")
    assert ran.stdout.startswith(str(installed)), ran.stderr
    assert of_wheel.code == of_checkout.code
    assert of_wheel.findings == of_checkout.findings
    assert of_wheel.run["digests"]["agreements"] == of_checkout.run["digests"]["agreements"]
