"""What errors tell of the inside of a server: stack frames, places on its disk, what its database said."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from conformance.checks.fhir.reading import walk
from conformance.checks.judgement import answer, decidable, judgement, read_whole, require
from conformance.model.exchange import Exchange, Response
from conformance.model.words import Text, Triage

_FRAMES = re.compile(
    r"Traceback \(most recent|File \"[^\"]+\", line \d|\bat [\w.$<>]+\([\w.]+:\d+\)|\bat [\w.$<>`]+\([^)]*\) in |"
    r"\b(?:java|javax|jakarta|scala|kotlin)\.[a-z]+\.[\w.]+|\b(?:org|com|net|io|nl|ca)\.[a-z0-9]+\.[\w.]*[A-Z]\w*(?:Exception|Error)|"
    r"System\.\w+Exception|Exception in thread|Caused by: |goroutine \d+ \[|\bpanic: |node_modules|"
    r"#\d+ \S+\.php\(\d+\)|\.(?:php|rb|py|js|ts|cs|java|go):\d+(?::\d+)?\b|(?:Fatal|Parse) error: .* on line \d+"
)
_DATABASE = re.compile(
    r"ORA-\d{5}|psycopg|SQLSTATE|SQLException|sqlite3?\.|org\.hibernate|Microsoft\.Data|System\.Data|MySQLdb|PDOException|"
    r"You have an error in your SQL|syntax error at or near|Unclosed quotation mark|MongoError|MongoServerError|"
    r"invalid input syntax for (?:type |integer|uuid)|invalid byte sequence for encoding|string at or near|"
    r"could not extract ResultSet|\bSQL \[|\bSELECT\b.{1,400}\bFROM\b|"
    r"\bE11000\b|duplicate key (?:error|value)|violates (?:unique|check|foreign key) constraint|"
    r"relation \"\w+\" does not exist|"
    r"failed when converting (?:date|from|the)|ncorrect syntax near|nvalid (?:object|column) name '|"
    r"search_phase_execution_exception|index_not_found_exception|all shards failed|"
    r"<[A-Z][A-Z ]{3,}>\w*\+\d+\^"  # InterSystems: <UNDEFINED>zRead+3^Routine.1
)
_PLACES = re.compile(
    r"(?<![\w/.:%-])(/(?:usr|var|opt|home|srv|etc|root|tmp|mnt|app)/[\w./-]+)|\b[A-Z]:\\{1,2}[\w $.-]+\\|"
    r"\bfile:///?[\w./-]+"
)
_SHARES = re.compile(r"(?<![\w\\:])\\\\[\w.-]+\\[\w.$-]+")
"""A path on another machine, looked for where signs stand for themselves: JSON doubles each backslash."""
_SHAPES = (
    (Text("een stacktrace", "a stack trace"), _FRAMES),
    (Text("een melding van de database", "a message of the database"), _DATABASE),
)


@judgement("errors-reveal-nothing")
def errors_reveal_nothing(exchange: Exchange) -> Text | None:
    """An error answer shows no stack trace, no place on disk and no message of the database."""
    response = answer(exchange)
    decidable(
        response.status >= 400,
        nl=f"er kwam geen foutantwoord maar {response.status}",
        en=f"there was no error answer but {response.status}",
        triage=Triage.NODE,
    )
    read_whole(exchange)
    decidable(
        not exchange.facts.get("body_withheld"),
        nl="het foutantwoord is onleesbaar en daarom niet bewaard",
        en="the error answer is unreadable and was therefore not kept",
        triage=Triage.NODE,
    )
    said = response.body.decode("utf-8", "replace")
    # In JSON quotes and line ends are escaped, in XML and HTML quotes and brackets.
    spoken = f"{said}\n{html.unescape(said)}\n" + said.replace('\\"', '"').replace("\\n", "\n")
    shown = [what for what, shape in _SHAPES if shape.search(spoken)]
    if _places(spoken, exchange) or any(_SHARES.search(text) for text in _texts(response)):
        shown.append(Text("een pad op schijf", "a path on disk"))
    require(
        not shown,
        nl=f"het foutantwoord toont {', '.join(what.nl for what in shown)}",
        en=f"the error answer shows {', '.join(what.en for what in shown)}",
    )
    return Text("niets van binnen", "nothing of the inside")


def _texts(response: Response) -> Iterator[str]:
    """The texts of an error as they are meant: those of JSON, or all of it."""
    said = response.body.decode("utf-8", "replace")
    try:
        found = walk(json.loads(said))
    except (ValueError, RecursionError):
        yield html.unescape(said)
        return
    yield from (value for _, held in found for value in held.values() if isinstance(value, str))


def _places(spoken: str, exchange: Exchange) -> bool:
    """Whether a path on disk is named: one that is not part of the address that was asked."""
    asked = unquote(urlsplit(exchange.request.url).path) if exchange.request else ""
    return any(not found[1] or found[1].rstrip(".") not in asked for found in _PLACES.finditer(spoken))
