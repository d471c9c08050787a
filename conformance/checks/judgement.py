"""How a judgement is written: a pure function over exchanges that requires something, or says why it can't decide.

    @judgement("status-is")
    def status_is(exchange: Exchange, *, status: tuple[int, ...]) -> Text | None:
        found = answer(exchange).status
        require(found in status, nl=f"status {found}", en=f"...")

Positional parameters are exchanges: `Exchange` for exactly one, `tuple[Exchange, ...]` for all that match. The first
        require(found in status, nl=f"gezien: status {found}", en=f"seen: status {found}")
requirement's `judged.with`; their annotations are the schema against which the YAML is checked.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from enum import Enum

from conformance.model.agreements import Json
from conformance.model.exchange import Exchange, Outcome, Response, Rung, Trouble
from conformance.model.words import Text, Triage

type_hints = typing.get_type_hints
Judge = Callable[..., Text | None]


class NotMet(Exception):
    """The node did not do what was agreed."""

    def __init__(self, text: Text, triage: Triage = Triage.NODE) -> None:
        super().__init__(text.en)
        self.text = text
        self.triage = triage


class Undecidable(Exception):
    """What is needed to decide is not there; never the node's fail and never a pass."""

    def __init__(self, text: Text, triage: Triage, rung: Rung | None = None) -> None:
        super().__init__(text.en)
        self.text = text
        self.triage = triage
        self.rung = rung


@dataclass(slots=True)
class Tally:
    """What one judgement did: how often it required something, and the facts it leaned on."""

    required: int = 0
    facts: set[str] = field(default_factory=set)


TALLY: ContextVar[Tally] = ContextVar("tally")


def require(condition: object, *, nl: str, en: str) -> None:
    """Fail the requirement unless the condition holds; the sentences say what was seen and what was expected."""
    TALLY.get().required += 1
    if not condition:
        raise NotMet(Text(nl, en))


def met() -> None:
    """Count something as required and found, where coming this far is itself the proof."""
    TALLY.get().required += 1


def decidable(condition: object, *, nl: str, en: str, triage: Triage = Triage.TEST_DATA) -> None:
    """Stop undecided unless there is something to judge."""
    if not condition:
        raise Undecidable(Text(nl, en), triage)


def fact(exchange: Exchange, name: str) -> Json:
    """A fact measured before redaction; undecidable when this recording does not carry it."""
    TALLY.get().facts.add(name)
    if name not in exchange.facts:
        text = Text(f"de opname bevat het feit '{name}' niet", f"the recording does not carry the fact '{name}'")
        raise Undecidable(text, Triage.SUITE)
    return exchange.facts[name]


def answer(exchange: Exchange) -> Response:
    """The answer of an exchange, or undecidable with the trouble that stood in its way."""
    if exchange.response is None:
        raise undecided(exchange)
    return exchange.response


def among(statuses: Iterable[int]) -> str:
    """Statuses as a sentence names them."""
    return "/".join(str(status) for status in statuses)


def asked_too_often(exchange: Exchange) -> bool:
    """Whether the node says that it was (429, RFC 6585 section 4), or to come back later (503 with Retry-After, RFC
    9110 section 10.2.3): that tells of how often, and nothing of what was asked."""
    response = answer(exchange)
    return response.status == 429 or (response.status == 503 and bool(response.header("retry-after")))


def in_its_time(exchange: Exchange) -> None:
    """Stop undecided where the node was asked too often."""
    seen = answer(exchange).status
    decidable(
        not asked_too_often(exchange),
        nl=f"het knooppunt vindt dat het te vaak wordt gevraagd (HTTP {seen}). {SLOWER.nl}",
        en=f"the node says that it is asked too often (HTTP {seen}). {SLOWER.en}",
        triage=Triage.CONNECTION,
    )


def status_among(exchange: Exchange, *statuses: int) -> int:
    """Require that the answer has one of these statuses, and give the one it has; undecided where the node was asked
    too often."""
    seen, choice = answer(exchange).status, among(statuses)
    if seen not in statuses:
        in_its_time(exchange)
    require(seen in statuses, nl=f"verwacht: {choice}; gezien: {seen}", en=f"expected: {choice}; seen: {seen}")
    return seen


