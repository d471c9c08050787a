"""Switches at the token endpoint."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Literal
from urllib.parse import parse_qs, parse_qsl, urlencode

from conformance.model.agreements import Json
from conformance.simulators.assertions import ALGORITHMS, Check, Checks
from conformance.simulators.faults import Hook, switch
from conformance.simulators.faults.recognising import Request, recognised, request_of
from conformance.simulators.http import Answer, Call, Handler, Interceptor
from conformance.simulators.token import TokenServer


@switch("token.skip", hook=Hook.ASSERTION)
def skip(
    *,
    check: Literal["typ", "alg", "key", "signature", "issuer", "audience", "expiry", "issued", "replay", "certificate"],
) -> Callable[[Checks], Checks]:
    """One check of the client assertion is not made.

    `alg` believes whatever is not signed with an asymmetric key, `key` whatever is signed under an id that names none.
    """
    lenient = {"alg": _unless_unsigned, "key": _unless_unknown}

    def change(checks: Checks) -> Checks:
        kept = {name: one for name, one in checks.items() if name != check}
        return {**kept, "signature": lenient[check](checks["signature"])} if check in lenient else kept

    return change


def _unless_unsigned(signature: Check) -> Check:
    return lambda shown: signature(shown) if shown.header.get("alg") in ALGORITHMS else None


def _unless_unknown(signature: Check) -> Check:
    return lambda shown: signature(shown) if shown.header.get("kid") in shown.client.keys else None


@switch("token.believe", hook=Hook.OAUTH)
def believe(
    *, assertion: str = "", hollow: Literal["", "empty", "absent"] = ""
) -> Callable[[TokenServer], Interceptor]:
    """Gives a token for what is wrong in this way (see `recognising`), or in any; `hollow`: a token answer in which
    it is empty, or absent."""

    def around(tokens: TokenServer) -> Interceptor:
        def intercept(call: Call, handler: Handler) -> Answer:
            request = _request(call, tokens)
            wrong = recognised(request)
            if wrong and wrong == (assertion or wrong):
                return _hollowed(tokens.grant(request.client, call.certificate), hollow)
            return handler(call)

        return intercept

    return around


def _hollowed(answer: Answer, hollow: str) -> Answer:
    if not hollow:
        return answer
    members = {**json.loads(answer.body), "access_token": ""}
    kept = {name: value for name, value in members.items() if value or hollow == "empty"}
    return replace(answer, body=json.dumps(kept).encode())


@switch("token.lenient", hook=Hook.OAUTH)
def lenient(
    *, request: Literal["grant-other", "grant-absent", "grant-twice", "assertion-twice", ""] = ""
) -> Callable[[TokenServer], Interceptor]:
    """A form that is wrong in this way, or in any, is taken for what it should have said."""

    def intercept(call: Call, handler: Handler) -> Answer:
        pairs = parse_qsl(call.body.decode("ascii", "replace"), keep_blank_values=True)
        wrong = _spoiled(pairs)
        if call.method != "POST" or not wrong or request not in ("", wrong):
            return handler(call)
        return handler(replace(call, body=urlencode({**dict(pairs), "grant_type": "client_credentials"}).encode()))

    return lambda _: intercept


def _spoiled(pairs: list[tuple[str, str]]) -> str:
    """How a form is wrong; empty when it is not."""
    names, said = [name for name, _ in pairs], dict(pairs)
    if names.count("client_assertion") > 1:
        return "assertion-twice"
    if names.count("grant_type") > 1:
        return "grant-twice"
    if "grant_type" not in said:
        return "grant-absent"
    return "" if said["grant_type"] == "client_credentials" else "grant-other"


@switch("token.replay", hook=Hook.OAUTH)
def replay(
    *, again: Literal["whole", "jti", "claims", ""] = "", between: int = -1
) -> Callable[[TokenServer], Interceptor]:
    """Forgets what was shown: takes an assertion again (`whole`), or another one with its `jti`, after so many others
    in `between`; left out, in any way and after any number. `claims`: remembers all that was claimed together, so that
    it takes a `jti` beside another time."""

    def around(tokens: TokenServer) -> Interceptor:
        shown: dict[Json, tuple[Request, int]] = {}

        def intercept(call: Call, handler: Handler) -> Answer:
            request = _request(call, tokens)
            known, jti = len(shown), str(request.claims.get("jti"))
            answer = handler(call)
            if answer.status == 200:
                shown[jti] = (request, known)
            elif jti in shown and not recognised(request):
                before, place = shown[jti]
                how = "whole" if before.compact == request.compact else "jti"
                if again == "claims" and before.claims != request.claims:
                    how = again
                if how == (again or how) and between in (-1, known - place - 1):
                    return tokens.grant(request.client, call.certificate)
            return answer

        return intercept

    return around


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


@switch("token.plain-errors", hook=Hook.OAUTH)
def plain_errors() -> Callable[[TokenServer], Interceptor]:
    """Refusals are a page of HTML."""

    def intercept(call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        if answer.status < 400:
            return answer
        return Answer(answer.status, (("Content-Type", "text/html"),), b"<html><body>Refused</body></html>")

    return lambda _: intercept


def _request(call: Call, tokens: TokenServer) -> Request:
    form = dict(parse_qsl(call.body.decode("ascii", "replace"), keep_blank_values=True))
    return request_of(form, call.header("authorization"), tokens)


@switch("token.error-code", hook=Hook.OAUTH)
def error_code(*, code: str) -> Callable[[TokenServer], Interceptor]:
    """Refusals carry this error code, whatever it means; an empty one leaves it out."""

    def intercept(call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        if answer.status < 400:
            return answer
        return replace(answer, body=json.dumps({"error": code} if code else {}).encode())

    return lambda _: intercept


_ODD: Mapping[str, Callable[[Json], Json]] = {
    "text": str,
    "negative": lambda _: -1,
    "fraction": lambda _: 299.5,
    "list": lambda value: [value],
    "number": lambda _: 1,
}


@switch("token.member", hook=Hook.OAUTH)
def member(
    *, name: str, odd: Literal["text", "negative", "fraction", "list", "number"]
) -> Callable[[TokenServer], Interceptor]:
    """A token answer has a member in a form that is not its own."""

    def intercept(call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        if answer.status != 200:
            return answer
        members = json.loads(answer.body)
        return replace(answer, body=json.dumps({**members, name: _ODD[odd](members.get(name))}).encode())

    return lambda _: intercept
