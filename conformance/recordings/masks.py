"""Values that stand in for others: keyed pseudonyms for secrets, and text of the same shape for what is personal."""

from __future__ import annotations

import os
import re
from collections import Counter
from hashlib import blake2b
from typing import Any

_LOWER, _UPPER, _DIGIT = re.compile(r"[^\W\d_A-Z]"), re.compile(r"[A-Z]"), re.compile(r"\d")

DATES = frozenset({"birthDate", "deceasedDateTime"})
SAID = frozenset({"use", "system", "url", "type", "code", "reference", "status", "start", "end", "rank", "language"})
"""Inside a personal element these say how, not who, and stay."""

PERSONS = frozenset({"Patient", "RelatedPerson", "Practitioner", "Person"})
PERSONAL = ("name", "telecom", "address", "photo")
SECRETS = frozenset(
    {"access_token", "refresh_token", "id_token", "client_secret", "client_assertion", "assertion", "password"}
)


class Pseudonyms:
    """Replaces secrets by pseudonyms under a key that exists only in memory and dies with the run.

    Equal values get equal pseudonyms within one run of one process; a plain digest would be reversed in seconds.
    """

    def __init__(self) -> None:
        self._key = os.urandom(32)
        self.counts: Counter[str] = Counter()

    def secret(self, value: str) -> str:
        """A pseudonym for a token, cookie or key."""
        self.counts["secrets"] += 1
        return f"token-{blake2b(value.encode('utf-8', 'surrogatepass'), key=self._key, digest_size=8).hexdigest()}"

    def digest(self, data: bytes) -> str:
        """A keyed digest: equal bytes are seen to be equal within a run, and cannot be recognised outside of it."""
        return blake2b(data, key=self._key, digest_size=16).hexdigest()

    def shape(self, text: str) -> str:
        """Text of the same shape: letters become x or X, digits 0, the rest stays."""
        self.counts["personal values"] += 1
        return _DIGIT.sub("0", _UPPER.sub("X", _LOWER.sub("x", text)))

    def date(self, text: str) -> str:
        """A date of the same precision that is nobody's birthday: the first of January 1900."""
        self.counts["personal values"] += 1
        template = "19000101" if re.fullmatch(r"\d{4,8}", text) else "1900-01-01T00:00:00Z"
        return template[: len(text)] if len(text) <= 10 else template

    def personal(self, value: Any, key: str = "") -> Any:
        """A personal element with every text in it masked, except the words that only say how it is meant."""
        if isinstance(value, dict):
            return {name: self.personal(inner, name) for name, inner in value.items()}
        if isinstance(value, list):
            return [self.personal(inner, key) for inner in value]
        if not isinstance(value, str) or key in SAID:
            return value
        return self.date(value) if key in DATES else self.shape(value)
