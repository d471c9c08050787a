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
from conformance.agreements.problems import near
from conformance.agreements.unrolling import placed, spoken_of
from conformance.model.agreements import Member, Span
from conformance.simulators.faults import Fault, switches
from conformance.simulators.faults.loading import load_faults


def variants(fault: Fault, spans: Mapping[str, Span]) -> Iterator[Fault]:
    """The fault without and with each part of its span; a fault over none is its own only variant."""
    if fault.each is None:
        yield fault
        return
    span = spans[fault.each.span]
    yield narrowed(fault, span, {})
    for part in parts(span, fault.each.draw or span.draw, fault.each.over):
        yield narrowed(fault, span, part)


def narrowed(fault: Fault, span: Span, part: Member) -> Fault:
    """The fault for members with these values only."""
    opened = span.dimensions.keys() - part.keys()
    meant = {name: value for name, value in fault.parameters.items() if not spoken_of(value) & opened}
    return replace(fault, each=None, part=part, parameters=placed(meant, part, span))


def problems(fault: Fault) -> Iterator[tuple[str, str, str]]:
    """What is wrong with the parameters of a variant: (parameter, expected, found) each."""
    yield from switches()[fault.switch].problems(fault.parameters)


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
