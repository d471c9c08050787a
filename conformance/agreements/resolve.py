"""From agreements and a node to a plan: what applies, on which scenarios, and why the rest does not."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from conformance.agreements import listeners
from conformance.agreements.canonical import digest_of
from conformance.agreements.catalogue import Catalogue
from conformance.agreements.drawing import Draw, in_form
from conformance.agreements.parameters import with_parameters
from conformance.agreements.problems import DocumentError, Problem, near, quoted
from conformance.agreements.unrolling import Drawn, unrolled
from conformance.model.agreements import Agreement, Profile, Requirement, Scenario
from conformance.model.node import Node
from conformance.model.plan import ClaimGap, Excluded, Exclusion, Plan, Planned, ProfilePlan, Selection
from conformance.model.words import Claim, Text


@dataclass(frozen=True, slots=True)
class _Context:
    """What a plan is made from."""

    catalogue: Catalogue
    node: Node
    release: str
    selection: Selection
    scenarios: Mapping[str, Scenario]

    def claims(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """Those of the claims that the node does not make."""
        return tuple(name for name in names if self.node.claims.get(name, Claim.UNKNOWN) is not Claim.YES)

    def release_of(self, agreement: Agreement) -> str:
        """The release asked for, where the agreement knows it; its own default elsewhere."""
        return self.release if self.release in agreement.releases else agreement.default_release


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
    drawn = Drawn(Draw(seed), _groups(catalogue, node), thorough, catalogue.imaging)
    written = listeners.unrolled(catalogue.scenarios.values(), node)
    scenarios = {name: unrolled(scenario, drawn) for name, scenario in written.items()}
    context = _Context(catalogue, node, release or node.release, selection, scenarios)
    bound = tuple(_profile_plan(profile, context) for profile in _profiles(context))
    _agree(bound)
    planned = {each.requirement.id for profile in bound for each in profile.planned}
    used = {name for profile in bound for each in profile.planned for name in each.scenarios}
    return Plan(
        node=node,
        profiles=bound,
        scenarios={name: scenarios[name] for name in Draw(seed).order("scenarios", used)},
        excluded=tuple(
            _excluded(requirement, context)
            for requirement in catalogue.requirements.values()
            if requirement.id not in planned
        ),
        selection=selection,
        seed=seed,
        thorough=thorough,
        digest=_digest(catalogue, bound, selection, seed, thorough=thorough),
    )


def _groups(catalogue: Catalogue, node: Node) -> dict[str, tuple[str, ...]]:
    """Of each group of patients those that the node file names; all where it names none: a step then misses one."""
    return {
        group: tuple(role for role in roles if role in node.patients) or roles
        for group, roles in catalogue.groups.items()
    }


def _profiles(context: _Context) -> list[Profile]:
    """The profiles whose role the node plays: Twiin's own first, then those that are no Twiin agreement."""
    catalogue = context.catalogue
    bound = [profile for profile in catalogue.profiles.values() if profile.actor in context.node.actors]
    return sorted(bound, key=lambda profile: not catalogue.agreements[profile.agreement].twiin)


def _profile_plan(profile: Profile, context: _Context) -> ProfilePlan:
    agreement = context.catalogue.agreements[profile.agreement]
    release = context.release_of(agreement)
    held = [each for each in context.catalogue.requirements.values() if _role_has(profile, each)]
    planned = (
        _planned(requirement, profile, release, context)
        for requirement in held
        if not _obstacle(profile, requirement, context)
    )
    gaps = tuple(
        ClaimGap(profile=profile.id, claim=claim, refused=context.node.claims.get(claim) is Claim.NO)
        for claim in context.claims(profile.claims)
    )
    return ProfilePlan(
        profile=profile,
        agreement=agreement,
        release=release,
        planned=tuple(planned),
        claim_gaps=gaps,
        held=len(held),
        core=profile.core,
        missing=tuple(kind for kind in profile.endpoints if kind not in context.node.endpoints),
    )


def _role_has(profile: Profile, requirement: Requirement) -> bool:
    return profile.holds(requirement) and profile.actor in requirement.actors


def _obstacle(profile: Profile, requirement: Requirement, context: _Context) -> tuple[Exclusion, Text] | None:
    """Why a requirement of a profile does not bind this node, or None when it does."""
    if profile.actor not in requirement.actors:
        listed = ", ".join(requirement.actors)
        return Exclusion.ACTOR, Text(f"geldt alleen voor de rol {listed}", f"binds only the role {listed}")
    release = context.release_of(context.catalogue.agreements[profile.agreement])
    if release not in requirement.releases:
        listed = ", ".join(requirement.releases)
        return Exclusion.RELEASE, Text(
            f"heeft geen status in release {release} (wel in {listed})",
            f"has no status in release {release} (it has in {listed})",
        )
    missing = context.claims(requirement.needs)
    if missing:
        said = ", ".join(f"{name}: {context.node.claims.get(name, Claim.UNKNOWN)}" for name in missing)
        return Exclusion.CLAIM, Text(
            f"geldt bij een claim die niet wordt gedaan ({said})", f"binds with a claim that is not made ({said})"
        )
    return None


def _planned(requirement: Requirement, profile: Profile, release: str, context: _Context) -> Planned:
    shown = tuple(_shown(requirement, release, context)) if requirement.judged else ()
    kept = tuple(name for name in shown if _kept(name, context.selection.scenarios))
    narrowed = (
        not _kept(profile.id, context.selection.profiles)
        or not _kept(requirement.id, context.selection.requirements)
        or bool(context.selection.scenarios and not kept)
    )
    return Planned(
        requirement=requirement if narrowed else with_parameters(requirement, profile, context.node),
        profile=profile.id,
        status=requirement.releases[release],
        scenarios=shown if narrowed else kept,
        narrowed=narrowed,
    )


def _kept(name: str, wanted: tuple[str, ...]) -> bool:
    """Whether a selection keeps a name; `handshakes` keeps `handshakes.fhir` too."""
    return not wanted or any(name == each or name.startswith(f"{each}.") for each in wanted)


def _shown(requirement: Requirement, release: str, context: _Context) -> Iterator[str]:
    for name, scenario in context.scenarios.items():
        fits = not scenario.releases or release in scenario.releases
        if requirement.id in scenario.shows and fits and not context.claims(scenario.needs):
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


def _excluded(requirement: Requirement, context: _Context) -> Excluded:
    """Why a requirement does not bind: the first obstacle in the node's own profiles, else the role or the profile."""
    for profile in _profiles(context):
        obstacle = _obstacle(profile, requirement, context) if profile.holds(requirement) else None
        if obstacle:
            return Excluded(requirement=requirement, because=obstacle[0], text=obstacle[1])
    others = [each for each in context.catalogue.profiles.values() if each.holds(requirement)]
    if others:
        listed = ", ".join(f"{profile.id} ({profile.actor})" for profile in others)
        text = Text(
            f"hoort bij een rol die het knooppuntbestand niet noemt: {listed}",
            f"belongs to a role that the node file does not name: {listed}",
        )
        return Excluded(requirement=requirement, because=Exclusion.ACTOR, text=text)
    text = Text("staat in geen enkel profiel", "is in no profile")
    return Excluded(requirement=requirement, because=Exclusion.PROFILE, text=text)


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
