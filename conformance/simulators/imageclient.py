"""The node as one who asks: finding a patient's studies at a gateway and fetching them (PS3.18 sections 10.6, 10.4)."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from urllib.parse import urlencode, urlsplit

from conformance.codecs.dicomjson import Dataset, DicomJsonError, read_model, value
from conformance.codecs.multipart import split

TIMEOUT_S = 10
MODEL = "application/dicom+json"
PART10 = 'multipart/related; type="application/dicom"'


@dataclass(frozen=True, slots=True)
class Ask:
    """One request, below the gateway's base address."""

    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back."""

    status: int
    content_type: str
    body: bytes


Send = Callable[[Ask], Reply]
Asking = Callable[[Ask, Send], Reply]
"""Stands before the sending of a request and may change it, send more, or nothing. This is how faults work."""


@dataclass(frozen=True, slots=True)
class Viewed:
    """What was found and fetched: identifiers of studies and of instances."""

    studies: tuple[str, ...]
    instances: tuple[str, ...]


class ViewingError(Exception):
    """The gateway could not be asked, or its answer could not be used."""


def view_images(base: str, bsn: str, tls: ssl.SSLContext | None, asking: Sequence[Asking] = ()) -> Viewed:
    """Search the patient's studies, read the metadata of each, and fetch the first series of the first one."""
    parts = urlsplit(base)
    host, port = parts.hostname or "", parts.port
    connection: HTTPConnection
    if tls is not None:
        connection = HTTPSConnection(host, port, timeout=TIMEOUT_S, context=tls)
    else:
        connection = HTTPConnection(host, port, timeout=TIMEOUT_S)
    send: Send = lambda ask: _send(connection, parts.path, ask)  # noqa: E731 - closes over the one connection
    for one in reversed(asking):
        send = _behind(one, send)
    try:
        return _view(send, bsn)
    except (OSError, HTTPException, DicomJsonError) as error:
        raise ViewingError(f"the images could not be viewed: {type(error).__name__}") from error
    finally:
        connection.close()


def _behind(asking: Asking, send: Send) -> Send:
    return lambda ask: asking(ask, send)


def _view(send: Send, bsn: str) -> Viewed:
    query = (("PatientID", bsn), ("includefield", "StudyDescription"))
    found = _datasets(send(Ask("/studies", query, {"Accept": MODEL})))
    studies = tuple(value(study, "StudyInstanceUID") for study in found)
    described = [_datasets(send(Ask(f"/studies/{study}/metadata", (), {"Accept": MODEL}))) for study in studies]
    if not studies or not described[0]:
        return Viewed(studies, ())
    series = value(described[0][0], "SeriesInstanceUID")
    fetched = send(Ask(f"/studies/{studies[0]}/series/{series}", (), {"Accept": PART10}))
    wanted = [value(one, "SOPInstanceUID") for one in described[0] if value(one, "SeriesInstanceUID") == series]
    complete = len(split(fetched.body, fetched.content_type).parts) == len(wanted)
    return Viewed(studies, tuple(wanted) if fetched.status == 200 and complete else ())


def _datasets(reply: Reply) -> tuple[Dataset, ...]:
    return read_model(reply.body) if reply.status == 200 else ()


def _send(connection: HTTPConnection, prefix: str, ask: Ask) -> Reply:
    target = prefix.rstrip("/") + ask.path + (f"?{urlencode(ask.query)}" if ask.query else "")
    connection.request("GET", target, headers=dict(ask.headers))
    response = connection.getresponse()
    return Reply(response.status, response.getheader("Content-Type", ""), response.read())
