"""The agreements in the repository are the sealed ones; a change needs `conformance lint --seal`."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.agreements import catalogue as catalogues
from conformance.agreements.catalogue import load_catalogue, read_catalogue
from conformance.agreements.paths import agreements_root


def test_the_shipped_agreements_are_sealed() -> None:
    assert load_catalogue().released, "the agreements changed: run `conformance lint --seal` and commit released.json"


def test_what_is_not_looked_at_again_once_sealed_is_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The seal says that the agreements were looked through, by a suite as it was then; here it is by this one."""
    monkeypatch.setattr(catalogues, "RELEASED", tmp_path / "none.json")
    assert read_catalogue.__wrapped__(agreements_root()).scenarios
