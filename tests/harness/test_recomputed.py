"""Over a whole run: nothing contradicts itself, every fact is classified, and judges need none of what bytes show."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from conformance.agreements.catalogue import load_catalogue
from conformance.agreements.nodefile import load_node
from conformance.agreements.resolve import plan
from conformance.checks.judging import judge
from conformance.model.exchange import Exchange, Recording, by_scenario
from conformance.model.facts import RECOMPUTED, SEEN, resting_on_facts
from conformance.model.finding import Finding
from conformance.recordings.remeasure import contradictions, of_recording
from conformance.recordings.store import RunFolder
from tests.harness.fixtures import Full
from tests.harness.watching import WatchedNode

IMAGES = {"pixels", "pictures", "frames", "frames_shown", "part_sizes", "unlike"}
KNOCKS = {"knocks", "in_clear", "lingering"}
PERSONS = {"patients", "told_of", "bsn_in_location"}


@pytest.fixture(scope="session")
def recorded(by_command: Full) -> tuple[Recording, ...]:
    return RunFolder(by_command[0].folder).recordings()


@pytest.fixture(scope="session")
def roots(watched: WatchedNode) -> bytes:
    path = load_node(watched.node_file, load_catalogue()).trust.roots
    assert path is not None
    return path.read_bytes()


def judged(watched: WatchedNode, recordings: tuple[Recording, ...]) -> tuple[Finding, ...]:
    catalogue = load_catalogue()
    return judge(plan(catalogue, load_node(watched.node_file, catalogue)), by_scenario(recordings))


def changed(recordings: tuple[Recording, ...], change: Any) -> tuple[Recording, ...]:
    return tuple(
        replace(recording, exchanges=tuple(change(exchange) for exchange in recording.exchanges))
        for recording in recordings
    )


def test_an_honest_run_contradicts_nothing(recorded: tuple[Recording, ...], roots: bytes) -> None:
    assert [one for recording in recorded for one in of_recording(recording, roots)] == []


def test_every_fact_is_classified_once(recorded: tuple[Recording, ...]) -> None:
    names = {name for recording in recorded for exchange in recording.exchanges for name in exchange.facts}
    assert names <= set(RECOMPUTED) | set(SEEN)
    assert not set(RECOMPUTED) & set(SEEN)


def test_probes_are_judged_from_their_flights_alone(watched: WatchedNode, recorded: tuple[Recording, ...]) -> None:
    def without_facts(exchange: Exchange) -> Exchange:
        return replace(exchange, facts={}) if exchange.operation == "tls.probe" else exchange

    assert judged(watched, changed(recorded, without_facts)) == judged(watched, recorded)


def test_image_answers_are_judged_from_what_was_kept(watched: WatchedNode, recorded: tuple[Recording, ...]) -> None:
    """Only what rests on pixels, pictures and frames, on what was loaded, on whom an answer tells of, or on who knocked
    and asked nothing, needs a fact, and says so."""

    def without_facts(exchange: Exchange) -> Exchange:
        held = {name: value for name, value in exchange.facts.items() if name in IMAGES | PERSONS}
        return replace(exchange, facts=held) if exchange.operation.startswith("dicomweb.") else exchange

    findings = judged(watched, recorded)
    assert judged(watched, changed(recorded, without_facts)) == findings
    resting = [finding.requirement for finding in findings if (IMAGES | PERSONS | KNOCKS) & set(finding.facts)]
    on_pictures = {"IMG-R06", "IMG-R20", "IMG-P01", "IMG-P02", "IMG-P04", "IMG-F01", "IMG-F04", "SAFE-29"}
    on_what_was_loaded = {"IMG-S91", "IMG-S92", "IMG-D09", "IMG-R21", "IMG-R22", "IMG-F05"}
    on_whom_is_told = {"ID-04", "ID-07", "SAFE-01", "SAFE-02", "SAFE-21", "SAFE-28", "SAFE-42", "SAFE-70"}
    on_what_a_refusal_tells = {
        "PULL-01",
        "PULL-02",
        "PULL-03",
        "PULL-04",
        "SAFE-05",
        "SAFE-41",
        "SAFE-44",
        "SAFE-45",
        "SAFE-46",
    }
    on_knocks = {"SAFE-11"}
    assert set(resting) == on_pictures | on_what_was_loaded | on_whom_is_told | on_what_a_refusal_tells | on_knocks
    assert resting_on_facts(findings) == len(resting)


def test_a_flipped_fact_that_can_be_recomputed_is_told(recorded: tuple[Recording, ...], roots: bytes) -> None:
    names = set(RECOMPUTED) - {"ladder", "facts_version", "calls", "operations"}
    told = set()
    for recording in recorded:
        for exchange in recording.exchanges:
            for name in names & set(exchange.facts):
                flipped = replace(exchange, facts={**exchange.facts, name: _other(exchange.facts[name])})
                found = {one.fact for one in contradictions(flipped, roots)}
                told |= {name} if name in found else set()
    assert told == names


def test_no_probe_can_stand_in_for_another(recorded: tuple[Recording, ...]) -> None:
    """Each flight put in each other probe's place is told, unless both steps ask for exactly the same."""
    probes = [one for recording in recorded for one in recording.exchanges if one.operation == "tls.probe"]
    assert len(probes) > 10
    for one in probes:
        for other in probes:
            same = _asked(one) == _asked(other)
            told = bool(contradictions(replace(one, flight=other.flight), b""))
            assert told is not same or one is other


def _asked(probe: Exchange) -> object:
    given = {name: value for name, value in probe.given.items() if name not in ("endpoint", "purpose")}
    if given.get("one_by_one"):  # of a longer list and a shorter one the same suite may be asked for
        given["suites"] = [given["suites"][probe.number - 1]]
    return given


def _other(value: Any) -> Any:
    return not value if isinstance(value, bool) else value + 1
