"""Switches that mix pictures up: somebody else's under the right header, half of one, and whose it is told."""

from __future__ import annotations

import json
import re
import struct
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from conformance.codecs import multipart
from conformance.codecs.images import png
from conformance.codecs.mediatypes import parse
from conformance.codecs.pngs import greys
from conformance.simulators.faults import Hook, When, switch
from conformance.simulators.http import Answer, Call, Handler, Interceptor
from conformance.synthesis.patients import patients
from conformance.synthesis.studies import Instance, studies

_OBJECT = re.compile(r"/studies/[0-9.]+/series/[0-9.]+/instances/(?P<sop>[0-9.]+)")


@cache
def _held() -> Mapping[str, tuple[str, Instance]]:
    """Every object with pixels by its UID, with the role of whose it is."""
    known = {role: one for role, one in patients().items() if one.known}
    return {one.sop: (study.patient, one) for study in studies(known) for one in study.instances if one.frames}


def _alike(sop: str) -> Instance:
    """A picture of the same kind, and as long, of somebody else."""
    role, one = _held()[sop]
    return next(
        other
        for owner, other in _held().values()
        if owner != role and (other.modality, len(other.frames[0])) == (one.modality, len(one.frames[0]))
    )


@switch("pictures.of-another", hook=Hook.IMAGES)
def of_another(*, when: When, times: int = 1) -> Interceptor:
    """Files and frames hold the pixels of somebody else's picture, as many and under the right header; and rendered is
    a picture of it, so many times as large."""

    def intercept(call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        if not when.meets(call) or answer.status != 200:
            return answer
        if call.path.endswith("/rendered"):
            named = _OBJECT.search(call.path)
            if named is None:
                return answer
            theirs = handler(replace(call, path=_OBJECT.sub(_place(_alike(named["sop"])), call.path)))
            return replace(theirs, body=_enlarged(theirs.body, times))
        return replace(answer, body=_swapped(answer.body))

    return intercept


def _enlarged(picture: bytes, times: int) -> bytes:
    """A grey PNG with every pixel repeated in both directions."""
    if times == 1:
        return picture
    looks, (width, height) = greys(picture, most=1 << 16), struct.unpack(">II", picture[16:24])
    rows = (bytes(looks[at : at + width]) for at in range(0, width * height, width))
    made = (bytes(one for one in row for _ in range(times)) for row in rows for _ in range(times))
    return png(width * times, height * times, 1, b"".join(made))


def _place(one: Instance) -> str:
    return f"/studies/{one.study}/series/{one.series}/instances/{one.sop}"


def _swapped(body: bytes) -> bytes:
    places = [
        (body.find(pixels), number, sop)
        for sop, (_, one) in _held().items()
        for number, pixels in enumerate(one.frames)
        if pixels in body
    ]
    for at, number, sop in places:
        theirs = _alike(sop).frames
        pixels = theirs[number % len(theirs)]
        body = body[:at] + pixels + body[at + len(pixels) :]
    return body


@switch("pictures.turned", hook=Hook.IMAGES)
def turned(*, when: When) -> Interceptor:
    """Of every part, whatever it is, the last byte comes first."""

    def intercept(call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        if not when.meets(call) or answer.status != 200:
            return answer
        whole = multipart.split(answer.body, answer.header("content-type"))
        parts = [({"Content-Type": one.headers["content-type"]}, one.body[::-1]) for one in whole.parts]
        return replace(answer, body=multipart.join(parts, whole.boundary))

    return intercept


@switch("pictures.cut", hook=Hook.IMAGES)
def cut(*, when: When) -> Interceptor:
    """Of a picture comes the first half."""

    def intercept(call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        meant = when.meets(call) and answer.status == 200 and answer.header("content-type").startswith("image/")
        return replace(answer, body=answer.body[: len(answer.body) // 2]) if meant else answer

    return intercept


@switch("pictures.black", hook=Hook.IMAGES)
def black(*, when: When, kept: int = 0) -> Interceptor:
    """Of a grey PNG so many rows are as they were, and the others black."""

    def intercept(call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        if not when.meets(call) or answer.status != 200:
            return answer
        looks, (width, height) = greys(answer.body, most=1 << 16), struct.unpack(">II", answer.body[16:24])
        above = bytes(looks[: width * kept])
        return replace(answer, body=png(width, height, 1, above + bytes(width * height - len(above))))

    return intercept


@switch("pictures.mirrored", hook=Hook.IMAGES)
def mirrored(*, when: When) -> Interceptor:
    """A grey PNG has left for right."""

    def intercept(call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        if not when.meets(call) or answer.status != 200:
            return answer
        looks, (width, height) = greys(answer.body, most=1 << 16), struct.unpack(">II", answer.body[16:24])
        rows = (bytes(looks[at : at + width][::-1]) for at in range(0, width * height, width))
        return replace(answer, body=png(width, height, 1, b"".join(rows)))

    return intercept


@switch("pictures.misnamed", hook=Hook.IMAGES)
def misnamed(*, when: When) -> Interceptor:
    """The meta elements of the first file name another object than is in it."""

    def intercept(call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        if not when.meets(call) or answer.status != 200:
            return answer
        whole = multipart.split(answer.body, answer.header("content-type"))
        (first, *rest) = [({"Content-Type": one.headers["content-type"]}, one.body) for one in whole.parts]
        return replace(answer, body=multipart.join([(first[0], _misnaming(first[1])), *rest], whole.boundary))

    return intercept


def _misnaming(file: bytes) -> bytes:
    found = re.search(rb"\x02\x00\x03\x00UI..(?P<uid>[0-9.]+)", file, re.DOTALL)
    if found is None:
        return file
    last = found.end() - 1
    return file[:last] + (b"1" if file[last : last + 1] != b"1" else b"2") + file[last + 1 :]


@switch("pictures.icon", hook=Hook.IMAGES)
def icon(*, when: When) -> Interceptor:
    """Descriptions hold a small picture, its pixels in them, in a sequence."""

    def intercept(call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        if not when.meets(call) or parse(answer.header("content-type")).name != "application/dicom+json":
            return answer
        item: dict[str, Any] = {"7FE00010": {"vr": "OW", "InlineBinary": "AAAA"}}
        made = [{**one, "00880200": {"vr": "SQ", "Value": [item]}} for one in json.loads(answer.body)]
        return replace(answer, body=json.dumps(made).encode())

    return intercept


@switch("pictures.number-in-bytes", hook=Hook.IMAGES)
def number_in_bytes(*, when: When) -> Interceptor:
    """Each data set of an answer in DICOM JSON has a value of bytes that hold the number of another patient."""

    def intercept(call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        if not when.meets(call) or parse(answer.header("content-type")).name != "application/dicom+json":
            return answer
        numbers = [one.bsn for one in patients().values() if one.known]
        number = next(one for one in numbers if one.encode() not in answer.body)
        held = {"vr": "UN", "InlineBinary": b64encode(f"{number}\0".encode()).decode()}
        made = [{**one, "00091001": held} for one in json.loads(answer.body)]
        return replace(answer, body=json.dumps(made).encode())

    return intercept


@switch("pictures.misread-letters", hook=Hook.IMAGES)
def misread_letters(*, when: When) -> Interceptor:
    """What was written in UTF-8 is read as ISO 8859-1 on its way out: a letter that is no ASCII becomes two."""

    def intercept(call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        return replace(answer, body=answer.body.decode("latin-1").encode()) if when.meets(call) else answer

    return intercept


@switch("pictures.owner-told", hook=Hook.IMAGES)
def owner_told(*, when: When) -> Interceptor:
    """Whoever asks for a series below somebody else's study is told whose it is."""

    def intercept(call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        owner = series_owner(call.path)
        if not when.meets(call) or answer.status != 404 or not owner:
            return answer
        said = f"That is a series of {patients()[owner].given} {patients()[owner].family}."
        return Answer(404, (("Content-Type", "text/plain"),), said.encode())

    return intercept


def series_owner(path: str) -> str:
    """Whose the series in a path is; empty for an unknown one."""
    named = re.search(r"/series/(?P<series>[0-9.]+)", path)
    return next((role for role, one in _held().values() if named and one.series == named["series"]), "")
