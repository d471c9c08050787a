"""What is found on the reference node is what was found before: a change of verdict or sentence is made on purpose."""

from __future__ import annotations

import json
from pathlib import Path

from tests.harness.fixtures import Full

KNOWN = Path(__file__).with_name("known-findings.json")
"""Finding id to verdict and English sentence."""


def test_the_findings_on_the_reference_node_are_those_known(by_command: Full) -> None:
    found = {each["id"]: [each["verdict"], each["reason"]["en"]] for each in json.loads(by_command[0].findings)}
    known = json.loads(KNOWN.read_text(encoding="utf-8"))
    assert found == known
