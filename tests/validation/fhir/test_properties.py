"""Properties: generated resources stay valid, mutations are caught, and nothing crashes the validator."""

from __future__ import annotations

import copy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.codecs.fhir import Child, Kind, to_json
from conformance.validation.fhir.codes import Code
from tests.validation.fhir.support import codes, errors, found, observation, patient, validator

MODEL = validator().engine.model
QUICK = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
TYPES = ("Patient", "Organization", "Practitioner", "Location", "RelatedPerson", "Device", "Encounter", "Procedure")
STRUCTURAL = {"structure", "value-format", "value-empty", "syntax"}
LETTERS = st.text("abcdefghij ABC-éß日", min_size=1, max_size=12).filter(lambda text: text.strip() != "")

PRIMITIVES: dict[str, st.SearchStrategy[Any]] = {
    "boolean": st.booleans(),
    "integer": st.integers(-(2**31), 2**31 - 1),
    "positiveInt": st.integers(1, 2**31 - 1),
    "unsignedInt": st.integers(0, 2**31 - 1),
    "decimal": st.decimals(-(10**9), 10**9, allow_nan=False, allow_infinity=False, places=3),
    "string": LETTERS,
    "markdown": LETTERS,
    "code": st.from_regex(r"[a-z]{1,8}(-[a-z]{1,4})?", fullmatch=True),
    "id": st.from_regex(r"[A-Za-z0-9.-]{1,64}", fullmatch=True),
    "uri": st.from_regex(r"http://[a-z]{1,8}\.nl/[a-z]{0,8}", fullmatch=True),
    "url": st.from_regex(r"http://[a-z]{1,8}\.nl/[a-z]{0,8}", fullmatch=True),
    "canonical": st.from_regex(r"http://[a-z]{1,8}\.nl/[a-z]{0,8}", fullmatch=True),
    "date": st.dates().map(str),
    "dateTime": st.datetimes().map(lambda value: value.isoformat(timespec="seconds") + "Z"),
    "instant": st.datetimes().map(lambda value: value.isoformat(timespec="milliseconds") + "+01:00"),
    "time": st.times().map(lambda value: value.isoformat(timespec="seconds")),
    "base64Binary": st.sampled_from(["aGFsbG8=", "YQ=="]),
    "oid": st.just("urn:oid:1.2.3"),
    "uuid": st.uuids().map(lambda value: f"urn:uuid:{value}"),
}
LEFT_OUT = {"contained", "extension", "modifierExtension", "text", "id", "resourceType", "implicitRules", "div"}


@st.composite
def objects(draw: st.DrawFn, type_name: str, depth: int) -> dict[str, Any]:
    """An object of a type by its definition: what is required, and some of the rest."""
    children = MODEL.children(type_name) or {}
    shape = MODEL.shape(type_name)
    required = {each["path"].rsplit(".", 1)[1] for each in shape.elements if each.get("min", 0) > 0} if shape else set()
    found_children: dict[str, Child] = {}
    for child in children.values():
        usable = child.name not in LEFT_OUT and (
            (child.kind is Kind.PRIMITIVE and child.type in PRIMITIVES) or child.kind is Kind.COMPLEX
        )
        wanted = child.element in required or (depth > 0 and draw(st.integers(0, 5)) == 0)
        if usable and wanted and child.element not in {each.element for each in found_children.values()}:
            found_children[child.name] = child
    made: dict[str, Any] = {}
    for name, child in found_children.items():
        value = draw(PRIMITIVES[child.type]) if child.kind is Kind.PRIMITIVE else draw(objects(child.type, depth - 1))
        if value != {}:
            made[name] = [value] if child.repeats else value
    return made


@st.composite
def resources(draw: st.DrawFn) -> dict[str, Any]:
    name = draw(st.sampled_from(TYPES))
    return {"resourceType": name, **draw(objects(name, 2))}


