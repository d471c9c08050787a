"""From the events of the YAML parser to one value: text stays text, keys are unique, nothing is shared or tagged."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import yaml

from conformance.agreements.document import Document, Keys, Mark, field_name
from conformance.agreements.problems import DocumentError, Problem, quoted
from conformance.model.agreements import Json, Place
from conformance.model.words import Text

DEPTH_LIMIT = 40
_INTEGER = re.compile(r"-?(0|[1-9][0-9]{0,14})\Z")
_WORDS: Mapping[str, Json] = {"": None, "null": None, "true": True, "false": False}


@dataclass(slots=True)
class _Open:
    """A mapping or sequence whose end has not been read yet; `pending` is the key that waits for its value."""

    path: Keys
    value: dict[str, Json] | list[Json]
    pending: str | None = None


class Builder:
    """Turns parser events into one value, remembering places and collecting problems."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.root: Json = None
        self.stack: list[_Open] = []
        self.keys: dict[Keys, Mark] = {}
        self.values: dict[Keys, Mark] = {}
        self.problems: list[Problem] = []

    def build(self, events: Iterator[yaml.Event]) -> Document:
        documents = 0
        for event in events:
            if isinstance(event, yaml.ScalarEvent):
                self._refuse_extras(event)
                self._scalar(event)
            elif isinstance(event, yaml.MappingStartEvent):
                self._refuse_extras(event)
                self._open({}, event)
            elif isinstance(event, yaml.SequenceStartEvent):
                self._refuse_extras(event)
                self._open([], event)
            elif isinstance(event, yaml.CollectionEndEvent):
                self.stack.pop()
            elif isinstance(event, yaml.AliasEvent):
                self._refuse_alias(event)
            elif isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                self._refuse_second(documents, event)
        if self.problems:
            raise DocumentError(self.problems)
        return Document(file=self.name, value=self.root, keys=self.keys, values=self.values)

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.value, dict) and top.pending is None:
            self._key(top, top.value, event)
        else:
            self._place(self._meaning(event), event)

    def _meaning(self, event: yaml.ScalarEvent) -> Json:
        written: str = event.value
        if not event.implicit[0]:
            return written
        if written in _WORDS:
            return _WORDS[written]
        return int(written) if _INTEGER.match(written) else written

    def _key(self, top: _Open, value: dict[str, Json], event: yaml.ScalarEvent) -> None:
        key: str = event.value
        path = (*top.path, key)
        if key in value or path in self.keys:
            first = self.keys[path][0]
            self._problem(
                event,
                path,
                Text("elke sleutel één keer", "each key once"),
                Text(f"'{key}' ook op regel {first}", f"'{key}' also on line {first}"),
                Text("Houd één van beide.", "Keep one of the two."),
            )
        self.keys[path] = _mark(event)
        top.pending = key

    def _open(self, value: dict[str, Json] | list[Json], event: yaml.Event) -> None:
        top = self.stack[-1] if self.stack else None
        if top is not None and isinstance(top.value, dict) and top.pending is None:
            expected = Text("een naam als sleutel", "a name as key")
            found = Text("een lijst of blok", "a list or block")
            step = Text("Zet tekst met accolades tussen aanhalingstekens.", "Put text with braces between quotes.")
            self._problem(event, top.path, expected, found, step)
            raise DocumentError(self.problems)
        if len(self.stack) >= DEPTH_LIMIT:
            expected = Text(f"hoogstens {DEPTH_LIMIT} niveaus", f"at most {DEPTH_LIMIT} levels")
            step = Text("Maak het document vlakker.", "Make the document flatter.")
            self._problem(event, (), expected, Text("een dieper niveau", "a deeper level"), step)
            raise DocumentError(self.problems)
        self.stack.append(_Open(self._place(value, event), value))

    def _place(self, value: Json, event: yaml.Event) -> Keys:
        """Put a value where it belongs and remember its mark; returns its path."""
        if not self.stack:
            self.root = value
            path: Keys = ()
        else:
            top = self.stack[-1]
            if isinstance(top.value, list):
                path = (*top.path, len(top.value))
                top.value.append(value)
                self.keys[path] = _mark(event)
            else:
                path = (*top.path, top.pending or "")
                top.value[top.pending or ""] = value
                top.pending = None
        self.values[path] = _mark(event)
        return path

    def _refuse_extras(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent) -> None:
        extra = f"&{event.anchor}" if event.anchor else event.tag
        if extra:
            self._problem(
                event,
                self.stack[-1].path if self.stack else (),
                Text("gewone waarden zonder ankers en tags", "plain values without anchors and tags"),
                quoted(extra),
                Text("Schrijf de waarde uit.", "Write the value out."),
            )

    def _refuse_alias(self, event: yaml.AliasEvent) -> None:
        self._problem(
            event,
            self.stack[-1].path if self.stack else (),
            Text("geen verwijzing met *", "no alias with *"),
            quoted(f"*{event.anchor}"),
            Text("Schrijf de waarde uit.", "Write the value out."),
        )
        self._place(None, event)

    def _refuse_second(self, documents: int, event: yaml.Event) -> None:
        if documents > 1:
            expected = Text("één document per bestand", "one document in a file")
            step = Text("Verwijder de regel '---'.", "Remove the line '---'.")
            self._problem(event, (), expected, Text("een tweede", "a second"), step)
            raise DocumentError(self.problems)

    def _problem(self, event: yaml.Event, path: Keys, expected: Text, found: Text, step: Text) -> None:
        self.problems.append(Problem(Place(self.name, *_mark(event)), field_name(path), expected, found, step))


def _mark(event: yaml.Event) -> Mark:
    start = event.start_mark
    return (start.line + 1, start.column + 1) if start else (1, 1)
