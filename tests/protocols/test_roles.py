"""A certificate that is not what its role says shows nothing, and is not shown."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace

import pytest

from conformance.model.exchange import Outcome, Rung
from conformance.protocols.catalogue import operations
from conformance.protocols.observing import Observed
from conformance.protocols.session import Session
from conformance.synthesis.pki import TestPki
from tests.protocols.making import node_at, trust_of


def rung_with(pki: TestPki, role: str, other: str) -> Observed:
    """Ring nowhere in a role with the certificate of another."""
    trust = trust_of(pki)
    swapped = replace(trust, clients={**trust.clients, role: trust.clients[other]})
    with closing(Session(node_at("https://localhost:9", swapped))) as session:
        (observed,) = operations()["door.address"].perform(session, {"endpoint": "fhir", "certificate": role}).observed
    return observed


@pytest.mark.parametrize(
    ("role", "other"),
    [
        ("expired", "foreign"),
        ("expired", "valid"),
        ("expired", "self-signed"),
        ("revoked", "expired"),
        ("revoked", "foreign"),
        ("foreign", "valid"),
        ("foreign", "expired"),
        ("self-signed", "foreign"),
        ("other-purpose", "valid"),
        ("other-purpose", "expired"),
        ("other-purpose", "foreign"),
    ],
)
def test_another_certificate_than_the_role_says_is_not_shown(pki: TestPki, role: str, other: str) -> None:
    observed = rung_with(pki, role, other)
    assert observed.outcome is Outcome.NOT_PLAYED
    assert observed.trouble is not None
    assert observed.trouble.code == "client-certificate-unsuitable"
    assert observed.trouble.rung is Rung.CONFIGURATION
    assert f"trust.clients.{role}" in observed.trouble.text


@pytest.mark.parametrize("role", ["valid", "expired", "revoked", "foreign", "self-signed", "other-purpose", "other"])
def test_the_certificates_of_the_test_pki_suit_their_roles(pki: TestPki, role: str) -> None:
    observed = rung_with(pki, role, role)
    assert observed.trouble is not None
    assert observed.trouble.code != "client-certificate-unsuitable"
