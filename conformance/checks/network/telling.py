"""What an answer that should give nothing holds of the application: content of its own, or what the good request got.

Redaction leaves of the number of a patient of the data set the word `bsn-<role>`, and the words of that set.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_plus

from conformance.checks.fhir.reading import OUTCOME, XML_TYPES, parsed, walk
from conformance.checks.judgement import answer, decidable, fact, read_whole, require
from conformance.model.exchange import Exchange, Response
from conformance.model.words import Triage

_IMAGES = ("application/dicom", "multipart/", "application/octet-stream")
_PICTURES = ("image/", "video/")
_TAG = re.compile(r"[0-9A-F]{8}\Z")
_NUMBER = re.compile(r"\bbsn-[a-z0-9]+(?:-[a-z0-9]+)*")
_NAMES = frozenset({"family", "given", "Alphabetic"})
_PUBLIC = frozenset({"resourceType", "system", "url", "profile", "fullUrl", "code", "lastUpdated", "vr", "reference"})
_STANDARD_UID = "1.2.840.10008."
_SHORTEST = 4


def tells_nothing(seen: Exchange, control: Exchange) -> None:
    """Require that an answer is of no application, and has no word in it of what the same good request got."""
    response = answer(seen)
    found = _content(seen) or _picture(seen, control) or _strangers(seen) or _named(seen)
    require(
        not found,
        nl=f"verwacht: een weigering zonder gegevens; gezien: HTTP {response.status} met {found}",
        en=f"expected: a refusal without data; seen: HTTP {response.status} with {found}",
    )
    decidable(
        not response.size or not seen.facts.get("body_withheld"),
        nl=f"van de inhoud bij HTTP {response.status} is niets bewaard: of er gegevens in staan, is niet te zien",
        en=f"nothing is kept of the body beside HTTP {response.status}: whether it holds data can't be seen",
        triage=Triage.NODE,
    )
    said = _said(response)
    repeated = next((one for one in sorted(_particular(control) - _asked(seen)) if _stands_in(one, said)), "")
    require(
        not repeated,
        nl=f"verwacht: een weigering zonder gegevens; gezien: HTTP {response.status} vertelt '{repeated}'",
        en=f"expected: a refusal without data; seen: HTTP {response.status} tells '{repeated}'",
    )


def _content(exchange: Exchange) -> str:
    """What an answer is, when it is what an application gives; empty for words, and for a bare OperationOutcome."""
    response = answer(exchange)
    if not response.size:
        return ""
    if response.media_type.startswith(_IMAGES):
        return response.media_type
    held = _parsed(exchange)
    kinds = {str(one["resourceType"]) for _, one in walk(held) if "resourceType" in one} - {OUTCOME}
    if kinds:
        return ", ".join(sorted(kinds))
    names = {name for _, one in walk(held) for name in one}
    if any(_TAG.match(name) for name in names):
        return "DICOM JSON"
    return "access_token" if "access_token" in names else ""


def _picture(seen: Exchange, control: Exchange) -> str:
    """The picture that the good request got. Only form and size are kept of pictures: the same ones are it."""
    response = answer(seen)
    if not response.media_type.startswith(_PICTURES) or any("pictures" not in one.facts for one in (seen, control)):
        return ""
    shown = fact(seen, "pictures")
    return response.media_type if any(shown) and shown == fact(control, "pictures") else ""


def _strangers(exchange: Exchange) -> str:
    """A patient whom the question did not name."""
    asked = _NUMBER.findall(_question(exchange))
    return ", ".join(sorted(set(_NUMBER.findall(_said(answer(exchange)))) - set(asked)))


def _named(exchange: Exchange) -> str:
    """Of whom it tells by name, or by a study of theirs: in words or header fields that are not kept."""
    found = fact(exchange, "told_of") if "told_of" in exchange.facts else ()
    return ", ".join(sorted(str(role) for role in found)) if isinstance(found, list | tuple) else ""


def _parsed(exchange: Exchange) -> Any:
    """The JSON or FHIR XML of an answer, whatever its media type says; empty when it is neither."""
    response = answer(exchange)
    if response.media_type in XML_TYPES:
        read_whole(exchange)
    return _in_form(response.body, response.media_type)


def _in_form(body: bytes, media_type: str) -> Any:
    if media_type not in XML_TYPES:
        return _json(body)
    try:
        return parsed(body, media_type)
    except (ValueError, KeyError, RecursionError):
        return {}


@lru_cache(maxsize=512)
def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return {}


def _said(response: Response) -> str:
    """Every word of an answer, in its header fields too."""
    fields = " ".join(unquote_plus(value) for _, value in response.headers)
    return f"{fields} {response.body.decode('utf-8', 'replace')}"


def _asked(exchange: Exchange) -> set[str]:
    """What the question itself said, and an answer may repeat."""
    question = _question(exchange)
    return {*question.split("\n"), *re.split(r"[/?&=|,\n]", question)}


def _question(exchange: Exchange) -> str:
    """The address that was asked, and the form where the question was posted."""
    if exchange.request is None:
        return ""
    asked = exchange.request.url, exchange.request.body.decode("utf-8", "replace")
    return "\n".join(map(unquote_plus, asked))


def _particular(control: Exchange) -> frozenset[str]:
    """The values of what a good request got by which a record is known: names, dates, numbers, sentences."""
    response = answer(control)
    return frozenset() if response.status >= 300 else _particular_in(response.body, response.media_type)


@lru_cache(maxsize=256)
def _particular_in(body: bytes, media_type: str) -> frozenset[str]:
    return frozenset(_values(_in_form(body, media_type)))


def _values(held: Any, name: str = "") -> Iterator[str]:
    if isinstance(held, dict):
        if held.get("resourceType") != "CapabilityStatement":
            for key, value in held.items():
                yield from _values(value, key if key != "Value" else name)
    elif isinstance(held, list):
        for value in held:
            yield from _values(value, name)
    elif isinstance(held, str) and name not in _PUBLIC and _marks(held, name):
        yield held


def _marks(value: str, name: str) -> bool:
    """Whether a value is of a record and not of its form: a code or a word of the standard is in every answer."""
    if len(value) < _SHORTEST or value.startswith(("http:", "https:", "urn:", _STANDARD_UID)):
        return False
    return name in _NAMES or value.startswith("bsn-") or " " in value or any(sign.isdigit() for sign in value)


def _stands_in(value: str, said: str) -> bool:
    return value in said and re.search(rf"(?<!\w){re.escape(value)}(?!\w)", said) is not None
