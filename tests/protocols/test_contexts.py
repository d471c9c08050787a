"""What is spoken below TLS 1.3 hangs on nobody who built this Python."""

from __future__ import annotations

import ssl

import pytest

from conformance.protocols.contexts import NONE, client_context
from conformance.simulators.server import TlsSettings
from conformance.synthesis.pki import TestPki
from tests.protocols.making import trust_of

ORDINARY = {
    *(f"ECDHE-{key}-AES{bits}-GCM-SHA{mac}" for key in ("ECDSA", "RSA") for bits, mac in ((128, 256), (256, 384))),
    *(f"ECDHE-{key}-AES{bits}-SHA{mac}" for key in ("ECDSA", "RSA") for bits, mac in ((128, 256), (256, 384))),
    *(f"ECDHE-{key}-CHACHA20-POLY1305" for key in ("ECDSA", "RSA")),
    *(f"DHE-RSA-AES{bits}-GCM-SHA{mac}" for bits, mac in ((128, 256), (256, 384))),
    *(f"DHE-RSA-AES{bits}-SHA256" for bits in (128, 256)),
}


@pytest.fixture(params=["client", "server"])
def context(request: pytest.FixtureRequest, pki: TestPki) -> ssl.SSLContext:
    if request.param == "client":
        return client_context(trust_of(pki), NONE)
    return TlsSettings(chain=pki.server.certificate, key=pki.server.key, minimum="TLSv1.2").context()


def test_neither_side_speaks_what_a_distributor_added(context: ssl.SSLContext) -> None:
    assert {one["name"] for one in context.get_ciphers() if one["protocol"] == "TLSv1.2"} == ORDINARY
