"""Ubiquitous invariants as Python rules, by the text of the expression they stand in for.

A rule may answer None: then the expression is evaluated after all.

Every one of them is compared with the FHIRPath evaluator on the same data in the tests.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


LINK = re.compile(r"""(?:src|href)\s*=\s*["'](#[^"']+)["']""")


def plain(expression: str) -> str:
    """An expression without the white space that means nothing."""
    return "".join(expression.split())


def _contained(value: Any) -> list[dict[str, Any]]:
    found = value.get("contained") if isinstance(value, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def no_nested_contained(value: Any) -> bool:
    """dom-2."""
    return not any("contained" in each for each in _contained(value))


def no_contained_version(value: Any) -> bool:
    """dom-4."""
    return not any(
        isinstance(each.get("meta"), dict) and ("versionId" in each["meta"] or "lastUpdated" in each["meta"])
        for each in _contained(value)
    )


def no_contained_security(value: Any) -> bool:
    """dom-5."""
    return not any(isinstance(each.get("meta"), dict) and "security" in each["meta"] for each in _contained(value))


def has_narrative(value: Any) -> bool:
    """dom-6 (best practice)."""
    text = value.get("text") if isinstance(value, dict) else None
    return isinstance(text, dict) and "div" in text


def always(_value: Any) -> bool:
    """A rule that another part of the validator reports in its own terms (narrative, contained references)."""
    return True


def enable_behavior(value: Any) -> bool:
    """que-12. R4's expression says "> 2" where its text says "more than one": the text is what was meant."""
    conditions = value.get("enableWhen")
    return not isinstance(conditions, list) or len(conditions) < 2 or "enableBehavior" in value


# A reference to `#id` without such a contained resource: references.py reports it with the id.
REF_1 = "reference.startsWith('#').not()or(reference.substring(1).trace('url')in{}.contained.id.trace('ids'))"


def no_contained_narrative(value: Any) -> bool:
    """dom-1 (STU3)."""
    return not any("text" in each for each in _contained(value))


def contained_is_used(value: Any) -> bool:
    """dom-3: everything contained is referred to, be it from a narrative, or refers to its container."""
    inner = _contained(value)
    if not inner:
        return True
    used = set(_texts(value))
    return all(f"#{each.get('id', '')}" in used or "#" in set(_texts(each)) for each in inner)


def _texts(value: Any) -> Iterator[str]:
    """Every text below that may be a reference, and what narratives link to."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield from LINK.findall(each) if key == "div" and isinstance(each, str) else _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
    elif isinstance(value, str):
        yield value


# dom-3 as STU3 and as R4 write it.
UNUSED_3 = "contained.where(('#'+idin%resource.descendants().reference).not()).empty()"
UNUSED_4 = (
    "contained.where((('#'+idin(%resource.descendants().reference|%resource.descendants().as(canonical)"
    "|%resource.descendants().as(uri)|%resource.descendants().as(url)))ordescendants().where(reference='#').exists()"
    "ordescendants().where(as(canonical)='#').exists()ordescendants().where(as(canonical)='#').exists()).not())"
    ".trace('unmatched',id).empty()"
)

CORRECTED = {
    "probabilityisdecimalimplies(probabilityasdecimal)<=100": "probability.ofType(decimal).all($this <= 100)",
    "probabilityisdecimalimpliesprobability.as(decimal)<=100": "probability.ofType(decimal).all($this <= 100)",
    "fullUrl.contains('/_history/').not()": "fullUrl.exists() implies fullUrl.contains('/_history/').not()",
    "value.empty()orcode!=component.code": "value.empty() or component.empty() or code != component.code",
    "operator='exists'implies(answerisBoolean)": "operator = 'exists' implies (answer is boolean)",
}
"""Published expressions that give an empty result, or false, where the rule's text is kept: the text counts."""

NATIVE: dict[str, Callable[[Any], bool | None]] = {
    UNUSED_3: contained_is_used,
    UNUSED_4: contained_is_used,
    "contained.text.empty()": no_contained_narrative,
    "contained.contained.empty()": no_nested_contained,
    "contained.meta.versionId.empty()andcontained.meta.lastUpdated.empty()": no_contained_version,
    "contained.meta.security.empty()": no_contained_security,
    "text.`div`.exists()": has_narrative,
    "text.div.exists()": has_narrative,
    REF_1.format("%rootResource"): always,
    REF_1.format("%resource"): always,
    "enableWhen.count()>2impliesenableBehavior.exists()": enable_behavior,
    "htmlChecks()": always,
    "htmlchecks()": always,
}
