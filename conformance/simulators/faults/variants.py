"""A fault over a span: as it is, and narrowed to each part of the span, so that only some members are treated wrongly.

    each: { span: fhir-doors }
    with: { token: none, type: "{type}", how: "{how}", accept: "{form}" }

A parameter that speaks of a dimension the part leaves open is left out: then the switch means any.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from conformance.agreements.catalogue import load_catalogue
from conformance.agreements.covering import parts
from conformance.agreements.problems import DocumentError, Problem, near, quoted, same
from conformance.agreements.unrolling import placed, spoken_of
from conformance.model.agreements import Member, Span
from conformance.model.words import Text
from conformance.simulators.faults import Each, Fault, switches
from conformance.simulators.faults.loading import load_faults


def variants(fault: Fault, spans: Mapping[str, Span]) -> Iterator[Fault]:
    """The fault without and with each part of its span; a fault over none is its own only variant. Raises DocumentError
    when it does not fit the spans."""
    if fault.each is None:
        yield fault
        return
    if unfit := list(_unknown(fault, fault.each, spans)):
        raise DocumentError(unfit)
    span = spans[fault.each.span]
    yield narrowed(fault, span, {})
    for part in parts(span, fault.each.draw or span.draw, fault.each.over):
        if not set(part.values()) & set(fault.each.but):
            yield narrowed(fault, span, part)


def narrowed(fault: Fault, span: Span, part: Member) -> Fault:
    """The fault for members with these values only."""
    opened = span.dimensions.keys() - part.keys()
    meant = {name: value for name, value in fault.parameters.items() if not spoken_of(value) & opened}
    return replace(fault, each=None, part=part, parameters=placed(meant, part, span))


def problems(fault: Fault, spans: Mapping[str, Span]) -> Iterator[Problem]:
    """What is wrong with a fault over a span: what it does not know, and parameters that do not fit once filled in."""
    try:
        made = list(variants(fault, spans))
    except DocumentError as error:
        yield from error.problems
        return
    for variant in made:
        wrong = list(switches()[fault.switch].problems(variant.parameters))
        for name, expected, found in wrong:
            yield _problem(variant.name, f"with/{name}", same(expected), same(found), _PARAMETER)
        if wrong:
            return


_PARAMETER = Text("Pas de parameters of het bereik aan.", "Change the parameters, or the span.")


def _unknown(fault: Fault, each: Each, spans: Mapping[str, Span]) -> Iterator[Problem]:
    if each.span not in spans:
        expected = Text("een bereik dat bestaat", "a span that exists")
        yield _problem(fault.id, "each/span", expected, quoted(each.span), near(each.span, spans))
        return
    known = spans[each.span].dimensions
    expected = Text("een dimensie van dat bereik", "a dimension of that span")
    for name in each.over:
        if name not in known:
            yield _problem(fault.id, "each/over", expected, quoted(name), near(name, known))
    values = {value: "" for dimension in known.values() for value in dimension}
    for name in each.but:
        if name not in values:
            yield _problem(fault.id, "each/but", Text("een waarde", "a value"), quoted(name), near(name, values))
    for name in sorted(spoken_of(dict(fault.parameters)) - known.keys()):
        yield _problem(fault.id, "with", expected, quoted(f"{{{name}}}"), near(name, known))


def _problem(fault: str, field: str, expected: Text, found: Text, step: Text) -> Problem:
    return Problem(None, f"faults/{fault}/{field}", expected, found, step)


def all_faults() -> dict[str, Fault]:
    """Every fault and variant by its name, in the order of the files."""
    spans = load_catalogue().spans
    found = (variant for fault in load_faults().values() for variant in variants(fault, spans))
    return {variant.name: variant for variant in found}


def named(name: str) -> Fault:
    """A fault or variant by its name; raises ValueError when there is none."""
    known = load_faults()
    identity = name.partition("[")[0]
    if identity in known and known[identity].each is None and name == identity:
        return known[name]
    every = all_faults()
    if name not in every:
        raise ValueError(f"no such fault: {name}. {near(name, every)}")
    return every[name]
