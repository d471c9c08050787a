"""What was decided on what, on one page: the core, what decides, what does not, and what was left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conformance.model.plan import Excluded, ProfilePlan
from conformance.model.run import Decision, RequirementResult
from conformance.model.words import Status, Strength, Text, Verdict
from conformance.reporting.html.counts import COLUMNS
from conformance.reporting.resting import said

DECIDES = Text("Beslist (normatieve MUST)", "Decides (normative MUST)")
LEAVES_A_MARK = Text(
    "Beslist niet, maar laat sporen na (informatieve MUST of MUST in proefgebruik)",
    "Does not decide, but leaves a mark (informative or trial MUST)",
)
NOT_YET = Text("Verandert niets: geldt pas later", "Changes nothing: in force only later")
SHOWN = Text("Verandert niets: SHOULD, MAY, concept of historisch", "Changes nothing: SHOULD, MAY, draft or historical")


@dataclass(frozen=True, slots=True, kw_only=True)
class CoreView:
    """One requirement of the core: by which name people know it, and whether the page has more of it."""

    id: str
    title: Text | None
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightView:
    """The requirements that weigh the same, by what they came to."""

    title: Text
    verdicts: tuple[tuple[Verdict, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedView:
    """What one profile was decided on."""

    decision: Decision
    profile: ProfilePlan
    rests: Text
    core: tuple[CoreView, ...]
    weights: tuple[WeightView, ...]
    left_out: tuple[Excluded, ...]
    """What the role has and does not bind this node."""
    unasked: tuple[str, ...]
    """What the user's own selection left out."""


def decided(profile: ProfilePlan, decision: Decision, titles: Mapping[str, Text]) -> DecidedView:
    """One profile of the page; `titles` are those of all requirements that bind the node."""
    return DecidedView(
        decision=decision,
        profile=profile,
        rests=said(decision.rests),
        core=tuple(
            CoreView(id=shown.requirement, title=titles.get(shown.requirement), verdict=shown.verdict)
            for shown in decision.core
        ),
        weights=_weights(profile, decision),
        left_out=profile.left_out,
        unasked=tuple(dict.fromkeys(gap.requirement for gap in decision.gaps if gap.left_out)),
    )


def _weights(profile: ProfilePlan, decision: Decision) -> tuple[WeightView, ...]:
    planned = {one.requirement.id: one for one in profile.planned}
    groups: dict[Text, dict[Verdict, list[str]]] = {DECIDES: {}, LEAVES_A_MARK: {}, NOT_YET: {}, SHOWN: {}}
    for result in decision.results:
        one = planned[result.requirement]
        in_force = one.strength is Strength.MUST and one.status not in (Status.DRAFT, Status.HISTORICAL)
        groups[_weight(result, in_force=in_force)].setdefault(result.verdict, []).append(result.requirement)
    return tuple(
        WeightView(
            title=title,
            verdicts=tuple((verdict, tuple(found[verdict])) for verdict in COLUMNS if verdict in found),
        )
        for title, found in groups.items()
        if found
    )


def _weight(result: RequirementResult, *, in_force: bool) -> Text:
    if result.decisive:
        return DECIDES
    if result.qualifies:
        return LEAVES_A_MARK
    return NOT_YET if in_force else SHOWN
