"""Which members of a span are played: each value, each pair of values, or all. No node foresees which.

A member is one value for each dimension. With `pairs` every two values of two dimensions that may stand together do so
in at least one member: most of what goes wrong does so for a value or for two that meet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, product

from conformance.agreements.drawing import Draw
from conformance.model.agreements import Drawing, Member, Span, member_name

Part = tuple[tuple[str, str], ...]


def members(span: Span, drawing: Drawing, draw: Draw, what: str) -> tuple[Member, ...]:
    """The members to play, in drawn order. `what` names the draw: another name draws others."""
    allowed = {member_name(member): member for member in whole(span)}
    ordered = tuple(allowed[name] for name in draw.order(f"{what}/members", allowed))
    if drawing is Drawing.ALL:
        return ordered
    return tuple(_covering(ordered, _SIZE[drawing]))


def whole(span: Span) -> Iterator[Member]:
    """Every member of the span that no exemption takes away, whatever a node claims."""
    for values in product(*span.dimensions.values()):
        member = dict(zip(span.dimensions, values, strict=True))
        if not any(not one.unless and one.member.items() <= member.items() for one in span.never):
            yield member


def parts(span: Span, drawing: Drawing, over: Iterable[str] = ()) -> tuple[Member, ...]:
    """Each value of each dimension (of these only, or of all) and, where pairs are drawn, each pair that occurs."""
    wanted, found = tuple(over) or tuple(span.dimensions), tuple(whole(span))
    several = [names for size in range(1, _SIZE.get(drawing, 1) + 1) for names in combinations(wanted, size)]
    each = (tuple((name, member[name]) for name in names) for names in several for member in found)
    return tuple(dict(part) for part in dict.fromkeys(each))


_SIZE: Mapping[Drawing, int] = {Drawing.EACH: 1, Drawing.PAIRS: 2}


def _covering(ordered: tuple[Member, ...], size: int) -> Iterator[Member]:
    """Greedy: the member that shows most of what was not shown yet, the first drawn of several."""
    left = {number: set(_parts(member, size)) for number, member in enumerate(ordered)}
    missing = set().union(*left.values())
    while missing:
        best = max(left, key=lambda number: len(left[number]))  # of several the first
        shown = left.pop(best)
        missing -= shown
        left = {number: rest for number, parts in left.items() if (rest := parts - shown)}
        yield ordered[best]


def _parts(member: Member, size: int) -> Iterator[Part]:
    return combinations(member.items(), min(size, len(member)))
