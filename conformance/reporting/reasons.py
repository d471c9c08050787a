"""The sentences that explain a conclusion, in Dutch and English."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from conformance.model.plan import ProfilePlan
from conformance.model.run import Gap, RequirementResult, Run
from conformance.model.words import Conclusion, Text, Verdict
from conformance.reporting.results import in_grace, passed_a_judgement

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
NOTHING_JUDGED = Text(
    nl="Geen enkele normatieve MUST is met goed gevolg beoordeeld; zonder dat voldoet niemand.",
    en="Not one normative MUST passed a judgement; without that nobody conforms.",
)
CHANGED = Text(
    nl="De afspraken wijken af van de uitgegeven afspraken; met eigen wijzigingen voldoet niemand.",
    en="The agreements differ from the released ones; with local changes nobody conforms.",
)


HOUSE = Text(
    nl="Dit profiel is geen Twiin-afspraak; deze conclusie zegt niets over Twiin.",
    en="This profile is no Twiin agreement; this conclusion says nothing about Twiin.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one profile came to, before it is put into words."""

    profile: ProfilePlan
    run: Run
    results: tuple[RequirementResult, ...]
    claims: tuple[Gap, ...]
    today: date

    def decisive(self, verdict: Verdict) -> tuple[str, ...]:
        """The ids of what decides and came to this verdict, waived ones left out."""
        return tuple(
            result.requirement
            for result in self.results
            if result.decisive and not result.waived and result.verdict is verdict
        )


def reasons(outcome: Outcome, conclusion: Conclusion) -> tuple[Text, ...]:
    """Why the conclusion is what it is, the weightiest first."""
    return (*_state(outcome, conclusion), *_decisive(outcome, conclusion), *_besides(outcome))


def _state(outcome: Outcome, conclusion: Conclusion) -> tuple[Text, ...]:
    if conclusion is Conclusion.ABORTED:
        return (ABORTED,)
    if conclusion is Conclusion.PARTIAL:
        return (NARROWED, ACCEPTED) if outcome.run.accept_partial else (NARROWED,)
    return ()


def _decisive(outcome: Outcome, conclusion: Conclusion) -> tuple[Text, ...]:
    passed = outcome.decisive(Verdict.PASS)
    told = [gap.because for gap in outcome.claims if gap.verdict is Verdict.FAIL]
    for verdict, nl, en in (
        (Verdict.FAIL, "Niet voldaan aan {n} MUST: {ids}.", "{n} MUST not met: {ids}."),
        (
            Verdict.ERROR,
            "Door een fout van de suite zelf niet beoordeeld: {ids}.",
            "Not judged through a fault of the suite itself: {ids}.",
        ),
        (Verdict.INCONCLUSIVE, "Niet te beslissen voor {n} MUST: {ids}.", "{n} MUST could not be decided: {ids}."),
        (Verdict.NOT_TESTED, "Niet beproefd, {n} MUST: {ids}.", "Not tested, {n} MUST: {ids}."),
    ):
        if verdict is not Verdict.NOT_TESTED or conclusion not in _CUT_SHORT:
            told += _counted(nl, en, outcome.decisive(verdict))
    told += [gap.because for gap in outcome.claims if gap.verdict is not Verdict.FAIL]
    if passed and not told and conclusion not in _CUT_SHORT:
        told.append(
            Text(
                nl=f"Alle beslissende eisen ({len(passed)}, normatieve MUST) zijn vervuld.",
                en=f"All decisive requirements ({len(passed)}, normative MUST) are met.",
            )
        )
    if conclusion not in _CUT_SHORT and not passed_a_judgement(outcome.results):
        told.append(NOTHING_JUDGED)
    return (*told, *(() if outcome.run.released else (CHANGED,)))


def _besides(outcome: Outcome) -> tuple[Text, ...]:
    waived = tuple(result.requirement for result in outcome.results if result.waived)
    announced = {planned.requirement.id for planned in outcome.profile.planned if in_grace(planned, outcome.today)}
    failed = tuple(
        result.requirement
        for result in outcome.results
        if not result.decisive and not result.waived and result.verdict is Verdict.FAIL
    )
    early = tuple(requirement for requirement in failed if requirement in announced)
    house = () if outcome.profile.agreement.twiin else (HOUSE,)
    return (
        *_counted("Met ontheffing, {n}: {ids}.", "Under a waiver, {n}: {ids}.", waived),
        *_counted("Niet voldaan maar niet beslissend, {n}: {ids}.", "Not met but not decisive, {n}: {ids}.", failed),
        *_counted("Gaat later pas tellen, {n}: {ids}.", "Counts only from a later date, {n}: {ids}.", early),
        *house,
    )


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
