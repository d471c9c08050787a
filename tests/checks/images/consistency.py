"""Cases on answers laid beside one another."""

from __future__ import annotations

from typing import Any

from conformance.model.exchange import Exchange
from tests.checks.images.answers import (
    ALL,
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
    of,
    several,
)
from tests.checks.images.recorded import doubling, dropping, empty, putting, recorded, status, without

PLACE = {"attributes": ["Rows", "PatientID", "Modality"]}
NOWHERE = {"identity": "ReferencedSOPInstanceUID"}
SILENT_ON = {"attributes": ["PatientComments"]}


def nameless(entry: dict[str, Any]) -> None:
    """Take away every identifier of study, series and instance."""
    for keyword in ("StudyInstanceUID", "SeriesInstanceUID", "SOPInstanceUID"):
        without(keyword)(entry)


def came(code: int) -> Exchange:
    """Nothing, with this status."""
    return bent("describe-study/described", lambda entry: (empty(entry), status(code)(entry)))


HIS = {
    code: bent(
        "hand-over-study/whole", lambda entry, code=code: (putting("PatientID", "bsn-bram")(entry), status(code)(entry))
    )
    for code in (200, 203, 206, 404)
}
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
    case(
        "same-identifiers",
        FAIL,
        "one twice",
        BY_SOP,
        exchange=bent("describe-study/described", doubling),
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
    case(
        "described-alike",
        UNDECIDED,
        "no instance in common",
        PLACE,
        exchange=bent("describe-study/one", putting("SOPInstanceUID", "1.2.3")),
        control=DESCRIBED,
    ),
    case("described-alike", UNDECIDED, "neither says", SILENT_ON, exchange=WHOLE, control=DESCRIBED),
    case(
        "answers-the-path",
        UNDECIDED,
        "says nothing of it",
        exchange=bent("study-to-instance/in-series", nameless),
        control=ONE,
    ),
    case("described-alike", UNDECIDED, "no metadata", PLACE, exchange=WHOLE, control=NO_METADATA),
    case("belongs-to-patient", PASS, "Orthanc", PATIENT, exchange=of("anna", WHOLE), control=WHOLE),
    *(
        case("belongs-to-patient", PASS, f"HTTP {code}", PATIENT, exchange=of("anna", came(code)), control=DESCRIBED)
        for code in (203, 204, 404)
    ),
    *(
        case("belongs-to-patient", FAIL, f"bram, HTTP {code}", PATIENT, exchange=of("anna", HIS[code]), control=WHOLE)
        for code in (200, 203, 206, 404)
    ),
    case("belongs-to-patient", PASS, "a refusal", PATIENT, exchange=of("anna", NO_METADATA), control=DESCRIBED),
    case(
        "belongs-to-patient",
        FAIL,
        "bram",
        PATIENT,
        exchange=of("anna", bent("hand-over-study/whole", putting("PatientID", "bsn-bram"))),
        control=WHOLE,
    ),
    case(
        "belongs-to-patient",
        FAIL,
        "bram, in a refusal",
        PATIENT,
        exchange=of("bram", bent("hand-over-study/whole", status(404))),
        control=WHOLE,
    ),
    case(
        "belongs-to-patient",
        FAIL,
        "nobody",
        PATIENT,
        exchange=of("anna", bent("describe-study/described", without("PatientID"))),
        control=DESCRIBED,
    ),
    case("belongs-to-patient", UNDECIDED, "none", PATIENT, exchange=of("anna", NO_METADATA), control=NO_METADATA),
    case("answers-the-path", PASS, "one instance", exchange=ONE, control=ONE),
    case("answers-the-path", PASS, "a series", exchange=PART, control=PART),
    case("answers-the-path", PASS, "a refusal", exchange=NO_METADATA, control=ONE),
    case(
        "answers-the-path",
        FAIL,
        "another series",
        exchange=bent("hand-over-study/part", putting("SeriesInstanceUID", "1.2.3")),
        control=PART,
    ),
    case("answers-the-path", FAIL, "two for one", exchange=bent("describe-study/one", doubling), control=ONE),
    case("answers-the-path", UNDECIDED, "tiny-pacs has no metadata", exchange=NO_METADATA, control=NO_METADATA),
    case("study-counts-agree", PASS, "Orthanc", series=SERIES, instances=INSTANCES, studies=ALL),
    case(
        "study-counts-agree",
        FAIL,
        "one too many",
        series=SERIES,
        instances=INSTANCES,
        studies=bent("study-to-instance/study", putting("NumberOfStudyRelatedSeries", 4)),
    ),
    case(
        "study-counts-agree",
        UNDECIDED,
        "tiny-pacs does not count",
        series=SERIES,
        instances=INSTANCES,
        studies=recorded("study-to-instance/study", TINY),
    ),
    case(
        "study-counts-agree",
        UNDECIDED,
        "another study",
        series=SERIES,
        instances=INSTANCES,
        studies=bent("study-to-instance/study", putting("StudyInstanceUID", "1.2.3")),
    ),
    case("series-counts-agree", PASS, "Orthanc", exchange=SERIES, instances=INSTANCES, again=SERIES),
    case(
        "series-counts-agree",
        PASS,
        "again refused",
        exchange=SERIES,
        instances=INSTANCES,
        again=bent("study-to-instance/series", status(404)),
    ),
    case(
        "series-counts-agree",
        FAIL,
        "one less",
        exchange=SERIES,
        instances=bent("study-to-instance/instances", dropping()),
        again=SERIES,
    ),
    case(
        "series-counts-agree",
        FAIL,
        "another count when found again",
        exchange=SERIES,
        instances=INSTANCES,
        again=bent("study-to-instance/series", putting("NumberOfSeriesRelatedInstances", 9)),
    ),
    case(
        "series-counts-agree",
        UNDECIDED,
        "instances of no series",
        exchange=SERIES,
        instances=bent("study-to-instance/instances", without("SeriesInstanceUID")),
        again=SERIES,
    ),
    case(
        "series-counts-agree",
        UNDECIDED,
        "tiny-pacs does not count",
        exchange=recorded("study-to-instance/series", TINY),
        instances=INSTANCES,
        again=SERIES,
    ),
    several(
        "study-counts-agree",
        FAIL,
        "another count when found again",
        series=(SERIES,),
        instances=(INSTANCES,),
        studies=(ALL, bent("study-to-instance/study", putting("NumberOfStudyRelatedInstances", 1))),
    ),
    several(
        "study-counts-agree",
        PASS,
        "again refused",
        series=(SERIES,),
        instances=(INSTANCES,),
        studies=(ALL, bent("study-to-instance/study", status(400))),
    ),
    several(
        "modalities-agree",
        FAIL,
        "one when found again",
        series=(SERIES,),
        studies=(SEARCHED, bent("study-to-instance/study", putting("ModalitiesInStudy", "SR"))),
    ),
    case("modalities-agree", PASS, "Orthanc", series=SERIES, studies=SEARCHED),
    case("modalities-agree", FAIL, "KO hidden", series=bent("study-to-instance/series", dropping()), studies=SEARCHED),
    case(
        "modalities-agree",
        UNDECIDED,
        "tiny-pacs says none",
        series=SERIES,
        studies=recorded("study-to-instance/study", TINY),
    ),
    case("references-exist", PASS, "Orthanc", exchange=SELECTION, study=WHOLE),
    case("references-exist", FAIL, "images gone", exchange=SELECTION, study=bent("hand-over-study/whole", dropping(5))),
    case("references-exist", UNDECIDED, "no references", exchange=PART, study=WHOLE),
]
