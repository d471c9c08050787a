"""What `wire` makes of an answer is what a client reads of it over a socket."""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.model.node import Politeness, Trust
from conformance.protocols.client import Asked, HttpClient, outgoing
from conformance.simulators.http import Answer, Call
from conformance.simulators.server import serve
from conformance.upkeep.kills.faithful import undated
from conformance.upkeep.kills.wire import FRAMING, NotPlainError, call_of, response_of

NAMES = st.sampled_from(["Content-Type", "ETag", "Allow", "WWW-Authenticate", "X-Own", "x-own", "Cache-Control"])
VALUES = st.text(string.ascii_letters + string.digits + " =;,/\"'", max_size=12)
STATUSES = st.sampled_from([200, 201, 202, 204, 206, 301, 304, 400, 401, 403, 404, 405, 406, 413, 429, 500, 503])
ANSWERS = st.builds(Answer, STATUSES, st.lists(st.tuples(NAMES, VALUES), max_size=5).map(tuple), st.binary(max_size=40))
SEGMENTS = st.text(string.ascii_letters + string.digits + "$_-.~|:, é%+", max_size=8)
PAIRS = st.lists(st.tuples(st.sampled_from(["a", "b-c", "_id", "d"]), SEGMENTS), max_size=4)


class Echo:
    """A server on loopback that gives one answer and keeps the call."""

    def __init__(self) -> None:
        self.answer, self.calls = Answer(200), list[Call]()
        self.server = serve(self._handle, tls=None)
        self.client = HttpClient(Trust(), Politeness(rate_per_s=1000))

    def _handle(self, call: Call) -> Answer:
        self.calls.append(call)
        return self.answer


@pytest.fixture(scope="module")
def echo() -> Iterator[Echo]:
    running = Echo()
    yield running
    running.client.close()
    running.server.stop()


@given(answer=ANSWERS)
def test_an_answer_is_read_as_over_a_socket(echo: Echo, answer: Answer) -> None:
    echo.answer = answer
    observed = echo.client.call(Asked(method="GET", url=f"{echo.server.url}/x", headers={}))
    assert undated(response_of(answer)) == undated(observed.response)


@given(path=st.lists(SEGMENTS, max_size=3), pairs=PAIRS, method=st.sampled_from(["GET", "POST", "DELETE"]))
def test_a_call_arrives_as_over_a_socket(
    echo: Echo, path: list[str], pairs: list[tuple[str, str]], method: str
) -> None:
    echo.answer = Answer(200)
    url = f"{echo.server.url}/x{'/'.join(path)}?{'&'.join(f'{name}={value}' for name, value in pairs)}"
    asked = Asked(method=method, url=url, headers={"Accept": "a/b"}, body=b"c=d" if method == "POST" else b"")
    echo.client.call(asked)
    arrived = echo.calls[-1]
    made = call_of(outgoing(asked), None, "")
    assert dict(made.headers).items() <= dict(arrived.headers).items()
    assert replace(made, headers={}) == replace(arrived, headers={})


@pytest.mark.parametrize("name", sorted(FRAMING))
def test_an_answer_that_frames_itself_is_left_to_sockets(name: str) -> None:
    with pytest.raises(NotPlainError, match=name):
        response_of(Answer(200, ((name, "1"),)))


@pytest.mark.parametrize("status", [100, 299, 1000])
def test_an_odd_status_is_left_to_sockets(status: int) -> None:
    with pytest.raises(NotPlainError):
        response_of(Answer(status))
