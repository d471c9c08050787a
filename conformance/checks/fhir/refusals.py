"""Who is refused, beside the same request done right: wherever it is asked, and without data in whatever form."""

from __future__ import annotations

from conformance.checks.fhir.reading import goes_on, matches, searched, sniffed, target, types_of_data, walk
from conformance.checks.judgement import answer, asked_too_often, decidable, judgement, met, require, status_among
from conformance.checks.network.telling import tells_nothing
from conformance.model.exchange import Exchange
from conformance.model.words import Text, Triage


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
    given = types_of_data(refused)
    seen = answer(refused).status
    require(
        not given,
        nl=f"verwacht: een weigering zonder gegevens; gezien: {seen} met {', '.join(given)}",
        en=f"expected: a refusal without data; seen: {seen} with {', '.join(given)}",
    )
    if asked_too_often(refused):
        tells_nothing(refused, control)  # what it tells all the same is no matter of how often
    status = status_among(refused, *statuses)
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


@judgement("nothing-by-another-way")
def nothing_by_another_way(unguarded: Exchange, control: Exchange) -> Text | None:
    """Nothing that a good search finds, no other resource and no count of any comes; whether there is such a way, and
    how it is refused, is the node's own choice."""
    decidable(
        matches(searched(control)),
        nl="ook de goede zoekvraag vond niets: staan de proefgegevens in het knooppunt?",
        en="the good search found nothing either: are the test data loaded in the node?",
    )
    status, kinds = answer(unguarded).status, set(types_of_data(unguarded))
    given = sorted(kinds - _OF_NOBODY)
    require(
        not given,
        nl=f"verwacht: geen gegevens; gezien: {status} met {', '.join(given)}",
        en=f"expected: no data; seen: {status} with {', '.join(given)}",
    )
    total = (sniffed(unguarded) or {}).get("total")
    require(
        not total, nl=f"verwacht: geen gegevens; gezien: total {total}", en=f"expected: no data; seen: total {total}"
    )
    if not kinds:
        tells_nothing(unguarded, control)
    decidable(
        status not in _PASSING,
        nl=f"geen antwoord op de vraag maar {status}",
        en=f"no answer to the question but {status}",
        triage=Triage.NODE,
    )
    return Text(f"{status} zonder gegevens", f"{status} without data")


_OF_NOBODY = frozenset({"Bundle", "CapabilityStatement"})
"""What may come without saying anything of anybody: an empty list, and what a server can do."""
_PASSING = (408, 429, 500, 502, 503, 504)
"""Statuses that say how the server is doing and not what it gives."""
