"""The profile pass: cardinality, fixed and pattern, slicing, type, reference and extension rules of profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from conformance.validation.fhir.codes import Code
from tests.validation.fhir.support import codes, errors, found, observation, patient, profile, with_definitions

if TYPE_CHECKING:
    from pathlib import Path

SYSTEM = "http://example.org/system"


def on_patient(*elements: dict[str, Any]) -> dict[str, Any]:
    return profile("patient", "Patient", *elements)


def judged(
    definition: dict[str, Any], resource: dict[str, Any], folder: Path, *more: dict[str, Any]
) -> set[tuple[str, str]]:
    judge = with_definitions(definition, *more, folder=folder)
    return errors(found(resource, judge, (definition["url"],)))


@pytest.mark.parametrize(
    ("element", "good", "bad", "code", "path"),
    [
        (
            {"path": "Patient.contact", "max": "0"},
            {},
            {"contact": [{"name": {"family": "x"}}]},
            "cardinality-max",
            "Patient.contact",
        ),
        (
            {"path": "Patient.photo", "min": 1},
            {"photo": [{"url": "http://a.nl/b"}]},
            {},
            "cardinality-min",
            "Patient.photo",
        ),
        ({"path": "Patient.gender", "fixedCode": "female"}, {}, {"gender": "male"}, "value-fixed", "Patient.gender"),
        (
            {"path": "Patient.maritalStatus", "patternCodeableConcept": {"text": "a"}},
            {"maritalStatus": {"text": "a"}},
            {"maritalStatus": {"text": "b"}},
            "value-pattern",
            "Patient.maritalStatus",
        ),
        (
            {"path": "Patient.name.family", "maxLength": 6},
            {},
            {"name": [{"family": "Jansens"}]},
            "value-length",
            "Patient.name[0].family",
        ),
        (
            {"path": "Patient.birthDate", "minValueDate": "1970-01-01"},
            {},
            {"birthDate": "1969-12-31"},
            "value-min",
            "Patient.birthDate",
        ),
        (
            {"path": "Patient.birthDate", "maxValueDate": "1990-01-01"},
            {},
            {"birthDate": "1990-01-02"},
            "value-max",
            "Patient.birthDate",
        ),
        (
            {"path": "Patient.deceased[x]", "type": [{"code": "boolean"}]},
            {"deceasedBoolean": False},
            {"deceasedDateTime": "2020"},
            "type-not-allowed",
            "Patient.deceased.ofType(dateTime)",
        ),
        (
            {
                "path": "Patient.name",
                "constraint": [
                    {"key": "x-1", "severity": "error", "human": "A given name.", "expression": "given.exists()"}
                ],
            },
            {},
            {"name": [{"family": "x"}]},
            "invariant",
            "Patient.name[0]",
        ),
        (
            {
                "path": "Patient.managingOrganization",
                "type": [
                    {
                        "code": "Reference",
                        "targetProfile": ["http://hl7.org/fhir/StructureDefinition/Organization"],
                        "aggregation": ["contained"],
                    }
                ],
            },
            {},
            {"managingOrganization": {"reference": "Organization/o"}},
            "reference-aggregation",
            "Patient.managingOrganization",
        ),
        (
            {
                "path": "Patient.generalPractitioner",
                "type": [
                    {"code": "Reference", "targetProfile": ["http://hl7.org/fhir/StructureDefinition/Organization"]}
                ],
            },
            {"generalPractitioner": [{"reference": "Organization/o"}]},
            {"generalPractitioner": [{"reference": "Practitioner/p"}]},
            "reference-type",
            "Patient.generalPractitioner[0]",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_one_element_demands(
    element: dict[str, Any], good: dict[str, Any], bad: dict[str, Any], code: str, path: str, tmp_path: Path
) -> None:
    definition = on_patient({"id": element["path"], **element})
    assert judged(definition, patient(**good), tmp_path) == set()
    assert (code, path) in judged(definition, patient(**bad), tmp_path)


def sliced(rules: str, **slicing: Any) -> dict[str, Any]:
    return on_patient(
        {
            "id": "Patient.identifier",
            "path": "Patient.identifier",
            "slicing": {"discriminator": [{"type": "value", "path": "system"}], "rules": rules, **slicing},
        },
        {"id": "Patient.identifier:a", "path": "Patient.identifier", "sliceName": "a", "min": 1, "max": "1"},
        {"id": "Patient.identifier:a.system", "path": "Patient.identifier.system", "min": 1, "fixedUri": f"{SYSTEM}/a"},
        {"id": "Patient.identifier:a.value", "path": "Patient.identifier.value", "min": 1},
        {"id": "Patient.identifier:b", "path": "Patient.identifier", "sliceName": "b", "max": "1"},
        {"id": "Patient.identifier:b.system", "path": "Patient.identifier.system", "min": 1, "fixedUri": f"{SYSTEM}/b"},
    )


def identifiers(*names: str) -> dict[str, Any]:
    return patient(identifier=[{"system": f"{SYSTEM}/{name}", "value": name} for name in names])


@pytest.mark.parametrize(
    ("rules", "names", "expected"),
    [
        ("open", "a", set()),
        ("open", "abx", set()),
        ("closed", "ab", set()),
        ("open", "b", {("slicing-min", "Patient.identifier")}),
        ("open", "aa", {("slicing-max", "Patient.identifier")}),
        ("closed", "ax", {("slicing-closed", "Patient.identifier[1]")}),
    ],
)
def test_slicing_by_value(rules: str, names: str, expected: set[tuple[str, str]], tmp_path: Path) -> None:
    assert judged(sliced(rules), identifiers(*names), tmp_path) == expected


def test_slices_in_order(tmp_path: Path) -> None:
    assert judged(sliced("open", ordered=True), identifiers("a", "b"), tmp_path) == set()
    assert ("slicing-order", "Patient.identifier[1]") in judged(
        sliced("open", ordered=True), identifiers("b", "a"), tmp_path
    )


def test_what_a_slice_demands_holds_for_its_items_only(tmp_path: Path) -> None:
    bad = patient(identifier=[{"system": f"{SYSTEM}/a"}, {"system": f"{SYSTEM}/b"}])
    assert judged(sliced("open"), bad, tmp_path) == {("cardinality-min", "Patient.identifier[0].value")}


def by_target(kind: str, path: str, *below: dict[str, Any]) -> dict[str, Any]:
    return profile(
        "list",
        "List",
        {
            "id": "List.entry",
            "path": "List.entry",
            "slicing": {"discriminator": [{"type": kind, "path": path}], "rules": "open"},
        },
        {"id": "List.entry:one", "path": "List.entry", "sliceName": "one", "min": 1, "max": "1"},
        *below,
    )


def a_list(*inner: dict[str, Any]) -> dict[str, Any]:
    entries = [{"item": {"reference": f"#{each['id']}"}} for each in inner]
    return {"resourceType": "List", "status": "current", "mode": "working", "contained": list(inner), "entry": entries}


TARGET = {
    "id": "List.entry:one.item",
    "path": "List.entry.item",
    "type": [{"code": "Reference", "targetProfile": ["http://example.org/patient"]}],
}


def test_slicing_by_the_profile_of_a_target(tmp_path: Path) -> None:
    definition = by_target("profile", "item.resolve()", TARGET)
    inner = on_patient({"id": "Patient.birthDate", "path": "Patient.birthDate", "min": 1})
    with_date = {"resourceType": "Patient", "id": "p", "birthDate": "1980"}
    without = {"resourceType": "Patient", "id": "p", "active": True}
    assert judged(definition, a_list(with_date), tmp_path, inner) == set()
    assert ("slicing-min", "List.entry") in judged(definition, a_list(without), tmp_path, inner)


def test_slicing_by_the_type_of_a_target(tmp_path: Path) -> None:
    target = {
        **TARGET,
        "type": [{"code": "Reference", "targetProfile": ["http://hl7.org/fhir/StructureDefinition/Patient"]}],
    }
    definition = by_target("type", "item.resolve()", target)
    assert judged(definition, a_list({"resourceType": "Patient", "id": "p", "active": True}), tmp_path) == set()
    found_codes = judged(
        definition, a_list({"resourceType": "Group", "id": "p", "type": "person", "actual": True}), tmp_path
    )
    assert ("slicing-min", "List.entry") in found_codes


def test_slicing_by_existence(tmp_path: Path) -> None:
    definition = on_patient(
        {
            "id": "Patient.telecom",
            "path": "Patient.telecom",
            "slicing": {"discriminator": [{"type": "exists", "path": "period"}], "rules": "open"},
        },
        {"id": "Patient.telecom:past", "path": "Patient.telecom", "sliceName": "past", "max": "1"},
        {"id": "Patient.telecom:past.period", "path": "Patient.telecom.period", "min": 1},
    )
    past = {"value": "06", "system": "phone", "period": {"end": "2020"}}
    assert judged(definition, patient(telecom=[past, {"value": "06", "system": "phone"}]), tmp_path) == set()
    assert ("slicing-max", "Patient.telecom") in judged(definition, patient(telecom=[past, past]), tmp_path)


def test_slicing_of_a_choice_by_type(tmp_path: Path) -> None:
    definition = profile(
        "observation",
        "Observation",
        {
            "id": "Observation.value[x]",
            "path": "Observation.value[x]",
            "slicing": {"discriminator": [{"type": "type", "path": "$this"}], "rules": "closed"},
        },
        {
            "id": "Observation.value[x]:valueQuantity",
            "path": "Observation.value[x]",
            "sliceName": "valueQuantity",
            "min": 1,
            "type": [{"code": "Quantity"}],
        },
        {
            "id": "Observation.value[x]:valueQuantity.code",
            "path": "Observation.value[x].code",
            "min": 1,
            "fixedCode": "kg",
        },
    )
    assert judged(definition, observation(), tmp_path) == set()
    grams = observation(valueQuantity={"value": 1, "system": "http://unitsofmeasure.org", "code": "g"})
    assert ("value-fixed", "Observation.value.ofType(Quantity).code") in judged(definition, grams, tmp_path)


def extension(name: str, *elements: dict[str, Any], context: str = "Patient", **root: Any) -> dict[str, Any]:
    url = {"id": "Extension.url", "path": "Extension.url", "fixedUri": f"http://example.org/{name}"}
    made = profile(name, "Extension", {"id": "Extension", "path": "Extension", **root}, url, *elements)
    return {**made, "kind": "complex-type", "context": [{"type": "element", "expression": context}]}


def with_extension(name: str, **value: Any) -> dict[str, Any]:
    return patient(extension=[{"url": f"http://example.org/{name}", **value}])


def test_extensions_are_checked_against_their_definition(tmp_path: Path) -> None:
    only_text = {"id": "Extension.value[x]", "path": "Extension.value[x]", "min": 1, "type": [{"code": "string"}]}
    judge = with_definitions(extension("colour", only_text), extension("shape", context="Address"), folder=tmp_path)
    assert errors(found(with_extension("colour", valueString="red"), judge)) == set()
    assert Code.TYPE_NOT_ALLOWED in codes(found(with_extension("colour", valueBoolean=True), judge))
    assert Code.EXTENSION_CONTEXT in codes(found(with_extension("shape", valueString="x"), judge))
    modifier = patient(modifierExtension=[{"url": "http://example.org/colour", "valueString": "red"}])
    assert Code.EXTENSION_MODIFIER in codes(found(modifier, judge))
    versioned = with_extension("colour|1.0", valueString="red")
    assert Code.EXTENSION_VERSION in codes(found(versioned, judge))


def test_references_in_a_bundle_are_checked_against_their_target_profile(tmp_path: Path) -> None:
    adult = on_patient({"id": "Patient.birthDate", "path": "Patient.birthDate", "min": 1})
    definition = profile(
        "observation",
        "Observation",
        {
            "id": "Observation.subject",
            "path": "Observation.subject",
            "type": [{"code": "Reference", "targetProfile": [adult["url"]]}],
        },
    )
    judge = with_definitions(definition, adult, folder=tmp_path)
    entries = [
        {"fullUrl": "http://a.nl/Observation/weight", "resource": observation(meta={"profile": [definition["url"]]})},
        {"fullUrl": "http://a.nl/Patient/anna", "resource": patient()},
    ]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    assert errors(found(bundle, judge)) == set()
    del entries[1]["resource"]["birthDate"]
    assert Code.REFERENCE_PROFILE in codes(found(bundle, judge))


def test_profiles_that_refer_to_each_other_end(tmp_path: Path) -> None:
    link = {
        "id": "Patient.link.other",
        "path": "Patient.link.other",
        "type": [{"code": "Reference", "targetProfile": ["http://example.org/patient"]}],
    }
    judge = with_definitions(on_patient(link), folder=tmp_path)
    entries = [
        {
            "fullUrl": f"http://a.nl/Patient/{one}",
            "resource": patient(id=one, link=[{"other": {"reference": f"Patient/{two}"}, "type": "seealso"}]),
        }
        for one, two in (("a", "b"), ("b", "a"))
    ]
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
    for entry in entries:
        entry["resource"]["meta"] = {"profile": ["http://example.org/patient"]}
    assert errors(found(bundle, judge)) == set()
