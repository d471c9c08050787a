"""Our own YAML: read strictly, compiled into StructureDefinitions, mistakes told with file and key."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conformance.validation.fhir.definitions import Cache, DefinitionError, Definitions, FhirVersion
from conformance.validation.fhir.definitions.authored.guides import compiled
from conformance.validation.fhir.definitions.authored.reading import read

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
    ("change", "message"),
    [
        (("type: Patient\n    base", "kind: Patient\n    base"), "profiles.own.kind: is not a key here"),
        (("card: 1..1", "card: one"), "profiles.own.elements.extension[shade]: 'one' is not understood"),
        (("slicing: value system closed", "slicing: system"), "write it as in `slicing: pattern type`"),
        (("binding: required colours", "binding: colours"), "write it as in `binding: required NAME`"),
        (("fixedUri:", "fixd:"), "profiles.own.elements.identifier[bsn].system.fixd: is no key of an element"),
        (("severity: error", "severity: fatal"), "profiles.own.invariants.own-1.severity: expected error or warning"),
        ((", en: A name", ""), "profiles.own.invariants.own-1: needs an expression, and a text in nl and en"),
        (('version: "1.10"', "version: 110"), "version: is missing or no text (numbers need quotes)"),
        (("identifier[bsn]", "identifier[b s]"), "write it as in `channel.extension[content]`"),
        (("codes: { colours: all", "kodes: { colours: all"), "valueSets.colours: needs codes"),
        (("  base: { type: Patient }", "  base: Patient"), "profiles: expected names with a mapping each"),
    ],
)
def test_a_mistake_is_told_with_its_key(change: tuple[str, str], message: str) -> None:
    text = GUIDE.replace(*change)
    assert text != GUIDE

    with pytest.raises(DefinitionError) as raised:
        compiled(text.encode(), "own.yaml")
    assert str(raised.value).startswith("own.yaml: ")
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: 1\na: 2", "own.yaml:2:1: key 'a' stands twice"),
        ("a: &x [1]\nb: *x", "own.yaml:2: an alias"),
        ("a: !!python/object:os.system x", "own.yaml:1:4"),
        ("a: [", "own.yaml:2:1"),
        ("- a", "expected a mapping"),
        ("a: \x00", "not readable as YAML"),
        ("[" * 500_000, "nested deeper"),
    ],
)
def test_what_yaml_allows_and_a_profile_does_not_is_refused(text: str, message: str) -> None:
    with pytest.raises(DefinitionError, match=r"own\.yaml") as raised:
        read(text.encode(), "own.yaml")
    assert message in str(raised.value)


def test_text_stays_text() -> None:
    text = "{a: 00100020, b: 1.10, c: NO, d: 2026-01-01, e: true, f: 12, g: null, h: 1e3}"
    assert read(text.encode(), "own.yaml") == {
        "a": "00100020",
        "b": "1.10",
        "c": "NO",
        "d": "2026-01-01",
        "e": True,
        "f": 12,
        "g": None,
        "h": "1e3",
    }
