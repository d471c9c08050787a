"""Hand-made recordings for the chapter on network security."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from conformance.model.exchange import Exchange, Flight, Request, Rung
from conformance.model.words import Verdict
from tests.checks.making import SILENT, STARTED, Case, exchange, response, trouble
from tests.checks.network.codes import CODES
from tests.checks.network.trusting import TRUSTING
from tests.checks.network.words import WORDS
from tests.codecs.tls.making import accepting, alert, flight

PASS, FAIL, UNDECIDED = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE
NOW = datetime.fromisoformat(STARTED)
WEAK = rsa.generate_private_key(65537, 1024)
KOBLITZ = ec.generate_private_key(ec.SECP256K1())
CURVE = ec.generate_private_key(ec.SECP256R1())
SIGNING = dsa.generate_private_key(1024)


def certificate(
    *,
    key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | dsa.DSAPrivateKey = CURVE,
    since: int = -400,
    days: int = 90,
    host: str = "node.example",
    digest: hashes.HashAlgorithm | None = None,
    client: bool = True,
) -> bytes:
    """A self-made certificate, DER."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "by hand")])
    purposes = [ExtendedKeyUsageOID.SERVER_AUTH] + [ExtendedKeyUsageOID.CLIENT_AUTH] * client
    usage = x509.KeyUsage(True, False, True, False, False, False, False, False, False)
    made = (
        x509.CertificateBuilder(
            name, name, key.public_key(), 7, NOW + timedelta(days=since), NOW + timedelta(days=days)
        )
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
        .add_extension(usage, critical=True)
        .sign(key, digest or hashes.SHA256())
    )
    return made.public_bytes(serialization.Encoding.DER)


def shown(der: bytes, **facts: object) -> tuple[Exchange, ...]:
    """A handshake in which this certificate was shown."""
    return (exchange("tls.connect", response(200), peer=(der,), facts=facts),)


TLS_1_2: dict[str, object] = {"version": "TLSv1.2"}
NO_FLIGHT = Flight(hello=b"", answer=b"", closed=True)


def probe(answer: bytes, *, closed: bool = False, given: dict[str, object] = TLS_1_2) -> Exchange:
    """A probe and its first flights; no fact says what came of it."""
    return exchange("tls.probe", given=given, flight=flight(given, answer, closed=closed))


SILENCE = (exchange("tls.connect", trouble=SILENT),)
WELCOME = (exchange("tls.connect", response(200)),)
REFUSED = (exchange("tls.connect", trouble=trouble("client-certificate-refused")),)
MISSING = (exchange("tls.connect", trouble=trouble("client-certificate-missing", Rung.CONFIGURATION), played=False),)
YES, NO, MUTE = (probe(accepting("TLSv1.2", 0xC02F)),), (probe(alert(80)),), (exchange("tls.probe", trouble=SILENT),)
DROPPED = (replace(probe(b""), facts={"silent_twice": True}),)
LOWER, LOST = (probe(accepting("TLSv1.0", 0x002F)),), (exchange("tls.probe", given=TLS_1_2),)
ODD = (exchange("tls.probe", given=TLS_1_2, flight=NO_FLIGHT),)
SQUEEZED = (probe(accepting("TLSv1.2", 0xC02F, compression=1)),)
NO_TOKEN = (exchange("tls.connect", response(401, "who?", www_authenticate="Bearer")),)
BARE = (exchange("tls.connect", response(400, "this is the base")),)
NOWHERE = (exchange("tls.connect", response(200), peer=(certificate(),), url="https:"),)
GOOD = shown(certificate(), chain_verified=True)


def _case(kind: str, verdict: Verdict, about: str, **exchanges: tuple[Exchange, ...]) -> Case:
    return Case(kind=kind, verdict=verdict, about=about, exchanges=exchanges)


def _beside(verdict: Verdict, about: str, probes: tuple[Exchange, ...]) -> Case:
    """A probe that offers something good beside what is to be refused."""
    exchanges = {"probes": probes, "control": YES}
    good = {"good": ["TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"]}
    return Case(kind="probes-refused", verdict=verdict, about=about, exchanges=exchanges, parameters=good)


def _certificate_case(
    kind: str, verdict: Verdict, about: str, made: tuple[Exchange, ...], **parameters: object
) -> Case:
    return Case(kind=kind, verdict=verdict, about=about, exchanges={"exchange": made}, parameters=parameters)


def answered(status: int, body: str = "") -> tuple[Exchange, ...]:
    return (exchange("x", response(status, body)),)


def begun(**facts: int) -> Exchange:
    """An answer that began, before the server ended the connection with an alert."""
    return exchange("x", trouble=trouble("client-certificate-refused"), facts=facts)


