"""Faults: one broken promise each. A switch is a mechanism; a fault is data that turns one on and says what will fail.

    @switch("http.status", hook=Hook.CALLS)
    def status(*, path: str, status: int) -> Interceptor: ...

Typed keyword parameters are the schema of the fault's `with` (hyphens there are underscores here); a parameter `when`
takes the shared conditions. The docstring is the documentation.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import Any, Literal, get_args, get_origin
from urllib.parse import urlsplit

from conformance.model.agreements import Drawing, Json, Member
from conformance.simulators.fhir.listed import is_search
from conformance.simulators.http import Call
from conformance.synthesis.patients import patients


class Hook(StrEnum):
    """Where a switch takes hold of the node, and so what it returns."""

    CALLS = "calls"
    """Interceptor over every call, paths with their mount."""
    PROXY = "proxy"
    """Gap in a proxy before all of these."""
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
    TRUST = "trust"
    """Callable[[Contexts, TestPki], Contexts]: whom the node believes when it asks (see driver)."""
    ASSERTION = "assertion"
    """Callable[[Checks], Checks]: what is checked about a client assertion."""
    ACCESS = "access"
    """Callable[[Guard], Guard]: who may use the FHIR source."""
    TLS = "tls"
    """Callable[[TlsSettings, TestPki], TlsSettings | None]: the door; None is plain HTTP."""
    HELLO = "hello"
    """Doorman: answers a ClientHello in the server's place."""


@dataclass(frozen=True, slots=True)
class When:
    """Conditions that every `http.*`, `fhir.*` and `dicomweb.*` switch takes; regular expressions may match anywhere.

    `path` is that of the call with its mount, `query` the query string decoded, `accept` what the request asked for
    (browser: HTML before others, none: no preference at all), `status_was` the status of the answer before the switch.
    `type` is the FHIR resource type in the path, `how` whether one of them is read or they are searched, or by $lastn,
    `asks` the name of a search of the BgZ, about whomever and in any order, `about` the role of whom it names. `place`
    is the address of images with words for UIDs (see `naming`), `study` and `series` the kind of what it names.
    """

    path: str = ""
    place: str = ""
    study: str = ""
    series: str = ""
    type: str = ""
    how: str = ""
    asks: str = ""
    about: str = ""
    query: str = ""
    accept: str = ""
    method: str = ""
    status_was: int = 0

    def meets(self, call: Call) -> bool:
        """Whether a call is meant."""
        query = "&".join(f"{name}={value}" for name, value in call.query)
        path = urlsplit(call.base).path + call.path
        return (
            re.search(self.path, path) is not None
            and self._asks_so(path)
            and re.search(self.query, query) is not None
            and (not self.asks or is_search(call, self.asks))
            and (not self.about or patients()[self.about].bsn in query)
            and self._asks_there(f"{call.path}?{query}")
            and self.accept in ("", _asked_for(call))
            and self.method in ("", call.method)
        )

    def _asks_so(self, path: str) -> bool:
        if not (self.type or self.how):
            return True
        found = _INTERACTION.search(path)
        how = "read" if found and found["id"] else "lastn" if path.endswith("/$lastn") else "search"
        return found is not None and self.type in ("", found["type"]) and self.how in ("", how)

    def _asks_there(self, address: str) -> bool:
        if not (self.place or self.study or self.series):
            return True
        from conformance.simulators.faults.naming import in_words  # makes every study: only when one is meant

        words = in_words(address)
        study = rf"(studies/|StudyInstanceUID=)[a-z]+\.{self.study}\b(?!-)" if self.study else ""
        series = rf"series/[a-z]+\.{self.series}\b(?!-)" if self.series else ""
        return all(re.search(pattern, words) for pattern in (self.place, study, series))

    def met_by(self, status: int) -> bool:
        """Whether an answer with this status is meant."""
        return self.status_was in (0, status)


_INTERACTION = re.compile(r"/(?P<type>[A-Z][A-Za-z]+)(?:/(?P<id>[A-Za-z0-9.-]+))?(?:/[_$].*)?\Z")

WHEN: Mapping[str, Any] = {
    "path": str,
    "place": str,
    "study": str,
    "series": str,
    "type": str,
    "how": Literal["search", "read", "lastn"],
    "asks": str,
    "about": str,
    "query": str,
    "accept": Literal["json", "xml", "html", "browser", "none"],
    "method": str,
    "status-was": int,
}


_PLACEHOLDER = re.compile(r"\\\{[^}]*\}")


