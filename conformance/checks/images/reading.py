"""What an image exchange holds, ready to judge. Whether an answer can be read at all is judged by its own requirement;
for every other one an unreadable answer leaves nothing to decide."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from conformance.checks.judgement import answer, decidable, fact, read_whole
from conformance.codecs.dicomjson import Dataset, DicomJsonError, read_model, tag_of, values
from conformance.model.exchange import Exchange
from conformance.model.words import Triage

MODEL = "application/dicom+json"
_NAMED = re.compile(r"/(studies|series|instances)/([^/?]+)")
_UID_OF = {"studies": "StudyInstanceUID", "series": "SeriesInstanceUID", "instances": "SOPInstanceUID"}

Part = Mapping[str, Any]
"""The description of one part of an image answer, as `codecs.imagefacts` measured it."""


def found(exchange: Exchange) -> tuple[Dataset, ...]:
    """The data sets of a DICOM JSON answer; no content (204) holds none, any status but 200 is undecidable."""
    response = answer(exchange)
    if response.status == 204:
        return ()
    decidable(
        response.status == 200,
        nl=f"status {response.status} in plaats van een antwoord met gegevens",
        en=f"status {response.status} instead of an answer with data",
        triage=Triage.NODE,
    )
    read_whole(exchange)
    try:
        return read_model(response.body)
    except DicomJsonError as error:
        decidable(
            False, nl=f"het antwoord is geen DICOM JSON ({error})", en=f"not DICOM JSON ({error})", triage=Triage.NODE
        )
        raise


def some(exchange: Exchange) -> tuple[Dataset, ...]:
    """The data sets of an answer that must hold some: with none the test data are not there."""
    datasets = found(exchange)
    decidable(
        datasets,
        nl="het antwoord is leeg; zijn de proefstudies geladen ('conformance data export')?",
        en="the answer is empty; were the test studies loaded ('conformance data export')?",
    )
    return datasets


def parts(exchange: Exchange) -> tuple[Part, ...]:
    """The measured parts of an image answer; undecidable when the node gave no such answer."""
    response = answer(exchange)
    decidable(
        response.status in (200, 206),
        nl=f"status {response.status} in plaats van beelden",
        en=f"status {response.status} instead of images",
        triage=Triage.NODE,
    )
    measured = _measured(exchange, response.media_type)
    decidable(measured, nl="het antwoord bevat geen onderdelen", en="the answer holds no parts", triage=Triage.NODE)
    return measured


def _measured(exchange: Exchange, media_type: str) -> tuple[Part, ...]:
    family = media_type.split("/")[0]
    decidable(
        family in ("multipart", "image") or media_type in ("application/dicom", "application/octet-stream"),
        nl=f"antwoord van type '{media_type}' in plaats van beelden",
        en=f"an answer of type '{media_type}' instead of images",
        triage=Triage.NODE,
    )
    measured = fact(exchange, "parts")
    return tuple(measured) if isinstance(measured, list | tuple) else ()


def objects(exchange: Exchange) -> tuple[Dataset, ...]:
    """The data sets of the DICOM files in an answer; undecidable when one of them can't be read."""
    held = parts(exchange)
    readable = [part["dicom"]["dataset"] for part in held if part.get("dicom", {}).get("readable")]
    decidable(
        len(readable) == len(held),
        nl=f"{len(held) - len(readable)} van {len(held)} onderdelen zijn geen leesbaar DICOM-bestand",
        en=f"{len(held) - len(readable)} of {len(held)} parts are no readable DICOM file",
        triage=Triage.NODE,
    )
    return tuple(readable)


def described(exchange: Exchange) -> tuple[Dataset, ...]:
    """The data sets of an answer, whether it came as DICOM JSON or as DICOM files."""
    return some(exchange) if answer(exchange).media_type in (MODEL, "application/json", "") else objects(exchange)


def asked(exchange: Exchange) -> tuple[tuple[str, str], ...]:
    """The query of the request, decoded, in order."""
    url = exchange.request.url if exchange.request else ""
    return tuple(parse_qsl(urlsplit(url).query, keep_blank_values=True))


def asked_value(exchange: Exchange, attribute: str) -> str:
    """What the request's query wants of an attribute, by keyword or tag; empty when it does not name it."""
    wanted = tag_of(attribute)
    return next((value for name, value in asked(exchange) if tag_of(name) == wanted), "")


def named(exchange: Exchange) -> dict[str, str]:
    """The identifiers in the request's path, by keyword."""
    url = exchange.request.url if exchange.request else ""
    return {_UID_OF[level]: uid for level, uid in _NAMED.findall(urlsplit(url).path)}


def all_values(datasets: tuple[Dataset, ...], attribute: str) -> set[str]:
    """Every value of an attribute over data sets."""
    return {value for dataset in datasets for value in values(dataset, attribute)}


def listed(items: object, most: int = 3) -> str:
    """A few of many, sorted, for a sentence."""
    names = sorted(str(item) for item in items) if isinstance(items, set | frozenset | list | tuple) else [str(items)]
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" (+{rest})" if rest > 0 else "")
