"""Definitions for the tests: the shipped base definitions, a cache of the run, the public test data where it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from conformance.validation.fhir.definitions import Cache, Definitions, FhirVersion

ROOT = Path(__file__).parents[4]


@pytest.fixture(scope="session")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Cache:
    return Cache(tmp_path_factory.mktemp("cache"))


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
