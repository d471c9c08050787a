"""Scenarios that are played once for each endpoint of the node, or for each listener: what endpoints may share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from urllib.parse import urlsplit

from conformance.model.agreements import Json, Scenario
from conformance.model.node import Node
from conformance.model.words import Text

_PORTS = {"https": 443, "http": 80}


def unrolled(scenarios: Iterable[Scenario], node: Node) -> dict[str, Scenario]:
    """Scenarios by id; one that is played `per` endpoint or listener becomes `<id>.<endpoint kind>` for each."""
    found: dict[str, Scenario] = {}
    for scenario in scenarios:
        for each in _each(scenario, node) if scenario.per else (scenario,):
            found[each.id] = each
    return found


def kinds(node: Node, wanted: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The first endpoint kind by name at each distinct listener (scheme, host, port), however the file orders them."""
    first: dict[tuple[str, str, int | None], str] = {}
    for kind, endpoint in sorted(node.endpoints.items()):
        if not wanted or kind in wanted:
            url = urlsplit(endpoint.url)
            listener = (url.scheme, (url.hostname or "").lower(), url.port or _PORTS.get(url.scheme))
            first.setdefault(listener, kind)
    return tuple(first.values())


def _each(scenario: Scenario, node: Node) -> tuple[Scenario, ...]:
    wanted = scenario.endpoints
    named = sorted(kind for kind in node.endpoints if not wanted or kind in wanted)
    return tuple(_at(scenario, kind) for kind in (named if scenario.per == "endpoint" else kinds(node, wanted)))


def _at(scenario: Scenario, kind: str) -> Scenario:
    return replace(
        scenario,
        id=f"{scenario.id}.{kind}",
        title=Text(f"{scenario.title.nl} ({kind})", f"{scenario.title.en} ({kind})"),
        endpoints=(kind,),
        steps=tuple(replace(step, given=_filled(step.given, kind)) for step in scenario.steps),
        per="",
    )


def _filled(value: Json, kind: str) -> Json:
    if isinstance(value, str):
        return value.replace("{endpoint}", kind)
    if isinstance(value, list):
        return [_filled(item, kind) for item in value]
    if isinstance(value, dict):
        return {key: _filled(item, kind) for key, item in value.items()}
    return value
