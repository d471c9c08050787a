"""Puts a handler behind a TLS socket on loopback: one aiohttp server in a thread of its own."""

from __future__ import annotations

import asyncio
import ssl
import threading
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl

from aiohttp import web

from conformance.codecs.tls.names import ORDINARY_SUITES
from conformance.simulators.hello import LOOPBACK, Behind, Doorman, Porter, stand_before
from conformance.simulators.http import Answer, Call, Handler

BODY_LIMIT = 64 * 1024 * 1024
CHUNK = 65536
NO_CHECK_TIME = 0x200000
"""OpenSSL's X509_V_FLAG_NO_CHECK_TIME, which the ssl module does not name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsSettings:
    """How a server guards its door: own certificate, whom it believes, and what it is willing to speak.

    `roots` vouch for clients, `crl` (one file, PEM) names the revoked; `minimum` and `maximum` are TLS versions as
    OpenSSL writes them; `ciphers` is an OpenSSL list for TLS 1.2 and lower, empty for the ordinary ones.
    """

    chain: Path
    key: Path
    roots: tuple[Path, ...] = ()
    crl: Path | None = None
    minimum: str = "TLSv1.3"
    maximum: str = "TLSv1.3"
    ciphers: str = ""
    require_client: bool = True
    ignore_time: bool = False
    pinned: bool = False
    """The roots are the certificates that are let in, each by itself."""
    plain: Callable[[Call], bool] | None = None
    """Which calls get a page over plain HTTP on the same port; the others are told to speak TLS."""

    def context(self) -> ssl.SSLContext:
        """The settings as Python's ssl module takes them."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.set_ciphers(self.ciphers or ORDINARY_SUITES)
        _limit_versions(context, self.minimum, self.maximum)
        context.num_tickets = 0  # nobody takes a session up again, and a ticket costs more than a signature
        context.load_cert_chain(self.chain, self.key)
        context.verify_mode = ssl.CERT_REQUIRED if self.require_client else ssl.CERT_OPTIONAL
        for root in self.roots:
            context.load_verify_locations(root)
        if self.crl is not None:
            context.load_verify_locations(self.crl)
            context.verify_flags |= ssl.VerifyFlags.VERIFY_CRL_CHECK_LEAF
        if self.pinned:
            context.verify_flags |= ssl.VerifyFlags.VERIFY_X509_PARTIAL_CHAIN
        if self.ignore_time:
            context.verify_flags |= ssl.VerifyFlags(NO_CHECK_TIME)
        return context


def _limit_versions(context: ssl.SSLContext, minimum: str, maximum: str) -> None:
    versions = {version.name.replace("_", "."): version for version in ssl.TLSVersion}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # old versions are meant here: they are the fault
        context.minimum_version = versions[minimum]
        context.maximum_version = versions[maximum]


