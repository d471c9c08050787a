"""Whether the agreements fit the code: judgements, operations and faults exist and get the parameters they ask for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Protocol

from conformance.agreements.catalogue import Catalogue
from conformance.agreements.document import Keys, field_name
from conformance.agreements.problems import Problem, near, quoted, same
from conformance.agreements.requirements import ONE_EXCHANGE
from conformance.agreements.scenes import templates_of
from conformance.agreements.schema import check_value
from conformance.checks.membership import is_of, members
from conformance.model.agreements import Json, Judged, Place, Requirement, Scenario, Selector, Step
from conformance.model.words import Text
from conformance.upkeep.lint_scenarios import matching


class JudgementKind(Protocol):
    """What lint needs to know of a kind of judgement."""

    @property
    def exchanges(self) -> Mapping[str, bool]:
        """Names of the exchange parameters in order; true for one that takes all that match."""

    @property
    def schema(self) -> Mapping[str, Json]:
        """JSON Schema of `judged.with`."""


class OperationKind(Protocol):
    """What lint needs to know of an operation."""

    @property
    def schema(self) -> Mapping[str, Json]:
        """JSON Schema of a step's `with`."""

    @property
    def yields(self) -> Sequence[str]:
        """Names of the values that later steps may use."""


class FaultDeclaration(Protocol):
    """What lint needs to know of a fault: what it is declared to break."""

    @property
    def fails(self) -> Sequence[str]:
        """Requirement ids that fail with it."""

    @property
    def undecidable(self) -> Sequence[str]:
        """Requirement ids, or patterns, that can't be decided with it."""

    @property
    def stays(self) -> Sequence[str]:
        """Requirement ids, or patterns, that keep their verdict although another pattern names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kinds:
    """What the code knows, by name. An empty register is not compared with."""

    judgements: Mapping[str, JudgementKind] = field(default_factory=dict)
    operations: Mapping[str, OperationKind] = field(default_factory=dict)
    faults: Mapping[str, FaultDeclaration] = field(default_factory=dict)


def problems(catalogue: Catalogue, kinds: Kinds) -> Iterator[Problem]:
    """Every difference between the agreements and the registers of the code."""
    for requirement in catalogue.requirements.values():
        if requirement.judged and kinds.judgements:
            yield from _judged(requirement, requirement.judged, kinds.judgements)
        if requirement.automatic and kinds.faults:
            yield from _breakable(requirement, kinds.faults)
    for scenario in catalogue.whole_scenarios:
        if kinds.operations:
            yield from _operations(scenario, kinds.operations)
        if kinds.judgements:
            yield from _ambiguous(scenario, catalogue, kinds.judgements)
    yield from _fault_ids(catalogue, kinds.faults)


def _judged(requirement: Requirement, judged: Judged, kinds: Mapping[str, JudgementKind]) -> Iterator[Problem]:
    name = f"requirements/{requirement.id}/judged"
    kind = kinds.get(judged.by)
    if kind is None:
        expected = Text("een soort oordeel dat bestaat", "a kind of judgement that exists")
        yield Problem(requirement.place, f"{name}/by", expected, quoted(judged.by), near(judged.by, kinds))
        return
    wanted, given = tuple(kind.exchanges), tuple(judged.on)
    if given != wanted and not (given == (ONE_EXCHANGE,) and len(wanted) == 1):
        expected = same(", ".join(wanted))
        step = Text("Gebruik deze namen, in deze volgorde.", "Use these names, in this order.")
        yield Problem(requirement.place, f"{name}/on", expected, same(", ".join(given)), step)
    yield from _parameters(requirement.place, f"{name}/with", dict(judged.parameters), kind.schema)


def _parameters(place: Place, name: str, given: Json, schema: Mapping[str, Json]) -> Iterator[Problem]:
    for path, message in check_value(given, schema):
        if not _filled_later(given, path):
            where = f"{name}/{field_name(path)}".rstrip("/")
            expected = Text("waarden die de code aanneemt", "values that the code accepts")
            step = Text("Verbeter de waarde.", "Correct the value.")
            yield Problem(place, where, expected, same(message), step)


def _filled_later(value: Json, path: Keys) -> bool:
    """Whether what stands at a path is only known when planning."""
    for part in path:
        value = value[part]
    return isinstance(value, dict) and len(value) == 1 and set(value) <= {"parameter", "node"}


def _breakable(requirement: Requirement, faults: Mapping[str, FaultDeclaration]) -> Iterator[Problem]:
    if not any(requirement.id in fault.fails for fault in faults.values()):
        expected = Text("een fout die de eis laat falen", "a fault that makes the requirement fail")
        step = Text("Beschrijf een fout in simulators/faults.", "Describe a fault in simulators/faults.")
        yield Problem(requirement.place, f"requirements/{requirement.id}", expected, Text("geen", "none"), step)


def _operations(scenario: Scenario, kinds: Mapping[str, OperationKind]) -> Iterator[Problem]:
    for step in scenario.steps:
        kind = kinds.get(step.operation)
        if kind is None:
            expected = Text("een bewerking die bestaat", "an operation that exists")
            found, what = quoted(step.operation), near(step.operation, kinds)
            yield Problem(step.place, f"steps/{step.name}", expected, found, what)
        else:
            yield from _parameters(step.place, f"steps/{step.name}/with", dict(step.given), kind.schema)
            yield from _values(scenario, step, kinds)


def _values(scenario: Scenario, step: Step, kinds: Mapping[str, OperationKind]) -> Iterator[Problem]:
    """A value taken from an earlier step is one that its operation yields."""
    operations = {each.name: each.operation for each in scenario.steps}
    for source, name in templates_of(dict(step.given)):
        kind = kinds.get(operations.get(source, ""))
        value = re.split(r"[.\[]", name, maxsplit=1)[0]
        if kind is not None and value not in kind.yields:
            expected = Text(f"een waarde van {operations[source]}", f"a value of {operations[source]}")
            yield Problem(step.place, f"steps/{step.name}/with", expected, quoted(value), near(value, kind.yields))


def _ambiguous(scenario: Scenario, catalogue: Catalogue, kinds: Mapping[str, JudgementKind]) -> Iterator[Problem]:
    """Only a judgement's first exchange may be one of many; the others stand beside it and must be unambiguous."""
    for name in scenario.shows:
        judged = catalogue.requirements[name].judged
        kind = kinds.get(judged.by) if judged else None
        if judged is None or kind is None:
            continue
        for (parameter, selector), takes_all in list(zip(judged.on.items(), kind.exchanges.values(), strict=False))[1:]:
            steps = () if takes_all else _several(scenario, judged, selector)
            if steps:
                expected = Text(f"één stap voor '{parameter}'", f"one step for '{parameter}'")
                advice = Text("Maak de keuze nauwer met 'given'.", "Narrow the selector with 'given'.")
                found = same(", ".join(step.name for step in steps[:5]))
                yield Problem(scenario.place, f"shows/{name}", expected, found, advice)


def _several(scenario: Scenario, judged: Judged, selector: Selector) -> Sequence[Step]:
    """The steps of the first member for which a selector takes several."""
    steps = matching(scenario, selector)
    for member in members(judged, scenario) if judged.over else ({},):
        own = [step for step in steps if is_of(step.given, member, selector)]
        if len(own) > 1:
            return own
    return ()


def _fault_ids(catalogue: Catalogue, faults: Mapping[str, FaultDeclaration]) -> Iterator[Problem]:
    """What fails is named by id; what is undecidable or stays may be a pattern (`NET-*`) that fits at least one."""
    for name, fault in faults.items():
        patterns = (each for each in (*fault.undecidable, *fault.stays) if not _fitting(each, catalogue))
        for unknown in (*(each for each in fault.fails if each not in catalogue.requirements), *patterns):
            expected = Text("een eis die bestaat", "a requirement that exists")
            step = near(unknown, catalogue.requirements)
            yield Problem(None, f"faults/{name}", expected, quoted(unknown), step)


def _fitting(pattern: str, catalogue: Catalogue) -> bool:
    return any(fnmatchcase(requirement, pattern) for requirement in catalogue.requirements)
