"""A vocabulary no reader knows: names of members, kinds and lengths of values stay, the values do not."""

from __future__ import annotations

import re

from conformance.recordings.redaction import masks, words
from conformance.recordings.redaction.addresses import shown
from conformance.recordings.redaction.lists import MEMBERS, TELLING
from conformance.recordings.redaction.reading import Reading
from conformance.recordings.redaction.spills import names_secret, spills
from conformance.recordings.redaction.written import holds_number
from conformance.recordings.tokens import described

_NAME = re.compile(r"[\w.:$@#/-]{1,200}")


def text(name: str, value: str, reading: Reading, place: str) -> str:
    """What stays of a text under this name."""
    if value and (names_secret(name) or (reading.telling and spills(name, value))):
        reading.tally.jwt = reading.tally.jwt or described(value)
        reading.screen.within(value, place)
        return reading.screen.pseudonyms.secret(value)
    if reading.telling or name in TELLING:
        heard = reading.question.words()
        return words.told(reading.screen.spoken(value, place, heard), heard)
    kept = reading.screen.text(value, place)
    if (name in MEMBERS and words.coded(kept)) or words.own(reading.screen.clear(kept)):
        return kept
    return reading.screen.masked(kept)


def name(name: str, reading: Reading, place: str) -> str:
    """A member's or element's name: a number in it is screened, and what may be somebody's name keeps its shape."""
    if name in reading.quiet.names:
        return name
    kept = reading.screen.text(name, f"{place}, a name")
    if kept != name or not _allowed(name):
        return masks.shape(kept)
    if len(name) < _SHORT and not holds_number(name) and len(reading.quiet.names) < _MOST_NAMES:
        reading.quiet.names.add(name)
    return name


def _allowed(name: str) -> bool:
    digits = sum(char.isdigit() for char in name)
    return not name or (digits <= _MOST_DIGITS and bool(_NAME.fullmatch(name)) and words.names(name))


_SHORT, _MOST_NAMES = 80, 5_000
"""How long names are that are remembered, and how many."""

_MOST_DIGITS = 7


def below(place: str, member: str) -> str:
    """The place of a member: a path of names, without the positions in lists."""
    path = f"{place}{'.' if ', ' in place else ', '}{shown(member)}"
    return path if len(path) <= _LONGEST else f"{path[:60]}...{path[-60:]}"


_LONGEST = 160
