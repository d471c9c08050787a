"""Of what kind each fact is, in every run of this build."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping

from conformance.model.agreements import Json

_DIGEST = re.compile(r"[0-9a-f]{64}")
_OTHER = re.compile(r"other-\d{1,9}")
_PERSONS = ("patients", "told_of")


def of_other_kind(facts: Mapping[str, Json], roles: Collection[str]) -> list[str]:
    """The names of the facts whose value is none that a run measures, sorted. `roles`: of the data set's patients."""
    odd = {name for name, kind in _KINDS.items() if name in facts and not kind(facts[name])}
    odd |= {name for name in _PERSONS if name not in odd and not all(_known(one, roles) for one in _list(facts, name))}
    if not odd and _number(facts, "bsn_valid") > _number(facts, "bsn_seen"):
        odd.add("bsn_valid")
    return sorted(odd)


def _known(one: Json, roles: Collection[str]) -> bool:
    """Whether this is a patient of the data set, or another that came along."""
    return one in roles or _OTHER.fullmatch(str(one)) is not None


def _list(facts: Mapping[str, Json], name: str) -> list[Json]:
    value = facts.get(name, [])
    return value if isinstance(value, list) else []


def _number(facts: Mapping[str, Json], name: str) -> int:
    value = facts.get(name, 0)
    return value if isinstance(value, int) else 0


def _truth(value: Json) -> bool:
    return isinstance(value, bool)


def _text(value: Json) -> bool:
    return isinstance(value, str)


def _digest(value: Json) -> bool:
    return isinstance(value, str) and _DIGEST.fullmatch(value) is not None


def _count(value: Json) -> bool:
    return type(value) is int and value >= 0


def _texts(value: Json) -> bool:
    """A list of texts, none of them twice."""
    return isinstance(value, list) and all(map(_text, value)) and len(set(map(str, value))) == len(value)


def _counts(value: Json) -> bool:
    return isinstance(value, dict) and all(map(_count, value.values()))


def _lengths(value: Json) -> bool:
    return isinstance(value, list) and all(map(_count, value))


_KINDS: Mapping[str, Callable[[Json], bool]] = {
    **dict.fromkeys(("body_over_budget", "body_utf8", "body_withheld", "chain_verified", "redirect_elsewhere"), _truth),
    **dict.fromkeys(("bsn_in_links", "bsn_in_location", "bsn_in_url", "clock_jumped_now", "silent_twice"), _truth),
    **dict.fromkeys(("answer_began", "answer_status", "body_size", "bsn_seen", "bsn_valid", "calls"), _count),
    **dict.fromkeys(("came_back", "facts_version", "in_clear", "knocks", "lingering", "presentation"), _count),
    **dict.fromkeys(("bare_numbers", "operations"), _counts),
    **dict.fromkeys(("bsn_in_headers", "inside_in_headers", "odd_numbers", *_PERSONS), _texts),
    "body_digest": _digest,
    "body_problem": _text,
    "part_sizes": _lengths,
}
"""Facts that are not here are looked at where they are recomputed, or hold descriptions of their own."""
