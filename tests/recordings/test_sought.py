"""A number that a node searches for, with wild cards in it or others beside it: these stay to be seen, nobody else."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, quote, urlsplit

import pytest

from conformance.model.exchange import Direction, Request
from conformance.recordings.identities import StrangerAlarm
from conformance.recordings.redaction import Redactor
from tests.recordings.making import ANNA, BRAM, STRANGER, exchange

ROLES = {ANNA: "anna", BRAM: "bram"}


def searched(value: str) -> str:
    """The Patient ID that a node searched for, as it is kept."""
    asked = Request(method="GET", url=f"https://suite/dicomweb/studies?PatientID={quote(value, safe='*?')}&limit=5")
    kept = Redactor(ROLES).redact(replace(exchange(), direction=Direction.RECEIVED, request=asked)).request
    assert kept is not None
    return dict(parse_qsl(urlsplit(kept.url).query))["PatientID"]


def test_wild_cards_and_others_beside_a_number_stay_to_be_seen() -> None:
    ours = next(iter(ROLES))
    role = ROLES[ours]
    assert searched(ours) == f"bsn-{role}"
    assert searched(f"{ours}*") == f"bsn-{role}*"
    assert searched(f"*{ours}") == f"*bsn-{role}"
    assert searched(f"{ours}\\{ours},{ours}") == f"bsn-{role}\\bsn-{role},bsn-{role}"
    assert searched(f"{ours[:4]}*{ours[4:]}") == "bsn-invalid*bsn-invalid"
    assert searched(f"{ours[:6]}???") == "bsn-invalid???"
    assert searched(ours[:6]) == "bsn-invalid"


@pytest.mark.parametrize("value", [f"{STRANGER}*", f"*{STRANGER[1:]}", f"{STRANGER[:7]}*", "LOCAL-7*"])
def test_a_stranger_beside_wild_cards_raises_the_alarm(value: str) -> None:
    with pytest.raises(StrangerAlarm):
        searched(value)
