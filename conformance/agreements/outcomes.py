"""Files that say something about findings: what is known to fail, and what a vendor attests."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from conformance.agreements import schema
from conformance.agreements.catalogue import Catalogue
from conformance.agreements.document import Document, Keys
from conformance.agreements.documents import Complaints
from conformance.agreements.problems import quoted
from conformance.agreements.strict import read
from conformance.model.run import Attestation, Expectation
from conformance.model.words import Text, Verdict


def load_expectations(path: Path, catalogue: Catalogue | None = None) -> tuple[Expectation, ...]:
    """The known-failure list, `findings: {<scenario>::<requirement>: {verdict, reason}}`; with a catalogue, ids that
    no longer exist are refused too. Raises DocumentError."""
    document = read(path)
    schema.check(document, "expectations")
    findings: Mapping[str, Mapping[str, str]] = document.value["findings"]
    if catalogue is not None:
        _known_requirements(document, {("findings", name): name.split("::")[1] for name in findings}, catalogue)
    return tuple(
        Expectation(finding=name, verdict=Verdict(line["verdict"]), reason=line["reason"])
        for name, line in findings.items()
    )


def load_attestations(path: Path, catalogue: Catalogue) -> tuple[Attestation, ...]:
    """The vendor's attestations, `attestations: {<requirement>: {fulfilled, by, on, evidence?, sha256?}}`. Raises
    DocumentError, also for a requirement that asks for no attestation and a date that does not exist."""
    document = read(path)
    schema.check(document, "attestations")
    given = document.value["attestations"]
    _known_requirements(document, {("attestations", name): name for name in given}, catalogue)
    complaints = Complaints()
    for name in given:
        if catalogue.requirements[name].asks is None:
            expected = Text("een eis waarnaar wordt gevraagd", "a requirement that is asked about")
            found = Text("een eis die de suite zelf beoordeelt", "a requirement that the suite judges itself")
            step = Text("Haal de regel weg.", "Remove the line.")
            complaints.at(document, ("attestations", name), expected, found, step, key=True)
    days = {name: _day(document, ("attestations", name, "on"), line["on"], complaints) for name, line in given.items()}
    complaints.stop()
    return tuple(
        Attestation(
            requirement=name,
            fulfilled=line["fulfilled"],
            by=line["by"],
            on=days[name],
            evidence=line.get("evidence", ""),
            sha256=line.get("sha256", ""),
        )
        for name, line in given.items()
    )


def _known_requirements(document: Document, named: Mapping[Keys, str], catalogue: Catalogue) -> None:
    complaints = Complaints()
    expected = Text("een bestaande eis", "a requirement that exists")
    for path, name in named.items():
        if name not in catalogue.requirements:
            complaints.unknown(document, path, expected, name, catalogue.requirements)
    complaints.stop()


def _day(document: Document, path: Keys, written: str, complaints: Complaints) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        expected = Text("een bestaande dag", "a day that exists")
        step = Text("Verbeter de datum.", "Correct the date.")
        complaints.at(document, path, expected, quoted(written), step)
        return date.min
