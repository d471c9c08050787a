"""Finishing a run that could not end by itself: killed, out of disk, or without its report."""

from __future__ import annotations

from pathlib import Path

from conformance.agreements.catalogue import load_catalogue
from conformance.harness.closing import leave
from conformance.harness.opened import Opened, RefusedError, not_a_run, open_as, read_run
from conformance.harness.rejudging import case_of
from conformance.harness.running import closed
from conformance.model.run import Run
from conformance.model.words import RunState, Text
from conformance.recordings.files import StoreError
from conformance.recordings.store import RunFolder
from conformance.reporting.exits import Exit
from conformance.reporting.material import Material
from conformance.reporting.write import Written


def finish(path: Path) -> tuple[Material, Written, Exit]:
    """Judge what a run recorded, close it as aborted when it never ended, and make its reports.

    Raises DocumentError when there is no such run, when it still goes on, or when it was played under agreements that
    are not this suite's; RefusedError when the folder contradicts itself.
    """
    run = read_run(path)
    folder = RunFolder(path)
    try:
        folder.shared().claim()
    except StoreError as error:
        raise not_a_run(path, error.text, _WAIT) from error
    try:
        material, written, code = _finished(folder, run)
    except StoreError as error:
        raise RefusedError(error.text) from error
    except OSError as error:
        said = error.strerror or str(error)
        raise RefusedError(Text(f"{path}: {said}.", f"{path}: {said}.")) from error
    folder.tidy()
    return material, written, code


def _finished(folder: RunFolder, run: Run) -> tuple[Material, Written, Exit]:
    catalogue = load_catalogue()
    if catalogue.digest != run.digests.agreements:
        raise not_a_run(folder.path, _OTHER, _SAME)
    case = case_of(_ended(folder, run), catalogue)
    result = case.result()
    material, written = leave(folder, result)
    return material, written, result.exit


def _ended(folder: RunFolder, run: Run) -> Opened:
    """The run as it stands, closed as aborted when nothing closed it; what no recording came to use is removed."""
    folder.sweep()
    if run.state is not RunState.PLAYING:
        return open_as(folder, run)
    folder.sweep_evidence()
    return open_as(folder, closed(folder, run, aborted=True))


_WAIT = Text("Wacht tot de run klaar is.", "Wait until the run has ended.")
_OTHER = Text("een run onder andere afspraken", "a run under other agreements")
_SAME = Text("Gebruik de suite die de run speelde.", "Use the suite that played the run.")
