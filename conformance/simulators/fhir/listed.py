"""Which search of the BgZ list a call is: about whomever, in any order, with the provenance or without."""

from __future__ import annotations

import re
from functools import cache

from conformance.agreements.catalogue import load_catalogue
from conformance.simulators.http import Call

TABLE = "tables/bgz-msz-2-0"
_NUMBER = re.compile(r"(?<=NamingSystem/bsn\|)(?:\d{9}|\{patients\..*?bsn\})")
_PROVENANCE = "_revinclude=Provenance:target"


def is_search(call: Call, name: str) -> bool:
    """Whether a call asks this search of the list; KeyError for a name that is not on it."""
    path, wanted = _asked()[name]
    return call.path.endswith(path) and sorted(_parameters(call)) == sorted(wanted)


def is_turned(call: Call) -> bool:
    """Whether a call asks a search of the list with its parameters last to first."""
    given = _parameters(call)
    return len(given) > 1 and any(
        call.path.endswith(path) and given == wanted[::-1] for path, wanted in _asked().values()
    )


def _parameters(call: Call) -> list[str]:
    given = (_NUMBER.sub("#", f"{name}={value}") for name, value in call.query)
    return [one for one in given if one != _PROVENANCE]


@cache
def _asked() -> dict[str, tuple[str, list[str]]]:
    queries = load_catalogue().tables[TABLE]["queries"]
    split = {name: query["path"].partition("?") for name, query in queries.items()}
    return {name: (f"/{path}", _NUMBER.sub("#", asked).split("&")) for name, (path, _, asked) in split.items()}
