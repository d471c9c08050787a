"""A scenario played once more against its own recording: what each step asks is what the recording says was asked.

The operations themselves run, with the recorded answers in the node's place. So an exchange under the name of another
step is found by its address, and an address that no endpoint or earlier answer gave is found too.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import cast

from conformance.agreements.scenes import templates_of
from conformance.codecs.imagefacts import measurable
from conformance.harness.addresses import (
    UNKNOWN,
    below,
    certificate,
    compared,
    differs,
    fields_of,
    masked,
    same_address,
)
from conformance.model.agreements import Json, Step
from conformance.model.exchange import Direction, Exchange, Outcome
from conformance.model.node import Node
from conformance.model.words import Text
from conformance.play.templates import MissingValueError, filled
from conformance.protocols.catalogue import operations
from conformance.protocols.client import Asked
from conformance.protocols.observing import SYSTEM_CLOCK, Observed, OpenGate
from conformance.protocols.operations import FOLLOWED
from conformance.protocols.session import Address, Session
from conformance.protocols.tokens import BASIC, SECRETS
from conformance.protocols.troubles import TroubleError, trouble

_ASKING = ("fhir.", "dicomweb.", "door.", "plain.")
"""Operations that only ask: they are played again. Of the others, and where a token is asked for, the address and the
form are compared."""

_OPTIONAL = frozenset({"scope", "authorization_base"})


class Replay:
    """Plays the steps of one scenario in order, with the words that stand for the numbers of the patients."""

    def __init__(self, node: Node) -> None:
        patients = {role: replace(patient, bsn=f"bsn-{role}") for role, patient in node.patients.items()}
        self._node = replace(node, patients=patients)
        numbers: Mapping[str, Json] = {f"{role}.bsn": patient.bsn for role, patient in patients.items()}
        self._values: dict[str, Mapping[str, Json]] = {"patients": numbers}
        self._unkept: set[str] = set()
        """Steps whose answer was not kept whole: what later steps took from it is not known here."""

    def missing(self, step: Step) -> bool:
        """Whether an earlier answer gave no value for a step, or may have given none."""
        try:
            filled(dict(step.given), self._values)
        except MissingValueError:
            return True
        # What an answer gave may be an address outside the endpoint, which is not followed.
        fhir = operations()[step.operation].endpoint == "fhir"
        followed = fhir and any(source != "patients" for source, _ in _sources(step))
        return self._rests_on_unkept(step) or followed

    def differences(self, step: Step, exchanges: Sequence[Exchange]) -> Iterator[Text]:
        """Where the recorded requests of a step are not those that the step makes."""
        self._values[step.name] = {}
        sent = [one for one in exchanges if one.direction is Direction.SENT and one.outcome is not Outcome.NOT_PLAYED]
        if any(map(_unkept, sent)):
            self._unkept.add(step.name)
        if not sent:
            return
        if not step.operation.startswith(_ASKING) or _asks_token(step):
            yield from self._at_endpoint(step, sent)
            return
        follows = operations()[step.operation].times(step.given) == FOLLOWED
        if self._rests_on_unkept(step) or (follows and step.name in self._unkept):
            self._unkept.add(step.name)
            yield from self._below_endpoint(step, sent)
            return
        session = _Recorded(self._node, sent)
        try:
            arguments = filled(dict(step.given), self._values)
            performed = operations()[step.operation].perform(cast("Session", session), arguments)
        except MissingValueError:
            yield differs(sent[0], "een adres dat geen antwoord gaf", "an address that no earlier answer gave")
            return
        # What came back while the machine's clock jumped gave no values to the run either.
        if not any(one.facts.get("clock_jumped_now") for one in sent):
            self._values[step.name] = performed.values
            if any(map(masked, _texts(performed.values))):
                self._unkept.add(step.name)
        yield from session.differences
        if follows:
            yield from (
                differs(one, "een vraag waar geen antwoord toe leidde", "a question to which no answer led")
                for one in session.left
            )

    def _rests_on_unkept(self, step: Step) -> bool:
        return bool(self._unkept) and any(source in self._unkept for source, _ in _sources(step))

    def _below_endpoint(self, step: Step, sent: Sequence[Exchange]) -> Iterator[Text]:
        """What asks for something that is not known here is asked of the step's endpoint all the same."""
        address = _Recorded(self._node, ()).address(operations()[step.operation].target(step.given))
        for exchange in sent:
            if exchange.request is not None and not below(exchange.request.url, address.url):
                yield differs(exchange, f"een adres buiten {address.url}", f"an address outside {address.url}")

    def _at_endpoint(self, step: Step, sent: Sequence[Exchange]) -> Iterator[Text]:
        """What is not played again: its address is that of the endpoint the step speaks with."""
        endpoint = operations()[step.operation].target(step.given)
        if endpoint not in self._node.endpoints:
            return
        address = _Recorded(self._node, ()).address(endpoint)
        for exchange in sent:
            if exchange.request is None:
                continue
            said = exchange.request
            url = said.url.partition("?")[0] if step.given.get("method") == "GET" else said.url
            if not same_address(url, _address(step, address)):
                yield differs(exchange, f"niet het adres {address.url}", f"not the address {address.url}")
            if said.method != _method(step):
                yield differs(exchange, f"methode {said.method}", f"method {said.method}")
            if fields_of(said) - _OPTIONAL != _fields(step, self._node) and "?" not in address.url:
                yield differs(exchange, "een ander formulier dan de stap stuurt", "another form than the step sends")
            if bool(said.header("authorization")) != (step.given.get("assertion") == BASIC):
                yield differs(exchange, "een wachtwoord in de kop, anders dan de stap", "a password unlike the step")
            role = "none" if step.operation.startswith("plain.") else str(step.given.get("certificate", "valid"))
            yield from certificate(exchange, role)


