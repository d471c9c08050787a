"""Switches that let another patient into answers where nobody looks (in words, in what is contained, as if it were this
patient's), or a number into addresses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal

from conformance.simulators.faults import Hook, When, switch
from conformance.simulators.faults.answers import others
from conformance.simulators.faults.fhir import Altering, reply_of
from conformance.simulators.fhir.reply import FhirActor, Reply, Resource
from conformance.simulators.http import Call
from conformance.synthesis.bgz.record import bgz_data
from conformance.synthesis.patients import patients

Way = Literal[
    "any", "search", "read", "nobody", "malformed", "missing", "traced",
    "by-reference", "by-url", "beside-id", "counted", "formatted", "posted", "lastn",
]  # fmt: skip
"""What kind of answer it is: matches, one resource, no matches, a refusal, nothing there; or how it was asked for."""

_REFUSED: dict[int, Way] = {400: "malformed", 404: "missing"}
_WHOSE = ("subject", "patient", "beneficiary")


_ASKED: Mapping[Way, str] = {
    "traced": r"(?:.*&)?_revinclude=",
    "beside-id": r"(?:.*&)?_id=",
    "counted": r"(?:.*&)?_count=",
    "formatted": r"(?:.*&)?_format=",
    "by-url": r"(?:patient|beneficiary)=\w+://",
    "by-reference": r"(?:patient|beneficiary)=",
}


def _way(call: Call, reply: Reply) -> Way:
    if reply.status != 200:
        return _REFUSED.get(reply.status, "any")
    if reply.resource["resourceType"] != "Bundle":
        return "read"
    query = "&".join(f"{name}={value}" for name, value in call.query)
    asked = next((way for way, pattern in _ASKED.items() if re.match(pattern, query)), None)
    if call.path.endswith(("/_search", "/$lastn")):
        return "posted" if call.method == "POST" else "lastn"
    return asked or ("search" if reply.resource.get("entry") else "nobody")


def _in_answers(when: When, way: Way, change: Callable[[Call, Reply], Reply]) -> Altering:
    """Changes answers of one kind, or of any, about a type of resource."""

    def alter(call: Call, actor: FhirActor) -> Reply:
        reply = reply_of(actor, call)
        kind = _way(call, reply)
        meant = when.meets(call) and call.path != "/metadata" and kind != "any" and way in ("any", kind)
        return change(call, reply) if meant else reply

    return alter


def _owner(call: Call, reply: Reply) -> str:
    """Whose answer it is: the role of the patient asked about, or of what was read or found; empty for nobody's."""
    values = [value for _, value in call.query]
    asked = (role for role, one in patients().items() if any(value.endswith(one.bsn) for value in values))
    shown = (reply.resource, *(one["resource"] for one in reply.resource.get("entry", ())))
    identities = {str(one.get("id", "")) for one in shown}
    held = (role for role, record in bgz_data().records.items() if any(one["id"] in identities for one in record))
    return next(asked, "") or next(held, "")


def _others(call: Call, reply: Reply) -> tuple[str, ...]:
    """The patients with a whole record whose answer it is not, the fullest first."""
    return others(_owner(call, reply))[:_FEW]


_FEW = 3


def _of(role: str, kind: str) -> Resource:
    """The first resource of a type that a patient has."""
    return dict(next(one for one in bgz_data().records[role] if one["resourceType"] == kind))


def _name(role: str) -> str:
    return str(_of(role, "Patient")["name"][0]["text"])


@switch("strangers.words", hook=Hook.RESOURCES)
def words(*, when: When, way: Way = "any", addressed: bool = False) -> Altering:
    """Others' names stand in the words of an answer: its narrative, or what it says of the search. `addressed`: and a
    number in the address at which the answer says it lives."""

    def change(call: Call, reply: Reply) -> Reply:
        others = _others(call, reply)
        said = replace(reply, resource=saying(reply.resource, f"See also {', '.join(map(_name, others))}."))
        return _living_at(said, f"{call.base}/record/{patients()[others[0]].bsn}") if addressed else said

    return _in_answers(when, way, change)


def saying(resource: Resource, said: str) -> Resource:
    """The answer with this in the words of whatever is in it."""
    if resource["resourceType"] == "OperationOutcome":
        issues = [{**one, "diagnostics": f"{one.get('diagnostics', '')} {said}"} for one in resource["issue"]]
        return {**resource, "issue": issues}
    if resource["resourceType"] != "Bundle":
        return {**resource, "text": {"status": "generated", "div": f'<div xmlns="{XHTML}">{said}</div>'}}
    entries = [{**one, "resource": saying(one["resource"], said)} for one in resource.get("entry", [])]
    return {**resource, "entry": entries or [_telling(said)]}


XHTML = "http://www.w3.org/1999/xhtml"


