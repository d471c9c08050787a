"""Header fields that tell of the inside of a server: of most nothing is kept, so that it is measured before."""

from __future__ import annotations

from base64 import b64encode

import pytest

from conformance.model.exchange import Request, Response
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
