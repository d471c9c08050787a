"""A gateway that others wrote, before a node: shut at every address, or set up so that one stays open.

What lies behind binds no token to a certificate, as a source behind a gateway that shows it none.
"""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from conformance.simulators.driver import Driver
from conformance.simulators.faults import switches
from conformance.simulators.insides import Insides
from conformance.simulators.nodefile import asked, write_node_file
from conformance.simulators.server import serve
from conformance.synthesis.pki import TestPki
from tests.peers.starting import mutual_tls

pytestmark = pytest.mark.peer
ROOT = Path(__file__).parent.parent.parent
REQUIREMENTS = ("NET-01", "NET-13", "NET-14", "NET-15", "NET-16", "NET-17")
LENIENT = "optional crt-ignore-err all ca-ignore-err all"
"""Whoever comes is let in; rules for each request refuse."""
NAMED, GOOD = "{ ssl_c_used }", "{ ssl_c_used } { ssl_c_verify 0 }"


def denying(unless: str) -> tuple[str, ...]:
    """Nobody without a good certificate, but for what is meant."""
    return (f"http-request deny deny_status 403 unless {GOOD} or {unless}",)


GATEWAYS: dict[str, tuple[str, Sequence[str], dict[str, set[str]]]] = {
    "shut": ("required", (), {}),
    "shut by rules": (LENIENT, denying("{ always_false }"), {}),
    "open for Flag": (
        LENIENT,
        denying(f"!{NAMED} {{ path_beg /fhir/Flag }}"),
        {"NET-01": {f"Flag-{how}-{form}" for how in ("search", "read") for form in ("json", "xml")}},
    ),
    "open for one type in XML": (
        LENIENT,
        denying(f"!{NAMED} {{ path /fhir/Consent }} {{ req.hdr(accept) -m sub xml }}"),
        {"NET-01": {"Consent-search-xml"}},
    ),
    "open for capabilities": (
        LENIENT,
        denying(f"!{NAMED} {{ path /fhir/metadata }}"),
        {"NET-01": {"capabilities"}},
    ),
    "open for pictures": (
        LENIENT,
        denying(f"!{NAMED} {{ path_end /rendered }}"),
        {"NET-01": {"rendered-instance", "rendered-frame"}},
    ),
    "gives tokens to the expired": (
        LENIENT,
        denying("{ ssl_c_verify 10 } { path /oauth/token }"),
        {"NET-13": {"token"}},
    ),
}


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
    return port


@pytest.mark.parametrize("gateway", GATEWAYS)
def test_every_address_that_stays_open_is_named(gateway: str, tmp_path: Path) -> None:
    verify, rules, meant = GATEWAYS[gateway]
    pki, port = TestPki.create(tmp_path / "pki"), free_port()
    address = f"https://localhost:{port}"
    unbound = switches()["token.skip"].pieces({"check": "certificate"})
    inside = Insides(pki, unbound, lambda: f"{address}/oauth/token")
    expired = inside.expired_token()
    node = write_node_file(tmp_path, address=address, release="1.5", pki=pki, expired_token=expired, asked=asked())
    with (
        serve(inside.handler(Driver({}).handler), tls=None) as behind,
        mutual_tls(tmp_path, pki, port=port, behind=behind.port, verify=verify, rules=rules),
    ):
        ended = _knocked(node, tmp_path / "run")
    failed: dict[str, set[str]] = {}
    for finding in json.loads((tmp_path / "run" / "findings.json").read_bytes()):
        assert finding["verdict"] in ("pass", "fail"), finding
        failing = {name for name, verdict in finding["members"].items() if verdict == "fail"}
        failed.setdefault(finding["requirement"], set()).update(failing)
    assert set(failed) == set(REQUIREMENTS), ended.stdout + ended.stderr
    assert {name: members for name, members in failed.items() if members} == meant


def _knocked(node: Path, folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "conformance", "run", str(node), "--out", str(folder), "--seed", "0"]
    for name in REQUIREMENTS:
        command += ["--requirement", name]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
