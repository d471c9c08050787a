"""The preflight ladder: each endpoint from its name up to its test patient, until a rung fails."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
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
class Attempt:
    """One try of the ladder: the step it takes, and the rungs of an endpoint that it shows."""

    endpoint: str
    step: Step
    rungs: tuple[Rung, ...]

    @property
    def fact(self) -> dict[str, Json]:
        """What its exchanges carry as the fact `ladder`."""
        return {"endpoint": self.endpoint, "rungs": [rung.value for rung in self.rungs]}


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
        for attempt in attempts(session.node, endpoint):
            seen: list[Exchange] = []
            for exchange in _perform(session, attempt.step):
                seen.append(replace(exchange, facts={**exchange.facts, "ladder": attempt.fact}))
                yield seen[-1]
            if gave_way(seen, endpoint):
                break


def gave_way(exchanges: Iterable[Exchange], endpoint: str) -> bool:
    """Whether a rung of the endpoint failed in these, so that no higher one is tried."""
    return failed(Recording(scenario=PREFLIGHT, exchanges=tuple(exchanges)), endpoint) is not None


def _perform(session: Session, step: Step) -> Iterator[Exchange]:
    patients = {f"{role}.bsn": patient.bsn for role, patient in session.node.patients.items()}
    arguments = filled(dict(step.given), {"patients": patients})
    performed = watched(session, lambda: session.perform(operations()[step.operation], arguments))
    for number, observed in enumerate(performed.observed, start=1):
        yield as_exchange(observed, PREFLIGHT, step, number)


def attempts(node: Node, endpoint: str) -> Iterator[Attempt]:
    """What the ladder tries at an endpoint, lowest rung first."""
    where: dict[str, Json] = {"endpoint": endpoint}

    def attempt(name: str, operation: str, rungs: tuple[Rung, ...], given: Mapping[str, Json]) -> Attempt:
        return Attempt(endpoint, Step(name=f"{endpoint}-{name}", operation=operation, given=given, place=PLACE), rungs)

    yield attempt("port", "net.connect", (Rung.NAME, Rung.PORT), where)
    yield attempt("tls", "tls.connect", (Rung.TLS, Rung.CLIENT_CERTIFICATE), where)
    role = _patient(node)
    if endpoint == "oauth":
        yield attempt("token", "oauth.token", (Rung.TOKEN,), {"assertion": "valid"})
    if endpoint == "fhir":
        xml_only = node.claims.get("bgz-xml") is Claim.YES and node.claims.get("bgz-json") is not Claim.YES
        wanted = "xml" if xml_only else "json"
        yield attempt("token", "oauth.token", (Rung.TOKEN,), {"assertion": "valid"})
        yield attempt("capability", "fhir.capabilities", (Rung.CAPABILITY,), {"format": wanted})
        if role:
            path = f"Patient?identifier={SYSTEM}|{{patients.{role}.bsn}}"
            search: dict[str, Json] = {"path": path, "format": wanted}
            yield attempt("patient", "fhir.search", (Rung.TOKEN, Rung.TEST_PATIENT), search)
    if endpoint == "dicomweb" and role:
        query: dict[str, Json] = {"PatientID": f"{{patients.{role}.bsn}}"}
        studies: dict[str, Json] = {"query": query}
        token = (Rung.TOKEN,) if node.endpoints[endpoint].token else ()
        rungs = (*token, Rung.CAPABILITY, Rung.TEST_PATIENT)
        yield attempt("patient", "dicomweb.search-studies", rungs, studies)


def _patient(node: Node) -> str:
    """The role of a patient that ought to be there: of those the node file names, or of any when it names none."""
    known = [one for role, one in node.patients.items() if role not in patients() or patients()[role].known]
    there = [one.role for one in known if one.named] or [one.role for one in known]
    return FAVOURITE if FAVOURITE in there else next(iter(there), "")
