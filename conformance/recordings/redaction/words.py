"""Whose words a text is made of: the data set's are public fiction, the question's were ours, others may be a name."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from http import HTTPStatus
from importlib.resources import files
from typing import Any
from unicodedata import normalize

from conformance.codecs.dicomjson import TAGS
from conformance.codecs.moments import same_moment
from conformance.recordings.redaction.lists import CODE_SYSTEMS
from conformance.recordings.redaction.masks import shape
from conformance.recordings.redaction.spoken import MEMBER_NAMES, SPOKEN
from conformance.synthesis.bgz.record import bgz_data
from conformance.synthesis.patients import data_set
from conformance.synthesis.studies import description

_WORD = re.compile(r"[^\W_]+")
_DIGITS = re.compile(r"\d+(?:[-./: ]?\d+)*")
_MONTHS = (
    "jan(?:uari|uary)?|feb(?:ruari|ruary)?|mrt|maart|mar(?:ch)?|apr(?:il)?|mei|may|juni?|june|juli?|july|aug(?:ustus|ust)?"
    "|sept?(?:ember)?|o[ck]t(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_DATE = (
    r"\d{4}[-/]\d\d[-/]\d\d|(?<!\d)\d{1,2}[-/.]\d{1,2}[-/.](?:19|20)\d\d(?!\d)"
    rf"|(?<!\d)\d{{1,2}}[ .-]{{1,2}}(?i:{_MONTHS})\b[ .,-]{{0,2}}(?:19|20)\d\d(?!\d)"
)
"""A day as programs and people write it."""
_OPENING = re.compile(
    r"(?P<own>(?<![\w-])token-[0-9a-f]{16}(?![\w-]))"
    rf"|(?P<date>{_DATE})"
    r"|(?P<mail>(?<![\w.+-])[\w.+-]{1,64}@[\w-]+(?:\.[\w-]+)+)"
    r"|(?P<digits>(?<![\d.])\d{6,}(?!\.?\d))|(?P<word>[^\W\d_][^\W_]*)"
)
_CODE = re.compile(r"[^\s]{1,200}")


@cache
def own_texts() -> frozenset[str]:
    """Every text of the data set as it is loaded: records, studies and their description."""
    held = [*bgz_data().resources, _plain(data_set().care), _plain(description()), *_people()]
    pieces = {piece.strip() for text in texts(held) for piece in (text, *_TAGS.split(text), *_JOINTS.split(text))}
    return frozenset((pieces | _SYNTHETIC) - {""})


_TAGS = re.compile(r"<[^>]*>")


@cache
def own_words() -> frozenset[str]:
    """Every word of those texts."""
    return frozenset(word for text in own_texts() for word in _WORD.findall(text))


_SYNTHETIC = frozenset({"Verwijzer", "Synthetisch", "Synthetic hospital"})
"""What the generator of images writes itself."""


def _people() -> Iterator[Any]:
    for patient in data_set().patients.values():
        yield _plain(patient.description)
        yield patient.birth_date.replace("-", "")


@cache
def called() -> str:
    """A pattern for the full names of the data set's patients, first name and surname in either order: that an answer
    names another patient must stay visible."""
    named = [one for held in bgz_data().resources if held["resourceType"] == "Patient" for one in held["name"]]
    pairs = [(re.escape(one["given"][0]), re.escape(one["family"])) for one in named]
    spelled = [form for given, family in pairs for form in (rf"{given}\s+{family}", rf"{family},?\s+{given}")]
    return rf"(?<!\w)(?i:{'|'.join(spelled)})(?!\w)"


def _plain(value: Any) -> Any:
    return json.loads(json.dumps(value, default=dict))


def spoken_in(value: Any) -> frozenset[str]:
    """Every word in the texts of a value."""
    return asked(texts(value))


def texts(value: Any, deep: int = 1000) -> Iterator[str]:
    """Every text in a JSON value, names of members left out; no deeper than so many levels."""
    if deep < 0:
        return
    if isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner, deep - 1)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from texts(inner, deep - 1)
    elif isinstance(value, str):
        yield value


@cache
def fhir_types() -> frozenset[str]:
    """The names of FHIR's resources and data types."""
    table = json.loads(files("conformance.codecs").joinpath("fhir_stu3.json").read_text(encoding="utf-8"))
    return frozenset(table) | _LATER


