"""One way to write a document as bytes, so that equal content is equal bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from conformance.model.agreements import Json
from conformance.model.finding import Finding
from conformance.model.words import Text


class NotADocument(ValueError):
    """A value that no document of ours may hold, such as a float."""


def document_bytes(document: Json) -> bytes:
    """JSON as UTF-8 with a final newline, keys sorted, a member a line. Floats are refused: they differ between
    machines.

    A lone surrogate becomes its JSON escape, which reads back as the same text.
    """
    _refuse_floats(document, "$")
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1)
    return text.encode("utf-8", errors="backslashreplace") + b"\n"


def finding_document(finding: Finding) -> dict[str, Json]:
    """One finding as a JSON object; absent values are left out."""
    document: dict[str, Json] = {
        "id": finding.id,
        "requirement": finding.requirement,
        "scenario": finding.scenario,
        "verdict": finding.verdict.value,
        "reason": text_document(finding.reason),
        "evidence": list(finding.evidence),
        "facts": list(finding.facts),
    }
    if finding.members:
        document["members"] = {name: verdict.value for name, verdict in finding.members.items()}
    if finding.triage is not None:
        document["triage"] = finding.triage.value
    if finding.rung is not None:
        document["rung"] = finding.rung.value
    return document


def text_document(text: Text) -> dict[str, Json]:
    """Both languages."""
    return {"nl": text.nl, "en": text.en}


def findings_bytes(findings: Iterable[Finding]) -> bytes:
    """The canonical findings.json: sorted by id, independent of run, worker and order."""
    documents = [finding_document(finding) for finding in findings]
    documents.sort(key=lambda document: json.dumps(document, sort_keys=True))
    documents.sort(key=lambda document: str(document["id"]))
    return document_bytes(documents)


def _refuse_floats(value: Json, where: str) -> None:
    if isinstance(value, float):
        raise NotADocument(f"{where}: a float ({value}) has no place in a document; write an integer or text")
    if isinstance(value, Mapping):
        for key, inner in value.items():
            _refuse_floats(inner, f"{where}.{key}")
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            _refuse_floats(inner, f"{where}[{number}]")
