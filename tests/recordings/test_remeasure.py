"""A flipped fact contradicts what was kept; what an honest run recorded never does."""

from __future__ import annotations

import ssl
from dataclasses import replace
from typing import Any

import pytest

from conformance.codecs.multipart import join
from conformance.codecs.tls.hello import encode
from conformance.codecs.tls.names import common_suites
from conformance.codecs.tls.offer import MOST, asked_for
from conformance.model.exchange import Exchange, Flight, Outcome, Recording, Rung, TlsSession
from conformance.model.words import RunState
from conformance.recordings.probes import probe_agrees
from conformance.recordings.redaction import Redactor
from conformance.recordings.remeasure import contradictions, of_recording
from conformance.synthesis.patients import patients
from conformance.synthesis.pki import TestPki
from conformance.synthesis.studies import instances_of, studies
from tests.checks.making import exchange, response, trouble
from tests.codecs.tls.making import RANDOM, accepting, alert, flight, record, server_hello

GIVEN: dict[str, object] = {"version": "TLSv1.2", "purpose": "x", "endpoint": "fhir"}
EACH: dict[str, object] = {**GIVEN, "one_by_one": True}
ACCEPTED, REFUSED = accepting("TLSv1.2", 0xC02F), alert(40)


def probed(given: dict[str, Any], answer: bytes = ACCEPTED, *, number: int = 1, **fields: Any) -> Exchange:
    """An honest probe, or one with other flights or another number than it had."""
    made = exchange("tls.probe", given=given, number=number, flight=flight(given, answer, number=number))
    return replace(made, **fields)


def said(made: Exchange, host: str = "") -> str:
    problem = probe_agrees(made, host)
    return problem.en if problem else ""


@pytest.mark.parametrize("answer", [ACCEPTED, REFUSED, accepting("TLSv1.0", 0x002F)])
@pytest.mark.parametrize(
    "given",
    [
        GIVEN,
        {**GIVEN, "version": "any"},
        {**GIVEN, "version": "SSLv3", "suites": ("TLS_RSA_WITH_RC4_128_MD5",)},
        {**GIVEN, "groups": ["x448"], "compression": True},
        {"endpoint": "fhir"},
    ],
)
def test_an_honest_probe_agrees(given: dict[str, Any], answer: bytes) -> None:
    assert said(probed(given, answer)) == ""
    assert contradictions(probed(given, answer), b"") == ()


def test_each_of_many_probes_offers_its_own_suite() -> None:
    for number in range(1, len(common_suites("TLSv1.2")) + 1):
        assert said(probed(EACH, number=number)) == ""
        assert said(replace(probed(EACH, number=number), number=number + 1))


def other(given: dict[str, Any], **changes: Any) -> Exchange:
    """The probe of a step, with the flight of another one."""
    return probed(given, flight=flight({**given, **changes}, ACCEPTED))


WRONG: dict[str, Exchange] = {
    "another version": other(GIVEN, version="TLSv1.3"),
    "other suites": other(GIVEN, suites=["TLS_RSA_WITH_RC4_128_MD5"]),
    "a suite less": other(GIVEN, suites=common_suites("TLSv1.2")[1:]),
    "other groups": other(GIVEN, groups=["x448"]),
    "compression": other(GIVEN, compression=True),
    "all at once": other(EACH, one_by_one=False),
    "the next one's": probed(EACH, flight=flight(EACH, ACCEPTED, number=2)),
    "beyond the last": replace(probed(EACH), number=999),
    "number nought": replace(probed(EACH), number=0),
    "no bytes": probed(GIVEN, flight=None),
    "no hello": probed(GIVEN, flight=Flight(hello=b"", answer=ACCEPTED)),
    "bytes without an answer": probed(GIVEN, outcome=Outcome.NO_ANSWER, trouble=trouble("read-timeout", Rung.PORT)),
    "an answer cut off": probed(GIVEN, server_hello(0x0303, 0xC02F, modern=False)),
    "no answer and no hanging up": probed(GIVEN, b""),
    "more behind the choice": probed(GIVEN, REFUSED + ACCEPTED),
    "decided and hung up": probed(GIVEN, flight=flight(GIVEN, REFUSED, closed=True)),
    "no TLS": probed(GIVEN, b"HTTP/1.1 400 Bad Request\r\n\r\n"),
    "an unknown suite": replace(probed(GIVEN), given={**GIVEN, "suites": ["TLS_NONSENSE"]}),
    "an unknown version": replace(probed(GIVEN), given={**GIVEN, "version": "TLSv9"}),
    "misshapen arguments": replace(probed(GIVEN), given={**GIVEN, "suites": 7}),
}


