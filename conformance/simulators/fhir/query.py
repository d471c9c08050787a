"""From the parameters of a request to a search: what must match, what comes along, in which order, how many."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from conformance.agreements.bsn import passes_eleven_test
from conformance.simulators.fhir.parameters import PATIENT_BOUND, RESULT, Kind, Parameter, parameter
from conformance.simulators.fhir.reply import FhirRefusalError
from conformance.synthesis.bgz.parts import NAMING

PAGE = 100
LARGEST_PAGE = 500
DATE = re.compile(r"(eq|ge|gt|le|lt)?(\d{4}(-(?:0[1-9]|1[0-2])(-(?:0[1-9]|[12]\d|3[01])(T\d\d:\d\d(:\d\d)?.*)?)?)?)\Z")


@dataclass(frozen=True, slots=True)
class Condition:
    """One parameter of a search: any of `values` must match; `chain` is the parameter of the resource referred to."""

    parameter: Parameter
    values: tuple[str, ...]
    chain: Parameter | None = None
    target: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """An `_include` or `_revinclude`: source type, its reference parameter, and the type to limit targets to."""

    source: str
    parameter: Parameter
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Search:
    """A search as understood; `sort` holds parameters with whether they descend."""

    kind: str
    conditions: tuple[Condition, ...]
    includes: tuple[Link, ...] = ()
    revincludes: tuple[Link, ...] = ()
    sort: tuple[tuple[Parameter, bool], ...] = ()
    count: int = PAGE
    offset: int = 0
    latest: int = 0
    """For `$lastn`: how many of each code; 0 for a plain search."""
    asked: tuple[tuple[str, str], ...] = field(default=())


def search_from(kind: str, asked: Iterable[tuple[str, str]], *, lastn: bool = False) -> Search:
    """Read a request's parameters; anything malformed or unknown is refused with 400 and a reason."""
    asked = tuple(asked)
    latest, selecting = _taken_max(asked) if lastn else (0, asked)
    conditions = tuple(_condition(kind, name, value) for name, value in selecting if name not in RESULT)
    _demand_patient(kind, [name for name, _ in asked])
    return Search(
        kind=kind,
        conditions=conditions,
        includes=tuple(_link(value, kind) for name, value in asked if name == "_include"),
        revincludes=tuple(_link(value, None) for name, value in asked if name == "_revinclude"),
        sort=tuple(_sorting(kind, part) for name, value in asked if name == "_sort" for part in value.split(",")),
        count=min(_number(asked, "_count", PAGE), LARGEST_PAGE),
        offset=_number(asked, "_offset", 0),
        latest=latest,
        asked=asked,
    )


def _refused(text: str, code: str = "invalid") -> FhirRefusalError:
    return FhirRefusalError(400, code, text)


def _taken_max(asked: tuple[tuple[str, str], ...]) -> tuple[int, tuple[tuple[str, str], ...]]:
    return _number(asked, "max", 1), tuple(pair for pair in asked if pair[0] != "max")


def _demand_patient(kind: str, names: list[str]) -> None:
    wanted = PATIENT_BOUND.get(kind, ())
    bases = {name.split(".")[0].split(":")[0] for name in names}
    if wanted and not bases.intersection(wanted):
        raise _refused(f"A search for {kind} must name the patient: {' or '.join(wanted)}.", "required")


def _condition(kind: str, name: str, value: str) -> Condition:
    head, _, chained = name.partition(".")
    base, _, target = head.partition(":")
    found = parameter(kind, base)
    if found is None or (target and not chained) or (chained and found.kind is not Kind.REFERENCE):
        raise _refused(f"{kind} has no search parameter {name}.", "not-supported")
    target = target or ("Patient" if chained else "")
    chain = parameter(target, chained) if chained else None
    if chained and chain is None:
        raise _refused(f"{target} has no search parameter {chained}.", "not-supported")
    values = tuple(part.replace("\\,", ",") for part in re.split(r"(?<!\\),", value))
    for part in values:
        _demand_well_formed(chain or found, name, part)
    return Condition(found, values, chain, target)


def _demand_well_formed(found: Parameter, name: str, value: str) -> None:
    if not value or value == "|":
        raise _refused(f"Parameter {name} has no value.")
    if found.kind is Kind.TOKEN and value.count("|") > 1:
        raise _refused(f"Parameter {name} must be code, system|code, |code or system|.")
    if found.kind is Kind.DATE and not DATE.match(value):
        raise _refused(f"Parameter {name} must be a date such as 2026-01-31 or ge2026.")
    system, _, number = value.rpartition("|")
    if system == NAMING + "bsn" and number and not passes_eleven_test(number):
        raise _refused(f"Parameter {name} holds no valid BSN.")


def _link(value: str, searched: str | None) -> Link:
    """`Type:parameter` or `Type:parameter:Target`; an `_include` starts at the searched type."""
    source, _, rest = value.partition(":")
    name, _, target = rest.partition(":")
    found = parameter(source, name)
    if found is None or found.kind is not Kind.REFERENCE or (searched and source != searched):
        raise _refused(f"This source cannot include {value}.", "not-supported")
    return Link(source, found, target)


def _sorting(kind: str, part: str) -> tuple[Parameter, bool]:
    found = parameter(kind, part.removeprefix("-"))
    if found is None or found.kind is Kind.REFERENCE:
        raise _refused(f"{kind} cannot be sorted by {part}.", "not-supported")
    return found, part.startswith("-")


def _number(asked: tuple[tuple[str, str], ...], name: str, default: int) -> int:
    text = next((value for key, value in asked if key == name), str(default))
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise _refused(f"Parameter {name} must be a whole number, not {text!r}.")
    return int(text)
