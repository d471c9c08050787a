"""The agreements in the repository are the sealed ones; a change needs `conformance lint --seal`."""

from __future__ import annotations

from conformance.agreements.catalogue import load_catalogue


def test_the_shipped_agreements_are_sealed() -> None:
    assert load_catalogue().released, "the agreements changed: run `conformance lint --seal` and commit released.json"
