"""A run folder that somebody hands us, opened strictly: nothing in it counts before it is shown to be one whole."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from conformance.agreements.canonical import canonical
from conformance.agreements.problems import DocumentError, Problem
from conformance.harness import snapshots
from conformance.harness.inputs import input_digests
from conformance.model.run import Attestation, Expectation, Run
from conformance.model.words import RunState, Text
from conformance.recordings.files import StoreError
from conformance.recordings.manifest import (
    AGREEMENTS,
    ATTESTATIONS,
    EVIDENCE,
    EXPECTATIONS,
    NODE,
    PLAY,
    ROOT,
    ROOTS,
    RUN,
    root_of,
)
from conformance.recordings.store import RunFolder

Content = TypeVar("Content")


class RefusedError(Exception):
    """A run folder is not as a run leaves it; each sentence names the file and the reason."""

    def __init__(self, *reasons: Text) -> None:
        super().__init__("; ".join(reason.en for reason in reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A run folder whose files are whole and fit each other. `agreements` is the digest of each document by path."""

    folder: RunFolder
    run: Run
    root: str
    roots: bytes
    attestations: tuple[Attestation, ...]
    expectations: tuple[Expectation, ...] | None
    agreements: dict[str, str]


def open_run(path: Path, root: str = "") -> Opened:
    """Open the folder of a finished run; `root`, when given, has to be its root.

    Raises DocumentError when it is no run folder of this format, or of a run that never ended; RefusedError when it is
    not as its run left it.
    """
    run = read_run(path)
    if run.state is RunState.PLAYING:
        raise not_a_run(path, _NEVER_ENDED, _FINISH)
    if os.path.lexists(path / PLAY):
        raise RefusedError(_LEFT_OVER)
    return open_as(RunFolder(path), run, root)


def open_as(folder: RunFolder, run: Run, root: str = "") -> Opened:
    """Open a folder as that of this run; raises RefusedError as `open_run` does."""
    try:
        return _opened(folder, run, root)
    except StoreError as error:
        raise RefusedError(error.text) from error


def read_run(path: Path) -> Run:
    """`run.json` of a folder. Raises DocumentError when there is none of this format, RefusedError when damaged."""
    if not os.path.lexists(path / RUN):
        raise not_a_run(path, Text(f"'{RUN}' ontbreekt", f"'{RUN}' is missing"), _WHICH)
    try:
        data = RunFolder(path).read(RUN)
    except StoreError as error:
        raise RefusedError(error.text) from error
    form = snapshots.format_of(data)
    if form not in (0, snapshots.FORMAT):
        raise _other_format(path, form)
    try:
        return snapshots.run_of(data)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RefusedError(_unreadable(RUN, error)) from error


def _opened(folder: RunFolder, run: Run, root: str) -> Opened:
    names = folder.listed()
    given = {name: folder.read(name) for name in (NODE, ATTESTATIONS, EXPECTATIONS, ROOTS, AGREEMENTS) if name in names}
    problems = [*_digests(given, run)]
    folder.recordings()
    evidence = {name for name in names if name.partition("/")[0] in EVIDENCE[:2]}
    problems += [_foreign(name) for name in sorted(evidence - folder.reached.keys())]
    found = root_of(folder.manifest())
    if problems:
        raise RefusedError(*problems)
    opened = Opened(
        folder=folder,
        run=run,
        root=found,
        roots=given.get(ROOTS, b""),
        attestations=_read(ATTESTATIONS, given, snapshots.attestations_of),
        expectations=_read(EXPECTATIONS, given, snapshots.expectations_of) if EXPECTATIONS in given else None,
        agreements=_read(AGREEMENTS, given, _digests_of),
    )
    _read(NODE, given, snapshots.node_in_form)
    if ROOTS in given:
        _read(ROOTS, given, snapshots.roots_in_form)
    problems = [*_roots(folder, names, found, root)]
    if problems:
        raise RefusedError(*problems)
    return opened


def _digests(given: dict[str, bytes], run: Run) -> Iterator[Text]:
    """The inputs that are not those that `run.json` names."""
    named = input_digests(given)
    files = {"node": NODE, "attestations": ATTESTATIONS, "expectations": EXPECTATIONS, "roots": ROOTS}
    for name, file in {**files, "agreements": AGREEMENTS}.items():
        if named[name] != getattr(run.digests, name):
            yield Text(
                f"{file}: niet het bestand waarmee de run begon; {RUN} noemt een andere vingerafdruk.",
                f"{file}: not the file with which the run began; {RUN} names another digest.",
            )


def _roots(folder: RunFolder, names: tuple[str, ...], found: str, wanted: str) -> Iterator[Text]:
    """The root as the folder's own root.txt says it, and as the reader knows it from elsewhere."""
    if ROOT in names and folder.read(ROOT) != f"{found}\n".encode():
        yield Text(
            f"{ROOT}: noemt een andere wortel dan de bestanden hebben ({found}); er is na de run iets veranderd.",
            f"{ROOT}: names another root than the files have ({found}); something was changed after the run.",
        )
    if wanted and wanted.strip() != found:
        yield Text(
            f"de wortel van deze map is {found}, niet {wanted.strip()}: dit is niet de run die u bedoelt.",
            f"the root of this folder is {found}, not {wanted.strip()}: this is not the run you mean.",
        )


def _read(name: str, given: dict[str, bytes], reader: Callable[[bytes], Content]) -> Content:
    try:
        return reader(given[name])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise RefusedError(_unreadable(name, error)) from error


def _digests_of(data: bytes) -> dict[str, str]:
    found = json.loads(data)
    if canonical(found) != data:
        raise snapshots.OtherFormError("not in the one form in which a run writes it")
    return dict(found)


def _unreadable(name: str, error: Exception) -> Text:
    said = f"{type(error).__name__}: {error}"
    return Text(f"{name}: niet zoals een run het schrijft ({said}).", f"{name}: not as a run writes it ({said}).")


def _foreign(name: str) -> Text:
    return Text(
        f"{name}: geen opname verwijst ernaar; het hoort niet bij deze run.",
        f"{name}: no recording leads to it; it does not belong to this run.",
    )


_WHICH = Text("Geef de map waarin run.json staat.", "Give the folder that holds run.json.")
_FINISH = Text("'conformance report MAP' rondt de run af.", "'conformance report FOLDER' finishes the run.")
_LEFT_OVER = Text(
    f"{PLAY}: is over van een run die werd afgebroken; 'conformance report MAP' rondt hem af.",
    f"{PLAY}: is left of a run that was cut off; 'conformance report FOLDER' finishes it.",
)
_NEVER_ENDED = Text("een run die nooit is afgerond", "a run that never ended")


def _other_format(path: Path, form: int) -> DocumentError:
    found = Text(f"een run-map van vorm {form}", f"a run folder of format {form}")
    newer = Text("Gebruik de nieuwere suite die deze map maakte.", "Use the newer suite that made this folder.")
    again = Text("Speel de run opnieuw met deze suite.", "Play the run again with this suite.")
    return not_a_run(path, found, newer if form > snapshots.FORMAT else again)


def not_a_run(path: Path, found: Text, step: Text) -> DocumentError:
    """The message that a folder is not what the command needs."""
    expected = Text(
        f"een hele run-map van 'conformance run', vorm {snapshots.FORMAT}",
        f"a whole run folder of 'conformance run', format {snapshots.FORMAT}",
    )
    return DocumentError([Problem(place=None, field=str(path), expected=expected, found=found, step=step)])
