"""What an image exchange holds, ready to judge. Whether an answer can be read at all is judged by its own requirement;
for every other one an unreadable answer leaves nothing to decide."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, cast
from urllib.parse import parse_qsl, urlsplit

from conformance.checks.judgement import answer, decidable, fact, read_whole, require
from conformance.codecs.dicomjson import Dataset, DicomJsonError, read_model, tag_of, value, values
from conformance.codecs.imagefacts import measurable, measure
from conformance.model.exchange import Exchange
from conformance.model.words import Triage

MODEL = "application/dicom+json"
JSON = (MODEL, "application/json", "")
"""Media types of an answer that is read as DICOM JSON; without one it is taken to be."""
_NAMED = re.compile(r"/(studies|series|instances)/([^/?]+)")
UID_OF = {"studies": "StudyInstanceUID", "series": "SeriesInstanceUID", "instances": "SOPInstanceUID"}
"""What identifies the resources of a level, by the word for them in a path."""

Part = Mapping[str, Any]
"""The description of one part of an image answer, as `codecs.imagefacts` gives it."""


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
    """The parts of an image answer, described from what was kept; undecidable when the node gave no such answer."""
    response = answer(exchange)
    decidable(
        response.status in (200, 206),
        nl=f"status {response.status} in plaats van beelden",
        en=f"status {response.status} instead of images",
        triage=Triage.NODE,
    )
    media_type = response.media_type
    family = media_type.split("/")[0]
    decidable(
        family in ("multipart", "image") or media_type in ("application/dicom", "application/octet-stream"),
        nl=f"antwoord van type '{media_type}' in plaats van beelden",
        en=f"an answer of type '{media_type}' instead of images",
        triage=Triage.NODE,
    )
    held = held_parts(exchange)
    decidable(held, nl="het antwoord bevat geen onderdelen", en="the answer holds no parts", triage=Triage.NODE)
    return held


def held_parts(exchange: Exchange) -> tuple[Part, ...]:
    """The parts in whatever body came, described from what was kept."""
    held = _kept(exchange)["parts"] if answer(exchange).size else []
    if "parts" in exchange.facts:
        # What could not be kept was described before it was left out.
        unkept = fact(exchange, "parts") or []
        longest = max(len(held), len(unkept))
        held = [left or own for left, own in zip(_long(unkept, longest), _long(held, longest), strict=True)]
    return tuple(held)


def envelope(exchange: Exchange) -> Part:
    """What the envelope of a multipart answer is like."""
    if "multipart" in exchange.facts:
        return cast("Part", fact(exchange, "multipart"))
    return cast("Part", _kept(exchange)["multipart"])


def seen(exchange: Exchange, name: str) -> tuple[Any, ...]:
    """A fact with an entry for each part; undecidable when the recording carries none that fits the answer."""
    entries = fitting(exchange, name, len(held_parts(exchange)))
    return tuple({} if entry is None else entry for entry in entries)


def fitting(exchange: Exchange, name: str, many: int) -> tuple[Any, ...]:
    """A fact with so many entries; undecidable when the recording carries no such one."""
    entries = fact(exchange, name)
    fits = isinstance(entries, list | tuple) and len(entries) == many
    decidable(
        fits,
        nl=f"het feit '{name}' past niet bij het antwoord",
        en=f"the fact '{name}' does not fit the answer",
        triage=Triage.SUITE,
    )
    return tuple(entries or ())


def _kept(exchange: Exchange) -> Mapping[str, Any]:
    response = answer(exchange)
    return measure(response.header("content-type"), response.body)


def _long(held: Sequence[Any], length: int) -> list[Any]:
    return [*held, *[None] * (length - len(held))]


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


def of_path(description: Exchange, exchange: Exchange) -> Dataset:
    """How a description has the instance that a path names."""
    wanted = named(exchange).get("SOPInstanceUID", "")
    held = [dataset for dataset in described(description) if value(dataset, "SOPInstanceUID") == wanted]
    decidable(held, nl="de instantie is niet beschreven", en="the instance is not described", triage=Triage.NODE)
    return held[0]


def described(exchange: Exchange) -> tuple[Dataset, ...]:
    """The data sets of an answer, whether it came as DICOM JSON or as DICOM files."""
    return some(exchange) if answer(exchange).media_type in JSON else objects(exchange)


def came(exchange: Exchange, control: tuple[Exchange, ...]) -> tuple[Dataset, ...]:
    """The data sets in whatever came, at any status and in either form.

    That none came says something only of a node that was seen, in the control, to give what it has; and of what belongs
    to the control itself it says nothing.
    """
    response = answer(exchange)
    if response.status in (200, 204, 206):
        datasets = found(exchange) if response.media_type in JSON else objects(exchange)
    else:
        datasets = in_refusal(exchange)
    decidable(
        datasets or (exchange not in control and any(one.response and one.response.status == 200 for one in control)),
        nl="er kwamen geen gegevens, ook niet waar zij er zijn",
        en="no data came, also not where there are some",
        triage=Triage.NODE,
    )
    return datasets


def in_refusal(exchange: Exchange) -> tuple[Dataset, ...]:
    """The data sets in the body of a refusal; one with words, or with nothing, holds none."""
    response = answer(exchange)
    read_whole(exchange)
    if "parts" in exchange.facts or measurable(response.header("content-type")):
        held = [part.get("dicom", {}) for part in held_parts(exchange)]
        return tuple(dicom["dataset"] for dicom in held if dicom.get("readable"))
    try:
        return read_model(response.body)
    except DicomJsonError:
        return ()


def identity(exchange: Exchange) -> str:
    """What identifies the matches of a search: the UID of the level that its path ends with."""
    url = exchange.request.url if exchange.request else ""
    return UID_OF.get(urlsplit(url).path.rpartition("/")[2], UID_OF["instances"])


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
    return {UID_OF[level]: uid for level, uid in _NAMED.findall(urlsplit(url).path)}


def all_values(datasets: tuple[Dataset, ...], attribute: str) -> set[str]:
    """Every value of an attribute over data sets."""
    return {value for dataset in datasets for value in values(dataset, attribute)}


def each_once(identifiers: Iterable[str]) -> None:
    """A search tells what it found once, however many rows behind it fit (PS3.18 section 10.6.3.3)."""
    twice = [one for one, times in Counter(identifiers).items() if times > 1]
    require(not twice, nl=f"meer dan eens gevonden: {listed(twice)}", en=f"found more than once: {listed(twice)}")


def listed(items: object, most: int = 3) -> str:
    """A few of many, sorted, for a sentence."""
    names = sorted(str(item) for item in items) if isinstance(items, set | frozenset | list | tuple) else [str(items)]
    rest = len(names) - most
    return ", ".join(names[:most]) + (f" (+{rest})" if rest > 0 else "")
