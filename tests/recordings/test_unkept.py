"""A stranger in what is not kept, or hidden from a plain reading: it rings all the same, and nothing of it stays."""

from __future__ import annotations

import gzip
import json
import zlib
from base64 import b64encode
from collections.abc import Callable, Mapping

import pytest

from conformance.recordings.identities import StrangerAlarm
from conformance.recordings.redaction import Redactor
from tests.recordings.making import ANNA, BRAM, JSON, STRANGER, SYSTEM, XML, exchange

ROLES = {ANNA: "anna", BRAM: "bram"}
OID = "2.16.840.1.113883.2.4.6.3"
PLAIN, RELATED = "application/json", 'multipart/related; type="application/dicom"; boundary=b'
NAMED = f'{{"bsn":"{STRANGER}"}}'.encode()
CDA = f'<ClinicalDocument><id extension="{STRANGER}" root="{OID}"/></ClinicalDocument>'.encode()
APART = json.dumps({"identifier": {"system": SYSTEM, "period": {"start": "2020-01-01"}, "value": STRANGER}}).encode()

Body = tuple[bytes, str]


def part(body: bytes, media: str, envelope: str = RELATED) -> Body:
    return b"--b\r\ncontent-type: " + media.encode() + b"\r\n\r\n" + body + b"\r\n--b--\r\n", envelope


def said(text: str) -> Body:
    return json.dumps({"text": text}).encode(), PLAIN


def in_base64(data: bytes) -> str:
    return b64encode(data).decode()


def in_lines(text: str) -> str:
    coded = in_base64(text.encode())
    return "\r\n".join(coded[at : at + 76] for at in range(0, len(coded), 76))


LONG = f"{'x' * 51} bsn: {STRANGER} {'y' * 60}"
"""In base64 the number stands on two lines."""

