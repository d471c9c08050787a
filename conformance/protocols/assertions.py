"""Client assertions (RFC 7523 section 2.2) in the right form and in every wrong one: each wrong in one thing only.

A kind is a function from a draft, that is a good assertion about to be signed, to what is sent.
"""

from __future__ import annotations

import hmac
import json
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from urllib.parse import urlsplit

from conformance.model.agreements import Json
from conformance.protocols.signers import Parts, Signer, base64url, certificate_of_stranger, flipped, sealed, written

VALID, REPLAYED, SAME_JTI = "valid", "replayed", "same-jti"
LIFETIME_S = 60
A_LITTLE_S = 2
"""So much earlier an assertion was issued whose name is shown again: what is new then says another time."""
LONG_AGO_S, BRIEFLY_S, DAY_S = 3600, 600, 86_400
LATE_S = 120
"""What ended so long ago is taken by whoever allows clocks to differ by more than a minute."""
ELSEWHERE = "https://another.example/token"
SOMEBODY = "another-client"
NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Draft:
    """A good assertion that is about to be signed."""

    header: Parts
    claims: Parts
    signer: Signer


Kind = Callable[[Draft], str]


def signed(draft: Draft) -> str:
    """As agreed: a JWS in compact form."""
    return sealed(draft.header, draft.claims, draft.signer.key)


def _claiming(draft: Draft, **claims: Json) -> str:
    return _saying(draft, claims)


def _saying(draft: Draft, claims: Parts) -> str:
    return signed(replace(draft, claims=_without(draft.claims | claims)))


def _headed(draft: Draft, **header: Json) -> str:
    return signed(replace(draft, header=_without(draft.header | header)))


def _without(parts: Parts) -> Parts:
    return {name: value for name, value in parts.items() if value != NOTHING}


def _shifted(draft: Draft, seconds: int) -> str:
    return _claiming(draft, iat=draft.claims["iat"] + seconds, exp=draft.claims["exp"] + seconds)


def _ending(draft: Draft, ago: int | None) -> str:
    """Issued now, and yet at its end: so long ago, or (None) at the beginning of time."""
    return _claiming(draft, exp=0 if ago is None else draft.claims["iat"] - ago)


def _ending_within(draft: Draft) -> str:
    """The same at a part of a second, which a NumericDate may have (RFC 7519 section 2)."""
    return _claiming(draft, exp=draft.claims["iat"] - BRIEFLY_S + 0.5)


def _not_before(draft: Draft, seconds: int) -> str:
    return _claiming(draft, nbf=draft.claims["iat"] + seconds)


def _unsigned(draft: Draft, algorithm: str | None) -> str:
    return written(_without(draft.header | {"alg": algorithm}), draft.claims) + "."


def _unsealed(draft: Draft) -> str:
    """Signed as agreed, and the signature taken away."""
    return signed(draft).rpartition(".")[0] + "."


def _in_two_parts(draft: Draft) -> str:
    return written(draft.header | {"alg": "none"}, draft.claims)


def _by_secret(draft: Draft, bits: int, secret: Callable[[Draft], bytes]) -> str:
    """An HMAC in place of a signature: confused (RFC 8725 section 2.1) when its secret is our public key."""
    covered = written(draft.header | {"alg": f"HS{bits}"}, draft.claims)
    return f"{covered}.{base64url(hmac.digest(secret(draft), covered.encode(), f'sha{bits}'))}"


def _pem(draft: Draft) -> bytes:
    return draft.signer.key.as_pem(private=False)


def _der(draft: Draft) -> bytes:
    return draft.signer.key.as_der(private=False)


def _jwk(draft: Draft) -> bytes:
    return json.dumps(draft.signer.key.as_dict(private=False), sort_keys=True).encode()


def _by_stranger(draft: Draft, **header: Json) -> str:
    """Well signed, with a key that nobody knows."""
    return _headed(replace(draft, signer=draft.signer.stranger()), **header)


