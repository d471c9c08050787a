"""Who is let in: a refusal counts only beside a request that differs in the certificate alone and was answered."""

from __future__ import annotations

from conformance.checks.clock import timed
from conformance.checks.judgement import Undecidable, answer, decidable, fact, judgement, met, require, undecided
from conformance.checks.network.telling import tells_nothing
from conformance.model.exchange import Exchange, Outcome, Response
from conformance.model.words import Text, Triage

REFUSALS = frozenset({"client-certificate-refused", "handshake-refused", "handshake-closed", "connection-reset"})
_NO_SUCH_VERSION = "protocol-version-refused"
REFUSING_STATUSES = frozenset({400, 401, 403, 421, 495, 496})
"""A server may take the connection and refuse each request on it (nginx: 400, 495, 496; RFC 9110 section 15.5.20: 421):
no service either way."""
BUSY = frozenset({429, 503})
"""Statuses that say nothing of who asks (RFC 6585 section 4, RFC 9110 section 15.6.4)."""
TURNED_AWAY = frozenset({403, 495, 496}) | BUSY
"""Statuses that turn away whoever rings; 400 and 401 may be the application's own answer to a bare request."""
AMBIGUOUS = frozenset({401, 403})
"""Statuses that may be about the token, or about who is listed, and not about the certificate."""
HIDDEN = 404
"""A server may so hide from whom it refuses that something is there (RFC 9110 section 15.5.5); it is also what
whoever is let in gets where nothing is."""
UNREACHED = frozenset({"connection-refused", "connect-timeout", "unreachable", "name-unresolved"})


@judgement("refused-beside-control")
def refused_beside_control(refused: Exchange, control: Exchange, other: Exchange) -> Text | None:
    """A request with a wrong certificate gets no service, while the same request with a good one does.

    The token that goes along is that of the good certificate. That it is not the token that was refused shows `other`,
    a request with a good certificate for which it is not meant.
    """
    if refused.given.get("certificate") != "none":
        timed(refused, control)  # a certificate has dates, and so has the list that revokes it
    if refused.outcome is Outcome.NOT_PLAYED:
        raise undecided(refused)
    if refused.response is None:
        _nothing_given(refused)
        _welcome(answer(control), TURNED_AWAY)
        _refused_by_the_node(refused)
        return Text("de verbinding werd geweigerd", "the connection was refused")
    status = refused.response.status
    if not 200 <= status < 300:  # who is served without a good certificate needs no control
        _differs(refused.response, answer(control))
    if 300 <= status < 400:
        tells_nothing(refused, control)
        raise _led_elsewhere(status)
    if status == HIDDEN and answer(control).status < 300:
        tells_nothing(refused, control)
        raise _hidden()
    require(
        status in REFUSING_STATUSES,
        nl=f"verwacht: weigering; gezien: het eindpunt antwoordde met HTTP {status}",
        en=f"expected: refusal; seen: the endpoint answered with HTTP {status}",
    )
    tells_nothing(refused, control)
    _for_the_certificate(refused, status, other)
    return Text(f"elke aanvraag werd geweigerd met HTTP {status}", f"every request was refused with HTTP {status}")


@judgement("refusal-tells-nothing")
def refusal_tells_nothing(refused: Exchange, control: Exchange) -> Text | None:
    """Whoever is refused gets nothing of the application, in whatever way and with whatever status."""
    if refused.outcome is Outcome.NOT_PLAYED:
        raise undecided(refused)
    if refused.response is None:
        _nothing_given(refused)
        answer(control)
        _refused_by_the_node(refused)
        return Text("er kwam niets", "nothing came")
    status, size = refused.response.status, refused.response.size
    require(
        status >= 300 or not size,
        nl=f"verwacht: geen gegevens; gezien: HTTP {status} met {size} bytes",
        en=f"expected: no data; seen: HTTP {status} with {size} bytes",
    )
    tells_nothing(refused, control)
    return Text(f"HTTP {status} vertelde niets", f"HTTP {status} told nothing")


def _hidden() -> Undecidable:
    return Undecidable(
        Text(
            "HTTP 404 geeft niets en kan verbergen wat er is: of dat een weigering is, is niet te zien. "
            "Weiger in de handdruk of met HTTP 403",
            "HTTP 404 gives nothing and may hide what is there: whether that is a refusal can't be seen. "
            "Refuse in the handshake or with HTTP 403",
        ),
        Triage.NODE,
    )


def _led_elsewhere(status: int) -> Undecidable:
    return Undecidable(
        Text(
            f"HTTP {status} geeft niets, maar weigert ook niet: waar de doorverwijzing heen leidt, is niet gevolgd. "
            "Weiger in de handdruk of met HTTP 403",
            f"HTTP {status} gives nothing, and does not refuse either: where the redirect leads was not followed. "
            "Refuse in the handshake or with HTTP 403",
        ),
        Triage.NODE,
    )


