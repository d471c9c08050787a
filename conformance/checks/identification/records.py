"""Who the data are about, and who provided them."""

from __future__ import annotations

import re
from urllib.parse import unquote, urlsplit

from conformance.checks.fhir.reading import (
    Resource,
    at,
    content,
    entries,
    few,
    matches,
    name,
    objects,
    resources,
    searched,
    target,
    walk,
)
from conformance.checks.judgement import answer, decidable, judgement, met, require
from conformance.model.exchange import Exchange
from conformance.model.words import Text, Triage

BSN = "http://fhir.nl/fhir/NamingSystem/bsn"
URA = "http://fhir.nl/fhir/NamingSystem/ura"
PSEUDONYM = "bsn-"
"""What redaction leaves of a patient number of the data set: `bsn-<role>`."""
_NAMED = re.compile(rf"\b{PSEUDONYM}[a-z0-9]+(?:-[a-z0-9]+)*")


def _of_type(exchange: Exchange, kind: str) -> list[Resource]:
    found = [resource for resource in resources(exchange) if resource.get("resourceType") == kind]
    decidable(found, nl=f"het antwoord bevat geen {kind}", en=f"the answer holds no {kind}")
    return found


def _bsns(patient: Resource) -> set[str]:
    return {
        str(one.get("value")) for one in at(patient, "identifier") if isinstance(one, dict) and one.get("system") == BSN
    }


def asked(exchange: Exchange) -> str:
    """The one patient that a search names, by the word that stands for the BSN; undecidable when it names none."""
    query = unquote(urlsplit(exchange.request.url).query) if exchange.request else ""
    named = set(_NAMED.findall(query))
    decidable(
        len(named) == 1,
        nl="de opgenomen vraag noemt niet één patiënt",
        en="the recorded question does not name one patient",
        triage=Triage.SUITE,
    )
    return str(named.pop())


@judgement("patient-carries-bsn")
def patient_carries_bsn(exchange: Exchange) -> Text | None:
    """The Patient found carries the BSN asked for, under the BSN system."""
    bsn = asked(exchange)
    found = [patient for patient in matches(searched(exchange)) if patient.get("resourceType") == "Patient"]
    decidable(
        found,
        nl="het antwoord bevat geen Patient: staan de proefgegevens in het knooppunt?",
        en="the answer holds no Patient: are the test data loaded in the node?",
    )
    lacking = [name(patient) for patient in found if bsn not in _bsns(patient)]
    require(
        not lacking,
        nl=f"het gevraagde BSN ontbreekt bij {few(lacking)}",
        en=f"the BSN asked for is missing from {few(lacking)}",
    )
    return Text("het gevraagde BSN", "the BSN asked for")


@judgement("one-patient-only")
def one_patient_only(exchange: Exchange, patient: Exchange) -> Text | None:
    """Every resource belongs to the patient asked for, as the search for the patient named him: no other Patient, no
    other subject, no other BSN."""
    bsn = asked(exchange)
    found = resources(exchange)
    decidable(
        any(resource.get("resourceType") != "OperationOutcome" for resource in found),
        nl="het antwoord bevat geen resource: staan de proefgegevens in het knooppunt?",
        en="the answer holds no resource: are the test data loaded in the node?",
    )
    others = sorted({word for resource in found for word in _pseudonyms(resource) if word != bsn})
    require(not others, nl=f"ook gegevens van {few(others)}", en=f"data of {few(others)} too")
    subjects = {subject for resource in found for subject in _subjects(resource)}
    several = sorted(subjects)
    require(
        len(several) <= 1,
        nl=f"gegevens van meer patiënten: {few(several)}",
        en=f"data of several patients: {few(several)}",
    )
    known = _known(patient, bsn)
    strangers = sorted(subjects - known)
    require(
        not strangers,
        nl=f"gegevens van een ander dan {few(sorted(known))}: {few(strangers)}",
        en=f"data of someone else than {few(sorted(known))}: {few(strangers)}",
    )
    decidable(
        subjects or any(bsn in _pseudonyms(resource) for resource in found),
        nl="geen resource zegt van wie hij is",
        en="no resource says whose it is",
        triage=Triage.NODE,
    )
    return Text("alleen de gevraagde patiënt", "only the patient asked for")


