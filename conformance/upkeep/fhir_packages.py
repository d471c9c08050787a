"""FHIR packages into the shared package folder: from a file, or from a registry that speaks the npm protocol.

`GET <registry>/<name>` lists the versions, `GET <registry>/<name>/<version>` gives the .tgz (FHIR NPM package
specification). A package is unpacked beside its place and then renamed, so that a half-written package is never
seen.
"""

from __future__ import annotations

import base64
import hashlib
import json
import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests

from conformance.validation.fhir.definitions.archive import packed
from conformance.validation.fhir.definitions.packages import (
    PackageManifest,
    best,
    cache_folder,
    installed,
    split_reference,
)
from conformance.validation.fhir.definitions.problem import DefinitionError

if TYPE_CHECKING:
    from collections.abc import Callable

DEFAULT_REGISTRY = "https://packages.fhir.org"
MAX_PACKAGE = 512 * 2**20
MAX_INSTALLS = 100
TIMEOUT = (10, 60)
SHIPPED = frozenset({"hl7.fhir.r3.core", "hl7.fhir.r4.core"})
"""Core packages whose digest ships with the suite; they are installed when asked for by name, not as a dependency."""


@dataclass(frozen=True, slots=True)
class Installed:
    """A package in the package folder; `new` is false when it was there already."""

    reference: str
    path: Path
    new: bool


def unpack(data: bytes, label: str, folder: Path | None = None) -> Installed:
    """Put a packed package in its place. Raises DefinitionError when it is no package or a hostile one."""
    folder = folder or cache_folder()
    content = dict(packed(label, data))
    manifest = PackageManifest.read(content.get("package/package.json", b"null"), f"{label}/package/package.json")
    reference = f"{manifest.name}#{manifest.version}"
    if split_reference(reference) is None or not manifest.version:
        raise DefinitionError(f"{label}: its package.json names {reference!r}, which is no package name and version")
    target = folder / reference
    if (target / "package").is_dir():
        return Installed(reference, target, new=False)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(dir=folder, prefix=".new-"))
    except OSError as error:
        raise DefinitionError(
            f"{folder}: cannot be written ({error.strerror}); FHIR_PACKAGE_CACHE names another"
        ) from error
    try:
        _write(beside, content)
        beside.chmod(0o755)
        beside.rename(target)
    except OSError as error:
        if not (target / "package").is_dir():  # another process may have put the same package there meanwhile
            raise DefinitionError(f"{target}: cannot be written ({error.strerror})") from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return Installed(reference, target, new=True)


