"""Whether an exchange can have been written by a run: its values, its facts, its clock, and whose secrets it shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from conformance.model.exchange import Direction, Exchange, Outcome, Recording, TlsSession
from conformance.model.facts import RECOMPUTED, SEEN
from conformance.model.words import Text
from conformance.recordings.facts import of_node
from conformance.recordings.ladder import PREFLIGHT
from conformance.recordings.redaction.headers import unredacted
from conformance.recordings.typed import IllTypedError, count, moment

JUMP_S, SLACK_S = 2, 3
"""A smaller jump of the clock is none; and what lies between a jump and its being seen."""

_MOST_S = 4_000_000_000
"""From the oldest clock to the newest: more is no jump."""
_MOST_MS = 1_000_000_000

_OF_BODY = {
    "body_digest", "body_size", "body_utf8", "body_problem", "body_withheld",
    "bsn_seen", "bsn_valid", "bsn_in_links", "patients",
}  # fmt: skip
_OF_ANSWER = {"bsn_in_location", "redirect_elsewhere", "told_of"}
_OF_WAITING = {"calls", "operations", "knocks", "in_clear", "lingering"}
_WAITING = "counterpart.calls"
_STRANGER = "stranger"
_LENGTH = re.compile(r"[0-9]{1,8}")
"""A longer one may have been masked as a number of nine digits."""
_SUITE = re.compile(r"[A-Z0-9_-]{3,60}")
_AUTHENTICATED = re.compile("GCM|CCM|POLY1305|SHA256|SHA384")
_VERSIONS = {"", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"}


def implausible(recording: Recording, run: str) -> Iterator[Text]:
    """What in a recording no run of any build writes."""
    if recording.run != run:
        yield Text(
            f"recordings/{recording.scenario}.json: is van een andere run ({recording.run or '-'}).",
            f"recordings/{recording.scenario}.json: is of another run ({recording.run or '-'}).",
        )
    for exchange in recording.exchanges:
        if exchange.run != run:
            yield _of(exchange, "is van een andere run", "is of another run")
        yield from _values(exchange)
    yield from _clock(recording.exchanges)


def assertions(recordings: Iterable[Recording]) -> Iterator[Text]:
    """One client assertion under two steps: each is made for one, but for the one that is shown twice on purpose."""
    shown: dict[str, str] = {}
    for recording in recordings:
        for exchange in recording.exchanges:
            if exchange.request is None:
                continue
            place = f"{exchange.scenario}/{exchange.step}"
            said = exchange.request.body.decode("utf-8", "replace").partition("client_assertion=")[2].partition("&")[0]
            if said and shown.setdefault(said, place) != place:
                yield _of(exchange, f"dezelfde verklaring als {shown[said]}", f"the same assertion as {shown[said]}")


def _values(exchange: Exchange) -> Iterator[Text]:
    try:
        moment(exchange.started, "started")
        count(exchange.duration_ms, "duration_ms", most=_MOST_MS)
        count(exchange.number, "number", 1)
        for half in (exchange.request, exchange.response):
            if half is not None:
                count(half.size, "size")
        if exchange.response is not None:
            count(exchange.response.status, "status", 100, 999)
    except IllTypedError as problem:
        yield Text(
            f"{exchange.id}: {problem} (geen run schrijft dit).", f"{exchange.id}: {problem} (no run writes this)."
        )
    if exchange.tls is not None and not _agreed(exchange.tls):
        yield _of(exchange, "een TLS-sessie die niet bestaat", "a TLS session that does not exist")
    if _cut_short(exchange):
        yield _of(exchange, "een andere lengte dan de kop noemt", "another length than its header says")
    asked = exchange.request.url if exchange.request is not None else ""
    if exchange.direction is Direction.SENT and asked.startswith("https:") and exchange.response and not exchange.tls:
        yield _of(exchange, "een antwoord over https zonder TLS", "an answer over https without TLS")
    yield from _answer(exchange)
    halves = [half for half in (exchange.request, exchange.response) if half is not None]
    if any(name != name.lower() or "\r" in value or "\n" in value for half in halves for name, value in half.headers):
        yield _of(exchange, "een kopregel die niemand zo ontvangt", "a header field that nobody receives so")


def _answer(exchange: Exchange) -> Iterator[Text]:
    """An answer that no server gives and no client reads."""
    answer = exchange.response
    if exchange.direction is not Direction.SENT or exchange.outcome is not Outcome.ANSWERED or answer is None:
        return
    if exchange.tls is not None and not exchange.tls.peer:
        yield _of(exchange, "een server zonder certificaat", "a server without a certificate")
    if _bodiless(answer.status) and answer.size:
        yield _of(exchange, "een inhoud bij een status zonder", "a body with a status that has none")


def _agreed(session: TlsSession) -> bool:
    """Whether a version has such suites, as OpenSSL names them: those of 1.3 are its own, and before 1.2 there were no
    ciphers that authenticate."""
    version, suite = session.version, session.cipher
    if version not in _VERSIONS or not (version and suite):
        return version in _VERSIONS
    if _SUITE.fullmatch(suite) is None or suite.startswith("TLS_") != (version == "TLSv1.3"):
        return False
    return version in ("TLSv1.2", "TLSv1.3") or _AUTHENTICATED.search(suite) is None


def _cut_short(exchange: Exchange) -> bool:
    """Whether an answer that came whole is not as long as it said; of a packed one the size is that of its content."""
    answer = exchange.response
    if exchange.direction is not Direction.SENT or exchange.outcome is not Outcome.ANSWERED or answer is None:
        return False
    said = [value for name, value in answer.headers if name == "content-length"]
    framed = any(name in ("transfer-encoding", "content-encoding") for name, _ in answer.headers)
    if framed or len(said) != 1 or not _LENGTH.fullmatch(said[0]) or _bodiless(answer.status):
        return False
    return int(said[0]) != answer.size


def _bodiless(status: int) -> bool:
    """Whether an answer has no body, whatever length it names (RFC 9110 section 6.4.1)."""
    return status < 200 or status in (204, 304)


def unmeasured(exchange: Exchange) -> Iterator[Text]:
    """Facts that this build does not measure of such an exchange, and those it measures that are not there."""
    known = {*RECOMPUTED, *SEEN}
    if foreign := sorted(set(exchange.facts) - known):
        yield _of(exchange, f"feiten die niemand meet: {foreign}", f"facts that nobody measures: {foreign}")
    if exchange.trouble is not None and exchange.trouble.code == _STRANGER:
        return
    wanted = {"facts_version"}
    if exchange.request is not None:
        wanted |= {"bsn_in_url"}
    if of_node(exchange) is not None:
        wanted |= _OF_BODY
        if exchange.response is not None:
            wanted |= _OF_ANSWER
    waited = exchange.operation == _WAITING and exchange.outcome is Outcome.ANSWERED
    if waited:
        wanted |= _OF_WAITING
    elif counted := sorted(_OF_WAITING & set(exchange.facts)):
        yield _of(exchange, f"{counted} horen alleen bij het wachten", f"{counted} belong to waiting alone")
    if lacking := sorted(wanted - set(exchange.facts)):
        yield _of(exchange, f"zonder de feiten {lacking}", f"without the facts {lacking}")
    if ("ladder" in exchange.facts) != (exchange.scenario == PREFLIGHT):
        yield _of(exchange, "een trede van de verkenning hoort alleen daar", "a rung belongs to the preflight alone")


def unkept(exchange: Exchange) -> Iterator[Text]:
    """Header fields with a value that this build's redaction replaces."""
    halves = [half for half in (exchange.request, exchange.response) if half is not None]
    if told := sorted({name for half in halves for name, value in half.headers if unredacted(name, value)}):
        yield _of(exchange, f"kopregels die zo niet bewaard worden: {told}", f"header fields not kept so: {told}")


