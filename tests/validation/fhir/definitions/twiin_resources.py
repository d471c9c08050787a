"""Faithful resources for Twiin's profiles, made up here: each test breaks one thing in a copy."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
NOTIFICATIONS = "https://fhir.twiin.nl/ig/notifications/StructureDefinition/"
WORKFLOW = "https://fhir.twiin.nl/ig/workflow/StructureDefinition/"
PULL = "https://fhir.twiin.nl/ig/notifiedpull-stu3/conformance-suite/StructureDefinition/"
BACKPORT = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/"
TA = "https://fhir.twiin.nl/ig/workflow/CodeSystem/ta-workflow"
URA = "http://fhir.nl/fhir/NamingSystem/ura"
BSN = "http://fhir.nl/fhir/NamingSystem/bsn"
PARAMETER = "http://fhir.nl/fhir/NamingSystem/TaskParameter"
SUBSCRIPTION = "https://placer.example.org/fhir/Subscription/b7f0"


def coded(system: str, code: str) -> Json:
    return {"coding": [{"system": system, "code": code}]}


def subscription() -> Json:
    return {
        "resourceType": "Subscription",
        "status": "requested",
        "reason": "Coordination Tasks for one service",
        "criteria": "https://placer.example.org/topic/transfer",
        "_criteria": {
            "extension": [
                {
                    "url": BACKPORT + "backport-filter-criteria",
                    "valueString": "owner:identifier=https://fulfiller.example.org/service|night",
                }
            ]
        },
        "channel": {
            "extension": [{"url": BACKPORT + "backport-heartbeat-period", "valueUnsignedInt": 3600}],
            "type": "rest-hook",
            "endpoint": "https://fulfiller.example.org/notify",
            "payload": "application/fhir+json",
            "_payload": {"extension": [{"url": BACKPORT + "backport-payload-content", "valueCode": "id-only"}]},
        },
    }


def status(kind: str = "event-notification") -> Json:
    parameters: list[Json] = [
        {"name": "subscription", "valueReference": {"reference": SUBSCRIPTION}},
        {"name": "topic", "valueCanonical": "https://placer.example.org/topic/transfer"},
        {"name": "status", "valueCode": "active"},
        {"name": "type", "valueCode": kind},
    ]
    if kind == "heartbeat":
        parameters.append({"name": "events-since-subscription-start", "valueString": "7"})
    if kind == "event-notification":
        parts: list[Json] = [
            {"name": "event-number", "valueString": "8"},
            {"name": "timestamp", "valueInstant": "2026-11-01T09:00:00+01:00"},
            {"name": "focus", "valueReference": {"reference": "https://placer.example.org/fhir/Task/c1"}},
        ]
        parameters.append({"name": "notification-event", "part": parts})
    return {"resourceType": "Parameters", "parameter": parameters}


def notification() -> Json:
    return {
        "resourceType": "Bundle",
        "type": "history",
        "entry": [
            {
                "fullUrl": "urn:uuid:11111111-2222-4333-8444-555555555555",
                "resource": status(),
                "request": {"method": "GET", "url": SUBSCRIPTION + "/$status"},
                "response": {"status": "200"},
            },
            {
                "fullUrl": "https://placer.example.org/fhir/Task/c1",
                "request": {"method": "PUT", "url": "Task/c1"},
                "response": {"status": "200"},
            },
        ],
    }


def assigned() -> Json:
    custodian = coded("http://terminology.hl7.org/CodeSystem/provenance-participant-type", "custodian")
    return {
        "use": "official",
        "system": "https://fulfiller.example.org/service",
        "value": "night",
        "assigner": {"identifier": {"type": custodian, "system": URA, "value": "90000123"}},
    }


def coordination_task() -> Json:
    return {
        "resourceType": "Task",
        "identifier": [{"system": "https://placer.example.org/task", "value": "c1"}],
        "status": "requested",
        "intent": "order",
        "code": coded("http://hl7.org/fhir/CodeSystem/task-code", "fulfill"),
        "focus": {"reference": "ServiceRequest/s1"},
        "for": {"reference": "Patient/p1"},
        "authoredOn": "2026-11-01T09:00:00+01:00",
        "requester": {"identifier": {"system": URA, "value": "90000456"}},
        "owner": {"type": "HealthcareService", "identifier": assigned()},
        "input": [
            {"type": coded(TA, "type-of-work"), "valueCodeableConcept": coded("http://snomed.info/sct", "308292007")},
            {"type": coded(TA, "supplemental-query"), "valueString": "Observation?code=85354-9"},
        ],
    }


def cancellation_task() -> Json:
    task = coordination_task()
    task["code"] = coded("http://hl7.org/fhir/CodeSystem/task-code", "abort")
    task["focus"] = {"reference": "Task/c1"}
    return task


def authorization_cancellation_task() -> Json:
    task = cancellation_task()
    task |= {"intent": "proposal", "focus": {"reference": "ServiceRequest/s1"}}
    task["owner"] = {"identifier": {"system": URA, "value": "90000456"}}
    return task


def service_request() -> Json:
    return {
        "resourceType": "ServiceRequest",
        "status": "active",
        "intent": "order",
        "instantiatesCanonical": ["https://placer.example.org/ActivityDefinition/transfer"],
        "subject": {"reference": "Patient/p1"},
    }


def notification_task() -> Json:
    return {
        "resourceType": "Task",
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": "urn:uuid:11111111-2222-4333-8444-555555555555"}],
        "basedOn": [{"reference": "Task/w1"}],
        "groupIdentifier": {"system": "https://sender.example.org/case", "value": "42"},
        "status": "requested",
        "intent": "proposal",
        "code": coded("http://fhir.nl/fhir/NamingSystem/TaskCode", "pull-notification"),
        "authoredOn": "2026-11-01T09:00:00+01:00",
        "requester": {
            "agent": {"identifier": {"system": "https://sender.example.org/system", "value": "ehr"}},
            "onBehalfOf": {"identifier": {"system": URA, "value": "90000456"}},
        },
        "owner": {"identifier": {"system": URA, "value": "90000123"}},
        "input": [
            {"type": coded(PARAMETER, "authorization-base"), "valueString": "b3BhcXVl"},
            {"type": coded(PARAMETER, "get-workflow-task"), "valueBoolean": True},
        ],
    }
