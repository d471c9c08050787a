"""Faults: each switch breaks what it says; fault data that is wrong is refused with its place."""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
import requests

from conformance.agreements.problems import DocumentError
from conformance.codecs.fhir_xml import from_xml
from conformance.simulators.faults import Fault, switches
from conformance.simulators.faults.loading import load_faults
from conformance.simulators.faults.paths import Change
from conformance.simulators.faults.tls import SUITES
from conformance.simulators.hello import hello_from
from conformance.simulators.reference import ReferenceNode
from conformance.synthesis.bgz.record import bgz_data
from conformance.synthesis.patients import patients
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


@pytest.fixture
def broken() -> Iterator[Breaking]:
    running: list[Broken] = []

    def make(one: Fault) -> Broken:
        running.append(Broken(ReferenceNode(release="1.4", faults=(one,)).start()))
        return running[-1]

    yield make
    for one in running:
        one.client.close()
        one.node.stop()


# -- what the source says


def test_an_element_is_removed_from_json_and_xml(broken: Breaking) -> None:
    node = broken(fault("fhir.element", type="Condition", path="code.coding.system", action="remove"))
    as_json = node.get("Condition").json()["entry"]
    as_xml = from_xml(node.get("Condition", Accept="application/fhir+xml").content)["entry"]
    for entries in (as_json, as_xml):
        assert all("system" not in coding for entry in entries for coding in entry["resource"]["code"]["coding"])


def test_only_the_first_only_alone_only_when_asked_so(broken: Breaking) -> None:
    first = broken(fault("fhir.element", type="Condition", path="code", action="remove", first=True, accept="json"))
    kept = [
        "code" in entry["resource"] for entry in first.get("Condition", Accept="application/fhir+json").json()["entry"]
    ]
    assert kept == [False, True, True, True]
    assert all("code" in entry["resource"] for entry in first.get("Condition").json()["entry"])
    alone = broken(fault("fhir.element", type="Condition", path="id", action="replace", value="x", alone=True))
    assert alone.get("Condition/anna-problems-1").json()["id"] == "x"
    assert alone.get("Condition").json()["entry"][0]["resource"]["id"] == "anna-problems-1"


def test_a_refusal_can_be_changed(broken: Breaking) -> None:
    node = broken(fault("fhir.element", type="OperationOutcome", path="issue", action="remove"))
    assert node.get("Condition/no-such").json() == {"resourceType": "OperationOutcome"}


def test_a_forgotten_filter_and_a_forgotten_patient(broken: Breaking) -> None:
    status = broken(fault("fhir.ignore-parameter", name="status", type="Immunization"))
    bundle = status.get("Immunization?status=completed").json()
    assert bundle["total"] == 3
    assert "status=completed" in bundle["link"][0]["url"]
    nobody = broken(fault("fhir.ignore-parameter", name="patient.identifier", type="Condition"))
    bundle = nobody.get("Condition", role="unknown").json()
    assert bundle["total"] == sum(one["resourceType"] == "Condition" for one in bgz_data().resources)
    assert patients()["bram"].bsn not in bundle["link"][0]["url"]


def test_include_and_revinclude_can_be_forgotten(broken: Breaking) -> None:
    node = broken(fault("fhir.ignore-parameter", name="_revinclude"))
    modes = {one["search"]["mode"] for one in node.get("Condition?_revinclude=Provenance:target").json()["entry"]}
    assert modes == {"match"}


@pytest.mark.parametrize(("keep", "expected"), [("all", 3), ("oldest", 1)])
def test_lastn_that_is_not_last(broken: Breaking, keep: str, expected: int) -> None:
    node = broken(fault("fhir.lastn", keep=keep))
    bundle = node.get("Observation/$lastn?code=http://loinc.org|85354-9").json()
    assert bundle["total"] == len(bundle["entry"]) == expected
    if keep == "oldest":
        assert bundle["entry"][0]["resource"]["effectiveDateTime"].startswith("2026-01-12")


