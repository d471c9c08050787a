"""Whole files: one resource, NDJSON, or a Bundle too large to hold at once."""

from __future__ import annotations

import re
from dataclasses import replace
from io import SEEK_END
from typing import IO, TYPE_CHECKING

from conformance.codecs.fhir import Document, Media, parse
from conformance.codecs.fhir.document import Problem, ProblemKind
from conformance.codecs.fhir.reader import is_xml
from conformance.codecs.fhir.streaming import JsonBundle, Piece, StreamError, ndjson, xml_entries
from conformance.validation.fhir.codes import Code
from conformance.validation.fhir.findings import Finding
from conformance.validation.fhir.messages import sentence, severity_of
from conformance.validation.fhir.outputs import Judged

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from conformance.validation.fhir.validator import Validator

LARGE = 64 << 20
LARGEST = 512 << 20
"""A single resource has to be read whole: a larger one is refused."""
START = 4096
KIND = re.compile(rb"""(?:"resourceType"\s*:\s*"|<(?:\w+:)?)([A-Z]\w+)""")
TYPE = re.compile(rb"""("type"\s*:\s*|<type\s+value=)"([a-z-]+)\"""")
WHOLE = {b"document", b"message"}
"""Bundles whose rules are about the whole: their entries are judged as those of a collection."""
NEEDS_OTHERS = {Code.REFERENCE_NOT_FOUND, Code.BUNDLE_NOT_FOUND}
"""What cannot be said of an entry whose neighbours are not there."""
SUFFIXES = {".json", ".xml", ".ndjson"}


def files(path: Path) -> Iterator[Path]:
    """The FHIR files of a folder in a fixed order, or the file itself."""
    if path.is_dir():
        yield from sorted(each for each in path.rglob("*") if each.suffix.lower() in SUFFIXES and each.is_file())
    else:
        yield path


def judge_file(validator: Validator, path: Path, profiles: tuple[str, ...], *, large: int = LARGE) -> Iterator[Judged]:
    """What is found in a file; piece by piece when it is NDJSON or a Bundle larger than `large` bytes."""
    with path.open("rb") as stream:
        yield from judge_stream(validator, stream, str(path), path.suffix, profiles, large=large)


def judge_stream(
    validator: Validator, stream: IO[bytes], name: str, suffix: str, profiles: tuple[str, ...], *, large: int = LARGE
) -> Iterator[Judged]:
    """What is found in a stream that can be read from its start again; without a suffix NDJSON is known by its form."""
    start = stream.read(START)
    size = stream.seek(0, SEEK_END)
    stream.seek(0)
    if suffix.lower() == ".ndjson" or (not suffix and _is_ndjson(stream)):
        yield from (judge_piece(validator, name, piece, profiles) for piece in ndjson(stream))
        return
    kind = KIND.search(start)
    if size <= large or (kind and kind[1] != b"Bundle" and size <= LARGEST):
        yield Judged(name, judge_bytes(validator, stream.read(), suffix, profiles))
    elif kind and kind[1] != b"Bundle":
        yield _unreadable(validator, name, f"{size >> 20} MiB; a single resource may have {LARGEST >> 20}", xml=False)
    else:
        yield from _judge_large(validator, stream, name, suffix, start)


def _is_ndjson(stream: IO[bytes]) -> bool:
    """Whether the first line is an object of its own and another line follows."""
    first, second = stream.readline(LARGE), stream.readline(START)
    stream.seek(0)
    return bool(first.rstrip().endswith(b"}") and second.lstrip().startswith(b"{"))


def judge_bytes(validator: Validator, data: bytes, media: str, profiles: Iterable[str]) -> tuple[Finding, ...]:
    """What is found in one document."""
    return validator.validate(parse(data, media=media, types=validator.engine.model), profiles=profiles)


def judge_piece(validator: Validator, name: str, piece: Piece, profiles: Iterable[str]) -> Judged:
    """What is found in a part of a stream, with lines counted from the start of the stream."""
    found = judge_bytes(validator, piece.data, "", profiles)
    moved = tuple(replace(each, line=each.line + piece.line - 1) if each.line else each for each in found)
    return Judged(f"{name}#{piece.line}", moved)


def _judge_large(validator: Validator, stream: IO[bytes], name: str, suffix: str, start: bytes) -> Iterator[Judged]:
    """A large Bundle: each entry as a Bundle of one, so that memory stays that of the largest entry.

    Rules over all entries (unique full URLs, references between entries, reachability) are not judged this way: for
    those the Bundle must fit in memory (`large`). The first thing said is that, and what is not judged.
    """
    xml = is_xml(start, suffix)
    found = TYPE.search(start.partition(b"<entry" if xml else b'"entry"')[0])
    kind = found[2] if found and found[2] not in WHOLE else b"collection"
    yield Judged(name, (_by_entry(),))
    shell = (
        b'<Bundle xmlns="http://hl7.org/fhir"><type value="%b"/>%b</Bundle>'
        if xml
        else b'{"resourceType": "Bundle", "type": "%b", "entry": [%b]}'
    )
    bundle = None if xml else JsonBundle(stream)
    try:
        for number, piece in enumerate(bundle if bundle is not None else xml_entries(stream)):
            judged = judge_piece(validator, name, Piece(shell % (kind, piece.data), piece.line), ())
            yield Judged(judged.name, tuple(_placed(each, number) for each in judged.findings if _own(each)))
        if bundle is not None:
            head = TYPE.sub(rb'\1"%b"' % kind, bundle.head, count=1)
            yield Judged(name, judge_bytes(validator, head, ".json", ()))
    except StreamError as error:
        yield _unreadable(validator, name, str(error), xml=xml)


def _own(finding: Finding) -> bool:
    return finding.code not in NEEDS_OTHERS or finding.found.startswith("#")


def _placed(finding: Finding, number: int) -> Finding:
    """With the path that the entry has in the whole Bundle."""
    return replace(finding, path=finding.path.replace("Bundle.entry[0]", f"Bundle.entry[{number}]", 1))


def _by_entry() -> Finding:
    text = sentence(Code.BUNDLE_BY_ENTRY, expected="", found="", rule="")
    return Finding(Code.BUNDLE_BY_ENTRY, severity_of(Code.BUNDLE_BY_ENTRY), "Bundle", 1, "", "", text)


def _unreadable(validator: Validator, name: str, why: str, *, xml: bool) -> Judged:
    problem = Problem(ProblemKind.NOT_READABLE, why, 1)
    return Judged(name, validator.validate(Document({}, Media.XML if xml else Media.JSON, (problem,))))
