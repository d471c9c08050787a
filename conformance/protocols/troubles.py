"""Why an exchange got no readable answer: stable codes, the rung each belongs to, and what to do next.

Codes are public: judgements and known-failure lists name them. They never change meaning; retire, don't rename.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from conformance.model.exchange import Rung, Trouble
from conformance.model.words import Text

_FILE = Text("Controleer het adres in het nodebestand.", "Check the address in the node file.")
_ROOTS = Text(
    "Zet de juiste root in 'trust.roots', of geef het eindpunt een certificaat van die root.",
    "Put the right root in 'trust.roots', or give the endpoint a certificate of that root.",
)
_LISTENS = Text(
    "Controleer of het eindpunt draait en of een firewall de verbinding tegenhoudt.",
    "Check that the endpoint runs and that no firewall stands between.",
)
_SLOW = Text(
    "Kijk in het log van het knooppunt waarom het antwoord uitblijft; 'politeness' bepaalt de wachttijden.",
    "See in the node's log why no answer comes; 'politeness' sets the waiting times.",
)
_BROKEN = Text(
    "Kijk in het log van het knooppunt waarom het antwoord afbreekt.",
    "See in the node's log why the answer breaks off.",
)
_VERSIONS = Text(
    "Laat het eindpunt een TLS-versie en suites spreken die de afspraak noemt.",
    "Make the endpoint speak a TLS version and suites that the agreement names.",
)
_CLIENT = Text(
    "Laat het knooppunt de root van de suite vertrouwen ('conformance pki export'), of geef in 'trust.clients.valid' "
    "een certificaat dat het vertrouwt.",
    "Make the node trust the suite's root ('conformance pki export'), or name in 'trust.clients.valid' a certificate "
    "that it trusts.",
)
_SERVER = Text("Vernieuw het certificaat van het eindpunt.", "Renew the endpoint's certificate.")

_KNOWN: Mapping[str, tuple[Rung, str, Text]] = MappingProxyType(
    {
        "endpoint-missing": (
            Rung.CONFIGURATION,
            "the node file names no such endpoint",
            Text("Vul het eindpunt in onder 'endpoints'.", "Name the endpoint under 'endpoints'."),
        ),
        "client-certificate-missing": (
            Rung.CONFIGURATION,
            "the node file names no client certificate in this role",
            Text("Vul het certificaat in onder 'trust.clients'.", "Name the certificate under 'trust.clients'."),
        ),
        "client-certificate-unreadable": (
            Rung.CONFIGURATION,
            "the client certificate or its key, named in the node file, cannot be read",
            Text(
                "Controleer de bestanden (PEM) en het wachtwoord onder 'trust'.",
                "Check the files (PEM) and the password under 'trust'.",
            ),
        ),
        "client-certificate-unsuitable": (
            Rung.CONFIGURATION,
            "the client certificate is not what its role in the node file says, so a refusal would show nothing",
            Text(
                "Geef in 'trust.clients' voor deze rol een certificaat dat alleen hierin van 'valid' verschilt.",
                "Name in 'trust.clients' for this role a certificate that differs from 'valid' in this alone.",
            ),
        ),
        "counterpart-missing": (
            Rung.CONFIGURATION,
            "the node file names no counterpart of this kind",
            Text("Vul 'counterparts' in.", "Fill in 'counterparts'."),
        ),
        "name-unresolved": (Rung.NAME, "the host name does not resolve", _FILE),
        "connection-refused": (Rung.PORT, "the connection was refused", _LISTENS),
        "connect-timeout": (Rung.PORT, "the connection could not be made in time", _LISTENS),
        "unreachable": (Rung.PORT, "the address cannot be reached", _LISTENS),
        "plain-http-on-tls-port": (
            Rung.TLS,
            "something other than TLS was spoken on the port that is addressed with https",
            Text("Zet TLS aan op deze poort.", "Turn TLS on for this port."),
        ),
        "server-certificate-expired": (Rung.TLS, "the server certificate is expired", _SERVER),
        "server-certificate-not-yet-valid": (Rung.TLS, "the server certificate is not valid yet", _SERVER),
        "server-certificate-self-signed": (Rung.TLS, "the server certificate is self-signed", _ROOTS),
        "server-certificate-untrusted": (
            Rung.TLS,
            "the server certificate does not lead to a root in 'trust.roots'",
            _ROOTS,
        ),
        "server-certificate-wrong-host": (
            Rung.TLS,
            "the server certificate does not name the host that is addressed",
            Text(
                "Gebruik in het nodebestand de naam uit het certificaat, of laat het certificaat deze naam noemen.",
                "Use in the node file a name from the certificate, or make the certificate name this host.",
            ),
        ),
        "server-certificate-invalid": (Rung.TLS, "the server certificate does not verify", _ROOTS),
        "protocol-version-refused": (Rung.TLS, "no TLS version is spoken by both sides", _VERSIONS),
        "handshake-refused": (Rung.TLS, "the server ended the handshake with an alert", _VERSIONS),
        "handshake-closed": (Rung.TLS, "the server closed the connection during the handshake", _LISTENS),
        "handshake-timeout": (Rung.TLS, "the server did not finish the handshake in time", _LISTENS),
        "handshake-failed": (Rung.TLS, "the handshake failed", _VERSIONS),
        "client-certificate-refused": (Rung.CLIENT_CERTIFICATE, "the server refused the client certificate", _CLIENT),
        "token-refused": (
            Rung.TOKEN,
            "the token endpoint issued no token",
            Text(
                "Registreer de sleutel en het client-id van de suite bij het knooppunt.",
                "Register the suite's key and client id with the node.",
            ),
        ),
        "token-audience-refused": (
            Rung.TOKEN,
            "the token endpoint expects another audience in the assertion",
            Text(
                "Zet in 'settings.token_audience' wat het tokeneindpunt als 'aud' verwacht, bijvoorbeeld zijn issuer; "
                "zonder die instelling is het zijn adres.",
                "Put in 'settings.token_audience' what the token endpoint expects as 'aud', its issuer for example; "
                "without that setting it is its address.",
            ),
        ),
        "token-client-id-missing": (
            Rung.TOKEN,
            "the token endpoint misses the client id, or does not know it",
            Text(
                "Zet in 'settings.client_id' de naam waaronder de suite is geregistreerd, en "
                "'client_id_in_form: true' als die ook in het formulier moet staan.",
                "Put in 'settings.client_id' the name under which the suite is registered, and "
                "'client_id_in_form: true' where it must stand in the form too.",
            ),
        ),
        "token-scope-refused": (
            Rung.TOKEN,
            "the token endpoint wants another scope",
            Text(
                "Zet in 'settings.token_scope' de scope die recht geeft op de gegevens.",
                "Put in 'settings.token_scope' the scope that gives a right to the data.",
            ),
        ),
        "token-unreadable": (
            Rung.TOKEN,
            "the answer of the token endpoint holds no token that can be read",
            Text(
                "Antwoord met een JSON-object met access_token (RFC 6749 paragraaf 5.1), in UTF-8 en zonder BOM.",
                "Answer with a JSON object with access_token (RFC 6749 section 5.1), in UTF-8 and without a BOM.",
            ),
        ),
        "token-endpoint-absent": (
            Rung.TOKEN,
            "no token endpoint is found at its address",
            Text("Controleer het pad van 'endpoints.oauth'.", "Check the path of 'endpoints.oauth'."),
        ),
        "token-wanted": (
            Rung.TOKEN,
            "the endpoint wants a token",
            Text(
                "Zet 'token: true' bij 'endpoints.dicomweb' als beelden een token van 'endpoints.oauth' vragen; welk "
                "token het moet zijn, zegt 'settings.token_scope'.",
                "Put 'token: true' at 'endpoints.dicomweb' where images want a token of 'endpoints.oauth'; "
                "'settings.token_scope' says which token it must be.",
            ),
        ),
        "expired-token-missing": (
            Rung.CONFIGURATION,
            "no expired access token can be shown: tokens live too long to wait for, and the node file gives none",
            Text(
                "Noem in 'trust.expired_token' een bestand met een verlopen token, of claim 'expired-token: no'.",
                "Name in 'trust.expired_token' a file with an expired token, or claim 'expired-token: no'.",
            ),
        ),
        "expired-token-unsuitable": (
            Rung.CONFIGURATION,
            "the token in 'trust.expired_token' is no good token past its end, so a refusal would show nothing",
            Text(
                "Zet er een verlopen token in dat aan deze client en voor dit certificaat was uitgegeven.",
                "Put an expired token there that was issued to this client and for this certificate.",
            ),
        ),
        "narrow-scope-missing": (
            Rung.CONFIGURATION,
            "the node file names no scope that gives no right to patient data",
            Text(
                "Noem die in 'settings.narrow_scope', of claim 'token-scopes: no'.",
                "Name it in 'settings.narrow_scope', or claim 'token-scopes: no'.",
            ),
        ),
        "capability-absent": (
            Rung.CAPABILITY,
            "the endpoint does not answer its most basic question",
            Text("Controleer het pad van het eindpunt.", "Check the path of the endpoint."),
        ),
        "search-unanswered": (
            Rung.CAPABILITY,
            "the endpoint does not answer a search for the test patient with a list that can be read",
            Text(
                "Kijk in het log van het knooppunt wat er misging, en controleer het pad van het eindpunt.",
                "See in the node's log what went wrong, and check the path of the endpoint.",
            ),
        ),
        "endpoint-busy": (
            Rung.CAPABILITY,
            "the endpoint says that it is too busy, or asked too often",
            Text(
                "Probeer het later, verhoog op het knooppunt de grenzen voor de suite, of verlaag "
                "'politeness.rate_per_s'.",
                "Try later, raise the limits for the suite on the node, or lower 'politeness.rate_per_s'.",
            ),
        ),
        "patient-absent": (
            Rung.TEST_PATIENT,
            "the test patient is not found",
            Text(
                "Laad de testgegevens ('conformance data export') in het knooppunt.",
                "Load the test data ('conformance data export') into the node.",
            ),
        ),
        "value-missing": (
            Rung.TEST_PATIENT,
            "an earlier step gave no value for this one",
            Text("Los eerst de eerdere stap op.", "Solve the earlier step first."),
        ),
        "link-outside": (
            Rung.CAPABILITY,
            "an earlier answer links to an address outside the endpoint, and no token is shown there",
            Text(
                "Maak links van het adres waarop het eindpunt van buiten bereikbaar is.",
                "Make links of the address at which the endpoint is reached from outside.",
            ),
        ),
        "stranger": (
            Rung.TEST_PATIENT,
            "the answer held a patient identifier outside the data set; nothing of it was kept",
            Text(
                "Richt de suite op een omgeving met alleen de synthetische patiënten.",
                "Point the suite at an environment with the synthetic patients only.",
            ),
        ),
        "twice-hung": (Rung.PORT, "the endpoint ran out of time twice in a row in this scenario", _SLOW),
        "read-timeout": (Rung.PORT, "the endpoint took too long between two bytes of its answer", _SLOW),
        "total-timeout": (Rung.PORT, "the answer as a whole took too long", _SLOW),
        "connection-reset": (Rung.PORT, "the endpoint reset the connection", _BROKEN),
        "connection-closed": (Rung.PORT, "the endpoint closed the connection without an answer", _BROKEN),
        "truncated-body": (Rung.PORT, "the answer's body ended before its announced length", _BROKEN),
        "body-too-large": (
            Rung.PORT,
            "the answer's body passed the limit",
            Text(
                "Verhoog 'politeness.body_limit_kib' als zo'n antwoord bedoeld is.",
                "Raise 'politeness.body_limit_kib' if such an answer is meant.",
            ),
        ),
        "too-many-headers": (Rung.PORT, "the answer has more or longer headers than HTTP clients take", _BROKEN),
        "invalid-http": (Rung.PORT, "the answer is not HTTP", _BROKEN),
        "unreadable-encoding": (Rung.PORT, "the answer's content encoding cannot be undone", _BROKEN),
        "driver-failed": (
            Rung.CONFIGURATION,
            "the driver did not start the action",
            Text("Controleer 'driver' in het nodebestand.", "Check 'driver' in the node file."),
        ),
    }
)

ADVICE: Mapping[str, Text] = MappingProxyType({code: known[2] for code, known in _KNOWN.items()})
"""What to do next, by trouble code."""

TIME_OUTS = frozenset({"connect-timeout", "handshake-timeout", "read-timeout", "total-timeout"})


class TroubleError(Exception):
    """Raised inside operations; becomes the trouble of an exchange."""

    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.text)
        self.trouble = trouble


def genuine(trouble: Trouble) -> bool:
    """Whether a trouble is one of this catalogue, on its rung and with its sentence."""
    if trouble.code not in _KNOWN:
        return False
    rung, text, _ = _KNOWN[trouble.code]
    return trouble.rung is rung and (trouble.text == text or trouble.text.startswith(f"{text} ("))


def trouble(code: str, detail: str = "") -> Trouble:
    """The trouble with this code; `detail` (no address, no secret, no patient data) is put behind its sentence."""
    rung, text, _ = _KNOWN[code]
    return Trouble(rung=rung, code=code, text=f"{text} ({detail})" if detail else text)
