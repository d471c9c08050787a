"""What is wrong with the agreements although they can be read: gaps, dead ends and promises nothing keeps."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.agreements.catalogue import Catalogue
from conformance.agreements.problems import Problem, same
from conformance.model.agreements import Profile, Requirement
from conformance.model.words import Text, Verification
from conformance.upkeep import lint_data, lint_groups, lint_kinds, lint_scenarios, lint_spans, sheets
from conformance.upkeep.lint_kinds import Kinds


def lint(catalogue: Catalogue, kinds: Kinds | None = None) -> tuple[Problem, ...]:
    """Every problem of the agreements; with `kinds` also those against the code's judgements, operations and faults.

    Schema faults and dangling ids already stop `load_catalogue`, which raises them as DocumentError.
    """
    found = [*_requirements(catalogue), *lint_scenarios.problems(catalogue), *lint_spans.problems(catalogue)]
    found += [*lint_data.problems(catalogue), *lint_groups.problems(catalogue), *sheets.problems(catalogue)]
    if kinds is not None:
        found.extend(lint_kinds.problems(catalogue, kinds))
    return tuple({(one.place, one.field, one.expected): one for one in found}.values())


def _requirements(catalogue: Catalogue) -> Iterator[Problem]:
    for requirement in catalogue.requirements.values():
        yield from _can_be_decided(requirement)
        yield from _is_bound(requirement, catalogue)
    for profile in catalogue.profiles.values():
        yield from _core_binds(profile, catalogue)
        yield from _takes_bind(profile, catalogue)
        for chapter in profile.chapters:
            members = [
                each
                for each in catalogue.requirements.values()
                if each.agreement == profile.agreement and each.chapter == chapter
            ]
            if not any(profile.bound_by(each) for each in members):
                listed = ", ".join(profile.actors)
                expected = Text(f"een hoofdstuk met eisen aan '{listed}'", f"a chapter that binds '{listed}'")
                step = Text("Haal het hoofdstuk weg of vul 'actor' aan.", "Remove the chapter or extend 'actor'.")
                yield Problem(profile.place, "chapters", expected, same(chapter), step)


def _core_binds(profile: Profile, catalogue: Catalogue) -> Iterator[Problem]:
    """What is in the core binds the role, by whichever profile; what does not can never be shown."""
    for name in profile.core:
        requirement = catalogue.requirements[name]
        binding = {actor for each in catalogue.profiles.values() for actor in each.bound_by(requirement)}
        if not set(profile.actors) <= binding:
            listed = ", ".join(profile.actors)
            expected = Text(f"een eis die '{listed}' bindt", f"a requirement that binds '{listed}'")
            step = Text("Haal de eis uit de kern.", "Take the requirement out of the core.")
            yield Problem(profile.place, "core", expected, same(name), step)


def _takes_bind(profile: Profile, catalogue: Catalogue) -> Iterator[Problem]:
    """What is taken binds a role of the profile, and stands on a ground that no other agreement has to vouch for."""
    for name, taken in profile.takes.items():
        requirement = catalogue.requirements[name]
        if not profile.bound_by(requirement):
            listed = ", ".join(profile.actors)
            expected = Text(f"een eis die '{listed}' bindt", f"a requirement that binds '{listed}'")
            step = Text(
                "Haal de eis weg, of zeg met 'actor' wie zij bindt.", "Remove it, or say in 'actor' whom it binds."
            )
            yield Problem(profile.place, "takes", expected, same(name), step)
        if taken.source == requirement.source and catalogue.agreements[requirement.agreement].twiin:
            expected = Text("een eigen bron, of geen (een huisregel)", "a source of its own, or none (a house rule)")
            step = Text("Haal 'source' weg of noem een basisstandaard.", "Remove 'source', or name a base standard.")
            found = Text(f"de Twiin-bron van {name}", f"the Twiin source of {name}")
            yield Problem(profile.place, "takes", expected, found, step)


def _can_be_decided(requirement: Requirement) -> Iterator[Problem]:
    """A judgement, a question to the vendor, or a written reason why there is neither; and `verify` says the same."""
    asked = {Verification.ATTESTATION, Verification.EXAMINATION} & set(requirement.verify)
    automatic = any(way.automatic for way in requirement.verify)
    if not (requirement.judged or requirement.asks or requirement.untested):
        yield at(
            requirement,
            Text("'judged', 'asks' of 'untested'", "'judged', 'asks' or 'untested'"),
            Text("geen van drie", "none of the three"),
            Text("Schrijf hoe de eis wordt vastgesteld.", "Write how the requirement is decided."),
        )
    elif automatic and not (requirement.judged or requirement.untested):
        ways = Text("een oordeel of 'untested' bij verify: test", "a judgement or 'untested' with verify: test")
        step = Text("Voeg 'judged' toe of wijzig 'verify'.", "Add 'judged' or change 'verify'.")
        yield at(requirement, ways, Text("geen van beide", "neither"), step)
    if requirement.judged and not automatic:
        step = Text("Voeg 'test' of 'static' toe aan 'verify'.", "Add 'test' or 'static' to 'verify'.")
        yield at(requirement, Text("verify: test of static", "verify: test or static"), _ways(requirement), step)
    if requirement.asks and not asked:
        step = Text("Voeg 'attestation' of 'examination' toe aan 'verify'.", "Add 'attestation' or 'examination'.")
        yield at(requirement, Text("verify: attestation", "verify: attestation"), _ways(requirement), step)
    if asked and not (requirement.asks or requirement.untested):
        step = Text("Voeg de vraag in 'asks' toe.", "Add the question in 'asks'.")
        yield at(requirement, Text("een vraag in 'asks'", "a question in 'asks'"), Text("niets", "nothing"), step)
    if requirement.judged and requirement.untested:
        step = Text("Haal 'untested' weg.", "Remove 'untested'.")
        yield at(requirement, Text("'judged' of 'untested'", "'judged' or 'untested'"), Text("beide", "both"), step)


def _ways(requirement: Requirement) -> Text:
    return same(", ".join(requirement.verify))


def _is_bound(requirement: Requirement, catalogue: Catalogue) -> Iterator[Problem]:
    holders = (
        profile
        for profile in catalogue.profiles.values()
        if profile.agreement == requirement.agreement and profile.bound_by(requirement)
    )
    if not any(holders):
        expected = Text("een profiel waarin de eis geldt", "a profile in which the requirement binds")
        step = Text("Neem het hoofdstuk of de eis op in een profiel.", "Take the chapter or the id up in a profile.")
        yield at(requirement, expected, Text("geen", "none"), step)


def at(requirement: Requirement, expected: Text, found: Text, step: Text) -> Problem:
    """A problem with a requirement as a whole."""
    return Problem(requirement.place, f"requirements/{requirement.id}", expected, found, step)
