"""Judgements on searching (DICOM PS3.18 section 10.6)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

from conformance.checks.images.loaded import of_suite
from conformance.checks.images.reading import (
    MODEL,
    UID_OF,
    all_values,
    asked,
    asked_value,
    came,
    each_once,
    found,
    identity,
    listed,
    some,
)
from conformance.checks.judgement import answer, decidable, judgement, met, require, status_among
from conformance.codecs.dicomjson import VRS, Dataset, DicomJsonError, read_model, tag_of, value, values
from conformance.model.agreements import Json
from conformance.model.exchange import Exchange
from conformance.model.words import Text, Triage


def matches(exchange: Exchange) -> tuple[Dataset, ...]:
    """What a search that has to be answered finds: any status but 200 and 204 is the requirement's own fail."""
    status_among(exchange, 200, 204)
    return found(exchange)


@judgement("dicom-json-answer")
def dicom_json_answer(exchange: Exchange) -> Text | None:
    """The answer is 200, says that it is DICOM JSON, and is; an empty list shows nothing."""
    status_among(exchange, 200)
    response = answer(exchange)
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
def attributes_present(
    exchange: Exchange, control: tuple[Exchange, ...], *, attributes: tuple[str, ...]
) -> Text | None:
    """Each data set that came has each of these attributes; an empty value counts as present."""
    datasets = came(exchange, control)
    _require_all(datasets, attributes)
    return Text(f"{len(attributes)} attributen aanwezig", f"{len(attributes)} attributes present")


@judgement("includes-asked")
def includes_asked(exchange: Exchange, others: tuple[Exchange, ...]) -> Text | None:
    """Each match has the attributes that the search asked for with includefield; with `all` those that it has in the
    other searches, which asked for them by name."""
    attributes = _included(exchange)
    if _EVERYTHING in attributes:
        by_name = {name for other in others for name in _included(other) if name != _EVERYTHING}
        attributes = [name for name in sorted(by_name) if all(_has(other, name) for other in others)]
    decidable(
        attributes, nl="er is met includefield niets gevraagd", en="includefield asked for nothing", triage=Triage.NODE
    )
    _require_all(some(exchange), attributes)
    return Text(listed(attributes), listed(attributes))


_EVERYTHING = "all"


def _included(exchange: Exchange) -> list[str]:
    return [name for key, field in asked(exchange) if key == "includefield" for name in field.split(",")]


def _has(exchange: Exchange, name: str) -> bool:
    """Whether each match of a search that asked for this attribute by name has it; of any other search that is so."""
    return name not in _included(exchange) or all(tag_of(name) in dataset for dataset in found(exchange))


def _require_all(datasets: Iterable[Dataset], attributes: Iterable[str]) -> None:
    missing = {name for name in attributes for dataset in datasets if tag_of(name) not in dataset}
    require(
        not missing,
        nl=f"ontbreekt in het antwoord: {listed(missing, 6)}",
        en=f"missing from the answer: {listed(missing, 6)}",
    )


@judgement("answers-only-asked")
def answers_only_asked(exchange: Exchange, control: tuple[Exchange, ...], *, attribute: str) -> Text | None:
    """Every data set that came has the value of the attribute that the search asked for, and no other.

    A search for something else says nothing; and a match below the studies need not carry what is its study's.
    """
    wanted = asked_value(exchange, attribute)
    if not wanted:
        met()
        return Text(f"niet op {attribute} gezocht", f"not a search for {attribute}")
    datasets = came(exchange, control)
    found_in = [set(values(dataset, attribute)) for dataset in datasets]
    below = identity(exchange) != UID_OF["studies"]
    others = [held for held in found_in if held != {wanted} and (held or not below)]
    require(
        not others,
        nl=f"{len(others)} van {len(datasets)} treffers hebben een andere {attribute} dan gevraagd",
        en=f"{len(others)} of {len(datasets)} matches have another {attribute} than asked for",
    )
    return Text(f"niets dan {attribute} {wanted}", f"nothing but {attribute} {wanted}")


@judgement("finds-all")
def finds_all(exchange: Exchange, *, studies: Mapping[str, Json], data: str) -> Text | None:
    """The search finds each study of its patient that was loaded into the node, each once."""
    of_suite(data)
    patient = exchange.given.get("patient")
    expected = [study["uid"] for study in studies.values() if study["patient"] == patient]
    decidable(expected, nl=f"van '{patient}' zijn geen studies", en=f"there are no studies of '{patient}'")
    listing = Counter(value(dataset, "StudyInstanceUID") for dataset in some(exchange))
    missing = [one for one in expected if one not in listing]
    require(not missing, nl=f"niet gevonden: {listed(missing)}", en=f"not found: {listed(missing)}")
    each_once(listing.elements())
    return Text(f"alle {len(expected)} gevonden", f"all {len(expected)} found")


