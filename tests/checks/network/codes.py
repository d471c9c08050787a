"""Every status, trouble and alert that a list in the chapter names, and those beside them that it does not."""

from __future__ import annotations

from conformance.model.exchange import Exchange, Rung
from conformance.model.words import Verdict
from tests.checks.making import Case, exchange, response, trouble
from tests.codecs.tls.making import accepting, alert, flight

PASS, FAIL, UNDECIDED = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE
TLS_1_2: dict[str, object] = {"version": "TLSv1.2"}


def answered(status: int) -> Exchange:
    return exchange("x", response(status), given={"certificate": "none"})


def troubled(code: str) -> Exchange:
    return exchange("x", trouble=trouble(code, Rung.PORT))


def probe(answer: bytes) -> Exchange:
    return exchange("tls.probe", given=TLS_1_2, flight=flight(TLS_1_2, answer, closed=False))


def refusal(verdict: Verdict, about: str, refused: Exchange, control: Exchange) -> Case:
    exchanges = {"refused": (refused,), "control": (control,), "other": (WELCOME,)}
    return Case(kind="refused-beside-control", verdict=verdict, about=about, exchanges=exchanges)


def beside(kind: str, verdict: Verdict, about: str, **made: Exchange) -> Case:
    return Case(kind=kind, verdict=verdict, about=about, exchanges={name: (one,) for name, one in made.items()})


TAKEN = probe(accepting("TLSv1.2", 0xC02F))
WELCOME, ALERT = answered(200), troubled("client-certificate-refused")
CODES = [
    *(refusal(PASS, f"HTTP {code}", answered(code), WELCOME) for code in (400, 401, 403, 421, 495, 496)),
    *(
        refusal(FAIL, f"HTTP {code}", answered(code), WELCOME)
        for code in (402, 405, 420, 422, 428, 430, 494, 497, 500, 502, 504)
    ),
    *(refusal(UNDECIDED, f"HTTP {code}", answered(code), WELCOME) for code in (301, 404, 429, 503)),
    *(refusal(UNDECIDED, f"good one gets {code}", ALERT, answered(code)) for code in (403, 429, 495, 496, 503)),
    *(
        refusal(PASS, f"good one gets {code}", ALERT, answered(code))
        for code in (200, 400, 401, 404, 494, 497, 500, 502)
    ),
    *(
        refusal(PASS, code, troubled(code), WELCOME)
        for code in ("client-certificate-refused", "handshake-refused", "handshake-closed", "connection-reset")
    ),
    *(
        refusal(UNDECIDED, code, troubled(code), WELCOME)
        for code in ("connection-refused", "connect-timeout", "protocol-version-refused", "read-timeout")
    ),
    *(
        beside("plain-http-closed", UNDECIDED, code, plain=troubled(code), control=WELCOME)
        for code in ("connection-refused", "connect-timeout", "unreachable", "name-unresolved")
    ),
    *(
        beside("plain-http-closed", PASS, code, plain=troubled(code), control=WELCOME)
        for code in ("read-timeout", "connection-reset")
    ),
    *(
        beside("probe-accepted", FAIL, f"alert {code}", probe=probe(alert(code)), control=probe(alert(80)))
        for code in (40, 70, 71)
    ),
    *(
        beside("probe-accepted", UNDECIDED, f"alert {code}", probe=probe(alert(code)), control=probe(alert(80)))
        for code in (0, 47, 80, 112)
    ),
    *(
        beside("probe-accepted", FAIL, f"alert {code} beside what is taken", probe=probe(alert(code)), control=TAKEN)
        for code in (47, 80)
    ),
]
