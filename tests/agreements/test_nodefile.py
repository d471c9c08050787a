from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.agreements.bsn import passes_eleven_test, why_not_fictitious
from conformance.agreements.catalogue import Catalogue, load_catalogue
from conformance.agreements.nodefile import load_node
from conformance.agreements.problems import DocumentError
from conformance.agreements.template import node_template
from conformance.model.words import Claim
from tests.agreements.making import agreements, node_file, write


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    return load_catalogue(agreements(tmp_path / "agreements"))


def test_a_node_file_says_who_is_tested(tmp_path: Path, catalogue: Catalogue) -> None:
    node = load_node(node_file(tmp_path), catalogue)
    assert node.identity.ura == "00700701"
    assert node.claims["speaks-xml"] is Claim.YES
    assert node.patients["anna"].bsn == "999970082"
    assert not node.patients["anna"].own
    assert not node.patients["anna"].named
    assert node.politeness.concurrency == 4


def test_paths_are_relative_to_the_node_file(tmp_path: Path, catalogue: Catalogue) -> None:
    files = (
        "trust: { roots: pki/roots.pem, clients: { valid: { certificate: a, key: b } }, "
        "signing: { key: k, id: one }, expired_token: old }"
    )
    path = node_file(tmp_path, "endpoints:", f"{files}\nendpoints:")
    with pytest.raises(DocumentError) as caught:
        load_node(path, catalogue)
    assert {problem.field for problem in caught.value.problems} == {
        "trust/roots",
        "trust/clients/valid/certificate",
        "trust/clients/valid/key",
        "trust/signing/key",
        "trust/expired_token",
    }
    node = load_node(path, catalogue, files=False)
    assert node.trust.roots == tmp_path / "pki" / "roots.pem"
    for name in ("pki/roots.pem", "a", "b", "k", "old"):
        write(tmp_path / name, "")
    assert load_node(path, catalogue).trust.signing_key_id == "one"


@pytest.mark.parametrize(
    ("old", "new", "place", "words"),
    [
        ("actors: [keeper]", "actors: [kepper]", "2:10: actors/0", "Did you mean 'keeper'?"),
        ("actors: [keeper]", "actors: [asker]", "2:10: actors/0", "a role for which there is a profile"),
        ("actors: [keeper]", "actors: keeper", "2:9: actors", "expected a list; found 'keeper'"),
        ('release: "2"', 'release: "9"', "3:10: release", "expected a release that exists; found '9'"),
        ('release: "2"', "release: 2", "3:10: release", "found the number 2"),
        ("speaks-xml:", "speaks-xlm:", "4:31: claims/speaks-xlm", "Did you mean 'speaks-xml'?"),
        ('speaks-xml: "yes"', "speaks-xml: true", "4:43: claims/speaks-xml", "one of: yes, no, unknown; found true"),
        ('ura: "00700701"', "ura: 700701", "1:67: node/ura", "Put the value between quotes."),
        ("vendor: V, ", "", "1:1: node", "expected the key 'vendor'"),
        ("endpoints:", "claims: {}\nendpoints:", "5:1: claims", "'claims' also on line 4"),
        ("claims:", "\tclaims:", "4:1:", "found tab"),
        ("fhir:", "fihr:", "5:14: endpoints/fihr", "Did you mean 'fhir'?"),
        ("https://localhost:8443", "https://me:secret@localhost", "5:27: endpoints/fhir/url", "an address that begins"),
        ("https://localhost:8443", "localhost:8443", "5:27: endpoints/fhir/url", "an address that begins"),
        ("localhost:8443", "localhost:84430", "5:27: endpoints/fhir/url", "a port from 1 to 65535"),
        ("endpoints:", "patients: { ann: {} }\nendpoints:", "5:13: patients/ann", "Did you mean 'anna'?"),
        ("endpoints:", "driver: {}\nendpoints:", "5:1: driver", "found neither"),
        ("endpoints:", "driver: { url: 'https://a', command: [b] }\nendpoints:", "5:1: driver", "found both"),
        ("endpoints:", "politeness: { concurrency: 0 }\nendpoints:", "5:28: politeness/concurrency", "at least 1"),
        (
            "endpoints: {",
            "endpoints: { dicomweb: { url: 'https://a', token: true },",
            "5:51: endpoints/dicomweb/token",
            "'oauth'",
        ),
        ("endpoints:", "settings: { client_id_in_form: ja }\nendpoints:", "5:32: settings", "true or false"),
        ("endpoints:", "settings: { token_scope: [a] }\nendpoints:", "5:26: settings/token_scope", "text"),
        ("endpoints:", "passwords: {}\nendpoints:", "5:1: passwords", "only known keys"),
    ],
)
def test_a_mistake_is_told_with_its_place(
    tmp_path: Path, catalogue: Catalogue, old: str, new: str, place: str, words: str
) -> None:
    path = node_file(tmp_path, old, new)
    with pytest.raises(DocumentError) as caught:
        load_node(path, catalogue)
    fitting = [problem.text.en for problem in caught.value.problems if words in problem.text.en]
    assert fitting, str(caught.value)
    assert fitting[0].startswith(f"{path}:{place}")


