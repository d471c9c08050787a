"""Who belongs to the data set: the only patients whose identifiers may appear in anything the suite keeps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import unquote

from conformance.agreements.bsn import passes_eleven_test

BSN_SYSTEMS = frozenset(
    {
        "http://fhir.nl/fhir/NamingSystem/bsn",
        "https://fhir.nl/fhir/NamingSystem/bsn",
        "urn:oid:2.16.840.1.113883.2.4.6.3",
        "2.16.840.1.113883.2.4.6.3",
    }
)
"""The namespaces of the citizen service number (BSN) in FHIR and as an OID."""

_IN_A_QUERY = re.compile(
    r"(?:NamingSystem(?:/|%2F)bsn|2\.16\.840\.1\.113883\.2\.4\.6\.3)(?:\||%7C)(\d[\d.\s]{0,12})"
    r"|[?&](?:PatientID|00100020)=([^&#\s\"'<]+)",
    re.IGNORECASE,
)
"""Where a patient's number stands in an address: a FHIR token with the BSN system, or a DICOMweb match."""

_LONG = re.compile("[0-9]{8}")
"""The shortest form of a number: text without so many digits is spared the slower pattern."""


class StrangerAlarm(Exception):
    """A patient identifier outside the data set was seen. Holds where and how many, never which."""

    def __init__(self, where: str, count: int = 1) -> None:
        super().__init__(
            f"A patient identifier outside the data set appeared ({where}, {count} seen). Nothing of it was kept "
            "and the run stops. Point the suite at an environment that holds only the synthetic patients; name your "
            "own test patients, with fictitious BSNs, under 'patients' in the node file."
        )
        self.where, self.count = where, count


@dataclass(frozen=True)
class Identities:
    """The BSNs of the data set and of the node file's own test patients, with the role each belongs to."""

    roles: Mapping[str, str]

    def pseudonym(self, bsn: str) -> str:
        """What stands in for a BSN of the data set."""
        return f"bsn-{self.roles[bsn]}"

    def role(self, text: str) -> str:
        """The role of the BSN in this identifier value; empty when it is not of the data set."""
        found = self._pattern.search(text) if self._pattern and _LONG.search(text) else None
        return self.roles[found.group().rjust(9, "0")] if found else ""

    def named(self, text: str, where: str) -> str:
        """The pseudonym for an identifier in the BSN namespace.

        A number that fails the eleven test belongs to nobody and becomes `bsn-invalid`; one that passes it and is not
        of the data set raises the alarm.
        """
        if role := self.role(text):
            return f"bsn-{role}"
        digits = re.sub(r"\D", "", text)
        if 8 <= len(digits) <= 9 and passes_eleven_test(digits.rjust(9, "0")):
            raise StrangerAlarm(where)
        return "bsn-invalid" if text.strip() else text

    def patient_id(self, text: str, where: str) -> str:
        """The pseudonym for a DICOM Patient ID: any value outside the data set raises the alarm."""
        if not text.strip():
            return text
        if role := self.role(text):
            return f"bsn-{role}"
        raise StrangerAlarm(where)

    def address(self, url: str, where: str, *, strict: bool = False) -> str:
        """An address with the numbers of the data set replaced; raises the alarm for anybody else's BSN.

        `strict` holds for addresses the node made up itself: there any other Patient ID raises the alarm too.
        """
        for bsn, patient in _IN_A_QUERY.findall(url):
            if strict and unquote(patient).strip("*?"):
                self.patient_id(patient, where)
            else:
                self.named(bsn or patient, where)
        return self.text(url)

    def seen(self, data: bytes) -> tuple[str, ...]:
        """The roles whose BSN occurs, sorted."""
        found = {form for form in self._forms if self._holds(data, form)}
        return tuple(sorted({self.roles[form.decode().rjust(9, "0")] for form in found}))

    def _holds(self, data: bytes, form: bytes) -> bool:
        """Whether a number stands there by itself. A plain search goes first: it is far faster than the pattern."""
        at = data.find(form)
        while at >= 0:
            if self._bytes is not None and self._bytes.match(data, at):
                return True
            at = data.find(form, at + 1)
        return False

    def text(self, text: str) -> str:
        """Text with every BSN of the data set replaced."""
        return self._pattern.sub(self._replace, text) if self._pattern and _LONG.search(text) else text

    def data(self, data: bytes) -> bytes:
        """Bytes with every BSN of the data set replaced."""
        held = any(form in data for form in self._forms)
        return self._bytes.sub(self._replace_bytes, data) if self._bytes and held else data

    def _replace(self, found: re.Match[str]) -> str:
        return self.pseudonym(found.group().rjust(9, "0"))

    def _replace_bytes(self, found: re.Match[bytes]) -> bytes:
        return self.pseudonym(found.group().decode().rjust(9, "0")).encode()

    @cached_property
    def _source(self) -> str:
        # Part of a longer number or of a UID is no BSN. A leading zero is often lost on the way.
        forms = "|".join(form.decode() for form in self._forms)
        return rf"(?<!\d)(?<!\d\.)(?:{forms})(?!\.?\d)" if forms else ""

    @cached_property
    def _forms(self) -> tuple[bytes, ...]:
        return tuple(sorted({form.encode() for bsn in self.roles for form in (bsn, bsn.removeprefix("0"))}))

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        return re.compile(self._source) if self._source else None

    @cached_property
    def _bytes(self) -> re.Pattern[bytes] | None:
        return re.compile(self._source.encode()) if self._source else None
