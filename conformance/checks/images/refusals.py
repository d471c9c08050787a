"""Judgements on saying no (DICOM PS3.18 section 8.5 and the status codes of each transaction)."""

from __future__ import annotations

from conformance.checks.judgement import answer, decidable, judgement, require, status_among
from conformance.model.exchange import Exchange
from conformance.model.words import Text, Triage


@judgement("refused-as-agreed")
def refused_as_agreed(exchange: Exchange, control: Exchange, *, statuses: tuple[int, ...]) -> Text | None:
    """The request is refused with one of these statuses, while the same request without the flaw succeeds."""
    good = answer(control).status
    decidable(
        good == 200,
        nl=f"ook het goede verzoek krijgt status {good}",
        en=f"the good request gets status {good} too",
        triage=Triage.NODE,
    )
    status = status_among(exchange, *statuses)
    return Text(f"status {status}", f"status {status}")


@judgement("media-type-among")
def media_type_among(exchange: Exchange, *, types: tuple[str, ...]) -> Text | None:
    """The answer is 200 and of one of these types."""
    status_among(exchange, 200)
    response = answer(exchange)
    kind = response.media_type
    choice = ", ".join(types)
    require(
        kind in types, nl=f"Content-Type '{kind}', verwacht {choice}", en=f"Content-Type '{kind}', expected {choice}"
    )
    return Text(kind, kind)
