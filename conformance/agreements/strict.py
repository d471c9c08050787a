"""YAML as people expect it: text stays text, keys are unique, and every value knows its line and column.

Only `null`, `true`, `false` and plain decimal integers are more than text; `00100020`, `1.10`, `NO` and dates stay what
was written. Anchors, aliases, tags, tabs in indentation and several documents in one file are refused, and so are files
larger or deeper than any agreement needs. The C parser's events are read one by one, so that no nesting can exhaust the
stack.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import yaml

from conformance.agreements.document import Document, Keys, Mark
from conformance.agreements.events import Builder
from conformance.agreements.problems import DocumentError, Problem, same
from conformance.model.agreements import Place
from conformance.model.words import Text

__all__ = ["SIZE_LIMIT", "Document", "Keys", "parse", "read", "read_json"]

SIZE_LIMIT = 2 * 1024 * 1024
_INDENTING_TAB = re.compile(r"^ *\t", re.MULTILINE)


def read(path: Path, root: Path | None = None) -> Document:
    """Read one file; `root` shortens the name in messages. Every defect raises DocumentError."""
    name = str(path.relative_to(root)) if root else str(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DocumentError([_unreadable(name, error)]) from None
    return parse(data, name)


def read_json(path: Path, root: Path) -> Document:
    """Read a file that a program wrote: quickly, without the place of each value. Defects raise DocumentError."""
    name = str(path.relative_to(root))
    try:
        return Document(file=name, value=json.loads(path.read_bytes()), keys={}, values={})
    except OSError as error:
        raise DocumentError([_unreadable(name, error)]) from None
    except ValueError as error:
        step = Text("Maak het bestand opnieuw.", "Make the file anew.")
        raise _error(name, (1, 1), "geldige JSON", "valid JSON", str(error), step) from None


def parse(data: bytes, name: str) -> Document:
    """Read the bytes of one file called `name`. Every defect raises DocumentError."""
    if len(data) > SIZE_LIMIT:
        step = Text("Splits het bestand.", "Split the file.")
        raise _error(name, (1, 1), f"hoogstens {SIZE_LIMIT} bytes", f"at most {SIZE_LIMIT} bytes", str(len(data)), step)
    text = _decoded(data, name)
    tab = _INDENTING_TAB.search(text)
    if tab:
        line = text.count("\n", 0, tab.start()) + 1
        step = Text("Vervang de tab door spaties.", "Replace the tab by spaces.")
        mark = (line, tab.end() - tab.start())
        raise _error(name, mark, "inspringen met spaties", "indentation by spaces", "tab", step)
    try:
        return Builder(name).build(yaml.parse(text, Loader=yaml.CSafeLoader))
    except yaml.MarkedYAMLError as error:
        raise _syntax(name, error) from None
    except yaml.YAMLError as error:
        step = Text("Bewaar het bestand als UTF-8-tekst.", "Save the file as UTF-8 text.")
        raise _error(name, (1, 1), "leesbare YAML", "readable YAML", str(error).split("\n", 1)[0], step) from None


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"byte 0x{data[error.start]:02x}"
        step = Text("Bewaar het bestand als UTF-8.", "Save the file as UTF-8.")
        raise _error(name, (line, 1), "UTF-8-tekst", "UTF-8 text", found, step) from None


def _unreadable(name: str, error: OSError) -> Problem:
    reason = error.strerror or type(error).__name__
    step = Text("Controleer de bestandsnaam en de rechten.", "Check the file name and its permissions.")
    return Problem(Place(name), "", Text("een leesbaar bestand", "a readable file"), same(reason), step)


def _syntax(name: str, error: yaml.MarkedYAMLError) -> DocumentError:
    mark = error.problem_mark or error.context_mark
    place = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    found = " ".join(part for part in (error.context, error.problem) if part)
    step = Text("Kijk naar inspringing, aanhalingstekens en haakjes.", "Look at indentation, quotes and brackets.")
    return _error(name, place, "geldige YAML", "valid YAML", found, step)


def _error(name: str, mark: Mark, nl: str, en: str, found: str, step: Text) -> DocumentError:
    return DocumentError([Problem(Place(name, *mark), "", Text(nl, en), same(found), step)])
