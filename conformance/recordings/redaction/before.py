"""What was read before in the same run, bodies and header fields: what was made of one is made of it again.

Only where it was this alone that decided: not the question, and nothing else that was met in the exchange. Kept in
memory, as long as the run.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field, replace
from typing import Generic, TypeVar

from conformance.recordings.redaction import bodies, skeleton
from conformance.recordings.redaction.headers import header
from conformance.recordings.redaction.reading import Reading
from conformance.recordings.tally import Looked

_LONG, _MOST_SIGNS = 256 * 1024, 32 * 1024 * 1024
"""How long what is remembered may be, and all of it together."""

Made = TypeVar("Made")


@dataclass(frozen=True, slots=True)
class _Known(Generic[Made]):
    made: Made
    replaced: Counter[str]


@dataclass(slots=True)
class Memory(Generic[Made]):
    """What was made of one kind of thing, by what it is."""

    _known: dict[Hashable, _Known[Made]] = field(default_factory=dict)
    _signs: int = 0

    def made(self, what: Hashable, signs: int, reading: Reading, make: Callable[[], Made]) -> Made:
        """What `make` gives, or gave before, with the same counted. `signs`: how long it is."""
        screen, counts, question = reading.screen, reading.screen.pseudonyms.counts, reading.question
        if signs > _LONG or not screen.untouched:
            return make()
        key = (what, reading.place, reading.telling)
        if known := self._known.get(key):
            counts.update(known.replaced)
            return known.made
        before = counts.copy()
        with question.apart() as alone:
            made = make()
            consulted = alone.consulted  # behind the block it says whether anything before was, too
        if screen.untouched and not consulted:
            self._keep(key, _Known(made, counts - before), signs)
        return made

    def _keep(self, key: Hashable, known: _Known[Made], signs: int) -> None:
        self._signs += signs
        if self._signs > _MOST_SIGNS:
            self._known.clear()
            self._signs = signs
        self._known[key] = known


@dataclass(slots=True)
class ReadBefore:
    """The bodies and header fields of one run."""

    _bodies: Memory[Looked] = field(default_factory=Memory)
    _fields: Memory[tuple[str, str]] = field(default_factory=Memory)

    def body(self, content_type: str, data: bytes, reading: Reading) -> Looked:
        """As `bodies.look`; StrangerAlarm ends it."""

        def make() -> Looked:
            looked = bodies.look(content_type, data, reading)
            return replace(looked, tally=replace(looked.tally))  # whoever reads on counts in the other

        return self._bodies.made((content_type, data), len(data), reading, make)

    def field(self, name: str, value: str, reading: Reading) -> tuple[str, str]:
        """A header field with nobody's data in it; StrangerAlarm ends it."""

        def make() -> tuple[str, str]:
            called = skeleton.name(name, reading, "the headers")
            return called, header(name, value, reading.screen, reading.addresses)

        return self._fields.made((name, value), len(value), reading, make)
