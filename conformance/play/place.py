"""Where scenarios are played: beside each other what bears it, and alone what must be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from enum import Enum
from pathlib import Path

from conformance.play.locks import locked


class Manner(Enum):
    """How a scenario treats the node, and so beside which others it may be played."""

    QUIET = "quiet"
    """It asks what it may ask: beside others that do."""
    KNOCKING = "knocking"
    """It knocks, and looks after a lock-out with good requests of its own: beside others that do."""
    ALONE = "alone"


_OTHER = {Manner.QUIET: Manner.KNOCKING, Manner.KNOCKING: Manner.QUIET}


class Place:
    """The place of one run, for all its processes: locks in files of a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def taken(self, manner: Manner) -> Iterator[bool]:
        """Be there in this manner when nobody is whom it would disturb; says whether that is so."""
        with ExitStack() as held:
            # One process at a time looks, so that two never stand in each other's way.
            with ExitStack() as entering, locked(self._folder / "entrance.lock"):
                if there := all(self._tried(manner, entering)):
                    held.enter_context(entering.pop_all())
            yield there

    def _tried(self, manner: Manner, entering: ExitStack) -> Iterator[bool]:
        if manner is Manner.ALONE:
            yield from (entering.enter_context(self._lock(one)) for one in _OTHER)
        else:
            with self._lock(_OTHER[manner]) as nobody:
                yield nobody
            yield entering.enter_context(self._lock(manner, shared=True))

    def _lock(self, manner: Manner, *, shared: bool = False) -> AbstractContextManager[bool]:
        return locked(self._folder / f"{manner.value}.lock", wait=False, shared=shared)
