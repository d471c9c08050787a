"""Whether an answer tells of another patient, wherever that stands: under his name, under this patient's, or in words.

What others have is known from the searches about them: a resource that holds all that one of theirs holds but for whose
it is, is theirs, whatever it calls itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import unquote

from conformance.checks.fhir.reading import (
    Resource,
    at,
    few,
    goes_on,
    matches,
    name,
    objects,
    parsed,
    searched,
    sniffed,
    target,
    walk,
    words,
)
from conformance.checks.fhir.whose import PSEUDONYM, WHOSE, asked, data_in, named_in, names_of, subjects
from conformance.checks.judgement import answer, decidable, fact, judgement, met, require
from conformance.model.exchange import Exchange
from conformance.model.words import Text, Triage

Held = tuple[bytes, str]
"""The body and media type of a searchset, by which what it holds is remembered."""
Inside = tuple[str, Resource]
"""An object inside an answer, with its path."""
NOBODYS = frozenset({"bsn-invalid"})
"""What redaction leaves of a number that is nobody's."""


@judgement("nothing-of-another")
def nothing_of_another(
    exchange: Exchange, patient: Exchange, theirs: tuple[Exchange, ...], *, ways: tuple[str, ...]
) -> Text | None:
    """No number, name, reference or content of another patient is in the answer or its headers, also not in an error;
    asked one of these ways the answer must hold data."""
    bsn = asked(exchange)
    said = "\n".join((words(exchange), *(value for _, value in answer(exchange).headers)))
    _nothing(sorted((named_in(said) | told_by(exchange)) - {bsn} - NOBODYS))
    others = [one for one in theirs if asked(one) != bsn]
    # Asked about nobody, the patient of the other questions is another too.
    about = bsn == asked(patient)
    self = matches(searched(patient)) if about else []
    had = [_searched(one) for one in others]
    people = frozenset(one for each in had for one in _called(*each)) - called_in(self)
    decidable(
        people and all(_held(*each) for each in had),
        nl="niet van elke andere patiënt is te zien wat die heeft: staan de proefgegevens in het knooppunt?",
        en="what the other patients have can't be seen of each of them: are the test data loaded in the node?",
    )
    inside = walk(sniffed(exchange) or {})
    _nothing([*spoken_of(people, said), *sorted(called_in(one for _, one in _resources(inside)) & people)])
    mine = names_of(bsn, patient) if about else set()
    _nothing(list(_strangers(exchange, inside, others, had, mine)))
    gives(exchange, ways)
    return Text("niets van een ander", "nothing of another")


@judgement("next-page-of-nobody-else")
def next_page_of_nobody_else(
    exchange: Exchange, page: Exchange, patient: Exchange, theirs: tuple[Exchange, ...]
) -> Text | None:
    """Nothing of another patient is on the next page, where the first one names such a page."""
    if not goes_on(searched(page)):
        met()
        return Text("er is geen volgende bladzijde", "there is no next page")
    status = answer(exchange).status
    decidable(
        status == 200,
        nl=f"de volgende bladzijde kwam niet (HTTP {status})",
        en=f"the next page did not come (HTTP {status})",
        triage=Triage.NODE,
    )
    return nothing_of_another(exchange, patient, theirs, ways=())


def gives(exchange: Exchange, ways: tuple[str, ...]) -> None:
    """Undecidable when an answer holds no data although it was asked one of the ways that must give them."""
    decidable(
        exchange.given["member"].get("way") not in ways or data_in(exchange),
        nl="het antwoord bevat geen gegevens: staan de proefgegevens in het knooppunt?",
        en="the answer holds no data: are the test data loaded in the node?",
    )


def _nothing(strangers: list[str]) -> None:
    require(
        not strangers,
        nl=f"verwacht: niets van een ander; gezien: {few(strangers)}",
        en=f"expected: nothing of another; seen: {few(strangers)}",
    )


def _resources(inside: list[Inside]) -> list[Inside]:
    return [(path, one) for path, one in inside if isinstance(one.get("resourceType"), str)]


def _strangers(
    exchange: Exchange, inside: list[Inside], others: list[Exchange], had: list[Held], mine: set[str]
) -> Iterator[str]:
    """What shows another patient to whoever knows how the node names this one: a reference to him, and what he has."""
    held = _resources(inside)
    yield from sorted({whose for path, one in held for whose in _whose(path, one)} - mine)
    referred = _referred_to(exchange, (one for _, one in inside))
    # Who has it together with this patient has it rightly.
    yield from sorted({one for each in had for one, whose in _held(*each) if one in referred and not whose & mine})
    kinds = {one["resourceType"] for _, one in held}
    asked_for = zip(others, had, strict=True)
    known = [one for search, each in asked_for if search.given.get("type") in kinds for one in _contents(*each)]
    yield from sorted({name(one) for _, one in held if known and _is_theirs(one, known)})


