"""From a scenario as written to the scenario of one plan: what the seed draws is filled in, spans become steps.

`{subject}` is what the scenario draws under that name, `{patients.subject.bsn}` the number of the patient drawn, and
`{studies.subject.radiograph.uid}` what the data set has of that patient's studies (see `imaging`). Where a step
says whom it asks about (`patient`), `{patients.{patient}.bsn}` is that one's number: so one table serves every patient.

Steps that follow each other and go across spans make a round: it is played member by member, in drawn order, so that a
good request stands right beside the wrong ones it differs from in one property.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby

from conformance.agreements.covering import members
from conformance.agreements.drawing import Draw
from conformance.agreements.references import walk
from conformance.model.agreements import (
    MEMBER,
    Across,
    Drawing,
    Exemption,
    Json,
    Member,
    Scenario,
    Span,
    Step,
    member_name,
)

PATIENTS, STUDIES = "patients", "studies"
"""What placeholders name beside steps, draws and dimensions."""
PATIENT = "patient"
"""The argument by which a step says whom it asks about."""

_INNERMOST = re.compile(r"\{([A-Za-z][\w-]*)((?:\.[A-Za-z0-9_-]+)*)\}")
_DEEPEST = 4
"""A value of a span may hold a placeholder itself, and that one's name another."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """What plans draw from: the seed, who is in which group of patients, their studies, whether all is played, whom the
    node file does not name, and what the node says it does not do.

    Whom the node file does not name is drawn only when nobody else is left: a step then misses a value.
    """

    draw: Draw
    groups: Mapping[str, tuple[str, ...]]
    thorough: bool = False
    studies: Json = field(default_factory=dict)
    unnamed: frozenset[str] = frozenset()
    refused: frozenset[str] = frozenset()

    def span(self, span: Span) -> Span:
        """The span with the exemptions that hold for the node."""
        return replace(span, never=tuple(replace(one, unless="") for one in self.held(span)))

    def held(self, span: Span) -> Iterator[Exemption]:
        """The exemptions of a span that hold for the node, each with its condition."""
        for one in span.never:
            if not one.unless or one.unless in self.refused | self.unnamed:
                yield one


def unrolled(scenario: Scenario, drawn: Drawn) -> Scenario:
    """The scenario of one plan. Raises Dangling for a placeholder that nothing fills in."""
    values = _draws(scenario, drawn)
    rounds = groupby(scenario.steps, key=lambda step: step.across is not None)
    steps: list[Step] = []
    for across, group in rounds:
        steps += _round(tuple(_rows(group, scenario.id, drawn))) if across else group
    named = tuple(replace(step, given=filled(step.given, {**values, **_whom(step)})) for step in steps)
    return replace(scenario, steps=named, excused=tuple(_excused(scenario, drawn)), draws={})


def _whom(step: Step) -> Mapping[str, Json]:
    return {PATIENT: step.given[PATIENT]} if PATIENT in step.given else {}


def whole(scenario: Scenario, groups: Mapping[str, tuple[str, ...]], studies: Json = None) -> Scenario:
    """The scenario with a step for every member that any plan may draw; raises Dangling as `unrolled` does."""
    return unrolled(scenario, Drawn(Draw("every member"), groups, thorough=True, studies=studies or {}))


def _draws(scenario: Scenario, drawn: Drawn) -> dict[str, Json]:
    """Each name that the scenario draws, with its value, and the data set's studies; a draw may name earlier ones."""
    values: dict[str, Json] = {STUDIES: _Value("", drawn.studies)}
    taken: set[str] = set()
    for name, how in scenario.draws.items():
        ((kind, argument),) = how.items()
        what = f"{scenario.id}/{name}"
        if kind == "patient":
            left = [role for role in drawn.groups[argument] if role not in taken]
            named = [role for role in left if role not in drawn.unnamed]
            values[name] = drawn.draw.one(what, named or left or drawn.groups[argument])
            taken.add(values[name])
        else:
            values[name] = _drawn(kind, filled(argument, values), drawn.draw, what)
    return values


def _drawn(kind: str, argument: Json, draw: Draw, what: str) -> Json:
    if kind == "one":
        return argument[int(draw.one(what, [str(number) for number in range(len(argument))]))]
    if kind == "number":
        return draw.number(what, *argument)
    if kind == "uid":
        return f"2.25.{draw.number(what, 10**37, 10**38)}"
    if kind == "uuid":
        return draw.uuid(what)
    if kind == "wildcard":
        return draw.pattern(what, argument["of"], argument["at"])
    return draw.text(what, argument)


