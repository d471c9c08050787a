from __future__ import annotations

import json
from dataclasses import replace
from itertools import groupby
from pathlib import Path

import pytest

from conformance.agreements.catalogue import Catalogue, load_catalogue, read_catalogue
from conformance.agreements.listeners import kinds
from conformance.agreements.nodefile import load_node
from conformance.agreements.problems import DocumentError
from conformance.agreements.resolve import plan
from conformance.model.node import Node
from conformance.model.plan import ClaimGap, Exclusion, Plan, Selection
from conformance.model.words import Status
from tests.agreements.making import agreements, node_file, write


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return load_catalogue(agreements(tmp_path / "agreements"))


def planned(catalogue: Catalogue, folder: Path, old: str = "", new: str = "", **options: object) -> Plan:
    return plan(catalogue, load_node(node_file(folder, old, new), catalogue), **options)  # type: ignore[arg-type]


def ids(made: Plan) -> list[str]:
    return [each.requirement.id for profile in made.profiles for each in profile.planned]


def test_what_applies_follows_from_actor_release_and_claims(tmp_path: Path, catalogue: Catalogue) -> None:
    made = planned(catalogue, tmp_path)
    assert ids(made) == ["DOOR-01", "DOOR-03"]
    assert [each.status for each in made.profiles[0].planned] == [Status.NORMATIVE, Status.TRIAL]
    assert [each.decisive for each in made.profiles[0].planned] == [True, False]
    assert [pair[0] for pair in made.pairs()] == ["knock", "knock"]
    (left_out,) = made.excluded
    assert (left_out.requirement.id, left_out.because) == ("DOOR-02", Exclusion.RELEASE)
    assert left_out.text.en == "has no status in release 2 (it has in 1)"


def test_a_study_that_the_patient_drawn_lacks_is_told_with_its_place(tmp_path: Path, catalogue: Catalogue) -> None:
    node = load_node(node_file(tmp_path), catalogue)
    whole = load_catalogue()
    lacking = replace(whole, studies={name: one for name, one in whole.studies.items() if one["kind"] != "clip"})
    with pytest.raises(DocumentError) as caught:
        plan(lacking, node)
    assert "expected a value that is there; found '{{studies." in caught.value.problems[0].text.en
    assert caught.value.problems[0].text.en.startswith("scenarios/images/")


def test_the_release_asked_for_wins(tmp_path: Path, catalogue: Catalogue) -> None:
    made = planned(catalogue, tmp_path, release="1")
    assert ids(made) == ["DOOR-01", "DOOR-02"]
    assert made.profiles[0].release == "1"
    assert made.profiles[0].planned[1].scenarios == ()


def test_a_claim_not_made_excludes_and_leaves_a_gap(tmp_path: Path, catalogue: Catalogue) -> None:
    made = planned(catalogue, tmp_path, 'speaks-xml: "yes"', "speaks-xml: unknown")
    assert [each.because for each in made.excluded] == [Exclusion.RELEASE, Exclusion.CLAIM]
    refused = planned(catalogue, tmp_path, 'speaks-json: "yes", ', 'speaks-json: "no", ')
    assert refused.profiles[0].claim_gaps == (ClaimGap(profile="doorkeeper", claim="speaks-json", refused=True),)
    assert refused.profiles[0].planned[0].scenarios == (), "its only scenario needs the claim: a gap, not an omission"
    silent = planned(catalogue, tmp_path, 'speaks-json: "yes", ', "")
    assert silent.profiles[0].claim_gaps[0].refused is False


def test_nothing_is_omitted_in_silence(tmp_path: Path, catalogue: Catalogue) -> None:
    for release in ("1", "2"):
        made = planned(catalogue, tmp_path, release=release)
        told = [*ids(made), *(each.requirement.id for each in made.excluded)]
        assert sorted(told) == sorted(catalogue.requirements)


def test_parameters_come_from_profile_and_node(tmp_path: Path, catalogue: Catalogue) -> None:
    judged = planned(catalogue, tmp_path).profiles[0].planned[1].requirement.judged
    assert judged is not None
    assert judged.parameters == {"name": "00700701", "whose": "bsn-anna", "size": 4}


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("doorkeeper", "{ size: 4 }", "{ seize: 4 }", "parameters/size: expected a value, needed by DOOR-03"),
        ("doors", "identity.ura", "settings.name", "settings/name: expected a value, needed by DOOR-03"),
    ],
)
def test_a_missing_parameter_is_told(tmp_path: Path, file: str, old: str, new: str, words: str) -> None:
    changed = load_catalogue(agreements(tmp_path / "agreements", **{file: (old, new)}))
    with pytest.raises(DocumentError, match=words):
        planned(changed, tmp_path)


def test_two_profiles_must_ask_the_same_of_a_requirement(tmp_path: Path) -> None:
    folder = agreements(tmp_path / "agreements")
    role = (folder / "profiles/pact/roles/doorkeeper.yaml").read_text(encoding="utf-8")
    other = role.replace("profile: doorkeeper", "profile: concierge")
    write(folder / "profiles/pact/roles/concierge.yaml", other)
    assert len(planned(load_catalogue(folder), tmp_path).pairs()) == 2
    read_catalogue.cache_clear()
    write(folder / "profiles/pact/roles/concierge.yaml", other.replace("size: 4", "size: 5"))
    with pytest.raises(DocumentError, match="expected the parameters of 'concierge'; found others for DOOR-03"):
        planned(load_catalogue(folder), tmp_path)


