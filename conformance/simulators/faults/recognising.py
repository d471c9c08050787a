"""What is wrong with a token request, by the names that testers use: so that a fault may believe this and no other."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from conformance.model.agreements import Json
from conformance.simulators.assertions import ALGORITHMS, Client
from conformance.simulators.token import TokenServer

Parts = Mapping[str, Json]
_ELSEWHERE, _SOMEBODY = "https://another.example/token", "another-client"
_HOUR_S, _DAY_S, _MINUTE_S, _FEW_MINUTES_S = 3600, 86_400, 60, 300


@dataclass(frozen=True, slots=True)
class Request:
    """A token request, its assertion taken apart as far as it goes."""

    form: Mapping[str, str]
    authorization: str
    compact: str
    header: Parts
    claims: Parts
    signature: str
    server: TokenServer

    @property
    def client(self) -> Client:
        """The only client there is."""
        return next(iter(self.server.clients.values()))


def request_of(form: Mapping[str, str], authorization: str, server: TokenServer) -> Request:
    """A token request as it came in."""
    compact = form.get("client_assertion", "")
    first, second, third = (*compact.split("."), "", "", "")[:3]
    return Request(form, authorization, compact, _object(first), _object(second), third, server)


def recognised(request: Request) -> str:
    """The name of what is wrong; empty when nothing is known to be."""
    if not request.compact:
        return _secret(request)
    return next((name for names in (_unsigned, _showing, _sealing, _claiming) for name in names(request)), "")


def _secret(request: Request) -> str:
    if request.authorization.lower().startswith("basic "):
        return "secret-basic"
    secret = request.form.get("client_secret")
    if secret is None:
        return ""
    return {"": "secret-empty", request.client.id: "secret-client-id"}.get(secret, "secret-post")


def _unsigned(request: Request) -> Iterator[str]:
    algorithm = request.header.get("alg")
    if request.compact.count(".") == 1:
        yield "two-parts"
    elif not algorithm:
        yield "alg-empty" if algorithm == "" else "alg-null" if "alg" in request.header else "alg-absent"
    elif str(algorithm).lower() == "none":
        yield f"alg-{algorithm}"
    elif str(algorithm).startswith("HS"):
        yield _by_secret(request, str(algorithm))
    elif not request.signature:
        yield "no-signature"


def _by_secret(request: Request, algorithm: str) -> str:
    key = request.client.keys[next(iter(request.client.keys))]
    secrets = {
        "pem": key.as_pem(private=False),
        "pem-stripped": key.as_pem(private=False).strip(),
        "der": key.as_der(private=False),
        "jwk": json.dumps(key.as_dict(private=False), sort_keys=True).encode(),
        "client-id": request.client.id.encode(),
    }
    covered = request.compact.rpartition(".")[0].encode()
    bits = algorithm.removeprefix("HS")
    made = {name: _encoded(hmac.digest(secret, covered, f"sha{bits}")) for name, secret in secrets.items()}
    name = next((name for name, one in made.items() if one == request.signature), "empty")
    return f"hs{bits}-{name}"


def _showing(request: Request) -> Iterator[str]:
    """A key, or where to find one, in the header."""
    for name in ("jku", "x5c", "x5u"):
        if name in request.header:
            yield f"own-{name}" if request.header.get("kid") else f"own-{name}-no-kid"
    if "jwk" in request.header:
        yield "own-jwk-known-kid" if request.header.get("kid") in request.client.keys else "own-jwk"


def _sealing(request: Request) -> Iterator[str]:
    """A signature that does not fit what is said: of a stranger, or of us over something else."""
    if _fits(request, request.compact):
        return
    for name, other in _before(request):
        if _fits(request, other):
            yield f"tampered-{name}"
            return
    kid = request.header.get("kid")
    if str(request.header.get("alg"))[:2] == "ES":
        yield "unknown-key-other-kind"
    elif kid in request.client.keys:
        yield "unknown-key-rs256" if request.header.get("alg") == "RS256" else "unknown-key"
    else:
        yield _UNKNOWN.get(kid, "unknown-key-path-kid") if kid is None or isinstance(kid, str) else _NUMBERED


_UNKNOWN = {None: "unknown-key-no-kid", "": "unknown-key-empty-kid", "unknown": "unknown-key-other-kid"}
_NUMBERED = "unknown-key-number-kid"


def _before(request: Request) -> Iterator[tuple[str, str]]:
    """What may have been signed, when it was changed since."""
    claims, times = dict(request.claims), ("iat", "exp")
    earlier = {name: claims[name] - _HOUR_S for name in times if isinstance(claims.get(name), int)}
    changed: dict[str, Parts] = {
        "aud": {"aud": _ELSEWHERE},
        "sub": {"iss": _SOMEBODY, "sub": _SOMEBODY},
        "exp": earlier,
    }
    for name, said in changed.items():
        yield name, f"{_written(request.header)}.{_written({**claims, **said})}.{request.signature}"
    plain = {name: value for name, value in request.header.items() if name != "note"}
    yield "header", f"{_written(plain)}.{_written(claims)}.{request.signature}"
    raw = bytearray(_decoded(request.signature))
    if raw:
        raw[len(raw) // 2] ^= 1
    yield "signature", f"{request.compact.rpartition('.')[0]}.{_encoded(bytes(raw))}"


def _claiming(request: Request) -> Iterator[str]:
    """What a well signed assertion should not say, or leave out."""
    if "typ" not in request.header:
        yield "no-typ"
    for claim in ("iss", "sub", "aud", "exp", "jti"):
        yield from _shape(claim, request.claims)
    for claim in ("iss", "sub"):
        if request.claims.get(claim) == _SOMEBODY:
            yield f"{claim}-other"
    yield from _audience(request.claims.get("aud"), request.server.audience())
    yield from _times(request)


def _shape(claim: str, claims: Parts) -> Iterator[str]:
    value = claims.get(claim)
    if claim not in claims:
        yield f"{claim}-absent"
    elif value is None:
        yield f"{claim}-null"
    elif value == "":
        yield f"{claim}-empty"
    elif claim == "jti" and isinstance(value, dict | int):
        yield "jti-object" if isinstance(value, dict) else "jti-true" if value is True else "jti-number"
    elif isinstance(value, dict) or (isinstance(value, list) and claim != "aud"):
        yield f"{claim}-shape"
    elif claim == "exp" and isinstance(value, str):
        yield "exp-text"


def _audience(said: Json, own: str) -> Iterator[str]:
    if isinstance(said, list):
        yield "aud-others"
    elif said == _ELSEWHERE:
        yield "aud-other"
    elif said != own:
        path = urlsplit(str(said)).path == urlsplit(own).path
        yield "aud-begins" if str(said).startswith(own) else "aud-path" if path else "aud-holds"


def _times(request: Request) -> Iterator[str]:
    now, issued, ends = request.server.clock(), request.claims.get("iat"), request.claims.get("exp")
    if "nbf" in request.claims:
        yield "future-nbf"
    elif isinstance(issued, int) and issued > now + _MINUTE_S:
        yield "future-day" if issued > now + _DAY_S / 2 else "future-hour"
    elif ends == 0:
        yield "expired-zero"
    elif isinstance(ends, float) and ends < now:
        yield "expired-fraction"
    elif isinstance(ends, int) and isinstance(issued, int) and ends < now - _MINUTE_S:
        older = "expired-hour" if issued < now - _HOUR_S / 2 else "expired-minutes"
        late = "expired-two-minutes" if ends > now - _FEW_MINUTES_S else older
        yield "expired-only" if issued > now - _MINUTE_S else late


def _fits(request: Request, compact: str) -> bool:
    return any(_verifies(compact, key) for key in request.client.keys.values())


def _verifies(compact: str, key: RSAKey | ECKey) -> bool:
    try:
        jws.deserialize_compact(compact, key, algorithms=list(ALGORITHMS))
    except (JoseError, ValueError):
        return False
    return True


def _object(part: str) -> Parts:
    try:
        value = json.loads(_decoded(part))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


def _written(parts: Parts) -> str:
    return _encoded(json.dumps(parts).encode())
