"""Public examples of health care ring no alarm but where a patient's number really stands; bare numbers are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.recordings.identities import StrangerAlarm
from conformance.recordings.redaction import Redactor
from tests.conftest import SHARED
from tests.recordings.making import ANNA, BRAM, exchange

MEDIA = {
    ".json": "application/fhir+json",
    ".xml": "application/fhir+xml",
    ".xsd": "application/xml",
    ".dcm": "application/dicom",
    ".txt": "text/plain",
    ".md": "text/plain",
    ".groovy": "text/plain",
    ".rnc": "text/plain",
    ".ndjson": "text/plain",
}
MOST = 8_000_000
"""The few longer files are definitions and packages."""

SHOWING = (
    "imaging/IDS-DEPT011-a/",
    "imaging/IDS-DEPT021-a/",
    "imaging/IDS-DEPT022-a/",
    "imaging/IDS-DEPT024-a/",
    "imaging/IDS-DEPT041-a/",
    "imaging-kos/",
    "imaging-mado/",
)
"""Where a Patient ID stands in DICOM files that is not of the data set: there the alarm is right."""

FILES = (".dcm", "-binary.json")
"""A DICOM file, also as a FHIR Binary has it: in base64."""


def _examples(folder: Path) -> list[Path]:
    files = (path for path in sorted(folder.rglob("*")) if path.suffix.lower() in MEDIA and path.is_file())
    return [path for path in files if path.stat().st_size <= MOST]


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the public test data are not at hand")
def test_public_examples_ring_no_false_alarm(record_property: Callable[[str, object], None]) -> None:
    alarms: set[str] = set()
    bare: Counter[str] = Counter()
    for path in _examples(SHARED):
        name = path.relative_to(SHARED).as_posix()
        try:
            redactor = Redactor({ANNA: "anna", BRAM: "bram"})
            redactor.redact(exchange(path.read_bytes(), MEDIA[path.suffix.lower()]))
        except StrangerAlarm:
            alarms.add(name)
        else:
            bare[name.split("/", 1)[0]] += redactor.counts.get("bare numbers", 0)
    assert alarms
    assert [name for name in sorted(alarms) if not name.endswith(FILES) or not name.startswith(SHOWING)] == []
    print(f"bare numbers masked in public examples: {dict(+bare)}")
    record_property("bare numbers", sum(bare.values()))
