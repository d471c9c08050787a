"""The envelope of a kept image answer: the same shape, so that what is wrong with it stays to be seen."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.checks.images import reading
from conformance.checks.judgement import TALLY, Tally
from conformance.codecs.imagefacts import measure
from conformance.codecs.multipart import join
from conformance.recordings.imagebodies import keep
from tests.checks.making import exchange, response
from tests.recordings.test_imagebodies import DICOM, FILE, RELATED, alike, header, kept, masks, seen

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x03\x08\x02\0\0\0"
PARTS: list[tuple[dict[str, str], bytes]] = [
    ({"Content-Type": DICOM, "Content-Location": "https://node.example/1", "X-Who": "Jansen"}, FILE),
    ({"Content-Type": "image/png"}, PNG),
    ({"Content-Type": "application/octet-stream"}, b"\1" * 500),
    ({"Content-Type": DICOM}, b"no file"),
    ({"X-Odd": "1"}, b"words"),
]
WHOLE = join(PARTS, "b")
ENVELOPES = {
    "sound": (WHOLE, True),
    "cut off": (WHOLE[: -len("\r\n--b--\r\n")], True),
    "cut off in a file": (WHOLE[:600], True),
    "bare line feeds": (WHOLE.replace(b"\r\n", b"\n"), True),
    "cut off behind a delimiter": (WHOLE[: -len("--\r\n")], True),
    "no blank line": (WHOLE.replace(b"\r\n\r\n", b"\r\n", 1), False),
    "no boundary in it": (b"Jansen", False),
    "long headers": (b"--b\r\nX: " + b"x" * 20_000 + WHOLE, False),
    "words in front": (b"Jansen\r\n" + WHOLE, True),
}


@pytest.mark.parametrize(("body", "rebuilt"), ENVELOPES.values(), ids=ENVELOPES)
def test_an_envelope_keeps_its_shape_or_is_described(body: bytes, rebuilt: bool) -> None:
    looked, raw = kept(body, RELATED), measure(RELATED, body)
    made = exchange("x", response(200, looked.body, content_type=RELATED), facts=looked.facts)
    token = TALLY.set(Tally())
    try:
        assert reading.envelope(made) == raw["multipart"]
    finally:
        TALLY.reset(token)
    assert ("multipart" not in looked.facts) is rebuilt
    assert looked.withheld is not rebuilt
    parts = seen(looked, len(body), RELATED)
    assert len(parts) == len(raw["parts"])
    assert all(alike(one, other) for one, other in zip(parts, raw["parts"], strict=True))
    assert looked.facts["part_sizes"] == [part["size"] for part in raw["parts"]]
    assert b"Jansen" not in looked.body
    assert b"\1\1" not in looked.body


def test_a_boundary_that_is_masked_is_masked_in_the_body_too() -> None:
    def shaped(name: str, value: str) -> str:
        return value.replace("Jansen12", "Xxxxxx00") if name == "content-type" else header(name, value)

    related = 'multipart/related; type="application/dicom"; boundary="Jansen12"'
    body = join(((dict(headers), data) for headers, data in PARTS), "Jansen12")
    looked = keep(related, body, replace(masks(), header=shaped))
    assert b"Jansen" not in looked.body
    seen_parts = measure(shaped("content-type", related), looked.body)
    assert seen_parts["multipart"] == measure(related, body)["multipart"]
    assert "multipart" not in looked.facts
