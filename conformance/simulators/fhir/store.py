"""The resources a source holds, and the values search parameters find in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID, uuid4, uuid5

from conformance.model.agreements import Json
from conformance.simulators.fhir.parameters import Parameter
from conformance.simulators.fhir.reply import Resource


@dataclass(frozen=True, slots=True)
class Edition:
    """One filling of a store: when it was, and what the ids of answers are drawn from.

    Two nodes of one edition answer the same question with the same bytes.
    """

    moment: datetime = field(default_factory=lambda: datetime.now(UTC))
    salt: UUID = field(default_factory=uuid4)

    def id_for(self, question: str) -> str:
        """The id of what answers a question, which tells nothing of it."""
        return str(uuid5(self.salt, question))


class Store:
    """Resources by type and id, in the order they were given. Never changes after it is made."""

    def __init__(self, resources: Iterable[Resource], edition: Edition | None = None) -> None:
        self.edition = edition or Edition()
        self._by_type: dict[str, dict[str, Resource]] = {}
        for resource in resources:
            self._by_type.setdefault(resource["resourceType"], {})[resource["id"]] = resource

    def of(self, kind: str) -> tuple[Resource, ...]:
        """All resources of a type."""
        return tuple(self._by_type.get(kind, {}).values())

    def read(self, kind: str, identity: str) -> Resource | None:
        """One resource, or None."""
        return self._by_type.get(kind, {}).get(identity)

    def resolve(self, reference: str) -> Resource | None:
        """What a relative reference (`Type/id`) points at, or None."""
        kind, _, identity = reference.partition("/")
        return self.read(kind, identity)


def values(resource: Resource, parameter: Parameter) -> Iterator[Json]:
    """Everything a resource has at the parameter's paths."""
    for path in parameter.paths:
        yield from _walk(resource, path.split("."))


def _walk(value: Json, path: list[str]) -> Iterator[Json]:
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, path)
    elif not path:
        yield value
    elif isinstance(value, dict) and path[0] in value:
        yield from _walk(value[path[0]], path[1:])


def references(resource: Resource, parameter: Parameter) -> Iterator[str]:
    """The relative references a resource has at the parameter's paths."""
    for value in values(resource, parameter):
        if isinstance(value, dict) and isinstance(value.get("reference"), str):
            yield value["reference"]
