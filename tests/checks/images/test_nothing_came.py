"""That nothing came says something only of a node that was seen to give what it has."""

from __future__ import annotations

from dataclasses import replace

import pytest

from conformance.checks.judging import judge_one
from conformance.model.agreements import Judged, Selector
from conformance.model.exchange import Exchange, Recording
from conformance.model.words import Verdict
from tests.checks import making
from tests.checks.images.answers import ALL, PATIENT, bent, of
from tests.checks.images.recorded import empty, recorded

JUDGED = Judged(
    by="answers-only-asked",
    on={
        "exchange": Selector(operation="dicomweb.search-studies"),
        "control": Selector(operation="dicomweb.search-studies", given={"purpose": "find"}),
    },
    parameters=PATIENT,
)
NOBODY = replace(recorded("search-images/nobody"), step="nobody")


def found(control: Exchange) -> dict[str, Verdict]:
    meant = replace(control, step="everything", given={**control.given, "purpose": "find"})
    played = (meant, NOBODY)
    recording = Recording(scenario="made", exchanges=played)
    return dict(judge_one(making.requirement(JUDGED), making.scenario(played), recording).members)


def test_nothing_passes_beside_what_was_found() -> None:
    assert found(ALL) == {"everything": Verdict.PASS, "nobody": Verdict.PASS}


@pytest.mark.parametrize("change", [empty, lambda entry: entry.update(status=204, datasets=[])])
def test_a_search_that_should_have_found_something_leaves_it_undecided(change: object) -> None:
    verdicts = found(of("anna", bent("search-images/everything", change)))
    assert verdicts["everything"] is Verdict.INCONCLUSIVE
