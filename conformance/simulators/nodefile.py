"""Writes the node file of the reference node, the way a vendor would describe a product."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import yaml

from conformance.agreements.catalogue import load_catalogue
from conformance.agreements.problems import DocumentError
from conformance.model.agreements import Json
from conformance.simulators.token import CAPABILITIES
from conformance.synthesis.patients import patients
from conformance.synthesis.pki import NODE_URA, TestPki

CLIENT_ID = "twiin-conformance-suite"
EXPIRED_TOKEN = "expired-token.txt"
ACTORS = ("bgz-source", "image-gateway", "image-viewer")
CLAIMS = (
    "bgz-source",
    "bgz-json",
    "bgz-xml",
    "token-scopes",
    "expired-token",
    "provenance",
    "dicomweb-search",
    "dicomweb-retrieve",
    "dicomweb-metadata",
    "dicomweb-rendered",
    "dicomweb-frames",
    "dicomweb-client",
)


def write_node_file(
    folder: Path, *, address: str, release: str, pki: TestPki, expired_token: str, asked: Iterable[str]
) -> Path:
    """Write `node.yaml` into a folder, whole or not at all; paths in it are relative to it. `asked`: the requirements
    on which the node gives its word."""
    (folder / EXPIRED_TOKEN).write_text(expired_token, encoding="ascii")
    _write(folder / "attestations.yaml", {"attestations": _attestations(asked)})
    return _write(folder / "node.yaml", _content(folder, address, release, pki))


def _write(path: Path, content: Mapping[str, Json]) -> Path:
    text = "# Of the embedded reference node; written anew at each start.\n"
    text += yaml.dump(content, Dumper=yaml.CSafeDumper, sort_keys=False, allow_unicode=True)
    temporary = path.with_suffix(".tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
    return path


def asked() -> tuple[str, ...]:
    """The requirements of the shipped agreements on which a node's word is asked for."""
    try:
        return load_catalogue().asked
    except DocumentError:
        return ()  # who runs the suite is told what is wrong with the agreements; the node can do without them


def _attestations(asked: Iterable[str]) -> dict[str, Json]:
    """The node's word on each of these requirements: fictitious, like the node."""
    word = {
        "fulfilled": True,
        "by": "embedded reference node",
        "on": datetime.now(UTC).date().isoformat(),
        "evidence": "fictitious, for demonstration",
    }
    return {requirement: dict(word) for requirement in asked}


def _content(folder: Path, address: str, release: str, pki: TestPki) -> dict[str, Json]:
    def relative(path: Path) -> str:
        return Path(os.path.relpath(path, folder)).as_posix()

    clients = {
        role: {"certificate": relative(leaf.certificate), "key": relative(leaf.key)}
        for role, leaf in pki.clients.items()
    }
    return {
        "node": {
            "vendor": "Twiin conformance suite",
            "product": "Embedded reference node",
            "version": "1",
            "participant": "Ziekenhuis De Proefberg (fictitious)",
            "ura": NODE_URA,
            "application": "BgZ and images",
        },
        "actors": list(ACTORS),
        "release": release,
        "claims": {**dict.fromkeys(CLAIMS, "yes"), "mitz": "no"},
        "endpoints": {
            "fhir": {"url": f"{address}/fhir"},
            "oauth": {"url": f"{address}/oauth/token"},
            "dicomweb": {"url": f"{address}/dicomweb"},
        },
        "trust": {
            "roots": relative(pki.root),
            "clients": clients,
            "signing": {"key": relative(pki.signing.key), "id": pki.signing.id},
            "expired_token": EXPIRED_TOKEN,
        },
        "patients": {role: {} for role, patient in patients().items() if patient.known},
        "counterparts": {"dicomweb": {"listen": "127.0.0.1:0"}},
        "driver": {"url": f"{address}/driver", "timeout_s": 10},
        "attestations": "attestations.yaml",
        "politeness": {"concurrency": 4, "rate_per_s": 1000, "pause_s": 0},
        "settings": {"client_id": CLIENT_ID, "narrow_scope": CAPABILITIES},
    }
