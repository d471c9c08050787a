"""The validator: a resource or document in, findings out. Pure: no network, no files of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from conformance.codecs.fhir import Document, Media
from conformance.validation.fhir.base.structure import check_resource
from conformance.validation.fhir.codes import Code, Severity
from conformance.validation.fhir.engine import Engine
from conformance.validation.fhir.findings import Finding
from conformance.validation.fhir.location import fhirpath, json_path
from conformance.validation.fhir.messages import sentence
from conformance.validation.fhir.options import Options
from conformance.validation.fhir.run import Raw, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from conformance.validation.fhir.definitions import Definitions


class Validator:
    """Validates resources of one FHIR version with one set of definitions.

    `resolver(reference)` may supply a resource in the internal form for a reference that leads out of the document.
    `moment` (with zone) is when the resources are looked at. No clock is read: without a moment, what depends on it
    (now(), a limit as a time from today) is not checked.
    A validator keeps what it compiles: use one for many resources. It is not for several threads at once.
    """

    def __init__(
        self,
        definitions: Definitions,
        *,
        resolver: Callable[[str], dict[str, Any] | None] | None = None,
        options: Options | None = None,
        moment: datetime | None = None,
    ) -> None:
        self._moment = moment
        self.engine = Engine(definitions, options or Options(), resolver)

    def validate(
        self, subject: Document | dict[str, Any], *, profiles: Iterable[str] = (), moment: datetime | None = None
    ) -> tuple[Finding, ...]:
        """What is wrong with a resource by the base definition, the profiles it claims, and the profiles asked for.

        Never raises for bad input. The same problem is told once. An unknown profile that was asked for is an error.
        `moment` stands for the one the validator was made with.
        """
        document = subject if isinstance(subject, Document) else Document(subject, Media.JSON)
        run = Run(self.engine, document.root, moment or self._moment)
        self._syntax(run, document)
        if document.root:
            try:
                self._check(run, document.root, tuple(profiles))
            except RecursionError:
                run.report(Code.SYNTAX_TOO_DEEP, run.scope.at, found="more nested elements than can be checked")
        return self._finish(run, document)

    def _check(self, run: Run, root: dict[str, Any], profiles: tuple[str, ...]) -> None:
        scope = run.scope
        check_resource(run, root, scope.at, scope)
        for profile in profiles:
            if not self.engine.check_profile(run, root, scope.at, profile):
                run.report(Code.PROFILE_UNKNOWN, scope.at, found=profile, severity=Severity.ERROR)

    def _syntax(self, run: Run, document: Document) -> None:
        for problem in document.problems:
            at = run.scope.at
            for step in problem.path:
                at = (at, step, -1) if isinstance(step, str) else (at[0], at[1], step)
            run.report(Code(problem.kind.value), at, found=problem.found, constraint=f"line {problem.line}")

    def _finish(self, run: Run, document: Document) -> tuple[Finding, ...]:
        """Work out paths, lines and texts, and drop what was said before."""
        findings: dict[tuple[str, ...], Finding] = {}
        for raw in run.found:
            path = fhirpath(raw.at, run.root, self.engine.model)
            key = (raw.code.value, path, raw.constraint, raw.found)
            if key not in findings:
                findings[key] = _finding(raw, path, document)
        return tuple(findings.values())


def _finding(raw: Raw, path: str, document: Document) -> Finding:
    constraint, line = raw.constraint, 0
    if constraint.startswith("line "):
        constraint, line = "", int(constraint.removeprefix("line "))
    rule = ", ".join(part for part in (constraint, raw.origin.definition) if part)
    text = raw.text or sentence(raw.code, expected=raw.expected, found=raw.found, rule=rule)
    return Finding(
        raw.code,
        raw.severity,
        path,
        line or document.line(json_path(raw.at)),
        raw.expected,
        raw.found,
        text,
        raw.origin.definition,
        raw.origin.element,
        constraint,
    )
