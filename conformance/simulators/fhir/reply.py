"""What a FHIR actor says before it is written as JSON or XML, and what it says when it refuses."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal

from conformance.codecs.fhir_xml import to_xml
from conformance.model.agreements import Json
from conformance.simulators.http import Answer, Call, Handler

Resource = dict[str, Json]
JSON_TYPES = ("application/fhir+json", "application/json", "text/json", "application/json+fhir")
XML_TYPES = ("application/fhir+xml", "application/xml", "text/xml", "application/xml+fhir")
SHORT = {"json": JSON_TYPES[0], "xml": XML_TYPES[0]}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A status, a resource and headers other than the content type."""

    status: int
    resource: Resource
    headers: tuple[tuple[str, str], ...] = ()


FhirActor = Callable[[Call], Reply]
"""A FHIR server without its wire form; faults in bodies stand between an actor and `rendered`."""


class FhirRefusalError(Exception):
    """A request that is refused: HTTP status, FHIR issue code and a sentence for the client."""

    def __init__(self, status: int, code: str, text: str, headers: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(text)
        self.reply = Reply(status=status, resource=outcome(code, text), headers=headers)


def outcome(code: str, text: str) -> Resource:
    """An OperationOutcome with one error."""
    issue = {"severity": "error", "code": code, "diagnostics": text}
    return {"resourceType": "OperationOutcome", "issue": [issue]}


Writer = Callable[[Resource, bool], bytes]
"""Writes a resource, as XML or else as JSON."""


def written(resource: Resource, xml: bool) -> bytes:
    """A resource in one of the two forms."""
    return to_xml(resource) if xml else to_json(resource)


def rendered(actor: FhirActor, write: Writer = written) -> Handler:
    """The actor over HTTP: JSON or XML as `_format` or `Accept` ask, 406 when neither will do."""

    def handle(call: Call) -> Answer:
        try:
            xml = _wants_xml(call)
            reply = actor(call)
        except FhirRefusalError as refusal:
            xml, reply = _wants_xml(call, lenient=True), refusal.reply
        content_type = f"{XML_TYPES[0] if xml else JSON_TYPES[0]}; charset=utf-8"
        return Answer(reply.status, (("Content-Type", content_type), *reply.headers), write(reply.resource, xml))

    return handle


def to_json(resource: Resource) -> bytes:
    """A resource as compact JSON; decimals keep their value, not their trailing zeros."""
    return json.dumps(resource, ensure_ascii=False, separators=(",", ":"), default=_number).encode()


def _number(value: Decimal) -> int | float:
    return int(value) if value == value.to_integral_value() and "." not in str(value) else float(value)


def _wants_xml(call: Call, *, lenient: bool = False) -> bool:
    """Whether the client wants XML; raises when it wants neither form, unless lenient."""
    asked = next((value for name, value in call.query if name == "_format"), "")
    wanted = [asked] if asked else _by_preference(call.header("accept"))
    for name in wanted:
        name = SHORT.get(name, name.split(";")[0].strip().replace(" ", "+")).lower()
        if name in XML_TYPES:
            return True
        if name in JSON_TYPES or name in ("*/*", "application/*"):
            return False
    if not wanted or lenient:
        return False
    raise FhirRefusalError(
        406, "not-supported", f"This server speaks {JSON_TYPES[0]} and {XML_TYPES[0]}, not what the request accepts."
    )


def _by_preference(accept: str) -> list[str]:
    """Media ranges of an Accept header, most wanted first; those with q=0 are left out."""
    ranges: list[tuple[float, str]] = []
    for part in filter(None, (part.strip() for part in accept.split(","))):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        weight = next((value[2:] for value in parameters if value.startswith("q=")), "1")
        quality = float(weight) if weight.replace(".", "", 1).isdecimal() else 1.0
        if quality > 0:
            ranges.append((quality, name))
    return [name for _, name in sorted(ranges, key=lambda pair: -pair[0])]
