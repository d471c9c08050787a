"""Header fields that tell of the inside of a server: of most nothing is kept, so that it is measured before."""

from __future__ import annotations

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.model.exchange import Request, Response
from conformance.recordings import revealing
from conformance.recordings.redaction import Redactor
from conformance.recordings.revealing import in_field
from tests.recordings.making import exchange

TRACE = "java.lang.NullPointerException: at nl.hospital.Store.read(Store.java:12)"
SHOWN = {
    "a trace": ("x-debug", TRACE, ["stack"]),
    "a trace in base64": ("x-debug", b64encode(TRACE.encode()).decode(), ["stack"]),
    "a trace with escapes": ("x-debug", "Traceback%20(most%20recent%20call%20last):", ["stack"]),
    "a trace in a cookie": ("set-cookie", f"error={TRACE}", ["stack"]),
    "a message of the database": ("x-error", "ORA-00942: table or view does not exist", ["database"]),
    "a file": ("x-source", "/opt/fhir/lib/server.jar", ["disk"]),
    "a drive": ("x-source", "D:\\fhir\\bin\\", ["disk"]),
}
HARMLESS = {
    "a path of a cookie": ("set-cookie", "session=1; Path=/app/fhir/index.html; Secure"),
    "an address": ("content-location", "/srv/fhir/metadata.json"),
    "a prefix": ("x-forwarded-prefix", "/app/fhir"),
    "what was asked": ("x-original-uri", "/opt/fhir/Condition.json"),
    "a product": ("x-powered-by", "HAPI FHIR 5.4.0 REST Server (FHIR Server; FHIR 3.0.2/DSTU3)"),
    "timing": ("server-timing", "db;dur=53, app;dur=47.2"),
}


def answered(name: str, value: str, status: int = 500) -> Response:
    return Response(status=status, headers=((name, value),))


def asked(answer: Response) -> dict[str, object]:
    request = Request(method="GET", url="https://node.example/opt/fhir/Condition.json")
    return dict(Redactor({}, bytes(32)).redact(exchange(response=answer, request=request)).facts)


@pytest.mark.parametrize("name", SHOWN)
def test_a_field_that_tells_of_the_inside_is_seen(name: str) -> None:
    field, value, kinds = SHOWN[name]
    assert asked(answered(field, value))["inside_in_headers"] == kinds


@pytest.mark.parametrize("name", HARMLESS)
def test_a_field_that_tells_nothing_leaves_no_fact(name: str) -> None:
    assert "inside_in_headers" not in asked(answered(*HARMLESS[name]))


def test_a_drive_in_an_address_is_on_disk() -> None:
    assert list(in_field("location", "file:///srv/app/x.xml", "/fhir")) == ["disk"]


FIELDS = (*((name, value) for name, value, _ in SHOWN.values()), *HARMLESS.values())
TEXTS = st.lists(st.sampled_from([*(value for _, value in FIELDS), " ", "/", "x" * 200]), max_size=4).map("".join)
PATHS = st.sampled_from(["", "/fhir", "/opt/fhir/Condition.json", "/app/fhir/index.html"])


@given(st.sampled_from([name for name, _ in FIELDS]), TEXTS, st.lists(PATHS, min_size=1, max_size=3))
def test_what_a_field_told_before_hangs_on_no_question(name: str, text: str, asked: list[str]) -> None:
    """The same whatever was asked when it came before, and as of the patterns themselves."""
    for path in asked:
        places = [
            found for found in revealing._PLACES.finditer(text) if not found[1] or found[1].rstrip(".") not in path
        ]
        files = name not in revealing._OF_ADDRESSES
        on_disk = any(one[0][0] != "/" or (files and revealing._FILE.search(one[0])) for one in places)
        kinds = [kind for kind, shape in revealing._SHAPES.items() if shape.search(text)]
        assert list(in_field(name, text, path)) == kinds + ["disk"] * on_disk
