"""The searches of the BgZ: what is selected, what comes along, and pages."""

from __future__ import annotations

from dataclasses import replace

from conformance.simulators.faults import Hook
from conformance.simulators.fhir.reply import FhirActor, FhirRefusalError, Reply, Resource, outcome
from conformance.simulators.fhir.source import SEARCH
from conformance.simulators.http import Call
from tests.strangers.nodes import legal, wrong
from tests.strangers.places import bundles, held, keep, questions, value_of, without

NEXT = "what stands on a next page that was not asked is not known"
ERROR = "urn:uuid:0a7b9a3c-3f7e-4c1e-9a53-0d6b5a2f9c14"


@wrong("BGZ-Q19", at=questions(type="Immunization", accept="xml"))
def loses_the_status_in_xml(call: Call) -> Call:
    """The older code for XML does not know the filter on status."""
    return without(call, "status")


@wrong("BGZ-C04", at=Hook.RESOURCES)
def finds_nothing_as_404(call: Call, actor: FhirActor) -> Reply:
    """A search for procedures that finds nothing answers that there is nothing here."""
    reply = actor(call)
    if call.path == "/Procedure" and not reply.resource.get("entry"):
        raise FhirRefusalError(404, "not-found", "No matching resources found.")
    return reply


@wrong("BGZ-C05", at=bundles(type="MedicationRequest", how="search"))
def brings_the_product_of_the_first_only(bundle: Resource, _: Call) -> None:
    """What is asked along is looked up for the first match only."""
    along = [one["id"] for one in held(bundle) if one["resourceType"] == "Medication"]
    keep(bundle, lambda one: one["resourceType"] != "Medication" or one["id"] in along[:1])


@wrong("BGZ-C29", at=bundles(type="Consent", how="search", accept="json"))
def loses_one_match_in_json(bundle: Resource, _: Call) -> None:
    """The second of several consents is not there, in JSON."""
    second = [one["id"] for one in held(bundle, "match")][1:2]
    keep(bundle, lambda one: one["id"] not in second)


@wrong("BGZ-C08", at=questions(path="lastn", query="8302-2"))
def gives_the_latest_two(call: Call) -> Call:
    """Of body heights the one before comes too."""
    return replace(call, query=(*call.query, ("max", "2")))


@wrong("BGZ-C17", at=bundles(how="search"))
def gives_three_and_no_more(bundle: Resource, _: Call) -> None:
    """A page holds three matches, the total tells of more, and there is no link to the next."""
    matches = [entry for entry in bundle.get("entry", []) if entry["search"]["mode"] == "match"]
    if matches[3:]:
        bundle["entry"] = [entry for entry in bundle["entry"] if entry not in matches[3:]]


@legal(
    "FHIR STU3, RESTful API, Paging: a server may page without being asked",
    at=Hook.RESOURCES,
    undecidable=("BGZ-C05", "BGZ-C08"),
    because=NEXT,
)
def gives_two_at_a_time(call: Call, actor: FhirActor) -> Reply:
    """Two matches a page, without having been asked."""
    if not SEARCH.match(call.path) or value_of(call, "_count"):
        return actor(call)
    reply = actor(replace(call, query=(*call.query, ("_count", "2"))))
    links = [{**one, "url": one["url"].replace("&_count=2", "")} for one in reply.resource["link"]]
    return replace(reply, resource={**reply.resource, "link": links})


@legal(
    "FHIR STU3, RESTful API, Paging: what stands in a next link is the server's own",
    at=Hook.RESOURCES,
    undecidable=("BGZ-C05", "BGZ-C06", "BGZ-C08", "ID-05"),
    because=NEXT,
)
class PagesByANumberOfItsOwn:
    """The next page lives at an address of the server's own, as HAPI's does."""

    def __init__(self) -> None:
        self.pages: dict[str, Reply] = {}

    def __call__(self, call: Call, actor: FhirActor) -> Reply:
        if number := value_of(call, "_getpages"):
            return self.pages[number]
        reply = actor(call)
        entries = reply.resource.get("entry", [])
        matches = [one for one in entries if one["search"]["mode"] == "match"]
        if not SEARCH.match(call.path) or len(matches) < 3:
            return reply
        url = f"{call.base}?_getpages={len(self.pages)}&_getpagesoffset=2"
        along = [one for one in entries if one not in matches]
        links = [one for one in reply.resource["link"] if one["relation"] != "next"]
        onward = [one for one in reply.resource["link"] if one["relation"] == "next"]
        rest = {**reply.resource, "entry": matches[2:] + along, "link": [{"relation": "self", "url": url}, *onward]}
        self.pages[str(len(self.pages))] = replace(reply, resource=rest)
        first = {"entry": matches[:2] + along, "link": [*links, {"relation": "next", "url": url}]}
        return replace(reply, resource={**reply.resource, **first})


@legal("FHIR STU3, Bundle: total is optional (0..1)", at=bundles(type="Condition", how="search"))
def counts_nothing(bundle: Resource, _: Call) -> None:
    """Searches for problems have no total."""
    bundle.pop("total", None)


@legal("FHIR STU3, Bundle: an entry of mode outcome tells of the search", at=bundles(type="Flag", how="search"))
def tells_of_the_search(bundle: Resource, _: Call) -> None:
    """A searchset of alerts ends with a remark on how it was made."""
    remark = outcome("informational", "Answered from the archive.")
    remark["issue"][0]["severity"] = "information"
    entry = {"fullUrl": ERROR, "resource": remark, "search": {"mode": "outcome"}}
    bundle["entry"] = [*bundle.get("entry", []), entry]
