"""The preflight ladder: each endpoint from its name up to its test patient, until a rung fails."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from conformance.model.agreements import Json, Place, Step
from conformance.model.exchange import Exchange, Recording, Rung
from conformance.model.node import Node
from conformance.model.words import Claim
from conformance.play.scenes import named as as_exchange
from conformance.play.scenes import watched
from conformance.play.templates import filled
from conformance.protocols.catalogue import operations
from conformance.protocols.observing import SYSTEM_CLOCK, Clock
from conformance.protocols.session import Session
from conformance.recordings.ladder import PREFLIGHT, failed
from conformance.recordings.redaction import Redactor
from conformance.synthesis.patients import patients

PLACE = Place("preflight")
SYSTEM = "http://fhir.nl/fhir/NamingSystem/bsn"
FAVOURITE = "anna"


@dataclass(frozen=True, slots=True)
class _Try:
    name: str
    operation: str
    rungs: tuple[Rung, ...]
    given: Mapping[str, Json]


def look(node: Node, clock: Clock = SYSTEM_CLOCK) -> Recording:
    """The ladder alone, redacted and kept nowhere; raises StrangerAlarm."""
    redactor = Redactor(known_roles(node))
    session = Session(node, clock=clock)
    try:
        return Recording(scenario=PREFLIGHT, exchanges=tuple(redactor.redact(exchange) for exchange in climb(session)))
    finally:
        session.close()


def known_roles(node: Node) -> dict[str, str]:
    """Whose BSNs may appear, with their roles: the data set's, and the fictitious ones of the node file."""
    named = {patient.bsn: role for role, patient in patients().items()}
    return named | {patient.bsn: role for role, patient in node.patients.items()}


def climb(session: Session) -> Iterator[Exchange]:
    """The ladder's exchanges, raw; each says in its facts which endpoint and rungs it tried."""
    for endpoint in sorted(session.node.endpoints):
        for attempt in _attempts(session.node, endpoint):
            ladder: Json = {"endpoint": endpoint, "rungs": [rung.value for rung in attempt.rungs]}
            step = Step(
                name=f"{endpoint}-{attempt.name}", operation=attempt.operation, given=attempt.given, place=PLACE
            )
            broken = False
            for exchange in _perform(session, step):
                marked = replace(exchange, facts={**exchange.facts, "ladder": ladder})
                yield marked
                broken = broken or failed(Recording(scenario=PREFLIGHT, exchanges=(marked,)), endpoint) is not None
            if broken:
                break


def _perform(session: Session, step: Step) -> Iterator[Exchange]:
    patients = {f"{role}.bsn": patient.bsn for role, patient in session.node.patients.items()}
    arguments = filled(dict(step.given), {"patients": patients})
    performed = watched(session, lambda: operations()[step.operation].perform(session, arguments))
    for number, observed in enumerate(performed.observed, start=1):
        yield as_exchange(observed, PREFLIGHT, step, number)


def _attempts(node: Node, endpoint: str) -> Iterator[_Try]:
    where: dict[str, Json] = {"endpoint": endpoint}
    yield _Try("port", "net.connect", (Rung.NAME, Rung.PORT), where)
    shown: dict[str, Json] = {**where, "certificate": "valid"}
    yield _Try("tls", "tls.connect", (Rung.TLS, Rung.CLIENT_CERTIFICATE), shown)
    role = _patient(node)
    if endpoint == "oauth":
        yield _Try("token", "oauth.token", (Rung.TOKEN,), {"assertion": "valid"})
    if endpoint == "fhir":
        yield from _fhir(node, role)
    if endpoint == "dicomweb" and role:
        query: dict[str, Json] = {"PatientID": f"{{patients.{role}.bsn}}"}
        yield _Try("patient", "dicomweb.search-studies", (Rung.CAPABILITY, Rung.TEST_PATIENT), {"query": query})


def _fhir(node: Node, role: str) -> Iterator[_Try]:
    xml_only = node.claims.get("bgz-xml") is Claim.YES and node.claims.get("bgz-json") is not Claim.YES
    wanted = "xml" if xml_only else "json"
    yield _Try("token", "oauth.token", (Rung.TOKEN,), {"assertion": "valid"})
    yield _Try("capability", "fhir.capabilities", (Rung.CAPABILITY,), {"format": wanted})
    if role:
        path = f"Patient?identifier={SYSTEM}|{{patients.{role}.bsn}}"
        yield _Try("patient", "fhir.search", (Rung.TOKEN, Rung.TEST_PATIENT), {"path": path, "format": wanted})


def _patient(node: Node) -> str:
    """The role of a patient that ought to be there; empty when the node file names none."""
    there = [role for role in node.patients if role != "unknown"]
    return FAVOURITE if FAVOURITE in there else next(iter(there), "")
