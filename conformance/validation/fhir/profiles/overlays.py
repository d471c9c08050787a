"""The profile pass: what a profile demands beyond the base definition, and nothing that the base pass has checked.

A profile compiles to an Overlay that is empty wherever the profile says nothing new, so a profile costs what it adds.
"""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from conformance.validation.fhir.codes import Code

if TYPE_CHECKING:
    from collections.abc import Mapping

    from conformance.validation.fhir.base.rules import Invariant
    from conformance.validation.fhir.base.value_rules import Extra
    from conformance.validation.fhir.findings import Origin
    from conformance.validation.fhir.location import At
    from conformance.validation.fhir.run import Run


class Item(NamedTuple):
    """One occurrence of an element: its value (None for a primitive without one), its sibling, where, of which type."""

    value: Any
    sibling: Any
    at: At
    type: str

    @property
    def content(self) -> Any:
        """The object that holds the item's children: the value, or the sibling of a primitive."""
        return self.value if isinstance(self.value, dict) else self.sibling


new = tuple.__new__  # Item's own constructor costs three times as much, at the hottest place of the profile pass

NONE: frozenset[int] = frozenset()
Matcher = Callable[["Run", Item], "bool | None"]
"""Whether an item belongs to a slice; None when that cannot be decided."""


@dataclass(frozen=True, slots=True)
class Demand:
    """What one element (or slice) demands of each item, and of their number."""

    element: str
    origin: Origin
    low: int = 0
    high: int | None = None
    types: frozenset[str] | None = None
    extras: Mapping[str, Extra] | None = None  # by type name; "" for a type that has none of its own
    invariants: tuple[Invariant, ...] = ()
    members: tuple[Member, ...] = ()
    slicing: Slicing | None = None
    alternatives: tuple[str, ...] = ()  # extensions one of which must be there when there is no value
    each: bool = True  # whether anything is demanded of each item, besides their number and slices


@dataclass(frozen=True, slots=True)
class Slice:
    """One slice: who belongs to it and what it demands of them."""

    name: str
    matches: Matcher | None
    demand: Demand


@dataclass(frozen=True, slots=True)
class Slicing:
    """How an element is sliced."""

    slices: tuple[Slice, ...]
    closed: bool
    ordered: bool
    open_at_end: bool
    key: str = ""  # the property whose text decides the slice, where it is that simple (an extension's url)
    places: Mapping[str, int] | None = None  # the slice of each text


@dataclass(frozen=True, slots=True)
class Member:
    """An element of an object: the JSON properties it may be, and its demand."""

    names: tuple[tuple[str, str, str], ...]  # (JSON property, its sibling, type)
    demand: Demand
    by_name: Mapping[str, int] | None = None  # for a choice of many types: the names to look for, with their position
    keys: frozenset[str] = frozenset()  # every name in `names`
    optional: bool = False  # nothing to check when none of them is there


@dataclass(frozen=True, slots=True)
class Overlay:
    """A compiled profile."""

    url: str
    type: str
    demand: Demand


def apply(run: Run, demand: Demand, item: Item) -> None:
    """Check one item against a demand, without counting."""
    if demand.types is not None and item.type not in demand.types:
        expected = ", ".join(sorted(demand.types))
        run.report(Code.TYPE_NOT_ALLOWED, item.at, expected=expected, found=item.type, origin=demand.origin)
        return
    if demand.extras is not None and item.value is not None:
        extra = demand.extras.get(item.type) or demand.extras.get("")
        if extra is not None:
            extra(run, item.value, item.at)
    if demand.alternatives and item.value is None and not _has_extension(item.sibling, demand.alternatives):
        run.report(Code.VALUE_ALTERNATIVE, item.at, expected=", ".join(demand.alternatives), origin=demand.origin)
    if demand.invariants:
        focus = item.value if item.value is not None else item.sibling
        run.engine.check_invariants(run, demand.invariants, focus, item.at, item.type)
    if demand.members:
        value = item.value
        content = value if type(value) is dict else item.sibling
        holder = content if type(content) is dict else {}
        at = item.at
        for member in demand.members:
            if not (member.optional and member.keys.isdisjoint(holder)):
                check_member(run, member, holder, at)


def _has_extension(sibling: Any, urls: tuple[str, ...]) -> bool:
    listed = sibling.get("extension") if isinstance(sibling, dict) else None
    return any(
        isinstance(each, dict) and each.get("url") in urls for each in (listed if isinstance(listed, list) else ())
    )


def check_member(run: Run, member: Member, holder: dict[str, Any], at: At) -> None:
    """Check one element of an object: the number of its items, each of them, and its slices."""
    items = items_of(member, holder, at)
    demand = member.demand
    if len(items) < demand.low or demand.high is not None:
        count_items(run, demand, len(items), at)
    if demand.each:
        for item in items:
            apply(run, demand, item)
    if demand.slicing is not None:
        check_slices(run, demand.slicing, items, at, demand)


def count_items(run: Run, demand: Demand, count: int, at: At) -> None:
    """Cardinality, at the place the missing or surplus element has or would have."""
    if count < demand.low:
        run.report(Code.MISSING, (at, demand.element, -1), expected=demand.low, found=count, origin=demand.origin)
    elif demand.high is not None and count > demand.high:
        run.report(Code.TOO_MANY, (at, demand.element, -1), expected=demand.high, found=count, origin=demand.origin)


