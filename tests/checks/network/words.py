"""Which words of a record a refusal must not repeat, and which are in every answer."""

from __future__ import annotations

from typing import Any

from conformance.model.exchange import Exchange
from conformance.model.words import Verdict
from tests.checks.making import Case, exchange, response

PASS, FAIL = Verdict.PASS, Verdict.FAIL
ASKED = "https://node.example/fhir/Patient/p-8051"


def told(verdict: Verdict, about: str, refused: Exchange, control: Exchange) -> Case:
    exchanges = {"refused": (refused,), "control": (control,)}
    return Case(kind="refusal-tells-nothing", verdict=verdict, about=about, exchanges=exchanges)


def holding(**members: Any) -> Exchange:
    """What the good request gets: a record with these members."""
    return exchange("x", response(200, {"resourceType": "Patient", **members}), url=ASKED)


def saying(words: str) -> Exchange:
    return exchange("x", response(403, f"Forbidden: {words}!", content_type="text/plain"), url=ASKED)


def typed(media_type: str) -> Exchange:
    return exchange("x", response(403, "x", content_type=media_type), url=ASKED)


def repeated(verdict: Verdict, name: str, value: str, about: str = "") -> Case:
    return told(verdict, about or f"{value} of {name}", saying(value), holding(**{name: value}))


PUBLIC = ("resourceType", "system", "url", "profile", "fullUrl", "code", "lastUpdated", "vr", "reference")
WORDS = [
    *(repeated(PASS, name, "Release 2026 of it") for name in PUBLIC),
    *(repeated(FAIL, name, "Release 2026 of it") for name in ("text", "display", "id", "birthDate", "value")),
    # Names are told by themselves, other words only when something in them marks a record.
    *(repeated(FAIL, name, "Berkhout") for name in ("family", "given", "Alphabetic")),
    *(repeated(PASS, "status", word) for word in ("active", "Berkhout")),
    *(repeated(FAIL, "note", word) for word in ("Valt vaak", "room12", "bsn-anna", "9x9x", "1957-03-02")),
    *(repeated(PASS, "note", word) for word in ("9x9", "A 1")),
    *(
        repeated(PASS, "note", f"{start}a 12", f"an address by {start}")
        for start in ("http://", "https://", "urn:", "1.2.840.10008.")
    ),
    repeated(FAIL, "note", "1.2.840.99 12"),
    told(
        FAIL, "a value of DICOM", saying("Lung nodule"), holding(**{"00081030": {"vr": "LO", "Value": ["Lung nodule"]}})
    ),
    told(FAIL, "a name of DICOM", saying("Berkhout"), holding(**{"00100010": {"Value": [{"Alphabetic": "Berkhout"}]}})),
    told(FAIL, "in a list", saying("Valt vaak"), holding(note=[{"text": ["-", "Valt vaak"]}])),
    told(PASS, "part of a word", saying("xBerkhoutx"), holding(name=[{"family": "Berkhout"}])),
    told(PASS, "capabilities", saying("Suite 12"), holding(resourceType="CapabilityStatement", software="Suite 12")),
    told(PASS, "of another refusal", saying("Suite 12"), exchange("x", response(404, {"note": "Suite 12"}), url=ASKED)),
    *(
        told(FAIL, media_type, typed(media_type), holding())
        for media_type in (
            "application/dicom",
            "application/dicom+json",
            "multipart/related",
            "multipart/mixed",
            "application/octet-stream",
        )
    ),
    *(told(PASS, media_type, typed(media_type), holding()) for media_type in ("text/html", "application/json")),
]
