"""A record that was said beside one that was loaded: what it lacks, and what it says otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from conformance.checks.loaded.terms import Record, Term, Terms


@dataclass(frozen=True, slots=True)
class Difference:
    """What a record says otherwise than was loaded; `lacking` when it does not say it at all."""

    path: str
    loaded: str
    said: str

    @property
    def lacking(self) -> bool:
        """Whether something that was loaded is not said."""
        return not self.said


def named_alike(terms: Terms, loaded: Record, said: Record) -> bool:
    """Whether what names a record is the same."""
    return all(not any(_of_term(term, loaded, said)) for term in terms.naming)


def differences(terms: Terms, loaded: Record, said: Record) -> tuple[Difference, ...]:
    """All that a record says otherwise."""
    return tuple(one for term in terms.elements for one in _of_term(term, loaded, said))


def _of_term(term: Term, loaded: Record, said: Record) -> Iterator[Difference]:
    wanted, found = loaded.get(term.path, []), said.get(term.path, [])
    if wanted == found or (term.if_said and not found):
        return
    if term.part is not None:
        yield from _of_parts(term, term.part, wanted, found)
        return
    unseen = found.count(None) + len(wanted) * (None in wanted)
    left, more = _paired(term, wanted, [one for one in found if one is not None])
    if len(left) > unseen:  # what can't be seen may be just this
        yield Difference(term.path, _told(left), _told(more))
    elif more and not left and not term.more:
        yield Difference(term.path, _told(wanted) or "-", _told(more))


def _paired(term: Term, wanted: list[Any], found: list[Any]) -> tuple[list[Any], list[Any]]:
    """What was loaded and is not said, and what is said beside all that was loaded."""
    more = list(found)
    left = []
    for one in wanted:
        same = next((other for other in more if term.kind is not None and term.kind.same(one, other)), more)
        if same is more:
            left.append(one)
        else:
            more.remove(same)
    return left, more


def _of_parts(term: Term, terms: Terms, wanted: list[Any], found: list[Any]) -> Iterator[Difference]:
    more = list(found)
    for part in wanted:
        alike = [one for one in more if one is None or named_alike(terms, part, one)]
        if not alike:
            yield Difference(term.path, _told([part]), "")
            continue
        best = min(alike, key=lambda one: 0 if one is None else len(differences(terms, part, one)))
        more = [one for one in more if one is not best]
        if best is not None:
            yield from (
                Difference(f"{term.path}.{one.path}", one.loaded, one.said) for one in differences(terms, part, best)
            )
    for one in more:
        twice = one is not None and any(named_alike(terms, part, one) for part in wanted)
        if one is not None and (twice or not term.more):
            yield Difference(term.path, "-", _told([one]))


def told(record: Record) -> str:
    """A record as a sentence shows it: only what names it, where more is known."""
    return "; ".join(f"{path} {_told(inner)}" for path, inner in record.items()) or "-"


def _told(values: list[Any]) -> str:
    return ", ".join(_one_told(value) for value in values)


def _one_told(value: Any) -> str:
    if isinstance(value, dict):
        return told(value)
    return "/".join(value) or "-" if isinstance(value, list) else str(value)
