"""How many requirements of a profile came to each verdict."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from conformance.model.plan import ProfilePlan
from conformance.model.run import Decision
from conformance.model.words import Strength, Text, Verdict

COLUMNS = (Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.ERROR, Verdict.NOT_TESTED)


@dataclass(frozen=True, slots=True, kw_only=True)
class CountRow:
    """How many requirements of one kind came to each verdict, in the order of COLUMNS."""

    title: Text
    counts: tuple[int, ...]
    decisive: bool


def count_rows(profile: ProfilePlan, decision: Decision) -> tuple[CountRow, ...]:
    """One row per kind of requirement; the decisive kind always has its row, also when it is empty."""
    kinds: dict[str, Counter[Verdict]] = {"MUST": Counter(), "SHOULD": Counter(), "MAY": Counter(), "other": Counter()}
    by_id = {planned.requirement.id: planned for planned in profile.planned}
    for result in decision.results:
        strength = by_id[result.requirement].strength
        kind = "MUST" if result.decisive else "other" if strength is Strength.MUST else strength
        kinds[kind][result.verdict] += 1
    titles = {
        "MUST": Text("Beslissend (normatieve MUST)", "Decisive (normative MUST)"),
        "SHOULD": Text("SHOULD", "SHOULD"),
        "MAY": Text("MAY", "MAY"),
        "other": Text("MUST, niet normatief of nog niet van kracht", "MUST, not normative or not yet in force"),
    }
    return tuple(
        CountRow(title=titles[kind], counts=tuple(counts[verdict] for verdict in COLUMNS), decisive=kind == "MUST")
        for kind, counts in kinds.items()
        if counts or kind == "MUST"
    )
