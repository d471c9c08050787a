"""The sentences of findings, in English and Dutch. `{expected}`, `{found}` and `{rule}` come from the finding.

A sentence says what was found, what was expected, and, where it is not plain, what to do.
"""

from __future__ import annotations

from typing import NamedTuple

from conformance.model.words import Text
from conformance.validation.fhir.codes import Code, Severity
from conformance.validation.fhir.sentences import SENTENCES


class Message(NamedTuple):
    """The default weight of a code and its two sentences."""

    severity: Severity
    en: str
    nl: str


WEIGHTS = {"e": Severity.ERROR, "w": Severity.WARNING, "i": Severity.INFORMATION}


def _read() -> dict[Code, Message]:
    table = {}
    for line in SENTENCES.strip().splitlines():
        code, weight, en, nl = (part.strip() for part in line.split(" | "))
        table[Code(code)] = Message(WEIGHTS[weight], en, nl)
    return table


MESSAGES = _read()


def severity_of(code: Code) -> Severity:
    """How a code weighs when the rule does not say otherwise."""
    return MESSAGES[code].severity


def sentence(code: Code, *, expected: str, found: str, rule: str) -> Text:
    """The message of a finding in both languages."""
    message = MESSAGES[code]
    values = {"expected": expected, "found": found, "rule": rule}
    return Text(nl=_filled(message.nl, values), en=_filled(message.en, values))


def _filled(template: str, values: dict[str, str]) -> str:
    """Values come from the resource and may hold braces: they are put in as they are, in one pass."""
    parts = template.split("{")
    text = parts[0]
    for part in parts[1:]:
        name, _, rest = part.partition("}")
        text += values[name] + rest
    return text