def _clock(exchanges: Sequence[Exchange]) -> Iterator[Text]:
    """A jump is seen in every exchange after it, never grows smaller, and moves the times by as much."""
    for exchange in exchanges:
        jump = exchange.facts.get("clock_jump_s")
        if "clock_jump_s" in exchange.facts and not (isinstance(jump, int) and JUMP_S <= abs(jump) <= _MOST_S):
            yield _of(exchange, "een sprong van de klok die er geen is", "a jump of the clock that is none")
    sent = [exchange for exchange in exchanges if exchange.direction is Direction.SENT]
    for earlier, later in pairwise(sent):
        before, after = _jump(earlier.facts), _jump(later.facts)
        if abs(after) < abs(before):
            yield _of(later, "de sprong van de klok is vergeten", "the jump of the clock was forgotten")
        elif (
            before == 0 < after and _gap_s(earlier, later) < after - SLACK_S and not later.facts.get("clock_jumped_now")
        ):
            yield _of(later, "de tijden tonen de sprong van de klok niet", "the times do not show the clock's jump")


def set_back_s(exchanges: Iterable[Exchange]) -> int:
    """By how many seconds times may run backwards in these; 0 when the machine's clock did not jump.

    A clock that jumped may be set right again, by as much, and only the largest jump is known.
    """
    return min(2 * max((abs(_jump(exchange.facts)) for exchange in exchanges), default=0), _MOST_S)


def _jump(facts: Mapping[str, object]) -> int:
    jump = facts.get("clock_jump_s")
    return jump if isinstance(jump, int) else 0


def _gap_s(earlier: Exchange, later: Exchange) -> float:
    end = datetime.fromisoformat(earlier.started) + timedelta(milliseconds=earlier.duration_ms)
    return (datetime.fromisoformat(later.started) - end).total_seconds()


def _of(exchange: Exchange, nl: str, en: str) -> Text:
    return Text(f"{exchange.id}: {nl}.", f"{exchange.id}: {en}.")