@judgement("finds-nothing")
def finds_nothing(exchange: Exchange, control: Exchange) -> Text | None:
    """The search finds nothing, and says so as agreed; a control search shows that the node finds what is there."""
    some(control)
    response = answer(exchange)
    if status_among(exchange, 200, 204) == 204:
        require(not response.size, nl="204 met een inhoud", en="204 with a body")
        return Text("204, geen inhoud", "204, no content")
    datasets = found(exchange)
    require(not datasets, nl=f"{len(datasets)} treffers, verwacht geen", en=f"{len(datasets)} matches, expected none")
    return Text("een lege lijst", "an empty list")


@judgement("search-narrows")
def search_narrows(exchange: Exchange, control: Exchange) -> Text | None:
    """A search with a key finds exactly those of the search without it whose attribute matches the key, each once."""
    keys = [(name, wanted) for name, wanted in asked(exchange) if tag_of(name) not in ("", tag_of("PatientID"))]
    everything, unique = some(control), identity(exchange)
    expected = {value(one, unique) for one in everything if all(_meets(one, *key) for key in keys)}
    shown = listed([name for name, _ in keys])
    decidable(
        expected and len(expected) < len(everything),
        nl=f"aan de treffers zonder {shown} is niet te zien of er op is gezocht",
        en=f"the matches without {shown} do not tell whether the search heeded it",
        triage=Triage.NODE,
    )
    found_in = [value(one, unique) for one in matches(exchange)]
    listing = set(found_in)
    require(
        listing == expected,
        nl=f"{shown}: {len(expected - listing)} ontbreken, {len(listing - expected)} te veel",
        en=f"{shown}: {len(expected - listing)} missing, {len(listing - expected)} too many",
    )
    each_once(found_in)
    return Text(f"{len(listing)} van {len(everything)}", f"{len(listing)} of {len(everything)}")


def _meets(dataset: Dataset, name: str, wanted: str) -> bool:
    """Whether any value of an attribute matches a key, in the way of its VR (PS3.18 section 8.3.4.1)."""
    vr = VRS.get(tag_of(name), "LO")
    return any(_fits(held.strip(), wanted, vr) for held in values(dataset, name))


def _fits(held: str, wanted: str, vr: str) -> bool:
    if vr == "UI":
        return held in re.split(r"[,\\]", wanted)
    if vr == "DA" and "-" in wanted:
        first, _, last = wanted.partition("-")
        return (not first or held >= first) and (not last or held <= last)
    # Of fnmatch's three wild cards DICOM has two: a bracket is just a bracket.
    return fnmatchcase(held, wanted.replace("[", "[[]"))


@judgement("stays-within")
def stays_within(exchange: Exchange, control: Exchange) -> Text | None:
    """Whatever key a search below a path has, it finds nothing but what there is below that path: all or part of what
    the control, the same search without the key, finds."""
    unique = identity(control)
    there = all_values(some(control), unique)
    strays = all_values(came(exchange, (control,)), unique) - there
    require(
        not strays,
        nl=f"{len(strays)} treffers van buiten het pad: {listed(strays)}",
        en=f"{len(strays)} matches from outside the path: {listed(strays)}",
    )
    return Text("niets van buiten het pad", "nothing from outside the path")


@judgement("pages-complete")
def pages_complete(pages: tuple[Exchange, ...], control: Exchange) -> Text | None:
    """The pages of a search together hold everything once, and none holds more than was asked for."""
    unique = identity(control)
    whole = all_values(some(control), unique)
    decidable(len(whole) > 1, nl="er is te weinig om te bladeren", en="there is too little to page through")
    seen: list[str] = []
    for page in pages:
        datasets = matches(page)
        limit = _limit(page)
        require(
            len(datasets) <= limit,
            nl=f"{len(datasets)} treffers op een bladzijde van {limit}",
            en=f"{len(datasets)} matches on a page of {limit}",
        )
        seen += [value(dataset, unique) for dataset in datasets]
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
def as_without(exchange: Exchange, control: Exchange) -> Text | None:
    """A search asked in another way (a tag instead of a keyword) finds the same."""
    unique = identity(control)
    expected = all_values(some(control), unique)
    decidable(expected, nl=f"de treffers noemen geen {unique}", en=f"the matches name no {unique}", triage=Triage.NODE)
    datasets = matches(exchange)
    listing = all_values(datasets, unique)
    require(
        listing == expected,
        nl=f"{len(listing)} treffers in plaats van dezelfde {len(expected)}",
        en=f"{len(listing)} matches instead of the same {len(expected)}",
    )
    each_once(value(dataset, unique) for dataset in datasets)
    return Text(f"dezelfde {len(expected)} treffers", f"the same {len(expected)} matches")
