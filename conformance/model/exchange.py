"""What was said between the suite and the node: one exchange, and all of one scenario."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fnmatch import fnmatchcase
from functools import cached_property

from conformance.model.agreements import Json
from conformance.model.words import RunState


class Direction(StrEnum):
    """Who spoke first."""

    SENT = "sent"
    RECEIVED = "received"


class Outcome(StrEnum):
    """How far an exchange came: answered, met by no (readable) answer, or never begun."""

    ANSWERED = "answered"
    NO_ANSWER = "no-answer"
    NOT_PLAYED = "not-played"


class Rung(StrEnum):
    """The preflight ladder, lowest first; a finding names the rung it rests on."""

    CONFIGURATION = "configuration"
    NAME = "name"
    PORT = "port"
    TLS = "tls"
    CLIENT_CERTIFICATE = "client-certificate"
    TOKEN = "token"
    CAPABILITY = "capability"
    TEST_PATIENT = "test-patient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why there is no answer. `code` is stable (see `protocols`), `text` a plain English sentence without addresses."""

    rung: Rung
    code: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One half of an HTTP exchange. Header names are lower case; repeated headers keep their order."""

    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    size: int = 0
    """Bytes on the wire before redaction or cutting."""

    def header(self, name: str) -> str:
        """The first value of a header, or the empty string."""
        wanted = name.lower()
        for key, value in self.headers:
            if key == wanted:
                return value
        return ""

    @property
    def media_type(self) -> str:
        """The content type without its parameters, lower case."""
        return self.header("content-type").split(";", 1)[0].strip().lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Request(Message):
    """A request line and what went with it."""

    method: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Response(Message):
    """A status and what came with it."""

    status: int
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsSession:
    """What a handshake agreed. Certificates are DER, leaf first, as the peer showed them."""

    version: str
    cipher: str
    peer: tuple[bytes, ...] = ()
    client: str = ""
    """The role of the certificate the suite showed; empty for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flight:
    """A probe's ClientHello as sent and the server's first flight as received: TLS records, up to the one that decides.

    `closed` says that the server hung up after these bytes: no bytes can show that.
    """

    hello: bytes
    answer: bytes = b""
    closed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One exchange of a step: what was asked, what came back, and the facts measured before redaction."""

    scenario: str
    step: str
    number: int
    operation: str
    given: Mapping[str, Json]
    direction: Direction
    outcome: Outcome
    started: str
    duration_ms: int
    trouble: Trouble | None = None
    request: Request | None = None
    response: Response | None = None
    tls: TlsSession | None = None
    flight: Flight | None = None
    facts: Mapping[str, Json] = field(default_factory=dict)
    run: str = ""
    """The id of the run in which it took place."""

    @property
    def id(self) -> str:
        """Stable over runs: `scenario/step` and, from the second on, `/number`."""
        base = f"{self.scenario}/{self.step}"
        return base if self.number == 1 else f"{base}/{self.number}"


@dataclass(frozen=True, kw_only=True)
class Recording:
    """All exchanges of one scenario, in order; `played` is false when a lower rung made playing pointless."""

    scenario: str
    exchanges: tuple[Exchange, ...]
    state: RunState = RunState.FINISHED
    resting_on: Trouble | None = None
    run: str = ""

    def of(self, operation: str, given: Mapping[str, Json] | None = None) -> tuple[Exchange, ...]:
        """The exchanges of an operation whose step was given (at least) these arguments; `dicomweb.*` is every one."""
        key = operation, repr(given)
        if key not in self._found:
            named = {one for one in self._by_operation if fnmatchcase(one, operation)}
            alike = self._by_operation[next(iter(named))] if len(named) == 1 else self.exchanges if named else ()
            self._found[key] = tuple(one for one in alike if one.operation in named and carries(one.given, given or {}))
        return self._found[key]

    @cached_property
    def _found(self) -> dict[tuple[str, str], tuple[Exchange, ...]]:
        """What was looked for before: many requirements look at the same."""
        return {}

    @cached_property
    def _by_operation(self) -> dict[str, tuple[Exchange, ...]]:
        found: dict[str, list[Exchange]] = {}
        for exchange in self.exchanges:
            found.setdefault(exchange.operation, []).append(exchange)
        return {operation: tuple(exchanges) for operation, exchanges in found.items()}


def carries(given: Mapping[str, Json], wanted: Mapping[str, Json]) -> bool:
    """Whether arguments have (at least) these values; of a block within them too."""
    for key, value in wanted.items():
        if key not in given or not (given[key] == value or _block_carries(given[key], value)):
            return False
    return True


def _block_carries(given: Json, wanted: Json) -> bool:
    return isinstance(given, Mapping) and isinstance(wanted, Mapping) and carries(given, wanted)


def by_scenario(recordings: Iterable[Recording]) -> dict[str, Recording]:
    """Recordings by the id of their scenario."""
    return {recording.scenario: recording for recording in recordings}