def test_a_selection_narrows_but_keeps_everything_in_sight(tmp_path: Path, catalogue: Catalogue) -> None:
    made = planned(catalogue, tmp_path, selection=Selection(requirements=("DOOR-03",)))
    assert [each.narrowed for each in made.profiles[0].planned] == [True, False]
    assert [each.requirement.id for _, each in made.pairs()] == ["DOOR-03"]


@pytest.mark.parametrize(
    ("selection", "words"),
    [
        (Selection(requirements=("DOOR-3",)), "--requirement: .*Did you mean 'DOOR-03'"),
        (Selection(scenarios=("nock",)), "--scenario: .*Did you mean 'knock'"),
        (Selection(profiles=("porter",)), "--profile: .*'porter'"),
    ],
)
def test_an_unknown_name_in_a_selection_is_refused(
    tmp_path: Path, catalogue: Catalogue, selection: Selection, words: str
) -> None:
    with pytest.raises(DocumentError, match=words):
        planned(catalogue, tmp_path, selection=selection)
    with pytest.raises(DocumentError, match="--release"):
        planned(catalogue, tmp_path, release="7")


def test_the_digest_knows_agreements_but_not_the_node(tmp_path: Path, catalogue: Catalogue) -> None:
    plain = planned(catalogue, tmp_path)
    assert planned(catalogue, tmp_path, "vendor: V", "vendor: W").digest == plain.digest
    assert planned(catalogue, tmp_path, release="1").digest != plain.digest
    changed = load_catalogue(agreements(tmp_path / "other", doors=("De deur gaat open", "De deur gaat dicht")))
    assert planned(changed, tmp_path).digest != plain.digest


def played_per(what: str, folder: Path) -> tuple[Catalogue, Node]:
    """A scenario that is played per so much, and a node with three endpoints on two listeners."""
    per = ("needs:", f"per: {what}\nneeds:")
    found = agreements(folder / what, knock=("{each.value.path}", "{endpoint}{each.value.path}"))
    file = found / "scenarios/doors/knock.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace(*per).replace(", endpoints: [fhir]", ""), encoding="utf-8")
    one = '{ url: "https://localhost:8443/fhir" }'
    more = 'oauth: { url: "https://LOCALHOST:8443/t" }, dicomweb: { url: "https://localhost/d" }'
    catalogue = load_catalogue(found)
    return catalogue, load_node(node_file(folder, one, f"{one}, {more}"), catalogue)


def test_endpoints_on_one_listener_share_a_scenario(tmp_path: Path) -> None:
    found, node = played_per("listener", tmp_path)
    made = plan(found, node, selection=Selection(scenarios=("knock",)))
    assert kinds(node) == ("dicomweb", "fhir")
    assert set(made.scenarios) == {"knock.dicomweb", "knock.fhir"}
    assert made.scenarios["knock.dicomweb"].steps[0].given["path"].startswith("dicomwebDoor?")
    assert made.scenarios["knock.dicomweb"].title.en == "Knock (dicomweb)"
    narrow = plan(found, node, selection=Selection(scenarios=("knock.fhir",)))
    assert {scenario for scenario, _ in narrow.pairs()} == {"knock.fhir"}


def test_every_endpoint_has_a_scenario_of_its_own(tmp_path: Path) -> None:
    found, node = played_per("endpoint", tmp_path)
    made = plan(found, node, selection=Selection(scenarios=("knock",)))
    assert set(made.scenarios) == {"knock.dicomweb", "knock.fhir", "knock.oauth"}


def test_every_shipped_requirement_is_planned_or_excluded_with_a_reason(tmp_path: Path) -> None:
    shipped = load_catalogue()
    actors = sorted({actor for profile in shipped.profiles.values() for actor in profile.actors})
    content = (
        'node: { vendor: V, product: P, version: "1", participant: D, ura: "00700701", application: a }\n'
        'actors: [{}]\nrelease: "1.5"\nclaims: {{}}\nendpoints: {{}}\n'
    )
    for chosen in (actors[:1], actors):
        (tmp_path / "n.yaml").write_text(
            content.replace("{}", ", ".join(chosen), 1).replace("{{}}", "{}"), encoding="utf-8"
        )
        made = plan(shipped, load_node(tmp_path / "n.yaml", shipped))
        told = {*ids(made), *(each.requirement.id for each in made.excluded)}
        assert told == set(shipped.requirements)
        assert all(each.text.nl and each.text.en for each in made.excluded)


