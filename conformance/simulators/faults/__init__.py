"""Faults: one broken promise each. A switch is a mechanism; a fault is data that turns one on and says what will fail.

    @switch("http.status", hook=Hook.CALLS)
    def status(*, path: str, status: int) -> Interceptor: ...

Typed keyword parameters are the schema of the fault's `with`; the docstring is its documentation.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, get_args, get_origin

from conformance.model.agreements import Json


class Hook(StrEnum):
    """Where a switch takes hold of the node, and so what it returns."""

    CALLS = "calls"
    """Interceptor over every call, paths with their mount."""
    FHIR = "fhir"
    """Interceptor below /fhir."""
    OAUTH = "oauth"
    """Callable[[TokenServer], Interceptor] at the token endpoint."""
    IMAGES = "images"
    """Interceptor below /dicomweb."""
    RESOURCES = "resources"
    """Callable[[Call, FhirActor], Reply]: a resource before it becomes JSON or XML."""
    RECORDS = "records"
    """Callable[[tuple[Resource, ...]], tuple[Resource, ...]]: what the BgZ source holds."""
    STUDIES = "studies"
    """Callable[[tuple[Study, ...]], tuple[Study, ...]]: what the image gateway holds."""
    ASKING = "asking"
    """Interceptor of the node's own requests (see imageclient)."""
    ASSERTION = "assertion"
    """Callable[[Checks], Checks]: what is checked about a client assertion."""
    ACCESS = "access"
    """Callable[[Guard], Guard]: who may use the FHIR source."""
    TLS = "tls"
    """Callable[[TlsSettings, TestPki], TlsSettings | None]: the door; None is plain HTTP."""
    HELLO = "hello"
    """Doorman: answers a ClientHello in the server's place."""


@dataclass(frozen=True, slots=True)
class Switch:
    """A mechanism that can be turned on: its name, where it takes hold, and its parameters by name."""

    name: str
    hook: Hook
    make: Callable[..., Any]

    @property
    def parameters(self) -> Mapping[str, inspect.Parameter]:
        """The parameters with their defaults."""
        return inspect.signature(self.make).parameters

    def problems(self, given: Mapping[str, Json]) -> list[tuple[str, str, str]]:
        """What is wrong with a fault's `with`: (parameter, expected, found) each."""
        hints = typing.get_type_hints(self.make)
        known = ", ".join(self.parameters) or "none"
        unknown = [(name, f"one of the parameters {known}", "unknown parameter") for name in given if name not in hints]
        missing = [
            (name, _words(hints[name]), "nothing")
            for name, parameter in self.parameters.items()
            if parameter.default is parameter.empty and name not in given
        ]
        wrong = [
            (name, _words(hints[name]), repr(value))
            for name, value in given.items()
            if name in hints and not _fits(value, hints[name])
        ]
        return unknown + missing + wrong


@dataclass(frozen=True, slots=True)
class Piece:
    """A switch turned on: what takes hold, and where."""

    hook: Hook
    part: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One broken promise. `fails` and `undecidable` (requirement ids) were declared before the fault was ever run."""

    id: str
    title: Mapping[str, str]
    switch: str
    chapter: str
    parameters: Mapping[str, Json] = field(default_factory=dict)
    fails: tuple[str, ...] = ()
    undecidable: tuple[str, ...] = ()

    def piece(self) -> Piece:
        """The switch turned on with this fault's parameters."""
        found = switches()[self.switch]
        hints = typing.get_type_hints(found.make)
        given = {name: tuple(value) if get_origin(hints[name]) is tuple else value for name, value in self.parameters.items()}
        return Piece(found.hook, found.make(**given))


_SWITCHES: dict[str, Switch] = {}


def switch(name: str, *, hook: Hook) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function as a switch."""

    def register(make: Callable[..., Any]) -> Callable[..., Any]:
        if name in _SWITCHES:
            raise ValueError(f"two switches are called {name}")
        _SWITCHES[name] = Switch(name, hook, make)
        return make

    return register


def switches() -> Mapping[str, Switch]:
    """Every switch by name; the modules of this package are loaded at the first call."""
    for module in pkgutil.iter_modules(__path__):
        importlib.import_module(f"{__name__}.{module.name}")
    return _SWITCHES


def _fits(value: Json, hint: Any) -> bool:
    origin = get_origin(hint)
    if origin is Literal:
        return value in get_args(hint)
    if origin is tuple:
        return isinstance(value, list) and all(_fits(item, get_args(hint)[0]) for item in value)
    if hint in (str, int, bool):
        return type(value) is hint
    return True


def _words(hint: Any) -> str:
    if get_origin(hint) is Literal:
        return "one of " + ", ".join(str(choice) for choice in get_args(hint))
    if get_origin(hint) is tuple:
        return "a list of " + _words(get_args(hint)[0])
    return {str: "text", int: "a whole number", bool: "true or false"}.get(hint, "a value")
