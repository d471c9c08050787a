"""Exchanges as the page shows them: each once, scenario by scenario."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from conformance.model.agreements import Json
from conformance.model.exchange import Exchange, Recording
from conformance.model.run import ANONYMOUS, THOROUGH
from conformance.model.words import RunState, Text
from conformance.recordings.ladder import PREFLIGHT
from conformance.reporting.bodies import Body, body_of, json_text
from conformance.reporting.html.readings import reading
from conformance.reporting.material import Played
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchored:
    """An exchange and where on the page it stands."""

    anchor: str
    exchange: Exchange


def anchored(recordings: Iterable[Recording]) -> dict[str, Anchored]:
    """The place of every exchange, by its id."""
    exchanges = (exchange for recording in _ordered(recordings) for exchange in recording.exchanges)
    return {
        exchange.id: Anchored(anchor=_anchor(number), exchange=exchange)
        for number, exchange in enumerate(exchanges, start=1)
    }


def scenario_views(played: Played) -> tuple[ScenarioView, ...]:
    """Every recording with its exchanges, which are numbered over all of them."""
    views = []
    count = 0
    for recording in _ordered(played.recordings):
        shown = tuple(
            _view(exchange, count + number, played) for number, exchange in enumerate(recording.exchanges, start=1)
        )
        count += len(shown)
        views.append(_scenario(recording, shown, played))
    return tuple(views)


def _ordered(recordings: Iterable[Recording]) -> list[Recording]:
    """The preflight ladder first, since all others rest on it."""
    return sorted(recordings, key=lambda recording: recording.scenario != PREFLIGHT)


def _anchor(number: int) -> str:
    return f"exchange-{number}"


def _scenario(recording: Recording, shown: tuple[ExchangeView, ...], played: Played) -> ScenarioView:
    scenario = played.plan.scenarios.get(recording.scenario)
    plain = Text("Voorcontrole", "Preflight ladder") if recording.scenario == PREFLIGHT else None
    name = recording.scenario
    # Only the name: where the file lay is of the tester's machine.
    file = f" {shlex.quote(PurePath(played.run.node_file).name)}" if played.run.node_file else ""
    flags = [THOROUGH] * played.run.thorough + [ANONYMOUS] * played.run.anonymous
    known = f"conformance run{file} --scenario {shlex.quote(name)} --seed {played.run.seed} --accept-partial"
    known = " ".join((known, *flags))
    return ScenarioView(
        name=name,
        title=scenario.title if scenario is not None else plain or Text(nl=name, en=name),
        aborted=recording.state is RunState.ABORTED,
        recording=recording,
        again=f"conformance check{file}" if plain is not None else known,
        exchanges=shown,
    )


def _view(exchange: Exchange, number: int, played: Played) -> ExchangeView:
    return ExchangeView(
        anchor=_anchor(number),
        exchange=exchange,
        asked=body_of(exchange.request) if exchange.request is not None else None,
        answered=body_of(exchange.response) if exchange.response is not None else None,
        line=curl(exchange),
        given=json_text(dict(exchange.given)) if exchange.given else "",
        facts=_cut(exchange.facts),
        reading=_cut(reading(exchange)),
        digest=played.evidence.get(exchange.id, ""),
    )


def _cut(values: Mapping[str, Json]) -> str:
    text = json_text(dict(values)) if values else ""
    return text if len(text) <= FACTS_LIMIT else f"{text[:FACTS_LIMIT]}…"
