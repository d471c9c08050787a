"""Hand-made recordings for identification: certificates and records."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from cryptography import x509

from conformance.model.exchange import Exchange, Request, Response
from tests.checks.bgz.cases import entry, flag, found
from tests.checks.fhir.cases import FAIL, PASS, SILENCE, UNDECIDED, case, one
from tests.checks.making import exchange, response
from tests.checks.network.cases import CURVE, certificate

BSN = "http://fhir.nl/fhir/NamingSystem/bsn"
URA = "http://fhir.nl/fhir/NamingSystem/ura"


def named(*others: tuple[str, bytes]) -> tuple[Exchange, ...]:
    """A handshake with a certificate that carries these otherNames."""
    from datetime import timedelta

    from cryptography.hazmat.primitives import hashes, serialization

    from tests.checks.network.cases import NOW

    san = x509.SubjectAlternativeName([x509.OtherName(x509.ObjectIdentifier(oid), der) for oid, der in others])
    empty = x509.Name([])
    made = (
        x509.CertificateBuilder(empty, empty, CURVE.public_key(), 7, NOW, NOW + timedelta(days=9))
        .add_extension(san, critical=False)
        .sign(CURVE, hashes.SHA256())
    )
    return (exchange("tls.connect", response(200), peer=(made.public_bytes(serialization.Encoding.DER),)),)


def text(tag: int, value: str) -> bytes:
    """A DER string."""
    return bytes([tag, len(value)]) + value.encode()


def uzi(ura: str) -> tuple[str, bytes]:
    """The otherName of a UZI server certificate."""
    return "2.5.5.5", text(0x16, f"2.16.528.1.1003.1.3.5.5.5-1-900000001-S-{ura}-00.000-00000000")


def permanent(ura: str) -> tuple[str, bytes]:
    """The permanentIdentifier of a G4 certificate."""
    inner = text(0x0C, ura)
    return "1.3.6.1.5.5.7.8.3", bytes([0x30, len(inner)]) + inner


def patient(*numbers: tuple[str, str], id_: str = "p1") -> dict[str, Any]:
    """A Patient with these identifiers."""
    return {
        "resourceType": "Patient",
        "id": id_,
        "identifier": [{"system": system, "value": value} for system, value in numbers],
    }


def holder(kind: str, *numbers: tuple[str, str]) -> dict[str, Any]:
    """An Organization or Practitioner with these identifiers."""
    return {**patient(*numbers), "resourceType": kind}


def called(family: str, number: int = 1) -> dict[str, Any]:
    """A Practitioner of this name, who has the number of every other."""
    held = {**holder("Practitioner", ("urn:local", "0")), "id": f"d{number}"}
    return {**held, "name": [{"family": family}]}


def numberless(lost: str) -> dict[str, Any]:
    """A Practitioner whose only identifier lacks this."""
    whole = {"system": "urn:local", "value": "0"}
    return {**called("Arts"), "identifier": [{name: text for name, text in whole.items() if name != lost}]}


def of_anna(*entries: dict[str, Any]) -> tuple[Exchange, ...]:
    """What a search for anna's resources found."""
    return tuple(_about("bsn-anna", one) for one in found(*entries))


def _about(whose: str, one: Exchange) -> Exchange:
    request = Request(method="GET", url=f"https://node.example/fhir/Flag?patient.identifier={BSN}%7C{whose}")
    return replace(one, request=request)


def of_nobody(answer: Response) -> tuple[Exchange, ...]:
    """What a search for nobody's resources found."""
    return tuple(_about("bsn-unknown", found) for found in one(answer))


