"""Whom an answer tells of is found by the words in it: the same as by searching it for everybody."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.recordings import inparts, told
from conformance.synthesis.patients import patients

KNOWN = [one for one in patients().values() if one.known]
SURNAMES = [one.family for one in KNOWN]
NUMBERS = [f"{one.bsn[:4]}{sign}{one.bsn[4:]}" for one in KNOWN for sign in ("", ".", " - ", "%20", "&#160;")]
MEMBERS = [f'"{key}":"{name}"' for one in KNOWN for key, name in (("given", one.given), ("family", one.family))]
SIGNS = [sign.decode() for sign in told._signs()]
DATES = [date.decode() for *_, date in told._births()]
NAMES = [name for role, *names in told._people() for name in names]
AROUND = ["", " ", ".", "_", "-", "^", ", ", '"', "\n", "x", "7", "\u00e9", ".1", "is "]
PIECES = st.sampled_from([*SIGNS, *SURNAMES, *NUMBERS, *MEMBERS, *DATES, *NAMES])
TEXTS = st.lists(st.one_of(PIECES, PIECES.map(str.upper), st.sampled_from(AROUND)), max_size=9).map("".join)


def slowly(answer: bytes, question: bytes, *, refused: bool) -> tuple[str, ...]:
    """Every sign and every name sought in all of the answer."""
    said, asked = answer.lower(), question.lower()

    def tells(sign: bytes) -> bool:
        return sign not in asked and re.search(rb"(?<![\w.])%b(?!\w|\.\d)" % re.escape(sign), said) is not None

    found = {role for sign, role in told._signs().items() if tells(sign)}
    found |= {one[0] for one in told._births() if all(map(tells, one[2:]))}
    found |= inparts.in_members(said, told._people())
    found |= divided(said) - divided(asked) | joined(said) - joined(asked)
    if refused:
        found |= inparts.by_surname(answer, told._surnames(), lambda name: name.lower() in asked)
    return tuple(sorted(found))


def divided(text: bytes) -> set[str]:
    """The roles of numbers whose digits stand apart, each looked for at every sign of a text."""
    shapes = {one.bsn: inparts._BETWEEN.join(bytes([sign]) for sign in one.bsn.encode()) for one in KNOWN}
    any_of = rb"(?<![\w.])(?:%b)(?!\w|\.\d)" % b"|".join(shapes.values())
    apart = {inparts._digits(found) for found in re.findall(any_of, text) if inparts._digits(found) != found}
    return {role for role, one in patients().items() if one.known and one.bsn.encode() in apart}


def joined(text: bytes) -> set[str]:
    """The roles of names joined by one sign, each looked for at every sign of a text."""
    shape = rb"(?<![^\W_])(?:%b[_.+-]%b|%b[_.+-]%b)(?![^\W_])"
    people = [(role, re.escape(one.encode()), re.escape(two.encode())) for role, one, two in told._people()]
    return {role for role, one, two in people if re.search(shape % (one, two, two, one), text)}


@settings(max_examples=300)
@given(TEXTS, st.one_of(st.just(""), TEXTS), st.booleans())
def test_the_words_of_an_answer_leave_nobody_out(answer: str, question: str, refused: bool) -> None:
    said, asked = answer.encode(), question.encode()
    assert told.told_of(said, asked, refused=refused) == slowly(said, asked, refused=refused)


def test_every_sign_is_found_by_itself() -> None:
    for sign in SIGNS:
        assert told.told_of(sign.encode(), b"") == slowly(sign.encode(), b"", refused=False) != ()
