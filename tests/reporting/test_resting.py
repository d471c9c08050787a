"""On how much a conclusion rests, and what a stranger reads of it."""

from __future__ import annotations

from conformance.model.plan import Excluded, Exclusion
from conformance.model.run import Count, Rests
from conformance.model.words import Status, Strength, Text, Verdict, Verification
from conformance.reporting.decide import decide
from conformance.reporting.resting import said
from tests.reporting import making


def test_everything_that_applies_is_counted_once() -> None:
    asks = Text("Bewaart u?", "Do you keep?")
    words = {"verify": (Verification.ATTESTATION,), "judged": None, "asks": asks}
    plans = (
        making.planned(making.requirement("A-1"), "s"),
        making.planned(making.requirement("A-2"), "s"),
        making.planned(making.requirement("A-3"), "s"),
        making.planned(making.requirement("A-4"), "s"),
        making.planned(making.requirement("A-5", **words)),
        making.planned(making.requirement("B-1", strength=Strength.SHOULD), "s"),
        making.planned(making.requirement("B-2"), "s", status=Status.INFORMATIVE),
        making.planned(making.requirement("B-3", **words), status=Status.DRAFT),
    )
    absent = Excluded(requirement=making.requirement("C-1"), because=Exclusion.CLAIM, text=Text("nee", "no"))
    verdicts = {"A-2": Verdict.FAIL, "A-3": Verdict.INCONCLUSIVE, "A-4": Verdict.ERROR, "B-1": Verdict.FAIL}
    findings = tuple(
        making.finding(name, verdict=verdicts.get(name, Verdict.PASS)) for name in ("A-1", "A-2", "A-3", "A-4", "B-1")
    )
    profile = making.profile_plan(*plans, left_out=(absent,))
    rests = decide(making.plan(profile), findings, making.run(), ())[0].rests
    assert rests.deciding == Count(total=5, failed=1, undecided=2, unattested=1)
    assert rests.beside == Count(total=3, failed=1, undecided=1, unattested=1)
    assert (rests.applying, rests.held) == (8, 9)
    assert said(rests).en == (
        "Rests on 5 requirements that decide, of 8 that apply, of 9 that the role has. "
        "Of what decides: 1 failed, 2 undecided, 1 unattested. Of the others: 1 failed, 1 undecided, 1 unattested."
    )
    assert said(Rests(held=1, deciding=Count(total=1), beside=Count())).nl == (
        "Rust op 1 eisen die beslissen, van 1 die gelden, van 1 die de rol heeft. Van wat beslist: alles vervuld."
    )
