"""The embedded reference node, for runs without a node file: in a process of its own, as any node that is tested."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from conformance.harness.beside import Beside, attend
from conformance.harness.options import REFERENCE, Options
from conformance.play import signals

DEFAULT_RELEASE = "1.5"


class Embedded:
    """A reference node that starts, faithful to the release.

    A release that is not Twiin's (of another agreement, or none at all, which the plan refuses) leaves the default.
    """

    def __init__(self, release: str | None) -> None:
        self.node_file = Path()
        """Its node file, once it runs."""
        self._process = Beside(_serve, release)

    def start(self, asked: Sequence[str]) -> None:
        """Wait until it runs, and has given its word where one is asked for. Raises OSError when this machine can't
        hold it."""
        self._process.say(asked)
        said = self._process.hear()
        if not isinstance(said, Path):
            raise said if isinstance(said, OSError) else OSError("it ended without a word")
        self.node_file = said

    def dismiss(self) -> None:
        """Nobody asks it anything any more: it may end, while this process goes on."""
        self._process.dismiss()

    def stop(self) -> None:
        """Stop it; it removes its private folder."""
        self._process.close()


def embedded_for(options: Options) -> Embedded | None:
    """The embedded node, where a run asks for it."""
    return Embedded(options.release) if options.node == REFERENCE else None


def _serve(line: Connection, release: str | None) -> None:
    """Run the node until the other end of the line is gone: whoever ends the run ends it, and no signal."""
    from conformance.simulators.reference import RELEASES, ReferenceNode

    signals.ended()
    attend()
    known = release if release and release in RELEASES else DEFAULT_RELEASE
    node = ReferenceNode(known, asked=partial(_asked, line))
    try:
        node.start()
    except EOFError:
        return  # they have gone, or can do without it
    except OSError as error:
        line.send(error)
        return
    try:
        line.send(node.node_file)
        line.recv()
    except (EOFError, OSError):
        pass  # they have gone
    finally:
        node.stop()


def _asked(line: Connection) -> tuple[str, ...]:
    """The requirements on which its word is asked for: they have read the agreements meanwhile. Raises EOFError."""
    try:
        asked: Sequence[str] | None = line.recv()
    except OSError as gone:
        raise EOFError from gone
    if asked is None:
        raise EOFError
    return tuple(asked)
