"""Stores, caches, archives and packages: whole, lazy, side by side, and not to be fooled."""

from __future__ import annotations

import io
import json
import multiprocessing
import os
import tarfile
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from conformance.validation.fhir.definitions import Cache, DefinitionError, Definitions, FhirVersion, archive
from conformance.validation.fhir.definitions.packages import best, cache_folder, matches, resolve, split_reference
from conformance.validation.fhir.definitions.store import Store, pack
from tests.validation.fhir.definitions.profiles import OWN, element, opened, profile

XML = """<StructureDefinition xmlns="http://hl7.org/fhir"><id value="x"/><url value="http://example.org/StructureDefinition/x"/>
<name value="x"/><status value="active"/><kind value="resource"/><abstract value="false"/><type value="Patient"/>
<baseDefinition value="http://hl7.org/fhir/StructureDefinition/Patient"/><derivation value="constraint"/>
<differential><element id="Patient.name"><path value="Patient.name"/><min value="1"/></element></differential>
</StructureDefinition>"""


def tgz(members: dict[str, bytes], *, kind: bytes = tarfile.REGTYPE) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as made:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.type, info.size = kind, len(data) if kind == tarfile.REGTYPE else 0
            info.linkname = "/etc/passwd" if kind != tarfile.REGTYPE else ""
            made.addfile(info, io.BytesIO(data))
    return packed.getvalue()


def package(folder: Path, name: str, version: str, *resources: dict[str, Any], **manifest: Any) -> Path:
    """A package as the package folder keeps it."""
    inner = folder / f"{name}#{version}" / "package"
    inner.mkdir(parents=True)
    (inner / "package.json").write_text(json.dumps({"name": name, "version": version} | manifest))
    for each in resources:
        (inner / f"{each['resourceType']}-{each['id']}.json").write_text(json.dumps(each))
    return inner.parent


def test_a_store_gives_each_resource_back_with_the_digits_of_its_decimals() -> None:
    resource = {"resourceType": "ValueSet", "url": "u", "value": Decimal("1.10"), "text": "ë \ufdd0"}
    store = Store(pack([("file.json", resource)]), "label")

    entry = next(iter(store.find("ValueSet", "u")))
    assert entry.file == "file.json"
    assert str(store.body(entry)["value"]) == "1.10"
    assert store.body(entry) == resource


def test_xml_and_json_definitions_of_a_folder_are_read(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "x.xml").write_text(XML)
    definitions = opened(tmp_path, profile("p", "Patient", element("Patient.gender", min=1)))

    for name in ("x", "p"):
        assert definitions.structure(OWN + name) is not None
    assert definitions.package_of(OWN + "x") == f"{tmp_path.name}/deep/x.xml"


def test_definitions_inside_a_bundle_are_read(tmp_path: Path) -> None:
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": profile("p", "Patient")}]}

    assert opened(tmp_path, bundle).structure(OWN + "p") is not None


@pytest.mark.parametrize("content", ["{", "<a", '{"resourceType": "ValueSet", ', "\x00ValueSet", "[1, 2]"])
def test_a_file_that_cannot_be_read_is_told_and_the_rest_is_used(tmp_path: Path, content: str) -> None:
    (tmp_path / "bad-ValueSet.json").write_text(content)
    definitions = opened(tmp_path, profile("p", "Patient"))

    assert definitions.structure(OWN + "p") is not None
    assert all("bad-ValueSet.json" in str(each) for each in definitions.problems)


def test_a_missing_source_is_told(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match=r"nowhere: no such file or folder"):
        Definitions.open(FhirVersion.R4, [tmp_path / "nowhere"], cache=Cache(None))


def test_a_version_in_a_canonical_picks_that_version(tmp_path: Path) -> None:
    one = profile("p", "Patient", element("Patient.name", min=1)) | {"version": "1.0.0"}
    two = profile("p", "Patient", element("Patient.name", min=2)) | {"version": "2.1.0"}
    definitions = opened(tmp_path, one, two)

    def least(canonical: str) -> int | None:
        found = definitions.structure(canonical)
        return found and next(each["min"] for each in found["snapshot"]["element"] if each["path"] == "Patient.name")

    assert least(f"{OWN}p|2.1.0") == 2
    assert least(f"{OWN}p|2.1") == 2
    assert least(f"{OWN}p|1.0.0") == 1
    assert least(f"{OWN}p|3.0.0") is None