def told_by(exchange: Exchange) -> set[str]:
    """Of whom an answer tells by what the data set gives him alone, also where redaction keeps nothing (a comment)."""
    found = [fact(exchange, name) for name in ("patients", "told_of") if name in exchange.facts]
    return {f"{PSEUDONYM}{role}" for roles in found if isinstance(roles, list | tuple) for role in roles}


def _whose(path: str, found: Resource) -> Iterator[str]:
    """Whom a resource names as its patient; a Patient is himself, unless contained, where his id says nothing."""
    if found["resourceType"] == "Patient" and "contained" not in path:
        yield name(found)
    references = (str(one) for element in WHOSE for one in at(found, f"{element}.reference"))
    yield from (target(one) for one in references if "Patient/" in one)


def _referred_to(exchange: Exchange, inside: Iterable[Resource]) -> set[str]:
    """What an answer refers to, by any element and in its headers, whether or not it comes along."""
    found = (one.get("reference") for one in inside)
    linked = (one for _, value in answer(exchange).headers for one in _REFERRED.findall(unquote(value)))
    return {target(one) for one in (*found, *linked) if isinstance(one, str)}


_REFERRED = re.compile(r"(?:\w[\w:/.-]*/)?[A-Z][A-Za-z]+/[A-Za-z0-9.-]{1,64}(?![\w.-])")


def _searched(search: Exchange) -> Held:
    """A searchset; undecidable when it is none."""
    searched(search)
    response = answer(search)
    return response.body, response.media_type


@lru_cache(maxsize=256)
def _called(body: bytes, media_type: str) -> frozenset[str]:
    return called_in(matches(parsed(body, media_type)))


@lru_cache(maxsize=256)
def _held(body: bytes, media_type: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """The matches of a search by name, each with whom it is about."""
    return tuple((name(one), frozenset(subjects(one))) for one in matches(parsed(body, media_type)))


def called_in(found: Iterable[Resource]) -> frozenset[str]:
    """The full names of the Patients among resources, first name and surname in either order, without capitals."""
    names = [one for held in found if held.get("resourceType") == "Patient" for one in objects(held.get("name"))]
    return frozenset(spelled for one in names for spelled in _spelled(one))


def _spelled(human: Mapping[str, Any]) -> Iterator[str]:
    given, family = str(next(iter(at(human, "given")), "")), str(human.get("family", ""))
    for spelled in (f"{given} {family}", f"{family} {given}", f"{family}, {given}", str(human.get("text", ""))):
        if given and family and given in spelled and family in spelled:
            yield spelled.casefold()


def spoken_of(people: Iterable[str], said: str) -> list[str]:
    """The names that stand in a text, in attributes too, whatever markup and blanks stand between their parts."""
    plain = [" ".join(text.split()).casefold() for text in (said, _MARKUP.sub(" ", said))]
    return sorted(one for one in people if any(one in text for text in plain))


_MARKUP = re.compile(r"<[^<>]*>|\\[nrt]")

_NOT_CONTENT = frozenset({"id", "meta", "text", "identifier", "reference", "contained", *WHOSE})
"""What says whose a resource is and what it is called: another's is told again with all of this made anew."""


def _is_theirs(found: Resource, known: Iterable[frozenset[tuple[str, str]]]) -> bool:
    own = content_of(found)
    return any(theirs <= own for theirs in known)


@lru_cache(maxsize=256)
def _contents(body: bytes, media_type: str) -> tuple[frozenset[tuple[str, str]], ...]:
    return tuple(content_of(one) for one in matches(parsed(body, media_type)))


def content_of(value: Any) -> frozenset[tuple[str, str]]:
    """Each value in a resource with where it stands, but for what says whose it is."""
    reached: list[tuple[str, str]] = []
    _reach(value, "", reached)
    return frozenset(reached)


def _reach(value: Any, path: str, reached: list[tuple[str, str]]) -> None:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in _NOT_CONTENT:
                _reach(inner, f"{path}.{key}", reached)
    elif isinstance(value, list):
        for inner in value:
            _reach(inner, path, reached)
    else:
        reached.append((path, str(value)))