def is_at(call: Call, address: str) -> bool:
    """Whether a call is for an address as spans write it: below an endpoint, where a placeholder stands for any one
    name; an empty address means any."""
    meant = _PLACEHOLDER.sub("[^/]+", re.escape(address.partition("?")[0]))
    return not address or re.search(f"/{meant}\\Z", urlsplit(call.base).path + call.path) is not None


def _asked_for(call: Call) -> str:
    asked = next((value for name, value in call.query if name == "_format"), call.header("accept"))
    if "html" in asked:
        return "browser" if "," in asked else "html"
    return next((word for word in ("json", "xml") if word in asked), "none")


@dataclass(frozen=True, slots=True)
class Piece:
    """A switch turned on: what takes hold, and where."""

    hook: Hook
    part: Any


@dataclass(frozen=True, slots=True)
class Switch:
    """A mechanism that can be turned on: its name, where it takes hold, and its parameters by name."""

    name: str
    hook: Hook
    make: Callable[..., Any]

    @property
    def parameters(self) -> Mapping[str, Any]:
        """The types of all parameters by the name they have in YAML; a conditional switch has those of When too."""
        signature = inspect.signature(self.make).parameters
        hints = typing.get_type_hints(self.make)
        own = {name.replace("_", "-"): hints[name] for name in signature if name != "when"}
        return {**WHEN, **own} if "when" in signature else own

    @property
    def required(self) -> tuple[str, ...]:
        """The parameters that have no default."""
        signature = inspect.signature(self.make).parameters.values()
        return tuple(one.name.replace("_", "-") for one in signature if one.default is one.empty and one.name != "when")

    def problems(self, given: Mapping[str, Json]) -> list[tuple[str, str, str]]:
        """What is wrong with a fault's `with`: (parameter, expected, found) each."""
        hints = self.parameters
        known = ", ".join(hints) or "none"
        unknown = [(name, f"one of the parameters {known}", "unknown parameter") for name in given if name not in hints]
        missing = [(name, _words(hints[name]), "nothing") for name in self.required if name not in given]
        wrong = [
            (name, _words(hints[name]), repr(value))
            for name, value in given.items()
            if name in hints and not _fits(value, hints[name])
        ]
        return unknown + missing + wrong

    def pieces(self, given: Mapping[str, Json]) -> tuple[Piece, ...]:
        """The switch turned on. A switch that takes hold elsewhere than at its hook, or in several places, says so
        itself by returning pieces."""
        hints, signature = self.parameters, inspect.signature(self.make).parameters
        own: dict[str, Any] = {}
        conditions: dict[str, Any] = {}
        for name, value in given.items():
            word = name.replace("-", "_")
            into = own if word in signature else conditions
            into[word] = tuple(value) if get_origin(hints[name]) is tuple else value
        if "when" in signature:
            own["when"] = When(**conditions)
        made = self.make(**own)
        pieces = made if isinstance(made, tuple) else (made,)
        return tuple(one if isinstance(one, Piece) else Piece(self.hook, one) for one in pieces)


@dataclass(frozen=True, slots=True)
class Each:
    """That a fault is also made for each part of a span: each value of its dimensions (`over`: of these only; `but`:
    not these values) and, where the span (or `draw`) says pairs, each pair."""

    span: str
    over: tuple[str, ...] = ()
    but: tuple[str, ...] = ()
    draw: Drawing | None = None


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
    stays: tuple[str, ...] = ()
    """Exceptions to a glob in `fails` or `undecidable`: these stay as they were."""
    release: str = ""
    """The release to run it under; empty for the default one."""
    each: Each | None = None
    """A fault of this kind is to be narrowed (see `variants`) before it can be turned on."""
    part: Member = field(default_factory=dict)
    """What it is narrowed to: only members with these values are treated wrongly."""

    @property
    def name(self) -> str:
        """The id, and what it is narrowed to: `PULL-F-01[type=Condition]`."""
        part = ",".join(f"{name}={value}" for name, value in self.part.items())
        return f"{self.id}[{part}]" if part else self.id

    def pieces(self) -> tuple[Piece, ...]:
        """The switch turned on with this fault's parameters."""
        if self.each is not None:
            raise ValueError(f"{self.id} is a fault over {self.each.span}: narrow it first")
        return switches()[self.switch].pieces(self.parameters)


_SWITCHES: dict[str, Switch] = {}


def switch(name: str, *, hook: Hook) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Register a function as a switch."""

    def register(make: Callable[..., Any]) -> Callable[..., Any]:
        if name in _SWITCHES:
            raise ValueError(f"two switches are called {name}")
        _SWITCHES[name] = Switch(name, hook, make)
        return make

    return register


@cache
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