@QUICK
@given(resources())
def test_generated_resources_are_structurally_valid(resource: dict[str, Any]) -> None:
    wrong = {each for each in errors(found(to_json(resource))) if each[0].split("-")[0] in {"structure", "syntax"}}
    wrong |= {each for each in errors(found(resource)) if each[0] in {"value-format", "value-empty", "cardinality-max"}}
    assert wrong == set()


GOOD = (patient(), observation())
MUTATIONS: dict[Code, Any] = {
    Code.UNKNOWN_ELEMENT: lambda holder, _name: holder.update({"notAnElement": "x"}),
    Code.EMPTY_ARRAY: lambda holder, name: holder.update({name: []}) if isinstance(holder[name], list) else None,
    Code.WRONG_JSON_TYPE: lambda holder, name: holder.update(
        {name: {"a": 1} if not isinstance(holder[name], dict) else "x"}
    ),
    Code.NULL: lambda holder, name: holder.update({name: None}) if not isinstance(holder[name], (dict, list)) else None,
    Code.VALUE_EMPTY: lambda holder, name: holder.update({name: ""}) if isinstance(holder[name], str) else None,
    Code.EMPTY_ELEMENT: lambda holder, name: holder.update({name: {}}) if isinstance(holder[name], dict) else None,
}


def places(value: Any) -> list[tuple[dict[str, Any], str]]:
    """Every property of every object, but what names a resource's type."""
    if isinstance(value, list):
        return [place for each in value for place in places(each)]
    if not isinstance(value, dict):
        return []
    own = [(value, name) for name in value if name not in {"resourceType", "div"}]
    return own + [place for each in value.values() for place in places(each)]


@QUICK
@given(st.sampled_from(GOOD), st.sampled_from(sorted(MUTATIONS, key=str)), st.data())
def test_each_kind_of_mutation_is_caught(resource: dict[str, Any], code: Code, data: st.DataObject) -> None:
    mutated = copy.deepcopy(resource)
    holder, name = data.draw(st.sampled_from(places(mutated)))
    before = copy.deepcopy(holder)
    MUTATIONS[code](holder, name)
    if holder != before:
        assert code in codes(found(mutated))


def everywhere(value: Any) -> list[tuple[Any, Any]]:
    """Every place below, lists and type names too."""
    if not isinstance(value, dict | list):
        return []
    keys = list(value) if isinstance(value, dict) else list(range(len(value)))
    return [(value, key) for key in keys] + [place for key in keys for place in everywhere(value[key])]


QUESTIONS = {
    "resourceType": "Questionnaire",
    "id": "q",
    "url": "http://a.nl/Questionnaire/q",
    "status": "active",
    "item": [
        {"linkId": "1", "type": "integer", "text": "x", "required": True},
        {
            "linkId": "2",
            "type": "choice",
            "enableWhen": [{"question": "1", "operator": ">", "answerInteger": 3}],
            "answerOption": [{"valueCoding": {"system": "http://a.nl/s", "code": "a"}}],
        },
    ],
}
ANSWERS = {
    "resourceType": "QuestionnaireResponse",
    "status": "completed",
    "contained": [QUESTIONS],
    "questionnaire": "#q",
    "item": [
        {"linkId": "1", "answer": [{"valueInteger": 4}]},
        {"linkId": "2", "answer": [{"valueCoding": {"system": "http://a.nl/s", "code": "a"}}]},
    ],
}
COMPOSITION = {
    "resourceType": "Composition",
    "id": "c",
    "status": "final",
    "type": {"text": "x"},
    "subject": {"reference": "Patient/p"},
    "date": "2024-01-01",
    "author": [{"reference": "Patient/p"}],
    "title": "x",
    "section": [{"title": "a", "entry": [{"reference": "Patient/p"}]}],
}
WHOLE = [
    QUESTIONS,
    ANSWERS,
    *(
        {
            "resourceType": "Bundle",
            "type": kind,
            "identifier": {"system": "http://a.nl/i", "value": "1"},
            "timestamp": "2024-01-01T00:00:00Z",
            "total": 1,
            "link": [{"relation": "self", "url": "http://a.nl/x"}],
            "entry": [
                {"fullUrl": "http://a.nl/Composition/c", "resource": COMPOSITION, "search": {"mode": "match"}},
                {"fullUrl": "http://a.nl/Patient/p", "resource": patient(id="p"), "request": {"method": "GET"}},
            ],
        }
        for kind in ("document", "message", "searchset", "history", "transaction")
    ),
    {
        "resourceType": "MessageHeader",
        "eventUri": "http://a.nl/e",
        "source": {"endpoint": "http://a.nl"},
        "focus": [{"reference": "Patient/p"}],
    },
    {
        "resourceType": "Measure",
        "status": "active",
        "library": ["http://a.nl/l"],
        "group": [{"population": [{"criteria": {"language": "text/cql", "expression": "x"}}]}],
    },
    {
        "resourceType": "StructureDefinition",
        "url": "http://a.nl/s",
        "name": "S",
        "status": "active",
        "kind": "resource",
        "abstract": False,
        "type": "Patient",
        "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Patient",
        "derivation": "constraint",
        "differential": {"element": [{"id": "Patient.name", "path": "Patient.name", "min": 1}]},
    },
]


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=8)
    | st.decimals(allow_nan=False, allow_infinity=False),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "extension", "url", "value", "reference", "coding", "name", "x"]), inner, max_size=4
        )
    ),
    max_leaves=12,
)


