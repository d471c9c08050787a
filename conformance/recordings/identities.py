"""Who belongs to the data set: the only patients whose identifiers may appear in anything the suite keeps."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from conformance.model.words import Text

BSN_SYSTEMS = frozenset(
    {
        "http://fhir.nl/fhir/NamingSystem/bsn",
        "https://fhir.nl/fhir/NamingSystem/bsn",
        "urn:oid:2.16.840.1.113883.2.4.6.3",
        "2.16.840.1.113883.2.4.6.3",
    }
)
"""The namespaces of the citizen service number (BSN) in FHIR and as an OID."""


def is_bsn_system(text: object) -> bool:
    """Whether a text names the BSN's namespace, however carelessly it is written."""
    if not isinstance(text, str) or len(text) > _LONGEST_SYSTEM:
        return False
    return text.strip().lower().rstrip("/").replace("://www.", "://") in _WRITTEN_SMALL


_LONGEST_SYSTEM = 80
_WRITTEN_SMALL = frozenset(system.lower() for system in BSN_SYSTEMS)

BETWEEN = r"[\s.\u00ad\u200b-\u200f\u2010-\u2015\u2060\u2212\ufeff-]{0,3}"
"""What may stand between the digits of a number: blanks of any width, dots, dashes, and signs that nobody sees."""

_LONG = re.compile(rf"[0-9](?:{BETWEEN}[0-9]){{7}}")
"""The shortest form of a number: text without so many digits is spared the slower pattern."""


class StrangerAlarm(Exception):
    """A patient's number outside the data set was seen. Holds where and how many, never which."""

    def __init__(self, where: str, count: int = 1) -> None:
        self.where, self.count = where, count
        self.text = Text(
            "Het knooppunt, of wat iemand erin heeft geladen, toonde een patiëntnummer dat niet van de gegevensset is "
            f"(gezien: {count}; plaats: {where}). Niets ervan is bewaard en de run stopt. Dit is geen fout van de "
            "suite en geen oordeel over het knooppunt. Richt de suite op een omgeving met alleen de synthetische "
            "patiënten, of haal deze gegevens daar weg; noem eigen testpatiënten, met fictieve BSN's, onder 'patients' "
            "in het nodebestand.",
            "The node, or what someone loaded into it, showed a patient's number that is not of the data set "
            f"(seen: {count}; place: {where}). Nothing of it was kept and the run stops. This is no fault of the suite "
            "and no verdict on the node. Point the suite at an environment that holds only the synthetic patients, or "
            "remove these data from it; name your own test patients, with fictitious BSNs, under 'patients' in the "
            "node file.",
        )
        super().__init__(self.text.en)


@dataclass(frozen=True)
class Identities:
    """The BSNs of the data set and of the node file's own test patients, with the role each belongs to."""

    roles: Mapping[str, str]
    texts: frozenset[str] = frozenset()
    """What the vendor's own answer sheet says was loaded, blanks left out: public as the data set's own."""

    def pseudonym(self, bsn: str) -> str:
        """What stands in for a BSN of the data set."""
        return f"bsn-{self.roles[bsn]}"

    def role(self, text: str) -> str:
        """The role of the BSN in this identifier value, whatever stands around it; empty when it is not of the data
        set."""
        found = self._pattern.search(text) if self._pattern and _LONG.search(text) else None
        return self.roles[_digits(found)] if found else ""

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
        """Text with every BSN of the data set replaced, also one whose digits stand apart."""
        return self._pattern.sub(self._replace, text) if self._pattern and _LONG.search(text) else text

    def _replace(self, found: re.Match[str]) -> str:
        return set_apart(self.pseudonym(_digits(found)), found)

    def _source(self, between: str) -> str:
        # Part of a longer number or of a UID is no BSN. A leading zero is often lost on the way.
        forms = "|".join(between.join(form.decode()) for form in self._forms)
        return rf"(?<!\d)(?<!\d\.)(?:{forms})(?!\.?\d)"

    @cached_property
    def _forms(self) -> tuple[bytes, ...]:
        return tuple(sorted({form.encode() for bsn in self.roles for form in (bsn, bsn.removeprefix("0"))}))

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        return re.compile(self._source(BETWEEN)) if self.roles else None

    @cached_property
    def _bytes(self) -> re.Pattern[bytes] | None:
        return re.compile(self._source("").encode()) if self.roles else None


def _digits(found: re.Match[str]) -> str:
    return "".join(sign for sign in found.group() if sign.isdigit()).rjust(9, "0")


def set_apart(pseudonym: str, found: re.Match[str], group: int | str = 0) -> str:
    """A pseudonym in the place of what was found, with a dot where a letter, digit or dash would become part of it."""
    start, end = found.span(group)
    before, after = found.string[max(0, start - 1) : start], found.string[end : end + 1]
    return f"{'.' if _JOINED.match(before) else ''}{pseudonym}{'.' if _JOINED.match(after) else ''}"


_JOINED = re.compile(r"[\w-]")
