"""What a run folder keeps of its inputs, so that anyone can make the same plan again without the node."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path

from conformance.agreements.canonical import canonical
from conformance.agreements.strict import read
from conformance.model.agreements import Json
from conformance.model.plan import Selection
from conformance.model.run import Attestation, Digests, Run
from conformance.model.words import RunState

UNNEEDED = ("driver", "attestations", "counterparts", "politeness")
"""Parts of a node file that change neither plan nor judgement; a driver's command is nobody's business."""


def node_bytes(node_file: Path) -> bytes:
    """The node file as canonical JSON (which is YAML too), without paths, commands and what a plan does not need."""
    raw: dict[str, Json] = {key: value for key, value in read(node_file).value.items() if key not in UNNEEDED}
    trust = raw.get("trust", {})
    raw["trust"] = {
        part: _names_only(value) for part, value in trust.items() if part in ("roots", "clients", "signing")
    }
    return canonical(raw) + b"\n"


def _names_only(value: Json) -> Json:
    if isinstance(value, Mapping):
        return {key: _names_only(item) for key, item in value.items() if key != "password_env"}
    return Path(str(value)).name


def run_bytes(run: Run) -> bytes:
    """`run.json`: canonical JSON."""
    return canonical(json.loads(json.dumps(asdict(run)))) + b"\n"


def run_of(data: bytes) -> Run:
    """A run back from `run.json`. Raises ValueError, KeyError or TypeError on other content."""
    raw = json.loads(data)
    selected = raw["selected"]
    narrowed = raw["selection"]
    selection = Selection(
        profiles=tuple(narrowed["profiles"]),
        scenarios=tuple(narrowed["scenarios"]),
        requirements=tuple(narrowed["requirements"]),
        keyword=narrowed["keyword"],
    )
    return Run(
        **{
            **raw,
            "selection": selection,
            "state": RunState(raw["state"]),
            "digests": Digests(**raw["digests"]),
            "command": tuple(raw["command"]),
            "selected": None if selected is None else tuple(selected),
        }
    )


def attestation_bytes(attestations: Iterable[Attestation]) -> bytes:
    """`attestations.json`: what the vendor declared, as it counted in this run."""
    return canonical([{**asdict(each), "on": each.on.isoformat()} for each in attestations]) + b"\n"


def attestations_of(data: bytes) -> tuple[Attestation, ...]:
    """Attestations back from `attestations.json`."""
    return tuple(Attestation(**{**raw, "on": date.fromisoformat(raw["on"])}) for raw in json.loads(data))
