"""Reading FHIR packages and folders of definitions without trusting them.

A package is a gzipped tar with a `package/` folder (FHIR NPM package specification). Nothing is ever extracted to
disk here: members are read into memory, bounded in number, in size each and in total, so that neither a path
leading outside nor a bomb does harm.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from conformance.validation.fhir.definitions.problem import DefinitionError

if TYPE_CHECKING:
    import tarfile
    from collections.abc import Iterator
    from pathlib import Path

MAX_MEMBERS = 60_000
MAX_MEMBER = 64 * 2**20
MAX_TOTAL = 1024 * 2**20
MAX_DEPTH = 8
_SUFFIXES = (".json", ".xml")


def is_package_file(path: Path) -> bool:
    """Whether the name is that of a packed package."""
    return path.name.endswith((".tgz", ".tar.gz"))


def members(path: Path) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of the JSON and XML files of a package: a .tgz, a folder, or a single file.

    Names are relative, with forward slashes. Raises DefinitionError, naming the file, when a limit is passed or the
    source cannot be read.
    """
    if path.is_dir():
        yield from _folder(path)
    elif is_package_file(path):
        yield from packed(path.name, path.read_bytes())
    elif path.is_file():
        yield path.name, _small(path, path.name)
    else:
        raise DefinitionError(
            f"{path}: no such file or folder; give a .tgz package, a folder, or a .json or .xml definition"
        )


def packed(label: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """(name, bytes) of the JSON and XML members of a gzipped tar."""
    import tarfile  # a warm start unpacks nothing
    import zlib

    total = count = 0
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as archive:
            for member in archive:
                count += 1
                total += member.size
                _within(label, member, count, total)
                if member.isfile() and member.name.endswith(_SUFFIXES):
                    stream = archive.extractfile(member)
                    yield member.name, stream.read() if stream else b""
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise DefinitionError(f"{label}: not a readable .tgz package ({error}); fetch it again") from error


def _within(label: str, member: tarfile.TarInfo, count: int, total: int) -> None:
    parts = member.name.split("/")
    if member.name.startswith("/") or ".." in parts or "\\" in member.name:
        raise DefinitionError(f"{label}: member {member.name!r} points outside the package; do not use this package")
    if member.size > MAX_MEMBER or total > MAX_TOTAL or count > MAX_MEMBERS:
        raise DefinitionError(
            f"{label}: larger than a package may be ({MAX_MEMBER >> 20} MiB a file, {MAX_TOTAL >> 20} MiB, "
            f"{MAX_MEMBERS} files) at {member.name!r}"
        )


def _folder(folder: Path) -> Iterator[tuple[str, bytes]]:
    for name, path in files(folder):
        yield name, _small(path, name)


def files(folder: Path) -> list[tuple[str, Path]]:
    """The definition files of a folder, sorted by name, dot files and links to folders left out."""
    found: list[tuple[str, Path]] = []
    _walk(folder, "", 0, found)
    return sorted(found)


def _walk(folder: Path, prefix: str, depth: int, found: list[tuple[str, Path]]) -> None:
    if depth > MAX_DEPTH:
        raise DefinitionError(f"{folder}: folders deeper than {MAX_DEPTH}; give the folder that holds the definitions")
    for path in folder.iterdir():
        if path.name.startswith("."):
            continue
        if path.is_dir() and not path.is_symlink():
            _walk(path, f"{prefix}{path.name}/", depth + 1, found)
        elif path.name.endswith(_SUFFIXES):
            found.append((prefix + path.name, path))
    if len(found) > MAX_MEMBERS:
        raise DefinitionError(f"{folder}: more than {MAX_MEMBERS} files; give the folder that holds the definitions")


def _small(path: Path, name: str) -> bytes:
    try:
        if path.stat().st_size > MAX_MEMBER:
            raise DefinitionError(f"{name}: larger than {MAX_MEMBER >> 20} MiB; this is no definition")
        return path.read_bytes()
    except OSError as error:
        raise DefinitionError(f"{path}: cannot be read ({error.strerror})") from error
