"""JUnit XML: an export for pipelines. It cannot say everything; the property `verdict` always carries the true word.

Mapping: pass is a plain test case; fail a failure; inconclusive a failure of type Inconclusive; error an error;
not-applicable and not-tested are skipped. One suite per chapter, so ids stay when profiles change.
"""

from __future__ import annotations

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from conformance.model.words import Verdict
from conformance.reporting.exports.entries import Entry, entries
from conformance.reporting.labels import spoken
from conformance.reporting.material import Material
from conformance.reporting.visible import visible

_OUTCOME = {
    Verdict.FAIL: ("failure", "Fail"),
    Verdict.INCONCLUSIVE: ("failure", "Inconclusive"),
    Verdict.ERROR: ("error", "SuiteError"),
    Verdict.NOT_TESTED: ("skipped", ""),
    Verdict.NOT_APPLICABLE: ("skipped", ""),
}
_COUNTED = (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))


def junit_bytes(material: Material, lang: str = "en") -> bytes:
    """The whole run as UTF-8 XML."""
    groups: dict[str, list[Entry]] = {}
    for entry in entries(material):
        groups.setdefault(f"{entry.requirement.agreement}.{entry.requirement.chapter}", []).append(entry)
    root = ET.Element("testsuites", name="twiin-conformance")
    for name, members in groups.items():
        root.append(_suite(name, members, material, lang))
    for count in ("tests", *(attribute for attribute, _ in _COUNTED)):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    ET.indent(root)
    return b"<?xml version='1.0' encoding='utf-8'?>\n" + ET.tostring(root, encoding="unicode").encode("utf-8") + b"\n"


def _suite(name: str, members: Iterable[Entry], material: Material, lang: str) -> ET.Element:
    suite = ET.Element("testsuite", name=visible(name), timestamp=material.run.started.removesuffix("Z"))
    for entry in members:
        suite.append(_case(entry, name, lang))
    suite.set("tests", str(len(suite)))
    for attribute, tag in _COUNTED:
        suite.set(attribute, str(len(suite.findall(f"testcase/{tag}"))))
    return suite


def _case(entry: Entry, suite: str, lang: str) -> ET.Element:
    case = ET.Element("testcase", classname=visible(f"{suite}.{entry.requirement.id}"), name=visible(entry.name))
    properties = ET.SubElement(case, "properties")
    for name, value in entry.words:
        ET.SubElement(properties, "property", name=name, value=visible(value))
    if entry.verdict in _OUTCOME:
        tag, kind = _OUTCOME[entry.verdict]
        outcome = ET.SubElement(case, tag, message=visible(spoken(entry.reason, lang)))
        if kind:
            outcome.set("type", kind)
            outcome.text = visible(_advice(entry, lang))
    return case


def _advice(entry: Entry, lang: str) -> str:
    requirement, source = entry.requirement, entry.requirement.source
    agreed, change = ("Afgesproken", "Te doen") if lang == "nl" else ("Agreed", "To do")
    return "\n".join(
        (
            f"{agreed}: {spoken(requirement.text, lang)}",
            f"{source.document}, {source.section} {source.url}",
            f"{change}: {spoken(entry.step, lang)}",
        )
    )
