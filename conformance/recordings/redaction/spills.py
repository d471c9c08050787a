"""Secrets that a server's words spill: what stands behind the name of one, in an address, or is drawn by lot."""

from __future__ import annotations

import re
from collections.abc import Iterable

from conformance.recordings.redaction.lists import SECRETS, SPILLING
from conformance.recordings.redaction.masks import Pseudonyms

_QUOTES = "[\"'\u2018\u2019\u201c\u201d`]?"
_SPILLS = re.compile(
    rf"(?:{'|'.join(SPILLING)}){_QUOTES}\s{{0,3}}[:=]\s{{0,3}}{_QUOTES}(?:(?:Basic|Bearer|DPoP)\s{{1,3}})?"
    r"(?!(?:Basic|Bearer|DPoP)\b)(?P<named>[^\s\"'\u2019\u201d`,;&<>()]+)"
    r"|\b(?:Basic|Bearer|DPoP)\s{1,3}(?P<scheme>(?=[^\s,;]{0,60}[\d._=+/-])[^\s\"',;<>()]{6,})"
    r"|(?<![^\s\"'(<=/])(?P<login>[^\s/@:\"'()<>]{1,100}:[^\s/@\"'()<>]{1,100})(?=@[\w.\[-])"
    r"|(?<![\w.-])(?P<jwt>eyJ[\w-]{4,}\.[\w-]*(?:\.[\w-]*){0,3})"
    r"|(?<![\w+-])(?P<drawn>[A-Za-z0-9+_-]{20,}={0,2})",
    re.IGNORECASE,
)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_WORDY = re.compile(r"token|assertion|cookie|credential", re.IGNORECASE)
"""Names that an error also says before a colon and plain words: invalid_token: it has expired."""
_FEW = 3
"""Words joined by hyphens, names of profiles among them, have fewer digits than a key that was drawn by lot."""


def names_secret(name: str) -> bool:
    """Whether a member, field or parameter is one whose value is a secret, in small letters or with humps."""
    return name.lower() in SECRETS or _HUMP.sub("_", name).lower() in SECRETS


def spills(name: str, value: str) -> bool:
    """Whether a member of what tells of an error is named for a secret, and its value is no sentence about one."""
    return _ENDS.search(name) is not None and not any(sign.isspace() for sign in value.strip())


_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])|-")
_ENDS = re.compile(rf"(?:{'|'.join(SPILLING)})\Z", re.IGNORECASE)


def without_secrets(text: str, pseudonyms: Pseudonyms, question: Iterable[str] = ()) -> str:
    """The text with a pseudonym for every secret it tells, equal for equal secrets; words of the question stay."""
    asked = frozenset(question)

    def hide(found: re.Match[str]) -> str:
        kind = found.lastgroup or ""
        secret = found[kind]
        at = found.start(kind) - found.start()
        said = kind == "named" and secret.isalpha() and secret.islower() and _WORDY.match(found.group())
        if said and "=" not in found.group()[:at]:
            return found.group()
        if secret.startswith(("token-", "bsn-")) or (kind == "drawn" and not _drawn(secret, asked)):
            return found.group()
        return found.group()[:at] + pseudonyms.secret(secret) + found.group()[at + len(secret) :]

    return _SPILLS.sub(hide, text)


def _drawn(word: str, asked: frozenset[str]) -> bool:
    """Whether a long word mixes letters and digits like a key, and is no UUID and nothing that was asked."""
    digits, letters = sum(map(str.isdigit, word)), sum(map(str.isalpha, word))
    known = _UUID.fullmatch(word) or all(piece in asked for piece in re.findall(r"[^\W_]+", word))
    return digits >= (_FEW if "-" in word or "_" in word else 1) and letters > 0 and not known
