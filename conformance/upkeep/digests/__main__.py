"""Build the digests of the base definitions that ship with the suite, from npm packages (run by hand).

`python -m conformance.upkeep.digests FOLDER` reads `hl7.fhir.r4.examples-4.0.1.tgz` and `fhir-4.0.0.tgz` from
FOLDER (get them with `npm pack hl7.fhir.r4.examples@4.0.1 fhir@4.0.0`) and writes the two digests beside the code
that reads them.
"""

from __future__ import annotations

import sys
import tarfile
from pathlib import Path
from typing import Any

from conformance.upkeep.digests import stu3
from conformance.upkeep.digests.slim import KINDS, loaded, packed, slimmed
from conformance.validation.fhir import definitions
from conformance.validation.fhir.definitions.cache import write_atomically

Json = dict[str, Any]
_OUT = Path(definitions.__file__).parent / "data"


def main(folder: Path) -> None:
    """Write r4.jsonl.xz and stu3.jsonl.xz."""
    _OUT.mkdir(exist_ok=True)
    r4 = _r4(folder / "hl7.fhir.r4.examples-4.0.1.tgz")
    write_atomically(_OUT / "r4.jsonl.xz", packed(slimmed(each) for each in r4))
    with tarfile.open(folder / "fhir-4.0.0.tgz") as archive:
        older = stu3.build(_members(archive, ("package/schemas/stu3/", "package/profiles/r4/")), r4)
    write_atomically(_OUT / "stu3.jsonl.xz", packed(slimmed(each) for each in older))


def _r4(path: Path) -> list[Json]:
    """The conformance resources; examples carry `example` or narrative names and are recognised by their canonical."""
    names = tuple(f"package/{kind}-" for kind in KINDS)
    with tarfile.open(path) as archive:
        found = [loaded(text) for text in _members(archive, names).values()]
    own = ("http://hl7.org/fhir/", "http://terminology.hl7.org/")
    return [each for each in found if str(each.get("url", "")).startswith(own) and "/example" not in each["url"]]


def _members(archive: tarfile.TarFile, prefixes: tuple[str, ...]) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for member in archive:
        stream = archive.extractfile(member) if member.isfile() and member.name.startswith(prefixes) else None
        if stream is not None:
            found[member.name.removeprefix("package/")] = stream.read()
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
