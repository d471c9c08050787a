"""The shipped STU3 digest against HL7's own package: what it states is true, what it lacks is known."""

from __future__ import annotations

import re
from importlib import resources
from typing import TYPE_CHECKING, Any

import pytest

from conformance.validation.fhir import definitions as package
from conformance.validation.fhir.definitions import Cache, Definitions, FhirVersion

if TYPE_CHECKING:
    from pathlib import Path

Json = dict[str, Any]


@pytest.fixture(scope="session")
def core(shared: Path, cache: Cache) -> Definitions:
    return Definitions.open(FhirVersion.STU3, [shared / "fhir-packages" / "hl7.fhir.r3.core-3.0.1.tgz"], cache=cache)


def bases(definitions: Definitions) -> dict[str, Json]:
    found = {}
    for canonical in definitions.canonicals("StructureDefinition"):
        structure = definitions.resource("StructureDefinition", canonical)
        if structure and structure.get("derivation") != "constraint" and structure["kind"] != "logical":
            found[canonical] = structure
    return found


def pairs(core: Definitions, stu3: Definitions) -> list[tuple[Json, Json]]:
    """Each element in HL7's package beside that of the digest."""
    own = bases(stu3)
    found = []
    for canonical, structure in bases(core).items():
        mine = {each["path"]: each for each in own[canonical]["snapshot"]["element"]}
        found += [(each, mine[each["path"]]) for each in structure["snapshot"]["element"]]
    return found


@pytest.mark.shared
def test_the_digest_has_every_type_and_element(core: Definitions, stu3: Definitions) -> None:
    own = bases(stu3)
    for canonical, structure in bases(core).items():
        expected = [each["path"] for each in structure["snapshot"]["element"]]
        assert [each["path"] for each in own[canonical]["snapshot"]["element"]] == expected
        assert own[canonical].get("baseDefinition") == structure.get("baseDefinition")
        assert own[canonical]["kind"] == structure["kind"]


@pytest.mark.shared
def test_types_cardinalities_and_targets_are_hl7s(core: Definitions, stu3: Definitions) -> None:
    for theirs, mine in pairs(core, stu3):
        place = theirs["path"]
        assert [each["code"] for each in mine.get("type", ())] == [each["code"] for each in theirs.get("type", ())], (
            place
        )
        if "." in place:  # five roots carry 1..1 in the package; a root's cardinality has no meaning
            assert (mine["min"], mine["max"]) == (theirs["min"], theirs["max"]), place
        assert mine.get("contentReference") == theirs.get("contentReference"), place
        assert _targets(mine) == _targets(theirs), place


@pytest.mark.shared
def test_invariants_are_hl7s(core: Definitions, stu3: Definitions) -> None:
    lacking = set()
    for theirs, mine in pairs(core, stu3):
        keys = {each["key"]: each for each in theirs.get("constraint", ())}
        own = {each["key"]: each for each in mine.get("constraint", ())}
        assert set(own) <= set(keys), theirs["path"]
        lacking |= set(keys) - set(own)
        for key, each in own.items():
            assert each["severity"] == keys[key]["severity"]
            assert "expression" in each, key
    # Abstract DomainResource apart, whose invariants stand on every resource: keys the schematron does not state.
    assert lacking == {"dom-1", "dom-2", "dom-3", "dom-4", "cnt-3", "dis-1", "inv-1"}


@pytest.mark.shared
def test_code_lists_are_hl7s(core: Definitions, stu3: Definitions) -> None:
    compared, different = 0, set()
    for theirs, mine in pairs(core, stu3):
        if "binding" in mine:
            compared += 1
            expected = {code for _, code, _ in core.expansion(theirs["binding"]["valueSet"]).codes()}
            if {code for _, code, _ in stu3.expansion(mine["binding"]["valueSet"]).codes()} != expected:
                different.add(theirs["path"])
    assert compared > 280
    # The schema leaves out the abstract code "question".
    assert different <= {"Questionnaire.item.type"}


def test_what_is_not_carried_is_known(stu3: Definitions) -> None:
    patient = stu3.type("Patient")
    assert patient is not None
    assert "bindings other than those of code elements" in patient["notCarried"]
    assert stu3.carried("http://hl7.org/fhir/StructureDefinition/patient-nationality") is None
    assert stu3.carried("http://example.org/StructureDefinition/x") is False
    assert stu3.carried("http://hl7.org/fhir/StructureDefinition/Patient") is True


def test_old_code_systems_answer_true_or_unknown_and_never_false(stu3: Definitions) -> None:
    system = stu3.code_system("http://hl7.org/fhir/v3/NullFlavor")
    assert system is not None
    assert system.content == "fragment"
    assert not system.complete
    assert system.concept("UNK") is not None


@pytest.mark.parametrize("version", [FhirVersion.STU3, FhirVersion.R4])
def test_digests_hold_no_prose_and_are_small(version: FhirVersion, cache: Cache) -> None:
    definitions = Definitions.open(version, cache=cache)
    for canonical in definitions.canonicals("StructureDefinition"):
        structure = definitions.resource("StructureDefinition", canonical)
        assert structure is not None
        if "agreement" in structure:
            continue  # our own profiles, which speak to people
        assert not {"description", "purpose", "text", "contact"} & set(structure)
        for element in structure.get("snapshot", structure.get("differential"))["element"]:
            assert not {"short", "definition", "comment", "requirements", "mapping"} & set(element)
            assert not any("human" in each for each in element.get("constraint", ()))
    sizes = [each.stat().st_size for each in (resources.files(package) / "data").iterdir() if each.name.endswith(".xz")]
    assert sum(sizes) < 3_000_000


def test_value_sets_with_codes_of_others_keep_their_copyright(r4: Definitions) -> None:
    quoted = [each for each in r4.canonicals("ValueSet") if "http://snomed.info/sct" in r4.expansion(each).systems()]
    stated = [each for each in quoted if re.search("SNOMED", r4.expansion(each).copyright)]
    assert len(stated) > 80


def _targets(element: Json) -> set[str]:
    named = {each for entry in element.get("type", ()) for each in entry.get("targetProfile", ())}
    return set() if any(each.endswith("/Resource") for each in named) else named
