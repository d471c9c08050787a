"""Switches of the image gateway: what is asked, what is answered, what is held."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal

from conformance.codecs import multipart
from conformance.codecs.dicomjson import TAGS, tag_of
from conformance.codecs.dicomjson import attribute as attribute_of
from conformance.codecs.dicomjson import value as value_of
from conformance.codecs.mediatypes import parse
from conformance.model.agreements import Json
from conformance.simulators.faults import Hook, When, switch
from conformance.simulators.faults.naming import kind_of, known
from conformance.simulators.http import Answer, Call, Handler, Interceptor
from conformance.synthesis.patients import patients
from conformance.synthesis.studies import Instance, Study, description

Datasets = list[dict[str, Any]]
Studies = tuple[Study, ...]
PREAMBLE = 132


def before(when: When, change: Callable[[Call], Call]) -> Interceptor:
    """Changes the calls that are meant before they are answered."""
    return lambda call, handler: handler(change(call) if when.meets(call) else call)


def in_datasets(when: When, change: Callable[[Datasets], Datasets]) -> Interceptor:
    """Changes the data sets of the DICOM JSON answers that are meant."""

    def intercept(call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        if not when.meets(call) or parse(answer.header("content-type")).name != "application/dicom+json":
            return answer
        return replace(answer, body=json.dumps(change(json.loads(answer.body))).encode())

    return intercept


@switch("dicomweb.ask", hook=Hook.IMAGES)
def ask(*, when: When, name: str, value: str) -> Interceptor:
    """The gateway understands another value of a query parameter, by keyword or tag; with an empty one none at all."""

    def change(call: Call) -> Call:
        meant = [key == name or (tag_of(key) != "" and tag_of(key) == tag_of(name)) for key, _ in call.query]
        pairs = zip(call.query, meant, strict=True)
        kept = [(key, value if here else held) for (key, held), here in pairs if value or not here]
        return replace(call, query=tuple(kept))

    return before(when, change)


@switch("dicomweb.ignores-key", hook=Hook.IMAGES)
def ignores_key(*, when: When, name: str = "", written: Literal["keyword", "tag", "either"] = "either") -> Interceptor:
    """The gateway does not heed an attribute as a search key, when so written; without a name none but Patient ID."""

    def heeded(key: str) -> bool:
        meant = tag_of(key) == tag_of(name) if name else tag_of(key) not in ("", TAGS["PatientID"])
        form = "keyword" if key in TAGS else "tag"
        return not (meant and written in ("either", form))

    return before(when, lambda call: replace(call, query=tuple(pair for pair in call.query if heeded(pair[0]))))


@switch("dicomweb.path", hook=Hook.IMAGES)
def path(*, when: When, find: str, put: str) -> Interceptor:
    """The gateway understands another path: what the regular expression finds becomes `put`."""
    return before(when, lambda call: replace(call, path=re.sub(find, put, call.path)))


@switch("dicomweb.ignores-accept", hook=Hook.IMAGES)
def ignores_accept(*, when: When, header: str = "") -> Interceptor:
    """The gateway answers in its own form whatever is accepted, or only when exactly this is."""

    def change(call: Call) -> Call:
        meant = header in ("", call.header("accept"))
        return replace(call, headers={**call.headers, "accept": "*/*"}) if meant else call

    return before(when, change)


@switch("dicomweb.refuses-accept", hook=Hook.IMAGES)
def refuses_accept(*, when: When, header: str = ",") -> Interceptor:
    """The gateway answers 406 to exactly this Accept header; to an empty one when there is none, else to any list."""

    def intercept(call: Call, handler: Handler) -> Answer:
        accept = call.header("accept")
        meant = "," in accept if header == "," else accept == header
        return Answer(406) if when.meets(call) and meant else handler(call)

    return intercept


@switch("dicomweb.attribute", hook=Hook.IMAGES)
def attribute(
    *, when: When, name: str, action: Literal["remove", "replace", "add", "inline"], value: Json = None, of: str = ""
) -> Interceptor:
    """An attribute of a data set in a DICOM JSON answer is gone, has another value or one more, or holds bytes inline.

    It is the first data set, or the first that is of this kind of study.
    """
    tag = tag_of(name)

    def change(datasets: Datasets) -> Datasets:
        meant = next((one for one in datasets if not of or _kind_of(one) == of), {})
        held = meant.pop(tag, {})
        if action in ("replace", "add"):
            before = held.get("Value", []) if action == "add" else []
            meant |= attribute_of(name, *before, *(value if isinstance(value, list) else [value]))
        elif action == "inline":
            meant[tag] = {"vr": "OW", "InlineBinary": "AAAA"}
        return datasets

    return in_datasets(when, change)


def _kind_of(dataset: Mapping[str, Any]) -> str:
    return known().get(value_of(dataset, "StudyInstanceUID"), "").partition(".")[2]


@switch("dicomweb.hides", hook=Hook.IMAGES)
def hides(*, when: When, study: str) -> Interceptor:
    """Searching never finds a kind of study; whoever knows its UID still gets it."""
    return in_datasets(when, lambda datasets: [one for one in datasets if _kind_of(one) != study])


@switch("dicomweb.other-patient", hook=Hook.IMAGES)
def other_patient(*, when: When) -> Interceptor:
    """The first data set in a DICOM JSON answer carries the number of another patient."""

    def change(datasets: Datasets) -> Datasets:
        _, others = _somebody_else(json.dumps(datasets).encode())
        return [{**datasets[0], **attribute_of("PatientID", others.decode())}, *datasets[1:]]

    return in_datasets(when, change)


@switch("dicomweb.nested-number", hook=Hook.IMAGES)
def nested_number(*, when: When) -> Interceptor:
    """A data set in a DICOM JSON answer holds, in a sequence, the number of another patient."""

    def change(datasets: Datasets) -> Datasets:
        _, others = _somebody_else(json.dumps(datasets).encode())
        item = attribute_of("PatientID", others.decode())
        return [{**datasets[0], _OTHER_PATIENTS: {"vr": "SQ", "Value": [item]}}, *datasets[1:]]

    return in_datasets(when, change)


_OTHER_PATIENTS = "00101002"


@switch("dicomweb.number-in-address", hook=Hook.IMAGES)
def number_in_address(*, when: When) -> Interceptor:
    """The addresses in a DICOM JSON answer name the patient, as far as the answer does."""

    def change(datasets: Datasets) -> Datasets:
        return [_named(one, value_of(one, "PatientID")) for one in datasets]

    return in_datasets(when, change)


def _named(dataset: dict[str, Any], number: str) -> dict[str, Any]:
    tail = f"?PatientID={number}" if number else ""
    made = {
        tag: {**held, "BulkDataURI": held["BulkDataURI"] + tail}
        for tag, held in dataset.items()
        if "BulkDataURI" in held
    }
    if address := value_of(dataset, "RetrieveURL"):
        made |= attribute_of("RetrieveURL", address + tail)
    return {**dataset, **made}


def _somebody_else(data: bytes) -> tuple[bytes, bytes]:
    """The number of a patient that stands in these bytes, and that of one who does not."""
    numbers = [one.bsn.encode() for one in patients().values() if one.known]
    ours = next(number for number in numbers if number in data)
    return ours, next(number for number in numbers if number not in data)


@switch("dicomweb.entries", hook=Hook.IMAGES)
def entries(*, when: When, action: Literal["drop", "double"]) -> Interceptor:
    """The last data set of a DICOM JSON answer is left out or stands there twice."""
    return in_datasets(when, lambda datasets: datasets[:-1] if action == "drop" else [*datasets, datasets[-1]])


@switch("dicomweb.bare", hook=Hook.IMAGES)
def bare(*, when: When) -> Interceptor:
    """An answer of one data set is that data set, and no list."""

    def intercept(call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        held = json.loads(answer.body) if when.meets(call) and answer.status == 200 else []
        return replace(answer, body=json.dumps(held[0]).encode()) if len(held) == 1 else answer

    return intercept


@switch("dicomweb.part", hook=Hook.IMAGES)
def part(
    *, when: When, action: Literal["drop", "double", "cut", "no-preamble", "unclosed", "other-patient", "reverse"]
) -> Interceptor:
    """The first part of a multipart answer is gone, there twice, cut short, without preamble or somebody else's, or
    the body is unclosed, or all parts are in the reverse order."""

    def intercept(call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        return _altered(answer, action) if when.meets(call) and answer.status == 200 else answer

    return intercept


def _altered(answer: Answer, action: str) -> Answer:
    whole = multipart.split(answer.body, answer.header("content-type"))
    held = [({"Content-Type": one.headers["content-type"]}, one.body) for one in whole.parts]
    headers, first = held[0]
    changed: Mapping[str, Callable[[], list[bytes]]] = {
        "drop": list,
        "double": lambda: [first, first],
        "cut": lambda: [first[:-100]],
        "no-preamble": lambda: [first[PREAMBLE:]],
        "other-patient": lambda: [first.replace(*_somebody_else(first))],
        "unclosed": lambda: [first],
    }
    kept = held[::-1] if action == "reverse" else [*((headers, one) for one in changed[action]()), *held[1:]]
    body = multipart.join(kept, whole.boundary)
    return replace(answer, body=body.removesuffix(b"--\r\n") if action == "unclosed" else body)


@switch("dicomweb.bytes", hook=Hook.IMAGES)
def content(*, when: When, find: str, put: str) -> Interceptor:
    """One piece of text in the bytes of an answer for another of the same length."""

    def intercept(call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        return replace(answer, body=answer.body.replace(find.encode(), put.encode())) if when.meets(call) else answer

    return intercept


@switch("studies.lost-key-image", hook=Hook.STUDIES)
def lost_key_image() -> Callable[[Studies], Studies]:
    """The first image that a key object selection points at is not there."""
    return lambda studies: tuple(map(_less, studies))


def _less(study: Study) -> Study:
    chosen = [
        series["instances"][0] for series in description()[study.key]["series"] if series["kind"] == "key-objects"
    ]
    kept = [one for number, one in enumerate(study.instances, 1) if number not in chosen]
    return replace(study, instances=tuple(kept))


@switch("studies.deflated", hook=Hook.STUDIES)
def deflated(*, study: str) -> Callable[[Studies], Studies]:
    """The files of a kind of study are deflated, whatever was asked for."""
    return lambda studies: tuple(
        replace(one, instances=tuple(map(_deflated, one.instances))) if kind_of(one) == study else one
        for one in studies
    )


def _deflated(instance: Instance) -> Instance:
    from conformance.synthesis.dicom.modules import deflate

    syntax, file = deflate(instance.file)
    return replace(instance, transfer_syntax=syntax, file=file)


@switch("dicomweb.deflates-unasked", hook=Hook.IMAGES)
def deflates_unasked(*, when: When) -> Interceptor:
    """Whoever sends no Accept gets deflated files."""
    from conformance.synthesis.dicom.modules import deflate

    def intercept(call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        if not when.meets(call) or call.header("accept") or answer.status != 200:
            return answer
        whole = multipart.split(answer.body, answer.header("content-type"))
        files = [deflate(one.body) for one in whole.parts]
        parts = [({"Content-Type": f"application/dicom; transfer-syntax={syntax}"}, file) for syntax, file in files]
        return replace(answer, body=multipart.join(parts, whole.boundary))

    return intercept
