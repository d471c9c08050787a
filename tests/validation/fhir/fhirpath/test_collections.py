"""Existence, filtering, projection, subsetting, combining, aggregates, types and tree navigation."""

from __future__ import annotations

import pytest

from conformance.validation.fhir.fhirpath import Environment, FhirPathEvaluationError, FhirPathSyntaxError, TypeName
from tests.validation.fhir.fhirpath.sample import evaluate, truth


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("name.exists()", [True]),
        ("photo.exists()", [False]),
        ("name.exists(use = 'nickname')", [True]),
        ("name.exists(use = 'old')", [False]),
        ("seen.exists()", [True]),
        ("name.period.end.exists()", [False]),
        ("name.empty()", [False]),
        ("{}.empty()", [True]),
        ("active.not()", [False]),
        ("photo.not()", []),
        ("5.not()", [False]),
        ("name.all(given.exists())", [True]),
        ("name.all(family.exists())", [False]),
        ("{}.all(false)", [True]),
        ("contact.all(rank > $index)", [True]),
        ("(true | false).allTrue()", [False]),
        ("true.allTrue()", [True]),
        ("(true | false).anyTrue()", [True]),
        ("(true | false).allFalse()", [False]),
        ("false.combine(false).allFalse()", [True]),
        ("(true | false).anyFalse()", [True]),
        ("true.anyFalse()", [False]),
        ("(1 | 2).subsetOf(1 | 2 | 3)", [True]),
        ("(1 | 4).subsetOf(1 | 2 | 3)", [False]),
        ("(1 | 2 | 3).supersetOf(2)", [True]),
        ("2.supersetOf(1 | 2)", [False]),
        ("name.first().subsetOf(name)", [True]),
        ("1.combine(1).isDistinct()", [False]),
        ("(1 | 2).isDistinct()", [True]),
        ("1.combine(2).combine(1).distinct()", [1, 2]),
        ("1.combine(1.0).distinct().count()", [1]),
        ("true.combine(1).distinct().count()", [2]),
        ("name.given.count()", [3]),
        ("{}.count()", [0]),
    ],
)
def test_existence(expression: str, expected: list[object]) -> None:
    assert evaluate(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("name.where(use = 'official').family", ["Jansen"]),
        ("name.where($index = 1).given", ["An"]),
        ("name.where(family.startsWith('J')).use", ["official"]),
        ("name.select(given.first())", ["Anna", "An"]),
        ("name.select($index)", [0, 1]),
        ("name.select(given.select($index))", [0, 1, 0]),
        ("name.select(given & '!').count()", None),
        ("(1 | 2 | 3).aggregate($total + $this, 10)", [16]),
        ("(3 | 1 | 2).aggregate(iif($total.empty() or $this < $total, $this, $total))", [1]),
        ("{}.aggregate($this, 5)", [5]),
        ("repeat(extension).url", ["http://example.org/age"]),
        ("repeat(contact).rank", [1, 2]),
        ("name.repeat('x')", ["x"]),
        ("iif(active, 'yes', 'no')", ["yes"]),
        ("iif(photo, 'yes', 'no')", ["no"]),
        ("iif(false, 'yes')", []),
        ("iif(true, 1, 1 / name)", [1]),
        ("'a'.iif($this = 'a', 1, 2)", [1]),
        ("(3 | 1 | 2).sort()", [1, 2, 3]),
        ("(3 | 1 | 2).sort(-$this)", [3, 2, 1]),
        ("name.sort(family).use", ["nickname", "official"]),
        ("name.sort(-given.first()).use", ["official", "nickname"]),
    ],
)
def test_filtering_and_aggregates(expression: str, expected: list[object] | None) -> None:
    if expected is None:
        with pytest.raises(FhirPathEvaluationError, match="needs one item"):
            evaluate(expression)
    else:
        assert evaluate(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("name.first().use", ["official"]),
        ("name.last().use", ["nickname"]),
        ("{}.first()", []),
        ("name.given.tail()", ["Maria", "An"]),
        ("name.given.skip(2)", ["An"]),
        ("name.given.skip(-1).count()", [3]),
        ("name.given.skip(9)", []),
        ("name.given.take(2)", ["Anna", "Maria"]),
        ("name.given.take(0)", []),
        ("name.given.take(-1)", []),
        ("active.single()", [True]),
        ("{}.single()", []),
        ("(1 | 2 | 3).intersect(3 | 2 | 5)", [2, 3]),
        ("1.combine(1).intersect(1)", [1]),
        ("1.combine(1).combine(2).exclude(2)", [1, 1]),
        ("name.exclude(name.first()).use", ["nickname"]),
        ("1.combine(2).union(2 | 3)", [1, 2, 3]),
        ("1.union(1.0)", [1]),
        ("1.combine(1)", [1, 1]),
        ("@2020 | @2020-01", None),
    ],
)
def test_subsetting_and_combining(expression: str, expected: list[object] | None) -> None:
    found = evaluate(expression)
    assert found == expected if expected is not None else len(found) == 2


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 is Integer", [True]),
        ("1 is System.Integer", [True]),
        ("1 is FHIR.integer", [False]),
        ("1.0 is Decimal and 'a' is String and true is Boolean", [True]),
        ("@2020 is Date and @2020T is DateTime and @T10 is Time and 1 'mg' is Quantity", [True]),
        ("active is boolean", [True]),
        ("active is Boolean", [False]),
        ("active is System.Boolean", [False]),
        ("gender is code and gender is string and gender is FHIR.string", [True]),
        ("gender is id", [False]),
        ("photo is code", []),
        ("$this is Patient and $this is DomainResource and $this is Resource", [True]),
        ("$this.is(Organization)", [False]),
        ("contact.first() is BackboneElement", [True]),
        ("multipleBirth is integer", [True]),
        ("multipleBirth.ofType(integer)", [2]),
        ("multipleBirth.ofType(boolean)", []),
        ("multipleBirth as integer", [2]),
        ("multipleBirth.as(boolean)", []),
        ("gender.as(string)", []),
        ("gender.as('code')", ["female"]),
        ("extension.value is Quantity and extension.value is Age", [True]),
        ("extension.value.ofType(Quantity).value", [44]),
        ("(1 | 'a' | 2).ofType(Integer)", [1, 2]),
        ("(1 | 'a').ofType(System.String)", ["a"]),
        ("1.type()", [TypeName("System", "Integer")]),
        ("active.type().name", ["boolean"]),
        ("active.type().namespace", ["FHIR"]),
        ("type().name", ["Patient"]),
        ("contained.type().name", ["Organization"]),
    ],
)
def test_types(expression: str, expected: list[object]) -> None:
    assert evaluate(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("Patient.name.count()", [2]),
        ("Resource.id", ["anna"]),
        ("Organization.name", []),
        ("multipleBirth", [2]),
        ("multipleBirthInteger", [2]),
        ("extension.value.code", ["a"]),
        ("birthDate.extension.value", ["1980-02-29"]),
        ("seen.extension.url", ["http://example.org/absent"]),
        ("name.children().count()", [7]),
        ("name[0].children().ofType(string)", ["Jansen", "Anna", "Maria"]),
        ("period.descendants().count()", [2]),
        ("descendants().where($this is Age).value", [44]),
        ("contact.descendants().ofType(positiveInt)", [1, 2]),
        ("children().resourceType", []),
        ("birthDate.children().count()", [1]),
    ],
)
def test_navigation(expression: str, expected: list[object]) -> None:
    assert evaluate(expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "name.single()",
        "name is HumanName",
        "name.given in ('a' | 'b')",
        "true and name.given",
        "gender.as(nosuchtype)",
        "(1 | 2).allTrue()",
        "name['x']",
        "name.skip('x')",
        "iif('text', 1, 2)",
        "(1 | 2).iif(true, 1)",
        "(1 | 'a').sort()",
        "1.type().version",
        "(1 | 2).not()",
    ],
)
def test_breaking_a_rule_is_an_error(expression: str) -> None:
    with pytest.raises(FhirPathEvaluationError):
        evaluate(expression)


