"""What names a number as a person's: words, and members beside what they name, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from conformance.recordings.redaction.written import DAY, OID, RUN, folded

NAMES_OF_NUMBERS: Mapping[str, str] = {
    r"(?<![^\W\d_])bsn|bsn(?![^\W\d_])|(?-i:(?<=[a-z])B(?:SN|sn)(?=[A-Z]))": (
        "the citizen service number, as everybody abbreviates it: at either end of a word, or a hump in it"
    ),
    r"b\.\s?s\.\s?n\b": "the same with dots",
    r"burger[\s_.-]?service": "burgerservicenummer, written out",
    r"citizen[\s_.-]?service": "the same in English",
    r"s0{8}(?=:\d)": "the sector of the BSN, before its number in a DigiD assertion",
    r"(?<![^\W_])pid[-.]3(?=\|)": "PID-3 of HL7 version 2, the patient's numbers, in an ebXML slot",
    r"sofi[\s_.-]*(?:num|nr|no\b)": "the BSN's name until 2007, still found in old interfaces",
    r"(?<![^\W\d_])sofi\s*[:=#](?=\s*\d)": "the same, when its number follows; alone it is a person's name too",
    r"pati[eë]nt[\s_.-]?id": "patient id, PatientID, patient_identifier: in the Netherlands mostly the BSN",
    r"pati[eë]nt[\s_.-]?(?:nummer|number|nr)": "patient number",
    r"00100020": "the tag of DICOM Patient ID",
    r"nlminbiza": "the issuer of the BSN in HL7 version 2",
    r"nnnld": "the type of a Dutch national number in HL7 version 2",
}
"""Words that name a number as a person's, as expressions over text in any case."""

OF_PATIENTS = frozenset(word for word in NAMES_OF_NUMBERS if word.startswith(("pati", "0010", "(?<![^\\W_])pid")))
"""Words for the number of a patient, which may be a hospital's own."""

ONLY_NAMES: Mapping[str, str] = {
    r"(?:\A|[_.\s-])sofi\Z": "the name of a member or column; in a text it is a person's",
    r"\A(?:pid\.(?:[234]|19)|mrg\.[14])\Z": "the patient's numbers in HL7 version 2 as XML",
}
"""Further ones that only the name of a value may say."""

NAMING: Mapping[str, str] = {
    "name": "Parameters of FHIR, and pairs of a name and a value everywhere",
    "key": "pairs of a key and a value",
    "naam": "pairs of a name and a value, in Dutch",
    "field": "pairs of a field and a value",
    "label": "forms and tables written as JSON",
    "code": "the code of what the value beside it is",
    "type": "the type of an identifier",
    "veld": "forms and tables written as JSON, in Dutch",
    "id": "of a field, beside its value",
    "title": "what stands above a field",
    "column": "of a table written out cell by cell",
    "property": "pairs of a property and a value",
}
"""Members whose text names what stands beside them, when that is a value."""

VALUES = ("val", "waarde", "inhoud", "content", "data", "part")
"""How the names of the members begin that hold what such a text names."""

ISSUERS: Mapping[str, str] = {
    r"assign": "assigner, assigningAuthority: FHIR, HL7 version 3",
    r"authority": "who gave a number out",
    r"issuer": "the same in DICOM's and IHE's words",
    r"namespace": "of a number in HL7",
    r"domain": "of patient numbers, in IHE's words",
    r"\Acx\.4\Z": "assigning authority in HL7 version 2 as XML",
}
"""Members and elements in which stands who issued the number beside them, as expressions in any case."""

_WORDS = "|".join(NAMES_OF_NUMBERS)
_SAYS = re.compile(_WORDS, re.IGNORECASE)
_NAMES = re.compile("|".join((_WORDS, *ONLY_NAMES)), re.IGNORECASE)
_CITIZENS = re.compile("|".join(word for word in NAMES_OF_NUMBERS if word not in OF_PATIENTS), re.IGNORECASE)
_ISSUES = re.compile("|".join(ISSUERS), re.IGNORECASE)

NEAR = 20
"""So many signs a word that names a number may stand before it in free text."""

_DIGITS = rf"(?<!\d)(?<!\d\.){DAY}{RUN}{{7,8}}(?!\.?\d)"
_BESIDE = rf"(?<!\d)(?<!\d\d\.){DAY}{RUN}{{7,8}}(?!\d|\.\d\d)"
"""After a word that names a number a dot and one digit may stand beside it: the number of a list, or a decimal."""
NAMED = re.compile(
    rf"(?:{_WORDS})[^\d]{{0,{NEAR}}}?(?:\d\.\s?)??(?P<told>{_BESIDE})"
    rf"|(?P<issued>{_DIGITS})\s*(?:\^\^\^(?:NLMINBIZA|[^&^\s]{{0,40}}&(?:amp;)?{OID}(?!\.?\d))|@{OID}(?!\.?\d))"
    rf"|(?<!\d\.){OID}[^\w.]{{1,4}}(?P<under>{_DIGITS})"
    rf"|(?<!\d\.){OID}(?:\.\d{{1,7}}){{0,3}}\.(?P<arc>\d{{8,9}})(?!\d)"
    rf"|(?P<ahead>{_DIGITS})[^\w]{{1,20}}system(?:\s+value)?[^\w]{{1,20}}[^\s\"'<>]{{0,60}}?(?:NamingSystem/bsn\b|{OID}(?!\.?\d))",
    re.IGNORECASE,
)
"""Where in a text a number is named: a word near before it, an issuer behind it (HL7 CX), the OID of the BSN before it,
or its system behind it."""


@lru_cache(maxsize=4096)
def says_number(name: str) -> bool:
    """Whether a member, element, parameter, column or header is named as one that holds a patient's number."""
    return _NAMES.search(folded(name)) is not None


@lru_cache(maxsize=4096)
def tells_of_number(text: str) -> bool:
    """Whether a text, the value of a name or a type, says that a patient's number stands beside it."""
    return _SAYS.search(folded(text)) is not None


@lru_cache(maxsize=4096)
def tells_in_address(url: str) -> bool:
    """The same of the address of an extension: the last part of it is its name."""
    return tells_of_number(re.split(r"[/#:]", url.rstrip("/"))[-1])


@lru_cache(maxsize=4096)
def says_citizen(system: str) -> bool:
    """Whether the name of a number system says that it is the citizens', in other words than the known ones."""
    return _CITIZENS.search(re.split(r"[/#:]", system.rstrip("/"))[-1]) is not None


def says_together(above: str, name: str) -> bool:
    """Whether the name of a value says so together with the name above it: the id of a patient."""
    return above.lower().endswith(_PATIENT) and name.lower() in _NUMBERS


_PATIENT, _NUMBERS = ("patient", "pati\u00ebnt"), frozenset({"id", "nr", "no", "number", "nummer"})


@lru_cache(maxsize=4096)
def tells_of_birth(text: str) -> bool:
    """Whether the name, or the last part of an address, of what holds a moment says that one is born or dies then."""
    return _LIFE.search(re.split(r"[/#:]", text.rstrip("/"))[-1]) is not None


_LIFE = re.compile(r"birth|born|(?<![a-z])dob(?![a-z])|geboor|geboren|deceas|death|overl[ie]", re.IGNORECASE)


@lru_cache(maxsize=4096)
def issues(name: str) -> bool:
    """Whether a member or element says of its parts that they tell who issued the number beside it."""
    return _ISSUES.search(name) is not None