def test_the_cache_is_used_and_follows_the_source(tmp_path: Path) -> None:
    cache, folder = Cache(tmp_path / "cache"), tmp_path / "source"
    folder.mkdir()
    file = folder / "p.json"
    file.write_text(json.dumps(profile("p", "Patient", element("Patient.name", min=1))))
    first = Definitions.open(FhirVersion.R4, [folder], cache=cache)
    made = first.structure(OWN + "p")
    kept = sorted(each for each in (tmp_path / "cache").rglob("*") if each.is_file())

    again = Definitions.open(FhirVersion.R4, [folder], cache=cache)
    assert again.structure(OWN + "p") == made
    assert sorted(each for each in (tmp_path / "cache").rglob("*") if each.is_file()) == kept

    file.write_text(json.dumps(profile("p", "Patient", element("Patient.name", min=15))))
    changed = Definitions.open(FhirVersion.R4, [folder], cache=cache)
    assert changed.digest != first.digest
    assert changed.structure(OWN + "p") != made


def test_a_damaged_cache_is_made_anew(tmp_path: Path) -> None:
    cache, folder = Cache(tmp_path / "cache"), tmp_path / "source"
    folder.mkdir()
    (folder / "p.json").write_text(json.dumps(profile("p", "Patient")))
    Definitions.open(FhirVersion.R4, [folder], cache=cache).structure(OWN + "p")
    for each in (tmp_path / "cache").rglob("*"):
        if each.is_file():
            each.write_bytes(b"damaged")

    assert Definitions.open(FhirVersion.R4, [folder], cache=cache).structure(OWN + "p") is not None


def test_what_older_releases_left_in_the_cache_goes(tmp_path: Path) -> None:
    for name, age in (("old", 90), ("recent", 3)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "item").write_text("x")
        os.utime(tmp_path / name, (time.time() - age * 86400,) * 2)

    cache = Cache(tmp_path).of("new")
    assert cache.put("kind", "name", b"x") is not None
    assert sorted(each.name for each in tmp_path.iterdir()) == ["new", "recent"]
    assert Cache(None).of("new").put("kind", "name", b"x") is None


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    assert Definitions.open(FhirVersion.R4, cache=Cache(tmp_path / "file" / "cache")).type("Patient") is not None


def _fill(folder: str) -> str:
    definitions = Definitions.open(FhirVersion.R4, cache=Cache(Path(folder)))
    return json.dumps(definitions.structure("http://hl7.org/fhir/StructureDefinition/bp"), default=str)


