"""The reference node over real sockets: fast, faithful to the release, closed to whom it must be."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import yaml

from conformance.simulators.http import Answer, Call, mounted
from conformance.simulators.reference import ReferenceNode
from conformance.simulators.server import TlsSettings, serve
from tests.simulators.asking import assertion, bsn, form, session


@pytest.fixture(scope="module")
def node() -> Iterator[ReferenceNode]:
    with ReferenceNode() as running:
        yield running


@pytest.fixture(scope="module")
def token(node: ReferenceNode) -> str:
    with session(node.pki) as client:
        answer = client.post(f"{node.url}/oauth/token", data=form(assertion(node.pki, f"{node.url}/oauth/token")))
    assert answer.status_code == 200
    return str(answer.json()["access_token"])


def search(node: ReferenceNode, client: requests.Session, token: str = "") -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    query = {"patient.identifier": bsn("anna")}
    return client.get(f"{node.url}/fhir/Condition", params=query, headers=headers, timeout=5)


def test_the_node_file_is_complete(node: ReferenceNode) -> None:
    content = yaml.safe_load(node.node_file.read_text(encoding="utf-8"))
    assert {"node", "actors", "release", "claims", "endpoints", "trust", "patients", "driver"} <= set(content)
    assert set(content["trust"]["clients"]) == set(node.pki.clients)
    for leaf in content["trust"]["clients"].values():
        assert (node.node_file.parent / leaf["key"]).is_file()
    assert content["claims"]["bgz-source"] == "yes"
    assert content["endpoints"]["fhir"]["url"] == f"{node.url}/fhir"


def test_a_client_with_a_token_is_served(node: ReferenceNode, token: str) -> None:
    with session(node.pki) as client:
        answer = search(node, client, token)
    assert (answer.status_code, answer.json()["total"]) == (200, 4)


def test_a_client_without_a_token_is_not(node: ReferenceNode) -> None:
    with session(node.pki) as client:
        assert search(node, client).status_code == 401
        assert search(node, client, "garbage").status_code == 401


def test_a_token_belongs_to_its_certificate(node: ReferenceNode, token: str) -> None:
    with session(node.pki, "other") as client:
        assert search(node, client, token).status_code == 401


@pytest.mark.parametrize("role", ["expired", "revoked", "foreign", "self-signed"])
def test_a_wrong_certificate_stays_out(node: ReferenceNode, token: str, role: str) -> None:
    with session(node.pki, role) as client, pytest.raises(requests.ConnectionError):
        search(node, client, token)


def test_no_certificate_stays_out(node: ReferenceNode) -> None:
    with session(node.pki) as client:
        client.cert = None
        with pytest.raises(requests.ConnectionError):
            search(node, client)


def test_images_are_there(node: ReferenceNode) -> None:
    number = bsn("anna").rpartition("|")[2]
    with session(node.pki) as client:
        answer = client.get(f"{node.url}/dicomweb/studies", params={"PatientID": number}, timeout=10)
    assert answer.status_code == 200


def test_nothing_else_is_there(node: ReferenceNode) -> None:
    with session(node.pki) as client:
        assert client.get(f"{node.url}/elsewhere", timeout=5).status_code == 404


@pytest.mark.parametrize(
    ("release", "version", "open_"),
    [
        ("1.5", "TLSv1_2", False),
        ("1.5", "TLSv1_3", True),
        ("1.4", "TLSv1_2", True),
        ("1.3.0", "TLSv1_2", True),
        ("1.3.1", "TLSv1_2", False),
    ],
)
def test_each_release_has_its_tls_versions(release: str, version: str, open_: bool) -> None:
    with ReferenceNode(release=release) as node:
        context = ssl.create_default_context(cafile=str(node.pki.root))
        leaf = node.pki.clients["valid"]
        context.load_cert_chain(leaf.certificate, leaf.key)
        context.minimum_version = context.maximum_version = ssl.TLSVersion[version]
        assert _greets(context, int(node.url.rpartition(":")[2])) is open_


def _greets(context: ssl.SSLContext, port: int) -> bool:
    import socket

    try:
        with (
            socket.create_connection(("127.0.0.1", port), timeout=5) as plain,
            context.wrap_socket(plain, server_hostname="localhost") as tls,
        ):
            tls.sendall(b"GET /fhir/metadata HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return tls.recv(12) == b"HTTP/1.1 200"
    except (ssl.SSLError, ConnectionError):
        return False


def test_an_unknown_release_and_an_unknown_fault_are_named() -> None:
    with pytest.raises(ValueError, match=r"releases 1\.3\.0, 1\.3\.1, 1\.4, 1\.5, not 9"):
        ReferenceNode(release="9")
    with pytest.raises(ValueError, match="no such fault: NO-SUCH"):
        ReferenceNode(faults=("NO-SUCH",))


def test_the_driver_makes_the_node_look_for_images(node: ReferenceNode) -> None:
    seen: list[Call] = []

    def counterpart(call: Call) -> Answer:
        seen.append(call)
        return Answer(204)

    number = bsn("anna").rpartition("|")[2]
    order = {"action": "view-images", "patient": {"role": "anna", "bsn": number}}
    tls = TlsSettings(chain=node.pki.server.certificate, key=node.pki.server.key, roots=(node.pki.root,))
    with serve(mounted({"/there": counterpart}), tls=tls) as other, session(node.pki) as client:
        order["counterparts"] = {"dicomweb": f"{other.url}/there"}
        assert client.post(f"{node.url}/driver", json=order, timeout=5).status_code == 202
        until = time.monotonic() + 5
        while not seen and time.monotonic() < until:
            time.sleep(0.01)
        time.sleep(0.05)
    assert seen[0].path == "/studies"
    assert ("PatientID", number) in seen[0].query
    assert seen[0].certificate is not None


@pytest.mark.parametrize(
    "body", [b"no json", b"[]", b'{"action": "dance"}', b'{"action": "view-images", "patient": {}}',
             b'{"action": "view-images", "patient": {"bsn": "1"}}']
)  # fmt: skip
def test_an_order_that_makes_no_sense_is_refused(node: ReferenceNode, body: bytes) -> None:
    with session(node.pki) as client:
        answer = client.post(f"{node.url}/driver", data=body, timeout=5)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_the_body_has_a_limit() -> None:
    with serve(lambda call: Answer(200, (), call.body), tls=None, body_limit=10) as server:
        url = f"http://127.0.0.1:{server.port}/"
        assert requests.post(url, data=b"0123456789", timeout=5).content == b"0123456789"
        assert requests.post(url, data=b"0123456789x", timeout=5).status_code == 413


def test_stopping_twice_is_harmless_and_the_folder_goes() -> None:
    node = ReferenceNode().start()
    folder = node.node_file.parent
    node.stop()
    node.stop()
    assert not folder.exists()
    with pytest.raises(RuntimeError, match="not running"):
        _ = node.url


def test_a_given_folder_stays(tmp_path: Path) -> None:
    with ReferenceNode(folder=tmp_path) as node:
        assert node.node_file == tmp_path / "node.yaml"
    assert (tmp_path / "node.yaml").is_file()


def test_the_node_is_up_within_its_time() -> None:
    """Imports included, in time of the processor: the machine does other things as well."""
    program = (
        "import time\nfrom conformance.simulators.reference import ReferenceNode\n"
        "node = ReferenceNode().start(); print(time.process_time()); node.stop()"
    )
    runs = [subprocess.run([sys.executable, "-c", program], capture_output=True, check=True) for _ in range(3)]
    assert min(json.loads(run.stdout) for run in runs) < 2.5
