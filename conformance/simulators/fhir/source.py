"""The BgZ source as an actor: read, search, `$lastn` and metadata; the rest is refused with an OperationOutcome."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qsl

from conformance.simulators.fhir.capability import capability_statement
from conformance.simulators.fhir.parameters import PARAMETERS
from conformance.simulators.fhir.query import search_from
from conformance.simulators.fhir.reply import FhirActor, FhirRefusalError, Reply
from conformance.simulators.fhir.search import searchset
from conformance.simulators.fhir.store import Store
from conformance.simulators.http import Call

NARROW = "the token gives no right to patient data"
"""What a guard says of a token that is good for something else."""
Guard = Callable[[Call], str | None]
"""Says why a call may not be served, or None; the empty string means that no credentials were shown."""

READ = re.compile(r"/(?P<kind>[A-Z][A-Za-z]+)/(?P<id>[A-Za-z0-9.-]{1,64})\Z")
SEARCH = re.compile(r"/(?P<kind>[A-Z][A-Za-z]+)(?P<form>/_search|/\$lastn)?\Z")
FORM = "application/x-www-form-urlencoded"


def guarded(records: FhirActor, guard: Guard) -> FhirActor:
    """A FHIR source that lets the guard look at every call but one for its capabilities."""

    def act(call: Call) -> Reply:
        if call.path == "/metadata":
            _demand_method(call, "GET")
            return Reply(status=200, resource=capability_statement(call.base))
        _demand_access(call, guard)
        return records(call)

    return act


def bgz_records(store: Store) -> FhirActor:
    """What these resources answer to whoever may ask."""

    def act(call: Call) -> Reply:
        if matched := SEARCH.match(call.path):
            return _search(store, call, matched["kind"], matched["form"] or "")
        if matched := READ.match(call.path):
            return _read(store, call, matched["kind"], matched["id"])
        raise FhirRefusalError(404, "not-found", "Nothing lives at this address.")

    return act


def _demand_access(call: Call, guard: Guard) -> None:
    problem = guard(call)
    if problem is None:
        return
    challenge, narrow = 'Bearer realm="bgz"', problem == NARROW
    if problem:
        error = "insufficient_scope" if narrow else "invalid_token"
        challenge += f', error="{error}", error_description="{problem}"'
    text = problem or "This address needs an access token: ask the token endpoint for one."
    status, code = (403, "forbidden") if narrow else (401, "login")
    raise FhirRefusalError(status, code, text, (("WWW-Authenticate", challenge),))


def _demand_method(call: Call, *allowed: str) -> None:
    if call.method not in allowed:
        allow = ", ".join(allowed)
        raise FhirRefusalError(405, "not-supported", f"Only {allow} may be used here.", (("Allow", allow),))


def _demand_kind(kind: str) -> None:
    if kind not in PARAMETERS:
        raise FhirRefusalError(404, "not-supported", f"This source has no resources of type {kind}.")


def _search(store: Store, call: Call, kind: str, form: str) -> Reply:
    _demand_kind(kind)
    posted = form == "/_search"
    _demand_method(call, *(("POST",) if posted else ("GET", "POST") if form else ("GET",)))
    if form == "/$lastn" and kind != "Observation":
        raise FhirRefusalError(404, "not-supported", "$lastn is an operation on Observation.")
    asked = call.query
    if call.method == "POST":
        asked = (*asked, *_form_of(call))
    search = search_from(kind, asked, lastn=form == "/$lastn")
    path = f"/{kind}" if posted else call.path
    return Reply(status=200, resource=searchset(store, search, call.base, path))


def _form_of(call: Call) -> list[tuple[str, str]]:
    if call.header("content-type").split(";")[0].strip().lower() != FORM:
        raise FhirRefusalError(415, "not-supported", f"Search parameters are posted as {FORM}.")
    try:
        return parse_qsl(call.body.decode(), keep_blank_values=True)
    except UnicodeDecodeError:
        raise FhirRefusalError(400, "invalid", "The posted search parameters are no UTF-8.") from None


def _read(store: Store, call: Call, kind: str, identity: str) -> Reply:
    _demand_kind(kind)
    _demand_method(call, "GET")
    resource = store.read(kind, identity)
    if resource is None:
        raise FhirRefusalError(404, "not-found", f"There is no {kind} with id {identity}.")
    return Reply(status=200, resource=resource, headers=(("ETag", f'W/"{resource["meta"]["versionId"]}"'),))
