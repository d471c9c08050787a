"""A requirement is judged over every member of the plan, each beside its own good request."""

from __future__ import annotations

from dataclasses import replace

from conformance.checks.judging import judge_one
from conformance.model.agreements import Judged, Selector
from conformance.model.exchange import Exchange, Recording
from conformance.model.finding import Finding
from conformance.model.words import Verdict
from tests.checks import making

TYPES = ("Condition", "Flag")
JUDGED = Judged(
    by="status-beside-control",
    over=("type", "form"),
    on={
        "refused": Selector(operation="fhir.ask", given={"token": "none"}),
        "control": Selector(operation="fhir.ask", given={"purpose": "control"}),
    },
    parameters={"statuses": (401,)},
)


def asked(kind: str, form: str, status: int, *, control: bool, number: int = 1) -> Exchange:
    label = {"purpose": "control"} if control else {"token": "none"}
    given = {**label, "member": {"type": kind, "form": form}}
    name = f"{'right' if control else 'wrong'}-{kind}-{form}"
    return making.exchange("fhir.ask", making.response(status), step=name, given=given, number=number)


def everything(**wrong: int) -> list[Exchange]:
    """Each member refused beside a good request, but for those whose status is given by name."""
    return [
        asked(kind, form, wrong.get(f"{label}_{kind}_{form}", status), control=control)
        for kind in TYPES
        for form in ("json", "xml")
        for label, control, status in (("wrong", False, 401), ("right", True, 200))
    ]


def found(exchanges: list[Exchange], planned: list[Exchange] | None = None) -> Finding:
    scenario = making.scenario(planned or exchanges)
    recording = Recording(scenario="made", exchanges=tuple(exchanges))
    return judge_one(making.requirement(JUDGED), scenario, recording)


def test_every_member_passed() -> None:
    one = found(everything())
    assert one.verdict is Verdict.PASS
    assert set(one.members) == {f"{kind}-{form}" for kind in TYPES for form in ("json", "xml")}
    assert one.reason.en == "refused with 401 (4 of 4)"


def test_one_open_door_fails_and_is_named() -> None:
    one = found(everything(wrong_Flag_xml=200))
    assert one.verdict is Verdict.FAIL
    assert [name for name, verdict in one.members.items() if verdict is Verdict.FAIL] == ["Flag-xml"]
    assert one.reason.en == "expected: 401; seen: 200 (1 of 4: Flag-xml)"
    assert one.evidence == ("made/wrong-Flag-xml", "made/right-Flag-xml")


def test_a_member_stands_beside_its_own_good_request() -> None:
    one = found(everything(right_Condition_json=503))
    assert one.verdict is Verdict.INCONCLUSIVE
    assert [name for name, verdict in one.members.items() if verdict is not Verdict.PASS] == ["Condition-json"]


def test_a_member_of_the_plan_that_was_not_played_leaves_it_undecided() -> None:
    planned = everything()
    silent = making.trouble("value-missing")
    played = [
        making.exchange("fhir.ask", step=one.step, given=one.given, trouble=silent, played=False)
        if one.step == "wrong-Flag-json"
        else one
        for one in planned
    ]
    one = found(played, planned)
    assert one.verdict is Verdict.INCONCLUSIVE
    assert one.members["Flag-json"] is Verdict.INCONCLUSIVE


def test_a_member_of_the_plan_that_is_not_there_is_never_a_pass() -> None:
    planned = everything()
    assert found(planned[2:], planned).verdict is Verdict.ERROR


def test_a_selector_may_share_only_some_dimensions() -> None:
    selectors = {**JUDGED.on, "control": Selector(operation="fhir.ask", given={"purpose": "control"}, same=("type",))}
    judged = Judged(by=JUDGED.by, over=JUDGED.over, on=selectors, parameters=JUDGED.parameters)
    exchanges = [one for one in everything() if not one.step.startswith("right") or one.step.endswith("json")]
    recording = Recording(scenario="made", exchanges=tuple(exchanges))
    assert judge_one(making.requirement(judged), making.scenario(exchanges), recording).verdict is Verdict.PASS


def test_a_member_has_the_dimensions_that_its_step_carries() -> None:
    """A token endpoint has no type of resource; that it has none hides no member."""
    judged = replace(JUDGED, over=("about", "type", "form"))
    elsewhere = [
        replace(asked("-", "-", status, control=control), step=f"{control}-token", given={**label, "about": "token"})
        for status, control, label in ((401, False, {"token": "none"}), (200, True, {"purpose": "control"}))
    ]
    exchanges = [*everything(wrong_Flag_xml=200), *elsewhere]
    one = judge_one(
        making.requirement(judged), making.scenario(exchanges), Recording(scenario="made", exchanges=tuple(exchanges))
    )
    assert one.members["Flag-xml"] is Verdict.FAIL
    assert one.members["token"] is Verdict.PASS
    assert len(one.members) == 5


def test_the_last_try_of_a_good_request_counts() -> None:
    exchanges = everything(right_Flag_json=429)
    exchanges.append(asked("Flag", "json", 200, control=True, number=2))
    assert found(exchanges).verdict is Verdict.PASS


def test_a_selector_may_mean_every_operation_of_a_kind() -> None:
    on = {"exchange": Selector(operation="dicomweb.search-*")}
    judged = Judged(by="media-type-among", on=on, parameters={"types": ("application/dicom+json",)})
    forms = {"search-studies": "application/dicom+json", "search-series": "text/html", "metadata": "text/html"}
    played = [
        making.exchange(f"dicomweb.{name}", making.response(content_type=form), step=name)
        for name, form in forms.items()
    ]
    one = judge_one(
        making.requirement(judged), making.scenario(played), Recording(scenario="made", exchanges=tuple(played))
    )
    assert one.members == {"search-studies": Verdict.PASS, "search-series": Verdict.FAIL}
