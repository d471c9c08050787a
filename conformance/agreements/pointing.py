"""References inside documents: filled in from tables, or told where they dangle."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.agreements.document import Document, Keys
from conformance.agreements.documents import Complaints
from conformance.agreements.problems import near, quoted
from conformance.agreements.references import Dangling, look_up, replaced
from conformance.model.agreements import Json
from conformance.model.words import Text


def resolved(value: Json, document: Document, path: Keys, data: Mapping[str, Json], complaints: Complaints) -> Json:
    """The value with its `ref`s filled in; what dangles is complained about and left as it is."""

    def replace(word: str, target: str) -> Json:
        try:
            return look_up(target, data)
        except Dangling as missing:
            expected = Text("een verwijzing naar bestaande gegevens", "a reference to data that exist")
            last = target.rsplit("/", 1)[-1]
            step = near(last, missing.known)
            complaints.at(document, _path_of_ref(document, path, target), expected, quoted(target), step)
            return {word: target}

    return replaced(value, ("ref",), replace)


def _path_of_ref(document: Document, path: Keys, target: str) -> Keys:
    """Where below `path` the reference to `target` stands."""
    for candidate in document.values:
        if candidate[: len(path)] == path and candidate[-1:] == ("ref",) and _at(document.value, candidate) == target:
            return candidate
    return path


def _at(value: Json, path: Keys) -> Json:
    for part in path:
        value = value[part]
    return value
