"""Who is refused, beside the same request done right: wherever it is asked, and without data in whatever form."""

from __future__ import annotations

from conformance.checks.fhir.reading import goes_on, searched, target, types_of_data, walk
from conformance.checks.judgement import answer, decidable, judgement, met, require
from conformance.checks.network.telling import tells_nothing
from conformance.model.exchange import Exchange
from conformance.model.words import Text, Triage


def among(statuses: tuple[int, ...]) -> str:
    """Statuses as a sentence names them."""
    return "/".join(str(status) for status in statuses)


def succeeds(control: Exchange) -> None:
    """Undecidable unless the good request got 200."""
    allowed = answer(control).status
    decidable(
        allowed == 200,
        nl=f"ook de goede aanvraag slaagde niet (HTTP {allowed}), dus een weigering zegt niets",
        en=f"the good request did not succeed either (HTTP {allowed}), so a refusal says nothing",
        triage=Triage.CONFIGURATION,
    )


@judgement("status-beside-control")
def status_beside_control(refused: Exchange, control: Exchange, *, statuses: tuple[int, ...]) -> Text | None:
    """The request gets one of these statuses and no data, not in words or header fields either, while the control,
    that differs in one property, gets 200."""
    succeeds(control)
    status = answer(refused).status
    require(
        status in statuses,
        nl=f"verwacht: {among(statuses)}; gezien: {status}",
        en=f"expected: {among(statuses)}; seen: {status}",
    )
    given = types_of_data(refused)
    require(
        not given,
        nl=f"geweigerd met {status}, en toch gegevens: {', '.join(given)}",
        en=f"refused with {status}, and data all the same: {', '.join(given)}",
    )
    tells_nothing(refused, control)
    return Text(f"geweigerd met {status}", f"refused with {status}")


@judgement("refused-where-offered")
def refused_where_offered(
    refused: Exchange, control: Exchange, *, statuses: tuple[int, ...], otherwise: tuple[int, ...]
) -> Text | None:
    """Refused with one of these statuses and without data where the control gets 200; where the control is answered
    otherwise, with one of those, the service is not offered, and any refusal without data will do."""
    if answer(control).status not in otherwise:
        return status_beside_control(refused, control, statuses=statuses)
    status = answer(refused).status
    require(
        status >= 400 and not types_of_data(refused),
        nl=f"verwacht: een weigering zonder gegevens; gezien: {status}",
        en=f"expected: a refusal without data; seen: {status}",
    )
    tells_nothing(refused, control)
    return Text(f"niet aangeboden, en geweigerd met {status}", f"not offered, and refused with {status}")


@judgement("next-page-refused")
def next_page_refused(
    refused: Exchange, control: Exchange, page: Exchange, *, statuses: tuple[int, ...]
) -> Text | None:
    """The next page is refused, as `status-beside-control` says, where the first one names such a page."""
    if not goes_on(searched(page)):
        met()
        return Text("er is geen volgende bladzijde", "there is no next page")
    return status_beside_control(refused, control, statuses=statuses)


@judgement("refused-where-referred-to")
def refused_where_referred_to(
    refused: Exchange, control: Exchange, search: Exchange, *, statuses: tuple[int, ...], otherwise: tuple[int, ...]
) -> Text | None:
    """What the search found or refers to, of this type, is refused as `refused-where-offered` says; where it refers to
    none, there is nothing to give."""
    kind = str(refused.given["member"]["type"])
    held = [one for _, one in walk(searched(search))]
    names = (target(str(one.get("reference"))) for one in held)
    if not any(one.startswith(f"{kind}/") for one in names) and kind not in {one.get("resourceType") for one in held}:
        met()
        return Text(f"niets verwijst naar een {kind}", f"nothing refers to a {kind}")
    return refused_where_offered(refused, control, statuses=statuses, otherwise=otherwise)
