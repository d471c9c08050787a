"""Whom a node that asks believes: what it did at counterparts with a wrong certificate, beside a good one."""

from __future__ import annotations

from conformance.checks.clock import timed
from conformance.checks.judgement import decidable, fact, judgement, require, undecided
from conformance.model.exchange import Exchange, Outcome
from conformance.model.words import Text, Triage


@judgement("wrong-counterpart-refused")
def wrong_counterpart_refused(wrong: Exchange, order: Exchange, good: Exchange) -> Text | None:
    """Sent to a counterpart that shows a wrong certificate, the node knocks and asks nothing; of a good one it asks."""
    timed(wrong, order, good)  # a certificate has dates
    if wrong.outcome is not Outcome.ANSWERED:
        raise undecided(wrong)
    calls = fact(wrong, "calls")
    require(
        calls == 0,
        nl=f"verwacht: geen aanroep bij wie dit certificaat toont; gezien: {calls}",
        en=f"expected: no call to whoever shows this certificate; seen: {calls}",
    )
    clear = fact(wrong, "in_clear")
    require(
        clear == 0,
        nl=f"verwacht: geen aanvraag zonder TLS bij wie dit certificaat toont; gezien: {clear}",
        en=f"expected: no request without TLS to whoever shows this certificate; seen: {clear}",
    )
    _came(wrong, order)
    if good.outcome is not Outcome.ANSWERED:
        raise undecided(good)
    decidable(
        fact(good, "calls"),
        nl="ook bij een goed certificaat deed het knooppunt geen aanroep: of dit certificaat uitmaakt, is niet te zien",
        en="with a good certificate the node made no call either: whether this certificate matters can't be seen",
        triage=Triage.CONFIGURATION,
    )
    return Text("aangeklopt en niets gevraagd", "knocked and asked nothing")


def _came(wrong: Exchange, order: Exchange) -> None:
    """Whether the node saw the certificate and was done with it."""
    if order.outcome is not Outcome.ANSWERED:
        raise undecided(order)
    decidable(
        order.response is None or order.response.status < 300,
        nl="de aansturing weigerde de actie te starten",
        en="the driver refused to start the action",
        triage=Triage.CONFIGURATION,
    )
    decidable(
        fact(wrong, "knocks"),
        nl="het knooppunt klopte niet aan: of het zou weigeren, is niet te zien",
        en="the node did not knock: whether it would refuse can't be seen",
        triage=Triage.NODE,
    )
    decidable(
        not fact(wrong, "lingering"),
        nl="het knooppunt hield de verbinding open zonder iets te vragen: of het zou weigeren, is niet te zien",
        en="the node kept the connection open and asked nothing: whether it would refuse can't be seen",
        triage=Triage.NODE,
    )
