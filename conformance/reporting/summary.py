"""The end of a run in a terminal: what it came to, what to do first, and where the report is."""

from __future__ import annotations

import sys
from collections import Counter
from io import TextIOWrapper

from rich.console import Console
from rich.padding import Padding
from rich.text import Text as Line

from conformance.model.finding import Finding
from conformance.model.plan import ProfilePlan
from conformance.model.run import Decision
from conformance.model.words import WORST_FIRST, Conclusion, Text, Triage, Verdict
from conformance.reporting.advice import next_step
from conformance.reporting.labels import (
    ANONYMOUS,
    CONCLUSION,
    FIRST,
    KNOWN,
    MARK,
    NOT_A_CERTIFICATE,
    THOROUGH,
    TRIAGE,
    VERDICT,
    spoken,
)
from conformance.reporting.material import Material, Subject, subjects
from conformance.reporting.resting import said
from conformance.reporting.visible import one_line, visible
from conformance.reporting.write import Written

TOP = 5
"""How many failures are told in full; the report tells all of them."""

_STYLE = {
    Conclusion.CONFORMING: "bold green",
    Conclusion.ON_WHAT_DECIDES: "bold yellow",
    Conclusion.NOT_CONFORMING: "bold red",
    Conclusion.NOT_SHOWN: "bold yellow",
    Conclusion.UNDECIDED: "bold yellow",
    Conclusion.PARTIAL: "bold yellow",
    Conclusion.ABORTED: "bold",
}
_SIGN = {
    Conclusion.CONFORMING: MARK[Verdict.PASS],
    Conclusion.ON_WHAT_DECIDES: "~",
    Conclusion.NOT_CONFORMING: MARK[Verdict.FAIL],
    Conclusion.NOT_SHOWN: MARK[Verdict.INCONCLUSIVE],
    Conclusion.UNDECIDED: MARK[Verdict.INCONCLUSIVE],
    Conclusion.PARTIAL: MARK[Verdict.NOT_TESTED],
    Conclusion.ABORTED: MARK[Verdict.ERROR],
}
_HOUSE = Text("geen Twiin-afspraak", "no Twiin agreement")
_FIRST = Text("Wat eerst te doen", "What to do first")
_TOP = Text("De belangrijkste bevindingen", "The findings that matter most")
_SEEN = Text("gezien", "seen")
_CHANGE = Text("te doen", "to do")
_ALSO = Text("ook voor", "also for")
_ASKED = Text("Van u gevraagd", "Asked of you")
_ATTEST = Text(
    "antwoord in het bestand 'attestations' van het knooppuntbestand; het rapport zegt wat wordt gevraagd:",
    "answer in the file 'attestations' of the node file; the report says what is asked:",
)
_MORE = Text("en nog {n}; zie het rapport", "and {n} more; see the report")
_REPORT = Text("Rapport", "Report")
_ROOT = Text("Wortel van deze run", "Root of this run")
_SURPRISES = Text("Anders dan de lijst van bekende fouten", "Different from the known-failure list")


def console(*, stderr: bool = False) -> Console:
    """A console that writes text as it is, without markup; no colour when there is no terminal, or with NO_COLOR."""
    stream = sys.stderr if stderr else sys.stdout
    if isinstance(stream, TextIOWrapper):
        # A terminal that cannot show a sign shows a question mark; a summary never ends in a traceback.
        stream.reconfigure(errors="replace")
    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)


def show(material: Material, *, console: Console, lang: str = "en", written: Written | None = None) -> None:
    """Print the summary: what it came to, what to do first, what matters most, and where the report is."""
    summary = _Summary(material, console, lang)
    summary.head()
    summary.conclusions()
    summary.first()
    summary.top()
    summary.surprises()
    console.print()
    summary.place(written)


