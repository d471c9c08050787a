"""Compare this validator's verdicts with the reference validator's on HL7's public validator cases.

    python tests/validation/fhir/validator_cases.py [--all] [--show NAME]

prints agreement, share of invalid caught and share of false alarms, with every disagreement. The cases are looked for
in `$TWIIN_SHARED_DATA/fhir-validator-cases` (default `../shared/data` beside the repository); they are no part of the
project.

Selection (mechanical): FHIR 3.0 and 4.0, every module except those in LEFT_OUT, cases that name no package. A case that
also states an outcome against a profile counts twice: once against the base definitions, once against the profile.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from conformance.codecs.fhir import parse
from conformance.validation.fhir.codes import Severity
from conformance.validation.fhir.definitions import Cache, Definitions, FhirVersion
from conformance.validation.fhir.findings import Finding, has_errors
from conformance.validation.fhir.options import Options
from conformance.validation.fhir.validator import Validator

MOMENT = datetime.now(UTC)
LEFT_OUT = set(
    "tx tx-advanced cdshooks shc package-versioning logical cda xver json5 v2 dsig matchetype api".split()  # noqa: SIM905
)
SNOMED = "SNOMED CT's list of names is licensed and on no registry: only a terminology server can judge a display"
OBLIGATIONS = "obligations are R5 features of HL7's extensions package, which no registry here carries"
ABSENT = "the referenced Patient is not among the public files, so its profile stays unchecked"
REASONS = {
    "discriminator-type-example-value-bad": SNOMED,
    "mr-covid-m2": SNOMED,
    "bundle-id-5": "CVX's list of names is on no registry: only a terminology server can judge a display",
    "mr-m-cql-library": "CQL is not parsed: whether a function exists in a library stays unchecked",
    "profile-patient-op1": OBLIGATIONS,
    "profile-patient-op3": OBLIGATIONS,
    "document-bad-bad-sections (profile)": "the R5 extension profile-element is not read",
    "patient-circle2-bad-linked (profile)": ABSENT,
    "patient-circle2-bad-source1 (profile)": ABSENT,
    "res-inv-example-good (profile)": "a target profile of another package is not loaded: said as a warning, no error",
}
"""Why this validator and the reference differ, by run."""
CORES = {"3.0": "hl7.fhir.r3.core-3.0.1.tgz", "4.0": "hl7.fhir.r4.core-4.0.1.tgz"}
EXTRA = ("supporting", "supporting5", "profile", "profiles")


@dataclass(frozen=True, slots=True)
class Case:
    """One run: a file, what to load beside it, the profile to validate against, and the reference's errors."""

    name: str
    file: Path
    version: str
    supporting: tuple[Path, ...]
    profile: str
    errors: tuple[str, ...]
    alone: bool  # needs no supporting file and no profile
    options: Options = field(default_factory=Options)

    @property
    def invalid(self) -> bool:
        """The reference's verdict."""
        return bool(self.errors)


def shared_data() -> Path:
    """Where the public test data is."""
    return Path(os.environ.get("TWIIN_SHARED_DATA", Path(__file__).resolve().parents[3].parent / "shared" / "data"))


def cases(folder: Path) -> Iterator[Case]:
    """The selected runs, in the order of the manifest."""
    for entry in json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["test-cases"]:
        version = str(entry["version"])[:3]
        if version not in CORES or entry.get("module") in LEFT_OUT or entry.get("packages"):
            continue
        if not (folder / entry["file"]).exists():
            continue
        yield from _runs(folder, entry, version)


def _runs(folder: Path, entry: dict[str, Any], version: str) -> Iterator[Case]:
    options = Options(
        security_checks=bool(entry.get("security-checks")),
        html_in_markdown=not entry.get("noHtmlInMarkdown"),
        experimental_content=not entry.get("no-experimental-content"),
        references_must_exist="CHECK_EXISTS" in str(entry.get("validateReference")),
        bundle_profiles=_bundle_rules(entry.get("bundle-param")),
    )
    names = [*entry.get("supporting", ()), *entry.get("profiles", ())]
    beside = tuple(folder / name for name in names if (folder / name).exists())
    alone = not any(entry.get(key) for key in EXTRA)
    errors = _errors(folder, entry.get("java"))
    base = Case(entry["name"], folder / entry["file"], version, beside, "", (), alone, options)
    if errors is not None:
        yield replace(base, errors=errors)
    profile = entry.get("profile")
    if isinstance(profile, dict) and not profile.get("packages"):
        errors = _errors(folder, profile.get("java"))
        source = folder / profile["source"]
        if errors is not None and source.exists():
            more = tuple(folder / name for name in profile.get("supporting", ()))
            files = (*beside, *more, source)
            yield replace(
                base, name=f"{base.name} (profile)", supporting=files, profile=str(source), errors=errors, alone=False
            )


def _bundle_rules(rule: dict[str, str] | None) -> tuple[tuple[str, int, str], ...]:
    if not rule:
        return ()
    kind, _, position = rule["rule"].partition(":")
    return ((kind, int(position or -1), rule["profile"]),)


