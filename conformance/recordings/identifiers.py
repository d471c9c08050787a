"""The numbers of citizens in a kept body against those that were counted before redaction."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from conformance.model.exchange import Exchange, Request, Response
from conformance.model.words import Text
from conformance.recordings.identities import is_bsn_system

INVALID = "bsn-invalid"
"""Stands for a number that is none."""
Found = tuple[str, Text]


def counted(exchange: Exchange, message: Request | Response) -> Iterator[Found]:
    """Where a body shows more numbers under the BSN's system than were counted, or more that are none; or where more
    were counted than it has room for."""
    seen, valid = exchange.facts.get("bsn_seen"), exchange.facts.get("bsn_valid")
    if not isinstance(seen, int) or not isinstance(valid, int):
        return
    if seen * _SHORTEST > message.size:
        yield "bsn_seen", Text(f"een inhoud van {message.size} bytes", f"a body of {message.size} bytes")
    if not message.body.lstrip().startswith((b"{", b"[")):
        return
    try:
        document = json.loads(message.body)
        held = list(_numbers(document))
        more = seen > len(held) and seen > sum(_values(document))
    except (ValueError, RecursionError):
        return
    if len(held) > seen or more:
        yield "bsn_seen", Text(f"bewaard: {len(held)} nummers", f"kept: {len(held)} numbers")
    if held.count(INVALID) > seen - valid:
        yield "bsn_valid", Text("een bewaard nummer is ongeldig", "a number that was kept is invalid")


_SHORTEST = 2
"""Bytes: a digit and what parts it from the next."""


def _values(document: Any) -> Iterator[int]:
    """How many values stand under a name for one, whatever is beside them, and in a narrative: no more can have been
    counted."""
    waiting = [("", document)]
    while waiting:
        name, one = waiting.pop()
        if isinstance(one, dict):
            waiting += one.items()
        elif isinstance(one, list):
            waiting += [(name, inner) for inner in one]
        elif name == "div" and isinstance(one, str):
            yield one.count("value")
        else:
            yield name.startswith("value")


def _numbers(document: Any) -> Iterator[str]:
    waiting = [document]
    while waiting:
        one = waiting.pop()
        if isinstance(one, dict):
            number = one.get("value")
            if isinstance(number, str) and number.strip() and is_bsn_system(one.get("system")):
                yield number
            waiting += one.values()
        elif isinstance(one, list):
            waiting += one
