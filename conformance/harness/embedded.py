"""The embedded reference node, for runs without a node file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from conformance.simulators.reference import RELEASES, ReferenceNode

DEFAULT_RELEASE = "1.5"


@dataclass(frozen=True, slots=True)
class Embedded:
    """A running reference node."""

    node: ReferenceNode

    @classmethod
    def start(cls, release: str | None, faults: tuple[str, ...] = ()) -> Embedded:
        """Start it, faithful to the release, with nothing or some promises broken.

        A release that is not Twiin's (of another agreement, or none at all, which the plan refuses) leaves the default.
        """
        node = ReferenceNode(release=release if release and release in RELEASES else DEFAULT_RELEASE, faults=faults)
        node.start()
        return cls(node)

    @property
    def node_file(self) -> Path:
        """Its node file."""
        return self.node.node_file

    def stop(self) -> None:
        """Stop it and remove its private folder."""
        self.node.stop()
