"""A certificate that is not what its role says shows nothing, and is not shown."""

from __future__ import annotations

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from conformance.model.exchange import Outcome, Rung
from conformance.protocols.catalogue import operations
from conformance.protocols.observing import Observed
from conformance.protocols.roles import shown_by_counterpart
from conformance.protocols.session import Session
from conformance.protocols.troubles import TroubleError
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


NOW = datetime.now(UTC)
WRONG = ("foreign", "self-signed", "expired", "elsewhere")


def code_of(pki: TestPki, role: str, shown: str, host: str = "localhost", moment: datetime = NOW) -> str:
    """The trouble of a counterpart that is to show the certificate of one role in another; none when it does."""
    clients = trust_of(pki).clients
    try:
        shown_by_counterpart({**clients, role: clients[shown]}, role, host, moment)
    except TroubleError as error:
        return error.trouble.code
    return ""


@pytest.mark.parametrize("wrong", WRONG)
def test_what_a_counterpart_shows_of_the_test_pki_is_wrong_in_one_thing(pki: TestPki, wrong: str) -> None:
    assert code_of(pki, f"counterpart-{wrong}", f"counterpart-{wrong}") == ""


@pytest.mark.parametrize("wrong", WRONG)
@pytest.mark.parametrize("shown", ["valid", "other", *(f"counterpart-{other}" for other in WRONG)])
def test_in_the_role_of_another_it_is_not_shown(pki: TestPki, wrong: str, shown: str) -> None:
    if shown != f"counterpart-{wrong}":
        assert code_of(pki, f"counterpart-{wrong}", shown) == "client-certificate-unsuitable"


@pytest.mark.parametrize("wrong", WRONG)
def test_neither_is_what_is_wrong_in_a_second_thing(pki: TestPki, wrong: str) -> None:
    """It does not name the address either, is out of date too, or not valid yet: all of which a node may refuse for."""
    role = f"counterpart-{wrong}"
    if wrong != "elsewhere":
        assert code_of(pki, role, role, host="suite.elsewhere") == "client-certificate-unsuitable"
    if wrong != "expired":
        assert code_of(pki, role, role, moment=NOW + timedelta(days=100)) == "client-certificate-unsuitable"
    assert code_of(pki, role, role, moment=NOW - timedelta(days=100)) == "client-certificate-unsuitable"


def test_a_certificate_for_clients_alone_is_none_of_a_counterpart(pki: TestPki) -> None:
    """`other-purpose` is for servers, and a good one for that."""
    assert code_of(pki, "counterpart", "other-purpose") == ""
    assert code_of(pki, "counterpart-foreign", "other-purpose") == "client-certificate-unsuitable"


def test_the_good_one_is_that_of_the_counterpart_else_the_valid_one(pki: TestPki) -> None:
    clients = trust_of(pki).clients
    assert shown_by_counterpart(clients, "counterpart", "localhost", NOW) == clients["valid"]
    own = {**clients, "counterpart": clients["other"]}
    assert shown_by_counterpart(own, "counterpart", "localhost", NOW) == clients["other"]


@pytest.mark.parametrize("role", ["counterpart", "counterpart-expired"])
def test_without_a_good_one_nothing_is_shown(pki: TestPki, role: str) -> None:
    expired = {"counterpart-expired": trust_of(pki).clients["counterpart-expired"]}
    with pytest.raises(TroubleError) as caught:
        shown_by_counterpart(expired, role, "localhost", NOW)
    assert caught.value.trouble.code == "client-certificate-missing"
    assert caught.value.trouble.text.endswith("(counterpart)")


def test_what_cannot_be_read_is_not_shown(pki: TestPki) -> None:
    clients = trust_of(pki).clients
    lost = replace(clients["counterpart-expired"], certificate=pki.folder / "nowhere.pem")
    with pytest.raises(TroubleError) as caught:
        shown_by_counterpart({**clients, "counterpart-expired": lost}, "counterpart-expired", "localhost", NOW)
    assert caught.value.trouble.code == "client-certificate-unreadable"
