from __future__ import annotations

import pytest

from conformance.synthesis.pki import TestPki


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> TestPki:
    """One test PKI for all."""
    return TestPki.create(tmp_path_factory.mktemp("pki"))
