"""Equal bodies: what has one digest is one text, and was kept and measured alike wherever it came."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator

from conformance.model.exchange import Direction, Exchange, Recording, Response
from conformance.model.words import Text
from conformance.recordings.redaction.lists import TELLING

_ERRORS = 400
_ASKED = (*(f'"{name}"'.encode() for name in TELLING), *(f"<{name} ".encode() for name in TELLING), b"bsn-other-")
"""What is kept of these depends on the question, or on what else the exchange shows."""


def unequal(recordings: Iterable[Recording]) -> Iterator[Text]:
    """Bodies of one digest (keyed, made of all their bytes) that were measured or kept otherwise."""
    measured: dict[Hashable, tuple[object, ...]] = {}
    kept: dict[Hashable, bytes] = {}
    for exchange in (one for recording in recordings for one in recording.exchanges):
        digest, said = exchange.facts.get("body_digest"), exchange.response
        if not isinstance(digest, str) or exchange.direction is not Direction.SENT or said is None or not said.size:
            continue
        facts = _of_bytes(said, exchange)
        if measured.setdefault(digest, facts) != facts:
            yield _of(exchange, "anders gemeten", "measured otherwise")
        if _whole(said) and kept.setdefault((digest, said.header("content-type")), said.body) != said.body:
            yield _of(exchange, "anders bewaard", "kept otherwise")


def _of_bytes(said: Response, exchange: Exchange) -> tuple[object, ...]:
    """What comes of the bytes alone, whatever they are called and whoever asked; who is of no data set is numbered in
    each exchange, its question too."""
    patients = exchange.facts.get("patients")
    known = (
        [one for one in patients if not str(one).startswith("other-")]
        if isinstance(patients, list | tuple)
        else patients
    )
    return said.size, exchange.facts.get("body_utf8"), repr(known)


def _whole(said: Response) -> bool:
    return said.status < _ERRORS and not any(word in said.body for word in _ASKED)


def _of(exchange: Exchange, nl: str, en: str) -> Text:
    return Text(
        f"{exchange.id}: dezelfde inhoud is elders {nl}.",
        f"{exchange.id}: the same body was {en} elsewhere.",
    )
