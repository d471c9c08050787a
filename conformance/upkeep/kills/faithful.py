"""The faithful node, played over sockets: with what was said there every fault is compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from operator import attrgetter
from pathlib import Path
from types import MappingProxyType

from conformance.agreements.catalogue import load_catalogue
from conformance.agreements.nodefile import load_node
from conformance.agreements.outcomes import load_attestations
from conformance.agreements.resolve import plan as resolve
from conformance.checks.judging import judge
from conformance.model.exchange import Exchange, Recording, Request, Response
from conformance.model.finding import Finding
from conformance.model.plan import Plan
from conformance.model.run import Attestation
from conformance.model.words import RunState
from conformance.play.counterparts import listened_to
from conformance.play.preflight import climb, known_roles
from conformance.play.scenes import Scene
from conformance.play.takes import Take
from conformance.protocols.observing import Observed, Performed
from conformance.protocols.session import Session
from conformance.recordings.identities import StrangerAlarm
from conformance.recordings.ladder import PREFLIGHT
from conformance.recordings.redaction import Redactor
from conformance.simulators.fhir.store import Edition
from conformance.simulators.reference import ReferenceNode
from conformance.synthesis.pki import TestPki
from conformance.upkeep.kills.sockets import Shown, SocketSession

Opening = Callable[[Iterable[str]], AbstractContextManager[None]]
"""Has the counterparts of these kinds open within the block."""

_SIGNED = re.compile(r"eyJ[\w-]*\.[\w-]*(?:\.[\w-]*)?")
"""A token or an assertion (a JWS, or what is left of one). No two runs send the same, and the step that sends it says
what is wrong with it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faithful:
    """What was said at the faithful node of one release, and what it came to."""

    plan: Plan
    pki: TestPki
    edition: Edition
    key: bytes
    """Of the pseudonyms: what is equal at a faulty node has the same one."""
    said: Mapping[str, Exchange]
    """The raw exchanges by id, `bare`."""
    recordings: Mapping[str, Recording]
    findings: tuple[Finding, ...]
    met: Mapping[Shown, Observed]
    """How the door first met each certificate that asked over HTTP."""
    performed: Mapping[str, Performed]
    """What each operation came to, by `asked_for`."""
    attestations: tuple[Attestation, ...]


def faithful(release: str, seed: str, folder: Path) -> Faithful:
    """Play the faithful node of a release. Its certificates stay in the folder: faulty nodes show them too."""
    said: dict[str, Exchange] = {}
    with ReferenceNode(release, folder=folder) as node:
        catalogue = load_catalogue()
        plan = resolve(catalogue, load_node(node.node_file, catalogue), seed=seed)
        redactor = Redactor(known_roles(plan.node))

        def redact(exchange: Exchange) -> Exchange:
            said[exchange.id] = bare(exchange)
            return redactor.redact(exchange)

        session = SocketSession(plan.node)
        try:
            recordings = play(plan, session, redact, session.bench.opened)
        finally:
            session.close()
    return Faithful(
        plan=plan,
        pki=node.pki,
        edition=node.edition,
        key=redactor.key,
        said=said,
        recordings=recordings,
        findings=judge(plan, recordings),
        met=session.met,
        performed=session.performed,
        attestations=load_attestations(plan.node.attestations, catalogue) if plan.node.attestations else (),
    )


def play(
    plan: Plan,
    session: Session,
    redact: Callable[[Exchange], Exchange],
    opened: Opening,
    known: Mapping[str, Recording] = MappingProxyType({}),
) -> dict[str, Recording]:
    """The recordings of all scenarios, in the order of the plan, of which some are known; a stranger's data stop the
    playing."""
    recordings = dict(known)
    for name in (PREFLIGHT, *plan.scenarios):
        if name in known:
            continue
        ladder, scenario = recordings.get(PREFLIGHT), plan.scenarios.get(name)
        take, state = Take(scenario=name, redact=redact, ladder=ladder), RunState.ABORTED
        try:
            with opened(listened_to(scenario) if scenario else ()):
                take.fill(Scene(scenario, session, ladder).play() if scenario else climb(session))
            state = RunState.FINISHED
        except StrangerAlarm:
            break
        finally:
            recordings[name] = take.recording(state)
    return recordings


def bare(exchange: Exchange) -> Exchange:
    """The exchange without its moment, and without what was signed for this very run."""
    return replace(
        exchange,
        started="",
        duration_ms=0,
        request=exchange.request and _unsigned(exchange.request),
        response=undated(exchange.response),
    )


def alike(one: Exchange, other: Exchange) -> bool:
    """Whether two exchanges are the same but for their moment, and for what was signed for one run. As `bare` of both
    would tell, in a fraction of the time: every answer of every faulty node is held against the faithful one."""
    return (
        _told_alike(one.response, other.response)
        and _asked_alike(one.request, other.request)
        and _OTHERWISE(one) == _OTHERWISE(other)
    )


_OTHERWISE = attrgetter(
    *(one.name for one in fields(Exchange) if one.name not in ("started", "duration_ms", "request", "response"))
)


def _told_alike(one: Response | None, other: Response | None) -> bool:
    if one is None or other is None:
        return one is other
    return _said(one) == _said(other)


def _said(response: Response) -> tuple[object, ...]:
    return response.status, response.reason, response.size, response.body, _undated(response)


def _asked_alike(one: Request | None, other: Request | None) -> bool:
    if one is None or other is None:
        return one is other
    return one == other or _unsigned(one) == _unsigned_before(other)


@lru_cache(maxsize=8192)
def _unsigned_before(request: Request) -> Request:
    """Of what was asked of the faithful node: it stays, and every question to a faulty one is held against it."""
    return _unsigned(request)


def _unsigned(request: Request) -> Request:
    headers = tuple((name, _SIGNED.sub("…", value)) for name, value in request.headers if name != "content-length")
    body = _without_signed(request.body)
    return replace(request, url=_SIGNED.sub("…", request.url), headers=headers, body=body, size=len(body))


def unsigned(response: Response | None) -> Response | None:
    """The response without its moment, and without what was signed for it alone."""
    plain = undated(response)
    return plain and replace(plain, body=_without_signed(plain.body))


def _without_signed(body: bytes) -> bytes:
    return _SIGNED.sub("…", body.decode("latin-1")).encode() if b"eyJ" in body else body


def undated(response: Response | None) -> Response | None:
    """The response without its moment."""
    return response and replace(response, headers=_undated(response))


def _undated(response: Response) -> tuple[tuple[str, str], ...]:
    return tuple(field for field in response.headers if field[0] != "date")
