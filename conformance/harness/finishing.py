"""Finishing a run that could not end by itself: killed, out of disk, or without its report."""

from __future__ import annotations

from pathlib import Path

from conformance.agreements.catalogue import load_catalogue
from conformance.harness.closing import leave
from conformance.harness.concluding import Result, closed
from conformance.harness.digests import suite_digest
from conformance.harness.opened import Opened, RefusedError, not_a_run, open_as, read_run
from conformance.harness.rejudging import case_of
from conformance.harness.stopping import stop_text
from conformance.model.run import Run
from conformance.model.words import RunState, Text
from conformance.recordings.files import StoreError
from conformance.recordings.store import RunFolder
from conformance.reporting.aside import aside
from conformance.reporting.exits import Exit
from conformance.reporting.material import Material
from conformance.reporting.write import Written


class UnfinishedError(Exception):
    """The folder cannot hold the report; `text` says why and what to do."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.nl, text.en)
        self.text = text


def finish(path: Path) -> tuple[Material, Written, Exit]:
    """Judge what a run recorded, close it as aborted when it never ended, and make its reports.

    Raises DocumentError when there is no such run, when it still goes on, or when another suite played it; RefusedError
    when the folder contradicts itself; UnfinishedError when it cannot be written.
    """
    run = read_run(path)
    folder = RunFolder(path)
    try:
        folder.unlinked()
    except StoreError as error:
        raise RefusedError(error.text) from error
    try:
        folder.claim()
    except StoreError as error:
        raise not_a_run(path, error.text, _WAIT) from error
    try:
        result = _judged(folder, run)
        material, written = _left(folder, result)
    finally:
        folder.tidy()
    return material, written, result.concluded


def _judged(folder: RunFolder, run: Run) -> Result:
    catalogue = load_catalogue()
    if catalogue.digest != run.digests.agreements or run.digests.suite != suite_digest():
        raise not_a_run(folder.path, _OTHER, _SAME)
    try:
        case = case_of(_ended(folder, run), catalogue)
        with aside(case.findings) as findings:
            return case.examined().result(findings())
    except StoreError as error:
        raise RefusedError(error.text) from error


def _left(folder: RunFolder, result: Result) -> tuple[Material, Written]:
    try:
        return leave(folder, result)
    except (StoreError, OSError) as error:
        raise UnfinishedError(stop_text(error)) from error


def _ended(folder: RunFolder, run: Run) -> Opened:
    """The run as it stands, closed as aborted when nothing closed it; what no recording came to use is removed."""
    folder.sweep()
    if run.state is not RunState.PLAYING:
        return open_as(folder, run)
    return open_as(folder, closed(folder, run, aborted=True))


_WAIT = Text("Wacht tot de run klaar is.", "Wait until the run has ended.")
_OTHER = Text(
    "een run van een andere bouw of onder andere afspraken", "a run of another build or under other agreements"
)
_SAME = Text("Gebruik de suite die de run speelde.", "Use the suite that played the run.")
