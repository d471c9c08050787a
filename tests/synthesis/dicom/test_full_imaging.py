"""Any patient of the group `images` may be asked about: each has what each image scenario needs, and nobody else's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from typing import Any

import pytest
from pydicom import dcmread

from conformance.agreements.catalogue import load_catalogue
from conformance.codecs.dicomjson import value, values
from conformance.codecs.multipart import split
from conformance.simulators.dicomweb import dicomweb_handler
from conformance.simulators.http import Answer, Call
from conformance.synthesis.patients import patients
from conformance.synthesis.studies import Study, description, instances_of, studies

GROUP = load_catalogue().groups["images"]
MADE = studies(patients())
GATEWAY = dicomweb_handler(MADE)
DICOM = 'multipart/related; type="application/dicom"'


def ask(path: str, accept: str = "", **query: str) -> Answer:
    headers = {"accept": accept} if accept else {}
    return GATEWAY(
        Call(method="GET", path=path, query=tuple(query.items()), headers=headers, base="https://node.example")
    )


def found(role: str, **query: str) -> list[dict[str, Any]]:
    answer = ask("/studies", PatientID=patients()[role].bsn, **query)
    return list(json.loads(answer.body)) if answer.status == 200 else []


def described(role: str, kind: str) -> Mapping[str, Any]:
    (study,) = (one for one in description().values() if (one["patient"], one["kind"]) == (role, kind))
    return study


def made(role: str, kind: str) -> Study:
    return next(study for study in MADE if study.uid == described(role, kind)["uid"])


@pytest.mark.parametrize("role", GROUP)
def test_every_filter_of_a_search_leaves_something_out(role: str) -> None:
    everything = {value(one, "StudyInstanceUID") for one in found(role)}
    assert len(everything) >= 3  # two pages of two, and a list of two that is not all
    earlier, radiograph = described(role, "earlier-ct"), described(role, "radiograph")
    year = earlier["date"][:4]
    for query, there in (
        ({"AccessionNumber": earlier["accession"]}, earlier),
        ({"AccessionNumber": f"{earlier['accession'][:5]}*"}, earlier),
        ({"StudyDate": f"{year}0101-{year}1231"}, earlier),
        ({"ModalitiesInStudy": "CR"}, radiograph),
    ):
        kept = {value(one, "StudyInstanceUID") for one in found(role, **query)}
        assert there["uid"] in kept < everything, query


@pytest.mark.parametrize("role", GROUP)
def test_a_study_has_a_report_and_key_objects_that_point_into_it(role: str) -> None:
    study = described(role, "reported-ct")
    (told,) = found(role, AccessionNumber=study["accession"])
    assert values(told, "ModalitiesInStudy") == ("CT", "KO", "SR")
    answer = ask(f"/studies/{study['uid']}", DICOM)
    files = [dcmread(BytesIO(part.body)) for part in split(answer.body, answer.header("content-type")).parts]
    pictures = {file.SOPInstanceUID for file in files if file.Modality == "CT"}
    assert len(pictures) > 1  # a series is more than the one instance asked for
    for kind in ("KO", "SR"):
        (speaking,) = (file for file in files if file.Modality == kind)
        (evidence,) = speaking.CurrentRequestedProcedureEvidenceSequence
        (series,) = evidence.ReferencedSeriesSequence
        pointed = {item.ReferencedSOPInstanceUID for item in series.ReferencedSOPSequence}
        assert pointed
        assert pointed <= pictures


@pytest.mark.parametrize("role", GROUP)
def test_a_series_is_not_found_under_the_patients_other_study(role: str) -> None:
    series = made(role, "reported-ct").instances[0].series
    assert ask(f"/studies/{described(role, 'radiograph')['uid']}/series/{series}").status == 404


@pytest.mark.parametrize("role", GROUP)
def test_a_radiograph_and_a_frame_of_a_clip_can_be_looked_at(role: str) -> None:
    view, clip = made(role, "radiograph").instances[0], made(role, "clip").instances[0]
    paths = [f"/studies/{one.study}/series/{one.series}/instances/{one.sop}" for one in (view, clip)]
    assert ask(f"{paths[0]}/rendered", "image/png").status == 200
    assert ask(f"{paths[1]}/frames/2/rendered", "image/png").status == 200
    answer = ask(f"{paths[1]}/frames/1,3")
    parts = split(answer.body, answer.header("content-type")).parts
    assert [part.body for part in parts] == [clip.frames[0], clip.frames[2]]
    assert ask(f"{paths[1]}/frames/999").status == 404


def test_no_two_pictures_are_alike() -> None:
    frames = [frame for instance in instances_of(MADE) for frame in instance.frames]
    assert len(set(frames)) == len(frames)


def test_an_accession_number_names_one_study() -> None:
    numbers = [study["accession"] for study in description().values()]
    assert len(set(numbers)) == len(numbers)


def test_there_is_always_another_patient_to_ask_about() -> None:
    assert len(GROUP) >= 3
