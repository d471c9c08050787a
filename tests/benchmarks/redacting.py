"""Measuring redaction: on the worst bodies anybody thought of, and on what it sees every day."""

from __future__ import annotations

import json
import time

from conformance.recordings.redaction import Redactor
from conformance.synthesis.bgz.record import bgz_data
from conformance.synthesis.patients import patients
from tests.recordings.making import JSON, XML, exchange

HOSTILE_BYTES = 4_000_000


def _seconds(body: bytes, media: str) -> float:
    redactor = Redactor({one.bsn: role for role, one in patients().items()})
    redactor.redact(exchange(b"{}"))  # what is made once, is made
    begin = time.perf_counter()
    redactor.redact(exchange(body, media))
    return time.perf_counter() - begin


def hostile_s() -> float:
    """The slowest of a few bodies made to be slow."""
    bodies = (
        b'<system value="x"/>',
        b"<b/>",
        b'<system value="http://fhir.nl/fhir/NamingSystem/bsn"/><value value="1"/>',
    )
    return max(
        _seconds(b'<a xmlns="http://hl7.org/fhir">' + one * (HOSTILE_BYTES // len(one)) + b"</a>", XML)
        for one in bodies
    )


def megabytes_per_s() -> float:
    """Everybody's records in one Bundle."""
    bundle = {"resourceType": "Bundle", "entry": [{"resource": one} for one in bgz_data().resources]}
    body = json.dumps(bundle, default=str).encode()
    return len(body) / 1e6 / _seconds(body, JSON)
