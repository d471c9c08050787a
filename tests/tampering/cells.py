"""What is changed: every file in every way, and every member of every document."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from conformance.agreements.canonical import canonical
from conformance.harness.concluding import stamp
from conformance.recordings.manifest import ALLURE, EVIDENCE
from tests.tampering.forging import Parts

Change = Callable[[Parts], None]
PlainChange = Callable[[Path], None]
MemberPath = tuple[str, ...]
OTHER = {
    "state": ("finished", "aborted"),
    "direction": ("sent", "received"),
    "outcome": ("answered", "no-answer"),
    "rung": ("token", "capability"),
}
"""Members with few words take another of them: a value that the reader itself refuses would show little."""


@dataclass(frozen=True)
class Cell:
    """One change: `what` names the file or member, `how` the change. `fixed` are members of run.json to leave be."""

    what: str
    how: str
    change: Change
    fixed: tuple[MemberPath, ...] = ()


def otherwise(value: Any, name: str = "") -> Any:
    """Another value of the same kind."""
    if name in OTHER:
        return next(word for word in OTHER[name] if word != value)
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return _another_text(value)
    if isinstance(value, list):
        return value[1:] if value else ["x"]
    if isinstance(value, dict):
        return {**value, "x": "x"}
    return "x"


def _another_text(text: str) -> str:
    if text.startswith("sha256:"):
        return f"sha256:{'0' * 64}"
    if len(text) == 24 and text.endswith("Z"):
        return stamp(datetime.fromisoformat(text) + timedelta(hours=1))
    return f"{text}x"


def leaves(value: Any, path: MemberPath = ()) -> Iterator[MemberPath]:
    """The path of every member that holds no further members."""
    if isinstance(value, dict) and value:
        for name, inner in value.items():
            yield from leaves(inner, (*path, name))
    elif path:
        yield path


def run_cells(parts: Parts) -> Iterator[Cell]:
    """Every member of run.json, as the forger wants it."""
    for path in leaves(parts.run):
        yield Cell(f"run.json {_dotted(path)}", "changed", lambda made, path=path: changed(made.run, path), (path,))


def input_cells(parts: Parts, name: str) -> Iterator[Cell]:
    """Every member of an input document; of a list its first entry."""

    def change(made: Parts, path: MemberPath) -> None:
        document = json.loads(made.inputs[name])
        changed(document[0] if isinstance(document, list) else document, path)
        made.inputs[name] = canonical(document) + (b"" if name == "agreements.json" else b"\n")

    document = json.loads(parts.inputs[name])
    paths = leaves(document[0] if isinstance(document, list) else document)
    if name == "agreements.json":  # each document of the agreements is a member: one stands for all
        yield Cell(name, "member changed", lambda made: _first_of_agreements(made))
        return
    for path in paths:
        yield Cell(f"{name} {_dotted(path)}", "changed", lambda made, path=path: change(made, path))


def _first_of_agreements(made: Parts) -> None:
    document = json.loads(made.inputs["agreements.json"])
    document[min(document)] = f"sha256:{'0' * 64}"
    made.inputs["agreements.json"] = canonical(document)


def exchange_cells(parts: Parts) -> Iterator[Cell]:
    """Every member of exchanges, once for each family of operations that has it."""
    seen: set[tuple[str, MemberPath]] = set()
    for operation, (number, exchange) in _examples(parts).items():
        for path in leaves(exchange):
            if (once := (operation.partition(".")[0], path)) in seen:
                continue
            seen.add(once)
            name = path[-1]

            def change(made: Parts, number: int = number, path: MemberPath = path, name: str = name) -> None:
                exchange = made.exchange(number)
                if name == "body" or (name in ("hello", "answer") and "flight" in path):
                    _body(made, exchange, path)
                elif name == "peer":
                    exchange["tls"]["peer"] = [made.put(b"another certificate")]
                else:
                    changed(exchange, path)

            yield Cell(f"exchange {operation} {_dotted(path)}", "changed", change)


def _examples(parts: Parts) -> dict[str, tuple[int, dict[str, Any]]]:
    """One exchange of each operation, with an answer where there is one."""
    found: dict[str, tuple[int, dict[str, Any]]] = {}
    for number, exchange in enumerate(parts.exchanges()):
        known = found.get(exchange["operation"])
        if known is None or (known[1]["response"] is None and exchange["response"] is not None):
            found[exchange["operation"]] = number, exchange
    return dict(sorted(found.items()))


def _body(made: Parts, exchange: dict[str, Any], path: MemberPath) -> None:
    half, name = path
    body = made.bodies[exchange[half][name]]
    exchange[half][name] = made.put(body.replace(b'"active"', b'"resolved"', 1) if b'"active"' in body else body + b" ")


def recording_cells(parts: Parts, other: Parts) -> Iterator[Cell]:
    """Recordings as wholes: members, order, number, and those of another run."""
    name = next(name for name in sorted(parts.recordings) if name.startswith("offers."))
    for path in ("scenario", "state", "resting_on", "format"):
        yield Cell(f"recording {path}", "changed", lambda made, path=path: changed(made.recordings[name], (path,)))

    def swapped(made: Parts) -> None:
        exchanges = made.recordings[name]["exchanges"]
        exchanges[0], exchanges[1] = exchanges[1], exchanges[0]

    yield Cell("recording", "two exchanges swapped", swapped)
    yield Cell("recording", "an exchange left out", lambda made: made.recordings[name]["exchanges"].pop(1))
    yield Cell("recording", "an exchange twice", lambda made: _twice(made, name))
    yield Cell("recording", "removed", lambda made: made.recordings.pop(name))
    yield Cell("recording", "duplicated", lambda made: made.recordings.update({"copy": made.recordings[name]}))
    yield Cell("recording", "of another run", lambda made: made.recordings.update({name: other.recordings[name]}), ())
    yield Cell("recording", "all of another run", lambda made: _all_of(made, other))


def _twice(made: Parts, name: str) -> None:
    exchanges = made.recordings[name]["exchanges"]
    exchanges.insert(1, exchanges[0])


def _all_of(made: Parts, other: Parts) -> None:
    made.recordings, made.bodies = other.recordings, {**made.bodies, **other.bodies}


def file_cells(other: Parts) -> Iterator[Cell]:
    """Every file beside the evidence: a byte more, gone, there twice, another run's."""
    names = ("node.json", "attestations.json", "roots.pem", "agreements.json")
    for name in names:
        yield Cell(name, "byte changed", lambda made, name=name: _longer(made, name))
        yield Cell(name, "removed", lambda made, name=name: made.inputs.pop(name))
        yield Cell(name, "duplicated", lambda made, name=name: made.extra.update({f"copy-{name}": made.inputs[name]}))
        yield Cell(name, "of another run", lambda made, name=name: made.inputs.update({name: other.inputs[name]}))
    for what, name in (("bodies", f"bodies/{'0' * 64}"), ("exchanges", f"exchanges/{'0' * 64}.json")):
        yield Cell(what, "a file that nothing names", lambda made, name=name: made.extra.update({name: b"x"}))