class _Summary:
    """Prints part by part. Everything goes out as text objects: what a node wrote is never read as terminal markup."""

    def __init__(self, material: Material, console: Console, lang: str) -> None:
        self._material = material
        self._console = console
        self._lang = lang
        self._exchanges = material.exchanges()
        self._subjects = tuple(item for item in subjects(material) if item.result.verdict is not Verdict.PASS)

    def head(self) -> None:
        node = self._material.plan.node
        name = one_line(f"{node.identity.vendor} {node.identity.product} {node.identity.version}")
        run = self._material.run
        asked = [THOROUGH] * run.thorough + [ANONYMOUS] * run.anonymous
        how = [f"release {visible(run.release)}", f"seed {run.seed}", *(self._say(word) for word in asked)]
        self._print(Line(" · ".join((name, *how)), style="bold"))

    def conclusions(self) -> None:
        for profile, decision in zip(self._material.plan.profiles, self._material.decisions, strict=True):
            self._print(self._conclusion(profile, decision))
            left_out = decision.conclusion is Conclusion.PARTIAL and not any(one.findings for one in decision.results)
            if not left_out:
                self._print(Line(self._counts(decision)), indent=4)
                self._print(Line(self._say(said(decision.rests))), indent=4)
                for reason in decision.reasons:
                    self._print(Line(visible(self._say(reason))), indent=4)

    def first(self) -> None:
        waiting = [(triage, self._waiting(triage)) for triage in Triage]
        asked = [item.planned.requirement.id for item in self._subjects if item.planned.requirement.asks and item.gaps]
        if not asked and not any(items for _, items in waiting):
            return
        self._heading(_FIRST)
        for triage, items in waiting:
            if items:
                line = Line(f"{self._say(TRIAGE[triage])} ({len(items)})", style="bold")
                line.append(f"  {self._say(FIRST[triage])}", style="not bold")
                self._print(line, indent=2)
        if asked:
            line = Line(f"{self._say(_ASKED)} ({len(asked)})", style="bold")
            line.append(f"  {self._say(_ATTEST)} {', '.join(asked)}", style="not bold")
            self._print(line, indent=2)

    def top(self) -> None:
        groups: dict[tuple[Verdict, Text, Text], list[Subject]] = {}
        for subject in sorted((item for item in self._subjects if item.findings), key=self._weight):
            worst = _worst(subject.findings)
            groups.setdefault((worst.verdict, worst.reason, self._step(subject)), []).append(subject)
        if not groups:
            return
        self._heading(_TOP)
        shown = list(groups.values())[:TOP]
        for same in shown:
            self._failure(same[0], [subject.planned.requirement.id for subject in same[1:]])
        rest = sum(map(len, groups.values())) - sum(map(len, shown))
        if rest:
            self._print(Line(f"… {self._say(_MORE).format(n=rest)}"), indent=2)

    def surprises(self) -> None:
        if not self._material.surprises:
            return
        self._heading(_SURPRISES)
        for item in self._material.surprises:
            expected, found = (self._say(KNOWN[word]) for word in (item.expected, item.found))
            self._print(Line(f"{visible(item.name)}: {expected} → {found}"), indent=2)

    def place(self, written: Written | None) -> None:
        if written is not None:
            # Soft-wrapped: a path is copied in one piece.
            text = f"{self._say(_REPORT)}: {written.html} ({self._say(NOT_A_CERTIFICATE)})"
            self._console.print(Line(visible(text)), soft_wrap=True)
            self._console.print(Line(f"{self._say(_ROOT)}: {self._material.root}"), soft_wrap=True)

    def _conclusion(self, profile: ProfilePlan, decision: Decision) -> Line:
        style = _STYLE[decision.conclusion]
        line = Line(f"{_SIGN[decision.conclusion]} {self._say(CONCLUSION[decision.conclusion])}", style=style)
        line.append(f"  {one_line(self._say(profile.profile.title))}", style="bold")
        line.append(f"  {profile.profile.id}, {profile.agreement.id} {profile.release}", style="dim")
        if not profile.agreement.twiin:
            line.append(f"  [{self._say(_HOUSE)}]", style="yellow")
        return line

    def _counts(self, decision: Decision) -> str:
        counts = Counter(result.verdict for result in decision.results)
        shown = (verdict for verdict in (Verdict.PASS, *WORST_FIRST[:-1]) if counts[verdict])
        return " · ".join(f"{MARK[verdict]} {self._say(VERDICT[verdict])} {counts[verdict]}" for verdict in shown)

    def _failure(self, subject: Subject, others: list[str]) -> None:
        """One finding in full, with the requirements of which the same was seen."""
        requirement = subject.planned.requirement
        finding = _worst(subject.findings)
        line = Line(f"{MARK[subject.result.verdict]} {requirement.id}  ", style="bold")
        line.append(one_line(self._say(requirement.title)))
        line.append(f"  {subject.planned.strength.value}, {self._say(VERDICT[subject.result.verdict])}", style="dim")
        self._print(line, indent=2)
        if others:
            self._print(Line(f"{self._say(_ALSO)}: {', '.join(others)}"), indent=6)
        self._print(Line(f"{self._say(_SEEN)}: {one_line(self._say(finding.reason))}"), indent=6)
        self._print(Line(f"{self._say(_CHANGE)}: {one_line(self._say(self._step(subject)))}"), indent=6)

    def _step(self, subject: Subject) -> Text:
        return next_step(_worst(subject.findings), subject.planned.requirement, self._exchanges)

    def _waiting(self, triage: Triage) -> list[Subject]:
        return [
            subject
            for subject in self._subjects
            if any(item.triage is triage and item.verdict is not Verdict.PASS for item in subject.findings)
        ]

    def _weight(self, subject: Subject) -> tuple[bool, int, str]:
        lighter = subject.result.waived or not subject.result.decisive
        return (lighter, _rank(subject.result.verdict), subject.planned.requirement.id)

    def _heading(self, text: Text) -> None:
        self._console.print()
        self._print(Line(self._say(text), style="bold underline"))

    def _say(self, text: Text) -> str:
        return spoken(text, self._lang)

    def _print(self, line: Line, indent: int = 0) -> None:
        line.overflow = "fold"
        self._console.print(Padding(line, (0, 0, 0, indent), expand=False) if indent else line)


def _worst(findings: tuple[Finding, ...]) -> Finding:
    return min(findings, key=lambda finding: _rank(finding.verdict))


def _rank(verdict: Verdict) -> int:
    return WORST_FIRST.index(verdict) if verdict in WORST_FIRST else len(WORST_FIRST)
