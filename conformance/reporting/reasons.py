"""The sentences that explain a conclusion, in Dutch and English."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from conformance.model.words import Conclusion, Text, Verdict
from conformance.reporting.results import in_grace
from conformance.reporting.weighing import Around, Weighed

_CUT_SHORT = (Conclusion.PARTIAL, Conclusion.ABORTED)
"""Where what is missing follows from the run itself and needs no list."""

NAMED = 8
"""How many ids a sentence names before it says how many more there are."""

ABORTED = Text(
    nl="De proef is afgebroken; wat al was opgenomen is bewaard, maar er volgt geen conclusie uit.",
    en="The run was stopped before its end; what was recorded is kept, but it leads to no conclusion.",
)
NARROWED = Text(
    nl="De proef is tot een selectie beperkt; voor een conclusie moet alles worden beproefd.",
    en="The run was narrowed to a selection; a conclusion needs everything to be tested.",
)
ACCEPTED = Text(
    nl="Met --accept-partial is vooraf aanvaard dat deze proef gedeeltelijk is.",
    en="With --accept-partial it was accepted beforehand that this run is partial.",
)
NOTHING_DECIDED = Text(
    nl="Geen enkele beslissende eis is vervuld; zonder dat voldoet niemand.",
    en="Not one decisive requirement was met; without that nobody conforms.",
)
ACCEPTED_NOT_DECISIVE = Text(
    nl="Met --accept-not-decisive is vooraf aanvaard dat eindigt met 0 wat alleen voldoet op wat beslist.",
    en="With --accept-not-decisive it was accepted beforehand that what conforms only on what decides ends with 0.",
)
CHANGED = Text(
    nl="De afspraken wijken af van de uitgegeven afspraken; met eigen wijzigingen voldoet niemand.",
    en="The agreements differ from the released ones; with local changes nobody conforms.",
)


UNSAFE = Text(
    nl="Aan veilige uitwisseling is niet voldaan (zie de eigen conclusie); dan voldoet geen rol ten volle.",
    en="Safe exchange is not met (see its own conclusion); then no role conforms in full.",
)
HOUSE = Text(
    nl="Dit profiel is geen Twiin-afspraak; deze conclusie zegt niets over Twiin.",
    en="This profile is no Twiin agreement; this conclusion says nothing about Twiin.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one profile came to in its run, before it is put into words."""

    weighed: Weighed
    rest: Around
    today: date

    def decisive(self, verdict: Verdict) -> tuple[str, ...]:
        """The ids of what decides and came to this verdict, waived ones left out."""
        return tuple(
            result.requirement
            for result in self.weighed.results
            if result.decisive and not result.waived and result.verdict is verdict
        )


def reasons(outcome: Outcome, conclusion: Conclusion) -> tuple[Text, ...]:
    """Why the conclusion is what it is, the weightiest first."""
    cut_short = conclusion in _CUT_SHORT
    return (
        *_state(outcome, conclusion),
        *_failed(outcome),
        *(() if cut_short else _not_shown(outcome)),
        *_undecided(outcome, cut_short=cut_short),
        *_met(outcome, cut_short=cut_short),
        *_besides(outcome),
    )


def _state(outcome: Outcome, conclusion: Conclusion) -> tuple[Text, ...]:
    if conclusion is Conclusion.ABORTED:
        return (ABORTED,)
    if conclusion is Conclusion.PARTIAL:
        return (NARROWED, ACCEPTED) if outcome.rest.run.accept_partial else (NARROWED,)
    if conclusion is Conclusion.ON_WHAT_DECIDES and outcome.rest.run.accept_not_decisive:
        return (ACCEPTED_NOT_DECISIVE,)
    return ()


def _failed(outcome: Outcome) -> tuple[Text, ...]:
    refused = (gap.because for gap in outcome.weighed.claims if gap.verdict is Verdict.FAIL)
    failed = outcome.decisive(Verdict.FAIL)
    return (*refused, *_counted("Niet voldaan aan {n} MUST: {ids}.", "{n} MUST not met: {ids}.", failed))


