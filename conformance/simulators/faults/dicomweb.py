"""Switches of the image gateway: what is asked, what is answered, what is held."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal

from conformance.codecs import multipart
from conformance.codecs.dicomjson import attribute as attribute_of
from conformance.codecs.dicomjson import tag_of
from conformance.codecs.mediatypes import parse
from conformance.model.agreements import Json
from conformance.simulators.faults import Hook, When, switch
from conformance.simulators.http import Answer, Call, Handler, Interceptor
from conformance.synthesis.patients import patients
from conformance.synthesis.studies import Instance, Study

Datasets = list[dict[str, Any]]
Studies = tuple[Study, ...]
PREAMBLE = 132


def _before(when: When, change: Callable[[Call], Call]) -> Interceptor:
    return lambda call, handler: handler(change(call) if when.meets(call) else call)


def _datasets(when: When, change: Callable[[Datasets], Datasets]) -> Interceptor:
    """Changes the data sets of the DICOM JSON answers that are meant."""

    def intercept(call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        if not when.meets(call) or parse(answer.header("content-type")).name != "application/dicom+json":
            return answer
        return replace(answer, body=json.dumps(change(json.loads(answer.body))).encode())

    return intercept


@switch("dicomweb.ask", hook=Hook.IMAGES)
def ask(*, when: When, name: str, value: str) -> Interceptor:
    """The gateway understands another value of a query parameter; with an empty one it does not see the parameter."""

    def change(call: Call) -> Call:
        kept = [(key, value if key == name else held) for key, held in call.query if value or key != name]
        return replace(call, query=tuple(kept))

    return _before(when, change)


@switch("dicomweb.path", hook=Hook.IMAGES)
def path(*, when: When, find: str, put: str) -> Interceptor:
    """The gateway understands another path: what the regular expression finds becomes `put`."""
    return _before(when, lambda call: replace(call, path=re.sub(find, put, call.path)))


@switch("dicomweb.ignores-accept", hook=Hook.IMAGES)
def ignores_accept(*, when: When) -> Interceptor:
    """The gateway answers in its own form whatever is accepted."""
    return _before(when, lambda call: replace(call, headers={**call.headers, "accept": "*/*"}))


@switch("dicomweb.refuses-accept", hook=Hook.IMAGES)
def refuses_accept(*, when: When, header: str) -> Interceptor:
    """The gateway answers 406 to exactly this Accept header; an empty one is a request without."""

    def intercept(call: Call, handler: Handler) -> Answer:
        return Answer(406) if when.meets(call) and call.header("accept") == header else handler(call)

    return intercept


@switch("dicomweb.attribute", hook=Hook.IMAGES)
def attribute(
    *, when: When, name: str, action: Literal["remove", "replace", "inline"], value: Json = None
) -> Interceptor:
    """An attribute of the first data set in a DICOM JSON answer is gone, has another value, or holds bytes inline."""
    tag = tag_of(name)

    def change(datasets: Datasets) -> Datasets:
        first, *rest = datasets
        first.pop(tag, None)
        if action == "replace":
            first |= attribute_of(name, *(value if isinstance(value, list) else [value]))
        elif action == "inline":
            first[tag] = {"vr": "OW", "InlineBinary": "AAAA"}
        return [first, *rest]

    return _datasets(when, change)


@switch("dicomweb.other-patient", hook=Hook.IMAGES)
def other_patient(*, when: When, patient: str) -> Interceptor:
    """The first data set in a DICOM JSON answer carries the number of another patient (by role)."""
    return _datasets(
        when, lambda datasets: [{**datasets[0], **attribute_of("PatientID", patients()[patient].bsn)}, *datasets[1:]]
    )


@switch("dicomweb.entries", hook=Hook.IMAGES)
def entries(*, when: When, action: Literal["drop", "double"]) -> Interceptor:
    """The last data set of a DICOM JSON answer is left out or stands there twice."""
    return _datasets(when, lambda datasets: datasets[:-1] if action == "drop" else [*datasets, datasets[-1]])


@switch("dicomweb.part", hook=Hook.IMAGES)
def part(*, when: When, action: Literal["drop", "cut", "no-preamble", "unclosed", "other-patient"]) -> Interceptor:
    """The first part of a multipart answer is gone, cut short, without preamble or bram's, or the body unclosed."""

    def intercept(call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        return _altered(answer, action) if when.meets(call) and answer.status == 200 else answer

    return intercept


def _altered(answer: Answer, action: str) -> Answer:
    whole = multipart.split(answer.body, answer.header("content-type"))
    held = [({"Content-Type": one.headers["content-type"]}, one.body) for one in whole.parts]
    headers, first = held[0]
    ours, others = patients()["anna"].bsn.encode(), patients()["bram"].bsn.encode()
    changed: Mapping[str, bytes] = {
        "cut": first[:-100],
        "no-preamble": first[PREAMBLE:],
        "other-patient": first.replace(ours, others),
    }
    kept = [*([(headers, changed[action])] if action in changed else []), *held[1:]]
    body = multipart.join(held if action == "unclosed" else kept, whole.boundary)
    return replace(answer, body=body.removesuffix(b"--\r\n") if action == "unclosed" else body)


@switch("dicomweb.bytes", hook=Hook.IMAGES)
def content(*, when: When, find: str, put: str) -> Interceptor:
    """One piece of text in the bytes of an answer for another of the same length."""

    def intercept(call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        return replace(answer, body=answer.body.replace(find.encode(), put.encode())) if when.meets(call) else answer

    return intercept


@switch("studies.without", hook=Hook.STUDIES)
def without(*, study: str, instance: int = 0) -> Callable[[Studies], Studies]:
    """A study (by key) is not there, or only one instance of it, counted from 1."""

    def change(studies: Studies) -> Studies:
        if not instance:
            return tuple(one for one in studies if one.key != study)
        return tuple(_less(one, instance) if one.key == study else one for one in studies)

    return change


def _less(study: Study, instance: int) -> Study:
    return replace(study, instances=study.instances[: instance - 1] + study.instances[instance:])


@switch("studies.deflated", hook=Hook.STUDIES)
def deflated(*, study: str) -> Callable[[Studies], Studies]:
    """The files of a study (by key) are deflated, whatever was asked for."""
    return lambda studies: tuple(
        replace(one, instances=tuple(map(_deflated, one.instances))) if one.key == study else one for one in studies
    )


def _deflated(instance: Instance) -> Instance:
    from conformance.synthesis.dicom.modules import deflate

    syntax, file = deflate(instance.file)
    return replace(instance, transfer_syntax=syntax, file=file)
