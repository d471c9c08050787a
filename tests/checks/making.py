"""Exchanges made by hand, so that judgements meet recordings that no simulator of ours produced."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from conformance.checks.judging import judge_one
from conformance.model.agreements import Judged, Place, Requirement, Scenario, Selector, Source, Step
from conformance.model.exchange import (
    Direction,
    Exchange,
    Flight,
    Outcome,
    Recording,
    Request,
    Response,
    Rung,
    TlsSession,
    Trouble,
)
from conformance.model.finding import Finding
from conformance.model.words import Layer, Status, Strength, Text, Verdict, Verification

PLACE = Place("made.yaml")
STARTED = "2026-11-22T09:00:00+00:00"


def response(status: int = 200, body: bytes | str | dict[str, Any] = b"", **headers: str) -> Response:
    """An answer; a dict becomes FHIR JSON; header names are given with underscores."""
    if isinstance(body, dict):
        headers = {"content_type": "application/fhir+json; charset=utf-8", **headers}
        body = json.dumps(body)
    data = body.encode() if isinstance(body, str) else body
    names = tuple((name.replace("_", "-"), value) for name, value in headers.items())
    return Response(status=status, headers=names, body=data, size=len(data))


def exchange(
    operation: str = "fhir.search",
    answer: Response | None = None,
    *,
    step: str = "step",
    number: int = 1,
    trouble: Trouble | None = None,
    given: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    peer: tuple[bytes, ...] = (),
    flight: Flight | None = None,
    url: str = "https://node.example/fhir/Condition",
    direction: Direction = Direction.SENT,
    played: bool = True,
) -> Exchange:
    """One exchange; without an answer or trouble it is answered by facts or flights alone (as a TLS probe is)."""
    outcome = Outcome.ANSWERED if trouble is None else Outcome.NO_ANSWER if played else Outcome.NOT_PLAYED
    return Exchange(
        scenario="made",
        step=step,
        number=number,
        operation=operation,
        given=given or {},
        direction=direction,
        outcome=outcome,
        started=STARTED,
        duration_ms=3,
        trouble=trouble,
        request=Request(method="GET", url=url),
        response=answer,
        tls=TlsSession(version="TLSv1.3", cipher="TLS_AES_256_GCM_SHA384", peer=peer) if peer else None,
        flight=flight,
        facts=facts or {},
    )


def trouble(code: str, rung: Rung = Rung.CLIENT_CERTIFICATE, text: str = "made by hand") -> Trouble:
    """A reason for having no answer."""
    return Trouble(rung=rung, code=code, text=text)


SILENT = trouble("read-timeout", Rung.PORT, "no answer within 15 s")


@dataclass(frozen=True, kw_only=True)
class Case:
    """A kind of judgement, the exchanges it meets by parameter name, and the verdict it must come to."""

    kind: str
    verdict: Verdict
    about: str
    exchanges: Mapping[str, tuple[Exchange, ...]]
    parameters: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Names the case in the test's output."""
        return f"{self.kind}-{self.verdict}-{self.about}".replace(" ", "_")


def judged(case: Case) -> Finding:
    """Judge a case by the same road as a run does: selectors over a recording."""
    selectors, recorded = {}, []
    for name, made in case.exchanges.items():
        selectors[name] = Selector(operation=f"made.{name}")
        recorded += [_renamed(one, name, position) for position, one in enumerate(made, start=1)]
    bound = requirement(Judged(by=case.kind, on=selectors, parameters=case.parameters))
    return judge_one(bound, scenario(recorded), Recording(scenario="made", exchanges=tuple(recorded)))


def scenario(exchanges: Iterable[Exchange]) -> Scenario:
    """A scenario whose steps are those of these exchanges."""
    steps = {one.step: Step(name=one.step, operation=one.operation, given=one.given, place=PLACE) for one in exchanges}
    return Scenario(
        id="made",
        title=Text("gemaakt", "made"),
        needs=(),
        endpoints=(),
        patients=(),
        steps=tuple(steps.values()),
        shows=(),
        place=PLACE,
    )


def _renamed(one: Exchange, name: str, position: int) -> Exchange:
    fields = {slot: getattr(one, slot) for slot in Exchange.__slots__}
    return Exchange(**{**fields, "operation": f"made.{name}", "step": name, "number": position})


def requirement(by: Judged) -> Requirement:
    """A normative MUST that is judged so."""
    text = Text("gemaakt", "made")
    return Requirement(
        id="MADE-01",
        title=text,
        text=text,
        remedy=text,
        chapter="made",
        agreement="made",
        strength=Strength.MUST,
        actors=("made",),
        layer=Layer.APPLICATION,
        verify=(Verification.TEST,),
        releases={"1": Status.NORMATIVE},
        source=Source("made", "1", "https://example.org"),
        place=PLACE,
        judged=by,
    )
