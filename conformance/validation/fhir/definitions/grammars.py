"""Code systems with a grammar: it defines some (BCP 47, BCP 13), in others it tells what certainly is no code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from conformance.validation.fhir.base.check_digits import is_loinc, is_snomed

if TYPE_CHECKING:
    from collections.abc import Callable

    Grammar = Callable[[str], bool]

# RFC 5646 section 2.1: language, extended language, script, region, variants, extensions, private use.
_LANGUAGE = re.compile(
    r"(?:[a-z]{2,3}(?:-[a-z]{3}){0,3}|[a-z]{4,8})(?:-[a-z]{4})?(?:-(?:[a-z]{2}|[0-9]{3}))?"
    r"(?:-(?:[a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*(?:-[0-9a-wy-z](?:-[a-z0-9]{2,8})+)*(?:-x(?:-[a-z0-9]{1,8})+)?|x(?:-[a-z0-9]{1,8})+",
    re.IGNORECASE,
)
# ISO 639-1, the two-letter language subtags of the IANA registry.
_TWO_LETTER_SUBTAGS = """
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el
    en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik io is it iu
    ja jv ka kg ki kj kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na
    nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn
    so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu
"""
_TWO_LETTERS = frozenset(_TWO_LETTER_SUBTAGS.split())
# RFC 6838 section 4.2 and RFC 2045 section 5.1: type/subtype, then parameters.
_TOKEN = r"[A-Za-z0-9][A-Za-z0-9!#$&^_.+-]{0,126}"
_COUNTRY = re.compile(r"[A-Z]{2}|[A-Z]{3}|[0-9]{3}|[A-Z]{2}-[A-Z0-9]{1,3}")  # ISO 3166-1 and 3166-2
_AREA = re.compile(r"[0-9]{3}")  # UN M49
_MEDIA = re.compile(rf"{_TOKEN}/{_TOKEN}(?:\s*;\s*{_TOKEN}=(?:[^\s;\"]+|\"[^\"]*\"))*")


def _is_language(code: str) -> bool:
    primary = code.partition("-")[0].lower()
    return bool(_LANGUAGE.fullmatch(code)) and (len(primary) != 2 or primary in _TWO_LETTERS)


_SHORT = frozenset(("xml", "json", "ttl"))
"""FHIR's own short names of its formats (FHIR R4, http.html 3.1.0.1.11), allowed wherever a format is named."""


def _is_media_type(code: str) -> bool:
    return code in _SHORT or bool(_MEDIA.fullmatch(code))


def grammar(system: str) -> Grammar | None:
    """The grammar that decides membership of the whole code system, or None."""
    return {"urn:ietf:bcp:47": _is_language, "urn:ietf:bcp:13": _is_media_type, "urn:ietf:rfc:3986": None}.get(system)


def could_be(system: str, code: str) -> bool:
    """Whether the code can exist in a system whose content is not here; false only when its form rules it out."""
    rule = _FORMS.get(system)
    return rule is None or bool(rule(code))


_FORMS: dict[str, Callable[[str], object]] = {
    "http://snomed.info/sct": is_snomed,
    "http://loinc.org": is_loinc,
    "urn:iso:std:iso:3166": _COUNTRY.fullmatch,
    "urn:iso:std:iso:3166:-2": _COUNTRY.fullmatch,
    "http://unstats.un.org/unsd/methods/m49/m49.htm": _AREA.fullmatch,
}