def _by_other_kind(draft: Draft) -> str:
    """By an elliptic key where ours is RSA, and the other way round."""
    stranger = draft.signer.of_other_kind()
    return _headed(replace(draft, signer=stranger), alg=stranger.algorithm)


def _by_stranger_in_rs256(draft: Draft) -> str:
    """With an algorithm that many libraries take first: by an RSA key that nobody knows, under our id."""
    return _headed(replace(draft, signer=draft.signer.rsa_stranger()), alg="RS256")


def _by_shown_key(draft: Draft, shown: Callable[[Signer], Parts], **header: Json) -> str:
    """By a stranger who shows in the header which key to check with."""
    stranger = draft.signer.rsa_stranger()
    return _headed(replace(draft, signer=stranger), alg=stranger.algorithm, **shown(stranger), **header)


def _key_itself(stranger: Signer) -> Parts:
    return {"jwk": stranger.key.as_dict(private=False)}


def _key_set(stranger: Signer) -> Parts:
    keys = {"keys": [{**stranger.key.as_dict(private=False), "kid": stranger.kid}]}
    return {"jku": f"data:application/json;base64,{_padded(json.dumps(keys).encode())}"}


def _chain(_: Signer) -> Parts:
    return {"x5c": [_padded(certificate_of_stranger())]}


def _chain_at(_: Signer) -> Parts:
    pem = f"-----BEGIN CERTIFICATE-----\n{_padded(certificate_of_stranger())}\n-----END CERTIFICATE-----\n"
    return {"x5u": f"data:application/x-pem-file;base64,{_padded(pem.encode())}"}


def _padded(data: bytes) -> str:
    return b64encode(data).decode()


def _turned(draft: Draft, **before: Json) -> str:
    """Signed while it said something else, and only then made to say what is wanted."""
    signature = signed(replace(draft, claims=draft.claims | before)).rpartition(".")[2]
    return f"{written(draft.header, draft.claims)}.{signature}"


def _turned_late(draft: Draft) -> str:
    claims = draft.claims
    return _turned(draft, iat=claims["iat"] - LONG_AGO_S, exp=claims["exp"] - LONG_AGO_S)


def _with_more_header(draft: Draft) -> str:
    signature = signed(draft).rpartition(".")[2]
    return f"{written(draft.header | {'note': 'added'}, draft.claims)}.{signature}"


def _with_other_signature(draft: Draft) -> str:
    covered, _, signature = signed(draft).rpartition(".")
    return f"{covered}.{flipped(signature)}"


def _boxed(draft: Draft, claim: str) -> str:
    """The right value in a shape that is none: in a list; an audience, which may be a list, as the name of a member."""
    value = draft.claims[claim]
    return _saying(draft, {claim: {value: True} if claim == "aud" else [value]})


def _claims() -> Iterator[tuple[str, Kind]]:
    """Of each claim that must be there: left out, empty, null, in the wrong shape."""
    for claim in ("iss", "sub", "aud", "exp", "jti"):
        for how, value in (("absent", NOTHING), ("empty", ""), ("null", None)):
            yield f"{claim}-{how}", partial(_saying, claims={claim: value})
        yield f"{claim}-shape", partial(_boxed, claim=claim)
    for claim in ("iss", "sub"):
        yield f"{claim}-other", partial(_saying, claims={claim: SOMEBODY})
    others: Parts = {"number": 17, "true": True, "object": {"id": "one"}}
    for how, other in others.items():
        yield f"jti-{how}", partial(_saying, claims={"jti": other})
    yield "exp-text", partial(_claiming, exp="never")


def _audience(draft: Draft, form: Callable[[str], Json]) -> str:
    return _claiming(draft, aud=form(draft.claims["aud"]))


def _same_path(own: str) -> str:
    """The address of somebody else's token endpoint, that differs in its host only."""
    return urlsplit(own)._replace(scheme="https", netloc="same-path.example").geturl()


