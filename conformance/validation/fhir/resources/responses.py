"""QuestionnaireResponse against its Questionnaire (FHIR R4, questionnaireresponse.html 9.8.4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.codes import Code, Severity
from conformance.validation.fhir.resources.answers import check_answer
from conformance.validation.fhir.resources.enabling import Answers, enabled
from conformance.validation.fhir.resources.questions import Form, Question, find_form

if TYPE_CHECKING:
    from conformance.validation.fhir.location import At
    from conformance.validation.fhir.run import Run

NO_ANSWERS = {"group", "display", "question"}
Placed = tuple[dict[str, Any], "At"]


def check_response(run: Run, value: dict[str, Any], at: At) -> None:
    """Hook of the resource QuestionnaireResponse."""
    named = value.get("questionnaire")
    canonical = named.get("reference") if isinstance(named, dict) else named  # a Reference in STU3
    if not isinstance(canonical, str):
        return
    form = find_form(run, canonical)
    if form is None:
        run.report(Code.QUESTIONNAIRE_NOT_FOUND, (at, "questionnaire", -1), found=canonical)
        return
    Check(run, form, value).items(form.items, value.get("item"), at)


class Check:
    """One response against one form."""

    def __init__(self, run: Run, form: Form, response: dict[str, Any]) -> None:
        self.run = run
        self.form = form
        self.answers = Answers(response)
        self.unfinished = str(response.get("status")) in {"in-progress", "stopped", "entered-in-error"}

    def items(self, questions: tuple[Question, ...], items: Any, at: At) -> None:
        """The items of one level against the questions of that level."""
        by_link: dict[str, list[Placed]] = {}
        order = {question.link_id: number for number, question in enumerate(questions)}
        furthest = -1
        for index, item in enumerate(items if isinstance(items, list) else ()):
            link = item.get("linkId") if isinstance(item, dict) else None
            if not isinstance(link, str):
                continue
            here = (at, "item", index)
            if link not in order:
                self.stray(link, here)
                continue
            if order[link] < furthest:
                self.run.report(Code.ANSWER_ORDER, here, expected="the order of the questionnaire", found=link)
            furthest = max(furthest, order[link])
            by_link.setdefault(link, []).append((item, here))
        for question in questions:
            self.question(question, by_link.get(question.link_id, []), at)

    def stray(self, link: str, at: At) -> None:
        """An item that is nowhere in the questionnaire, or at another level."""
        if link in self.form.by_link:
            self.run.report(Code.ANSWER_ORDER, at, expected="its place in the questionnaire", found=link)
        else:
            self.run.report(Code.ANSWER_LINK, at, expected=self.form.canonical, found=link)

    def question(self, question: Question, placed: list[Placed], at: At) -> None:
        """The items that belong to one question, and whether they had to be or could be there."""
        active = enabled(question, self.answers)
        if not placed:
            if question.required and active and not self.unfinished and question.type != "display":
                self.run.report(Code.ANSWER_MISSING, at, found=question.link_id)
            least = question.extension("questionnaire-minOccurs")
            if active and isinstance(least, int) and least > 0 and not self.unfinished and not question.required:
                self.run.report(Code.ANSWER_COUNT, at, expected=f"at least {least}", found=0)
            return
        if len(placed) > 1 and not (question.repeats and question.type == "group"):
            self.run.report(
                Code.ANSWER_COUNT, placed[1][1], expected=f"one item with linkId {question.link_id}", found=len(placed)
            )
        for item, here in placed:
            if not active and _has_answer(item):
                self.run.report(Code.ANSWER_NOT_ENABLED, here, found=question.link_id)
            elif question.type == "group":
                self.group(question, item, here)
            else:
                self.answered(question, item, here, active)

    def group(self, question: Question, item: dict[str, Any], at: At) -> None:
        """A group holds items and no answers."""
        if item.get("answer"):
            self.run.report(Code.ANSWER_NOT_ALLOWED, at, expected="group", found=question.link_id)
        self.items(question.items, item.get("item"), at)

    def answered(self, question: Question, item: dict[str, Any], at: At, active: bool | None) -> None:
        """A question's answers, and the items below each of them."""
        answers = item.get("answer")
        listed = answers if isinstance(answers, list) else []
        if question.type in NO_ANSWERS and listed:
            self.run.report(Code.ANSWER_NOT_ALLOWED, at, expected=question.type, found=question.link_id)
            return
        self.count(question, len(listed), at, active)
        if item.get("item"):
            self.run.report(
                Code.ANSWER_ORDER, at, expected="items below an answer (answer.item)", found=question.link_id
            )
        for index, answer in enumerate(listed):
            if isinstance(answer, dict):
                here = (at, "answer", index)
                check_answer(self.run, question, answer, here)
                self.items(question.items, answer.get("item"), here)

    def count(self, question: Question, number: int, at: At, active: bool | None) -> None:
        """How many answers there may be."""
        if not number:
            if question.required and active and not self.unfinished:
                self.run.report(Code.ANSWER_MISSING, at, found=question.link_id)
        elif number > 1 and not question.repeats:
            self.run.report(Code.ANSWER_COUNT, at, expected="this question does not repeat", found=number)
        least, most = question.extension("questionnaire-minOccurs"), question.extension("questionnaire-maxOccurs")
        if isinstance(least, int) and number < least and active and not self.unfinished:
            self.run.report(Code.ANSWER_COUNT, at, expected=f"at least {least}", found=number)
        if isinstance(most, int) and number > most:
            self.run.report(Code.ANSWER_COUNT, at, expected=f"at most {most}", found=number, severity=Severity.ERROR)


def _has_answer(item: dict[str, Any]) -> bool:
    if item.get("answer"):
        return True
    items = item.get("item")
    return any(isinstance(each, dict) and _has_answer(each) for each in items) if isinstance(items, list) else False