def test_processes_fill_one_cache_side_by_side(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        results = pool.map(_fill, [str(tmp_path)] * 6)

    assert len(set(results)) == 1
    assert not list(tmp_path.rglob(".new-*"))


@pytest.mark.parametrize("name", ["/etc/x.json", "package/../../x.json", "..\\x.json"])
def test_a_member_that_points_outside_is_refused(name: str) -> None:
    with pytest.raises(DefinitionError, match="points outside the package"):
        list(archive.packed("bad.tgz", tgz({name: b"{}"})))


def test_links_in_a_package_are_not_followed() -> None:
    assert list(archive.packed("links.tgz", tgz({"package/x.json": b""}, kind=tarfile.SYMTYPE))) == []


def test_a_bomb_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_TOTAL", 10_000)
    with pytest.raises(DefinitionError, match="larger than a package may be"):
        list(archive.packed("bomb.tgz", tgz({f"package/{each}.json": b" " * 6000 for each in "ab"})))


@pytest.mark.parametrize(
    "data", [b"", b"no archive", tgz({"package/x.json": b"{}"})[:-20]], ids=["empty", "no archive", "cut off"]
)
def test_a_broken_archive_is_told(data: bytes) -> None:
    with pytest.raises(DefinitionError, match=r"broken\.tgz: not a readable"):
        list(archive.packed("broken.tgz", data))


@pytest.mark.parametrize(
    ("wanted", "chosen"),
    [
        ("4.0.1", "4.0.1"),
        ("4.0.x", "4.0.10"),
        ("4.0", "4.0.10"),
        ("latest", "5.0.0"),
        ("6.0.0-beta.2", "6.0.0-beta.2"),
        ("6.0.x", None),
        ("4.1.x", None),
    ],
)
def test_versions_are_chosen_as_packages_ask(wanted: str, chosen: str | None) -> None:
    assert best(wanted, ["4.0.1", "4.0.10", "4.0.9", "5.0.0", "6.0.0-beta.2", "6.0.0-beta.10"]) == chosen


def test_a_prerelease_stands_in_when_there_is_nothing_else() -> None:
    assert best("latest", ["0.9.0-beta.2", "0.9.0-beta.10"]) == "0.9.0-beta.10"
    assert not matches("latest", "1.0.0-beta")


@pytest.mark.parametrize("text", ["", "../x#1", "x", "a.b#../../c", "a.b#1/2", "http://x.y/z#1"])
def test_what_is_no_package_name_is_not_taken_for_one(text: str) -> None:
    assert split_reference(text) is None


def test_dependencies_are_followed_by_version(tmp_path: Path) -> None:
    package(tmp_path, "test.base", "1.0.0", profile("old", "Patient"))
    package(tmp_path, "test.base", "1.2.0", profile("new", "Patient"))
    package(tmp_path, "test.own", "1.0.0", dependencies={"test.base": "1.x", "hl7.fhir.r4.core": "4.0.1"})

    found = resolve(["test.own#1.0.0"], FhirVersion.R4, tmp_path)
    assert [each.name for each in found.paths] == ["test.own#1.0.0", "test.base#1.2.0"]
    assert found.problems == []


def test_a_dependency_that_is_not_there_is_told_with_what_to_do(tmp_path: Path) -> None:
    package(tmp_path, "test.own", "1.0.0", dependencies={"test.base": "1.0.0"})

    found = resolve(["test.own"], FhirVersion.R4, tmp_path)
    assert "conformance packages install test.base#1.0.0" in str(found.problems[0])


def test_packages_that_depend_on_each_other_end(tmp_path: Path) -> None:
    package(tmp_path, "test.a", "1.0.0", dependencies={"test.b": "1.0.0"})
    package(tmp_path, "test.b", "1.0.0", dependencies={"test.a": "1.0.0"})

    assert len(resolve(["test.a"], FhirVersion.R4, tmp_path).paths) == 2


def test_a_package_that_is_not_installed_is_told_with_the_versions_that_are(tmp_path: Path) -> None:
    package(tmp_path, "test.own", "1.0.0")

    with pytest.raises(DefinitionError, match=r"installed versions: 1\.0\.0"):
        resolve(["test.own#2.0.0"], FhirVersion.R4, tmp_path)


def test_definitions_open_from_the_package_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FHIR_PACKAGE_CACHE", str(tmp_path))
    package(tmp_path, "test.own", "1.0.0", profile("p", "Patient", element("Patient.name", min=1)))

    assert cache_folder() == tmp_path
    definitions = Definitions.open(FhirVersion.R4, ["test.own#1.0.0"], cache=Cache(None))
    assert definitions.structure(OWN + "p") is not None


def test_search_parameters_are_found_by_code(tmp_path: Path) -> None:
    own = {"resourceType": "SearchParameter", "url": "u", "code": "shoe", "base": ["Patient"], "type": "token"}
    definitions = opened(tmp_path, own)

    birth = definitions.search_parameter("Patient", "birthdate")
    assert birth is not None
    assert birth["type"] == "date"
    assert definitions.search_parameter("Patient", "shoe") is not None
    assert definitions.search_parameter("Observation", "shoe") is None


@pytest.mark.parametrize("version", [FhirVersion.R4B, FhirVersion.R5])
def test_a_version_without_digest_starts_empty(version: FhirVersion) -> None:
    assert Definitions.open(version, cache=Cache(None)).type("Patient") is None


def test_versions_are_recognised() -> None:
    assert FhirVersion.of("3.0.2") is FhirVersion.STU3
    assert FhirVersion.of("4.0") is FhirVersion.R4
    assert FhirVersion.of("4.3.0") is FhirVersion.R4B
    assert FhirVersion.of("2.0") is None
