"""Drawing from a seed: what a node cannot foresee, and what whoever knows the seed makes again.

Every draw is a keyed hash of what it is for (HMAC-SHA-256 under the seed) and of nothing else. There is no state that
one draw leaves behind for the next, so neither workers, nor order, nor another draw that came before shifts one.
"""

from __future__ import annotations

import hmac
import re
import string
from collections.abc import Iterable

from conformance.agreements.problems import DocumentError, Problem, quoted
from conformance.model.words import Text

SEED = re.compile(r"[A-Za-z0-9._-]{1,64}")
"""Every seed there is: it stands in a command, a report and on a witness's note, and is read aloud."""

_LETTERS = string.ascii_lowercase
_LETTERS_AND_DIGITS = string.ascii_lowercase + string.digits


def in_form(seed: str) -> None:
    """Raises DocumentError unless the text can be a seed."""
    if SEED.fullmatch(seed) is None:
        expected = Text(
            "1 tot 64 tekens uit A-Z, a-z, 0-9, '.', '_' en '-'",
            "1 to 64 characters of A-Z, a-z, 0-9, '.', '_' and '-'",
        )
        step = Text("Kies een andere, of laat --seed weg.", "Choose another one, or leave --seed out.")
        raise DocumentError([Problem(None, "--seed", expected, quoted(seed), step)])


class Draw:
    """The draws of one seed. `what` says what a draw is for: the same words give the same draw, other words another."""

    def __init__(self, seed: str) -> None:
        self._key = seed.encode()

    def order(self, what: str, names: Iterable[str]) -> tuple[str, ...]:
        """The names in an order that does not depend on the one given; a name more or less moves no other."""
        return tuple(sorted(names, key=lambda name: (self._hash("order", what, name), name)))

    def one(self, what: str, names: Iterable[str]) -> str:
        """The first in that order: a name more leaves the choice as it was or is itself chosen."""
        ordered = self.order(what, names)
        if not ordered:
            raise ValueError(f"nothing to draw from for {what!r}")
        return ordered[0]

    def number(self, what: str, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included.

        The remainder of 256 bits: of the values in a range of n, none is likelier than another by more than n / 2^256.
        """
        if high < low:
            raise ValueError(f"no number from {low} to {high} for {what!r}")
        return low + self._hash("number", what, "") % (high - low + 1)

    def text(self, what: str, length: int) -> str:
        """Lower-case letters and digits, for an id that does not exist. A longer one begins with the shorter one.

        It begins with a letter and no two digits touch: so it is never read as a number, least of all a citizen's.
        """
        alphabets = (_LETTERS, _LETTERS_AND_DIGITS)
        drawn = ((alphabets[at % 2], self._hash("text", what, str(at))) for at in range(length))
        return "".join(alphabet[number % len(alphabet)] for alphabet, number in drawn)

    def uuid(self, what: str) -> str:
        """A random UUID (RFC 9562 version 4) in which no two digits touch either."""
        drawn = self.text(what, 64).translate(str.maketrans(_LETTERS, "abcdef" * 4 + "ab"))
        return f"{drawn[:8]}-{drawn[8:12]}-4{drawn[12:15]}-a{drawn[15:18]}-{drawn[18:30]}"

    def pattern(self, what: str, text: str, at: str) -> str:
        """The text with an asterisk for up to half of its signs: those at its `begin` or `end`, or in the `middle`; or
        with a question mark for one `sign` of its last half."""
        if at == "sign":
            place = self.number(f"{what}/place", len(text) // 2, len(text) - 1)
            return f"{text[:place]}?{text[place + 1 :]}"
        many = self.number(f"{what}/many", 1, max(1, len(text) // 2))
        first = {"begin": 0, "end": len(text) - many}.get(at)
        if first is None:
            first = self.number(f"{what}/first", 1, max(1, len(text) - many - 1))
        return f"{text[:first]}*{text[first + many :]}"

    def _hash(self, kind: str, what: str, name: str) -> int:
        """The hash as a number. Each part keys the next, so parts cannot run into each other."""
        key = self._key
        for part in (kind, what, name):
            key = hmac.digest(key, part.encode(), "sha256")
        return int.from_bytes(key)
