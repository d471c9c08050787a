"""A recording whose time or address cannot be so contradicts itself."""

from __future__ import annotations

import json
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.harness.plausible import implausible
from conformance.model.exchange import Recording, TlsSession
from conformance.recordings.identifiers import counted
from conformance.recordings.redaction import Redactor
from conformance.recordings.remeasure import contradictions
from conformance.synthesis.pki import TestPki
from tests.recordings.making import ANNA, JSON, SYSTEM, exchange


@pytest.mark.parametrize(("days", "expected"), [(0, []), (-900, ["started"]), (4000, ["started"])])
def test_what_was_answered_over_tls_had_a_valid_certificate(tmp_path: Path, days: int, expected: list[str]) -> None:
    pki = TestPki.create(tmp_path / "pki")
    peer = (ssl.PEM_cert_to_DER_cert(pki.server.certificate.read_text()),)
    moment = datetime.now(UTC) + timedelta(days=days)
    session = TlsSession(version="TLSv1.3", cipher="x", peer=peer)
    made = exchange(b"", tls=session, started=f"{moment:%Y-%m-%dT%H:%M:%S}.000Z")
    assert [one.fact for one in contradictions(made, b"")] == expected
    jumped = replace(made, facts={"clock_jump_s": 86_400})
    assert not [one for one in contradictions(jumped, b"") if one.fact == "started"]


@pytest.mark.parametrize(
    ("url", "location", "facts", "expected"),
    [
        ("https://h/x?q=bsn-anna", "", {"bsn_in_url": True}, []),
        ("https://h/x?q=y", "", {"bsn_in_url": True}, ["bsn_in_url"]),
        ("https://h/x?token=token-0123456789abcdef", "", {"bsn_in_url": True}, []),
        ("https://h/x", "https://h/bsn-anna", {"bsn_in_location": True}, []),
        ("https://h/x", "https://h/y", {"bsn_in_location": True}, ["bsn_in_location"]),
        ("https://h/x", "", {"bsn_in_location": True}, ["bsn_in_location"]),
    ],
)
def test_a_number_in_an_address_stands_there(
    url: str, location: str, facts: dict[str, Any], expected: list[str]
) -> None:
    headers = (("location", location),) if location else ()
    made = exchange(b"", url=url, headers=headers, facts=facts)
    assert [one.fact for one in contradictions(made, b"")] == expected


NARRATIVE = (
    f'<div xmlns="http://hl7.org/fhir"><identifier><system value="{SYSTEM}"/><value value="{ANNA}"/></identifier></div>'
)


def identified(*numbers: str) -> bytes:
    return json.dumps({"identifier": [{"system": SYSTEM, "value": number} for number in numbers]}).encode()


@pytest.mark.parametrize(
    ("body", "seen", "valid", "expected"),
    [
        (identified("bsn-anna", "bsn-invalid"), 2, 1, []),
        (identified("bsn-anna"), 3, 3, ["bsn_seen"]),
        (b'{"valueString": "x", "value": 1}', 2, 2, []),  # beside what they stood is not looked at
        (b"<a/>", 4, 4, ["bsn_seen"]),
        (identified("bsn-anna", "bsn-bram"), 1, 1, ["bsn_seen"]),
        (identified("bsn-anna", "bsn-invalid"), 2, 2, ["bsn_valid"]),
        (b"[broken", 0, 0, []),
    ],
)
def test_the_numbers_kept_are_those_that_were_counted(body: bytes, seen: int, valid: int, expected: list[str]) -> None:
    made = exchange(body, facts={"bsn_seen": seen, "bsn_valid": valid, "body_size": len(body)})
    assert [one.fact for one in contradictions(made, b"")] == expected


SCALARS = st.sampled_from([ANNA, "12", "", " ", 7, 1.5, None, True, "https://x/y?z", NARRATIVE])
NAMES = st.sampled_from(["identifier", "value", "system", "valueString", "text", "div", "resourceType", "x", "bsn"])
DOCUMENTS = st.recursive(
    SCALARS | st.sampled_from([SYSTEM, "Patient"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(NAMES, inner, max_size=4)
        | st.fixed_dictionaries({"system": st.just(SYSTEM), "value": inner})
    ),
    max_leaves=12,
)


@given(
    DOCUMENTS.filter(lambda document: isinstance(document, dict | list)), st.sampled_from([JSON, "application/json"])
)
def test_what_redaction_counts_is_never_more_than_it_keeps(document: Any, media: str) -> None:
    redacted = Redactor({ANNA: "anna"}).redact(exchange(json.dumps(document).encode(), media))
    assert redacted.response is not None
    assert "bsn_seen" not in [fact for fact, _ in counted(redacted, redacted.response)]


@pytest.mark.parametrize(
    ("status", "body", "peer", "expected"),
    [
        (200, b"x", (b"x",), []),
        (304, b"", (b"x",), []),
        (304, b"x", (b"x",), ["a body with a status that has none"]),
        (200, b"x", (), ["a server without a certificate"]),
    ],
)
def test_no_answer_is_such(status: int, body: bytes, peer: tuple[bytes, ...], expected: list[str]) -> None:
    session = TlsSession(version="TLSv1.3", cipher="TLS_AES_256_GCM_SHA384", peer=peer)
    made = exchange(body, tls=session, run="r")
    assert made.response is not None
    recording = Recording(
        scenario="s", exchanges=(replace(made, response=replace(made.response, status=status)),), run="r"
    )
    assert [text.en for text in implausible(recording, "r")] == [f"{made.id}: {one}." for one in expected]
