"""Where nodes of strangers take hold of an image gateway, and of a node that asks one."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache
from io import BytesIO
from typing import Any

from conformance.codecs.dicomjson import tag_of
from conformance.codecs.multipart import join, split
from conformance.simulators.faults import Hook, Piece
from conformance.simulators.http import Answer, Call, Handler
from conformance.simulators.imageclient import Ask, Reply, Send
from conformance.synthesis.patients import patients
from conformance.synthesis.studies import Instance, instances_of, studies
from tests.strangers.nodes import Place

Model = dict[str, Any]
PIXELS = "7FE00010"
BOUNDARY = "0f6a1c-strangers-boundary"


def keys(*levels: str) -> Place:
    """A function of a search at these levels: what the gateway understands instead."""

    def place(understood: Callable[[Call], Call]) -> Piece:
        def ask(call: Call, handler: Handler) -> Answer:
            return handler(understood(call) if searched(call) in levels else call)

        return Piece(Hook.IMAGES, ask)

    return place


def matches(*levels: str) -> Place:
    """A function of what a search at these levels found, and of its call: what is found instead."""

    def place(change: Callable[[list[Model], Call], list[Model]]) -> Piece:
        def find(call: Call, handler: Handler) -> Answer:
            answer = handler(call)
            if searched(call) not in levels or answer.status != 200:
                return answer
            return told(answer, change(json.loads(answer.body), call))

        return Piece(Hook.IMAGES, find)

    return place


def told(answer: Answer, models: list[Model]) -> Answer:
    """The answer with these data sets; without any it is 204."""
    return replace(answer, body=json.dumps(models).encode()) if models else Answer(204)


def retrieved(*tails: str) -> Place:
    """A function of call and answer for what is fetched behind these words (empty: the files themselves)."""

    def place(change: Callable[[Call, Answer], Answer]) -> Piece:
        def fetch(call: Call, handler: Handler) -> Answer:
            answer = handler(call)
            return change(call, answer) if kind(call) in tails and answer.status == 200 else answer

        return Piece(Hook.IMAGES, fetch)

    return place


def files(change: Callable[[Any], None]) -> Piece:
    """A place: a function of the data set in each file that is given, which changes it."""
    return retrieved("")(
        lambda _, answer: with_parts(answer, [(head, _file(body, change)) for head, body in parts(answer)])
    )


def files_at(level: str) -> Place:
    """A function of the data set in each file that is given with a whole study or series, or on its own."""

    def place(change: Callable[[Any], None]) -> Piece:
        def fetch(call: Call, answer: Answer) -> Answer:
            if call.path.split("/")[-2] != level:
                return answer
            return with_parts(answer, [(head, _file(body, change)) for head, body in parts(answer)])

        return retrieved("")(fetch)

    return place


def _file(content: bytes, change: Callable[[Any], None]) -> bytes:
    from pydicom import dcmread  # slow to load
    from pydicom.filewriter import dcmwrite

    dataset, written = dcmread(BytesIO(content)), BytesIO()
    change(dataset)
    dcmwrite(written, dataset, enforce_file_format=True)
    return written.getvalue()


Parts = list[tuple[dict[str, str], bytes]]


def parts(answer: Answer) -> Parts:
    """The parts of an answer; one that is no multipart is one part."""
    if not answer.header("content-type").startswith("multipart/"):
        return [({}, answer.body)]
    return [(dict(one.headers), one.body) for one in split(answer.body, answer.header("content-type")).parts]


def with_parts(answer: Answer, content: Parts, boundary: str = BOUNDARY) -> Answer:
    """The answer with these parts in place of its own."""
    named = answer.header("content-type")
    if not named.startswith("multipart/"):
        return replace(answer, body=content[0][1])
    named = re.sub(r"boundary=.*", f'boundary="{boundary}"', named)
    return replace(answer, body=join(content, boundary)).with_header("Content-Type", named)


def searched(call: Call) -> str:
    """The level of a search: studies, series or instances; empty for what is none."""
    found = re.search(r"/(studies|series|instances)\Z", call.path)
    return found[1] if found else ""


def kind(call: Call) -> str:
    """What is fetched: metadata, frames, rendered, bulkdata, search, or the files themselves (empty)."""
    words = re.findall(r"metadata|rendered|frames|bulkdata", call.path)
    return "search" if searched(call) else words[-1] if words else ""


def key(call: Call, keyword: str) -> str:
    """The value of a search key, by keyword or tag; empty when it is not there."""
    return next((value for name, value in call.query if tag_of(name) == tag_of(keyword)), "")


def with_key(call: Call, keyword: str, value: str | None) -> Call:
    """The search with this value of a key, or (None) without it."""
    others = tuple(pair for pair in call.query if tag_of(pair[0]) != tag_of(keyword))
    return replace(call, query=others if value is None else (*others, (keyword, value)))


@lru_cache
def held() -> tuple[Instance, ...]:
    """All instances of the gateway."""
    return instances_of(studies({role: one for role, one in patients().items() if one.known}))


def named_in(call: Call) -> Instance | None:
    """The instance, or the first of the series, that an address ends with, wherever it says that it is."""
    words = call.path.split("/")
    wanted = next((words[words.index(level) + 1] for level in ("instances", "series") if level in words[:-1]), "")
    return next((one for one in held() if wanted in (one.sop, one.series)), None)


def where_it_is(call: Call, instance: Instance) -> Call:
    """The call with the study and series that the instance is in."""
    path = re.sub(r"studies/[^/]+", f"studies/{instance.study}", call.path)
    return replace(call, path=re.sub(r"series/[^/]+", f"series/{instance.series}", path))


def besides(to: str) -> Place:
    """A function of a request of the node whose address is like this: what it also asks."""

    def place(ask: Callable[[Ask], Ask]) -> Piece:
        def asking(first: Ask, send: Send) -> Reply:
            reply = send(first)
            if re.search(to, first.path):
                send(ask(first))
            return reply

        return Piece(Hook.ASKING, asking)

    return place


def instead(to: str) -> Place:
    """A function of a request of the node whose address is like this: what it asks instead."""

    def place(ask: Callable[[Ask], Ask]) -> Piece:
        return Piece(Hook.ASKING, lambda first, send: send(ask(first) if re.search(to, first.path) else first))

    return place
