"""Taking persons and secrets out of JSON: FHIR resources, the DICOM JSON model, token answers.

Each object is looked at once, while the parser closes it. A body in which nothing had to change is kept to the byte;
another is written again, with its numbers as they were (FHIR decimals carry precision).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from conformance.recordings.identities import BSN_SYSTEMS, Identities
from conformance.recordings.masks import PERSONAL, PERSONS, SECRETS, Pseudonyms
from conformance.recordings.tally import Looked, Tally, withhold
from conformance.recordings.tokens import described

_OPEN, _SHUT = "\ue0fe", "\ue0ff"
_NUMBER = re.compile(f'"{_OPEN}([^{_SHUT}]*){_SHUT}"')

PATIENT_ID, BIRTH_DATE = "00100020", "00100030"
_DICOM_PERSONAL = (
    "00100032", "00101000", "00101001", "00101005", "00101040", "00101060", "00102154", "001021B0", "00104000",
    "0040A160", "00204000",
)  # fmt: skip
"""Patient module attributes and free text that may name a person (PS3.15 table E.1-1); person names go by their VR."""


class _DoubleName(ValueError):
    """A JSON object names a member twice, so that readers disagree on its value."""


class JsonRedaction:
    """Redacts JSON bodies; one object per body."""

    def __init__(self, identities: Identities, pseudonyms: Pseudonyms) -> None:
        self._identities, self._pseudonyms = identities, pseudonyms
        self._changed = False
        self.tally = Tally()

    def body(self, data: bytes) -> Looked:
        """The redacted body; one that is not JSON, or ambiguous, is withheld."""
        text = data.decode("utf-8", "surrogateescape")
        if _OPEN in text or _SHUT in text:
            return withhold("private-use characters that this suite needs itself")
        try:
            document = json.loads(text, object_pairs_hook=self._object, parse_float=_keep, parse_constant=_refuse)
        except _DoubleName:
            return withhold("a JSON object names a member twice", self.tally)
        except json.JSONDecodeError as error:
            return withhold(f"not JSON (line {error.lineno}, column {error.colno})", self.tally)
        except (ValueError, RecursionError):
            return withhold("not JSON that can be read", self.tally)
        if not self._changed:
            return Looked(body=data, tally=self.tally)
        written = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
        if _OPEN in written:
            written = _NUMBER.sub(r"\1", written)
        return Looked(body=written.encode("utf-8", "surrogateescape"), tally=self.tally)

    def value(self, value: Any) -> Any:
        """A JSON value redacted, for facts that hold parts of bodies."""
        redacted = json.loads(json.dumps(value, ensure_ascii=False), object_pairs_hook=self._object)
        written = json.dumps(redacted, ensure_ascii=False)
        known = self._identities.text(written)
        return redacted if known == written else json.loads(known)

    def _object(self, members: list[tuple[str, Any]]) -> dict[str, Any]:
        node = dict(members)
        if len(node) != len(members):
            raise _DoubleName
        if telling := self._TELLING.intersection(node):
            # Each rule changes members of its own, so their order does not matter.
            for rule in {self._RULES[name] for name in telling}:
                rule(self, node)
        return node

    def _identifier(self, node: dict[str, Any]) -> None:
        system, value = node.get("system"), node["value"]
        if not isinstance(system, str) or system not in BSN_SYSTEMS:
            return
        if isinstance(value, str | int) and not isinstance(value, bool):
            self.tally.count(str(value))
            self._changed = True
            self._pseudonyms.counts["patient identifiers"] += 1
            node["value"] = self._identities.named(str(value), "an identifier in the BSN namespace")

    def _reference(self, node: dict[str, Any]) -> None:
        self._set(node, "display", self._pseudonyms.shape)

    def _narrative(self, node: dict[str, Any]) -> None:
        self._set(node, "div", lambda _: '<div xmlns="http://www.w3.org/1999/xhtml">redacted</div>')

    def _attachment(self, node: dict[str, Any]) -> None:
        if "contentType" in node:
            self._set(node, "data", lambda _: "UkVEQUNURUQ=")

    def _notes(self, node: dict[str, Any]) -> None:
        notes = node["note"]
        for note in notes if isinstance(notes, list) else ():
            if isinstance(note, dict):
                self._set(note, "text", self._pseudonyms.shape)

    def _secrets(self, node: dict[str, Any]) -> None:
        for name in sorted(SECRETS.intersection(node)):
            if isinstance(node[name], str):
                self.tally.jwt = self.tally.jwt or described(node[name])
                self._set(node, name, self._pseudonyms.secret)

    def _resource(self, node: dict[str, Any]) -> None:
        if not isinstance(node["resourceType"], str) or node["resourceType"] not in PERSONS:
            return
        for name in (*PERSONAL, "birthDate", "deceasedDateTime", "contact"):
            for key in (name, f"_{name}"):
                if key in node:
                    node[key] = self._pseudonyms.personal(node[key], name)
                    self._changed = True

    def _link(self, node: dict[str, Any]) -> None:
        if not isinstance(node.get("url"), str):
            return
        self.tally.bsn_in_links |= bool(self._identities.seen(node["url"].encode("utf-8", "surrogateescape")))
        node["url"] = self._identities.address(node["url"], "a link in a Bundle")

    def _person_name(self, node: dict[str, Any]) -> None:
        if node["vr"] == "PN" and "Value" in node:
            node["Value"] = self._pseudonyms.personal(node["Value"])
            self._changed = True

    def _dicom(self, node: dict[str, Any]) -> None:
        self._values(node, PATIENT_ID, lambda text: self._identities.patient_id(text, "a DICOM Patient ID"))
        self._values(node, BIRTH_DATE, self._pseudonyms.date)
        for tag in _DICOM_PERSONAL:
            self._values(node, tag, self._pseudonyms.shape)

    def _values(self, node: dict[str, Any], tag: str, mask: Callable[[str], str]) -> None:
        element = node.get(tag)
        if isinstance(element, dict) and isinstance(element.get("Value"), list):
            element["Value"] = [
                mask(str(value)) if isinstance(value, str | int) else value for value in element["Value"]
            ]
            self._changed = True

    def _set(self, node: dict[str, Any], name: str, mask: Callable[[str], str]) -> None:
        if isinstance(node.get(name), str):
            node[name] = mask(node[name])
            self._changed = True

    _RULES: ClassVar[Mapping[str, Callable[[JsonRedaction, dict[str, Any]], None]]] = {
        "value": _identifier,
        "resourceType": _resource,
        "vr": _person_name,
        "reference": _reference,
        "identifier": _reference,
        "div": _narrative,
        "relation": _link,
        "data": _attachment,
        "note": _notes,
        **dict.fromkeys((PATIENT_ID, BIRTH_DATE, *_DICOM_PERSONAL), _dicom),
        **dict.fromkeys(SECRETS, _secrets),
    }
    """What an object that has this member may hold of persons or secrets."""

    _TELLING: ClassVar[frozenset[str]] = frozenset(_RULES)


def _keep(number: str) -> str:
    return f"{_OPEN}{number}{_SHUT}"


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
