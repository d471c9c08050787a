"""Whether a search gives what was loaded for the patient asked about: all of it, as it was, and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby, islice, takewhile

from conformance.checks.fhir.reading import few, matches, name, not_wholly, searched, sniffed
from conformance.checks.fhir.whose import PSEUDONYM, asked, numbers_in
from conformance.checks.judgement import answer, decidable, in_its_time, judgement, met, require
from conformance.checks.loaded.comparing import told
from conformance.checks.loaded.matching import Beside, Compared, Loaded, beside
from conformance.checks.loaded.terms import Table
from conformance.model.agreements import MEMBER, Json
from conformance.model.exchange import Exchange
from conformance.model.words import Text, Triage

Held = Mapping[str, Json]
"""Of a table or an answer sheet."""


@judgement("all-that-was-loaded")
def all_that_was_loaded(
    pages: tuple[Exchange, ...], record: tuple[Exchange, ...], *, sheet: Held, table: Held, vouched: str = ""
) -> Text | None:
    """Every record that was loaded and answers the search is in the answer, whole and once."""
    found = _beside(pages, sheet, table).compared
    lost = [told(record) for record in found.lost]
    if lost:
        _followed(pages, lost)
        _anything_is_there(pages[0], record)
    require(
        not lost, nl=f"geladen, maar niet in het antwoord: {few(lost)}", en=f"loaded, but not answered: {few(lost)}"
    )
    half = [f"{one.name} {each.path} ({each.loaded})" for one, all_ in found.there for each in all_ if each.lacking]
    require(not half, nl=f"geladen, maar hier weggelaten: {few(half)}", en=f"loaded, but left out here: {few(half)}")
    twice = [one.name for one in found.twice]
    require(
        not twice, nl=f"eenmaal geladen, hier vaker: {few(twice)}", en=f"loaded once, here more often: {few(twice)}"
    )
    return _everything(found, vouched=vouched)


@judgement("as-it-was-loaded")
def as_it_was_loaded(pages: tuple[Exchange, ...], *, sheet: Held, table: Held, vouched: str = "") -> Text | None:
    """Every record in the answer that was loaded says what was loaded."""
    found = _beside(pages, sheet, table).compared
    other = [
        f"{one.name} {each.path}: {each.loaded} → {each.said}"
        for one, all_ in found.there
        for each in all_
        if not each.lacking
    ]
    require(
        not other,
        nl=f"anders dan geladen (geladen → gezien): {few(other)}",
        en=f"other than was loaded (loaded → seen): {few(other)}",
    )
    decidable(
        found.there or not (found.lost or found.unknown),
        nl="het antwoord bevat niets van wat is geladen",
        en="the answer holds nothing of what was loaded",
    )
    return _everything(found, vouched=vouched)


@judgement("only-what-was-loaded")
def only_what_was_loaded(pages: tuple[Exchange, ...], *, sheet: Held, table: Held, vouched: str = "") -> Text | None:
    """Every match was loaded for the patient asked about and answers the search; of one loaded by nobody: undecided.

    Of several searches, about one patient each, all are looked at.
    """
    searches = [tuple(own) for _, own in groupby(pages, key=lambda one: one.step)]
    seen = [(own, _beside(own, sheet, table)) for own in searches]
    unasked = [one.name for _, each in seen for one in each.compared.beside]
    require(
        not unasked,
        nl=f"geladen, maar geen antwoord op deze vraag: {few(unasked)}",
        en=f"loaded, but no answer to this question: {few(unasked)}",
    )
    others = list(islice((name for own, each in seen for name in _of_others(own, each)), _MOST))
    require(not others, nl=f"van een andere patiënt: {few(others)}", en=f"another patient's: {few(others)}")
    unknown = [one.name for _, each in seen for one in each.compared.unknown]
    decidable(
        not unknown,
        nl=f"door niemand geladen: {few(unknown)}. Haal eigen gegevens van deze patiënt weg, of laad opnieuw",
        en=f"loaded by nobody: {few(unknown)}. Remove your own data of this patient, or load anew",
    )
    return _everything(*(each.compared for _, each in seen), vouched=vouched)


_MOST = 6
"""More names than this no sentence has."""


def _beside(pages: tuple[Exchange, ...], sheet: Held, table: Held) -> Beside:
    first = pages[0]
    searched(first)
    role = asked(first).removeprefix(PSEUDONYM)
    decidable(
        role in sheet,
        nl=f"wat voor '{role}' is geladen, is niet bekend: het knooppunt heeft eigen gegevens ('data: own')",
        en=f"what was loaded for '{role}' is not known: the node has data of its own ('data: own')",
        triage=Triage.CONFIGURATION,
    )
    bodies = tuple((answer(one).body, answer(one).media_type) for one in _answered(pages))
    return beside(bodies, str(first.given[MEMBER]["query"]), role, Loaded.of(sheet), Table.of(table))


def _answered(pages: tuple[Exchange, ...]) -> list[Exchange]:
    """The pages up to the first that is none: behind the first page a refusal only ends the answer."""
    return list(takewhile(lambda one: one is pages[0] or _is_page(one), pages))


def _is_page(exchange: Exchange) -> bool:
    return exchange.response is not None and exchange.response.status == 200 and _kind(exchange) == "searchset"


def _kind(exchange: Exchange) -> str:
    return str((sniffed(exchange) or {}).get("type", ""))


def _followed(pages: tuple[Exchange, ...], lost: list[str]) -> None:
    """Undecided about what is not there, where the suite did not see all pages that there may be."""
    seen = _answered(pages)
    refused = pages[len(seen) :]
    if not refused:
        not_wholly(searched(seen[-1]), f"hier ontbreekt {few(lost)}", f"missing here: {few(lost)}")
    else:
        in_its_time(refused[0])


def _anything_is_there(exchange: Exchange, record: tuple[Exchange, ...]) -> None:
    """Stop undecided where no search about this patient found anything: then nothing shows that it was loaded."""
    answers = (one for one in record if asked(one) == asked(exchange) and _is_page(one))
    decidable(
        any(matches(searched(one)) for one in answers),
        nl="geen enkele zoekvraag over deze patiënt vond iets: staan de proefgegevens in het knooppunt?",
        en="no search about this patient found anything: are the test data loaded in the node?",
    )


def _of_others(pages: tuple[Exchange, ...], seen: Beside) -> Iterator[str]:
    """The matches that nobody loaded for this patient and that are another's: by what they say, or by a number."""
    yield from seen.theirs
    there = {name(one): one for page in _answered(pages) for one in matches(searched(page))}
    unknown = (one.name for one in seen.compared.unknown if one.name not in seen.theirs)
    yield from (one for one in unknown if numbers_in(there[one]) - {asked(pages[0])})


def _everything(*found: Compared, vouched: str) -> Text:
    met()
    count = sum(len(each.there) for each in found)
    nl, en = f"{count} x zoals geladen", f"{count} x as loaded"
    own = Text(
        f", volgens het eigen gegevensblad van de leverancier (getekend: {vouched})",
        f", by the vendor's own sheet (signed: {vouched})",
    )
    return Text(f"{nl}{own.nl}", f"{en}{own.en}") if vouched else Text(nl, en)