def test_entries_drop_double_and_change_mode(broken: Breaking) -> None:
    drop = broken(fault("fhir.entries", type="Condition", action="drop")).get("Condition").json()
    assert "entry" not in drop
    assert len(broken(fault("fhir.entries", type="Condition", action="double")).get("Condition").json()["entry"]) == 8
    mode = broken(fault("fhir.entries", type="Condition", action="mode", mode="include")).get("Condition").json()
    assert {entry["search"]["mode"] for entry in mode["entry"]} == {"include"}


@pytest.mark.parametrize(
    ("what", "path"),
    [
        ("any", "Condition?code=a|b|c"),
        ("unknown-parameter", "Condition?nonsense=1"),
        ("no-patient", "Condition/"),
    ],
)
def test_a_lenient_source_answers_200(broken: Breaking, what: str, path: str) -> None:
    node = broken(fault("fhir.lenient", what=what))
    if what == "no-patient":
        headers = {"Authorization": f"Bearer {node.token().json()['access_token']}"}
        answer = node.client.get(f"{node.node.url}/fhir/Condition", headers=headers, timeout=5)
    else:
        answer = node.get(path)
    assert (answer.status_code, answer.json()["total"]) == (200, 0)


@pytest.mark.parametrize(
    ("instead", "media"), [("json", "application/fhir+json"), ("xml", "application/fhir+xml"), ("html", "text/html")]
)
def test_a_source_that_does_not_listen_to_accept(broken: Breaking, instead: str, media: str) -> None:
    answer = broken(fault("fhir.format", instead=instead)).get("Condition", Accept="application/fhir+xml")
    assert answer.headers["Content-Type"].startswith(media)


def test_capabilities_can_lack_something(broken: Breaking) -> None:
    def rest(what: str, name: str) -> dict[str, Any]:
        content: dict[str, Any] = broken(fault("fhir.metadata-without", what=what, name=name)).get("metadata").json()
        return content

    assert "CareTeam" not in {one["type"] for one in rest("type", "CareTeam")["rest"][0]["resource"]}
    assert rest("operation", "lastn")["rest"][0]["operation"] == []
    assert rest("format", "application/fhir+xml")["format"] == ["application/fhir+json"]


def test_records_can_be_missing_mixed_or_the_same(broken: Breaking) -> None:
    assert broken(fault("records.without", type="Condition", patient="anna")).get("Condition").json()["total"] == 0
    mixed = broken(fault("records.mixed")).get("Condition").json()
    assert {entry["resource"]["subject"]["reference"] for entry in mixed["entry"]} == {"Patient/anna", "Patient/evert"}
    same = broken(fault("records.same-bsn")).get("Condition").json()
    assert {entry["resource"]["subject"]["reference"] for entry in same["entry"]} == {"Patient/anna", "Patient/bram"}


def test_someone_of_whom_there_is_nothing_gets_the_record_of_another(broken: Breaking) -> None:
    node = broken(fault("records.fallback"))
    found = node.get("Condition", role="unknown").json()
    assert found["total"] > 0
    assert bsn("unknown") in unquote(found["link"][0]["url"])
    assert node.get("Condition", role="anna").json()["entry"][0]["resource"]["subject"]["reference"] == "Patient/anna"


def test_a_match_can_be_lost(broken: Breaking) -> None:
    whole = broken(fault("http.untouched")).get("Condition").json()
    for which, kept in (("first", whole["entry"][1:]), ("last", whole["entry"][:-1])):
        less = broken(fault("fhir.lose", which=which)).get("Condition").json()
        assert (less["total"], ids(less)) == (whole["total"] - 1, [one["resource"]["id"] for one in kept])
    turned = broken(fault("fhir.lose", turned=True))
    assert turned.get("Condition").json()["total"] == whole["total"]


def ids(bundle: dict[str, Any]) -> list[str]:
    return [one["resource"]["id"] for one in bundle["entry"]]


