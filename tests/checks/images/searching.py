"""Cases on searching and on saying no."""

from __future__ import annotations

from tests.checks.images.answers import (
    ALL,
    BY_STUDY,
    DESCRIBED,
    EVERY,
    FAIL,
    KEYS,
    LIST,
    NO_METADATA,
    NOT_ACCEPTABLE,
    NOT_FOUND,
    PASS,
    PATIENT,
    PERIOD,
    SILENCE,
    TINY,
    UNDECIDED,
    WILD,
    bent,
    case,
)
from tests.checks.images.recorded import asking, doubling, dropping, empty, recorded, status, typed, without
from tests.checks.making import Case

SEARCHING = [
    case("dicom-json-answer", PASS, "Orthanc", exchange=ALL),
    case("dicom-json-answer", FAIL, "tiny-pacs has no metadata", exchange=NO_METADATA),
    case("dicom-json-answer", FAIL, "called JSON", exchange=bent("search-images/everything", typed("text/json"))),
    case("dicom-json-answer", FAIL, "no model", exchange=bent("search-images/nobody", lambda e: e.update(datasets={}))),
    case("dicom-json-answer", UNDECIDED, "silence", exchange=SILENCE),
    case("dicom-json-answer", UNDECIDED, "an empty list", exchange=bent("search-images/everything", empty)),
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
