"""Kinds of operation that nothing good ever came of: a conclusion over them would rest on refusals alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from conformance.model.exchange import Direction, Exchange, Recording
from conformance.model.plan import Plan, ProfilePlan

_ASKING = ("fhir.", "dicomweb.", "oauth.")
"""Operations that ask an address for something. What is done at the door alone may well be refused every time."""


def unserved(plan: Plan, recordings: Mapping[str, Recording]) -> Mapping[str, tuple[str, ...]]:
    """By profile, the kinds of question that what decides is judged on and of which none in the whole run succeeded."""
    asked = [exchange for one in recordings.values() for exchange in _asked(one.exchanges)]
    served = {_kind(exchange) for exchange in asked if _succeeded(exchange)}
    if served.issuperset(_kind(exchange) for exchange in asked):
        return {profile.profile.id: () for profile in plan.profiles}
    return {profile.profile.id: tuple(sorted(set(_judged(profile, recordings)) - served)) for profile in plan.profiles}


def _judged(profile: ProfilePlan, recordings: Mapping[str, Recording]) -> Iterator[str]:
    for planned in profile.planned:
        judged = planned.requirement.judged
        if not planned.decisive or judged is None:
            continue
        for scenario in planned.scenarios:
            for selector in judged.on.values() if scenario in recordings else ():
                exchanges = recordings[scenario].of(selector.operation, selector.given)
                yield from (_kind(exchange) for exchange in _asked(exchanges))


def _asked(exchanges: Iterable[Exchange]) -> Iterator[Exchange]:
    for exchange in exchanges:
        if exchange.direction is Direction.SENT and exchange.operation.startswith(_ASKING):
            yield exchange


def _kind(exchange: Exchange) -> str:
    """Whatever operation asked: what reads one resource reads, what has parameters searches."""
    path = exchange.given.get("path")
    if not exchange.operation.startswith("fhir.") or not isinstance(path, str):
        return exchange.operation
    return "fhir.search" if "?" in path else "fhir.read"


def _succeeded(exchange: Exchange) -> bool:
    return exchange.response is not None and 200 <= exchange.response.status < 300
