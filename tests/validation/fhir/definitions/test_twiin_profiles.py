"""Twiin's profiles in YAML: faithful resources pass, each broken promise is found, and by its own rule."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.validation.fhir.definitions import Definitions, FhirVersion
from conformance.validation.fhir.definitions.authored import shipped_files
from conformance.validation.fhir.findings import Finding, Severity
from conformance.validation.fhir.validator import Validator
from tests.validation.fhir.definitions import twiin_resources as made
from tests.validation.fhir.definitions.conftest import ROOT
from tests.validation.fhir.definitions.twiin_resources import NOTIFICATIONS, PULL, WORKFLOW, coded

if TYPE_CHECKING:
    from collections.abc import Callable

Json = dict[str, Any]
Break = tuple[str, "Callable[[Json], object]", str]

FAITHFUL: dict[str, Callable[[], Json]] = {
    NOTIFICATIONS + "twiin-subscription": made.subscription,
    NOTIFICATIONS + "twiin-subscription-status": made.status,
    NOTIFICATIONS + "twiin-subscription-notification": made.notification,
    WORKFLOW + "twiin-workflow-subscription": made.subscription,
    WORKFLOW + "twiin-coordination-task": made.coordination_task,
    WORKFLOW + "twiin-cancellation-request-task": made.cancellation_task,
    WORKFLOW + "twiin-authorization-cancellation-request-task": made.authorization_cancellation_task,
    WORKFLOW + "twiin-workflow-servicerequest": made.service_request,
    PULL + "notification-task": made.notification_task,
    PULL + "notification-task-nuts": made.notification_task,
    PULL + "notification-task-cancelled": lambda: made.notification_task() | {"status": "cancelled"},
}


def drop(*names: str) -> Callable[[Json], object]:
    """Take away the last of the names, below the others."""

    def act(resource: Json) -> None:
        holder: Any = resource
        for name in names[:-1]:
            holder = holder[int(name) if name.isdigit() else name]
        del holder[int(names[-1]) if names[-1].isdigit() else names[-1]]

    return act


def put(value: object, *names: str) -> Callable[[Json], object]:
    """Set the last of the names, below the others."""

    def act(resource: Json) -> None:
        holder: Any = resource
        for name in names[:-1]:
            holder = holder[int(name) if name.isdigit() else name]
        holder[int(names[-1]) if names[-1].isdigit() else names[-1]] = value

    return act


def both(*acts: Callable[[Json], object]) -> Callable[[Json], object]:
    return lambda resource: [act(resource) for act in acts]


SUB, STATUS, NOTE = (NOTIFICATIONS + f"twiin-subscription{end}" for end in ("", "-status", "-notification"))
CT, CRT = WORKFLOW + "twiin-coordination-task", WORKFLOW + "twiin-cancellation-request-task"
ACRT, SR = WORKFLOW + "twiin-authorization-cancellation-request-task", WORKFLOW + "twiin-workflow-servicerequest"
WSUB, NP, NUTS = WORKFLOW + "twiin-workflow-subscription", PULL + "notification-task", PULL + "notification-task-nuts"
EVENT = ("parameter", "4", "part")
REQUEST = coded("https://fhir.twiin.nl/ig/workflow/CodeSystem/ta-workflow", "request-fulfillment")
NOT_SELECTED = coded(made.TA, "not-selected") | {"text": "x"}
TOKEN = [
    {"name": "authorization-type", "valueCoding": {"code": "x"}},
    {"name": "authorization-value", "valueString": "x"},
]


def add_token(resource: Json) -> None:
    resource["parameter"][4]["part"] += TOKEN


# (profile, what is broken, the invariant or the element that must say so)
ERRORS: list[Break] = [
    (SUB, put("websocket", "channel", "type"), "Subscription.channel.type"),
    (SUB, drop("channel", "endpoint"), "Subscription.channel.endpoint"),
    (SUB, put("application/json", "channel", "payload"), "Subscription.channel.payload"),
    (SUB, drop("channel", "_payload"), "content"),
    (
        SUB,
        put("all", "channel", "_payload", "extension", "0", "valueCode"),
        "Subscription.channel.payload.extension.value.ofType(code)",
    ),
    (
        WSUB,
        put("full-resource", "channel", "_payload", "extension", "0", "valueCode"),
        "Subscription.channel.payload.extension.value.ofType(code)",
    ),
    (WSUB, drop("channel", "extension"), "heartbeatPeriod"),
    (WSUB, drop("_criteria"), "filterCriteria"),
    (WSUB, put("owner=x|y", "_criteria", "extension", "0", "valueString"), "twiin-wsub-1"),
    (STATUS, put("Subscription/1", "parameter", "0", "valueReference", "reference"), "twiin-st-1"),
    (STATUS, drop("parameter", "1"), "topic"),
    (STATUS, put("unknown", "parameter", "3", "valueCode"), "Parameters.parameter.value.ofType(code)"),
    (STATUS, drop("parameter", "4"), "twiin-st-2"),
    (STATUS, drop(*EVENT, "1"), "twiin-st-2"),
    (STATUS, put("heartbeat", "parameter", "3", "valueCode"), "twiin-st-3"),
    (STATUS, lambda each: each["parameter"][4]["part"].append(TOKEN[0]), "twiin-st-5"),
    (STATUS, lambda each: each["parameter"][4]["part"].extend(TOKEN * 2), "twiin-st-5"),
    (
        STATUS,
        both(add_token, put("handshake", "parameter", "3", "valueCode")),
        "twiin-st-5",
    ),
    (NOTE, put("searchset", "type"), "Bundle.type"),
    (NOTE, drop("entry", "0"), "twiin-ntf-0"),
    (NOTE, put("query-event", "entry", "0", "resource", "parameter", "3", "valueCode"), "twiin-ntf-1"),
    (NOTE, put("POST", "entry", "0", "request", "method"), "twiin-ntf-2"),
    (NOTE, put("Subscription/b7f0/$status", "entry", "0", "request", "url"), "twiin-ntf-2"),
    (NOTE, drop("entry", "0", "resource", *EVENT, "2"), "twiin-ntf-3"),
    (NOTE, drop("entry", "1", "fullUrl"), "twiin-ntf-4"),
    (CT, put("draft", "status"), "twiin-ct-1"),
    (CT, put(NOT_SELECTED, "statusReason"), "twiin-ct-2"),
    (CT, both(put(coded(made.TA, "selected"), "businessStatus"), drop("for")), "twiin-ct-3"),
    (CT, put(REQUEST, "code"), "twiin-ct-4"),
    (CT, put("http://kvk.nl", "owner", "identifier", "assigner", "identifier", "system"), "twiin-aid-1"),
    (CT, put("plan", "intent"), "Task.intent"),
    (CT, put(coded("http://hl7.org/fhir/CodeSystem/task-code", "approve"), "code"), "Task.code"),
    (CT, drop("identifier"), "Task.identifier"),
    (CT, drop("authoredOn"), "Task.authoredOn"),
    (CT, put("http://example.org", "requester", "identifier", "system"), "Task.requester.identifier.system"),
    (CT, put("Organization", "owner", "type"), "Task.owner.type"),
    (CT, drop("owner", "identifier"), "Task.owner.identifier"),
    (CT, drop("input", "0"), "typeOfWork"),
    (CT, put("Device/1", "focus", "reference"), "Task.focus"),
    (CRT, put("in-progress", "status"), "twiin-crt-1"),
    (CRT, put(coded("http://hl7.org/fhir/CodeSystem/task-code", "fulfill"), "code"), "Task.code"),
    (CRT, put("http://kvk.nl", "owner", "identifier", "assigner", "identifier", "system"), "twiin-aid-1"),
    (ACRT, put("completed", "status"), "twiin-acrt-1"),
    (ACRT, put("order", "intent"), "Task.intent"),
    (ACRT, put("http://example.org", "owner", "identifier", "system"), "Task.owner.identifier.system"),
    (SR, drop("instantiatesCanonical"), "ServiceRequest.instantiatesCanonical"),
    (
        SR,
        put(
            {
                "extension": [
                    {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "masked"}
                ]
            },
            "subject",
        ),
        "twiin-sr-1",
    ),
    (NP, drop("identifier"), "Task.identifier"),
    (NP, put("accepted", "status"), "Task.status"),
    (NP, put("order", "intent"), "Task.intent"),
    (NP, drop("requester", "onBehalfOf"), "Task.requester.onBehalfOf"),
    (NP, put("/Task/w1", "basedOn", "0", "reference"), "np-5"),
    (
        NP,
        both(drop("input", "0", "valueString"), put(True, "input", "0", "valueBoolean")),
        "Task.input.value.ofType(boolean)",
    ),
    (NUTS, put({"identifier": {"system": made.BSN, "value": "999911120"}}, "for"), "np-nuts-1"),
    (NUTS, drop("input", "1"), "getWorkflowTask"),
    (NUTS, drop("groupIdentifier"), "Task.groupIdentifier"),
]

WARNINGS: list[Break] = [
    (SUB, put("https://x.example.org/Task?status=ready", "criteria"), "twiin-sub-1"),
    (STATUS, put("Task/c1", *EVENT, "2", "valueReference", "reference"), "twiin-st-4"),
    (CT, put("rejected", "status"), "twiin-ct-5"),
    (CT, put({"identifier": {"system": made.BSN, "value": "999911120"}}, "for"), "twiin-ct-6"),
    (CT, put(coded("http://example.org", "x"), "statusReason"), "twiin-task-1"),
    (CRT, put(coded("http://example.org", "x"), "statusReason"), "twiin-task-1"),
    (ACRT, put(coded("http://example.org", "x"), "statusReason"), "twiin-task-1"),
    (CT, drop("owner", "identifier", "use"), "gf-caid-1"),
    (CT, drop("owner", "identifier", "assigner", "identifier", "type"), "gf-caid-2"),
    (NP, put("42", "identifier", "0", "value"), "np-1"),
    (NP, drop("groupIdentifier"), "np-2"),
    (NP, drop("owner"), "np-3"),
    (NP, both(drop("basedOn"), drop("input")), "np-4"),
]


@pytest.fixture(scope="session")
def validate(r4: Definitions, stu3: Definitions) -> Callable[[Json, str], tuple[Finding, ...]]:
    validators = {False: Validator(r4), True: Validator(stu3)}
    return lambda resource, profile: validators[profile.startswith(PULL)].validate(resource, profiles=[profile])


def named(findings: tuple[Finding, ...], severity: Severity) -> set[str]:
    """The rules, slices and places that complain."""
    found = [each for each in findings if each.severity is severity]
    return {each.constraint for each in found if each.constraint} | {each.path for each in found}


@pytest.mark.parametrize("profile", FAITHFUL, ids=lambda profile: profile.rpartition("/")[2])
def test_a_faithful_resource_passes(validate: Callable[..., tuple[Finding, ...]], profile: str) -> None:
    findings = validate(FAITHFUL[profile](), profile)

    assert [each for each in findings if each.severity is Severity.ERROR] == []
    ours = [each.constraint for each in findings if each.constraint.startswith(("twiin-", "np-", "gf-"))]
    assert ours == []


@pytest.mark.parametrize("number", range(len(ERRORS)), ids=lambda number: f"{ERRORS[number][2]}-{number}")
def test_a_broken_promise_is_an_error(validate: Callable[..., tuple[Finding, ...]], number: int) -> None:
    profile, act, expected = ERRORS[number]
    resource = FAITHFUL[profile]()
    act(resource)

    complaints = named(validate(resource, profile), Severity.ERROR)
    assert any(each == expected or _at(each) == expected for each in complaints), complaints


@pytest.mark.parametrize("number", range(len(WARNINGS)), ids=lambda number: f"{WARNINGS[number][2]}-{number}")
def test_a_doubtful_thing_is_a_warning_and_no_error(validate: Callable[..., tuple[Finding, ...]], number: int) -> None:
    profile, act, expected = WARNINGS[number]
    resource = FAITHFUL[profile]()
    act(resource)

    findings = validate(resource, profile)
    assert expected in named(findings, Severity.WARNING)
    assert named(findings, Severity.ERROR) == set()


def test_every_invariant_is_broken_once(r4: Definitions, stu3: Definitions) -> None:
    stated = set()
    for definitions in (r4, stu3):
        for canonical in definitions.canonicals("StructureDefinition"):
            structure = definitions.resource("StructureDefinition", canonical)
            if structure and "agreement" in structure:
                elements = structure["differential"]["element"]
                stated |= {each["key"] for element in elements for each in element.get("constraint", ())}
    broken = {expected for _, _, expected in (*ERRORS, *WARNINGS)}

    assert stated - broken == {"twiin-aid-1-location"}  # the same rule on Task.location


@pytest.mark.parametrize("version", [FhirVersion.R4, FhirVersion.STU3])
def test_shipped_profiles_name_their_source_and_speak_both_languages(version: FhirVersion) -> None:
    definitions = Definitions.open(version)
    assert shipped_files(version)
    assert definitions.problems == []
    for canonical in definitions.canonicals("StructureDefinition"):
        structure = definitions.structure(canonical)
        assert structure is not None
        if "agreement" in structure:
            assert structure["agreement"]["document"]
            assert structure["agreement"]["status"] == "draft"


@pytest.mark.shared
def test_the_published_examples_pass(r4: Definitions) -> None:
    """Twiin's own examples, when they are beside the checkout, claim these profiles and keep them."""
    folder = Path(os.environ.get("TWIIN_SHARED_DATA", ROOT.parent / "shared" / "data")).parent / "agreements" / "twiin"
    files = sorted(folder.rglob("examples/*.json"))
    if not files:
        pytest.skip("Twiin's published examples are not here (TWIIN_SHARED_DATA)")
    validator = Validator(r4)
    for file in files:
        findings = validator.validate(json.loads(file.read_bytes()))
        assert [str(each) for each in findings if each.severity is Severity.ERROR] == [], file.name


