"""Whether two exchanges are alike is told without making either bare, and told the same."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

from conformance.model.exchange import Exchange, Outcome, Request, Response
from conformance.upkeep.kills.faithful import alike, bare
from tests.recordings.making import exchange

TOKENS = ("eyJhIjoxfQ.eyJiIjoxfQ.c2ln", "eyJhIjoyfQ.eyJiIjoyfQ.c2lo")


def asking(url: str = "https://x/a", body: bytes = b"", token: str = TOKENS[0], **fields: str) -> Request:
    headers = (("authorization", f"Bearer {token}"), ("content-length", str(len(body))), *fields.items())
    return Request(method="POST", url=url, headers=headers, body=body, size=len(body))


def telling(body: bytes = b"{}", status: int = 200, **fields: str) -> Response:
    return Response(status=status, reason="OK", headers=(*fields.items(),), body=body, size=len(body))


REQUESTS = (
    None,
    *(asking(token=token) for token in TOKENS),
    *(asking(body=f"assertion={token}&a=1".encode()) for token in (*TOKENS, f"{TOKENS[0]}longer", "none")),
    asking(url=f"https://x/a?token={TOKENS[1]}"),
    asking(url="https://x/b"),
    asking(body=b"\xff"),
    asking(accept="x"),
)
RESPONSES = (
    None,
    telling(date="now"),
    telling(date="later"),
    telling(etag="1"),
    telling(status=404),
    *(telling(f'{{"access_token": "{token}"}}'.encode()) for token in TOKENS),
    telling(b"\xff"),
)
WHOLE = exchange()
EXCHANGES: tuple[Exchange, ...] = (
    *(replace(WHOLE, request=one) for one in REQUESTS),
    *(replace(WHOLE, response=one) for one in RESPONSES),
    replace(WHOLE, started="2027-01-01T00:00:00.000Z", duration_ms=9),
    replace(WHOLE, outcome=Outcome.NO_ANSWER),
    replace(WHOLE, facts={"calls": 1}),
    replace(WHOLE, given={"path": "x"}),
)


def test_alike_is_what_is_equal_when_bare() -> None:
    for one, other in product(EXCHANGES, EXCHANGES):
        same = bare(one) == bare(other)
        assert alike(one, other) is same, (one, other)
        assert alike(one, bare(other)) is same, (one, other)
