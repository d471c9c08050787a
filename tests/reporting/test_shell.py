"""The curl line: what a shell really makes of it, with hostile text in every place."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.model.exchange import Direction, Request
from conformance.reporting.shell import curl
from tests.reporting import making

NASTY = "'; touch hacked; $(touch hacked) `touch hacked` \\ \" \n & | ! {a,b} [1-2]"


def words_of(text: str, folder: Path) -> list[str]:
    """The arguments a shell passes to `curl`, and proof that nothing else ran."""
    values = {
        "TOKEN": "t0ken",
        "BSN_ANNA": "123",
        "CERTIFICATE": "c.pem",
        "KEY": "k.pem",
        "ROOTS": "r.pem",
        "BODY": "b",
    }
    script = "curl() { printf '%s\\0' \"$@\"; }\n" + text
    done = subprocess.run(
        ["sh", "-c", script], capture_output=True, check=True, cwd=folder, env=values | {"CLIENT_ASSERTION": "jws"}
    )
    assert done.stderr == b""
    assert list(folder.iterdir()) == []
    return done.stdout.decode("utf-8", "surrogateescape").split("\0")[:-1]


def request(**changes: object) -> Request:
    """A request that the suite sent."""
    given: dict[str, object] = {"method": "GET", "url": "https://node.example/fhir/Patient?identifier=bsn|bsn-anna"}
    return Request(**(given | changes))  # type: ignore[arg-type]


def line(asked: Request) -> str:
    """Its curl line."""
    made = curl(making.exchange(request=asked))
    assert made is not None
    return made.text


def test_secrets_and_patients_are_variables(tmp_path: Path) -> None:
    asked = request(headers=(("authorization", "Bearer token-1a2b"), ("accept", "application/json"), ("host", "x")))
    made = curl(making.exchange(request=asked))
    assert made is not None
    assert made.variables == ("BSN_ANNA", "CERTIFICATE", "KEY", "ROOTS", "TOKEN")
    assert "token-1a2b" not in made.text
    words = words_of(made.text, tmp_path)
    assert words[words.index("--url") + 1] == "https://node.example/fhir/Patient?identifier=bsn|123"
    assert "authorization: Bearer t0ken" in words
    assert not any(word.startswith("host:") for word in words)


@pytest.mark.parametrize("operation", ["oauth.token", "door.token", "plain.token"])
def test_a_token_request_carries_a_placeholder_for_the_assertion(tmp_path: Path, operation: str) -> None:
    body = b"grant_type=client_credentials&client_assertion=pseudonym&scope=x"
    asked = request(method="POST", body=body, size=len(body))
    made = curl(making.exchange(operation=operation, request=asked))
    assert made is not None
    words = words_of(made.text, tmp_path)
    assert words[words.index("--data-raw") + 1] == "grant_type=client_credentials&client_assertion=jws&scope=x"


def test_search_parameters_that_sound_like_secrets_stay(tmp_path: Path) -> None:
    url = "https://n/fhir/Observation?code=http://loinc.org|29463-7&assertion=x"
    words = words_of(line(request(url=url)), tmp_path)
    assert words[words.index("--url") + 1] == url
    words = words_of(line(request(url="https://n/fhir/Patient?access_token=token-1&code=x")), tmp_path)
    assert words[words.index("--url") + 1] == "https://n/fhir/Patient?access_token=t0ken&code=x"


@pytest.mark.parametrize("body", [b"x" * 4096, b"\xff\xfe", b"a\0b", b""])
def test_a_body_that_does_not_fit_a_line_is_a_file(body: bytes) -> None:
    assert '--data-binary @"$BODY"' in line(request(method="POST", body=body, size=9))


def test_hostile_text_stays_one_word(tmp_path: Path) -> None:
    asked = request(url=f"https://n/{NASTY}", method=NASTY, headers=((f"@{NASTY}", NASTY),), body=NASTY.encode())
    words = words_of(line(asked), tmp_path)
    assert words[words.index("--url") + 1] == f"https://n/{NASTY}"
    assert words[words.index("--request") + 1] == NASTY
    assert words[words.index("--header") + 1] == f"{NASTY}: {NASTY}"
    assert words[words.index("--data-raw") + 1] == NASTY


@settings(max_examples=40, deadline=None)
@given(text=st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",))))
def test_any_text_stays_one_word(text: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    words = words_of(line(request(url=f"https://n/{text}-")), tmp_path_factory.mktemp("empty"))
    if "bsn-" not in text and "access_token=" not in text:
        assert words[words.index("--url") + 1] == f"https://n/{text}-"


def test_a_wrong_token_or_certificate_has_a_variable_of_its_own() -> None:
    asked = request(headers=(("authorization", "Bearer x"),))
    wrong = curl(
        making.exchange(request=asked, tls=None, given={"token": "other-certificate", "certificate": "expired"})
    )
    assert wrong is not None
    assert {"TOKEN_OTHER_CERTIFICATE", "CERTIFICATE_EXPIRED", "KEY_EXPIRED"} <= set(wrong.variables)
    bare = curl(making.exchange(request=asked, tls=None, given={"certificate": "none", "version": "TLSv1.2"}))
    assert bare is not None
    assert "--cert" not in bare.text
    assert "--tlsv1.2 --tls-max 1.2" in bare.text


def test_text_of_a_node_never_asks_for_a_variable() -> None:
    made = curl(making.exchange(request=request(url='https://n/"$PATH"?x="$LD_PRELOAD"')))
    assert made is not None
    assert made.variables == ("CERTIFICATE", "KEY", "ROOTS")


def test_what_curl_cannot_repeat_has_no_line() -> None:
    assert curl(making.exchange(request=None)) is None
    assert curl(making.exchange(direction=Direction.RECEIVED)) is None
    assert curl(making.exchange(request=request(url="-o /etc/passwd"))) is None
