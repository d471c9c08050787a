"""Opinions that were formed before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from conformance.checks.judgement import Judgement
from conformance.checks.opinions import Looked, Opine, Opinion, flattened, opinion
from conformance.model.agreements import Json
from conformance.model.exchange import Exchange


class Memory:
    """Opinions by what they are about. A judgement is a pure function: over the same exchanges it says the same.

    `of`: only opinions on these exchanges alone are remembered; left out, all are.
    """

    def __init__(self, of: Iterable[Exchange] | None = None) -> None:
        self._of = None if of is None else {id(one): one for one in of}
        self._said: dict[tuple[str, int, tuple[int, ...]], tuple[Opinion, object]] = {}
        """With what they are about, so that nothing else gets its identity."""

    def __call__(
        self, kind: Judgement, exchanges: Looked, parameters: Mapping[str, Json], beyond: Opine | None = None
    ) -> Opinion:
        """The opinion, formed now or before; `beyond` forms those that are not remembered."""
        flat = flattened(exchanges)
        looked = tuple(map(id, flat))
        if self._of is not None and not self._of.keys() >= set(looked):
            return (beyond or opinion)(kind, exchanges, parameters)
        key = (kind.kind, id(parameters), looked)
        if key not in self._said:
            self._said[key] = (opinion(kind, exchanges, parameters), (flat, parameters))
        return self._said[key][0]