def items_of(member: Member, holder: dict[str, Any], at: At) -> list[Item]:
    """The occurrences of an element in an object."""
    items: list[Item] = []
    names = member.names
    if member.by_name is not None:
        present = {member.by_name[key] for key in holder if key in member.by_name}
        names = tuple(names[position] for position in sorted(present))
    for name, sibling_name, type_name in names:
        value = holder.get(name)
        sibling = holder.get(sibling_name)
        if sibling is None and type_name != "Resource":  # nearly always: kept apart, because it is the hot path
            if type(value) is list:
                items += [new(Item, (one, None, (at, name, index), type_name)) for index, one in enumerate(value)]
            elif value is not None:
                items.append(new(Item, (value, None, (at, name, -1), type_name)))
        elif isinstance(value, list) or isinstance(sibling, list):
            values = value if isinstance(value, list) else []
            siblings = sibling if isinstance(sibling, list) else []
            for index in range(max(len(values), len(siblings))):
                one = values[index] if index < len(values) else None
                other = siblings[index] if index < len(siblings) else None
                items.append(
                    new(Item, (one, other, (at, name, index), _type(one) if type_name == "Resource" else type_name))
                )
        elif value is not None or sibling is not None:
            items.append(
                new(Item, (value, sibling, (at, name, -1), _type(value) if type_name == "Resource" else type_name))
            )
    return items


def _type(value: Any) -> str:
    """A resource says itself of which type it is."""
    return str(value.get("resourceType", "Resource")) if isinstance(value, dict) else "Resource"


def check_slices(run: Run, slicing: Slicing, items: list[Item], at: At, sliced: Demand) -> None:
    """Sort the items into slices, then check what each slice demands, the rest and the order."""
    members: dict[int, list[Item]] = {}  # by the number of the slice
    furthest, outside = -1, False
    undecided: Set[int] = NONE  # slices to which some item may or may not belong
    for item in items:
        found, open_questions = _slices_of(run, slicing, item)
        if open_questions:
            undecided = undecided | open_questions
        if not found:
            outside = True
            _unmatched(run, slicing, item, sliced, bool(open_questions))
            continue
        number = found[0]
        if len(found) > 1:
            names = ", ".join(slicing.slices[each].name for each in found)
            run.report(Code.SLICE_AMBIGUOUS, item.at, expected="one slice", found=names, origin=sliced.origin)
        if slicing.ordered or slicing.open_at_end:
            _check_order(run, slicing, item, sliced, early=number < furthest, outside=outside, number=number)
        furthest = max(furthest, number)
        members.setdefault(number, []).append(item)
    for number, each in enumerate(slicing.slices):
        inside = members.get(number)
        if inside or each.demand.low or each.demand.slicing is not None:
            _check_slice(run, each, inside or [], at, number in undecided)


def _check_order(
    run: Run, slicing: Slicing, item: Item, sliced: Demand, *, early: bool, outside: bool, number: int
) -> None:
    name = slicing.slices[number].name
    if slicing.ordered and early:
        run.report(Code.SLICE_ORDER, item.at, expected=name, found=str(item.at[2]), origin=sliced.origin)
    if slicing.open_at_end and outside:
        run.report(Code.SLICE_ORDER, item.at, expected="open at end", found=name, origin=sliced.origin)


def _slices_of(run: Run, slicing: Slicing, item: Item) -> tuple[list[int], Set[int]]:
    """The numbers of the slices an item belongs to, and of those for which that could not be decided."""
    if slicing.places is not None:
        content = item.content
        place = slicing.places.get(str(content.get(slicing.key))) if isinstance(content, dict) else None
        return ([] if place is None else [place]), NONE
    found: list[int] = []
    undecided: set[int] = set()
    for number, each in enumerate(slicing.slices):
        known = each.matches(run, item) if each.matches is not None else None
        if known:
            found.append(number)
        elif known is None:
            undecided.add(number)
    return found, undecided


def _unmatched(run: Run, slicing: Slicing, item: Item, sliced: Demand, undecided: bool) -> None:
    if slicing.closed:
        code = Code.SLICING_NOT_CHECKED if undecided else Code.SLICE_CLOSED
        names = ", ".join(each.name for each in slicing.slices)
        run.report(code, item.at, expected=names, origin=sliced.origin)


def _check_slice(run: Run, each: Slice, items: list[Item], at: At, undecided: bool) -> None:
    demand = each.demand
    place = (at, demand.element, -1)
    if len(items) < demand.low:
        code = Code.SLICING_NOT_CHECKED if undecided else Code.SLICE_MIN
        run.report(code, place, expected=demand.low, found=len(items), origin=demand.origin, constraint=each.name)
    elif demand.high is not None and len(items) > demand.high:
        run.report(
            Code.SLICE_MAX, place, expected=demand.high, found=len(items), origin=demand.origin, constraint=each.name
        )
    if demand.each:
        for item in items:
            apply(run, demand, item)
    if demand.slicing is not None:
        check_slices(run, demand.slicing, items, at, demand)