def _telling(said: str) -> Resource:
    """An entry that only tells of the search."""
    issue = {"severity": "information", "code": "informational", "diagnostics": said}
    return {"resource": {"resourceType": "OperationOutcome", "issue": [issue]}, "search": {"mode": "outcome"}}


@switch("strangers.contained", hook=Hook.RESOURCES)
def contained(*, when: When, way: Way = "any") -> Altering:
    """What an answer says of a refusal, or of finding nothing, contains problems of other patients."""

    def change(call: Call, reply: Reply) -> Reply:
        problems = [_anonymous(_of(role, "Condition")) for role in _others(call, reply)]
        if reply.resource["resourceType"] != "Bundle":
            return replace(reply, resource={**reply.resource, "contained": problems})
        telling = _telling("There is nothing.")
        telling["resource"]["contained"] = problems
        entries = [*reply.resource.get("entry", []), telling]
        return replace(reply, resource={**reply.resource, "entry": entries})

    return _in_answers(when, way, change)


def _anonymous(resource: Resource) -> Resource:
    """What stands inside another resource: without meta, and not saying whose it is."""
    whose = {key: {"display": "?"} for key in _WHOSE if key in resource}
    return {key: value for key, value in {**resource, **whose}.items() if key != "meta"}


@switch("strangers.disguised", hook=Hook.RESOURCES)
def disguised(*, when: When) -> Altering:
    """A search also gives what another patient has, as if it were this patient's."""

    def change(call: Call, reply: Reply) -> Reply:
        kind = call.path.split("/")[1]
        records = bgz_data().records
        owner, record = _owner(call, reply), records[_others(call, reply)[0]]
        theirs = next((one for one in record if one["resourceType"] == kind), None)
        if theirs is None or owner not in records:
            return reply
        ours = as_own(theirs, owner)
        entry = {"fullUrl": f"{call.base}/{kind}/{ours['id']}", "resource": ours, "search": {"mode": "match"}}
        total = reply.resource["total"] + 1
        return replace(reply, resource={**reply.resource, "total": total, "entry": [*reply.resource["entry"], entry]})

    return _in_answers(when, "search", change)


def as_own(theirs: Resource, owner: str) -> Resource:
    """What another has, under another id, as if it were this patient's."""
    whose = {key: {"reference": f"Patient/{owner}", "display": _name(owner)} for key in _WHOSE if key in theirs}
    return {**theirs, **whose, "id": f"{theirs['id']}-2"}


@switch("strangers.unnumbered", hook=Hook.RESOURCES)
def unnumbered(*, when: When) -> Altering:
    """The patient asked about has no number where he is found, and comes along without one where he is not."""

    def change(call: Call, reply: Reply) -> Reply:
        owner, found = _owner(call, reply), reply.resource.get("entry", [])
        if owner not in bgz_data().records or not found:
            return reply
        entries = [{**one, "resource": _numberless(one["resource"])} for one in found]
        if not any(one["resource"]["resourceType"] == "Patient" for one in found):
            patient = _numberless(_of(owner, "Patient"))
            address = f"{call.base}/Patient/{patient['id']}"
            entries.append({"fullUrl": address, "resource": patient, "search": {"mode": "include"}})
        return replace(reply, resource={**reply.resource, "entry": entries})

    return _in_answers(when, "any", change)


def _numberless(resource: Resource) -> Resource:
    patient = resource["resourceType"] == "Patient"
    return {key: value for key, value in resource.items() if not patient or key != "identifier"}


def _living_at(reply: Reply, address: str) -> Reply:
    return replace(reply, headers=(*reply.headers, ("Content-Location", address)))


@switch("strangers.numbered", hook=Hook.RESOURCES)
def numbered(
    *,
    when: When,
    way: Way = "any",
    where: Literal["header", "cookie", "field", "id", "next"] = "header",
    whose: str = "",
) -> Altering:
    """A patient's number stands in an address of an answer: a header, the id of the answer, a link to the next page; or
    in a cookie, or a header field of the node's own. It is that of the patient whose answer it is, and nobody's answer
    stays as it is; or that of the patient in the role `whose`."""

    def change(call: Call, reply: Reply) -> Reply:
        role = whose or _owner(call, reply)
        if not role:
            return reply
        bsn = patients()[role].bsn
        if where == "header":
            return _living_at(reply, f"{call.base}/record/{bsn}")
        if where in _FIELDS:
            return replace(reply, headers=(*reply.headers, (_FIELDS[where], f"patient={bsn}")))
        if where == "id":
            return replace(reply, resource={**reply.resource, "id": f"answer-{bsn}"})
        links = [*reply.resource.get("link", []), {"relation": "next", "url": f"{call.base}/pages/{bsn}"}]
        return replace(reply, resource={**reply.resource, "link": links})

    return _in_answers(when, way, change)


_FIELDS = {"cookie": "Set-Cookie", "field": "X-Context"}
