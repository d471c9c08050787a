"""Who the data are about, and who provided them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import unquote, urlsplit

from conformance.checks.fhir.reading import (
    OUTCOME,
    Resource,
    at,
    few,
    matches,
    name,
    not_wholly,
    objects,
    resources,
    searched,
    target,
    walk,
    words,
)
from conformance.checks.fhir.strangers import NOBODYS, told_by
from conformance.checks.fhir.whose import (
    BSN,
    PSEUDONYM,
    asked,
    bsns,
    data_in,
    named_in,
    names_of,
    numbers_in,
    subjects,
    unclaimed,
)
from conformance.checks.judgement import answer, decidable, judgement, require
from conformance.model.exchange import Exchange
from conformance.model.words import Text, Triage

URA = "http://fhir.nl/fhir/NamingSystem/ura"


def _of_type(exchange: Exchange, kind: str, there: Iterable[str]) -> list[Resource]:
    """The resources of a type; only where the search is one of those that must find one (`there`) has one to be."""
    searched(exchange)
    found = [resource for resource in resources(exchange) if resource.get("resourceType") == kind]
    decidable(
        found or str(exchange.given.get("query")) not in there,
        nl=f"het antwoord bevat geen {kind}: staan de proefgegevens in het knooppunt?",
        en=f"the answer holds no {kind}: are the test data loaded in the node?",
    )
    return found


@judgement("patient-carries-bsn")
def patient_carries_bsn(exchange: Exchange, *, there: tuple[str, ...] = ()) -> Text | None:
    """Every Patient that is found or comes along carries the BSN asked for, under the BSN system. One that is contained
    and has no number may be somebody who is only spoken of."""
    bsn = asked(exchange)
    found = _of_type(exchange, "Patient", there)
    inside = [one for held in resources(exchange) for one in objects(held.get("contained"))]
    contained = [one for one in inside if one.get("resourceType") == "Patient"]
    numbered = [one for one in contained if bsns(one)]
    lacking = [name(patient) for patient in (*found, *numbered) if bsn not in bsns(patient)]
    require(
        not lacking,
        nl=f"het gevraagde BSN ontbreekt bij {few(lacking)}",
        en=f"the BSN asked for is missing from {few(lacking)}",
    )
    decidable(
        len(numbered) == len(contained),
        nl="in 'contained' staat een Patient zonder BSN: wie dat is, is niet te zien",
        en="a Patient without a BSN stands in 'contained': who that is can't be seen",
        triage=Triage.NODE,
    )
    if not found and not contained:
        return Text("er is geen Patient bij", "no Patient in it")
    return Text("het gevraagde BSN", "the BSN asked for")


@judgement("one-patient-only")
def one_patient_only(exchange: Exchange, patient: tuple[Exchange, ...]) -> Text | None:
    """Every resource belongs to the patient asked for, as the searches for the patient named him: no other Patient,
    no other subject, no other BSN, nothing by which another is known; and every match says so."""
    bsn = asked(exchange)
    found = resources(exchange)
    decidable(
        any(resource.get("resourceType") != OUTCOME for resource in found),
        nl="het antwoord bevat geen resource: staan de proefgegevens in het knooppunt?",
        en="the answer holds no resource: are the test data loaded in the node?",
    )
    numbers = {number for resource in found for number in numbers_in(resource)}
    others = sorted((numbers | told_by(exchange)) - {bsn} - NOBODYS)
    require(not others, nl=f"ook gegevens van {few(others)}", en=f"data of {few(others)} too")
    named = {subject for resource in found for subject in subjects(resource)}
    require(
        len(named) <= 1,
        nl=f"gegevens van meer patiënten: {few(sorted(named))}",
        en=f"data of several patients: {few(sorted(named))}",
    )
    mine = names_of(bsn, *patient)
    strangers = sorted(named - mine)
    require(
        not strangers,
        nl=f"gegevens van een ander dan {few(sorted(mine))}: {few(strangers)}",
        en=f"data of someone else than {few(sorted(mine))}: {few(strangers)}",
    )
    nobodys = unclaimed(matches(searched(exchange)), bsn)
    decidable(
        named and not nobodys,
        nl=f"zegt niet van wie hij is: {few(nobodys) or 'geen enkele resource'}",
        en=f"does not say whose it is: {few(nobodys) or 'any resource'}",
        triage=Triage.NODE,
    )
    return Text("alleen de gevraagde patiënt", "only the patient asked for")


@judgement("organizations-carry-ura")
def organizations_carry_ura(exchange: Exchange, *, there: tuple[str, ...] = ()) -> None:
    """Every Organization carries a URA of eight digits, but for one that only pays."""
    found = _of_type(exchange, "Organization", there)
    referring = [(path, target(str(one["reference"]))) for path, one in _references(exchange)]
    paying = {whom for path, whom in referring if path.startswith("payor")}
    lacking = [name(one) for one in found if name(one) not in paying and not _ura(one)]
    # Whom nothing on this page refers to may be an insurer, whose Coverage is on the next one.
    unclear = [one for one in lacking if one not in {whom for _, whom in referring}]
    if unclear == lacking != []:
        not_wholly(
            searched(exchange),
            f"waar {few(lacking)} bij hoort, is niet te zien",
            f"what {few(lacking)} is of can't be seen",
        )
    require(not lacking, nl=f"geen URA bij {few(lacking)}", en=f"no URA for {few(lacking)}")


def _references(exchange: Exchange) -> Iterator[tuple[str, Resource]]:
    """Each reference in an answer with where it stands in its resource."""
    every = (found for resource in resources(exchange) for found in walk(resource))
    yield from ((path, one) for path, one in every if isinstance(one.get("reference"), str))


def _ura(organization: Resource) -> bool:
    identifiers = objects(at(organization, "identifier"))
    numbers = [str(one.get("value", "")) for one in identifiers if one.get("system") == URA]
    return any(len(number) == 8 and number.isdecimal() for number in numbers)


@judgement("practitioners-identified")
def practitioners_identified(exchange: Exchange, *, there: tuple[str, ...] = ()) -> None:
    """Every Practitioner carries an identifier with a system and a value, and one that no other's is: whom another name
    stands for under the same number is another."""
    people = _of_type(exchange, "Practitioner", there)
    numbers = {name(found): _numbers(found) for found in people}
    lacking = [whose for whose, held in numbers.items() if not held]
    require(not lacking, nl=f"geen uniek nummer bij {few(lacking)}", en=f"no unique number for {few(lacking)}")
    shared = sorted(
        name(one)
        for one in people
        if any(not numbers[name(one)] - numbers[name(two)] and _otherwise_called(one, two) for two in people)
    )
    require(not shared, nl=f"hetzelfde nummer bij {few(shared)}", en=f"the same number for {few(shared)}")


def _numbers(found: Resource) -> frozenset[tuple[str, str]]:
    every = ((str(one.get("system") or ""), str(one.get("value") or "")) for one in objects(at(found, "identifier")))
    return frozenset(one for one in every if all(one))


def _otherwise_called(one: Resource, two: Resource) -> bool:
    """Whether two are called by other surnames; who has none may be anybody."""
    families = [{str(family) for family in at(found, "name.family")} for found in (one, two)]
    return all(families) and not families[0] & families[1]


@judgement("bsn-under-its-system")
def bsn_under_its_system(exchange: Exchange) -> None:
    """A patient number of the data set stands under the BSN system only."""
    found = resources(exchange)
    decidable(found, nl="het antwoord bevat geen resource", en="the answer holds no resource")
    astray = [
        f"{name(resource)} {path}"
        for resource in found
        for path, value in walk(resource)
        if PSEUDONYM in str(value.get("value", "")) and value.get("system") != BSN
    ]
    require(not astray, nl=f"BSN onder een ander system: {few(astray)}", en=f"BSN under another system: {few(astray)}")


@judgement("yields-no-patient-data")
def yields_no_patient_data(unknown: Exchange, control: Exchange) -> Text | None:
    """A BSN the node does not know yields nothing, not even beside a refusal, while a known one yields data."""
    decidable(
        matches(searched(control)),
        nl="ook voor een bekende patiënt kwam er niets",
        en="nothing came for a known patient either",
    )
    status = answer(unknown).status
    refused = 400 <= status < 500 and status not in _NOT_OF_THE_PATIENT
    decidable(
        refused or status == 200,
        nl=f"geen antwoord over de patiënt maar {status}",
        en=f"no answer about the patient but {status}",
        triage=Triage.NODE,
    )
    found = data_in(unknown)
    found += sorted((named_in(words(unknown)) | told_by(unknown)) - {asked(unknown)} - NOBODYS)
    require(not found, nl=f"verwacht: niets; gezien: {few(found)}", en=f"expected: nothing; seen: {few(found)}")
    if not refused:
        searched(unknown)
        return Text("een leeg antwoord", "an empty answer")
    return Text(f"geweigerd met {status}", f"refused with {status}")


_NOT_OF_THE_PATIENT = (401, 408, 429)
"""Refusals that would have met anybody."""


@judgement("no-bsn-in-headers")
def no_bsn_in_headers(exchange: Exchange) -> None:
    """Location and Content-Location hold no patient number, unless they repeat the very question."""
    response = answer(exchange)
    decidable(response.status == 200, nl=f"HTTP {response.status}", en=f"HTTP {response.status}", triage=Triage.NODE)
    astray = [header for header in ("location", "content-location") if _numbered(response.header(header), exchange)]
    require(not astray, nl=f"BSN in {', '.join(astray)}", en=f"BSN in {', '.join(astray)}")


def _numbered(address: str, exchange: Exchange) -> bool:
    """Whether an address that the node wrote holds a number; a search may be named again as it was asked."""
    path, _, query = unquote(address).partition("?")
    asked = unquote(urlsplit(exchange.request.url).query) if exchange.request else ""
    return PSEUDONYM in path or (PSEUDONYM in query and query != asked)
