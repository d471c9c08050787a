"""An opinion is formed once: over the same exchanges a judgement says the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.checks import remembering
from conformance.checks.judgement import Judgement
from conformance.checks.opinions import Looked, Opinion
from conformance.checks.remembering import Memory
from conformance.model.exchange import Exchange
from conformance.model.words import Text, Verdict
from tests.checks import making

ONE, OTHER = making.exchange("oauth.token"), making.exchange("fhir.ask")
PARAMETERS: dict[str, object] = {}


@pytest.fixture
def formed(monkeypatch: pytest.MonkeyPatch) -> list[Looked]:
    """What opinions were formed about."""
    about: list[Looked] = []

    def form(_kind: Judgement, exchanges: Looked, _parameters: object) -> Opinion:
        about.append(exchanges)
        return Opinion(Verdict.PASS, Text("goed", "good"), ())

    monkeypatch.setattr(remembering, "opinion", form)
    return about


def ask(memory: Memory, *exchanges: Exchange, kind: str = "made", parameters: dict[str, object] = PARAMETERS) -> None:
    memory(Judgement(kind, lambda: None, {}, {}), exchanges, parameters)


def test_the_same_is_asked_once(formed: list[Looked]) -> None:
    memory = Memory()
    for _ in range(2):
        ask(memory, ONE, OTHER)
    assert formed == [(ONE, OTHER)]


def test_another_exchange_order_kind_or_parameter_is_another_question(formed: list[Looked]) -> None:
    memory = Memory()
    ask(memory, ONE)
    ask(memory, replace(ONE))
    ask(memory, ONE, OTHER)
    ask(memory, OTHER, ONE)
    ask(memory, ONE, kind="other")
    ask(memory, ONE, parameters={})
    assert len(formed) == 6


def test_only_what_it_is_for_is_remembered(formed: list[Looked]) -> None:
    memory = Memory(of=[ONE])
    for _ in range(2):
        ask(memory, ONE)
        ask(memory, ONE, OTHER)
    assert formed == [(ONE,), (ONE, OTHER), (ONE, OTHER)]