KINDS: Mapping[str, Kind] = {
    VALID: signed,
    REPLAYED: signed,
    SAME_JTI: partial(_shifted, seconds=-A_LITTLE_S),
    "no-typ": partial(_headed, typ=NOTHING),
    **{f"alg-{name}": partial(_unsigned, algorithm=name) for name in ("none", "None", "NONE", "nOnE")},
    "alg-absent": partial(_unsigned, algorithm=NOTHING),
    "alg-empty": partial(_unsigned, algorithm=""),
    "alg-null": partial(_unsigned, algorithm=None),
    "no-signature": _unsealed,
    "two-parts": _in_two_parts,
    **{f"hs{bits}-pem": partial(_by_secret, bits=bits, secret=_pem) for bits in (256, 384, 512)},
    "hs256-pem-stripped": partial(_by_secret, bits=256, secret=lambda draft: _pem(draft).strip()),
    "hs256-der": partial(_by_secret, bits=256, secret=_der),
    "hs256-jwk": partial(_by_secret, bits=256, secret=_jwk),
    "hs256-empty": partial(_by_secret, bits=256, secret=lambda _: b""),
    "hs256-client-id": partial(_by_secret, bits=256, secret=lambda draft: str(draft.claims["iss"]).encode()),
    "aud-other": partial(_audience, form=lambda _: ELSEWHERE),
    "aud-others": partial(_audience, form=lambda _: [ELSEWHERE, "https://third.example/token"]),
    "aud-path": partial(_audience, form=_same_path),
    "aud-begins": partial(_audience, form=lambda own: f"{own}.another.example"),
    "aud-holds": partial(_audience, form=lambda own: f"{ELSEWHERE}?for={own}"),
    "expired-hour": partial(_shifted, seconds=-LONG_AGO_S),
    "expired-minutes": partial(_shifted, seconds=-BRIEFLY_S - LIFETIME_S),
    "expired-two-minutes": partial(_shifted, seconds=-LATE_S - LIFETIME_S),
    "expired-only": partial(_ending, ago=BRIEFLY_S),
    "expired-zero": partial(_ending, ago=None),
    "expired-fraction": _ending_within,
    "future-hour": partial(_shifted, seconds=LONG_AGO_S),
    "future-day": partial(_shifted, seconds=DAY_S),
    "future-nbf": partial(_not_before, seconds=LONG_AGO_S),
    "unknown-key": _by_stranger,
    "unknown-key-no-kid": partial(_by_stranger, kid=NOTHING),
    "unknown-key-other-kid": partial(_by_stranger, kid="unknown"),
    "unknown-key-path-kid": partial(_by_stranger, kid="../../../dev/null"),
    "unknown-key-empty-kid": partial(_by_stranger, kid=""),
    "unknown-key-number-kid": partial(_by_stranger, kid=17),
    "unknown-key-other-kind": _by_other_kind,
    "unknown-key-rs256": _by_stranger_in_rs256,
    "tampered-aud": partial(_turned, aud=ELSEWHERE),
    "tampered-sub": partial(_turned, iss=SOMEBODY, sub=SOMEBODY),
    "tampered-exp": _turned_late,
    "tampered-header": _with_more_header,
    "tampered-signature": _with_other_signature,
    "own-jwk": partial(_by_shown_key, shown=_key_itself, kid=NOTHING),
    "own-jwk-known-kid": partial(_by_shown_key, shown=_key_itself),
    "own-jku": partial(_by_shown_key, shown=_key_set),
    "own-x5c-no-kid": partial(_by_shown_key, shown=_chain, kid=NOTHING),
    "own-x5c": partial(_by_shown_key, shown=_chain),
    "own-x5u": partial(_by_shown_key, shown=_chain_at),
    **dict(_claims()),
}
"""Every assertion that can be sent, by the name that scenarios use."""
