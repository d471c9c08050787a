"""What the server's certificate says."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from cryptography import x509

from conformance.checks.clock import timed
from conformance.checks.judgement import decidable, fact, judgement, require, undecided
from conformance.model.exchange import Exchange
from conformance.model.words import Text, Triage
from conformance.validation import x509 as certificates

UNTRUSTED = {
    "server-certificate-untrusted": Text(
        "de keten eindigt niet bij een wortel uit 'trust.roots'", "the chain does not end at a root in 'trust.roots'"
    ),
    "server-certificate-self-signed": Text("het certificaat is zelfondertekend", "the certificate is self-signed"),
}
SERVER_AND_CLIENT = {"1.3.6.1.5.5.7.3.1": "serverAuth", "1.3.6.1.5.5.7.3.2": "clientAuth"}


@judgement("server-certificate-trusted")
def server_certificate_trusted(exchange: Exchange) -> Text | None:
    """The endpoint's certificate chains up to one of the roots named in the node file."""
    code = exchange.trouble.code if exchange.trouble else ""
    if text := UNTRUSTED.get(code):
        require(False, nl=text.nl, en=text.en)
    if code == "server-certificate-invalid":
        raise undecided(exchange)
    leaf(exchange)
    verified = fact(exchange, "chain_verified")
    if code and not verified:  # another trouble kept the chain from being looked at
        raise undecided(exchange)
    text = UNTRUSTED["server-certificate-untrusted"]
    require(verified, nl=text.nl, en=text.en)
    return Text("de keten eindigt bij een afgesproken wortel", "the chain ends at an agreed root")


@judgement("server-certificate-names-host")
def server_certificate_names_host(exchange: Exchange) -> Text | None:
    """The host addressed stands in the certificate's subjectAltName."""
    names = certificates.names(leaf(exchange))
    host = _addressed(exchange)
    listed = ", ".join(names) or "-"
    require(
        any(certificates.covers(name, host) for name in names),
        nl=f"verwacht: de aangesproken naam {host} in het certificaat; gezien: {listed}",
        en=f"expected: the name addressed, {host}, in the certificate; seen: {listed}",
    )
    return Text(f"het certificaat noemt {host}", f"the certificate names {host}")


def _addressed(exchange: Exchange) -> str:
    """The host in the address that was called; undecidable when the recording lost it."""
    try:
        host = urlsplit(exchange.request.url).hostname if exchange.request else None
    except ValueError:
        host = None
    decidable(
        host, nl="de opname noemt het adres niet", en="the recording does not name the address", triage=Triage.SUITE
    )
    return host or ""


@judgement("server-certificate-key")
def server_certificate_key(exchange: Exchange, *, bits: int, curves: tuple[str, ...]) -> Text | None:
    """An RSA key has at least so many bits; an elliptic curve is one of these."""
    found = certificates.key(leaf(exchange))
    if found.kind == "RSA":
        require(
            found.bits >= bits,
            nl=f"verwacht: minstens {bits} bit; gezien: RSA met {found.bits} bit",
            en=f"expected: at least {bits} bits; seen: RSA with {found.bits} bits",
        )
    elif found.kind == "EC":
        require(
            found.curve in curves,
            nl=f"verwacht: een kromme uit {', '.join(curves)}; gezien: {found.curve}",
            en=f"expected: a curve among {', '.join(curves)}; seen: {found.curve}",
        )
    else:
        require(
            found.kind in ("Ed25519", "Ed448"),
            nl=f"verwacht: RSA, ECDSA, Ed25519 of Ed448; gezien: {found.kind}",
            en=f"expected: RSA, ECDSA, Ed25519 or Ed448; seen: {found.kind}",
        )
    return Text(f"sleutel: {found.kind} {found.bits}", f"key: {found.kind} {found.bits}")


@judgement("server-certificate-hash")
def server_certificate_hash(exchange: Exchange, *, hashes: tuple[str, ...]) -> Text | None:
    """The certificate's signature uses one of these hashes; EdDSA signatures have none and are fine."""
    found = certificates.signature_hash(leaf(exchange))
    require(
        not found or found in hashes,
        nl=f"verwacht: {', '.join(hashes)}; gezien: {found}",
        en=f"expected: {', '.join(hashes)}; seen: {found}",
    )
    return Text(f"ondertekend met {found or 'EdDSA'}", f"signed with {found or 'EdDSA'}")


@judgement("server-certificate-usage")
def server_certificate_usage(exchange: Exchange) -> Text | None:
    """The certificate may sign and is meant for servers and clients."""
    signs, purposes = certificates.key_usages(leaf(exchange))
    lacking = [] if signs else ["digitalSignature"]
    lacking += [name for oid, name in SERVER_AND_CLIENT.items() if oid not in purposes]
    require(
        not lacking,
        nl=f"in het certificaat ontbreekt: {', '.join(lacking)}",
        en=f"missing from the certificate: {', '.join(lacking)}",
    )
    return Text("digitalSignature, serverAuth en clientAuth", "digitalSignature, serverAuth and clientAuth")


@judgement("server-certificate-dates")
def server_certificate_dates(exchange: Exchange, *, days_left: int = 0) -> Text | None:
    """At the time of the exchange the certificate is valid, and stays so for at least this many days."""
    begin, end = certificates.validity(leaf(exchange))
    timed(exchange)
    moment = datetime.fromisoformat(exchange.started)
    require(
        begin <= moment,
        nl=f"het certificaat is pas geldig vanaf {begin:%Y-%m-%d}",
        en=f"the certificate is valid only from {begin:%Y-%m-%d}",
    )
    require(
        moment + timedelta(days=days_left) <= end,
        nl=f"verwacht: nog {days_left} dagen geldig; gezien: geldig tot {end:%Y-%m-%d}",
        en=f"expected: valid for {days_left} more days; seen: valid until {end:%Y-%m-%d}",
    )
    return Text("geldig op het moment van de proef", "valid at the time of the test")


def leaf(exchange: Exchange) -> x509.Certificate:
    """The certificate the peer showed, or undecidable when none was seen; bytes that are no certificate: not met."""
    if exchange.tls is None or not exchange.tls.peer:
        raise undecided(exchange)
    try:
        return certificates.read(exchange.tls.peer[0])
    except certificates.MalformedCertificateError as error:
        text = f"{error}"
        require(
            False,
            nl=f"het getoonde certificaat is onleesbaar: {text}",
            en=f"the certificate shown is unreadable: {text}",
        )
        raise
