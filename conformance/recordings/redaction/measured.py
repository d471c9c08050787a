"""What was measured of a body of which nothing is kept: descriptions of parts, with the same rules as for bodies."""

from __future__ import annotations

from typing import Any

from conformance.recordings.redaction import words
from conformance.recordings.redaction.headers import header
from conformance.recordings.redaction.jsonform import JsonForm, numbers, plain
from conformance.recordings.redaction.reading import Reading


def redacted(measured: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """The facts `parts` and `multipart`: data sets and headers of parts redacted, the words in them screened."""
    return {name: _value(name, value, reading) for name, value in measured.items()}


def _value(name: str, value: Any, reading: Reading) -> Any:
    if name == "headers" and isinstance(value, dict):
        return {key: header(key, str(held), reading.screen, reading.addresses) for key, held in value.items()}
    if name == "dataset":
        return plain(JsonForm(reading).dataset(numbers(value), reading.place))
    if isinstance(value, dict):
        return {key: _value(key, held, reading) for key, held in value.items()}
    if isinstance(value, list):
        return [_value(name, held, reading) for held in value]
    return words.told(reading.screen.text(value, reading.place)) if isinstance(value, str) else value
