"""Rules of Bundles, questionnaires and their responses."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.validation.fhir.codes import Code
from conformance.validation.fhir.validator import Validator
from tests.validation.fhir.support import codes, errors, found, observation, patient, validator

FORM = "http://example.org/Questionnaire/form"


def bundle(kind: str, *entries: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": kind, "entry": list(entries), **more}


def entry(resource: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"fullUrl": f"http://a.nl/{resource['resourceType']}/{resource.get('id')}", "resource": resource, **more}


@pytest.mark.parametrize(
    ("code", "resource", "path"),
    [
        ("bundle-full-url", bundle("collection", {"resource": patient()}), "Bundle.entry[0].fullUrl"),
        (
            "bundle-full-url",
            bundle("collection", {"fullUrl": "Patient/anna", "resource": patient()}),
            "Bundle.entry[0].fullUrl",
        ),
        (
            "bundle-full-url",
            bundle("collection", {"fullUrl": "http://a.nl/Patient/b", "resource": patient()}),
            "Bundle.entry[0].fullUrl",
        ),
        (
            "bundle-link",
            bundle("searchset", link=[{"relation": "self", "url": "http://a.nl/Patient"}] * 2, entry=[]),
            "Bundle.link[1]",
        ),
        (
            "bundle-search",
            bundle(
                "searchset",
                entry(observation(), search={"mode": "match"}),
                link=[{"relation": "self", "url": "http://a.nl/Patient?x=y"}],
            ),
            "Bundle.entry[0].resource",
        ),
        ("bundle-first-entry", bundle("document", entry(patient())), "Bundle.entry[0]"),
        ("invariant", bundle("collection", entry(patient()), entry(patient())), "Bundle"),
    ],
)
def test_bundles(code: str, resource: dict[str, Any], path: str) -> None:
    assert (code, path) in errors(found(resource))


def document(*entries: dict[str, Any], author: str = "Practitioner/p") -> dict[str, Any]:
    composition = {
        "resourceType": "Composition",
        "id": "c",
        "status": "final",
        "type": {"text": "report"},
        "date": "2024-05-01",
        "author": [{"reference": author}],
        "title": "Report",
    }
    listed = [entry(composition), entry({"resourceType": "Practitioner", "id": "p", "active": True}), *entries]
    return bundle(
        "document", *listed, identifier={"system": "urn:ietf:rfc:3986", "value": "x"}, timestamp="2024-05-01T10:00:00Z"
    )


def test_documents_hold_what_they_name_and_nothing_else() -> None:
    assert errors(found(document())) == set()
    assert Code.BUNDLE_NOT_FOUND in codes(found(document(author="Practitioner/q")))
    assert Code.BUNDLE_UNREACHABLE in codes(found(document(entry(patient()))))


def form(**item: Any) -> dict[str, Any]:
    return {
        "resourceType": "Questionnaire",
        "url": FORM,
        "status": "active",
        "item": [{"linkId": "1", "text": "q", **item}],
    }


def answered(*answers: dict[str, Any], status: str = "completed") -> dict[str, Any]:
    item: dict[str, Any] = {"linkId": "1"}
    if answers:
        item["answer"] = list(answers)
    return {"resourceType": "QuestionnaireResponse", "questionnaire": FORM, "status": status, "item": [item]}


LIMIT = "http://hl7.org/fhir/StructureDefinition/"
CODE = {"system": "http://example.org/s", "code": "a"}


@pytest.mark.parametrize(
    ("item", "good", "bad", "code"),
    [
        ({"type": "integer"}, {"valueInteger": 1}, {"valueString": "1"}, Code.ANSWER_TYPE),
        (
            {"type": "choice", "answerOption": [{"valueCoding": CODE}]},
            {"valueCoding": CODE},
            {"valueCoding": {**CODE, "code": "b"}},
            Code.ANSWER_OPTION,
        ),
        (
            {"type": "integer", "extension": [{"url": f"{LIMIT}minValue", "valueInteger": 3}]},
            {"valueInteger": 3},
            {"valueInteger": 2},
            Code.VALUE_MIN,
        ),
        (
            {"type": "date", "extension": [{"url": f"{LIMIT}maxValue", "valueDate": "2024"}]},
            {"valueDate": "2024"},
            {"valueDate": "2025"},
            Code.VALUE_MAX,
        ),
        ({"type": "string", "maxLength": 3}, {"valueString": "abc"}, {"valueString": "abcd"}, Code.ANSWER_LIMIT),
        (
            {"type": "string", "extension": [{"url": f"{LIMIT}regex", "valueString": "[a-z]+"}]},
            {"valueString": "abc"},
            {"valueString": "A"},
            Code.ANSWER_LIMIT,
        ),
        ({"type": "string"}, {"valueString": "a"}, {"valueString": "a", "item": [{"linkId": "9"}]}, Code.ANSWER_LINK),
    ],
)
def test_answers(item: dict[str, Any], good: dict[str, Any], bad: dict[str, Any], code: Code) -> None:
    judge = with_form(form(**item))
    assert errors(found(answered(good), judge)) == set()
    assert code in codes(found(answered(bad), judge))


def test_required_answers_and_unfinished_responses() -> None:
    judge = with_form(form(type="string", required=True))
    assert Code.ANSWER_MISSING in codes(found(answered(), judge))
    assert errors(found(answered(status="in-progress"), judge)) == set()


def test_a_question_that_is_not_enabled_has_no_answer() -> None:
    questions = form(type="boolean")
    when = {"question": "1", "operator": "=", "answerBoolean": True}
    questions["item"].append({"linkId": "2", "type": "string", "required": True, "enableWhen": [when]})
    judge = with_form(questions)
    response = answered({"valueBoolean": False})
    assert errors(found(response, judge)) == set()
    response["item"].append({"linkId": "2", "answer": [{"valueString": "x"}]})
    assert Code.ANSWER_NOT_ENABLED in codes(found(response, judge))
    assert Code.ANSWER_MISSING in codes(found(answered({"valueBoolean": True}), judge))


def test_enable_when_refers_to_a_question_of_the_form() -> None:
    lost = form(type="string", enableWhen=[{"question": "9", "operator": "exists", "answerBoolean": True}])
    assert Code.QUESTIONNAIRE_ENABLE_WHEN in codes(found(lost))


def with_form(questions: dict[str, Any]) -> Validator:
    return Validator(validator().engine.definitions, resolver=lambda url: questions if url == FORM else None)
