"""A mask never repairs: what is no date, number, code or base64 before it is none afterwards, by FHIR's own formats."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from conformance.codecs.fhir.json_reader import decimal
from conformance.recordings.identities import StrangerAlarm
from conformance.recordings.redaction import Redactor, masks
from conformance.recordings.redaction.dicomjson import GRAMMARS
from conformance.validation.fhir.primitives import primitive
from tests.recordings.making import ANNA, DICOM_JSON, JSON, XML, exchange

VALID = {
    "date": ["1958-03-04", "1958", "0012", "1958-03", "2024-02-29", "0001-01-01"],
    "dateTime": ["1958-03-04T10:11:12Z", "1958-03-04", "1958-12-31T23:59:60Z", "1958-03-04T10:11:12.5+01:00"],
    "instant": ["1958-03-04T10:11:12.123456789012Z", "1958-03-04T10:11:12-13:00"],
    "time": ["10:11:12", "23:59:60", "10:11:12.5"],
    "id": ["a-b.c", "Pietersen-1958"],
    "code": ["a", "Pieter Jan"],
    "base64Binary": ["UGlldGVy", "UGk=", "UA==", "UGll dGVy"],
    "integer": ["12", "0", "-5", "2147483647", "-2147483648", "9007199254740993"],
    "positiveInt": ["1", "2147483647", "48"],
    "unsignedInt": ["0", "12", "4294967296"],
    "decimal": ["1.50", "-0.1", "1e5", "12345678901234567890.5", "0"],
}
DICOM = ["19580304", "101112.5", "1.2.3.40", "012Y", "12", "-1.5e3", "A_B", "19580304101112"]
SIGNS = [*"09-T:Z+.aAex =/", "\u0661", "\u00b2", "\u00a0", "\u00e9", "\u00df", "\u00aa", "13", "45", "99"]
WHOLE = re.compile(r"-?(0|[1-9][0-9]*)")
NUMBER = re.compile(rf"{WHOLE.pattern}(\.[0-9]+)?([eE][+-]?[0-9]+)?")
ELSEWHERE = ("unknownElement", "name", "status", "value", "start", "issued", "display")


def changed(random: Random, value: str) -> str:
    """The value with a sign more, less or other, or two."""
    for _ in range(random.choice([0, 1, 1, 2])):
        at, sign = random.randrange(len(value) + 1), random.choice(SIGNS)
        value = random.choice(
            [value[:at] + sign + value[at:], value[:at] + sign + value[at + 1 :], value[:at] + value[at + 1 :]]
        )
    return value


def valid(kind: str, text: str) -> bool:
    """Whether a text is one of the kind, as FHIR writes it."""
    rule = primitive(kind)
    assert rule is not None
    assert rule.accepts is not None
    if rule.python is int:
        return WHOLE.fullmatch(text) is not None and bool(rule.accepts(int(text)))
    if rule.python is Decimal:
        return NUMBER.fullmatch(text) is not None and bool(rule.accepts(decimal(text)))
    return bool(rule.accepts(text))


def kept(name: str, text: str, *, xml: bool, bare: bool) -> str:
    """What a recording keeps of a value under a name."""
    if xml:
        element = etree.Element("Basic", nsmap={None: "http://hl7.org/fhir"})
        element.append(etree.Element(name, value=text))
        found = Redactor({ANNA: "anna"}).redact(exchange(etree.tostring(element), XML)).response
        assert found is not None
        return str(etree.fromstring(found.body)[0].get("value"))
    body = f'{{"resourceType":"Basic","{name}":{text if bare else json.dumps(text)}}}'
    found = Redactor({ANNA: "anna"}).redact(exchange(body.encode(), JSON)).response
    assert found is not None
    return str(json.loads(found.body, parse_int=str, parse_float=str)[name])


@pytest.mark.parametrize("kind", VALID)
@given(seed=st.integers(0, 2**32), xml=st.booleans())
def test_what_is_no_value_of_its_type_stays_none(kind: str, seed: int, xml: bool) -> None:
    random = Random(seed)
    own = f"value{kind[0].upper()}{kind[1:]}"
    text, name = changed(random, random.choice(VALID[kind])), random.choice([own, *ELSEWHERE])
    try:
        masked = kept(name, text, xml=xml, bare=NUMBER.fullmatch(text) is not None and random.random() < 0.5)
    except StrangerAlarm:
        return
    if name == own:
        assert valid(kind, masked) is valid(kind, text), (text, masked)
    else:
        assert valid(kind, text) or not valid(kind, masked), (text, masked)


@given(seed=st.integers(0, 2**32))
def test_nor_does_what_is_no_value_of_its_representation_in_dicom(seed: int) -> None:
    random = Random(seed)
    vr = random.choice(sorted(GRAMMARS))
    text = changed(
        random, random.choice(["19580304", "101112.5", "1.2.3.40", "012Y", "12", "-1.5e3", "A_B", "19580304101112"])
    )
    body = json.dumps([{"00102160": {"vr": vr, "Value": [text]}}]).encode()
    try:
        found = Redactor({ANNA: "anna"}).redact(exchange(body, DICOM_JSON)).response
    except StrangerAlarm:
        return
    assert found is not None
    (masked,) = json.loads(found.body)[0]["00102160"]["Value"]
    grammar = re.compile(GRAMMARS[vr].pattern, re.ASCII)
    assert bool(grammar.fullmatch(masked)) is bool(grammar.fullmatch(text)), (vr, text, masked)


@pytest.mark.parametrize(
    ("text", "mask"),
    [
        ("1958-13-45", "0000-00-00"),
        ("29:59:60", "99:99:99"),
        ("10:11:12", "00:00:00"),
        ("2147483948", "9999999999"),
        ("2147483647", "1111111111"),
        ("0012", "0001"),
        ("1\u0661", "0\u0660"),
        ("Ren\u00e9e", "Xxx\u00e9x"),
    ],
)
def test_masks_stay_what_they_stand_for(text: str, mask: str) -> None:
    assert masks.kind(text) == mask


@pytest.mark.parametrize("text", ["13UA==", "U\u00df==", "UA===", "U"])
def test_what_is_no_base64_stays_none(text: str) -> None:
    assert masks.base64(text) != masks.EMPTY_BASE64
