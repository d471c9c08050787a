"""Plays one scenario: step by step, naming what was said, leaving out what could not be said."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from conformance.model.agreements import Json, Scenario, Step
from conformance.model.exchange import Exchange, Outcome, Recording, Trouble
from conformance.play.lockout import Lockout
from conformance.play.templates import MissingValueError, filled
from conformance.protocols.catalogue import operations
from conformance.protocols.observing import Observed, Performed, unplayed
from conformance.protocols.operations import Operation
from conformance.protocols.session import Session
from conformance.protocols.troubles import TIME_OUTS, trouble
from conformance.recordings.ladder import blocks, failed, rungs

PATIENCE = 2
"""After so many time-outs in a row an endpoint is left alone for the rest of the scenario."""


class UnknownOperationError(ValueError):
    """A scenario names an operation that does not exist; linting finds this before a run does."""


@dataclass(slots=True)
class Scene:
    """One scenario being played."""

    scenario: Scenario
    session: Session
    preflight: Recording | None = None
    values: dict[str, Mapping[str, Json]] = field(default_factory=dict)
    hung: dict[str, int] = field(default_factory=dict)
    broken: dict[str, Trouble | None] = field(default_factory=dict)
    """The failed rung of each endpoint, as far as asked for."""

    def play(self) -> Iterator[Exchange]:
        """The exchanges of all steps, raw, as they come."""
        self.values["patients"] = {f"{role}.bsn": one.bsn for role, one in self.session.node.patients.items()}
        lockout = Lockout(self.preflight)
        for step in self.scenario.steps:
            operation = operations().get(step.operation)
            if operation is None:
                raise UnknownOperationError(f"{step.place}: there is no operation '{step.operation}'")
            tries = [watched(self.session, partial(self._perform, step, operation))]
            endpoint = operation.target(step.given)
            if lockout.again(endpoint, step.given, tries[0].observed):
                tries.append(watched(self.session, partial(self._perform_again, step, operation)))
                lockout.saw(endpoint, tries[-1].observed)
            self.values[step.name] = tries[-1].values
            for number, observed in enumerate((one for each in tries for one in each.observed), start=1):
                yield named(observed, self.scenario.id, step, number)

    def _perform(self, step: Step, operation: Operation) -> Performed:
        endpoint = operation.target(step.given)
        obstacle = self._obstacle(operation, step, endpoint)
        if obstacle is not None:
            return _left_out(self.session, obstacle)
        try:
            arguments = filled(dict(step.given), self.values)
        except MissingValueError as missing:
            return _left_out(self.session, trouble("value-missing", str(missing)))
        performed = self.session.perform(operation, arguments)
        self._remember(endpoint, performed)
        return performed

    def _perform_again(self, step: Step, operation: Operation) -> Performed:
        """Once more and slower: after a pause, and with a token of its own."""
        self.session.clock.sleep(self.session.node.politeness.pause_s)
        self.session.tokens.forget()
        performed = self.session.perform(operation, filled(dict(step.given), self.values))
        self._remember(operation.target(step.given), performed)
        return performed

    def _obstacle(self, operation: Operation, step: Step, endpoint: str) -> Trouble | None:
        if self.preflight is not None and endpoint:
            if endpoint not in self.broken:
                self.broken[endpoint] = failed(self.preflight, endpoint)
            found = self.broken[endpoint]
            if found is not None and blocks(found, operation.rung(step.given, self.session.node.endpoints)):
                return found
        return trouble("twice-hung") if self.hung.get(endpoint, 0) >= PATIENCE else None

    def _remember(self, endpoint: str, performed: Performed) -> None:
        for observed in performed.observed:
            late = observed.trouble is not None and observed.trouble.code in TIME_OUTS
            self.hung[endpoint] = self.hung.get(endpoint, 0) + 1 if late else 0


def watched(session: Session, perform: Callable[[], Performed]) -> Performed:
    """What was performed; once the wall clock has jumped, with facts that say so: by how many seconds at most, and
    whether it was now. What came back while it jumped is no base for later steps, so it gives no values."""
    before = session.watch.off_s()
    performed = perform()
    now, jump = session.watch.jumped_since(before), session.watch.worst_s
    if not jump:
        return performed
    facts: dict[str, Json] = {"clock_jump_s": jump} | ({"clock_jumped_now": True} if now else {})
    observed = tuple(replace(one, facts={**one.facts, **facts}) for one in performed.observed)
    return Performed(observed=observed, values={} if now else performed.values)


def named(observed: Observed, scenario: str, step: Step, number: int) -> Exchange:
    """What was observed, as an exchange of a step."""
    return Exchange(
        scenario=scenario,
        step=step.name,
        number=number,
        operation=observed.operation or step.operation,
        given=dict(step.given if observed.given is None else observed.given),
        direction=observed.direction,
        outcome=observed.outcome,
        started=observed.started,
        duration_ms=observed.duration_ms,
        trouble=observed.trouble,
        request=observed.request,
        response=observed.response,
        tls=observed.tls,
        flight=observed.flight,
        facts=dict(observed.facts),
    )


def resting_on(exchanges: tuple[Exchange, ...], preflight: Recording) -> Trouble | None:
    """The failed rung that kept a whole scenario from being played; None when any of it was."""
    troubles = [exchange.trouble for exchange in exchanges]
    if not exchanges or any(exchange.outcome is not Outcome.NOT_PLAYED for exchange in exchanges):
        return None
    endpoints = {result.endpoint for result in rungs(preflight)}
    failures = [failed(preflight, endpoint) for endpoint in endpoints]
    return next((found for found in troubles if found in failures), None)


def without_content(exchange: Exchange, found: Trouble, facts: Mapping[str, Json]) -> Exchange:
    """An exchange of which nothing may be kept but that it took place."""
    kept = replace(exchange, outcome=Outcome.NO_ANSWER, trouble=found, facts={**facts})
    return replace(kept, request=None, response=None, tls=None, flight=None)


def _left_out(session: Session, obstacle: Trouble) -> Performed:
    return Performed(observed=(unplayed(session.clock, obstacle),))
