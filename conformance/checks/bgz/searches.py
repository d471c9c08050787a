"""Whether a search of the BgZ list is answered as it was asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from conformance.checks.fhir.reading import (
    JSON_TYPES,
    XML_TYPES,
    Resource,
    at,
    content,
    entries,
    few,
    matches,
    mode,
    name,
    not_wholly,
    searched,
    searchset,
    target,
    tokens,
)
from conformance.checks.fhir.whose import asked, bsns, names_of, numbers_in, subjects, unclaimed
from conformance.checks.judgement import answer, decidable, judgement, require
from conformance.model.agreements import Json
from conformance.model.exchange import Exchange
from conformance.model.words import Text, Triage


@judgement("answers-search")
def answers_search(exchange: Exchange, patient: tuple[Exchange, ...], *, search: Mapping[str, Json]) -> Text | None:
    """The answer is a searchset whose matches are of the type asked for and satisfy the search; they are of the patient
    asked for, as the search for the patient named him."""
    bundle = searchset(exchange)
    kind = str(search["type"])
    strangers = [name(content(entry)) for entry in entries(bundle) if mode(entry) == "match"]
    strangers = [stranger for stranger in strangers if not stranger.startswith(f"{kind}/")]
    require(
        not strangers,
        nl=f"verwacht: alleen {kind} als treffer; ook gevonden: {few(strangers)}",
        en=f"expected: only {kind} as a match; also found: {few(strangers)}",
    )
    found = [resource for resource in matches(bundle) if resource.get("resourceType") == kind]
    decidable(
        found,
        nl=f"het antwoord bevat geen {kind}: staan de proefgegevens in het knooppunt?",
        en=f"the answer holds no {kind}: are the test data loaded in the node?",
    )
    for element, wanted in search["where"].items():
        _satisfied(found, element, set(wanted))
    _of_the_patient(found, exchange, patient)
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


def _of_the_patient(found: list[Resource], exchange: Exchange, patient: tuple[Exchange, ...]) -> None:
    """The patient is part of the search too."""
    bsn = asked(exchange)
    if found[0]["resourceType"] == "Patient":
        others = [name(one) for one in found if bsn not in bsns(one)]
    else:
        others = [name(one) for one in found if numbers_in(one) - {bsn}]
        # Of several patients at most one was asked for, whatever the node calls him.
        several = len({subject for one in found for subject in subjects(one)}) > 1
        mine = set() if others or several else names_of(bsn, *patient)
        others = others or [name(one) for one in found if subjects(one) - mine]
    require(
        not others,
        nl=f"verwacht: van de gevraagde patiënt; niet zo bij: {few(others)}",
        en=f"expected: of the patient asked for; not so for: {few(others)}",
    )
    nobodys = unclaimed(found, bsn)
    decidable(
        not nobodys,
        nl=f"zegt niet van wie hij is: {few(nobodys)}",
        en=f"does not say whose it is: {few(nobodys)}",
        triage=Triage.NODE,
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
    search = queries[str(exchange.given["query"])]
    wanted, bundle = search["include"], searched(exchange)
    targets = {
        str(reference["reference"])
        for element in wanted
        for resource in matches(bundle)
        for reference in at(resource, element)
        if isinstance(reference, dict) and not str(reference.get("reference") or "#").startswith("#")
    }
    if wanted and not targets:
        not_wholly(bundle, f"hier verwijst geen treffer via {few(wanted)}", f"no match here refers by {few(wanted)}")
    decidable(
        targets or not wanted,
        nl=f"geen treffer verwijst via {', '.join(wanted)}: staan de proefgegevens in het knooppunt?",
        en=f"no match refers by {', '.join(wanted)}: are the test data loaded in the node?",
    )
    _present(bundle, targets, str(search["type"]))
    return Text(f"{len(targets)} meegestuurd", f"{len(targets)} came along")


def _present(bundle: Resource, targets: set[str], kind: str) -> None:
    # Of the type that was asked for, what says no mode is a match (Bundle.entry.search is optional).
    how = [(entry, mode(entry) or _match_of(entry, kind)) for entry in entries(bundle)]
    there = {name(content(entry)): each for entry, each in how}
    # A reference may also be the entry's fullUrl itself, as with urn:uuid.
    there |= {str(entry["fullUrl"]): each for entry, each in how if "fullUrl" in entry}
    by_target = {one: there.get(one, there.get(target(one))) for one in targets}
    missing = sorted(one for one, how in by_target.items() if how is None)
    require(
        not missing,
        nl=f"meegevraagd maar niet in de Bundle: {few(missing)}",
        en=f"asked along but not in the Bundle: {few(missing)}",
    )
    unmarked = sorted(one for one, how in by_target.items() if how not in ("include", "match"))
    require(
        not unmarked,
        nl=f"verwacht: search.mode 'include'; niet zo bij: {few(unmarked)}",
        en=f"expected: search.mode 'include'; not so for: {few(unmarked)}",
    )


def _match_of(entry: Resource, kind: str) -> str:
    return "match" if content(entry).get("resourceType") == kind else ""


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
def latest_per_code(history: Exchange, latest: Exchange) -> Text | None:
    """$lastn gives, of each code that a plain search gives, the newest and nothing else."""
    for exchange in (history, latest):
        not_wholly(searched(exchange), "niet elke meting is te zien", "not every measurement is to be seen")
    every, given = _by_code(matches(searched(history))), _by_code(matches(searched(latest)))
    _one_per_code([one for found in given.values() for one in found])
    absent = sorted(every.keys() - given.keys())
    require(not absent, nl=f"geen meting van {few(absent)}", en=f"no measurement of {few(absent)}")
    for code, found in sorted(given.items()):
        newest = max((moment(one) for one in every.get(code, ())), default="")
        ours = {name(one) for one in every.get(code, ()) if moment(one) == newest}
        seen = [name(one) for one in found]
        require(
            ours.issuperset(seen),
            nl=f"verwacht: de meting van {newest or 'niemand'}; gezien: {few(seen)}",
            en=f"expected: the measurement of {newest or 'nobody'}; seen: {few(seen)}",
        )
    decidable(
        any(len({moment(one) for one in found}) > 1 for found in every.values()),
        nl="er zijn geen twee metingen van dezelfde code: staan de proefgegevens in het knooppunt?",
        en="there are no two measurements of the same code: are the test data loaded in the node?",
    )
    return Text(f"de laatste van {len(given)} codes", f"the latest of {len(given)} codes")


def _by_code(found: list[Resource]) -> dict[str, list[Resource]]:
    """Resources by their code; what has several codings goes by the first, as it is named, in any order."""
    groups: dict[str, list[Resource]] = {}
    for one in found:
        groups.setdefault(min(tokens(one.get("code")), default=""), []).append(one)
    return groups


def moment(resource: Resource) -> str:
    """When something was measured, in one time zone, so that moments sort as text; as it stands where it is no time."""
    moments = [*at(resource, "effectiveDateTime"), *at(resource, "effectivePeriod.start")]
    said = str(moments[0]) if moments else ""
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return said
    return (found.astimezone(UTC) if found.tzinfo else found).isoformat()


def _in_form(exchange: Exchange) -> None:
    types = {"json": JSON_TYPES, "xml": XML_TYPES}.get(str(exchange.given.get("format", "")))
    response = answer(exchange)
    seen = response.media_type or "-"
    require(
        types is None or response.status != 200 or seen in types,
        nl=f"gevraagd: {exchange.given.get('format')}; gezien: {seen}",
        en=f"asked for: {exchange.given.get('format')}; seen: {seen}",
    )


@judgement("same-matches")
def same_matches(one: Exchange, other: Exchange) -> Text | None:
    """Two searches that should give the same do so, each in the form that was asked for."""
    for exchange in (one, other):
        _in_form(exchange)
    left = {name(resource) for resource in matches(searched(one))}
    right = {name(resource) for resource in matches(searched(other))}
    decidable(
        left or right,
        nl="beide antwoorden zijn leeg: staan de proefgegevens in het knooppunt?",
        en="both answers are empty: are the test data loaded in the node?",
    )
    difference = sorted(left ^ right)
    for exchange in (one, other) if difference else ():
        not_wholly(searched(exchange), f"hier verschillen {few(difference)}", f"{few(difference)} differ here")
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
