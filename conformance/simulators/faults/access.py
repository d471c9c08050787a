"""Switches at the check of access tokens."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Literal, get_args

from conformance.simulators.faults import Hook, Piece, When, switch
from conformance.simulators.fhir.reply import FhirActor, FhirRefusalError, Reply
from conformance.simulators.fhir.source import NARROW, Guard
from conformance.simulators.http import Call
from conformance.simulators.token import EXPIRED, NOT_OURS, OTHER_CERTIFICATE

Sort = Literal[
    "none",
    "garbage",
    "expired",
    "other-certificate",
    "in-url",
    "narrow",
    "foreign-issuer",
    "foreign-key",
    "altered-claim",
    "altered-signature",
    "no-signature",
    "unsigned",
    "own-key",
    "own-chain",
    "uuid",
    "dotted",
    "five-parts",
    "word-null",
    "beside-wrong",
    "wrong",
    "anything",
]
ANY: Sort = "wrong"
ALL: Sort = "anything"
_ANYTHING = frozenset(get_args(Sort))
_WRONG = _ANYTHING - {"none"}
LETTING: Mapping[str, frozenset[str]] = {ANY: _WRONG, ALL: _ANYTHING}
"""Which sorts the words mean that stand for several."""
REFUSED: Mapping[str, str] = {"": "none", EXPIRED: "expired", OTHER_CERTIFICATE: "other-certificate", NARROW: "narrow"}
"""Of which sort a token is that a guard refuses for this reason; of others it has to be looked at."""


def sort_of(call: Call, guard: Guard) -> str:
    """Of which wrong sort the token of a call is; empty for a good one."""
    refused = guard(call)
    if refused is None:
        return ""
    return _forged(call, guard) if refused == NOT_OURS else REFUSED[refused]


def _forged(call: Call, guard: Guard) -> str:
    token = call.header("authorization").partition(" ")[2].strip()
    first, second, signature = (*token.split("."), "", "", "")[:3]
    header, claims = _object(first), _object(second)
    if not header or not claims:
        return next((sort for sort, form in _NONSENSE.items() if re.fullmatch(form, token)), "garbage")
    if str(header.get("alg")).lower() == "none":
        return "unsigned"
    if not signature:
        return "no-signature"
    if "jwk" in header or "x5c" in header:
        return "own-key" if "jwk" in header else "own-chain"
    if "another.example" in str(claims.get("iss")):
        return "foreign-issuer"
    before = json.dumps(claims | {"exp": claims.get("exp", 0) - 1}, separators=(",", ":")).encode()
    undone = {
        "altered-claim": f"{first}.{_encoded(before)}.{signature}",
        "altered-signature": f"{first}.{second}.{_encoded(_flipped(_decoded(signature)))}",
    }
    for name, original in undone.items():
        if guard(replace(call, headers={**call.headers, "authorization": f"Bearer {original}"})) != NOT_OURS:
            return name
    return "foreign-key"


_NONSENSE: Mapping[str, str] = {
    "uuid": r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "word-null": "null",
    "dotted": r"[\w-]+(?:\.[\w-]+){2}",
    "five-parts": r"[\w-]+(?:\.[\w-]+){4}",
}


def _flipped(signature: bytes) -> bytes:
    middle = len(signature) // 2
    return signature[:middle] + bytes([signature[middle] ^ 1]) + signature[middle + 1 :]


def _object(part: str) -> dict[str, Any]:
    try:
        value = json.loads(_decoded(part))
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")


class _Lenient:
    """A guard that lets in some of whom another refuses. Several may stand behind one another; of which sort a token
    is, is asked of the `genuine` one beneath them all, lest each asks all others again and again."""

    def __init__(self, guard: Guard, lets: Callable[[Call, Guard], bool]) -> None:
        self._guard, self._lets = guard, lets
        self.genuine: Guard = guard.genuine if isinstance(guard, _Lenient) else guard

    def __call__(self, call: Call) -> str | None:
        refused = self._guard(call)
        return None if refused is not None and self._lets(call, self.genuine) else refused


@switch("access.accept", hook=Hook.ACCESS)
def accept(*, when: When, token: Sort = ANY) -> tuple[Piece, ...]:
    """The FHIR source serves a call that has no token anywhere, or a wrong one of this sort, or has it in the address;
    `wrong` is any of the sorts but none, `anything` any of them."""

    misplaced = token in ("in-url", "beside-wrong", "wrong")

    def meant(call: Call) -> bool:
        return when.meets(call) and (misplaced or not _in_url(call))

    def lets(call: Call, genuine: Guard) -> bool:
        return meant(call) and sort_of(call, genuine) in LETTING.get(token, {token})

    believing = Piece(Hook.ACCESS, lambda guard: _Lenient(guard, lets))
    return (believing, Piece(Hook.RESOURCES, _from_url(when, token))) if misplaced else (believing,)


def _misplaced(call: Call) -> str:
    """Of which sort a token in the address is; empty where there is none."""
    return ("beside-wrong" if call.header("authorization") else "in-url") if _in_url(call) else ""


def _from_url(when: When, sort: Sort) -> Callable[[Call, FhirActor], Reply]:
    def act(call: Call, actor: FhirActor) -> Reply:
        token = _in_url(call)
        if not token or not when.meets(call) or sort not in (ANY, _misplaced(call)):
            return actor(call)
        query = tuple(pair for pair in call.query if pair[0] != "access_token")
        return actor(replace(call, query=query, headers={**call.headers, "authorization": f"Bearer {token}"}))

    return act


def _in_url(call: Call) -> str:
    return next((value for name, value in call.query if name == "access_token"), "")


@switch("access.unexplained", hook=Hook.RESOURCES)
def unexplained(*, when: When, token: Sort = ANY) -> tuple[Piece, ...]:
    """Refuses a token of this sort (`wrong`: of any, also none) with a 401 that does not say how to do it right."""
    asked: list[Guard] = []

    def noting(guard: Guard) -> Guard:
        asked[:] = [guard]
        return guard

    def meant(call: Call) -> bool:
        if not when.meets(call) or token == ANY:
            return when.meets(call)
        return token == (_misplaced(call) or sort_of(call, asked[0]))

    def act(call: Call, actor: FhirActor) -> Reply:
        try:
            return actor(call)
        except FhirRefusalError as refusal:
            if refusal.reply.status in (401, 403) and meant(call):
                refusal.reply = replace(refusal.reply, status=401, headers=())
            raise

    return Piece(Hook.ACCESS, noting), Piece(Hook.RESOURCES, act)


@switch("access.refuse-with-data", hook=Hook.RESOURCES)
def refuse_with_data(*, when: When) -> tuple[Piece, ...]:
    """Says that a call is refused, and gives what was asked all the same."""
    refused = threading.local()

    def change(guard: Guard) -> Guard:
        return lambda call: None if getattr(refused, "now", False) else guard(call)

    def act(call: Call, actor: FhirActor) -> Reply:
        try:
            return actor(call)
        except FhirRefusalError as refusal:
            if refusal.reply.status not in (401, 403) or not when.meets(call):
                raise
            headers, status = refusal.reply.headers, refusal.reply.status
        refused.now = True
        try:
            query = tuple(pair for pair in call.query if pair[0] != "access_token")
            return replace(actor(replace(call, query=query)), status=status, headers=headers)
        finally:
            refused.now = False

    return Piece(Hook.ACCESS, change), Piece(Hook.RESOURCES, act)
