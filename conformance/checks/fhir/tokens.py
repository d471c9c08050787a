"""What the token endpoint answers to good and bad client assertions."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from conformance.checks.clock import timed
from conformance.checks.judgement import answer, decidable, in_its_time, judgement, met, require
from conformance.model.agreements import Json
from conformance.model.exchange import Exchange, Response
from conformance.model.words import Text, Triage

BUSY = (429, 503)
"""Statuses that say nothing of the assertion (RFC 6585 section 4, RFC 9110 section 15.6.4)."""

_CODE = re.compile(r"[\x20\x21\x23-\x5b\x5d-\x7e]+")
"""How an error code is written (RFC 6749 section 5.2): any may be, since extensions add to the list."""


def _members(response: Response) -> dict[str, Json]:
    try:
        parsed = json.loads(response.body)
    except (ValueError, RecursionError):
        return {}
    return parsed if isinstance(parsed, dict) else {}


@judgement("token-issued")
def token_issued(exchange: Exchange, *, good: tuple[str, ...]) -> Text | None:
    """A good assertion (of these kinds) is answered with 200, an access token and its type, which is Bearer in any
    case; whatever else is answered with a token has both."""
    if exchange.given.get("assertion") not in good or exchange.given.get("spoiled"):
        return _whole_if_any(exchange)
    timed(exchange)
    response = answer(exchange)
    members = _members(response)
    in_its_time(exchange)
    require(
        response.status == 200,
        nl=f"verwacht: 200; gezien: {response.status} {members.get('error', '')}".rstrip(),
        en=f"expected: 200; seen: {response.status} {members.get('error', '')}".rstrip(),
    )
    return _whole(members)


def _whole_if_any(exchange: Exchange) -> Text | None:
    """Where a token came: whether one had to come is another requirement."""
    members = _members(exchange.response) if exchange.response and exchange.response.status == 200 else {}
    if _TOKEN & members.keys():
        return _whole(members)
    met()
    return Text("geen tokenantwoord", "no token answer")


_TOKEN = frozenset({"access_token", "token_type"})


def _whole(members: Mapping[str, Json]) -> Text:
    lacking = sorted(name for name in _TOKEN if not _text(members.get(name)))
    require(
        not lacking,
        nl=f"ontbreekt of is geen tekst: {', '.join(lacking)}",
        en=f"missing or no text: {', '.join(lacking)}",
    )
    kind = members["token_type"]
    require(
        str(kind).lower() == "bearer",
        nl=f"verwacht: token_type Bearer; gezien: {kind}",
        en=f"expected: token_type Bearer; seen: {kind}",
    )
    return Text(f"token_type {kind}", f"token_type {kind}")


def _text(value: Json) -> bool:
    return isinstance(value, str) and bool(value)


@judgement("token-members")
def token_members(exchange: Exchange) -> Text | None:
    """What a token answer says beside the token has the form that OAuth gives it; nothing of it need be said."""
    response = answer(exchange)
    members = _members(response)
    came = response.status == 200 and members.get("access_token")
    if not came:
        timed(exchange)  # whether an assertion is taken hangs on its times
    decidable(
        came,
        nl=f"er kwam geen token (HTTP {response.status})",
        en=f"no token came (HTTP {response.status})",
        triage=Triage.CONFIGURATION,
    )
    require(
        response.media_type == "application/json",
        nl=f"verwacht: application/json; gezien: {response.media_type or '-'}",
        en=f"expected: application/json; seen: {response.media_type or '-'}",
    )
    lasts = members.get("expires_in")
    require(
        lasts is None or _seconds(lasts),
        nl=f"verwacht: expires_in als getal van hele seconden; gezien: {json.dumps(lasts)}",
        en=f"expected: expires_in as a number of whole seconds; seen: {json.dumps(lasts)}",
    )
    odd = [name for name in ("scope", "refresh_token") if not isinstance(members.get(name) or "", str)]
    require(not odd, nl=f"geen tekst: {', '.join(odd)}", en=f"no text: {', '.join(odd)}")
    return Text(f"expires_in {json.dumps(lasts)}", f"expires_in {json.dumps(lasts)}")


def _seconds(value: Json) -> bool:
    """Whether a value is one or more digits (RFC 6749 appendix A.14) as a JSON number, however that writes them."""
    whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return whole and not isinstance(value, bool) and value >= 0


@judgement("token-refused")
def token_refused(refused: Exchange, before: Exchange, after: Exchange) -> Text | None:
    """A bad assertion gets no token, while a good one does, before and after it."""
    timed(refused, before, after)  # an assertion has a time of issue and an end
    _issued(before)
    _issued(after, nl=" na de verkeerde", en=" after the wrong ones")
    _refused(refused)
    return Text(f"geweigerd met {answer(refused).status}", f"refused with {answer(refused).status}")


def _issued(good: Exchange, *, nl: str = "", en: str = "") -> None:
    """A good assertion yielded a token, at a moment that is told when it did not."""
    response = answer(good)
    decidable(
        response.status == 200 and _members(response).get("access_token"),
        nl=f"ook een goede assertion kreeg{nl} geen token (HTTP {response.status}), dus een weigering zegt niets",
        en=f"a good assertion got no token{en} either (HTTP {response.status}), so a refusal says nothing",
        triage=Triage.CONFIGURATION,
    )


def _refused(refused: Exchange) -> None:
    response = answer(refused)
    decidable(
        response.status not in BUSY,
        nl=f"het tokeneindpunt had het te druk (HTTP {response.status})",
        en=f"the token endpoint was too busy (HTTP {response.status})",
        triage=Triage.CONNECTION,
    )
    require(
        response.status in (400, 401, 403) and not _members(response).get("access_token"),
        nl=f"verwacht: 400 of 401 zonder token; gezien: {response.status}",
        en=f"expected: 400 or 401 without a token; seen: {response.status}",
    )


@judgement("replay-refused")
def replay_refused(presentations: tuple[Exchange, ...]) -> Text | None:
    """A name that yielded a token once yields none when it is shown again, after others that yielded one too."""
    decidable(
        len(presentations) >= 2,
        nl="de assertion is niet twee keer getoond",
        en="the assertion was not shown twice",
        triage=Triage.SUITE,
    )
    *good, again = presentations
    timed(*presentations)
    for one in good:
        _issued(one)
    _refused(again)
    return Text("alleen de eerste keer een token", "a token the first time only")


@judgement("oauth-error")
def oauth_error(exchange: Exchange) -> Text | None:
    """A refusal is 400 or 401 with JSON that names the error in a text."""
    response = answer(exchange)
    decidable(
        response.status >= 400,
        nl="de aanvraag werd niet geweigerd",
        en="the request was not refused",
        triage=Triage.NODE,
    )
    in_its_time(exchange)
    error = _members(response).get("error")
    seen = f"{response.status}, {response.media_type or '-'}, {json.dumps(error) if error else '-'}"
    named = isinstance(error, str) and _CODE.fullmatch(error)
    require(
        response.status in (400, 401) and response.media_type == "application/json" and named,
        nl=f"verwacht: 400/401, JSON met 'error' als tekst; gezien: {seen}",
        en=f"expected: 400/401, JSON with 'error' as a text; seen: {seen}",
    )
    return Text(f"error: {error}", f"error: {error}")
