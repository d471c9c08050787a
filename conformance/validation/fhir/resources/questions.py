"""A Questionnaire's items in the form in which answers are checked against them, STU3 and R4 alike."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.base.resolving import contained

if TYPE_CHECKING:
    from collections.abc import Iterator

    from conformance.validation.fhir.run import Run

EXTENSIONS = "http://hl7.org/fhir/StructureDefinition/"
SDC = "http://hl7.org/fhir/uv/sdc/StructureDefinition/"


@dataclass(slots=True)
class Question:
    """One item of a questionnaire."""

    item: dict[str, Any]
    link_id: str
    type: str
    items: tuple[Question, ...]
    options: tuple[tuple[str, Any], ...]  # (type, value)
    value_set: str
    parent: Question | None = field(default=None, repr=False)

    @property
    def required(self) -> bool:
        """Whether an answer must be there when the question is enabled."""
        return self.item.get("required") is True

    @property
    def repeats(self) -> bool:
        """Whether there may be more than one answer."""
        return self.item.get("repeats") is True

    def extension(self, *names: str) -> Any:
        """The value of the first extension with one of these names (of HL7's core or of SDC), or None."""
        return next(iter(self.extensions(*names)), None)

    def extensions(self, *names: str) -> list[Any]:
        """The values of every extension with one of these names."""
        urls = {f"{EXTENSIONS}{name}" for name in names} | {f"{SDC}{name}" for name in names}
        listed = self.item.get("extension")
        found = (
            [each for each in listed if isinstance(each, dict) and each.get("url") in urls]
            if isinstance(listed, list)
            else []
        )
        return [value for each in found for key, value in each.items() if key.startswith("value")]


@dataclass(frozen=True, slots=True)
class Form:
    """A questionnaire: its items in order, and by linkId."""

    canonical: str
    items: tuple[Question, ...]
    by_link: dict[str, Question]


def find_form(run: Run, canonical: str) -> Form | None:
    """The questionnaire a response names: contained, from the resolver, or among the definitions."""
    resource = None
    if canonical.startswith("#"):
        target = contained(run.scope, canonical[1:])
        resource = target.resource if target is not None else None
    else:
        resource = run.engine.definitions.resource("Questionnaire", canonical) or run.engine.resolve_outside(canonical)
    if not isinstance(resource, dict) or resource.get("resourceType") != "Questionnaire":
        return None
    items = tuple(_questions(resource.get("item"), None, 0))
    return Form(canonical, items, {each.link_id: each for each in all_questions(items)})


def all_questions(items: tuple[Question, ...]) -> Iterator[Question]:
    """Every question, parents before children."""
    for each in items:
        yield each
        yield from all_questions(each.items)


def _questions(items: Any, parent: Question | None, depth: int) -> Iterator[Question]:
    for item in items if isinstance(items, list) and depth < 60 else ():
        if isinstance(item, dict) and isinstance(item.get("linkId"), str):
            question = Question(
                item, item["linkId"], str(item.get("type", "")), (), _options(item), _value_set(item), parent
            )
            question.items = tuple(_questions(item.get("item"), question, depth + 1))
            yield question


def _options(item: dict[str, Any]) -> tuple[tuple[str, Any], ...]:
    """answerOption in R4, option in STU3."""
    listed = item.get("answerOption", item.get("option"))
    found = []
    for each in listed if isinstance(listed, list) else ():
        for key, value in each.items() if isinstance(each, dict) else ():
            if key.startswith("value"):
                found.append((key[5].lower() + key[6:], value))
    return tuple(found)


def _value_set(item: dict[str, Any]) -> str:
    """answerValueSet in R4; options, a Reference, in STU3."""
    canonical = item.get("answerValueSet")
    if isinstance(canonical, str):
        return canonical
    options = item.get("options")
    return str(options.get("reference", "")) if isinstance(options, dict) else ""
