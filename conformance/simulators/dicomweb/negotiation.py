"""Which representation to answer with (PS3.18 section 8.7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from conformance.codecs.mediatypes import MediaType, accepted, parse
from conformance.simulators.dicomweb.refusals import Refusal
from conformance.simulators.http import Call

JSON = "application/dicom+json"
DICOM = "application/dicom"
OCTETS = "application/octet-stream"
RELATED = "multipart/related"


@dataclass(frozen=True, slots=True)
class Offer:
    """A representation the gateway can give: a media type, and for a multipart one the type of its parts."""

    name: str
    type: str = ""


def chosen(call: Call, offers: Sequence[Offer], transfer_syntaxes: frozenset[str] = frozenset()) -> Offer:
    """The best offer for what the caller accepts; a 406 that lists the offers when there is none.

    The query parameter `accept` goes before the header (PS3.18 section 8.3.3.1).
    """
    asked = next((value for name, value in call.query if name == "accept"), call.header("accept"))
    for wanted in accepted(asked):
        for offer in offers:
            if _suits(wanted, offer) and _syntax_suits(wanted, transfer_syntaxes):
                return offer
    names = ", ".join(f'{offer.name}; type="{offer.type}"' if offer.type else offer.name for offer in offers)
    raise Refusal(406, f"None of the accepted media types can be given. Here is to be had: {names}.")


def _suits(wanted: MediaType, offer: Offer) -> bool:
    if not wanted.covers(offer.name):
        return False
    # The root type may itself be a range: multipart/related; type="*/*".
    return not offer.type or parse(wanted.parameters.get("type", "*/*")).covers(offer.type)


def _syntax_suits(wanted: MediaType, available: frozenset[str]) -> bool:
    asked = wanted.parameters.get("transfer-syntax", "*")
    return not available or asked == "*" or asked in available
