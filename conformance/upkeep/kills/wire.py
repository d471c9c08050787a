"""What a client reads of an answer when the reference node's server sends it: the same, without the sockets."""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable, Iterator
from email.utils import formatdate
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, urlsplit

from aiohttp.http import SERVER_SOFTWARE

from conformance.model.exchange import Request, Response
from conformance.simulators.http import Answer, Call

EMPTY = (204, 304)
"""Statuses over which a server sends no body (RFC 9110 section 6.4.1)."""
FRAMING = frozenset(
    {"connection", "content-encoding", "content-length", "date", "server", "transfer-encoding", "trailer"}
)
"""Fields by which an answer says how it travels: who sets one itself is looked at over sockets only."""


class NotPlainError(Exception):
    """An answer that says itself how it travels; what becomes of it only sockets tell."""


def call_of(request: Request, certificate: bytes | None, tls: str) -> Call:
    """A request as the server hands it to a handler, over this version of TLS."""
    parts, query = _address(request.url)
    return Call(
        method=request.method,
        path=parts.path or "/",
        query=query,
        headers={"host": parts.netloc, **dict(request.headers)},
        body=request.body,
        certificate=certificate,
        base=f"{parts.scheme}://{parts.netloc}",
        tls=tls,
    )


@lru_cache(maxsize=4096)
def _address(url: str) -> tuple[SplitResult, tuple[tuple[str, str], ...]]:
    """An address in its parts, with its parameters: every node is asked the same."""
    parts = urlsplit(url)
    return parts, tuple(parse_qsl(parts.query, keep_blank_values=True))


def response_of(answer: Answer) -> Response:
    """An answer as a client reads it. Raises NotPlainError."""
    said = [(name.lower(), value) for name, value in answer.headers]
    odd = [name for name, value in said if name in FRAMING or not (value.isascii() and value.isprintable())]
    if odd or answer.status < 200 or answer.status not in _REASONS:
        raise NotPlainError(f"an answer with status {answer.status} and {', '.join(odd) or 'no odd field'}")
    body = b"" if answer.status in EMPTY else answer.body
    return Response(
        status=answer.status,
        reason=_REASONS[answer.status],
        headers=tuple(_grouped([(name, value.lstrip(" \t")) for name, value in said] + list(_added(answer, said)))),
        body=body,
        size=len(body),
    )


_REASONS = {status.value: status.phrase for status in HTTPStatus}


def _added(answer: Answer, said: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The fields that the server adds by itself, in its order."""
    if answer.status not in EMPTY:
        yield "content-length", str(len(answer.body))
        if answer.body and "content-type" not in dict(said):
            yield "content-type", "application/octet-stream"
    yield "date", _date(int(time.time()))
    yield "server", SERVER_SOFTWARE


@lru_cache(maxsize=1)
def _date(second: int) -> str:
    return formatdate(second, usegmt=True)


def _grouped(fields: list[tuple[str, str]]) -> Iterable[tuple[str, str]]:
    """Fields of one name together, where the first of them stands: so the client lists them."""
    names = dict.fromkeys(name for name, _ in fields)
    if len(names) == len(fields):
        return fields
    return [(name, value) for name in names for each, value in fields if each == name]


def leaf_of(certificate: Path) -> bytes:
    """The DER of a PEM certificate, as a TLS layer shows it."""
    return ssl.PEM_cert_to_DER_cert(certificate.read_text(encoding="ascii"))