def whole(catalogue: Catalogue, folder: Path) -> Node:
    """A node that plays every role, claims everything and has three listeners."""
    claims = {claim for scenario in catalogue.scenarios.values() for claim in scenario.needs}
    content = {
        "node": {
            "vendor": "V",
            "product": "P",
            "version": "1",
            "participant": "D",
            "ura": "00700701",
            "application": "a",
        },
        "actors": sorted({actor for profile in catalogue.profiles.values() for actor in profile.actors}),
        "release": "1.5",
        "claims": dict.fromkeys(sorted(claims), "yes"),
        "endpoints": {name: {"url": f"https://{name}.example/x"} for name in ("fhir", "oauth", "dicomweb")},
    }
    (folder / "whole.yaml").write_text(json.dumps(content), encoding="utf-8")
    return load_node(folder / "whole.yaml", catalogue)


def naming(catalogue: Catalogue, folder: Path, *roles: str) -> Node:
    """That node, whose file names these patients."""
    node = whole(catalogue, folder)
    return replace(node, patients={role: replace(one, named=role in roles) for role, one in node.patients.items()})


def test_who_loaded_fewer_patients_is_asked_less_and_told(tmp_path: Path) -> None:
    shipped = load_catalogue()
    before = ("anna", "bram", "cees", "dina", "evert", "unknown")
    every, some, few = (
        plan(shipped, naming(shipped, tmp_path, *roles))
        for roles in (shipped.patients, (*before, "floor", "floris"), before)
    )
    assert {step.given["patient"] for step in every.scenarios["near"].steps} == set(shipped.groups["near"])
    assert {step.given["patient"] for step in some.scenarios["near"].steps} == {"floor", "floris"}
    assert "near" not in few.scenarios
    assert {one.requirement.id: one.because for one in few.excluded}["SAFE-70"] is Exclusion.PATIENT
    assert set(ids(few)) == set(ids(every)) - {"SAFE-70", "SAFE-71"}
    told = {(one.scenario, one.exemption.unless) for one in some.unasked}
    assert {("near", "gulsen"), ("near", "gulsen-namesake"), ("edges", "gulsen")} <= told
    assert ("near", "floor") not in told
    assert {("near", role) for role in shipped.groups["near"]} <= {
        (one.scenario, one.exemption.unless) for one in few.unasked
    }
    assert every.unasked == ()


def test_the_seed_draws_the_order_of_the_scenarios_and_no_other(tmp_path: Path) -> None:
    shipped = load_catalogue()
    node = whole(shipped, tmp_path)
    one, other, again = (plan(shipped, node, seed=seed) for seed in ("one", "other", "one"))
    assert len(one.scenarios) > 15
    assert list(one.scenarios) == list(again.scenarios)
    assert sorted(one.scenarios) == sorted(other.scenarios)
    assert list(one.scenarios) != list(other.scenarios)
    assert one.pairs() == other.pairs(), "what is judged and reported keeps the order of the agreements"
    for made in (one, other):
        turns = [scenario for scenario, _ in made.in_turn()]
        assert [name for name, _ in groupby(turns)] == list(made.scenarios)
        assert sorted(turns) == sorted(scenario for scenario, _ in made.pairs())


def test_a_narrowed_run_plays_in_the_order_of_the_whole(tmp_path: Path) -> None:
    shipped = load_catalogue()
    node = whole(shipped, tmp_path)
    everything = plan(shipped, node, seed="s")
    chosen = tuple(everything.scenarios)[1::3]
    narrow = plan(shipped, node, seed="s", selection=Selection(scenarios=chosen))
    assert list(dict.fromkeys(scenario for scenario, _ in narrow.in_turn())) == list(chosen)


def test_seed_and_thoroughness_are_of_the_plan(tmp_path: Path, catalogue: Catalogue) -> None:
    made = planned(catalogue, tmp_path, seed="s", thorough=True)
    assert (made.seed, made.thorough) == ("s", True)
    digests = {planned(catalogue, tmp_path, **asked).digest for asked in ({}, {"seed": "s"}, {"thorough": True})}
    assert len({made.digest, *digests}) == 4
    with pytest.raises(DocumentError, match="--seed: expected 1 to 64 characters"):
        planned(catalogue, tmp_path, seed="")


def test_a_status_of_a_line_holds_for_each_release_of_it_that_is_not_named_itself() -> None:
    found = load_catalogue().requirements
    assert list(found["NET-01"].releases) == ["1.3.0", "1.3.1", "1.4", "1.5"]
    assert found["NET-19"].releases["1.3.1"] is Status.INFORMATIVE
    assert found["NET-19"].releases["1.3.0"] is found["NET-31"].releases["1.3.1"] is Status.NORMATIVE


def test_releases_that_contradict_each_other_do_not_bind_together() -> None:
    """1.3.0 asks for TLS 1.2 beside 1.3 and forbids what is below sufficient; 1.3.1 asks for all good suites of
    TLS 1.3, and lets a server offer what else it likes."""
    binding = {"1.3.0": {"NET-05", "NET-06", "NET-08", "NET-09"}, "1.3.1": {"NET-36"}}
    found = load_catalogue().requirements
    for release, names in binding.items():
        other = next(one for one in binding if one != release)
        assert {name for name in found if name.startswith("NET-") and release in found[name].releases} >= names
        assert all(other not in found[name].releases for name in names)
