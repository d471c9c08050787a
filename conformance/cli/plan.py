"""`conformance plan`: what applies to a node and why the rest does not, without any traffic."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from conformance.cli.telling import Lang, console, shown, usage_errors

if TYPE_CHECKING:
    from rich.table import Table

    from conformance.agreements.catalogue import Catalogue
    from conformance.model.agreements import Json, Member
    from conformance.model.node import Node
    from conformance.model.plan import Plan, Planned, ProfilePlan


def plan(
    node_file: Annotated[Path, typer.Argument(metavar="NODE.YAML", help="The node file.")],
    release: Annotated[str | None, typer.Option(help="Another release than the node file's.")] = None,
    profile: Annotated[list[str] | None, typer.Option(help="Only this profile (repeatable).")] = None,
    scenario: Annotated[list[str] | None, typer.Option(help="Only this scenario (repeatable).")] = None,
    requirement: Annotated[list[str] | None, typer.Option(help="Only this requirement (repeatable).")] = None,
    seed: Annotated[str | None, typer.Option(help="What to draw the questions from; left out: a new one.")] = None,
    thorough: Annotated[bool, typer.Option(help="Plan everything of which otherwise a part is drawn.")] = False,
    agreements: Annotated[Path | None, typer.Option(help="A folder with profiles/ and scenarios/.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the plan as JSON.")] = False,
    lang: Annotated[Lang, typer.Option(help="Language of the texts.")] = Lang.EN,
) -> None:
    """Show, without any traffic, which requirements apply to a node and why the rest does not."""
    from conformance.agreements.catalogue import load_catalogue
    from conformance.agreements.nodefile import load_node
    from conformance.agreements.resolve import plan as resolve
    from conformance.harness.options import fresh_seed
    from conformance.model.plan import Selection

    with usage_errors(lang):
        catalogue = load_catalogue(agreements)
        node = load_node(node_file, catalogue, files=False)
        selection = Selection(
            profiles=tuple(profile or ()), scenarios=tuple(scenario or ()), requirements=tuple(requirement or ())
        )
        made = resolve(
            catalogue,
            node,
            release=release,
            selection=selection,
            seed=fresh_seed() if seed is None else seed,
            thorough=thorough,
        )
    if as_json:
        typer.echo(json.dumps(as_document(made, released=catalogue.released), indent=2, ensure_ascii=False))
    else:
        _show(made, catalogue, lang)


def as_document(plan: Plan, *, released: bool) -> Json:
    """The plan for other programs."""
    return {
        "digest": plan.digest,
        "seed": plan.seed,
        "thorough": plan.thorough,
        "released": released,
        "profiles": [
            {
                "profile": each.profile.id,
                "agreement": each.agreement.id,
                "twiin": each.agreement.twiin,
                "release": each.release,
                "core": list(each.core),
                "missing": list(each.missing),
                "claimGaps": [{"claim": gap.claim, "refused": gap.refused} for gap in each.claim_gaps],
                "requirements": [_requirement(planned, plan) for planned in each.planned],
            }
            for each in plan.profiles
        ],
        "excused": [
            {"scenario": name, "member": dict(one.member), "nl": one.because.nl, "en": one.because.en}
            for name, scenario in plan.scenarios.items()
            for one in scenario.excused
        ],
        "unasked": [
            {
                "scenario": one.scenario,
                "member": dict(one.exemption.member),
                "unless": one.exemption.unless,
                "nl": one.exemption.because.nl,
                "en": one.exemption.because.en,
            }
            for one in plan.unasked
        ],
        "excluded": [
            {"requirement": each.requirement.id, "because": each.because, "nl": each.text.nl, "en": each.text.en}
            for each in plan.excluded
        ],
    }


def _requirement(planned: Planned, plan: Plan) -> Json:
    requirement = planned.requirement
    return {
        "id": requirement.id,
        "title": {"nl": requirement.title.nl, "en": requirement.title.en},
        "strength": planned.strength,
        "status": planned.status,
        "decisive": planned.decisive,
        "taken": None if planned.taken is None else {"nl": planned.taken.why.nl, "en": planned.taken.why.en},
        "verify": list(requirement.verify),
        "automatic": requirement.automatic,
        "scenarios": list(planned.scenarios),
        "members": {name: len(names) for name in planned.scenarios if (names := _members(planned, plan, name))},
        "narrowed": planned.narrowed,
    }


def _members(planned: Planned, plan: Plan, scenario: str) -> tuple[Member, ...]:
    """Over what a requirement is judged in a scenario, where it is judged over members."""
    from conformance.checks.membership import members

    judged = planned.requirement.judged
    return members(judged, plan.scenarios[scenario]) if judged and judged.over and not planned.narrowed else ()


def _show(plan: Plan, catalogue: Catalogue, lang: Lang) -> None:
    out = console()
    dutch = lang is Lang.NL
    node = plan.node.identity
    out.print(shown(f"{node.product} {node.version} ({node.vendor}) · {', '.join(plan.node.actors)}"))
    if not catalogue.released:
        out.print(
            "De afspraken wijken af van de uitgegeven afspraken: een run kan niet 'conform' opleveren."
            if dutch
            else "The agreements differ from the released ones: no run can conclude 'conforming'."
        )
    for each in plan.profiles:
        out.print()
        out.print(
            f"{each.profile.id} · {lang.of(each.profile.title)} · {each.agreement.id} {each.release}", style="bold"
        )
        out.print(_summary(each, dutch=dutch))
        out.print(("kern: " if dutch else "core: ") + ", ".join(each.core))
        for kind in each.missing:
            nl = f"adres '{kind}' is nodig en ontbreekt: niet aangetoond"
            out.print(nl if dutch else f"address '{kind}' is needed and missing: not shown", style="yellow")
        for gap in each.claim_gaps:
            out.print(_gap(gap.claim, refused=gap.refused, dutch=dutch), style="yellow")
        out.print(_table(each, plan.node, catalogue, lang))
    _show_unasked(plan, lang)
    _show_excluded(plan, lang)
    out.print()
    out.print(
        f"{len(plan.scenarios)} scenario's · seed {plan.seed} · {plan.digest}"
        if dutch
        else f"{len(plan.scenarios)} scenarios · seed {plan.seed} · {plan.digest}"
    )


def _gap(claim: str, *, refused: bool, dutch: bool) -> str:
    if refused:
        nl, en = (
            f"claim '{claim}' is verplicht en wordt geweigerd: faalt",
            f"claim '{claim}' is required and refused: fails",
        )
    else:
        nl = f"claim '{claim}' is verplicht en onbekend: blijft onbeslist"
        en = f"claim '{claim}' is required and unknown: stays undecided"
    return nl if dutch else en


def _summary(profile: ProfilePlan, *, dutch: bool) -> str:
    decisive = sum(planned.decisive for planned in profile.planned)
    tested = sum(planned.requirement.automatic and bool(planned.scenarios) for planned in profile.planned)
    asked = sum(planned.requirement.asks is not None for planned in profile.planned)
    narrowed = sum(planned.narrowed for planned in profile.planned)
    total = len(profile.planned)
    if dutch:
        return f"{total} eisen, {decisive} beslissend; {tested} getest, {asked} gevraagd, {narrowed} buiten uw keuze"
    return f"{total} requirements, {decisive} decisive; {tested} tested, {asked} asked about, {narrowed} not selected"


def _table(profile: ProfilePlan, node: Node, catalogue: Catalogue, lang: Lang) -> Table:
    from rich.table import Table
    from rich.text import Text as Line

    table = Table(box=None, pad_edge=False, show_header=False)
    for _ in range(4):
        table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for planned in profile.planned:
        requirement = planned.requirement
        how = _how(planned, _missing(planned, node, catalogue), lang)
        cells = (requirement.id, planned.strength, planned.status, how, lang.of(requirement.title))
        table.add_row(*(Line(shown(cell)) for cell in cells), style="dim" if planned.narrowed else "")
    return table


def _missing(planned: Planned, node: Node, catalogue: Catalogue) -> str:
    """The claims without which no scenario shows a requirement."""
    from conformance.model.words import Claim

    needed = (catalogue.scenarios[name].needs for name in catalogue.shown_by(planned.requirement.id))
    missing = dict.fromkeys(claim for claims in needed for claim in claims if node.claims.get(claim) is not Claim.YES)
    return ", ".join(missing)


def _how(planned: Planned, missing: str, lang: Lang) -> str:
    """What will decide it, in a word or two."""
    dutch = lang is Lang.NL
    if planned.narrowed:
        return "buiten keuze" if dutch else "not selected"
    if planned.requirement.automatic:
        count = len(planned.scenarios)
        if not count:
            return (f"zonder {missing}" if dutch else f"without {missing}") if missing else "-"
        return f"{count} scenario" + ("" if count == 1 else "'s" if dutch else "s")
    if planned.requirement.asks:
        return "vraag" if dutch else "question"
    return "niet getest" if dutch else "untested"


def _show_unasked(plan: Plan, lang: Lang) -> None:
    if not plan.unasked:
        return
    out = console()
    out.print()
    out.print(
        "Niet gevraagd, om het knooppuntbestand" if lang is Lang.NL else "Not asked, for the node file", style="bold"
    )
    for one in plan.unasked:
        member = " ".join(f"{name}={value}" for name, value in one.exemption.member.items())
        out.print(shown(f"  {one.scenario} {member}: {lang.of(one.exemption.because)}"))


def _show_excluded(plan: Plan, lang: Lang) -> None:
    if not plan.excluded:
        return
    out = console()
    reasons = Counter((each.because.value, lang.of(each.text)) for each in plan.excluded)
    out.print()
    out.print("Niet van toepassing" if lang is Lang.NL else "Does not apply", style="bold")
    for (because, reason), count in reasons.items():
        ids = [each.requirement.id for each in plan.excluded if lang.of(each.text) == reason]
        out.print(shown(f"  {count} × {because}: {reason}"))
        out.print(f"      {', '.join(ids)}", style="dim")
