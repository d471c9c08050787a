"""What arrives at one of the suite's counterparts: calls, and knocks of whoever then asks nothing."""

from __future__ import annotations

import threading
from urllib.parse import urlencode

from conformance.model.agreements import Json
from conformance.model.exchange import Direction, Outcome, Request, Response, TlsSession
from conformance.protocols.observing import Arrived, Clock, Observed
from conformance.simulators.hello import Porter
from conformance.simulators.http import Answer, Call, Handler

KNOCK, CALL = "knock", "call"
"""What may be waited for beside an operation: a TLS handshake that began, and any call."""
SETTLE_S = 0.3
"""What belongs together follows closely: after what was awaited, so long a silence ends the waiting."""

_RECEIVED: dict[str, Json] = {"received": True}


class Arrivals:
    """What arrives at one counterpart while it shows one certificate.

    Under another certificate it is another one, so that no call is taken for one that was made past a certificate it
    never saw.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._news = threading.Condition()
        self._arrived: list[Observed] = []
        self._begun = self._ended = 0
        self.porter = Porter(self._told)

    def of(self, handler: Handler) -> Handler:
        """The handler, with every call observed."""

        def handle(call: Call) -> Answer:
            with self._news:
                self._begun += 1
                self._news.notify_all()
            try:
                return self._answer(handler, call)
            finally:
                with self._news:
                    self._ended += 1
                    self._news.notify_all()

        return handle

    def awaited(self, within_s: float, until: str) -> Arrived:
        """What arrived, waiting until it was seen and the node is silent again, or the time is over."""
        end = self._clock.monotonic() + within_s
        with self._news:
            if self._news.wait_for(lambda: self._saw(until), within_s):
                self._silence(end)
            self._news.wait_for(lambda: self._begun == self._ended)  # what has come is being answered
            return Arrived(
                calls=tuple(self._arrived),
                knocks=self.porter.knocks,
                in_clear=self.porter.in_clear,
                lingering=self._lingering,
            )

    def _silence(self, end: float) -> None:
        """Wait until nothing happens any more. Who is there and asked nothing yet may still do so, until the end."""
        while self._changes() or (self._lingering and self._clock.monotonic() < end):
            pass

    def _changes(self) -> bool:
        """Wait whether anything happens."""
        before = self._stand
        return self._news.wait_for(lambda: self._stand != before, SETTLE_S)

    def _saw(self, until: str) -> bool:
        if until == KNOCK:
            return self.porter.knocks > 0
        return any(until in (CALL, observed.operation) for observed in self._arrived)

    @property
    def _stand(self) -> tuple[int, ...]:
        """Everything that changes when something happens."""
        return self.porter.knocks, self.porter.in_clear, self.porter.there, self._begun, self._ended

    @property
    def _lingering(self) -> int:
        """How many are still there where nobody asked anything."""
        return 0 if self._begun else self.porter.there

    def _answer(self, handler: Handler, call: Call) -> Answer:
        started, begin = self._clock.stamp(), self._clock.monotonic()
        answer = handler(call)
        took = round((self._clock.monotonic() - begin) * 1000)
        self._arrived.append(_observed(call, answer, started, took))
        return answer

    def _told(self) -> None:
        with self._news:
            self._news.notify_all()


def _observed(call: Call, answer: Answer, started: str, took_ms: int) -> Observed:
    query = f"?{urlencode(call.query)}" if call.query else ""
    request = Request(
        method=call.method,
        url=f"{call.base}{call.path}{query}",
        headers=tuple((name.lower(), value) for name, value in call.headers.items()),
        body=call.body,
        size=len(call.body),
    )
    response = Response(
        status=answer.status,
        headers=tuple((name.lower(), value) for name, value in answer.headers),
        body=answer.body,
        size=len(answer.body),
    )
    return Observed(
        outcome=Outcome.ANSWERED,
        started=started,
        duration_ms=took_ms,
        direction=Direction.RECEIVED,
        request=request,
        response=response,
        tls=TlsSession(version="", cipher="", peer=(call.certificate,)) if call.certificate else None,
        operation=operation_of(call.path),
        given=_RECEIVED,
    )


def operation_of(path: str) -> str:
    """The operation a DICOMweb path asks for (PS3.18 sections 10.4 and 10.6), by its last segments."""
    segments = [segment for segment in path.split("/") if segment]
    last = segments[-1] if segments else ""
    searches = {"studies": "search-studies", "series": "search-series", "instances": "search-instances"}
    if last in searches:
        return f"dicomweb.{searches[last]}"
    if last in ("metadata", "rendered", "thumbnail"):
        return f"dicomweb.{last}"
    if "bulkdata" in segments:
        return "dicomweb.bulkdata"
    if "frames" in segments:
        return "dicomweb.frames"
    return "dicomweb.retrieve" if "studies" in segments else "dicomweb.other"
