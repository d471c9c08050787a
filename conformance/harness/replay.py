"""A scenario played once more against its own recording: what each step asks is what the recording says was asked.

The operations themselves run, with the recorded answers in the node's place. So an exchange under the name of another
step is found by its address, and an address that no endpoint or earlier answer gave is found too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import cast
from urllib.parse import parse_qsl, urlsplit

from conformance.model.agreements import Json, Step
from conformance.model.exchange import Direction, Exchange, Outcome, Request
from conformance.model.node import Node
from conformance.model.words import Text
from conformance.play.templates import MissingValueError, filled
from conformance.protocols.catalogue import operations
from conformance.protocols.client import Asked
from conformance.protocols.observing import SYSTEM_CLOCK, Observed, OpenGate
from conformance.protocols.session import Address, Session
from conformance.protocols.tokens import Assertion

_ASKING = ("fhir.", "dicomweb.")
"""Operations that only ask: they are played again. Of the others the address is compared."""

_UNKNOWN = "…"
_SECRET = frozenset({"access_token", "client_assertion", "client_secret"})
_SHAPE = re.compile(r"[0-9]")


class Replay:
    """Plays the steps of one scenario in order, with the words that stand for the numbers of the patients."""

    def __init__(self, node: Node) -> None:
        patients = {role: replace(patient, bsn=f"bsn-{role}") for role, patient in node.patients.items()}
        self._node = replace(node, patients=patients)
        self._values: dict[str, Mapping[str, Json]] = {
            "patients": {f"{role}.bsn": p.bsn for role, p in patients.items()}
        }
        self._partial = False
        """Whether an earlier answer was not kept whole, so that a later address may come from what is not there."""

    def differences(self, step: Step, exchanges: Sequence[Exchange]) -> Iterator[Text]:
        """Where the recorded requests of a step are not those that the step makes."""
        sent = [one for one in exchanges if one.direction is Direction.SENT and one.outcome is not Outcome.NOT_PLAYED]
        if not sent:
            self._values[step.name] = {}
            return
        if not step.operation.startswith(_ASKING):
            yield from self._addresses(step, sent)
            return
        session = _Recorded(self._node, sent)
        try:
            arguments = filled(dict(step.given), self._values)
            performed = operations()[step.operation].perform(cast("Session", session), arguments)
        except MissingValueError:
            self._values[step.name] = {}
            if not self._partial:
                yield _differs(
                    sent[0], "een adres dat geen eerder antwoord gaf", "an address that no earlier answer gave"
                )
            return
        # What came back while the machine's clock jumped gave no values to the run either.
        jumped = any(one.facts.get("clock_jumped_now") for one in sent)
        self._values[step.name] = {} if jumped else performed.values
        yield from session.differences
        self._partial |= any(one.facts.get("body_withheld") for one in sent)

    def _addresses(self, step: Step, sent: Sequence[Exchange]) -> Iterator[Text]:
        """The address of what is not played again: at the endpoint the step speaks with."""
        self._values[step.name] = {}
        endpoint = self._node.endpoints.get(operations()[step.operation].target(step.given))
        for exchange in sent:
            if endpoint is None or exchange.request is None:
                continue
            said, meant = urlsplit(exchange.request.url), urlsplit(endpoint.url)
            plain = step.operation == "http.plain"
            if (said.netloc != meant.netloc and not plain) or said.path.rstrip("/") != meant.path.rstrip("/"):
                yield _differs(exchange, f"niet het adres {endpoint.url}", f"not the address {endpoint.url}")
            if exchange.tls and exchange.tls.client not in ("", str(step.given.get("certificate", "valid"))):
                yield _differs(exchange, "een ander clientcertificaat", "another client certificate")
            if exchange.request.method != _method(step):
                yield _differs(exchange, f"methode {exchange.request.method}", f"method {exchange.request.method}")
            if _fields(exchange.request.body) != _form_of(step):
                yield _differs(exchange, "een ander formulier dan de stap stuurt", "another form than the step sends")


class _Recorded:
    """Stands where an operation expects a session: answers from the recording, and notes what was asked otherwise."""

    def __init__(self, node: Node, exchanges: Sequence[Exchange]) -> None:
        self.node, self.clock, self.gate, self.run = node, SYSTEM_CLOCK, OpenGate(), ""
        self.http = self.tokens = self
        self.differences: list[Text] = []
        self._left = list(exchanges)

    def address(self, endpoint: str) -> Address:
        """As a real session takes an endpoint apart."""
        return Session.address(cast("Session", self), endpoint)

    def token(self, certificate: str = "valid") -> str:  # noqa: ARG002 - as a real source of tokens
        """Some token: which one was sent is not kept."""
        return _UNKNOWN

    def call(self, asked: Asked) -> Observed:
        """The recorded answer, after comparing what was asked."""
        exchange = self._left.pop(0)
        if exchange.request is not None:
            self.differences += _compared(exchange, exchange.request, asked)
        return Observed(
            outcome=exchange.outcome,
            started=exchange.started,
            trouble=exchange.trouble,
            request=exchange.request,
            response=exchange.response,
        )


def _compared(exchange: Exchange, said: Request, asked: Asked) -> Iterator[Text]:
    if said.method != asked.method:
        yield _differs(exchange, f"methode {said.method}", f"method {said.method}")
    if _shape(said.url) != _shape(asked.url):
        yield _differs(exchange, "een ander adres dan de stap vraagt", "another address than the step asks")
    if _form(said.body) != _form(asked.body):
        yield _differs(exchange, "een ander formulier dan de stap stuurt", "another form than the step sends")
    if said.header("accept") != asked.headers.get("Accept", ""):
        yield _differs(exchange, "een andere Accept dan de stap stuurt", "another Accept than the step sends")
    if bool(said.header("authorization")) != ("Authorization" in asked.headers):
        yield _differs(exchange, "wel of geen token, anders dan de stap", "a token or none, unlike the step")
    if exchange.tls and exchange.tls.client not in ("", asked.certificate):
        yield _differs(exchange, "een ander clientcertificaat", "another client certificate")


def _method(step: Step) -> str:
    return str(step.given.get("method", "POST")) if step.operation == "oauth.token" else "GET"


def _form_of(step: Step) -> set[str]:
    """The fields by which a token request shows who asks; what else it has follows from the node file."""
    if _method(step) != "POST":
        return set()
    secret = step.given.get("assertion") == Assertion.SHARED_SECRET
    shown = {"client_id", "client_secret"} if secret else {"client_assertion_type", "client_assertion"}
    return {"grant_type", *shown}


def _fields(body: bytes) -> set[str]:
    return {name for name, _ in _pairs(body.decode("utf-8", "replace"))} - {"scope", "authorization_base"}


def _shape(url: str) -> tuple[str, ...]:
    """An address as it can be compared: encodings and secrets aside, numbers by their length, since some are masked."""
    parts = urlsplit(url)
    query = _SHAPE.sub("0", repr(_pairs(parts.query)))
    return parts.scheme.lower(), parts.netloc.lower(), _SHAPE.sub("0", parts.path), query


def _form(body: bytes) -> str:
    return _SHAPE.sub("0", repr(_pairs(body.decode("utf-8", "replace"))))


def _pairs(query: str) -> list[tuple[str, str]]:
    pairs = parse_qsl(query, keep_blank_values=True)
    return [(name, _UNKNOWN if name in _SECRET else value) for name, value in pairs]


def _differs(exchange: Exchange, nl: str, en: str) -> Text:
    return Text(f"{exchange.id}: de opname toont {nl}.", f"{exchange.id}: the recording shows {en}.")