def _not_shown(outcome: Outcome) -> Iterator[Text]:
    """What the role is for and was not seen, whether or not it decides."""
    unseen = tuple(
        shown.requirement for shown in outcome.rest.core(outcome.weighed.profile) if shown.verdict is not Verdict.PASS
    )
    yield from _counted("Van de kern niet aangetoond, {n}: {ids}.", "Of the core not shown, {n}: {ids}.", unseen)
    for kind in outcome.weighed.profile.missing:
        yield Text(
            nl=f"De rol heeft een adres '{kind}' nodig; het knooppuntbestand noemt er geen.",
            en=f"The role needs an address '{kind}'; the node file gives none.",
        )
    for operation in outcome.weighed.unserved:
        yield Text(
            nl=f"Geen enkele vraag van de soort {operation} kreeg een goed antwoord; weigeringen alleen tonen niets.",
            en=f"Not one question of the kind {operation} got a good answer; refusals alone show nothing.",
        )


def _undecided(outcome: Outcome, *, cut_short: bool) -> Iterator[Text]:
    yield from _counted(
        "Door een fout van de suite zelf niet beoordeeld: {ids}.",
        "Not judged through a fault of the suite itself: {ids}.",
        outcome.decisive(Verdict.ERROR),
    )
    yield from _counted(
        "Niet te beslissen voor {n} MUST: {ids}.",
        "{n} MUST could not be decided: {ids}.",
        outcome.decisive(Verdict.INCONCLUSIVE),
    )
    if not cut_short:
        untested = outcome.decisive(Verdict.NOT_TESTED)
        yield from _counted("Niet beproefd, {n} MUST: {ids}.", "Not tested, {n} MUST: {ids}.", untested)
    yield from (gap.because for gap in outcome.weighed.claims if gap.verdict is not Verdict.FAIL)
    if not outcome.rest.run.released:
        yield CHANGED


def _met(outcome: Outcome, *, cut_short: bool) -> Iterator[Text]:
    if cut_short:
        return
    passed = len(outcome.decisive(Verdict.PASS))
    if not passed:
        yield NOTHING_DECIDED
    elif all(result.verdict is Verdict.PASS or result.waived for result in outcome.weighed.results if result.decisive):
        yield Text(
            nl=f"Alle beslissende eisen ({passed}, normatieve MUST) zijn vervuld.",
            en=f"All decisive requirements ({passed}, normative MUST) are met.",
        )


def _besides(outcome: Outcome) -> Iterator[Text]:
    """What does not decide, and which of it leaves its mark."""
    beside = [result for result in outcome.weighed.results if not result.decisive and not result.waived]
    announced = {
        planned.requirement.id for planned in outcome.weighed.profile.planned if in_grace(planned, outcome.today)
    }
    failed = tuple(result.requirement for result in beside if result.verdict is Verdict.FAIL)
    undecided = tuple(
        one.requirement for one in beside if one.qualifies and one.verdict not in (Verdict.PASS, Verdict.FAIL)
    )
    yield from _counted(
        "Met ontheffing, {n}: {ids}.",
        "Under a waiver, {n}: {ids}.",
        tuple(result.requirement for result in outcome.weighed.results if result.waived),
    )
    yield from _counted(
        "Niet voldaan maar niet beslissend, {n}: {ids}.", "Not met but not decisive, {n}: {ids}.", failed
    )
    yield from _counted(
        "Open gebleven maar niet beslissend, {n}: {ids}.", "Left open but not decisive, {n}: {ids}.", undecided
    )
    early = tuple(requirement for requirement in failed if requirement in announced)
    yield from _counted("Gaat later pas tellen, {n}: {ids}.", "Counts only from a later date, {n}: {ids}.", early)
    if outcome.rest.unsafe and not outcome.weighed.profile.profile.basis:
        yield UNSAFE
    if not outcome.weighed.profile.agreement.twiin:
        yield HOUSE


def _counted(nl: str, en: str, ids: tuple[str, ...]) -> tuple[Text, ...]:
    if not ids:
        return ()
    count = len(ids)
    return (
        Text(nl=nl.format(n=count, ids=_names(ids, "en nog")), en=en.format(n=count, ids=_names(ids, "and another"))),
    )


def _names(ids: Iterable[str], more: str) -> str:
    names = tuple(ids)
    rest = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" {more} {rest}" if rest > 0 else "")
