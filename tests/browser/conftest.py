"""A report to open in the browser."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.reporting.html import html_bytes
from tests.reporting.example import material


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An example report with hostile text everywhere."""
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_bytes(html_bytes(material()))
    return path
