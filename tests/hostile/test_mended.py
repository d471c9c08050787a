"""Odd bytes that once broke a stage, each by its kind."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest

from conformance.checks.fhir.reading import parsed
from conformance.codecs.fhir.json_reader import NumberError
from conformance.harness.addresses import masked
from conformance.harness.plausible import implausible
from conformance.model.exchange import Recording, Response
from conformance.recordings.facts import elsewhere
from conformance.recordings.redaction import Redactor
from tests.hostile.playing import Odd, OddNode, plainly, sent
from tests.recordings.making import STRANGER, exchange


def instead(body: bytes, media: str = "application/fhir+json") -> Odd:
    """Sends a body in place of the faithful one."""
    return lambda _: sent("HTTP/1.1 200 OK", [f"Content-Type: {media}"], body)


@pytest.mark.parametrize("location", ["http://[bad", "https://[::1", "//[x]/", "http://a]/"])
def test_a_location_that_is_no_address_points_elsewhere(location: str) -> None:
    assert elsewhere(exchange(headers=(("location", location),)))


@pytest.mark.parametrize("chunk", [b"-5\r\nx", b"-ffff\r\n"])
def test_chunks_of_less_than_nothing_are_no_http(odd_node: OddNode, chunk: bytes) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    recording = odd_node.plays("pages", {0: lambda _: head + chunk, 1: lambda _: head + chunk})
    assert "invalid-http" in {one.trouble.code for one in recording.exchanges if one.trouble}


@pytest.mark.parametrize("half", ["&#xD800;", "&#xdfff;", "&#55296;", "&#57343", "&#x00d83d;"])
@pytest.mark.parametrize("media", ["text/html", "application/fhir+xml"])
def test_half_a_sign_by_number_is_read_past(half: str, media: str) -> None:
    page = f"<html><!-- --><p a='{half}'>{half}</p><table><tr><td>bsn</td><td>{half}</td></tr></table>"
    kept = Redactor({}).redact(exchange(page.encode(), media))
    assert kept.response is not None


@pytest.mark.parametrize("number", ["1e" + "9" * 30, "-1E" + "9" * 20, "NaN", "-Infinity", "1" * 5000])
def test_a_number_that_nothing_holds_is_no_number_of_a_resource(number: str) -> None:
    with pytest.raises(NumberError):
        parsed(f'{{"resourceType":"Bundle","total":{number}}}'.encode(), "application/fhir+json")


@pytest.mark.parametrize("number", ["1e999", "-0", "0.10", "1E-400"])
def test_a_number_that_is_only_odd_is_one(number: str) -> None:
    read = parsed(f'{{"resourceType":"Bundle","total":{number}}}'.encode(), "application/fhir+json")
    assert Decimal(read["total"]) == Decimal(number)


@pytest.mark.parametrize("lasts", ["1" + "0" * 400, "-1" + "0" * 400, "true", "null", '"x"', "1e999", "[]"])
def test_a_token_may_say_anything_of_how_long_it_lives(odd_node: OddNode, lasts: str) -> None:
    said = instead(f'{{"access_token":"x","token_type":"Bearer","expires_in":{lasts}}}'.encode(), "application/json")
    assert odd_node.plays("pages", {0: said}).exchanges


@pytest.mark.parametrize("status", [101, 204, 304])
def test_an_answer_without_a_body_may_name_a_length(status: int) -> None:
    answer = Response(status=status, headers=(("content-length", "1400"),))
    said = exchange(response=answer, request=None)
    assert list(implausible(Recording(scenario="s", exchanges=(said,)), "")) == []


def test_what_a_later_step_took_from_a_masked_answer_is_not_held_against_it(odd_node: OddNode) -> None:
    """One member that is no attribute makes a data set none, of which only the shape is kept."""

    def bent(answer: Response) -> bytes:
        if not answer.body.startswith(b"["):
            return plainly(answer)
        found = [{**one, "00201209": "x"} for one in json.loads(answer.body)]
        return instead(json.dumps(found).encode(), "application/dicom+json")(answer)

    recording = odd_node.plays("single-frames", dict.fromkeys(range(99), bent))
    assert [one.en for one in odd_node.contradictions(recording)] == []


@pytest.mark.parametrize("media", ["application/dicom", "image/png", 'multipart/related; type="application/dicom"'])
def test_nor_from_one_that_calls_itself_an_image(odd_node: OddNode, media: str) -> None:
    recording = odd_node.plays("describe-study", dict.fromkeys(range(99), lambda one: instead(one.body, media)(one)))
    assert [one.en for one in odd_node.contradictions(recording)] == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0.00.000", True),
        ("Patient/xxxx", True),
        ("?_page=00", True),
        ("2.25.7", False),
        ("Flag/f-1", False),
        ("", False),
    ],
)
def test_a_mask_is_known_by_its_shape(text: str, expected: bool) -> None:
    assert masked(text) is expected


def test_json_that_is_called_a_form_is_read_as_what_it_is(odd_node: OddNode) -> None:
    def called_a_form(answer: Response) -> bytes:
        return instead(answer.body, "application/x-www-form-urlencoded")(answer)

    recording = odd_node.plays("pages", dict.fromkeys(range(1, 9), called_a_form))
    assert [one.en for one in odd_node.contradictions(recording)] == []


def test_a_number_in_it_is_found_there_too() -> None:
    said = json.dumps({"resourceType": "Patient", "note": f"x={STRANGER}"}).encode()
    kept = Redactor({}).redact(exchange(said, "application/x-www-form-urlencoded"))
    assert kept.response is not None
    assert STRANGER.encode() not in kept.response.body
