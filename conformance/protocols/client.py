"""The HTTP client: own sessions, own trust, nothing from the environment, and an end to every answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from ssl import SSLContext
from typing import Self

from requests import PreparedRequest
from urllib3 import BaseHTTPResponse, Timeout
from urllib3.exceptions import HTTPError
from urllib3.util import SKIP_HEADER

from conformance.model.agreements import Json
from conformance.model.exchange import Outcome, Request, Response, TlsSession, Trouble
from conformance.model.node import Politeness, Trust
from conformance.protocols.contexts import NONE, client_context
from conformance.protocols.failures import Stage, classify
from conformance.protocols.observing import SYSTEM_CLOCK, Clock, Gate, Observed, OpenGate, unplayed
from conformance.protocols.roles import suits
from conformance.protocols.troubles import TroubleError, trouble
from conformance.protocols.wire import Call, Wire, current

AGENT = "twiin-conformance"
"""How the suite names itself. Who names nobody sends no such field at all: so does .NET's client, a common one, by
default; and to bear the name of another product would be a lie."""
CHUNK = 1 << 16
TOTAL_FACTOR = 4
"""A whole answer may take this many times the read time-out."""

_STALE = frozenset({"connection-closed", "connection-reset"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One request to make, with the certificate role to show."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes = b""
    certificate: str = "valid"
    version: str = ""
    fresh: bool = False


class HttpClient:
    """Speaks HTTP in the roles of the node file; one thread at a time uses it.

    Redirects are never followed, cookies never kept, proxies and .netrc never read. Every failure comes back as the
    trouble of the exchange.
    """

    def __init__(
        self,
        trust: Trust,
        politeness: Politeness,
        *,
        gate: Gate | None = None,
        clock: Clock = SYSTEM_CLOCK,
        agent: str = AGENT,
    ) -> None:
        self._trust, self._politeness, self._agent = trust, politeness, agent
        self._gate = gate or OpenGate()
        self._clock = clock
        self._wires: dict[tuple[str, str], Wire] = {}
        self._contexts: dict[tuple[str, str], SSLContext] = {}

    def call(self, asked: Asked) -> Observed:
        """Make one request and read its answer; a fresh connection is closed afterwards."""
        try:
            wire = self._wire(asked)
        except TroubleError as error:
            return unplayed(self._clock, error.trouble)
        with self._gate.turn():
            try:
                observed, call = self._speak(wire, asked)
                if self._stale(asked, observed, call):
                    wire.close()
                    observed, _ = self._speak(wire, asked)
            finally:
                if asked.fresh:
                    wire.close()
        return observed

    def close(self) -> None:
        """Close every connection."""
        for wire in self._wires.values():
            wire.close()
        self._wires.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _wire(self, asked: Asked) -> Wire:
        if not asked.url.lower().startswith("https:"):
            return self._wires.setdefault((NONE, "plain"), Wire(None))
        key = (asked.certificate, asked.version)
        if asked.fresh:
            return Wire(self._context(*key))
        if key not in self._wires:
            self._wires[key] = Wire(self._context(*key))
        return self._wires[key]

    def _context(self, role: str, version: str) -> SSLContext:
        """The context that shows this certificate; its files are read once, and looked at."""
        if (role, version) not in self._contexts:
            suits(self._trust.clients, role, self._clock.now())
            self._contexts[role, version] = client_context(self._trust, role, version)
        return self._contexts[role, version]

    @staticmethod
    def _stale(asked: Asked, observed: Observed, call: Call) -> bool:
        """Whether a kept connection had gone away: the request may be sent again (RFC 9110 section 9.2.2)."""
        code = observed.trouble.code if observed.trouble else ""
        return not call.fresh and code in _STALE and asked.method in ("GET", "HEAD")

    def _speak(self, wire: Wire, asked: Asked) -> tuple[Observed, Call]:
        started, begin = self._clock.stamp(), self._clock.monotonic()
        seconds = self._politeness.read_timeout_s
        call = Call(begin + self._politeness.connect_timeout_s + seconds * TOTAL_FACTOR, seconds, self._clock.monotonic)
        token = current.set(call)
        request = outgoing(asked, self._agent)
        response: Response | None = None
        failed: Trouble | None = None
        try:
            response = self._answer(wire, request, call)
        except TroubleError as error:
            failed = error.trouble
        except (OSError, HTTPError) as error:
            failed = self._failure(error, call)
        finally:
            current.reset(token)
        duration = round((self._clock.monotonic() - begin) * 1000)
        observed = Observed(
            outcome=Outcome.ANSWERED if response else Outcome.NO_ANSWER,
            started=started,
            duration_ms=duration,
            trouble=failed,
            request=request,
            response=response,
            tls=_named(call.tls, asked.certificate),
            facts=_begun(call) if failed else {},
        )
        return observed, call

    def _failure(self, error: BaseException, call: Call) -> Trouble:
        found = classify(error, call.stage, fresh=call.fresh)
        over = found.code == "read-timeout" and self._clock.monotonic() >= call.deadline
        return trouble("total-timeout") if over else found

    def _answer(self, wire: Wire, request: Request, call: Call) -> Response:
        times = Timeout(connect=self._politeness.connect_timeout_s, read=self._politeness.read_timeout_s)
        unnamed = {"User-Agent": SKIP_HEADER}  # or urllib3 puts its own name there
        headers = unnamed | {name.title(): value for name, value in request.headers}
        answer = wire.send(request.method, request.url, headers, request.body or None, times)
        try:
            call.stage, call.status = Stage.BODY, answer.status
            body = self._body(answer)
        finally:
            answer.close()
            answer.release_conn()
        return Response(
            status=answer.status,
            reason=answer.reason or "",
            headers=tuple((name.lower(), _BREAK.sub(" ", value)) for name, value in answer.headers.items()),
            body=body,
            size=len(body),
        )

    def _body(self, answer: BaseHTTPResponse) -> bytes:
        limit = self._politeness.body_limit_kib * 1024
        chunks, size = [], 0
        while chunk := _read(answer):
            chunks.append(chunk)
            size += len(chunk)
            if size > limit:
                raise TroubleError(trouble("body-too-large", f"HTTP {answer.status}, more than {limit // 1024} KiB"))
        return b"".join(chunks)


def _read(answer: BaseHTTPResponse) -> bytes:
    """The next bytes of a body; TroubleError where it is framed as nothing can be, such as in chunks of less than no
    bytes, which http.client takes for numbers of its own."""
    try:
        return answer.read(CHUNK, decode_content=True)
    except ValueError as error:
        raise TroubleError(trouble("invalid-http")) from error


_BREAK = re.compile(r"[ \t]*[\r\n\0]+[ \t]*")
"""A field that goes on in the next line, or holds what no field may, is read with a blank there (RFC 9110 section 5.5,
RFC 9112 section 5.2)."""


def _begun(call: Call) -> dict[str, Json]:
    """What came of an answer that broke off: whoever has read it was served, whatever ended the connection."""
    if not call.received:
        return {}
    return {"answer_began": call.received} | ({"answer_status": call.status} if call.status else {})


def outgoing(asked: Asked, agent: str = AGENT) -> Request:
    """The request as it goes out, with every header field but Host."""
    named = {"User-Agent": agent} if agent else {}
    headers = {**named, "Accept-Encoding": "identity", **asked.headers}
    if asked.body or asked.method not in ("GET", "HEAD"):
        headers["Content-Length"] = str(len(asked.body))
    return Request(
        method=asked.method,
        url=on_the_wire(asked.url),
        headers=tuple((name.lower(), value) for name, value in headers.items()),
        body=asked.body,
        size=len(asked.body),
    )


@lru_cache(maxsize=4096)
def on_the_wire(url: str) -> str:
    """The address in the form `requests` gives it; scenarios ask the same in JSON and in XML, and one seed asks every
    node the same. May raise ValueError."""
    prepared = PreparedRequest()
    prepared.prepare_url(url, None)
    return str(prepared.url)


def _named(session: TlsSession | None, role: str) -> TlsSession | None:
    return replace(session, client="" if role == NONE else role) if session else None
