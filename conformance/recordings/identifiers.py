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
    """Where a kept body in JSON shows more numbers under the BSN's system than were counted, or more that are none."""
    seen, valid = exchange.facts.get("bsn_seen"), exchange.facts.get("bsn_valid")
    if not isinstance(seen, int) or not isinstance(valid, int) or not message.body.lstrip().startswith((b"{", b"[")):
        return
    try:
        held = list(_numbers(json.loads(message.body)))
    except (ValueError, RecursionError):
        return
    if len(held) > seen:
        yield "bsn_seen", Text(f"bewaard: {len(held)} nummers", f"kept: {len(held)} numbers")
    if held.count(INVALID) > seen - valid:
        yield "bsn_valid", Text("een bewaard nummer is ongeldig", "a number that was kept is invalid")


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
