"""Our own YAML: read strictly, compiled into StructureDefinitions, mistakes told with file and key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from conformance.validation.fhir.definitions import Cache, DefinitionError, Definitions, FhirVersion
from conformance.validation.fhir.definitions.authored.guides import compiled

if TYPE_CHECKING:
    from pathlib import Path

GUIDE = """
guide: https://example.org/ig
fhir: "4.0"
version: "1.10"
status: draft
source: { document: A document, url: https://example.org }
valueSets:
  colours: { codes: { colours: all, "http://x": [NO, 007] } }
codeSystems:
  colours: { concepts: { red: Red } }
extensions:
  shade: { value: code, binding: required colours, on: [Patient] }
profiles:
  base: { type: Patient }
  own:
    type: Patient
    base: base
    elements:
      extension[shade]: { type: Extension(shade), card: 1..1 }
      identifier: { slicing: value system closed }
      identifier[bsn].system: { fixedUri: "http://fhir.nl/fhir/NamingSystem/bsn" }
      generalPractitioner: { type: Reference(Organization|Practitioner) }
    invariants:
      own-1: { at: name, severity: error, expression: family.exists(), text: { nl: Een naam, en: A name } }
"""


def test_a_guide_becomes_the_definitions_it_describes(tmp_path: Path) -> None:
    file = tmp_path / "own.yaml"
    file.write_text(GUIDE)
    definitions = Definitions.open(FhirVersion.R4, [file], cache=Cache(None))
    structure = definitions.structure("https://example.org/ig/StructureDefinition/own|1.10")

    assert structure is not None
    made = {each["id"]: each for each in structure["snapshot"]["element"]}
    assert structure["agreement"] == {"status": "draft", "document": "A document", "url": "https://example.org"}
    assert made["Patient.extension:shade"]["min"] == 1
    assert made["Patient.identifier"]["slicing"]["rules"] == "closed"
    assert made["Patient.identifier:bsn.system"]["fixedUri"] == "http://fhir.nl/fhir/NamingSystem/bsn"
    assert len(made["Patient.generalPractitioner"]["type"][0]["targetProfile"]) == 2
    own = made["Patient.name"]["constraint"][-1]
    assert (own["key"], own["human"]) == ("own-1", "A name")
    assert own["_human"]["extension"][0]["extension"][1]["valueString"] == "Een naam"
    found = definitions.expansion("https://example.org/ig/ValueSet/colours")
    assert found.contains("https://example.org/ig/CodeSystem/colours", "red") is True
    assert found.contains("http://x", "NO") is True
    assert found.contains("http://x", "007") is True


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (("type: Patient\n    base", "kind: Patient\n    base"), "profiles/own/kind"),
        (("card: 1..1", "card: one"), "profiles/own/elements/extension[shade]/card"),
        (("slicing: value system closed", "slicing: system"), "profiles/own/elements/identifier/slicing"),
        (("binding: required colours", "binding: colours"), "extensions/shade/binding"),
        (("fixedUri:", "fixd:"), "profiles/own/elements/identifier[bsn].system/fixd"),
        (("severity: error", "severity: fatal"), "profiles/own/invariants/own-1/severity"),
        ((", en: A name", ""), "profiles/own/invariants/own-1/text"),
        (('version: "1.10"', "version: 110"), "version"),
        (("identifier[bsn]", "identifier[b s]"), "profiles/own/elements"),
        (("codes: { colours: all", "kodes: { colours: all"), "valueSets/colours"),
        (("  base: { type: Patient }", "  base: Patient"), "profiles/base"),
    ],
)
def test_a_mistake_is_told_with_its_place(change: tuple[str, str], field: str) -> None:
    text = GUIDE.replace(*change)
    assert text != GUIDE

    with pytest.raises(DefinitionError) as raised:
        compiled(text.encode(), "own.yaml")
    assert re.search(rf"^own\.yaml:\d+:\d+: {re.escape(field)}", str(raised.value), re.MULTILINE), str(raised.value)


@pytest.mark.parametrize(
    "text",
    ["a: 1\na: 2", "a: &x [1]\nb: *x", "a: !!python/object:os.system x", "a: [", "- a", "a: \x00", "[" * 500_000],
)
def test_what_yaml_allows_and_a_profile_does_not_is_refused(text: str) -> None:
    with pytest.raises(DefinitionError, match=r"own\.yaml:\d+"):
        compiled(text.encode(), "own.yaml")
