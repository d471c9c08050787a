"""Which types have rules that no element definition can state, and where those rules are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.validation.fhir.base.datatypes import check_attachment, check_coding, check_identifier, check_quantity
from conformance.validation.fhir.base.extensions import check_extension
from conformance.validation.fhir.base.narrative import check_narrative
from conformance.validation.fhir.base.references import check_reference
from conformance.validation.fhir.resources.bundle import check_bundle
from conformance.validation.fhir.resources.canonical_resources import check_questionnaire, check_search_parameter
from conformance.validation.fhir.resources.measure import check_measure
from conformance.validation.fhir.resources.responses import check_response
from conformance.validation.fhir.resources.structure_definitions import check_structure_definition
from conformance.validation.fhir.resources.value_sets import check_value_set

if TYPE_CHECKING:
    from conformance.validation.fhir.base.rules import Hook

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
    "ValueSet": (check_value_set,),
}


def hooks_of(type_name: str) -> tuple[Hook, ...]:
    """The rules for a type, to run on each object of it after its properties were checked."""
    return HOOKS.get(type_name, ())
