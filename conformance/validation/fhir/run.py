"""One validation run: what is being validated, what encloses it, and what was found so far."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from conformance.model.words import Text
from conformance.validation.fhir.codes import Code, Severity
from conformance.validation.fhir.findings import NOWHERE, Origin
from conformance.validation.fhir.messages import severity_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from conformance.validation.fhir.engine import Engine
    from conformance.validation.fhir.fhirpath import Environment
    from conformance.validation.fhir.location import At


class Raw(NamedTuple):
    """A finding before its path, line and text are worked out."""

    code: Code
    severity: Severity
    at: At
    expected: str
    found: str
    origin: Origin
    constraint: str
    text: Text | None


@dataclass(slots=True)
class Scope:
    """A resource being validated and what encloses it: the outermost scope has no parent."""

    resource: dict[str, Any]
    at: At
    parent: Scope | None
    full_url: str = ""  # of the Bundle entry this resource is the content of
    contained: bool = False
    index: Any = None  # the entries of a Bundle, made when first asked for
    ids: set[str] | None = None  # of the elements met so far
    environment: Environment | None = None  # of FHIRPath, made when first needed

    @property
    def container(self) -> Scope:
        """The resource that holds the contained resources a `#reference` may mean."""
        return self.parent if self.contained and self.parent is not None else self


class Run:
    """Collects findings; cheap while there are none."""

    __slots__ = ("checking", "displays", "engine", "found", "moment", "profiled", "root", "scope")

    def __init__(self, engine: Engine, root: dict[str, Any], moment: datetime | None = None) -> None:
        self.engine = engine
        self.moment = moment
        self.root = root
        self.found: list[Raw] = []
        self.scope: Scope = Scope(root, (None, str(root.get("resourceType", "")), -1), None)
        self.checking: set[tuple[int, str]] = set()  # (resource, profile) pairs in progress: profiles may be cyclic
        self.displays: dict[int, Raw] = {}  # codings whose display no code system confirms, until a value set does
        self.profiled: dict[tuple[int, str], bool] = {}

    def report(
        self,
        code: Code,
        at: At,
        *,
        expected: object = "",
        found: object = "",
        origin: Origin = NOWHERE,
        constraint: str = "",
        severity: Severity | None = None,
        text: Text | None = None,
    ) -> None:
        """Note a finding; see `Finding` for the meaning of the fields."""
        weight = severity or severity_of(code)
        self.found.append(Raw(code, weight, at, shown(expected), shown(found), origin, constraint, text))

    @contextmanager
    def apart(self) -> Iterator[list[Raw]]:
        """Collect what is found inside into a list of its own: to ask whether something conforms without saying so."""
        outer, self.found = self.found, []
        try:
            yield self.found
        finally:
            self.found = outer

    @contextmanager
    def inside(self, scope: Scope) -> Iterator[None]:
        """Validate a resource inside another one."""
        outer, self.scope = self.scope, scope
        try:
            yield
        finally:
            self.scope = outer


def errors(found: list[Raw]) -> bool:
    """Whether any of these makes the resource invalid."""
    return any(raw.severity is Severity.ERROR for raw in found)


def shown(value: object) -> str:
    """A value as a message shows it: short, on one line."""
    text = value if isinstance(value, str) else str(value)
    text = " ".join(text.split()) if "\n" in text or "\r" in text else text
    return text if len(text) <= 200 else f"{text[:197]}..."
