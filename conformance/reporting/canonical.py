"""One way to write a document as bytes, so that equal content is equal bytes."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from json.encoder import encode_basestring

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
    return _written(document, "$", "\n").encode("utf-8", errors="backslashreplace") + b"\n"


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


def _written(value: Json, where: str, line: str) -> str:
    """As `json.dumps` writes it with `indent=1`, but that floats do not pass. `line` begins a line as deep."""
    if isinstance(value, str):
        return encode_basestring(value)
    if isinstance(value, Mapping):
        deeper = f"{line} "
        written = ((key, _written(value[key], f"{where}.{key}", deeper)) for key in sorted(value))
        members = [f"{encode_basestring(key)}: {member}" for key, member in written]
        return f"{{{deeper}{f',{deeper}'.join(members)}{line}}}" if members else "{}"
    if isinstance(value, list | tuple):
        deeper = f"{line} "
        items = (_written(item, f"{where}[{number}]", deeper) for number, item in enumerate(value))
        return f"[{deeper}{f',{deeper}'.join(items)}{line}]" if value else "[]"
    if isinstance(value, float):
        raise NotADocument(f"{where}: a float ({value}) has no place in a document; write an integer or text")
    return json.dumps(value)
