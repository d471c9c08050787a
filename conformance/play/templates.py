"""Fills in what a step refers to: `{patients.anna.bsn}`, `{search.study}`, `{search.studies[0]}`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from conformance.model.agreements import Json

_REFERENCE = re.compile(r"\{([A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)+)(?:\[(\d+)\])?\}")

Values = Mapping[str, Mapping[str, Json]]
"""Values by step name; `patients` holds `<role>.bsn`."""


class MissingValueError(LookupError):
    """A step refers to a value that nothing has given; the message names it."""


def filled(value: Json, values: Values) -> Json:
    """The value with every reference replaced. A text that is one reference takes the value as it is."""
    if isinstance(value, str):
        return _text_filled(value, values) if "{" in value else value
    if isinstance(value, Mapping):
        return {key: filled(inner, values) for key, inner in value.items()}
    return [filled(inner, values) for inner in value] if isinstance(value, list | tuple) else value


def _text_filled(value: str, values: Values) -> Json:
    whole = _REFERENCE.fullmatch(value)
    if whole:
        return _looked_up(whole, values)
    return _REFERENCE.sub(lambda found: str(_looked_up(found, values)), value)


def _looked_up(found: re.Match[str], values: Values) -> Json:
    step, _, name = found[1].partition(".")
    held = values.get(step, {})
    if name not in held:
        raise MissingValueError(f"'{step}' gave no '{name}'")
    value = held[name]
    if found[2] is None:
        return value
    if not isinstance(value, list | tuple) or int(found[2]) >= len(value):
        raise MissingValueError(f"'{step}' gave no '{name}[{found[2]}]'")
    return value[int(found[2])]
