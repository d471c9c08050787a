"""Whether what does not exist gives anything all the same."""

from __future__ import annotations

from urllib.parse import urlsplit

from conformance.checks.fhir.reading import few, matches, name, resources, searched, target, words
from conformance.checks.fhir.strangers import NOBODYS, called_in, spoken_of, told_by
from conformance.checks.fhir.whose import data_in, named_in
from conformance.checks.judgement import answer, decidable, judgement, require
from conformance.model.exchange import Exchange
from conformance.model.words import Text, Triage

MET_BY_ANYBODY = (401, 408, 429)
"""Refusals that say nothing of what was asked for."""


@judgement("unknown-gives-nothing")
def unknown_gives_nothing(unknown: Exchange, control: Exchange, people: tuple[Exchange, ...]) -> Text | None:
    """An id that does not exist gives no resource, number or name, whatever the status; what exists is found."""
    decidable(
        matches(searched(control)),
        nl="ook wat er wel is, werd niet gevonden",
        en="what is there was not found either",
        triage=Triage.NODE,
    )
    asked = target(urlsplit(unknown.request.url).path) if unknown.request else ""
    decidable(
        asked not in {name(one) for one in resources(control)},
        nl=f"het knooppunt kent {asked}, dus er is niet gevraagd naar wat het niet kent",
        en=f"the node knows {asked}, so what it does not know was not asked for",
    )
    names = called_in(one for search in people for one in matches(searched(search)))
    decidable(
        names,
        nl="hoe de patiënten heten is niet te zien: staan de proefgegevens in het knooppunt?",
        en="what the patients are called can't be seen: are the test data loaded in the node?",
    )
    said, status = words(unknown), answer(unknown).status
    told = [*sorted((named_in(said) | told_by(unknown)) - NOBODYS - named_in(asked)), *spoken_of(names, said)]
    told += data_in(unknown) if not told else []
    require(not told, nl=f"verwacht: niets; gezien: {few(told)}", en=f"expected: nothing; seen: {few(told)}")
    decidable(
        status in (200, 501) or (400 <= status < 500 and status not in MET_BY_ANYBODY),
        nl=f"geen antwoord over de id maar {status}",
        en=f"no answer about the id but {status}",
        triage=Triage.NODE,
    )
    return Text(f"{status} zonder gegevens", f"{status} without data")
