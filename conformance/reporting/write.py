"""All forms of a report into the folder of a run: the single way in."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import mkdtemp

from conformance.reporting.canonical import findings_bytes
from conformance.reporting.exports.allure import allure_files
from conformance.reporting.exports.junit import junit_bytes
from conformance.reporting.files import write_atomically
from conformance.reporting.html import html_bytes
from conformance.reporting.material import Material
from conformance.reporting.report import report_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Where the forms of a report are."""

    findings: Path
    json: Path
    html: Path
    junit: Path
    allure: Path


def write_material(folder: Path, material: Material, lang: str = "en") -> Written:
    """Write every form; each file appears whole or not at all. Raises OSError when the folder cannot hold them."""
    written = Written(
        findings=folder / "findings.json",
        json=folder / "report.json",
        html=folder / "report.html",
        junit=folder / "junit.xml",
        allure=folder / "allure",
    )
    write_atomically(written.findings, findings_bytes(material.findings))
    write_atomically(written.html, html_bytes(material, lang))
    write_atomically(written.junit, junit_bytes(material, lang))
    _replace_folder(written.allure, allure_files(material, lang))
    # The record comes last: where it stands, all other forms stand too.
    write_atomically(written.json, report_bytes(material))
    return written


def _replace_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """A folder with exactly these files, made beside the old one and then put in its place."""
    fresh = Path(mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        fresh.chmod(0o755)
        for name, data in files.items():
            (fresh / name).write_bytes(data)
        if folder.exists():
            shutil.rmtree(folder)
        fresh.replace(folder)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
