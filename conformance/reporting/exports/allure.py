"""Allure results, in the format of allure-pytest, made from findings: one file per finding or gap.

Mapping: pass passed; fail failed; inconclusive and error broken; not-tested and not-applicable skipped. The label
`verdict` carries the true word. The exchanges of a scenario are attached once and shared by its results.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import NAMESPACE_URL, UUID, uuid5

from conformance.model.agreements import Json
from conformance.model.exchange import Recording
from conformance.model.words import Strength, Verdict
from conformance.reporting.canonical import document_bytes
from conformance.reporting.exports.entries import Entry, entries
from conformance.reporting.exports.transcript import transcript
from conformance.reporting.labels import NOT_A_CERTIFICATE, spoken
from conformance.reporting.material import Material
from conformance.reporting.visible import visible

_STATUS = {
    Verdict.PASS: "passed",
    Verdict.FAIL: "failed",
    Verdict.INCONCLUSIVE: "broken",
    Verdict.ERROR: "broken",
    Verdict.NOT_APPLICABLE: "skipped",
    Verdict.NOT_TESTED: "skipped",
}
_SEVERITY = {Strength.MUST: "critical", Strength.SHOULD: "normal", Strength.MAY: "minor"}
_NAMESPACE = uuid5(NAMESPACE_URL, "urn:twiin-conformance:allure")
_CATEGORIES: Json = [
    {"name": "Not met by the node", "matchedStatuses": ["failed"]},
    {"name": "Could not be decided, or a fault of the suite", "matchedStatuses": ["broken"]},
    {"name": "Not tested or does not apply", "matchedStatuses": ["skipped"]},
]


def allure_files(material: Material, lang: str = "en") -> Mapping[str, bytes]:
    """File name to content, for a folder `allure/`. The same run gives the same names (UUIDv5)."""
    run = uuid5(_NAMESPACE, material.run.id)
    files: dict[str, bytes] = {}
    shared: dict[str, dict[str, Json]] = {}
    for recording in material.recordings:
        name = f"{uuid5(run, recording.scenario)}-attachment.txt"
        files[name] = transcript(recording).encode("utf-8")
        shared[recording.scenario] = _of_scenario(recording, name)
    started = _milliseconds(material.run.started)
    nothing = {"attachments": [], "start": started, "stop": started}
    for entry in entries(material):
        result = _result(entry, material, run, lang) | shared.get(entry.scenario, nothing)
        files[f"{result['uuid']}-result.json"] = document_bytes(result)
    files["environment.properties"] = _environment(material)
    files["categories.json"] = document_bytes(_CATEGORIES)
    return files


def _result(entry: Entry, material: Material, run: UUID, lang: str) -> dict[str, Json]:
    requirement, source = entry.requirement, entry.requirement.source
    return {
        "uuid": str(uuid5(run, entry.name)),
        "historyId": uuid5(_NAMESPACE, entry.name).hex,
        "testCaseId": uuid5(_NAMESPACE, requirement.id).hex,
        "fullName": visible(entry.name),
        "name": visible(f"{requirement.id} {spoken(requirement.title, lang)}"),
        "status": _STATUS[entry.verdict],
        "stage": "finished",
        "statusDetails": {
            "message": visible(spoken(entry.reason, lang)),
            "trace": visible(spoken(entry.step, lang)),
        },
        "description": visible(spoken(requirement.text, lang)),
        "labels": [{"name": name, "value": visible(value)} for name, value in _labels(entry, material, lang)],
        "links": [{"type": "link", "name": visible(f"{source.document}, {source.section}"), "url": source.url}],
        "parameters": [],
        "steps": [],
    }


def _labels(entry: Entry, material: Material, lang: str) -> tuple[tuple[str, str], ...]:
    requirement = entry.requirement
    return (
        ("parentSuite", requirement.agreement),
        ("suite", spoken(material.chapter(requirement.chapter), lang)),
        *((("subSuite", entry.scenario),) if entry.scenario else ()),
        ("epic", requirement.agreement),
        ("feature", requirement.chapter),
        ("story", requirement.id),
        ("severity", _SEVERITY[entry.strength]),
        ("framework", "twiin-conformance"),
        ("language", "python"),
        *(() if entry.twiin else (("tag", "no-twiin-agreement"),)),
        *entry.words,
    )


def _of_scenario(recording: Recording, file: str) -> dict[str, Json]:
    """What all results of a scenario share: its exchanges and its times in milliseconds since 1970."""
    moments = [_milliseconds(exchange.started) for exchange in recording.exchanges]
    ends = [start + exchange.duration_ms for start, exchange in zip(moments, recording.exchanges, strict=True)]
    return {
        "attachments": [{"name": f"{visible(recording.scenario)} (redacted)", "source": file, "type": "text/plain"}],
        "start": min(moments, default=0),
        "stop": max(ends, default=0),
    }


def _environment(material: Material) -> bytes:
    identity = material.plan.node.identity
    pairs = {
        "node": f"{identity.vendor} {identity.product} {identity.version}",
        "release": material.run.release,
        "seed": material.run.seed,
        "suite": material.run.suite,
        "agreements": material.run.digests.agreements,
        "standing": NOT_A_CERTIFICATE.en,
    }
    return "".join(f"{key}={_property(value)}\n" for key, value in pairs.items()).encode("utf-8")


def _property(value: str) -> str:
    """A value of a Java properties file: a backslash escapes, a line feed ends."""
    return " ".join(visible(value).split()).replace("\\", "\\\\")


def _milliseconds(moment: str) -> int:
    return round(datetime.fromisoformat(moment).timestamp() * 1000)
