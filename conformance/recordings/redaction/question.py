"""The question just asked: its words were ours, so they may stay in the answer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager


class Question:
    """Knows whether anything was made to depend on its words: what was not is the same after any question."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._words = frozenset(words)
        self.consulted = False

    def words(self) -> frozenset[str]:
        """The words, for whoever lets them decide on something."""
        self.consulted = True
        return self._words

    @contextmanager
    def apart(self) -> Iterator[Question]:
        """Tells within the block whether it was consulted there."""
        before, self.consulted = self.consulted, False
        try:
            yield self
        finally:
            self.consulted |= before
