"""What a recording says twice: facts measured again from what was kept, and those that differ.

Only contradictions are told that an honest run cannot have. The classification of all facts is `model.facts`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, TypeGuard

from conformance.codecs.imagefacts import measurable, measure
from conformance.model.exchange import Direction, Exchange, Recording
from conformance.model.words import RunState, Text
from conformance.recordings.facts import elsewhere, of_node
from conformance.recordings.identifiers import counted
from conformance.recordings.probes import probe_agrees
from conformance.recordings.typed import IllTypedError, count
from conformance.validation.chains import Chain, chains
from conformance.validation.x509 import MalformedCertificateError, read, validity

CONNECT, CALLS, TOKEN = "tls.connect", "counterpart.calls", "oauth.token"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """A fact of an exchange (by its id) that is not what the recording shows, and why."""

    exchange: str
    fact: str
    text: Text


Found = tuple[str, Text]


def contradictions(exchange: Exchange, roots: bytes) -> tuple[Contradiction, ...]:
    """Where an exchange contradicts itself or the roots (PEM, empty for the system's own) that the run believed."""
    found = (
        *_probe(exchange),
        *_chain(exchange, roots),
        *_dated(exchange),
        *_body(exchange),
        *_numbers(exchange),
        *_image(exchange),
        *_numbered(exchange),
    )
    return tuple(Contradiction(exchange=exchange.id, fact=fact, text=text) for fact, text in found)


def of_recording(recording: Recording, roots: bytes) -> tuple[Contradiction, ...]:
    """The same of all exchanges, and between them: calls that were counted and calls that are there."""
    found = [one for exchange in recording.exchanges for one in contradictions(exchange, roots)]
    for exchange in recording.exchanges:
        found += [
            Contradiction(exchange=exchange.id, fact=fact, text=text) for fact, text in _counted(exchange, recording)
        ]
    return tuple(found)


def _probe(exchange: Exchange) -> Iterator[Found]:
    problem = probe_agrees(exchange)
    if problem is not None:
        yield "flight", problem


def _chain(exchange: Exchange, roots: bytes) -> Iterator[Found]:
    """A handshake without a trouble was believed, and what was believed leads to a root.

    The other way round nothing is told: behind one address may stand several servers, and the chain that was refused
    need not be the one that was shown at the next look.
    """
    said, tls = exchange.facts.get("chain_verified"), exchange.tls
    if exchange.operation != CONNECT or tls is None or said is None:
        return
    if exchange.trouble is None and said is not True:
        yield "chain_verified", Text("een gelukte handdruk is geloofd", "a handshake that succeeded was believed")
    if said is True and chains(tls.peer, roots) is Chain.NOT:
        yield "chain_verified", Text("de keten eindigt niet bij een wortel", "the chain does not end at a root")


def _dated(exchange: Exchange) -> Iterator[Found]:
    """What was answered over TLS came from a certificate that was valid then, or a request is never made.

    A connection may outlive its certificate, a clock that jumped tells nothing, and a look at the certificate alone
    believes one of any date.
    """
    tls = exchange.tls
    answered = exchange.direction is Direction.SENT and exchange.response is not None and exchange.operation != CONNECT
    if not answered or tls is None or not tls.peer or "clock_jump_s" in exchange.facts:
        return
    begin, end = _valid(tls.peer[0])
    if not begin - _LIVES <= datetime.fromisoformat(exchange.started) <= end + _LIVES:
        yield "started", Text("het servercertificaat gold toen niet", "the server's certificate was not valid then")


_LIVES = timedelta(days=1)
_ALWAYS = datetime(2, 1, 1, tzinfo=UTC), datetime(9998, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=256)
def _valid(der: bytes) -> tuple[datetime, datetime]:
    """From when to when a certificate is valid, as far as that can be read."""
    try:
        begin, end = validity(read(der))
    except (MalformedCertificateError, ValueError):
        return _ALWAYS
    return max(begin, _ALWAYS[0]), min(end, _ALWAYS[1])


def _numbers(exchange: Exchange) -> Iterator[Found]:
    """A number of the data set that stood in an address stands there as what took its place."""
    url = exchange.request.url if exchange.request is not None else ""
    asked = exchange.direction is Direction.SENT and exchange.facts.get("bsn_in_url") is True
    if asked and not any(sign in url for sign in _STAND_INS):
        yield "bsn_in_url", Text("het adres toont geen nummer", "the address shows no number")
    location = exchange.response.header("location") if exchange.response is not None else ""
    if exchange.facts.get("bsn_in_location") is True and not any(sign in location for sign in _STAND_INS):
        yield "bsn_in_location", Text("Location toont geen nummer", "Location shows no number")


_STAND_INS = ("bsn-", "token-")
"""How what takes the place of a number begins, also of one that was sent as a secret."""


def _body(exchange: Exchange) -> Iterator[Found]:
    message, facts = of_node(exchange), exchange.facts
    if message is None or "body_size" not in facts:
        return
    if facts["body_size"] != message.size:
        yield "body_size", Text(f"ontvangen: {message.size} bytes", f"received: {message.size} bytes")
    if message.body and (facts.get("body_withheld") or not message.size):
        yield "body_withheld", Text("er is wel een inhoud bewaard", "a body was kept all the same")
    if facts.get("body_problem") and not facts.get("body_withheld"):
        yield "body_problem", Text("een onleesbare inhoud is bewaard", "an unreadable body was kept")
    yield from counted(exchange, message)
    if "redirect_elsewhere" in facts and facts["redirect_elsewhere"] != elsewhere(exchange):
        yield "redirect_elsewhere", Text("de adressen zeggen iets anders", "the addresses say otherwise")


def _image(exchange: Exchange) -> Iterator[Found]:
    message, facts = of_node(exchange), exchange.facts
    sizes = facts.get("part_sizes")
    if message is None or not measurable(message.header("content-type")) or not message.size:
        return
    if sizes is None and not message.body:  # it was not read at all: too large, or too much work
        return
    if not _lengths(sizes) or sum(sizes) > message.size:
        yield "part_sizes", Text("de onderdelen zijn samen langer dan de inhoud", "the parts are longer than the body")
        return
    if "multipart" in facts:  # the envelope is not kept, so nothing is to be compared
        return
    parts = measure(message.header("content-type"), message.body)["parts"]
    if len(parts) != len(sizes):
        yield "part_sizes", Text(f"bewaard: {len(parts)} onderdelen", f"kept: {len(parts)} parts")
        return
    yield from _parts(parts, sizes, facts)


def _parts(parts: Sequence[Mapping[str, Any]], sizes: Sequence[int], facts: Mapping[str, Any]) -> Iterator[Found]:
    for name in ("pixels", "pictures", "frames", "frames_shown", "unlike", "parts"):
        held = facts.get(name)
        if held is None:
            continue
        if not isinstance(held, list | tuple) or len(held) != len(sizes):
            yield name, Text("past niet bij de onderdelen", "does not fit the parts")
            return
        if name == "parts" and any(one and part["size"] for one, part in zip(held, parts, strict=True)):
            yield name, Text("dit onderdeel is wel bewaard", "this part was kept all the same")


def _lengths(sizes: object) -> TypeGuard[Sequence[int]]:
    return isinstance(sizes, list | tuple) and all(isinstance(size, int) and size >= 0 for size in sizes)


def _numbered(exchange: Exchange) -> Iterator[Found]:
    number = exchange.facts.get("presentation")
    if exchange.operation == TOKEN and number is not None and number != exchange.number:
        yield "presentation", Text(f"uitwisseling {exchange.number}", f"exchange {exchange.number}")


def _counted(exchange: Exchange, recording: Recording) -> Iterator[Found]:
    """A waiting step counts the calls that are recorded behind it; of a stopped one some may be missing."""
    if exchange.operation != CALLS or "calls" not in exchange.facts:
        return
    arrived = [other for other in recording.exchanges if other.step == exchange.step and other.number > exchange.number]
    counts = Counter(other.operation for other in arrived)
    if recording.state is RunState.ABORTED and len(arrived) < _number(exchange.facts["calls"]):
        return
    if not _plausible(exchange.facts, len(arrived)):
        yield "knocks", Text("zo klopt niemand aan", "nobody knocks so")
    if exchange.facts["calls"] != len(arrived):
        yield "calls", Text(f"opgenomen: {len(arrived)}", f"recorded: {len(arrived)}")
    if exchange.facts.get("operations") != dict(counts):
        yield "operations", Text(f"opgenomen: {dict(counts)}", f"recorded: {dict(counts)}")


def _plausible(facts: Mapping[str, Any], arrived: int) -> bool:
    """Whether so many may have knocked and lingered: who calls has knocked, and where one called nobody lingers."""
    knocks, lingering = facts.get("knocks", arrived), facts.get("lingering", 0)
    try:
        count(knocks, "knocks", least=min(arrived, 1))
        count(facts.get("in_clear", 0), "in_clear")
        count(lingering, "lingering", most=0 if arrived else knocks)
    except IllTypedError:
        return False
    return True


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
