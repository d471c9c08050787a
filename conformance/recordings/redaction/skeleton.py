"""A vocabulary no reader knows: names of members, kinds and lengths of values stay, the values do not."""

from __future__ import annotations

import re

from conformance.recordings.redaction import masks, words
from conformance.recordings.redaction.addresses import shown
from conformance.recordings.redaction.lists import MEMBERS, SECRETS, TELLING
from conformance.recordings.redaction.reading import Reading
from conformance.recordings.tokens import described

_NUMBER = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_NAME = re.compile(r"[\w.:$@#/-]{1,200}")


def text(name: str, value: str, reading: Reading, place: str) -> str:
    """What stays of a text under this name."""
    if name.lower() in SECRETS:
        reading.tally.jwt = reading.tally.jwt or described(value)
        reading.screen.within(value, place)
        return reading.screen.pseudonyms.secret(value)
    kept = reading.screen.text(value, place)
    if reading.telling or name in TELLING:
        return words.told(kept, reading.question)
    if (name in MEMBERS and words.coded(kept)) or words.own(reading.screen.clear(kept)):
        return kept
    reading.screen.pseudonyms.counts["personal values"] += 1
    return kind(kept) if "bsn-" not in kept else reading.screen.masked(kept)


def kind(value: str) -> str:
    """A value of the same kind and length: a number for a number, a date for a date."""
    if _NUMBER.fullmatch(value):
        return masks.number(value)
    return masks.day(value)


def name(name: str, reading: Reading, place: str) -> str:
    """A member's or element's name: a number in it is screened, and what may be somebody's name keeps its shape."""
    kept = reading.screen.text(name, f"{place}, a name")
    if kept != name or (name and not _NAME.fullmatch(name)):
        return masks.shape(kept)
    if sum(char.isdigit() for char in name) > _MOST_DIGITS or not words.names(name):
        return masks.shape(name)
    return name


_MOST_DIGITS = 7


def below(place: str, member: str) -> str:
    """The place of a member: a path of names, without the positions in lists."""
    path = f"{place}{'.' if ', ' in place else ', '}{shown(member)}"
    return path if len(path) <= _LONGEST else f"{path[:60]}...{path[-60:]}"


_LONGEST = 160
