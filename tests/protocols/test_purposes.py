"""A certificate that was not issued for clients, shown in real handshakes."""

from __future__ import annotations

from contextlib import closing

import pytest

from conformance.protocols.catalogue import operations
from conformance.protocols.observing import Observed
from conformance.protocols.session import Session
from conformance.simulators.reference import ReferenceNode
from conformance.synthesis.pki import TestPki
from tests.protocols.making import node_at, trust_of

ROLES = ("valid", "other", "none", "expired", "revoked", "foreign", "self-signed", "other-purpose")


def met(node: ReferenceNode, pki: TestPki) -> dict[str, Observed]:
    """What each certificate meets at the bare address of a node."""
    found = {}
    with closing(Session(node_at(node.url, trust_of(pki)))) as session:
        for role in ROLES:
            (found[role],) = (
                operations()["door.address"].perform(session, {"endpoint": "fhir", "certificate": role}).observed
            )
    return found


@pytest.mark.parametrize(
    ("faults", "welcome"), [((), {"valid", "other"}), (("SAFE-F-30",), {"valid", "other", "other-purpose"})]
)
@pytest.mark.parametrize("release", ["1.4", "1.5"])
def test_a_certificate_for_servers_opens_one_door_only(
    pki: TestPki, faults: tuple[str, ...], welcome: set[str], release: str
) -> None:
    """It is refused for its purpose, in the way that counts as a refusal; a door that looks at a list lets it in."""
    with ReferenceNode(release, faults=faults, pki=pki) as node:
        seen = met(node, pki)
    assert {role for role, one in seen.items() if one.response is not None} == welcome
    troubles = {one.trouble.code for role, one in seen.items() if one.trouble is not None}
    assert troubles == {"client-certificate-refused"}
