"""A node that learnt its data by heart: it keeps its door, and gives back the answer to the nearest question heard."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

from conformance.simulators.http import Answer, Call, Handler, intercepted
from tests.harness.watching import WatchedNode

_KEPT_OUT = (401, 403)
_WEIGHTS = {"method": 30, "path": 30, "query": 12, "accept": 10}


class ReplayingNode(WatchedNode):
    """It answers as it should while it learns; from `recite` on it only knows what it learnt."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._learning = threading.Lock()
        self._answers: list[Answer] = []
        self._known: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
        self._reciting = False

    def recite(self) -> None:
        """Learn nothing any more."""
        self._reciting = True

    def _handler(self) -> Handler:
        return intercepted(super()._handler(), [self._by_heart])

    def _by_heart(self, call: Call, handler: Handler) -> Answer:
        answer = handler(call)
        if "/oauth/" in call.path or answer.status in _KEPT_OUT:
            return answer
        if self._reciting:
            return self._answers[self._nearest(call)]
        with self._learning:
            for feature in set(features(call)):
                self._known[feature].append(len(self._answers))
            self._answers.append(answer)
        return answer

    def _nearest(self, call: Call) -> int:
        near: Counter[int] = Counter()
        for kind, value in set(features(call)):
            for number in self._known.get((kind, value), ()):
                near[number] += _WEIGHTS.get(kind, 1)
        best = max(near.values(), default=0)
        return max((number for number, weight in near.items() if weight == best), default=0)


def features(call: Call) -> Iterator[tuple[str, str]]:
    """What a question may have in common with another: the whole of its parts, and pieces of them."""
    yield "method", call.method
    yield "path", call.path
    yield from (("piece", piece) for piece in call.path.split("/"))
    yield from (("query", f"{name}={value}") for name, value in call.query)
    yield from (("name", name) for name, _ in call.query)
    yield "names", " ".join(sorted(name for name, _ in call.query))
    yield "accept", call.header("accept")
