"""Switches in what was loaded: a match that is lost, doubled or another's under the right name, and values changed on
their way, at whatever search they come."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Literal

from conformance.simulators.faults import Hook, When, switch
from conformance.simulators.faults.answers import about_other, asked_about, goes_with
from conformance.simulators.faults.fhir import Altering, altering, reply_of
from conformance.simulators.fhir.reply import FhirActor, Reply, Resource
from conformance.simulators.http import Call
from conformance.synthesis.bgz.record import bgz_data

How = Literal["status", "unit", "decimal", "day", "code", "text", "negation", "swapped", "display"]


@switch("contents.altered", hook=Hook.RESOURCES)
def altered(*, when: When, how: How) -> Altering:
    """The matches of a search say something else than was loaded: all values of one sort are changed.

    `status`: another status, or name of a team; `unit` and `decimal`: of quantities; `day`: every date a day later;
    `code`: of coded values; `text`: of free texts; `negation`: what was refused is permitted, what was used is not;
    `swapped`: the values of a measurement's components change places; `display`: only what people read of a code or
    reference.
    """

    def apply(_: Call, resource: Resource) -> Resource:
        entries = [
            {**one, "resource": _HOW[how](copy.deepcopy(one["resource"]))} if _is_match(one) else one
            for one in resource.get("entry", [])
        ]
        return {**resource, "entry": entries} if entries else resource

    return altering(when, apply)


def _is_match(entry: Resource) -> bool:
    return bool(entry.get("search", {}).get("mode") == "match")


def _objects(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from _objects(inner)


_STATES: Mapping[str, Any] = {"clinicalStatus": "resolved", "status": "entered-in-error", "active": False}


def _status(resource: Resource) -> Resource:
    if resource["resourceType"] == "CareTeam":
        return {**resource, "name": f"{resource['name']} en omstreken"}
    name = next(one for one in _STATES if one in resource)
    other = "inactive" if resource[name] == "resolved" else _STATES[name]
    return {**resource, name: other}


def _of_quantities(change: Callable[[dict[str, Any]], None]) -> Callable[[Resource], Resource]:
    def alter(resource: Resource) -> Resource:
        for one in _objects(resource):
            if isinstance(one.get("value"), Decimal):
                change(one)
        return resource

    return alter


def _unit(quantity: dict[str, Any]) -> None:
    quantity |= {"unit": "g", "code": "g"} if quantity["code"] != "g" else {"unit": "kg", "code": "kg"}


def _decimal(quantity: dict[str, Any]) -> None:
    quantity["value"] *= 10


def _day(resource: Resource) -> Resource:
    def later(value: Any) -> Any:
        if isinstance(value, dict):
            return {name: inner if name == "meta" else later(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [later(one) for one in value]
        return _next_day(value) if isinstance(value, str) else value

    changed: Resource = later(resource)
    return changed


def _next_day(text: str) -> str:
    if not _DATE.match(text):
        return text
    return (date.fromisoformat(text[:10]) + timedelta(days=1)).isoformat() + text[10:]


_DATE = re.compile(r"\d{4}-\d\d-\d\d(?![\w-])|\d{4}-\d\d-\d\dT")


_VALUES = ("valueCodeableConcept", "manifestation", "maritalStatus")


def _code(resource: Resource) -> Resource:
    for one in _objects(resource):
        for name in _VALUES:
            for concept in _objects(one.get(name)):
                if "code" in concept:
                    concept["code"] = "373068000"  # undetermined
    return resource


_TEXTS = ("dosage", "dosageInstruction", "oralDiet", "subscriberId", "line", "valueString")


def _text(resource: Resource) -> Resource:
    for one in _objects(resource):
        for name in _TEXTS:
            if isinstance(one.get(name), str):
                one[name] += " niet"
            elif name == "line" and name in one:
                one[name] = [f"{line} niet" for line in one[name]]
            for held in _objects(one.get(name)):
                if isinstance(held.get("text"), str):
                    held["text"] += " niet"
    return resource


_OPPOSITES: Mapping[Any, Any] = {"NEE": "JA", "JA": "NEE", "JA_MAAR": "NEE", "y": "n", True: False, False: True}


def _negation(resource: Resource) -> Resource:
    for one in _objects(resource):
        for name in ("code", "taken", "notGiven", "valueBoolean"):
            if isinstance(one.get(name), str | bool):
                one[name] = _OPPOSITES.get(one[name], one[name])
    return resource


def _swapped(resource: Resource) -> Resource:
    parts = resource.get("component", [])
    if len(parts) > 1:
        codes = [part["code"] for part in parts]
        resource["component"] = [{**part, "code": code} for part, code in zip(parts, reversed(codes), strict=True)]
    return resource


def _display(resource: Resource) -> Resource:
    for one in _objects(resource):
        if isinstance(one.get("display"), str):
            one["display"] = f"{one['display']} (nader)"
    return resource


_HOW: Mapping[How, Callable[[Resource], Resource]] = {
    "status": _status,
    "unit": _of_quantities(_unit),
    "decimal": _of_quantities(_decimal),
    "day": _day,
    "code": _code,
    "text": _text,
    "negation": _negation,
    "swapped": _swapped,
    "display": _display,
}


@switch("contents.without", hook=Hook.RESOURCES)
def without(*, when: When, element: str, last: bool = False) -> Altering:
    """The matches of a search lack an element wherever it stands in them; `last`: of a list only the last item."""

    def apply(_: Call, resource: Resource) -> Resource:
        changed = copy.deepcopy(resource)
        for entry in filter(_is_match, changed.get("entry", [])):
            for one in _objects(entry["resource"]):
                if last and len(one.get(element, ())) > 1:
                    one[element] = one[element][:-1]
                else:
                    one.pop(element, None)
        return changed

    return altering(when, apply)


@switch("contents.instead", hook=Hook.RESOURCES)
def instead(*, when: When, put: Literal["double", "theirs"]) -> Altering:
    """The last match is lost, and its place taken: by the first match once more, or by one of another patient as if it
    were this one's. As many come as there are."""

    def alter(call: Call, actor: FhirActor) -> Reply:
        reply, role = reply_of(actor, call), asked_about(call)
        entries = reply.resource.get("entry", [])
        found = [one for one in entries if _is_match(one)]
        if role not in bgz_data().records or not found or not when.meets(call):
            return reply
        first, lost = found[0], found[-1]
        other = first if put == "double" else _as_if_his(call, actor, lost["resource"])
        if other is None or (put == "double" and first is lost):
            return reply
        left = [one["resource"] for one in found if one is not lost]
        kept = [one for one in entries if one is not lost and (_is_match(one) or goes_with(one["resource"], left))]
        return replace(reply, resource={**reply.resource, "entry": [*kept, other]})

    return alter


_WHOSE = ("subject", "patient", "beneficiary")


def _as_if_his(call: Call, actor: FhirActor, his: Resource) -> Resource | None:
    """An entry with a match of another patient, which says that it is of this one; None for what can't be another's."""
    found = reply_of(actor, about_other(call)).resource.get("entry", [])
    theirs = next((one["resource"] for one in found if _is_match(one)), None)
    if theirs is None or theirs["resourceType"] == "Patient":
        return None
    whose = {name: his[name] for name in _WHOSE if name in his}
    taken = {**theirs, **whose, "id": his["id"]}
    return {"fullUrl": f"{call.base}/{his['resourceType']}/{his['id']}", "resource": taken, "search": {"mode": "match"}}
