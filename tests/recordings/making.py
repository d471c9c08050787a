"""Exchanges for tests of redaction and store."""

from __future__ import annotations

from typing import Any

from conformance.model.exchange import Direction, Exchange, Outcome, Request, Response

ANNA, BRAM = "999971062", "999974312"
STRANGER = "123456782"
"""Passes the eleven test and is in no data set; a number everybody uses as an example."""

SYSTEM = "http://fhir.nl/fhir/NamingSystem/bsn"
JSON, XML, DICOM_JSON = "application/fhir+json", "application/fhir+xml", "application/dicom+json"
URL = "https://localhost/fhir/Patient"


def exchange(body: bytes = b"", content_type: str = JSON, url: str = URL, **changes: Any) -> Exchange:
    """An answered exchange with this body."""
    headers = (("content-type", content_type), *changes.pop("headers", ()))
    fields: dict[str, Any] = {
        "scenario": "s",
        "step": "a",
        "number": 1,
        "operation": "fhir.search",
        "given": {},
        "direction": Direction.SENT,
        "outcome": Outcome.ANSWERED,
        "started": "2026-11-22T08:00:00.000Z",
        "duration_ms": 1,
        "request": Request(method="GET", url=url, headers=(("authorization", "Bearer secret-token"),)),
        "response": Response(status=200, reason="OK", headers=headers, body=body, size=len(body)),
    }
    return Exchange(**{**fields, **changes})
