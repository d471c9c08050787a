"""Where the agreements are: inside the installed package, or beside it in a checkout."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from conformance.agreements.problems import DocumentError, Problem, same
from conformance.model.words import Text

PACKAGE = Path(__file__).resolve().parent.parent
FOLDERS = ("profiles", "scenarios")


def agreements_root(override: Path | None = None, *, package: Path = PACKAGE) -> Path:
    """The folder that holds `profiles/` and `scenarios/`: the user's own, the wheel's, or the checkout's."""
    candidates = (override,) if override else (package / "_agreements", package.parent)
    for candidate in candidates:
        if all((candidate / folder).is_dir() for folder in FOLDERS):
            return candidate
    raise DocumentError([_missing(override or package)])


def _missing(where: Path) -> Problem:
    return Problem(
        None,
        "--agreements",
        Text("een map met profiles/ en scenarios/", "a folder with profiles/ and scenarios/"),
        same(str(where)),
        Text("Wijs een andere map aan of installeer de suite opnieuw.", "Name another folder or reinstall the suite."),
    )


def _home() -> Path:
    """The user's home. One without (a number in a container) gets a place in which nothing can be found or kept."""
    try:
        return Path.home()
    except RuntimeError:
        return Path(os.devnull)


def cache_folder() -> Path:
    """The user's cache folder of the suite, following the platform's custom; it need not exist yet."""
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or _home() / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = _home() / "Library" / "Caches"
    else:
        base = Path(os.environ.get("XDG_CACHE_HOME") or _home() / ".cache")
    return base / "twiin-conformance"
