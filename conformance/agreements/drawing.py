"""What the seed decides. Every draw is a keyed hash of (seed, what for): nothing else shifts it."""

from __future__ import annotations

import hmac
from collections.abc import Iterable

_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


class Draw:
    """Draws from a seed; `what` says what for, so that no draw depends on another."""

    def __init__(self, seed: str) -> None:
        self._key = seed.encode()

    def order(self, what: str, names: Iterable[str]) -> tuple[str, ...]:
        """The names in drawn order, whatever order they came in."""
        return tuple(sorted(names, key=lambda name: self._digest(what, name)))

    def one(self, what: str, names: Iterable[str]) -> str:
        """One of the names."""
        return self.order(what, names)[0]

    def number(self, what: str, low: int, high: int) -> int:
        """A whole number from low up to and including high."""
        return low + int.from_bytes(self._digest(what, "number")) % (high - low + 1)

    def text(self, what: str, length: int) -> str:
        """Small letters and digits."""
        return "".join(_LETTERS[self.number(f"{what}/{place}", 0, len(_LETTERS) - 1)] for place in range(length))

    def _digest(self, what: str, name: str) -> bytes:
        return hmac.digest(self._key, f"{what}\0{name}".encode(), "sha256")
