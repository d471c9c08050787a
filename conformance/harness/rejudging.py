"""A run judged again from its folder alone: same recordings, same suite, same bytes; and reports made again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from pathlib import Path

from markupsafe import Markup

from conformance.agreements.catalogue import Catalogue, load_catalogue
from conformance.agreements.problems import DocumentError
from conformance.harness.builds import accepted
from conformance.harness.closing import material_of
from conformance.harness.coherence import of_itself, of_plan, told
from conformance.harness.concluding import Result, findings_of, result_of, span
from conformance.harness.digests import suite_digest
from conformance.harness.inputs import kept_plan
from conformance.harness.opened import Opened, RefusedError, open_run
from conformance.model.finding import Finding
from conformance.model.plan import Plan
from conformance.model.run import Decision
from conformance.model.words import Text
from conformance.recordings.files import StoreError
from conformance.recordings.manifest import ALLURE, FINDINGS, REPORTS, ROOT
from conformance.reporting.aside import aside
from conformance.reporting.canonical import findings_bytes
from conformance.reporting.exits import Exit
from conformance.reporting.html import exchanges_html
from conformance.reporting.material import Played
from conformance.reporting.write import forms


class Standing(StrEnum):
    """How the findings compare with those the run left."""

    SAME = "same"
    NOT_COMPARED = "not-compared"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejudged:
    """What the recordings come to. `notes` are told to whoever judges."""

    findings_bytes: bytes
    decisions: tuple[Decision, ...]
    standing: Standing
    notes: tuple[Text, ...]
    root: str
    exit: Exit


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One folder before one set of agreements."""

    opened: Opened
    catalogue: Catalogue
    plan: Plan
    own: bool
    """Whether agreements and release are the run's own, so that everything the run says of itself must hold."""
    doubts: tuple[Text, ...] = ()
    """Where the run of another build does not hang together as this one sees it; of this very build it is refused."""

    @property
    def same_build(self) -> bool:
        """Whether this very suite played the run."""
        return self.opened.run.digests.suite == suite_digest()

    @property
    def compared(self) -> bool:
        """Whether what the run left must be what this suite makes of it."""
        return self.own and self.same_build

    def examined(self) -> Case:
        """The case with its doubts. Raises RefusedError when this build played the run and it does not hang together:
        only the same build can say that a run is not as it left it."""
        doubts = tuple(of_itself(self.opened))
        if self.own and not doubts:
            doubts = tuple(of_plan(self.opened, self.plan, self.catalogue))
        if doubts and self.same_build:
            raise RefusedError(*doubts)
        return replace(self, doubts=doubts)

    def played(self) -> Played:
        """What was said in the run."""
        folder = self.opened.folder
        return Played(plan=self.plan, run=self.opened.run, recordings=folder.recordings(), evidence=folder.evidence())

    def findings(self) -> tuple[Finding, ...]:
        """What the recordings come to, judged."""
        return findings_of(self.opened.folder, self.opened.run, self.plan)

    def result(self, findings: tuple[Finding, ...]) -> Result:
        """What the run comes to. Whether the agreements are released ones is said by who judges, and the day by the
        recordings: the run's own word counts for neither."""
        run = replace(self.opened.run, released=self.catalogue.released, started=self._began())
        attested, expected = self.opened.attestations, self.opened.expectations
        return result_of(self.opened.folder, run, self.plan, self.catalogue, attested, expected, findings)

    def _began(self) -> str:
        """When the first thing was said; where nothing was, or no time is told, the run's own word."""
        exchanges = [one for recording in self.opened.folder.recordings() for one in recording.exchanges]
        try:
            said = span(exchanges)
        except (ValueError, TypeError, OverflowError):
            said = None
        return said[0] if said else self.opened.run.started


def rejudge(folder: Path, *, agreements: Path | None = None, release: str | None = None, root: str = "") -> Rejudged:
    """Judge the recordings of a run folder again.

    Raises DocumentError when this is no run folder or the agreements cannot be used, and RefusedError when the folder
    is not as its run left it: changed, contradicting itself, or with another root than `root`.
    """
    try:
        with aside(partial(load_catalogue, agreements)) as catalogue:
            opened = open_run(folder, root)
            case = case_of(opened, catalogue(), release)
        with aside(case.findings) as findings:  # as much work as what is done meanwhile
            case = case.examined()
            exchanges = exchanges_html(case.played()) if case.compared and _reported(opened) else None
            result = case.result(findings())
        return _rejudged(case, result, exchanges, root)
    except StoreError as error:
        raise RefusedError(error.text) from error


