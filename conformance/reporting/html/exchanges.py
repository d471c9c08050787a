"""Exchanges as the page shows them: each once, scenario by scenario."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath

from conformance.model.agreements import Json
from conformance.model.exchange import Exchange, Recording
from conformance.model.run import ANONYMOUS, THOROUGH
from conformance.model.words import RunState, Text
from conformance.recordings.ladder import PREFLIGHT
from conformance.reporting.bodies import Body, body_of, json_text
from conformance.reporting.html.readings import reading
from conformance.reporting.material import Material
from conformance.reporting.shell import Line, curl

FACTS_LIMIT = 4096
"""Characters of an exchange's facts, and of what its bytes say, that are shown; all of it is in the evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeView:
    """One exchange with its anchor on the page."""

    anchor: str
    exchange: Exchange
    asked: Body | None
    answered: Body | None
    line: Line | None
    given: str
    facts: str
    reading: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioView:
    """The exchanges of one scenario and the command that plays it again."""

    name: str
    title: Text
    aborted: bool
    recording: Recording
    again: str
    exchanges: tuple[ExchangeView, ...]


def scenario_views(material: Material) -> tuple[ScenarioView, ...]:
    """Every recording, the preflight ladder first since all others rest on it."""
    views = []
    count = 0
    for recording in sorted(material.recordings, key=lambda recording: recording.scenario != PREFLIGHT):
        shown = tuple(
            _view(exchange, count + number, material) for number, exchange in enumerate(recording.exchanges, start=1)
        )
        count += len(shown)
        views.append(_scenario(recording, shown, material))
    return tuple(views)


def _scenario(recording: Recording, shown: tuple[ExchangeView, ...], material: Material) -> ScenarioView:
    scenario = material.plan.scenarios.get(recording.scenario)
    plain = Text("Voorcontrole", "Preflight ladder") if recording.scenario == PREFLIGHT else None
    name = recording.scenario
    # Only the name: where the file lay is of the tester's machine.
    file = f" {shlex.quote(PurePath(material.run.node_file).name)}" if material.run.node_file else ""
    flags = [THOROUGH] * material.run.thorough + [ANONYMOUS] * material.run.anonymous
    known = f"conformance run{file} --scenario {shlex.quote(name)} --seed {material.run.seed} --accept-partial"
    known = " ".join((known, *flags))
    return ScenarioView(
        name=name,
        title=scenario.title if scenario is not None else plain or Text(nl=name, en=name),
        aborted=recording.state is RunState.ABORTED,
        recording=recording,
        again=f"conformance check{file}" if plain is not None else known,
        exchanges=shown,
    )


def _view(exchange: Exchange, number: int, material: Material) -> ExchangeView:
    return ExchangeView(
        anchor=f"exchange-{number}",
        exchange=exchange,
        asked=body_of(exchange.request) if exchange.request is not None else None,
        answered=body_of(exchange.response) if exchange.response is not None else None,
        line=curl(exchange),
        given=json_text(dict(exchange.given)) if exchange.given else "",
        facts=_cut(exchange.facts),
        reading=_cut(reading(exchange)),
        digest=material.evidence.get(exchange.id, ""),
    )


def _cut(values: Mapping[str, Json]) -> str:
    text = json_text(dict(values)) if values else ""
    return text if len(text) <= FACTS_LIMIT else f"{text[:FACTS_LIMIT]}…"
