"""Judgements on what no answer may hold: somebody else, what nobody knows, a patient's number in an address."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from conformance.checks.images.reading import Part, held_parts, listed, seen
from conformance.checks.judgement import answer, decidable, fact, judgement, read_whole, require
from conformance.codecs.dicomjson import tag_of
from conformance.codecs.imagefacts import measurable
from conformance.model.agreements import Json
from conformance.model.exchange import Exchange
from conformance.model.words import Text, Triage

_NUMBER = re.compile(r"(?<![\w-])bsn-[a-z0-9-]+")
_TAG = re.compile(r"[0-9A-F]{8}")
_ADDRESSES = ("location", "content-location")
"""Header fields whose address the node makes; a link to the same or the next page repeats the question and may."""
_RETRIEVE = tag_of("RetrieveURL")
_KINDS = ("application/dicom", "application/dicom+xml", "application/octet-stream", "application/zip")
_NATIVE = b"<DicomAttribute"
"""What a data set in XML is made of (PS3.19 section A.1)."""


def _seen_to_give(control: tuple[Exchange, ...]) -> None:
    """That an answer holds nothing of a kind says something only of a node that was seen to give data."""
    decidable(
        any(one.response is not None and one.response.status == 200 for one in control),
        nl="het knooppunt gaf nergens gegevens",
        en="the node gave data nowhere",
        triage=Triage.NODE,
    )


@judgement("tells-of-nobody-else")
def tells_of_nobody_else(exchange: Exchange, control: tuple[Exchange, ...]) -> Text | None:
    """Nothing in an answer, its words, sequences, headers and pictures too, is of another patient of the data set.

    A request whose path names something of two patients is about neither of them.
    """
    response = answer(exchange)
    whose = exchange.given.get("patient")
    decidable(whose, nl="de vraag is naar niemand", en="the question is about nobody", triage=Triage.SUITE)
    _seen_to_give(control)
    besides = exchange.given.get("besides") or whose
    numbers = {found.removeprefix("bsn-") for _, text in response.headers for found in _NUMBER.findall(text)}
    others = {*_roles(exchange, "patients"), *_roles(exchange, "told_of"), *numbers} - ({whose} & {besides})
    asked = listed({whose, besides})
    require(
        not others,
        nl=f"het antwoord vertelt van {listed(others)}, gevraagd is naar {asked}",
        en=f"the answer tells of {listed(others)}, asked was about {asked}",
    )
    return Text(f"van niemand dan {whose}", f"of nobody but {whose}")


def _roles(exchange: Exchange, name: str) -> tuple[str, ...]:
    found = fact(exchange, name)
    return tuple(str(role) for role in found) if isinstance(found, list | tuple) else ()


@judgement("gives-no-data")
def gives_no_data(exchange: Exchange, control: tuple[Exchange, ...]) -> Text | None:
    """Whatever its status, the answer holds no data set, file, frame or picture."""
    status = answer(exchange).status
    _seen_to_give(control)
    read_whole(exchange)
    held = _data(exchange)
    require(
        not held,
        nl=f"status {status}, met {held} gegevensverzamelingen of beelden",
        en=f"status {status}, with {held} data sets or pictures",
    )
    return Text(f"status {status}, zonder gegevens", f"status {status}, without data")


def _data(exchange: Exchange) -> int:
    """How much there is in an answer that is data and no words."""
    response = answer(exchange)
    if "parts" in exchange.facts or measurable(response.header("content-type")):
        parts = held_parts(exchange)
        sizes = seen(exchange, "part_sizes") if parts else ()
        return sum(size > 0 and _is_data(part) for part, size in zip(parts, sizes, strict=False))
    if response.size and _carries(response.media_type):
        return 1
    decidable(
        not exchange.facts.get("body_withheld"),
        nl=f"van een inhoud van type '{response.media_type}' is niet bewaard wat erin stond",
        en=f"of a body of type '{response.media_type}' it was not kept what was in it",
        triage=Triage.NODE,
    )
    return _NATIVE in response.body or sum(1 for _ in _datasets(response.body))


def _is_data(part: Part) -> bool:
    """Whether a part is of the kind that carries images; what is not kept of it only its size tells."""
    return "dicom" in part or _carries(part["type"])


def _carries(kind: str) -> bool:
    """Whether this media type is one of images and what describes them; DICOM JSON tells itself what it holds."""
    return kind.startswith(("image/", "video/")) or kind in _KINDS


def _datasets(body: bytes) -> Iterator[dict[str, Any]]:
    """The data sets in a JSON document, however it wraps them."""
    left: list[Json] = list(_objects(body))
    while left:
        value = left.pop()
        if isinstance(value, dict) and any(_TAG.fullmatch(name) for name in value):
            yield value
        elif isinstance(value, dict | list):
            left.extend(value.values() if isinstance(value, dict) else value)


def _objects(body: bytes) -> Iterator[dict[str, Any]]:
    """The objects of a JSON list, or the one that it is; none of what is no JSON."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        return
    for one in document if isinstance(document, list) else [document]:
        if isinstance(one, dict):
            yield one


@judgement("no-number-in-own-address")
def no_number_in_own_address(exchange: Exchange, control: tuple[Exchange, ...]) -> Text | None:
    """No address that the node itself makes holds a patient's number: headers, RetrieveURL, BulkDataURI."""
    answer(exchange)
    _seen_to_give(control)
    found = [(where, address) for where, address in _addresses(exchange) if _NUMBER.search(address)]
    located = fact(exchange, "bsn_in_location")
    where = listed({place for place, _ in found} | ({"location"} if located else set()))
    require(
        not found and not located,
        nl=f"een nummer in {where}",
        en=f"a number in {where}",
    )
    return Text("geen nummer in een eigen adres", "no number in an address of its own")


def _addresses(exchange: Exchange) -> Iterator[tuple[str, str]]:
    """Every address in an answer, with where it stands."""
    response = answer(exchange)
    yield from ((name, text) for name, text in response.headers if name in _ADDRESSES)
    if "parts" in exchange.facts or measurable(response.header("content-type")):
        for part in held_parts(exchange):
            yield from ((name, text) for name, text in part["headers"].items() if name in _ADDRESSES)
            yield from _within(part.get("dicom", {}).get("dataset", {}))
    else:
        for one in _objects(response.body):
            yield from _within(one)


def _within(dataset: Json) -> Iterator[tuple[str, str]]:
    """The addresses in a data set, in its sequences too, however deep a node nests them."""
    left: list[Json] = [dataset]
    while left:
        value = left.pop()
        for name, held in value.items() if isinstance(value, dict) else ():
            if name == "BulkDataURI" and isinstance(held, str):
                yield name, held
            elif isinstance(held, dict) and (name == _RETRIEVE or held.get("vr") == "UR"):
                texts = held.get("Value")
                yield from ((_label(name), str(text)) for text in (texts if isinstance(texts, list) else ()))
        left.extend(value.values() if isinstance(value, dict) else value if isinstance(value, list) else ())


def _label(tag: str) -> str:
    return "RetrieveURL" if tag == _RETRIEVE else tag
