"""What the endpoint offers, seen by a prober that was shown to find it on a weak server."""

from __future__ import annotations

from conformance.checks.judgement import Undecidable, decidable, fact, judgement, require, undecided
from conformance.codecs.tls.offer import Probed, probed
from conformance.model.exchange import Exchange, Outcome
from conformance.model.words import Text, Triage

NEGOTIATED = frozenset({"handshake_failure", "protocol_version", "insufficient_security"})
"""Alerts by which a server says that it speaks TLS but not this; hanging up, or any other alert, may be a wall."""

SILENT = "silent_twice"
"""That nothing came, twice, where another hello is answered: what stands between drops this one."""


@judgement("probe-accepted")
def probe_accepted(probe: Exchange, control: Exchange) -> Text | None:
    """The endpoint accepts what the probe offered. It speaks TLS at all: the control, or the alert, shows that."""
    accepted = _accepted(probe)
    asked = _asked(probe)
    if not accepted and _seen(probe).choice.alert not in NEGOTIATED:
        _found(control)
    require(
        accepted,
        nl=f"verwacht: {asked} wordt geaccepteerd; gezien: geweigerd{_alert(probe).nl}",
        en=f"expected: {asked} is accepted; seen: refused{_alert(probe).en}",
    )
    return Text(f"{asked} wordt geaccepteerd", f"{asked} is accepted")


@judgement("probes-refused")
def probes_refused(probes: tuple[Exchange, ...], control: Exchange, *, good: tuple[str, ...] = ()) -> Text | None:
    """The endpoint accepts none of the probes, while it does accept an ordinary one.

    A probe may offer `good` suites too: whoever chooses one of these refuses the others.
    """
    # What was seen to be accepted needs no control, and no silence elsewhere hides it.
    answered = [probe for probe in probes if probe.outcome is Outcome.ANSWERED]
    taken = [_what(probe) for probe in answered if _accepted(probe) and _seen(probe).choice.suite not in good]
    require(
        not taken,
        nl=f"verwacht: weigering; geaccepteerd: {', '.join(taken)}",
        en=f"expected: refusal; accepted: {', '.join(taken)}",
    )
    _found(control)
    for probe in probes:
        _accepted(probe)
    return Text(f"alle {len(probes)} proeven zijn geweigerd", f"all {len(probes)} probes were refused")


@judgement("version-only-with")
def version_only_with(modern: Exchange, older: Exchange) -> Text | None:
    """The newer version is offered only when the older one is offered too."""
    offers_modern, offers_older = _accepted(modern), _accepted(older)
    decidable(
        offers_modern or offers_older,
        nl="het eindpunt accepteert geen van beide versies",
        en="the endpoint accepts neither version",
        triage=Triage.CONNECTION,
    )
    require(
        offers_older or not offers_modern,
        nl="verwacht: TLS 1.2 naast TLS 1.3; gezien: alleen TLS 1.3",
        en="expected: TLS 1.2 beside TLS 1.3; seen: TLS 1.3 only",
    )
    return Text("TLS 1.2 wordt aangeboden", "TLS 1.2 is offered")


@judgement("compression-refused")
def compression_refused(probe: Exchange, control: Exchange) -> Text | None:
    """Offered TLS compression, the endpoint chooses none; not speaking the old version at all is fine too."""
    compresses = _accepted(probe) and _seen(probe).choice.compression
    require(
        not compresses,
        nl="verwacht: geen compressie; gezien: het eindpunt koos DEFLATE",
        en="expected: no compression; seen: the endpoint chose DEFLATE",
    )
    _found(control)
    return Text("geen TLS-compressie", "no TLS compression")


def _accepted(probe: Exchange) -> bool:
    return _seen(probe).accepted


def _seen(probe: Exchange) -> Probed:
    """What the recorded flights show; undecidable without them, or when they are none."""
    if probe.outcome is not Outcome.ANSWERED:
        raise undecided(probe)
    try:
        seen = probed(probe.flight) if probe.flight else None
    except ValueError:
        seen = None
    if seen is None:
        text = Text(
            "de opname bevat niet wat is gevraagd en geantwoord", "the recording lacks what was asked and answered"
        )
        raise Undecidable(text, Triage.SUITE)
    if SILENT in probe.facts:
        fact(probe, SILENT)  # no byte shows it: the finding says that it rests on it
    return seen


def _found(control: Exchange) -> None:
    decidable(
        _accepted(control),
        nl="het eindpunt accepteerde ook een gewone verbinding niet, dus een weigering zegt niets",
        en="the endpoint did not accept an ordinary connection either, so a refusal says nothing",
        triage=Triage.CONNECTION,
    )


def _asked(probe: Exchange) -> str:
    if probe.given.get("one_by_one"):
        return ", ".join(_seen(probe).asked)
    version = str(probe.given.get("version", ""))
    return {"any": "TLS"}.get(version, version)


def _what(probe: Exchange) -> str:
    choice = _seen(probe).choice
    return " ".join(name for name in (choice.version, choice.suite) if name) or _asked(probe)


def _alert(probe: Exchange) -> Text:
    """How it was refused, to stand behind that; empty where the server only hung up."""
    alert = _seen(probe).choice.alert
    if SILENT in probe.facts:
        return Text(" (twee keer geen enkel antwoord)", " (no answer at all, twice)")
    return Text(f" ({alert})", f" ({alert})") if alert else Text("", "")