_NAMES = """
    MedicationUsage DocumentReference ImagingStudy ServiceRequest CarePlan MolecularSequence Evidence
    EvidenceVariable InsurancePlan Invoice OrganizationAffiliation ResearchDefinition RiskEvidenceSynthesis
    SubstanceAmount VerificationResult BiologicallyDerivedProduct CatalogEntry ChargeItemDefinition
    CoverageEligibilityRequest CoverageEligibilityResponse DeviceDefinition DeviceUseStatement
    EffectEvidenceSynthesis EventDefinition ExampleScenario ImmunizationEvaluation MedicationKnowledge
    MedicinalProduct ObservationDefinition ResearchElementDefinition SpecimenDefinition SubstanceSpecification
    TerminologyCapabilities Resource DomainResource
"""
_LATER = frozenset(_NAMES.split())
"""Names that came after STU3."""


@lru_cache(maxsize=8192)
def own(text: str) -> bool:
    """Whether a text is one of the data set, or put together of such texts; one without any word is nobody's.

    Whoever writes its letters in another form, or with other blanks, writes the same text.
    """
    pieces = (piece.strip() in own_texts() or not _WORD.search(piece) for piece in _JOINTS.split(text))
    return all(pieces) or bare(text) in _bare_texts()


def bare(text: str) -> str:
    """A text in one form of its letters, without blanks."""
    return "".join(normalize("NFC", text).split())


@cache
def _bare_texts() -> frozenset[str]:
    return frozenset(bare(text) for text in own_texts())


def own_death(value: str) -> bool:
    """Whether this is the moment at which somebody of the data set died, in whatever time zone and however exactly."""
    return any(same_moment(one, value) for one in _deaths())


@cache
def _deaths() -> frozenset[str]:
    people = (held for held in bgz_data().resources if held["resourceType"] == "Patient")
    return frozenset(held["deceasedDateTime"] for held in people if "deceasedDateTime" in held)


_JOINTS = re.compile(r"[\^=|]")
"""What joins the parts of a person's name in DICOM, and a system with a code in a token."""


def asked(spoken: Iterable[str]) -> frozenset[str]:
    """The words of the question just asked."""
    return frozenset(word for text in spoken for word in _WORD.findall(text))


def told(text: str, question: frozenset[str] = frozenset()) -> str:
    """What a server says of an error: masked are words that may be a name, long numbers, dates and mail addresses."""

    def mask(found: re.Match[str]) -> str:
        held = found.group()
        if held in question or found.lastgroup == "own" or (found.lastgroup == "word" and _speaks(held)):
            return held
        if all(word in own_words() or word in question for word in _WORD.findall(held)):
            return held
        kind = _KIND.fullmatch(held)
        return shape(kind[1]) + kind[2] if kind else shape(held)

    return _OPENING.sub(mask, text)


_KIND = re.compile(r"(.+)(Exception|Error)")
"""The name of what went wrong in a program: that it is one must stay visible."""


def _speaks(word: str) -> bool:
    if word in SPOKEN or word in _STANDARD or word in fhir_types() or len(word) == 1:
        return True
    return not word[0].isupper() and not word[0].istitle()


def names(name: str) -> bool:
    """Whether a member's or element's name is one of a vocabulary, and not a single word that may be a person's."""
    return all(_names(word) for word in _WORD.findall(name))


def _names(word: str) -> bool:
    return _speaks(word) or word.isdigit() or word in MEMBER_NAMES or bool(_HUMPS.search(word))


_HUMPS = re.compile(r"[a-z0-9][A-Z]|[A-Z]{2}")
"""More than one word in one: ClinicalDocument, StudyInstanceUID, XMLData."""

_STANDARD = frozenset(word for status in HTTPStatus for word in status.phrase.split()) | TAGS.keys()
"""The phrases of HTTP, and DICOM's keywords."""


def coded(value: str) -> bool:
    """Whether a value is written as a word of a vocabulary: no blanks, and it does not start like a name."""
    if own(value):
        return True
    return bool(_CODE.fullmatch(value)) and all(
        _speaks(word) or (word.isupper() and len(word) <= _ABBREVIATION)
        for word in _WORD.findall(value)
        if not word.isdigit()
    )


_ABBREVIATION = 6
"""Codes like HUSB or VECNT are written in capitals; a longer one may be a name in capitals."""


def of_vocabulary(system: object) -> bool:
    """Whether this is the name of a code system that is known: a code under it is a word and no number of a person."""
    return isinstance(system, str) and (system.startswith(tuple(CODE_SYSTEMS)) or system in own_texts())