def test_answers_can_be_written_carelessly(broken: Breaking) -> None:
    content = broken(fault("fhir.careless", about="content", asks="problem")).get("Condition").json()
    assert (content["total"], content["entry"][0]["fullUrl"][:10]) == (0, "Condition/")
    addresses = broken(fault("fhir.careless", about="addresses", asks="problem")).get("Condition").json()
    assert addresses["link"][0]["url"].endswith("/fhir/Condition")
    assert broken(fault("fhir.careless", about="content", asks="alert")).get("Condition").json()["total"] > 0


ANSWERS = {
    "search": "Condition?",
    "read": "Condition/{id}",
    "nobody": "Observation?code=none&",
    "malformed": "Condition?patient.identifier:x=y&",
    "missing": "Condition/none",
}


@pytest.mark.parametrize("way", ANSWERS)
@pytest.mark.parametrize(
    ("switch", "given"),
    [("strangers.words", {}), ("strangers.contained", {}), ("strangers.numbered", {"whose": "cees"})],
)
def test_a_stranger_gets_into_one_kind_of_answer(
    broken: Breaking, switch: str, given: dict[str, str], way: str
) -> None:
    assert changed(broken, fault(switch, way=way, **given)) == {way}


@pytest.mark.parametrize("way", ANSWERS)
def test_the_own_number_gets_into_one_kind_of_answer_that_is_somebodys(broken: Breaking, way: str) -> None:
    assert changed(broken, fault("strangers.numbered", way=way)) == {way} - {"missing"}


def changed(broken: Breaking, one: Fault) -> set[str]:
    """Which kinds of answer a fault changes."""
    good, bad = broken(fault("http.untouched")), broken(one)
    first = good.get("Condition").json()["entry"][0]["resource"]["id"]
    return {name for name, path in ANSWERS.items() if told(good, path, first) != told(bad, path, first)}


def told(node: Broken, path: str, identity: str) -> tuple[str, str]:
    role = "cees" if path == ANSWERS["nobody"] else "anna"
    answer = node.get(path.format(id=identity).removesuffix("?").removesuffix("&"), role=role)
    body = {**answer.json(), "id": "", "meta": "", "link": ""}
    text = json.dumps(body).replace(node.node.url, "")
    return text, str("Content-Location" in answer.headers)


def test_what_another_has_comes_as_ones_own(broken: Breaking) -> None:
    found = broken(fault("strangers.disguised")).get("Condition").json()
    assert {one["resource"]["subject"]["reference"] for one in found["entry"]} == {"Patient/anna"}
    assert found["total"] == broken(fault("http.untouched")).get("Condition").json()["total"] + 1


@pytest.mark.parametrize("where", ["id", "next"])
def test_a_number_gets_into_the_id_or_a_link(broken: Breaking, where: str) -> None:
    answer = broken(fault("strangers.numbered", where=where)).get("Condition").json()
    text = answer["id"] if where == "id" else answer["link"][-1]["url"]
    assert patients()["anna"].bsn in text


# -- HTTP


def test_http_switches_change_only_what_is_meant(broken: Breaking) -> None:
    node = broken(fault("http.status", path="/fhir/Condition$", query="patient", accept="xml", status=500))
    assert node.get("Condition", Accept="application/fhir+xml").status_code == 500
    assert node.get("Condition", Accept="application/fhir+json").status_code == 200
    assert node.get("Flag", Accept="application/fhir+xml").status_code == 200


def test_headers_and_bodies(broken: Breaking) -> None:
    gone = broken(fault("http.header", path="/fhir/", name="www-authenticate", value=""))
    answer = gone.client.get(f"{gone.node.url}/fhir/Condition", timeout=5)
    assert (answer.status_code, answer.headers.get("WWW-Authenticate")) == (401, None)
    cut = broken(fault("http.body", path="/fhir/Flag", truncate=20, append="<!-- -->"))
    assert cut.get("Flag").content.endswith(b"<!-- -->")
    assert len(cut.get("Flag").content) == 28


