"""All forms of a report into the folder of a run: the single way in."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import mkdtemp

from markupsafe import Markup

from conformance.reporting.aside import aside
from conformance.reporting.exports.allure import allure_files
from conformance.reporting.exports.junit import junit_bytes
from conformance.reporting.files import write_atomically
from conformance.reporting.html import exchanges_html, html_bytes
from conformance.reporting.material import Material
from conformance.reporting.report import report_bytes

ALLURE = "allure"
ROOT = "root.txt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """Where the forms of a report are."""

    json: Path
    html: Path
    junit: Path
    allure: Path


def forms(material: Material, exchanges: Markup | None = None) -> dict[str, bytes]:
    """Every form of the report by its path in the run folder; the same bytes whenever the same run is reported. Who has
    made the page's part with the exchanges before gives it: it is as much work as all else together."""
    lang = material.run.lang
    if exchanges is None:
        with aside(partial(exchanges_html, material.played)) as part:
            others = _others(material, lang)
            return {"report.html": html_bytes(material, lang, part), **others}
    with aside(partial(_others, material, lang)) as made:
        page = html_bytes(material, lang, lambda: exchanges)
        return {"report.html": page, **made()}


def _others(material: Material, lang: str) -> dict[str, bytes]:
    """Every form but the page."""
    return {
        "junit.xml": junit_bytes(material, lang),
        **{f"{ALLURE}/{name}": data for name, data in allure_files(material, lang).items()},
        ROOT: f"{material.root}\n".encode(),
        "report.json": report_bytes(material),
    }


def write_material(folder: Path, material: Material) -> Written:
    """Write every form; each file appears whole or not at all. Raises OSError when the folder cannot hold them."""
    made = forms(material)
    within = {name.removeprefix(f"{ALLURE}/"): data for name, data in made.items() if name.startswith(f"{ALLURE}/")}
    _replace_folder(folder / ALLURE, within)
    # The record comes last: where it stands, all other forms stand too.
    for name, data in made.items():
        if not name.startswith(f"{ALLURE}/"):
            write_atomically(folder / name, data)
    return Written(
        json=folder / "report.json", html=folder / "report.html", junit=folder / "junit.xml", allure=folder / ALLURE
    )


def _replace_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """A folder with exactly these files, made beside the old one and then put in its place."""
    fresh = Path(mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    aside = fresh.with_name(f"{fresh.name}.old")
    try:
        fresh.chmod(0o755)
        for name, data in files.items():
            (fresh / name).write_bytes(data)
        if folder.exists():
            folder.replace(aside)
        fresh.replace(folder)
        shutil.rmtree(aside, ignore_errors=True)
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        if aside.exists() and not folder.exists():
            aside.replace(folder)
        raise
