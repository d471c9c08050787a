"""Every status that a list in the chapter names, and those beside them that it does not."""

from __future__ import annotations

from typing import Any

from conformance.model.exchange import Exchange
from conformance.model.words import Verdict
from tests.checks.fhir import strangers
from tests.checks.making import Case, exchange, response

PASS, FAIL, UNDECIDED = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE
CONDITION = {"resourceType": "Condition", "id": "c1"}
FOUND = {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": CONDITION, "search": {"mode": "match"}}]}
SERVED = exchange("fhir.search", response(200, FOUND))
ISSUED = exchange("oauth.token", response(200, {"access_token": "x", "token_type": "Bearer"}))


def saying(status: int) -> Exchange:
    return exchange("fhir.ask", response(status))


def refusing(status: int) -> Exchange:
    """A refusal of the token endpoint as OAuth has it."""
    return exchange("oauth.token", response(status, '{"error": "invalid_client"}', content_type="application/json"))


def beside(kind: str, verdict: Verdict, status: int, **made: Exchange) -> Case:
    exchanges = {name: (one,) for name, one in made.items()}
    return Case(kind=kind, verdict=verdict, about=f"HTTP {status}", exchanges=exchanges)


def otherwise(verdict: Verdict, status: int) -> Case:
    return beside("nothing-by-another-way", verdict, status, unguarded=saying(status), control=SERVED)


def token(verdict: Verdict, status: int) -> Case:
    return beside("token-refused", verdict, status, refused=refusing(status), before=ISSUED, after=ISSUED)


FOUND_IN_XML = b'<Bundle xmlns="http://hl7.org/fhir"><type value="searchset"/></Bundle>'
JSON = ("application/fhir+json", "application/json+fhir", "application/json", "text/json")
XML = ("application/fhir+xml", "application/xml+fhir", "application/xml", "text/xml")


def typed(verdict: Verdict, media_type: str, body: dict[str, Any] | bytes) -> Case:
    exchanges = {"exchange": (exchange("fhir.search", response(200, body, content_type=media_type)),)}
    return Case(kind="search-gives-bundle", verdict=verdict, about=media_type, exchanges=exchanges)


CODES = [
    *(typed(PASS, media_type, FOUND) for media_type in JSON),
    *(typed(PASS, media_type, FOUND_IN_XML) for media_type in XML),
    *(typed(FAIL, media_type, FOUND) for media_type in ("text/plain", "application/ld+json", "application/fhir")),
    *(otherwise(UNDECIDED, status) for status in (408, 429, 500, 502, 503, 504)),
    *(otherwise(PASS, status) for status in (204, 301, 400, 403, 404, 405, 407, 409, 428, 430, 499, 501, 505)),
    *(strangers.unknown(UNDECIDED, f"HTTP {status}", response(status)) for status in (301, 401, 408, 429, 500, 502)),
    *(
        strangers.unknown(PASS, f"HTTP {status}", response(status))
        for status in (400, 402, 403, 404, 407, 409, 410, 428, 430, 499, 501)
    ),
    *(token(PASS, status) for status in (400, 401, 403)),
    *(token(FAIL, status) for status in (201, 302, 402, 404, 428, 430, 500, 502, 504)),
    *(token(UNDECIDED, status) for status in (429, 503)),
    *(beside("oauth-error", PASS, status, exchange=refusing(status)) for status in (400, 401)),
    *(beside("oauth-error", FAIL, status, exchange=refusing(status)) for status in (402, 403, 404, 500, 503)),
    *(beside("oauth-error", UNDECIDED, status, exchange=refusing(status)) for status in (200, 302, 399, 429)),
]
