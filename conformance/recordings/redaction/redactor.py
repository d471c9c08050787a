"""One exchange with nobody's data in it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TypeVar

from conformance.model.agreements import Json
from conformance.model.exchange import Direction, Exchange, Request, Response
from conformance.recordings import facts
from conformance.recordings.identities import Identities
from conformance.recordings.redaction import skeleton, unkept, words
from conformance.recordings.redaction.before import ReadBefore
from conformance.recordings.redaction.masks import Pseudonyms
from conformance.recordings.redaction.question import Question
from conformance.recordings.redaction.reading import Quiet, Reading
from conformance.recordings.redaction.screen import Screen
from conformance.recordings.tally import Looked

PROFILE = "twiin-redaction-4"
"""Name and version of what is taken out, printed on reports."""

_ERRORS = 400

Half = TypeVar("Half", Request, Response)


class Redactor:
    """Redacts exchanges against one data set; the processes of one run share a key, which is in memory only. `texts`:
    what a vendor's own answer sheet says beside it."""

    def __init__(self, roles: Mapping[str, str], key: bytes | None = None, texts: Iterable[str] = ()) -> None:
        self._identities = Identities(dict(roles), frozenset(map(words.bare, texts)))
        self._pseudonyms = Pseudonyms(key)
        self._quiet = Quiet()
        self._before = ReadBefore()
        self._texts: set[str] = set()

    @property
    def key(self) -> bytes:
        """The key of this run's pseudonyms, for its other processes; it may not reach a disk."""
        return self._pseudonyms.key

    @property
    def counts(self) -> Mapping[str, int]:
        """How much was replaced so far, by kind."""
        return dict(self._pseudonyms.counts)

    def redact(self, exchange: Exchange) -> Exchange:
        """The exchange with its facts measured and nobody's data in it; raises StrangerAlarm."""
        screen = Screen(self._identities, self._pseudonyms, inside=unkept.decoded, quiet=self._texts)
        received = exchange.direction is Direction.RECEIVED
        # The words of the suite's own question stay; what the node made up, in questions too, has none that are ours.
        ours = frozenset[str]() if received else words.spoken_in(dict(exchange.given))
        request, asked = self._request(exchange.request, screen, ours, strict=received)
        heard = frozenset[str]() if received or request is None else words.asked(_asked(request))
        response, answered = self._response(exchange.response, screen, ours | heard)
        screen.conclude()
        looked = asked if received else answered
        measured = facts.measure(exchange, looked, self._identities, self._pseudonyms.digest) | _seen(screen)
        measured = _with_others(measured, screen)
        trouble = exchange.trouble
        if trouble is not None:
            trouble = replace(trouble, text=screen.spoken(trouble.text, "the trouble"))
        return replace(
            exchange, request=request, response=response, trouble=trouble, facts={**exchange.facts, **measured}
        )

    def _request(
        self, request: Request | None, screen: Screen, ours: frozenset[str], *, strict: bool
    ) -> tuple[Request | None, Looked]:
        if request is None:
            return None, Looked(body=b"")
        reading = Reading(screen, "the request", Question(ours), quiet=self._quiet)
        half, looked = self._half(request, reading)
        url = reading.addresses.address(request.url, "the address of a call", strict=strict)
        return replace(half, url=url, method=skeleton.name(request.method, reading, "the method of a call")), looked

    def _response(
        self, response: Response | None, screen: Screen, question: frozenset[str]
    ) -> tuple[Response | None, Looked]:
        if response is None:
            return None, Looked(body=b"")
        reading = Reading(
            screen, "the answer", Question(question), telling=response.status >= _ERRORS, quiet=self._quiet
        )
        half, looked = self._half(response, reading)
        return replace(half, reason=words.told(screen.spoken(response.reason, "the reason phrase"))), looked

    def _half(self, message: Half, reading: Reading) -> tuple[Half, Looked]:
        looked = self._before.body(message.header("content-type"), message.body, reading)
        headers = tuple(self._before.field(name, value, reading) for name, value in message.headers)
        return replace(message, headers=headers, body=looked.body), looked


def _asked(request: Request) -> tuple[str, ...]:
    return (request.url, request.body.decode("utf-8", "replace") if len(request.body) < _LONG else "")


_LONG = 100_000
"""A question longer than this is a document; its words are not looked for in the answer."""


def _with_others(measured: dict[str, Json], screen: Screen) -> dict[str, Json]:
    """Fictitious patients that are not of the data set are other patients of whom something was shown."""
    known = measured.get("patients")
    others = [name.removeprefix("bsn-") for name in screen.others.values()]
    return {**measured, "patients": [*known, *others]} if others and isinstance(known, list) else measured


def _seen(screen: Screen) -> dict[str, Json]:
    """What the screen met, as facts: only what there was, so that quiet exchanges stay as they were."""
    found: dict[str, Json] = {}
    if screen.bare:
        found["bare_numbers"] = dict(sorted(screen.bare.items()))
    if screen.odd:
        found["odd_numbers"] = sorted(set(screen.odd))
    return found
