"""Text of no form, forms of a web page, and tables: what an error says stays readable, the rest keeps its shape."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from conformance.recordings.redaction import tables, words
from conformance.recordings.redaction.addresses import shown
from conformance.recordings.redaction.naming import says_number
from conformance.recordings.redaction.reading import Reading
from conformance.recordings.tally import Looked, withhold
from conformance.recordings.tokens import described

_PIECES = re.compile(r"(?P<name>[^=&]*)=(?P<value>[^&]*)")
_PID3 = re.compile(r"(?:(?<=[\r\n])|\A)(PID\|[^|\r\n]*\|[^|\r\n]*\|)([^|\r\n]*)")
_SEPARATORS = ("\t", ";", ",", "|")


def read(data: bytes, reading: Reading) -> Looked:
    """The redacted text; bytes that are no text in UTF-8 are withheld."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return withhold("not text in UTF-8")
    reading.spend(text.count("\n") + text.count("=") + 1)
    text = _PID3.sub(lambda found: _patient(found, reading), text)
    _columns(text, reading)
    screened = reading.screen.text(text, reading.place)
    if reading.telling:
        heard = reading.question.words()
        kept = words.told(reading.screen.spoken(screened, reading.place, heard), heard)
    else:
        kept = screened if words.own(reading.screen.clear(screened)) else reading.screen.masked(screened)
    return Looked(body=data if kept == text and text.encode() == data else kept.encode(), tally=reading.tally)


def _patient(found: re.Match[str], reading: Reading) -> str:
    """PID-3 of HL7 version 2: the patient's numbers, repeated with a tilde."""
    place = f"{reading.place}.PID-3"
    numbers = [
        reading.screen.named(one, place) if reading.screen.meant_as_number(one, direct=True) else one
        for one in found.group(2).split("~")
    ]
    return found.group(1) + "~".join(numbers)


def _columns(text: str, reading: Reading) -> None:
    """Tables: a line that names a column for a number is the head of those that follow, up to the next."""
    lines = text.splitlines()
    if len(lines) > 1 and len(lines[0]) < _NAME and says_number(lines[0]):
        _judge(tables.named(lines[:1], ([line] for line in lines[1:])), reading)
    heads = [at for at, line in enumerate(lines[:-1]) if len(line) < _HEAD and says_number(line)]
    for at, end in pairwise([*heads, len(lines)]):
        separator = max(_SEPARATORS, key=lines[at].count)
        head = lines[at].split(separator)
        if len(head) > 1:
            _judge(tables.named(head, (line.split(separator) for line in lines[at + 1 : end])), reading)


def _judge(cells: Iterable[tables.Cell], reading: Reading) -> None:
    for name, cell in cells:
        if reading.screen.meant_as_number(cell, direct=True):
            reading.screen.named(cell, f"{reading.place}, column {shown(name)}")


_NAME, _HEAD = 40, 2_000
"""A longer line is no name of a column; nor a row of names."""


def form(data: bytes, reading: Reading) -> Looked:
    """A form (application/x-www-form-urlencoded): fields as parameters of an address, secrets as pseudonyms."""
    text = data.decode("utf-8", "surrogateescape")
    reading.spend(text.count("&") + 1)
    for found in _PIECES.finditer(text):
        if found["name"] in ("client_assertion", "assertion") and reading.tally.jwt is None:
            reading.tally.jwt = described(found["value"])
    kept = reading.addresses.query(text, f"{reading.place}, a form field")
    return Looked(body=kept.encode("utf-8", "surrogateescape"), tally=reading.tally)
