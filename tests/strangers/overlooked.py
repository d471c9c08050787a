"""Wrong FHIR sources and token endpoints that once passed: each was let by when it was first played.

Their writers knew the checks, so that they show no more than that a gap found once stays closed.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from dataclasses import replace

from conformance.simulators.faults import Hook
from conformance.simulators.faults.fhir import reply_of
from conformance.simulators.faults.mixups import series_owner
from conformance.simulators.fhir.reply import FhirActor, FhirRefusalError, Reply, Resource
from conformance.simulators.fhir.source import READ
from conformance.simulators.http import Answer, Call, Handler, Interceptor
from conformance.simulators.token import FORM, TokenServer
from tests.strangers.exchange import DATA, of
from tests.strangers.nodes import wrong
from tests.strangers.places import KNOWN, about, another, answers, asked_about, bundles, held, put, resources, value_of
from tests.strangers.tokens import guards

BY_ROLE = {one.role: one for one in KNOWN.values()}
ALONG = re.compile(r"/(Practitioner|PractitionerRole|Provenance|Specimen)/")


@wrong("SAFE-01", "ID-04", at=bundles(type="Condition", how="search"))
def writes_numbers_in_pairs(bundle: Resource, call: Call) -> None:
    """A note names another patient's number with a blank that does not break after each two digits."""
    number = another(asked_about(call)).bsn if asked_about(call) else ""
    for one in held(bundle, "match"):
        one["note"] = [{"text": "Zie ook " + "\u00a0".join(re.findall("..?", number))}]


@wrong("ID-07", at=Hook.RESOURCES)
def proposes_a_number_in_groups(call: Call, actor: FhirActor) -> Reply:
    """Whoever searches for a number that is not known is told one that is alike, with dots in it."""
    number = asked_about(call)
    if number and number not in KNOWN:
        alike = next(iter(KNOWN))
        raise FhirRefusalError(404, "not-found", f"Not known. Is it {alike[:3]}.{alike[3:6]}.{alike[6:]}?")
    return actor(call)


@wrong("PULL-01", "SAFE-41", at=guards)
def guards_what_is_got(call: Call, _: str) -> bool:
    """Tokens are looked at for GET only: whoever posts a search needs none."""
    return call.method == "POST"


@wrong("PULL-01", "SAFE-44", at=guards)
def guards_what_the_list_names(call: Call, _: str) -> bool:
    """Tokens are looked at for the types that are searched: what comes along is read by anybody."""
    return bool(ALONG.match(call.path))


@wrong("PULL-01", "SAFE-45", at=guards)
def guards_the_first_page(call: Call, _: str) -> bool:
    """A next page is kept under an address that nobody can guess, and given to whoever knows it."""
    return bool(value_of(call, "_offset"))


@wrong("PULL-05", "SAFE-02", at=Hook.RESOURCES)
def reads_some_professional(call: Call, actor: FhirActor) -> Reply:
    """A professional or their role that is not there is another one."""
    reply = reply_of(actor, call)
    found = READ.match(call.path)
    if reply.status != 404 or found is None or not found["kind"].startswith("Practitioner"):
        return reply
    return Reply(status=200, resource=next(one for one in DATA.care if one["resourceType"] == found["kind"]))


@wrong("SAFE-08", at=bundles(asks="laboratory"))
def files_results_under_the_number(bundle: Resource, call: Call) -> None:
    """What the laboratory found is said to live in a folder that is called after the patient's number."""
    for entry in bundle.get("entry", []):
        entry["fullUrl"] = f"{call.base}/records/{asked_about(call)}/{entry['resource']['id']}"


@wrong("PULL-08", at=Hook.FHIR)
def gives_the_latest_in_json_only(call: Call, handler: Handler) -> Answer:
    """The latest measurements come from another engine, which knows JSON only."""
    if not call.path.endswith("/$lastn"):
        return handler(call)
    return handler(replace(call, headers={**call.headers, "accept": "application/fhir+json"}))


@wrong("SAFE-42", at=Hook.RESOURCES)
def goes_on_with_everybody(call: Call, actor: FhirActor) -> Reply:
    """The next page has another patient's matches too: the number was left out of its query."""
    reply, number = reply_of(actor, call), asked_about(call)
    if not value_of(call, "_offset") or number not in KNOWN or not reply.resource.get("entry"):
        return reply
    bundle = {**reply.resource, "entry": [*reply.resource["entry"]]}
    theirs = reply_of(actor, about(call, another(number).bsn)).resource
    for one in list(held(theirs, "match"))[:1]:
        put(bundle, call, one)
    return replace(reply, resource=bundle)


