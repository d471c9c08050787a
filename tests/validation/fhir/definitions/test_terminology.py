"""Expansions and code systems: what can be told here, and what is honestly not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.validation.fhir.definitions.profiles import opened

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.validation.fhir.definitions import Definitions, Expansion

Json = dict[str, Any]
SYSTEM = "http://example.org/CodeSystem/colours"
SETS = "http://example.org/ValueSet/"


def colours(**said: Any) -> Json:
    return {
        "resourceType": "CodeSystem",
        "url": SYSTEM,
        "content": "complete",
        "caseSensitive": True,
        "concept": [
            {"code": "warm", "concept": [{"code": "red", "display": "Red"}, {"code": "orange"}]},
            {"code": "cold", "concept": [{"code": "blue", "property": [{"code": "sky", "valueBoolean": True}]}]},
            {"code": "grey", "designation": [{"language": "nl", "value": "Grijs"}], "display": "Grey"},
        ],
    } | said


def value_set(name: str, *include: Json, exclude: tuple[Json, ...] = ()) -> Json:
    compose: Json = {"include": list(include)}
    if exclude:
        compose["exclude"] = list(exclude)
    return {"resourceType": "ValueSet", "url": SETS + name, "compose": compose}


def expanded(folder: Path, *resources: Json) -> Expansion:
    """The expansion of the first value set."""
    return opened(folder, *resources).expansion(resources[0]["url"])


def test_listed_codes_are_in_and_others_are_out(tmp_path: Path) -> None:
    found = expanded(tmp_path, value_set("v", {"system": SYSTEM, "concept": [{"code": "red", "display": "Red"}]}))

    assert found.complete
    assert found.contains(SYSTEM, "red") is True
    assert found.contains(None, "red") is True
    assert found.contains(SYSTEM, "blue") is False
    assert found.contains("http://other", "red") is False
    assert found.codes() == [(SYSTEM, "red", "Red")]


def test_a_whole_system_that_is_here_is_decided(tmp_path: Path) -> None:
    found = expanded(tmp_path, value_set("v", {"system": SYSTEM}), colours())

    assert found.contains(SYSTEM, "orange") is True
    assert found.contains(SYSTEM, "green") is False


@pytest.mark.parametrize("content", ["fragment", "not-present", "example"])
def test_a_system_that_is_not_whole_leaves_other_codes_unknown(tmp_path: Path, content: str) -> None:
    found = expanded(tmp_path, value_set("v", {"system": SYSTEM}), colours(content=content))

    assert found.contains(SYSTEM, "orange") is True
    assert found.contains(SYSTEM, "green") is None
    assert SYSTEM in found.why
    assert not found.complete


def test_a_system_that_is_not_here_is_unknown_and_another_is_out(tmp_path: Path) -> None:
    found = expanded(tmp_path, value_set("v", {"system": "http://snomed.info/sct"}))

    assert found.contains("http://snomed.info/sct", "308292007") is None
    assert found.contains(SYSTEM, "red") is False


@pytest.mark.parametrize(
    ("system", "code"),
    [
        ("http://snomed.info/sct", "308292008"),
        ("http://loinc.org", "8480-7"),
        ("urn:iso:std:iso:3166", "Nederland"),
    ],
)
def test_a_form_that_no_code_of_the_system_has_is_out(tmp_path: Path, system: str, code: str) -> None:
    assert expanded(tmp_path, value_set("v", {"system": system})).contains(system, code) is False


@pytest.mark.parametrize(
    ("filters", "inside"),
    [
        ([("concept", "is-a", "warm")], {"warm", "red", "orange"}),
        ([("concept", "descendent-of", "warm")], {"red", "orange"}),
        ([("concept", "is-not-a", "warm")], {"cold", "blue", "grey"}),
        ([("concept", "in", "red,blue")], {"red", "blue"}),
        ([("concept", "not-in", "red,blue")], {"warm", "orange", "cold", "grey"}),
        ([("code", "regex", "gr.*")], {"grey"}),
        ([("concept", "generalizes", "red")], {"red", "warm"}),
        ([("sky", "=", "true")], {"blue"}),
        ([("sky", "exists", "true")], {"blue"}),
        ([("display", "=", "Red")], {"red"}),
        ([("concept", "is-a", "warm"), ("code", "regex", "r.*")], {"red"}),
    ],
)
def test_filters_are_computed_over_a_whole_system(
    tmp_path: Path, filters: list[tuple[str, str, str]], inside: set[str]
) -> None:
    listed = [dict(zip(("property", "op", "value"), each, strict=True)) for each in filters]
    found = expanded(tmp_path, value_set("v", {"system": SYSTEM, "filter": listed}), colours())

    assert {code for _, code, _ in found.codes()} == inside


@pytest.mark.parametrize("pattern", ["(a+)+b", "[unclosed", "x" * 300])
def test_a_hostile_regular_expression_is_not_run(tmp_path: Path, pattern: str) -> None:
    clause = {"system": SYSTEM, "filter": [{"property": "code", "op": "regex", "value": pattern}]}

    assert expanded(tmp_path, value_set("v", clause), colours()).contains(SYSTEM, "red") is None


def test_what_is_excluded_is_out(tmp_path: Path) -> None:
    own = value_set("v", {"system": SYSTEM}, exclude=({"system": SYSTEM, "concept": [{"code": "red"}]},))
    found = expanded(tmp_path, own, colours())

    assert found.contains(SYSTEM, "red") is False
    assert found.contains(SYSTEM, "blue") is True


def test_an_exclusion_that_cannot_be_computed_leaves_nothing_certain(tmp_path: Path) -> None:
    own = value_set("v", {"system": SYSTEM}, exclude=({"system": SYSTEM, "filter": [{"property": "x", "op": "odd"}]},))

    assert expanded(tmp_path, own, colours()).contains(SYSTEM, "red") is None


def test_imported_value_sets_count_together(tmp_path: Path) -> None:
    one = value_set("one", {"system": SYSTEM, "concept": [{"code": "red"}, {"code": "blue"}]})
    two = value_set("two", {"system": SYSTEM, "concept": [{"code": "blue"}, {"code": "grey"}]})
    both = value_set("both", {"valueSet": [SETS + "one", SETS + "two"]})
    either = value_set("either", {"valueSet": [SETS + "one"]}, {"valueSet": [SETS + "two"]})
    definitions = opened(tmp_path, one, two, both, either)

    assert {code for _, code, _ in definitions.expansion(SETS + "both").codes()} == {"blue"}
    assert {code for _, code, _ in definitions.expansion(SETS + "either").codes()} == {"red", "blue", "grey"}


def test_an_excluded_value_set_is_out(tmp_path: Path) -> None:
    one = value_set("one", {"system": SYSTEM, "concept": [{"code": "red"}]})
    own = value_set("v", {"system": SYSTEM}, exclude=({"valueSet": [SETS + "one"]},))
    found = expanded(tmp_path, own, one, colours())

    assert found.complete
    assert found.contains(SYSTEM, "red") is False
    assert found.contains(SYSTEM, "blue") is True


def test_value_sets_that_multiply_end_in_bounded_time(tmp_path: Path) -> None:
    tower = [
        value_set(f"t{level}", {"valueSet": [SETS + f"t{level + 1}"]}, {"valueSet": [SETS + f"t{level + 1}"]})
        for level in range(18)
    ]
    found = expanded(tmp_path, *tower, value_set("t18", {"system": SYSTEM, "concept": [{"code": "red"}]}))

    assert found.contains(SYSTEM, "red") is None
    assert "too many parts" in found.why


def test_a_value_set_that_includes_itself_is_unknown_and_ends(tmp_path: Path) -> None:
    found = expanded(tmp_path, value_set("a", {"valueSet": [SETS + "b"]}), value_set("b", {"valueSet": [SETS + "a"]}))

    assert found.contains(SYSTEM, "red") is None
    assert "includes itself" in found.why


def test_a_missing_value_set_is_unknown(r4: Definitions) -> None:
    assert r4.expansion(SETS + "none").contains(None, "x") is None


def test_a_stored_expansion_is_used(tmp_path: Path) -> None:
    contains = [{"system": SYSTEM, "code": "red", "contains": [{"system": SYSTEM, "code": "pink"}]}]
    stored = {"resourceType": "ValueSet", "url": SETS + "v", "expansion": {"total": 2, "contains": contains}}
    partial = {"resourceType": "ValueSet", "url": SETS + "w", "expansion": {"total": 9, "contains": contains}}

    whole = opened(tmp_path, stored, partial)
    assert whole.expansion(SETS + "v").contains(SYSTEM, "pink") is True
    assert whole.expansion(SETS + "v").contains(SYSTEM, "blue") is False
    assert whole.expansion(SETS + "w").contains(SYSTEM, "blue") is None


@pytest.mark.parametrize(("case_sensitive", "inside"), [(True, False), (False, True)])
def test_case_counts_as_the_system_says(tmp_path: Path, case_sensitive: bool, inside: bool) -> None:
    found = expanded(tmp_path, value_set("v", {"system": SYSTEM}), colours(caseSensitive=case_sensitive))

    assert found.contains(SYSTEM, "RED") is inside


def test_names_are_compared_without_case_and_white_space(tmp_path: Path) -> None:
    system = opened(tmp_path, colours()).code_system(SYSTEM)
    assert system is not None
    grey = system.concept("grey")
    assert grey is not None
    assert grey.named(" grey ")
    assert grey.named("GRIJS")
    assert not grey.named("Red")


@pytest.mark.parametrize(
    ("system", "code", "inside"),
    [
        ("urn:ietf:bcp:47", "nl", True),
        ("urn:ietf:bcp:47", "nl-NL", True),
        ("urn:ietf:bcp:47", "zh-Hant-TW", True),
        ("urn:ietf:bcp:47", "xx", False),
        ("urn:ietf:bcp:47", "nl_NL", False),
        ("urn:ietf:bcp:13", "application/fhir+json; fhirVersion=4.0", True),
        ("urn:ietf:bcp:13", "pdf", False),
    ],
)
def test_systems_with_a_grammar_are_decided_by_it(tmp_path: Path, system: str, code: str, inside: bool) -> None:
    assert expanded(tmp_path, value_set("v", {"system": system})).contains(system, code) is inside


def test_a_value_set_of_r4_is_decided(r4: Definitions) -> None:
    found = r4.expansion("http://hl7.org/fhir/ValueSet/administrative-gender|4.0.1")

    assert found.complete
    assert found.contains(None, "male") is True
    assert found.contains(None, "man") is False


def test_value_sets_name_codes_in_other_languages(tmp_path: Path) -> None:
    named = {"code": "red", "display": "Scarlet", "designation": [{"language": "nl-NL", "value": "Rood"}]}
    definitions = opened(tmp_path, value_set("v", {"system": SYSTEM, "concept": [named]}), colours())

    assert definitions.names(SYSTEM, "red") == ("Scarlet", "Rood")
    assert definitions.names(SYSTEM, "blue") == ()
