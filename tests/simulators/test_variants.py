"""Faults over spans: which variants there are, and that each breaks its own members only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from conformance.agreements.catalogue import load_catalogue
from conformance.agreements.problems import DocumentError
from conformance.model.agreements import Drawing, Exemption, Place, Span
from conformance.model.words import Text
from conformance.simulators.faults import Each, Fault, When
from conformance.simulators.faults.loading import load_faults
from conformance.simulators.faults.variants import all_faults, named, problems, variants
from conformance.simulators.http import Call

SHAPES = Span(
    id="shapes",
    title=Text("-", "-"),
    dimensions={"kind": {"round": {"path": "/r/{kind}"}, "flat": {"path": "/f"}}, "form": {"json": None, "xml": None}},
    never=(Exemption(member={"kind": "flat", "form": "xml"}, because=Text("-", "-")),),
    draw=Drawing.PAIRS,
    place=Place("shapes.yaml"),
)
SPANS = {"shapes": SHAPES}


def over(each: Each | None = None, **parameters: Any) -> Fault:
    given = {"status": 500, **parameters}
    return Fault(
        id="F", title={"nl": "-", "en": "-"}, switch="http.status", chapter="t", parameters=given, each=each or EACH
    )


EACH = Each("shapes")


def test_each_value_and_where_pairs_are_drawn_each_pair_that_may_be_played() -> None:
    assert [one.name for one in variants(over(), SPANS)] == [
        "F",
        "F[kind=round]",
        "F[kind=flat]",
        "F[form=json]",
        "F[form=xml]",
        "F[kind=round,form=json]",
        "F[kind=round,form=xml]",
        "F[kind=flat,form=json]",
    ]


@pytest.mark.parametrize(
    ("each", "names"),
    [
        (Each("shapes", over=("form",)), ["F", "F[form=json]", "F[form=xml]"]),
        (Each("shapes", draw=Drawing.EACH), ["F", "F[kind=round]", "F[kind=flat]", "F[form=json]", "F[form=xml]"]),
    ],
)
def test_fewer_dimensions_and_no_pairs_when_asked_so(each: Each, names: list[str]) -> None:
    assert [one.name for one in variants(over(each), SPANS)] == names


def test_members_fill_in_and_what_is_left_open_means_any() -> None:
    made = {one.name: one for one in variants(over(path="{kind.path}$", accept="{form}"), SPANS)}
    assert made["F"].parameters == {"status": 500}
    assert made["F[kind=flat]"].parameters == {"status": 500, "path": "/f$"}
    assert made["F[kind=round,form=xml]"].parameters == {"status": 500, "path": "/r/round$", "accept": "xml"}


def test_a_fault_over_no_span_is_its_own_only_variant() -> None:
    (only,) = variants(load_faults()["PULL-F-21"], {})
    assert only is load_faults()["PULL-F-21"]


def test_a_fault_over_a_span_is_narrowed_before_it_is_turned_on() -> None:
    with pytest.raises(ValueError, match="narrow it first"):
        load_faults()["PULL-F-01"].pieces()
    assert named("PULL-F-01").pieces()


def test_every_shipped_fault_can_be_turned_on() -> None:
    for one in all_faults().values():
        assert one.pieces()


@pytest.mark.parametrize("name", ["PULL-F-99", "PULL-F-01[type=Nothing]", "PULL-F-21[type=Condition]", "PULL-F-01["])
def test_what_is_no_fault_is_told_with_what_is_near(name: str) -> None:
    with pytest.raises(ValueError, match="no such fault"):
        named(name)


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (over(Each("shape")), "faults/F/each/span: expected a span that exists; found 'shape'. Did you mean 'shapes'?"),
        (over(Each("shapes", over=("knd",))), "each/over: expected a dimension of that span; found 'knd'."),
        (over(path="{knd}"), "with: expected a dimension of that span; found '{knd}'. Did you mean 'kind'?"),
        (
            over(accept="{kind}"),
            "faults/F[kind=round]/with/accept: expected one of json, xml, html, browser, none; found 'round'",
        ),
    ],
)
def test_what_does_not_fit_the_span_is_told(fault: Fault, words: str) -> None:
    assert [words in problem.text.en for problem in problems(fault, SPANS)] == [True]
    if "[" not in words:
        with pytest.raises(DocumentError):
            list(variants(fault, SPANS))


def test_the_shipped_faults_fit_the_spans() -> None:
    spans = load_catalogue().spans
    assert not [problem for fault in load_faults().values() for problem in problems(fault, spans)]


A = "faults: {A: {title: {nl: x, en: x}, switch: http.status, with: {status: 500}, each: "


@pytest.mark.parametrize(
    "each", ["x", "{}", "{span: 1}", "{span: s, draw: all}", "{span: s, over: a}", "{span: s, x: 1}"]
)
def test_a_wrong_each_is_refused_with_its_place(tmp_path: Path, each: str) -> None:
    (tmp_path / "bad.yaml").write_text(f"{A}{each}}}}}", encoding="utf-8")
    with pytest.raises(DocumentError, match=r"bad\.yaml:1:.*each: expected"):
        load_faults(tmp_path)


@pytest.mark.parametrize(
    ("path", "type_", "how"),
    [
        ("/Condition", "Condition", "search"),
        ("/Condition/_search", "Condition", "search"),
        ("/Observation/$lastn", "Observation", "lastn"),
        ("/Condition/a.b-1", "Condition", "read"),
        ("/Condition/1/_history", "Condition", "read"),
    ],
)
def test_a_call_asks_for_a_type_by_reading_or_searching(path: str, type_: str, how: str) -> None:
    call = Call(method="GET", path=path, base="https://node.example/fhir")
    others = {"read", "search", "lastn"} - {how}
    assert When(type=type_).meets(call)
    assert When(how=how).meets(call)
    assert not any(When(how=other).meets(call) for other in others)
    assert not When(type="Patient", how=how).meets(call)


def test_a_call_for_no_type_is_neither() -> None:
    call = Call(method="GET", path="/metadata", base="https://node.example/fhir")
    assert When().meets(call)
    assert not When(how="search").meets(call)
