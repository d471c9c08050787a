"""The digests of the base definitions that travel in the wheel."""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from importlib import resources
from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.definitions.store import Store, pack
from conformance.validation.fhir.definitions.version import FhirVersion

if TYPE_CHECKING:
    from conformance.validation.fhir.definitions.cache import Cache

_FILES = {FhirVersion.STU3: "stu3.jsonl.xz", FhirVersion.R4: "r4.jsonl.xz"}


def shipped_digest(version: FhirVersion, cache: Cache) -> tuple[Store, str] | None:
    """The store of the version's shipped base definitions and its digest; None for a version without."""
    name = _FILES.get(version)
    file = resources.files(__package__).joinpath("data", name or "none")
    if name is None or not file.is_file():
        return None
    packed = file.read_bytes()
    digest = hashlib.sha256(packed).hexdigest()
    key = f"{digest}/{name}"
    kept = cache.path("stores", key)
    label = f"base definitions {version.value}"
    if kept is not None and kept.is_file():
        try:
            return Store.open(kept, label), digest
        except (OSError, ValueError):
            pass  # a damaged cache is compiled anew, below
    import lzma  # only the first start needs it

    lines = lzma.decompress(packed).splitlines()
    data = pack((_file(resource), resource) for resource in (json.loads(line, parse_float=Decimal) for line in lines))
    cache.put("stores", key, data)
    return Store(data, label), digest


def _file(resource: dict[str, Any]) -> str:
    return f"{resource['resourceType']}/{str(resource.get('url', '')).rpartition('/')[2]}"


def shipped_versions() -> tuple[FhirVersion, ...]:
    """The versions whose base definitions travel in the wheel."""
    return tuple(_FILES)
