"""Whatever a server shows as its certificate, a judgement passes, fails or is undecided; it never breaks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.model.words import Verdict
from tests.checks.identification.cases import named, uzi
from tests.checks.making import Case, judged
from tests.checks.network.cases import SHA2, certificate, shown

KINDS = {
    "server-certificate-names-host": {},
    "server-certificate-key": {"bits": 2048, "curves": ("secp256r1",)},
    "server-certificate-hash": {"hashes": SHA2},
    "server-certificate-usage": {},
    "server-certificate-dates": {"days_left": 30},
    "certificate-carries-ura": {},
    "certificate-ura-is": {"ura": "00700701"},
}
WHOLE = (certificate(), named(uzi("00700701"))[0].tls.peer[0])


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
def test_a_bent_certificate_breaks_no_judgement(kind: str, data: st.DataObject) -> None:
    bent = bytearray(data.draw(st.sampled_from(WHOLE)))
    for place in data.draw(st.lists(st.integers(0, len(bent) - 1), min_size=1, max_size=4)):
        bent[place] = data.draw(st.integers(0, 255))
    exchanges = {"exchange": shown(bytes(bent))}
    finding = judged(Case(kind=kind, verdict=Verdict.FAIL, about="bent", exchanges=exchanges, parameters=KINDS[kind]))
    assert finding.verdict is not Verdict.ERROR, finding.reason.en
