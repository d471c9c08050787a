"""Asking simulators: calls without sockets, and a client with certificates for the real thing."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import requests
from joserfc import jws
from joserfc.jwk import RSAKey

from conformance.simulators.http import Answer, Call, Handler
from conformance.simulators.nodefile import CLIENT_ID
from conformance.simulators.token import ASSERTION_TYPE
from conformance.synthesis.patients import patients
from conformance.synthesis.pki import TestPki

BASE = "https://node.example/fhir"
SCT, LOINC = "http://snomed.info/sct", "http://loinc.org"


def bsn(role: str) -> str:
    """`system|value` of a patient."""
    return f"http://fhir.nl/fhir/NamingSystem/bsn|{patients()[role].bsn}"


def get(
    handler: Handler, path: str, query: str = "", *, method: str = "GET", body: bytes = b"", **headers: str
) -> Answer:
    """Call a handler; header names take underscores for hyphens."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    pairs = tuple(parse_qsl(query, keep_blank_values=True))
    return handler(Call(method=method, path=path, query=pairs, headers=named, body=body, base=BASE))


def resource(answer: Answer) -> dict[str, Any]:
    """The JSON body."""
    content: dict[str, Any] = json.loads(answer.body)
    return content


def session(pki: TestPki, role: str = "valid") -> requests.Session:
    """A client that shows the certificate of a role."""
    client = requests.Session()
    client.trust_env = False
    client.verify = str(pki.root)
    leaf = pki.clients[role]
    client.cert = (str(leaf.certificate), str(leaf.key))
    return client


@lru_cache(maxsize=8)
def _signing_key(path: Path) -> RSAKey:
    return RSAKey.import_key(path.read_bytes())  # checking a private key costs a quarter of a second


def assertion(pki: TestPki, audience: str, *, header: Mapping[str, Any] | None = None, **claims: Any) -> str:
    """A client assertion; a header or claim that is None is left out."""
    now = int(time.time())
    heading = {"alg": "PS256", "typ": "JWT", "kid": pki.signing.id, **(header or {})}
    content = {
        "iss": CLIENT_ID,
        "sub": CLIENT_ID,
        "aud": audience,
        "iat": now,
        "exp": now + 60,
        "jti": uuid.uuid4().hex,
    }
    content |= claims
    kept = {name: value for name, value in content.items() if value is not None}
    key = _signing_key(pki.signing.key)
    protected = {name: value for name, value in heading.items() if value is not None}
    return jws.serialize_compact(protected, json.dumps(kept), key, algorithms=["PS256", "RS256"])


def form(compact: str) -> dict[str, str]:
    """The token request with this assertion."""
    return {
        "grant_type": "client_credentials",
        "client_assertion_type": ASSERTION_TYPE,
        "client_assertion": compact,
    }
