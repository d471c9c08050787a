"""Judgements on searching (DICOM PS3.18 section 10.6)."""

from __future__ import annotations

from collections import Counter
from fnmatch import fnmatchcase
from typing import Literal

from conformance.checks.images.reading import MODEL, all_values, asked_value, found, listed, some
from conformance.checks.judgement import answer, decidable, judgement, require
from conformance.codecs.dicomjson import Dataset, DicomJsonError, read_model, tag_of, value, values
from conformance.model.exchange import Exchange
from conformance.model.words import Text

Form = Literal["exact", "range", "wildcard", "list"]


def _matches(exchange: Exchange) -> tuple[Dataset, ...]:
    """What a search that has to be answered finds: any status but 200 and 204 is the requirement's own fail."""
    status = answer(exchange).status
    require(
        status in (200, 204), nl=f"status {status}, verwacht 200 of 204", en=f"status {status}, expected 200 or 204"
    )
    return found(exchange)


@judgement("dicom-json-answer")
def dicom_json_answer(exchange: Exchange) -> Text | None:
    """The answer is 200, says that it is DICOM JSON, and is; an empty list shows nothing."""
    response = answer(exchange)
    require(
        response.status == 200,
        nl=f"status {response.status}, verwacht 200",
        en=f"status {response.status}, expected 200",
    )
    kind = response.media_type
    require(
        kind in (MODEL, "application/json"),
        nl=f"Content-Type '{kind}', verwacht '{MODEL}'",
        en=f"Content-Type '{kind}', expected '{MODEL}'",
    )
    try:
        datasets = read_model(response.body)
    except DicomJsonError as error:
        require(False, nl=f"geen DICOM JSON: {error}", en=f"not DICOM JSON: {error}")
        return None
    decidable(
        datasets,
        nl="de lijst is leeg; zijn de proefstudies geladen ('conformance data export')?",
        en="the list is empty; were the test studies loaded ('conformance data export')?",
    )
    return Text(f"{len(datasets)} gegevensverzamelingen", f"{len(datasets)} data sets")


@judgement("attributes-present")
def attributes_present(exchange: Exchange, *, attributes: tuple[str, ...]) -> Text | None:
    """Each data set in the answer has each of these attributes; an empty value counts as present."""
    datasets = some(exchange)
    missing = {name for name in attributes for dataset in datasets if tag_of(name) not in dataset}
    require(
        not missing,
        nl=f"ontbreekt in het antwoord: {listed(missing, 6)}",
        en=f"missing from the answer: {listed(missing, 6)}",
    )
    return Text(f"{len(attributes)} attributen aanwezig", f"{len(attributes)} attributes present")


@judgement("answers-only-asked")
def answers_only_asked(exchange: Exchange, *, attribute: str) -> Text | None:
    """Every data set in the answer has the value of the attribute that the search asked for, and no other."""
    wanted = asked_value(exchange, attribute)
    decidable(wanted, nl=f"er is niet op {attribute} gezocht", en=f"the search did not ask for {attribute}")
    datasets = some(exchange)
    others = [dataset for dataset in datasets if set(values(dataset, attribute)) != {wanted}]
    require(
        not others,
        nl=f"{len(others)} van {len(datasets)} treffers hebben een andere {attribute} dan gevraagd",
        en=f"{len(others)} of {len(datasets)} matches have another {attribute} than asked for",
    )
    return Text(
        f"{len(datasets)} treffers, alle van {attribute} {wanted}",
        f"{len(datasets)} matches, all of {attribute} {wanted}",
    )


@judgement("finds-all")
def finds_all(exchange: Exchange, *, attribute: str, expected: tuple[str, ...]) -> Text | None:
    """The search finds each of the things that were loaded into the node, each once."""
    listing = Counter(value(dataset, attribute) for dataset in some(exchange))
    missing = [one for one in expected if one not in listing]
    require(not missing, nl=f"niet gevonden: {listed(missing)}", en=f"not found: {listed(missing)}")
    twice = [one for one, times in listing.items() if times > 1]
    require(not twice, nl=f"meer dan eens gevonden: {listed(twice)}", en=f"found more than once: {listed(twice)}")
    return Text(f"alle {len(expected)} gevonden", f"all {len(expected)} found")


