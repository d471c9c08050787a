"""Wrong FHIR sources and token endpoints that passed until what they break was mended: wherever nobody had looked, in
header fields, in errors of other requests, and at addresses beside the list."""

from __future__ import annotations

import re
from base64 import b64encode
from itertools import count

from conformance.simulators.faults import Hook
from conformance.simulators.faults.fhir import reply_of
from conformance.simulators.fhir.reply import FhirActor, Reply, Resource, rendered
from conformance.simulators.http import Answer, Call, Handler, Interceptor
from conformance.simulators.token import TokenServer
from tests.strangers.exchange import DATA
from tests.strangers.network import FROM_ANYBODY, REFUSED, is_wrong
from tests.strangers.nodes import wrong
from tests.strangers.places import answers, asked_about, resources
from tests.strangers.tokens import as_json, guards, token_answers

TRACE = "java.lang.NullPointerException at nl.hospital.fhir.ReadService.find(ReadService.java:88)"
ALONG = re.compile(r"/(Practitioner|PractitionerRole|Provenance|Specimen)/")
RECORDS = re.compile(r"/Patient/[^/]+/(\$everything|[A-Z]\w+)\Z|(/[A-Z]\w+)?(/[^/_]+)?/_history(/\w+)?\Z")


@wrong("PULL-13", at=answers(Hook.FHIR, status_was=406))
def dumps_what_it_can_not_write(_: Call, answer: Answer) -> Answer:
    """Whoever asks for a form that there is none of gets the exception of the writer."""
    return Answer(406, (("Content-Type", "text/plain"),), f"No writer: {TRACE}".encode())


@wrong("PULL-13", at=answers(Hook.FHIR, status_was=404))
def leaves_a_field_for_the_developer(_: Call, answer: Answer) -> Answer:
    """A 404 carries the exception in base64, in a field that a tool of the developers shows."""
    return answer.with_header("X-Debug-Exception", b64encode(TRACE.encode()).decode())


@wrong("PULL-13", at=token_answers(status_was=401))
def names_the_file_that_refused(_: Call, answer: Answer) -> Answer:
    """A refusal of the token endpoint says in a field which file of the program made it."""
    return answer.with_header("X-Source", "/opt/oauth/lib/assertions.py")


@wrong("SAFE-08", at=answers(Hook.FHIR, how="lastn", status_was=200))
def keeps_the_latest_by_number(call: Call, answer: Answer) -> Answer:
    """The latest measurements are kept in a place that is named after the patient's number."""
    number = asked_about(call)
    return answer.with_header("Content-Location", f"{call.base}/latest/{number}") if number else answer


@wrong("SAFE-08", at=answers(Hook.FHIR, how="search", status_was=200))
def remembers_the_patient_in_a_cookie(call: Call, answer: Answer) -> Answer:
    """The patient of the last search is kept in a cookie, for the screens that are of the same product."""
    number = asked_about(call)
    return answer.with_header("Set-Cookie", f"patient={number}; Secure; HttpOnly") if number else answer


@wrong("PULL-20", at=Hook.OAUTH)
def gives_nothing_each_seventh_time(_: TokenServer) -> Interceptor:
    """One of seven processes behind the token endpoint has lost its key, and gives an empty token."""
    given = count(1)

    def intercept(call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        lost = answer.status == 200 and next(given) % 7 == 0
        return as_json(answer, lambda body: {**body, "access_token": ""}) if lost else answer

    return intercept


@wrong("BGZ-C21", at=resources("Patient", nth=0, how="read"))
def reads_a_patient_without_profile(resource: Resource) -> None:
    """A patient who is read comes from another store than one who is searched, without meta."""
    resource.pop("meta", None)


@wrong("SAFE-44", at=guards)
def looks_at_the_token_of_records_only(call: Call, problem: str) -> bool:
    """Whatever looks like a token will do for what is nobody's record."""
    return bool(problem) and bool(ALONG.match(call.path))


@wrong("SAFE-46", at=Hook.RESOURCES)
def guards_searches_and_reads(call: Call, actor: FhirActor) -> Reply:
    """The rules for tokens name searches and reads; operations, compartments and history are the product's own."""
    return whole_record(call) if RECORDS.fullmatch(call.path) else reply_of(actor, call)


@wrong("SAFE-46", at=Hook.RESOURCES)
def looks_only_whether_a_token_is_there(call: Call, actor: FhirActor) -> Reply:
    """Operations, compartments and history are the product's own, behind a filter that looks for a header field."""
    unseen = RECORDS.fullmatch(call.path) and call.header("authorization")
    return whole_record(call) if unseen else reply_of(actor, call)


@wrong("SAFE-46", at=Hook.RESOURCES)
def searches_all_there_is_for_a_form(call: Call, actor: FhirActor) -> Reply:
    """The rules for tokens name types; a form that is posted to the base has none."""
    return whole_record(call) if call.path == "/_search" else reply_of(actor, call)


@wrong("SAFE-04", at=Hook.CALLS, besides=FROM_ANYBODY)
def minds_the_certificate_at_types(call: Call, handler: Handler) -> Answer:
    """The proxy asks for a certificate at the types of resources, and passes on operations and history."""
    below = call.under("/fhir")
    if is_wrong(call) and RECORDS.fullmatch(below.path):
        return rendered(whole_record)(below)
    return REFUSED if is_wrong(call) else handler(call)


def whole_record(call: Call) -> Reply:
    """All care of one patient."""
    entries = [{"fullUrl": f"{call.base}/{one['resourceType']}/{one['id']}", "resource": one} for one in DATA.care]
    return Reply(status=200, resource={"resourceType": "Bundle", "type": "collection", "entry": entries})
