"""The operations a scenario may name: a registry, and a schema of arguments derived from each signature.

An operation takes a session and keyword arguments and gives back what was said. It never judges.
"""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum
from types import MappingProxyType
from typing import Any

from conformance.model.agreements import MEMBER, Json
from conformance.model.exchange import Rung
from conformance.model.node import Endpoint
from conformance.protocols.observing import Performed, unplayed
from conformance.protocols.session import Session
from conformance.protocols.troubles import TroubleError

LABELS = ("about", "purpose", "expects", MEMBER)
"""Arguments that every operation takes and none uses: they exist for selectors."""

Function = Callable[..., Performed]
Times = Callable[[Mapping[str, Json]], int]
ANY = 0
"""As often as the node chose to call."""
FOLLOWED = -1
"""As often as its answers led on; playing the step again tells how often that was."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """Annotates a text argument that must be one of many words, too many for a Literal."""

    words: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """A thing a step can do. `endpoint` is empty when the step's argument `endpoint` names it."""

    name: str
    function: Function
    endpoint: str
    rests_on: Rung
    schema: Json
    doc: str
    yields: tuple[str, ...] = ()
    relaxed: Callable[[Mapping[str, Json]], Rung | None] | None = None
    labels: tuple[str, ...] = LABELS
    times: Times = lambda _: 1
    """How many exchanges a step with these arguments makes when it is played; ANY or FOLLOWED when the node decides."""

    def target(self, given: Mapping[str, Json]) -> str:
        """The kind of endpoint a step speaks with; empty for none."""
        return self.endpoint or str(given.get("endpoint", ""))

    def rung(self, given: Mapping[str, Json], endpoints: Mapping[str, Endpoint] = MappingProxyType({})) -> Rung:
        """The highest rung of the ladder this step cannot do without, at the endpoints of a node."""
        endpoint = endpoints.get(self.endpoint)
        if endpoint is not None and endpoint.token:
            return Rung.TOKEN
        return (self.relaxed(given) if self.relaxed else None) or self.rests_on

    def perform(self, session: Session, arguments: Mapping[str, Json]) -> Performed:
        """Do it. A precondition that is missing becomes an exchange that was not played."""
        known = {name: _argument(value) for name, value in arguments.items() if name not in self.labels}
        try:
            return self.function(session, **known)
        except TroubleError as error:
            return Performed(observed=(unplayed(session.clock, error.trouble),))


_REGISTERED: dict[str, Operation] = {}


def operation(
    name: str,
    *,
    endpoint: str = "",
    rests_on: Rung,
    yields: tuple[str, ...] = (),
    relaxed: Callable[[Mapping[str, Json]], Rung | None] | None = None,
    labels: tuple[str, ...] = (),
    times: Times = lambda _: 1,
) -> Callable[[Function], Function]:
    """Register a function under the name scenarios use; its keyword-only parameters are the step's arguments."""

    def register(function: Function) -> Function:
        if name in _REGISTERED:
            raise ValueError(f"operation {name} is registered twice")
        _REGISTERED[name] = Operation(
            name=name,
            function=function,
            endpoint=endpoint,
            rests_on=rests_on,
            schema=arguments_schema(function, LABELS + labels),
            doc=inspect.getdoc(function) or "",
            yields=yields,
            relaxed=relaxed,
            labels=LABELS + labels,
            times=times,
        )
        return function

    return register


def registered() -> Mapping[str, Operation]:
    """The operations registered so far, by name; `catalogue.operations` loads them all first."""
    return MappingProxyType(_REGISTERED)


def arguments_schema(function: Function, labels: tuple[str, ...] = LABELS) -> Json:
    """JSON Schema (2020-12) of an operation's arguments, from its keyword-only parameters and their annotations."""
    hints = typing.get_type_hints(function, include_extras=True)
    properties: dict[str, Json] = {label: {"type": "object" if label == MEMBER else "string"} for label in labels}
    required: list[str] = []
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY:
            continue
        properties[name] = _type_schema(hints[name])
        if parameter.default is inspect.Parameter.empty:
            required.append(name)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


_SIMPLE: Mapping[Any, str] = {str: "string", int: "integer", bool: "boolean", float: "number"}


def _type_schema(hint: Any) -> Json:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return {**_type_schema(arguments[0]), "enum": sorted(arguments[1].words)}
    if isinstance(hint, type) and hint in _SIMPLE:
        return {"type": _SIMPLE[hint]}
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"enum": [member.value for member in hint]}
    if origin is typing.Literal:
        return {"enum": list(arguments)}
    if origin is tuple:
        return {"type": "array", "items": _type_schema(arguments[0])}
    if origin in (typing.Union, types.UnionType):
        return {"anyOf": [_type_schema(argument) for argument in arguments if argument is not type(None)]}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _type_schema(arguments[1])}
    raise TypeError(f"no schema for the annotation {hint!r} of an operation")


def _argument(value: Json) -> Any:
    return tuple(value) if isinstance(value, list) else value