@pytest.mark.shared
@pytest.mark.parametrize("guide", ["ig-notifications-0.1.0-draft", "ig-workflow-0.1.0"])
def test_the_profiles_say_what_the_published_ones_say(r4: Definitions, guide: str) -> None:
    """Cardinalities, patterns and invariants of each published differential stand in ours."""
    folder = Path(os.environ.get("TWIIN_SHARED_DATA", ROOT.parent / "shared" / "data")).parent / "agreements" / "twiin"
    files = sorted((folder / guide / "rebuilt").glob("StructureDefinition-*.json"))
    if not files:
        pytest.skip("Twiin's published profiles are not here (TWIIN_SHARED_DATA)")
    for file in files:
        published = json.loads(file.read_bytes())
        structure = r4.structure(published["url"])
        assert structure is not None, published["url"]
        ours = {_plain(each["id"]): each for each in structure["snapshot"]["element"]}
        for element in published["differential"]["element"]:
            mine = ours[_plain(element["id"])]
            for name, value in element.items():
                if name in {"min", "max"} or name.startswith(("pattern", "fixed")):
                    assert mine.get(name) == value, (file.name, element["id"], name)
            keys = {each["key"].removesuffix("-location") for each in mine.get("constraint", ())}
            assert {each["key"] for each in element.get("constraint", ())} <= keys, (file.name, element["id"])


def _plain(identifier: str) -> str:
    """Slice names are ours to choose: the event parts are named after the parameter here."""
    return identifier.replace("eventTimestamp", "timestamp")


def _at(path: str) -> str:
    """A path without indices."""
    return "".join(part.partition("]")[2] if number else part for number, part in enumerate(path.split("[")))
