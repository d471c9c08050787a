"""Cases on a node that asks, made of calls by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conformance.checks.images.reading import Part
from conformance.model.exchange import Exchange
from tests.checks.images.answers import EARLIER, FAIL, PASS, SILENCE, STUDY, UNDECIDED, case, several
from tests.checks.images.recorded import calling
from tests.checks.making import SILENT, exchange, response

FOUND: list[Part] = [{"0020000D": {"vr": "UI", "Value": [STUDY]}}]
ASKED = "/studies?PatientID=bsn-anna&includefield=StudyDescription"
MODEL = "application/dicom+json"
SEARCH = calling("dicomweb.search-studies", ASKED, accept=MODEL, datasets=[dict(one) for one in FOUND])
START = exchange("driver.start", given={"action": "view-images", "patient": "anna"})
FETCH = calling("dicomweb.retrieve", f"/studies/{STUDY}", accept='multipart/related; type="application/dicom"')
ELSEWHERE = calling("dicomweb.retrieve", f"/studies/{EARLIER}", accept="*/*")
COUNTED = exchange("counterpart.calls", facts={"operations": {"dicomweb.search-studies": 1, "dicomweb.retrieve": 2}})
BOTH = {"operations": ["dicomweb.search-studies", "dicomweb.retrieve"]}
TYPE = {"name": "multipart/related", "type": "application/dicom"}


LOST = replace(SEARCH, request=None)


def search(path: str, **more: Any) -> Exchange:
    """A search the node made."""
    return calling("dicomweb.search-studies", path, **more)


VIEWING = [
    case("calls-made", PASS, "all", BOTH, calls=COUNTED, start=START),
    case("calls-made", FAIL, "no metadata", {"operations": ["dicomweb.metadata"]}, calls=COUNTED, start=START),
    case("calls-made", UNDECIDED, "not counted", BOTH, calls=exchange("counterpart.calls"), start=START),
    case("calls-made", UNDECIDED, "not started", BOTH, calls=COUNTED, start=exchange("driver.start", trouble=SILENT)),
    case("calls-made", UNDECIDED, "refused to start", BOTH, calls=COUNTED, start=exchange("x", response(500))),
    case(
        "asks-for-patient",
        FAIL,
        "two patients",
        exchange=search("/studies?PatientID=bsn-anna&PatientID=bsn-bram"),
        start=START,
    ),
    case("asks-for-patient", PASS, "within a study", exchange=search(f"/studies/{STUDY}/series"), start=START),
    case(
        "asks-for-patient",
        FAIL,
        "somebody else within a study",
        exchange=search(f"/studies/{STUDY}/series?PatientID=bsn-bram"),
        start=START,
    ),
    case("asks-for-patient", PASS, "keyword", exchange=SEARCH, start=START),
    case("asks-for-patient", PASS, "tag", exchange=search("/studies?00100020=bsn-anna"), start=START),
    case("asks-for-patient", FAIL, "everybody", exchange=search("/studies"), start=START),
    case("asks-for-patient", FAIL, "another", exchange=search("/studies?PatientID=bsn-bram"), start=START),
    case("asks-for-patient", FAIL, "wild card", exchange=search("/studies?PatientID=bsn-anna*"), start=START),
    case("known-keys", PASS, "as agreed", exchange=SEARCH),
    case("known-keys", PASS, "a path of attributes", exchange=search("/studies?RequestAttributesSequence.00400009=1")),
    case("known-keys", PASS, "not listed here", exchange=search("/studies?OverlayRows=1&StudyID=1")),
    case("known-keys", FAIL, "misspelled", exchange=search("/studies?ModalityInStudy=CT")),
    case("known-keys", FAIL, "made up", exchange=search("/studies?patient-name=x")),
    case("accepts", PASS, "DICOM", TYPE, exchange=FETCH),
    case("accepts", PASS, "anything", TYPE, exchange=ELSEWHERE),
    case(
        "accepts", PASS, "parts of any type", TYPE, exchange=search("/studies", accept='multipart/related; type="*/*"')
    ),
    case("accepts", FAIL, "nothing said", TYPE, exchange=search("/studies")),
    case("accepts", FAIL, "HTML", TYPE, exchange=search("/studies", accept="text/html")),
    case(
        "accepts", FAIL, "other parts", TYPE, exchange=search("/studies", accept='multipart/related; type="image/jpeg"')
    ),
    several("takes-what-was-offered", PASS, "found first", exchange=(SEARCH, FETCH), offers=(SEARCH,)),
    case("takes-what-was-offered", PASS, "no study named", exchange=SEARCH, offers=SEARCH),
    case("takes-what-was-offered", FAIL, "never found", exchange=ELSEWHERE, offers=SEARCH),
    case("takes-what-was-offered", FAIL, "nothing found", exchange=FETCH, offers=search("/studies", code=204)),
    case("takes-what-was-offered", FAIL, "found later", exchange=FETCH, offers=SEARCH),
    case("takes-what-was-offered", UNDECIDED, "not answered", exchange=FETCH, offers=SILENCE),
    case("number-only-in-search", PASS, "search", exchange=SEARCH),
    case(
        "number-only-in-search",
        FAIL,
        "behind an address that searches nothing",
        exchange=calling("dicomweb.metadata", f"/studies/{STUDY}/metadata?PatientID=bsn-anna"),
    ),
    case("number-only-in-search", FAIL, "path", exchange=calling("dicomweb.metadata", "/patients/bsn-anna/metadata")),
    case(
        "number-only-in-search",
        FAIL,
        "header",
        exchange=calling("dicomweb.metadata", "/studies/1.2", x_patient="bsn-anna"),
    ),
]
VIEWING += [
    case("asks-for-patient", UNDECIDED, "request lost", exchange=LOST, start=START),
    case("known-keys", UNDECIDED, "request lost", exchange=LOST),
    case("accepts", UNDECIDED, "request lost", TYPE, exchange=LOST),
    case("number-only-in-search", UNDECIDED, "request lost", exchange=LOST),
    case("number-only-in-search", FAIL, "cookie", exchange=replace(SEARCH, facts={"bsn_in_headers": ["cookie"]})),
]