# -- tokens

SKIPS = {
    "typ": {"header": {"typ": "other"}},
    "audience": {"aud": "https://elsewhere.example"},
    "issued": {"iat": 4_000_000_000, "exp": 4_000_000_060},
    "expiry": {"iat": 1, "exp": 60},
}


@pytest.mark.parametrize("check", SKIPS)
def test_a_skipped_check_lets_exactly_that_through(broken: Breaking, check: str) -> None:
    node = broken(fault("token.skip", check=check))
    audience = f"{node.node.url}/oauth/token"
    for name, wrong in SKIPS.items():
        answer = node.ask_token(form(assertion(node.node.pki, audience, **wrong)))
        assert (answer.status_code == 200) is (name == check), name


@pytest.mark.parametrize(
    ("switch", "request_"),
    [("token.accept-shared-secret", ("POST", "client_secret=x")), ("token.accept-get", ("GET", ""))],
)
def test_other_ways_in(broken: Breaking, switch: str, request_: tuple[str, str]) -> None:
    node = broken(fault(switch))
    url = f"{node.node.url}/oauth/token"
    if request_[0] == "GET":
        answer = node.client.get(url, params=form(assertion(node.node.pki, url)), timeout=5)
    else:
        answer = node.ask_token({"client_id": "twiin-conformance-suite", "client_secret": "x"})
    assert answer.status_code == 200


@pytest.mark.parametrize("sort", ["none", "garbage", "other-certificate", "in-url"])
def test_each_sort_of_wrong_token_can_be_accepted_alone(broken: Breaking, sort: str) -> None:
    node = broken(fault("access.accept", token=sort))
    good = node.token().json()["access_token"]
    other = session(node.node.pki, "other")
    url, query = f"{node.node.url}/fhir/Condition", {"patient.identifier": bsn("anna")}
    answers = {
        "none": node.client.get(url, params=query, timeout=5),
        "garbage": node.client.get(url, params=query, headers={"Authorization": "Bearer x"}, timeout=5),
        "other-certificate": other.get(url, params=query, headers={"Authorization": f"Bearer {good}"}, timeout=5),
        "in-url": node.client.get(url, params={**query, "access_token": good}, timeout=5),
    }
    other.close()
    served = {name for name, answer in answers.items() if answer.status_code == 200}
    assert served == {sort}


@pytest.mark.parametrize("sort", ["none", "garbage", "other-certificate", "wrong", "anything"])
def test_another_way_stands_open_to_one_sort_of_token(broken: Breaking, sort: str) -> None:
    node = broken(fault("access.other-way", way="all-types-posted", token=sort))
    good = node.token().json()["access_token"]
    other = session(node.node.pki, "other")
    url, query = f"{node.node.url}/fhir", {"_type": "Condition"}
    tokens = {"none": {}, "garbage": {"Authorization": "Bearer x"}, "good": {"Authorization": f"Bearer {good}"}}
    answers = {
        name: node.client.post(f"{url}/_search", data=query, headers=headers, timeout=5)
        for name, headers in tokens.items()
    }
    answers["other-certificate"] = other.post(f"{url}/_search", data=query, headers=tokens["good"], timeout=5)
    other.close()
    served = {name for name, answer in answers.items() if answer.status_code == 200}
    meant = {"wrong": {"garbage", "other-certificate"}, "anything": {"none", "garbage", "other-certificate"}}
    assert served == meant.get(sort, {sort})
    assert node.client.get(f"{url}/Condition/_history", timeout=5).status_code == 401


# -- the door


@pytest.mark.parametrize("sort", ["none", "expired", "revoked", "foreign", "self-signed"])
def test_the_door_lets_in_this_sort_and_no_other(broken: Breaking, sort: str) -> None:
    node = broken(fault("tls.clients", accept=sort)).node
    let_in = set()
    for role in ("none", "valid", "expired", "revoked", "foreign", "self-signed"):
        with session(node.pki, "valid" if role == "none" else role) as client:
            client.cert = None if role == "none" else client.cert
            try:
                client.get(f"{node.url}/fhir/metadata", timeout=5)
            except requests.ConnectionError:
                continue
            let_in.add(role)
    assert let_in == {"valid", sort}


