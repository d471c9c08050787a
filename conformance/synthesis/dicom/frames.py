"""The frames of a synthetic picture: known from its kind and identifier, without making the object around them."""

from __future__ import annotations

from conformance.synthesis.dicom.pixels import deep, picture


def frames_of(kind: str, sop: str, number: int, frames: int = 1) -> tuple[bytes, ...]:
    """The native frames of an object: `number` is written in a single one, in a clip (`us`) each shows its own.

    They are drawn by the identifier, so that no two objects look alike.
    """
    look = int(sop.rpartition(".")[2])
    if kind == "us":
        return tuple(picture(frame, look + frame) for frame in range(1, frames + 1))
    return (deep(picture(number, look)),)
