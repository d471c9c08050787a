"""The samples of a DICOM file's frames, however its transfer syntax packs them without loss."""

from __future__ import annotations

import warnings

from pydicom.pixels.decoders.base import get_decoder
from pydicom.uid import UID

from conformance.codecs.dicom import DicomFile

_BIG_ENDIAN = "1.2.840.10008.1.2.2"
_LOSSLESS = frozenset(
    {
        "1.2.840.10008.1.2",
        "1.2.840.10008.1.2.1",
        "1.2.840.10008.1.2.1.99",
        _BIG_ENDIAN,
        "1.2.840.10008.1.2.5",
        "1.2.840.10008.1.2.4.57",
        "1.2.840.10008.1.2.4.70",
        "1.2.840.10008.1.2.4.80",
        "1.2.840.10008.1.2.4.90",
    }
)
"""Native ones, RLE, and the JPEG families that lose nothing (PS3.5 annex A); for these a decoder may be installed."""


def samples(file: DicomFile, *, side: int, most: int) -> tuple[bytes, ...] | None:
    """Each frame as grey samples, the least significant byte first, more of it lighter; None when that can't be told.

    It is told of at most `most` frames of `side` by `side`, in a transfer syntax that loses nothing. Which decoders
    there are depends on what is installed beside pydicom; those for native pixels and RLE are its own.
    """
    try:
        return _samples(file, side, most)
    except Exception:  # noqa: BLE001 - hostile bytes make a decoder raise anything; it all means: not told
        return None


def _samples(file: DicomFile, side: int, most: int) -> tuple[bytes, ...] | None:
    dataset, syntax = file.dataset, file.transfer_syntax
    count = int(dataset.get("NumberOfFrames") or 1)
    if (
        syntax not in _LOSSLESS
        or (dataset.Rows, dataset.Columns, dataset.SamplesPerPixel) != (side, side, 1)
        or dataset.BitsAllocated not in (8, 16)
        or not 0 < count <= most
    ):
        return None
    decoder, wide = get_decoder(UID(syntax)), dataset.BitsAllocated // 8
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        frames = [bytes(decoder.as_buffer(dataset, index=at)[0])[: side * side * wide] for at in range(count)]
    if wide == 2 and syntax == _BIG_ENDIAN:
        frames = [_swapped(frame) for frame in frames]
    if dataset.PhotometricInterpretation == "MONOCHROME1":
        frames = [inverted(frame, dataset.BitsStored, wide) for frame in frames]
    return tuple(frames)


def _swapped(frame: bytes) -> bytes:
    turned = bytearray(len(frame))
    turned[0::2], turned[1::2] = frame[1::2], frame[0::2]
    return bytes(turned)


def inverted(frame: bytes, stored: int, wide: int) -> bytes:
    """A frame with white for black, of samples of so many bits in so many bytes."""
    most = (1 << stored) - 1
    values = (int.from_bytes(frame[at : at + wide], "little") for at in range(0, len(frame), wide))
    return b"".join(((most - value) % (1 << 8 * wide)).to_bytes(wide, "little") for value in values)
