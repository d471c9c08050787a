"""The digest of the suite itself: every file that can change a verdict."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

import conformance

NOT_OURS = frozenset({"_agreements", "__pycache__"})
"""The agreements have a digest of their own; what Python compiled is made anew on every machine."""


@cache
def suite_digest() -> str:
    """SHA-256 over the package's own files, by path and content; the same for a wheel and a checkout."""
    root = Path(conformance.__file__).resolve().parent
    total = hashlib.sha256()
    for path in sorted(root.rglob("*")):
        relative = path.relative_to(root)
        if path.is_file() and NOT_OURS.isdisjoint(relative.parts) and not path.name.startswith("."):
            total.update(relative.as_posix().encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return f"sha256:{total.hexdigest()}"
