"""Of whom an answer tells: by name, by what is his alone, study or accession number, unless the question named it."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import replace
from urllib.parse import quote

import pytest

from conformance.recordings.redaction import Redactor
from conformance.recordings.told import told_of
from conformance.synthesis.dicom.uids import series_uid, sop_uid
from conformance.synthesis.patients import patients
from conformance.synthesis.studies import description, studies
from tests.checks.making import exchange, response

BRAM = patients()["bram"]
SERIES, OBJECT = series_uid("ct-bram", 80), sop_uid("ct-bram", 80, 1)
STUDY = next(one for one in description().values() if one["patient"] == "bram")


@pytest.mark.parametrize(
    "words",
    [
        f"belongs to {BRAM.given} {BRAM.family}.",
        f'"00100010":{{"vr":"PN","Value":[{{"Alphabetic":"{BRAM.family}^{BRAM.given}"}}]}}',
        f"({BRAM.family}, {BRAM.given})",
        f"/studies/{STUDY['uid']}/metadata",
        f"\x00{STUDY['uid']}\x00",
        f"see {STUDY['accession']}.",
        f"{BRAM.family.upper()}^{BRAM.given.upper()}",
        f"/series/{SERIES}/instances/",
        f'"00080018":{{"vr":"UI","Value":["{OBJECT}"]}}',
        '<telecom><value value="0700-0000003"/></telecom>',
        '"line":["Proefplein 3"]',
        '"subscriberId":"POL-0101"',
        "contact: ANDERS, Bas",
        "see 9999.72.145",
        "see 999 972 145.",
        "see 99.99.72.14.5",
        "see 99\u00a099\u00a072\u00a014\u00a05",
        "see 999972&#160;145",
        "see 999 - 972 - 145",
        '"contact":[{"name":{"family":"Anders","_family":{"extension":[]},"given":["Bas"]}}]',
        "<name><family value='Anders'/><given value='Bas'/></name>",
        "<!-- pacemaker BR-2023-0044 -->",
        "mw. ANDERS, geb. 02-11-1971",
        '"family":"Anders"}],"birthDate":"1971-11-02"',
        'attachment; filename="Anders_Bram.dcm"',
        "inline; filename=anders_bram_19711102.json",
        "bram.anders@example.org",
    ],
)
def test_another_patient_is_seen(words: str) -> None:
    assert told_of(words.encode(), b"") == ("bram",)


@pytest.mark.parametrize(
    "words",
    [
        "",
        f"something {BRAM.family.lower()} or {BRAM.given}",
        f"{BRAM.given} {BRAM.family}en",
        f"{STUDY['uid']}1",
        f"{STUDY['uid']}.2",
        f"1.{STUDY['uid']}",
        f"X{STUDY['accession']}",
        "0700-00000031",
        "Proefplein 31",
        "born on 1971-11-02",
        "Anders, born on 1971-11-20",
        "1999 972 145",
        "999 972 146",
        "It ends at Anders.",
        '{"family":"Anders","given":["Anna"]}',
        '{"family":"Anderson","given":["Bas"]}',
        "bram_andersen.dcm",
        "anders_bramx",
    ],
)
def test_what_is_something_else_tells_of_nobody(words: str) -> None:
    assert told_of(words.encode(), b"") == ()


@pytest.mark.parametrize(
    "words",
    [
        "mw. Van 't Proefveld, geb. 03-10-1996",
        '"family":"van \'t Proefveld"}],"birthDate":"1996-10-03"',
        "Gülşen Düşüncelioğlu",
        '{"family":"Düşüncelioğlu","given":["Gülşen"]}',
        '"line":["\'s-Gravenproefkade 21"]',
        "contact: Chloë van 't Proefveld",
    ],
)
def test_what_twins_and_namesakes_share_tells_of_neither(words: str) -> None:
    assert told_of(words.encode(), b"") == ()
    assert told_of(f"{words} and Floor van 't Proefveld".encode(), b"") == ("floor",)


def test_a_name_tells_in_letters_beyond_ascii_too() -> None:
    hedwig = patients()["hedwig"]
    assert told_of(f"{hedwig.given} {hedwig.family}".encode(), b"") == ("hedwig",)
    assert told_of("\u0152uvreplein 3; \u0141ukasz S\u00f8rensen-\u0398eodorou".encode(), b"") == ("hedwig",)


@pytest.mark.parametrize(
    "words", ["It is in the record of Anders.", '{"owner":"Anders"}', "<owner>Anders</owner>", "owner: Anders"]
)
def test_a_refusal_tells_by_surname_alone(words: str) -> None:
    assert told_of(words.encode(), b"", refused=True) == ("bram",)


@pytest.mark.parametrize("words", ["Anders gezegd: niets.", "Or ANDERS.", "Of Anders-Jansen.", "anders"])
def test_a_surname_that_is_a_word_tells_of_nobody(words: str) -> None:
    assert told_of(words.encode(), b"", refused=True) == ()


def test_a_number_may_be_divided_in_the_question_too() -> None:
    assert told_of(b"no 999.972.145 here", b"identifier=999.972.145") == ()


def test_an_answer_may_repeat_the_question() -> None:
    answer = f"no study {STUDY['uid']} of this patient".encode()
    assert told_of(answer, f"https://node.example/studies/{STUDY['uid']}".encode()) == ()
    assert told_of(answer + f" but of {BRAM.given} {BRAM.family}".encode(), answer) == ("bram",)


def test_everything_that_a_study_holds_tells_of_its_patient() -> None:
    for study in studies({role: one for role, one in patients().items() if one.known}):
        for one in study.instances:
            assert told_of(f"{one.study} {one.series} {one.sop}".encode(), one.study.encode()) == (study.patient,)
            assert told_of(one.series.encode(), b"") == told_of(one.sop.encode(), b"") == (study.patient,)


@pytest.mark.parametrize(
    "value",
    [
        f"Of {BRAM.given} {BRAM.family}",
        quote(f"{BRAM.family}^{BRAM.given}"),
        STUDY["uid"],
        "s=" + b64encode(f'{{"name":"{BRAM.given} {BRAM.family}"}}'.encode()).decode() + "; Path=/",
    ],
)
def test_a_header_field_tells_too(value: str) -> None:
    refusal = exchange(answer=response(403, "no", warning=value))
    assert Redactor({}, bytes(32)).redact(refusal).facts["told_of"] == ["bram"]


@pytest.mark.parametrize("name", ["set-cookie", "link", "etag", "x-anything"])
def test_a_number_in_a_header_field_tells_too(name: str) -> None:
    anna, bram = patients()["anna"].bsn, BRAM.bsn
    answered = replace(exchange(answer=response(200, "no")), request=None)
    told = replace(answered, response=response(200, "no", **{name.replace("-", "_"): f"of={bram}; path=/"}))
    assert Redactor({bram: "bram", anna: "anna"}, bytes(32)).redact(told).facts["told_of"] == ["bram"]


@pytest.mark.parametrize(
    "body",
    [
        '{"resourceType":"Consent","sourceAttachment":{"contentType":"text/plain","data":"%s"}}',
        '<Consent xmlns="http://hl7.org/fhir"><sourceAttachment><data value="%s"/></sourceAttachment></Consent>',
    ],
)
@pytest.mark.parametrize("letter", [f"About {BRAM.given} {BRAM.family}.", f"About number {BRAM.bsn}."])
def test_what_is_attached_tells_too(body: str, letter: str) -> None:
    held = body % b64encode(letter.encode()).decode()
    redacted = Redactor({BRAM.bsn: "bram"}).redact(exchange(answer=response(200, held.encode())))
    assert redacted.facts["told_of"] == ["bram"]


@pytest.mark.parametrize("held", [f"{BRAM.bsn}\0", f"\x01\xff{BRAM.family}^{BRAM.given}", f"of {BRAM.bsn}"])
@pytest.mark.parametrize(
    "body",
    [
        '[{"00091001":{"vr":"UN","InlineBinary":"%s"}}]',
        '[{"00091001":{"InlineBinary" : "%s","vr":"UN"}}]',
        '<NativeDicomModel><DicomAttribute vr="UN"><InlineBinary>%s</InlineBinary></DicomAttribute></NativeDicomModel>',
    ],
)
def test_what_stands_in_the_bytes_of_a_value_tells_too(body: str, held: str) -> None:
    came = body % b64encode(held.encode("latin-1")).decode()
    redacted = Redactor({BRAM.bsn: "bram"}).redact(exchange(answer=response(200, came.encode())))
    assert redacted.facts["told_of"] == ["bram"]
