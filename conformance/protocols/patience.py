"""Coming back later, where a node says when: `Retry-After` (RFC 9110 section 10.2.3) with 429 or 503."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol
from urllib.parse import urlsplit

from conformance.model.exchange import Response
from conformance.protocols.client import Asked
from conformance.protocols.observing import Clock, Observed

TIMES = 3
LONGEST_S = 30
"""So often, and so long each time, a node is waited for."""
WAITED = "came_back"
"""The fact how often a request was made again; of the answers in between only that is kept."""
_BUSY = frozenset({429, 503})
_SAFE = frozenset({"GET", "HEAD"})


class Http(Protocol):
    """Makes requests in the roles of the node file."""

    def call(self, asked: Asked) -> Observed:
        """Make one request and read its answer; every failure comes back as trouble."""
        ...

    def close(self) -> None:
        """Close every connection."""
        ...


class Patient:
    """Makes a request that changes nothing once more when the node wants it later. A token is asked for but once with
    one assertion. Who was waited for in vain is not waited for again until he serves."""

    def __init__(self, http: Http, clock: Clock) -> None:
        self._http, self._clock = http, clock
        self._vain: set[str] = set()

    def call(self, asked: Asked) -> Observed:
        """The answer, or the last that puts off."""
        host = urlsplit(asked.url).netloc
        observed = self._http.call(asked)
        for time in range(1, TIMES + 1):
            wait = _wait_s(observed.response, self._clock) if asked.method in _SAFE else None
            if wait is None or host in self._vain:
                break
            self._clock.sleep(wait)
            observed = self._http.call(asked)
            observed = replace(observed, facts={**observed.facts, WAITED: time})
        if observed.response is not None:
            (self._vain.add if observed.response.status in _BUSY else self._vain.discard)(host)
        return observed

    def close(self) -> None:
        """Close every connection."""
        self._http.close()


def _wait_s(response: Response | None, clock: Clock) -> float | None:
    """How many seconds a node asks to wait; None where it does not, or for longer than a run waits."""
    if response is None or response.status not in _BUSY:
        return None
    told = response.header("retry-after").strip()
    wait = float(told) if told.isascii() and told.isdigit() else _until(told, response.headers, clock)
    return wait if wait is not None and wait <= LONGEST_S else None


def _until(told: str, headers: tuple[tuple[str, str], ...], clock: Clock) -> float | None:
    """Seconds until a moment, by the node's own clock where it says its time."""
    said: Mapping[str, str] = dict(headers)
    try:
        moment = _in_a_zone(parsedate_to_datetime(told))
        now = _in_a_zone(parsedate_to_datetime(said["date"])) if "date" in said else clock.now()
        return max(0.0, (moment - now).total_seconds())
    except (ValueError, TypeError):
        return None


def _in_a_zone(moment: datetime) -> datetime:
    """HTTP says its times in GMT; Python leaves out that of `-0000`."""
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
