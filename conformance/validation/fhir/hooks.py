"""Which types have rules that no element definition can state, and where those rules are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.validation.fhir.bundle import check_bundle
from conformance.validation.fhir.canonical_resources import check_questionnaire, check_search_parameter
from conformance.validation.fhir.datatypes import check_attachment, check_coding, check_identifier, check_quantity
from conformance.validation.fhir.extensions import check_extension
from conformance.validation.fhir.measure import check_measure
from conformance.validation.fhir.narrative import check_narrative
from conformance.validation.fhir.references import check_reference
from conformance.validation.fhir.responses import check_response
from conformance.validation.fhir.structure_definitions import check_structure_definition

if TYPE_CHECKING:
    from conformance.validation.fhir.rules import Hook

HOOKS: dict[str, tuple[Hook, ...]] = {
    "Attachment": (check_attachment,),
    "Bundle": (check_bundle,),
    "Coding": (check_coding,),
    "Extension": (check_extension,),
    "Identifier": (check_identifier,),
    "Measure": (check_measure,),
    "Narrative": (check_narrative,),
    "Quantity": (check_quantity,),
    "Questionnaire": (check_questionnaire,),
    "QuestionnaireResponse": (check_response,),
    "Reference": (check_reference,),
    "SearchParameter": (check_search_parameter,),
    "StructureDefinition": (check_structure_definition,),
}


def hooks_of(type_name: str) -> tuple[Hook, ...]:
    """The rules for a type, to run on each object of it after its properties were checked."""
    return HOOKS.get(type_name, ())
