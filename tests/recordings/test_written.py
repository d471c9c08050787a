"""A number in a place that names it is that number however it is written, and whatever is glued to it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pytest

from conformance.recordings.identities import StrangerAlarm
from conformance.recordings.redaction import Redactor
from tests.recordings.making import ANNA, BRAM, DICOM_JSON, JSON, STRANGER, SYSTEM, exchange

ROLES = {ANNA: "anna", BRAM: "bram"}
OID = "2.16.840.1.113883.2.4.6.3"

LEXICAL: Mapping[str, Callable[[str], str]] = {
    "decimal": "{}.0".format,
    "two decimals": "{}.00".format,
    "exponent of none": "{}e0".format,
    "scientific": lambda one: f"{one[0]}.{one[1:]}e8",
    "negative exponent": "{}0e-1".format,
    "negative": "-{}".format,
    "capital": lambda one: f"{one[0]}.{one[1:]}E+08",
}
BESIDE = {
    "a system": (f'{{"resourceType":"Patient","identifier":[{{"system":"{SYSTEM}","value":%s}}]}}', JSON),
    "a member": ('{"resourceType":"Basic","bsn":%s}', JSON),
    "plain json": ('{"bsn":%s}', "application/json"),
    "dicom": ('{"00100020":{"vr":"LO","Value":[%s]}}', DICOM_JSON),
}


def redacted(body: str, media: str = JSON, **changes: object) -> str:
    found = Redactor(ROLES).redact(exchange(body.encode(), media, **changes)).response
    assert found is not None
    return found.body.decode()


@pytest.mark.parametrize("form", LEXICAL)
@pytest.mark.parametrize("place", BESIDE)
def test_a_number_of_json_is_that_number_however_it_is_written(form: str, place: str) -> None:
    body, media = BESIDE[place]
    with pytest.raises(StrangerAlarm):
        redacted(body % LEXICAL[form](STRANGER), media)
    kept = redacted(body % LEXICAL[form](ANNA), media)
    assert ANNA[1:] not in kept
    json.loads(kept)


@pytest.mark.parametrize("number", ["123456782.5", "12345678200", "1e300", "1e999999999", "0.123456782"])
def test_another_number_is_not_it(number: str) -> None:
    assert redacted(BESIDE["a member"][0] % number)


GLUED = {
    "a value": '{"resourceType":"Basic","identifier":[{"value":"%s"}]}',
    "a reference": '{"resourceType":"Basic","subject":{"reference":"urn:oid:%s"}}',
    "an oid": '{"resourceType":"Basic","extension":[{"url":"http://x/y","valueOid":"urn:oid:%s"}]}',
    "a uid": '{"0020000D":{"vr":"UI","Value":["%s"]}}',
    "a root": '<ClinicalDocument xmlns="urn:hl7-org:v3"><id root="%s"/></ClinicalDocument>',
    "a text": '{"resourceType":"OperationOutcome","issue":[{"diagnostics":"Unknown %s"}]}',
}


@pytest.mark.parametrize("place", GLUED)
@pytest.mark.parametrize("below", ["", ".1"])
def test_a_number_below_the_oid_of_the_bsn_is_named(place: str, below: str) -> None:
    with pytest.raises(StrangerAlarm):
        redacted(GLUED[place] % f"{OID}{below}.{STRANGER}")
    assert ANNA not in redacted(GLUED[place] % f"{OID}{below}.{ANNA}")


def said(text: str) -> str:
    return json.dumps({"resourceType": "OperationOutcome", "issue": [{"diagnostics": text}]})


@pytest.mark.parametrize("text", ["BSN {}.5", "bsn nr 1.{}", "bsn nr 1.{}.5", "burgerservicenummer 3. {}", "BSN {}."])
def test_a_dot_and_a_digit_beside_do_not_hide_a_named_number(text: str) -> None:
    with pytest.raises(StrangerAlarm):
        redacted(said(text.format(STRANGER)))


SEPARATORS = {
    "hyphen": "-",
    "blank": " ",
    "thin": "\u2009",
    "narrow": "\u202f",
    "unbroken": "\u00a0",
    "tab": "\t",
    "dash": "\u2013",
    "unseen": "\u200b",
    "soft": "\u00ad",
    "two": " -",
}


@pytest.mark.parametrize("sign", SEPARATORS)
@pytest.mark.parametrize("digits", ["0123456789", "٠١٢٣٤٥٦٧٨٩", "０１２３４５６７８９"])
def test_what_stands_between_the_digits_does_not_hide_a_named_number(sign: str, digits: str) -> None:
    for number in (STRANGER, ANNA):
        plain = number.translate(str.maketrans("0123456789", digits))
        written = SEPARATORS[sign].join((plain[:3], plain[3:6], plain[6:]))
        for body in (
            said(f"BSN: {written}"),
            json.dumps({"resourceType": "Basic", "bsn": written}),
            json.dumps({"resourceType": "Patient", "identifier": [{"system": SYSTEM, "value": written}]}),
        ):
            if number == STRANGER:
                with pytest.raises(StrangerAlarm):
                    redacted(body)
            else:
                assert "bsn-anna" in redacted(body)


def test_a_day_beside_a_word_that_names_a_number_is_no_number() -> None:
    days = [f"{year}-0{month}-1{day}" for year in range(1990, 2020) for month in range(1, 10) for day in range(10)]
    for day in (*days, *("-".join(reversed(one.split("-"))) for one in days)):
        assert redacted(json.dumps({"resourceType": "Basic", "bsn": {"start": day}, "note": f"bsn {day}"}))


@pytest.mark.parametrize("row", ["0;;{}", "1;2;{}", "a;0;1;{}", '"0;9";{}'])
def test_a_separator_in_a_cell_does_not_hide_the_number_behind_it(row: str) -> None:
    with pytest.raises(StrangerAlarm):
        redacted(f"naam;bsn\n{row.format(STRANGER)}\n", "text/csv")


@pytest.mark.parametrize(
    ("body", "media"),
    [
        (f'{{"identifier":[{{"value":"{STRANGER}","system":"{SYSTEM}"}}', JSON),
        (f'<a><value value="{STRANGER}"/><system value="urn:oid:{OID}"/>', "application/xml"),
        (f'{{"identifier":[{{"value": "{STRANGER}",\n  "system" : "{SYSTEM}"}}', JSON),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_a_number_in_a_body_that_is_not_kept_is_found(body: str, media: str, encoding: str) -> None:
    with pytest.raises(StrangerAlarm):
        Redactor(ROLES).redact(exchange(body.encode(encoding), media))


@pytest.mark.parametrize("system", [SYSTEM.replace("://", "://www."), SYSTEM.replace("http://", "https://www.") + "/"])
def test_the_system_of_the_bsn_is_known_under_its_other_host_name(system: str) -> None:
    with pytest.raises(StrangerAlarm):
        redacted(json.dumps({"resourceType": "Patient", "identifier": [{"system": system, "value": STRANGER}]}))


SETS = {
    "other patient ids": {"00101000": {"vr": "LO", "Value": [STRANGER]}},
    "other patient ids as a number": {"00101000": {"vr": "LO", "Value": [int(STRANGER)]}},
    "other patient ids in a sequence": {
        "00101002": {"vr": "SQ", "Value": [{"00100020": {"vr": "LO", "Value": [STRANGER]}}]}
    },
    "a patient id beside a small tag": {
        "0020000d": {"vr": "UI", "Value": ["1.2"]},
        "00100020": {"vr": "LO", "Value": ["LOCAL-77"]},
    },
}


@pytest.mark.parametrize("case", SETS)
def test_other_numbers_of_a_patient_in_a_data_set_are_named(case: str) -> None:
    with pytest.raises(StrangerAlarm):
        redacted(json.dumps([SETS[case]]), DICOM_JSON)


def test_a_tag_in_small_letters_stays_as_it_was_written() -> None:
    kept = redacted(json.dumps([{"0020000d": {"vr": "UI", "Value": ["1.2"]}, "0010001f": {"vr": "LO"}}]), DICOM_JSON)
    assert list(json.loads(kept)[0]) == ["0020000d", "0010001f"]
