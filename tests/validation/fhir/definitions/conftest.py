"""Definitions for the tests: the shipped base definitions, a cache of the run, the public test data where it is."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conformance.validation.fhir.definitions import Cache, Definitions, FhirVersion

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cache]:
    """The compiled cache of the test run, which is also the default one meanwhile."""
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONFORMANCE_CACHE", str(folder))
        yield Cache.default()


@pytest.fixture(scope="session")
def r4(cache: Cache) -> Definitions:
    return Definitions.open(FhirVersion.R4, cache=cache)


@pytest.fixture(scope="session")
def stu3(cache: Cache) -> Definitions:
    return Definitions.open(FhirVersion.STU3, cache=cache)


@pytest.fixture(scope="session")
def shared() -> Path:
    folder = Path(os.environ.get("TWIIN_SHARED_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip("the public FHIR test data is not here (TWIIN_SHARED_DATA)")
    return folder
