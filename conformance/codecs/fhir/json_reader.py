"""FHIR JSON to the internal form.

The happy path is one call of the C scanner; why a text failed and where things stand is worked out only when asked.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from conformance.codecs.fhir.document import Document, Media, Problem, ProblemKind
from conformance.codecs.fhir.json_positions import locate

LONGEST_NUMBER = 2_000
COMMENT = re.compile(r"//|/\*")
TRAILING_COMMA = re.compile(r",\s*[}\]]")


class NumberError(ValueError):
    """A number that JSON or this reader does not allow: NaN, Infinity, thousands of digits."""


def read_json(data: bytes) -> Document:
    """Read one JSON resource; see `parse`."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return _failed(Problem(ProblemKind.ENCODING, f"byte {data[error.start]:#04x} is not UTF-8", line))
    repeated: list[str] = []
    problems: tuple[Problem, ...] = ()
    try:
        root = _load(text, repeated, strict=True)
    except json.JSONDecodeError as error:
        problems = (_why(text, error),)
        if problems[0].kind is not ProblemKind.CONTROL:
            return _failed(problems[0])
    except NumberError as error:
        return _failed(Problem(ProblemKind.NUMBER, str(error), 1))
    except RecursionError:
        return _failed(Problem(ProblemKind.TOO_DEEP, "more nested objects and arrays than can be read", 1))
    if problems:
        try:  # the rest of the text may still be judged
            root = _load(text, repeated, strict=False)
        except (ValueError, RecursionError):
            return _failed(problems[0])
    if not isinstance(root, dict):
        return _failed(Problem(ProblemKind.NOT_A_RESOURCE, type(root).__name__, 1))
    problems += tuple(Problem(ProblemKind.DUPLICATE_KEY, key, _line_of_repeat(text, key)) for key in repeated)
    return Document(root, Media.JSON, problems, partial(locate, text))


def _load(text: str, repeated: list[str], *, strict: bool) -> Any:
    return json.loads(
        text,
        strict=strict,
        parse_float=decimal,
        parse_int=integer,
        parse_constant=constant,
        object_pairs_hook=partial(_object, repeated),
    )


def _object(repeated: list[str], pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        for key, _ in pairs:
            if key in seen:
                repeated.append(key)
            seen.add(key)
    return found


def decimal(text: str) -> Decimal:
    """A number with a fraction or an exponent; raises NumberError."""
    if len(text) > LONGEST_NUMBER:
        raise NumberError(f"a number of {len(text)} characters")
    try:
        return Decimal(text)
    except InvalidOperation:
        raise NumberError(f"the number {text[:40]} is out of range") from None


def integer(text: str) -> int:
    """A whole number; raises NumberError."""
    if len(text) > LONGEST_NUMBER:
        raise NumberError(f"a number of {len(text)} characters")
    return int(text)


def constant(text: str) -> Any:
    """Raises NumberError: JSON has no NaN and no infinity."""
    raise NumberError(f"{text} is not a JSON number")


def _failed(problem: Problem) -> Document:
    return Document({}, Media.JSON, (problem,))


def _why(text: str, error: json.JSONDecodeError) -> Problem:
    """Name the usual mistakes: comments and commas that JSON does not have."""
    if not text.strip():
        return Problem(ProblemKind.NOT_READABLE, "it is empty", 1)
    near = text[max(0, error.pos - 40) : error.pos + 1]
    kind = ProblemKind.NOT_READABLE
    if error.msg.startswith("Invalid control character"):
        return Problem(ProblemKind.CONTROL, repr(text[error.pos]), error.lineno)
    if COMMENT.match(text, error.pos):
        kind = ProblemKind.COMMENT
    elif TRAILING_COMMA.search(near) or TRAILING_COMMA.match(text, error.pos):
        kind = ProblemKind.TRAILING_COMMA
    return Problem(kind, f"{error.msg} (column {error.colno})", error.lineno)


def _line_of_repeat(text: str, key: str) -> int:
    """The line of the key's last occurrence: the one that would silently win."""
    at = text.rfind(json.dumps(key, ensure_ascii=False) if '"' not in key else key)
    return text.count("\n", 0, at) + 1 if at >= 0 else 1
