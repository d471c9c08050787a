"""The right number, and something around it; what belongs to one alone, in the hands of another."""

from __future__ import annotations

import json
from base64 import b64encode
from dataclasses import replace
from typing import Any

from conformance.codecs.dicomjson import tag_of
from conformance.simulators.assertions import Shown
from conformance.simulators.faults import Hook
from conformance.simulators.fhir.reply import Resource
from conformance.simulators.http import Answer, Call, Handler
from conformance.simulators.imageclient import Ask, Reply, Send
from tests.strangers.assertions import unless
from tests.strangers.identification import LOCAL, number_in
from tests.strangers.nodes import legal, wrong
from tests.strangers.pictures import Model, files, instead, kind, matches, named_in, retrieved
from tests.strangers.places import BSN, KNOWN, resources

METADATA = r"/metadata\Z"
BY_ROLE = {one.role: one for one in KNOWN.values()}
PATIENT_ID = tag_of("PatientID")


def dotted(number: str) -> str:
    """As it is written by hand."""
    return f"{number[:4]}.{number[4:6]}.{number[6:]}"


def whose(resource: Resource) -> str:
    """The role of whom a resource is about."""
    told = next(resource[one] for one in ("subject", "patient", "beneficiary") if one in resource)
    return str(told["reference"]).rpartition("/")[2]


@wrong("ID-03", at=resources("Patient", type="Patient"))
def writes_the_number_with_dots(resource: Resource) -> None:
    """The BSN is written as on a card, with dots."""
    number_in(resource, BSN)["value"] = dotted(number_in(resource, BSN)["value"])


@wrong("ID-03", at=resources("Patient", type="Patient"))
def fills_the_number_to_ten_digits(resource: Resource) -> None:
    """The field for the BSN has ten digits in the database: a zero stands before it."""
    number_in(resource, BSN)["value"] = f"0{number_in(resource, BSN)['value']}"


@wrong("ID-06", at=resources("Coverage"))
def makes_policy_numbers_of_the_number(resource: Resource) -> None:
    """A policy is numbered by letters, the BSN and a serial."""
    number = BY_ROLE[whose(resource)].bsn
    resource["identifier"] = [{"system": "urn:oid:2.999.5.9", "value": f"POL-{number}-01"}]


@wrong("ID-06", at=resources("Patient"))
def keeps_the_number_with_dots_as_its_own(resource: Resource) -> None:
    """The hospital's own number of a patient is the BSN with dots."""
    resource["identifier"].append({"system": LOCAL, "value": dotted(number_in(resource, BSN)["value"])})


@wrong("ID-08", at=resources("Practitioner"))
def has_one_number_for_all_locums(resource: Resource) -> None:
    """Every professional has the number of the account for locums."""
    resource["identifier"] = [{"system": "urn:oid:2.999.5.3", "value": "0"}]


@wrong("SAFE-08", at=resources("Condition"))
def refers_to_a_file_by_the_number_with_dots(resource: Resource) -> None:
    """The evidence of a problem lies at an address with the number in it, dots and all."""
    address = f"https://epd.example/dossier/{dotted(BY_ROLE[whose(resource)].bsn)}"
    resource["evidence"] = [{"detail": [{"reference": address, "display": "Dossier"}]}]


@wrong("SAFE-01", at=resources("Consent"))
def attaches_the_letter_of_another(resource: Resource) -> None:
    """What is attached to a consent is a letter about another patient."""
    other = next(one for role, one in BY_ROLE.items() if role != whose(resource))
    text = f"Betreft: {other.given} {other.family}, BSN {other.bsn}"
    resource["sourceAttachment"] = {"contentType": "text/plain", "data": b64encode(text.encode()).decode()}


@wrong("IMG-R04", "IMG-R05", at=files)
def writes_letters_before_the_number_in_reports(dataset: Any) -> None:
    """In the file of a report the hospital's letter stands before the patient's number."""
    if dataset.Modality == "SR":
        dataset.PatientID = f"H{dataset.PatientID}"


@wrong("IMG-S04", at=matches("studies"))
def finds_numbers_with_letters_before_them(models: list[Model], _: Call) -> list[Model]:
    """Studies are found under the patient's number with the hospital's letter before it."""
    for model in models:
        model[PATIENT_ID]["Value"] = [f"H{model[PATIENT_ID]['Value'][0]}"]
    return models


