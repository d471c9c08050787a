"""A recording whose time or address cannot be so contradicts itself."""

from __future__ import annotations

import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from conformance.model.exchange import TlsSession
from conformance.recordings.remeasure import contradictions
from conformance.synthesis.pki import TestPki
from tests.recordings.making import exchange


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
