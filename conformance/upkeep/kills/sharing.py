"""Narrowed faults that share a node, and are told apart by their members.

Each is still looked at by itself: a member that changed must be one that a single fault is narrowed to, and what is
found under that fault is what changed there. Where this does not tell them apart, or where one of them did not do what
it declared, each is played alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from conformance.model.agreements import Member
from conformance.model.finding import Finding
from conformance.model.words import Verdict, worst
from conformance.simulators.faults import Fault
from conformance.upkeep.kills.expecting import Placed
from conformance.upkeep.kills.playing import BY_ITSELF, listens

MOST = 12
"""So many share a node at most: what nearly all members do must still be seen to stay as it was."""

Group = tuple[Fault, ...]


def shared_out(faults: Iterable[Fault]) -> Iterator[Group]:
    """The faults in groups that may share a node: narrowed over one dimension, none treating a member of another."""
    groups: dict[tuple[str, ...], list[list[Fault]]] = {}
    for fault in faults:
        of_its_kind = groups.setdefault(_kind(fault), [])
        joined = next((group for group in of_its_kind if _may_join(fault, group)), None)
        if joined is None:
            of_its_kind.append([fault])
        else:
            joined.append(fault)
    yield from (tuple(group) for of_one_kind in groups.values() for group in of_one_kind)


def _kind(fault: Fault) -> tuple[str, ...]:
    """Faults of one kind may share a node: of one release, over one dimension, and met in the same way."""
    if not fault.part:
        return fault.release, fault.id
    return fault.release, next(iter(fault.part)), "listens" if listens([fault]) else ""


def _may_join(fault: Fault, group: Sequence[Fault]) -> bool:
    free = len(group) < MOST and all(_unlike(fault.part, other.part) for other in group)
    return free and _keeps_to_its_members(fault)


def _unlike(part: Member, other: Member) -> bool:
    """Whether two parts have no member in common by what they name first: ways in which something is asked overlap."""
    name, value = next(iter(part.items()), ("", ""))
    return name in other and other[name] != value


def _keeps_to_its_members(fault: Fault) -> bool:
    """Whether nothing but answers to its own members is spoiled: nothing that the node asks by itself. What rests on
    these answers may be undecided at any member; then it is told by the answers whose it is (`attributing`)."""
    return bool(fault.part) and not BY_ITSELF & {piece.hook for piece in fault.pieces()}


def apart(
    faults: Group, places: Sequence[Placed], before: Sequence[Finding], now: Sequence[Finding]
) -> list[tuple[Finding, ...]] | None:
    """What is found under each of the faults; None when that can't be told."""
    each = [list(before) for _ in faults]
    for number, (place, was, finding) in enumerate(zip(places, before, now, strict=True)):
        changed = _changed(was, finding)
        if changed is None:
            return None
        if not changed:
            continue
        hits = [place.affected(fault.part) for fault in faults]
        if any(sum(name in hit for hit in hits) != 1 for name in changed):
            return None
        for findings, hit in zip(each, hits, strict=True):
            if changed & hit:
                members = {**was.members, **{name: finding.members[name] for name in changed & hit}}
                findings[number] = replace(was, members=members, verdict=worst(members.values()))
    return [tuple(findings) for findings in each]


def _changed(was: Finding, now: Finding) -> frozenset[str] | None:
    """The members with another verdict than before; None when a finding changed otherwise, or broke."""
    if now is was:
        return frozenset()
    names = frozenset(name for name, verdict in now.members.items() if verdict is not was.members.get(name))
    otherwise = was.members.keys() != now.members.keys() or (not names and now.verdict is not was.verdict)
    return None if otherwise or Verdict.ERROR in (now.verdict, *now.members.values()) else names
