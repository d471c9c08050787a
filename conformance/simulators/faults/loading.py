"""Reads the faults of this package (`<chapter>.yaml`) and says where one is wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from conformance.agreements.problems import DocumentError, Problem, same
from conformance.agreements.strict import Document, Keys, read
from conformance.agreements.unrolling import spoken_of
from conformance.model.agreements import Drawing
from conformance.model.words import Text
from conformance.simulators.faults import Each, Fault, switches

FOLDER = Path(__file__).parent
FIELDS = ("title", "switch", "with", "each", "release", "fails", "undecidable", "stays")


@cache
def load_faults(folder: Path = FOLDER) -> Mapping[str, Fault]:
    """Every fault by id. Raises DocumentError with all that is wrong, each with its place."""
    faults: dict[str, Fault] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.yaml")):
        document = read(path, folder)
        for identity, entry, complaints in _entries(document):
            problems.extend(complaints)
            if not complaints and identity in faults:
                problems.append(_problem(document, ("faults", identity), "an id of its own", f"{identity} twice"))
            elif not complaints:
                faults[identity] = _fault(identity, entry, path.stem)
    if problems:
        raise DocumentError(problems)
    return faults


def _entries(document: Document) -> Iterator[tuple[str, dict[str, Any], list[Problem]]]:
    content = document.value.get("faults") if isinstance(document.value, dict) else None
    if not isinstance(content, dict):
        raise DocumentError([_problem(document, (), "faults: with an entry for each fault", "no faults")])
    for identity, entry in content.items():
        yield identity, entry, list(_complaints(document, ("faults", identity), entry))


def _complaints(document: Document, path: Keys, entry: Any) -> Iterator[Problem]:
    if not isinstance(entry, dict):
        yield _problem(document, path, f"a mapping with {', '.join(FIELDS)}", repr(entry))
        return
    for name in entry:
        if name not in FIELDS:
            yield _problem(document, (*path, name), f"one of {', '.join(FIELDS)}", name)
    title = entry.get("title")
    if not isinstance(title, dict) or set(title) != {"nl", "en"}:
        yield _problem(document, (*path, "title"), "title in nl and en", repr(title))
    for name in ("fails", "undecidable", "stays"):
        listed = entry.get(name, [])
        if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
            yield _problem(document, (*path, name), "a list of requirement ids", repr(listed))
    known = switches()
    if entry.get("switch") not in known:
        yield _problem(document, (*path, "switch"), f"one of {', '.join(sorted(known))}", repr(entry.get("switch")))
    elif "each" in entry and not _is_each(entry["each"]):
        expected = (
            "{ span: <its name> }, with `over: [<dimensions>]`, `but: [<values>]` or `draw: each | pairs` if need be"
        )
        yield _problem(document, (*path, "each"), expected, repr(entry["each"]))
    else:
        yield from _parameters(document, path, entry)


def _parameters(document: Document, path: Keys, entry: dict[str, Any]) -> Iterator[Problem]:
    given = entry.get("with", {})
    # What members fill in is looked at once they do (`variants.problems`).
    later = {name for name, value in given.items() if "each" in entry and spoken_of(value)}
    for name, expected, found in switches()[entry["switch"]].problems(given):
        if name not in later:
            yield _problem(document, (*path, "with", name), expected, found)


def _is_each(value: Any) -> bool:
    return (
        isinstance(value, dict)
        and set(value) <= {"span", "over", "but", "draw"}
        and isinstance(value.get("span"), str)
        and all(_names(value.get(part, [])) for part in ("over", "but"))
        and value.get("draw", "each") in (Drawing.EACH, Drawing.PAIRS)
    )


def _fault(identity: str, entry: dict[str, Any], chapter: str) -> Fault:
    return Fault(
        id=identity,
        title=entry["title"],
        switch=entry["switch"],
        chapter=chapter,
        parameters=entry.get("with", {}),
        fails=tuple(entry.get("fails", ())),
        undecidable=tuple(entry.get("undecidable", ())),
        stays=tuple(entry.get("stays", ())),
        release=entry.get("release", ""),
        each=_each(entry["each"]) if "each" in entry else None,
    )


def _names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _each(value: dict[str, Any]) -> Each:
    draw = Drawing(value["draw"]) if "draw" in value else None
    return Each(span=value["span"], over=tuple(value.get("over", ())), but=tuple(value.get("but", ())), draw=draw)


def _problem(document: Document, path: Keys, expected: str, found: str) -> Problem:
    step = Text("Pas het foutbestand aan.", "Change the fault file.")
    where = "/".join(str(part) for part in path)
    return Problem(document.place(path), where, same(expected), same(found), step)
