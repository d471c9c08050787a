"""Addresses, part by part: who logged in, each segment of the path, each parameter of the query."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import quote, unquote, unquote_plus

from conformance.codecs.dicomjson import tag_of
from conformance.recordings.identities import is_bsn_system
from conformance.recordings.redaction import words
from conformance.recordings.redaction.lists import NUMBERS, PARAMETERS, SCHEMES
from conformance.recordings.redaction.masks import shape
from conformance.recordings.redaction.naming import says_number
from conformance.recordings.redaction.question import Question
from conformance.recordings.redaction.screen import Screen
from conformance.recordings.redaction.spills import names_secret

_DIGIT = re.compile(r"\d")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):(?!\d{1,5}(?:[/?#]|\Z))")
"""How an address begins that says its kind; what a colon and a port follow is a host."""
_OF_SEGMENT = re.compile(r";(?P<name>[^=/;,]+)=(?P<value>[^/;,]*)")
_USER = re.compile(r"(?:(?<=//)|\A)[^/?#@\s]+(?=@)")
_SEGMENT = re.compile(r"[^/;,]+")
_PAIR = re.compile(r"(?P<name>[^=&#]*)=(?P<value>[^&#]*)")
_PATIENT_ID = "00100020"
_SAFE = "-._~!$'()*,;:@/?|\\"


class Addresses:
    """Screens addresses for one exchange. `strict`: the node made it up, so any other Patient ID is an alarm."""

    def __init__(self, screen: Screen, question: Question) -> None:
        self._screen, self._question = screen, question

    def address(self, url: str, place: str, *, strict: bool = False) -> str:
        """The address with nobody's number, secret or unlisted value in it; StrangerAlarm for a person's number."""
        if (scheme := _SCHEME.match(url)) and scheme.group(1).lower() not in SCHEMES:
            return self._other(url, scheme.group(1), place)
        whole, hash_, fragment = url.partition("#")
        head, mark, query = whole.partition("?")
        kept = self._path(_USER.sub(lambda found: self._user(found.group(), place), head), place)
        kept = f"{kept}?{self.query(query, place, strict=strict)}" if mark else kept
        return f"{kept}#{self._fragment(fragment, place)}" if hash_ else kept

    def _other(self, url: str, scheme: str, place: str) -> str:
        """An address of another kind is all value: a text in it, somebody's mail, telephone or file."""
        rest = self._screen.text(url[len(scheme) :], place)
        return (scheme if words.coded(scheme) else shape(scheme)) + self._screen.masked(rest)

    def _fragment(self, fragment: str, place: str) -> str:
        """Behind the address: fields, as a token's answer has them, or the name of a part."""
        if "=" in fragment:
            return _PAIR.sub(lambda found: self._pair(found, place, strict=False), fragment)
        return self._screen.text(fragment, place)

    def _user(self, held: str, place: str) -> str:
        self._screen.within(held, place)
        return self._screen.pseudonyms.secret(held)

    def _path(self, path: str, place: str) -> str:
        path = _OF_SEGMENT.sub(lambda found: f";{self._pair(found, place, strict=False)}", path)
        if not _DIGIT.search(path):
            return path
        path = self._screen.within(path, place)
        before = ""

        def part(found: re.Match[str]) -> str:
            nonlocal before
            held = found.group()
            kept = self._segment(held, before, place)
            before = held
            return kept

        return _SEGMENT.sub(part, path)

    def _segment(self, held: str, before: str, place: str) -> str:
        plain = unquote(held)
        if says_number(before) and any(char.isdigit() for char in plain):
            return self._screen.named(plain, place)
        kept = self._screen.text(plain, place)
        return held if kept == plain else _as_written(kept, held)

    def query(self, query: str, place: str, *, strict: bool = False) -> str:
        """A query, or a form's fields, with names kept and values screened."""
        if "=" not in query:
            kept = self._screen.text(query, place)
            return kept if words.coded(kept) else self._screen.masked(kept)
        return _PAIR.sub(lambda found: self._pair(found, place, strict=strict), query)

    def _pair(self, found: re.Match[str], place: str, *, strict: bool) -> str:
        name, value = unquote_plus(found["name"]), unquote_plus(found["value"])
        kept = self.parameter(name, value, f"{place}, parameter {shown(name)}", strict=strict)
        told = self._screen.text(name, place)
        told = told if words.names(told) or self._asked(told) else shape(told)
        shown_name = found["name"] if told == name else _as_written(told, found["name"])
        return f"{shown_name}={found['value'] if kept == value else _as_written(kept, found['value'])}"

    def parameter(self, name: str, value: str, place: str, *, strict: bool = False) -> str:
        """The value of one parameter."""
        system, bar, number = value.rpartition("|")
        if bar and is_bsn_system(system):
            return f"{system}|{','.join(self._screen.named(one, place) for one in number.split(','))}"
        if bar and system in NUMBERS and len(number) in NUMBERS[system][0] and number.isdigit():
            return value
        if tag_of(name) == _PATIENT_ID:
            if strict and value.strip("*?"):
                return self._screen.sought(value, place)
            return self._screen.named(value, place)
        if bar and words.of_vocabulary(system) and words.coded(number):
            return value
        if says_number(name) and any(char.isdigit() for char in value) and not bar:
            return self._screen.named(value, place)
        if names_secret(name):
            self._screen.within(value, place)
            return self._screen.pseudonyms.secret(value)
        return self._value(name, value, place)

    def _value(self, name: str, value: str, place: str) -> str:
        if "://" in value:
            return self.address(value, place)
        kept = "/".join(self._screen.text(part, place) for part in value.split("/"))
        if self._screen.hides_number(kept):
            return self._screen.masked(kept)
        if name in PARAMETERS or self._asked(kept):
            return words.told(kept, self._question.words()) if not words.coded(kept) else kept
        return kept if words.own(kept) or kept.startswith("bsn-") else self._screen.masked(kept)

    def _asked(self, value: str) -> bool:
        heard = self._question.words()
        return bool(heard) and words.asked([value]) <= heard


def _as_written(kept: str, raw: str) -> str:
    """Percent-encoded like the original: a sign that stood there plainly stays plain."""
    return quote(kept, errors="surrogatepass", safe="".join(char for char in _SAFE if char in raw))


@lru_cache(maxsize=4096)
def shown(name: str) -> str:
    """A name as a place may show it: one that looks like a number or is long is not repeated."""
    return (
        name
        if name.isprintable() and len(name) <= 60 and sum(char.isdigit() for char in name) < 6
        else f"({len(name)} signs)"
    )
