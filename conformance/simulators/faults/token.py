"""Switches at the token endpoint and at the check of tokens."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal
from urllib.parse import parse_qs

from conformance.simulators.assertions import ALGORITHMS, Check, Checks, Shown
from conformance.simulators.faults import Hook, Piece, When, switch
from conformance.simulators.fhir.reply import FhirActor, FhirRefusalError, Reply
from conformance.simulators.fhir.source import Guard
from conformance.simulators.http import Answer, Call, Handler, Interceptor
from conformance.simulators.token import EXPIRED, NOT_OURS, OTHER_CERTIFICATE, TokenServer


@switch("token.skip", hook=Hook.ASSERTION)
def skip(
    *,
    check: Literal["typ", "alg", "key", "signature", "issuer", "audience", "expiry", "issued", "replay", "certificate"],
) -> Callable[[Checks], Checks]:
    """One check of the client assertion is not made.

    `alg` believes whatever is not signed with an asymmetric key; `key` believes a signature of another length than the
    registered key makes (so: of another key); `signature` believes one of the right length, and with it any sub.
    """
    lenient = {"alg": _unless_unsigned, "key": _unless_other_key, "signature": _unless_right_length}

    def change(checks: Checks) -> Checks:
        left_out = {check, "issuer"} if check == "signature" else {check}
        kept = {name: one for name, one in checks.items() if name not in left_out or name == "signature"}
        return {**kept, "signature": lenient[check](checks["signature"])} if check in lenient else kept

    return change


def _unless_unsigned(signature: Check) -> Check:
    return lambda shown: signature(shown) if shown.header.get("alg") in ALGORITHMS else None


def _unless_other_key(signature: Check) -> Check:
    return lambda shown: signature(shown) if _right_length(shown) else None


def _unless_right_length(signature: Check) -> Check:
    return lambda shown: None if _right_length(shown) else signature(shown)


def _right_length(shown: Shown) -> bool:
    """Whether the signature is as long as one of the client's RSA keys makes it."""
    encoded = shown.compact.rpartition(".")[2]
    size = len(base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4)))
    return any(len(base64.urlsafe_b64decode(_modulus(key) + "==")) == size for key in shown.client.keys.values())


def _modulus(key: object) -> str:
    as_dict = getattr(key, "as_dict", dict)
    return str(as_dict(private=False).get("n", ""))


@switch("token.accept-shared-secret", hook=Hook.OAUTH)
def accept_shared_secret() -> Callable[[TokenServer], Interceptor]:
    """A client id with any secret will do."""

    def around(tokens: TokenServer) -> Interceptor:
        def intercept(call: Call, handler: Handler) -> Answer:
            form = parse_qs(call.body.decode("ascii", "replace"))
            client = tokens.clients.get(form.get("client_id", [""])[0])
            if client is not None and "client_secret" in form:
                return tokens.grant(client, call.certificate)
            return handler(call)

        return intercept

    return around


@switch("token.accept-get", hook=Hook.OAUTH)
def accept_get() -> Callable[[TokenServer], Interceptor]:
    """Takes the token request from the query of a GET."""

    def intercept(call: Call, handler: Handler) -> Answer:
        if call.method != "GET":
            return handler(call)
        form = "&".join(f"{name}={value}" for name, value in call.query)
        headers = {**call.headers, "content-type": "application/x-www-form-urlencoded"}
        return handler(replace(call, method="POST", body=form.encode(), headers=headers))

    return lambda _: intercept


@switch("token.plain-errors", hook=Hook.OAUTH)
def plain_errors() -> Callable[[TokenServer], Interceptor]:
    """Refusals are a page of HTML."""

    def intercept(call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        if answer.status < 400:
            return answer
        return Answer(answer.status, (("Content-Type", "text/html"),), b"<html><body>Refused</body></html>")

    return lambda _: intercept


@switch("token.error-code", hook=Hook.OAUTH)
def error_code(*, code: str) -> Callable[[TokenServer], Interceptor]:
    """Refusals carry this error code, whatever it means; an empty one leaves it out."""

    def intercept(call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        if answer.status < 400:
            return answer
        return replace(answer, body=json.dumps({"error": code} if code else {}).encode())

    return lambda _: intercept


Sort = Literal["none", "garbage", "expired", "other-certificate", "in-url", "wrong"]
ANY: Sort = "wrong"
REFUSED: Mapping[str, frozenset[str]] = {
    "none": frozenset({""}),
    "garbage": frozenset({NOT_OURS}),
    "expired": frozenset({EXPIRED}),
    "other-certificate": frozenset({OTHER_CERTIFICATE}),
    "in-url": frozenset(),
    "wrong": frozenset({NOT_OURS, EXPIRED, OTHER_CERTIFICATE}),
}
"""Why a guard refuses a token of each sort."""


@switch("access.accept", hook=Hook.ACCESS)
def accept(*, when: When, token: Sort = ANY) -> tuple[Piece, ...]:
    """The FHIR source serves a call that has no token anywhere, or a wrong one of this sort, or has it in the address;
    `wrong` is any of these but none."""

    def meant(call: Call) -> bool:
        return when.meets(call) and not (token == "none" and _in_url(call))

    def change(guard: Guard) -> Guard:
        def believe(call: Call) -> str | None:
            refused = guard(call)
            return None if refused in REFUSED[token] and meant(call) else refused

        return believe

    believing = Piece(Hook.ACCESS, change)
    return (believing, Piece(Hook.RESOURCES, _from_url(when))) if token in ("in-url", "wrong") else (believing,)


def _from_url(when: When) -> Callable[[Call, FhirActor], Reply]:
    def act(call: Call, actor: FhirActor) -> Reply:
        token = _in_url(call)
        if not token or not when.meets(call):
            return actor(call)
        query = tuple(pair for pair in call.query if pair[0] != "access_token")
        return actor(replace(call, query=query, headers={**call.headers, "authorization": f"Bearer {token}"}))

    return act


def _in_url(call: Call) -> str:
    return next((value for name, value in call.query if name == "access_token"), "")


@switch("access.refuse-all", hook=Hook.RESOURCES)
def refuse_all(*, status: int = 403) -> Callable[[Call, FhirActor], Reply]:
    """No call is served, whatever token it shows; the capabilities still are."""

    def refuse(call: Call, actor: FhirActor) -> Reply:
        if call.path == "/metadata":
            return actor(call)
        raise FhirRefusalError(status, "forbidden", "Nobody may see anything here.")

    return refuse
