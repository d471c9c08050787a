"""From one described study to its objects."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian

from conformance.synthesis.dicom.documents import key_objects, report
from conformance.synthesis.dicom.modules import Place, Subject, part10
from conformance.synthesis.dicom.pictures import cr, ct, us
from conformance.synthesis.studies import Instance, Study

if TYPE_CHECKING:
    from conformance.synthesis.studies import Person


def make_study(key: str, described: Mapping[str, Any], person: Person) -> Study:
    """One study with all its objects; an unknown kind of series is a KeyError of the description."""
    subject = Subject(
        bsn=person.bsn,
        name=f"{person.family}^{person.given}",
        birth_date=person.birth_date.replace("-", ""),
        sex=person.gender if person.gender in ("F", "M") else "O",
    )
    made: dict[int, list[Dataset]] = {}
    for series in described["series"]:
        made[series["number"]] = list(_series(series, _place(key, described, series, subject), made))
    instances = tuple(instance_of(dataset) for datasets in made.values() for dataset in datasets)
    return Study(key=key, uid=described["uid"], patient=described["patient"], instances=instances)


def _place(key: str, study: Mapping[str, Any], series: Mapping[str, Any], subject: Subject) -> Place:
    return Place(
        subject=subject,
        key=key,
        study_uid=study["uid"],
        study_id=study["id"],
        accession=study["accession"],
        date=study["date"],
        time=study["time"],
        study_description=study["description"],
        series_number=series["number"],
        series_description=series["description"],
        characters=tuple(study.get("characters", ("ISO_IR 192",))),
        body_part=series.get("body", ""),
        laterality=series.get("laterality", ""),
        view=series.get("view", "PA"),
    )


def _series(series: Mapping[str, Any], place: Place, made: Mapping[int, list[Dataset]]) -> Iterator[Dataset]:
    kind = series["kind"]
    if kind == "report":
        yield report(place, made[series["about"]])
    elif kind == "key-objects":
        yield key_objects(place, [made[series["about"]][number - 1] for number in series["instances"]])
    else:
        for number in range(1, series["instances"] + 1):
            yield _picture(kind, replace(place, number=number), series)


def _picture(kind: str, place: Place, series: Mapping[str, Any]) -> Dataset:
    if kind == "us":
        return us(place, series["frames"])
    return {"ct": ct, "cr": cr}[kind](place)


def instance_of(dataset: Dataset) -> Instance:
    """An object of ours as it is loaded, from its data set."""
    pixels = bytes(dataset.PixelData) if "PixelData" in dataset else b""
    count = int(dataset.get("NumberOfFrames", 1))
    size = len(pixels) // count
    file = part10(dataset)
    # Whatever a file is written in, its description is in UTF-8 and says so (PS3.18 section F.2.2).
    model = {tag: value for tag, value in dataset.to_json_dict(1 << 30, None).items() if tag != "7FE00010"}
    model["00080005"] = {"vr": "CS", "Value": ["ISO_IR 192"]}
    return Instance(
        study=dataset.StudyInstanceUID,
        series=dataset.SeriesInstanceUID,
        sop=dataset.SOPInstanceUID,
        sop_class=dataset.SOPClassUID,
        modality=dataset.Modality,
        file=file,
        model=model,
        frames=tuple(pixels[start : start + size] for start in range(0, len(pixels), size)) if pixels else (),
        transfer_syntax=str(ExplicitVRLittleEndian),
    )
