"""Token answers that the suite takes for one: with a token that can stand in a header field."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.model.exchange import Outcome, Response
from conformance.protocols.observing import Observed
from conformance.protocols.tokens import token_of


def answered(members: Any, status: int = 200) -> Observed:
    body = json.dumps(members).encode()
    return Observed(outcome=Outcome.ANSWERED, started="", response=Response(status=status, body=body))


def test_an_answer_with_a_token_is_one() -> None:
    assert token_of(answered({"access_token": "x"})) == {"access_token": "x"}


@pytest.mark.parametrize("token", ["", None, 1, ["x"], "a\nb", "\u00e9"])
def test_an_answer_without_a_token_that_can_be_shown_is_none(token: Any) -> None:
    assert token_of(answered({"access_token": token})) == {}


def test_a_refusal_is_none() -> None:
    assert token_of(answered({"access_token": "x"}, 401)) == {}
