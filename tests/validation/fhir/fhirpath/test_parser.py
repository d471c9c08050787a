"""Reading FHIRPath: what is accepted, how operators bind, and how what is wrong is reported."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.validation.fhir import fhirpath
from conformance.validation.fhir.fhirpath import FhirPathEvaluationError, FhirPathSyntaxError, Node, parse
from tests.validation.fhir.fhirpath.sample import TYPES, evaluate, patient, truth

_WORDS = (
    "name given family . , ( ) [ ] { } + - * / & | = ~ != !~ < > <= >= and or xor implies in contains is as div mod "
    "'x' \"y\" `z` %resource %`vs-a` $this $index $total 1 2.5 @2020-01 @T10 @2020-01-01T10:00:00Z true false where "
    "exists select first count Patient 4 days iif aggregate // /* */ \\ @ % $ ' ! matches('(a+)+') 'mg' Integer"
)
FRAGMENTS = st.sampled_from(_WORDS.split(" "))


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("1 + 2 * 3", [7]),
        ("(1 + 2) * 3", [9]),
        ("-1 + 2", [1]),
        ("1 | 2 = 1 | 2", [True]),
        ("1 < 2 and 2 < 3", [True]),
        ("true or false and false", [True]),
        ("false implies true and false", [True]),
        ("1 in 1 | 2 and true", [True]),
        ("'a' & 'b' = 'ab'", [True]),
        ("2 is Integer and true", [True]),
        ("7 div 2 mod 2", [1]),
        ("1 /* between */ + // to the end\n 1", [2]),
        ("`name`.first().`family`", ["Jansen"]),
        ('name."family"', ["Jansen"]),
        ("name.where(use = 'nickname').given", ["An"]),
        (r"'\u0041\t\'\\\/'", ["A\t'\\/"]),
        (r"'\d{2}'", [r"\d{2}"]),
        ("{}", []),
        ("name[1].given[0]", ["An"]),
        ("name[5]", []),
        ("$this.active", [True]),
        ("contains.empty()", [True]),
        ("as.empty() and is.empty()", [True]),
    ],
)
def test_reads(expression: str, expected: list[object]) -> None:
    assert evaluate(expression) == expected


@pytest.mark.parametrize(
    ("expression", "column", "complaint"),
    [
        ("1 +", 4, "expected a name"),
        ("name.", 6, "found the end"),
        ("name)", 5, "unexpected ')'"),
        ("(1", 3, "expected ')'"),
        ("a[1", 4, "expected ']'"),
        ("'open", 1, "never closed"),
        ("1 /* open", 3, "never closed"),
        ("a ! b", 3, "unexpected character"),
        ("@2020-13-01", 1, "no date or time"),
        ("$those", 1, "$those is unknown"),
        ("a.$this", 3, "cannot follow a dot"),
        ("nosuch()", 1, "no function nosuch()"),
        ("name.first(1)", 6, "takes 0 arguments"),
        ("name.where()", 6, "takes 1 arguments"),
        ("1.is(2 + 3)", 8, "the name of a type"),
        ("and", 1, "expected a name"),
        ("{1}", 2, "expected '}'"),
        ("", 1, "expected a name"),
        ("9" * 200, 1, "at most 100 digits"),
    ],
)
def test_names_the_column(expression: str, column: int, complaint: str) -> None:
    with pytest.raises(FhirPathSyntaxError) as caught:
        fhirpath.compile(expression)
    assert caught.value.column == column
    assert complaint in str(caught.value)


@pytest.mark.parametrize(
    "expression",
    [
        "(" * 5_000 + "1" + ")" * 5_000,
        "not(" * 5_000,
        "a." * 5_000 + "a",
        "1 + " * 5_000 + "1",
        "-" * 5_000 + "1",
        "a[" * 5_000,
        "1 implies " * 5_000 + "1",
        "x" * 60_000,
    ],
)
def test_refuses_what_is_too_deep_or_long(expression: str) -> None:
    with pytest.raises(FhirPathSyntaxError):
        fhirpath.compile(expression)


def test_long_chains_of_a_real_size_are_fine() -> None:
    assert truth(" or ".join(["active = false"] * 200) + " or active") is True
    assert truth(" and ".join(["(active or (active and (active)))"] * 200)) is True


def test_compiling_takes_time_in_proportion_to_the_length() -> None:
    for expression in ("active" + ".not()" * 200, " | ".join(["1"] * 200), "name" + ".where(true)" * 200 + ".exists()"):
        fhirpath.compile(expression)(patient())
        fhirpath.compile(f"({expression}).exists().not()").boolean(patient())


def test_expressions_are_compiled_once() -> None:
    assert fhirpath.compile("name.given") is fhirpath.compile("name.given")
    assert parse("name.given") is parse("name.given")


@given(st.lists(FRAGMENTS, max_size=14).map(" ".join))
@settings(max_examples=250, deadline=None)
def test_fragments_never_crash(expression: str) -> None:
    _survive(expression)


@given(st.text(max_size=40))
@settings(max_examples=200, deadline=None)
def test_any_text_never_crashes(expression: str) -> None:
    _survive(expression)


def _survive(expression: str) -> None:
    try:
        compiled = fhirpath.compile(expression)
        compiled(patient())
        compiled.boolean(patient())
    except (FhirPathSyntaxError, FhirPathEvaluationError):
        return


NAMES = ["name", "given", "_given", "family", "extension", "url", "value", "weight", "birthDate", "_birthDate"]
PROBES = ("descendants().count()", "name.given = 'x'", "birthDate < today()", "weight > 1 'kg'", "toString()")
NUMBERS = st.integers() | st.decimals(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=4),
    max_leaves=12,
)


@given(JSON, st.sampled_from(["Patient", "HumanName", "Quantity", "Extension", "date", "string"]))
@settings(max_examples=200, deadline=None)
def test_any_content_never_crashes(value: object, type_name: str) -> None:
    node = Node(value, TYPES.type(type_name))
    for expression in PROBES:
        try:
            fhirpath.compile(expression).boolean(node)
            fhirpath.compile(expression)(node)
        except FhirPathEvaluationError:
            continue
