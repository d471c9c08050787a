"""Asking for tokens (Twiin-07: RFC 6749 with RFC 7523 client authentication over mutual TLS)."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

from conformance.model.exchange import Rung
from conformance.protocols.observing import Performed
from conformance.protocols.operations import operation
from conformance.protocols.session import Session
from conformance.protocols.tokens import Assertion, ask_token, token_form, token_of


@operation(
    "oauth.token",
    endpoint="oauth",
    rests_on=Rung.CLIENT_CERTIFICATE,
    yields=("access_token",),
    times=lambda given: 2 if given.get("assertion") == Assertion.REPLAYED else 1,
)
def token(
    session: Session, *, assertion: Assertion = Assertion.VALID, method: Literal["POST", "GET"] = "POST"
) -> Performed:
    """Ask for a token. `replayed` presents one valid assertion twice (fact `presentation` 1 and 2)."""
    form = token_form(session, Assertion(assertion))
    times = 2 if assertion == Assertion.REPLAYED else 1
    observed = tuple(
        replace(one, facts={**one.facts, "presentation": number})
        for number, one in enumerate((ask_token(session, form, method) for _ in range(times)), start=1)
    )
    answer = token_of(observed[0])
    return Performed(observed=observed, values={"access_token": answer["access_token"]} if answer else {})
