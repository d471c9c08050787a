"""A switch at the ways to data that FHIR has beside searches and reads: addresses that nobody thought to shut."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import urlencode

from conformance.simulators.faults import Hook, When, switch
from conformance.simulators.faults.fhir import Altering, reply_of
from conformance.simulators.fhir.reply import FhirActor, Reply
from conformance.simulators.http import Call
from conformance.synthesis.bgz.record import bgz_data

WAYS: Mapping[str, str] = {
    "compartment": r"/Patient/[^/?]+/[A-Z]\w+",
    "everything": r"/Patient/[^/?]+/\$everything",
    "version": r"/[A-Z]\w+/[^/?]+/_history/[^/?]+",
    "history": r"/[A-Z]\w+/[^/?_]+/_history",
    "type-history": r"/[A-Z]\w+/_history",
    "system-history": r"/_history",
    "all-types": r"/?\?_type=.*",
    "all-of-a-type": r"/(?!Patient)[A-Z]\w+",
    "people": r"/Patient",
    "by-id": r"/[A-Z]\w+\?_id=[^&]*",
}
"""Each way by how its address is written below the base."""


@switch("access.other-way", hook=Hook.RESOURCES)
def other_way(*, when: When, way: str = "") -> Altering:
    """Whoever shows no token gets a record by this way, or by any."""

    def alter(call: Call, actor: FhirActor) -> Reply:
        asked = f"{call.path}?{urlencode(call.query)}" if call.query else call.path
        found = next((name for name, form in WAYS.items() if re.fullmatch(form, asked)), "")
        if not found or way not in ("", found) or call.header("authorization") or not when.meets(call):
            return reply_of(actor, call)
        record = next(iter(bgz_data().records.values()))
        entries = [{"fullUrl": f"{call.base}/{one['resourceType']}/{one['id']}", "resource": one} for one in record]
        return Reply(status=200, resource={"resourceType": "Bundle", "type": "collection", "entry": entries})

    return alter
