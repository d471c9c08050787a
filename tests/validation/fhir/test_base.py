"""The base pass: each rule seen to pass and to fail."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.validation.fhir.codes import Code, Severity
from conformance.validation.fhir.definitions import FhirVersion
from tests.validation.fhir.support import codes, errors, found, observation, patient, validator


@pytest.mark.parametrize("resource", [patient(), observation()], ids=["patient", "observation"])
def test_good_resources_have_no_findings(resource: dict[str, Any]) -> None:
    assert found(resource) == ()


BROKEN: list[tuple[str, dict[str, Any], str]] = [
    ("structure-unknown-element", patient(colour="red"), "Patient.colour"),
    ("structure-json-type", patient(active="true"), "Patient.active"),
    ("structure-json-type", patient(name={"family": "Jansen"}), "Patient.name"),
    ("structure-json-type", patient(name=["Jansen"]), "Patient.name[0]"),
    ("structure-json-type", patient(maritalStatus=[{}]), "Patient.maritalStatus"),
    ("structure-null", patient(birthDate=None), "Patient.birthDate"),
    ("structure-empty-array", patient(name=[]), "Patient.name"),
    ("structure-empty-element", patient(maritalStatus={}), "Patient.maritalStatus"),
    ("structure-empty-element", patient(maritalStatus={"id": "a"}), "Patient.maritalStatus"),
    ("structure-two-choices", patient(deceasedBoolean=True, deceasedDateTime="2020"), "Patient.deceased"),
    (
        "structure-uneven-sibling",
        patient(name=[{"given": ["A", "B"], "_given": [{"id": "x"}]}]),
        "Patient.name[0].given",
    ),
    ("structure-unknown-resource", {"resourceType": "Chicken"}, "Chicken"),
    ("cardinality-min", {k: v for k, v in observation().items() if k != "status"}, "Observation.status"),
    ("value-format", patient(birthDate="1980-02-30"), "Patient.birthDate"),
    ("value-format", patient(birthDate="28-02-1980"), "Patient.birthDate"),
    ("value-format", patient(id="a_b"), "Patient.id"),
    ("value-format", observation(effectiveDateTime="2024-05-01T10:00:00"), "Observation.effective.ofType(dateTime)"),
    ("value-empty", patient(name=[{"family": ""}]), "Patient.name[0].family"),
    ("value-format", patient(name=[{"family": "  "}]), "Patient.name[0].family"),
    ("uuid-format", patient(identifier=[{"system": "urn:oid:1.02", "value": "1"}]), "Patient.identifier[0].system"),
    ("canonical-relative", patient(meta={"profile": ["Profile/x"]}), "Patient.meta.profile[0]"),
    ("id-duplicate", patient(name=[{"id": "n"}, {"id": "n", "family": "J"}]), "Patient.name[1]"),
    ("code-not-in-value-set", patient(gender="vrouw"), "Patient.gender"),
    ("code-missing", observation(category=[{"text": "x"}], status="final", code={"text": "x"}), ""),
    (
        "code-unknown",
        observation(valueQuantity={"value": 1, "system": "http://unitsofmeasure.org", "code": "tbl"}),
        "Observation.value.ofType(Quantity).code",
    ),
    (
        "code-unknown",
        observation(code={"coding": [{"system": "http://loinc.org", "code": "3141-8"}]}),
        "Observation.code.coding[0].code",
    ),
    (
        "code-unknown",
        observation(code={"coding": [{"system": "http://snomed.info/sct", "code": "27113002"}]}),
        "Observation.code.coding[0].code",
    ),
    (
        "code-system-format",
        observation(code={"coding": [{"system": "loinc", "code": "3141-9"}]}),
        "Observation.code.coding[0].system",
    ),
    (
        "display-wrong",
        patient(
            maritalStatus={
                "coding": [
                    {
                        "system": "http://terminology.hl7.org/CodeSystem/v3-MaritalStatus",
                        "code": "M",
                        "display": "Single",
                    }
                ]
            }
        ),
        "Patient.maritalStatus.coding[0].display",
    ),
    (
        "attachment-size",
        patient(photo=[{"contentType": "image/png", "data": "aGFsbG8=", "size": 9}]),
        "Patient.photo[0]",
    ),
    ("reference-type", observation(subject={"reference": "Organization/o"}), "Observation.subject"),
    ("reference-format", observation(subject={"reference": "anna"}), "Observation.subject"),
    ("reference-format", observation(subject={"reference": "Chicken/anna"}), "Observation.subject"),
    ("reference-not-found", observation(subject={"reference": "#anna"}), "Observation.subject"),
    (
        "contained-no-id",
        patient(contained=[{"resourceType": "Organization", "name": "x"}], managingOrganization={"reference": "#"}),
        "Patient.contained[0]",
    ),
    ("invariant", patient(contained=[{"resourceType": "Organization", "id": "o", "name": "x"}]), "Patient"),
    ("invariant", patient(contact=[{"gender": "male"}]), "Patient.contact[0]"),
    (
        "invariant",
        patient(name=[{"family": "J", "period": {"start": "2024-05-02", "end": "2024-05-01"}}]),
        "Patient.name[0].period",
    ),
    ("extension-url", patient(extension=[{"url": "colour", "valueString": "red"}]), "Patient.extension[0]"),
    (
        "extension-unknown",
        patient(extension=[{"url": "http://nobody.nl/x", "valueString": "red"}]),
        "Patient.extension[0]",
    ),
    (
        "narrative-xhtml",
        patient(
            text={"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml"><script>x</script></div>'}
        ),
        "Patient.text.div",
    ),
    (
        "narrative-xhtml",
        patient(
            text={"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p onclick="x">a</p></div>'}
        ),
        "Patient.text.div",
    ),
    ("narrative-xhtml", patient(text={"status": "generated", "div": "<div>a</div>"}), "Patient.text.div"),
    ("narrative-xhtml", patient(text={"status": "generated", "div": "<div><p></div>"}), "Patient.text.div"),
    (
        "narrative-empty",
        patient(text={"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml"> </div>'}),
        "Patient.text.div",
    ),
    (
        "narrative-link",
        patient(
            text={"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml"><a href="#x">a</a></div>'}
        ),
        "Patient.text.div",
    ),
]


@pytest.mark.parametrize(("code", "resource", "path"), BROKEN, ids=[f"{code} {path}" for code, _, path in BROKEN])
def test_one_fault_is_found_where_it_is(code: str, resource: dict[str, Any], path: str) -> None:
    if not path:
        assert errors(found(resource)) == set()  # an extensible or example binding takes text alone
    else:
        assert (code, path) in errors(found(resource))


def test_a_primitive_may_have_extensions_and_no_value() -> None:
    absent = {
        "extension": [{"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}]
    }
    one = patient(_birthDate=absent)
    del one["birthDate"]
    assert errors(found(one)) == set()
    many = patient(name=[{"given": ["A", None], "_given": [None, absent]}])
    assert errors(found(many)) == set()


def test_a_length_of_a_fraction_is_no_integer() -> None:
    assert ("structure-json-type", "Patient.multipleBirth.ofType(integer)") in errors(
        found(b'{"resourceType": "Patient", "multipleBirthInteger": 1.5}')
    )


def test_what_needs_a_terminology_server_is_said_and_never_fails() -> None:
    device = {
        "resourceType": "Observation",
        "status": "final",
        "code": {"text": "x"},
        "bodySite": {"coding": [{"system": "http://snomed.info/sct", "code": "368209003"}]},
        "referenceRange": [{"text": "x"}],
    }
    findings = found(device)
    assert errors(findings) == set()
    condition = {
        "resourceType": "AllergyIntolerance",
        "patient": {"reference": "Patient/a"},
        "code": {"coding": [{"system": "http://snomed.info/sct", "code": "227493005"}]},
    }
    assert Code.CODE_NOT_IN_VALUE_SET not in codes(found(condition))


def test_vital_signs_are_bound_by_their_code() -> None:
    weight = observation(code={"coding": [{"system": "http://loinc.org", "code": "29463-7"}]})
    assert Code.SLICE_MIN in codes(found(weight)) or Code.MISSING in codes(found(weight))


def test_stu3_has_its_own_rules() -> None:
    judge = validator(FhirVersion.STU3)
    good = {"resourceType": "Observation", "status": "final", "code": {"text": "x"}, "comment": "in STU3 only"}
    assert errors(found(good, judge)) == set()
    assert ("structure-unknown-element", "Observation.comment") in errors(found(good))


def test_findings_carry_line_rule_and_both_languages() -> None:
    text = b'{\n "resourceType": "Patient",\n "name": [\n  {"family": 3}\n ]\n}'
    [finding] = [each for each in found(text) if each.severity is Severity.ERROR]
    assert (finding.line, finding.path) == (4, "Patient.name[0].family")
    assert finding.definition.endswith("HumanName")
    assert finding.text.nl != finding.text.en


def test_the_same_problem_is_told_once() -> None:
    claimed = patient(gender="x", meta={"profile": ["http://hl7.org/fhir/StructureDefinition/Patient"]})
    findings = found(claimed, profiles=("http://hl7.org/fhir/StructureDefinition/Patient",))
    assert [each.path for each in findings].count("Patient.gender") == 1


def test_an_unknown_profile_is_an_error_only_when_asked_for() -> None:
    claimed = patient(meta={"profile": ["http://nobody.nl/profile"]})
    assert Code.PROFILE_UNKNOWN in codes(found(claimed), Severity.WARNING)
    assert Code.PROFILE_UNKNOWN in codes(found(patient(), profiles=("http://nobody.nl/profile",)))
