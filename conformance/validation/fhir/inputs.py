"""Whole files: one resource, NDJSON, or a Bundle too large to hold at once."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.codecs.fhir import Document, Media, parse
from conformance.codecs.fhir.document import Problem, ProblemKind
from conformance.codecs.fhir.reader import is_xml
from conformance.codecs.fhir.streaming import JsonBundle, Piece, StreamError, ndjson, xml_entries
from conformance.validation.fhir.outputs import Judged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from conformance.validation.fhir.findings import Finding
    from conformance.validation.fhir.validator import Validator

LARGE = 64 << 20
START = 4096
TYPE = re.compile(rb"""(?:"type"\s*:\s*|<type\s+value=)"([a-z-]+)\"""")
WHOLE = {b"document", b"message"}
"""Bundles whose rules are about the whole: their entries are judged as those of a collection."""
SUFFIXES = {".json", ".xml", ".ndjson"}


def files(path: Path) -> Iterator[Path]:
    """The FHIR files of a folder in a fixed order, or the file itself."""
    if path.is_dir():
        yield from sorted(each for each in path.rglob("*") if each.suffix.lower() in SUFFIXES and each.is_file())
    else:
        yield path


def judge_file(validator: Validator, path: Path, profiles: tuple[str, ...], *, large: int = LARGE) -> Iterator[Judged]:
    """What is found in a file; piece by piece when it is NDJSON or larger than `large` bytes."""
    if path.suffix.lower() == ".ndjson":
        with path.open("rb") as stream:
            yield from (judge_piece(validator, f"{path}", piece, profiles) for piece in ndjson(stream))
    elif path.stat().st_size > large:
        yield from _judge_large(validator, path, profiles)
    else:
        yield Judged(str(path), judge_bytes(validator, path.read_bytes(), path.suffix, profiles))


def judge_bytes(validator: Validator, data: bytes, media: str, profiles: Iterable[str]) -> tuple[Finding, ...]:
    """What is found in one document."""
    return validator.validate(parse(data, media=media, types=validator.engine.model), profiles=profiles)


def judge_piece(validator: Validator, name: str, piece: Piece, profiles: Iterable[str]) -> Judged:
    """What is found in a part of a stream, with lines counted from the start of the stream."""
    found = judge_bytes(validator, piece.data, "", profiles)
    moved = tuple(replace(each, line=each.line + piece.line - 1) if each.line else each for each in found)
    return Judged(f"{name}#{piece.line}", moved)


def _judge_large(validator: Validator, path: Path, profiles: tuple[str, ...]) -> Iterator[Judged]:
    """A large Bundle: each entry as a Bundle of one, so that memory stays that of the largest entry.

    Rules over all entries (unique full URLs, references between entries, reachability) are not judged this way: for
    those the Bundle must fit in memory (`large`).
    """
    with path.open("rb") as stream:
        start = stream.read(START)
    xml = is_xml(start, path.suffix)
    found = TYPE.search(start)
    kind = found[1] if found and found[1] not in WHOLE else b"collection"
    try:
        if xml:
            for piece in xml_entries(path):
                wrapped = b'<Bundle xmlns="http://hl7.org/fhir"><type value="%b"/>%b</Bundle>' % (kind, piece.data)
                yield judge_piece(validator, str(path), Piece(wrapped, piece.line), ())
            return
        with path.open("rb") as stream:
            bundle = JsonBundle(stream)
            for piece in bundle:
                wrapped = b'{"resourceType": "Bundle", "type": "%b", "entry": [%b]}' % (kind, piece.data)
                yield judge_piece(validator, str(path), Piece(wrapped, piece.line), ())
            yield Judged(str(path), judge_bytes(validator, bundle.head, ".json", profiles))
    except StreamError as error:
        problem = Problem(ProblemKind.NOT_READABLE, str(error), 1)
        document = Document({}, Media.XML if xml else Media.JSON, (problem,))
        yield Judged(str(path), validator.validate(document))
