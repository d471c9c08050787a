"""A node that stops serving good requests after wrong ones may have locked the suite out: once more, and slower.

What a scenario does about it follows from what was seen before, so that whoever judges the recording knows it too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from conformance.model.agreements import Json
from conformance.model.exchange import Exchange, Outcome, Recording, Rung
from conformance.protocols.observing import Observed
from conformance.recordings.ladder import rungs

CONTROL = "control"
"""The `purpose` of a good request beside which wrong ones are judged."""
WAITS = 3
"""So often is one endpoint waited for in a scenario."""

_TURNED_AWAY = frozenset({401, 403, 429, 503})
_NOT_REACHED = frozenset({Rung.PORT, Rung.TLS, Rung.CLIENT_CERTIFICATE})


class Lockout:
    """What a scenario saw of its endpoints so far: which serve good requests, and how often it waited.

    An endpoint serves when the ladder holds there, and again with each request that it grants.
    """

    def __init__(self, preflight: Recording | None) -> None:
        climbed = rungs(preflight) if preflight else ()
        self._serving = {rung.endpoint for rung in climbed} - {rung.endpoint for rung in climbed if rung.trouble}
        self._waited: Counter[str] = Counter()

    def again(self, endpoint: str, given: Mapping[str, Json], tried: Iterable[Observed | Exchange]) -> bool:
        """Whether a step whose first try this was is tried again: a good request failed where others were served."""
        tried = tuple(tried)
        self.saw(endpoint, tried)
        if not (given.get("purpose") == CONTROL and any(_failed(one) for one in tried)):
            return False
        again = endpoint in self._serving and self._waited[endpoint] < WAITS
        self._serving.discard(endpoint)
        self._waited[endpoint] += again
        return again

    def saw(self, endpoint: str, tried: Iterable[Observed | Exchange]) -> None:
        """Take note of what came."""
        if any(one.response is not None and 200 <= one.response.status < 300 for one in tried):
            self._serving.add(endpoint)


def _failed(one: Observed | Exchange) -> bool:
    """Whether a request met what a lock-out looks like."""
    if one.response is not None:
        return one.response.status in _TURNED_AWAY
    met = one.trouble is not None and one.trouble.rung in _NOT_REACHED
    return one.outcome is Outcome.NO_ANSWER and met and "answer_began" not in one.facts