def _unkept(exchange: Exchange) -> bool:
    """Whether an answer was not kept whole: of what it calls images the facts are kept, whatever it is."""
    called = exchange.response.header("content-type") if exchange.response else ""
    return measurable(called) or bool(exchange.facts.get("body_withheld") or exchange.facts.get("body_problem"))


def _texts(value: object) -> Iterator[str]:
    """Every text in the values that a step gave."""
    if isinstance(value, str):
        yield value
    held = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    for one in held:
        yield from _texts(one)


class _Recorded:
    """Stands where an operation expects a session: answers from the recording, and notes what was asked otherwise."""

    def __init__(self, node: Node, exchanges: Sequence[Exchange]) -> None:
        self.node, self.clock, self.gate, self.run = node, SYSTEM_CLOCK, OpenGate(), ""
        self.http = self.tokens = self
        self.differences: list[Text] = []
        self.left = list(exchanges)
        self._last = exchanges[-1] if exchanges else None

    def address(self, endpoint: str) -> Address:
        """As a real session takes an endpoint apart."""
        return Session.address(cast("Session", self), endpoint)

    def token(self, certificate: str = "valid") -> str:  # noqa: ARG002 - as a real source of tokens
        """Some token: which one was sent is not kept."""
        return UNKNOWN

    narrow = expired = token

    def call(self, asked: Asked) -> Observed:
        """The recorded answer, after comparing what was asked."""
        if not self.left:
            if self._last is not None:
                self.differences.append(differs(self._last, "niet wat erop volgde", "not what followed upon it"))
            raise TroubleError(trouble("value-missing", "nothing more was recorded"))
        exchange = self.left.pop(0)
        if exchange.request is not None:
            self.differences += compared(exchange, exchange.request, asked)
        return Observed(
            outcome=exchange.outcome,
            started=exchange.started,
            trouble=exchange.trouble,
            request=exchange.request,
            response=exchange.response,
        )


def _sources(step: Step) -> Iterator[tuple[str, str]]:
    """From which patients and earlier steps a step takes what: `{patients.anna.bsn}` is of `patients`."""
    for source, name in templates_of(dict(step.given)):
        first, _, rest = source.partition(".")
        yield first, f"{rest}.{name}" if rest else name


def _address(step: Step, address: Address) -> str:
    if not step.operation.startswith("plain."):
        return address.url
    host = f"[{address.host}]" if ":" in address.host else address.host
    return f"http://{host}:{address.port}{address.path}"


def _method(step: Step) -> str:
    return str(step.given.get("method", "POST")) if _asks_token(step) else "GET"


def _asks_token(step: Step) -> bool:
    return operations()[step.operation].endpoint == "oauth"


def _fields(step: Step, node: Node) -> set[str]:
    """The fields by which a token request shows who asks; what else it has follows from the node file."""
    if not _asks_token(step):
        return set()
    assertion = step.given.get("assertion")
    if assertion == BASIC:
        return {"grant_type"}
    named = ("client_id",) if assertion in SECRETS or node.settings.get("client_id_in_form") is True else ()
    granted = () if step.given.get("spoiled") == "grant-absent" else ("grant_type",)
    shown = ("client_secret",) if assertion in SECRETS else ("client_assertion_type", "client_assertion")
    return {*granted, *named, *shown}