@pytest.mark.parametrize("about", WRONG)
def test_a_probe_that_was_changed_does_not(about: str) -> None:
    assert said(WRONG[about])
    assert [one.fact for one in contradictions(WRONG[about], b"")] == ["flight"]


def test_hanging_up_and_having_had_enough_end_a_flight_too() -> None:
    endless = record(22, bytes(16_000)) * 9
    assert said(probed(GIVEN, flight=flight(GIVEN, b"", closed=True))) == ""
    assert said(probed(GIVEN, endless[:MOST])) == ""


def test_the_name_in_a_hello_is_the_endpoints() -> None:
    named = replace(
        probed(GIVEN), flight=Flight(hello=encode(asked_for(GIVEN)[0].hello("node.example", RANDOM)), answer=REFUSED)
    )
    assert said(named, "node.example") == said(named, "NODE.example") == said(named) == ""
    assert said(named, "other.example")
    assert said(named, "192.0.2.1")
    assert said(probed(GIVEN), "192.0.2.1") == ""
    assert said(probed(GIVEN), "node.example")
    assert said(probed(GIVEN), "x" * 99 + ".example")


def test_what_is_no_probe_is_not_looked_at() -> None:
    assert said(exchange("fhir.search", response(200))) == ""


@pytest.fixture(scope="module")
def pki(tmp_path_factory: pytest.TempPathFactory) -> TestPki:
    return TestPki.create(tmp_path_factory.mktemp("pki"))


@pytest.mark.parametrize(
    ("role", "verified", "code", "expected"),
    [
        ("server", True, "", []),
        ("server", False, "", ["chain_verified"]),
        ("foreign", True, "", ["chain_verified"]),
        ("foreign", True, "server-certificate-expired", ["chain_verified"]),
        ("foreign", False, "server-certificate-untrusted", []),
        # Behind one address may stand several servers.
        ("server", False, "server-certificate-untrusted", []),
        # Whoever turned our certificate away may have turned the second look away too.
        ("server", False, "client-certificate-refused", []),
        ("server", True, "client-certificate-refused", []),
    ],
)
def test_a_chain_is_what_the_roots_say(pki: TestPki, role: str, verified: bool, code: str, expected: list[str]) -> None:
    leaf = pki.server if role == "server" else pki.clients[role]
    peer = (ssl.PEM_cert_to_DER_cert(leaf.certificate.read_text()),)
    made = exchange("tls.connect", None if code else response(200), trouble=trouble(code) if code else None)
    made = replace(made, tls=TlsSession(version="TLSv1.3", cipher="x", peer=peer), facts={"chain_verified": verified})
    assert [one.fact for one in contradictions(made, pki.root.read_bytes())] == expected
    if code:
        assert contradictions(made, b"") == ()


ROLES = {patient.bsn: role for role, patient in patients().items()}
FILE = instances_of(studies(patients()))[0].file
RELATED = 'multipart/related; type="application/dicom"; boundary=b'
PARTS = [({"Content-Type": "application/dicom"}, FILE), ({"Content-Type": "application/dicom"}, b"no file")]
ANSWERS = {
    "a file": (response(200, FILE, content_type="application/dicom"), {"part_sizes", "pixels"}),
    "files": (response(200, join([*PARTS, PARTS[0]], "b"), content_type=RELATED), {"part_sizes", "pixels"}),
    "a sloppy envelope": (response(200, b"Jansen", content_type=RELATED), {"part_sizes", "multipart", "parts"}),
    "a picture": (response(200, b"\x89PNG", content_type="image/png"), {"part_sizes", "pictures"}),
    "a bad file": (
        response(200, FILE[:128] + b"DICM" + b"\2\0\0\0", content_type="application/dicom"), {"part_sizes", "parts"}
    ),
    "nothing": (response(204, content_type="application/dicom"), set()),
    "JSON": (response(200, {"resourceType": "Bundle"}), set()),
    "no JSON": (response(200, "{", content_type="application/json"), set()),
    "elsewhere": (response(302, location="https://other.example/x"), set()),
    "here": (response(302, location="/x"), set()),
}  # fmt: skip


def redacted(about: str) -> Exchange:
    return Redactor(ROLES).redact(exchange("x", ANSWERS[about][0]))


@pytest.mark.parametrize("about", ANSWERS)
def test_what_was_redacted_contradicts_nothing(about: str) -> None:
    made = redacted(about)
    assert contradictions(made, b"") == ()
    assert ANSWERS[about][1] <= set(made.facts)


