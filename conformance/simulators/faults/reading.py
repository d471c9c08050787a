"""Switches of a FHIR source that is asked for what is not there, or asked wrongly, and answers all the same."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Literal

from conformance.simulators.faults import Hook, When, switch
from conformance.simulators.faults.fhir import Altering, reply_of
from conformance.simulators.fhir.reply import FhirActor, Reply, Resource
from conformance.simulators.fhir.search import address
from conformance.simulators.http import Call
from conformance.synthesis.bgz.record import bgz_data

Asked = Literal[
    "known", "made-up", "longer", "other-case", "of-another-type", "bsn", "uuid", "number", "version", "unknown"
]


@switch("fhir.read-another", hook=Hook.RESOURCES)
def read_another(*, when: When, id: Asked = "unknown", renamed: bool = False, status: int = 200) -> Altering:  # noqa: A002 - FHIR's word
    """A read gives another resource of that type, another patient's where there is one.

    `id`: when asked for an id it has, or for one it has not (of one sort, or any `unknown`). `renamed`: under the id
    that was asked for; `status`: with this status.
    """

    def alter(call: Call, actor: FhirActor) -> Reply:
        kind, _, asked = call.path.lstrip("/").partition("/")
        held = [one for one in bgz_data().resources if one["resourceType"] == kind]
        reply, sort = reply_of(actor, call), _sort_of(asked, held)
        meant = id == sort or (id == "unknown" and sort != "known")
        if not (held and asked and meant and when.meets(call) and reply.status in (200, 404)):
            return reply
        others = [one for one in reversed(held) if one["id"] != asked]
        other = next((one for one in others if _apart(str(one["id"]), asked)), others[0] if others else held[0])
        return Reply(status=status, resource={**other, "id": asked} if renamed else other)

    return alter


def _apart(one: str, other: str) -> bool:
    """Whether no patient's record holds both."""
    return not any({one, other} <= {str(each["id"]) for each in record} for record in bgz_data().records.values())


def _sort_of(asked: str, held: Iterable[Resource]) -> Asked:
    """What sort of id it is for the resources of a type."""
    ids = [str(one["id"]) for one in held]
    if asked in ids:
        return "known"
    found = (sort for sort, pattern in _SHAPES.items() if re.fullmatch(pattern, asked))
    return next(found, None) or _beside(asked, ids)


_SHAPES: Mapping[Asked, str] = {
    "version": r"[^/]+/_history/.*",
    "uuid": r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "bsn": r"\d{9}",
    "number": r"\d+",
}


def _beside(asked: str, ids: Iterable[str]) -> Asked:
    """How an id looks like those of this type, or of any other."""
    if any(asked.lower() == one.lower() for one in ids):
        return "other-case"
    if any(asked.startswith(one) for one in ids):
        return "longer"
    return "of-another-type" if any(one["id"] == asked for one in bgz_data().resources) else "made-up"


Mistake = Literal["any", "modifier", "target", "word", "month", "turned", "prefix", "unknown-parameter", "no-patient"]
_MISTAKES: dict[str, str] = {
    "modifier": r"(?:^|&)[a-z.]+:[a-z0-9]+=",
    "target": r"(?:^|&)[a-z]+:[A-Z]",
    "word": r"&date=[a-y]",
    "month": r"&date=\d{4}-1[3-9]",
    "turned": r"&date=\d\d-",
    "prefix": r"&date=zz",
}


@switch("fhir.lenient", hook=Hook.RESOURCES)
def lenient(*, when: When, what: Mistake = "any") -> Altering:
    """A search that must be refused, for one mistake or for any, gets an empty Bundle instead."""
    codes = {"unknown-parameter": "not-supported", "no-patient": "required"}
    meant = replace(when, query=_MISTAKES.get(what, when.query))

    def alter(call: Call, actor: FhirActor) -> Reply:
        reply = reply_of(actor, call)
        said = {issue.get("code") for issue in reply.resource.get("issue", [])}
        if reply.status != 400 or not meant.meets(call) or codes.get(what, "") not in {*said, ""}:
            return reply
        link = {"relation": "self", "url": address(call.base, call.path, call.query)}
        bundle: Resource = {"resourceType": "Bundle", "id": "empty", "type": "searchset", "total": 0, "link": [link]}
        return Reply(status=200, resource=bundle)

    return alter
