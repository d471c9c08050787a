"""Header fields: of the listed ones what their shape allows, of any other only the name."""

from __future__ import annotations

import re

from conformance.recordings.redaction import words
from conformance.recordings.redaction.addresses import Addresses, shown
from conformance.recordings.redaction.lists import HEADERS, NEGOTIATED, SECRET_HEADERS
from conformance.recordings.redaction.masks import DIGIT, LETTER, shape
from conformance.recordings.redaction.naming import says_number
from conformance.recordings.redaction.screen import Screen

_NUMBER = re.compile(r"\d{1,15}")
_MOMENT = re.compile(r"[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT|0|-1")
_LINK = re.compile(r"(?<=<)([^<>]*)(?=>)")
_TAG = re.compile(r'(?:W/)?"[\w+/=.:-]*"|\*')
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_VALUE = re.compile(r'(?<==)(?:"(?:[^"\\]|\\.)*"|[^\s,;"]+)')
_TOKEN68 = re.compile(r"(?<=[A-Za-z] )(?![\w!#$%&'*+.^`|~-]+\s?=\s?[^=\s,])[\w.~+/-]+=*(?=\s?(?:,|\Z))")
"""What a scheme of authentication says without a name for it (RFC 9110 section 11.3)."""
_LONGEST = 4_096
"""Parameters of a longer field are not told apart."""
_SPOKEN_VALUES = frozenset({"invalid_token", "invalid_request", "insufficient_scope", "utf-8"})
"""Values of parameters that a challenge may say (RFC 6750 section 3.1)."""


def header(name: str, value: str, screen: Screen, addresses: Addresses) -> str:
    """What may stay of a header field; StrangerAlarm for a person's number in it, also an encoded one."""
    place = f"the header {shown(name)}"
    if says_number(name) and any(char.isdigit() for char in value):
        return screen.named(value, place)
    if name in SECRET_HEADERS:
        return _secret(name, value, place, screen)
    if name not in HEADERS:
        # That somebody's number or name went along must stay visible; nothing else of an unknown field does.
        return screen.standing(screen.text(value, place)) or "redacted"
    return _listed(name, HEADERS[name][0], value, place, screen, addresses)


def _secret(name: str, value: str, place: str, screen: Screen) -> str:
    """A pseudonym, beside it whose number or name is in the secret; a token's is its issuer's matter, who can't tell it
    to its bearer otherwise."""
    screen.within(value, place)
    scheme, _, secret = value.partition(" ")
    if secret and name.endswith("authorization"):
        kept = f"{scheme if words.coded(scheme) else shape(scheme)} {screen.pseudonyms.secret(secret)}"
        if scheme.lower() in ("bearer", "dpop"):
            return kept
    else:
        kept = screen.pseudonyms.secret(value)
    told = screen.standing(value)
    return f"{kept} ({told})" if told else kept


def _listed(name: str, kind: str, value: str, place: str, screen: Screen, addresses: Addresses) -> str:
    if kind == "address":
        return addresses.address(value, place)
    if kind == "links":
        parts = _LINK.split(value)
        return "".join(
            addresses.address(part, place) if at % 2 else words.told(screen.text(part, place))
            for at, part in enumerate(parts)
        )
    if kind == "number" and _NUMBER.fullmatch(value):
        return screen.text(value, place) if len(value) == 9 else value
    if (kind == "moment" and _MOMENT.fullmatch(value)) or (kind == "tag" and _TAG.fullmatch(value)):
        return screen.within(value, place)
    kept = screen.text(value, place)
    if kind == "words":
        # A boundary is drawn by lot like a secret, and the body has it too.
        kept = kept if name == "content-type" else screen.spoken(kept, place)
        return words.told(kept, frozenset(word for word in words.asked((kept,)) if word.lower() in NEGOTIATED))
    if len(value) > _LONGEST:
        return screen.shaped(kept)
    kept = _TOKEN68.sub(lambda found: shape(found.group()), kept)
    if kind != "parameters":
        return screen.shaped(kept)

    def unsaid(found: re.Match[str]) -> str:
        held = found.group()
        return held if held.strip('"') in _SPOKEN_VALUES else screen.shaped(held)

    return words.told(_VALUE.sub(unsaid, _QUOTED.sub(unsaid, kept)))


def unredacted(name: str, value: str) -> bool:
    """Whether a kept header field shows what `header` leaves of none, whatever was received: an unlisted value, a
    secret, a text where a number, a moment or a tag stands. What depends on what was asked is not looked at."""
    if name in SECRET_HEADERS:
        return _PSEUDONYM.match(value) is None
    kind = HEADERS[name][0] if name in HEADERS else ""
    if kind == "parameters":
        quoted = (found.strip('"') for found in _QUOTED.findall(value))
        return any(held not in _SPOKEN_VALUES and _readable(held) for held in quoted)
    grammar = _GRAMMARS.get(kind)
    if grammar is None and kind:
        return False
    return not (grammar and grammar.fullmatch(value)) and value != "redacted" and _readable(value)


def _readable(value: str) -> bool:
    """Whether more is left of a value than shapes, beside what takes the place of numbers, secrets and full names."""
    return _LEFT.search(_TAKEN.sub("", value)) is not None


_GRAMMARS = {"number": _NUMBER, "moment": _MOMENT, "tag": _TAG}
_PSEUDONYM = re.compile(r"(?:\S* )?token-[0-9a-f]{16}(?: \(.*\))?\Z")
_TAKEN = re.compile(
    rf"bsn-[\w-]+(?:\^{{3}}[\w.&]+(?:\^[A-Z]{{1,5}})?)?|token-[0-9a-f]{{16}}|1900-?01(?:-?01)?|\AW/|{words.called()}"
)
_LEFT = re.compile(rf"[^\W_xX01{LETTER}{DIGIT}]")
