"""Cases on searching and on saying no."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from tests.checks.images.answers import (
    ALL,
    DESCRIBED,
    EVERY,
    FAIL,
    KEYS,
    NO_METADATA,
    NOT_ACCEPTABLE,
    NOT_FOUND,
    PASS,
    PATIENT,
    SERIES,
    SILENCE,
    TINY,
    UNDECIDED,
    bent,
    case,
    of,
)
from tests.checks.images.recorded import asking, doubling, dropping, empty, recorded, status, typed, without
from tests.checks.making import Case

NOTHING = bent("search-images/everything", empty)
BOTH_FIELDS = "?PatientID=bsn-anna&includefield=StudyDate,00081030"
BARE_SERIES = bent("study-to-instance/series", lambda e: (without("PatientID")(e), asking("?PatientID=bsn-anna")(e)))


def bare(entry: dict[str, Any]) -> None:
    """Puts the first data set in place of the list."""
    entry["datasets"] = entry["datasets"][0]


OTHER_SERIES = bent(
    "study-to-instance/series",
    lambda e: (
        e["datasets"][0].update({"00100020": {"vr": "LO", "Value": ["bsn-bram"]}}),
        asking("?PatientID=bsn-anna")(e),
    ),
)
UNDESCRIBED = bent("search-images/included", without("StudyDescription"))
ACCESSION = "search-images/accession"
NOBODY = recorded("search-images/nobody")
REFUSED = bent("search-images/nobody", status(400))
TOO_LONG = replace(ALL, facts={"body_over_budget": True, "body_size": 99_999_999})
ONE_OF_TWO = bent("search-images/everything", asking(BOTH_FIELDS))
SEARCHING = [
    case("dicom-json-answer", PASS, "Orthanc", exchange=ALL),
    case("dicom-json-answer", FAIL, "tiny-pacs has no metadata", exchange=NO_METADATA),
    case("dicom-json-answer", FAIL, "called JSON", exchange=bent("search-images/everything", typed("text/json"))),
    case("dicom-json-answer", FAIL, "no model", exchange=bent("search-images/nobody", lambda e: e.update(datasets={}))),
    case("dicom-json-answer", UNDECIDED, "silence", exchange=SILENCE),
    case("dicom-json-answer", UNDECIDED, "an empty list", exchange=bent("search-images/everything", empty)),
    case("dicom-json-throughout", PASS, "Orthanc", exchange=ALL, control=ALL),
    case("dicom-json-throughout", PASS, "a refusal", exchange=REFUSED, control=ALL),
    case("dicom-json-throughout", PASS, "one match", exchange=recorded("search-images/accession"), control=ALL),
    case("dicom-json-throughout", FAIL, "one match as an object", exchange=bent(ACCESSION, bare), control=ALL),
    case("dicom-json-throughout", UNDECIDED, "silence", exchange=SILENCE, control=ALL),
    case("finds-exactly", PASS, "Orthanc", exchange=recorded(ACCESSION), control=ALL, short=NOBODY),
    case("finds-exactly", FAIL, "by its beginning", exchange=recorded(ACCESSION), control=ALL, short=ALL),
    case("finds-exactly", FAIL, "twice", exchange=bent(ACCESSION, doubling), control=ALL, short=NOBODY),
    case("finds-exactly", UNDECIDED, "silence", exchange=recorded(ACCESSION), control=ALL, short=SILENCE),
    case("attributes-present", PASS, "Orthanc", KEYS, exchange=ALL, control=ALL),
    case("attributes-present", PASS, "a refusal", KEYS, exchange=NO_METADATA, control=ALL),
    case(
        "attributes-present", FAIL, "tiny-pacs", KEYS, exchange=recorded("search-images/everything", TINY), control=ALL
    ),
    case("attributes-present", UNDECIDED, "nothing there", KEYS, exchange=NOTHING, control=NO_METADATA),
    case("includes-asked", PASS, "Orthanc", exchange=recorded("search-images/included"), others=ALL),
    case(
        "includes-asked",
        FAIL,
        "left out",
        exchange=bent("search-images/included", without("StudyDescription")),
        others=ALL,
    ),
    case(
        "includes-asked", FAIL, "one of two", exchange=bent("search-images/everything", asking(BOTH_FIELDS)), others=ALL
    ),
    case("includes-asked", UNDECIDED, "not asked", exchange=ALL, others=ALL),
    case("includes-asked", UNDECIDED, "nothing there", exchange=bent("search-images/included", empty), others=ALL),
    case("answers-only-asked", PASS, "Orthanc", PATIENT, exchange=ALL, control=ALL),
    case("answers-only-asked", PASS, "key as tag", PATIENT, exchange=recorded("search-images/by-tag"), control=ALL),
    case("answers-only-asked", PASS, "nothing", PATIENT, exchange=recorded("search-images/nobody"), control=ALL),
    case(
        "answers-only-asked",
        PASS,
        "a refusal",
        PATIENT,
        exchange=bent("search-images/nobody", lambda e: e.update(status=400, datasets={"HttpStatus": 400})),
        control=ALL,
    ),
    case(
        "answers-only-asked",
        FAIL,
        "in a refusal",
        PATIENT,
        exchange=bent("search-images/other", lambda e: (status(400)(e), asking("?PatientID=bsn-anna")(e))),
        control=ALL,
    ),
    case(
        "answers-only-asked",
        FAIL,
        "tiny-pacs ignores a tag",
        PATIENT,
        exchange=recorded("search-images/by-tag", TINY),
        control=ALL,
    ),
    case(
        "answers-only-asked",
        PASS,
        "not asked",
        PATIENT,
        exchange=bent("search-images/everything", asking("")),
        control=ALL,
    ),
    case("answers-only-asked", PASS, "series without number", PATIENT, exchange=BARE_SERIES, control=ALL),
    case("answers-only-asked", FAIL, "somebody else's series", PATIENT, exchange=OTHER_SERIES, control=ALL),
    case(
        "answers-only-asked",
        UNDECIDED,
        "nothing anywhere",
        PATIENT,
        exchange=recorded("search-images/nobody"),
        control=NO_METADATA,
    ),
    case("finds-all", PASS, "Orthanc", EVERY, exchange=of("anna", ALL)),
    case("finds-all", FAIL, "one missing", EVERY, exchange=of("anna", bent("search-images/everything", dropping()))),
    case("finds-all", FAIL, "one twice", EVERY, exchange=of("anna", bent("search-images/everything", doubling))),
    case("finds-all", UNDECIDED, "nothing loaded", EVERY, exchange=of("anna", NOTHING)),
    case("finds-all", UNDECIDED, "data of its own", {**EVERY, "data": "own"}, exchange=of("anna", ALL)),
    case("finds-all", UNDECIDED, "of nobody", EVERY, exchange=of("dina", ALL)),
    case("finds-nothing", PASS, "Orthanc's empty list", exchange=recorded("search-images/nobody"), control=ALL),
    case("finds-nothing", PASS, "tiny-pacs' 204", exchange=recorded("search-images/nobody", TINY), control=ALL),
    case("finds-nothing", FAIL, "something", exchange=ALL, control=ALL),
    case(
        "finds-nothing", FAIL, "204 with something", exchange=bent("search-images/everything", status(204)), control=ALL
    ),
    case("finds-nothing", FAIL, "404", exchange=NO_METADATA, control=ALL),
    case(
        "finds-nothing",
        UNDECIDED,
        "nothing at all",
        exchange=recorded("search-images/nobody"),
        control=NOTHING,
    ),
    case("search-narrows", PASS, "a period", exchange=recorded("search-images/period"), control=ALL),
    case("search-narrows", PASS, "a wild card", exchange=recorded("search-images/wildcard"), control=ALL),
    case("search-narrows", PASS, "a list", exchange=recorded("search-images/listed"), control=ALL),
    case("search-narrows", PASS, "a modality", exchange=recorded("search-images/modality"), control=ALL),
    case("search-narrows", PASS, "a number", exchange=recorded("search-images/accession"), control=ALL),
    case(
        "search-narrows",
        PASS,
        "a tag",
        exchange=bent("search-images/period", asking("?00080020=20240101-20241231")),
        control=ALL,
    ),
    case("search-narrows", FAIL, "tiny-pacs", exchange=recorded("search-images/wildcard", TINY), control=ALL),
    case("search-narrows", FAIL, "refused", exchange=bent("search-images/wildcard", status(400)), control=ALL),
    case(
        "search-narrows",
        FAIL,
        "the bound left out",
        exchange=bent("search-images/period", lambda e: (dropping()(e), asking("?StudyDate=20240618-20241105")(e))),
        control=ALL,
    ),
    case(
        "search-narrows",
        FAIL,
        "too many",
        exchange=bent("search-images/everything", asking("?StudyDate=20260101-")),
        control=ALL,
    ),
    case("search-narrows", FAIL, "found twice", exchange=bent("search-images/period", doubling), control=ALL),
    case("as-without", FAIL, "found twice", exchange=bent("search-images/by-tag", doubling), control=ALL),
    case(
        "search-narrows",
        UNDECIDED,
        "no dates",
        exchange=recorded("search-images/period"),
        control=bent("search-images/everything", without("StudyDate")),
    ),
    case("as-without", PASS, "Orthanc", exchange=recorded("search-images/by-tag"), control=ALL),
    case("as-without", FAIL, "tiny-pacs", exchange=recorded("search-images/by-tag", TINY), control=ALL),
    case(
        "as-without",
        UNDECIDED,
        "no study is named",
        exchange=ALL,
        control=bent("search-images/everything", without("StudyInstanceUID")),
    ),
    case("as-without", UNDECIDED, "more than is read", exchange=ALL, control=TOO_LONG),
    case("as-without", UNDECIDED, "not DICOM JSON", exchange=ALL, control=bent("search-images/everything", bare)),
    case("as-without", UNDECIDED, "nothing", exchange=ALL, control=NOTHING),
    case("as-without", PASS, "series", exchange=SERIES, control=SERIES),
    case("as-without", FAIL, "series", exchange=bent("study-to-instance/series", dropping()), control=SERIES),
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
