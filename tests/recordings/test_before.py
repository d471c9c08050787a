"""What was read before is made of again; whatever came in between, as if it had been read for the first time."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.model.exchange import Exchange, Request, Response
from conformance.recordings.identities import StrangerAlarm
from conformance.recordings.redaction import Redactor, before
from tests.recordings.making import ANNA, JSON, STRANGER, SYSTEM, URL, XML, exchange

KEY = b"k" * 32
ROLES = {ANNA: "anna"}
FICTITIOUS = "999990639"
PATIENT = f'{{"resourceType": "Patient", "identifier": [{{"system": "{SYSTEM}", "value": "%s"}}]}}'
BODIES = (
    b"",
    b'{"resourceType": "Observation", "valueString": "Jansen says so"}',
    b'{"resourceType": "OperationOutcome", "issue": [{"diagnostics": "Kees Jansen of Diemen"}]}',
    b'{"resourceType": "Bundle", "link": [{"relation": "self", "url": "https://x/Patient?name=Diemen"}]}',
    b'<Patient xmlns="http://hl7.org/fhir"><name><text value="Jansen"/></name></Patient>',
    b'{"text": "123456782 456789019"}',
    b'{"access_token": "secret-token", "token_type": "Bearer"}',
    b"Kees Jansen was here",
    *((PATIENT % number).encode() for number in (ANNA, FICTITIOUS, "999990640", "12345678*")),
)
FIELDS = (("via", "Jansen"), ("x-told", f"bsn {FICTITIOUS}"), ("etag", 'W/"1"'), ("set-cookie", "id=Jansen"))
ASKED = ("Diemen", "Jansen Kees", "", f"{SYSTEM}|{ANNA}")


def one(body: bytes, media: str, status: int, field: tuple[str, str], asked: str) -> Exchange:
    response = Response(status=status, reason="OK", headers=(("content-type", media), field), body=body, size=len(body))
    request = Request(method="GET", url=f"{URL}?name={asked}", headers=())
    return exchange(response=response, request=request, given={"name": asked})


EXCHANGES = st.builds(
    one,
    st.sampled_from(BODIES),
    st.sampled_from((JSON, XML, "text/plain")),
    st.sampled_from((200, 404)),
    st.sampled_from(FIELDS),
    st.sampled_from(ASKED),
)


@given(st.lists(EXCHANGES, max_size=12))
def test_a_run_reads_each_as_if_it_were_the_first(exchanges: list[Exchange]) -> None:
    """The same kept, the same facts, and as much counted; what one let depend on its question another does not get."""
    run = Redactor(ROLES, KEY)
    each = [Redactor(ROLES, KEY) for _ in exchanges]
    assert [run.redact(one) for one in exchanges] == [
        alone.redact(one) for alone, one in zip(each, exchanges, strict=True)
    ]
    assert run.counts == dict(sum((Counter(alone.counts) for alone in each), Counter()))


def test_a_stranger_is_one_each_time() -> None:
    run = Redactor(ROLES, KEY)
    said = exchange((PATIENT % STRANGER).encode())
    for _ in range(2):
        with pytest.raises(StrangerAlarm):
            run.redact(said)


def test_the_question_decides_each_time_anew() -> None:
    """A word of the question stays in a refusal; after another question the same word is masked."""
    run = Redactor(ROLES, KEY)
    kept = [run.redact(one(BODIES[2], JSON, 404, FIELDS[2], asked)).response for asked in ("Diemen", "", "Diemen")]
    assert [b"Diemen" in answer.body for answer in kept if answer] == [True, False, True]


def test_a_field_is_read_once_though_the_body_beside_it_hangs_on_the_question(monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def header(name: str, value: str, *_: object) -> str:
        read.append(name)
        return value

    monkeypatch.setattr(before, "header", header)
    run = Redactor(ROLES, KEY)
    for asked in ("Diemen", "", "Diemen"):
        run.redact(one(BODIES[2], JSON, 404, FIELDS[2], asked))
    assert sorted(read) == ["content-type", "etag"]
