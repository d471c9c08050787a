"""Where commands print, whatever stands at the other end: a terminal that lacks signs, or `head`, which stops."""

from __future__ import annotations

import io
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer


class _Unheard(io.FileIO):
    """A descriptor to write to; what nobody reads any more is thrown away."""

    def write(self, b: ReadableBuffer, /) -> int:
        try:
            return super().write(b)
        except BrokenPipeError:
            return memoryview(b).nbytes


def bear_all() -> None:
    """Show what the terminal's encoding lacks as `?`, and end by what a command comes to where nobody reads it."""
    sys.stdout, sys.stderr = _bearing(sys.stdout), _bearing(sys.stderr)


def _bearing(stream: object) -> io.TextIOWrapper:
    if not isinstance(stream, io.TextIOWrapper):
        return stream  # type: ignore[return-value] # somebody has put another in its place
    stream.flush()
    raw = _Unheard(stream.fileno(), "wb", closefd=False)
    return io.TextIOWrapper(
        io.BufferedWriter(raw), encoding=stream.encoding, errors="replace", line_buffering=stream.line_buffering
    )
