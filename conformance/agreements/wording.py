"""A schema's complaint in the words of the person who wrote the document, in Dutch and English."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from conformance.agreements.document import Document, Keys, field_name
from conformance.agreements.problems import Problem, described, near, quoted, same
from conformance.model.agreements import Json
from conformance.model.words import Text

if TYPE_CHECKING:
    from jsonschema import ValidationError

_TYPES: Mapping[str, Text] = {
    "object": Text("een blok met sleutels", "a block of keys"),
    "array": Text("een lijst", "a list"),
    "string": Text("tekst", "text"),
    "integer": Text("een geheel getal", "a whole number"),
    "boolean": Text("true of false", "true or false"),
}
_LIMITS: Mapping[str, Text] = {
    "minimum": Text("ten minste {}", "at least {}"),
    "maximum": Text("ten hoogste {}", "at most {}"),
    "minItems": Text("ten minste {} in de lijst", "at least {} in the list"),
    "minProperties": Text("ten minste {} sleutel(s)", "at least {} key(s)"),
    "maxProperties": Text("ten hoogste {} sleutels", "at most {} keys"),
    "maxLength": Text("hoogstens {} tekens", "at most {} characters"),
    "uniqueItems": Text("elk item één keer", "each item once"),
    "anyOf": Text("een van de toegestane vormen", "one of the allowed forms"),
}


@dataclass(frozen=True, slots=True)
class _Complaint:
    """What a schema did not accept: the keyword with its limit, the value, and the schema that says so."""

    keyword: str
    limit: Json
    value: Json
    schema: Mapping[str, Json]
    path: Keys
    of_a_name: bool

    @classmethod
    def of(cls, error: ValidationError) -> _Complaint:
        schema = error.schema if isinstance(error.schema, dict) else {}
        path = tuple(part if isinstance(part, int) else str(part) for part in error.absolute_path)
        names = "propertyNames" in error.absolute_schema_path
        return cls(str(error.validator), error.validator_value, error.instance, schema, path, names)


def problem_of(error: ValidationError, document: Document) -> Iterator[Problem]:
    """The problems behind one schema error: one for each unknown or missing key, one for any other."""
    complaint = _Complaint.of(error)
    if complaint.of_a_name:
        yield _bad_name(complaint, document)
    elif complaint.keyword == "additionalProperties":
        yield from _unknown_keys(complaint, document)
    elif complaint.keyword in ("required", "dependentRequired"):
        yield from _missing_keys(complaint, document, error.message)
    else:
        place = document.place(complaint.path)
        secret = complaint.path[-1:] == ("bsn",)  # it may be a person's number: never repeat it
        found = Text("iets anders", "something else") if secret else described(complaint.value)
        yield Problem(place, field_name(complaint.path), _expected(complaint), found, _step(complaint))


def _unknown_keys(complaint: _Complaint, document: Document) -> Iterator[Problem]:
    known: Mapping[str, Json] = complaint.schema.get("properties", {})
    expected = Text("alleen bekende sleutels", "only known keys")
    for key in complaint.value:
        if key not in known:
            here = (*complaint.path, key)
            yield Problem(document.place(here, key=True), field_name(here), expected, quoted(key), near(key, known))


def _missing_keys(complaint: _Complaint, document: Document, message: str) -> Iterator[Problem]:
    """jsonschema reports one missing key per error and names it only in its message."""
    key = message.split("'")[1]
    place = document.place(complaint.path, key=True)
    expected = Text(f"de sleutel '{key}'", f"the key '{key}'")
    step = Text(f"Voeg '{key}' toe.", f"Add '{key}'.")
    yield Problem(place, field_name(complaint.path), expected, described(None), step)


def _bad_name(complaint: _Complaint, document: Document) -> Problem:
    here = (*complaint.path, str(complaint.value))
    step = Text("Wijzig de naam.", "Change the name.")
    place = document.place(here, key=True)
    return Problem(place, field_name(here), _expected(complaint), quoted(complaint.value), step)


def _expected(complaint: _Complaint) -> Text:
    limit = complaint.limit
    if complaint.schema.get("expects"):
        return Text(complaint.schema["expects"]["nl"], complaint.schema["expects"]["en"])
    if complaint.keyword == "type":
        return _TYPES[limit]
    if complaint.keyword == "enum":
        listed = ", ".join(str(item) for item in limit)
        return Text(f"een van: {listed}", f"one of: {listed}")
    words = _LIMITS.get(complaint.keyword, same(f"{complaint.keyword} {{}}"))
    return Text(words.nl.format(limit), words.en.format(limit))


def _step(complaint: _Complaint) -> Text:
    wants_text = complaint.keyword == "type" and complaint.limit == "string"
    if wants_text and isinstance(complaint.value, int | bool):
        return Text("Zet de waarde tussen aanhalingstekens.", "Put the value between quotes.")
    if complaint.keyword == "enum" and isinstance(complaint.value, str):
        return near(complaint.value, [str(item) for item in complaint.limit])
    return Text("Pas de waarde aan.", "Change the value.")
