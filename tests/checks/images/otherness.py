"""Cases on what no answer may hold: somebody else, what nobody knows, a number in an address."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conformance.codecs.dicomjson import TAGS
from conformance.model.exchange import Exchange
from tests.checks.images.answers import (
    ALL,
    DESCRIBED,
    FAIL,
    FRAMES,
    NO_METADATA,
    PASS,
    PICTURE,
    SILENCE,
    UNDECIDED,
    WHOLE,
    bent,
    case,
    of,
)
from tests.checks.images.recorded import recorded, status

UNKNOWN = recorded("describe-study/unknown")
PIXELS = "7FE00010"


def measured(one: Exchange, *told: str, patients: tuple[str, ...] = ("anna",), located: bool = False) -> Exchange:
    """The exchange with the facts that tell of whom it is."""
    facts = {**one.facts, "patients": list(patients), "told_of": list(told), "bsn_in_location": located}
    return replace(of("anna", one), facts=facts)


def headed(one: Exchange, name: str, text: str) -> Exchange:
    """The exchange with one header more in its answer."""
    assert one.response
    return replace(one, response=replace(one.response, headers=(*one.response.headers, (name, text))))


def at(tag: str, name: str, value: Any) -> Any:
    """Puts an address into the first data set."""
    return lambda entry: entry["datasets"][0].update({tag: {"vr": "UR", name: value}})


def nested(entry: dict[str, Any]) -> None:
    """Puts an address with a number into a sequence."""
    item = {"00081190": {"vr": "UR", "Value": ["https://node.example/bsn-anna"]}}
    entry["datasets"][0]["00081199"] = {"vr": "SQ", "Value": [item]}


def said(text: str) -> Any:
    """Puts other words into an answer."""
    return lambda entry: entry.update(text=text)


def typed(one: Exchange, media_type: str) -> Exchange:
    """The exchange with an answer that calls itself something else."""
    assert one.response
    headers = [(name, media_type if name == "content-type" else text) for name, text in one.response.headers]
    return replace(one, response=replace(one.response, headers=tuple(headers)), facts={})


def unkept(one: Exchange) -> Exchange:
    """The exchange of which the body could not be kept."""
    return replace(one, facts={**one.facts, "body_withheld": "not JSON that can be read"})


NATIVE = '<NativeDicomModel><DicomAttribute tag="00080060" vr="CS" keyword="Modality"/></NativeDicomModel>'
WITH_NUMBER = "https://node.example/dicom-web/patients/bsn-anna/studies/1.2"
REFUSED = bent("describe-study/unknown", lambda entry: entry.update(text='{"Details": "not here"}'))
OTHERNESS = [
    case("tells-of-nobody-else", PASS, "Orthanc", exchange=measured(ALL), control=ALL),
    case("tells-of-nobody-else", PASS, "files", exchange=measured(WHOLE, "anna"), control=ALL),
    case("tells-of-nobody-else", PASS, "a refusal", exchange=measured(UNKNOWN, patients=()), control=ALL),
    case("tells-of-nobody-else", FAIL, "a number", exchange=measured(ALL, patients=("anna", "bram")), control=ALL),
    case("tells-of-nobody-else", FAIL, "a name", exchange=measured(UNKNOWN, "bram", patients=()), control=ALL),
    case("tells-of-nobody-else", FAIL, "unlisted", exchange=measured(ALL, patients=("other-1",)), control=ALL),
    case(
        "tells-of-nobody-else",
        FAIL,
        "in a header",
        exchange=headed(measured(UNKNOWN), "warning", '299 - "also bsn-bram"'),
        control=ALL,
    ),
    case("tells-of-nobody-else", UNDECIDED, "not measured", exchange=of("anna", ALL), control=ALL),
    case("tells-of-nobody-else", UNDECIDED, "nothing given", exchange=measured(UNKNOWN), control=NO_METADATA),
    case("tells-of-nobody-else", UNDECIDED, "about nobody", exchange=ALL, control=ALL),
    case("gives-no-data", PASS, "Orthanc's words", exchange=REFUSED, control=ALL),
    case("gives-no-data", PASS, "nothing", exchange=recorded("search-images/nobody"), control=ALL),
    case("gives-no-data", FAIL, "matches", exchange=ALL, control=ALL),
    case("gives-no-data", FAIL, "with 404", exchange=bent("search-images/everything", status(404)), control=ALL),
    case("gives-no-data", FAIL, "files with 404", exchange=bent("hand-over-study/whole", status(404)), control=ALL),
    case("gives-no-data", FAIL, "frames", exchange=FRAMES, control=FRAMES),
    case(
        "gives-no-data", FAIL, "a picture with 404", exchange=bent("ordinary-pictures/view", status(404)), control=ALL
    ),
    case("gives-no-data", FAIL, "a picture", exchange=PICTURE, control=ALL),
    case(
        "gives-no-data",
        FAIL,
        "one data set without a list",
        exchange=bent("search-images/everything", lambda entry: entry.update(datasets=entry["datasets"][0])),
        control=ALL,
    ),
    case(
        "gives-no-data",
        FAIL,
        "a data set wrapped in words",
        exchange=bent("describe-study/unknown", said('{"message": "see", "found": [[{"00080060": {"vr": "CS"}}]]}')),
        control=ALL,
    ),
    case(
        "gives-no-data", FAIL, "a data set in XML", exchange=bent("describe-study/unknown", said(NATIVE)), control=ALL
    ),
    case("gives-no-data", FAIL, "a film", exchange=typed(PICTURE, "video/mpeg"), control=ALL),
    case("gives-no-data", UNDECIDED, "what was not kept", exchange=unkept(UNKNOWN), control=ALL),
    case("gives-no-data", UNDECIDED, "silence", exchange=SILENCE, control=ALL),
    case("gives-no-data", UNDECIDED, "nothing given", exchange=UNKNOWN, control=NO_METADATA),
    case("no-number-in-own-address", PASS, "Orthanc", exchange=measured(ALL), control=ALL),
    case("no-number-in-own-address", PASS, "Orthanc's metadata", exchange=measured(DESCRIBED), control=ALL),
    case("no-number-in-own-address", PASS, "files", exchange=measured(WHOLE), control=ALL),
    case(
        "no-number-in-own-address",
        PASS,
        "the next page repeats the question",
        exchange=headed(measured(ALL), "link", '<https://node.example/studies?PatientID=bsn-anna>; rel="next"'),
        control=ALL,
    ),
    case(
        "no-number-in-own-address",
        FAIL,
        "RetrieveURL",
        exchange=measured(bent("search-images/everything", at(TAGS["RetrieveURL"], "Value", [WITH_NUMBER]))),
        control=ALL,
    ),
    case(
        "no-number-in-own-address",
        FAIL,
        "BulkDataURI",
        exchange=measured(bent("describe-study/described", at(PIXELS, "BulkDataURI", WITH_NUMBER))),
        control=ALL,
    ),
    case(
        "no-number-in-own-address",
        FAIL,
        "in a sequence",
        exchange=measured(bent("describe-study/described", nested)),
        control=ALL,
    ),
    case(
        "no-number-in-own-address",
        FAIL,
        "Content-Location",
        exchange=headed(measured(ALL), "content-location", WITH_NUMBER),
        control=ALL,
    ),
    case("no-number-in-own-address", FAIL, "Location", exchange=measured(UNKNOWN, located=True), control=ALL),
    case("no-number-in-own-address", UNDECIDED, "not measured", exchange=ALL, control=ALL),
    case("no-number-in-own-address", UNDECIDED, "nothing given", exchange=measured(UNKNOWN), control=NO_METADATA),
]
