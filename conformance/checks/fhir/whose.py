"""Whose data an answer holds: who was asked about, how the node names that patient, and who else is spoken of.

Redaction leaves of a patient number of the data set the word `bsn-<role>`, wherever it stood.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from urllib.parse import unquote, unquote_plus, urlsplit

from conformance.checks.fhir.reading import (
    OUTCOME,
    Resource,
    at,
    content,
    entries,
    matches,
    name,
    objects,
    searched,
    sniffed,
    target,
    walk,
    words,
)
from conformance.checks.judgement import answer, decidable
from conformance.model.exchange import Exchange
from conformance.model.words import Triage

BSN = "http://fhir.nl/fhir/NamingSystem/bsn"
PSEUDONYM = "bsn-"
_NAMED = re.compile(rf"\b{PSEUDONYM}[a-z0-9]+(?:-[a-z0-9]+)*")
WHOSE = ("subject", "patient", "beneficiary")
"""The elements by which a resource says whose it is."""


def named_in(text: str) -> set[str]:
    """The patients whose number stands in a text."""
    plain = unquote(text)
    return set(_NAMED.findall(text)) | (set(_NAMED.findall(plain)) if plain != text else set())


def asked(exchange: Exchange) -> str:
    """The one patient that a search names, or else that its step says it is about; undecidable when it is nobody."""
    whom = exchange.given.get("patient")
    named = set(_asked(exchange.request.url) if exchange.request else ()) or ({f"{PSEUDONYM}{whom}"} if whom else set())
    decidable(
        len(named) == 1,
        nl="de opgenomen vraag noemt niet één patiënt",
        en="the recorded question does not name one patient",
        triage=Triage.SUITE,
    )
    return named.pop()


@lru_cache(maxsize=1024)
def _asked(url: str) -> frozenset[str]:
    return frozenset(named_in(unquote_plus(urlsplit(url).query)))


def bsns(patient: Resource) -> set[str]:
    """The numbers of a Patient that stand under the BSN system."""
    return {
        str(one.get("value")) for one in at(patient, "identifier") if isinstance(one, dict) and one.get("system") == BSN
    }


def names_of(bsn: str, *searches: Exchange) -> set[str]:
    """How the node names the patient with this BSN; undecidable when a search for the patient does not show it."""
    every = [one for search in searches for one in matches(searched(search)) if one.get("resourceType") == "Patient"]
    found, mine = {name(one) for one in every}, {name(one) for one in every if bsn in bsns(one)}
    decidable(
        found and found == mine,
        nl="de zoekvraag naar de patiënt laat niet zien hoe het knooppunt hem noemt",
        en="the search for the patient does not show how the node names him",
        triage=Triage.NODE,
    )
    return mine


def data_in(exchange: Exchange) -> list[str]:
    """The resources in an answer that are more than an OperationOutcome, by name, contained ones too; undecidable when
    the answer is of a form in which data would not be seen."""
    said, response = words(exchange), answer(exchange)
    if response.status != 200 and not said:
        return []
    document = sniffed(exchange)
    decidable(
        document is not None,
        nl=f"{response.status} met {response.media_type or '-'}: of er gegevens in staan, is niet te zien",
        en=f"{response.status} with {response.media_type or '-'}: whether it holds data can't be seen",
        triage=Triage.NODE,
    )
    return [name(one) for one in held_in(document or {}) if not _only_tells(one)]


def held_in(document: Resource) -> list[Resource]:
    """Every resource in an answer: the one it is or the entries of the Bundle, and what is contained in them."""
    entire = [content(one) for one in entries(document)] if document.get("resourceType") == "Bundle" else [document]
    return [one for held in entire for one in (held, *objects(held.get("contained"))) if one]


_OF_OUTCOME = frozenset(
    {"resourceType", "id", "meta", "implicitRules", "language", "text", "contained", "extension", "issue"}
)


def _only_tells(found: Resource) -> bool:
    """Whether this is an OperationOutcome, and not a resource that calls itself one."""
    return found.get("resourceType") == OUTCOME and found.keys() <= _OF_OUTCOME


def numbers_in(resource: Resource) -> set[str]:
    """The patients whose number stands anywhere in a resource, in words too."""
    return {one for text in _texts(resource) if PSEUDONYM in text for one in named_in(text)}


def _texts(resource: Resource) -> Iterator[str]:
    for _, found in walk(resource):
        for value in found.values():
            if isinstance(value, str):
                yield value
            elif isinstance(value, list):
                yield from (one for one in value if isinstance(one, str))


def subjects(resource: Resource) -> set[str]:
    """The patients whom a resource, or one contained in it, says it is about; a Patient is about himself."""
    inside = [resource, *(one for one in at(resource, "contained") if isinstance(one, dict))]
    found = {name(one) for one in inside[:1] if one.get("resourceType") == "Patient"}
    references = (str(held) for one in inside for element in WHOSE for held in at(one, f"{element}.reference"))
    return found | {target(one) for one in references if "Patient/" in one}


def unclaimed(found: Iterable[Resource], bsn: str) -> list[str]:
    """The resources that say neither of whom they are nor the number of who was asked about, by name."""
    return [name(one) for one in found if not subjects(one) and bsn not in numbers_in(one)]
