"""Switches in whole answers to searches: about the wrong patient, with less than there is, or carelessly written."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from conformance.simulators.faults import Hook, When, switch
from conformance.simulators.faults.fhir import Altering, altering, as_if_asked, reply_of, whole_records
from conformance.simulators.fhir.listed import is_turned
from conformance.simulators.fhir.reply import FhirActor, Reply, Resource
from conformance.simulators.http import Call
from conformance.synthesis.bgz.record import bgz_data
from conformance.synthesis.patients import patients


def asked_about(call: Call) -> str:
    """The role of the patient whose number stands in a question; empty for none."""
    values = [value for _, value in call.query]
    return next((role for role, one in patients().items() if any(value.endswith(one.bsn) for value in values)), "")


def others(role: str) -> tuple[str, ...]:
    """Everybody else about whom any run may ask, the fullest record first."""
    records = bgz_data().records
    return tuple(sorted((one for one in whole_records() if one != role), key=lambda one: -len(records[one])))


def about(call: Call, role: str, other: str) -> Call:
    """The same question about another patient."""
    query = tuple((name, value.replace(patients()[role].bsn, patients()[other].bsn)) for name, value in call.query)
    return replace(call, query=query)


def about_other(call: Call) -> Call:
    """A question about a patient as it is asked about somebody else."""
    role = asked_about(call)
    return about(call, role, others(role)[0])


@switch("records.mixed", hook=Hook.RESOURCES)
def mixed(*, when: When) -> Altering:
    """A search about a patient also gives what it would give about another."""

    def alter(call: Call, actor: FhirActor) -> Reply:
        reply, role = reply_of(actor, call), asked_about(call)
        if role not in bgz_data().records or not reply.resource.get("entry") or not when.meets(call):
            return reply
        entries = reply.resource["entry"]
        beside = reply_of(actor, about_other(call)).resource
        more = [one for one in beside.get("entry", []) if one["fullUrl"] not in {each["fullUrl"] for each in entries}]
        total = reply.resource["total"] + sum(one["search"]["mode"] == "match" for one in more)
        return replace(reply, resource={**reply.resource, "total": total, "entry": [*entries, *more]})

    return alter


@switch("records.fallback", hook=Hook.RESOURCES)
def fallback(*, when: When) -> Altering:
    """A search about somebody of whom there is no record is answered with the record of another, whose self link
    repeats the question."""

    def alter(call: Call, actor: FhirActor) -> Reply:
        role = asked_about(call)
        if not role or role in bgz_data().records or not when.meets(call):
            return reply_of(actor, call)
        return as_if_asked(reply_of(actor, about(call, role, others(role)[0])), call)

    return alter


@switch("fhir.lose", hook=Hook.RESOURCES)
def lose(*, when: When, which: Literal["first", "last"] = "last", turned: bool = False) -> Altering:
    """An answer lacks its first or last match and does not count it; `turned`: where the parameters came last to
    first."""

    def apply(call: Call, resource: Resource) -> Resource:
        entries = resource.get("entry", [])
        matching = [number for number, one in enumerate(entries) if one.get("search", {}).get("mode") == "match"]
        if not matching or (turned and not is_turned(call)):
            return resource
        lost = matching[0 if which == "first" else -1]
        left = [one for number, one in enumerate(entries) if number != lost]
        found = [one["resource"] for one in left if one["search"]["mode"] == "match"]
        kept = [one for one in left if one["resource"] in found or goes_with(one["resource"], found)]
        rest = {**resource, "total": resource["total"] - 1, "entry": kept}
        return rest if kept else {key: value for key, value in rest.items() if key != "entry"}

    return altering(when, apply)


@switch("fhir.lose-along", hook=Hook.RESOURCES)
def lose_along(*, when: When) -> Altering:
    """An answer lacks what its matches refer to, also where that would be a match of its own, and what this brought."""

    def apply(_: Call, resource: Resource) -> Resource:
        entries = resource.get("entry", [])
        found = [one["resource"] for one in entries if one.get("search", {}).get("mode") == "match"]
        left = [one for one in entries if not _referred_to(one["resource"], found)]
        still = [one["resource"] for one in left if one["search"]["mode"] == "match"]
        kept = [one for one in left if one["resource"] in still or goes_with(one["resource"], still)]
        return {**resource, "total": len(still), "entry": kept} if still else resource

    return altering(when, apply)


def _referred_to(resource: Resource, found: list[Resource]) -> bool:
    return any(_named(resource) in str(one) for one in found if one is not resource)


def goes_with(along: Resource, found: list[Resource]) -> bool:
    """Whether one of the matches refers to what came along, or it to one of them: what nothing brings is lost too."""
    return _named(along) in str(found) or any(_named(one) in str(along) for one in found)


def _named(resource: Resource) -> str:
    return f"{resource['resourceType']}/{resource['id']}"


CARELESS = "http://example.org/careless"


@switch("fhir.careless", hook=Hook.RESOURCES)
def careless(*, when: When, about: Literal["content", "addresses"]) -> Altering:
    """Everything in an answer is written carelessly: its content and counts, or its addresses."""
    spoil = _content if about == "content" else _addresses

    def apply(call: Call, resource: Resource) -> Resource:
        return spoil(call, resource) if resource.get("type") == "searchset" and resource.get("entry") else resource

    return altering(when, apply)


def _content(call: Call, bundle: Resource) -> Resource:
    role = asked_about(call)
    number = patients()[role].bsn if role else ""
    added = [
        {"url": CARELESS, "valueCodeableConcept": {"coding": [{"code": "x"}]}},
        {"url": CARELESS, "valueReference": {"reference": "Organization/x", "identifier": {"system": CARELESS}}},
        {"url": CARELESS, "valueIdentifier": {"system": CARELESS, "value": number}},
    ]
    entries = [
        {**one, "fullUrl": f"{held['resourceType']}/{held['id']}", "resource": _with_extensions(held, added)}
        for one in bundle["entry"]
        for held in [{**one["resource"], "meta": {"versionId": "1"}, "carelessly": "so"}]
    ]
    return {key: value for key, value in bundle.items() if key != "link"} | {"total": 0, "entry": entries}


def _with_extensions(resource: Resource, added: list[Resource]) -> Resource:
    return {**resource, "modifierExtension": [*resource.get("modifierExtension", ()), *added]}


def _addresses(call: Call, bundle: Resource) -> Resource:
    concept = {"coding": [{"system": "urn:oid:2.16.840.1.113883.2.4.3.11.60.40.2.8.3.2", "code": "x", "display": "x"}]}
    added = [{"url": CARELESS, "valueCodeableConcept": concept}]
    entries = [
        {**one, "fullUrl": f"{CARELESS}/{number}", "resource": _with_extensions(one["resource"], added)}
        for number, one in enumerate(bundle["entry"])
    ]
    return {**bundle, "link": [{"relation": "self", "url": f"{call.base}{call.path}"}], "entry": entries}
