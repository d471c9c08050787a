"""Bytes to a Document, whichever of the two formats they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codecs.fhir.document import Document, Media, Problem, ProblemKind
from conformance.codecs.fhir.json_reader import read_json
from conformance.codecs.fhir.xml_reader import read_xml

if TYPE_CHECKING:
    from conformance.codecs.fhir.types import TypeTable

MARKS = {b"\xff\xfe": "UTF-16", b"\xfe\xff": "UTF-16", b"\x00\x00\xfe\xff": "UTF-32"}


def parse(data: bytes, *, media: str | None = None, types: TypeTable) -> Document:
    """Read one resource. Bad input never raises: it ends in `Document.problems`.

    `media` is a content type or a file name's suffix; without it the first character decides.
    """
    for mark, name in MARKS.items():
        if data.startswith(mark):
            return Document({}, Media.JSON, (Problem(ProblemKind.ENCODING, name, 1),))
    data = data.removeprefix(b"\xef\xbb\xbf")
    return read_xml(data, types) if is_xml(data, media) else read_json(data)


def is_xml(data: bytes, media: str | None) -> bool:
    """Whether the bytes are to be read as XML: what they are outweighs what they are called."""
    start = data[:200].lstrip()[:1]
    if start in {b"<", b"{", b"["}:
        return start == b"<"
    return bool(media) and "xml" in str(media)
