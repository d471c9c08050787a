"""What in a JSON document says that the value beside it is a patient's number."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from conformance.recordings.identities import is_bsn_system
from conformance.recordings.redaction import pieces, tables, words
from conformance.recordings.redaction.naming import (
    NAMING,
    VALUES,
    issues,
    says_citizen,
    says_number,
    tells_in_address,
    tells_of_birth,
    tells_of_number,
)

_PAIR = 2
_CLOSE = 3
"""A CodeableConcept is so deep: coding, its items, their texts."""


def issued(node: dict[str, Any]) -> bool:
    """Whether an object says that its number is the citizens': by its system, or by who issued it."""
    system = node.get("system")
    if any(is_bsn_system(held) for held in node.values()) or (isinstance(system, str) and says_citizen(system)):
        return True
    parts = [held for name, held in node.items() if isinstance(held, dict) and issues(name)]
    return any(is_bsn_system(text) for held in parts for text in words.texts(held, _CLOSE))


def members(node: dict[str, Any]) -> frozenset[str]:
    """The members that a name, code or type in a pair (text, or a CodeableConcept) says hold a patient's number; or the
    address of an extension.

    The name of an organization or a code system names no value: only an object that has one is a pair, or one with
    nothing but a name and one text or number.
    """
    values = frozenset(name for name in node if name.lower().startswith(VALUES))
    if not values and len(node) == _PAIR and "resourceType" not in node:
        values = frozenset(name for name, held in node.items() if name not in NAMING and isinstance(held, str))
    url = node.get("url")
    if isinstance(url, str) and tells_in_address(url):
        return frozenset(name for name in node if name.startswith(("value", "extension")))
    told = values and any(
        tells_of_number(text) for name in NAMING if name in node for text in words.texts(node[name], _CLOSE)
    )
    return values if told else frozenset()


def birth(node: dict[str, Any]) -> bool:
    """Whether the name of a parameter, or the address of an extension, says that a birth or death stands in it."""
    return any(isinstance(held := node.get(name), str) and tells_of_birth(held) for name in ("url", "name"))


def pair(held: list[Any]) -> bool:
    """Whether a list is a name and its value."""
    return len(held) == _PAIR and isinstance(held[0], str) and tells_of_number(held[0]) and isinstance(held[1], str)


def columns(node: dict[str, Any]) -> Iterator[tables.Cell]:
    """The cells below a name, where one member has the names of the columns and another the rows."""
    lists = [held for held in node.values() if isinstance(held, list) and held]
    for head in lists:
        names = [_name(one) for one in head[:_MOST]]
        if any(says_number(name) for name in names if len(name) < _LONGEST):
            for rows in lists:
                yield from tables.named(names, _rows(rows))


def rows(held: list[Any]) -> Iterator[tables.Cell]:
    """The same where the first row has the names."""
    if len(held) > 1 and isinstance(held[0], list):
        yield from tables.named([_name(one) for one in held[0][:_MOST]], _rows(held[1:]))


def _rows(held: list[Any]) -> Iterator[list[str]]:
    return ([str(cell) for cell in row] for row in held if isinstance(row, list))


def _name(one: Any) -> str:
    """The name of a column: a text, or what an object says it is."""
    if isinstance(one, dict):
        one = next((one[name] for name in NAMING if name in one), "")
    return one if isinstance(one, str) else ""


_LONGEST, _MOST = 40, 500
"""A longer text is no name of a column, and a table has no more of them."""


def each_named(held: list[Any]) -> bool:
    """Whether every item of a list is an object that is nothing but a member named for a number."""
    return len(held) >= pieces.FEWEST and all(
        isinstance(one, dict) and len(one) == 1 and says_number(next(iter(one))) for one in held[: pieces.MOST]
    )


def leaves(held: Any) -> Iterator[str]:
    """The texts and numbers in a value, in their order; no more than one number has pieces."""
    waiting, seen = [held], 0
    while waiting and seen < pieces.MOST:
        one = waiting.pop()
        seen += 1
        if isinstance(one, dict | list):
            waiting += reversed(list(one.values() if isinstance(one, dict) else one)[: pieces.MOST])
        elif isinstance(one, str):
            yield one
