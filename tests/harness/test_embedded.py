"""The embedded node is told what whoever runs has read anyway, and ends when nobody asks for it."""

from __future__ import annotations

import yaml

from conformance.agreements.catalogue import load_catalogue
from conformance.harness.embedded import Embedded
from conformance.simulators import nodefile


def test_it_gives_its_word_where_it_is_told_that_one_is_asked_for() -> None:
    node = Embedded(None)
    try:
        node.start(("X-01", "X-02"))
        attested = yaml.safe_load((node.node_file.parent / "attestations.yaml").read_text(encoding="utf-8"))
    finally:
        node.stop()
    assert list(attested["attestations"]) == ["X-01", "X-02"]
    assert not node.node_file.exists()


def test_it_ends_when_nobody_waits_for_it() -> None:
    Embedded(None).stop()


def test_a_node_of_its_own_gives_its_word_on_all_that_is_asked() -> None:
    requirements = load_catalogue().requirements.values()
    assert nodefile.asked() == tuple(one.id for one in requirements if one.asks is not None)
    assert nodefile.asked()
