"""The rule `all-must-2`: of its lines, the first that fits says what a profile comes to. There is no score."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.model.words import Conclusion, Verdict

RULE = "all-must-2"

_PASSED = frozenset({Verdict.PASS})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What a conclusion rests on: the verdicts that occur among each kind of requirement, a waived one left out."""

    decisive: frozenset[Verdict]
    """Of what decides: normative MUST in force. Without any, nothing is decided."""
    qualifying: frozenset[Verdict]
    """Of informative and trial MUST."""
    claims: frozenset[Verdict]
    """Of the claims that the role must make and the node file does not: fail where it says no."""
    core: frozenset[Verdict]
    """Of what the role is for; without any, nothing is shown."""
    missing: bool
    """Whether the node file lacks an address that the role needs."""
    unserved: bool
    """Whether nothing good ever came of some kind of operation that it is judged on."""
    released: bool
    """Whether the agreements are those that were released."""
    unsafe: bool
    """Whether safe exchange failed."""


def conclusion(ground: Ground) -> Conclusion:
    """What a whole run comes to for one profile, or what the tested part of a narrowed one does."""
    if Verdict.FAIL in ground.decisive | ground.claims:
        return Conclusion.NOT_CONFORMING
    if ground.core != _PASSED or ground.missing or ground.unserved:
        return Conclusion.NOT_SHOWN
    if ground.decisive != _PASSED or ground.claims or not ground.released:
        return Conclusion.UNDECIDED
    if not ground.qualifying <= _PASSED or ground.unsafe:
        return Conclusion.ON_WHAT_DECIDES
    return Conclusion.CONFORMING
