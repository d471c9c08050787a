"""When the clock of the testing machine jumped during a run, nothing that depends on the time can be decided."""

from __future__ import annotations

from collections.abc import Iterable

from conformance.checks.judgement import TALLY, Undecidable
from conformance.model.exchange import Exchange
from conformance.model.words import Text, Triage

CLOCK_JUMP = "clock_jump_s"
"""The fact of every exchange that ended after a jump: the largest so far in whole seconds, negative when set back."""
JUMPED_NOW = "clock_jumped_now"
"""The fact of an exchange during which the clock jumped."""
TIMELY = frozenset(
    {
        "client-certificate-refused",
        "client-certificate-unsuitable",
        "server-certificate-expired",
        "server-certificate-not-yet-valid",
        "token-audience-refused",
        "token-client-id-missing",
        "token-refused",
        "token-scope-refused",
        "value-missing",
    }
)
"""Troubles that a wrong clock brings about, on this side or on that of a node on the same machine."""


def timed(*exchanges: Exchange) -> None:
    """Say that what follows depends on the time: undecided when the clock had jumped before one of these ended."""
    if (stop := clock_jump(exchanges)) is not None:
        TALLY.get().facts.add(CLOCK_JUMP)
        raise stop


def jumped_now(exchanges: Iterable[Exchange]) -> Undecidable | None:
    """Why exchanges during which the clock jumped fail nothing: a token or a certificate may have ended halfway."""
    return clock_jump(one for one in exchanges if one.facts.get(JUMPED_NOW))


def stopped_by_jump(exchanges: Iterable[Exchange]) -> Undecidable | None:
    """The jump behind a trouble that a wrong clock brings about."""
    return clock_jump(one for one in exchanges if one.trouble is not None and one.trouble.code in TIMELY)


def clock_jump(exchanges: Iterable[Exchange]) -> Undecidable | None:
    """Why these exchanges decide nothing about time; None when the clock did not jump before they ended."""
    jumps = [jump for one in exchanges if isinstance(jump := one.facts.get(CLOCK_JUMP), int)]
    if not jumps:
        return None
    most = max(jumps, key=abs)
    nl, en = ("vooruit", "forward") if most > 0 else ("achteruit", "back")
    text = Text(
        f"de klok van deze machine sprong tijdens de run {abs(most)} seconden {nl}, en dit hangt van de tijd af. "
        "Zet de klok gelijk en doe de run opnieuw",
        f"the clock of this machine jumped {abs(most)} seconds {en} during the run, and this depends on the time. "
        "Set the clock right and do the run again",
    )
    return Undecidable(text, Triage.SUITE)
