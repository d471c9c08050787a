"""Nothing of what is loaded goes uncompared by oversight: each element is in the table, or free with a reason."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from conformance.agreements.catalogue import load_catalogue
from conformance.checks.loaded.learning import selected
from conformance.model.agreements import Json
from conformance.synthesis.bgz.record import bgz_data
from conformance.upkeep.sheets import QUERIES, TABLE


def leaves(value: Any, path: str = "") -> Iterator[str]:
    """The paths of all values in a resource."""
    for name, held in value.items() if isinstance(value, dict) else ():
        yield from leaves(held, f"{path}.{name}" if path else name)
    for held in value if isinstance(value, list) else ():
        yield from leaves(held, path)
    if not isinstance(value, dict | list):
        yield path


def compared(record: Json, above: str = "") -> Iterator[str]:
    """The paths of a resource that a record of the table names, up to the reference that it follows."""
    for path, how in {**record.get("named", {}), **record.get("equal", {})}.items():
        for way in path.split("|"):
            own = re.sub(r"\[[^\]]*\]", "", way.strip().partition("->")[0])
            below = f"{above}.{own}" if above else own
            yield from compared(how, below) if isinstance(how, dict) else (below,)


TABLES = load_catalogue().tables
FREE = [path for one in TABLES[TABLE]["free"] for path in one["paths"]]


def covers(path: str, leaf: str) -> bool:
    return leaf == path or leaf.startswith(f"{path}.")


@pytest.mark.parametrize("query", sorted(TABLES[QUERIES]["queries"]))
def test_each_element_is_compared_or_said_to_be_free(query: str) -> None:
    named = list(compared(TABLES[TABLE]["records"][TABLES[TABLE]["queries"][query]]))
    asked = TABLES[QUERIES]["queries"][query]
    found = (one for one in bgz_data().resources if one["resourceType"] == asked["type"])
    loaded = {leaf for one in found if selected(one, asked["where"]) for leaf in leaves(one)}
    neither = {leaf for leaf in loaded if not any(covers(path, leaf) for path in (*named, *FREE))}
    assert not neither