@dataclass(frozen=True, slots=True)
class _Row:
    """A step across a span, and the members of it that are (still) to be played."""

    step: Step
    across: Across
    members: tuple[Member, ...]

    def by(self, names: Iterable[str]) -> dict[tuple[str, ...], tuple[Member, ...]]:
        """The members by the values that they have in these dimensions."""
        found: dict[tuple[str, ...], list[Member]] = {}
        for member in self.members:
            found.setdefault(tuple(member[name] for name in names), []).append(member)
        return {values: tuple(those) for values, those in found.items()}


def _round(rows: tuple[_Row, ...], fixed: frozenset[str] = frozenset()) -> Iterator[Step]:
    """The steps of a round: for each value that all have in common the next round within it, then what is left."""
    if not rows:
        return
    spans = [row.across.span.dimensions for row in rows]
    shared = [name for name in spans[0] if name not in fixed and all(name in dimensions for dimensions in spans)]
    if not shared:
        yield from (_step(rows[0], member) for member in rows[0].members)
        yield from _round(rows[1:], fixed)
        return
    parted = [(row, row.by(shared)) for row in rows]
    for values in dict.fromkeys(values for _, parts in parted for values in parts):
        within = tuple(replace(row, members=parts.get(values, ())) for row, parts in parted)
        yield from _round(within, fixed.union(shared))


def _rows(steps: Iterable[Step], scenario: str, drawn: Drawn) -> Iterator[_Row]:
    for step in steps:
        if step.across:
            drawing = Drawing.ALL if drawn.thorough else step.across.draw
            found = members(drawn.span(step.across.span), drawing, drawn.draw, f"{scenario}/{step.name}")
            yield _Row(step, step.across, found)


def _step(row: _Row, member: Member) -> Step:
    given = {**placed(row.step.given, member, row.across.span), MEMBER: dict(member)}
    return replace(row.step, name=f"{row.step.name}-{member_name(member)}", given=given, across=None)


def placed(value: Json, member: Member, span: Span) -> Json:
    """The value with `{type}` and `{type.part}` filled in for the values that a member of a span has."""
    carried = {name: _Value(each, span.dimensions[name][each]) for name, each in member.items()}
    return filled(value, carried)


def spoken_of(value: Json) -> frozenset[str]:
    """The first names of all placeholders in a value."""
    if isinstance(value, list):
        return frozenset[str]().union(*map(spoken_of, value))
    if isinstance(value, dict):
        return spoken_of(list(value.values()))
    return frozenset(found[1] for found in _INNERMOST.finditer(value)) if isinstance(value, str) else frozenset()


def _excused(scenario: Scenario, drawn: Drawn) -> Iterator[Exemption]:
    spans = {step.across.span.id: step.across.span for step in scenario.steps if step.across}
    for span in spans.values():
        yield from drawn.held(span)


@dataclass(frozen=True, slots=True)
class _Value:
    """A value of a dimension: its name, and what it carries."""

    name: str
    carries: Json


def filled(value: Json, values: Mapping[str, Json]) -> Json:
    """The value with `{name}`, `{name.part}` and `{patients.name.bsn}` filled in; a value alone keeps its type.

    What a value carries may hold placeholders itself, also inside the name of another: `{found-{type}.first}`.
    """
    if isinstance(value, str):
        return _filled_in(value, values) if "{" in value else value
    if isinstance(value, dict):
        return {filled(key, values) if "{" in key else key: filled(item, values) for key, item in value.items()}
    return [filled(item, values) for item in value] if isinstance(value, list) else value


def _filled_in(text: str, values: Mapping[str, Json]) -> Json:
    value: Json = text
    for _ in range(_DEEPEST):
        if not isinstance(value, str) or "{" not in value:
            return value
        before, whole = value, _INNERMOST.fullmatch(value)
        value = _looked_up(whole, values) if whole else _INNERMOST.sub(lambda one: str(_looked_up(one, values)), value)
        if value == before:
            return value
    return value


def _looked_up(found: re.Match[str], values: Mapping[str, Json]) -> Json:
    name, path = found[1], found[2].split(".")[1:]
    if name in (PATIENTS, STUDIES) and path and isinstance(values.get(path[0]), str):
        return f"{{{name}.{'.'.join([values[path[0]], *path[1:]])}}}"
    if name not in values:
        return found[0]
    value = values[name]
    if path:
        carries = value.carries if isinstance(value, _Value) else value
        return walk(carries, "".join(f"/{part}" for part in path), found[0])
    return value.name if isinstance(value, _Value) else value
