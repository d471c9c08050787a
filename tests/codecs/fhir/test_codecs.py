"""JSON and XML to one form and back, positions, and every way a text can be wrong."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from conformance.codecs.fhir import ProblemKind, parse, streaming, to_json, to_xml
from conformance.codecs.fhir.streaming import JsonBundle, StreamError, ndjson, xml_entries
from conformance.codecs.fhir.writer import WriteError
from tests.validation.fhir.support import validator

if TYPE_CHECKING:
    pass

REST = b'<given value="c"/>\n</name></Patient>'
TYPES = validator().engine.model

PATIENT: dict[str, Any] = {
    "resourceType": "Patient",
    "id": "a",
    "text": {"status": "generated", "div": '<div xmlns="http://www.w3.org/1999/xhtml"><p>A &amp; B</p></div>'},
    "contained": [{"resourceType": "Organization", "id": "o", "name": "x"}],
    "extension": [{"url": "http://example.org/e", "valueDecimal": Decimal("1.50")}],
    "active": True,
    "_birthDate": {"id": "b", "extension": [{"url": "http://example.org/f", "valueCode": "x"}]},
    "birthDate": "1980-01-01",
    "name": [
        {
            "id": "n",
            "given": ["A", None],
            "_given": [None, {"extension": [{"url": "http://example.org/g", "valueInteger": 2}]}],
        }
    ],
    "multipleBirthInteger": 2,
    "managingOrganization": {"reference": "#o"},
}


def test_both_formats_keep_everything() -> None:
    assert parse(to_json(PATIENT), types=TYPES).root == PATIENT
    document = parse(to_xml(PATIENT, TYPES), types=TYPES)
    assert document.problems == ()
    assert document.root == PATIENT


def test_decimals_keep_their_digits() -> None:
    assert b'"valueDecimal": 1.50' in to_json(PATIENT)
    assert b'value="1.50"' in to_xml(PATIENT, TYPES)


def test_what_xml_cannot_say_is_refused() -> None:
    with pytest.raises(WriteError, match="colour"):
        to_xml({**PATIENT, "colour": "red"}, TYPES)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (b'{"resourceType": "Patient", "id": "a", "id": "b"}', ProblemKind.DUPLICATE_KEY),
        (b'{"resourceType": "Patient", // a\n "id": "b"}', ProblemKind.COMMENT),
        (b'{"resourceType": "Patient",}', ProblemKind.TRAILING_COMMA),
        (b'{"resourceType": "Patient", "id": "a\nb"}', ProblemKind.CONTROL),
        (b'{"resourceType": "Patient", "id": NaN}', ProblemKind.NUMBER),
        (b'{"x": ' + b"9" * 5000 + b"}", ProblemKind.NUMBER),
        (b'{"x": 1e' + b"9" * 5000 + b"}", ProblemKind.NUMBER),
        (b"[1]", ProblemKind.NOT_A_RESOURCE),
        (b'{"resourceType": ', ProblemKind.NOT_READABLE),
        (b"", ProblemKind.NOT_READABLE),
        (b'{"a": "\xff"}', ProblemKind.ENCODING),
        ('{"a": 1}'.encode("utf-16"), ProblemKind.ENCODING),
        (b'{"a":' * 100_000, ProblemKind.TOO_DEEP),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><Patient xmlns="http://hl7.org/fhir"/>', ProblemKind.DOCTYPE),
        (b'<Patient xmlns="urn:x"/>', ProblemKind.NAMESPACE),
        (b'<Patient xmlns="http://hl7.org/fhir">', ProblemKind.NOT_READABLE),
        (b'<Patient xmlns="http://hl7.org/fhir">text</Patient>', ProblemKind.TEXT),
        (b'<Patient xmlns="http://hl7.org/fhir"><id value="a" x="b"/></Patient>', ProblemKind.ATTRIBUTE),
        (b'<Patient xmlns="http://hl7.org/fhir"><colour value="a"/></Patient>', ProblemKind.ELEMENT),
        (b'<Patient xmlns="http://hl7.org/fhir"><active value="true"/><id value="a"/></Patient>', ProblemKind.ORDER),
        (b'<Patient xmlns="http://hl7.org/fhir"><id value="a"/><id value="b"/></Patient>', ProblemKind.REPEATED),
        (b'<Patient xmlns="http://hl7.org/fhir">' + b"<extension>" * 5000, ProblemKind.TOO_DEEP),
    ],
)
def test_a_bad_text_is_named(text: bytes, kind: ProblemKind) -> None:
    assert kind in {problem.kind for problem in parse(text, types=TYPES).problems}


def test_entities_are_not_expanded() -> None:
    laughs = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 12))
    text = (
        b'<!DOCTYPE x [<!ENTITY l0 "ha">'
        + laughs
        + b']><Patient xmlns="http://hl7.org/fhir"><id value="&l11;"/></Patient>'
    )
    assert parse(text, types=TYPES).root == {}


@pytest.mark.parametrize(
    "text",
    [
        b'{\n"resourceType": "Patient",\n"name": [\n{"family": "a"},\n{"given": [\n"b",\n"c"]}\n]\n}',
        b'<Patient xmlns="http://hl7.org/fhir">\n\n<name>\n<family value="a"/></name><name>\n<given value="b"/>\n%b'
        % REST,
    ],
)
def test_positions(text: bytes) -> None:
    document = parse(text, types=TYPES)
    assert document.line(("name", 0, "family")) == 4
    assert document.line(("name", 1, "given", 1)) in {6, 7}
    assert document.line(("name", 1, "period")) == document.line(("name", 1))


def test_ndjson_by_line() -> None:
    pieces = list(ndjson(io.BytesIO(b'{"a": 1}\n\n{"b": 2}\n')))
    assert [(piece.data.strip(), piece.line) for piece in pieces] == [(b'{"a": 1}', 1), (b'{"b": 2}', 3)]


def test_a_bundle_in_pieces() -> None:
    entries = [
        {"resource": {"resourceType": "Patient", "id": str(number), "text": '}{][\\"'}} for number in range(3000)
    ]
    whole = {"resourceType": "Bundle", "type": "collection", "entry": entries, "total": 3000}
    bundle = JsonBundle(io.BytesIO(to_json(whole)))
    assert [parse(piece.data, types=TYPES).root for piece in bundle] == entries
    assert parse(bundle.head, types=TYPES).root == {"resourceType": "Bundle", "type": "collection", "total": 3000}


@pytest.mark.parametrize("text", [b'{"entry": [{"a": 1}', b'{"entry": [1]}', b"{}"])
def test_a_broken_bundle_in_pieces_ends(text: bytes) -> None:
    with pytest.raises(StreamError):
        list(JsonBundle(io.BytesIO(text)))


@pytest.mark.parametrize("chunk", [1, 2, 7, 64])
def test_brackets_and_quotes_in_text_that_breaks_off_between_reads(chunk: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "CHUNK", chunk)
    texts = ["a [ { b", "}]", 'q " [', "slash \\\\", "\\", "é [", ""]
    entries = [{"resource": {"resourceType": "Basic", "id": str(n), "x": text * n}} for n, text in enumerate(texts)]
    bundle = JsonBundle(io.BytesIO(to_json({"resourceType": "Bundle", "entry": entries})))
    assert [parse(piece.data, types=TYPES).root for piece in bundle] == entries


def test_an_xml_bundle_in_pieces() -> None:
    whole = {
        "resourceType": "Bundle",
        "type": "collection",
        "entry": [{"resource": {"resourceType": "Patient", "id": str(n)}} for n in range(20)],
    }
    assert len(list(xml_entries(io.BytesIO(to_xml(whole, TYPES))))) == 20
