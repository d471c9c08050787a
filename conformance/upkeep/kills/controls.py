"""Faults that show whether the matrix itself is to be believed: three that break nothing, and one that ruins much.

They are played before all others. When one is off, what the others show is worth nothing: the matrix is void.
"""

from __future__ import annotations

from dataclasses import replace

from conformance.model.words import Text, Verdict
from conformance.reporting.canonical import findings_bytes
from conformance.simulators.faults import Fault
from conformance.upkeep.kills.expecting import among, verdicts
from conformance.upkeep.kills.killing import Beside
from conformance.upkeep.kills.playing import findings_with
from conformance.upkeep.kills.remembering import Kept

_NAMELESS = {"nl": "-", "en": "-"}
INERT = Fault(id="CONTROL-INERT", title=_NAMELESS, chapter="controls", switch="http.untouched")
INERT_AT_THE_DOOR = Fault(
    id="CONTROL-INERT-AT-THE-DOOR",
    title=_NAMELESS,
    chapter="controls",
    switch="tls.refuse-hello",
    parameters={"suites": []},
)
INERT_ASKING = Fault(
    id="CONTROL-INERT-ASKING",
    title=_NAMELESS,
    chapter="controls",
    switch="asking.silent",
    parameters={"path": "(?!)"},
)
RUINOUS = Fault(
    id="CONTROL-RUINOUS",
    title=_NAMELESS,
    chapter="controls",
    switch="http.header",
    parameters={"path": "^/(fhir|dicomweb)/", "name": "content-type", "value": "text/plain"},
    fails=("BGZ-Q*",),
)


def wrong_with(beside: Beside) -> tuple[Text, ...]:
    """A sentence for each control that is off at this release."""
    try:
        inert = [changes_something(control, beside) for control in (INERT, INERT_AT_THE_DOOR, INERT_ASKING)]
        off = (*inert, spares_something(RUINOUS, beside))
    except Exception as error:  # noqa: BLE001 - a control that breaks off is off, whatever it is
        return (Text(f"een controle brak af: {error!r}", f"a control broke off: {error!r}"),)
    return tuple(sentence for sentence in off if sentence is not None)


def changes_something(control: Fault, beside: Beside) -> Text | None:
    """What is off with a control that breaks nothing: played, redacted and judged all anew, the findings must be those
    over sockets to the byte."""
    anew = replace(beside.faithful, said={})
    found = findings_with([control], anew, Kept.of(beside.faithful))
    if findings_bytes(found) == findings_bytes(beside.faithful.findings):
        return None
    changed = [now for was, now in zip(beside.faithful.findings, found, strict=True) if was != now]
    first = changed[0]
    return Text(
        f"{control.id} breekt niets, maar {len(changed)} bevindingen veranderden: {first.id}: {first.reason.nl}",
        f"{control.id} breaks nothing, yet {len(changed)} findings changed: {first.id}: {first.reason.en}",
    )


def spares_something(control: Fault, beside: Beside) -> Text | None:
    """What is off with a control that ruins much: all that it declares must fail, and there must be such."""
    seen = verdicts(findings_with([control], beside.faithful, Kept.of(beside.faithful)))
    meant = [name for name in seen if among(name, control.fails)]
    spared = [name for name in meant if seen[name] is not Verdict.FAIL]
    if meant and not spared:
        return None
    listed = ", ".join(spared[:3]) or ", ".join(control.fails)
    return Text(
        f"{control.id} bederft alles, maar dit faalde niet: {listed}",
        f"{control.id} ruins everything, yet this did not fail: {listed}",
    )
