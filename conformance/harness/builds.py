"""Other builds of the suite whose findings are accepted beside those of this one."""

from __future__ import annotations

import json
from pathlib import Path

ACCEPTED = Path(__file__).resolve().parent / "builds.json"
"""`{version: digest}` of the builds that were released before this one; a release adds the one before it."""


def accepted(version: str, digest: str) -> bool:
    """Whether a build of this version and digest was released."""
    builds = json.loads(ACCEPTED.read_text(encoding="utf-8"))
    return version in builds and bool(builds[version] == digest)