def _write(folder: Path, content: dict[str, bytes]) -> None:
    for name, data in content.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def add(path: Path, folder: Path | None = None) -> Installed:
    """Install a package from a .tgz file."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DefinitionError(f"{path}: cannot be read ({error.strerror}); give a FHIR package as .tgz") from error
    return unpack(data, path.name, folder)


@dataclass(slots=True)
class Registry:
    """A package registry. Every answer is bounded in size and time, and checked against the sum in the listing."""

    url: str = DEFAULT_REGISTRY
    session: requests.Session = field(default_factory=requests.Session)

    def __post_init__(self) -> None:
        """Refuse what is no address before anything is asked of it."""
        if urlsplit(self.url).scheme not in {"http", "https"}:
            raise DefinitionError(f"--registry {self.url}: not an address; write it as {DEFAULT_REGISTRY}")

    def install(
        self, reference: str, folder: Path | None = None, *, told: Callable[[str], None] = lambda _: None
    ) -> list[Installed]:
        """Install `name#version` (`latest` by default; wildcards as `4.0.x`) and what it depends on.

        `told` gets a line for each package. Raises DefinitionError with the registry's answer when one cannot be had.
        """
        results: list[Installed] = []
        seen: set[str] = set()
        queue = [reference]
        while queue and len(results) < MAX_INSTALLS:
            wanted = queue.pop(0)
            if wanted in seen:
                continue
            seen.add(wanted)
            result = self._one(wanted, folder)
            results.append(result)
            told(f"{result.reference}: {'installed' if result.new else 'was there'}")
            queue += self._dependencies(result, told)
        return results

    def _one(self, reference: str, folder: Path | None) -> Installed:
        parts = split_reference(reference)
        if parts is None:
            raise DefinitionError(
                f"{reference}: not a package name; write name#version, as in nictiz.fhir.nl.r4#0.12.0"
            )
        name, wanted = parts
        if wanted in installed(folder).get(name, []):
            return Installed(f"{name}#{wanted}", (folder or cache_folder()) / f"{name}#{wanted}", new=False)
        versions = self._versions(name)
        chosen = best(wanted, list(versions))
        if chosen is None:
            listed = ", ".join(list(versions)[-10:]) or "none"
            raise DefinitionError(f"{reference}: {self.url} has no such version; it has: {listed}")
        data = self._get(self._location(name, chosen, versions[chosen]))
        _verify(data, versions[chosen], f"{name}#{chosen}")
        found = unpack(data, f"{name}-{chosen}.tgz", folder)
        if found.reference != f"{name}#{chosen}":
            raise DefinitionError(f"{reference}: {self.url} gave {found.reference} instead; do not use this registry")
        return found

    def _dependencies(self, result: Installed, told: Callable[[str], None]) -> list[str]:
        manifest = PackageManifest.read((result.path / "package" / "package.json").read_bytes(), result.reference)
        references: list[str] = []
        for name, version in manifest.dependencies:
            if name in SHIPPED:
                told(f"{name}#{version}: its digest ships with the suite; install it by name to have all of it")
            else:
                references.append(f"{name}#{version}")
        return references

    def _versions(self, name: str) -> dict[str, dict[str, Any]]:
        answer = self._get(f"{self.url.rstrip('/')}/{name}")
        try:
            listed = json.loads(answer)["versions"]
            return {str(version): each.get("dist") or {} for version, each in listed.items()}
        except (ValueError, KeyError, AttributeError, TypeError) as error:
            raise DefinitionError(f"{name}: the answer of {self.url} is no package listing") from error

    def _location(self, name: str, version: str, dist: dict[str, Any]) -> str:
        tarball = str(dist.get("tarball", ""))
        same_host = urlsplit(tarball)[:2] == urlsplit(self.url)[:2]
        return tarball if same_host else f"{self.url.rstrip('/')}/{name}/{version}"

    def _get(self, url: str) -> bytes:
        try:
            with self.session.get(url, stream=True, timeout=TIMEOUT) as response:
                if response.status_code != requests.codes.ok:
                    raise DefinitionError(f"{url}: the registry answered {response.status_code} {response.reason}")
                data = bytearray()
                for chunk in response.iter_content(2**16):
                    data += chunk
                    if len(data) > MAX_PACKAGE:
                        raise DefinitionError(f"{url}: larger than {MAX_PACKAGE >> 20} MiB; not a package")
        except requests.RequestException as error:
            raise DefinitionError(
                f"{url}: the registry cannot be reached ({type(error).__name__}); a .tgz at hand goes in with: "
                f"conformance packages add FILE"
            ) from error
        return bytes(data)


def _verify(data: bytes, dist: dict[str, Any], reference: str) -> None:
    """Check what the listing says of the bytes: Subresource Integrity (sha512) or the older SHA-1 sum."""
    integrity, sum_ = str(dist.get("integrity", "")), str(dist.get("shasum", ""))
    if integrity.startswith("sha512-"):
        matches = base64.b64encode(hashlib.sha512(data).digest()).decode() == integrity.removeprefix("sha512-")
    elif sum_:
        matches = hashlib.sha1(data, usedforsecurity=False).hexdigest() == sum_.lower()
    else:
        return
    if not matches:
        raise DefinitionError(f"{reference}: the bytes are not those the registry's listing announces; try again later")