def bare(status: int, certificate: str) -> tuple[Exchange, ...]:
    """A refusal of a request that shows this certificate."""
    return (exchange("x", response(status, "no"), given={"certificate": certificate}),)


def with_token(status: int, certificate: str) -> tuple[Exchange, ...]:
    """The same, with a good token."""
    (made,) = bare(status, certificate)
    request = Request(method="GET", url="https://node.example/fhir/Flag", headers=(("authorization", "Bearer x"),))
    return (replace(made, request=request),)


def unspoken(given: dict[str, object]) -> tuple[Exchange, ...]:
    """A handshake that came to no version."""
    return (exchange("x", trouble=trouble("protocol-version-refused"), given=given),)


def _refusal(
    verdict: Verdict,
    about: str,
    refused: tuple[Exchange, ...],
    control: tuple[Exchange, ...] = WELCOME,
    other: tuple[Exchange, ...] = WELCOME,
) -> Case:
    return _case("refused-beside-control", verdict, about, refused=refused, control=control, other=other)


RECORD: dict[str, object] = {
    "resourceType": "Patient",
    "id": "p-8051",
    "name": [{"family": "Berkhout", "text": "Anna Berkhout"}],
    "birthDate": "1957-03-02",
}
STUDY: dict[str, object] = {"0020000D": {"vr": "UI", "Value": ["2.999.1"]}}
OUTCOME: dict[str, object] = {"resourceType": "OperationOutcome", "issue": [{"diagnostics": "show a certificate"}]}
RECORDS = (exchange("x", response(200, RECORD), url="https://node.example/fhir/Patient/p-8051"),)


def refusing(body: str | dict[str, object]) -> tuple[Exchange, ...]:
    """A refusal of whoever shows no certificate, with this in it."""
    asked = {"url": "https://node.example/fhir/Patient/p-8051", "given": {"certificate": "none"}}
    return (exchange("x", response(403, body), **asked),)


def _told(verdict: Verdict, about: str, refused: tuple[Exchange, ...], control: tuple[Exchange, ...] = RECORDS) -> Case:
    return _case("refusal-tells-nothing", verdict, about, refused=refused, control=control)


def pictured(status: int, width: int) -> tuple[Exchange, ...]:
    """An answer that is a picture; of which nothing else is kept."""
    facts = {"body_withheld": True, "pictures": [{"format": "jpeg", "width": width, "height": 384}]}
    return (exchange("x", response(status, "?", content_type="image/jpeg"), facts=facts),)


def distrusted(why: str) -> tuple[Exchange, ...]:
    """A handshake that the suite broke off over the server's certificate, for this reason."""
    return (exchange("tls.connect", trouble=trouble(f"server-certificate-{why}", Rung.TLS), peer=(certificate(),)),)


