"""When a good request fails after wrong ones the node may have locked the suite out; then a refusal shows nothing.

The good request stands last among those it is beside, and where it failed it was made once more, after a pause. What
was refused in between as the good request was, may have been refused for that reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from conformance.checks.judgement import SLOWER, Undecidable
from conformance.model.exchange import Exchange, Outcome, Recording
from conformance.model.words import Text, Triage, Verdict


def tries_of(recording: Recording) -> dict[str, tuple[Exchange, ...]]:
    """The tries of each good request that failed, by step: its own, or since when the node serves none any more."""
    found: dict[str, tuple[Exchange, ...]] = {}
    shut: dict[str, Exchange] = {}
    controls = (one for one in recording.exchanges if one.given.get("purpose") == "control")
    for step, group in groupby(controls, key=lambda one: one.step):
        tries = tuple(group)
        operation = tries[0].operation
        if _served(tries[-1]):
            shut.pop(operation, None)
        elif len(tries) > 1:
            shut[operation] = tries[0]
        elif operation in shut:
            tries = (shut[operation], *tries)
        if len(tries) > 1:
            found[step] = tries
    return found


def locked_out(verdict: Verdict, looked: Sequence[Exchange], tries: Sequence[Exchange]) -> Undecidable | None:
    """Why a verdict on exchanges, beside the tries of a good request, does not stand; None when it does.

    What shows that the node serves whom it should refuse needs no good request, so that it fails all the same.
    """
    first, last = tries[0], tries[-1]
    alike = any(_alike(one, each) for one in looked for each in (first, last))
    if not _served(last) and (verdict is not Verdict.FAIL or alike):
        return _undecidable(
            f"het goede verzoek lukte na verkeerde verzoeken niet meer ({_met(last).nl}), ook niet na een pauze: het "
            "knooppunt lijkt de suite buiten te sluiten",
            f"the good request failed after wrong ones ({_met(last).en}), also after a pause: the node seems to have "
            "locked the suite out",
        )
    if alike:
        return _undecidable(
            f"na verkeerde verzoeken werd ook het goede even geweigerd ({_met(first).nl}): of dit om zichzelf werd "
            "geweigerd, is niet te zien",
            f"after wrong requests the good one was refused too, for a while ({_met(first).en}): whether this one was "
            "refused for itself can't be seen",
        )
    return None


def _served(one: Exchange) -> bool:
    return one.response is not None and one.response.status < 400


def _alike(one: Exchange, other: Exchange) -> bool:
    """Whether two requests may have been refused for one reason: with one status, or both without any answer."""
    if one.response is None or other.response is None:
        return one.response is other.response
    return one.response.status == other.response.status and not _served(one)


def _met(one: Exchange) -> Text:
    if one.response is not None:
        return Text(f"HTTP {one.response.status}", f"HTTP {one.response.status}")
    if one.outcome is Outcome.NOT_PLAYED:
        return Text("niet uitgevoerd", "not carried out")
    return Text(f"geen antwoord: {one.trouble.code}" if one.trouble else "-", one.trouble.text if one.trouble else "-")


def _undecidable(nl: str, en: str) -> Undecidable:
    return Undecidable(Text(f"{nl}. {SLOWER.nl}", f"{en}. {SLOWER.en}"), Triage.CONNECTION)
