"""The report of a real run of the reference node, opened as a reader would."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.fixtures import Watched
from tests.browser.test_report_page import AUDIT

pytestmark = pytest.mark.browser


def test_the_reference_nodes_report_is_closed_and_accessible(open_page: Callable[..., Watched], tmp_path: Path) -> None:
    folder = tmp_path / "run"
    command = [sys.executable, "-m", "conformance", "run", "--quiet", "--seed", "0", "--out", str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    report = folder / "report.html"
    assert report.is_file(), done.stderr
    watched = open_page(report.as_uri())
    watched.page.click("#unfold")
    watched.page.wait_for_timeout(300)
    assert watched.requests == [report.as_uri()]
    assert watched.complaints == []
    assert watched.page.evaluate(AUDIT) == []
    assert watched.page.locator("details.requirement").count() >= 70