def _nothing_given(refused: Exchange) -> None:
    """Application data before an alert are data given; only an answer that began to refuse gave none."""
    if "answer_began" not in refused.facts:
        return
    size = fact(refused, "answer_began")
    status = fact(refused, "answer_status") if "answer_status" in refused.facts else None
    head = f"HTTP {status}, " if status else ""
    require(
        status is not None and status >= 400,
        nl=f"verwacht: weigering; gezien: een antwoord ({head}{size} bytes) voordat de verbinding werd verbroken",
        en=f"expected: refusal; seen: an answer ({head}{size} bytes) before the connection was ended",
    )
    raise undecided(refused)


def _for_the_certificate(refused: Exchange, status: int, other: Exchange) -> None:
    """Whether a refusal over HTTP is about the certificate: a good one, of another, is treated otherwise."""
    carried = refused.request is not None and refused.request.header("authorization")
    if status not in AMBIGUOUS or (refused.given.get("certificate") == "none" and not carried):
        return
    decidable(
        answer(other).status != status,
        nl=f"HTTP {status} kan om het token zijn, of om wie er op de lijst staat: een goed certificaat van een ander "
        "krijgt dit ook. Weiger een verkeerd certificaat in de handdruk, of met een andere status",
        en=f"HTTP {status} may be about the token, or about who is listed: another's good certificate gets it too. "
        "Refuse a wrong certificate in the handshake, or with another status",
        triage=Triage.NODE,
    )


def _welcome(good: Response, turned_away: frozenset[int]) -> None:
    decidable(
        good.status not in turned_away,
        nl=f"ook met een goed certificaat weigert het eindpunt (HTTP {good.status})",
        en=f"the endpoint refuses with a good certificate too (HTTP {good.status})",
        triage=Triage.CONFIGURATION,
    )


def _differs(seen: Response, good: Response) -> None:
    """An answer counts as a refusal only when it is another than whoever shows a good certificate gets."""
    decidable(
        seen.status not in BUSY,
        nl=f"het eindpunt had het te druk (HTTP {seen.status}): of het certificaat uitmaakt, is niet te zien",
        en=f"the endpoint was too busy (HTTP {seen.status}): whether the certificate matters can't be seen",
        triage=Triage.CONNECTION,
    )
    _welcome(good, TURNED_AWAY | {400})
    require(
        not _alike(seen, good),
        nl=f"het eindpunt antwoordt hetzelfde als op een goed certificaat (HTTP {seen.status})",
        en=f"the endpoint answers the same as to a good certificate (HTTP {seen.status})",
    )
    decidable(
        seen.status != good.status or seen.status not in REFUSING_STATUSES,
        nl=f"ook met een goed certificaat komt HTTP {good.status}: of het certificaat uitmaakt, is niet te zien",
        en=f"a good certificate gets HTTP {good.status} too: whether the certificate matters can't be seen",
        triage=Triage.CONFIGURATION,
    )


def _alike(one: Response, other: Response) -> bool:
    return all(
        left == right
        for left, right in (
            (one.status, other.status),
            (one.media_type, other.media_type),
            (one.header("www-authenticate"), other.header("www-authenticate")),
            (one.body, other.body),
            (one.size, other.size),
        )
    )


def _refused_by_the_node(refused: Exchange) -> None:
    trouble = refused.trouble
    # A version that is not spoken lets nobody in; only a knock that asks for one can meet that as a refusal.
    codes = REFUSALS | {_NO_SUCH_VERSION} if refused.given.get("version") else REFUSALS
    if trouble is None or trouble.code not in codes:
        raise undecided(refused)
    met()


@judgement("plain-http-closed")
def plain_http_closed(plain: Exchange, control: Exchange) -> Text | None:
    """A request without TLS gets no service: nothing, an error, or a pointer to the https address."""
    if plain.outcome is Outcome.NOT_PLAYED:
        raise undecided(plain)
    if plain.response is None:
        _nothing_given(plain)
        answer(control)
        if plain.trouble is not None and plain.trouble.code in UNREACHED:
            raise undecided(plain)
        met()
        return Text("onversleuteld HTTP kreeg geen antwoord", "plain HTTP got no answer")
    status = plain.response.status
    onwards = 300 <= status < 400 and plain.response.header("location").lower().startswith("https://")
    require(
        status >= 400 or onwards,
        nl=f"verwacht: geen antwoord of een fout; gezien: HTTP {status} op een onversleutelde aanvraag",
        en=f"expected: no answer or an error; seen: HTTP {status} to an unencrypted request",
    )
    require(
        not _alike(plain.response, answer(control)),
        nl=f"onversleuteld HTTP krijgt hetzelfde antwoord als TLS (HTTP {status})",
        en=f"plain HTTP gets the same answer as TLS (HTTP {status})",
    )
    tells_nothing(plain, control)
    return Text(f"onversleuteld HTTP kreeg alleen HTTP {status}", f"plain HTTP got HTTP {status} only")
