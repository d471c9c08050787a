"""FHIR packages on this machine: the shared `~/.fhir/packages` folder and the versions that packages ask of each other.

The folder's layout is the FHIR package cache specification's: `<name>#<version>/package/*.json`. Version wildcards
as in FHIR NPM packages: `4.0.x`, `4.0`, `latest`; `current` and `dev` name builds and match only themselves.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from conformance.validation.fhir.definitions import archive
from conformance.validation.fhir.definitions.problem import DefinitionError, DefinitionProblem
from conformance.validation.fhir.definitions.version import FhirVersion

MAX_PACKAGES = 200
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*", re.IGNORECASE)
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+_-]*")


@dataclass(frozen=True, slots=True)
class PackageManifest:
    """What a package's package.json says."""

    name: str
    version: str
    fhir_versions: tuple[str, ...]
    dependencies: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, text: bytes, where: str) -> PackageManifest:
        """Parse a package.json. Raises DefinitionError naming the file."""
        try:
            content: Any = json.loads(text)
            versions = content.get("fhirVersions") or content.get("fhir-version-list") or []
            dependencies = content.get("dependencies") or {}
            return cls(
                str(content.get("name", "")),
                str(content.get("version", "")),
                tuple(map(str, versions)),
                tuple((str(name), str(version)) for name, version in dependencies.items()),
            )
        except (ValueError, AttributeError, TypeError, RecursionError) as error:
            raise DefinitionError(f"{where}: not a package.json of a FHIR package ({error})") from error


def split_reference(text: str) -> tuple[str, str] | None:
    """(name, version) of `name#version` or `name@version`, `latest` by default; None for what is no package name."""
    name, _, version = text.replace("@", "#").partition("#")
    if not _NAME.fullmatch(name) or "." not in name or (version and not _VERSION.fullmatch(version)):
        return None
    return name, version or "latest"


def cache_folder() -> Path:
    """The ecosystem's shared package folder; FHIR_PACKAGE_CACHE names another. It need not exist: that of a user
    without a home never does."""
    if named := os.environ.get("FHIR_PACKAGE_CACHE"):
        return Path(named)
    try:
        return Path.home() / ".fhir" / "packages"
    except RuntimeError:
        return Path(os.devnull, ".fhir", "packages")


def matches(wanted: str, version: str) -> bool:
    """Whether a version satisfies what was asked: the same, `latest`, or a wildcard of its leading numbers."""
    if wanted in {"latest", "*", "x", ""}:
        return not _is_prerelease(version)
    if wanted == version:
        return True
    stem = re.sub(r"(\.[xX*])+$", "", wanted)
    wild = stem != wanted or re.fullmatch(r"\d+(\.\d+)?", wanted)
    return bool(wild) and version.startswith(stem + ".") and not _is_prerelease(version)


def best(wanted: str, versions: list[str]) -> str | None:
    """The highest version that satisfies what was asked; `latest` takes a pre-release when nothing else is there."""
    fitting = [version for version in versions if matches(wanted, version)]
    if not fitting and wanted in {"latest", "*", ""}:
        fitting = versions
    return max(fitting, key=version_key, default=None)


def version_key(version: str) -> tuple[tuple[int, ...], bool, tuple[tuple[int, int | str], ...]]:
    """Orders versions as semantic versioning does: numbers first, then releases above pre-releases."""
    release, _, label = version.partition("-")
    numbers = tuple(int(part) if part.isdigit() else 0 for part in release.split("."))
    labels = tuple((0, int(part)) if part.isdigit() else (1, part) for part in label.split(".") if part)
    return numbers, not label, labels


def _is_prerelease(version: str) -> bool:
    return "-" in version or version in {"current", "dev"}


def installed(folder: Path | None = None) -> dict[str, list[str]]:
    """Versions by package name in the package folder."""
    folder = folder or cache_folder()
    found: dict[str, list[str]] = {}
    if folder.is_dir():
        for path in sorted(folder.iterdir()):
            name, mark, version = path.name.partition("#")
            if mark and (path / "package").is_dir():
                found.setdefault(name, []).append(version)
    return found


def manifest(path: Path) -> PackageManifest | None:
    """The manifest of a package given as .tgz or folder; None when there is none (a folder of loose definitions)."""
    if path.is_dir():
        for candidate in (path / "package.json", path / "package" / "package.json"):
            if candidate.is_file():
                return PackageManifest.read(candidate.read_bytes(), str(candidate))
        return None
    if archive.is_package_file(path):
        for name, data in archive.members(path):
            if name in {"package/package.json", "package.json"}:
                return PackageManifest.read(data, f"{path.name}/{name}")
    return None


@dataclass(slots=True)
class Resolution:
    """The sources to load, dependencies behind what asked for them, and what could not be found."""

    paths: list[Path]
    problems: list[DefinitionProblem]


def resolve(sources: list[Path | str], version: FhirVersion, folder: Path | None = None) -> Resolution:
    """Turn paths and `name#version` into paths, and add the dependencies that the package folder holds.

    A core package of the version itself is never reported as missing: its digest ships with the suite.
    Raises DefinitionError for a source that does not exist.
    """
    available = installed(folder)
    result = Resolution([], [])
    seen: set[str] = set()
    queue = [_located(source, available, folder) for source in sources]
    while queue and len(result.paths) < MAX_PACKAGES:
        path = queue.pop(0)
        found = manifest(path)
        key = f"{found.name}" if found and found.name and _is_cached(path, folder) else str(path)
        if key in seen:
            continue
        seen.add(key)
        result.paths.append(path)
        queue += _dependencies(found, available, version, folder, result.problems)
    return result


def _is_cached(path: Path, folder: Path | None) -> bool:
    return path.parent == (folder or cache_folder())


def _dependencies(
    found: PackageManifest | None,
    available: dict[str, list[str]],
    version: FhirVersion,
    folder: Path | None,
    problems: list[DefinitionProblem],
) -> list[Path]:
    paths: list[Path] = []
    for name, wanted in found.dependencies if found else ():
        chosen = best(wanted, available.get(name, []))
        if chosen:
            paths.append((folder or cache_folder()) / f"{name}#{chosen}")
        elif name != version.core_package and found:
            problems.append(
                DefinitionProblem(
                    f"{found.name}#{found.version}",
                    "",
                    f"depends on {name}#{wanted}, which is not installed; "
                    f"run: conformance packages install {name}#{wanted}",
                )
            )
    return paths


def _located(source: Path | str, available: dict[str, list[str]], folder: Path | None) -> Path:
    path = Path(source)
    if isinstance(source, Path) or path.exists():
        if not path.exists():
            raise DefinitionError(
                f"{path}: no such file or folder; give a .tgz package, a folder, or a .json or .xml definition"
            )
        return path
    parts = split_reference(source)
    if parts is None:
        raise DefinitionError(
            f"{source}: no such file or folder, and not a package name; write it as nictiz.fhir.nl.r4#0.12.0"
        )
    name, wanted = parts
    chosen = best(wanted, available.get(name, []))
    if chosen is None:
        others = ", ".join(available.get(name, [])) or "none"
        raise DefinitionError(
            f"{source}: not in {folder or cache_folder()} (installed versions: {others}); "
            f"run: conformance packages install {source}"
        )
    return (folder or cache_folder()) / f"{name}#{chosen}"