@wrong("SAFE-01", "ID-04", "ID-07", at=Hook.RESOURCES)
class KeepsFilteredSearchesWithoutThePatient:
    """Searches with a filter are kept by that filter: the patient is not among what they are kept by."""

    def __init__(self) -> None:
        self.kept: dict[object, Reply] = {}

    def __call__(self, call: Call, actor: FhirActor) -> Reply:
        filters = tuple(sorted(pair for pair in call.query if "identifier" not in pair[0]))
        if not asked_about(call) or not filters or call.method != "GET":
            return actor(call)
        return self.kept.setdefault((call.path, filters), actor(call))


@wrong("SAFE-01", at=Hook.FHIR)
class KeepsTheSessionInACookie:
    """Every answer about alerts has the session in a cookie: base64, with whom the one before was about."""

    def __init__(self) -> None:
        self.before = next(iter(KNOWN))

    def __call__(self, call: Call, handler: Handler) -> Answer:
        answer, number = handler(call), asked_about(call)
        if number not in KNOWN or call.path != "/Flag":
            return answer
        before, self.before = KNOWN[self.before], number
        held = b64encode(json.dumps({"patient": f"{before.given} {before.family}"}).encode()).decode()
        return replace(answer, headers=(*answer.headers, ("Set-Cookie", f"session={held}; Path=/; Secure")))


@wrong("SAFE-21", at=answers(Hook.IMAGES, status_was=404))
def says_whose_series_it_is(call: Call, answer: Answer) -> Answer:
    """A 404 for a series below another study says by surname whose it is."""
    owner = series_owner(call.path)
    said = f"Not here, but in a study of {BY_ROLE[owner].family}.".encode() if owner else answer.body
    return replace(answer, body=said)


@wrong("PULL-01", "PULL-02", "SAFE-05", at=answers(Hook.FHIR, how="read", status_was=401))
def warns_with_a_name(call: Call, answer: Answer) -> Answer:
    """A refusal has a warning in its header fields that says whose record was asked for."""
    patient = next((one for role, one in BY_ROLE.items() if f"/{role}" in call.path), None)
    if patient is None:
        return answer
    return replace(
        answer, headers=(*answer.headers, ("Warning", f'199 - "record of {patient.given} {patient.family}"'))
    )


@wrong("PULL-01", "PULL-02", "SAFE-05", at=resources("OperationOutcome", how="read", status_was=401))
def refuses_with_a_surname(resource: Resource) -> None:
    """A refusal says in words whose record it guards."""
    resource["issue"][0]["diagnostics"] = "Log in to see the record of Voorbeeld."


@wrong("SAFE-02", at=resources("OperationOutcome", how="read", status_was=404))
def says_whose_it_was(resource: Resource) -> None:
    """A 404 names by surname who had something there once."""
    resource["issue"][0]["diagnostics"] = "This was moved to the record of Denkbeeld."


@wrong("SAFE-01", "ID-04", at=bundles(type="Patient", how="search"))
def keeps_the_contact_of_another(bundle: Resource, call: Call) -> None:
    """A patient has another's contact person, with nothing but a name in its parts."""
    number = asked_about(call)
    if number in KNOWN:
        contact = of(another(number).role, "Patient")["contact"][0]["name"]
        for one in held(bundle, "match"):
            one["contact"] = [{"name": {"family": contact["family"], "given": contact["given"]}}]


def _form(call: Call) -> dict[str, str]:
    pairs = (pair.partition("=") for pair in call.body.decode("latin-1").split("&"))
    return {name: value for name, _, value in pairs}


@wrong("PULL-33", at=Hook.OAUTH)
def takes_any_grant(_: TokenServer) -> Interceptor:
    """What is asked for is not looked at: whoever has a good assertion gets a token."""

    def intercept(call: Call, handler: Handler) -> Answer:
        form = _form(call) | {"grant_type": "client_credentials"}
        body = "&".join(f"{name}={value}" for name, value in form.items())
        return handler(replace(call, body=body.encode())) if call.header("content-type") == FORM else handler(call)

    return intercept


@wrong("PULL-33", at=Hook.OAUTH)
def takes_the_last_of_each(_: TokenServer) -> Interceptor:
    """Of a parameter that stands there twice the last one counts, as in many libraries for forms."""

    def intercept(call: Call, handler: Handler) -> Answer:
        body = "&".join(f"{name}={value}" for name, value in _form(call).items())
        return handler(replace(call, body=body.encode()))

    return intercept


@wrong("PULL-31", at=Hook.OAUTH)
def breaks_at_another_grant(_: TokenServer) -> Interceptor:
    """A request for another grant ends in an exception that nobody catches."""

    def intercept(call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        known = b"unsupported_grant_type" not in answer.body
        return answer if known else Answer(500, (("Content-Type", "text/html"),), b"<html>Internal Server Error</html>")

    return intercept
