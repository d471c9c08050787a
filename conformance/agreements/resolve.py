"""From agreements and a node to a plan: what applies, on which scenarios, and why the rest does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from conformance.agreements import listeners
from conformance.agreements.binding import Binding
from conformance.agreements.canonical import digest_of
from conformance.agreements.catalogue import Catalogue
from conformance.agreements.drawing import Draw, in_form
from conformance.agreements.parameters import with_parameters
from conformance.agreements.problems import DocumentError, Problem, near, quoted
from conformance.agreements.references import Dangling
from conformance.agreements.unrolling import Drawn, unrolled
from conformance.model.agreements import Profile, Requirement, Scenario
from conformance.model.node import Node
from conformance.model.plan import ClaimGap, Plan, Planned, ProfilePlan, Selection, Unasked
from conformance.model.words import Claim, Status, Text


@dataclass(frozen=True, slots=True)
class _Context:
    """What a plan is made from."""

    binding: Binding
    selection: Selection
    scenarios: Mapping[str, Scenario]


_EVERYTHING = Selection()


def plan(
    catalogue: Catalogue,
    node: Node,
    *,
    release: str | None = None,
    selection: Selection = _EVERYTHING,
    seed: str = "0",
    thorough: bool = False,
) -> Plan:
    """What a run will do and decide, without traffic. Every requirement of the catalogue is planned or excluded.

    `release` overrides the node file's; what a node must not foresee is drawn from `seed`, and `thorough` plays every
    member of every span. Unknown names and a seed that can be none raise DocumentError.
    """
    _known_names(catalogue, release, selection)
    in_form(seed)
    unnamed = frozenset(role for role, patient in node.patients.items() if not patient.named)
    refused = frozenset(name for name, said in node.claims.items() if said is Claim.NO)
    drawn = Drawn(Draw(seed), catalogue.groups, thorough, catalogue.imaging, unnamed, refused)
    written = listeners.unrolled(catalogue.scenarios.values(), node)
    made = {name: _unrolled(scenario, drawn) for name, scenario in written.items()}
    emptied = {name for name, scenario in made.items() if not scenario.steps and _would_ask(written[name], drawn)}
    scenarios = {name: scenario for name, scenario in made.items() if name not in emptied}
    binding = Binding(catalogue, node, release or node.release, _shown_only_by(emptied, written))
    context = _Context(binding, selection, scenarios)
    bound = tuple(_profile_plan(profile, context) for profile in binding.profiles())
    _agree(bound)
    planned = {each.requirement.id for profile in bound for each in profile.planned}
    used = {name for profile in bound for each in profile.planned for name in each.scenarios}
    return Plan(
        node=node,
        profiles=bound,
        scenarios={name: scenarios[name] for name in Draw(seed).order("scenarios", used)},
        excluded=tuple(
            binding.excluded(requirement)
            for requirement in catalogue.requirements.values()
            if requirement.id not in planned
        ),
        unasked=tuple(_unasked(made, binding)),
        selection=selection,
        seed=seed,
        thorough=thorough,
        digest=_digest(catalogue, bound, selection, seed, thorough=thorough),
    )


def _unrolled(scenario: Scenario, drawn: Drawn) -> Scenario:
    """The scenario of this plan; what the patient drawn does not have is a mistake in the data set."""
    try:
        return unrolled(scenario, drawn)
    except Dangling as missing:
        expected = Text("een waarde die er is", "a value that is there")
        step = Text("Vul de gegevens van de patiënt aan.", "Complete the data of the patient.")
        found = quoted(f"{{{missing.target}}}")
        raise DocumentError([Problem(scenario.place, "steps", expected, found, step)]) from None


def _would_ask(scenario: Scenario, drawn: Drawn) -> bool:
    """Whether a scenario would have steps if the node file named everybody."""
    return bool(_unrolled(scenario, replace(drawn, unnamed=frozenset())).steps)


def _shown_only_by(names: set[str], scenarios: Mapping[str, Scenario]) -> frozenset[str]:
    """The requirements that no other scenario shows."""
    shown = {name: set(scenario.shows) for name, scenario in scenarios.items()}
    others = (each for name, each in shown.items() if name not in names)
    return frozenset(id_ for name in names for id_ in shown[name]).difference(*others)


def _unasked(scenarios: Mapping[str, Scenario], binding: Binding) -> Iterator[Unasked]:
    """What the node file takes away of each scenario that it would have played."""
    for name, scenario in scenarios.items():
        if not binding.unclaimed(scenario.needs):
            held = {(one.unless, *one.member.items()): one for one in scenario.excused if one.unless}
            yield from (Unasked(scenario=name, exemption=one) for one in held.values())


def _profile_plan(profile: Profile, context: _Context) -> ProfilePlan:
    binding = context.binding
    held = [each for each in binding.catalogue.requirements.values() if binding.binds_role(profile, each)]
    left_out = {each.id: obstacle for each in held if (obstacle := binding.obstacle(profile, each))}
    gaps = tuple(
        ClaimGap(profile=profile.id, claim=claim, refused=binding.node.claims.get(claim) is Claim.NO)
        for claim in binding.unclaimed(profile.claims)
    )
    return ProfilePlan(
        profile=profile,
        agreement=binding.catalogue.agreements[profile.agreement],
        release=binding.release_of(profile.agreement),
        planned=tuple(_planned(each, profile, context) for each in held if each.id not in left_out),
        claim_gaps=gaps,
        left_out=tuple(left_out.values()),
        core=binding.core(profile),
        missing=binding.missing(profile),
    )


def _planned(requirement: Requirement, profile: Profile, context: _Context) -> Planned:
    shown = tuple(_shown(requirement, context)) if requirement.judged else ()
    kept = tuple(name for name in shown if _kept(name, context.selection.scenarios))
    narrowed = (
        not _kept(profile.id, context.selection.profiles)
        or not _kept(requirement.id, context.selection.requirements)
        or bool(context.selection.scenarios and not kept)
    )
    taken = profile.takes.get(requirement.id)
    status = Status.NORMATIVE if taken else requirement.releases[context.binding.release_of(profile.agreement)]
    return Planned(
        requirement=requirement if narrowed else with_parameters(requirement, profile, context.binding.node),
        profile=profile.id,
        status=status,
        scenarios=shown if narrowed else kept,
        narrowed=narrowed,
        taken=taken,
    )


def _kept(name: str, wanted: tuple[str, ...]) -> bool:
    """Whether a selection keeps a name; `handshakes` keeps `handshakes.fhir` too."""
    return not wanted or any(name == each or name.startswith(f"{each}.") for each in wanted)


def _shown(requirement: Requirement, context: _Context) -> Iterator[str]:
    """The scenarios that show a requirement, in the release of its own agreement, whichever profile asks."""
    release = context.binding.release_of(requirement.agreement)
    for name, scenario in context.scenarios.items():
        fits = not scenario.releases or release in scenario.releases
        if requirement.id in scenario.shows and fits and not context.binding.unclaimed(scenario.needs):
            yield name


def _agree(profiles: tuple[ProfilePlan, ...]) -> None:
    """One requirement in two profiles is judged once, so both must ask the same of it."""
    first: dict[str, Planned] = {}
    for profile in profiles:
        for planned in profile.planned:
            known = first.setdefault(planned.requirement.id, planned)
            if not (known.narrowed or planned.narrowed) and known.requirement.judged != planned.requirement.judged:
                name = planned.requirement.id
                expected = Text(f"dezelfde parameters als in '{known.profile}'", f"the parameters of '{known.profile}'")
                found = Text(f"andere voor {name}", f"others for {name}")
                step = Text("Maak de parameters gelijk.", "Make the parameters equal.")
                raise DocumentError([Problem(profile.profile.place, "parameters", expected, found, step)])


def _digest(
    catalogue: Catalogue, profiles: tuple[ProfilePlan, ...], selection: Selection, seed: str, *, thorough: bool
) -> str:
    """The digest of what was agreed and what of it applies; no value of the node is in it."""
    resolved = [
        {
            "profile": each.profile.id,
            "release": each.release,
            "requirements": {
                planned.requirement.id: [planned.status.value, planned.narrowed, list(planned.scenarios)]
                for planned in each.planned
            },
        }
        for each in profiles
    ]
    chosen = {name: list(getattr(selection, name)) for name in ("profiles", "scenarios", "requirements")}
    drawn = {"seed": seed, "thorough": thorough}
    return digest_of({"agreements": catalogue.digest, "profiles": resolved, "selection": chosen, **drawn})


def _known_names(catalogue: Catalogue, release: str | None, selection: Selection) -> None:
    releases = {name: 0 for agreement in catalogue.agreements.values() for name in agreement.releases}
    scenarios = {name.split(".", 1)[0]: name for name in selection.scenarios}
    asked: tuple[tuple[str, tuple[str, ...], Mapping[str, object]], ...] = (
        ("--release", (release,) if release else (), releases),
        ("--profile", selection.profiles, catalogue.profiles),
        ("--requirement", selection.requirements, catalogue.requirements),
        ("--scenario", tuple(scenarios), catalogue.scenarios),
    )
    expected = Text("een naam die in de afspraken bestaat", "a name that exists in the agreements")
    problems = [
        Problem(None, option, expected, quoted(name), near(name, known))
        for option, names, known in asked
        for name in names
        if name not in known
    ]
    if problems:
        raise DocumentError(problems)
