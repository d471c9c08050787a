"""What a slice's element demands of a value so that it belongs to the slice: fixed, pattern, binding."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from conformance.validation.fhir.base.patterns import equals, matches

if TYPE_CHECKING:
    from conformance.validation.fhir.engine import Engine
    from conformance.validation.fhir.profiles.trees import Piece
    from conformance.validation.fhir.run import Run

Predicate = Callable[["Run", Any], "bool | None"]


def condition(engine: Engine, piece: Piece) -> Predicate | None:
    """The condition an element puts on its value; None when it puts none."""
    for key, wanted in piece.element.items():
        if key.startswith("fixed"):
            return _fixed(wanted)
        if key.startswith("pattern"):
            return _pattern(wanted)
    return _by_children(engine, piece) or _by_binding(engine, piece) or _by_profile(engine, piece)


def fixed_text(piece: Piece) -> str | None:
    """The text an element is fixed to, or None."""
    for key, wanted in piece.element.items():
        if key.startswith(("fixed", "pattern")):
            return wanted if isinstance(wanted, str) else None
    return None


def _fixed(wanted: Any) -> Predicate:
    if isinstance(wanted, str):
        return lambda _run, value: bool(value == wanted)
    return lambda _run, value: equals(value, wanted)


def _pattern(wanted: Any) -> Predicate:
    return lambda _run, value: matches(value, wanted)


def _by_children(engine: Engine, piece: Piece) -> Predicate | None:
    """The conditions of the element's own children together: `coding.system` and `coding.code` both fixed."""
    found: list[tuple[str, Predicate | None]] = []
    for name, child in piece.children.items():
        needed = [each for each in child.slices.values() if each.element.get("min", 0) > 0]
        found += [(name, _by_value(engine, each)) for each in (*needed, child)]
    conditions = tuple((name, inner) for name, inner in found if inner is not None)
    if not conditions:
        return None

    def test(run: Run, value: Any) -> bool | None:
        answers = (
            [_any(run, value.get(name), inner) for name, inner in conditions] if isinstance(value, dict) else [False]
        )
        return False if False in answers else (None if None in answers else True)

    return test


def _by_value(engine: Engine, piece: Piece) -> Predicate | None:
    if piece.name == "extension":
        return None
    for key, wanted in piece.element.items():
        if key.startswith("fixed"):
            return _fixed(wanted)
        if key.startswith("pattern"):
            return _pattern(wanted)
    return _by_children(engine, piece)


def _any(run: Run, value: Any, inner: Predicate) -> bool | None:
    answers = [inner(run, each) for each in (value if isinstance(value, list) else [value])]
    return True if True in answers else (None if None in answers else False)


def _by_binding(engine: Engine, piece: Piece) -> Predicate | None:
    binding = piece.element.get("binding") or {}
    if binding.get("strength") != "required" or not binding.get("valueSet"):
        return None
    value_set = str(binding["valueSet"])

    def test(_run: Run, value: Any) -> bool | None:
        expansion = engine.terminology.expansion(value_set)
        if isinstance(value, str):
            return expansion.contains(None, value)
        codings = value.get("coding", [value]) if isinstance(value, dict) else []
        answers = [
            expansion.contains(each.get("system") or "", each["code"])
            for each in (codings if isinstance(codings, list) else [])
            if isinstance(each, dict) and isinstance(each.get("code"), str)
        ]
        return True if True in answers else (None if None in answers else False)

    return test


def _by_profile(engine: Engine, piece: Piece) -> Predicate | None:
    """The condition at the root of the profile of a datatype."""
    for entry in piece.element.get("type", ()):
        for profile in entry.get("profile", ()):
            below = engine.tree(profile)
            found = condition(engine, below) if below is not None and below is not piece else None
            if found is not None:
                return found
    return None
