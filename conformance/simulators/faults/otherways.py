"""A switch at the ways to data that FHIR has beside searches and reads: addresses that nobody thought to shut."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from conformance.simulators.faults import Hook, Piece, When, switch
from conformance.simulators.faults.access import ALL, LETTING, Sort, sort_of
from conformance.simulators.faults.fhir import reply_of
from conformance.simulators.faults.proxies import before_the_node
from conformance.simulators.fhir.reply import FhirActor, Reply, rendered
from conformance.simulators.fhir.source import Guard
from conformance.simulators.http import Answer, Call, Handler
from conformance.synthesis.bgz.record import bgz_data

WAYS: Mapping[str, str] = {
    "compartment": r"/Patient/[^/?]+/[A-Z]\w+",
    "everything": r"/Patient/[^/?]+/\$everything",
    "version": r"/[A-Z]\w+/[^/?]+/_history/[^/?]+",
    "history": r"/[A-Z]\w+/[^/?_]+/_history",
    "type-history": r"/[A-Z]\w+/_history",
    "system-history": r"/_history",
    "all-types": r"/?\?_type=.*",
    "all-types-posted": r"/_search",
    "all-of-a-type": r"/(?!Patient)[A-Z]\w+",
    "people": r"/Patient",
    "by-id": r"/[A-Z]\w+\?_id=[^&]*",
}
"""Each way by how its address is written below the base."""


@switch("access.other-way", hook=Hook.RESOURCES)
def other_way(*, when: When, way: str = "", token: Sort = ALL) -> tuple[Piece, ...]:
    """Whoever shows a token of this sort (`none`, or a wrong one: `wrong` any of these, `anything` also none) gets a
    record by this way, or by any."""
    asked: list[Guard] = []

    def noting(guard: Guard) -> Guard:
        asked[:] = [guard]
        return guard

    def alter(call: Call, actor: FhirActor) -> Reply:
        meant = when.meets(call) and _goes(call, way) and sort_of(call, asked[0]) in LETTING.get(token, {token})
        return _record(call) if meant else reply_of(actor, call)

    return Piece(Hook.ACCESS, noting), Piece(Hook.RESOURCES, alter)


@switch("proxy.other-way", hook=Hook.PROXY)
def unproxied(*, when: When, way: str = "") -> tuple[Piece, ...]:
    """A client without a certificate is let in and refused each call with 403, but gets a record by this way, or by
    any."""
    give = rendered(_record)

    def answer(call: Call, _: Handler) -> Answer | None:
        below = call.under("/fhir")
        return give(below) if below.path != call.path and when.meets(call) and _goes(below, way) else None

    return before_the_node(("none",), answer)


def _goes(call: Call, way: str) -> bool:
    """Whether a call goes this way; empty: any of them."""
    asked = f"{call.path}?{urlencode(call.query)}" if call.query else call.path
    found = next((name for name, form in WAYS.items() if re.fullmatch(form, asked)), "")
    return bool(found) and way in ("", found)


def _record(call: Call) -> Reply:
    record = next(iter(bgz_data().records.values()))
    entries = [{"fullUrl": f"{call.base}/{one['resourceType']}/{one['id']}", "resource": one} for one in record]
    return Reply(status=200, resource={"resourceType": "Bundle", "type": "collection", "entry": entries})
