"""The test PKI: complete certificates, the right wrong ones, keys made once."""

from __future__ import annotations

import os
import re
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509.oid import ExtendedKeyUsageOID

from conformance.agreements import paths
from conformance.synthesis import keys, pki
from conformance.synthesis.pki import NODE_URA, OTHER_URA, SUITE_URA, TestPki, weak_server

ROLES = {"valid", "expired", "revoked", "foreign", "self-signed", "other-purpose", "other"}
SHOWN = {f"counterpart-{wrong}" for wrong in ("foreign", "self-signed", "expired", "elsewhere")}
"""What the suite's counterparts show."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> TestPki:
    return TestPki.create(tmp_path_factory.mktemp("pki"))


def load(path: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(path.read_bytes())


def uzi_name(certificate: x509.Certificate) -> str:
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return next(
        entry.value[2:].decode()
        for entry in names.get_values_for_type(x509.OtherName)
        if entry.type_id.dotted_string == "2.5.5.5"
    )


def test_every_role_has_a_certificate_and_a_private_key(made: TestPki) -> None:
    assert set(made.clients) == ROLES | SHOWN
    for leaf in (*made.clients.values(), made.server):
        assert leaf.certificate.is_file()
        assert leaf.key.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("role", "ura"), [("valid", SUITE_URA), ("other", OTHER_URA), ("self-signed", SUITE_URA)])
def test_a_leaf_names_its_ura_the_way_uzi_certificates_do(made: TestPki, role: str, ura: str) -> None:
    name = uzi_name(load(made.clients[role].certificate))
    assert re.fullmatch(rf"2\.16\.528\.1\.1003\.1\.3\.5\.5\.5-1-\d{{9}}-S-{ura}-00\.000-\d{{8}}", name)


def test_the_server_leaf_is_complete(made: TestPki) -> None:
    certificate = load(made.server.certificate)
    extensions = certificate.extensions
    names = extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert names.value.get_values_for_type(x509.DNSName) == ["localhost"]
    assert str(names.value.get_values_for_type(x509.IPAddress)[0]) == "127.0.0.1"
    assert not names.critical
    usage = extensions.get_extension_for_class(x509.KeyUsage)
    assert usage.critical
    assert usage.value.digital_signature
    assert usage.value.key_encipherment
    assert not usage.value.key_cert_sign
    purposes = set(extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    assert purposes == {ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH}
    policies = extensions.get_extension_for_class(x509.CertificatePolicies).value
    assert [policy.policy_identifier.dotted_string for policy in policies] == ["2.999.1.5.6"]
    assert certificate.public_key().key_size == 3072  # type: ignore[union-attr]
    own = extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    authority = extensions.get_extension_for_class(x509.AuthorityKeyIdentifier).value
    root = load(made.root).extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    assert authority.key_identifier == root.digest
    assert own.digest != root.digest


def test_each_wrong_client_is_wrong_in_one_way(made: TestPki) -> None:
    root, now = load(made.root), datetime.now(UTC)
    certificates = {role: load(leaf.certificate) for role, leaf in made.clients.items()}
    for role in ("valid", "expired", "revoked", "other"):
        certificates[role].verify_directly_issued_by(root)
    certificates["foreign"].verify_directly_issued_by(load(made.foreign_root))
    certificates["self-signed"].verify_directly_issued_by(certificates["self-signed"])
    expired = {role for role, one in certificates.items() if one.not_valid_after_utc < now}
    assert expired == {"expired", "counterpart-expired"}
    revocations = x509.load_pem_x509_crl(made.crl.read_bytes())
    revoked = {
        role
        for role, one in certificates.items()
        if revocations.get_revoked_certificate_by_serial_number(one.serial_number)
    }
    assert revoked == {"revoked"}


@pytest.mark.parametrize("weakness", pki.WEAKNESSES)
def test_a_weak_server_certificate_has_only_its_weakness(made: TestPki, weakness: str) -> None:
    leaf = weak_server(made, weakness)
    certificate = load(leaf.certificate)
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    left = certificate.not_valid_after_utc - datetime.now(UTC)
    key = certificate.public_key()
    assert isinstance(key, RSAPublicKey)
    seen = {
        "expired": left < timedelta(0),
        "expiring": timedelta(0) < left < timedelta(days=14),
        "wrong-host": "localhost" not in names.get_values_for_type(x509.DNSName),
        "no-ura": not leaf.ura,
        "wrong-ura": leaf.ura not in ("", NODE_URA),
        "no-client-usage": len(certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == 1,
        "self-signed": certificate.issuer == certificate.subject,
        "foreign": certificate.issuer == load(made.foreign_root).subject,
        "rsa-2048": key.key_size == 2048,
        "rsa-1024": key.key_size == 1024,
        "sha-1": certificate.signature_algorithm_oid.dotted_string == "1.2.840.113549.1.1.5",
    }
    assert {name for name, is_so in seen.items() if is_so} == {weakness}


def test_the_sha1_signature_is_a_real_one(made: TestPki) -> None:
    certificate, root = load(weak_server(made, "sha-1").certificate), load(made.root).public_key()
    assert isinstance(root, RSAPublicKey)
    algorithm = certificate.signature_hash_algorithm
    assert algorithm is not None
    root.verify(certificate.signature, certificate.tbs_certificate_bytes, padding.PKCS1v15(), algorithm)


def test_an_unknown_weakness_is_named(made: TestPki) -> None:
    with pytest.raises(ValueError, match="no such weakness of a server certificate: bad"):
        weak_server(made, "bad")


def test_a_key_is_made_once_and_is_private(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(paths.sys, "platform", "linux")
    found: list[int] = []

    def fetch() -> None:
        found.append(keys.cached_key("test", 1024).private_numbers().p)

    threads = [threading.Thread(target=fetch) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    kept = list(tmp_path.rglob("*.pem"))
    assert len(set(found)) == 1
    assert len(kept) == 1
    assert kept[0].stat().st_mode & 0o077 == 0
    assert not [path for path in tmp_path.rglob("*") if path.is_file() and path not in kept]


def test_a_damaged_key_is_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(paths.sys, "platform", "linux")
    path = keys.cache_folder() / "keys" / "rsa1024-test.pem"
    path.parent.mkdir(parents=True)
    path.write_text("no key", encoding="ascii")
    first = keys.cached_key("test", 1024).private_numbers()
    assert keys.cached_key("test", 1024).private_numbers() == first


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_cache_costs_time_but_no_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tmp_path.chmod(0o500)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert keys.cached_key("test", 1024).key_size == 1024
