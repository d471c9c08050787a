"""Switches that go wrong with patients unlike others: who nearly coincide, have much, or letters beyond ASCII."""

from __future__ import annotations

import struct
import unicodedata
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import replace
from typing import Literal

from conformance.model.agreements import Json
from conformance.simulators.faults import Hook, When, switch
from conformance.simulators.faults.answers import about, asked_about
from conformance.simulators.faults.fhir import Altering, altering, reply_of
from conformance.simulators.faults.strangers import as_own, saying
from conformance.simulators.fhir.reply import FhirActor, Reply, Resource
from conformance.simulators.http import Call
from conformance.synthesis.bgz.record import bgz_data
from conformance.synthesis.patients import SyntheticPatient, patients

By = Literal["name", "family", "digits", "float"]
"""What is looked at in place of the number: name and birth date, surname and birth date, the number whatever the order
of its digits, or the number as one of 32 bits."""

_LOOKS: Mapping[By, Callable[[SyntheticPatient], Hashable]] = {
    "name": lambda one: (one.given, one.family, one.birth_date),
    "family": lambda one: (one.family, one.birth_date),
    "digits": lambda one: "".join(sorted(one.bsn)),
    "float": lambda one: struct.pack("f", int(one.bsn)),
}


@switch("people.taken-for-one", hook=Hook.RESOURCES)
def taken_for_one(*, when: When, by: By, whose: str = "", own: bool = False) -> Altering:
    """A search about a patient (the one in the role `whose`, or any) also gives what it gives about those who look the
    same; `own`: as if it were this one's."""

    def alter(call: Call, actor: FhirActor) -> Reply:
        reply, role = reply_of(actor, call), asked_about(call)
        if not role or whose not in ("", role) or not when.meets(call):
            return reply
        more: list[Resource] = []
        for other in _alike(by, role):
            beside = reply_of(actor, about(call, role, other)).resource.get("entry", [])
            more += [_owned(one, role) for one in beside] if own else beside
        if not more:
            return reply
        entries = [*reply.resource.get("entry", []), *more]
        found = {one["fullUrl"]: one for one in entries}
        total = sum(one["search"]["mode"] == "match" for one in found.values())
        return replace(reply, resource={**reply.resource, "total": total, "entry": list(found.values())})

    return alter


@switch("people.paged", hook=Hook.RESOURCES)
def paged(*, when: When, which: Literal["skipped", "again"], whose: str = "") -> Altering:
    """In place of a next page comes the one after it, or the one before it once more."""

    def alter(call: Call, actor: FhirActor) -> Reply:
        asked = dict(call.query)
        if "_offset" not in asked or whose not in ("", asked_about(call)) or not when.meets(call):
            return reply_of(actor, call)
        step = int(asked["_count"]) * (1 if which == "skipped" else -1)
        moved = str(int(asked["_offset"]) + step)
        query = tuple((name, moved if name == "_offset" else value) for name, value in call.query)
        return reply_of(actor, replace(call, query=query))

    return alter


@switch("people.letters", hook=Hook.RESOURCES)
def letters(*, when: When, how: Literal["folded", "latin-1", "lost"]) -> Altering:
    """Texts lose what is beyond ASCII: marks fall off, UTF-8 is read as Latin-1, or a question mark takes its place."""
    return altering(when, lambda _, resource: _respelled(resource, _SPELLS[how]))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()


_SPELLS: Mapping[str, Callable[[str], str]] = {
    "folded": _folded,
    "latin-1": lambda text: text.encode().decode("cp1252", "replace"),
    "lost": lambda text: text.encode("ascii", "replace").decode(),
}


def _respelled(value: Json, spell: Callable[[str], str]) -> Json:
    if isinstance(value, dict):
        return {key: _respelled(one, spell) for key, one in value.items()}
    if isinstance(value, list):
        return [_respelled(one, spell) for one in value]
    return spell(value) if isinstance(value, str) else value


@switch("people.hinted", hook=Hook.RESOURCES)
def hinted(*, when: When, whose: str = "") -> Altering:
    """What is found of a patient says in words what number somebody of the same surname and birth date has."""

    def alter(call: Call, actor: FhirActor) -> Reply:
        reply, role = reply_of(actor, call), asked_about(call)
        if not role or whose not in ("", role) or not when.meets(call) or not reply.resource.get("entry"):
            return reply
        said = "".join(f" Possibly the same as {patients()[other].bsn}." for other in _alike("family", role))
        return replace(reply, resource=saying(reply.resource, said)) if said else reply

    return alter


def _alike(by: By, role: str) -> Iterator[str]:
    every, look = patients(), _LOOKS[by]
    return (one for one in bgz_data().records if one != role and look(every[one]) == look(every[role]))


def _owned(entry: Resource, role: str) -> Resource:
    return {**entry, "fullUrl": f"{entry['fullUrl']}-2", "resource": as_own(entry["resource"], role)}
