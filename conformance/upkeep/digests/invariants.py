"""STU3 invariants: where the schematron states them, and a FHIRPath expression where one can be had.

The schematron gives key, context and XPath. The same key with the same XPath in R4, or in the R4 ballot that npm
`fhir` carries, brings its FHIRPath expression along. For the others the expression here is ours, made from the
XPath.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Json = dict[str, Any]
_SCH = "{http://purl.oclc.org/dsdl/schematron}"
_PLAIN = re.compile(r"(f:\w+)(//?(f:\w+|h:div))*")
# What the schematron applies to every element, at the definitions that make it so.
_GLOBAL = {"f:*": ("Element", "ele-1"), "f:extension": ("Extension", "ext-1")}

OURS: Mapping[str, str] = {
    "cmr-1": "onBehalfOf.empty() or agent.resolve().all($this is Practitioner or $this is Device)",
    "com-1": "notDoneReason.empty() or (notDone.exists() and notDone = true)",
    "con-4": "abatement.empty() or (abatement is boolean and abatement = false) or "
    "clinicalStatus.where($this in ('resolved' | 'remission' | 'inactive')).exists()",
    "cpb-15": "implementation.empty() or kind != 'capability'",
    "cpb-16": "supportedMessage.exists() != event.exists()",
    "ctm-1": "onBehalfOf.empty() or member.resolve().all($this is Practitioner)",
    "dae-1": "base.empty()",
    "dae-2": "slicing.empty()",
    "dae-3": "uri.exists() or name.exists()",
    "dom-3": "contained.all(('#' + id) in %resource.descendants().reference)",
    "eld-10": "valueSet.exists() or description.exists()",
    "eld-16": "sliceName.empty() or sliceName.matches('^[a-zA-Z0-9\\\\/\\\\-\\\\_]+$')",
    "fhs-3": "notDoneReason.empty() or (notDone.exists() and notDone = true)",
    "imm-1": "notGiven.empty() or notGiven = false or (reaction.empty() and explanation.reason.empty())",
    "imm-2": "notGiven.empty() or notGiven = true or explanation.reasonNotGiven.empty()",
    "mad-2": "notGiven.empty() or notGiven = true or reasonNotGiven.empty()",
    "mad-3": "notGiven.empty() or notGiven = false or reasonCode.empty()",
    "mda-1": "height.empty() or type != 'audio'",
    "mda-2": "width.empty() or type != 'audio'",
    "mda-3": "frames.empty() or type = 'photo'",
    "mda-4": "duration.empty() or type != 'photo'",
    "mps-1": "onBehalfOf.empty() or agent.resolve().all($this is Practitioner or $this is Device)",
    "mst-1": "reasonNotTaken.empty() or taken = 'n'",
    "nsd-3": "replacedBy.empty() or status = 'retired'",
    "obs-7": "value.empty() or component.code.coding.where("
    "code in %context.code.coding.code and system in %context.code.coding.system).empty()",
    "pro-1": "notDoneReason.empty() or (notDone.exists() and notDone = true)",
    "rfr-1": "onBehalfOf.empty() or agent.resolve().all($this is Practitioner or $this is Device)",
    "sdf-16": "snapshot.element.all(id.exists())",
    "sdf-17": "differential.element.all(id.exists())",
}
"""FHIRPath of our own by key, made from the schematron's XPath."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One assertion of the schematron, at a path such as ("Patient", "contact")."""

    path: tuple[str, ...]
    key: str
    xpath: str


def rules(schematron: bytes) -> Iterator[Rule]:
    """The assertions at plain paths; those inside one particular extension are left out."""
    root = etree.fromstring(schematron, etree.XMLParser(resolve_entities=False, no_network=True))
    for rule in root.iter(_SCH + "rule"):
        context = rule.get("context", "")
        assertions = [
            ((each.text or "").partition(":")[0].strip(), each.get("test", "")) for each in rule.iter(_SCH + "assert")
        ]
        if context in _GLOBAL:
            home, key = _GLOBAL[context]
            yield from (Rule((home,), key, test) for _, test in assertions)
        elif _PLAIN.fullmatch(context):
            path = tuple(step.rpartition(":")[2] for step in context.replace("//", "/").split("/"))
            yield from (Rule(path, key, test) for key, test in assertions)


@dataclass(frozen=True, slots=True)
class Stated:
    """What a later release says of an invariant with the same key and XPath."""

    expression: str
    severity: str


def stated(structures: Iterable[Json]) -> dict[tuple[str, str], Stated]:
    """Invariants with their FHIRPath by key and XPath; the first structure that states one wins."""
    found: dict[tuple[str, str], Stated] = {}
    for structure in structures:
        for element in structure.get("snapshot", {}).get("element", ()):
            for each in element.get("constraint", ()):
                if each.get("expression"):
                    key = (each.get("key", ""), each.get("xpath", ""))
                    found.setdefault(key, Stated(each["expression"], each.get("severity", "error")))
    return found


def constraint(rule: Rule, known: Mapping[tuple[str, str], Stated]) -> Json:
    """The constraint as an ElementDefinition has it; without `expression` when none can be had."""
    same = known.get((rule.key, rule.xpath))
    own = OURS.get(rule.key)
    result: Json = {"key": rule.key, "severity": same.severity if same else "error"}
    if same or own:
        result["expression"] = same.expression if same else own
    else:
        result["xpath"] = rule.xpath
    return result
