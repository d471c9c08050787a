"""The image profile against archives that others wrote, through the node files of `examples/`.

Each list of expectations is strict both ways: a verdict that gets better is a surprise too.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from conformance.synthesis.pki import TestPki
from tests.browser.fixtures import Watched
from tests.peers.starting import load, mutual_tls, orthanc, tiny_pacs

pytestmark = pytest.mark.peer
ROOT = Path(__file__).parent.parent.parent
EXAMPLES = ROOT / "examples"
INSTANCES = 43


def tiny_pacs_at(folder: Path, port: int) -> AbstractContextManager[str]:
    """tiny-pacs opens a DIMSE port too; it gets the next one."""
    return tiny_pacs(folder, port, port + 1)


@pytest.mark.parametrize(
    ("example", "archive", "front", "back"),
    [("orthanc", orthanc, 38743, 38744), ("tiny-pacs", tiny_pacs_at, 38753, 38751)],
)
def test_the_archive_is_found_as_expected(
    example: str,
    archive: Callable[[Path, int], AbstractContextManager[str]],
    front: int,
    back: int,
    tmp_path: Path,
    open_page: Callable[..., Watched],
) -> None:
    shutil.copy(EXAMPLES / example / "node.yaml", tmp_path / "node.yaml")
    (tmp_path / "pki").mkdir()
    pki = TestPki.create(tmp_path / "pki")
    with archive(tmp_path, back) as base, mutual_tls(tmp_path, pki, port=front, behind=back):
        assert load(base) == INSTANCES
        run = _run(tmp_path, EXAMPLES / example / "expectations.yaml")
    assert run.returncode == 0, run.stdout + run.stderr
    conclusions = _conclusions(tmp_path / "run" / "report.json")
    assert conclusions["image-gateway"] == "not-conforming"
    again = _command("judge", str(tmp_path / "run"))
    assert again.returncode == 1, again.stdout + again.stderr  # what others' archives say is no forgery
    assert "the same, byte for byte" in again.stdout
    page = (tmp_path / "run" / "report.html").as_uri()
    watched = open_page(page)
    assert watched.requests == [page]
    assert watched.complaints == []


def test_the_examples_listen_where_their_node_files_say() -> None:
    assert "https://localhost:38743/dicom-web" in (EXAMPLES / "orthanc" / "node.yaml").read_text()
    assert "https://localhost:38753/dicomweb" in (EXAMPLES / "tiny-pacs" / "node.yaml").read_text()


def _run(folder: Path, expectations: Path) -> subprocess.CompletedProcess[str]:
    options = ("--out", str(folder / "run"), "--seed", "0", "--expect", str(expectations))
    return _command("run", str(folder / "node.yaml"), *options)


def _command(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "conformance", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)


def _conclusions(report: Path) -> dict[str, Any]:
    decisions = json.loads(report.read_text(encoding="utf-8"))["decisions"]
    return {decision["profile"]: decision["conclusion"] for decision in decisions}
