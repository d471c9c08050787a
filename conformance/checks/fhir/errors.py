"""What errors tell of the inside of a server: stack frames, places on its disk, what its database said."""

from __future__ import annotations

import html
import json
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from conformance.checks.fhir.reading import walk
from conformance.checks.judgement import answer, decidable, fact, judgement, met, read_whole, require
from conformance.model.exchange import Exchange, Response
from conformance.model.words import Text, Triage
from conformance.recordings.revealing import DATABASE, DISK, STACK, names_share, revealed

_SHOWN = {
    STACK: Text("een stacktrace", "a stack trace"),
    DATABASE: Text("een melding van de database", "a message of the database"),
    DISK: Text("een pad op schijf", "a path on disk"),
}


@judgement("errors-reveal-nothing")
def errors_reveal_nothing(exchange: Exchange) -> Text | None:
    """An error answer shows no stack trace, no place on disk and no message of the database, in header fields neither;
    whoever must be refused gets one."""
    if not _errs(exchange) and exchange.given.get("expects") != "refusal":
        met()
        return Text("geen foutantwoord", "no error answer")
    response = answer(exchange)
    decidable(
        _errs(exchange),
        nl=f"er kwam geen foutantwoord maar {response.status}",
        en=f"there was no error answer but {response.status}",
        triage=Triage.NODE,
    )
    _none({*_in_fields(exchange), *revealed(response.reason, "")}, Text("in een kop ", "in a header field "))
    read_whole(exchange)
    decidable(
        not exchange.facts.get("body_withheld"),
        nl="het foutantwoord is onleesbaar en daarom niet bewaard",
        en="the error answer is unreadable and was therefore not kept",
        triage=Triage.NODE,
    )
    _none({*_in_body(exchange, response)}, Text("", ""))
    return Text("niets van binnen", "nothing of the inside")


def _errs(exchange: Exchange) -> bool:
    return exchange.response is not None and exchange.response.status >= 400


def _none(shown: set[str], where: Text) -> None:
    found = [_SHOWN[kind] for kind in _SHOWN if kind in shown]
    require(
        not found,
        nl=f"het foutantwoord toont {where.nl}{', '.join(what.nl for what in found)}",
        en=f"the error answer shows {where.en}{', '.join(what.en for what in found)}",
    )


def _in_fields(exchange: Exchange) -> tuple[str, ...]:
    """What its header fields told before redaction, which keeps nothing of most."""
    told = fact(exchange, "inside_in_headers") if "inside_in_headers" in exchange.facts else ()
    return tuple(map(str, told)) if isinstance(told, list | tuple) else ()


def _in_body(exchange: Exchange, response: Response) -> Iterator[str]:
    said = response.body.decode("utf-8", "replace")
    # In JSON quotes and line ends are escaped, in XML and HTML quotes and brackets.
    spoken = f"{said}\n{html.unescape(said)}\n" + said.replace('\\"', '"').replace("\\n", "\n")
    yield from revealed(spoken, unquote(urlsplit(exchange.request.url).path) if exchange.request else "")
    if any(names_share(text) for text in _texts(response)):
        yield DISK


def _texts(response: Response) -> Iterator[str]:
    """The texts of an error as they are meant: those of JSON, or all of it."""
    said = response.body.decode("utf-8", "replace")
    try:
        found = walk(json.loads(said))
    except (ValueError, RecursionError):
        yield html.unescape(said)
        return
    yield from (value for _, held in found for value in held.values() if isinstance(value, str))
