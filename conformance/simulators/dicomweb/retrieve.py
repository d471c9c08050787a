"""Retrieve (WADO-RS, PS3.18 section 10.4): instances, metadata, frames, bulk data, rendered pictures."""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import lru_cache
from hashlib import sha256

from conformance.codecs.dicomjson import number
from conformance.codecs.images import png
from conformance.codecs.multipart import join
from conformance.simulators.dicomweb.archive import Archive, Target
from conformance.simulators.dicomweb.negotiation import DICOM, JSON, OCTETS, RELATED, Offer, chosen
from conformance.simulators.dicomweb.refusals import Refusal
from conformance.simulators.http import Answer, Call
from conformance.synthesis.studies import Instance

PIXEL_DATA = "7FE00010"


def instances(archive: Archive, call: Call, target: Target) -> Answer:
    """The DICOM files of a study, a series or an instance; one instance may also be had without multipart."""
    held = archive.instances(target)
    offers = [Offer(RELATED, DICOM)] + ([Offer(DICOM)] if target.instance else [])
    offer = chosen(call, offers, frozenset(instance.transfer_syntax for instance in held))
    if offer.name == DICOM:
        return Answer(200, (("Content-Type", f"{DICOM}; transfer-syntax={held[0].transfer_syntax}"),), held[0].file)
    return _related(DICOM, ((_dicom_type(instance), instance.file) for instance in held))


def metadata(archive: Archive, call: Call, target: Target) -> Answer:
    """All attributes of the instances in the DICOM JSON Model, pixels by address."""
    held = archive.instances(target)
    offer = chosen(call, (Offer(JSON), Offer("application/json")))
    body = json.dumps([_described(instance, call.base) for instance in held], ensure_ascii=False, separators=(",", ":"))
    return Answer(200, (("Content-Type", offer.name),), body.encode())


def frames(archive: Archive, call: Call, target: Target, listed: str) -> Answer:
    """The named frames, uncompressed; single frames may also be had without multipart."""
    held = archive.instances(target)[0]
    asked = _frame_numbers(held, listed)
    offers = [Offer(RELATED, OCTETS)] + ([Offer(OCTETS)] if len(asked) == 1 else [])
    offer = chosen(call, offers, frozenset({held.transfer_syntax}))
    chunks = [held.frames[index - 1] for index in asked]
    if offer.name == OCTETS:
        return Answer(200, (("Content-Type", OCTETS),), chunks[0])
    return _related(OCTETS, ((OCTETS, chunk) for chunk in chunks))


def bulk(archive: Archive, call: Call, target: Target, tag: str) -> Answer:
    """The value of an attribute that metadata gave by address; only pixels are given so."""
    held = archive.instances(target)[0]
    if tag != PIXEL_DATA or not held.frames:
        raise Refusal(404, f"No bulk data is known under {target.path}/bulkdata/{tag}.")
    offer = chosen(call, (Offer(RELATED, OCTETS), Offer(OCTETS)))
    if offer.name == OCTETS:
        return Answer(200, (("Content-Type", OCTETS),), b"".join(held.frames))
    return _related(OCTETS, [(OCTETS, b"".join(held.frames))])


def rendered(archive: Archive, call: Call, target: Target, listed: str = "1") -> Answer:
    """A frame as a PNG; objects without pixels have no picture to give."""
    held = archive.instances(target)[0]
    asked = _frame_numbers(held, listed)
    offer = chosen(call, (Offer("image/png"),))
    rows, columns = number(held.model, "Rows") or 0, number(held.model, "Columns") or 0
    return Answer(200, (("Content-Type", offer.name),), _picture(held.frames[asked[0] - 1], rows, columns))


@lru_cache(maxsize=256)
def _picture(grey: bytes, rows: int, columns: int) -> bytes:
    if len(grey) == 2 * rows * columns:
        # Twelve bits in sixteen, least significant byte first: the picture needs the eight on top.
        grey = bytes((high << 4 | low >> 4) & 0xFF for low, high in zip(grey[0::2], grey[1::2], strict=True))
    return png(columns, rows, 1, grey)


def _frame_numbers(held: Instance, listed: str) -> tuple[int, ...]:
    texts = listed.split(",")
    if not all(text.isascii() and text.isdigit() and 0 < int(text) < 10**6 for text in texts):
        raise Refusal(400, "Frames are numbers from 1, separated by commas.")
    asked = tuple(int(text) for text in texts)
    if max(asked) > len(held.frames):
        raise Refusal(404, f"This instance has {len(held.frames)} frame(s).")
    return asked


def _described(instance: Instance, base: str) -> dict[str, object]:
    model = dict(instance.model)
    if instance.frames:
        target = Target(instance.study, instance.series, instance.sop)
        model[PIXEL_DATA] = {"vr": "OW", "BulkDataURI": f"{base}{target.path}/bulkdata/{PIXEL_DATA}"}
    return model


def _dicom_type(instance: Instance) -> str:
    return f"{DICOM}; transfer-syntax={instance.transfer_syntax}"


def _related(kind: str, parts: Iterable[tuple[str, bytes]]) -> Answer:
    held = [({"Content-Type": name}, body) for name, body in parts]
    # A digest of the content can't occur in the content, and the same answer has the same bytes each time.
    boundary = sha256(b"".join(body for _, body in held)).hexdigest()[:40]
    content_type = f'{RELATED}; type="{kind}"; boundary={boundary}'
    return Answer(200, (("Content-Type", content_type),), join(held, boundary))
