"""What an XML document declares its prefixes to be: known namespaces stay, a stand-in of its kind takes any other."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from io import BytesIO
from xml.sax.saxutils import unescape

from lxml import etree

from conformance.recordings.redaction import words
from conformance.recordings.redaction.lists import NAMESPACES
from conformance.recordings.redaction.reading import Reading
from conformance.recordings.redaction.written import holds_number

_TAG = re.compile(r"<[^<>!?][^<>]*>")
_ATTRIBUTE = re.compile(r"""(?P<head>[<\s]/?)(?P<name>[^\s=<>"'/]+)(?:=(?P<value>"[^"]*"|'[^']*'))?""")


def strange(data: bytes, reading: Reading) -> Mapping[str, str]:
    """Stand-ins for every prefix and namespace declared that is not known; StrangerAlarm for a person's number."""
    found: dict[str, str] = {}
    declared = etree.iterparse(BytesIO(data), events=("start-ns",), resolve_entities=False, no_network=True)
    for _, (prefix, namespace) in declared:
        reading.spend()
        place = f"{reading.place}, a namespace"
        for held, known, stand_in in ((prefix, _prefix, "ns-{}"), (namespace, _known, _kind(namespace))):
            if held and held not in found and (reading.screen.text(held, place) != held or not known(held)):
                found[held] = stand_in.format(reading.screen.pseudonyms.digest(held.encode(), 4))
    return found


def _known(namespace: str) -> bool:
    return namespace.startswith(tuple(NAMESPACES)) and words.names(namespace) and not holds_number(namespace)


def _prefix(prefix: str) -> bool:
    return words.coded(prefix) and not holds_number(prefix)


def _kind(namespace: str) -> str:
    scheme = namespace.partition(":")[0].lower()
    return "http://namespace.invalid/{}" if scheme in ("http", "https") else "urn:x-namespace:{}"


def renamed(text: str, stand_ins: Mapping[str, str]) -> str:
    """A document as lxml writes it (no comments, no sections, every sign escaped) with its stand-ins in place."""
    return _TAG.sub(lambda tag: _ATTRIBUTE.sub(_one(stand_ins), tag.group()), text)


def _one(stand_ins: Mapping[str, str]) -> Callable[[re.Match[str]], str]:
    """Rewrites the name of an element, an attribute, or a declaration."""

    def rewrite(found: re.Match[str]) -> str:
        prefix, colon, local = found["name"].rpartition(":")
        value = found["value"] or ""
        if found["name"] == "xmlns" or prefix == "xmlns":
            value = _value(value, stand_ins)
            name = f"xmlns{colon}{stand_ins.get(local, local)}" if colon else "xmlns"
        else:
            name = f"{stand_ins.get(prefix, prefix)}{colon}{local}"
        return f"{found['head']}{name}{'=' if value else ''}{value}"

    return rewrite


def _value(quoted: str, stand_ins: Mapping[str, str]) -> str:
    plain = unescape(quoted[1:-1], {"&quot;": '"'})
    return f'"{stand_ins[plain]}"' if plain in stand_ins else quoted
