"""Which requirements bind a node through which profile, and why the others do not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from conformance.agreements.catalogue import Catalogue
from conformance.model.agreements import Profile, Requirement
from conformance.model.node import Node
from conformance.model.plan import Excluded, Exclusion
from conformance.model.words import Claim, Text


@dataclass(frozen=True, slots=True)
class Binding:
    """The agreements in one release, before one node. `emptied`: the requirements that nothing shows but scenarios
    about patients whom the node file does not name."""

    catalogue: Catalogue
    node: Node
    release: str
    emptied: frozenset[str] = frozenset()

    def profiles(self) -> tuple[Profile, ...]:
        """The profiles of the roles that the node plays: the basis first, then Twiin's own, then the others."""
        agreements = self.catalogue.agreements
        bound = (each for each in self.catalogue.profiles.values() if set(each.actors) & set(self.node.actors))
        return tuple(sorted(bound, key=lambda each: (not each.basis, not agreements[each.agreement].twiin)))

    def release_of(self, agreement: str) -> str:
        """The release asked for, where the agreement knows it; its own default elsewhere."""
        known = self.catalogue.agreements[agreement]
        return self.release if self.release in known.releases else known.default_release

    def unclaimed(self, names: Iterable[str]) -> tuple[str, ...]:
        """Those of the claims that the node does not make."""
        return tuple(name for name in names if self.node.claims.get(name, Claim.UNKNOWN) is not Claim.YES)

    def binds_role(self, profile: Profile, requirement: Requirement) -> bool:
        """Whether a profile has this requirement for a role that the node plays."""
        return bool(set(profile.bound_by(requirement)) & set(self.node.actors))

    def core(self, profile: Profile) -> tuple[str, ...]:
        """What has to be seen: the profile's own core, or that of all its roles for the basis."""
        return tuple(dict.fromkeys(name for each in self._roles(profile) for name in each.core))

    def missing(self, profile: Profile) -> tuple[str, ...]:
        """The kinds of address that are needed and that the node file does not give."""
        needed = dict.fromkeys(kind for each in self._roles(profile) for kind in each.endpoints)
        return tuple(kind for kind in needed if kind not in self.node.endpoints)

    def _roles(self, profile: Profile) -> tuple[Profile, ...]:
        if not profile.basis:
            return (profile,)
        return tuple(each for each in self.profiles() if set(each.actors) & set(profile.actors))

    def obstacle(self, profile: Profile, requirement: Requirement) -> Excluded | None:
        """Why a requirement of a profile does not bind this node, or None when it does."""
        if not self.binds_role(profile, requirement):
            listed = ", ".join(profile.bound_by(requirement) or requirement.actors)
            text = Text(f"geldt alleen voor de rol {listed}", f"binds only the role {listed}")
            return Excluded(requirement=requirement, because=Exclusion.ACTOR, text=text)
        return self._of_another_release(profile, requirement) or self._without(profile, requirement)

    def _of_another_release(self, profile: Profile, requirement: Requirement) -> Excluded | None:
        """What a profile takes binds whatever its own agreement says of it in this release."""
        release = self.release_of(profile.agreement)
        if requirement.id in profile.takes or release in requirement.releases:
            return None
        listed = ", ".join(requirement.releases)
        text = Text(
            f"heeft geen status in release {release} (wel in {listed})",
            f"has no status in release {release} (it has in {listed})",
        )
        return Excluded(requirement=requirement, because=Exclusion.RELEASE, text=text)

    def _without(self, profile: Profile, requirement: Requirement) -> Excluded | None:
        claims = self.unclaimed(requirement.needs)
        if claims:
            said = ", ".join(f"{name}: {self.node.claims.get(name, Claim.UNKNOWN)}" for name in claims)
            text = Text(
                f"geldt bij een claim die niet wordt gedaan ({said})", f"binds with a claim that is not made ({said})"
            )
            return Excluded(requirement=requirement, because=Exclusion.CLAIM, text=text)
        taken = profile.takes.get(requirement.id)
        absent = [kind for kind in taken.endpoints if kind not in self.node.endpoints] if taken else []
        if absent:
            listed = ", ".join(absent)
            text = Text(
                f"geldt bij een adres dat het knooppuntbestand niet noemt ({listed})",
                f"binds with an address that the node file does not give ({listed})",
            )
            return Excluded(requirement=requirement, because=Exclusion.ADDRESS, text=text)
        return self._about_nobody(requirement)

    def _about_nobody(self, requirement: Requirement) -> Excluded | None:
        if requirement.id not in self.emptied:
            return None
        text = Text(
            "gaat over proefpatiënten die het knooppuntbestand niet noemt",
            "is about test patients whom the node file does not name",
        )
        return Excluded(requirement=requirement, because=Exclusion.PATIENT, text=text)

    def excluded(self, requirement: Requirement) -> Excluded:
        """Why a requirement does not bind: the first obstacle in the node's own profiles, else the role or profile."""
        for profile in sorted(self.profiles(), key=lambda each: requirement.id in each.takes):
            obstacle = self.obstacle(profile, requirement) if profile.holds(requirement) else None
            if obstacle:
                return obstacle
        others = [each for each in self.catalogue.profiles.values() if each.holds(requirement)]
        if others:
            listed = ", ".join(f"{profile.id} ({', '.join(profile.actors)})" for profile in others)
            text = Text(
                f"hoort bij een rol die het knooppuntbestand niet noemt: {listed}",
                f"belongs to a role that the node file does not name: {listed}",
            )
            return Excluded(requirement=requirement, because=Exclusion.ACTOR, text=text)
        text = Text("staat in geen enkel profiel", "is in no profile")
        return Excluded(requirement=requirement, because=Exclusion.PROFILE, text=text)
