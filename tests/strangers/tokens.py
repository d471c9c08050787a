"""Who may read: access tokens at the source, and what the token endpoint says."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from conformance.simulators.faults import Hook, Piece
from conformance.simulators.fhir.source import NARROW, Guard
from conformance.simulators.http import Answer, Call, Handler, Interceptor
from conformance.simulators.token import OTHER_CERTIFICATE, TokenServer
from tests.strangers.nodes import Place, legal, wrong
from tests.strangers.places import answers, value_of


def token_of(call: Call) -> str:
    return call.header("authorization").partition(" ")[2]


def token_answers(**when: Any) -> Place:
    """A function of call and answer at the token endpoint: the answer that is given instead."""
    place = answers(Hook.OAUTH, **when)

    def around(change: Callable[[Call, Answer], Answer]) -> Piece:
        return Piece(Hook.OAUTH, lambda _: place(change).part)

    return around


def guards(lets: Callable[[Call, str], bool]) -> Piece:
    """A place: a function of a FHIR call and what the guard has against it, whether it is served nonetheless."""

    def change(guard: Guard) -> Guard:
        def look(call: Call) -> str | None:
            problem = guard(call)
            return None if problem is not None and lets(call, problem) else problem

        return look

    return Piece(Hook.ACCESS, change)


def as_json(answer: Answer, change: Callable[[Any], Any]) -> Answer:
    """The answer with what its JSON becomes."""
    return replace(answer, body=json.dumps(change(json.loads(answer.body))).encode())


def letting(known: Callable[[Call], object], problem: str) -> Callable[[Guard], Guard]:
    """A guard that overlooks a problem at whom it has let in before, told by what is known of a call."""

    def change(guard: Guard) -> Guard:
        seen: set[object] = set()

        def look(call: Call) -> str | None:
            found = guard(call)
            if found is None:
                seen.add(known(call))
            return None if found == problem and known(call) in seen else found

        return look

    return change


@wrong("PULL-01", at=Hook.ACCESS)
def asks_for_a_token_once(guard: Guard) -> Guard:
    """Whoever showed a token once needs none any more on later connections with the same certificate."""
    return letting(lambda call: call.certificate, "")(guard)


@wrong("PULL-01", "PULL-02", at=Hook.FHIR)
class KeepsAnswersByAddress:
    """A cache before the guard gives what it kept of an address, whoever asks."""

    def __init__(self) -> None:
        self.kept: dict[object, Answer] = {}

    def __call__(self, call: Call, handler: Handler) -> Answer:
        key = (call.method, call.path, call.query, call.body, call.header("accept"))
        if key not in self.kept and (answer := handler(call)).status == 200:
            self.kept[key] = answer
        return self.kept.get(key) or handler(call)


@wrong("PULL-03", at=Hook.ACCESS)
def looks_at_the_binding_once(guard: Guard) -> Guard:
    """A token that its owner has used is let by with any certificate from then on."""
    return letting(token_of, OTHER_CERTIFICATE)(guard)


@wrong("PULL-04", at=guards)
def takes_the_token_from_the_address_too(call: Call, problem: str) -> bool:
    """A library that also finds a token in the query, for any search."""
    return problem == "" and bool(value_of(call, "access_token"))


@wrong("SAFE-05", at=Hook.ACCESS)
def adds_up_rights(guard: Guard) -> Guard:
    """Rights are kept by client: a token with fewer has those of one that was shown before."""
    return letting(lambda call: call.certificate, NARROW)(guard)


@wrong("PULL-22", "PULL-31", at=token_answers(status_was=401))
def reports_errors_with_200(_: Call, answer: Answer) -> Answer:
    """The gateway gives every answer of the service behind it as 200."""
    return replace(answer, status=200)


@wrong("PULL-32", at=Hook.OAUTH)
def forbids_storing_the_first_only(_: TokenServer) -> Interceptor:
    """Later tokens come from another code path, which forgot Cache-Control."""
    given: list[Answer] = []

    def intercept(call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        if answer.status == 200:
            given.append(answer)
        return answer if len(given) < 2 else answer.with_header("Cache-Control", None)

    return intercept


@legal("RFC 6749 section 5.1: expires_in is recommended, further members are ignored", at=token_answers(status_was=200))
def says_not_how_long(_: Call, answer: Answer) -> Answer:
    """A token without expires_in, with members of the vendor's own and its type in lower case."""
    kept = {"token_type": "bearer", "issued_at": 1, "session": {"id": None}}
    return as_json(answer, lambda body: {"access_token": body["access_token"], **kept})


@legal("RFC 6749 section 5.2: invalid_client may be answered with 400", at=token_answers(status_was=401))
def refuses_with_400(_: Call, answer: Answer) -> Answer:
    """Every refusal at the token endpoint is a 400."""
    return replace(answer, status=400)


@legal("RFC 9111 section 5.2: directives in any case, beside others, and in several lines", at=token_answers())
def forbids_storing_in_capitals(_: Call, answer: Answer) -> Answer:
    """Cache-Control in two lines, in capitals."""
    others = answer.with_header("Cache-Control", None).headers
    lines = (("Cache-Control", "Private"), ("Cache-Control", "NO-STORE, max-age=0"))
    return replace(answer, headers=(*others, *lines))
