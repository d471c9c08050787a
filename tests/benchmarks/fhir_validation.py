"""Speed of full profile validation against peers, on the same resources in one run, in CPU time of one core.

    python tests/benchmarks/fhir_validation.py [--mixed 10000] [--cold]

Resources: the BgZ fixtures of Nictiz (STU3) that claim zib and nl-core profiles, found in `$TWIIN_SHARED_DATA`. This
validator runs structure, bindings, slicing, references and invariants of base and profiles; `fhir.resources` only
parses into its model.
Peers that are not installed are named and left out. Figures are the best of several rounds after warm-up.
"""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import json
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
LARGEST = 30_000
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
        except (ValueError, KeyError):
            continue
        kept.append(item)
    return kept


def cold_start(folder: Path) -> float:
    """Seconds until the first result of a new process, with a warm definition cache; the best of three."""
    patient = folder / "patient.json"
    patient.write_bytes(to_json({"resourceType": "Patient", "id": "a", "active": True, "name": [{"family": "Jansen"}]}))
    start = "from conformance.cli import main; main()"
    command = [sys.executable, "-c", start, "validate", str(patient)]
    # an installed package has its compiled modules: so has this process, from the second start on
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPYCACHEPREFIX"] = str(folder)
    times = []
    for _ in range(4):
        begin = time.perf_counter()
        subprocess.run(command, capture_output=True, check=False, env=environment)
        times.append(time.perf_counter() - begin)
    return min(times[1:])


def instances(definitions: Definitions) -> list[dict[str, Any]]:
    """R4 resources of HL7's public validator cases: JSON, below 30 kB, no definitions."""
    found = []
    for path in sorted((shared_data() / "fhir-validator-cases").glob("*.json")):
        root = parse(path.read_bytes(), types=definitions.model).root if path.stat().st_size < LARGEST else {}
        if definitions.model.is_resource(str(root.get("resourceType"))) and "url" not in root:
            found.append(root)
    return found


def prepared(root: dict[str, Any], known: dict[int, tuple[str, Any]] = {}) -> tuple[str, Any]:  # noqa: B006
    """A resource as text and as plain JSON objects, made once: peers do not take decimals as they are."""
    if id(root) not in known:
        text = to_json(root).decode()
        known[id(root)] = (text, json.loads(text))
    return known[id(root)]


def r4_peers() -> dict[str, Callable[[Any], object]]:
    """Peers for R4 that are installed."""
    peers: dict[str, Callable[[Any], object]] = {"fhir.resources (R4B), parse into the model": model_parser("R4B")}
    if importlib.util.find_spec("fhirkit") is not None:
        fhirkit = importlib.import_module("fhirkit")
        peers["fhirkit-rs, structure only"] = lambda root: fhirkit.validate(prepared(root)[0])
    if importlib.util.find_spec("pyfhircheck") is not None:
        check = importlib.import_module("pyfhircheck").Validator().validate_resource
        peers["pyfhircheck, without core definitions"] = lambda root: check(prepared(root)[1])
    return peers


def compare(title: str, validator: Validator, peers: dict[str, Callable[[Any], object]], roots: list[Any]) -> None:
    """Print the rates of all on the resources that every peer takes."""
    for peer in peers.values():
        roots = accepted(peer, roots)
    size = sum(len(to_json(each)) for each in roots) / len(roots)
    print(f"{title}: {len(roots)} resources, {size / 1000:.1f} kB of JSON on average")
    works = {**peers, "conformance, full validation with profiles": validator.validate}
    for name, figure in zip(works, rates(list(works.values()), roots), strict=True):
        print(f"  {name:45} {figure:8.0f} resources/s")


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
    zibs = Validator(Definitions.open(FhirVersion.STU3, sources))
    roots = [document.root for document in fixtures(zibs.engine.definitions)]
    compare("STU3, zib profiles", zibs, {"fhir.resources, parse into the model": model_parser("STU3")}, roots)
    base = Validator(Definitions.open(FhirVersion.R4))
    compare("R4, base definitions", base, r4_peers(), instances(base.engine.definitions))
    if arguments.mixed:
        for number in range(arguments.mixed):
            zibs.validate(roots[number % len(roots)])
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"peak memory after {arguments.mixed} resources more: {peak:.0f} MiB")
    if arguments.cold:
        with tempfile.TemporaryDirectory() as folder:
            print(f"first result of a cold process: {cold_start(Path(folder)):.2f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
