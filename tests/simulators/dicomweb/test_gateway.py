"""The image gateway, asked without sockets."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydicom import dcmread
from pydicom.filebase import DicomBytesIO

from conformance.codecs.dicomjson import value, values
from conformance.codecs.images import picture
from conformance.codecs.multipart import split
from conformance.simulators.dicomweb import dicomweb_handler
from conformance.simulators.http import Answer, Call, Handler
from conformance.synthesis.patients import patients
from conformance.synthesis.studies import Study, studies

BASE = "https://gateway.example/dicomweb"
ANNA = patients()["anna"].bsn
BRAM = patients()["bram"].bsn


@pytest.fixture(scope="module")
def made() -> tuple[Study, ...]:
    return studies(patients())


@pytest.fixture(scope="module")
def gateway(made: tuple[Study, ...]) -> Handler:
    return dicomweb_handler(made)


def ask(gateway: Handler, path: str, *query: tuple[str, str], accept: str = "", method: str = "GET") -> Answer:
    headers = {"accept": accept} if accept else {}
    return gateway(Call(method=method, path=path, query=query, headers=headers, base=BASE))


def found(answer: Answer) -> list[dict[str, Any]]:
    assert answer.status == 200, answer.body
    assert answer.header("content-type") == "application/dicom+json"
    return list(json.loads(answer.body))


def test_a_patient_has_her_own_studies_and_nobody_elses(gateway: Handler, made: tuple[Study, ...]) -> None:
    datasets = found(ask(gateway, "/studies", ("PatientID", ANNA)))
    assert [value(one, "StudyInstanceUID") for one in datasets] == [one.uid for one in made if one.patient == "anna"]
    assert {value(one, "PatientID") for one in datasets} == {ANNA}
    first = datasets[0]
    assert values(first, "ModalitiesInStudy") == ("CT", "KO", "SR")
    assert value(first, "NumberOfStudyRelatedSeries") == "3"
    assert value(first, "NumberOfStudyRelatedInstances") == "6"
    assert value(first, "RetrieveURL") == f"{BASE}/studies/{made[0].uid}"
    assert "00081030" not in first
    asked = found(ask(gateway, "/studies", ("PatientID", ANNA), ("includefield", "StudyDescription")))
    assert value(asked[0], "StudyDescription") == "CT thorax"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ((("StudyDate", "20240101-20241231"),), 2),
        ((("StudyDate", "20260312"),), 1),
        ((("StudyDate", "-20240701"),), 1),
        ((("StudyTime", "14-"),), 2),
        ((("ModalitiesInStudy", "KO"),), 1),
        ((("StudyDescription", "CT*"),), 2),
        ((("StudyDescription", "?-thorax"),), 1),
        ((("StudyDescription", "ct*"),), 0),
        ((("PatientName", "voorbeeld*"),), 4),
        ((("AccessionNumber", "TWC24000098"),), 1),
        ((("00100020", ""), ("0020000d", "1.2.3")), 0),
        ((("IssuerOfPatientIDQualifiersSequence.UniversalEntityID", "2.16.840.1.113883.2.4.6.3"),), 4),
        ((("NumberOfStudyRelatedSeries", "3"),), 1),
    ],
)
def test_keys_match_as_the_standard_says(gateway: Handler, query: tuple[tuple[str, str], ...], count: int) -> None:
    answer = ask(gateway, "/studies", ("PatientID", ANNA), *query)
    assert len(found(answer) if count else []) == count
    assert answer.status == (200 if count else 204)


def test_a_list_of_uids_matches_each(gateway: Handler, made: tuple[Study, ...]) -> None:
    listed = f"{made[0].uid},{made[2].uid},1.2.3"
    assert len(found(ask(gateway, "/studies", ("StudyInstanceUID", listed)))) == 2


def test_pages_cover_everything_once(gateway: Handler) -> None:
    pages = [ask(gateway, "/studies", ("PatientID", ANNA), ("limit", "2"), ("offset", str(at))) for at in (0, 2, 4)]
    seen = [value(one, "StudyInstanceUID") for page in pages[:2] for one in found(page)]
    assert len(seen) == len(set(seen)) == 4
    assert pages[2].status == 204
    assert pages[2].body == b""


def test_included_fields_are_given(gateway: Handler, made: tuple[Study, ...]) -> None:
    path = f"/studies/{made[0].uid}/instances"
    assert "00200032" not in found(ask(gateway, path))[0]
    assert "00280030" in found(ask(gateway, path, ("includefield", "00280030,Rows")))[0]
    assert "00200032" in found(ask(gateway, path, ("includefield", "all")))[0]


def test_a_search_over_all_levels_answers_with_the_levels_above(gateway: Handler) -> None:
    datasets = found(ask(gateway, "/instances", ("PatientID", BRAM), ("Modality", "US")))
    assert [value(one, "NumberOfFrames") for one in datasets] == ["6"]
    assert value(datasets[0], "PatientID") == BRAM


def test_fuzzy_matching_is_declined_with_a_warning(gateway: Handler) -> None:
    answer = ask(gateway, "/studies", ("PatientID", ANNA), ("fuzzymatching", "true"))
    assert answer.header("warning").startswith(f"299 {BASE} ")


@pytest.mark.parametrize(
    ("path", "query", "status"),
    [
        ("/studies", (), 400),
        ("/studies", (("PatientID", ""),), 400),
        ("/studies", (("PatientID", "1"), ("NoSuchThing", "1")), 400),
        ("/studies", (("PatientID", "1"), ("StudyDate", "yesterday")), 400),
        ("/studies", (("PatientID", "1"), ("StudyDate", "-")), 400),
        ("/studies", (("PatientID", "1"), ("StudyDate", "20240230")), 400),
        ("/studies", (("PatientID", "1"), ("StudyDate", "20241345-")), 400),
        ("/studies", (("StudyInstanceUID", "1.2.x"),), 400),
        ("/studies", (("PatientID", "1"), ("limit", "-1")), 400),
        ("/studies", (("PatientID", "1"), ("fuzzymatching", "maybe")), 400),
        ("/studies/1.2.3/series", (), 404),
        ("/studies/1.2.3", (), 404),
        ("/studies/1.02.3", (), 400),
        ("/studies/" + "1" * 65, (), 400),
        ("/studies/../etc", (), 400),
        ("/", (), 404),
        ("/elsewhere", (), 404),
        ("/studies/1.2.3/series/1.2/instances/1.2/what", (), 404),
    ],
)
def test_what_cannot_be_answered_is_refused(
    gateway: Handler, path: str, query: tuple[tuple[str, str], ...], status: int
) -> None:
    assert ask(gateway, path, *query).status == status


def test_only_reading_is_possible(gateway: Handler) -> None:
    answer = ask(gateway, "/studies", method="POST")
    assert answer.status == 405
    assert answer.header("allow") == "GET, HEAD"


def test_what_is_retrieved_is_what_was_described(gateway: Handler, made: tuple[Study, ...]) -> None:
    path = f"/studies/{made[0].uid}"
    described = found(ask(gateway, f"{path}/metadata"))
    answer = ask(gateway, path, accept='multipart/related; type="application/dicom"')
    whole = split(answer.body, answer.header("content-type"))
    assert whole.complete
    assert not whole.defects
    assert whole.type == "application/dicom"
    retrieved = [str(dcmread(DicomBytesIO(part.body)).SOPInstanceUID) for part in whole.parts]
    assert retrieved == [value(one, "SOPInstanceUID") for one in described]


def test_one_instance_comes_alone_when_asked_so(gateway: Handler, made: tuple[Study, ...]) -> None:
    held = made[0].instances[0]
    path = f"/studies/{held.study}/series/{held.series}/instances/{held.sop}"
    assert ask(gateway, path, accept="application/dicom").body == held.file
    assert ask(gateway, path).header("content-type").startswith("multipart/related")
    assert ask(gateway, path, ("accept", "application/dicom"), accept="image/png").body == held.file


@pytest.mark.parametrize(
    ("rest", "accept"),
    [
        ("", "text/html"),
        ("", "application/dicom"),
        ("", 'multipart/related; type="application/dicom"; transfer-syntax=1.2.840.10008.1.2.4.50'),
        ("/metadata", "image/png"),
        ("/series", "text/plain"),
    ],
)
def test_what_nobody_offers_is_not_acceptable(
    gateway: Handler, made: tuple[Study, ...], rest: str, accept: str
) -> None:
    answer = ask(gateway, f"/studies/{made[0].uid}{rest}", accept=accept)
    assert answer.status == 406
    assert b"to be had" in answer.body


def test_frames_and_pictures_of_a_clip(gateway: Handler, made: tuple[Study, ...]) -> None:
    clip = next(study for study in made if study.key == "us-bram").instances[0]
    path = f"/studies/{clip.study}/series/{clip.series}/instances/{clip.sop}"
    answer = ask(gateway, f"{path}/frames/1,6")
    parts = split(answer.body, answer.header("content-type")).parts
    assert [part.body for part in parts] == [clip.frames[0], clip.frames[5]]
    assert ask(gateway, f"{path}/frames/2", accept="application/octet-stream").body == clip.frames[1]
    assert ask(gateway, f"{path}/frames/2", accept='multipart/related; type="*/*"').status == 200
    assert ask(gateway, f"{path}/frames/7").status == 404
    assert ask(gateway, f"{path}/frames/0").status == 400
    one, two = (ask(gateway, f"{path}/frames/{number}/rendered", accept="image/*") for number in (1, 2))
    assert picture(one.body) == {"format": "png", "width": 64, "height": 64, "whole": True}
    assert one.body != two.body


def test_deep_pictures_are_rendered_and_documents_are_not(gateway: Handler, made: tuple[Study, ...]) -> None:
    slice_one, document = made[0].instances[0], next(i for i in made[0].instances if i.modality == "SR")
    path = f"/studies/{slice_one.study}/series/{slice_one.series}/instances/{slice_one.sop}"
    assert ask(gateway, f"{path}/rendered").header("content-type") == "image/png"
    assert (
        ask(gateway, f"/studies/{document.study}/series/{document.series}/instances/{document.sop}/rendered").status
        == 404
    )
    bulk = next(one for one in found(ask(gateway, f"{path}/metadata")))["7FE00010"]["BulkDataURI"]
    answer = ask(gateway, bulk.removeprefix(BASE), accept="application/octet-stream")
    assert answer.body == slice_one.frames[0]
    assert ask(gateway, f"{path}/bulkdata/00100010").status == 404
