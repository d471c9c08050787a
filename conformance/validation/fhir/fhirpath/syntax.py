"""The syntax tree of a FHIRPath expression."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from conformance.validation.fhir.fhirpath.quantity import Quantity
from conformance.validation.fhir.fhirpath.temporal import Temporal


@dataclass(frozen=True, slots=True)
class Literal:
    """A constant; `value` is None for the empty collection `{}`."""

    value: bool | int | Decimal | str | Quantity | Temporal | None
    column: int


@dataclass(frozen=True, slots=True)
class Variable:
    """`%name`: a value of the environment."""

    name: str
    column: int


@dataclass(frozen=True, slots=True)
class Special:
    """`$this`, `$index` or `$total`."""

    name: str
    column: int


@dataclass(frozen=True, slots=True)
class Member:
    """Children called `name` of `source` (None: of `$this`)."""

    source: Expression | None
    name: str
    column: int


@dataclass(frozen=True, slots=True)
class Call:
    """A function applied to `source` (None: to `$this`)."""

    source: Expression | None
    name: str
    arguments: tuple[Expression, ...]
    column: int


@dataclass(frozen=True, slots=True)
class Index:
    """`source[position]`."""

    source: Expression
    position: Expression
    column: int


@dataclass(frozen=True, slots=True)
class Sign:
    """Unary plus or minus."""

    operator: str
    operand: Expression
    column: int


@dataclass(frozen=True, slots=True)
class Binary:
    """An operator between two expressions."""

    operator: str
    left: Expression
    right: Expression
    column: int


@dataclass(frozen=True, slots=True)
class TypeTest:
    """`operand is Type` and `operand as Type`; `type_name` may carry a namespace (`FHIR.Patient`)."""

    operator: str
    operand: Expression
    type_name: str
    column: int


Expression: TypeAlias = Literal | Variable | Special | Member | Call | Index | Sign | Binary | TypeTest