FLIPPED: list[tuple[str, str, Any]] = [
    ("JSON", "body_size", 7),
    ("JSON", "body_withheld", True),
    ("JSON", "body_problem", "not JSON"),
    ("elsewhere", "redirect_elsewhere", False),
    ("here", "redirect_elsewhere", True),
    ("a file", "body_size", 1),
    ("a file", "part_sizes", [len(FILE) + 1]),
    ("a file", "part_sizes", []),
    ("a file", "part_sizes", None),
    ("a picture", "part_sizes", 7),
    ("a file", "part_sizes", ["x"]),
    ("files", "part_sizes", [1, 1]),
    ("files", "pixels", []),
    ("files", "pixels", 7),
    ("files", "parts", [{"type": "application/dicom"}, None, None]),
    ("files", "pictures", [None]),
]


@pytest.mark.parametrize(("about", "fact", "value"), FLIPPED)
def test_a_flipped_fact_is_told(about: str, fact: str, value: Any) -> None:
    made = redacted(about)
    found = contradictions(replace(made, facts={**made.facts, fact: value}), b"")
    assert fact in [one.fact for one in found]
    assert all(one.exchange == made.id and one.text.nl and one.text.en for one in found)


def test_what_was_too_large_to_read_contradicts_nothing() -> None:
    answer = replace(response(200, content_type=RELATED), size=1 << 30)
    made = exchange("x", answer, facts={"body_size": 1 << 30, "body_withheld": True, "body_problem": "too large"})
    assert contradictions(made, b"") == ()


def waiting(calls: int, operations: dict[str, int], state: RunState = RunState.FINISHED) -> tuple[str, ...]:
    """A waiting step with two calls behind it, counted so."""
    counted = exchange("counterpart.calls", step="wait", facts={"calls": calls, "operations": operations})
    arrived = [exchange("dicomweb.metadata", step="wait", number=number) for number in (2, 3)]
    elsewhere = exchange("dicomweb.metadata", step="later", number=2)
    recording = Recording(scenario="made", exchanges=(counted, *arrived, elsewhere), state=state)
    return tuple(one.fact for one in of_recording(recording, b""))


def test_calls_are_those_that_are_there() -> None:
    assert waiting(2, {"dicomweb.metadata": 2}) == ()
    assert waiting(1, {"dicomweb.metadata": 2}) == ("calls",)
    assert waiting(2, {"dicomweb.retrieve": 2}) == ("operations",)
    assert waiting(3, {"dicomweb.metadata": 3}) == ("calls", "operations")
    assert waiting(3, {"dicomweb.metadata": 3}, RunState.ABORTED) == ()
    assert waiting(1, {"dicomweb.metadata": 1}, RunState.ABORTED) == ("calls", "operations")


@pytest.mark.parametrize(
    ("calls", "facts", "contradicts"),
    [
        (0, {"knocks": 0, "in_clear": 0, "lingering": 0}, False),
        (0, {"knocks": 3, "in_clear": 1, "lingering": 3}, False),
        (2, {"knocks": 1, "in_clear": 0, "lingering": 0}, False),
        (2, {}, False),
        (2, {"knocks": 0, "in_clear": 0, "lingering": 0}, True),
        (2, {"knocks": 2, "in_clear": 0, "lingering": 1}, True),
        (0, {"knocks": 1, "in_clear": 0, "lingering": 2}, True),
        (0, {"knocks": -1, "in_clear": 0, "lingering": 0}, True),
        (0, {"knocks": True, "in_clear": 0, "lingering": 0}, True),
        (0, {"knocks": 1, "in_clear": "0", "lingering": 0}, True),
        (0, {"knocks": 1, "in_clear": -1, "lingering": 0}, True),
        (0, {"knocks": 1, "in_clear": 0, "lingering": 0.0}, True),
        (0, {"knocks": None, "in_clear": 0, "lingering": 0}, True),
        (0, {"knocks": 1 << 60, "in_clear": 0, "lingering": 0}, True),
    ],
)
def test_who_knocked_is_a_number_that_fits_the_calls(calls: int, facts: dict[str, Any], contradicts: bool) -> None:
    operations = {"dicomweb.metadata": calls} if calls else {}
    counted = exchange("counterpart.calls", step="wait", facts={"calls": calls, "operations": operations, **facts})
    arrived = [exchange("dicomweb.metadata", step="wait", number=number) for number in range(2, calls + 2)]
    found = of_recording(Recording(scenario="made", exchanges=(counted, *arrived)), b"")
    assert [one.fact for one in found] == ["knocks"] * contradicts


def test_a_presentation_has_the_number_of_its_exchange() -> None:
    second = exchange("oauth.token", response(200), number=2, facts={"presentation": 2})
    assert contradictions(second, b"") == ()
    assert [one.fact for one in contradictions(replace(second, number=1), b"")] == ["presentation"]
