"""On how much a conclusion rests, counted and said."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from conformance.model.plan import ProfilePlan
from conformance.model.run import Count, RequirementResult, Rests
from conformance.model.words import Text, Verdict


def rests_of(profile: ProfilePlan, results: Iterable[RequirementResult]) -> Rests:
    """What decides and what else applies, of all that the role has."""
    found = tuple(results)
    return Rests(
        held=len(profile.planned) + len(profile.left_out),
        deciding=_count(one for one in found if one.decisive),
        beside=_count(one for one in found if not one.decisive),
    )


def _count(results: Iterable[RequirementResult]) -> Count:
    found = tuple(results)
    failed = sum(one.verdict is Verdict.FAIL for one in found)
    unattested = sum(one.unattested for one in found)
    met = sum(one.verdict is Verdict.PASS for one in found)
    return Count(
        total=len(found), failed=failed, undecided=len(found) - met - failed - unattested, unattested=unattested
    )


def said(rests: Rests) -> Text:
    """The sentence that stands beside every conclusion."""
    decide, apply, held = rests.deciding.total, rests.applying, rests.held
    lead = Text(
        f"Rust op {decide} eisen die beslissen, van {apply} die gelden, van {held} die de rol heeft.",
        f"Rests on {decide} requirements that decide, of {apply} that apply, of {held} that the role has.",
    )
    parts = [
        lead,
        *_open(Text("Van wat beslist", "Of what decides"), rests.deciding),
        *_open(Text("Van de overige", "Of the others"), rests.beside),
    ]
    return Text(" ".join(part.nl for part in parts), " ".join(part.en for part in parts))


def _open(of: Text, count: Count) -> Iterator[Text]:
    """What of some requirements is not met, open or unattested; nothing when there are none."""
    if not count.total:
        return
    parts = (
        (count.failed, Text("niet voldaan", "failed")),
        (count.undecided, Text("open", "undecided")),
        (count.unattested, Text("zonder verklaring", "unattested")),
    )
    told = [Text(f"{number} {words.nl}", f"{number} {words.en}") for number, words in parts if number]
    nl, en = (", ".join(texts) for texts in ([one.nl for one in told], [one.en for one in told]))
    yield Text(f"{of.nl}: {nl or 'alles vervuld'}.", f"{of.en}: {en or 'all met'}.")
