"""Forgeries that were once believed: each changes one thing, seals everything again, and is now refused."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from conformance.agreements.canonical import canonical
from conformance.harness.opened import RefusedError
from conformance.harness.rejudging import Standing, rejudge
from conformance.harness.snapshots import root_certificates
from conformance.recordings.facts import VERSION
from tests.tampering.forging import Forger, Parts, copied

Forgery = Callable[[Parts], None]
pytestmark = pytest.mark.usefixtures("remembered")
RUN_MEMBERS = (("release",), ("selection",), ("broken",), ("command",), ("digests", "suite"))


def step(parts: Parts, scenario: str, name: str) -> dict[str, Any]:
    """The first exchange of a step."""
    exchanges = parts.recordings[scenario]["exchanges"]
    return next(exchange for exchange in exchanges if exchange["step"] == name)


def left_out(exchange: dict[str, Any], code: str, rung: str, text: str) -> None:
    exchange.update(outcome="not-played", request=None, response=None, tls=None, flight=None)
    exchange.update(trouble={"code": code, "rung": rung, "text": text}, facts={"facts_version": VERSION})


def another_release(parts: Parts) -> None:
    parts.run["release"] = "1.3.0"


def a_keyword_nobody_gave(parts: Parts) -> None:
    parts.run["selection"]["keyword"] = "nothing"


def a_list_nobody_named(parts: Parts) -> None:
    parts.inputs["expectations.json"] = b"[]\n"


def a_command_of_something_else(parts: Parts) -> None:
    parts.run["command"] = ["certify", "run"]


def no_suite_at_all(parts: Parts) -> None:
    parts.run["digests"]["suite"] = None


def a_word_that_is_no_truth_value(parts: Parts) -> None:
    words = json.loads(parts.inputs["attestations.json"])
    parts.inputs["attestations.json"] = canonical([{**word, "fulfilled": "false"} for word in words]) + b"\n"


def evidence_that_is_a_number(parts: Parts) -> None:
    words = json.loads(parts.inputs["attestations.json"])
    parts.inputs["attestations.json"] = canonical([{**word, "evidence": 5} for word in words]) + b"\n"


def a_jump_too_small_to_be_one(parts: Parts) -> None:
    parts.exchanges()[9]["facts"]["clock_jump_s"] = -1


def a_jump_that_no_time_shows(parts: Parts) -> None:
    for exchange in parts.recordings["record-json"]["exchanges"][5:]:
        exchange["facts"]["clock_jump_s"] = 90_000


def a_jump_that_is_forgotten(parts: Parts) -> None:
    parts.recordings["record-json"]["exchanges"][5]["facts"]["clock_jump_s"] = -90_000


def a_step_left_out_for_no_reason(parts: Parts) -> None:
    left_out(
        step(parts, "doors", "welcome-Condition-search-json"),
        "value-missing",
        "test-patient",
        "an earlier step gave no value for this one",
    )


def an_endpoint_that_never_hung(parts: Parts) -> None:
    text = "the endpoint ran out of time twice in a row in this scenario"
    drawn = next(one for one in parts.recordings["reading"]["exchanges"] if one["step"].startswith("unknown-"))
    left_out(drawn, "twice-hung", "port", text)


def a_trouble_nobody_knows(parts: Parts) -> None:
    left_out(
        step(parts, "doors", "without-Condition-search-json"), "certified", "token", "The node is certified by Twiin"
    )


def one_assertion_for_two_steps(parts: Parts) -> None:
    step(parts, "tokens", "bad-expired-hour")["request"] = dict(step(parts, "tokens", "good")["request"])


def a_certificate_that_was_not_shown(parts: Parts) -> None:
    exchange = step(parts, "knocking-addresses.dicomweb", "wrong-expired")
    good = step(parts, "knocking-addresses.dicomweb", "welcome")
    exchange.update({name: good[name] for name in ("outcome", "response", "tls", "trouble", "facts", "request")})
    exchange["tls"] = {**good["tls"], "client": ""}


def another_code_in_an_address(parts: Parts) -> None:
    exchange = step(parts, "edges", "history-body-weight-json")
    exchange["request"]["url"] = exchange["request"]["url"].replace("29463-7", "29463-8")


def another_host(parts: Parts) -> None:
    for exchange in parts.exchanges():
        if exchange["operation"] == "plain.address":
            exchange["request"]["url"] = "http://elsewhere.example:1/"


def facts_emptied(parts: Parts) -> None:
    step(parts, "edges", "history-body-weight-json")["facts"] = {}


def facts_of_ones_own(parts: Parts) -> None:
    step(parts, "edges", "history-body-weight-json")["facts"]["certified"] = True


def a_rung_of_ones_own(parts: Parts) -> None:
    parts.recordings["preflight"]["exchanges"][0]["facts"]["ladder"]["rungs"] = ["name"]


def a_status_that_is_no_whole_number(parts: Parts) -> None:
    step(parts, "edges", "history-body-weight-json")["response"]["status"] = 200.0


def a_duration_below_nothing(parts: Parts) -> None:
    step(parts, "edges", "history-body-weight-json")["duration_ms"] = -5


def exchanges_that_overlap(parts: Parts) -> None:
    step(parts, "edges", "history-body-weight-json")["duration_ms"] = 60_000


def a_time_without_a_zone(parts: Parts) -> None:
    exchange = step(parts, "edges", "history-body-weight-json")
    exchange["started"] = exchange["started"].rstrip("Z")


def a_time_that_is_nothing(parts: Parts) -> None:
    step(parts, "edges", "history-body-weight-json")["started"] = None


def an_address_that_is_none(parts: Parts) -> None:
    step(parts, "edges", "history-body-weight-json")["request"]["url"] = "https://[::1/fhir"


def an_answer_without_tls(parts: Parts) -> None:
    step(parts, "edges", "history-body-weight-json")["tls"] = None


def roots_with_a_word_more(parts: Parts) -> None:
    parts.inputs["roots.pem"] += b"trust me\n"


def a_node_file_with_a_driver(parts: Parts) -> None:
    node = json.loads(parts.inputs["node.json"])
    parts.inputs["node.json"] = canonical({**node, "driver": {"command": ["true"]}}) + b"\n"


def a_recording_of_another_run(parts: Parts) -> None:
    name = "offers.dicomweb"
    parts.recordings[name]["run"] = "00000000-0000-4000-8000-000000000000"


def an_exchange_of_another_run(parts: Parts) -> None:
    step(parts, "edges", "history-body-weight-json")["run"] = "00000000-0000-4000-8000-000000000000"


EVERY: tuple[Forgery, ...] = (
    another_release,
    a_keyword_nobody_gave,
    a_list_nobody_named,
    a_command_of_something_else,
    no_suite_at_all,
    a_word_that_is_no_truth_value,
    evidence_that_is_a_number,
    a_jump_too_small_to_be_one,
    a_jump_that_no_time_shows,
    a_jump_that_is_forgotten,
    a_step_left_out_for_no_reason,
    an_endpoint_that_never_hung,
    a_trouble_nobody_knows,
    one_assertion_for_two_steps,
    a_certificate_that_was_not_shown,
    another_code_in_an_address,
    another_host,
    facts_emptied,
    facts_of_ones_own,
    a_rung_of_ones_own,
    a_status_that_is_no_whole_number,
    a_duration_below_nothing,
    exchanges_that_overlap,
    a_time_without_a_zone,
    a_time_that_is_nothing,
    an_address_that_is_none,
    an_answer_without_tls,
    roots_with_a_word_more,
    a_node_file_with_a_driver,
    a_recording_of_another_run,
    an_exchange_of_another_run,
)


@pytest.mark.parametrize("forge", EVERY)
def test_a_forgery_is_refused(forger: Forger, faulty: Parts, forge: Forgery) -> None:
    parts = faulty.copy()
    forge(parts)
    with pytest.raises(RefusedError):
        rejudge(forger.sealed(parts, RUN_MEMBERS))


def test_what_is_left_of_playing_is_no_place_to_hide(forger: Forger, faulty: Parts, tmp_path: Path) -> None:
    folder = copied(forger.sealed(faulty.copy()), tmp_path / "run")
    (folder / ".play").mkdir()
    (folder / ".play" / "payload").write_bytes(b"x")
    with pytest.raises(RefusedError, match="conformance report FOLDER"):
        rejudge(folder)


@pytest.mark.parametrize("jump", [5, 90_000, -300, -90_000])
@pytest.mark.parametrize("again", [False, True], ids=["stays", "is set right"])
def test_an_honest_jump_of_the_clock_is_no_forgery(forger: Forger, faulty: Parts, jump: int, *, again: bool) -> None:
    parts = faulty.copy()
    exchanges = sorted(parts.exchanges(), key=lambda exchange: str(exchange["started"]))
    begun = exchanges[100]["started"]  # of what began in the same millisecond it is not known what came first
    for number, exchange in enumerate(one for one in exchanges if one["started"] > begun):
        exchange["facts"]["clock_jump_s"] = jump
        if not again or number < 50:
            moment = datetime.fromisoformat(exchange["started"]) + timedelta(seconds=jump)
            exchange["started"] = moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    assert rejudge(forger.sealed(parts)).standing is Standing.SAME


def test_roots_in_other_armour_are_kept_in_one() -> None:
    pem = a_root()
    named = pem.replace(b"CERTIFICATE-----", b"X509 CERTIFICATE-----").replace(b"X509 X509", b"X509")
    der = b64decode(b"".join(pem.split(b"\n")[1:-2]))
    longer = b64encode(der + b"\x30\x00")
    trusted = b"-----BEGIN TRUSTED CERTIFICATE-----\n" + longer + b"\n-----END TRUSTED CERTIFICATE-----\n"
    assert root_certificates(named) == root_certificates(trusted) == root_certificates(pem) == pem


def a_root() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "root")])
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    builder = x509.CertificateBuilder(name, name, key.public_key(), 1, begin, begin + timedelta(days=9))
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
