"""Access tokens made from a good one, each wrong in one thing only.

A token that is a JWT (RFC 7519) is taken apart. Of any other only the form is known: what is made of it has the same.
"""

from __future__ import annotations

import json
import uuid
from base64 import b64encode, urlsafe_b64decode
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from joserfc.jwk import ECKey, RSAKey

from conformance.protocols.signers import Parts, base64url, certificate_of_stranger, flipped, imported, sealed, written
from conformance.synthesis.keys import cached_key, pem_of

ELSEWHERE = "https://another.example"
_CLASSES = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "ABCDEFGHIJKLMNOPQRSTUVWXYZ", "-_", "+/~")
"""What stands for its like in a token (b64token, RFC 6750 2.1): a dot divides and `=` fills up, these stay."""
_BITS = 2048


@dataclass(frozen=True, slots=True)
class Good:
    """A good token in its parts; without header and claims when it is no JWT."""

    whole: str
    header: Parts
    claims: Parts
    signature: str


def forged(kind: str, token: str) -> str:
    """What is shown in place of a good token."""
    return FORGERIES[kind](_read(token))


def _read(token: str) -> Good:
    parts = token.split(".")
    try:
        header, claims = (json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4))) for part in parts[:2])
    except (ValueError, RecursionError):
        header, claims = None, None
    if len(parts) != 3 or not isinstance(header, dict) or not isinstance(claims, dict):
        return Good(token, {}, {}, "")
    return Good(token, header, claims, parts[2])


def unlike(expired: str, good: str, now: datetime) -> str:
    """Why a token that is said to have expired is no good one past its end; empty when nothing shows that."""
    kept, fresh = _read(expired), _read(good)
    if not kept.header and not fresh.header:
        return "" if len(expired) == len(good) else "of another length than a good token"
    if {**kept.header, "kid": ""} != {**fresh.header, "kid": ""} or kept.claims.get("iss") != fresh.claims.get("iss"):
        return "of another issuer or kind than a good token"
    ends = kept.claims.get("exp")
    return "" if isinstance(ends, int) and ends < now.timestamp() else "not past its end"


def _of_another_issuer(good: Good) -> str:
    """All it says is as it should be, but for who issued it, and so who signed."""
    return _by_stranger(good, iss=ELSEWHERE) if good.header else _turned_over(good.whole, _places(good.whole))


def _by_another_key(good: Good) -> str:
    """It names the right issuer, who did not sign it."""
    if good.header:
        return _by_stranger(good, jti=str(uuid.uuid4()))
    places = _places(good.whole)
    return _turned_over(good.whole, places[len(places) // 2 :])


def _with_other_claim(good: Good) -> str:
    """It ends a little later than the one that was signed."""
    if not good.header:
        return _turned_over(good.whole, _one_of(good.whole, 1))
    ends = good.claims.get("exp")
    later: Parts = {"exp": ends + 1} if isinstance(ends, int) else {"iss": ELSEWHERE}
    return f"{good.whole.partition('.')[0]}.{base64url(json.dumps(good.claims | later))}.{good.signature}"


def _with_other_signature(good: Good) -> str:
    if good.header and len(good.signature) > 1:
        return f"{good.whole.rpartition('.')[0]}.{flipped(good.signature)}"
    return _turned_over(good.whole, _one_of(good.whole, 3))


def _without_signature(good: Good) -> str:
    return f"{good.whole.rpartition('.')[0]}." if good.header else good.whole[: len(good.whole) * 3 // 4]


def _unsigned(good: Good) -> str:
    """The claims alone, and the word that they are not signed."""
    return written({**good.header, "alg": "none"}, good.claims or _INVENTED) + "."


def _by_shown_key(good: Good) -> str:
    """Signed with a key that the token itself shows."""
    key, algorithm = _stranger(good)
    header = {**good.header, "alg": algorithm, "jwk": key.as_dict(private=False)}
    return sealed(header, good.claims or _INVENTED, key)


def _by_shown_chain(good: Good) -> str:
    """Signed with the key of a certificate that the token itself shows."""
    key = imported(pem_of(cached_key("unknown-signing", _BITS)))
    header: Parts = {**good.header, "alg": "PS256", "x5c": [b64encode(certificate_of_stranger()).decode()]}
    return sealed(header, good.claims or _INVENTED, key)


_INVENTED: Parts = {"iss": ELSEWHERE, "sub": "somebody", "scope": "*"}
"""What may be said where nobody knows what a token says."""

FORGERIES: Mapping[str, Callable[[Good], str]] = {
    "foreign-issuer": _of_another_issuer,
    "foreign-key": _by_another_key,
    "altered-claim": _with_other_claim,
    "altered-signature": _with_other_signature,
    "no-signature": _without_signature,
    "unsigned": _unsigned,
    "own-key": _by_shown_key,
    "own-chain": _by_shown_chain,
}
"""Every forgery, by the name that scenarios use."""


_NOBODYS = uuid.UUID("5a1c7e04-93d8-4b6f-8e27-c0f46d1b92a3")


def _of_parts(many: int) -> str:
    return ".".join(base64url(uuid.uuid5(_NOBODYS, str(number)).bytes) for number in range(many))


NONSENSE: Mapping[str, str] = {
    "garbage": "not-a-token",
    "uuid": str(_NOBODYS),
    "dotted": _of_parts(3),
    "five-parts": _of_parts(5),
    "word-null": "null",
}
"""What nobody issued: a word, the key of a session, what is divided as signed or encrypted tokens are, no value."""


def _by_stranger(good: Good, **claims: str) -> str:
    key, algorithm = _stranger(good)
    header: Parts = {**good.header, "alg": algorithm}
    return sealed(header, good.claims | claims, key)


def _stranger(good: Good) -> tuple[RSAKey | ECKey, str]:
    """A key that nobody knows, of the kind that signed the good token where that is known."""
    algorithm = str(good.header.get("alg"))
    curve = {"ES256": "P-256", "ES384": "P-384", "ES512": "P-521"}.get(algorithm)
    if curve:
        return ECKey.generate_key(curve), algorithm
    rsa = imported(pem_of(cached_key("unknown-signing", _BITS)))
    return rsa, algorithm if algorithm.startswith(("RS", "PS")) else "RS256"


def _places(token: str) -> list[int]:
    """The places of the characters that have a like, first to last."""
    return [at for at, char in enumerate(token) if any(char in kind for kind in _CLASSES)]


def _one_of(token: str, quarter: int) -> list[int]:
    """One of these places, so many quarters from the beginning of them."""
    places = _places(token)
    start = len(places) * quarter // 4
    return places[start : start + 1]


def _turned_over(token: str, places: Collection[int]) -> str:
    """The token with the characters at these places changed into the next of their kind: its form stays what it was."""
    return "".join(_next(char) if at in places else char for at, char in enumerate(token))


def _next(char: str) -> str:
    for kind in _CLASSES:
        if char in kind:
            return kind[(kind.index(char) + 1) % len(kind)]
    return char
