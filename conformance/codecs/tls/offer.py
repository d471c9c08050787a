"""What a probe offers by the arguments of its step, and what came of it by the bytes of its two first flights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from conformance.codecs.tls.choice import Choice, decode
from conformance.codecs.tls.hello import ClientHello, read
from conformance.codecs.tls.names import COMMON_GROUPS, GROUPS, common_suites, suite_name, suites
from conformance.model.agreements import Json
from conformance.model.exchange import Flight

MOST = 1 << 17
"""A server's first flight is a few kilobytes; more than this is not one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """What one hello offers, in names."""

    version: str
    suites: tuple[str, ...]
    groups: tuple[str, ...]
    compression: bool = False

    @property
    def versions(self) -> tuple[str, ...]:
        """The versions offered, newest first."""
        return ("TLSv1.3", "TLSv1.2") if self.version == "any" else (self.version,)

    def hello(self, server_name: str, random: bytes) -> ClientHello:
        """The hello that offers it; `random` has 32 bytes, an empty name is not said."""
        known = suites()
        return ClientHello(
            versions=self.versions,
            suites=tuple(known[name] for name in self.suites),
            groups=tuple(GROUPS[name] for name in self.groups),
            server_name=server_name,
            compression=self.compression,
            random=random,
        )


def offers(
    version: str, named: Sequence[str], groups: Sequence[str], *, compression: bool, one_by_one: bool
) -> tuple[Offer, ...]:
    """The offers of one step, in the order of their hellos: one with all suites, or one for each."""
    wanted = tuple(named) or common_suites(version)
    rounds = [(suite,) for suite in wanted] if one_by_one else [wanted]
    return tuple(
        Offer(version=version, suites=each, groups=tuple(groups) or COMMON_GROUPS, compression=compression)
        for each in rounds
    )


def asked_for(given: Mapping[str, Json]) -> tuple[Offer, ...]:
    """The offers that the arguments of a `tls.probe` step ask for."""
    return offers(
        given.get("version", "any"),
        given.get("suites", ()),
        given.get("groups", ()),
        compression=given.get("compression", False),
        one_by_one=given.get("one_by_one", False),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """What a probe's flights show. `asked` names the suites offered."""

    accepted: bool
    asked: tuple[str, ...]
    choice: Choice


def probed(flight: Flight) -> Probed:
    """What the two flights say. Raises NotOurHelloError and NotTlsError (both ValueError)."""
    hello, choice = read(flight.hello), decode(flight.answer)
    return Probed(
        # A lower version than any that was offered is no acceptance.
        accepted=choice.chosen and choice.version in hello.versions,
        asked=tuple(suite_name(code) for code in hello.suites),
        choice=choice,
    )
