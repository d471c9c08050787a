"""What every simulated actor speaks: a call comes in, an answer goes out, without sockets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One HTTP request as a handler sees it.

    `headers` has lower-case names; `certificate` is the DER of the client's leaf, as the TLS layer showed it; `base` is
    the absolute address of what this handler serves, without a slash at the end. `tls` is the version spoken (TLSv1.3).
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""
    certificate: bytes | None = None
    base: str = ""
    tls: str = ""

    def header(self, name: str) -> str:
        """The value of a header, or the empty string."""
        return self.headers.get(name.lower(), "")

    def under(self, prefix: str) -> Call:
        """The same call as seen by a handler mounted at a prefix."""
        return replace(self, path=self.path.removeprefix(prefix) or "/", base=self.base + prefix)


@dataclass(frozen=True, slots=True)
class Answer:
    """One HTTP response."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""

    def header(self, name: str) -> str:
        """The first value of a header, or the empty string."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")

    def with_header(self, name: str, value: str | None) -> Answer:
        """The answer with this header in place of any of the same name; None only takes it away."""
        others = tuple((key, kept) for key, kept in self.headers if key.lower() != name.lower())
        return replace(self, headers=others if value is None else (*others, (name, value)))


Handler = Callable[[Call], Answer]
"""An actor: a function from call to answer. It may be called from several threads at once."""

Interceptor = Callable[[Call, Handler], Answer]
"""Stands before a handler and may change the call, the answer, or answer itself. This is how faults work."""


def intercepted(handler: Handler, interceptors: Iterable[Interceptor]) -> Handler:
    """A handler behind interceptors; the first of them meets the call first."""
    for interceptor in reversed(tuple(interceptors)):
        handler = _behind(interceptor, handler)
    return handler


def _behind(interceptor: Interceptor, handler: Handler) -> Handler:
    return lambda call: interceptor(call, handler)


@dataclass(frozen=True, slots=True)
class Gap:
    """Where a proxy fails to keep out whom it minds: what they get at the calls that are meant; None at any other."""

    minds: Callable[[Call], bool]
    answer: Callable[[Call, Handler], Answer | None]


WANTS_ANOTHER = Answer(
    403, (("Content-Type", "text/plain; charset=utf-8"),), b"This address wants another certificate.\n"
)


def proxied(handler: Handler, gaps: tuple[Gap, ...]) -> Handler:
    """A handler behind a proxy that refuses whom one of its gaps is about, but for that gap; without gaps no proxy."""

    def handle(call: Call) -> Answer:
        minding = [gap for gap in gaps if gap.minds(call)]
        if not minding:
            return handler(call)
        return next((found for gap in minding if (found := gap.answer(call, handler))), WANTS_ANOTHER)

    return handle if gaps else handler


def mounted(handlers: Mapping[str, Handler]) -> Handler:
    """One handler that passes each call to the handler whose prefix its path has; any other path is a 404."""

    def dispatch(call: Call) -> Answer:
        for prefix, handler in handlers.items():
            if call.path == prefix or call.path.startswith(prefix + "/"):
                return handler(call.under(prefix))
        return Answer(404, (("Content-Type", "text/plain; charset=utf-8"),), b"Nothing is served here.\n")

    return dispatch
