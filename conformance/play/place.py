"""Where scenarios are played: beside each other what bears it, and alone what must be."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
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
    def taken(self, manner: Manner, *, wait: bool) -> Iterator[bool]:
        """Be there in this manner; waits until it is possible, or else says whether it is."""
        with ExitStack() as held:
            while not (there := self._enter(manner, held)) and wait:
                self._until_left(manner)
            yield there

    def _enter(self, manner: Manner, held: ExitStack) -> bool:
        """Go in when nobody is there whom this would disturb; one process at a time looks."""
        with ExitStack() as entering, locked(self._folder / "entrance.lock"):
            if manner is Manner.ALONE:
                tried = [entering.enter_context(self._lock(one, wait=False)) for one in _OTHER]
            else:
                with self._lock(_OTHER[manner], wait=False) as nobody:
                    tried = [nobody, entering.enter_context(self._lock(manner, wait=False, shared=True))]
            if not all(tried):
                return False
            held.enter_context(entering.pop_all())
            return True

    def _until_left(self, manner: Manner) -> None:
        for one in _OTHER if manner is Manner.ALONE else (_OTHER[manner],):
            with self._lock(one, wait=True):
                pass

    @contextmanager
    def _lock(self, manner: Manner, *, wait: bool, shared: bool = False) -> Iterator[bool]:
        with locked(self._folder / f"{manner.value}.lock", wait=wait, shared=shared) as held:
            yield held
