"""Where a run knocks with wrong certificates: at every address of a node, on real requests, the good one last."""

from __future__ import annotations

from collections import Counter
from itertools import product
from pathlib import Path

import pytest
import yaml

from conformance.agreements.catalogue import Catalogue, load_catalogue
from conformance.agreements.nodefile import load_node
from conformance.agreements.resolve import plan as resolve
from conformance.checks.membership import is_of, matching, members
from conformance.model.agreements import Judged, Scenario
from conformance.model.plan import Plan
from tests.agreements.test_resolve import whole

KNOCKING = ("NET-01", "NET-13", "NET-14", "NET-15", "NET-16", "NET-17", "SAFE-03", "SAFE-04")
EVERYWHERE = ("NET-01", "SAFE-04")
SEEDS = pytest.mark.parametrize("seed", ["0", "1", "another"])


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def planned(catalogue: Catalogue, folder: Path, seed: str = "0", **changes: object) -> Plan:
    """The plan of a node that does everything, but for what is changed in its node file."""
    whole(catalogue, folder)
    content = yaml.safe_load((folder / "whole.yaml").read_text(encoding="utf-8"))
    (folder / "node.yaml").write_text(yaml.safe_dump({**content, **changes}), encoding="utf-8")
    return resolve(catalogue, load_node(folder / "node.yaml", catalogue), seed=seed)


def looked_at(plan: Plan, name: str) -> list[tuple[Scenario, Judged]]:
    return [
        (plan.scenarios[scenario], each.requirement.judged)
        for scenario, each in plan.pairs()
        if each.requirement.id == name and each.requirement.judged is not None
    ]


def asked(plan: Plan, name: str) -> set[str]:
    return {"-".join(member.values()) for one, judged in looked_at(plan, name) for member in members(judged, one)}


@SEEDS
@pytest.mark.parametrize("name", EVERYWHERE)
def test_without_a_certificate_every_address_is_tried(
    catalogue: Catalogue, tmp_path: Path, seed: str, name: str
) -> None:
    made = asked(planned(catalogue, tmp_path, seed), name)
    types = catalogue.spans["fhir-doors"].dimensions["type"]
    for kind, how, form in product(types, ("search", "read"), ("json", "xml")):
        comes_along = how == "search" and kind in ("Medication", "Device", "Organization")
        assert (f"{kind}-{how}-{form}" in made) is not comes_along
    assert {"address", "token", "capabilities", "lastn", "studies", "study", "instance", "frame"} < made
    assert {"metadata-of-instance", "rendered-instance", "rendered-frame"} < made
    elsewhere = len(catalogue.spans["fhir-other-ways"].dimensions["way"]) if name == "SAFE-04" else 0
    assert len(made) == 74 + 13 + 2 + 1 + 1 + elsewhere


@SEEDS
@pytest.mark.parametrize("name", [one for one in KNOCKING if one not in EVERYWHERE])
def test_every_pair_of_a_wrong_certificate_meets(catalogue: Catalogue, tmp_path: Path, seed: str, name: str) -> None:
    """Each kind of certificate at each type, way and form: which of these together, the seed decides."""
    made = [member.split("-") for member in asked(planned(catalogue, tmp_path, seed), name)]
    parts = Counter(part for member in made for part in member)
    types = catalogue.spans["fhir-doors"].dimensions["type"]
    assert {*types, "search", "read", "json", "xml", "token", "address", "frame", "lastn"} <= parts.keys()


@SEEDS
def test_some_other_way_is_shown_each_forged_token(catalogue: Catalogue, tmp_path: Path, seed: str) -> None:
    """Which way it is, the seed decides."""
    looked = looked_at(planned(catalogue, tmp_path, seed), "SAFE-46")
    shown = {one["token"] for scenario, judged in looked for one in members(judged, scenario)}
    assert shown >= {"foreign-issuer", "foreign-key", "own-key", "own-chain", "unsigned", "expired", "narrow"}


@SEEDS
@pytest.mark.parametrize("name", KNOCKING)
def test_the_good_request_comes_after_the_wrong_one(catalogue: Catalogue, tmp_path: Path, seed: str, name: str) -> None:
    """A node that locks out after the wrong one is then seen to."""
    for scenario, judged in looked_at(planned(catalogue, tmp_path, seed), name):
        first, control = next(iter(judged.on.values())), judged.on["control"]
        order = {step.name: number for number, step in enumerate(scenario.steps)}
        for member in members(judged, scenario):
            wrong = [one for one in matching(scenario.steps, first) if is_of(one.given, member, first)]
            good = [one for one in matching(scenario.steps, control) if is_of(one.given, member, control)]
            assert wrong
            assert len(good) == 1
            assert good[0].given["certificate"] == "valid"
            for one in wrong:
                assert order[one.name] < order[good[0].name]
                alike = ("path", "format", "accept", "endpoint")
                # A node need not have the other ways: that it serves at all is seen at one that it has.
                same = [one.given.get(key) for key in alike] == [good[0].given.get(key) for key in alike]
                assert same is ("way" not in member)


def test_an_image_gateway_alone_is_knocked_at(catalogue: Catalogue, tmp_path: Path) -> None:
    images = {"dicomweb": {"url": "https://images.example/dicom-web"}}
    claims = {name: "yes" for name in catalogue.claims if name.startswith("dicomweb-")}
    plan = planned(catalogue, tmp_path, actors=["image-gateway"], endpoints=images, claims=claims)
    for name in KNOCKING:
        assert {"address", "studies", "study", "frame"} < asked(plan, name)
        assert {one.id for one, _ in looked_at(plan, name)} == {"knocking-addresses.dicomweb", "knocking-images"}


def test_what_a_node_says_it_does_not_give_is_not_asked_for(catalogue: Catalogue, tmp_path: Path) -> None:
    claims = {"bgz-source": "yes", "bgz-xml": "no", "dicomweb-search": "yes", "dicomweb-frames": "no"}
    made = asked(planned(catalogue, tmp_path, claims=claims), "NET-01")
    assert "Flag-read-json" in made
    assert not [name for name in made if name.endswith("-xml")]
    assert "frame" not in made
    assert "instance" in made