@judgement("finds-nothing")
def finds_nothing(exchange: Exchange, control: Exchange) -> Text | None:
    """The search finds nothing, and says so as agreed; a control search shows that the node finds what is there."""
    some(control)
    response = answer(exchange)
    require(
        response.status in (200, 204),
        nl=f"status {response.status}, verwacht 204 of 200 met een lege lijst",
        en=f"status {response.status}, expected 204 or 200 with an empty list",
    )
    if response.status == 204:
        require(not response.size, nl="204 met een inhoud", en="204 with a body")
        return Text("204, geen inhoud", "204, no content")
    datasets = found(exchange)
    require(not datasets, nl=f"{len(datasets)} treffers, verwacht geen", en=f"{len(datasets)} matches, expected none")
    return Text("een lege lijst", "an empty list")


@judgement("search-narrows")
def search_narrows(exchange: Exchange, control: Exchange, *, attribute: str, form: Form, identity: str) -> Text | None:
    """A search with a key finds exactly those of the search without it whose attribute matches the key."""
    wanted = asked_value(exchange, attribute)
    everything = some(control)
    expected = {
        value(one, identity) for one in everything if any(_fits(held, wanted, form) for held in values(one, attribute))
    }
    decidable(
        expected and len(expected) < len(everything),
        nl=f"zonder {attribute} in de treffers is niet te zien of er op is gezocht",
        en=f"without {attribute} in the matches it can't be seen whether the search heeded it",
    )
    listing = {value(one, identity) for one in _matches(exchange)}
    require(
        listing == expected,
        nl=f"{attribute} ({form}): {len(expected - listing)} ontbreken, {len(listing - expected)} te veel",
        en=f"{attribute} ({form}): {len(expected - listing)} missing, {len(listing - expected)} too many",
    )
    return Text(f"{len(listing)} van {len(everything)}", f"{len(listing)} of {len(everything)}")


def _fits(held: str, wanted: str, form: Form) -> bool:
    if form == "range":
        first, _, last = wanted.partition("-")
        return (not first or held >= first) and (not last or held <= last)
    if form == "list":
        return held in wanted.replace("\\", ",").split(",")
    return fnmatchcase(held, wanted.replace("[", "[[]")) if form == "wildcard" else held == wanted


@judgement("pages-complete")
def pages_complete(pages: tuple[Exchange, ...], control: Exchange, *, identity: str) -> Text | None:
    """The pages of a search together hold everything once, and none holds more than was asked for."""
    whole = all_values(some(control), identity)
    decidable(len(whole) > 1, nl="er is te weinig om te bladeren", en="there is too little to page through")
    seen: list[str] = []
    for page in pages:
        datasets = _matches(page)
        limit = _limit(page)
        require(
            len(datasets) <= limit,
            nl=f"{len(datasets)} treffers op een bladzijde van {limit}",
            en=f"{len(datasets)} matches on a page of {limit}",
        )
        seen += [value(dataset, identity) for dataset in datasets]
    require(
        len(seen) == len(set(seen)),
        nl="treffers staan op meer dan één bladzijde",
        en="matches stand on more than one page",
    )
    require(
        set(seen) == whole,
        nl=f"de bladzijden samen tonen {len(set(seen) & whole)} van {len(whole)} treffers",
        en=f"the pages together show {len(set(seen) & whole)} of {len(whole)} matches",
    )
    return Text(f"{len(whole)} treffers op {len(pages)} bladzijden", f"{len(whole)} matches on {len(pages)} pages")


def _limit(page: Exchange) -> int:
    query = page.given.get("query", {})
    return int(query.get("limit", 0)) if isinstance(query, dict) else 0


@judgement("as-without")
def as_without(exchange: Exchange, control: Exchange, *, identity: str) -> Text | None:
    """A search asked in another way (no Accept header, tag instead of keyword) finds the same."""
    expected = all_values(some(control), identity)
    decidable(expected, nl=f"de treffers noemen geen {identity}", en=f"the matches name no {identity}")
    listing = all_values(_matches(exchange), identity)
    require(
        listing == expected,
        nl=f"{len(listing)} treffers in plaats van dezelfde {len(expected)}",
        en=f"{len(listing)} matches instead of the same {len(expected)}",
    )
    return Text(f"dezelfde {len(expected)} treffers", f"the same {len(expected)} matches")
