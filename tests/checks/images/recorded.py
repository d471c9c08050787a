"""Answers of archives that others wrote (Orthanc, tiny-pacs) to the synthetic studies, redacted and trimmed; and such
answers bent in one place, so that a judgement meets a fault that no simulator of ours made."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.filewriter import dcmwrite
from pydicom.uid import UID

from conformance.codecs.dicomjson import TAGS
from conformance.codecs.multipart import join
from conformance.model.exchange import Direction, Exchange, Outcome, Request, Response
from tests.checks.making import STARTED

FOLDER = Path(__file__).parent / "recordings"
Datasets = list[dict[str, Any]]


@cache
def _archive(name: str) -> dict[str, Any]:
    return dict(json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8")))


def recorded(name: str, archive: str = "orthanc", change: Callable[[dict[str, Any]], None] | None = None) -> Exchange:
    """The exchange an archive gave at `scenario/step`; `change` may bend a copy of what is kept of it."""
    entry = copy.deepcopy(_archive(archive)[name])
    if change is not None:
        change(entry)
    body, facts = rendered(entry) if "facts" in entry else (_text(entry), {})
    headers = (("content-type", entry["content-type"]),) if entry["content-type"] else ()
    return Exchange(
        scenario="made",
        step="step",
        number=1,
        operation=entry["operation"],
        given=entry["given"],
        direction=Direction.SENT,
        outcome=Outcome.ANSWERED,
        started=STARTED,
        duration_ms=3,
        request=Request(method="GET", url=entry["url"]),
        response=Response(status=entry["status"], headers=headers, body=body, size=len(body) or len(facts)),
        facts=facts,
    )


def _text(entry: dict[str, Any]) -> bytes:
    return (json.dumps(entry["datasets"]) if "datasets" in entry else entry.get("text", "")).encode()


def rendered(entry: dict[str, Any]) -> tuple[bytes, dict[str, Any]]:
    """The body as it is kept, made with pydicom from its description, and the facts beside it."""
    described = entry["facts"]["parts"]
    readable = [one.get("dicom", {}).get("readable", False) for one in described]
    pixels = [one["dicom"]["pixels"] if good else None for one, good in zip(described, readable, strict=True)]
    facts = {
        "part_sizes": [one["size"] for one in described],
        "pixels": pixels,
        "pictures": [one.get("image") for one in described],
    }
    if not all(readable) and any("dicom" in one for one in described):
        facts["parts"] = [None if good else one for one, good in zip(described, readable, strict=True)]
    files = [_file(one["dicom"]) if good else b"" for one, good in zip(described, readable, strict=True)]
    if "multipart" not in entry["facts"]:
        return files[0], facts
    headers = [{"Content-Type": one["type"]} for one in described]
    body = join(zip(headers, files, strict=True), "cut")
    return (body[: -len("--cut--\r\n")] if entry["facts"]["multipart"]["defects"] else body), facts


def _file(described: dict[str, Any]) -> bytes:
    dataset = Dataset.from_json(described["dataset"])
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = UID(described["transfer_syntax"])
    written = BytesIO()
    dcmwrite(written, dataset, implicit_vr=False, little_endian=True, enforce_file_format=False, overwrite=True)
    data = written.getvalue()
    return data if data[128:132] == b"DICM" else bytes(128) + b"DICM" + data


def without(keyword: str) -> Callable[[dict[str, Any]], None]:
    """Takes an attribute out of every data set."""

    def change(entry: dict[str, Any]) -> None:
        for dataset in _datasets(entry):
            dataset.pop(TAGS[keyword], None)

    return change


def putting(keyword: str, value: Any, *, first_only: bool = True) -> Callable[[dict[str, Any]], None]:
    """Gives an attribute another value in the first data set, or in all."""

    def change(entry: dict[str, Any]) -> None:
        for dataset in _datasets(entry)[: 1 if first_only else None]:
            dataset[TAGS[keyword]]["Value"] = [value]

    return change


def dropping(count: int = 1) -> Callable[[dict[str, Any]], None]:
    """Leaves the last data sets or parts out."""

    def change(entry: dict[str, Any]) -> None:
        held = entry["facts"]["parts"] if "facts" in entry and "parts" in entry["facts"] else entry["datasets"]
        del held[-count:]

    return change


def doubling(entry: dict[str, Any]) -> None:
    """Puts the last data set in twice."""
    entry["datasets"].append(entry["datasets"][-1])


def empty(entry: dict[str, Any]) -> None:
    """Makes the answer an empty list."""
    entry["datasets"] = []


def status(code: int) -> Callable[[dict[str, Any]], None]:
    """Gives the answer another status."""
    return lambda entry: entry.update({"status": code})


def part(**fields: Any) -> Callable[[dict[str, Any]], None]:
    """Describes the first part of a binary answer otherwise."""
    return lambda entry: entry["facts"]["parts"][0].update(fields)


def dicom(**fields: Any) -> Callable[[dict[str, Any]], None]:
    """Describes the DICOM file in the first part otherwise."""
    return lambda entry: entry["facts"]["parts"][0]["dicom"].update(fields)


def short_of_pixels(entry: dict[str, Any]) -> None:
    """Takes pixels out of the first picture."""
    described = (one["dicom"]["pixels"] for one in entry["facts"]["parts"])
    next(pixels for pixels in described if pixels["expected"])["bytes"] -= 100


def envelope(**fields: Any) -> Callable[[dict[str, Any]], None]:
    """Describes the multipart envelope otherwise."""
    return lambda entry: entry["facts"]["multipart"].update(fields)


def typed(content_type: str) -> Callable[[dict[str, Any]], None]:
    """Gives the answer another content type."""
    return lambda entry: entry.update({"content-type": content_type})


def asking(url_end: str) -> Callable[[dict[str, Any]], None]:
    """Lets the request have had another query."""
    return lambda entry: entry.update({"url": entry["url"].split("?")[0] + url_end})


def calling(
    operation: str, path: str, *, accept: str = "", datasets: Datasets | None = None, code: int = 200, **headers: str
) -> Exchange:
    """A call a node made to a counterpart of the suite, and what it was answered."""
    pairs = {
        **({"accept": accept} if accept else {}),
        **{name.replace("_", "-"): text for name, text in headers.items()},
    }
    body = json.dumps(datasets or []).encode()
    made = recorded("search-images/everything")
    return replace(
        made,
        operation=operation,
        given={"received": True},
        direction=Direction.RECEIVED,
        request=Request(method="GET", url=f"https://suite.example/dicomweb{path}", headers=tuple(pairs.items())),
        response=Response(
            status=code, headers=(("content-type", "application/dicom+json"),), body=body, size=len(body)
        ),
    )


def _datasets(entry: dict[str, Any]) -> Datasets:
    if "datasets" in entry:
        return list(entry["datasets"])
    return [one["dicom"]["dataset"] for one in entry["facts"]["parts"]]