def _longer(made: Parts, name: str) -> None:
    made.inputs[name] += b" "


def plain_cells(folder: Path, other: Path) -> Iterator[tuple[str, str, PlainChange]]:
    """Every kind of file, changed and not sealed again; of the evidence and of Allure's results one stands for all."""
    for what, name in _kinds(folder):
        yield what, "byte changed", lambda made, name=name: _flip(made / name)
        yield what, "removed", lambda made, name=name: (made / name).unlink()
        yield what, "duplicated", lambda made, name=name: _copy(made / name)
        twin = other / name if (other / name).exists() else next(iter(sorted((other / name).parent.iterdir())))
        yield what, "of another run", lambda made, name=name, twin=twin: _replace(made / name, twin)


def _kinds(folder: Path) -> Iterator[tuple[str, str]]:
    for path in sorted(folder.iterdir()):
        if path.is_file():
            yield path.name, path.name
    for inside in (*EVIDENCE, ALLURE):
        yield f"{inside}/*", f"{inside}/{min(path.name for path in (folder / inside).iterdir() if path.stat().st_size)}"


def _flip(path: Path) -> None:
    data = path.read_bytes()
    middle = len(data) // 2
    path.write_bytes(data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])


def _copy(path: Path) -> None:
    twin = f"{'f' * 64}{path.suffix}" if len(path.stem) == 64 else f"copy-{path.name}"
    path.with_name(twin).write_bytes(path.read_bytes())


def _replace(path: Path, twin: Path) -> None:
    if path.read_bytes() == twin.read_bytes():
        path.write_bytes(path.read_bytes() + b"\n")
    else:
        path.write_bytes(twin.read_bytes())


def _dotted(path: MemberPath) -> str:
    return ".".join(path)


def changed(document: Any, path: MemberPath) -> None:
    """Give one member another value, in place."""
    *before, last = path
    for name in before:
        document = document[name]
    document[last] = otherwise(document[last], last)