def case_of(opened: Opened, catalogue: Catalogue, release: str | None = None) -> Case:
    """A run and its plan, not examined yet. Raises DocumentError when it cannot be planned, RefusedError when it cannot
    have been played."""
    run = opened.run
    own = catalogue.digest == run.digests.agreements and (release or run.release) == run.release
    try:
        plan = kept_plan(opened.folder, catalogue, run, release)
    except DocumentError as error:
        if own and run.digests.suite == suite_digest():  # with the run's own agreements this cannot have been played
            raise RefusedError(*(problem.text for problem in error.problems)) from error
        raise
    return Case(opened=opened, catalogue=catalogue, plan=plan, own=own)


def _rejudged(case: Case, result: Result, exchanges: Markup | None, root: str) -> Rejudged:
    opened = case.opened
    data = findings_bytes(result.findings)
    left = opened.folder.read(FINDINGS)
    if case.compared:
        refused = (*_differing(left, data), *_reports(opened, result, exchanges))
        if refused:
            raise RefusedError(*refused)
    standing, notes = _standing(case, left, data)
    return Rejudged(
        findings_bytes=data,
        decisions=result.decisions,
        standing=standing,
        notes=(*notes, *told(opened), _whose(root)),
        root=opened.root,
        exit=result.concluded if standing is Standing.SAME else Exit.UNDECIDED,
    )


def _standing(case: Case, left: bytes, data: bytes) -> tuple[Standing, tuple[Text, ...]]:
    run, differences = case.opened.run, tuple(_differing(left, data))
    if not case.own:
        return Standing.NOT_COMPARED, (*_other_agreements(case), *case.doubts, *differences)
    if case.same_build:
        return Standing.SAME, ()
    build = f"{run.suite} ({run.digests.suite})"
    if differences or case.doubts:
        text = Text(f"Een andere bouw van de suite, {build}, vond iets anders:", f"Another build, {build}, found else:")
        return Standing.NOT_COMPARED, (text, *case.doubts, *differences)
    if accepted(run.suite, run.digests.suite):
        text = Text(f"De aanvaarde bouw {build} vond hetzelfde.", f"The accepted build {build} found the same.")
        return Standing.SAME, (text,)
    text = Text(
        f"De bouw van de suite die de run speelde, {build}, is deze suite niet bekend; zij vond hetzelfde.",
        f"The build that played the run, {build}, is not known to this suite; it found the same.",
    )
    return Standing.NOT_COMPARED, (text,)


def _other_agreements(case: Case) -> Iterator[Text]:
    """In what the agreements differ from those of the run."""
    mine, run = dict(case.catalogue.library.digests), case.opened.run
    theirs = case.opened.agreements
    if case.catalogue.digest == run.digests.agreements:
        yield Text(f"Een andere release dan die van de run ({run.release}).", f"Not the run's release ({run.release}).")
        return
    names = sorted(name for name in {*mine, *theirs} if mine.get(name) != theirs.get(name))
    listed = ", ".join(names[:10]) + (f" (+{len(names) - 10})" if len(names) > 10 else "")
    yield Text(f"Andere afspraken dan die van de run: {listed}.", f"Other agreements than the run's: {listed}.")


def _differing(left: bytes, data: bytes) -> Iterator[Text]:
    """Which findings are not those that the run left."""
    if left == data:
        return
    before, now = _by_id(left), _by_id(data)
    names = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
    listed = ", ".join(names[:5]) + (f" (+{len(names) - 5})" if len(names) > 5 else "")
    yield Text(
        f"{FINDINGS}: de opnamen leiden tot andere bevindingen: {listed or 'andere schrijfwijze'}.",
        f"{FINDINGS}: the recordings lead to other findings: {listed or 'written otherwise'}.",
    )


def _by_id(data: bytes) -> Mapping[str, object]:
    try:
        return {str(finding["id"]): finding for finding in json.loads(data)}
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}


def _reported(opened: Opened) -> set[str]:
    """The forms of the report that are there, if any."""
    there = {name for name in opened.folder.listed() if name in (*REPORTS, ROOT) or name.startswith(f"{ALLURE}/")}
    return there if there - {ROOT} else set()


def _reports(opened: Opened, result: Result, exchanges: Markup | None) -> Iterator[Text]:
    """Reports that are not what the folder says; a folder may come without any."""
    there = _reported(opened)
    if not there:
        return
    made = forms(material_of(opened.folder, result), exchanges)
    for name in sorted({*made, *there}):
        if name not in there:
            yield Text(
                f"{name}: ontbreekt; 'conformance report MAP' maakt de rapporten opnieuw.",
                f"{name}: missing; 'conformance report FOLDER' makes the reports again.",
            )
        elif name not in made or opened.folder.read(name) != made[name]:
            yield Text(f"{name}: zegt niet wat de bevindingen zeggen.", f"{name}: does not say what the findings say.")


def _whose(root: str) -> Text:
    if root:
        return Text("De map heeft de opgegeven wortel.", "The folder has the root that was given.")
    return Text(
        "De map hangt samen; van wie hij is, blijkt hier niet (geef --root).",
        "The folder hangs together; whose it is, is not shown (give --root).",
    )
