"""The other direction: start the node's own action, and collect what it then asked of the suite's counterparts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from conformance.model.agreements import Json
from conformance.model.exchange import Outcome, Rung
from conformance.protocols.observing import Observed, Performed
from conformance.protocols.operations import ANY, operation
from conformance.protocols.session import Session

Shown = Literal[
    "counterpart",
    "counterpart-foreign",
    "counterpart-self-signed",
    "counterpart-expired",
    "counterpart-elsewhere",
]
"""In which role of the node file the certificate is that the counterparts show; `counterpart` is the good one."""


@operation("driver.start", rests_on=Rung.CONFIGURATION, yields=("accepted",))
def start(
    session: Session, *, action: str, patient: str, timeout_s: int = 0, certificate: Shown = "counterpart"
) -> Performed:
    """Order the node under test to act for a patient (by role), with the addresses of the counterparts, which show the
    certificate of this role."""
    session.counterparts.show(certificate)
    known = session.node.patients.get(patient)
    order: dict[str, Json] = {
        "action": action,
        "patient": {"role": patient, "bsn": known.bsn if known else ""},
        "counterparts": dict(session.counterparts.addresses()),
        "run": session.run,
    }
    driver = session.node.driver
    observed = session.actor.start(order, timeout_s or (driver.timeout_s if driver else 0))
    status = observed.response.status if observed.response else 0
    session.taken = observed.outcome is Outcome.ANSWERED and status < 300
    return Performed(observed=(observed,), values={"accepted": session.taken})


@operation("counterpart.calls", rests_on=Rung.CONFIGURATION, yields=("studies", "study", "count"), times=lambda _: ANY)
def calls(session: Session, *, kind: str, within_s: int = 30, until: str = "") -> Performed:
    """Collect the calls that arrived at a counterpart; waits for the operation named by `until`, at most `within_s`.

    Where the node did not take its order, nobody is waited for. `until: call` waits for any, `until: knock` for a TLS
    handshake that began. The waiting itself is the first exchange, with what arrived counted in its facts, so that
    silence is seen too.
    """
    started, begin = session.clock.stamp(), session.clock.monotonic()
    arrived = session.counterparts.calls(kind, within_s if session.taken else 0, until)
    counted: dict[str, Json] = dict(sorted(Counter(observed.operation for observed in arrived.calls).items()))
    waited = Observed(
        outcome=Outcome.ANSWERED,
        started=started,
        duration_ms=round((session.clock.monotonic() - begin) * 1000),
        facts={
            "calls": len(arrived.calls),
            "operations": counted,
            "knocks": arrived.knocks,
            "in_clear": arrived.in_clear,
            "lingering": arrived.lingering,
        },
    )
    studies = list(dict.fromkeys(_studies(arrived.calls)))
    values: dict[str, Json] = {"studies": studies, "count": len(arrived.calls)}
    if studies:
        values["study"] = studies[0]
    return Performed(observed=(waited, *arrived.calls), values=values)


def _studies(arrived: Iterable[Observed]) -> Iterable[str]:
    for observed in arrived:
        segments = observed.request.url.partition("?")[0].split("/") if observed.request else []
        if "studies" in segments[:-1]:
            yield segments[segments.index("studies") + 1]