def test_a_door_that_trusts_nobody(broken: Breaking) -> None:
    node = broken(fault("tls.refuse-clients"))
    with pytest.raises(requests.ConnectionError):
        node.client.get(f"{node.node.url}/fhir/metadata", timeout=5)


@pytest.mark.parametrize("weakness", ["expired", "wrong-host", "self-signed", "foreign"])
def test_a_bad_server_certificate_is_seen_by_a_careful_client(broken: Breaking, weakness: str) -> None:
    node = broken(fault("tls.server-certificate", weakness=weakness))
    with pytest.raises(requests.exceptions.SSLError):
        node.client.get(f"{node.node.url}/fhir/metadata", timeout=5)


@pytest.mark.parametrize("weakness", ["rsa-1024", "sha-1"])
def test_a_weak_server_certificate_is_really_shown(broken: Breaking, weakness: str) -> None:
    node = broken(fault("tls.server-certificate", weakness=weakness)).node
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    leaf = node.pki.clients["valid"]
    context.load_cert_chain(leaf.certificate, leaf.key)
    with _connected(node) as plain, context.wrap_socket(plain) as tls:
        assert len(tls.getpeercert(True) or b"") > 100


@pytest.mark.parametrize("instead", [False, True])
def test_plain_http_on_the_port(broken: Breaking, instead: bool) -> None:
    node = broken(fault("tls.plain-http", instead=instead))
    port = node.node.url.rpartition(":")[2]
    assert requests.get(f"http://127.0.0.1:{port}/fhir/metadata", timeout=5).status_code == 200
    assert "https://" in node.node.node_file.read_text(encoding="utf-8")
    if instead:
        with pytest.raises(requests.exceptions.SSLError):
            node.client.get(f"https://localhost:{port}/fhir/metadata", timeout=5)
    else:
        assert node.get("Condition").status_code == 200


@pytest.mark.filterwarnings("ignore:ssl.TLSVersion:DeprecationWarning")
def test_old_versions_can_be_turned_on(broken: Breaking) -> None:
    node = broken(fault("tls.versions", minimum="TLSv1", maximum="TLSv1.3")).node
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1
    leaf = node.pki.clients["valid"]
    context.load_cert_chain(leaf.certificate, leaf.key)
    with _connected(node) as plain, context.wrap_socket(plain) as tls:
        assert tls.version() == "TLSv1"


def _connected(node: ReferenceNode) -> socket.socket:
    return socket.create_connection(("127.0.0.1", int(node.url.rpartition(":")[2])), timeout=5)


def _hello(version: int, suites: list[int], compression: bytes = b"\x00") -> bytes:
    listed = b"".join(suite.to_bytes(2, "big") for suite in suites)
    body = version.to_bytes(2, "big") + bytes(32) + b"\x00" + len(listed).to_bytes(2, "big") + listed
    body += bytes((len(compression),)) + compression + b"\x00\x00"
    message = b"\x01" + len(body).to_bytes(3, "big") + body
    return b"\x16\x03\x01" + len(message).to_bytes(2, "big") + message


def _answer(node: ReferenceNode, hello: bytes) -> bytes:
    with _connected(node) as plain:
        plain.sendall(hello)
        return plain.recv(200)


def test_a_hello_is_read() -> None:
    read = hello_from(_hello(0x0303, [0xC02F, 0x0005], b"\x01\x00"))
    assert read is not None
    assert (read.versions, read.suites, read.compression) == ((0x0303,), (0xC02F, 0x0005), True)
    assert hello_from(b"GET / HTTP/1.1\r\n" + bytes(40)) is None
    assert hello_from(_hello(0x0303, [0xC02F])[:50]) is None