def test_a_missing_or_malformed_file_is_told(tmp_path: Path, catalogue: Catalogue) -> None:
    with pytest.raises(DocumentError, match="expected a readable file"):
        load_node(tmp_path / "none.yaml", catalogue)
    for content in ("", "- a\n", "42\n"):
        with pytest.raises(DocumentError, match="expected a block of keys"):
            load_node(write(tmp_path / "node.yaml", content), catalogue)


@pytest.mark.parametrize(
    ("bsn", "words"),
    [
        ('"999970083"', "a number that fails the eleven test"),
        ('"000000000"', "a number that fails the eleven test"),
        ('"123456782"', "may therefore be a person's"),
        ('"999970124"', "found the number of 'unknown'"),
        ("123456782", "a BSN of nine digits between quotes"),
        ('"12345678"', "a BSN of nine digits between quotes"),
    ],
)
def test_only_a_fictitious_number_may_be_used(tmp_path: Path, catalogue: Catalogue, bsn: str, words: str) -> None:
    path = node_file(tmp_path, "endpoints:", f"patients: {{ anna: {{ bsn: {bsn} }} }}\nendpoints:")
    with pytest.raises(DocumentError) as caught:
        load_node(path, catalogue)
    assert words in str(caught.value)
    assert bsn.strip('"') not in str(caught.value), "a number that may be a person's is not repeated"


def test_an_own_fictitious_number_takes_the_place_of_the_suites(tmp_path: Path, catalogue: Catalogue) -> None:
    path = node_file(tmp_path, "endpoints:", 'patients: { anna: { bsn: "999970240" } }\nendpoints:')
    node = load_node(path, catalogue)
    assert (node.patients["anna"].bsn, node.patients["anna"].own) == ("999970240", True)
    assert node.patients["anna"].named
    assert node.patients["unknown"].bsn == "999970124"


@pytest.mark.parametrize(
    ("bsn", "passes"),
    [("123456782", True), ("111222333", True), ("123456789", False), ("999940003", False), ("12345678", False)],
)
def test_the_eleven_test_knows_published_examples(bsn: str, passes: bool) -> None:
    assert passes_eleven_test(bsn) is passes


@given(st.integers(10, 99999999), st.integers(0, 8))
def test_one_wrong_digit_never_passes(prefix: int, position: int) -> None:
    numbers = [f"{prefix:08}{last}" for last in range(10)]
    for bsn in filter(passes_eleven_test, numbers):
        other = bsn[:position] + str((int(bsn[position]) + 1) % 10) + bsn[position + 1 :]
        assert not passes_eleven_test(other)
    assert why_not_fictitious("١٢٣٤٥٦٧٨٢") is not None


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_template_is_a_good_node_file(tmp_path: Path, lang: str) -> None:
    shipped = load_catalogue()
    path = write(tmp_path / "node.yaml", node_template(shipped, lang, "node.yaml"))
    node = load_node(path, shipped, files=False)
    assert set(node.claims) == set(shipped.claims)
    assert set(node.claims.values()) == {Claim.UNKNOWN}