COMPRESSED: Mapping[str, Body] = {
    "gzip": (gzip.compress(NAMED), PLAIN),
    "zlib": (zlib.compress(NAMED), PLAIN),
    "gzip in gzip": (gzip.compress(gzip.compress(NAMED)), PLAIN),
    "in a part": part(gzip.compress(NAMED), PLAIN),
    "in a part of a form": part(gzip.compress(NAMED), PLAIN, "multipart/form-data; boundary=b"),
    "in a part called DICOM": part(gzip.compress(NAMED), "application/dicom"),
    "in an attachment": (
        json.dumps({"resourceType": "Binary", "data": in_base64(gzip.compress(NAMED))}).encode(),
        JSON,
    ),
}
CALLED: Mapping[str, Body] = {
    "DICOM": (NAMED, "application/dicom"),
    "a part of DICOM": part(NAMED, "application/dicom"),
    "a picture": (b"bsn " + STRANGER.encode(), "image/png"),
    "a part with a picture": part(NAMED, "image/jpeg"),
    "bytes": part(APART, "application/octet-stream"),
    "a form": (APART, "application/x-www-form-urlencoded"),
    "text": (CDA, "text/plain"),
    "a page": (CDA, "text/html"),
    "bytes in UTF-16": (CDA.decode().encode("utf-16"), "application/octet-stream"),
    "the comment of a picture": (
        b"\xff\xd8\xff\xfe\0\x20bsn " + STRANGER.encode() + b"\xff\xda\0\1\xff\xd9",
        "image/jpeg",
    ),
}
BROKEN: Mapping[str, Body] = {
    "no boundary": (NAMED, 'multipart/related; type="application/dicom"'),
    "another boundary": (b"--c\r\n\r\n" + NAMED + b"\r\n--c--", RELATED),
    "a form without boundary": (NAMED, "multipart/form-data"),
    "behind the last delimiter, which comes again": (
        b"--b\r\n\r\nx\r\n--b--\r\n" + NAMED + b"\r\n--b x",
        "multipart/form-data; boundary=b",
    ),
    "an instruction in XML": (f"<a><?x bsn {STRANGER}?></a>".encode(), XML),
    "an entity of its own": (f'<!DOCTYPE a [<!ENTITY e "{STRANGER}">]><a><bsn>&e;</bsn></a>'.encode(), XML),
    "a document type": (b"<!DOCTYPE a><a><bsn>&#49;&#50;3456782</bsn></a>", XML),
    "CDA with a document type": (b"<!DOCTYPE a>" + CDA, XML),
    "CDA that breaks off": (CDA + b"<x", XML),
    "SAML that breaks off": (
        f'<Attribute Name="urn:nl:bsn"><Value xsi:type="xs:string">{STRANGER}</Value></Attribute><x'.encode(),
        XML,
    ),
    "JSON, a member twice": (b'{"a":1,"a":2,"\\u0062sn":"%s"}' % STRANGER.encode(), PLAIN),
    "JSON, named far above": (
        b'{"a":1,"a":2,"bsn":{"use":"official","the value of it":"%s"}}' % STRANGER.encode(),
        PLAIN,
    ),
    "JSON, one of two values": (b'{"bsn":{"the value of the number":["%s"]},"bsn":"none"}' % STRANGER.encode(), PLAIN),
    "JSON, lines": (b'{"a":1}\n' + APART, "application/x-ndjson"),
    "JSON, the name of a member": (b'{"bsn":{"%s":true}}' % STRANGER.encode(), PLAIN),
}
HIDDEN: Mapping[str, Body] = {
    "a sign of no width in a word": said(f"b\u200bsn {STRANGER}"),
    "a soft hyphen in a word": said(f"burger\u00adservice\u00adnummer {STRANGER}"),
    "a sign of no width in a member": (json.dumps({"b\u200bsn": STRANGER}).encode(), PLAIN),
    "wide letters": said(f"\uff22\uff33\uff2e {STRANGER}"),
    "raised digits": (json.dumps({"bsn": "\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u00b2"}).encode(), PLAIN),
    "a variant of a digit": said("bsn 1\ufe0f23456782"),
    "a mark on a letter": said(f"b\u0301sn {STRANGER}"),
    "base64 in lines": said(in_lines(LONG)),
    "base64 with a tab": said(in_base64(f"bsn\t{STRANGER}".encode())),
    "a document in base64": said(in_base64(CDA)),
    "a resource in base64": said(in_base64(APART)),
    "an attachment": (json.dumps({"resourceType": "Binary", "data": in_base64(APART)}).encode(), JSON),
    "an attachment in UTF-16": (
        json.dumps({"resourceType": "Binary", "data": in_base64(f"bsn {STRANGER}".encode("utf-16"))}).encode(),
        JSON,
    ),
    "quoted-printable": part(b"bsn=3A=20" + STRANGER.encode(), "text/plain"),
    "quoted-printable in lines": part(b"bsn 12345=\r\n6782", "text/plain"),
    "cells of a page": (
        f'<table><td class="label">BSN</td>\n  <td class="a wide value">{STRANGER}</td></table>'.encode(),
        "text/html",
    ),
    "blanks of a page": (b"<p>BSN 123&nbsp;456&nbsp;782</p>", "text/html"),
    "digits of a page": (b"<p>BSN &#49;&#50;3456782</p>", "text/html"),
    "a field of a page": (f'<input value="{STRANGER}" name="bsn">'.encode(), "text/html"),
}
EVERY: Mapping[str, Body] = {
    f"{kind}: {name}": body
    for kind, bodies in (("compressed", COMPRESSED), ("called", CALLED), ("broken", BROKEN), ("hidden", HIDDEN))
    for name, body in bodies.items()
}


@pytest.mark.parametrize("name", EVERY)
def test_it_rings(name: str) -> None:
    body, media = EVERY[name]
    with pytest.raises(StrangerAlarm) as alarm:
        Redactor(ROLES).redact(exchange(body, media))
    assert STRANGER not in str(alarm.value)


@pytest.mark.parametrize("name", EVERY)
def test_a_number_of_the_data_set_does_not_ring_there(name: str) -> None:
    """Only what holds the stranger's digits as they are can be exchanged; the rest is told by the test above."""
    body, media = EVERY[name]
    if STRANGER.encode() in body:
        Redactor(ROLES).redact(exchange(body.replace(STRANGER.encode(), ANNA.encode()), media))


def test_who_logs_in_within_an_address_is_read_too() -> None:
    with pytest.raises(StrangerAlarm):
        Redactor(ROLES).redact(exchange(b"", headers=(("location", f"https://bsn:{STRANGER}@node.example/a"),)))


PACKED: Mapping[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "zlib": zlib.compress}


@pytest.mark.parametrize("pack", PACKED)
def test_what_unpacks_to_much_costs_little(pack: str) -> None:
    """A bomb is looked through as far as it may be, and what cannot be unpacked at all is no text."""
    bomb = PACKED[pack](b"\0" * (64 << 20))
    looked = Redactor(ROLES).redact(exchange(bomb, PLAIN))
    assert looked.facts["body_withheld"]
    assert Redactor(ROLES).redact(exchange(bomb[:2] + b"no data", PLAIN)).facts["body_withheld"]