def _known(search: Exchange, bsn: str) -> set[str]:
    """How the node names the patient with this BSN; undecidable when the search for the patient does not show it."""
    found = {name(one) for one in matches(searched(search)) if one.get("resourceType") == "Patient"}
    mine = {name(one) for one in matches(searched(search)) if bsn in _bsns(one)}
    decidable(
        found and found == mine,
        nl="de zoekvraag naar de patiënt laat niet zien hoe het knooppunt hem noemt",
        en="the search for the patient does not show how the node names him",
    )
    return mine


def _pseudonyms(resource: Resource) -> set[str]:
    words = {value for _, found in walk(resource) for value in found.values() if isinstance(value, str)}
    return {word for word in words if word.startswith(PSEUDONYM)}


def _subjects(resource: Resource) -> set[str]:
    if resource.get("resourceType") == "Patient":
        return {name(resource)}
    found = [at(resource, f"{element}.reference") for element in ("subject", "patient", "beneficiary")]
    return {target(str(one)) for references in found for one in references if "Patient/" in str(one)}


@judgement("organizations-carry-ura")
def organizations_carry_ura(exchange: Exchange) -> None:
    """Every Organization carries a URA of eight digits."""
    lacking = [name(found) for found in _of_type(exchange, "Organization") if not _ura(found)]
    require(not lacking, nl=f"geen URA bij {few(lacking)}", en=f"no URA for {few(lacking)}")


def _ura(organization: Resource) -> bool:
    identifiers = objects(at(organization, "identifier"))
    numbers = [str(one.get("value", "")) for one in identifiers if one.get("system") == URA]
    return any(len(number) == 8 and number.isdecimal() for number in numbers)


@judgement("practitioners-identified")
def practitioners_identified(exchange: Exchange) -> None:
    """Every Practitioner carries an identifier with a system and a value."""
    lacking = [
        name(found)
        for found in _of_type(exchange, "Practitioner")
        if not any(one.get("system") and one.get("value") for one in objects(at(found, "identifier")))
    ]
    require(not lacking, nl=f"geen uniek nummer bij {few(lacking)}", en=f"no unique number for {few(lacking)}")


@judgement("bsn-under-its-system")
def bsn_under_its_system(exchange: Exchange) -> None:
    """A patient number of the data set stands under the BSN system only."""
    found = resources(exchange)
    decidable(found, nl="het antwoord bevat geen resource", en="the answer holds no resource")
    astray = [
        f"{name(resource)} {path}"
        for resource in found
        for path, value in walk(resource)
        if str(value.get("value", "")).startswith(PSEUDONYM) and value.get("system") != BSN
    ]
    require(not astray, nl=f"BSN onder een ander system: {few(astray)}", en=f"BSN under another system: {few(astray)}")


@judgement("yields-no-patient-data")
def yields_no_patient_data(unknown: Exchange, control: Exchange) -> Text | None:
    """A BSN the node does not know yields nothing, while a known one yields data."""
    decidable(
        matches(searched(control)),
        nl="ook voor een bekende patiënt kwam er niets",
        en="nothing came for a known patient either",
    )
    response = answer(unknown)
    if response.status in (400, 403, 404):
        met()
        return Text(f"geweigerd met {response.status}", f"refused with {response.status}")
    found = [
        name(content(entry))
        for entry in entries(searched(unknown))
        if content(entry).get("resourceType") != "OperationOutcome"
    ]
    require(not found, nl=f"verwacht: niets; gezien: {few(found)}", en=f"expected: nothing; seen: {few(found)}")
    return Text("een leeg antwoord", "an empty answer")


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
