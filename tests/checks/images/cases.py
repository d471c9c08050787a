"""Recordings for the image chapters: answers of Orthanc and tiny-pacs, some of them bent, and calls made by hand."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conformance.checks.images.reading import Part
from conformance.model.exchange import Exchange
from conformance.model.words import Verdict
from tests.checks.images.recorded import (
    asking,
    calling,
    dicom,
    doubling,
    dropping,
    empty,
    envelope,
    part,
    putting,
    recorded,
    status,
    typed,
    without,
)
from tests.checks.making import SILENT, Case, exchange

PASS, FAIL, UNDECIDED = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE
TINY = "tiny-pacs"
STUDY = "2.25.242751424491965810467865205119634391897"
EARLIER = "2.25.237213457455430260520635469323387625133"
RADIOGRAPH = "2.25.118827043688592510347913700139058029491"
SUID, UID = "StudyInstanceUID", "SOPInstanceUID"

SILENCE = exchange("dicomweb.search-studies", trouble=SILENT)
ALL = recorded("search-images/everything")
SEARCHED = recorded("study-to-instance/study")
SERIES = recorded("study-to-instance/series")
INSTANCES = recorded("study-to-instance/instances")
IN_SERIES = recorded("study-to-instance/in-series")
DESCRIBED = recorded("describe-study/described")
ONE = recorded("describe-study/one")
WHOLE = recorded("hand-over-study/whole")
PART = recorded("hand-over-study/part")
SELECTION = recorded("hand-over-study/selection")
FRAMES = recorded("single-frames/listed")
CLIP = recorded("single-frames/described")
PICTURE = recorded("ordinary-pictures/view")
VIEW = recorded("ordinary-pictures/view-described")
NO_METADATA = recorded("describe-study/described", TINY)


def case(kind: str, verdict: Verdict, about: str, _with: dict[str, Any] | None = None, **exchanges: Exchange) -> Case:
    """One case; a parameter of the judgement that takes one exchange gets one."""
    made = {name: (one,) for name, one in exchanges.items()}
    return Case(kind=kind, verdict=verdict, about=about, exchanges=made, parameters=_with or {})


def bent(name: str, change: Any, archive: str = "orthanc") -> Exchange:
    """A recorded answer, bent in one place."""
    return recorded(name, archive, change)


PATIENT = {"attribute": "PatientID"}
BY_STUDY = {"identity": SUID}
BY_SOP = {"identity": UID}
EVERY = {"attribute": SUID, "expected": [STUDY, EARLIER, RADIOGRAPH]}
PERIOD = {"attribute": "StudyDate", "form": "range", **BY_STUDY}
WILD = {"attribute": "AccessionNumber", "form": "wildcard", **BY_STUDY}
LIST = {"attribute": SUID, "form": "list", **BY_STUDY}
KEYS = {"attributes": ["StudyDate", "StudyTime", "ModalitiesInStudy"]}
NOT_FOUND, NOT_ACCEPTABLE = {"statuses": [404]}, {"statuses": [406]}

SEARCHING = [
    case("dicom-json-answer", PASS, "Orthanc", exchange=ALL),
    case("dicom-json-answer", FAIL, "tiny-pacs has no metadata", exchange=NO_METADATA),
    case("dicom-json-answer", FAIL, "called JSON", exchange=bent("search-images/everything", typed("text/json"))),
    case("dicom-json-answer", FAIL, "no model", exchange=bent("search-images/nobody", lambda e: e.update(datasets={}))),
    case("dicom-json-answer", UNDECIDED, "silence", exchange=SILENCE),
    case("attributes-present", PASS, "Orthanc", KEYS, exchange=ALL),
    case("attributes-present", FAIL, "tiny-pacs", KEYS, exchange=recorded("search-images/everything", TINY)),
    case("attributes-present", UNDECIDED, "nothing there", KEYS, exchange=bent("search-images/everything", empty)),
    case("answers-only-asked", PASS, "Orthanc", PATIENT, exchange=ALL),
    case("answers-only-asked", PASS, "key as tag", PATIENT, exchange=recorded("search-images/by-tag")),
    case(
        "answers-only-asked", FAIL, "tiny-pacs ignores a tag", PATIENT, exchange=recorded("search-images/by-tag", TINY)
    ),
    case("answers-only-asked", UNDECIDED, "not asked", PATIENT, exchange=bent("search-images/everything", asking(""))),
    case("finds-all", PASS, "Orthanc", EVERY, exchange=ALL),
    case("finds-all", FAIL, "one missing", EVERY, exchange=bent("search-images/everything", dropping())),
    case("finds-all", FAIL, "one twice", EVERY, exchange=bent("search-images/everything", doubling)),
    case("finds-all", UNDECIDED, "nothing loaded", EVERY, exchange=bent("search-images/everything", empty)),
    case("finds-nothing", PASS, "Orthanc's empty list", exchange=recorded("search-images/nobody"), control=ALL),
    case("finds-nothing", PASS, "tiny-pacs' 204", exchange=recorded("search-images/nobody", TINY), control=ALL),
    case("finds-nothing", PASS, "404 allowed", {"also": [404]}, exchange=NO_METADATA, control=ALL),
    case("finds-nothing", FAIL, "something", exchange=ALL, control=ALL),
    case("finds-nothing", FAIL, "404", exchange=NO_METADATA, control=ALL),
    case(
        "finds-nothing",
        UNDECIDED,
        "nothing at all",
        exchange=recorded("search-images/nobody"),
        control=bent("search-images/everything", empty),
    ),
    case("search-narrows", PASS, "a period", PERIOD, exchange=recorded("search-images/period"), control=ALL),
    case("search-narrows", PASS, "a wild card", WILD, exchange=recorded("search-images/wildcard"), control=ALL),
    case("search-narrows", PASS, "a list", LIST, exchange=recorded("search-images/listed"), control=ALL),
    case("search-narrows", FAIL, "tiny-pacs", WILD, exchange=recorded("search-images/wildcard", TINY), control=ALL),
    case("search-narrows", FAIL, "refused", WILD, exchange=bent("search-images/wildcard", status(400)), control=ALL),
    case(
        "search-narrows",
        FAIL,
        "too many",
        PERIOD,
        exchange=bent("search-images/everything", asking("?StudyDate=20260101-")),
        control=ALL,
    ),
    case(
        "search-narrows",
        UNDECIDED,
        "no dates",
        PERIOD,
        exchange=recorded("search-images/period"),
        control=bent("search-images/everything", without("StudyDate")),
    ),
    case("as-without", PASS, "Orthanc", BY_STUDY, exchange=recorded("search-images/by-tag"), control=ALL),
    case("as-without", FAIL, "tiny-pacs", BY_STUDY, exchange=recorded("search-images/by-tag", TINY), control=ALL),
    case("as-without", UNDECIDED, "nothing", BY_STUDY, exchange=ALL, control=bent("search-images/everything", empty)),
    case(
        "refused-as-agreed",
        PASS,
        "unknown study",
        NOT_FOUND,
        exchange=recorded("describe-study/unknown"),
        control=DESCRIBED,
    ),
    case(
        "refused-as-agreed",
        FAIL,
        "Orthanc ignores Accept",
        NOT_ACCEPTABLE,
        exchange=recorded("search-images/unacceptable"),
        control=ALL,
    ),
    case("refused-as-agreed", UNDECIDED, "good one refused too", NOT_FOUND, exchange=NO_METADATA, control=NO_METADATA),
    case(
        "media-type-among",
        PASS,
        "Orthanc",
        {"types": ["application/dicom+json"]},
        exchange=recorded("search-images/no-accept"),
    ),
    case("media-type-among", FAIL, "text", {"types": ["multipart/related"]}, exchange=ALL),
    case("media-type-among", UNDECIDED, "silence", {"types": ["multipart/related"]}, exchange=SILENCE),
]
PAGES = (recorded("search-images/page-one"), recorded("search-images/page-two"))
PAGING = [
    Case(
        kind="pages-complete",
        verdict=verdict,
        about=about,
        parameters=BY_STUDY,
        exchanges={"pages": pages, "control": (control,)},
    )
    for verdict, about, pages, control in (
        (PASS, "Orthanc", PAGES, ALL),
        (FAIL, "the same page twice", (PAGES[0], PAGES[0]), ALL),
        (FAIL, "a page is missing", PAGES[:1], ALL),
        (FAIL, "a page too long", (bent("search-images/page-one", doubling), PAGES[1]), ALL),
        (FAIL, "refused", (PAGES[0], bent("search-images/page-two", status(400))), ALL),
        (UNDECIDED, "too little", PAGES, bent("search-images/everything", dropping(2))),
    )
]
PLACE = {"attributes": ["Rows", "PatientID", "Modality"]}
CONSISTENCY = [
    case("same-identifiers", PASS, "Orthanc", BY_SOP, exchange=DESCRIBED, control=INSTANCES),
    case("same-identifiers", PASS, "files", BY_SOP, exchange=WHOLE, control=INSTANCES),
    case(
        "same-identifiers",
        FAIL,
        "one less",
        BY_SOP,
        exchange=bent("hand-over-study/whole", dropping()),
        control=INSTANCES,
    ),
    case("same-identifiers", UNDECIDED, "tiny-pacs has no metadata", BY_SOP, exchange=NO_METADATA, control=INSTANCES),
    case("described-alike", PASS, "Orthanc", PLACE, exchange=WHOLE, control=DESCRIBED),
    case(
        "described-alike",
        FAIL,
        "rows",
        PLACE,
        exchange=WHOLE,
        control=bent("describe-study/described", putting("Rows", 512)),
    ),
    case("described-alike", UNDECIDED, "no metadata", PLACE, exchange=WHOLE, control=NO_METADATA),
    case("same-patient", PASS, "Orthanc", PATIENT, exchange=WHOLE, control=SEARCHED),
    case(
        "same-patient",
        FAIL,
        "bram",
        PATIENT,
        exchange=bent("hand-over-study/whole", putting("PatientID", "bsn-bram")),
        control=SEARCHED,
    ),
    case(
        "same-patient",
        FAIL,
        "nobody",
        PATIENT,
        exchange=bent("describe-study/described", without("PatientID")),
        control=SEARCHED,
    ),
    case("same-patient", UNDECIDED, "no files", PATIENT, exchange=NO_METADATA, control=SEARCHED),
    case("answers-the-path", PASS, "one instance", exchange=ONE),
    case("answers-the-path", PASS, "a series", exchange=PART),
    case(
        "answers-the-path",
        FAIL,
        "another series",
        exchange=bent("hand-over-study/part", putting("SeriesInstanceUID", "1.2.3")),
    ),
    case("answers-the-path", FAIL, "two for one", exchange=bent("describe-study/one", doubling)),
    case("answers-the-path", UNDECIDED, "tiny-pacs has no metadata", exchange=NO_METADATA),
    case("study-counts-agree", PASS, "Orthanc", exchange=SEARCHED, series=SERIES, instances=INSTANCES),
    case(
        "study-counts-agree",
        FAIL,
        "one too many",
        exchange=bent("study-to-instance/study", putting("NumberOfStudyRelatedSeries", 4)),
        series=SERIES,
        instances=INSTANCES,
    ),
    case(
        "study-counts-agree",
        UNDECIDED,
        "tiny-pacs does not count",
        exchange=recorded("study-to-instance/study", TINY),
        series=SERIES,
        instances=INSTANCES,
    ),
    case("series-counts-agree", PASS, "Orthanc", exchange=SERIES, instances=INSTANCES),
    case(
        "series-counts-agree",
        FAIL,
        "one less",
        exchange=SERIES,
        instances=bent("study-to-instance/instances", dropping()),
    ),
    case(
        "series-counts-agree",
        UNDECIDED,
        "tiny-pacs does not count",
        exchange=recorded("study-to-instance/series", TINY),
        instances=INSTANCES,
    ),
    case("modalities-agree", PASS, "Orthanc", exchange=SEARCHED, series=SERIES),
    case("modalities-agree", FAIL, "KO hidden", exchange=SEARCHED, series=bent("study-to-instance/series", dropping())),
    case(
        "modalities-agree",
        UNDECIDED,
        "tiny-pacs says none",
        exchange=recorded("study-to-instance/study", TINY),
        series=SERIES,
    ),
    case("references-exist", PASS, "Orthanc", exchange=SELECTION, study=WHOLE),
    case("references-exist", FAIL, "images gone", exchange=SELECTION, study=bent("hand-over-study/whole", dropping(5))),
    case("references-exist", UNDECIDED, "no references", exchange=PART, study=WHOLE),
]
FILE = {"type": "application/dicom"}
EXPLICIT = {"syntaxes": ["1.2.840.10008.1.2.1"]}
REPORT = {"modality": "SR", "sop_classes": ["1.2.840.10008.5.1.4.1.1.88.11"]}
GARBLED = {"preamble": False, "readable": False, "defect": "no-dicm-prefix"}
RETRIEVING = [
    case("multipart-sound", PASS, "Orthanc", FILE, exchange=WHOLE),
    case("multipart-sound", PASS, "tiny-pacs", FILE, exchange=recorded("hand-over-study/whole", TINY)),
    case("multipart-sound", PASS, "Orthanc's frames", {"type": "application/octet-stream"}, exchange=FRAMES),
    case("multipart-sound", FAIL, "another type", {"type": "application/octet-stream"}, exchange=WHOLE),
    case(
        "multipart-sound",
        FAIL,
        "cut off",
        FILE,
        exchange=bent("hand-over-study/whole", envelope(defects=["no-closing-delimiter"])),
    ),
    case(
        "multipart-sound", FAIL, "strange part", FILE, exchange=bent("hand-over-study/whole", part(type="text/plain"))
    ),
    case("multipart-sound", FAIL, "single", FILE, exchange=bent("hand-over-study/whole", typed("application/dicom"))),
    case("multipart-sound", UNDECIDED, "silence", FILE, exchange=SILENCE),
    case("parts-are-dicom", PASS, "Orthanc", exchange=WHOLE),
    case("parts-are-dicom", FAIL, "no preamble", exchange=bent("hand-over-study/whole", part(dicom=GARBLED))),
    case("parts-are-dicom", UNDECIDED, "an error page", exchange=NO_METADATA),
    case("transfer-syntax-among", PASS, "Orthanc", EXPLICIT, exchange=WHOLE),
    case(
        "transfer-syntax-among",
        FAIL,
        "JPEG",
        EXPLICIT,
        exchange=bent("hand-over-study/whole", dicom(transfer_syntax="1.2.840.10008.1.2.4.50")),
    ),
    case(
        "transfer-syntax-among",
        UNDECIDED,
        "unreadable",
        EXPLICIT,
        exchange=bent("hand-over-study/whole", part(dicom=GARBLED)),
    ),
    case("pixels-complete", PASS, "Orthanc", exchange=WHOLE),
    case(
        "pixels-complete",
        FAIL,
        "short",
        exchange=bent("hand-over-study/whole", dicom(pixels={"bytes": 8000, "expected": 8192})),
    ),
    case("pixels-complete", UNDECIDED, "no pictures", exchange=SELECTION),
    case("pixels-by-address", PASS, "Orthanc", exchange=DESCRIBED),
    case(
        "pixels-by-address",
        FAIL,
        "inline",
        exchange=bent(
            "describe-study/described",
            lambda e: e["datasets"][0].update({"7FE00010": {"vr": "OW", "InlineBinary": "AA=="}}),
        ),
    ),
    case("pixels-by-address", UNDECIDED, "tiny-pacs has no metadata", exchange=NO_METADATA),
    case("holds-modality", PASS, "Orthanc", REPORT, exchange=recorded("hand-over-study/report")),
    case("holds-modality", FAIL, "a selection", REPORT, exchange=SELECTION),
    case(
        "holds-modality",
        FAIL,
        "another class",
        {**REPORT, "sop_classes": ["1.2"]},
        exchange=recorded("hand-over-study/report"),
    ),
    case("holds-modality", UNDECIDED, "nothing", REPORT, exchange=NO_METADATA),
    case("frames-as-asked", PASS, "Orthanc", exchange=FRAMES, description=CLIP),
    case("frames-as-asked", FAIL, "one of two", exchange=bent("single-frames/listed", dropping()), description=CLIP),
    case("frames-as-asked", FAIL, "short", exchange=bent("single-frames/listed", part(size=100)), description=CLIP),
    case(
        "frames-as-asked",
        UNDECIDED,
        "tiny-pacs has none",
        exchange=recorded("single-frames/listed", TINY),
        description=CLIP,
    ),
    case("picture-given", PASS, "Orthanc", exchange=PICTURE, description=VIEW),
    case("picture-given", FAIL, "tiny-pacs", exchange=recorded("ordinary-pictures/view", TINY), description=VIEW),
    case(
        "picture-given",
        FAIL,
        "called JPEG",
        exchange=bent("ordinary-pictures/view", typed("image/jpeg")),
        description=VIEW,
    ),
    case(
        "picture-given",
        FAIL,
        "squeezed",
        exchange=bent("ordinary-pictures/view", part(image={"format": "png", "width": 64, "height": 10})),
        description=VIEW,
    ),
    case("picture-given", UNDECIDED, "no description", exchange=PICTURE, description=NO_METADATA),
]
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
    case("calls-made", PASS, "all", BOTH, exchange=COUNTED),
    case("calls-made", FAIL, "no metadata", {"operations": ["dicomweb.metadata"]}, exchange=COUNTED),
    case("calls-made", UNDECIDED, "not counted", BOTH, exchange=exchange("counterpart.calls")),
    case("asks-for-patient", PASS, "keyword", exchange=SEARCH, start=START),
    case("asks-for-patient", PASS, "tag", exchange=search("/studies?00100020=bsn-anna"), start=START),
    case("asks-for-patient", FAIL, "everybody", exchange=search("/studies"), start=START),
    case("asks-for-patient", FAIL, "another", exchange=search("/studies?PatientID=bsn-bram"), start=START),
    case("asks-for-patient", FAIL, "wild card", exchange=search("/studies?PatientID=bsn-anna*"), start=START),
    case("known-keys", PASS, "as agreed", exchange=SEARCH),
    case("known-keys", PASS, "a path of attributes", exchange=search("/studies?RequestAttributesSequence.00400009=1")),
    case("known-keys", FAIL, "made up", exchange=search("/studies?patient-name=x")),
    case("accepts", PASS, "DICOM", TYPE, exchange=FETCH),
    case("accepts", PASS, "anything", TYPE, exchange=ELSEWHERE),
    case("accepts", FAIL, "nothing said", TYPE, exchange=search("/studies")),
    case("accepts", FAIL, "HTML", TYPE, exchange=search("/studies", accept="text/html")),
    case(
        "accepts", FAIL, "other parts", TYPE, exchange=search("/studies", accept='multipart/related; type="image/jpeg"')
    ),
    case("takes-what-was-offered", PASS, "found first", calls=FETCH, offers=SEARCH),
    case("takes-what-was-offered", FAIL, "never found", calls=ELSEWHERE, offers=SEARCH),
    case("takes-what-was-offered", UNDECIDED, "nothing found", calls=FETCH, offers=search("/studies", code=204)),
    case("number-only-in-search", PASS, "search", exchange=SEARCH),
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
]
CASES = [*SEARCHING, *PAGING, *CONSISTENCY, *RETRIEVING, *VIEWING]
