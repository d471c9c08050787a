"""What a profile takes from another agreement: whom it binds, on what ground, and that it is judged once."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from conformance.agreements.catalogue import Catalogue, load_catalogue
from conformance.agreements.nodefile import load_node
from conformance.agreements.problems import DocumentError
from conformance.agreements.resolve import plan
from conformance.model.plan import Exclusion, Plan
from conformance.model.words import Status, Strength
from conformance.upkeep.lint import lint
from tests.agreements.making import AGREEMENT, agreements, node_file, write

BASIS = """\
profile: footing
version: "1"
title: { nl: Grond, en: Footing }
basis: true
actor: [keeper, asker]
takes:
  - why: { nl: Daarom, en: Because }
    requirements: [DOOR-01]
  - why: { nl: Zo is het, en: So it is }
    source: { document: Standard, section: "4", url: "https://example.org/standard" }
    endpoints: [oauth]
    actor: [asker]
    requirements: [DOOR-02]
"""
PATH = "profiles/ground/roles/footing.yaml"


def grounded(folder: Path, old: str = "", new: str = "", **changes: tuple[str, str]) -> Path:
    """The small agreements with a basis beside them, in which one thing is changed."""
    agreements(folder, **changes)
    house = dedent(AGREEMENT).lstrip().replace("pact", "ground").replace("twiin: true", "twiin: false")
    write(folder / "profiles/ground/agreement.yaml", house)
    assert old in BASIS
    write(folder / PATH, BASIS.replace(old, new) if old else BASIS)
    return folder


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return load_catalogue(grounded(tmp_path / "agreements"))


def planned(catalogue: Catalogue, folder: Path, old: str = "", new: str = "") -> Plan:
    return plan(catalogue, load_node(node_file(folder, old, new), catalogue))


def test_what_is_taken_is_a_must_of_its_own_and_judged_once(tmp_path: Path, catalogue: Catalogue) -> None:
    made = planned(catalogue, tmp_path)
    basis, own = made.profiles
    assert (basis.profile.id, own.profile.id) == ("footing", "doorkeeper")
    (taken,) = basis.planned
    assert (taken.requirement.id, taken.strength, taken.status) == ("DOOR-01", Strength.MUST, Status.NORMATIVE)
    assert (taken.decisive, taken.source.document) == (True, "House rule of this suite")
    assert own.planned[0].source.document == "Pact"
    assert taken.scenarios == own.planned[0].scenarios == ("knock",)
    assert [each.requirement.id for _, each in made.pairs()] == ["DOOR-01", "DOOR-03"]


def test_a_should_without_a_status_in_the_release_is_taken_as_a_must(tmp_path: Path, catalogue: Catalogue) -> None:
    both = "endpoints: { fhir: { url: 'https://localhost:8443/fhir' }, oauth: { url: 'https://localhost:8443/t' } }"
    node = node_file(tmp_path)
    text = node.read_text(encoding="utf-8").replace("actors: [keeper]", "actors: [keeper, asker]")
    node.write_text("\n".join(both if line.startswith("endpoints") else line for line in text.splitlines()))
    basis = plan(catalogue, load_node(node, catalogue)).profiles[0]
    taken = basis.planned[1]
    assert (taken.requirement.id, taken.requirement.strength, taken.strength) == (
        "DOOR-02",
        Strength.SHOULD,
        Strength.MUST,
    )
    assert (taken.decisive, taken.source.url) == (True, "https://example.org/standard")
    assert basis.left_out == ()


def test_what_is_taken_binds_only_the_roles_and_addresses_it_names(tmp_path: Path, catalogue: Catalogue) -> None:
    made = planned(catalogue, tmp_path, "[keeper]", "[asker]")
    (basis,) = made.profiles
    assert basis.planned == ()
    assert {each.requirement.id: each.because for each in made.excluded} == {
        "DOOR-01": Exclusion.ACTOR,
        "DOOR-02": Exclusion.ADDRESS,
        "DOOR-03": Exclusion.ACTOR,
    }
    assert "binds only the role keeper" in made.excluded[0].text.en
    assert "the node file does not give (oauth)" in made.excluded[1].text.en


def test_the_core_and_the_addresses_of_a_basis_are_those_of_its_roles(tmp_path: Path) -> None:
    role = ("core: [DOOR-01]", "core: [DOOR-03, DOOR-01]\nendpoints: [oauth, fhir]")
    made = planned(load_catalogue(grounded(tmp_path / "agreements", doorkeeper=role)), tmp_path)
    for profile in made.profiles:
        assert profile.core == ("DOOR-03", "DOOR-01")
        assert profile.missing == ("oauth",)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("[DOOR-01]", "[DOOR-77]", "footing.yaml:8:20: takes/0/requirements/0: expected a requirement of another"),
        (
            "[asker]\n    req",
            "[porter]\n    req",
            "footing.yaml:12:13: takes/1/actor/0: expected a role of this profile",
        ),
        ('{ document: Standard, section: "4", url: "https://example.org/standard" }', "own", "'requirement'"),
        ("why: { nl: Daarom, en: Because }", "because: no", "the key 'why'"),
        ("basis: true", "", "the key 'core'"),
        ("basis: true", "basis: true\ncore: [DOOR-01]", "footing.yaml:5:7: core: expected no core, addresses"),
        ("basis: true", "basis: false", "leave 'basis' out"),
    ],
)
def test_a_wrong_taking_is_told_with_its_place(tmp_path: Path, old: str, new: str, words: str) -> None:
    with pytest.raises(DocumentError) as caught:
        load_catalogue(grounded(tmp_path, old, new))
    assert words in str(caught.value)
    assert PATH in str(caught.value)


def test_only_of_another_agreement_can_be_taken(tmp_path: Path) -> None:
    folder = grounded(tmp_path)
    (folder / PATH).rename(folder / "profiles/pact/roles/footing.yaml")
    with pytest.raises(DocumentError, match=r"footing\.yaml:8:20: .*a requirement of another agreement.*DOOR-01"):
        load_catalogue(folder)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("actor: [keeper, asker]", "actor: [asker]", "takes: expected a requirement that binds 'asker'; found DOOR-01"),
        (
            "    requirements: [DOOR-01]",
            "    source: requirement\n    requirements: [DOOR-01]",
            "takes: expected a source of its own, or none (a house rule); found the Twiin source of DOOR-01",
        ),
    ],
)
def test_lint_tells_what_cannot_be_taken(tmp_path: Path, old: str, new: str, words: str) -> None:
    found = [problem.text.en for problem in lint(load_catalogue(grounded(tmp_path, old, new)))]
    assert any(words in sentence and f"{PATH}:1:1" in sentence for sentence in found), found


def test_the_shipped_basis_binds_every_role_that_holds_or_asks_for_patient_data() -> None:
    shipped = load_catalogue()
    (basis,) = (profile for profile in shipped.profiles.values() if profile.basis)
    roles = {actor for profile in shipped.profiles.values() for actor in profile.actors}
    assert set(basis.actors) == roles - {"twiin-node"}
    assert not shipped.agreements[basis.agreement].twiin
    for name, taken in basis.takes.items():
        assert "twiin" not in taken.source.url.lower(), name
