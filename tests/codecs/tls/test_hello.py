"""The hand-made ClientHello: what is encoded is what a TLS library reads, whatever is offered."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.codecs.tls.choice import Choice, NotTlsError, deciding, decode
from conformance.codecs.tls.hello import ClientHello, NotOurHelloError, encode, read
from conformance.codecs.tls.names import GROUPS, VERSIONS, common_suites, suite_name, suites
from tests.codecs.tls.making import DONE, alert, record, server_hello

VERSION_SETS = st.sampled_from(
    [("SSLv3",), ("TLSv1.0",), ("TLSv1.1",), ("TLSv1.2",), ("TLSv1.3",), ("TLSv1.3", "TLSv1.2")]
)
HELLOS = st.builds(
    ClientHello,
    versions=VERSION_SETS,
    suites=st.lists(st.sampled_from(sorted(suites().values())), min_size=1, max_size=60, unique=True).map(tuple),
    groups=st.lists(st.sampled_from(sorted(GROUPS.values())), max_size=12, unique=True).map(tuple),
    server_name=st.sampled_from(["", "localhost", "node.example"]),
    compression=st.booleans(),
    random=st.binary(min_size=32, max_size=32),
)


def extensions(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(data):
        kind, length = struct.unpack_from(">HH", data, at)
        yield kind, data[at + 4 : at + 4 + length]
        at += 4 + length


@given(HELLOS)
def test_every_length_is_right_and_the_offer_is_what_was_asked(hello: ClientHello) -> None:
    record = encode(hello)
    kind, _, length = struct.unpack_from(">BHH", record)
    assert (kind, length) == (22, len(record) - 5)
    body = record[9:]
    assert int.from_bytes(record[6:9], "big") == len(body)
    assert struct.unpack_from(">H", body)[0] == hello.legacy_version <= VERSIONS["TLSv1.2"]
    at = 35 + body[34]
    (count,) = struct.unpack_from(">H", body, at)
    assert struct.unpack_from(f">{count // 2}H", body, at + 2) == hello.suites
    at += 2 + count
    assert body[at : at + 1 + body[at]] == (b"\x02\x01\x00" if hello.compression else b"\x01\x00")
    rest = body[at + 1 + body[at] :]
    if hello.versions == ("SSLv3",):
        assert rest == b""
        return
    found = dict(extensions(rest[2:]))
    assert struct.unpack_from(">H", rest)[0] == len(rest) - 2
    assert (43 in found) == ("TLSv1.3" in hello.versions)
    assert (0 in found) == bool(hello.server_name)


@given(st.sampled_from(sorted(suites().values())), st.sampled_from(sorted(VERSIONS.values())[:4]), st.integers(0, 1))
def test_the_choice_of_an_older_server_is_read(suite: int, version: int, compression: int) -> None:
    choice = decode(server_hello(version, suite, modern=False, compression=compression))
    assert choice.chosen
    assert VERSIONS[choice.version] == version
    assert choice.suite == suite_name(suite)
    assert choice.compression is bool(compression)


def test_the_choice_of_a_modern_server_is_in_an_extension() -> None:
    choice = decode(server_hello(0x0304, 0x1302, modern=True))
    assert (choice.version, choice.suite, choice.done) == ("TLSv1.3", "TLS_AES_256_GCM_SHA384", True)


def test_an_alert_is_named() -> None:
    assert decode(bytes((21, 3, 3, 0, 2, 2, 70))).alert == "protocol_version"
    assert decode(bytes((21, 3, 3, 0, 2, 2, 200))).alert == "alert 200"


@given(st.binary(max_size=300))
def test_any_bytes_give_a_choice_or_say_that_they_are_no_tls(data: bytes) -> None:
    try:
        choice = decode(data)
    except NotTlsError:
        return
    assert isinstance(choice, Choice)


@given(st.integers(0, 120))
def test_a_flight_in_pieces_is_read_when_it_is_whole(cut: int) -> None:
    whole = server_hello(0x0303, 0xC02F, modern=False)
    assert decode(whole[:cut]) in (Choice(), decode(whole))


def test_a_text_answer_is_no_tls() -> None:
    with pytest.raises(NotTlsError):
        decode(b"HTTP/1.1 400 Bad Request\r\n\r\n")


def test_common_offers_are_known_suites() -> None:
    for version in ("any", *VERSIONS):
        assert set(common_suites(version)) <= set(suites())


@given(HELLOS)
def test_a_hello_is_read_as_it_was_meant(hello: ClientHello) -> None:
    if hello.versions == ("SSLv3",):  # that version has no extensions to say it in
        hello = replace(hello, groups=(), server_name="")
    assert read(encode(hello)) == hello


@given(HELLOS, st.data())
def test_a_hello_with_another_byte_is_another_hello_or_none(hello: ClientHello, data: st.DataObject) -> None:
    whole = bytearray(encode(hello))
    at = data.draw(st.integers(0, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    try:
        other = read(bytes(whole))
    except NotOurHelloError:
        return
    assert encode(other) == bytes(whole) != encode(hello)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_hello_or_are_not(data: bytes) -> None:
    try:
        hello = read(data)
    except NotOurHelloError:
        return
    assert encode(hello) == data


PIECES = st.sampled_from(
    [server_hello(0x0304, 0x1302, modern=True), server_hello(0x0303, 0xC02F, modern=False), DONE, alert(40), alert(255),
     record(22, b"\x02\0"), record(20, b"\x01"), record(23, b"x"), record(22, b"")]
)  # fmt: skip


@given(st.lists(PIECES, max_size=6), st.binary(max_size=9))
def test_what_decides_is_kept_and_what_follows_is_not(pieces: list[bytes], rest: bytes) -> None:
    whole = b"".join(pieces) + rest
    try:
        choice = decode(whole)
    except NotTlsError:
        return
    kept = deciding(whole)
    assert decode(kept) == choice
    assert whole.startswith(kept)
    if choice.done:
        assert deciding(kept + rest) == kept


def test_an_alert_behind_a_choice_takes_it_back_unless_nothing_was_left_to_learn() -> None:
    old, modern = server_hello(0x0303, 0xC02F, modern=False), server_hello(0x0304, 0x1302, modern=True)
    assert decode(old + alert(40)) == Choice(alert="handshake_failure", done=True)
    assert decode(modern + alert(40)).chosen


def test_a_flight_of_very_many_records_takes_no_longer_than_its_length() -> None:
    """Each record holds one byte of one message: what was read is not read again."""
    assert decode(record(22, b"\x02") + record(22, b"\xff") * 20_000) == Choice()
