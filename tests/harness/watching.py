"""A reference node that remembers who called, and can be made slow."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from conformance.simulators.http import Answer, Call, Handler, intercepted
from conformance.simulators.reference import ReferenceNode


@dataclass(frozen=True)
class Heard:
    """One call: when, what, the word before the credentials, and under which header fields."""

    at: float
    line: str
    scheme: str
    headers: tuple[tuple[str, str], ...]


class WatchedNode(ReferenceNode):
    """The reference node with an eye on its door."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._lock = threading.Lock()
        self.calls: list[Heard] = []
        self.at_once = 0
        self.most_at_once = 0
        self.pause_s = 0.0

    def forget(self) -> tuple[Heard, ...]:
        """What was heard since the last time."""
        with self._lock:
            heard, self.calls = tuple(self.calls), []
            self.most_at_once = 0
        return heard

    def _handler(self) -> Handler:
        return intercepted(super()._handler(), [self._watch])

    def _watch(self, call: Call, handler: Handler) -> Answer:
        scheme = call.header("authorization").partition(" ")[0]
        query = [(name, value) for name, value in call.query if name != "access_token"]
        with self._lock:
            self.calls.append(
                Heard(time.monotonic(), f"{call.method} {call.path} {query}", scheme, tuple(call.headers.items()))
            )
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            time.sleep(self.pause_s)
            return handler(call)
        finally:
            with self._lock:
                self.at_once -= 1

    def variant(self, name: str, **changes: Any) -> Path:
        """Another node file of this node, beside its own, with these top-level keys changed (None: left out)."""
        content = yaml.safe_load(self.node_file.read_text(encoding="utf-8"))
        content.update(changes)
        path = self.node_file.with_name(name)
        kept = {key: value for key, value in content.items() if value is not None}
        path.write_text(yaml.safe_dump(kept, sort_keys=False), encoding="utf-8")
        return path


def lines(heard: tuple[Heard, ...]) -> Counter[str]:
    """The calls by what they asked, without tokens: each worker fetches its own."""
    return Counter(call.line for call in heard if "/oauth/" not in call.line)
