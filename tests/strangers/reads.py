"""Reading by id, the form of answers, and what errors tell."""

from __future__ import annotations

import re
from dataclasses import replace

from conformance.simulators.faults import Hook
from conformance.simulators.fhir.reply import FhirActor, FhirRefusalError, Reply, Resource
from conformance.simulators.fhir.source import READ
from conformance.simulators.http import Answer, Call, Handler
from tests.strangers.nodes import legal, wrong
from tests.strangers.places import answers, resources

HTML = Answer(200, (("Content-Type", "text/html"),), b"<!DOCTYPE html><html><body>FHIR</body></html>")
JAVA = "java.lang.NullPointerException\n\tat nl.example.bgz.ReadProvider.read(ReadProvider.java:118)"


@wrong("PULL-05", at=Hook.RESOURCES)
def cuts_ids_that_are_too_long(call: Call, actor: FhirActor) -> Reply:
    """Looks an unknown id up by its beginning, as a column of a fixed width does."""
    try:
        return actor(call)
    except FhirRefusalError:
        read = READ.match(call.path)
        if read is None or len(read["id"]) < 2:
            raise
        return cuts_ids_that_are_too_long(replace(call, path=call.path[:-1]), actor)


@wrong("PULL-05", at=Hook.FHIR)
class RemembersThatSomethingIsNotThere:
    """The second time an unknown id is asked for, the kept OperationOutcome comes with 200."""

    def __init__(self) -> None:
        self.missing: set[str] = set()

    def __call__(self, call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        if answer.status != 404:
            return answer
        known = call.path in self.missing
        self.missing.add(call.path)
        return replace(answer, status=200) if known else answer


@wrong("PULL-06", at=answers(Hook.FHIR, how="search", status_was=400))
def says_what_is_wrong_with_200(_: Call, answer: Answer) -> Answer:
    """A malformed search is answered with 200 and the OperationOutcome."""
    return replace(answer, status=200)


@wrong("PULL-07", "SAFE-01", at=Hook.RESOURCES)
class ReadsWhatWasReadBefore:
    """A buffer per type that is filled after the answer was taken from it."""

    def __init__(self) -> None:
        self.buffer: dict[str, Reply] = {}

    def __call__(self, call: Call, actor: FhirActor) -> Reply:
        reply = actor(call)
        if not READ.match(call.path):
            return reply
        kind = call.path.split("/")[1]
        before, self.buffer[kind] = self.buffer.get(kind, reply), reply
        return before


@wrong("PULL-08", at=Hook.FHIR)
class KeepsAnswersWithoutTheirForm:
    """A cache by address and token that does not heed Accept."""

    def __init__(self) -> None:
        self.kept: dict[object, Answer] = {}

    def __call__(self, call: Call, handler: Handler) -> Answer:
        key = (call.method, call.path, call.query, call.body, call.header("authorization"))
        if key not in self.kept and (answer := handler(call)).status == 200:
            self.kept[key] = answer
        return self.kept.get(key) or handler(call)


@wrong("PULL-10", at=Hook.FHIR)
def shows_a_page_to_browsers(call: Call, handler: Handler) -> Answer:
    """Whoever accepts HTML gets a page, as a test server does."""
    answer = handler(call)
    return HTML if "text/html" in call.header("accept") and answer.status in (200, 406) else answer


@wrong("PULL-13", at=resources("OperationOutcome", how="read", status_was=404))
def tells_where_it_went_wrong(resource: Resource) -> None:
    """What is not there is told with the trace of the program."""
    resource["issue"][0]["diagnostics"] = JAVA


@legal("RFC 9110 section 15.5.11: 410 where it is known that something is gone", at=Hook.FHIR)
def says_gone(call: Call, handler: Handler) -> Answer:
    """What can't be read is gone rather than not found."""
    answer = handler(call)
    return replace(answer, status=410) if answer.status == 404 and READ.match(call.path) else answer


@legal("RFC 9110 section 8.3.1: names and charset in any case, other parameters", at=answers(Hook.FHIR, how="read"))
def names_its_form_in_capitals(_: Call, answer: Answer) -> Answer:
    """The content type of what is read in capitals, with the version of FHIR behind it."""
    name = re.split(";", answer.header("content-type"))[0]
    return answer.with_header("Content-Type", f"{name.title()};charset=UTF-8;fhirVersion=3.0")
