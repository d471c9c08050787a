"""What a forger with our code can do: each change is sealed again, with every digest and the findings made anew."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.agreements.canonical import canonical
from conformance.harness.opened import RefusedError
from conformance.harness.rejudging import Standing, rejudge
from conformance.recordings.files import digest_of
from tests.tampering.forging import Forger, Parts, copied


def offers(parts: Parts) -> list[dict[str, Any]]:
    name = next(name for name in sorted(parts.recordings) if name.startswith("offers."))
    exchanges: list[dict[str, Any]] = parts.recordings[name]["exchanges"]
    return exchanges


def refused(forger: Forger, parts: Parts, said: str, fixed: tuple[tuple[str, ...], ...] = ()) -> None:
    with pytest.raises(RefusedError, match=said):
        rejudge(forger.sealed(parts, fixed))


def test_sealed_again_unchanged_it_is_the_same(forger: Forger, faulty: Parts) -> None:
    again = rejudge(forger.sealed(faulty.copy()))
    assert (again.standing, again.exit) == (Standing.SAME, 1)


def test_a_probe_left_out(forger: Forger, faulty: Parts) -> None:
    parts = faulty.copy()
    offers(parts).pop()
    refused(forger, parts, "is missing|does not play so often")


def test_the_recordings_of_another_run(forger: Forger, faulty: Parts, faithful: Parts) -> None:
    parts = faulty.copy()
    parts.recordings |= {name: one for name, one in faithful.copy().recordings.items() if name != "preflight"}
    parts.bodies |= faithful.bodies
    refused(forger, parts, "is of another run")


def test_the_recordings_of_another_run_under_the_id_of_this_one(forger: Forger, faulty: Parts, faithful: Parts) -> None:
    parts = faulty.copy()
    parts.recordings |= {name: one for name, one in faithful.copy().recordings.items() if name != "preflight"}
    parts.bodies |= faithful.bodies
    for document in (*parts.recordings.values(), *parts.exchanges()):
        document["run"] = parts.run["id"]
    refused(forger, parts, "not the address|another address|before the run's own preflight ended")


def test_one_answer_under_the_name_of_another_step(forger: Forger, faulty: Parts) -> None:
    parts = faulty.copy()
    exchanges = parts.recordings["record-json"]["exchanges"]
    exchanges[1] = {**exchanges[0], "step": exchanges[1]["step"], "given": exchanges[1]["given"]}
    refused(forger, parts, "another address than the step asks|began before")


def test_a_moved_start(forger: Forger, faulty: Parts) -> None:
    parts = faulty.copy()
    parts.run["started"] = "2026-01-01T00:00:00.000Z"
    refused(forger, parts, "'started' is 2026-01-01", (("started",),))


def test_a_time_outside_the_run(forger: Forger, faulty: Parts) -> None:
    parts = faulty.copy()
    offers(parts)[0]["started"] = "2026-01-01T00:00:00.000Z"
    refused(forger, parts, "before the run's own preflight ended")


def test_a_recording_twice(forger: Forger, faulty: Parts) -> None:
    parts = faulty.copy()
    parts.recordings["copy"] = parts.recordings["preflight"]
    refused(forger, parts, "copy.json")


def test_a_scenario_left_out(forger: Forger, faulty: Parts) -> None:
    parts = faulty.copy()
    del parts.recordings["doors"]
    refused(forger, parts, "doors.json: missing")


def test_a_scenario_left_out_and_its_requirements_unasked_is_no_whole_run(forger: Forger, faulty: Parts) -> None:
    parts = faulty.copy()
    del parts.recordings["doors"]
    ids = [finding["id"] for finding in json.loads(parts.findings)]
    parts.run["selected"] = [name for name in ids if not name.startswith("doors::")]
    assert {decision.conclusion.value for decision in rejudge(forger.sealed(parts)).decisions} == {"partial"}


def test_agreements_that_the_run_did_not_have_never_conform(forger: Forger, faithful: Parts) -> None:
    parts = faithful.copy()
    documents = json.loads(parts.inputs["agreements.json"])
    documents["profiles/twiin/requirements/network.yaml"] = f"sha256:{'0' * 64}"
    parts.inputs["agreements.json"] = json.dumps(documents, sort_keys=True, separators=(",", ":")).encode()
    again = rejudge(forger.sealed(parts))
    assert (again.standing, again.exit) == (Standing.NOT_COMPARED, 5)
    assert any("profiles/twiin/requirements/network.yaml" in note.en for note in again.notes)


def test_another_build_never_conforms(forger: Forger, faithful: Parts) -> None:
    parts = faithful.copy()
    parts.run["digests"]["suite"] = f"sha256:{'0' * 64}"
    again = rejudge(forger.sealed(parts, (("digests", "suite"),)))
    assert (again.standing, again.exit) == (Standing.NOT_COMPARED, 5)
    assert any("is not known to this suite" in note.en for note in again.notes)


def test_an_accepted_build_that_finds_the_same_says_so(
    forger: Forger, faithful: Parts, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "builds.json").write_text(json.dumps({"0.1.0": f"sha256:{'0' * 64}"}))
    monkeypatch.setattr("conformance.harness.builds.ACCEPTED", tmp_path / "builds.json")
    parts = faithful.copy()
    parts.run["digests"]["suite"] = f"sha256:{'0' * 64}"
    again = rejudge(forger.sealed(parts, (("digests", "suite"),)))
    assert (again.standing, again.exit) == (Standing.SAME, 0)
    assert any("accepted build" in note.en for note in again.notes)


def test_another_build_that_found_differently_lists_what(forger: Forger, faithful: Parts, tmp_path: Path) -> None:
    parts = faithful.copy()
    parts.run["digests"]["suite"] = f"sha256:{'0' * 64}"
    folder = copied(forger.sealed(parts, (("digests", "suite"),)), tmp_path / "run")
    findings = json.loads((folder / "findings.json").read_bytes())
    findings[0]["verdict"] = "fail"
    (folder / "findings.json").write_text(json.dumps(findings))
    (folder / "root.txt").unlink()
    again = rejudge(folder)
    assert again.exit == 5
    assert any(findings[0]["id"] in note.en for note in again.notes)


def test_another_vendor_is_told_by_an_anchor_alone(forger: Forger, faulty: Parts, faulty_folder: Path) -> None:
    parts = faulty.copy()
    root = rejudge(faulty_folder).root
    parts.inputs["node.json"] = parts.inputs["node.json"].replace(b'"vendor":"', b'"vendor":"Other ')
    folder = forger.sealed(parts)
    assert "whose it is, is not shown" in rejudge(folder).notes[-1].en
    with pytest.raises(RefusedError, match="not the run you mean"):
        rejudge(folder, root=root)


def test_accepting_afterwards_changes_no_verdict_of_a_judge(forger: Forger, faulty: Parts) -> None:
    parts = faulty.copy()
    parts.run["command"] = [*parts.run["command"], "--accept-partial"]
    assert rejudge(forger.sealed(parts)).exit == 1


def test_a_second_server_key_is_told_and_not_refused(forger: Forger, faithful: Parts) -> None:
    parts = faithful.copy()
    exchange = parts.recordings["record-json"]["exchanges"][3]
    exchange["tls"]["peer"] = [parts.put(b"the certificate of another server behind one address")]
    again = rejudge(forger.sealed(parts))
    assert again.standing is Standing.SAME
    assert any("2 different server certificates" in note.en for note in again.notes)


def test_what_another_build_cannot_follow_is_undecided(forger: Forger, faulty: Parts) -> None:
    """Only the same build can say that a run is not as it left it; another one tells what it cannot follow."""
    parts = faulty.copy()
    offers(parts).pop()
    parts.run["digests"]["suite"] = f"sha256:{'0' * 64}"
    again = rejudge(forger.sealed(parts, (("digests", "suite"),)))
    assert (again.standing, again.exit) == (Standing.NOT_COMPARED, 5)
    assert any("is missing" in note.en or "so often" in note.en for note in again.notes)


ODD = {"started": "yesterday", "url": "https://[::1/fhir"}


@pytest.mark.parametrize("member", list(ODD))
def test_odd_values_under_other_agreements_end_in_a_sentence(forger: Forger, faulty: Parts, member: str) -> None:
    parts = faulty.copy()
    documents = {**json.loads(parts.inputs["agreements.json"]), "x": "y"}
    parts.inputs["agreements.json"] = canonical(documents)
    parts.run["digests"]["agreements"] = digest_of(parts.inputs["agreements.json"])
    exchange = parts.recordings["edges"]["exchanges"][0]
    if member == "url":
        exchange["request"]["url"] = ODD["url"]
        assert rejudge(forger.sealed(parts)).exit == 5
    else:
        exchange["started"] = ODD["started"]
        refused(forger, parts, f"edges/{parts.recordings['edges']['exchanges'][0]['step']}")
