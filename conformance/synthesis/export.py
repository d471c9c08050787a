"""Writes the synthetic data set for loading into a node: FHIR transactions, DICOM files, and who is who."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path

from conformance.codecs.fhir_xml import to_xml
from conformance.synthesis.bgz.parts import Resource
from conformance.synthesis.bgz.record import bgz_data
from conformance.synthesis.patients import patients


class ExportError(Exception):
    """The folder cannot be written; the message says why."""


def export_data(folder: Path) -> tuple[Path, ...]:
    """Write `patients.json`, `bgz/<role>.json|xml` and `studies/`; gives the files written, or raises ExportError."""
    return into_new_folder(folder, _write_data)


def into_new_folder(folder: Path, write: Callable[[Path], object], *, mode: int = 0o755) -> tuple[Path, ...]:
    """Let something write into a folder that appears as a whole: it must not exist before, or be empty."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise ExportError(f"{folder} exists and is not empty")
    try:
        folder.absolute().parent.mkdir(parents=True, exist_ok=True)
        temporary = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.absolute().parent))
    except OSError as error:
        raise ExportError(f"{folder} cannot be made: {error.strerror}") from None
    try:
        write(temporary)
        temporary.chmod(mode)
        temporary.replace(folder)
    except OSError as error:
        raise ExportError(f"{folder} cannot be written: {error.strerror}") from None
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    return tuple(sorted(path for path in folder.rglob("*") if path.is_file()))


def _write_data(folder: Path) -> None:
    from conformance.synthesis.studies import studies, write_studies  # pydicom loads slowly

    known = {role: one for role, one in patients().items() if one.known}
    listed = [
        {"role": role, "bsn": one.bsn, "given": one.given, "family": one.family, "birthDate": one.birth_date}
        for role, one in known.items()
    ]
    _write_json(folder / "patients.json", listed)
    (folder / "bgz").mkdir()
    data = bgz_data()
    for role, record in data.records.items():
        bundle = _transaction((*data.care, *record))
        _write_json(folder / "bgz" / f"{role}.json", bundle)
        (folder / "bgz" / f"{role}.xml").write_bytes(to_xml(bundle))
    write_studies(studies(known), folder / "studies")


def _transaction(resources: Iterable[Resource]) -> Resource:
    """A Bundle that stores each resource under its own id, however often it is sent."""
    entries = [
        {"resource": one, "request": {"method": "PUT", "url": f"{one['resourceType']}/{one['id']}"}}
        for one in resources
    ]
    return {"resourceType": "Bundle", "type": "transaction", "entry": entries}


def _write_json(path: Path, content: object) -> None:
    text = json.dumps(content, ensure_ascii=False, indent=2, default=_number)
    path.write_text(text + "\n", encoding="utf-8")


def _number(value: Decimal) -> float:
    return float(value)
