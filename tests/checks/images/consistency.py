"""Cases on answers laid beside one another."""

from __future__ import annotations

from typing import Any

from tests.checks.images.answers import (
    BY_SOP,
    DESCRIBED,
    FAIL,
    INSTANCES,
    NO_METADATA,
    ONE,
    PART,
    PASS,
    PATIENT,
    SEARCHED,
    SELECTION,
    SERIES,
    TINY,
    UNDECIDED,
    WHOLE,
    bent,
    case,
)
from tests.checks.images.recorded import doubling, dropping, putting, recorded, without

PLACE = {"attributes": ["Rows", "PatientID", "Modality"]}
NOWHERE = {"identity": "ReferencedSOPInstanceUID"}
SILENT_ON = {"attributes": ["PatientComments"]}


def nameless(entry: dict[str, Any]) -> None:
    """Take away every identifier of study, series and instance."""
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
        without(keyword)(entry)


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
    case("same-identifiers", UNDECIDED, "neither says", NOWHERE, exchange=DESCRIBED, control=INSTANCES),
    case("described-alike", UNDECIDED, "neither says", SILENT_ON, exchange=WHOLE, control=DESCRIBED),
    case("answers-the-path", UNDECIDED, "says nothing of it", exchange=bent("study-to-instance/in-series", nameless)),
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
