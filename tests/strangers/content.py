"""What resources hold: profiles, codes, references, and the same in JSON and XML."""

from __future__ import annotations

from dataclasses import replace

from conformance.simulators.faults import Hook
from conformance.simulators.fhir.reply import Resource
from conformance.simulators.http import Answer, Call
from tests.strangers.nodes import legal, wrong
from tests.strangers.places import answers, resources

VALUE_SET = "urn:oid:2.16.840.1.113883.2.4.3.11.60.40.2.15.1.1"
LOCAL = "urn:oid:2.999.5.1"


@wrong("BGZ-C12", at=resources("Condition", nth=1))
def adds_a_local_code_without_system(resource: Resource) -> None:
    """Beside the code of the second problem stands the hospital's own, without saying of which system it is."""
    resource["code"]["coding"].append({"code": "D123", "display": "lokaal"})


@wrong("BGZ-C13", at=resources("Encounter"))
def names_the_value_set_as_system(resource: Resource) -> None:
    """A second code of the participant has the value set's number for its system."""
    coding = {"system": VALUE_SET, "code": "RESP", "display": "Responsible"}
    resource["participant"][0]["type"][0]["coding"].append(coding)


@wrong("BGZ-C20", at=resources("Immunization"))
def fills_in_empty_text(resource: Resource) -> None:
    """What was not filled in is written as an empty text."""
    resource["lotNumber"] = ""


@wrong("BGZ-C20", at=resources("Procedure"))
def names_a_status_of_r4(resource: Resource) -> None:
    """A status that FHIR has from R4 on."""
    resource["status"] = "not-done"


@wrong("BGZ-C27", at=resources("Provenance", type="Flag"))
def says_a_person_did_it(resource: Resource) -> None:
    """The agent of an alert's provenance is a person, where the profile has the organisation."""
    resource["agent"][0]["whoReference"] = {"reference": "Practitioner/prac-gp", "display": "Noor Toetsema"}


@legal("FHIR STU3, CodeableConcept: codings in any order and number", at=resources("Condition", "Procedure"))
def puts_its_own_code_first(resource: Resource) -> None:
    """The hospital's own code stands before the agreed one."""
    resource["code"]["coding"].insert(0, {"system": LOCAL, "code": "L1", "display": "lokaal"})


@legal("FHIR STU3, DomainResource: text is optional (0..1)", at=resources("Flag", "Provenance"))
def has_no_narrative(resource: Resource) -> None:
    """Alerts, and what tells of their origin, have no text."""
    resource.pop("text", None)


@legal("FHIR STU3, Resource References: contained is what has no identity of its own", at=resources("Flag"))
def contains_its_author(resource: Resource) -> None:
    """The author of an alert is contained in it."""
    profile = ["http://fhir.nl/fhir/StructureDefinition/nl-core-practitioner"]
    names = {"name": [{"text": "A. Arts", "family": "Arts"}], "meta": {"profile": profile}}
    resource["contained"] = [{"resourceType": "Practitioner", "id": "a", **names}]
    resource["author"] = {"reference": "#a", "display": "A. Arts"}


@legal("XML 1.0 sections 2.5 and 2.8: declaration and comments", at=answers(Hook.FHIR, accept="xml"))
def writes_xml_with_a_comment(_: Call, answer: Answer) -> Answer:
    """XML with a declaration and the name of the engine in a comment before it."""
    whole = answer.body.partition(b"?>")[2] if answer.body.startswith(b"<?xml") else answer.body
    head = b'<?xml version="1.0" encoding="UTF-8"?>\n<!-- made by an engine -->\n'
    return replace(answer, body=head + whole.lstrip()) if answer.body else answer
