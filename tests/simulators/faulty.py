"""A node with one fault, as tests ask it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import requests

from conformance.simulators.faults import Fault, switches
from conformance.simulators.reference import ReferenceNode
from tests.simulators.asking import assertion, bsn, form, session


def fault(switch: str, **parameters: Any) -> Fault:
    given = {name.replace("_", "-"): value for name, value in parameters.items()}
    assert switches()[switch].problems(given) == []
    return Fault(id="T", title={"nl": "t", "en": "t"}, switch=switch, chapter="test", parameters=given)


class Broken:
    """A node with one fault and a client that has a token."""

    def __init__(self, node: ReferenceNode) -> None:
        self.node = node
        self.client = session(node.pki)

    def token(self) -> requests.Response:
        return self.ask_token(form(assertion(self.node.pki, f"{self.node.url}/oauth/token")))

    def ask_token(self, fields: dict[str, str]) -> requests.Response:
        return self.client.post(f"{self.node.url}/oauth/token", data=fields, timeout=5)

    def get(self, path: str, role: str = "anna", **headers: str) -> requests.Response:
        mark = "&" if "?" in path else "?"
        query = "" if path.startswith(("metadata", "Condition/")) else f"{mark}patient.identifier={bsn(role)}"
        known = {"Authorization": f"Bearer {self.token().json()['access_token']}", **headers}
        return self.client.get(f"{self.node.url}/fhir/{path}{query}", headers=known, timeout=5)


Breaking = Callable[[Fault], Broken]
