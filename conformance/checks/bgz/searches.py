"""Whether a search of the BgZ list is answered as it was asked."""

from __future__ import annotations

from collections.abc import Mapping

from conformance.checks.fhir.reading import (
    Resource,
    at,
    content,
    entries,
    few,
    matches,
    mode,
    name,
    searched,
    searchset,
    tokens,
)
from conformance.checks.judgement import answer, decidable, judgement, require
from conformance.model.agreements import Json
from conformance.model.exchange import Exchange
from conformance.model.words import Text


@judgement("answers-search")
def answers_search(exchange: Exchange, *, search: Mapping[str, Json]) -> Text | None:
    """The answer is a searchset whose matches are of the type asked for and satisfy the search."""
    bundle = searchset(exchange)
    kind = str(search["type"])
    found = [resource for resource in matches(bundle) if resource.get("resourceType") == kind]
    decidable(
        found,
        nl=f"het antwoord bevat geen {kind}: staan de proefgegevens in het knooppunt?",
        en=f"the answer holds no {kind}: are the test data loaded in the node?",
    )
    strangers = [name(content(entry)) for entry in entries(bundle) if mode(entry) == "match"]
    strangers = [stranger for stranger in strangers if not stranger.startswith(f"{kind}/")]
    require(
        not strangers,
        nl=f"verwacht: alleen {kind} als treffer; ook gevonden: {few(strangers)}",
        en=f"expected: only {kind} as a match; also found: {few(strangers)}",
    )
    for element, wanted in search["where"].items():
        _satisfied(found, element, set(wanted))
    if search["latest"]:
        _one_per_code(found)
    return Text(f"{len(found)} x {kind}", f"{len(found)} x {kind}")


def _satisfied(found: list[Resource], element: str, wanted: set[str]) -> None:
    beside = [
        name(resource) for resource in found if not any(tokens(value) & wanted for value in at(resource, element))
    ]
    require(
        not beside,
        nl=f"verwacht: {element} uit {', '.join(sorted(wanted))}; niet zo bij: {few(beside)}",
        en=f"expected: {element} among {', '.join(sorted(wanted))}; not so for: {few(beside)}",
    )


def _one_per_code(found: list[Resource]) -> None:
    codes = [code for resource in found for code in sorted(tokens(resource.get("code")))[:1]]
    double = sorted({code for code in codes if codes.count(code) > 1})
    require(
        not double,
        nl=f"verwacht: van elke code één; meer van: {few(double)}",
        en=f"expected: one of each code; more of: {few(double)}",
    )


@judgement("includes-present")
def includes_present(exchange: Exchange, *, queries: Mapping[str, Json]) -> Text | None:
    """What the matches refer to, and the search asked along, is in the Bundle and marked as included."""
    wanted = queries[str(exchange.given["query"])]["include"]
    bundle = searched(exchange)
    targets = {
        str(reference["reference"])
        for element in wanted
        for resource in matches(bundle)
        for reference in at(resource, element)
        if isinstance(reference, dict) and reference.get("reference") and not reference["reference"].startswith("#")
    }
    decidable(
        targets or not wanted,
        nl=f"geen treffer verwijst via {', '.join(wanted)}: staan de proefgegevens in het knooppunt?",
        en=f"no match refers by {', '.join(wanted)}: are the test data loaded in the node?",
    )
    _present(bundle, targets)
    return Text(f"{len(targets)} meegestuurd", f"{len(targets)} came along")


def _present(bundle: Resource, targets: set[str]) -> None:
    there = {name(content(entry)): mode(entry) for entry in entries(bundle)}
    by_target = {target: there.get("/".join(target.split("/")[-2:])) for target in targets}
    missing = sorted(target for target, how in by_target.items() if how is None)
    require(
        not missing,
        nl=f"meegevraagd maar niet in de Bundle: {few(missing)}",
        en=f"asked along but not in the Bundle: {few(missing)}",
    )
    unmarked = sorted(target for target, how in by_target.items() if how not in ("include", "match"))
    require(
        not unmarked,
        nl=f"verwacht: search.mode 'include'; niet zo bij: {few(unmarked)}",
        en=f"expected: search.mode 'include'; not so for: {few(unmarked)}",
    )


@judgement("empty-searchset")
def empty_searchset(exchange: Exchange) -> Text | None:
    """A search without matches is answered with 200 and a searchset without matches."""
    found = matches(searchset(exchange))
    decidable(
        not found,
        nl="de zoekvraag had treffers, dus er valt geen leeg antwoord te beoordelen",
        en="the search had matches, so there is no empty answer to judge",
    )
    return Text("een lege searchset", "an empty searchset")


@judgement("latest-per-code")
def latest_per_code(latest: Exchange, history: Exchange) -> Text | None:
    """$lastn gives, of each code, the newest of what a plain search gives."""
    every = matches(searched(history))
    decidable(
        len(every) > 1,
        nl="er zijn geen twee metingen van dezelfde code: staan de proefgegevens in het knooppunt?",
        en="there are no two measurements of the same code: are the test data loaded in the node?",
    )
    newest = max(_moment(resource) for resource in every)
    found = matches(searched(latest))
    require(found, nl="verwacht: de laatste meting; gezien: geen", en="expected: the latest measurement; seen: none")
    _one_per_code(found)
    shown = _moment(found[0])
    require(
        shown == newest,
        nl=f"verwacht: de meting van {newest}; gezien: die van {shown}",
        en=f"expected: the measurement of {newest}; seen: that of {shown}",
    )
    return Text(f"de meting van {newest}", f"the measurement of {newest}")


def _moment(resource: Resource) -> str:
    period = resource.get("effectivePeriod") or {}
    return str(resource.get("effectiveDateTime") or period.get("start") or "")


@judgement("same-matches")
def same_matches(one: Exchange, other: Exchange) -> Text | None:
    """Two searches that should give the same do so."""
    left = {name(resource) for resource in matches(searched(one))}
    right = {name(resource) for resource in matches(searched(other))}
    decidable(
        left or right,
        nl="beide antwoorden zijn leeg: staan de proefgegevens in het knooppunt?",
        en="both answers are empty: are the test data loaded in the node?",
    )
    difference = sorted(left ^ right)
    require(
        not difference,
        nl=f"slechts in een van beide antwoorden: {few(difference)}",
        en=f"only in one of the two answers: {few(difference)}",
    )
    return Text(f"{len(left)} dezelfde treffers", f"{len(left)} equal matches")


@judgement("search-gives-bundle")
def search_gives_bundle(exchange: Exchange) -> Text | None:
    """A search is answered with 200 and a searchset Bundle."""
    answer(exchange)
    searchset(exchange)
    return Text("200 met een searchset", "200 with a searchset")
