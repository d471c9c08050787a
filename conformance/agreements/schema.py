"""Whether a document has the form its kind demands: JSON Schema 2020-12, told in the reader's words and at its line."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.agreements.canonical import canonical
from conformance.agreements.document import Document, Keys
from conformance.agreements.paths import cache_folder
from conformance.agreements.problems import DocumentError, Problem

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

    from conformance.model.agreements import Json

SCHEMAS = Path(__file__).resolve().parent / "schemas"


def check(document: Document, kind: str) -> None:
    """Raise DocumentError with every place where the document leaves the form of its kind.

    Validating costs far more than reading, so a document that was found good is remembered by the digest of its
    content and its schemas in the user's cache; without a writable cache it is validated each time.
    """
    known_good = _marker(document, kind)
    if known_good.exists():
        return
    problems = tuple(problems_of(document, kind))
    if problems:
        raise DocumentError(problems)
    with suppress(OSError):  # the cache only saves time
        known_good.parent.mkdir(parents=True, exist_ok=True)
        known_good.touch()


def problems_of(document: Document, kind: str) -> Iterator[Problem]:
    """Every difference between a document and the schema of its kind."""
    from conformance.agreements.wording import problem_of  # jsonschema is slow to import and seldom needed

    for error in sorted(validator(kind).iter_errors(document.value), key=lambda error: _order(error.absolute_path)):
        yield from problem_of(error, document)


def check_value(value: Json, schema: Json) -> tuple[tuple[Keys, str], ...]:
    """Path and (English) message of every difference between a value and a schema that no file holds."""
    from jsonschema import Draft202012Validator

    errors = Draft202012Validator(schema).iter_errors(value)
    return tuple((tuple(error.absolute_path), error.message) for error in errors)


def _order(path: Iterable[object]) -> tuple[str, ...]:
    return tuple(f"{part:09d}" if isinstance(part, int) else str(part) for part in path)


@cache
def _content(name: str) -> bytes:
    return (SCHEMAS / f"{name}.json").read_bytes()


@cache
def validator(kind: str) -> Draft202012Validator:
    """The validator of a document kind; `kind` is the name of a file in schemas/."""
    from jsonschema import Draft202012Validator
    from referencing import Registry, Resource

    common: Registry[Json] = Registry().with_resource(
        "common.json", Resource.from_contents(json.loads(_content("common")))
    )
    return Draft202012Validator(json.loads(_content(kind)), registry=common)


def _marker(document: Document, kind: str) -> Path:
    content = sha256(_content("common") + _content(kind) + canonical(document.value)).hexdigest()
    return cache_folder() / "valid" / content