CURVES = ("secp256r1", "secp384r1")
LATE = (
    exchange(
        "tls.connect",
        trouble=trouble("connect-timeout", Rung.PORT),
        peer=(certificate(),),
        facts={"chain_verified": False},
    ),
)
TURNED_AWAY = (
    exchange(
        "tls.connect",
        trouble=trouble("client-certificate-refused"),
        peer=(certificate(),),
        facts={"chain_verified": True},
    ),
)
SHA2 = ("sha256", "sha384", "sha512")
CASES = [
    *TRUSTING,
    *CODES,
    *WORDS,
    _refusal(PASS, "a version that is not spoken", unspoken({"certificate": "none", "version": "TLSv1.2"})),
    _refusal(UNDECIDED, "no version in common", unspoken({"certificate": "none"})),
    _refusal(PASS, "alert", REFUSED),
    _refusal(PASS, "403", answered(403)),
    _refusal(PASS, "hung up in the handshake", (exchange("x", trouble=trouble("handshake-closed", Rung.TLS)),)),
    _refusal(FAIL, "let in", WELCOME),
    _refusal(FAIL, "500", answered(500)),
    _refusal(PASS, "misdirected", answered(421)),
    _refusal(FAIL, "misdirected for everybody", answered(421), control=answered(421)),
    _refusal(
        UNDECIDED, "a redirect without data", (exchange("x", response(302, location="https://node.example/help")),)
    ),
    _refusal(FAIL, "the same redirect for everybody", answered(302), control=answered(302)),
    _refusal(UNDECIDED, "control refused too", REFUSED, control=REFUSED),
    _refusal(UNDECIDED, "control forbidden", REFUSED, control=answered(403)),
    # A node that demands a token but no certificate answers 401 to everybody.
    _refusal(FAIL, "the same 401 with and without", NO_TOKEN, control=NO_TOKEN),
    _refusal(UNDECIDED, "401 for two reasons", answered(401, "no"), control=NO_TOKEN),
    _refusal(PASS, "400 of nginx, 401 inside", answered(400, "No required SSL certificate"), control=NO_TOKEN),
    _refusal(PASS, "alert, 400 inside", REFUSED, control=BARE),
    _refusal(UNDECIDED, "400 for everybody", answered(400, "other"), control=BARE),
    _refusal(FAIL, "served, control silent", WELCOME, control=SILENCE),
    _refusal(UNDECIDED, "hidden from whoever is refused", answered(404)),
    _refusal(FAIL, "hidden, and told of all the same", answered(404, '{"resourceType": "Patient", "id": "x"}')),
    _refusal(
        FAIL, "not found for everybody, each time in other words", answered(404, "one"), control=answered(404, "two")
    ),
    _refusal(FAIL, "not found for everybody", answered(404), control=answered(404)),
    _refusal(UNDECIDED, "no such certificate", MISSING),
    _refusal(UNDECIDED, "silence is no refusal", SILENCE),
    # What came before the connection ended was given, whatever ended it.
    _refusal(FAIL, "an answer before the alert", (begun(answer_began=812, answer_status=200),)),
    _refusal(FAIL, "half a head before the alert", (begun(answer_began=17),)),
    _refusal(UNDECIDED, "a refusal that broke off", (begun(answer_began=300, answer_status=403),)),
    # Limits say nothing of who asks.
    _refusal(UNDECIDED, "too many requests", answered(429)),
    _refusal(UNDECIDED, "too many requests, the good one too", REFUSED, control=answered(429)),
    _refusal(UNDECIDED, "unavailable", answered(503)),
    # The token of the good certificate may be what is refused; another good certificate shows it.
    _refusal(UNDECIDED, "the token may be refused", with_token(401, "expired"), other=answered(401)),
    _refusal(UNDECIDED, "nameless, the token may be refused", with_token(401, "none"), other=answered(401)),
    _refusal(UNDECIDED, "who is listed", bare(403, "expired"), other=answered(403)),
    _refusal(UNDECIDED, "no other certificate", with_token(401, "expired"), other=MISSING),
    _refusal(PASS, "the token is not bound", with_token(401, "expired")),
    _refusal(PASS, "403 for certificates, 401 for tokens", with_token(403, "expired"), other=answered(401)),
    _refusal(PASS, "400 is not about a token", with_token(400, "expired"), other=answered(400)),
    _refusal(PASS, "nobody is listed without a name", bare(403, "none"), other=answered(403)),
    # Words beside a refusal were read by whoever is refused.
    _refusal(FAIL, "the data beside a 403", refusing(RECORD), control=RECORDS),
    _refusal(FAIL, "a name beside a 403", refusing("Dossier of Berkhout: show a certificate"), control=RECORDS),
    _told(PASS, "alert", REFUSED),
    _told(PASS, "fixed words", refusing("Forbidden")),
    _told(PASS, "an OperationOutcome of its own", refusing(OUTCOME)),
    _told(PASS, "the question repeated", refusing("nothing at /fhir/Patient/p-8051")),
    _told(PASS, "a redirect", (exchange("x", response(302, location="https://node.example/login")),)),
    _told(PASS, "no content", answered(204)),
    _told(PASS, "nothing there for anybody", answered(404, "no such page"), control=answered(404, "no such page")),
    _told(FAIL, "let in", RECORDS),
    _told(FAIL, "the data beside a 403", refusing(RECORD)),
    _told(
        FAIL, "the data, called text", (exchange("x", response(403, json.dumps(RECORD), content_type="text/plain")),)
    ),
    _told(FAIL, "the data beside an outage", (exchange("x", response(503, RECORD)),)),
    _told(FAIL, "contained in an outcome", refusing({**OUTCOME, "contained": [RECORD]})),
    _told(FAIL, "capabilities", refusing({"resourceType": "CapabilityStatement"})),
    _told(FAIL, "a name", refusing("Dossier of Berkhout: show a certificate")),
    _told(FAIL, "a name in an outcome", refusing({**OUTCOME, "issue": [{"diagnostics": "not for Berkhout"}]})),
    _told(FAIL, "a birth date in the address", (exchange("x", response(302, location="/login?of=1957-03-02")),)),
    _told(FAIL, "another patient", refusing("bsn-bram is not yours")),
    _told(FAIL, "a name in a header field", (exchange("x", response(403), facts={"told_of": ["bram"]}),)),
    _told(PASS, "of nobody", (exchange("x", response(403), facts={"told_of": []}),)),
    _told(FAIL, "images", (exchange("x", response(401, "DICM", content_type="multipart/related")),)),
    _told(FAIL, "attributes", refusing(STUDY)),
    _told(FAIL, "a token", refusing({"access_token": "x"})),
    _told(FAIL, "an answer before the alert", (begun(answer_began=812, answer_status=200),)),
    _told(FAIL, "the picture beside a 403", pictured(403, 512), control=pictured(200, 512)),
    _told(UNDECIDED, "another picture beside a 403", pictured(403, 64), control=pictured(200, 512)),
    _told(UNDECIDED, "a picture where there was none", pictured(403, 512)),
    _told(UNDECIDED, "a refusal that broke off", (begun(answer_began=300, answer_status=403),)),
    _told(UNDECIDED, "words that were not kept", (exchange("x", response(403, "?"), facts={"body_withheld": True}),)),
    _told(UNDECIDED, "what the good one gets is not known", refusing("Forbidden"), control=SILENCE),
    _told(UNDECIDED, "refused, and so is the good one", REFUSED, control=SILENCE),
    _told(UNDECIDED, "no answer is no refusal", SILENCE),
    _told(UNDECIDED, "not played", MISSING),
    _case(
        "plain-http-closed",
        FAIL,
        "the data beside an error",
        plain=(exchange("x", response(400, RECORD)),),
        control=RECORDS,
    ),
    _case(
        "plain-http-closed",
        PASS,
        "closed",
        plain=(exchange("x", trouble=trouble("connection-reset", Rung.PORT)),),
        control=WELCOME,
    ),
    _case("plain-http-closed", PASS, "error", plain=(exchange("x", response(400)),), control=WELCOME),
    _case("plain-http-closed", FAIL, "served", plain=(exchange("x", response(200)),), control=WELCOME),
    _case("plain-http-closed", FAIL, "served, control silent", plain=answered(200), control=SILENCE),
    _case(
        "plain-http-closed",
        FAIL,
        "an answer that breaks off",
        plain=(begun(answer_began=812, answer_status=200),),
        control=WELCOME,
    ),
    _case("plain-http-closed", UNDECIDED, "error, control silent", plain=answered(400), control=SILENCE),
    _case("plain-http-closed", FAIL, "redirected", plain=(exchange("x", response(301)),), control=WELCOME),
    _case("plain-http-closed", FAIL, "the application asks for a token", plain=NO_TOKEN, control=NO_TOKEN),
    _case(
        "plain-http-closed",
        UNDECIDED,
        "not reached",
        plain=(exchange("x", trouble=trouble("connect-timeout", Rung.PORT)),),
        control=WELCOME,
    ),
    _case(
        "plain-http-closed",
        PASS,
        "sent to https",
        plain=(exchange("x", response(301, location="https://node.example/")),),
        control=WELCOME,
    ),
    _case(
        "plain-http-closed",
        FAIL,
        "sent to http",
        plain=(exchange("x", response(301, location="http://node.example/x")),),
        control=WELCOME,
    ),
    _case("plain-http-closed", UNDECIDED, "not played", plain=MISSING, control=WELCOME),
    _case("plain-http-closed", UNDECIDED, "down", plain=SILENCE, control=SILENCE),
    _case("probe-accepted", PASS, "accepted", probe=YES, control=YES),
    _case("probe-accepted", FAIL, "refused", probe=NO, control=YES),
    _case(
        "probe-accepted",
        FAIL,
        "the alert says so",
        probe=(probe(alert(70)),),
        control=NO,
    ),
    _case(
        "probe-accepted",
        UNDECIDED,
        "hangs up on everybody",
        probe=(probe(b"", closed=True),),
        control=NO,
    ),
    _case("probe-accepted", UNDECIDED, "silent", probe=MUTE, control=YES),
    _case("probe-accepted", FAIL, "a lower version", probe=LOWER, control=YES),
    _case("probe-accepted", UNDECIDED, "no flight recorded", probe=LOST, control=YES),
    _case("probe-accepted", UNDECIDED, "no hello recorded", probe=ODD, control=YES),
    _case("probes-refused", PASS, "all refused", probes=NO + NO, control=YES),
    _case("probes-refused", FAIL, "one accepted", probes=NO + YES, control=YES),
    _case("probes-refused", PASS, "dropped", probes=NO + DROPPED, control=YES),
    _case("probes-refused", FAIL, "accepted and dropped", probes=YES + DROPPED, control=YES),
    _case("probes-refused", UNDECIDED, "dropped, and the control too", probes=DROPPED, control=DROPPED),
    _case("probe-accepted", FAIL, "dropped", probe=DROPPED, control=YES),
    _case("probe-accepted", UNDECIDED, "dropped, and the control too", probe=DROPPED, control=DROPPED),
    _case("probes-refused", FAIL, "one accepted, one silent", probes=MUTE + YES, control=YES),
    _case("probes-refused", FAIL, "accepted, control refused", probes=YES, control=NO),
    _case("probes-refused", UNDECIDED, "one silent", probes=NO + MUTE, control=YES),
    _case("probes-refused", UNDECIDED, "control refused too", probes=NO, control=NO),
    _beside(PASS, "the better of both", YES),
    _beside(FAIL, "the worse of both", (probe(accepting("TLSv1.2", 0x002F)),)),
    _beside(UNDECIDED, "neither is seen", MUTE),
    _case("version-only-with", PASS, "both", modern=YES, older=YES),
    _case("version-only-with", FAIL, "modern only", modern=YES, older=NO),
    _case("version-only-with", UNDECIDED, "neither", modern=NO, older=NO),
    _case("compression-refused", PASS, "none", probe=YES, control=YES),
    _case("compression-refused", FAIL, "deflate", probe=SQUEEZED, control=YES),
    _case(
        "compression-refused",
        FAIL,
        "deflate, control refused",
        probe=SQUEEZED,
        control=NO,
    ),
    _case("compression-refused", UNDECIDED, "control refused too", probe=NO, control=NO),
    _certificate_case("server-certificate-trusted", PASS, "verified", GOOD),
    _certificate_case("server-certificate-trusted", FAIL, "not verified", shown(certificate(), chain_verified=False)),
    _certificate_case("server-certificate-trusted", UNDECIDED, "silent", SILENCE),
    _certificate_case("server-certificate-trusted", FAIL, "of no root", distrusted("untrusted")),
    _certificate_case("server-certificate-trusted", FAIL, "self-signed", distrusted("self-signed")),
    _certificate_case("server-certificate-trusted", UNDECIDED, "for another reason", distrusted("invalid")),
    _certificate_case("server-certificate-trusted", UNDECIDED, "slow, looked at afterwards", LATE),
    _certificate_case("server-certificate-trusted", PASS, "our certificate refused", TURNED_AWAY),
    _certificate_case("server-certificate-names-host", PASS, "named", GOOD),
    _certificate_case("server-certificate-names-host", FAIL, "another host", shown(certificate(host="other.example"))),
    _certificate_case("server-certificate-names-host", UNDECIDED, "silent", SILENCE),
    _certificate_case("server-certificate-names-host", UNDECIDED, "no address recorded", NOWHERE),
    _certificate_case("server-certificate-key", PASS, "curve", GOOD, bits=2048, curves=CURVES),
    _certificate_case(
        "server-certificate-key", FAIL, "bitcoin's curve", shown(certificate(key=KOBLITZ)), bits=2048, curves=CURVES
    ),
    _certificate_case("server-certificate-key", FAIL, "1024", shown(certificate(key=WEAK)), bits=2048, curves=CURVES),
    _certificate_case("server-certificate-key", FAIL, "DSA", shown(certificate(key=SIGNING)), bits=1024, curves=CURVES),
    _certificate_case("server-certificate-key", UNDECIDED, "silent", SILENCE, bits=2048, curves=CURVES),
    _certificate_case("server-certificate-hash", PASS, "sha256", GOOD, hashes=SHA2),
    _certificate_case(
        "server-certificate-hash", FAIL, "sha224", shown(certificate(digest=hashes.SHA224())), hashes=SHA2
    ),
    _certificate_case("server-certificate-hash", UNDECIDED, "silent", SILENCE, hashes=SHA2),
    _certificate_case("server-certificate-usage", PASS, "both", GOOD),
    _certificate_case("server-certificate-usage", FAIL, "server only", shown(certificate(client=False))),
    _certificate_case("server-certificate-usage", FAIL, "unreadable", shown(b"no certificate")),
    _certificate_case("server-certificate-usage", UNDECIDED, "silent", SILENCE),
    _certificate_case("server-certificate-dates", PASS, "90 days", GOOD, days_left=30),
    _certificate_case("server-certificate-dates", FAIL, "expired", shown(certificate(days=-1))),
    _certificate_case("server-certificate-dates", FAIL, "of tomorrow", shown(certificate(since=1))),
    _certificate_case("server-certificate-dates", FAIL, "10 days", shown(certificate(days=10)), days_left=30),
    _certificate_case("server-certificate-dates", UNDECIDED, "silent", SILENCE),
]
