"""Whatever stands in a package, definitions end in an answer or in a problem: never in a crash, never without end."""

from __future__ import annotations

import contextlib
import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.validation.fhir.definitions import DefinitionError, Definitions, FhirVersion, archive
from conformance.validation.fhir.definitions.authored.guides import compiled
from tests.validation.fhir.definitions.profiles import OWN, profile

Json = dict[str, Any]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
PATHS = st.sampled_from(
    [
        "Patient",
        "Patient.name",
        "Patient.name.period.start",
        "Patient.deceasedBoolean",
        "Patient.deceased[x]",
        "Patient.x",
        "Patient.contact.name",
        "Patient.extension",
        "Patient.extension.value[x]",
        "Patient.link.other",
        "Observation",
        "",
    ]
)
SAID = {
    "id": st.text(max_size=8),
    "sliceName": st.sampled_from(["a", "b", "a/b", "a/b/c", "", "deceasedBoolean"]),
    "min": st.integers(-1, 3) | ANYTHING,
    "max": st.sampled_from(["0", "1", "*", "x"]) | ANYTHING,
    "type": st.lists(st.fixed_dictionaries({"code": st.sampled_from(["string", "Nothing", "Patient"])})) | ANYTHING,
    "slicing": ANYTHING,
    "constraint": ANYTHING,
    "binding": ANYTHING,
    "contentReference": st.sampled_from(["#Patient.contact", "#Nothing.x", "#"]) | ANYTHING,
}
ELEMENTS = st.lists(st.fixed_dictionaries({"path": PATHS | ANYTHING}, optional=SAID), max_size=6)
CLAUSES = st.lists(
    st.fixed_dictionaries(
        {},
        optional={
            "system": st.sampled_from(["http://x", "urn:ietf:bcp:47"]) | ANYTHING,
            "valueSet": st.lists(st.sampled_from(["http://v", "http://w"])) | ANYTHING,
            "concept": st.lists(st.fixed_dictionaries({"code": st.text(max_size=3)})) | ANYTHING,
            "filter": st.lists(st.fixed_dictionaries({"op": st.text(max_size=3)})) | ANYTHING,
        },
    ),
    max_size=3,
)


def opened(resource: Json) -> Definitions:
    """Definitions with this resource beside a good one: a source without any good definition is refused as a whole."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "good.json").write_text(json.dumps(profile("good", "Patient")))
        (Path(folder) / "one.json").write_text(json.dumps(resource))
        return Definitions.open(FhirVersion.R4, [Path(folder)])


@settings(max_examples=60, deadline=None)
@given(ELEMENTS)
def test_any_differential(elements: list[Any]) -> None:
    definitions = opened(profile("p", "Patient") | {"differential": {"element": elements}})

    structure = definitions.structure(OWN + "p")
    assert structure is not None or definitions.problems
    ids = [each["id"] for each in structure["snapshot"]["element"]] if structure else []
    assert len(ids) == len(set(ids))


@settings(max_examples=60, deadline=None)
@given(CLAUSES, CLAUSES)
def test_any_value_set(include: list[Json], exclude: list[Json]) -> None:
    compose = {"include": include, "exclude": exclude}
    definitions = opened({"resourceType": "ValueSet", "url": "http://v", "compose": compose})

    assert definitions.expansion("http://v").contains(None, "nl") in {True, False, None}


@settings(max_examples=60, deadline=None)
@given(ANYTHING, ANYTHING)
def test_any_code_system(concepts: Any, case: Any) -> None:
    system = {"resourceType": "CodeSystem", "url": "http://x", "content": "complete", "caseSensitive": case}
    definitions = opened(system | {"concept": concepts})

    found = definitions.code_system("http://x")
    assert found is not None or definitions.problems


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_as_a_package(data: bytes) -> None:
    with contextlib.suppress(DefinitionError):
        list(archive.packed("any.tgz", data))


@settings(max_examples=100, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["guide", "fhir", "version", "status", "profiles", "valueSets"]), ANYTHING)
    | ANYTHING
)
def test_any_yaml_guide(content: Any) -> None:
    with contextlib.suppress(DefinitionError):
        compiled(json.dumps(content).encode(), "any.yaml")
