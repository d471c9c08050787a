"""Asking for tokens (Twiin-07: RFC 6749 with RFC 7523 client authentication over mutual TLS)."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Literal

from conformance.model.agreements import Json
from conformance.model.exchange import Rung
from conformance.protocols.assertions import KINDS, REPLAYED, SAME_JTI, VALID
from conformance.protocols.observing import Performed
from conformance.protocols.operations import OneOf, operation
from conformance.protocols.session import Session
from conformance.protocols.tokens import SECRETS, TokenForm, ask_token, spoilt, token_form, token_of

AGAIN = (REPLAYED, SAME_JTI)
Spoiled = Literal["", "grant-other", "grant-absent", "grant-twice", "assertion-twice"]
Shown = Annotated[str, OneOf(frozenset({*KINDS, *SECRETS}))]


def _times(given: Mapping[str, Json]) -> int:
    return 2 + int(given.get("between", 0)) if given.get("assertion") in AGAIN else 1


@operation("oauth.token", endpoint="oauth", rests_on=Rung.CLIENT_CERTIFICATE, yields=("access_token",), times=_times)
def token(
    session: Session,
    *,
    assertion: Shown = VALID,
    between: int = 0,
    method: Literal["POST", "GET"] = "POST",
    spoiled: Spoiled = "",
) -> Performed:
    """Ask for a token; `spoiled`: by a form that is wrong in this way.

    `replayed` presents one good assertion, then so many others `between`, then the first again; `same-jti` at last a
    new one, of another time, that has the name of the first. The fact `presentation` counts them from 1.
    """
    asked = (
        again(session, assertion, between) if assertion in AGAIN else [spoilt(token_form(session, assertion), spoiled)]
    )
    said = (ask_token(session, one, method) for one in asked)
    observed = tuple(
        replace(one, facts={**one.facts, "presentation": number}) for number, one in enumerate(said, start=1)
    )
    answer = token_of(observed[0])
    return Performed(observed=observed, values={"access_token": answer["access_token"]} if answer else {})


def again(session: Session, assertion: str, between: int) -> Iterator[TokenForm]:
    """The token requests of which the last shows what the first did."""
    jti = str(uuid.uuid4())
    first = token_form(session, assertion, jti=jti)
    yield first
    for _ in range(between):
        yield token_form(session, VALID)
    yield first if assertion == REPLAYED else token_form(session, VALID, jti=jti)