GOOD = of_anna(entry(patient((BSN, "bsn-anna"))))
NONE = of_anna()
DINA = found(entry(patient((BSN, "bsn-dina"))))
OTHERS = flag("f2", subject={"reference": "Patient/p2"})
VERSIONED = flag("f3", subject={"reference": "https://node.example/fhir/Patient/p1/_history/2"})
TOLD = {"resource": {"resourceType": "OperationOutcome", "issue": [{"code": "x"}]}, "search": {"mode": ""}}
ANNA, BRAM = patient((BSN, "bsn-anna")), patient((BSN, "bsn-bram"), id_="p2")
NUMBERLESS = patient()
LOOSE = flag("f4", subject=None)
WORDS = flag(text={"div": "<div>BSN bsn-bram</div>"})
PAYER = {"resourceType": "Organization", "id": "o9"}
CARED = flag(author={"reference": "Organization/o9"})
NEXT = [{"relation": "next", "url": "https://node.example/fhir?page=2"}]
PAID = {"resourceType": "Coverage", "id": "v1", "payor": [{"reference": "Organization/o9"}]}
REFUSED = of_nobody(response(404, BRAM))
INSIDE = of_nobody(response(404, {**TOLD["resource"], "contained": [BRAM]}))
SPOKEN = response(404, {"resourceType": "OperationOutcome", "issue": [{"diagnostics": "do you mean bsn-bram?"}]})
REPEATED = response(404, {"resourceType": "OperationOutcome", "issue": [{"diagnostics": "there is no bsn-unknown"}]})
DIVIDED = (replace(of_nobody(response(404))[0], facts={"told_of": ["bram"]}),)
PAGE = response(404, b"<html>", content_type="text/html")
CASES = [
    case("certificate-carries-ura", PASS, "uzi", exchange=named(uzi("00700701"))),
    case("certificate-carries-ura", PASS, "both", exchange=named(uzi("00700701"), permanent("00700701"))),
    case("certificate-carries-ura", FAIL, "none", exchange=(exchange("x", response(200), peer=(certificate(),)),)),
    case("certificate-carries-ura", FAIL, "different", exchange=named(uzi("00700701"), permanent("00700702"))),
    case("certificate-carries-ura", FAIL, "seven digits", exchange=named(permanent("0070070"))),
    case("certificate-carries-ura", UNDECIDED, "silent", exchange=SILENCE),
    case("certificate-ura-is", PASS, "same", {"ura": "00700701"}, exchange=named(uzi("00700701"))),
    case("certificate-ura-is", FAIL, "another", {"ura": "00700702"}, exchange=named(uzi("00700701"))),
    case(
        "certificate-ura-is",
        UNDECIDED,
        "none",
        {"ura": "00700701"},
        exchange=(exchange("x", response(200), peer=(certificate(),)),),
    ),
    case("patient-carries-bsn", PASS, "bsn", exchange=GOOD),
    case("patient-carries-bsn", FAIL, "another system", exchange=of_anna(entry(patient(("urn:x", "bsn-anna"))))),
    case("patient-carries-bsn", FAIL, "another patient", exchange=of_anna(entry(patient((BSN, "bsn-bram"))))),
    case("patient-carries-bsn", FAIL, "with dots", exchange=of_anna(entry(patient((BSN, "bsn-anna (0000.00.000)"))))),
    case("patient-carries-bsn", PASS, "no patient along", {"there": ("patient",)}, exchange=of_anna(entry(flag()))),
    case("patient-carries-bsn", FAIL, "along without a number", exchange=of_anna(entry(flag()), entry(NUMBERLESS))),
    case("patient-carries-bsn", PASS, "inside, with the number", exchange=of_anna(entry(flag(contained=[ANNA])))),
    # What is contained may be somebody who has no number here.
    case("patient-carries-bsn", UNDECIDED, "inside", exchange=of_anna(entry(flag(contained=[NUMBERLESS])))),
    case("patient-carries-bsn", FAIL, "another inside", exchange=of_anna(entry(flag(contained=[BRAM])))),
    case("patient-carries-bsn", UNDECIDED, "nobody", {"there": ("q",)}, exchange=NONE),
    case("patient-carries-bsn", UNDECIDED, "asked for nobody, and nobody came", exchange=found()),
    case("patient-carries-bsn", FAIL, "another patient too", exchange=of_anna(entry(ANNA), entry(BRAM))),
    case("one-patient-only", PASS, "anna", exchange=GOOD, patient=GOOD),
    case("one-patient-only", PASS, "versioned", exchange=of_anna(entry(flag()), entry(VERSIONED)), patient=GOOD),
    case("one-patient-only", FAIL, "only somebody else's", exchange=of_anna(entry(OTHERS)), patient=GOOD),
    case("one-patient-only", UNDECIDED, "nobody's", exchange=of_anna(entry(flag(subject=None))), patient=GOOD),
    case("one-patient-only", UNDECIDED, "one of nobody", exchange=of_anna(entry(flag()), entry(LOOSE)), patient=GOOD),
    case("one-patient-only", FAIL, "another's inside", exchange=of_anna(entry(flag(contained=[OTHERS]))), patient=GOOD),
    case("one-patient-only", FAIL, "another's number in words", exchange=of_anna(entry(WORDS)), patient=GOOD),
    case("one-patient-only", UNDECIDED, "whose is unknown", exchange=of_anna(entry(flag())), patient=NONE),
    case(
        "one-patient-only",
        FAIL,
        "bram too",
        exchange=of_anna(entry(patient((BSN, "bsn-anna"))), entry(patient((BSN, "bsn-bram"), id_="p2"))),
        patient=GOOD,
    ),
    case(
        "one-patient-only",
        FAIL,
        "another subject",
        exchange=of_anna(entry(flag()), entry(OTHERS)),
        patient=GOOD,
    ),
    case("one-patient-only", UNDECIDED, "empty", exchange=NONE, patient=GOOD),
    case("patient-carries-bsn", UNDECIDED, "asked for nobody", exchange=found(entry(patient((BSN, "bsn-anna"))))),
    case(
        "patient-carries-bsn",
        PASS,
        "of dina",
        exchange=(_about("bsn-dina", found(entry(patient((BSN, "bsn-dina"))))[0]),),
    ),
    case("patient-carries-bsn", FAIL, "anna for dina", exchange=(_about("bsn-dina", GOOD[0]),)),
    case("one-patient-only", FAIL, "anna for dina", exchange=(_about("bsn-dina", GOOD[0]),), patient=GOOD),
    case("organizations-carry-ura", PASS, "ura", exchange=found(entry(holder("Organization", (URA, "00700701"))))),
    case(
        "organizations-carry-ura", FAIL, "agb", exchange=found(entry(holder("Organization", ("urn:agb", "00700701"))))
    ),
    case(
        "organizations-carry-ura",
        FAIL,
        "text for numbers",
        exchange=found(entry({**holder("Organization"), "identifier": ["9"]})),
    ),
    case("organizations-carry-ura", PASS, "only pays", exchange=found(entry(PAID), entry(PAYER, "include"))),
    case("organizations-carry-ura", FAIL, "cares", exchange=found(entry(PAID), entry(holder("Organization")))),
    case(
        "organizations-carry-ura",
        UNDECIDED,
        "goes on",
        exchange=found(entry(flag()), entry(PAYER, "include"), link=NEXT),
    ),
    case(
        "organizations-carry-ura",
        FAIL,
        "cares, and goes on",
        exchange=found(entry(CARED), entry(PAYER, "include"), link=NEXT),
    ),
    case("organizations-carry-ura", UNDECIDED, "none where one must be", {"there": ("q",)}, exchange=GOOD),
    case("practitioners-identified", PASS, "uzi", exchange=found(entry(holder("Practitioner", ("urn:uzi", "9"))))),
    *(
        case("practitioners-identified", FAIL, f"no {lost}", exchange=found(entry(numberless(lost))))
        for lost in ("system", "value")
    ),
    case("practitioners-identified", FAIL, "nameless", exchange=found(entry(holder("Practitioner")))),
    case(
        "practitioners-identified",
        FAIL,
        "text for numbers",
        exchange=found(entry({**holder("Practitioner"), "identifier": ["9"]})),
    ),
    case(
        "practitioners-identified",
        FAIL,
        "two under one",
        exchange=found(entry(called("Arts")), entry(called("Bos", 2))),
    ),
    case(
        "practitioners-identified", PASS, "one twice", exchange=found(entry(called("Arts")), entry(called("Arts", 2)))
    ),
    case("practitioners-identified", UNDECIDED, "none where one must be", {"there": ("q",)}, exchange=GOOD),
    case("bsn-under-its-system", PASS, "bsn", exchange=GOOD),
    case("bsn-under-its-system", FAIL, "local", exchange=found(entry(patient(("urn:local", "bsn-anna"))))),
    case("bsn-under-its-system", UNDECIDED, "empty", exchange=NONE),
    case("yields-no-patient-data", PASS, "empty", unknown=NONE, control=GOOD),
    case("yields-no-patient-data", PASS, "404", unknown=of_nobody(response(404)), control=GOOD),
    case("yields-no-patient-data", FAIL, "someone else", unknown=GOOD, control=GOOD),
    case("yields-no-patient-data", FAIL, "someone else beside a refusal", unknown=REFUSED, control=GOOD),
    case("yields-no-patient-data", FAIL, "someone else in a refusal", unknown=INSIDE, control=GOOD),
    case("yields-no-patient-data", FAIL, "another's number in words", unknown=of_nobody(SPOKEN), control=GOOD),
    case("yields-no-patient-data", FAIL, "another's number in groups", unknown=DIVIDED, control=GOOD),
    case("yields-no-patient-data", PASS, "the number asked about", unknown=of_nobody(REPEATED), control=GOOD),
    *(
        case("yields-no-patient-data", UNDECIDED, f"HTTP {status}", unknown=of_nobody(response(status)), control=GOOD)
        for status in (201, 301, 401, 408, 429, 500)
    ),
    *(
        case("yields-no-patient-data", PASS, f"HTTP {status}", unknown=of_nobody(response(status)), control=GOOD)
        for status in (400, 402, 403, 407, 409, 410, 428, 430, 499)
    ),
    case("yields-no-patient-data", UNDECIDED, "a page", unknown=of_nobody(PAGE), control=GOOD),
    case("yields-no-patient-data", UNDECIDED, "control only tells", unknown=NONE, control=found(TOLD)),
    case("yields-no-patient-data", UNDECIDED, "control empty too", unknown=NONE, control=NONE),
    case("no-bsn-in-headers", PASS, "technical id", exchange=one(response(200, content_location="Patient/1"))),
    case("no-bsn-in-headers", FAIL, "bsn", exchange=one(response(200, content_location="Patient/bsn-anna"))),
    case(
        "no-bsn-in-headers",
        PASS,
        "the question again",
        exchange=(
            _about("bsn-anna", one(response(200, content_location=f"Flag?patient.identifier={BSN}|bsn-anna"))[0]),
        ),
    ),
    case(
        "no-bsn-in-headers",
        FAIL,
        "a number that was not asked about",
        exchange=(
            _about("bsn-anna", one(response(200, content_location=f"Flag?patient.identifier={BSN}|bsn-bram"))[0]),
        ),
    ),
    case("no-bsn-in-headers", UNDECIDED, "404", exchange=one(response(404))),
]
