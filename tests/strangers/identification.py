"""By what patients, organisations and professionals are known."""

from __future__ import annotations

from typing import Any

from conformance.simulators.faults import Hook
from conformance.simulators.fhir.reply import FhirActor, FhirRefusalError, Reply, Resource
from conformance.simulators.http import Call
from conformance.synthesis.bgz.parts import NAMING
from tests.strangers.nodes import legal, wrong
from tests.strangers.places import BSN, KNOWN, about, another, asked_about, questions, resources

URA = f"{NAMING}ura"
LOCAL = "urn:oid:2.999.5.2"


def number_in(resource: Resource, system: str) -> Any:
    return next((one for one in resource.get("identifier", []) if one.get("system") == system), None)


@wrong("ID-03", at=resources("Patient", how="search"))
def names_the_system_as_a_secure_address(resource: Resource) -> None:
    """Somebody mended all addresses to https, those of naming systems too."""
    number_in(resource, BSN)["system"] = BSN.replace("http:", "https:")


@wrong("ID-04", at=questions(path="lastn"))
def looks_for_the_latest_of_another(call: Call) -> Call:
    """The latest value is looked for in the record that was open before."""
    number = asked_about(call)
    return about(call, another(number).bsn) if number in KNOWN else call


@wrong("ID-06", at=resources("Patient"))
def keeps_the_number_as_its_own_too(resource: Resource) -> None:
    """The hospital's own number of a patient is the BSN, under the hospital's own system."""
    resource["identifier"].append({"system": LOCAL, "value": number_in(resource, BSN)["value"]})


@wrong("ID-07", at=Hook.RESOURCES)
class AnswersAboutWhomItAnsweredBefore:
    """A number that is not known leaves the patient in place whom the last search was about."""

    def __init__(self) -> None:
        self.last = ""

    def __call__(self, call: Call, actor: FhirActor) -> Reply:
        number = asked_about(call)
        if number in KNOWN:
            self.last = number
        return actor(about(call, self.last) if number and self.last else call)


@legal("ID-05: other numbers may be there too", at=resources("Organization"))
def has_an_agb_code_first(resource: Resource) -> None:
    """An organisation has its AGB code before its URA."""
    if number_in(resource, URA):
        resource["identifier"].insert(0, {"system": f"{NAMING}agb-z", "value": "06010101"})


@legal("ID-07: an unknown patient gets an empty answer or a refusal", at=Hook.RESOURCES)
def refuses_who_is_not_known(call: Call, actor: FhirActor) -> Reply:
    """A search about a number that is not known is refused with 404."""
    number = asked_about(call)
    if number and number not in KNOWN:
        raise FhirRefusalError(404, "not-found", "This patient is not known here.")
    return actor(call)
