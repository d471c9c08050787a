"""What FHIR adds to FHIRPath, and what an expression asks of its environment."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest

from conformance.validation.fhir import fhirpath
from conformance.validation.fhir.fhirpath import (
    Environment,
    FhirPathEvaluationError,
    FhirPathUndecidableError,
    Items,
    Node,
)
from conformance.validation.fhir.fhirpath.nodes import Item
from tests.validation.fhir.fhirpath.sample import PATIENT, TYPES, evaluate, patient, truth


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("extension('http://example.org/age').value.value", [44]),
        ("extension('http://example.org/other')", []),
        ("birthDate.extension('http://example.org/time').exists()", [True]),
        ("seen.extension('http://example.org/absent').value", ["unknown"]),
        ("seen.hasValue()", [False]),
        ("birthDate.hasValue()", [True]),
        ("name.hasValue()", [False]),
        ("name.given.hasValue()", [False]),
        ("birthDate.getValue() = @1980-02-29", [True]),
        ("managingOrganization.resolve().name", ["De Kliniek"]),
        ("managingOrganization.reference.resolve() is Organization", [True]),
        ("'#clinic'.resolve().id", ["clinic"]),
        ("'#nobody'.resolve()", []),
        ("'#'.resolve() is Patient", [True]),
        ("contained.select(%resource.id)", ["anna"]),
        ("%context.id", ["anna"]),
        ("%rootResource.id", ["anna"]),
        ("%ucum & %sct & %loinc", ["http://unitsofmeasure.orghttp://snomed.info/scthttp://loinc.org"]),
        ("%`vs-gender`", ["http://hl7.org/fhir/ValueSet/gender"]),
        ('%"ext-birthTime"', ["http://hl7.org/fhir/StructureDefinition/birthTime"]),
        ("%vs-gender", ["http://hl7.org/fhir/ValueSet/gender"]),
        ("conformsTo('http://hl7.org/fhir/StructureDefinition/Patient')", [True]),
        ("conformsTo('http://hl7.org/fhir/StructureDefinition/DomainResource')", [True]),
        ("conformsTo('http://hl7.org/fhir/StructureDefinition/Organization')", [False]),
        ("name.trace('names').count()", [2]),
        ("name.trace('names', given).count()", [2]),
    ],
)
def test_fhir_functions(expression: str, expected: list[object]) -> None:
    assert evaluate(expression) == expected


def test_roots_of_contained_and_bundled_resources() -> None:
    contained = fhirpath.compile("contained")(patient())[0]
    assert isinstance(contained, Node)
    assert fhirpath.compile("%resource.id = 'clinic'").boolean(contained) is True
    assert fhirpath.compile("%rootResource.id = 'anna'").boolean(contained) is True
    assert contained.location == "Patient.contained[0]"


def test_locations_name_the_element_without_its_type() -> None:
    (value,) = fhirpath.compile("name[1].given")(patient())
    assert isinstance(value, Node)
    assert value.location == "Patient.name[1].given[0]"
    (number,) = fhirpath.compile("multipleBirth")(patient())
    assert repr(number) == "<integer at Patient.multipleBirth>"


@pytest.mark.parametrize(
    "expression",
    [
        "gender.memberOf('http://example.org/vs')",
        "name.first().conformsTo('http://example.org/profile')",
        "'Patient/9'.resolve()",
        "text.combine(name).htmlChecks()",
        "name.htmlchecks()",
        "code.subsumes(code)",
        "code.subsumedBy(code)",
        "elementDefinition()",
        "slice('http://example.org/profile', 'part')",
        "checkModifiers()",
    ],
)
def test_without_help_the_answer_is_undecidable(expression: str) -> None:
    with pytest.raises(FhirPathUndecidableError):
        evaluate(expression)


def test_the_environment_is_asked() -> None:
    asked: list[tuple[object, ...]] = []

    def resolve(reference: str, origin: Node) -> Node | None:
        asked.append((reference, origin.location))
        return Node({"resourceType": "Organization", "id": "far"}, TYPES.type("Organization"))

    def note(name: str) -> Callable[[Item, str], bool | None]:
        def hook(item: Item, canonical: str) -> bool | None:
            asked.append((name, item.value if isinstance(item, Node) else item, canonical))
            return True

        return hook

    def subsumes(items: Items, arguments: tuple[Items, ...]) -> Items:
        asked.append(("subsumes", len(items), len(arguments)))
        return [False]

    environment = Environment(
        resolve=resolve,
        member_of=note("memberOf"),
        conforms_to=note("conformsTo"),
        html_checks=lambda item: isinstance(item, Node),
        functions={"subsumes": subsumes},
        variables={"limit": [Decimal(60)]},
    )
    assert evaluate("'Organization/far'.resolve().id", environment) == ["far"]
    assert truth("gender.memberOf('http://example.org/vs')", environment) is True
    assert truth("name.first().conformsTo('http://example.org/p')", environment) is True
    assert truth("name.htmlChecks()", environment) is True
    assert truth("code.subsumes('1')", environment) is False
    assert truth("weight.value > %limit", environment) is True
    assert asked[0] == ("Organization/far", "Patient")
    assert ("memberOf", "female", "http://example.org/vs") in asked
    assert ("subsumes", 1, 1) in asked


def _unknown(*_: object) -> None:
    return None


def test_a_hook_that_does_not_know_is_undecidable() -> None:
    environment = Environment(member_of=_unknown, resolve=_unknown)
    with pytest.raises(FhirPathUndecidableError, match=r"http://example\.org/vs"):
        evaluate("gender.memberOf('http://example.org/vs')", environment)
    assert truth("photo.memberOf('http://example.org/vs')", environment) is None
    assert evaluate("'Patient/9'.resolve()", environment) == []
    assert truth("false and gender.memberOf('http://example.org/vs')", environment) is False


def test_trace_tells_the_listener_and_prints_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    heard: list[tuple[str, int]] = []
    environment = Environment(trace=lambda name, items: heard.append((name, len(items))))
    assert evaluate("name.trace('all').trace('given', given).count()", environment) == [2]
    assert heard == [("all", 2), ("given", 3)]
    evaluate("name.trace('silent')")
    assert capsys.readouterr() == ("", "")


def test_unknown_variable() -> None:
    with pytest.raises(FhirPathEvaluationError, match="%nothing"):
        evaluate("%nothing")


def test_json_without_types_is_read_by_its_looks() -> None:
    found = fhirpath.compile("Patient.name.where(use = 'official').family & multipleBirth.toString()")(PATIENT)
    assert found == ["Jansen2"]
    assert fhirpath.compile("multipleBirth is integer and extension.value is Age").boolean(PATIENT) is True
    assert fhirpath.compile("seen.hasValue().not() and seen.extension.exists()").boolean(PATIENT) is True
    assert fhirpath.compile("contained.id")(PATIENT) != []


@pytest.mark.parametrize(
    ("regex", "text", "expected"),
    [
        ("^(a+)+$", "a" * 4_000 + "b", False),
        ("(a|aa)+$", "a" * 4_000 + "b", False),
        ("(a|b)*c", "ab" * 2_000 + "c", True),
        (r"^(\\s*([0-9a-zA-Z+/=]){4}\\s*)+$", "abcd" * 1_000, True),
        (".*.*.*x", "a" * 20_000, False),
        (r"^[^\\s]+(\\s[^\\s]+)*$", "a b " * 1_000, False),
        (r"\\b(a{2,3}|b){2,}?$", "aaab" * 900, True),
    ],
)
def test_expensive_expressions_end(regex: str, text: str, expected: bool) -> None:
    environment = Environment(variables={"text": [text]})
    assert truth(f"%text.matches('{regex}')", environment) is expected


@pytest.mark.parametrize("expression", ["%text.matches('(?=a)(a+)+$')", "%text.replaceMatches('(a+)+$', 'b')"])
def test_expensive_expressions_without_a_safe_way_are_refused(expression: str) -> None:
    with pytest.raises(FhirPathEvaluationError, match="unbounded time"):
        evaluate(expression, Environment(variables={"text": ["a" * 100 + "b"]}))
