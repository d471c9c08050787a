"""Over what one requirement is judged in one scenario: its members, known from the plan before anything is played."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from conformance.model.agreements import MEMBER, Json, Judged, Member, Scenario, Selector, Step, member_name
from conformance.model.exchange import Exchange, Recording, carries


@dataclass(frozen=True, slots=True)
class Case:
    """One member: its name, and by the name of each selector the exchanges that are looked at."""

    name: str
    matches: Mapping[str, tuple[Exchange, ...]]

    @property
    def absent(self) -> str:
        """The first selector that matches nothing; empty when all do."""
        return next((name for name, match in self.matches.items() if not match), "")


def cases(judged: Judged, scenario: Scenario, recording: Recording, *, together: bool) -> tuple[Case, ...]:
    """Every member of the plan with what was recorded of it. `together`: the judgement takes all exchanges at once.

    What the node asked is in no plan: each call received is a member of its own.
    """
    found = {name: recording.of(selector.operation, selector.given) for name, selector in judged.on.items()}
    first, selector = next(iter(judged.on.items()))
    if judged.over:
        return tuple(_by_member(judged, scenario, found))
    if together or not found[first]:
        return (Case("", found),)
    if selector.given.get("received"):
        return tuple(Case(_own_name(one), {**found, first: (one,)}) for one in found[first])
    steps: dict[str, list[Exchange]] = {step.name: [] for step in matching(scenario.steps, selector)}
    for one in found[first]:
        if one.step in steps:
            steps[one.step].append(one)
    return tuple(Case(name, {**found, first: tuple(steps[name])}) for name in steps)


def _by_member(judged: Judged, scenario: Scenario, found: Mapping[str, tuple[Exchange, ...]]) -> Iterator[Case]:
    valued: dict[tuple[str, tuple[str, ...]], dict[tuple[str, ...], tuple[Exchange, ...]]] = {}
    for member in members(judged, scenario):
        matches: dict[str, tuple[Exchange, ...]] = {}
        for name, selector in judged.on.items():
            values = _shared(member, selector)
            at = name, tuple(values)
            if at not in valued:
                valued[at] = _by_value(found[name], tuple(values))
            matches[name] = valued[at].get(tuple(values.values()), ())
        yield Case(member_name(member), matches)


def members(judged: Judged, scenario: Scenario) -> tuple[Member, ...]:
    """The members over which a requirement is judged in a scenario of a plan, by name: no draw shows in the order.

    A scenario has those of the dimensions that its steps carry: a token endpoint has no type of resource.
    """
    selector = next(iter(judged.on.values()))
    found = (value_of(step.given, judged.over) for step in matching(scenario.steps, selector))
    named = {member_name(member): member for member in found if member}
    return tuple(named[name] for name in sorted(named))


def matching(steps: Iterable[Step], selector: Selector) -> Iterator[Step]:
    """The steps whose exchanges a selector takes."""
    for step in steps:
        if fnmatchcase(step.operation, selector.operation) and carries(step.given, selector.given):
            yield step


def value_of(given: Mapping[str, Json], dimensions: Iterable[str]) -> Member:
    """The values that a step's arguments have in these dimensions: of its member, or of its own labels."""
    member = given.get(MEMBER, {})
    values = {name: member.get(name, given.get(name)) for name in dimensions}
    return {name: str(value) for name, value in values.items() if value is not None}


def _by_value(
    exchanges: Iterable[Exchange], dimensions: tuple[str, ...]
) -> dict[tuple[str, ...], tuple[Exchange, ...]]:
    """Exchanges by the values that their steps have in these dimensions; one that lacks a value is of no member."""
    grouped: dict[tuple[str, ...], list[Exchange]] = {}
    for exchange in exchanges:
        values = value_of(exchange.given, dimensions)
        if len(values) == len(dimensions):
            grouped.setdefault(tuple(values.values()), []).append(exchange)
    return {values: tuple(group) for values, group in grouped.items()}


def is_of(given: Mapping[str, Json], member: Member, selector: Selector) -> bool:
    """Whether a step's arguments are of a member, as far as the selector asks for the same."""
    values = _shared(member, selector)
    return value_of(given, values) == values


def _shared(member: Member, selector: Selector) -> Member:
    """The values that what a selector takes must have to stand with a member."""
    return {name: value for name, value in member.items() if selector.same is None or name in selector.same}


def _own_name(exchange: Exchange) -> str:
    return f"{exchange.step}/{exchange.number}"