@wrong("IMG-D03", at=retrieved("metadata"))
def counts_merges_behind_the_number(_: Call, answer: Answer) -> Answer:
    """In metadata a serial stands behind the number, of how often records were merged."""
    models = json.loads(answer.body)
    for model in models:
        model[PATIENT_ID]["Value"] = [f"{model[PATIENT_ID]['Value'][0]}-1"]
    return replace(answer, body=json.dumps(models).encode())


@wrong("SAFE-28", at=matches("studies"))
def keeps_studies_behind_a_letter_and_the_number(models: list[Model], call: Call) -> list[Model]:
    """Studies lie in a folder called after the patient's number, with a letter before it."""
    for model in models:
        place = f"p{model[PATIENT_ID]['Value'][0]}/studies/{model[tag_of('StudyInstanceUID')]['Value'][0]}"
        model[tag_of("RetrieveURL")]["Value"] = [f"{call.base}/{place}"]
    return models


@wrong("SAFE-21", at=Hook.IMAGES)
class CallsFilesAfterThePatientBefore:
    """A file is called after whom the file before it was of."""

    def __init__(self) -> None:
        self.last = ""

    def __call__(self, call: Call, handler: Handler) -> Answer:
        answer, instance = handler(call), named_in(call)
        if instance is None or answer.status != 200 or kind(call) not in ("", "rendered"):
            return answer
        name = instance.model["00100010"]["Value"][0]["Alphabetic"].replace("^", "_")
        before, self.last = self.last or name, name
        return answer.with_header("Content-Disposition", f'attachment; filename="{before}.dcm"')


@legal("RFC 6266: the name of a file is its sender's choice", at=Hook.IMAGES)
def calls_files_after_their_patient(call: Call, handler: Handler) -> Answer:
    """A file is called after the patient it is of."""
    answer, instance = handler(call), named_in(call)
    if instance is None or answer.status != 200 or kind(call) not in ("", "rendered"):
        return answer
    name = instance.model["00100010"]["Value"][0]["Alphabetic"].replace("^", "_")
    return answer.with_header("Content-Disposition", f'attachment; filename="{name}.dcm"')


@legal("DICOM PS3.5 section 6.2: blanks around a value of this kind mean nothing", at=files)
def pads_numbers_in_files(dataset: Any) -> None:
    """The patient's number stands between blanks in files."""
    dataset.PatientID = f" {dataset.PatientID} "


class Telling:
    """Asks with a header field that is made of the number of the last search."""

    name, written = "X-Context", "bsn{}"

    def __init__(self) -> None:
        self.number = ""

    def __call__(self, ask: Ask, send: Send) -> Reply:
        self.number = dict(ask.query).get("PatientID", self.number)
        if "/series/" in ask.path:
            ask = replace(ask, headers={**ask.headers, self.name: self.written.format(self.number)})
        return send(ask)


@wrong("IMG-V08", at=Hook.ASKING)
class WritesTheNumberBehindLetters(Telling):
    """A header field holds the number behind three letters."""


@wrong("IMG-V08", at=Hook.ASKING)
class CountsItsQuestionsPerNumber(Telling):
    """A question is called by the number and a serial."""

    name, written = "X-Request-ID", "{}-17"


@wrong("IMG-V08", at=Hook.ASKING)
class RemembersTheNumberInACookie(Telling):
    """A cookie holds the number."""

    name, written = "Cookie", "patient={}"


@wrong("IMG-V08", at=instead(METADATA))
def logs_in_as_the_patient(ask: Ask) -> Ask:
    """The name it logs in by is the patient's number."""
    number = next(iter(KNOWN))
    return replace(ask, headers={**ask.headers, "Authorization": f"Basic {b64encode(f'{number}:'.encode()).decode()}"})


@wrong("PULL-25", "SAFE-07", at=unless("expiry", "issued"))
def compares_whole_ends_only(shown: Shown) -> bool:
    """An end with a part of a second in it is not compared with the clock."""
    return isinstance(shown.claims.get("exp"), float)


@wrong("PULL-27", at=unless("key", "signature"))
def looks_up_names_of_keys_only(shown: Shown) -> bool:
    """A kid that is empty or no text is not looked up, and then there is no key to check with."""
    kid = shown.header.get("kid", "none")
    return not (isinstance(kid, str) and kid)
