"""What a run folder keeps of a run and its inputs, so that anyone can make the same plan again without the node.

Each document has one form; reading refuses every other one, so that nobody can hide a second meaning in it.
"""

from __future__ import annotations

import json
import re
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TypeVar

from conformance.agreements.canonical import canonical
from conformance.agreements.drawing import SEED
from conformance.agreements.strict import read
from conformance.model.agreements import Json
from conformance.model.plan import Selection
from conformance.model.run import Attestation, Digests, Expectation, Known, Run
from conformance.model.words import Conclusion, RunState, Verdict
from conformance.recordings.typed import count, digest, moment, well_typed

FORMAT = 2
"""Of the run folder. Format 1 named no inputs by digest and had no root."""

UNNEEDED = ("driver", "attestations", "counterparts", "politeness")
"""Parts of a node file that change neither plan nor judgement; a driver's command is nobody's business."""

Value = TypeVar("Value")
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CERTIFICATE = re.compile(
    rb"-----BEGIN (TRUSTED |X509 |)CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END \1CERTIFICATE-----"
)


class OtherFormError(ValueError):
    """A document that this suite did not write so."""


def node_bytes(node_file: Path) -> bytes:
    """The node file as canonical JSON (which is YAML too), without paths, commands and what a plan does not need; an
    answer sheet that it names stands in it."""
    said = dict(read(node_file).value)
    if isinstance(said.get("sheet"), str):
        said["sheet"] = read(node_file.parent / said["sheet"]).value
    return canonical(_needed(said)) + b"\n"


def node_in_form(data: bytes) -> None:
    """Raises ValueError, TypeError or AttributeError when `node.json` is not what `node_bytes` makes of itself."""
    if canonical(_needed(json.loads(data))) + b"\n" != data:
        raise OtherFormError("not in the one form in which a run writes it")


def roots_in_form(data: bytes) -> None:
    """Raises OtherFormError when `roots.pem` holds anything but certificates."""
    if root_certificates(data) != data:
        raise OtherFormError("not in the one form in which a run writes it")


def _needed(node: Mapping[str, Json]) -> dict[str, Json]:
    raw = {key: value for key, value in node.items() if key not in UNNEEDED}
    trust = raw.get("trust", {})
    raw["trust"] = {
        part: _names_only(value) for part, value in trust.items() if part in ("roots", "clients", "signing")
    }
    return raw


def _names_only(value: Json) -> Json:
    if isinstance(value, Mapping):
        return {key: _names_only(item) for key, item in value.items() if key != "password_env"}
    return Path(str(value)).name


def root_certificates(pem: bytes) -> bytes:
    """The certificates of a PEM file, in one form, and nothing else that may stand in it, such as a key.

    Raises ValueError for what is no Base64.
    """
    return b"".join(_armoured(b64decode(b"".join(held.split()))) for _, held in _CERTIFICATE.findall(pem))


def _armoured(data: bytes) -> bytes:
    """A certificate in PEM. OpenSSL's TRUSTED form has more behind the certificate, whose length its DER says."""
    if data[1:2] and data[1] > _LONG_FORM:
        length = data[1] - _LONG_FORM
        data = data[: 2 + length + int.from_bytes(data[2 : 2 + length], "big")]
    lines = b"\n".join(_lines(b64encode(data)))
    return b"-----BEGIN CERTIFICATE-----\n" + lines + b"\n-----END CERTIFICATE-----\n"


def _lines(encoded: bytes) -> list[bytes]:
    return [encoded[at : at + 64] for at in range(0, len(encoded), 64)]


_LONG_FORM = 0x80


def run_bytes(run: Run) -> bytes:
    """`run.json`: canonical JSON."""
    return canonical({"format": FORMAT, **json.loads(json.dumps(asdict(run)))}) + b"\n"


def run_of(data: bytes) -> Run:
    """A run back from `run.json`. Raises ValueError, KeyError or TypeError on other content."""
    raw = dict(json.loads(data))
    del raw["format"]
    selected = raw["selected"]
    narrowed = raw["selection"]
    selection = Selection(
        profiles=tuple(narrowed["profiles"]),
        scenarios=tuple(narrowed["scenarios"]),
        requirements=tuple(narrowed["requirements"]),
        keyword=narrowed["keyword"],
    )
    run = Run(
        **{
            **raw,
            "selection": selection,
            "state": RunState(raw["state"]),
            "digests": Digests(**raw["digests"]),
            "command": tuple(raw["command"]),
            "selected": None if selected is None else tuple(selected),
        }
    )
    _plausible(run)
    return _as_written(run, run_bytes(run), data)


def _plausible(run: Run) -> None:
    well_typed(run)
    if SEED.fullmatch(run.seed) is None:
        raise OtherFormError("'seed' is none")
    if _ID.fullmatch(run.id) is None:
        raise OtherFormError("'id' is none")
    for name in ("started", "finished"):
        moment(getattr(run, name), name)
    for name, value in asdict(run.digests).items():
        digest(value, f"digests.{name}", optional=name in ("expectations", "roots", "evidence"))
    for name, number in run.redactions.items():
        count(number, f"redactions.{name}")
    if run.selected is not None and list(run.selected) != sorted(set(run.selected)):
        raise OtherFormError("'selected' is not sorted, or names one twice")


def format_of(data: bytes) -> int:
    """The format that a `run.json` names: 1 where it names none, 0 where it is no run at all."""
    try:
        raw = json.loads(data)
    except (ValueError, RecursionError):
        return 0
    if not isinstance(raw, dict) or "digests" not in raw:
        return 0
    found = raw.get("format", 1)
    return found if isinstance(found, int) and not isinstance(found, bool) else 0


def attestation_bytes(attestations: Iterable[Attestation]) -> bytes:
    """`attestations.json`: what the vendor declared, as it counted in this run."""
    return canonical([{**asdict(each), "on": each.on.isoformat()} for each in attestations]) + b"\n"


def attestations_of(data: bytes) -> tuple[Attestation, ...]:
    """Attestations back from `attestations.json`. Raises as `run_of` does."""
    found = tuple(Attestation(**{**raw, "on": date.fromisoformat(raw["on"])}) for raw in json.loads(data))
    for word in found:
        well_typed(word)
    return _as_written(found, attestation_bytes(found), data)


def expectation_bytes(expectations: Iterable[Expectation]) -> bytes:
    """`expectations.json`: the known-failure list that the run was compared with."""
    return canonical([{**asdict(each), "about": each.about.value} for each in expectations]) + b"\n"


def expectations_of(data: bytes) -> tuple[Expectation, ...]:
    """Expectations back from `expectations.json`. Raises as `run_of` does."""
    found = tuple(Expectation(**{**raw, "about": Known(raw["about"])}) for raw in json.loads(data))
    for line in found:
        well_typed(line)
        _ = Conclusion(line.expected) if line.about is Known.CONCLUSION else Verdict(line.expected)
    return _as_written(found, expectation_bytes(found), data)


def _as_written(value: Value, written: bytes, data: bytes) -> Value:
    if written != data:
        raise OtherFormError("not in the one form in which a run writes it")
    return value