def test_the_doorman_answers_what_openssl_cannot(broken: Breaking) -> None:
    node = broken(fault("tls.answer-hello", version="SSLv3"))
    assert _answer(node.node, _hello(0x0300, [0x0005]))[:3] == b"\x16\x03\x00"
    assert node.get("Condition").status_code == 200


def test_the_doorman_answers_only_what_he_is_told_to(broken: Breaking) -> None:
    rc4 = broken(fault("tls.answer-hello", version="TLSv1.2", suite="0x0005", beside="worse")).node
    chosen = _answer(rc4, _hello(0x0303, [0x0005]))
    assert chosen[0] == 0x16
    assert chosen[44:46] == b"\x00\x05"
    assert _answer(rc4, _hello(0x0303, [0x0005, 0xC02F]))[44:46] != b"\x00\x05"
    assert _answer(rc4, _hello(0x0303, [0x000A]))[:1] != b"\x16"
    deflate = broken(fault("tls.answer-hello", version="TLSv1.2", compression=True)).node
    assert _answer(deflate, _hello(0x0303, [0xC02F], b"\x01\x00"))[46] == 1


def test_the_doorman_refuses(broken: Breaking) -> None:
    node = broken(fault("tls.refuse-hello", suites=["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"]))
    assert _answer(node.node, _hello(0x0303, [SUITES["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"]]))[0] == 0x15
    assert node.get("Condition").status_code == 200


# -- data


A = "faults: {A: {title: {nl: x, en: x}, switch: "
WRONG_DATA = {
    A + "no.such, fails: [], undecidable: []}}": r"bad\.yaml:1:.*switch: expected one of",
    A + "http.status, with: {}}}": "with/status: expected a whole number; found nothing",
    A + "http.status, with: {status: x}}}": "expected a whole number; found 'x'",
    A + "http.status, with: {status: 500, stauts: 1}}}": "unknown parameter",
    A + "tls.plain-http, fails: X}}": "a list of requirement ids",
    A + "tls.plain-http, extra: X}}": "expected one of title, switch",
    "faults: {A: {title: {nl: x}, switch: tls.plain-http}}": "title in nl and en",
    "faults: {A: x}": "expected a mapping with",
    "nothing: x": "found no faults",
}


@pytest.mark.parametrize(("text", "reason"), WRONG_DATA.items())
def test_wrong_fault_data_is_refused_with_its_place(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "bad.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match=reason):
        load_faults(tmp_path)


def test_an_id_may_stand_in_one_file_only(tmp_path: Path) -> None:
    text = "faults: {A: {title: {nl: x, en: x}, switch: tls.plain-http}}"
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(DocumentError, match=r"b\.yaml:1:.*found A twice"):
        load_faults(tmp_path)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (Change(path="a.b", action="remove"), {"a": [{}, {"c": 1}], "d": "x"}),
        (Change(path="a[0].b", action="replace", value=2), {"a": [{"b": 2}, {"c": 1}], "d": "x"}),
        (Change(path="a[1]", action="remove"), {"a": [{"b": 1}], "d": "x"}),
        (Change(path="a", action="add", value={}), {"a": [{"b": 1}, {"c": 1}, {}], "d": "x"}),
        (Change(path="d", action="empty"), {"a": [{"b": 1}, {"c": 1}], "d": ""}),
        (Change(path="d", action="rename", name="e"), {"a": [{"b": 1}, {"c": 1}], "e": "x"}),
        (Change(path="no.such", action="replace", value=1), {"a": [{"b": 1}, {"c": 1}], "d": "x"}),
    ],
)
def test_changes_at_paths(change: Change, expected: dict[str, Any]) -> None:
    before = {"a": [{"b": 1}, {"c": 1}], "d": "x"}
    kept = json.dumps(before)
    assert change.at(before) == expected
    assert json.dumps(before) == kept


def test_a_path_that_is_none_is_named() -> None:
    with pytest.raises(ValueError, match="write names with dots"):
        Change(path="a..b", action="remove").at({})
