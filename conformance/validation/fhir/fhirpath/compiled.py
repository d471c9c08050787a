"""The compiled expression: what callers hold."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from conformance.validation.fhir.fhirpath.compiler import Compiler
from conformance.validation.fhir.fhirpath.environment import NOWHERE, Context, Environment
from conformance.validation.fhir.fhirpath.errors import FhirPathEvaluationError, FhirPathSyntaxError
from conformance.validation.fhir.fhirpath.nodes import Items, Node
from conformance.validation.fhir.fhirpath.parser import parse
from conformance.validation.fhir.fhirpath.type_table import TypeTable

_UNTYPED = TypeTable()


class Compiled:
    """An expression ready to evaluate, any number of times, in any thread.

    The focus is a Node, a list of items, or a JSON resource (whose types are then guessed from the data).
    Raises FhirPathEvaluationError, or its subclass FhirPathUndecidableError when the environment cannot answer.
    """

    __slots__ = ("_items", "_truth", "text")

    def __init__(self, text: str, *, strict: bool = False) -> None:
        self.text = text
        compiler = Compiler(text, strict=strict)
        try:
            tree = parse(text)
            self._items = compiler.items(tree)
            self._truth = compiler.truth(tree)
        except RecursionError as error:
            raise FhirPathSyntaxError("expression nests too deep", text, 1) from error

    def __repr__(self) -> str:
        return f"Compiled({self.text!r})"

    def __call__(self, focus: Node | Items | dict[str, Any], environment: Environment = NOWHERE) -> Items:
        """All items that the expression gives on the focus."""
        try:
            return list(self._items(Context(_focus(focus), environment)))
        except RecursionError as error:
            raise FhirPathEvaluationError(f"{self.text} nests too deep to evaluate") from error

    def boolean(self, focus: Node | Items | dict[str, Any], environment: Environment = NOWHERE) -> bool | None:
        """The expression as a criterion: None when empty; one item that is no Boolean counts as true."""
        try:
            return self._truth(Context([focus] if focus.__class__ is Node else _focus(focus), environment))
        except RecursionError as error:
            raise FhirPathEvaluationError(f"{self.text} nests too deep to evaluate") from error


@lru_cache(maxsize=8192)
def compile(text: str, *, strict: bool = False) -> Compiled:  # noqa: A001
    """The expression, compiled once and kept. Raises FhirPathSyntaxError.

    strict: errors instead of leniency for a name that a type does not declare, for order where there is none, and for
    `as` on more than one item. Invariants published with STU3 and R4 need the lenient reading.
    """
    return Compiled(text, strict=strict)


def _focus(focus: Node | Items | dict[str, Any]) -> Items:
    if isinstance(focus, Node):
        return [focus]
    if isinstance(focus, dict):
        return [Node(focus, _UNTYPED.guess(focus))]
    return focus
