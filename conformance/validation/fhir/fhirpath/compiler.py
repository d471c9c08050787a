"""Syntax trees to closures.

Every tree compiles to one of three kinds of code, whichever its surroundings need: `items` gives a collection, `truth`
a three-valued Boolean, `exists` only whether anything is there. Criteria so run without building collections.
"""

from __future__ import annotations

from collections.abc import Callable

from conformance.validation.fhir.fhirpath import operators, paths
from conformance.validation.fhir.fhirpath.environment import Context
from conformance.validation.fhir.fhirpath.errors import FhirPathSyntaxError
from conformance.validation.fhir.fhirpath.functions import type_operator
from conformance.validation.fhir.fhirpath.nodes import Items
from conformance.validation.fhir.fhirpath.registry import (
    FUNCTIONS,
    Function,
    ItemsCode,
    Site,
    TruthCode,
    items_from_truth,
    this,
    truth_from_items,
)
from conformance.validation.fhir.fhirpath.syntax import (
    Binary,
    Call,
    Expression,
    Index,
    Literal,
    Member,
    Sign,
    Special,
    Variable,
)
from conformance.validation.fhir.fhirpath.variables import variable

_UNORDERED = ("children", "descendants")
_NEED_ORDER = ("first", "last", "tail", "skip", "take")
_LOGIC = {
    "and": operators.conjunction,
    "or": operators.disjunction,
    "xor": operators.exclusive,
    "implies": operators.implication,
}


class Compiler:
    """Compiles one expression. In strict reading, names that a type does not declare are errors."""

    def __init__(self, text: str, *, strict: bool) -> None:
        self.text = text
        self.strict = strict

    def items(self, tree: Expression) -> ItemsCode:
        """Code that gives the collection."""
        if isinstance(tree, Literal):
            constant: Items = [] if tree.value is None else [tree.value]
            return lambda _: constant
        if isinstance(tree, Member):
            return self.member(tree)
        if isinstance(tree, Call):
            return self.function(tree).items(self.site(tree))
        if isinstance(tree, Binary):
            return self.binary(tree)
        if isinstance(tree, Special):
            return paths.special(tree.name)
        if isinstance(tree, Variable):
            return variable(tree.name)
        if isinstance(tree, Index):
            self.check_order(tree.source, "[ ]", tree.column)
            return paths.index(self.items(tree.source), self.items(tree.position))
        if isinstance(tree, Sign):
            return operators.signed(tree.operator, self.items(tree.operand))
        return type_operator(tree.operator, tree.type_name, self.items(tree.operand), strict=self.strict)

    def truth(self, tree: Expression) -> TruthCode:
        """Code that gives the tree as a criterion."""
        if isinstance(tree, Call):
            return self.function(tree).truth(self.site(tree))
        if isinstance(tree, Binary) and (code := self.binary_truth(tree)) is not None:
            return code
        return truth_from_items(self.items(tree))

    def exists(self, tree: Expression) -> Callable[[Context], bool]:
        """Code that tells whether the collection has any item."""
        if isinstance(tree, Member):
            if not self.strict and not (tree.source is None and tree.name[:1].isupper()):
                return paths.member_exists(self.source(tree.source), tree.name)
        elif isinstance(tree, Call) and tree.name == "where" and len(tree.arguments) == 1:
            return paths.any_where(self.source(tree.source), self.truth(tree.arguments[0]))
        code = self.items(tree)
        return lambda context: bool(code(context))

    def source(self, tree: Expression | None) -> ItemsCode:
        """The input of an invocation; without one it is `$this`."""
        return this if tree is None else self.items(tree)

    def member(self, tree: Member) -> ItemsCode:
        if self.strict:
            return paths.strict_member(None if tree.source is None else self.items(tree.source), tree.name)
        if tree.source is None:
            return paths.first_member(tree.name)
        return paths.member(self.items(tree.source), tree.name)

    def binary(self, tree: Binary) -> ItemsCode:
        truth = self.binary_truth(tree)
        if truth is not None:
            return items_from_truth(truth)
        return operators.arithmetic(tree.operator, self.items(tree.left), self.items(tree.right))

    def binary_truth(self, tree: Binary) -> TruthCode | None:
        """Code for operators that answer a Boolean; None for the others."""
        if tree.operator in _LOGIC:
            return _LOGIC[tree.operator](self.truth(tree.left), self.truth(tree.right))
        if isinstance(tree.right, Literal) and isinstance(tree.right.value, str) and tree.operator in ("=", "!="):
            return self.equals_text(tree.left, tree.right.value, negated=tree.operator == "!=")
        if tree.operator not in operators.COMPARISONS:
            return None
        return operators.comparison(tree.operator, self.items(tree.left), self.items(tree.right))

    def equals_text(self, left: Expression, text: str, *, negated: bool) -> TruthCode:
        general = operators.equals_text(self.items(left), text, negated=negated)
        if not isinstance(left, Member) or self.strict or left.name[:1].isupper():
            return general
        if left.source is None or (isinstance(left.source, Special) and left.source.name == "$this"):
            return operators.member_equals_text(left.name, text, general, negated=negated)
        return general

    def function(self, tree: Call) -> Function:
        """The function that the call names, after checking the number of arguments."""
        found = FUNCTIONS.get(tree.name)
        if found is None:
            raise FhirPathSyntaxError(f"FHIRPath has no function {tree.name}()", self.text, tree.column)
        if not found.minimum <= len(tree.arguments) <= found.maximum:
            wanted = str(found.minimum) if found.minimum == found.maximum else f"{found.minimum} to {found.maximum}"
            message = f"{tree.name}() takes {wanted} arguments, found {len(tree.arguments)}"
            raise FhirPathSyntaxError(message, self.text, tree.column)
        if tree.name in _NEED_ORDER:
            self.check_order(tree.source, tree.name, tree.column)
        return found

    def check_order(self, source: Expression | None, name: str, column: int) -> None:
        if self.strict and isinstance(source, Call) and source.name in _UNORDERED:
            raise FhirPathSyntaxError(f"{name} needs an order, {source.name}() has none", self.text, column)

    def site(self, tree: Call) -> Site:
        return Site(tree.name, tree.source, tree.arguments, self.items, self.truth, self.exists, self.strict)