@QUICK
@given(
    st.sampled_from(
        [
            "Patient",
            "Bundle",
            "QuestionnaireResponse",
            "Questionnaire",
            "StructureDefinition",
            "Observation",
            "Composition",
            "Measure",
        ]
    ),
    st.data(),
)
def test_misshapen_resources_never_crash(name: str, data: st.DataObject) -> None:
    keys = st.sampled_from(sorted(MODEL.children(name) or {}))
    found({"resourceType": name, **data.draw(st.dictionaries(keys, JSON, max_size=6))})


ODD: tuple[Any, ...] = ([], {}, [[]], [{}], None, True, 1, Decimal("1e400"), "", "x", ["x"], {"a": []}, {"id": []})


@pytest.mark.parametrize("resource", [*GOOD, *WHOLE], ids=lambda each: each["resourceType"])
def test_anything_at_any_place_of_a_good_resource_never_crashes(resource: dict[str, Any]) -> None:
    for number in range(len(everywhere(resource))):
        for odd in ODD:
            mutated = copy.deepcopy(resource)
            holder, name = everywhere(mutated)[number]
            holder[name] = odd
            found(mutated)


@QUICK
@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_arbitrary_bytes_never_crash(data: bytes) -> None:
    for each in (
        data,
        b'{"resourceType": "Patient", ' + data + b"}",
        b'<Patient xmlns="http://hl7.org/fhir">' + data + b"</Patient>",
    ):
        found(each)


def test_deep_nesting_ends_in_a_finding() -> None:
    inner: dict[str, Any] = {"url": "http://example.org/x", "valueBoolean": True}
    for _ in range(900):
        inner = {"url": "http://example.org/x", "extension": [inner]}
    assert Code.SYNTAX_TOO_DEEP in codes(found({"resourceType": "Patient", "extension": [inner]}))


def test_enormous_numbers_end_in_a_finding() -> None:
    weight = observation(
        valueQuantity={"value": Decimal("1e999999"), "system": "http://unitsofmeasure.org", "code": "kg"}
    )
    assert Code.VALUE_FORMAT in codes(found(weight))


def test_references_in_circles_end() -> None:
    entries = [
        {
            "fullUrl": f"http://a.nl/Patient/{n}",
            "resource": patient(
                id=str(n), link=[{"other": {"reference": f"Patient/{(n + 1) % 5}"}, "type": "seealso"}]
            ),
        }
        for n in range(5)
    ]
    assert errors(found({"resourceType": "Bundle", "type": "collection", "entry": entries})) == set()
