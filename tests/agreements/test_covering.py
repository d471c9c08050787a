"""What a plan plays of a span: nothing that is excused, every value, every pair, and never less than was promised."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from conformance.agreements.covering import members, whole
from conformance.agreements.drawing import Draw
from conformance.model.agreements import Drawing, Exemption, Member, Place, Span
from conformance.model.words import Text

TITLE = Text("bereik", "span")
sizes = st.lists(st.integers(1, 4), min_size=1, max_size=4)
seeds = st.text("abc0123456789", min_size=1, max_size=8)


def span(dimensions: Mapping[str, Mapping[str, object]], never: tuple[Member, ...] = ()) -> Span:
    excused = tuple(Exemption(member=one, because=TITLE) for one in never)
    return Span(
        id="made", title=TITLE, dimensions=dimensions, never=excused, draw=Drawing.PAIRS, place=Place("made.yaml")
    )


@st.composite
def spans(draw: st.DrawFn) -> Span:
    dimensions = {f"d{number}": {f"v{value}": None for value in range(size)} for number, size in enumerate(draw(sizes))}
    every = [dict(zip(dimensions, values, strict=True)) for values in st_product(dimensions)]
    full = draw(st.lists(st.sampled_from(every), max_size=3))
    parts = [{name: one[name] for name in draw(st.sets(st.sampled_from(sorted(one)), min_size=1))} for one in full]
    return span(dimensions, tuple(parts))


def st_product(dimensions: Mapping[str, Mapping[str, object]]) -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = [()]
    for values in dimensions.values():
        found = [(*one, value) for one in found for value in values]
    return found


def parts(found: tuple[Member, ...], size: int) -> set[tuple[tuple[str, str], ...]]:
    return {part for member in found for part in combinations(member.items(), min(size, len(member)))}


@given(spans(), seeds)
def test_what_may_be_played_is_covered_as_promised(made: Span, seed: str) -> None:
    allowed = tuple(whole(made))
    for drawing, size in ((Drawing.EACH, 1), (Drawing.PAIRS, 2), (Drawing.ALL, len(made.dimensions))):
        drawn = members(made, drawing, Draw(seed), "knocking")
        assert parts(drawn, size) == parts(allowed, size)
        assert len({tuple(one.items()) for one in drawn}) == len(drawn)
        assert not [one for one in drawn for excused in made.never if excused.member.items() <= one.items()]


@given(spans(), seeds)
def test_the_same_seed_draws_the_same_in_the_same_order(made: Span, seed: str) -> None:
    assert members(made, Drawing.PAIRS, Draw(seed), "a") == members(made, Drawing.PAIRS, Draw(seed), "a")


def test_pairs_are_far_fewer_than_all_and_another_seed_draws_others() -> None:
    made = span({name: {str(value): None for value in range(size)} for name, size in (("a", 19), ("b", 7), ("c", 2))})
    one, other = (members(made, Drawing.PAIRS, Draw(seed), "x") for seed in ("1", "2"))
    assert 19 * 7 <= len(one) < 19 * 7 * 2
    assert one != other
    assert members(made, Drawing.PAIRS, Draw("1"), "y") != one
