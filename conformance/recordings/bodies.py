"""Which redaction a body gets: by what it is, since a faulty node may call it something else."""

from __future__ import annotations

import re
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

from conformance.agreements.bsn import passes_eleven_test
from conformance.codecs import imagefacts
from conformance.recordings import imagebodies
from conformance.recordings.identities import Identities
from conformance.recordings.jsonbodies import JsonRedaction
from conformance.recordings.masks import SECRETS, Pseudonyms
from conformance.recordings.tally import Looked, Tally, withhold
from conformance.recordings.tokens import described
from conformance.recordings.xmlbodies import XmlRedaction

_PART_HEADERS = frozenset(
    {"content-type", "content-length", "content-transfer-encoding", "content-location", "mime-version"}
)
"""Headers of a part whose value is kept."""
_NINE = re.compile(r"(?<![\d.])\d{9}(?![\d.])")


def look(content_type: str, data: bytes, identities: Identities, pseudonyms: Pseudonyms) -> Looked:
    """Read a body, count what it shows, and take persons and secrets out; StrangerAlarm ends it."""
    if not data:
        return Looked(body=b"")
    if imagefacts.measurable(content_type):
        return _binary(content_type, data, identities, pseudonyms)
    media = content_type.split(";", 1)[0].strip().lower()
    if media == "application/x-www-form-urlencoded":
        return _form(data, identities, pseudonyms)
    looked = _document(media, data, identities, pseudonyms)
    return looked if looked.withheld else _without_known(looked, identities)


def _document(media: str, data: bytes, identities: Identities, pseudonyms: Pseudonyms) -> Looked:
    begin = data[:256].lstrip(b"\xef\xbb\xbf \t\r\n")
    if "json" in media or begin[:1] in (b"{", b"["):
        return JsonRedaction(identities, pseudonyms).body(data)
    if media.endswith("xml") or begin.startswith((b"<?xml", b"<Bundle")):
        return XmlRedaction(identities, pseudonyms).body(data)
    return _text(data, identities, pseudonyms)


def _without_known(looked: Looked, identities: Identities) -> Looked:
    return Looked(body=identities.data(looked.body), tally=looked.tally, facts=looked.facts)


def _binary(content_type: str, data: bytes, identities: Identities, pseudonyms: Pseudonyms) -> Looked:
    redaction = JsonRedaction(identities, pseudonyms)

    def header(name: str, value: str) -> str:
        return identities.address(value, "a header of a part") if name in _PART_HEADERS else "redacted"

    masks = imagebodies.Masks(dataset=redaction.value, header=header, digest=pseudonyms.digest)
    return replace(imagebodies.keep(content_type, data, masks), tally=redaction.tally)


def _form(data: bytes, identities: Identities, pseudonyms: Pseudonyms) -> Looked:
    tally = Tally()
    fields = []
    for name, value in parse_qsl(data.decode("utf-8", "replace"), keep_blank_values=True):
        kept = identities.address(f"?{name}={value}", "a form field")[len(name) + 2 :]
        if name in SECRETS:
            tally.jwt = tally.jwt or described(value)
            kept = pseudonyms.secret(value)
        fields.append((name, kept))
    return Looked(body=urlencode(fields).encode(), tally=tally)


def _text(data: bytes, identities: Identities, pseudonyms: Pseudonyms) -> Looked:
    try:
        text = identities.data(data).decode("utf-8")
    except UnicodeDecodeError:
        return withhold("not text in UTF-8")

    def mask(found: re.Match[str]) -> str:
        return pseudonyms.shape(found.group()) if passes_eleven_test(found.group()) else found.group()

    return Looked(body=_NINE.sub(mask, text).encode())
