"""A node of a stranger: the reference node with one thing that some software does."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from conformance.simulators.faults import Fault, Hook, Piece

Made = TypeVar("Made", bound=Callable[..., Any])
Place = Callable[[Any], Piece]
"""Makes of a function what takes hold of the node, and says where."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stranger(Fault):
    """What a function does to the reference node. `fails` are the requirements whose words it breaks; a legal one has
    none, and says where the standards allow it."""

    place: Place
    made: Any
    besides: tuple[Piece, ...] = ()
    allowed: str = ""
    because: str = ""
    """Why what is `undecidable` is so at a legal node."""

    def pieces(self) -> tuple[Piece, ...]:
        """What takes hold of the node, with nothing remembered."""
        return (self.place(self.made), *self.besides)


def wrong(*breaks: str, at: Hook | Place, besides: tuple[Piece, ...] = ()) -> Callable[[Made], Made]:
    """A node that breaks the words of these requirements."""

    def note(made: Made) -> Made:
        _ALL.append(Stranger(**_said(made), fails=breaks, place=_place(at), made=made, besides=besides))
        return made

    return note


def legal(
    allowed: str,
    *,
    at: Hook | Place,
    besides: tuple[Piece, ...] = (),
    undecidable: tuple[str, ...] = (),
    because: str = "",
) -> Callable[[Made], Made]:
    """A node that is odd, and right by this clause."""

    def note(made: Made) -> Made:
        one = Stranger(**_said(made), allowed=allowed, place=_place(at), made=made, besides=besides)
        _ALL.append(replace(one, undecidable=undecidable, because=because))
        return made

    return note


def strangers() -> Iterator[Stranger]:
    """All of them, chapter by chapter."""
    package = __name__.rpartition(".")[0]
    for module in pkgutil.iter_modules(importlib.import_module(package).__path__):
        if not module.name.startswith("test_"):
            importlib.import_module(f"{package}.{module.name}")
    yield from _ALL


_ALL: list[Stranger] = []


def _said(made: Callable[..., Any]) -> dict[str, Any]:
    chapter = made.__module__.rpartition(".")[2]
    return {"id": made.__name__, "title": {"en": inspect.getdoc(made) or ""}, "switch": "", "chapter": chapter}


def _place(at: Hook | Place) -> Place:
    """A hook as a place: what is put there is the function itself, or a new one of its class."""
    if isinstance(at, Hook):
        return lambda made: Piece(at, made() if isinstance(made, type) else made)
    return at
