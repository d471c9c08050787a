"""Secrets that a server's words spill become pseudonyms, and what it says of them stays readable."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest

from conformance.recordings.redaction import Redactor, lists
from conformance.recordings.redaction.masks import Pseudonyms
from conformance.recordings.redaction.spills import without_secrets
from tests.recordings.making import JSON, exchange

SECRET = "hunter2"
JWT = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJqYW5zc2VuIn0."
SPILLED = {
    "password=hunter2": SECRET,
    "passwd: hunter2": SECRET,
    "pwd = 'hunter2'": SECRET,
    "wachtwoord:geheim": "geheim",
    "client_secret=xyz": "xyz",
    "secret: xyz-uvw": "xyz-uvw",
    'api_key: "xyzuvw"': "xyzuvw",
    "apikey=x1": "x1",
    "token=xyz": "xyz",
    "access_token: x1y2": "x1y2",
    "Authorization: Bearer xyzuvw": "xyzuvw",
    "authorization=Basic amFuOg==": "amFuOg==",
    "got Bearer xyz.uvw.123": "xyz.uvw.123",
    "cannot reach https://jan:geheim@x/fhir": "jan:geheim",
    "jdbc:postgresql://jan:geheim@db/x": "jan:geheim",
    "login jan:geheim@db refused": "jan:geheim",
    f"unsigned {JWT}": JWT,
    "key 9f86d081884c7d659a2feaa0c55ad015": "9f86d081884c7d659a2feaa0c55ad015",
    "key dGhpcyBpcyBhIHNlY3JldCAxMjM0": "dGhpcyBpcyBhIHNlY3JldCAxMjM0",
}


def told(text: str, media: str) -> str:
    body = {
        JSON: {"resourceType": "OperationOutcome", "issue": [{"diagnostics": text}]},
        "application/json": {"error_description": text},
    }.get(media)
    planted = exchange(json.dumps(body).encode() if body else text.encode(), media)
    assert planted.response is not None
    found = Redactor({}).redact(replace(planted, response=replace(planted.response, status=500))).response
    assert found is not None
    return found.body.decode()


@pytest.mark.parametrize("text", SPILLED)
@pytest.mark.parametrize("media", [JSON, "application/json", "text/plain"])
def test_a_secret_in_what_an_error_says_becomes_a_pseudonym(text: str, media: str) -> None:
    kept = told(text, media)
    assert not re.search(rf"(?<![a-z]){re.escape(SPILLED[text])}", kept)
    assert len(re.findall(r"token-[0-9a-f]{16}", kept)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "the token is invalid",
        "invalid_token: it has expired",
        "missing Authorization: Bearer",
        "unknown resource a1b2c3d4-0000-4000-8000-255604002abc",
        "nl.zorg.fhir.search.parameters.unknown",
        "see https://localhost/fhir",
        "resource a-very-long-name-of-something",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert without_secrets(text, Pseudonyms()) == text


NAMED = ("password", "wachtwoord", "secret", "api_key", "private key", "token", "assertion", "credential")


@pytest.mark.parametrize("name", [*NAMED, "authorization", "cookie", "session_id"])
def test_each_word_that_names_a_secret_is_needed(name: str) -> None:
    assert len([one for one in lists.SPILLING if re.search(one, name)]) == 1
    assert without_secrets(f"{name}=abc", Pseudonyms()).startswith(f"{name}=token-")


def test_equal_secrets_get_equal_pseudonyms_and_words_of_the_question_stay() -> None:
    first, second = re.findall(r"token-\w+", without_secrets("password=abc secret=abc", Pseudonyms()))
    assert first == second
    asked = "a1b2c3d4e5f6a7b8c9d0e1"
    assert without_secrets(f"unknown {asked}", Pseudonyms(), [asked]) == f"unknown {asked}"
