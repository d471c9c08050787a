"""The care provider's number in the node's certificate."""

from __future__ import annotations

from conformance.checks.judgement import decidable, judgement, require
from conformance.checks.network.certificates import leaf
from conformance.model.exchange import Exchange
from conformance.model.words import Text, Triage
from conformance.validation import x509 as certificates


@judgement("certificate-carries-ura")
def certificate_carries_ura(exchange: Exchange) -> Text | None:
    """The certificate carries one URA of eight digits, the same wherever it stands."""
    found = certificates.uras(leaf(exchange))
    shown = ", ".join(found) or "-"
    require(
        found and all(len(ura) == 8 and ura.isdecimal() for ura in found),
        nl=f"verwacht: een URA van 8 cijfers in het subjectAltName; gezien: {shown}",
        en=f"expected: a URA of 8 digits in the subjectAltName; seen: {shown}",
    )
    require(len(set(found)) == 1, nl=f"verschillende URA's: {shown}", en=f"different URAs: {shown}")
    return Text(f"URA {found[0]}", f"URA {found[0]}")


@judgement("certificate-ura-is")
def certificate_ura_is(exchange: Exchange, *, ura: str) -> Text | None:
    """The URA in the certificate is that of the node."""
    found = certificates.uras(leaf(exchange))
    decidable(found, nl="het certificaat draagt geen URA", en="the certificate carries no URA", triage=Triage.NODE)
    require(
        set(found) == {ura},
        nl=f"verwacht: URA {ura}; gezien: {', '.join(found)}",
        en=f"expected: URA {ura}; seen: {', '.join(found)}",
    )
    return Text(f"URA {ura}", f"URA {ura}")
