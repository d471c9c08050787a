"""Conversion, text, mathematics, boundaries, quantities, dates and the operators on them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.validation.fhir.fhirpath import FhirPathEvaluationError, Temporal
from conformance.validation.fhir.fhirpath.temporal import parse_temporal
from conformance.validation.fhir.fhirpath.ucum import measure
from tests.validation.fhir.fhirpath.sample import evaluate, shown


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'true'.toBoolean() and 'Y'.toBoolean() and 1.toBoolean() and 1.0.toBoolean()", [True]),
        ("'no'.toBoolean()", [False]),
        ("'maybe'.toBoolean()", []),
        ("2.toBoolean()", []),
        ("'+12'.toInteger()", [12]),
        ("'1.5'.toInteger()", []),
        ("true.toInteger()", [1]),
        ("1.5.toInteger()", []),
        ("'1.50'.toDecimal()", [Decimal("1.50")]),
        ("'x'.toDecimal()", []),
        ("1.toString()", ["1"]),
        ("1.50.toString()", ["1.50"]),
        ("true.toString()", ["true"]),
        ("@2020-02.toString()", ["2020-02"]),
        ("birthDate.toString()", ["1980-02-29"]),
        ("4 days.toString()", ["4 days"]),
        ("1 'mg'.toString()", ["1 'mg'"]),
        ("name.first().toString()", []),
        ("'1 day'.toQuantity() = 1 day", [True]),
        ("'1.5 \\'mg\\''.toQuantity() = 1.5 'mg'", [True]),
        ("'1 parsec'.toQuantity()", []),
        ("1 'g'.toQuantity('mg') = 1000 'mg'", [True]),
        ("1 'g'.toQuantity('m')", []),
        ("weight.toQuantity('g').toString()", ["70500 'g'"]),
        ("'2020-02'.toDate() = @2020-02", [True]),
        ("'2020-02-30'.toDate()", []),
        ("@2020-02-03T10:00:00Z.toDate() = @2020-02-03", [True]),
        ("@2020-02-03.toDateTime() is DateTime", [True]),
        ("'10:30'.toTime() = @T10:30", [True]),
        ("'25:00'.toTime()", []),
        ("'a'.convertsToBoolean() or 'a'.convertsToInteger() or 'a'.convertsToDecimal()", [False]),
        ("'a'.convertsToDate() or 'a'.convertsToDateTime() or 'a'.convertsToTime()", [False]),
        ("'a'.convertsToQuantity()", [False]),
        ("'1'.convertsToInteger() and 1.convertsToDecimal() and 1.convertsToString()", [True]),
        ("'2020'.convertsToDate() and '2020'.convertsToDateTime() and '10'.convertsToTime()", [True]),
        ("1.convertsToQuantity() and 'f'.convertsToBoolean()", [True]),
        ("{}.convertsToInteger()", []),
        ("{}.toInteger()", []),
    ],
)
def test_conversion(expression: str, expected: list[object]) -> None:
    assert evaluate(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("'abc'.startsWith('ab')", [True]),
        ("'abc'.endsWith('bc')", [True]),
        ("'abc'.contains('d')", [False]),
        ("'abc'.contains({})", []),
        ("'abc'.indexOf('c')", [2]),
        ("'abcabc'.lastIndexOf('b')", [4]),
        ("'abc'.indexOf('z')", [-1]),
        ("'abcd'.substring(1, 2)", ["bc"]),
        ("'abcd'.substring(2)", ["cd"]),
        ("'abcd'.substring(4)", []),
        ("'abc'.upper() & 'ABC'.lower()", ["ABCabc"]),
        ("' a '.trim()", ["a"]),
        ("'abc'.length()", [3]),
        ("birthDate.length()", [10]),
        ("'ab'.toChars()", ["a", "b"]),
        ("'a,b,,c'.split(',')", ["a", "b", "", "c"]),
        ("'ab'.split('')", ["a", "b"]),
        ("name.given.join('-')", ["Anna-Maria-An"]),
        ("name.given.join()", ["AnnaMariaAn"]),
        ("{}.join(',')", []),
        ("'abab'.replace('b', 'x')", ["axax"]),
        ("'ab'.replace('', '-')", ["-a-b-"]),
        ("'a1b2'.replaceMatches('[0-9]', '#')", ["a#b#"]),
        ("'2020-01'.replaceMatches('(\\\\d+)-(\\\\d+)', '$2/$1')", ["01/2020"]),
        ("'x1'.replaceMatches('(?<n>\\\\d)', '<${n}>')", ["x<1>"]),
        ("'abc'.matches('b')", [True]),
        ("'abc'.matches('^b$')", [False]),
        ("'ABC'.matches('b', 'i')", [True]),
        ("'abc'.matchesFull('b')", [False]),
        ("'abc'.matchesFull('a.c')", [True]),
        ("birthDate.matches('^[0-9-]+$')", [True]),
        ("'a' & {} & 'b'", ["ab"]),
        ("'a' + {}", []),
        ("'test'.encode('hex')", ["74657374"]),
        ("'74657374'.decode('hex')", ["test"]),
        ("'t?~'.encode('base64').decode('base64')", ["t?~"]),
        ("'t?~'.encode('urlbase64').decode('urlbase64')", ["t?~"]),
        ("'t'.encode('rot13')", []),
        ("'<a>'.escape('html')", ["&lt;a&gt;"]),
        ("'&lt;'.unescape('html')", ["<"]),
        ("'\"'.escape('json')", ['\\"']),
        ("'\\\\u0041\\\\n'.unescape('json')", ["A\n"]),
    ],
)
def test_text(expression: str, expected: list[object]) -> None:
    assert evaluate(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("(-5).abs()", ["5"]),
        ("(-5 'mg').abs()", ["5 'mg'"]),
        ("1.1.ceiling()", ["2"]),
        ("(-1.1).floor()", ["-2"]),
        ("(-1.9).truncate()", ["-1"]),
        ("2.5.round()", ["3"]),
        ("3.14159.round(3)", ["3.142"]),
        ("81.sqrt() = 9", ["True"]),
        ("(-1).sqrt()", []),
        ("0.exp() = 1", ["True"]),
        ("1.ln() = 0", ["True"]),
        ("0.ln()", []),
        ("8.log(2) = 3", ["True"]),
        ("2.power(10)", ["1024"]),
        ("2.power(-1) = 0.5", ["True"]),
        ("(-1).power(0.5)", []),
        ("10.power(1000000)", []),
        ("1 / 4", ["0.25"]),
        ("1 / 0", []),
        ("7 div 2", ["3"]),
        ("(-7) div 2", ["-3"]),
        ("7 mod 0", []),
        ("7.5 mod 2", ["1.5"]),
        ("0.1 + 0.2", ["0.3"]),
        ("height * 2", ["3.40"]),
        ("{} + 1", []),
        ("1.587.lowBoundary()", ["1.58650000"]),
        ("1.587.highBoundary(2)", ["1.59"]),
        ("1.lowBoundary(0)", ["0"]),
        ("1.lowBoundary(99)", []),
        ("1.5 'cm'.highBoundary(3)", ["1.550 'cm'"]),
        ("@2024.lowBoundary(6)", ["2024-01"]),
        ("@2024-02.highBoundary()", ["2024-02-29"]),
        ("@2024-02.highBoundary(17)", []),
        ("@2024-02-01T10:30.lowBoundary()", ["2024-02-01T10:30:00.000+14:00"]),
        ("@2024-02-01T10:30Z.highBoundary(14)", ["2024-02-01T10:30:59Z"]),
        ("@T10.highBoundary()", ["10:59:59.999"]),
        ("1.500.precision()", ["3"]),
        ("@2024-02.precision()", ["6"]),
        ("@2024-02-01T10:30:00.000+01:00.precision()", ["17"]),
        ("1 'cm'.comparable(1 '[in_i]')", ["True"]),
        ("1 'cm'.comparable(1 's')", ["False"]),
    ],
)
def test_mathematics_and_boundaries(expression: str, expected: list[str]) -> None:
    assert shown(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 = 1.0", [True]),
        ("1 = true", [False]),
        ("'a' = 'A'", [False]),
        ("'a ' ~ 'A'", [True]),
        ("1 = {}", []),
        ("{} ~ {}", [True]),
        ("(1 | 2) = (2 | 1)", [False]),
        ("(1 | 2) ~ (2 | 1)", [True]),
        ("(1 | 2) ~ (1 | 3)", [False]),
        ("(1 | 2) != (1 | 2 | 3)", [True]),
        ("1.23 ~ 1.2", [True]),
        ("1.26 ~ 1.2", [False]),
        ("name = name", [True]),
        ("name[0] ~ name[1]", [False]),
        ("name[0] !~ name[1]", [True]),
        ("gender = 'female'", [True]),
        ("gender != 'female'", [False]),
        ("name.given != 'Anna'", [True]),
        ("seen = 'x'", []),
        ("seen < now()", []),
        ("birthDate = '1980-02-29'", [True]),
        ("birthDate = @1980-02-29", [True]),
        ("birthDate < today()", [True]),
        ("'a' < 'b' and 2 >= 2 and 1.5 > 1", [True]),
        ("1 > {}", []),
        ("2 in (1 | 2)", [True]),
        ("{} in (1 | 2)", []),
        ("(1 | 2) contains 3", [False]),
        ("1 in {}", [False]),
        ("true and {}", []),
        ("false and {}", [False]),
        ("{} or true", [True]),
        ("false or {}", []),
        ("true xor true", [False]),
        ("true xor {}", []),
        ("{} implies true", [True]),
        ("true implies {}", []),
        ("false implies {}", [True]),
    ],
)
def test_comparison_and_logic(expression: str, expected: list[object]) -> None:
    assert evaluate(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 'g' = 1000 'mg'", ["True"]),
        ("1 'g' = 1 'm'", ["False"]),
        ("1 'g' < 1 'm'", []),
        ("60 '/min' = 1 '/s'", ["True"]),
        ("1 week = 7 days and 1 'wk' = 7 days and 1 year = 12 months", ["True"]),
        ("1 month = 1 'mo'", []),
        ("1 year > 1 'a'", []),
        ("4 'g' ~ 4040 'mg'", ["True"]),
        ("1 'g' ~ 1 's'", ["False"]),
        ("weight = 70.5 'kg'", ["True"]),
        ("weight > 70000 'g'", ["True"]),
        ("weight <= 70", []),
        ("1 '1' = 1", ["True"]),
        ("2 'm' * 3 'm' = 6 'm2'", ["True"]),
        ("6 'm' / 2 's' = 3 'm/s'", ["True"]),
        ("1 'm' + 50 'cm'", ["1.5 'm'"]),
        ("1 'm' - 1 's'", []),
        ("-(1 'm')", ["-1 'm'"]),
        ("1 'm' / 0", []),
        ("1 'foo' = 1 'foo'", ["True"]),
        ("1 'foo' = 1 'bar'", []),
        ("1 'g'.combine(1000 'mg').isDistinct()", ["False"]),
        ("(-weight).value.empty()", ["True"]),
    ],
)
def test_quantities(expression: str, expected: list[str]) -> None:
    assert shown(expression) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("@2020 = @2020", ["True"]),
        ("@2020 = @2020-01", []),
        ("@2020 < @2021-01", ["True"]),
        ("@2020-01-01 = @2020-01-01T10:00:00", []),
        ("@2020-01-01T10:00:00 = @2020-01-01T10:00:00.000", ["True"]),
        ("@2020-01-01T10:00:00+01:00 = @2020-01-01T09:00:00Z", ["True"]),
        ("@2020-01-01T10:00:00Z = @2020-01-01T10:00:00", []),
        ("@2020-01-03T10:00:00Z > @2020-01-01T10:00:00", ["True"]),
        ("@T10:30 < @T10:31", ["True"]),
        ("@T10 < @T10:31", []),
        ("@2020-01-01 = @T10", ["False"]),
        ("@2020 ~ @2020-01", ["False"]),
        ("@2020-01 ~ @2020-01", ["True"]),
        ("period.start <= period.end", ["True"]),
        ("@2020-01-31 + 1 month", ["2020-02-29"]),
        ("@2020-02-29 + 1 year", ["2021-02-28"]),
        ("@2020-01-31 - 31 days", ["2019-12-31"]),
        ("@2020 + 24 months", ["2022"]),
        ("@2020 + 11 months", ["2020"]),
        ("@2020-01 + 31 days", ["2020-02"]),
        ("@2020-01-01 + 36 hours", ["2020-01-02"]),
        ("@2020-01-01 + 1 'wk'", ["2020-01-08"]),
        ("@2020-12-31T23:59:59+01:00 + 1 second", ["2021-01-01T00:00:00+01:00"]),
        ("@2020-01-01T00:00:00.000Z + 1500 milliseconds", ["2020-01-01T00:00:01.500Z"]),
        ("@T23:30 + 45 minutes", ["00:15"]),
        ("@9999-12-31 + 1 day", []),
        ("@0001-01-01 - 1 year", []),
        ("now()", ["2026-01-15T12:30:15.250Z"]),
        ("today()", ["2026-01-15"]),
        ("timeOfDay()", ["12:30:15.250"]),
        ("now() = now()", ["True"]),
    ],
)
def test_dates(expression: str, expected: list[str]) -> None:
    assert shown(expression) == expected


@pytest.mark.parametrize(
    "expression",
    [
        "1 < 'a'",
        "1 + 'a'",
        "'a' - 'b'",
        "1 & 2",
        "-'a'",
        "name < name",
        "name.startsWith('a')",
        "'a'.abs()",
        "'a'.substring('b')",
        "1.round(-1)",
        "2.log('x')",
        "2.power('x')",
        "@2020-01-01 + 1",
        "@2020-01-01 + 1 'mo'",
        "@2020-01-01 + 1 'cm'",
        "@T10:00 + 1 day",
        "1 'g' mod 2 'g'",
        "1 'g' + 'a'",
        "true.precision()",
        "true.lowBoundary()",
        "1.comparable(1)",
        "'x'.decode('hex')",
        "'a'.matches('(')",
        "'a'.replaceMatches('a', '$7')",
        "('a' | 'b').length()",
    ],
)
def test_misuse_is_an_error(expression: str) -> None:
    with pytest.raises(FhirPathEvaluationError):
        evaluate(expression)


NO_DATES = ["2020-02-30", "2020-1-1", "10:61", "2020T", "2020-01-01T10:00+20:00", "", "T10", "0000"]


@pytest.mark.parametrize("text", NO_DATES)
def test_no_dates(text: str) -> None:
    assert parse_temporal(text, "Date") is None


@given(st.datetimes(), st.integers(-720, 840))
@settings(deadline=None)
def test_instants_are_read_as_python_reads_them(moment: object, zone: int) -> None:
    hours = f"{'-' if zone < 0 else '+'}{abs(zone) // 60:02d}:{abs(zone) % 60:02d}"
    text = f"{moment:%Y-%m-%dT%H:%M:%S}".rjust(19, "0") + hours
    found = parse_temporal(text, "DateTime")
    assert isinstance(found, Temporal)
    assert str(found) == text.replace("+00:00", "Z").replace("-00:00", "Z")
    assert found.compare(found) == 0


@given(st.dates(), st.dates())
@settings(deadline=None)
def test_dates_are_ordered_as_python_orders_them(one: object, other: object) -> None:
    first, second = parse_temporal(str(one), "Date"), parse_temporal(str(other), "Date")
    assert first is not None
    assert second is not None
    assert first.compare(second) == (one > other) - (one < other)  # type: ignore[operator]


UNITS = ["mm[Hg]", "mmol/L", "10*9/L", "{score}", "/min", "kg/m2", "%", "Cel", "m[IU]/mL", "(g/L)/d"]


@pytest.mark.parametrize("unit", UNITS)
def test_units(unit: str) -> None:
    assert measure(unit) is not None


@pytest.mark.parametrize("unit", ["", "mmHg", "Kg", "mg/", "g g", "m²", "foo", "(g", "g)", "kkg", "1" * 300])
def test_no_units(unit: str) -> None:
    assert measure(unit) is None


@given(st.text(max_size=20))
@settings(deadline=None)
def test_any_text_is_a_unit_or_not(unit: str) -> None:
    measure(unit)
