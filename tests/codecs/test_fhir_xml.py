"""FHIR XML and back, without loss; what is no FHIR XML is refused with a reason."""

from __future__ import annotations

import json
from decimal import Decimal
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.codecs.fhir_xml import FhirXmlError, from_xml, to_xml
from conformance.synthesis.bgz.record import bgz_data
from conformance.upkeep.fhir_elements import element_table

XML_TEXT = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0xFFFD, exclude_categories=("Cs",)), min_size=1, max_size=40
).map(lambda text: text.replace("\x7f", "x"))
EXTENSION = st.fixed_dictionaries({"url": st.just("http://example.org/e"), "valueString": XML_TEXT})
SIBLING = st.fixed_dictionaries(
    {}, optional={"id": st.just("a1"), "extension": st.lists(EXTENSION, min_size=1)}
).filter(bool)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-10000, max_value=10000)


@pytest.mark.parametrize("resource", bgz_data().resources, ids=lambda one: f"{one['resourceType']}-{one['id']}")
def test_every_resource_of_the_data_set_survives(resource: dict[str, object]) -> None:
    assert from_xml(to_xml(resource)) == resource


@given(text=XML_TEXT, number=DECIMALS, count=st.integers(0, 9), yes=st.booleans(), sibling=SIBLING)
def test_values_survive(text: str, number: Decimal, count: int, yes: bool, sibling: dict[str, object]) -> None:
    resource = {
        "resourceType": "Observation",
        "id": "x",
        "status": "final",
        "_status": sibling,
        "code": {"text": text, "coding": [{"code": text, "userSelected": yes}]},
        "valueQuantity": {"value": number},
        "component": [{"valueString": text}] * count,
    }
    if not count:
        del resource["component"]
    assert from_xml(to_xml(resource)) == resource


@given(st.lists(st.tuples(st.none() | XML_TEXT, st.none() | SIBLING), min_size=1, max_size=5))
def test_lists_of_primitives_keep_values_and_siblings_at_their_places(pairs: list[tuple[object, object]]) -> None:
    pairs = [pair for pair in pairs if pair != (None, None)] or [("a", None)]
    name = {
        "given": [value for value, _ in pairs],
        "_given": [sibling for _, sibling in pairs],
    }
    if all(value is None for value, _ in pairs):
        del name["given"]
    if all(sibling is None for _, sibling in pairs):
        del name["_given"]
    resource = {"resourceType": "Patient", "name": [name]}
    assert from_xml(to_xml(resource)) == resource


def test_elements_stand_in_the_order_of_the_specification() -> None:
    xml = to_xml({"resourceType": "Patient", "birthDate": "2000-01-01", "id": "p", "active": True}).decode()
    assert xml.index("<id ") < xml.index("<active ") < xml.index("<birthDate ")


def test_ids_of_elements_and_urls_of_extensions_are_attributes() -> None:
    extension = {"url": "http://example.org/e", "valueBoolean": True}
    xml = to_xml({"resourceType": "Patient", "contact": [{"id": "c1", "extension": [extension]}]}).decode()
    assert '<contact id="c1"><extension url="http://example.org/e"><valueBoolean value="true"/>' in xml


def test_an_unknown_element_keeps_its_place_at_the_end() -> None:
    assert b'<madeUp value="x"/>' in to_xml({"resourceType": "Patient", "madeUp": "x"})


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<Patient", "not well-formed"),
        (b'<Patient xmlns="http://example.org"/>', "no FHIR STU3 resource"),
        (b'<Nothing xmlns="http://hl7.org/fhir"/>', "no FHIR STU3 resource"),
        (b'<!DOCTYPE x [<!ENTITY e "boo">]><Patient xmlns="http://hl7.org/fhir"/>', "document type"),
        (
            b'<Patient xmlns="http://hl7.org/fhir"><active value="true"/><active value="true"/></Patient>',
            "stands twice",
        ),
        (b'<Patient xmlns="http://hl7.org/fhir"><multipleBirthInteger value="two"/></Patient>', "is no integer"),
        (
            b'<Patient xmlns="http://hl7.org/fhir">' + b"<extension>" * 70 + b"</extension>" * 70 + b"</Patient>",
            "deeper",
        ),
    ],
)
def test_what_is_no_fhir_xml_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(FhirXmlError, match=reason):
        from_xml(data)


def test_the_committed_table_is_what_the_models_say() -> None:
    committed = json.loads(files("conformance.codecs").joinpath("fhir_stu3.json").read_text(encoding="utf-8"))
    made = element_table()
    assert committed == made
    assert {kind: list(elements) for kind, elements in committed.items()} == {k: list(v) for k, v in made.items()}
