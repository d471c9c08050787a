"""Whether a run hangs together: what the run, its plan and its recordings say of each other, before any judgement.

A forger can seal again whatever he changed; what he cannot do is change one thing and leave nothing that contradicts
it. Each sentence names the file or exchange. What an honest crash leaves out is no contradiction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import conformance
from conformance.agreements.catalogue import Catalogue
from conformance.harness.concluding import evidence_digest, span
from conformance.harness.digests import suite_digest
from conformance.harness.equals import unequal
from conformance.harness.kinds import of_other_kind
from conformance.harness.opened import Opened
from conformance.harness.options import Options
from conformance.harness.plausible import assertions, implausible, set_back_s, unkept, unmeasured
from conformance.harness.sequence import out_of_sequence
from conformance.model.exchange import Direction, Exchange, Recording, by_scenario
from conformance.model.plan import Plan
from conformance.model.run import Run
from conformance.model.words import RunState, Text
from conformance.recordings.facts import VERSION
from conformance.recordings.ladder import PREFLIGHT
from conformance.recordings.manifest import ATTESTATIONS, NODE, ROOTS, RUN
from conformance.recordings.probes import probe_agrees
from conformance.recordings.remeasure import of_recording
from conformance.synthesis.patients import patients

_ADDRESS = re.compile(r"(?<=[^/:])[/?#].*", re.DOTALL)
"""What stands behind scheme, host and port of an address."""
_ODD = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError)
"""What reading a value that no run writes may raise, wherever it is looked at."""


def of_itself(opened: Opened) -> Iterator[Text]:
    """Everything in which a run folder contradicts itself, whatever the agreements."""
    run, recordings = opened.run, opened.folder.recordings()
    for recording in recordings:
        yield from implausible(recording, run.id)
    yield from assertions(recordings)
    yield from unequal(recordings)
    yield from _hellos(recordings)
    yield from _times(run, recordings)
    evidence = evidence_digest(opened.folder)
    if run.digests.evidence != evidence:
        yield _said("digests.evidence", run.digests.evidence, evidence)
    if run.lang not in ("nl", "en"):
        yield _said("lang", run.lang, "nl, en")


def of_plan(opened: Opened, plan: Plan, catalogue: Catalogue) -> Iterator[Text]:
    """Everything in which a run folder contradicts the agreements it was played under, and the plan made of these.

    Its values have been found plausible before.
    """
    recordings = by_scenario(opened.folder.recordings())
    yield from _run(opened, plan, catalogue)
    yield from _inputs(opened, plan, catalogue)
    yield from _recordings(opened.run, plan, recordings)
    for name, recording in recordings.items():
        try:
            yield from tuple(_recording(recording, opened, plan, recordings.get(PREFLIGHT)))
        except _ODD as error:
            said = type(error).__name__
            yield _of_file(name, f"bevat iets dat geen run schrijft ({said})", f"holds what no run writes ({said})")


def _recording(recording: Recording, opened: Opened, plan: Plan, preflight: Recording | None) -> Iterator[Text]:
    """One recording against its scenario, the roots and what this build measures."""
    roles = {*patients(), *plan.node.patients}
    for found in of_recording(recording, opened.roots):
        yield _of(found.exchange, f"'{found.fact}': {found.text.nl}", f"'{found.fact}': {found.text.en}")
    for exchange in recording.exchanges:
        yield from _agent(exchange, anonymous=opened.run.anonymous)
        if opened.run.digests.suite == suite_digest():
            yield from unmeasured(exchange)
            yield from unkept(exchange)
            if odd := of_other_kind(exchange.facts, roles):
                yield _of(exchange.id, f"zo worden feiten niet gemeten: {odd}", f"facts are not measured so: {odd}")
            if exchange.facts.get("facts_version") != VERSION:
                yield _of(exchange.id, "'facts_version' is niet die van de suite", "'facts_version' is not the suite's")
        endpoint = plan.node.endpoints.get(str(exchange.given.get("endpoint", "")))
        if endpoint and (text := probe_agrees(exchange, urlsplit(endpoint.url).hostname or "")):
            yield _of(exchange.id, text.nl, text.en)
    if recording.scenario == PREFLIGHT or recording.scenario in plan.scenarios:
        yield from out_of_sequence(recording, plan, preflight)


def _agent(exchange: Exchange, *, anonymous: bool) -> Iterator[Text]:
    """Whether a request names who asks, as it does in every run but an anonymous one."""
    if exchange.request is None or exchange.direction is not Direction.SENT:
        return
    named = any(name == "user-agent" for name, _ in exchange.request.headers)
    if named and anonymous:
        yield _of(exchange.id, "noemt de suite, in een anonieme run", "names the suite, in an anonymous run")
    elif not named and not anonymous:
        yield _of(exchange.id, "noemt de suite niet", "does not name the suite")


def told(opened: Opened) -> Iterator[Text]:
    """What a judge should know of and is no contradiction: several server keys at one address (load balancers)."""
    keys: dict[str, set[bytes]] = {}
    for recording in opened.folder.recordings():
        for exchange in recording.exchanges:
            if exchange.tls and exchange.tls.peer and exchange.request and exchange.direction is Direction.SENT:
                keys.setdefault(_ADDRESS.sub("", exchange.request.url), set()).add(exchange.tls.peer[0])
    for address, shown in sorted(keys.items()):
        if len(shown) > 1:
            yield Text(
                f"{address} toonde {len(shown)} verschillende servercertificaten.",
                f"{address} showed {len(shown)} different server certificates.",
            )


def _run(opened: Opened, plan: Plan, catalogue: Catalogue) -> Iterator[Text]:
    """What run.json says of itself that can be worked out again."""
    run = opened.run
    facts: Mapping[str, tuple[object, object]] = {
        "digests.plan": (run.digests.plan, plan.digest),
        "digests.data": (run.digests.data, catalogue.data_digest),
        "released": (run.released, catalogue.released),
        **_asked(opened, plan),
    }
    if run.digests.suite == suite_digest():
        facts = {**facts, "suite": (run.suite, conformance.__version__)}
    for name, (said, found) in facts.items():
        if said != found:
            yield _said(name, said, found)


def _asked(opened: Opened, plan: Plan) -> Mapping[str, tuple[object, object]]:
    """What the run says was asked for, and what its command says."""
    run = opened.run
    try:
        command = Options.of(run.command)
    except ValueError:
        return {"command": (" ".join(run.command), "conformance run ...")}
    return {
        "command": (run.command, command.command),
        "release": (run.release, command.release or plan.node.release),
        "selection": (run.selection, command.selection),
        "seed": (run.seed, command.seed),
        "thorough": (run.thorough, command.thorough),
        "anonymous": (run.anonymous, command.anonymous),
        "expectations": (opened.expectations is not None, command.expect is not None),
    }


def _inputs(opened: Opened, plan: Plan, catalogue: Catalogue) -> Iterator[Text]:
    """Roots where the node file names them, and attestations only of what is asked, once each."""
    if opened.roots and plan.node.trust.roots is None:
        yield Text(f"{ROOTS}: past niet bij {NODE}.", f"{ROOTS}: does not fit {NODE}.")
    seen: set[str] = set()
    for word in opened.attestations:
        requirement = catalogue.requirements.get(word.requirement)
        if requirement is None or requirement.asks is None or word.requirement in seen:
            yield Text(
                f"{ATTESTATIONS}: naar '{word.requirement}' wordt niet of al eerder gevraagd.",
                f"{ATTESTATIONS}: '{word.requirement}' is not asked about, or was answered before.",
            )
        seen.add(word.requirement)


def _recordings(run: Run, plan: Plan, recordings: Mapping[str, Recording]) -> Iterator[Text]:
    """A finished run recorded each scenario it was asked for, and none that is not of the plan."""
    asked = {
        scenario
        for scenario, planned in plan.pairs()
        if run.selected is None or f"{scenario}::{planned.requirement.id}" in run.selected
    }
    wanted = {*asked, PREFLIGHT} if asked else set()
    for name in sorted(set(recordings) - {*plan.scenarios, PREFLIGHT}):
        yield _of_file(name, "dit scenario staat niet in het plan", "this scenario is not in the plan")
    if PREFLIGHT not in recordings and recordings:
        yield _of_file(PREFLIGHT, "ontbreekt, terwijl er wel scenario's zijn", "missing, though scenarios are there")
    for name, recording in recordings.items():
        if run.state is RunState.FINISHED and recording.state is not RunState.FINISHED:
            yield _of_file(name, "afgebroken, terwijl de run is voltooid", "broken off, though the run was finished")
    if run.state is RunState.FINISHED:
        for name in sorted(wanted - set(recordings)):
            yield _of_file(name, "ontbreekt, terwijl de run is voltooid", "missing, though the run was finished")
    ids = {f"{scenario}::{planned.requirement.id}" for scenario, planned in plan.pairs()}
    for name in sorted(set(run.selected or ()) - ids):
        yield _said("selected", name, "-")


def _times(run: Run, recordings: Iterable[Recording]) -> Iterator[Text]:
    """The run began with the first thing said and ended with the last; the ladder came before everything else.

    A machine whose clock was set back during the run says by how much; so far times may run backwards.
    """
    exchanges = [exchange for recording in recordings for exchange in recording.exchanges]
    back = timedelta(seconds=set_back_s(exchanges))
    try:
        found = span(exchanges)
        climbed = [datetime.fromisoformat(one.started) for one in exchanges if one.scenario == PREFLIGHT]
        for exchange in exchanges:
            early = climbed and datetime.fromisoformat(exchange.started) + back < max(climbed)
            if early and exchange.scenario != PREFLIGHT:
                yield Text(
                    f"{exchange.id}: {exchange.started}, vóór het einde van de verkenning van de run.",
                    f"{exchange.id}: {exchange.started}, before the run's own preflight ended.",
                )
    except (ValueError, TypeError, OverflowError):
        yield Text("exchanges: een tijd is geen tijd.", "exchanges: a time is no time.")
        return
    for name, said, at in zip(("started", "finished"), (run.started, run.finished), found or (), strict=False):
        if said != at:
            yield _said(name, said, at)


def _hellos(recordings: Iterable[Recording]) -> Iterator[Text]:
    """Each hello is made for one probe, with a random of its own."""
    shown: dict[bytes, str] = {}
    for recording in recordings:
        for exchange in recording.exchanges:
            if exchange.flight and (first := shown.setdefault(exchange.flight.hello, exchange.id)) != exchange.id:
                yield _of(exchange.id, f"dezelfde ClientHello als {first}", f"the same ClientHello as {first}")


def _of(exchange: str, nl: str, en: str) -> Text:
    return Text(f"{exchange}: {nl}.", f"{exchange}: {en}.")


def _said(name: str, said: object, found: object) -> Text:
    return Text(
        f"{RUN}: '{name}' is {said}; uit de rest van de map volgt {found}.",
        f"{RUN}: '{name}' is {said}; the rest of the folder says {found}.",
    )


def _of_file(name: str, nl: str, en: str) -> Text:
    return Text(f"recordings/{name}.json: {nl}.", f"recordings/{name}.json: {en}.")
