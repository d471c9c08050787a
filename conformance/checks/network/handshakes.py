"""Who is let in: a refusal counts only beside a connection that differs in the certificate alone and was answered."""

from __future__ import annotations

from conformance.checks.judgement import answer, decidable, judgement, met, require, undecided
from conformance.model.exchange import Exchange, Outcome, Rung
from conformance.model.words import Text, Triage

REFUSALS = frozenset(
    {
        "client-certificate-refused",
        "handshake-refused",
        "handshake-closed",
        "connection-closed",
        "connection-reset",
    }
)
"""Beside a good connection that differs in the certificate alone, hanging up is a refusal as much as an alert is."""
REFUSING_STATUSES = frozenset({400, 401, 403, 495, 496})
"""A server may take the connection and refuse each request on it (nginx: 400, 495, 496): no service either way."""


@judgement("refused-beside-control")
def refused_beside_control(refused: Exchange, control: Exchange) -> Text | None:
    """A connection with a wrong certificate gets no service, while the same connection with a good one does."""
    _answered(control)
    if refused.outcome is Outcome.NOT_PLAYED:
        raise undecided(refused)
    if refused.response is None:
        _refused_by_the_node(refused)
        return Text("de verbinding werd geweigerd", "the connection was refused")
    status = refused.response.status
    require(
        status in REFUSING_STATUSES,
        nl=f"verwacht: weigering; gezien: het eindpunt antwoordde met HTTP {status}",
        en=f"expected: refusal; seen: the endpoint answered with HTTP {status}",
    )
    return Text(f"elke aanvraag werd geweigerd met HTTP {status}", f"every request was refused with HTTP {status}")


def _answered(control: Exchange) -> None:
    response = answer(control)
    decidable(
        response.status not in REFUSING_STATUSES or response.status == 401,
        nl=f"ook met een goed certificaat weigert het eindpunt (HTTP {response.status})",
        en=f"the endpoint refuses with a good certificate too (HTTP {response.status})",
        triage=Triage.CONFIGURATION,
    )


def _refused_by_the_node(refused: Exchange) -> None:
    trouble = refused.trouble
    if trouble is None or trouble.code not in REFUSALS:
        raise undecided(refused)
    met()


@judgement("plain-http-closed")
def plain_http_closed(plain: Exchange, control: Exchange) -> Text | None:
    """A request without TLS gets no service and no redirect."""
    answer(control)
    if plain.outcome is Outcome.NOT_PLAYED:
        raise undecided(plain)
    if plain.response is None:
        if plain.trouble is not None and plain.trouble.rung is Rung.NAME:
            raise undecided(plain)
        met()
        return Text("onversleuteld HTTP kreeg geen antwoord", "plain HTTP got no answer")
    status = plain.response.status
    require(
        status >= 400,
        nl=f"verwacht: geen antwoord of een fout; gezien: HTTP {status} op een onversleutelde aanvraag",
        en=f"expected: no answer or an error; seen: HTTP {status} to an unencrypted request",
    )
    return Text(f"onversleuteld HTTP kreeg alleen fout {status}", f"plain HTTP got error {status} only")
