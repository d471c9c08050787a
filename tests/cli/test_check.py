"""`conformance check` climbs the ladder and says what to do at the rung that fails."""

from __future__ import annotations

from pathlib import Path

import typer
from typer.testing import CliRunner

from conformance.cli.check import check
from conformance.simulators.reference import ReferenceNode

APP = typer.Typer()
APP.command()(check)


def test_a_good_node_is_ready() -> None:
    with ReferenceNode() as node:
        result = CliRunner().invoke(APP, [str(node.node_file)])
    assert result.exit_code == 0, result.output
    assert "Every endpoint is ready" in result.output
    assert "test-patient         ok" in result.output


def test_a_node_that_is_down_is_told_with_the_next_step(tmp_path: Path) -> None:
    with ReferenceNode(folder=tmp_path) as node:
        node_file = node.node_file
    result = CliRunner().invoke(APP, [str(node_file)])
    assert result.exit_code == 5
    assert "port                 FAILED: the connection was refused [connection-refused]" in result.output
    assert "Check that the endpoint runs" in result.output
    assert "3 of 3 endpoints" in result.output
    dutch = CliRunner().invoke(APP, [str(node_file), "--lang", "nl"])
    assert "Controleer of het eindpunt draait" in dutch.output


def test_a_missing_node_file_is_wrong_usage(tmp_path: Path) -> None:
    assert CliRunner().invoke(APP, [str(tmp_path / "none.yaml")]).exit_code == 4
