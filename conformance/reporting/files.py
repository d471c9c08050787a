"""Writing a file so that a reader never sees half of it."""

from __future__ import annotations

import os
from pathlib import Path
from tempfile import NamedTemporaryFile


def write_atomically(path: Path, data: bytes) -> None:
    """Writes to a temporary name beside `path`, then renames; nothing stays behind when writing fails.

    Raises OSError (a full disk, no permission) as it came: the caller knows which run it was.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as temporary:
        name = Path(temporary.name)
        try:
            temporary.write(data)
            temporary.flush()
            os.fchmod(temporary.fileno(), 0o644)
        except BaseException:
            name.unlink(missing_ok=True)
            raise
    name.replace(path)
