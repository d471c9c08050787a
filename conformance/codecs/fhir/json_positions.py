"""Where each property and array item of a JSON text stands, made once, when a finding needs a line."""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from conformance.codecs.fhir.document import Path

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)


def locate(text: str) -> Callable[[Path], int]:
    """A function from path to line. The text has been parsed, so it is known to be well-formed JSON."""
    places = dict(_places(text))
    starts = [match.end() for match in re.finditer("\n", text)]
    return partial(_line, places, starts)


def _line(places: dict[Path, int], starts: list[int], path: Path) -> int:
    while path not in places and path:
        path = path[:-1]
    return bisect_right(starts, places.get(path, 0)) + 1


def _places(text: str) -> Iterator[tuple[Path, int]]:
    path: list[str | int] = []
    is_key = False
    previous = ""
    for match in TOKEN.finditer(text):
        token = match.group()
        if is_key and token[0] == '"':
            path[-1] = json.loads(token)
            yield tuple(path), match.start()
            is_key = False
        elif token in "{[":
            if not (path and isinstance(path[-1], str) and previous == ":"):
                yield tuple(path), match.start()
            path.append("" if token == "{" else 0)
            is_key = token == "{"
        elif token in "}]":
            path.pop()
        elif token == ",":
            step = path[-1]
            is_key = isinstance(step, str)
            path[-1] = step if isinstance(step, str) else step + 1
        elif token != ":" and previous != ":":
            yield tuple(path), match.start()
        previous = token
