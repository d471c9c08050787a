"""Cases on whom a node that asks believes, made of waiting by hand."""

from __future__ import annotations

from typing import Any

from conformance.model.exchange import Exchange, Rung
from conformance.model.words import Verdict
from tests.checks.making import SILENT, Case, exchange, response, trouble

PASS, FAIL, UNDECIDED = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE
KIND = "wrong-counterpart-refused"
QUIET = {"calls": 0, "operations": {}, "knocks": 1, "in_clear": 0, "lingering": 0}
MISSING = exchange(
    trouble=trouble("client-certificate-missing", Rung.CONFIGURATION, "names none (counterpart-foreign)"), played=False
)
TAKEN = exchange("driver.start", response(202))


def waited(**facts: Any) -> Exchange:
    """A wait at a counterpart, with these facts beside or in place of one knock and nothing else."""
    return exchange("counterpart.calls", facts={**QUIET, **facts})


def without(fact: str) -> Exchange:
    """A wait that lacks a fact."""
    return exchange("counterpart.calls", facts={name: value for name, value in QUIET.items() if name != fact})


ASKED = waited(calls=6)


def _case(verdict: Verdict, about: str, *, wrong: Exchange, order: Exchange = TAKEN, good: Exchange = ASKED) -> Case:
    return Case(
        kind=KIND, verdict=verdict, about=about, exchanges={"wrong": (wrong,), "order": (order,), "good": (good,)}
    )


TRUSTING = [
    _case(PASS, "knocked and asked nothing", wrong=waited()),
    _case(PASS, "knocked more than once", wrong=waited(knocks=3)),
    _case(PASS, "a person was asked", wrong=waited(), order=exchange("driver.start", facts={"asked": True})),
    _case(FAIL, "asked", wrong=waited(calls=1)),
    _case(FAIL, "asked at the second attempt", wrong=waited(calls=1, knocks=2)),
    _case(FAIL, "asked without TLS", wrong=waited(in_clear=1)),
    _case(FAIL, "asked without TLS and did not knock", wrong=waited(in_clear=1, knocks=0)),
    _case(FAIL, "asked and not at the good one", wrong=waited(calls=1), good=waited()),
    _case(FAIL, "asked though the driver said no", wrong=waited(calls=1), order=exchange("x", response(500))),
    _case(FAIL, "asked though the driver said nothing", wrong=waited(calls=1), order=exchange("x", trouble=SILENT)),
    _case(UNDECIDED, "did not knock", wrong=waited(knocks=0)),
    _case(UNDECIDED, "stayed and said nothing", wrong=waited(lingering=1)),
    _case(UNDECIDED, "did not ask the good one", wrong=waited(), good=waited()),
    _case(UNDECIDED, "no good one", wrong=waited(), good=MISSING),
    _case(UNDECIDED, "not to be shown", wrong=MISSING, order=MISSING),
    _case(UNDECIDED, "driver silent", wrong=waited(), order=exchange("driver.start", trouble=SILENT)),
    _case(UNDECIDED, "driver refused", wrong=waited(), order=exchange("driver.start", response(500))),
    _case(UNDECIDED, "a clock that jumped", wrong=waited(clock_jump_s=4000)),
    *(
        _case(UNDECIDED, f"without the fact {fact}", wrong=without(fact))
        for fact in ("calls", "knocks", "in_clear", "lingering")
    ),
    _case(UNDECIDED, "without the fact calls at the good one", wrong=waited(), good=without("calls")),
]
