"""How a run says what stopped it."""

from __future__ import annotations

import traceback
from pathlib import Path

from conformance.model.words import Text
from conformance.recordings.files import StoreError
from conformance.recordings.identities import StrangerAlarm

_TOLD = 3
"""So many places of a traceback are told, the innermost first."""


def bug_text(bug: Exception) -> Text:
    """What went wrong in the suite, with the place in its code, so that it can be reported."""
    # Its own words are left out: they may repeat what a node said, and nothing of that was redacted yet.
    places = traceback.extract_tb(bug.__traceback__)[-_TOLD:]
    where = ", ".join(f"{Path(place.filename).name}:{place.lineno}" for place in reversed(places))
    what = f"{type(bug).__name__} ({where})"
    return Text(
        f"fout in de suite, niet in het knooppunt: {what}. De run is gestopt; meld dit bij de makers van de suite.",
        f"error in the suite, not in the node: {what}. The run was stopped; please report this to the suite's makers.",
    )


def stop_text(error: Exception) -> Text:
    """What stopped the run, as it was said; an operating system's word gets a next step."""
    if isinstance(error, StoreError | StrangerAlarm):
        return error.text
    said = str(error)
    if not isinstance(error, OSError):
        return Text(said, said)
    return Text(
        f"{said}. Wat al was vastgelegd, is bewaard. Maak plaats, of noem een andere map met --out.",
        f"{said}. What was recorded is kept. Make room, or name another folder with --out.",
    )
