"""Paths of discriminators: the restricted FHIRPath of FHIR R4, profiling.html 5.1.0.14.1.

`$this`, names, extension('url'), resolve() and ofType(type).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.base.resolving import resolve

if TYPE_CHECKING:
    from conformance.validation.fhir.run import Run

STEP = re.compile(
    r"(?:^|\.)(?:(extension|ofType|as)\(['\"]?([^'\")]*)['\"]?\)|(resolve)\(\)|(\$this)|([A-Za-z][A-Za-z0-9]*)(\[x\])?)"
)


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: kind is name, extension, resolve or ofType."""

    kind: str
    argument: str


def path_steps(path: str) -> list[Step] | None:
    """The steps of a discriminator path; None when it is no restricted FHIRPath."""
    steps: list[Step] = []
    end = 0
    for match in STEP.finditer(path):
        if match.start() != end:
            return None
        end = match.end()
        function, argument, resolving, this, name, _ = match.groups()
        if resolving:
            steps.append(Step("resolve", ""))
        elif function:
            steps.append(Step("extension" if function == "extension" else "ofType", argument))
        elif not this:
            steps.append(Step("name", name))
    return steps if end == len(path) and path else None


def values_at(run: Run, value: Any, steps: list[Step]) -> list[Any]:
    """What stands at a path in an item."""
    values = [value]
    for step in steps:
        values = [found for each in values for found in _down(run, each, step)]
    return values


def _down(run: Run, value: Any, step: Step) -> list[Any]:
    if step.kind == "resolve":
        reference = value.get("reference") if isinstance(value, dict) else value
        target = resolve(run, reference) if isinstance(reference, str) else None
        return [target.resource] if target else []
    if step.kind == "ofType":
        return (
            [value] if not isinstance(value, dict) or value.get("resourceType", step.argument) == step.argument else []
        )
    if not isinstance(value, dict):
        return []
    if step.kind == "extension":
        listed = value.get("extension")
        return (
            [each for each in listed if isinstance(each, dict) and each.get("url") == step.argument]
            if isinstance(listed, list)
            else []
        )
    found = value.get(step.argument)
    if found is None:
        found = next((each for key, each in value.items() if _is_choice(key, step.argument)), None)
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def _is_choice(key: str, name: str) -> bool:
    return key.startswith(name) and key[len(name) : len(name) + 1].isupper()
