"""Changes that Cosmic Ray has no operators for, in the form of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import parso
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator

Place = tuple[tuple[int, int], tuple[int, int]]


class _Rewriting(Operator):  # type: ignore[misc]
    """Writes one node in another way."""

    def mutation_positions(self, node: Any) -> Iterator[Place]:
        """Where the node stands, when it can be written otherwise."""
        if self.rewritten(node) is not None:
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:  # noqa: ARG002 - there is one way
        """The other way."""
        made = self.rewritten(node)
        return parso.parse(made) if made is not None else node

    def rewritten(self, node: Any) -> str | None:
        """The code that stands in place of this node; None where the operator has nothing to change."""
        raise NotImplementedError

    @classmethod
    def examples(cls) -> tuple[Any, ...]:
        """None: Cosmic Ray's own tests are not run."""
        return ()


class SwapMembership(_Rewriting):
    """`in` becomes `not in`, and the other way round."""

    def rewritten(self, node: Any) -> str | None:
        if node.type == "comparison" and node.children[1].get_code().split() in (["in"], ["not", "in"]):
            left, operator, *right = (child.get_code() for child in node.children)
            return f"{left}{' in' if 'not' in operator else ' not in'}{''.join(right)}"
        return None


class TurnFilter(_Rewriting):
    """The condition of a comprehension is turned."""

    def rewritten(self, node: Any) -> str | None:
        if node.type in ("comp_if", "old_comp_if"):
            word, condition, *rest = (child.get_code() for child in node.children)
            return f"{word} not ({condition.strip()}){' ' if rest else ''}{''.join(rest)}"
        return None


class OmitCall(_Rewriting):
    """A call made for its effect is left out."""

    def rewritten(self, node: Any) -> str | None:
        alone = node.parent is not None and node.parent.type == "simple_stmt"
        if alone and node.type in ("atom_expr", "power") and node.children[-1].type == "trailer":
            return f"{node.get_first_leaf().prefix}pass"
        return None


class RenameText(_Rewriting):
    """A text that is compared, looked up or listed is another one."""

    def rewritten(self, node: Any) -> str | None:
        if node.type != "string" or node.parent.type == "simple_stmt":
            return None
        opening = re.match(r"\w*(\"\"\"|\'\'\'|\"|\')", node.value)
        return f"{node.prefix}{opening[0]}XX{node.value[opening.end() :]}" if opening else None


OWN: dict[str, type[Operator]] = {one.__name__: one for one in (SwapMembership, TurnFilter, OmitCall, RenameText)}


def operator_named(name: str) -> Operator:
    """An operator, ours or Cosmic Ray's."""
    return OWN[name]() if name in OWN else get_operator(f"core/{name}")()
