"""The player: every scenario once per run, whichever worker comes first; the others read what it kept."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import TracebackType
from typing import Self

from conformance.agreements.ownsheet import texts
from conformance.model.agreements import Scenario
from conformance.model.exchange import Exchange, Recording
from conformance.model.plan import Plan
from conformance.model.words import RunState
from conformance.play.counterparts import Bench, listened_to
from conformance.play.drivers import Ask, Command, HttpHook, actor_for
from conformance.play.locks import Crew, SharedGate, locked
from conformance.play.place import Manner, Place
from conformance.play.preflight import climb, known_roles
from conformance.play.scenes import Scene
from conformance.play.sharing import ahead, manner
from conformance.play.takes import Take
from conformance.protocols.client import AGENT
from conformance.protocols.observing import SYSTEM_CLOCK, Clock
from conformance.protocols.session import Session
from conformance.recordings.ladder import PREFLIGHT
from conformance.recordings.manifest import PLAY
from conformance.recordings.redaction import Redactor
from conformance.recordings.store import RunFolder

ABORTED = "aborted"
_PAUSE_S = 0.01
"""So long another process is waited for before it is looked again whether it has ended what it plays."""


class RunAbortedError(Exception):
    """Another worker has stopped this run; nothing more is played."""


class Player:
    """Plays the scenarios of a plan against its node and keeps the recordings in a run folder."""

    def __init__(
        self, plan: Plan, folder: RunFolder, *, clock: Clock, ask: Ask | None, key: bytes | None, agent: str
    ) -> None:
        node = plan.node
        self._plan, self._folder = plan, folder.shared()
        self._play = folder.path / PLAY
        self._redactor = Redactor(known_roles(node), key, texts(node.loaded) if node.vouched else ())
        self._crew = Crew(self._play)
        self._place = Place(self._play)
        self._gate = SharedGate(self._play, node.politeness, clock)
        self._bench = Bench(node, clock)
        actor = actor_for(node, self._gate, clock, ask, agent)
        self._session = Session(
            node,
            gate=self._gate,
            clock=clock,
            counterparts=self._bench,
            actor=actor,
            run=folder.path.name,
            agent=agent,
        )
        self._known: dict[str, Recording] = {}
        self._asked = tuple(plan.scenarios[name] for name in dict.fromkeys(name for name, _ in plan.in_turn()))
        self._ahead = ahead(self._asked, acting=isinstance(actor, HttpHook | Command))

    @classmethod
    def open(
        cls,
        plan: Plan,
        folder: RunFolder,
        *,
        clock: Clock = SYSTEM_CLOCK,
        ask: Ask | None = None,
        key: bytes | None = None,
        agent: str = AGENT,
    ) -> Self:
        """A player on a run folder; several processes may have one each, with the `key` of the first.

        Its requests name `agent`, or nobody when that is empty.
        """
        return cls(plan, folder, clock=clock, ask=ask, key=key, agent=agent)

    @property
    def key(self) -> bytes:
        """The key of this run's pseudonyms, for its other processes only."""
        return self._redactor.key

    @property
    def aborted(self) -> bool:
        """Whether this run was stopped, by this or another worker."""
        return (self._play / ABORTED).exists()

    def call_off(self) -> None:
        """Stop this run at once: nobody plays another scenario, and who waits for the node is interrupted."""
        self.abort()
        self._crew.call_off()

    def abort(self) -> None:
        """Stop this run: no worker plays another scenario."""
        self._play.mkdir(parents=True, exist_ok=True)
        (self._play / ABORTED).touch()

    @property
    def redactions(self) -> Mapping[str, int]:
        """How much this process replaced, by kind."""
        return self._redactor.counts

    @property
    def recordings(self) -> Mapping[str, Recording]:
        """What this process has recorded or read so far, by scenario; the scenario in which it was stopped too."""
        return dict(self._known)

    def preflight(self) -> Recording:
        """The ladder's recording."""
        while not self._once(PREFLIGHT, lambda: climb(self._session)):
            time.sleep(_PAUSE_S)
        return self._known[PREFLIGHT]

    def recording(self, scenario: str, meanwhile: Callable[[], bool] = lambda: False) -> Recording:
        """The redacted recording of a scenario of the plan.

        Rather than wait for who is playing it, something is played that nobody has begun, or `meanwhile` does a piece
        of other work: false when it has none. Raises StrangerAlarm (after keeping that it happened), RunAbortedError,
        and passes KeyboardInterrupt on after keeping what was recorded.
        """
        if scenario == PREFLIGHT:
            return self.preflight()
        self.preflight()
        while not self._played(scenario):
            if not (self._play_next() or meanwhile()):
                time.sleep(_PAUSE_S)
        return self._known[scenario]

    def recorded(self, scenario: str) -> Recording | None:
        """The recording of a scenario, where one has been stored."""
        if scenario not in self._known and (found := self._folder.load(scenario)) is not None:
            self._known[scenario] = found
        return self._known.get(scenario)

    def play_ahead(self) -> None:
        """Play all that no process has begun, the last in turn first; where a person has to be asked to make the node
        act, that is left to who asked for this run.

        Raises what `recording` does.
        """
        self.preflight()
        while self._ahead:
            if not self._play_next():
                time.sleep(_PAUSE_S)

    def close(self) -> None:
        """Close connections, counterparts and locks."""
        self._session.close()
        self._bench.close()
        self._gate.close()
        self._crew.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _play_next(self) -> bool:
        """Play the first that nobody has begun and that may be played now; false where there is none."""
        for scenario in tuple(self._ahead):
            begun = self._folder.holds(scenario)
            if begun or self._played(scenario):
                self._ahead.remove(scenario)
            if not begun and scenario in self._known:
                return True
        return False

    def _played(self, scenario: str) -> bool:
        return self._once(scenario, lambda: self._scene(self._plan.scenarios[scenario]))

    def _once(self, scenario: str, play: Callable[[], Iterable[Exchange]]) -> bool:
        """Have the recording known; false while another process plays it or something beside which it may not be."""
        if scenario in self._known:
            return True
        with self._own(scenario) as held:
            if held:
                found = self._folder.load(scenario)
                if found is None and self.aborted:
                    raise RunAbortedError("the run was stopped before this scenario was played")
                self._known[scenario] = found or self._kept(scenario, play())
        return held

    @contextmanager
    def _own(self, scenario: str) -> Iterator[bool]:
        """Hold a scenario, and be in the place where it is played; what was played needs no place."""
        planned = self._plan.scenarios.get(scenario)
        with ExitStack() as held:
            first = held.enter_context(locked(self._play / f"{scenario}.lock", wait=False))
            if first and not self._folder.holds(scenario):
                first = held.enter_context(self._place.taken(manner(planned) if planned else Manner.QUIET))
            yield first

    def _kept(self, scenario: str, playing: Iterable[Exchange]) -> Recording:
        take = Take(
            scenario=scenario,
            redact=self._redactor.redact,
            ladder=self._known.get(PREFLIGHT),
            run=self._folder.run_id,
        )
        state = RunState.ABORTED
        with ExitStack() as unkept:
            # What cannot be kept is not asked either: the other processes play nothing more.
            unkept.callback(self.abort)
            try:
                take.fill(playing)
                state = RunState.FINISHED
            finally:
                self._known[scenario] = kept = self._folder.save(take.recording(state))
            unkept.pop_all()
        return kept

    def _scene(self, scenario: Scenario) -> Iterator[Exchange]:
        kinds = listened_to(scenario)
        with ExitStack() as held:
            for kind in kinds:
                # Two scenarios cannot listen at one address at once, whichever workers play them.
                held.enter_context(locked(self._play / f"counterpart-{kind}.lock"))
            held.enter_context(self._bench.opened(kinds))
            yield from Scene(scenario, self._session, self._known.get(PREFLIGHT)).play()
