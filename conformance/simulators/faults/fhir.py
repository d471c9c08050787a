"""Switches in what the FHIR source says: elements, entries, forgotten parameters, wrong forms, wrong records."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Literal

from conformance.agreements.catalogue import load_catalogue
from conformance.model.agreements import Json
from conformance.simulators.faults import Hook, When, switch
from conformance.simulators.faults.paths import Action, Change
from conformance.simulators.fhir.parameters import PATIENT_BOUND
from conformance.simulators.fhir.reply import FhirActor, FhirRefusalError, Reply, Resource
from conformance.simulators.fhir.search import address, when_measured
from conformance.simulators.http import Answer, Call, Handler, Interceptor
from conformance.synthesis.bgz.parts import NAMING
from conformance.synthesis.bgz.record import bgz_data
from conformance.synthesis.patients import patients

Altering = Callable[[Call, FhirActor], Reply]
Records = Callable[[tuple[Resource, ...]], tuple[Resource, ...]]


def altering(when: When, change: Callable[[Call, Resource], Resource]) -> Altering:
    """Changes the resource of replies to the calls that are meant, refusals too."""

    def alter(call: Call, actor: FhirActor) -> Reply:
        reply = reply_of(actor, call)
        if not (when.meets(call) and when.met_by(reply.status)):
            return reply
        return replace(reply, resource=change(call, reply.resource))

    return alter


def reply_of(actor: FhirActor, call: Call) -> Reply:
    try:
        return actor(call)
    except FhirRefusalError as refusal:
        return refusal.reply


@switch("fhir.element", hook=Hook.RESOURCES)
def element(
    *,
    when: When,
    type: str,  # noqa: A002 - FHIR's own word, and the one fault files use
    path: str,
    action: Action,
    value: Json = None,
    name: str = "",
    first: bool = False,
    alone: bool = False,
    at: str = "",
) -> Altering:
    """One element of each resource of a type (alone or in a Bundle; `first`: only the first one) is changed.

    `type` may be Bundle itself, OperationOutcome, CapabilityStatement. `alone`: only when it is the whole answer.
    `at` is what other switches call `path`: which requests are meant.
    """
    change = Change(path=path, action=action, value=value, name=name)

    def apply(_: Call, resource: Resource) -> Resource:
        if resource.get("resourceType") == type:
            return change.at(resource)
        if alone or resource.get("resourceType") != "Bundle":
            return resource
        entries: list[Resource] = []
        done = False
        for entry in resource.get("entry", []):
            meant = entry["resource"]["resourceType"] == type and not (first and done)
            done = done or meant
            entries.append({**entry, "resource": change.at(entry["resource"])} if meant else entry)
        return {**resource, "entry": entries} if entries else resource

    return altering(replace(when, path=at), apply)


@switch("fhir.entries", hook=Hook.RESOURCES)
def entries(
    *,
    when: When,
    type: str = "",  # noqa: A002 - as above
    action: Literal["drop", "double", "mode"],
    mode: Literal["match", "include", "none"] = "none",
) -> Altering:
    """Entries with resources of a type, or all, are dropped, doubled, or given another search mode (none: no mode)."""

    def changed(entry: Resource) -> list[Resource]:
        if type not in ("", entry["resource"]["resourceType"]):
            return [entry]
        if action == "mode":
            bare = {key: value for key, value in entry.items() if key != "search"}
            return [bare if mode == "none" else {**bare, "search": {"mode": mode}}]
        return [] if action == "drop" else [entry, entry]

    def apply(_: Call, resource: Resource) -> Resource:
        kept = [one for entry in resource.get("entry", []) for one in changed(entry)]
        rest = {key: value for key, value in resource.items() if key != "entry"}
        return {**rest, "entry": kept} if kept else rest

    return altering(when, apply)


@switch("fhir.ignore-parameter", hook=Hook.RESOURCES)
def ignore_parameter(*, when: When, name: str, type: str = "") -> Altering:  # noqa: A002 - as above
    """A search forgets this parameter; the self link still shows it. A forgotten patient means the records of
    everybody about whom any run may ask."""
    everyone = ",".join(f"{NAMING}bsn|{patients()[role].bsn}" for role in whole_records())
    bound = any(name.split(".")[0] in names for names in PATIENT_BOUND.values())

    def alter(call: Call, actor: FhirActor) -> Reply:
        kind = call.path.split("/")[1]
        if not when.meets(call) or type not in ("", kind) or name not in dict(call.query):
            return reply_of(actor, call)
        query = [(key, everyone if key == name else value) for key, value in call.query if bound or key != name]
        return as_if_asked(reply_of(actor, replace(call, query=tuple(query))), call)

    return alter


def whole_records() -> tuple[str, ...]:
    """The roles of those about whom any run may ask: each has a whole record."""
    return load_catalogue().groups["bgz"]


def as_if_asked(reply: Reply, call: Call) -> Reply:
    """The reply with the self link that the call itself would have had."""
    links = [
        {**link, "url": address(call.base, call.path, call.query)} if link["relation"] == "self" else link
        for link in reply.resource.get("link", [])
    ]
    return replace(reply, resource={**reply.resource, "link": links}) if links else reply


@switch("fhir.lastn", hook=Hook.RESOURCES)
def lastn(*, when: When, keep: Literal["all", "oldest", "last-by-text"]) -> Altering:
    """`Observation/$lastn` gives all measurements, the oldest one, or that whose moment comes last as a text."""

    def alter(call: Call, actor: FhirActor) -> Reply:
        if not when.meets(call) or not call.path.endswith("/$lastn"):
            return reply_of(actor, call)
        query = [pair for pair in call.query if pair[0] != "max"]
        if keep == "last-by-text":
            query += [("_sort", "-date"), ("_count", "1")]
        reply = as_if_asked(reply_of(actor, replace(call, path="/Observation", query=tuple(query))), call)
        if keep == "all" or reply.status != 200:
            return reply
        if keep == "oldest":
            reply = _with_the_oldest(reply)
        links = [link for link in reply.resource["link"] if link["relation"] == "self"]
        found = sum(entry["search"]["mode"] == "match" for entry in reply.resource.get("entry", []))
        return replace(reply, resource={**reply.resource, "total": found, "link": links})

    return alter


def _with_the_oldest(reply: Reply) -> Reply:
    """Of the matches the one of the earliest moment, whichever time zone it is written in."""
    entries = reply.resource.get("entry", [])
    matches = [one for one in entries if one["search"]["mode"] == "match"]
    if not matches:
        return reply
    oldest = min(matches, key=lambda one: when_measured(one["resource"]))
    kept = [one for one in entries if one is oldest or one["search"]["mode"] != "match"]
    return replace(reply, resource={**reply.resource, "entry": kept})


@switch("fhir.format", hook=Hook.FHIR)
def format_(*, when: When, instead: Literal["json", "xml", "html", "page", "plain"]) -> Interceptor:
    """The answer is in this form whatever was asked for. `page`: in HTML, for whoever prefers that; `plain`: in the
    right form, without saying that it is FHIR."""

    def intercept(call: Call, handler: Handler) -> Answer:
        if not when.meets(call) or (instead == "page" and "html" not in call.header("accept")):
            return handler(call)
        if instead == "plain":
            answer = handler(call)
            types = (value for name, value in answer.headers if name.lower() == "content-type")
            return answer.with_header("Content-Type", next(types, "").replace("fhir+", ""))
        wanted = instead if instead in ("json", "xml") else "json"
        query = tuple(pair for pair in call.query if pair[0] != "_format")
        headers = {**call.headers, "accept": f"application/fhir+{wanted}"}
        answer = handler(replace(call, query=query, headers=headers))
        if wanted == instead:
            return answer
        page = b"<html><body><pre>" + answer.body.replace(b"<", b"&lt;") + b"</pre></body></html>"
        return replace(answer.with_header("Content-Type", "text/html; charset=utf-8"), body=page)

    return intercept


@switch("records.without", hook=Hook.RECORDS)
def without(*, type: str, patient: str = "") -> Records:  # noqa: A002 - as above
    """The source holds no resources of a type (of one patient, by role, or of nobody)."""
    whose = {one["id"] for one in bgz_data().records[patient]} if patient else None

    def change(resources: tuple[Resource, ...]) -> tuple[Resource, ...]:
        return tuple(
            one for one in resources if one["resourceType"] != type or (whose is not None and one["id"] not in whose)
        )

    return change