SLOWER = Text(
    "Verhoog op het knooppunt de grenzen voor de suite, of doe de run langzamer opnieuw (een lagere "
    "'politeness.rate_per_s')",
    "Raise the limits for the suite on the node, or run again slower (a lower 'politeness.rate_per_s')",
)
"""What to do about a node that limits how often it is asked."""


def read_whole(exchange: Exchange) -> None:
    """Stop undecided when a body was more than the suite reads: only its size and digest were kept."""
    size = exchange.facts.get("body_size")
    decidable(
        not exchange.facts.get("body_over_budget"),
        nl=f"de inhoud ({size} bytes) is meer dan de suite leest; alleen omvang en digest zijn bewaard",
        en=f"the body ({size} bytes) is more than the suite reads; only its size and digest were kept",
        triage=Triage.NODE,
    )


TRIAGE_OF_RUNG: Mapping[Rung, Triage] = {
    Rung.CONFIGURATION: Triage.CONFIGURATION,
    Rung.NAME: Triage.CONFIGURATION,
    Rung.PORT: Triage.CONNECTION,
    Rung.TLS: Triage.CONNECTION,
    Rung.CLIENT_CERTIFICATE: Triage.CONFIGURATION,
    Rung.TOKEN: Triage.CONFIGURATION,
    Rung.CAPABILITY: Triage.CONNECTION,
    Rung.TEST_PATIENT: Triage.TEST_DATA,
}


def undecided(exchange: Exchange) -> Undecidable:
    """Why an exchange without an answer decides nothing, with the rung it rests on."""
    if exchange.trouble is None:
        return Undecidable(Text("er is geen antwoord opgenomen", "no answer was recorded"), Triage.SUITE)
    return resting_on(exchange.trouble, played=exchange.outcome is not Outcome.NOT_PLAYED)


def resting_on(trouble: Trouble, *, played: bool = True) -> Undecidable:
    """Undecided because a rung of the ladder gave way."""
    lead = Text("geen antwoord", "no answer") if played else Text("niet uitgevoerd", "not carried out")
    text = Text(f"{lead.nl}: {trouble.text}", f"{lead.en}: {trouble.text}")
    return Undecidable(text, TRIAGE_OF_RUNG[trouble.rung], trouble.rung)


@dataclass(frozen=True, slots=True)
class Judgement:
    """A registered kind of judgement."""

    kind: str
    function: Judge
    exchanges: Mapping[str, bool]
    """Names of the exchange parameters in order; the value says whether it takes all that match."""
    schema: Mapping[str, Json]
    """JSON Schema of the keyword parameters."""

    @property
    def doc(self) -> str:
        """The sentence that says what is judged."""
        return (self.function.__doc__ or "").strip().split("\n", 1)[0]


REGISTRY: dict[str, Judgement] = {}


def judgement(kind: str) -> Callable[[Judge], Judge]:
    """Register a function as the judgement of that kind."""

    def register(function: Judge) -> Judge:
        if kind in REGISTRY:
            raise ValueError(f"judgement kind {kind!r} is registered twice")
        exchanges, schema = _signature(function)
        REGISTRY[kind] = Judgement(kind, function, exchanges, schema)
        return function

    return register


def _signature(function: Judge) -> tuple[dict[str, bool], dict[str, Json]]:
    hints = type_hints(function)
    exchanges: dict[str, bool] = {}
    properties: dict[str, Json] = {}
    needed: list[str] = []
    for name, parameter in inspect.signature(function).parameters.items():
        if parameter.kind is parameter.POSITIONAL_OR_KEYWORD:
            exchanges[name] = hints[name] is not Exchange
            continue
        properties[name] = _schema(hints[name])
        if parameter.default is parameter.empty:
            needed.append(name)
    schema = {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}
    return exchanges, schema


_PLAIN: Mapping[object, Json] = {str: {"type": "string"}, int: {"type": "integer"}, bool: {"type": "boolean"}}


def _schema(hint: object) -> dict[str, Json]:
    if hint in _PLAIN:
        return dict(_PLAIN[hint])
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"enum": [member.value for member in hint]}
    origin = typing.get_origin(hint)
    if origin is tuple:
        return {"type": "array", "items": _schema(typing.get_args(hint)[0])}
    if origin is typing.Literal:
        return {"enum": list(typing.get_args(hint))}
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object"}
    return {}
