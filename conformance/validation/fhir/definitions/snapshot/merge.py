"""What one element of a differential changes in the element it constrains."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]
_VALUE = ("fixed", "pattern", "defaultValue", "minValue", "maxValue")
_LISTS = frozenset({"constraint", "condition", "extension", "base", "binding", "slicing"})


def merged_element(base: Json, change: Json) -> Json:
    """The constrained element: what is said replaces, constraints and conditions are added to."""
    if not change:
        return base
    result = dict(base)
    for name, value in change.items():
        if name in _LISTS:
            continue
        for prefix in _VALUE:
            if name.startswith(prefix):
                result = {key: each for key, each in result.items() if not key.startswith(prefix)}
        result[name] = value
    if "contentReference" in result and "type" in change:
        del result["contentReference"]
    for name in ("binding", "slicing"):
        if name in change:
            result[name] = {**base.get(name, {}), **change[name]}
    _added(result, base, change)
    return result


def _added(result: Json, base: Json, change: Json) -> None:
    for name, key in (("constraint", "key"), ("extension", "url")):
        if name in change:
            new = {each.get(key) for each in change[name]}
            result[name] = [each for each in base.get(name, ()) if each.get(key) not in new] + list(change[name])
    if "condition" in change:
        result["condition"] = list(dict.fromkeys([*base.get("condition", ()), *change["condition"]]))


def contradictions(base: Json, result: Json) -> list[str]:
    """What a profile may not do to cardinality: ask more than it allows, or allow more than its base."""
    found: list[str] = []
    least, most = result.get("min", 0), result.get("max", "*")
    if most != "*" and str(most).isdigit() and least > int(most):
        found.append(f"asks for at least {least} and allows at most {most}")
    above = base.get("max", "*")
    if above != "*" and str(above).isdigit() and (most == "*" or int(most) > int(above)):
        found.append(f"allows {most} where its base allows {above}")
    return found
