"""One requirement over one recording, case by case; and once more where only some of it was answered otherwise."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self

from conformance.checks.chapters import judgement_of
from conformance.checks.clock import CLOCK_JUMP, clock_jump
from conformance.checks.judgement import Judgement
from conformance.checks.lockout import locked_out, tries_of
from conformance.checks.membership import Case, cases
from conformance.checks.opinions import Opine, Opinion, error, not_tested, stopped
from conformance.model.agreements import Judged, Scenario, Selector
from conformance.model.exchange import Exchange, Recording
from conformance.model.words import RunState, Text, Triage, Verdict

Tries = Mapping[str, Sequence[Exchange]]
"""The tries of each good request that failed (see `tries_of`)."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """The cases of a requirement in one recording, and what was said of each."""

    cases: tuple[Case, ...]
    said: tuple[tuple[Opinion, ...], ...]

    @property
    def opinions(self) -> list[Opinion]:
        """All that was said; one that nothing is left to judge, where there is no case."""
        return [one for each in self.said for one in each] or [_NOTHING_LEFT]


_NOTHING_LEFT = Opinion(
    Verdict.INCONCLUSIVE,
    Text(
        "wat het knooppuntbestand bij 'claims' weigert, laat niets over om te beoordelen",
        "what the node file refuses under 'claims' leaves nothing to judge",
    ),
    (),
    Triage.CONFIGURATION,
)


def weighed(judged: Judged, scenario: Scenario, recording: Recording, opine: Opine) -> Weighed:
    """Each case of a requirement in a recording, weighed."""
    kind = judgement_of(judged.by)
    found = cases(judged, scenario, recording, together=next(iter(kind.exchanges.values())))
    tries = tries_of(recording)
    return Weighed(found, tuple(_said(kind, judged, case, recording, tries, opine) for case in found))


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A recording in which the same was asked as in another, and some of it answered otherwise."""

    recording: Recording
    _tries: Tries
    _locked: bool
    """Whether good requests were tried otherwise than before: that has a say in every case."""
    _instead: Mapping[int, Exchange]
    """What was answered otherwise, by the identity of what stood in its place."""
    _matches: dict[int, tuple[tuple[Exchange, ...], tuple[Exchange, ...]]] = field(default_factory=dict)
    """What takes the place of what many cases look at, by its identity; beside it that itself, so that it stays."""

    @classmethod
    def of(cls, recording: Recording, before: Recording) -> Self | None:
        """None where something else was asked, or the recording ended otherwise."""
        now, was = recording.exchanges, before.exchanges
        if len(now) != len(was) or (recording.state, recording.resting_on) != (before.state, before.resting_on):
            return None
        instead = {id(two): one for one, two in zip(now, was, strict=True) if one is not two}
        if not all(_asked(one) == _asked(two) for one, two in zip(now, was, strict=True) if one is not two):
            return None
        tries, tried = tries_of(recording), tries_of(before)
        locked = tries.keys() != tried.keys() or any(
            len(tried[step]) != len(each) or any(one is not two for one, two in zip(each, tried[step], strict=True))
            for step, each in tries.items()
        )
        return cls(recording, tries, locked, instead)

    @property
    def nothing(self) -> bool:
        """Whether every exchange is the very one that it was."""
        return not self._instead

    def weighed(self, judged: Judged, before: Weighed, opine: Opine) -> Weighed:
        """What was weighed before, with what may be otherwise here weighed anew; the very same where nothing may."""
        kind = judgement_of(judged.by)
        found = tuple(map(self._case, before.cases))
        anew = [
            case is not was or self._locked or bool(case.absent) for case, was in zip(found, before.cases, strict=True)
        ]
        if not any(anew):
            return before
        return Weighed(
            found,
            tuple(
                _said(kind, judged, case, self.recording, self._tries, opine) if again else said
                for case, again, said in zip(found, anew, before.said, strict=True)
            ),
        )

    def _case(self, case: Case) -> Case:
        matches = {name: self._match(match) for name, match in case.matches.items()}
        same = all(match is case.matches[name] for name, match in matches.items())
        return case if same else Case(case.name, matches)

    def _match(self, match: tuple[Exchange, ...]) -> tuple[Exchange, ...]:
        known = self._matches.get(id(match))
        if known is None:
            touched = any(id(one) in self._instead for one in match)
            now = tuple(self._instead.get(id(one), one) for one in match) if touched else match
            known = self._matches[id(match)] = now, match
        return known[0]


def _asked(one: Exchange) -> tuple[object, ...]:
    """All of an exchange by which it is known of whom it is."""
    return one.id, one.operation, one.given


def _said(
    kind: Judgement, judged: Judged, case: Case, recording: Recording, tries: Tries, opine: Opine
) -> tuple[Opinion, ...]:
    opinions = _of_member(kind, judged, case, recording, opine)
    return tuple(replace(_unless_locked_out(one, case, tries), member=case.name) for one in opinions)


def _unless_locked_out(opinion: Opinion, case: Case, tries: Tries) -> Opinion:
    """The opinion, unless a lock-out may have brought about what was looked at."""
    looked, *rest = case.matches.values()
    failed = [tries[match[-1].step] for match in rest if match and match[-1].step in tries]
    if opinion.verdict in (Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE):
        for each in failed:
            if (stop := locked_out(opinion.verdict, looked, each)) is not None:
                jump = clock_jump((*looked, *each))  # then a good request fails for its times
                return stopped(jump or stop, (*looked, *each), frozenset({CLOCK_JUMP} if jump else ()))
    return opinion


def _of_member(kind: Judgement, judged: Judged, case: Case, recording: Recording, opine: Opine) -> list[Opinion]:
    if case.absent:
        return [_nothing_matches(recording, judged.on[case.absent])]
    first, *rest = zip(case.matches.values(), kind.exchanges.values(), strict=True)
    if any(len({one.step for one in match}) != 1 for match, takes_all in rest if not takes_all):
        return [error("a selector matches several steps where the judgement takes one")]
    # Where a good request was tried again, the last try is the one to stand beside.
    beside = tuple(match if takes_all else match[-1] for match, takes_all in rest)
    firsts = [first[0]] if first[1] else first[0]
    return [opine(kind, (one, *beside), judged.parameters) for one in firsts]


def _nothing_matches(recording: Recording, selector: Selector) -> Opinion:
    if recording.state is RunState.ABORTED:
        return not_tested("the run was stopped before this step", "de run is gestopt vóór deze stap")
    if selector.given.get("received"):
        if (jump := clock_jump(recording.exchanges)) is not None:
            return stopped(jump, (), frozenset({CLOCK_JUMP}))
        call = selector.operation
        text = Text(f"het knooppunt deed geen aanroep '{call}'", f"the node made no call '{call}'")
        return Opinion(Verdict.INCONCLUSIVE, text, (), Triage.NODE)
    return error("no exchange of this scenario matches what the judgement looks at")
