"""Where nodes of strangers take hold, so that each can be said in a line or two."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from conformance.simulators.faults import Hook, Piece, When
from conformance.simulators.faults.fhir import altering
from conformance.simulators.fhir.reply import FhirActor, Reply, Resource
from conformance.simulators.http import Answer, Call, Handler
from conformance.synthesis.bgz.parts import NAMING
from conformance.synthesis.patients import SyntheticPatient, patients
from tests.strangers.nodes import Place

BSN = f"{NAMING}bsn"
KNOWN = {one.bsn: one for one in patients().values() if one.known}


def answers(hook: Hook, **when: Any) -> Place:
    """A function of call and answer: the answer that is given instead."""
    meant = When(**when)

    def place(change: Callable[[Call, Answer], Answer]) -> Piece:
        def intercept(call: Call, handler: Handler) -> Answer:
            answer = handler(call)
            return change(call, answer) if meant.meets(call) and meant.met_by(answer.status) else answer

        return Piece(hook, intercept)

    return place


def questions(**when: Any) -> Place:
    """A function of a FHIR call: what the node understands instead."""
    meant = When(**when)

    def place(understood: Callable[[Call], Call]) -> Piece:
        def ask(call: Call, actor: FhirActor) -> Reply:
            return actor(understood(call) if meant.meets(call) else call)

        return Piece(Hook.RESOURCES, ask)

    return place


def bundles(**when: Any) -> Place:
    """A function of a searchset and its call, which changes the first."""

    def place(change: Callable[[Resource, Call], None]) -> Piece:
        def apply(call: Call, resource: Resource) -> Resource:
            own: Resource = _own(resource)
            if own.get("type") == "searchset":
                change(own, call)
            return own

        return Piece(Hook.RESOURCES, altering(When(**when), apply))

    return place


def resources(*types: str, nth: int | None = None, **when: Any) -> Place:
    """A function of a resource, which changes it: each of these types in an answer, or the nth of them."""

    def place(change: Callable[[Resource], None]) -> Piece:
        def apply(_: Call, resource: Resource) -> Resource:
            own: Resource = _own(resource)
            found = [one for one in (own, *held(own)) if one.get("resourceType") in types]
            for one in found if nth is None else found[nth : nth + 1]:
                change(one)
            return own

        return Piece(Hook.RESOURCES, altering(When(**when), apply))

    return place


def _own(value: Any) -> Any:
    """A copy in which nothing is the same object twice."""
    if isinstance(value, dict):
        return {name: _own(one) for name, one in value.items()}
    return [_own(one) for one in value] if isinstance(value, list) else value


def held(bundle: Resource, mode: str = "") -> Iterator[Resource]:
    """The resources in a searchset, of one search mode or of any."""
    return (one["resource"] for one in bundle.get("entry", []) if mode in ("", one.get("search", {}).get("mode")))


def keep(bundle: Resource, kept: Callable[[Resource], bool]) -> None:
    """Leave out what is not to be kept, as if it were not there: the total too."""
    entries = [one for one in bundle.get("entry", []) if kept(one["resource"])]
    bundle.pop("entry", None)
    bundle.update({"entry": entries} if entries else {})
    bundle["total"] = sum(one["search"]["mode"] == "match" for one in entries)


def put(bundle: Resource, call: Call, resource: Resource) -> None:
    """One more match."""
    address = f"{call.base}/{resource['resourceType']}/{resource['id']}"
    entry = {"fullUrl": address, "resource": resource, "search": {"mode": "match"}}
    bundle["entry"] = [*bundle.get("entry", []), entry]
    bundle["total"] = bundle.get("total", 0) + 1


def value_of(call: Call, name: str) -> str:
    """The value of a query parameter, or the empty string."""
    return next((value for key, value in call.query if key == name), "")


def without(call: Call, *names: str) -> Call:
    """The call without these query parameters."""
    return replace(call, query=tuple(pair for pair in call.query if pair[0] not in names))


def asked_about(call: Call) -> str:
    """The number of the patient that a search is about, or the empty string."""
    asked = [*(value for _, value in call.query), call.body.decode("latin-1")]
    found = re.search(r"bsn(?:\||%7C)(\d{9})", " ".join(asked))
    return found[1] if found else ""


def about(call: Call, number: str) -> Call:
    """The same search about another patient."""
    old = asked_about(call)
    query = tuple((name, value.replace(old, number)) for name, value in call.query)
    return replace(call, query=query, body=call.body.replace(old.encode(), number.encode()))


def another(number: str) -> SyntheticPatient:
    """A patient with another number."""
    return next(one for one in KNOWN.values() if one.bsn != number)