def _errors(folder: Path, outcome: Any) -> tuple[str, ...] | None:
    """The reference's errors; None when it states no outcome."""
    if isinstance(outcome, str):
        path = folder / "outcomes" / outcome
        if not path.exists():
            return None
        outcome = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(outcome, dict):
        return None
    if "errorCount" in outcome:
        return ("stated without text",) * outcome["errorCount"]
    issues = outcome.get("outcome", outcome).get("issue", [])
    return tuple(each["details"]["text"] for each in issues if each["severity"] in {"error", "fatal"})


class Runner:
    """Runs cases, with one set of definitions per set of supporting files."""

    def __init__(self, data: Path, cache: Path) -> None:
        self.data = data
        self.cache = Cache(cache)
        self.validators: dict[tuple[str, tuple[Path, ...], Options], Validator] = {}

    def run(self, case: Case) -> tuple[Finding, ...]:
        """What this validator finds."""
        validator = self.validator(case)
        data, profiles = case.file.read_bytes(), self.profiles(case)
        lines = data.splitlines() if case.file.suffix == ".ndjson" else [data]
        found: list[Finding] = []
        for line in lines:
            document = parse(line, types=validator.engine.model)
            found += validator.validate(document, profiles=profiles)
        return tuple(found)

    def profiles(self, case: Case) -> tuple[str, ...]:
        """The canonical of the case's profile."""
        if not case.profile:
            return ()
        source = Path(case.profile)
        document = parse(source.read_bytes(), types=self.validator(case).engine.model)
        return (str(document.root["url"]),)

    def validator(self, case: Case) -> Validator:
        """A validator with the case's files loaded."""
        key = (case.version, case.supporting, case.options)
        if key not in self.validators:
            core = self.data / "fhir-packages" / CORES[case.version]
            definitions = Definitions.open(FhirVersion(case.version), [*case.supporting, core], cache=self.cache)
            resolver = Neighbours(case, definitions)
            self.validators[key] = Validator(definitions, resolver=resolver, options=case.options, moment=MOMENT)
        return self.validators[key]


class Neighbours:
    """Resolves `Patient/x` to the file patient-x beside the case, as the reference's own test run does."""

    def __init__(self, case: Case, definitions: Definitions) -> None:
        self.folder = case.file.parent
        self.definitions = definitions

    def __call__(self, reference: str) -> dict[str, Any] | None:
        name = reference.replace("/", "-").lower()
        for suffix in (".json", ".xml"):
            path = self.folder / f"{name}{suffix}"
            if "/" in reference and len(name) < 100 and ":" not in name and path.exists():
                return parse(path.read_bytes(), types=self.definitions.model).root or None
        return None


def main() -> int:
    """Run all selected cases and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--show", help="print what is found in the runs whose name holds this text")
    parser.add_argument("--cache", type=Path, default=Cache.default().folder)
    arguments = parser.parse_args()
    folder = shared_data() / "fhir-validator-cases"
    if not folder.exists():
        print(f"skipped: {folder} is not there")
        return 0
    runner = Runner(shared_data(), arguments.cache)
    results = []
    for case in cases(folder):
        if arguments.show and arguments.show not in case.name:
            continue
        found = runner.run(case)
        results.append((case, found))
        if arguments.show:
            print("==", case.name, "reference:", *case.errors, sep="\n     ")
            for finding in found:
                print(
                    "  ",
                    finding.severity.value[0],
                    finding.code.value,
                    finding.path,
                    f"({finding.line})",
                    finding.text.en,
                )
    report(results)
    return 0


def report(results: list[tuple[Case, tuple[Finding, ...]]]) -> None:
    """Print disagreements and figures."""
    for case, found in results:
        if has_errors(found) != case.invalid:
            print("false alarm:" if not case.invalid else "missed:", case.name, "" if case.alone else "[with files]")
            print("      reason:", REASONS.get(case.name, "not known yet"))
            said = [
                f"{each.code.value} {each.path}: {each.text.en}" for each in found if each.severity is Severity.ERROR
            ]
            for text in (said or list(case.errors))[:4]:
                print("     ", text[:220])
    figures("all selected", results)
    figures("needing no file or profile", [each for each in results if each[0].alone])


@dataclass(frozen=True, slots=True)
class Measures:
    """Counts of a set of results."""

    runs: int
    agreed: int
    invalid: int
    caught: int
    valid: int
    alarms: int


def measure(results: list[tuple[Case, tuple[Finding, ...]]]) -> Measures:
    """Count agreement, invalid caught and false alarms."""
    invalid = [found for case, found in results if case.invalid]
    valid = [found for case, found in results if not case.invalid]
    agreed = sum(has_errors(found) == case.invalid for case, found in results)
    caught, alarms = sum(map(has_errors, invalid)), sum(map(has_errors, valid))
    return Measures(len(results), agreed, len(invalid), caught, len(valid), alarms)


def figures(title: str, results: list[tuple[Case, tuple[Finding, ...]]]) -> None:
    """Print the three measures of a set of results."""
    counts = measure(results)
    print(f"{title}: {counts.runs} runs, agreement {_share(counts.agreed, counts.runs)}, ", end="")
    print(f"invalid caught {_share(counts.caught, counts.invalid)}, false alarms {_share(counts.alarms, counts.valid)}")


def _share(part: int, whole: int) -> str:
    return f"{part}/{whole} = {part / whole:.1%}" if whole else "0/0"


if __name__ == "__main__":
    sys.exit(main())
