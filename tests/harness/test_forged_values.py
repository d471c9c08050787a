"""Values that no run writes, or not beside each other: each is forged, sealed again, and refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest

from conformance.harness.opened import RefusedError
from conformance.harness.rejudging import Standing, rejudge
from tests.tampering.forging import Forger, Parts

Forgery = Callable[[Parts], None]
pytestmark = pytest.mark.usefixtures("remembered")


def answered(parts: Parts) -> dict[str, Any]:
    """An exchange with an answer over TLS, about a patient, of a body that came once."""
    came = Counter(one["facts"].get("body_digest") for one in parts.exchanges())
    about = (one for one in parts.recordings["edges"]["exchanges"] if one["response"] and one["facts"]["patients"])
    return next(one for one in about if came[one["facts"]["body_digest"]] == 1)


def fact(name: str, value: object) -> Forgery:
    def forge(parts: Parts) -> None:
        answered(parts)["facts"][name] = value

    return forge


def session(**members: str) -> Forgery:
    return lambda parts: answered(parts)["tls"].update(members)


def header(name: str, value: str) -> Forgery:
    def forge(parts: Parts) -> None:
        for field in answered(parts)["request"]["headers"]:
            if field[0] == name:
                field[1] = value

    return forge


def answer_header(name: str, value: str) -> Forgery:
    def forge(parts: Parts) -> None:
        fields = answered(parts)["response"]["headers"]
        fields[:] = [field for field in fields if field[0] != name] + [[name, value]]

    return forge


def without_date(parts: Parts) -> None:
    fields = answered(parts)["response"]["headers"]
    fields[:] = [field for field in fields if field[0] != "date"]


def another_length(parts: Parts) -> None:
    exchange = answered(parts)
    exchange["response"]["size"] += 7
    exchange["facts"]["body_size"] += 7


def another_length_in_the_header(parts: Parts) -> None:
    for field in answered(parts)["response"]["headers"]:
        if field[0] == "content-length":
            field[1] = "3"


def a_number_for_a_truth_value(parts: Parts) -> None:
    exchange = next(one for one in parts.exchanges() if True in one["given"].values())
    exchange["given"] = {name: 1 if value is True else value for name, value in exchange["given"].items()}


def a_header_that_nobody_sent(parts: Parts) -> None:
    answered(parts)["request"]["headers"].append(["x-test", "1"])


def a_header_left_out(parts: Parts) -> None:
    request = answered(parts)["request"]
    request["headers"] = [field for field in request["headers"] if field[0] != "accept-encoding"]


def a_fragment(parts: Parts) -> None:
    answered(parts)["request"]["url"] += "#certified"


def named(name: str) -> Forgery:
    def forge(parts: Parts) -> None:
        parts.run["id"] = name
        for document in (*parts.recordings.values(), *parts.exchanges()):
            document["run"] = name

    return forge


EVERY: dict[str, Forgery] = {
    "an older version with a newer suite": session(version="TLSv1.2"),
    "a newer version with an older suite": session(cipher="ECDHE-RSA-AES128-SHA"),
    "an old version with a suite that came later": session(version="TLSv1", cipher="ECDHE-RSA-AES128-GCM-SHA256"),
    "a suite of nobody": session(version="TLSv1.2", cipher="certified by Twiin"),
    "a text for a truth value": fact("body_utf8", "yes"),
    "a truth value for a number": fact("bsn_seen", True),
    "fewer than none": fact("bsn_seen", -4),
    "more valid ones than there are": fact("bsn_valid", 1_000),
    "a text for a list": fact("patients", "anna"),
    "more than the body has values": fact("bsn_seen", 90),
    "an unlisted field with its value": answer_header("server", "Certified/1.0"),
    "a cookie that stayed": answer_header("set-cookie", "session=abc"),
    "words for a moment": answer_header("last-modified", "just now"),
    "words for a number": answer_header("age", "young"),
    "words in a challenge": answer_header("www-authenticate", 'Bearer realm="certified"'),
    "a patient of nobody": fact("patients", ["zorro"]),
    "told of nobody": fact("told_of", ["zorro"]),
    "a patient twice": fact("patients", ["anna", "anna"]),
    "a digest that is none": fact("body_digest", "certified"),
    "a secret that stayed": header("authorization", "Bearer a-real-secret"),
    "another kind of credentials": header("authorization", f"Basic token-{'0' * 16}"),
    "another length": another_length,
    "another length in the header": another_length_in_the_header,
    "a number for a truth value": a_number_for_a_truth_value,
    "a header that nobody sent": a_header_that_nobody_sent,
    "a header left out": a_header_left_out,
    "a fragment": a_fragment,
    "a run without a name": named(""),
    "a run with a name of its own": named("certified"),
}


@pytest.mark.parametrize("name", EVERY)
def test_it_is_refused(forger: Forger, faulty: Parts, name: str) -> None:
    parts = faulty.copy()
    EVERY[name](parts)
    with pytest.raises(RefusedError):
        rejudge(forger.sealed(parts, (("id",),)))


HONEST: dict[str, Forgery] = {
    "an older version with its suite": session(version="TLSv1.2", cipher="ECDHE-RSA-AES128-GCM-SHA256"),
    "the oldest with its suite": session(version="TLSv1", cipher="ECDHE-RSA-AES128-SHA"),
    "a clock of long ago": answer_header("date", "Thu, 01 Jan 1970 00:00:00 GMT"),
    "no date": without_date,
    "a date that is none": answer_header("date", "xxxxx 00"),
    "a patient in an unlisted field": answer_header("x-patient", "bsn-anna (000000000; xxxx)"),
    "another patient who came along": fact("patients", ["anna", "other-1"]),
}


@pytest.mark.parametrize("name", HONEST)
def test_what_a_run_may_hold_is_not_refused(forger: Forger, faulty: Parts, name: str) -> None:
    parts = faulty.copy()
    HONEST[name](parts)
    assert rejudge(forger.sealed(parts)).standing is Standing.SAME