@pytest.mark.parametrize("expression", ["name.nickname", "Organization.name", "multipleBirthInteger", "Patient.naam"])
def test_strict_reading_refuses_what_the_type_does_not_declare(expression: str) -> None:
    evaluate(expression)
    with pytest.raises(FhirPathEvaluationError, match="has no element"):
        evaluate(expression, strict=True)


@pytest.mark.parametrize("expression", ["name as HumanName", "name.as(HumanName)"])
def test_strict_reading_refuses_to_cast_many(expression: str) -> None:
    assert len(evaluate(expression)) == 2
    with pytest.raises(FhirPathEvaluationError, match="selects from many"):
        evaluate(expression, strict=True)


@pytest.mark.parametrize("expression", ["children().first()", "descendants()[0]", "children().skip(1)"])
def test_strict_reading_refuses_order_where_there_is_none(expression: str) -> None:
    evaluate(expression)
    with pytest.raises(FhirPathSyntaxError, match="order"):
        evaluate(expression, strict=True)


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("name.where(family = 'Jansen')", True),
        ("name.where(family = 'X')", None),
        ("active", True),
        ("gender", True),
        ("seen", None),
        ("$this", True),
        ("false", False),
        ("name.exists() and photo", None),
    ],
)
def test_criteria(expression: str, expected: bool | None) -> None:
    assert truth(expression) is expected


def test_a_criterion_of_many_items_is_an_error() -> None:
    with pytest.raises(FhirPathEvaluationError, match="expected one Boolean"):
        truth("name")


def test_growth_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conformance.validation.fhir.fhirpath.environment.MAX_STEPS", 100_000)
    doubling = "(" + " | ".join(map(str, range(60))) + ").aggregate($total.combine($total), 1)"
    with pytest.raises(FhirPathEvaluationError, match=r"grew|stopped"):
        evaluate(doubling)
    with pytest.raises(FhirPathEvaluationError, match="stopped"):
        evaluate("1.repeat($this + 1)")
    many = Environment(variables={"many": list(range(5_000))})
    for expression in ("%many.where($this in %many)", "%many.all(%many.isDistinct())", "%many.select(%many | $this)"):
        with pytest.raises(FhirPathEvaluationError, match=r"stopped|grew"):
            evaluate(expression, many)
    with pytest.raises(FhirPathEvaluationError, match="at most"):
        evaluate("%many ~ %many", many)
