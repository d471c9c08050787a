"""The closed words of the suite as people read them, in Dutch and English."""

from __future__ import annotations

from conformance.model.exchange import Rung
from conformance.model.plan import Exclusion
from conformance.model.run import ABSENT
from conformance.model.words import Conclusion, Layer, Status, Strength, Text, Triage, Verdict

VERDICT = {
    Verdict.PASS: Text("Voldoet", "Pass"),
    Verdict.FAIL: Text("Voldoet niet", "Fail"),
    Verdict.INCONCLUSIVE: Text("Niet te beslissen", "Inconclusive"),
    Verdict.ERROR: Text("Fout van de suite", "Suite error"),
    Verdict.NOT_APPLICABLE: Text("Niet van toepassing", "Not applicable"),
    Verdict.NOT_TESTED: Text("Niet beproefd", "Not tested"),
}

MARK = {
    Verdict.PASS: "✓",
    Verdict.FAIL: "✗",
    Verdict.INCONCLUSIVE: "?",
    Verdict.ERROR: "!",
    Verdict.NOT_APPLICABLE: "–",
    Verdict.NOT_TESTED: "○",
}
"""A sign beside each verdict, so that colour is never the only difference."""

CONCLUSION = {
    Conclusion.CONFORMING: Text("Voldoet", "Conforming"),
    Conclusion.ON_WHAT_DECIDES: Text("Voldoet op wat beslist", "Conforming on what decides"),
    Conclusion.NOT_CONFORMING: Text("Voldoet niet", "Not conforming"),
    Conclusion.NOT_SHOWN: Text("Niet aangetoond", "Not shown"),
    Conclusion.UNDECIDED: Text("Niet beslist", "Undecided"),
    Conclusion.PARTIAL: Text("Gedeeltelijke proef", "Partial run"),
    Conclusion.ABORTED: Text("Afgebroken", "Aborted"),
}

KNOWN = {
    **{verdict.value: text for verdict, text in VERDICT.items()},
    **{conclusion.value: text for conclusion, text in CONCLUSION.items()},
    ABSENT: Text("Is er niet", "Not there"),
}
"""What a known-failure list can expect, and what can be found in its place."""

STRENGTH = {
    Strength.MUST: Text("Moet (MUST)", "MUST"),
    Strength.SHOULD: Text("Hoort (SHOULD)", "SHOULD"),
    Strength.MAY: Text("Mag (MAY)", "MAY"),
}

STATUS = {
    Status.NORMATIVE: Text("normatief", "normative"),
    Status.TRIAL: Text("proefgebruik", "trial use"),
    Status.INFORMATIVE: Text("informatief", "informative"),
    Status.DRAFT: Text("concept", "draft"),
    Status.HISTORICAL: Text("historisch", "historical"),
}

LAYER = {
    Layer.LAW: Text("Wet- en regelgeving", "Law"),
    Layer.ORGANISATION: Text("Organisatie", "Organisation"),
    Layer.CARE_PROCESS: Text("Zorgproces", "Care process"),
    Layer.INFORMATION: Text("Informatie", "Information"),
    Layer.APPLICATION: Text("Applicatie", "Application"),
    Layer.INFRASTRUCTURE: Text("Infrastructuur", "Infrastructure"),
}

TRIAGE = {
    Triage.CONFIGURATION: Text("Instellingen", "Configuration"),
    Triage.CONNECTION: Text("Verbinding", "Connection"),
    Triage.TEST_DATA: Text("Testgegevens", "Test data"),
    Triage.NODE: Text("Knooppunt", "Node"),
    Triage.SUITE: Text("Suite", "Suite"),
}

FIRST = {
    Triage.CONFIGURATION: Text(
        "Herstel eerst het knooppuntbestand: wat hier staat zegt nog niets over het product.",
        "Correct the node file first: what is listed here says nothing about the product yet.",
    ),
    Triage.CONNECTION: Text(
        "Herstel eerst de verbinding (naam, poort, TLS, certificaten); `conformance check` toont de onderste trede.",
        "Repair the connection first (name, port, TLS, certificates); `conformance check` shows the lowest rung.",
    ),
    Triage.TEST_DATA: Text(
        "Laad de synthetische gegevens in het knooppunt (`conformance data export`) en beproef opnieuw.",
        "Load the synthetic data into the node (`conformance data export`) and run again.",
    ),
    Triage.NODE: Text(
        "Kijk naar het product: elke bevinding zegt wat is gezien en wat te doen is.",
        "Look at the product: each finding says what was seen and what to do.",
    ),
    Triage.SUITE: Text(
        "Dit is een fout van de suite, niet van het knooppunt: meld haar met de map van deze proef.",
        "This is a fault of the suite, not of the node: report it with the folder of this run.",
    ),
}
"""What to do first, per triage, in the order in which it pays off."""

RUNG = {
    Rung.CONFIGURATION: Text("instellingen", "configuration"),
    Rung.NAME: Text("naam vindt adres", "name resolves"),
    Rung.PORT: Text("poort open", "port opens"),
    Rung.TLS: Text("TLS", "TLS"),
    Rung.CLIENT_CERTIFICATE: Text("clientcertificaat aanvaard", "client certificate accepted"),
    Rung.TOKEN: Text("token verstrekt", "token issued"),
    Rung.CAPABILITY: Text("vermogen aanwezig", "capability present"),
    Rung.TEST_PATIENT: Text("testpatiënt aanwezig", "test patient present"),
}

EXCLUSION = {
    Exclusion.ACTOR: Text("andere rol", "other actor"),
    Exclusion.RELEASE: Text("andere release", "other release"),
    Exclusion.CLAIM: Text("niet opgegeven", "not claimed"),
    Exclusion.ADDRESS: Text("geen adres", "no address"),
    Exclusion.PATIENT: Text("geen patiënt", "no patient"),
    Exclusion.PROFILE: Text("geen profiel", "no profile"),
}

NOT_A_CERTIFICATE = Text(
    "zelf beproefd, niet ondertekend, geen certificaat", "self-tested, unsigned, not a certificate"
)
THOROUGH = Text("grondig: alles gespeeld", "thorough: everything played")
ANONYMOUS = Text("anoniem: geen kopregel noemt de suite", "anonymous: no header field names the suite")


def spoken(text: Text, lang: str) -> str:
    """The text in one language: `nl`, else English."""
    return text.nl if lang == "nl" else text.en
