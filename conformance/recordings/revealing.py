"""What a text tells of the inside of a server: stack frames, what its database said, places on its disk."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

STACK, DATABASE, DISK = "stack", "database", "disk"
"""A stack trace, a message of the database, a path on disk."""

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
_SHAPES = {STACK: _FRAMES, DATABASE: _DATABASE}


_Place = tuple[str, str]
"""A place as it stands there, and the path that it is; empty for one that no address can be."""


def revealed(text: str, asked: str) -> Iterator[str]:
    """What a text tells of the inside. `asked`: the path of the address that was asked, which is no path on disk."""
    yield from _kinds(text)
    if any(_unasked(_places(text), asked)):
        yield DISK


def _kinds(text: str) -> tuple[str, ...]:
    """A server says the same to many: each text is looked through once, unless it is too long to be remembered."""
    return _known(text) if len(text) <= _LONG else _look(text)


def _look(text: str) -> tuple[str, ...]:
    return tuple(kind for kind, shape in _SHAPES.items() if shape.search(text))


_LONG = 8 * 1024
_known = lru_cache(maxsize=4096)(_look)


def _places(text: str) -> Iterator[_Place]:
    return ((place[0], (place[1] or "").rstrip(".")) for place in _PLACES.finditer(text))


def _unasked(places: Iterable[_Place], asked: str) -> Iterator[str]:
    return (place for place, path in places if not path or path not in asked)


def names_share(text: str) -> bool:
    """Whether a path on another machine stands in a text whose signs stand for themselves."""
    return _SHARES.search(text) is not None


def in_field(name: str, text: str, asked: str) -> Iterator[str]:
    """What a header field tells of the inside. A path there may be one of the web: it is one on disk where it can be no
    other, or names a file in a field that holds no addresses."""
    yield from _kinds(text)
    files = name not in _OF_ADDRESSES
    if any(not place.startswith("/") or (files and _FILE.search(place)) for place in _unasked(_places(text), asked)):
        yield DISK


_FILE = re.compile(r"/[\w-]+\.[a-z]{1,5}\Z")
_OF_ADDRESSES = frozenset(
    {
        "alt-svc",
        "content-location",
        "content-security-policy",
        "content-security-policy-report-only",
        "link",
        "location",
        "nel",
        "refresh",
        "report-to",
        "reporting-endpoints",
        "set-cookie",
    }
)
