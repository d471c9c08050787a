"""The plugin among a person's own tests: inert without --node, and with it one item per scenario and requirement."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.harness.command import spawned
from tests.harness.fixtures import PYTEST

OWN = """
import sys, json, pathlib
def test_own():
    pathlib.Path("modules.json").write_text(json.dumps(sorted(sys.modules)))
"""
HEAVY = ("aiohttp", "cryptography", "jinja2", "jsonschema", "lxml", "pydicom", "requests", "rich", "typer", "yaml")


def test_inert_in_an_empty_folder(tmp_path: Path) -> None:
    ended = spawned("-q", cwd=tmp_path, program=(PYTEST,))
    assert ended.code == 5  # pytest's own: no tests collected
    assert "conformance" not in ended.out + ended.err
    assert {path.name for path in tmp_path.iterdir()} <= {".pytest_cache"}  # pytest's own


def test_loads_next_to_nothing_for_tests_of_others(tmp_path: Path) -> None:
    (tmp_path / "test_own.py").write_text(OWN)
    program = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "no:allure_pytest", "-p", "no:xdist")
    ended = spawned("-p", "no:hypothesispytest", "-W", "error", cwd=tmp_path, program=program)
    assert ended.code == 0, ended.out
    modules = json.loads((tmp_path / "modules.json").read_text())
    ours = {name for name in modules if name.startswith("conformance")}
    assert ours <= {
        "conformance",
        "conformance.harness",
        "conformance.harness.options",
        "conformance.harness.plugin",
        "conformance.model",
        *(name for name in ours if name.startswith("conformance.model.")),
    }
    assert [name for name in HEAVY if name in modules] == []


def test_items_are_named_scenario_and_requirement(small: Path, tmp_path: Path) -> None:
    program = (PYTEST, "--pyargs", "conformance.harness", "--node", str(small))
    ended = spawned("--collect-only", "-q", "-p", "no:cacheprovider", cwd=tmp_path, program=program)
    assert ended.code == 0
    items = [line for line in ended.out.splitlines() if "::" in line]
    assert any(line.endswith("test_agreement[offers.dicomweb::NET-03]") for line in items)
    assert len(items) == len(set(items)) > 15
    assert list(tmp_path.iterdir()) == []  # collecting leaves no run folder
