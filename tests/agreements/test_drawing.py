"""Draws depend on the seed and on what they are for, and on nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
from collections import Counter
from random import Random
from uuid import UUID

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from conformance.agreements.drawing import Draw

WHATS = st.text(max_size=20)
NAMES = st.lists(st.text(max_size=8), unique=True, min_size=1, max_size=12)

GOLDEN = """
from conformance.agreements.drawing import Draw
draw = Draw("0")
print(draw.order("scenarios", ["a", "b", "c", "d"]), draw.one("patient", ["anna", "bram", "coen"]))
print(draw.number("frame", 1, 1000), draw.text("no such Condition", 16))
"""
DRAWN = """\
('b', 'a', 'c', 'd') bram
898 knsboio9ywqsuips
"""


@pytest.mark.parametrize("hash_seed", ["0", "1", "random"])
def test_a_draw_is_the_same_in_every_process_and_build(hash_seed: str) -> None:
    told = subprocess.run(
        [sys.executable, "-c", GOLDEN], capture_output=True, text=True, check=True, env={"PYTHONHASHSEED": hash_seed}
    )
    assert told.stdout == DRAWN


@given(WHATS, NAMES, st.randoms(use_true_random=False))
def test_an_order_holds_every_name_once_and_does_not_depend_on_the_one_given(
    what: str, names: list[str], chance: Random
) -> None:
    drawn = Draw("seed").order(what, names)
    assert sorted(drawn) == sorted(names)
    shuffled = list(names)
    chance.shuffle(shuffled)
    assert Draw("seed").order(what, shuffled) == drawn


@given(WHATS, NAMES, st.text(max_size=8))
def test_a_name_more_moves_no_other(what: str, names: list[str], more: str) -> None:
    assume(more not in names)
    draw = Draw("seed")
    with_more = draw.order(what, [*names, more])
    assert tuple(name for name in with_more if name != more) == draw.order(what, names)
    assert draw.one(what, [*names, more]) in {draw.one(what, names), more}


@given(WHATS, st.integers(), st.integers(min_value=0))
def test_a_number_is_within_its_range(what: str, low: int, size: int) -> None:
    assert low <= Draw("seed").number(what, low, low + size) <= low + size


@given(WHATS, st.integers(min_value=0, max_value=64))
def test_a_text_is_an_id_and_never_a_number(what: str, length: int) -> None:
    text = Draw("seed").text(what, length)
    assert len(text) == length
    assert re.fullmatch("([a-z]([a-z0-9][a-z])*[a-z0-9]?)?", text), text
    assert Draw("seed").text(what, length + 1).startswith(text)


@given(WHATS)
def test_a_uuid_is_random_by_its_form_and_holds_no_number(what: str) -> None:
    drawn = Draw("seed").uuid(what)
    assert UUID(drawn).version == 4
    assert str(UUID(drawn)) == drawn
    assert re.search(r"\d\d", drawn) is None


def test_two_seeds_and_two_purposes_differ() -> None:
    names = [f"name-{number}" for number in range(20)]
    draws = [(Draw(seed), what) for seed in ("0", "1", "00") for what in ("types", "paths", "")]
    assert len({draw.order(what, names) for draw, what in draws}) == len(draws)
    assert len({draw.text(what, 16) for draw, what in draws}) == len(draws)
    assert len({draw.number(what, 0, 2**64) for draw, what in draws}) == len(draws)


@given(st.text(max_size=6), st.text(min_size=1, max_size=6))
@example("a", "ab")
def test_what_a_draw_is_for_does_not_run_into_the_names(one: str, other: str) -> None:
    """What the seed ends with, the purpose may not begin with: parts are keyed apart."""
    assume(one != other)
    assert Draw(one).text(other, 24) != Draw(other).text(one, 24)
    assert Draw(one + other).text("", 24) != Draw(one).text(other, 24)


def test_every_name_is_drawn_about_as_often() -> None:
    """Over the seeds 0 to 1199: 300 each of four is expected, 15 the standard deviation; five of them are allowed."""
    chosen = Counter(Draw(str(seed)).one("patient", ["anna", "bram", "coen", "dora"]) for seed in range(1200))
    assert all(225 <= count <= 375 for count in chosen.values()), chosen
    numbers = Counter(Draw(str(seed)).number("frame", 1, 4) for seed in range(1200))
    assert all(225 <= numbers[number] <= 375 for number in range(1, 5)), numbers


def test_nothing_is_drawn_from_nothing() -> None:
    with pytest.raises(ValueError, match="nothing to draw from for 'types'"):
        Draw("0").one("types", [])
    with pytest.raises(ValueError, match="no number from 2 to 1"):
        Draw("0").number("frame", 2, 1)
    assert Draw("0").order("types", []) == ()


@given(seed=st.text("abc019", min_size=1, max_size=8), text=st.text("ABC0123456789", min_size=4, max_size=16))
def test_a_question_mark_stands_for_one_sign_of_the_last_half(seed: str, text: str) -> None:
    drawn = Draw(seed).pattern("a number", text, "sign")
    (at,) = (place for place, sign in enumerate(drawn) if sign == "?")
    assert at >= len(text) // 2
    assert drawn.replace("?", text[at]) == text
