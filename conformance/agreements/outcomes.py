"""Files that say something about findings: what is known to fail, and what a vendor attests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from conformance.agreements import schema
from conformance.agreements.catalogue import Catalogue
from conformance.agreements.document import Document, Keys
from conformance.agreements.documents import Complaints
from conformance.agreements.problems import quoted
from conformance.agreements.strict import read
from conformance.model.agreements import Json
from conformance.model.run import CLAIM, Attestation, Expectation, Known, of_member
from conformance.model.words import Text

REQUIREMENT = Text("een bestaande eis", "a requirement that exists")


def load_expectations(path: Path, catalogue: Catalogue) -> tuple[Expectation, ...]:
    """The known-failure list, each line by its name: of findings `{verdict, reason, members?}`, of gaps `{verdict,
    reason}`, of conclusions `{conclusion, reason}`. Raises DocumentError, also for a requirement, claim or profile that
    does not exist."""
    document = read(path)
    schema.check(document, "expectations")
    listed = {part: document.value.get(part, {}) for part in ("findings", "gaps", "conclusions")}
    claims = [name for name in listed["gaps"] if name.startswith(CLAIM)]
    requirements: dict[Keys, str] = {("findings", name): name.split("::")[1] for name in listed["findings"]}
    requirements |= {("gaps", name): name for name in listed["gaps"] if name not in claims}
    _known(document, requirements, catalogue.requirements, REQUIREMENT)
    claimed: dict[Keys, str] = {("gaps", name): name.removeprefix(CLAIM) for name in claims}
    _known(document, claimed, catalogue.claims, Text("een bestaande claim", "a claim that exists"))
    profiles: dict[Keys, str] = {("conclusions", name): name for name in listed["conclusions"]}
    _known(document, profiles, catalogue.profiles, Text("een bestaand profiel", "a profile that exists"))
    return (
        *_expected(Known.FINDING, listed["findings"], "verdict"),
        *_members(listed["findings"]),
        *_expected(Known.GAP, listed["gaps"], "verdict"),
        *_expected(Known.CONCLUSION, listed["conclusions"], "conclusion"),
    )


def _expected(about: Known, lines: Mapping[str, Mapping[str, str]], word: str) -> Iterator[Expectation]:
    for name, line in lines.items():
        yield Expectation(about=about, name=name, expected=line[word], reason=line["reason"])


def _members(findings: Mapping[str, Mapping[str, Json]]) -> Iterator[Expectation]:
    for name, line in findings.items():
        for member, verdict in line.get("members", {}).items():
            expected, reason = str(verdict), str(line["reason"])
            yield Expectation(about=Known.MEMBER, name=of_member(name, member), expected=expected, reason=reason)


def load_attestations(path: Path, catalogue: Catalogue) -> tuple[Attestation, ...]:
    """The vendor's attestations, `attestations: {<requirement>: {fulfilled, by, on, evidence?, sha256?}}`. Raises
    DocumentError, also for a requirement that asks for no attestation and a date that does not exist."""
    document = read(path)
    schema.check(document, "attestations")
    given = document.value["attestations"]
    _known(document, {("attestations", name): name for name in given}, catalogue.requirements, REQUIREMENT)
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


def _known(document: Document, named: Mapping[Keys, str], known: Mapping[str, object], expected: Text) -> None:
    complaints = Complaints()
    for path, name in named.items():
        if name not in known:
            complaints.unknown(document, path, expected, name, known)
    complaints.stop()


def _day(document: Document, path: Keys, written: str, complaints: Complaints) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        expected = Text("een bestaande dag", "a day that exists")
        step = Text("Verbeter de datum.", "Correct the date.")
        complaints.at(document, path, expected, quoted(written), step)
        return date.min
