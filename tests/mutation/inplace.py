"""Changes a function where it is: whoever imported it before runs the changed code, and nothing is loaded again."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import cached_property
from types import CodeType, FunctionType
from typing import Any

from tests.mutation.places import Mutant


def changed_in_place(mutant: Mutant) -> bool:
    """Puts the change into the loaded module. False when it is outside any function: a constant, a default, a base."""
    module = sys.modules.get(mutant.module)
    if module is None:
        return False
    both = [compile(source, str(module.__file__), "exec") for source in (mutant.original(), mutant.source())]
    found = list(_differing(both[0], both[1], module))
    for function, code in found:
        function.__code__ = code
    return bool(found)


def _differing(old: CodeType, new: CodeType, holder: Any) -> Iterator[tuple[FunctionType, CodeType]]:
    """The functions of a module or class whose code is another now; none when the body around them changed too."""
    pairs = list(zip(_inner(old), _inner(new), strict=False))
    if len(_inner(old)) != len(_inner(new)) or _body(old) != _body(new):
        return
    for was, now in pairs:
        if was == now:
            continue
        held = vars(holder).get(was.co_name)
        if isinstance(held, type):
            yield from _differing(was, now, held)
        elif (function := _function(held)) is not None and function.__code__.co_code == was.co_code:
            _forget(held)
            yield function, now


def _inner(code: CodeType) -> list[CodeType]:
    return [one for one in code.co_consts if isinstance(one, CodeType)]


def _body(code: CodeType) -> tuple[object, ...]:
    """What a module or class does itself, beside the functions in it."""
    plain = tuple((type(one), one) for one in code.co_consts if not isinstance(one, CodeType))
    return code.co_code, plain, code.co_names


def _function(held: Any) -> FunctionType | None:
    """The function in a property, a class method, a cache."""
    if isinstance(held, property):
        held = held.fget
    elif isinstance(held, cached_property):
        held = held.func
    held = getattr(held, "__func__", held)
    while hasattr(held, "__wrapped__"):
        held = held.__wrapped__
    return held if isinstance(held, FunctionType) else None


def _forget(held: Any) -> None:
    """What a cache remembers was said by the function as it was."""
    if hasattr(held, "cache_clear"):
        held.cache_clear()
