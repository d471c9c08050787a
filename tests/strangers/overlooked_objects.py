"""Wrong image gateways that once passed: another patient within an object, names that lost their letters, pictures that
lie otherwise, and the last day of a period.

Their writer knew the checks, so that they show no more than that a gap found once stays closed.
"""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from typing import Any
from unicodedata import normalize

from conformance.codecs.dicomjson import tag_of
from conformance.codecs.images import png
from conformance.codecs.pngs import greys
from conformance.simulators.http import Answer, Call
from conformance.synthesis.dicom.pixels import SIDE
from conformance.synthesis.patients import SyntheticPatient
from conformance.synthesis.studies import Instance
from tests.strangers.archives import stored
from tests.strangers.nodes import wrong
from tests.strangers.pictures import Model, files, held, key, matches, retrieved
from tests.strangers.places import another


@wrong("SAFE-21", at=stored("US"))
def notes_the_one_before(dataset: Any) -> None:
    """A private element has the number of whoever was examined before."""
    dataset.private_block(0x0009, "EXAMPLE", create=True).add_new(0x01, "LO", _other(dataset).bsn)


@wrong("SAFE-21", at=stored("CR"))
def labels_an_overlay(dataset: Any) -> None:
    """What an overlay is called is somebody else's name."""
    other = _other(dataset)
    dataset.add_new(0x60001500, "LO", f"{other.given} {other.family}")


@wrong("SAFE-21", at=stored("SR"))
def dictates_for_another(dataset: Any) -> None:
    """A report speaks of somebody else's number."""
    dataset.ContentSequence[0].TextValue += f" See also {_other(dataset).bsn}."


@wrong("SAFE-21", at=files)
def says_whose_it_was_in_front(dataset: Any) -> None:
    """The meta elements of a file have somebody else's number, in bytes of the archive's own."""
    dataset.file_meta.PrivateInformationCreatorUID = "2.25.9"
    dataset.file_meta.PrivateInformation = f"{_other(dataset).bsn} ".encode()


@wrong("SAFE-21", at=retrieved("metadata"))
def keeps_its_index_in_metadata(_: Call, answer: Answer) -> Answer:
    """Metadata have a private element of bytes, with somebody else's number in them."""
    models = json.loads(answer.body)
    for one in models:
        number = another(one[tag_of("PatientID")]["Value"][0]).bsn
        one["00090010"] = {"vr": "LO", "Value": ["EXAMPLE"]}
        one["00091001"] = {"vr": "UN", "InlineBinary": b64encode(f"{number} ".encode()).decode()}
    return replace(answer, body=json.dumps(models).encode())


@wrong("IMG-R22", "IMG-D09", at=stored("US"))
def ends_a_clip_early(dataset: Any) -> None:
    """The last frame of a clip is gone, and the number of frames is right."""
    size = dataset.Rows * dataset.Columns
    dataset.PixelData, dataset.NumberOfFrames = dataset.PixelData[:-size], dataset.NumberOfFrames - 1


@wrong("IMG-R22", "IMG-D09", at=stored("KO"))
def chooses_another_picture(dataset: Any) -> None:
    """Key objects point at one picture, as often as they pointed at pictures."""
    (series,) = dataset.CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence
    series.ReferencedSOPSequence = [series.ReferencedSOPSequence[0]] * (len(series.ReferencedSOPSequence) + 1)


@wrong("IMG-D09", at=retrieved("metadata"))
def describes_in_capitals(_: Call, answer: Answer) -> Answer:
    """Metadata come from an index in which names are in capitals."""
    models = json.loads(answer.body)
    for one in models:
        (name,) = one[tag_of("PatientName")]["Value"]
        name["Alphabetic"] = name["Alphabetic"].upper()
    return replace(answer, body=json.dumps(models).encode())


@wrong("IMG-S91", at=matches("studies"))
def mixes_rows_up(models: list[Model], _: Call) -> list[Model]:
    """Each study is found with the time and the accession number of the one before it."""
    names = [tag_of(name) for name in ("StudyTime", "AccessionNumber")]
    moved = [{name: one[name] for name in names} for one in models]
    return [{**one, **held} for one, held in zip(models, [*moved[-1:], *moved[:-1]], strict=True)]


@wrong("IMG-P01", at=retrieved("rendered"))
def draws_from_right_to_left(_: Call, answer: Answer) -> Answer:
    """A rendered picture has left for right."""
    looks = bytes(greys(answer.body, most=1 << 16))
    rows = (looks[at : at + SIDE][::-1] for at in range(0, len(looks), SIDE))
    return replace(answer, body=png(SIDE, SIDE, 1, b"".join(rows)))


@wrong("IMG-P02", at=retrieved("rendered"))
def draws_upside_down(call: Call, answer: Answer) -> Answer:
    """A rendered frame stands on its head."""
    looks = bytes(greys(answer.body, most=1 << 16))
    rows = [looks[at : at + SIDE] for at in range(0, len(looks), SIDE)]
    return replace(answer, body=png(SIDE, SIDE, 1, b"".join(rows[::-1]))) if "/frames/" in call.path else answer


def _other(dataset: Any) -> SyntheticPatient:
    return another(dataset.PatientID)


@wrong("IMG-R22", at=retrieved(""))
def writes_one_character_set_and_names_another(_: Call, answer: Answer) -> Answer:
    """Files keep their Turkish letters, and say that they are of Western Europe."""
    return replace(answer, body=answer.body.replace(b"ISO_IR 148", b"ISO_IR 100"))


@wrong("IMG-D09", at=retrieved("metadata"))
def leaves_accents_out(_: Call, answer: Answer) -> Answer:
    """Metadata come from a database that knows 26 letters."""
    plain = normalize("NFD", answer.body.decode()).encode("ascii", "ignore")
    return replace(answer, body=plain)


@wrong("IMG-S91", at=matches("studies"))
def does_not_know_a_letter(models: list[Model], _: Call) -> list[Model]:
    """A letter that is no ASCII is a question mark in what a search finds."""
    for one in models:
        for name in one[tag_of("PatientName")]["Value"]:
            name["Alphabetic"] = name["Alphabetic"].encode("ascii", "replace").decode()
    return models


@wrong("SAFE-21", "IMG-S04", at=matches("studies"))
def takes_namesakes_for_one(models: list[Model], call: Call) -> list[Model]:
    """Who has the same name and birth date is the same patient, and has the number that was asked for."""
    found, number = [], key(call, "PatientID")
    for one in models:
        name = one[tag_of("PatientName")]["Value"][0]["Alphabetic"]
        found.append(one)
        for like in held():
            if number not in str(like.model[tag_of("PatientID")]) and _is_called(like, name):
                mine = one[tag_of("PatientID")]
                found.append({**one, "0020000D": {"vr": "UI", "Value": [like.study]}, tag_of("PatientID"): mine})
    return found


def _is_called(one: Instance, name: str) -> bool:
    return bool(one.model[tag_of("PatientName")]["Value"][0]["Alphabetic"] == name)


@wrong("IMG-S08", at=matches("studies"))
def finds_of_the_last_day_midnight_alone(models: list[Model], call: Call) -> list[Model]:
    """The last day of a period ends when it begins: what was made on it later is not found."""
    last = key(call, "StudyDate").partition("-")[2]
    day, time = tag_of("StudyDate"), tag_of("StudyTime")
    return [one for one in models if one[day]["Value"] != [last] or one[time]["Value"] == ["000000"]]
