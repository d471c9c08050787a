"""Switches of the node as one who asks for images: what it sends to the counterpart."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace

from conformance.simulators.faults import Hook, switch
from conformance.simulators.imageclient import Ask, Asking, Reply, Send

PATIENT = "PatientID"


def _sending(path: str, change: Callable[[Ask], Ask]) -> Asking:
    return lambda ask, send: send(change(ask) if re.search(path, ask.path) else ask)


@switch("asking.query", hook=Hook.ASKING)
def query(*, path: str, name: str, value: str) -> Asking:
    """Requests to these paths ask for another value of a query parameter."""
    return _sending(
        path, lambda ask: replace(ask, query=tuple((key, value if key == name else held) for key, held in ask.query))
    )


@switch("asking.number", hook=Hook.ASKING)
def number(*, path: str, digits: int, behind: str) -> Asking:
    """Requests to these paths search for the first digits of the patient's number, with something behind them."""
    return _sending(
        path,
        lambda ask: replace(
            ask, query=tuple((key, held[:digits] + behind if key == PATIENT else held) for key, held in ask.query)
        ),
    )


@switch("asking.header", hook=Hook.ASKING)
def header(*, path: str, name: str, value: str = "") -> Asking:
    """Requests to these paths carry another header; with an empty value none of that name."""

    def change(ask: Ask) -> Ask:
        others = {key: held for key, held in ask.headers.items() if key.lower() != name.lower()}
        return replace(ask, headers={**others, name: value} if value else others)

    return _sending(path, change)


@switch("asking.path", hook=Hook.ASKING)
def path(*, find: str, put: str) -> Asking:
    """Requests go to another path: what the regular expression finds becomes `put`."""
    return _sending(find, lambda ask: replace(ask, path=re.sub(find, put, ask.path)))


@switch("asking.silent", hook=Hook.ASKING)
def silent(*, path: str) -> Asking:
    """Requests to these paths are never sent."""
    return lambda ask, send: Reply(404, "", b"") if re.search(path, ask.path) else send(ask)


@switch("asking.extra", hook=Hook.ASKING)
def extra(*, path: str, name: str, value: str) -> Asking:
    """Requests to these paths are first sent with one more query parameter."""

    def asking(ask: Ask, send: Send) -> Reply:
        if re.search(path, ask.path):
            send(replace(ask, query=(*ask.query, (name, value))))
        return send(ask)

    return asking


@switch("asking.leak", hook=Hook.ASKING)
def leak(*, name: str, coded: bool = False) -> Asking:
    """The patient's number, once searched for, goes along in a header of every later request, as `patient=…`; `coded`:
    in base64."""
    seen: list[str] = []

    def asking(ask: Ask, send: Send) -> Reply:
        said = [b64encode(one.encode()).decode() if coded else one for one in seen]
        later = replace(ask, headers={**ask.headers, name: f"patient={said[0]}"}) if said else ask
        seen.extend(value for key, value in ask.query if key == PATIENT)
        return send(later)

    return asking
