"""Speed of full profile validation against peers, on the same resources in one run, in CPU time of one core.

    python tests/benchmarks/fhir_validation.py [--peers] [--cold]

Resources: the BgZ fixtures of Nictiz (STU3) that claim zib and nl-core profiles, found in `$TWIIN_SHARED_DATA`. This
validator runs structure, bindings, slicing, references and invariants of base and profiles; `fhir.resources` only
parses into its model.
Peers that are not installed are named and left out. Figures are the best of several rounds after warm-up.
"""

from __future__ import annotations

import argparse
import importlib
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from conformance.codecs.fhir import Document, parse, to_json
from conformance.validation.fhir.definitions import Definitions, FhirVersion
from conformance.validation.fhir.validator import Validator

ROUNDS = 9
NOT_INSTANCES = {"TestScript", "StructureDefinition"}


def shared_data() -> Path:
    """Where the public test data is."""
    return Path(os.environ.get("TWIIN_SHARED_DATA", Path(__file__).resolve().parents[2].parent / "shared" / "data"))


def fixtures(definitions: Definitions) -> list[Document]:
    """The fixtures that parse as resources, with their placeholders filled in."""
    documents = []
    for path in sorted((shared_data() / "testscripts").rglob("*.xml")):
        data = (
            path.read_bytes()
            .replace(b"${DATE, T, D, -44}", b"2024-05-01")
            .replace(b"${DATE, T, D, +183}", b"2024-12-01")
        )
        document = parse(data, types=definitions.model)
        if document.root and document.root.get("resourceType") not in NOT_INSTANCES:
            documents.append(document)
    return documents


def rates(works: list[Callable[[Any], object]], items: list[Any]) -> list[float]:
    """Items a second of CPU for each work: rounds alternate, so that a busy machine slows all alike; best counts."""
    best = [float("inf")] * len(works)
    for _ in range(ROUNDS):
        for number, work in enumerate(works):
            start = time.process_time()
            for item in items:
                work(item)
            best[number] = min(best[number], time.process_time() - start)
    return [len(items) / each for each in best]


def model_parser(version: str) -> Callable[[Any], object]:
    """fhir.resources' parse of a resource in the internal form into its model."""
    modules = importlib.import_module(f"fhir.resources.{version}" if version else "fhir.resources")
    get = modules.get_fhir_model_class

    def parse_one(root: dict[str, Any]) -> object:
        return get(root["resourceType"]).model_validate(root)

    return parse_one


def accepted(work: Callable[[Any], object], items: list[Any]) -> list[Any]:
    """The items a peer does not refuse: refusing early would look fast."""
    kept = []
    for item in items:
        try:
            work(item)
        except ValueError:
            continue
        kept.append(item)
    return kept


def cold_start(folder: Path) -> float:
    """Seconds until the first result of a new process, with a warm definition cache; the best of three."""
    patient = folder / "patient.json"
    patient.write_bytes(to_json({"resourceType": "Patient", "id": "a", "active": True, "name": [{"family": "Jansen"}]}))
    command = [sys.executable, "-m", "conformance.cli.validate", str(patient), "--fhir", "4.0"]
    times = []
    for _ in range(4):
        start = time.perf_counter()
        subprocess.run(command, capture_output=True, check=False)
        times.append(time.perf_counter() - start)
    return min(times[1:])


def main() -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cold", action="store_true", help="also measure a cold process")
    parser.add_argument("--mixed", type=int, default=0, help="validate this many resources and print the peak memory")
    arguments = parser.parse_args()
    data = shared_data()
    if not data.exists():
        print(f"skipped: {data} is not there")
        return 0
    sources: list[Path | str] = [data / "nictiz-stu3-zib2017", data / "fhir-packages" / "hl7.fhir.r3.core-3.0.1.tgz"]
    definitions = Definitions.open(FhirVersion.STU3, sources)
    roots = [document.root for document in fixtures(definitions)]
    validator = Validator(definitions)
    peer = model_parser("STU3")
    both = accepted(peer, roots)
    size = sum(len(to_json(each)) for each in both) / len(both)
    print(f"{len(both)} of {len(roots)} fixtures, {size / 1000:.1f} kB of JSON on average")
    parsing, validating = rates([peer, validator.validate], both)
    print(f"fhir.resources, parse into the model:      {parsing:8.0f} resources/s")
    print(f"conformance, full validation with profiles: {validating:7.0f} resources/s")
    if arguments.mixed:
        for number in range(arguments.mixed):
            validator.validate(roots[number % len(roots)])
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak memory after {arguments.mixed} resources: {peak:.0f} MiB")
    if arguments.cold:
        with tempfile.TemporaryDirectory() as folder:
            print(f"first result of a cold process: {cold_start(Path(folder)):.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
