"""A judge who remembers: what was said of an unchanged file, exchange, recording or plan is not worked out again.

Who judges is the product, whole. Remembered are only functions of what they are given, each by all of it; files by what
the disk says of them, since a forger writes what he changes and leaves the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from functools import wraps
from inspect import isgeneratorfunction
from pathlib import Path
from typing import Any
from unittest.mock import patch

from conformance.agreements.catalogue import Catalogue
from conformance.checks import judging
from conformance.checks.judgement import Judgement
from conformance.checks.opinions import Looked, flattened
from conformance.harness import coherence, inputs, rejudging
from conformance.harness.opened import Opened
from conformance.harness.plausible import implausible
from conformance.model.agreements import Json, Requirement, Scenario
from conformance.model.exchange import Exchange, Recording
from conformance.model.plan import Plan
from conformance.model.run import Run
from conformance.recordings import files, manifest
from conformance.recordings.manifest import NODE
from conformance.recordings.serial import exchange_document
from conformance.recordings.store import RunFolder
from tests.tampering import forging


@contextmanager
def remembering() -> Iterator[None]:
    """As long as this lasts, this process remembers."""
    planned = _remembered(inputs.kept_plan, _planned)
    instead = [
        (files, "read", _remembered(files.read, _file)),
        (manifest, "digest", _remembered(files.digest, _file)),
        (RunFolder, "_read_exchange", _reading(RunFolder._read_exchange)),
        (forging, "kept_plan", planned),
        (rejudging, "kept_plan", planned),
        (rejudging, "aside", nullcontext),  # what another process remembers is lost
        (coherence, "implausible", _remembered(implausible, _alone)),
        (coherence, "_recording", _remembered(coherence._recording, _recorded)),
        (judging, "judge_one", _remembered(judging.judge_one, _judged)),
        (judging, "opinion", _remembered(judging.opinion, _looked)),
    ]
    with ExitStack() as lasting:
        for place, name, remembered in instead:
            lasting.enter_context(patch.object(place, name, remembered))
        yield


def _remembered(function: Callable[..., Any], about: Callable[..., Hashable]) -> Callable[..., Any]:
    """What the function says, by what it is about. What it was given is held, so that its identity stays its own."""
    said: dict[Hashable, tuple[Any, object]] = {}

    @wraps(function)
    def asked(*given: Any, **named: Any) -> Any:
        if (key := about(*given, **named)) not in said:
            found = function(*given, **named)
            said[key] = (tuple(found) if isgeneratorfunction(function) else found, given)
        return said[key][0]

    return asked


def _reading(read: Callable[[RunFolder, str], Exchange]) -> Callable[[RunFolder, str], Exchange]:
    """An exchange by its digest; its file and its bodies have to be there and whole all the same."""
    known: dict[str, tuple[Exchange, set[str]]] = {}

    def reading(folder: RunFolder, digest: str) -> Exchange:
        if digest not in known:
            exchange, named = read(folder, digest), set[str]()

            def named_in(body: bytes, named: set[str] = named) -> str:
                named.add(files.digest_of(body))
                return ""

            exchange_document(exchange, named_in)
            known[digest] = exchange, named
        exchange, bodies = known[digest]
        folder._get("exchanges", digest, ".json")
        for body in bodies:
            folder._body(body)
        return exchange

    return reading


def _file(path: Path) -> Hashable:
    try:
        found = path.lstat()
    except OSError:
        return object()  # nothing to remember: reading says what is wrong
    return path, found.st_mode, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


_text = _remembered(repr, id)
"""A scenario in words is the same for all nodes that it is played against in the same way."""


def _planned(folder: RunFolder, catalogue: Catalogue, run: Run, release: str | None = None) -> Hashable:
    return id(catalogue), folder.read(NODE), release or run.release, repr(run.selection), run.seed, run.thorough


def _whole(recording: Recording | None) -> Hashable:
    if recording is None:
        return None
    said = repr((recording.run, recording.scenario, recording.state, recording.resting_on))
    return said, tuple(map(id, recording.exchanges))


def _alone(recording: Recording, run: str) -> Hashable:
    return _whole(recording), repr(run)


def _recorded(recording: Recording, opened: Opened, plan: Plan, preflight: Recording | None) -> Hashable:
    said = repr((opened.run.anonymous, opened.run.digests.suite)), opened.roots
    return _whole(recording), _whole(preflight), id(plan), said


def _judged(requirement: Requirement, scenario: Scenario, recording: Recording | None, _opine: object) -> Hashable:
    return id(requirement), _text(scenario), _whole(recording)


def _looked(kind: Judgement, exchanges: Looked, parameters: Mapping[str, Json]) -> Hashable:
    return kind.kind, id(parameters), tuple(map(id, flattened(exchanges)))
