"""Nothing of another patient, nothing under an unknown id, no number in an address."""

from __future__ import annotations

from conformance.simulators.faults import Hook
from conformance.simulators.fhir.reply import FhirActor, FhirRefusalError, Reply, Resource
from conformance.simulators.fhir.source import READ
from conformance.simulators.http import Call
from conformance.synthesis.bgz.record import bgz_data
from tests.strangers.nodes import legal, wrong
from tests.strangers.places import KNOWN, about, another, asked_about, bundles, held, put, resources

DATA = bgz_data()


def of(role: str, kind: str) -> Resource:
    """The first resource of a type that a patient has."""
    return next(one for one in DATA.records[role] if one["resourceType"] == kind)


@wrong("SAFE-01", at=Hook.RESOURCES)
class KeepsSearchesWithoutThePatient:
    """Searches for care teams are kept by their filters: the patient is not among them."""

    def __init__(self) -> None:
        self.kept: dict[object, Reply] = {}

    def __call__(self, call: Call, actor: FhirActor) -> Reply:
        if call.path != "/CareTeam":
            return actor(call)
        return self.kept.setdefault(about(call, "…").query, actor(call))


@wrong("SAFE-01", at=Hook.RESOURCES)
class LeavesAnEntryInTheBuffer:
    """An answer about encounters ends with an entry of the one before."""

    def __init__(self) -> None:
        self.before: Reply | None = None

    def __call__(self, call: Call, actor: FhirActor) -> Reply:
        reply = actor(call)
        if call.path != "/Encounter" or not reply.resource.get("entry"):
            return reply
        before, self.before = self.before or reply, reply
        bundle = {**reply.resource, "entry": [*reply.resource["entry"]]}
        put(bundle, call, before.resource["entry"][0]["resource"])
        return Reply(status=200, resource=bundle, headers=reply.headers)


@wrong("SAFE-01", at=bundles(type="Procedure", how="search"))
def notes_a_mistake_with_a_name(bundle: Resource, call: Call) -> None:
    """A note at a procedure names the patient with whom it was mixed up."""
    other = of(another(asked_about(call)).role, "Patient")["name"][0]["text"]
    for procedure in held(bundle, "match"):
        procedure["note"] = [{"text": f"Eerst geboekt bij {other}."}]


@wrong("SAFE-02", at=Hook.RESOURCES)
def proposes_another_id(call: Call, actor: FhirActor) -> Reply:
    """Whoever reads an unknown id is told whose record begins alike."""
    try:
        return actor(call)
    except FhirRefusalError as refusal:
        patient = next(iter(KNOWN.values()))
        if READ.match(call.path) and refusal.reply.status == 404:
            name = of(patient.role, "Patient")["name"][0]["text"]
            refusal.reply.resource["issue"][0]["diagnostics"] = f"Not found. Did you mean {name}?"
        raise


@wrong("SAFE-08", at=bundles(type="Flag", how="search"))
def names_its_answer_by_the_number(bundle: Resource, call: Call) -> None:
    """The id of a Bundle of alerts is the question with the BSN in it."""
    if number := asked_about(call):
        bundle["id"] = f"search-{number}"


@legal(
    "FHIR STU3, OperationOutcome: it may have a narrative as any resource",
    at=resources("OperationOutcome", how="read", status_was=404),
)
def repeats_the_id_it_does_not_know(resource: Resource) -> None:
    """A 404 says in a narrative which id was asked."""
    words = resource["issue"][0].get("diagnostics", "")
    resource["text"] = {"status": "generated", "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{words}</div>'}