class Server:
    """A running server; `stop` (or leaving the `with`) ends its connections and its thread."""

    def __init__(
        self,
        handler: Handler,
        *,
        tls: TlsSettings | None,
        host: str,
        port: int,
        body_limit: int,
        doormen: tuple[Doorman, ...],
        porter: Porter | None,
    ) -> None:
        self._handler = handler
        self._limit = body_limit
        self._doormen, self._porter = doormen, porter
        self._scheme = "https" if tls else "http"
        self._loop = asyncio.new_event_loop()
        self._workers = ThreadPoolExecutor(max_workers=8, thread_name_prefix="actor")
        self._loop.set_exception_handler(lambda _loop, _context: None)  # a refused handshake is what tests are for
        self._thread = threading.Thread(target=self._loop.run_forever, name="simulator", daemon=True)
        self._thread.start()
        try:
            self.port = self._call(self._open(tls, host, port))
        except BaseException:
            self._end_thread()
            raise

    @property
    def url(self) -> str:
        """The address to reach it at; the certificate names `localhost`."""
        return f"{self._scheme}://localhost:{self.port}"

    def stop(self) -> None:
        """End connections and thread; harmless when done before."""
        if self._loop.is_closed():
            return
        self._call(self._close())
        self._end_thread()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _call(self, coroutine: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(timeout=10)

    def _end_thread(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=10)
        self._workers.shutdown(wait=False, cancel_futures=True)
        self._loop.close()

    async def _open(self, tls: TlsSettings | None, host: str, port: int) -> int:
        context = tls.context() if tls else None
        plain = tls.plain if tls else None
        fronted = bool(self._doormen or self._porter or plain)
        at = (LOOPBACK, 0) if fronted else (host, port)
        self._web = web.Server(self._serve, access_log=None)
        self._sockets = await self._loop.create_server(self._web, *at, ssl=context, backlog=128)
        self._doors = [self._sockets]
        if not fronted:
            return _port_of(self._sockets)
        behind = Behind(port=_port_of(self._sockets))
        if plain:
            page = web.Server(partial(self._page, plain), access_log=None)
            self._doors.append(await self._loop.create_server(page, LOOPBACK, 0))
            behind = replace(behind, plain_port=_port_of(self._doors[-1]))
        self._doors.append(await stand_before(behind, host, port, self._doormen, self._porter))
        return _port_of(self._doors[-1])

    async def _close(self) -> None:
        await _rounds()  # who was just let in is met: asyncio loses a connection whose door closes on it
        for door in self._doors:
            door.close()
        open_still = [connection.transport for connection in self._web.connections]
        await self._web.shutdown(timeout=0.05)
        for transport in filter(None, open_still):
            with suppress(AttributeError):  # before Python 3.11.4 a transport that has ended does not know of what
                transport.abort()  # a client that keeps its end open would hold up TLS's goodbye
        await self._sockets.wait_closed()
        carried = asyncio.all_tasks() - {asyncio.current_task()}  # connections that a doorman still carries
        for task in carried:
            task.cancel()
        await asyncio.gather(*carried, return_exceptions=True)
        await _rounds()

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        body = await self._body(request)
        if body is None:
            return web.Response(status=413, text="The body is larger than this server takes.")
        call = self._call_from(request, body)
        answer = await self._loop.run_in_executor(self._workers, self._handler, call)
        return _response(answer)

    async def _body(self, request: web.BaseRequest) -> bytes | None:
        """The whole body, or None when it is larger than allowed."""
        body = bytearray()
        async for chunk in request.content.iter_chunked(CHUNK):
            body += chunk
            if len(body) > self._limit:
                return None
        return bytes(body)

    def _call_from(self, request: web.BaseRequest, body: bytes) -> Call:
        path, _, query = request.raw_path.partition("?")
        tls = request.transport.get_extra_info("ssl_object") if request.transport else None
        return Call(
            method=request.method,
            path=path,
            query=tuple(parse_qsl(query, keep_blank_values=True)),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=body,
            certificate=tls.getpeercert(True) if tls else None,
            base=f"{self._scheme}://{request.headers.get('Host', f'localhost:{self.port}')}",
            tls=(tls.version() or "") if tls else "",
        )

    async def _page(self, meant: Callable[[Call], bool], request: web.BaseRequest) -> web.StreamResponse:
        served = meant(self._call_from(request, b""))
        text = "This page came without TLS." if served else "Speak TLS to this port."
        return web.Response(status=200 if served else 400, text=text, headers={"Connection": "close"})


async def _rounds() -> None:
    """Let the loop do what is due: begin what was accepted, and drop transports that were aborted or closed."""
    for _ in range(3):
        await asyncio.sleep(0)


def _port_of(sockets: asyncio.Server) -> int:
    port: int = sockets.sockets[0].getsockname()[1]
    return port


def _response(answer: Answer) -> web.Response:
    response = web.Response(status=answer.status, body=answer.body)
    response.headers.popall("Content-Type", None)
    for name, value in answer.headers:
        response.headers.add(name, value)
    return response


def serve(
    handler: Handler,
    *,
    tls: TlsSettings | None,
    host: str = "127.0.0.1",
    port: int = 0,
    body_limit: int = BODY_LIMIT,
    doormen: tuple[Doorman, ...] = (),
    porter: Porter | None = None,
) -> Server:
    """Serve a handler, on loopback unless told otherwise, and return when the port is open.

    Port 0 takes a free one; without `tls` it is plain HTTP. A porter counts who comes.
    """
    return Server(handler, tls=tls, host=host, port=port, body_limit=body_limit, doormen=doormen, porter=porter)
