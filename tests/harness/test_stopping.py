"""What stops a run is told without a word of what a node said."""

from __future__ import annotations

from conformance.harness.stopping import bug_text, stop_text
from conformance.recordings.identities import StrangerAlarm

NUMBER = "123456782"


def test_a_bug_is_told_by_its_kind_and_place_only() -> None:
    try:
        _ = dict[str, str]()[f"Patient {NUMBER} Janssen"]
    except KeyError as bug:
        told = bug_text(bug)
    for text in (told.nl, told.en):
        assert "KeyError (test_stopping.py:" in text
        assert NUMBER not in text
        assert "Janssen" not in text


def test_an_alarm_says_in_both_languages_that_it_is_no_verdict_and_what_to_do() -> None:
    told = stop_text(StrangerAlarm("the answer, entry.resource.id"))
    assert "the answer, entry.resource.id" in told.en
    assert "no fault of the suite and no verdict on the node" in told.en
    assert "the environment" not in told.nl
    assert "geen fout van de suite en geen oordeel over het knooppunt" in told.nl
    assert "patients" in told.nl
