"""Sealing: writing down with which agreements this version of the suite is released."""

from __future__ import annotations

import json
import os
from pathlib import Path

from conformance.agreements.catalogue import RELEASED, Catalogue


def seal(catalogue: Catalogue, target: Path = RELEASED) -> None:
    """Record the digest of these agreements as the released one; replaces the file in one move."""
    content = json.dumps({"agreements": catalogue.digest, "data": catalogue.data_digest}, indent=2) + "\n"
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    temporary.write_text(content, encoding="utf-8")
    temporary.replace(target)
