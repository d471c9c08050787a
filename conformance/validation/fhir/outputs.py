"""Findings as text, JSON, SARIF and OperationOutcome."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.codes import Code, Severity
from conformance.validation.fhir.messages import MESSAGES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from conformance.validation.fhir.findings import Finding

CODE_SYSTEM = "https://twiin.nl/conformance/fhir-finding"
SARIF_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFORMATION: "note"}
ISSUE_TYPES = (
    ("syntax-", "invalid"),
    ("structure-", "structure"),
    ("cardinality-min", "required"),
    ("cardinality-", "structure"),
    ("code-not-checked", "incomplete"),
    ("invariant-not", "incomplete"),
    ("code-", "code-invalid"),
    ("display-", "code-invalid"),
    ("extension-", "extension"),
    ("reference-not-found", "not-found"),
    ("profile-unknown", "not-found"),
    ("invariant", "invariant"),
    ("value-", "value"),
)


@dataclass(frozen=True, slots=True)
class Judged:
    """One input and what was found in it."""

    name: str
    findings: tuple[Finding, ...]


def as_text(judged: Sequence[Judged], language: str) -> str:
    """Lines for people: `file:line: severity path: sentence [code]`."""
    lines = []
    for each in judged:
        for finding in each.findings:
            place = f"{each.name}:{finding.line}" if finding.line else each.name
            sentence = finding.text.nl if language == "nl" else finding.text.en
            weight = f"{finding.severity.value} {finding.path}".rstrip()
            lines.append(f"{place}: {weight}: {sentence} [{finding.code.value}]")
        lines.append(f"{each.name}: {summary(each.findings, language)}")
    return "\n".join(lines)


def summary(findings: tuple[Finding, ...], language: str) -> str:
    """How many findings of each weight."""
    counts = [sum(each.severity is weight for each in findings) for weight in Severity]
    if language == "nl":
        verdict = "ongeldig" if counts[0] else "geldig"
        return "{}, {} fouten, {} waarschuwingen, {} mededelingen".format(verdict, *counts)
    return "{}, {} errors, {} warnings, {} notes".format("invalid" if counts[0] else "valid", *counts)


def as_json(judged: Sequence[Judged]) -> str:
    """One object an input, every field of a finding."""
    return json.dumps(
        [{"input": each.name, "findings": [_fields(one) for one in each.findings]} for each in judged],
        ensure_ascii=False,
        indent=2,
    )


def _fields(finding: Finding) -> dict[str, Any]:
    return {
        "code": finding.code.value,
        "severity": finding.severity.value,
        "path": finding.path,
        "line": finding.line,
        "expected": finding.expected,
        "found": finding.found,
        "text": {"nl": finding.text.nl, "en": finding.text.en},
        "definition": finding.definition,
        "element": finding.element,
        "constraint": finding.constraint,
    }


def as_sarif(judged: Sequence[Judged], language: str) -> str:
    """SARIF 2.1.0, for code hosts and editors."""
    results = [_result(each.name, finding, language) for each in judged for finding in each.findings]
    used = {result["ruleId"] for result in results}
    rules = [{"id": code.value, "shortDescription": {"text": MESSAGES[code].en}} for code in Code if code.value in used]
    driver = {"name": "twiin-conformance", "rules": rules}
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "results": results}],
    }
    return json.dumps(log, ensure_ascii=False, indent=2)


def _result(name: str, finding: Finding, language: str) -> dict[str, Any]:
    sentence = finding.text.nl if language == "nl" else finding.text.en
    place: dict[str, Any] = {"artifactLocation": {"uri": name}}
    if finding.line:
        place["region"] = {"startLine": finding.line}
    return {
        "ruleId": finding.code.value,
        "level": SARIF_LEVELS[finding.severity],
        "message": {"text": f"{finding.path}: {sentence}" if finding.path else sentence},
        "locations": [{"physicalLocation": place, "logicalLocations": [{"fullyQualifiedName": finding.path}]}],
    }


def operation_outcome(findings: Sequence[Finding], language: str) -> dict[str, Any]:
    """An OperationOutcome resource with the same codes in `details`."""
    issues = [_issue(finding, language) for finding in findings]
    if not issues:
        good = {"nl": "Geen bevindingen.", "en": "No findings."}[language]
        issues = [{"severity": "information", "code": "informational", "details": {"text": good}}]
    return {"resourceType": "OperationOutcome", "issue": issues}


def _issue(finding: Finding, language: str) -> dict[str, Any]:
    kind = next((kind for start, kind in ISSUE_TYPES if finding.code.value.startswith(start)), "business-rule")
    issue: dict[str, Any] = {
        "severity": finding.severity.value,
        "code": kind,
        "details": {
            "coding": [{"system": CODE_SYSTEM, "code": finding.code.value}],
            "text": finding.text.nl if language == "nl" else finding.text.en,
        },
    }
    where = [
        part for part in (f"line {finding.line}" if finding.line else "", finding.definition, finding.element) if part
    ]
    if where:
        issue["diagnostics"] = "; ".join(where)
    if finding.path:
        issue["expression"] = [finding.path]
    return issue
