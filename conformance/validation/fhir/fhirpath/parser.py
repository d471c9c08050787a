"""FHIRPath tokens to a syntax tree, by operator precedence (FHIRPath 2.0, section 6 "Operator precedence")."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import NoReturn

from conformance.validation.fhir.fhirpath.errors import FhirPathSyntaxError
from conformance.validation.fhir.fhirpath.lexer import Kind, Token, tokenize
from conformance.validation.fhir.fhirpath.quantity import CALENDAR_UNITS, Quantity
from conformance.validation.fhir.fhirpath.syntax import (
    Binary,
    Call,
    Expression,
    Index,
    Literal,
    Member,
    Sign,
    Special,
    TypeTest,
    Variable,
)
from conformance.validation.fhir.fhirpath.temporal import Temporal

MAX_NESTING = 60
MAX_DEPTH = 250
MAX_DIGITS = 100

_PRECEDENCE = {
    "implies": 1,
    "or": 2,
    "xor": 2,
    "and": 3,
    "in": 4,
    "contains": 4,
    "=": 5,
    "~": 5,
    "!=": 5,
    "!~": 5,
    "<": 6,
    ">": 6,
    "<=": 6,
    ">=": 6,
    "|": 7,
    "is": 8,
    "as": 8,
    "+": 9,
    "-": 9,
    "&": 9,
    "*": 10,
    "/": 10,
    "div": 10,
    "mod": 10,
}
_TYPE_OPERATORS = ("is", "as")
_RESERVED = ("and", "or", "xor", "implies", "div", "mod", "true", "false")
_SPECIALS = ("$this", "$index", "$total")


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """The syntax tree of the expression. Raises FhirPathSyntaxError with the column."""
    parser = _Parser(text)
    tree = parser.expression(0, 0)
    parser.expect_end()
    return tree


class _Parser:
    """Recursive descent over one expression; every method returns the subtree and its depth is kept beside it."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.position = 0
        self.nesting = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.position]

    def expect_end(self) -> None:
        if self.token.kind is not Kind.END:
            self.fail(f"unexpected {self.token.text!r}")

    def fail(self, message: str) -> NoReturn:
        raise FhirPathSyntaxError(message, self.text, self.token.column)

    def advance(self) -> Token:
        token = self.token
        self.position += 1
        return token

    def is_symbol(self, *symbols: str) -> bool:
        return self.token.kind is Kind.SYMBOL and self.token.text in symbols

    def expect(self, symbol: str) -> None:
        if not self.is_symbol(symbol):
            found = repr(self.token.text) if self.token.kind is not Kind.END else "the end"
            self.fail(f"expected {symbol!r}, found {found}")
        self.position += 1

    def expression(self, minimum: int, depth: int) -> Expression:
        """An expression whose operators bind at least as strongly as `minimum`."""
        if depth > MAX_DEPTH:
            self.fail(f"expression nests deeper than {MAX_DEPTH}")
        left = self.unary(depth)
        steps = depth
        while (strength := self.operator_strength()) > minimum:
            steps += 1
            if steps > MAX_DEPTH:
                self.fail(f"more than {MAX_DEPTH} operators in a row")
            operator = self.advance()
            if operator.text in _TYPE_OPERATORS:
                left = TypeTest(operator.text, left, self.type_name(), operator.column)
            else:
                left = Binary(operator.text, left, self.expression(strength, depth + 1), operator.column)
        return left

    def operator_strength(self) -> int:
        if self.token.kind in (Kind.SYMBOL, Kind.WORD):
            return _PRECEDENCE.get(self.token.text, 0)
        return 0

    def unary(self, depth: int) -> Expression:
        if depth > MAX_DEPTH:
            self.fail(f"expression nests deeper than {MAX_DEPTH}")
        if self.is_symbol("+", "-"):
            sign = self.advance()
            return Sign(sign.text, self.unary(depth + 1), sign.column)
        return self.path(depth)

    def path(self, depth: int) -> Expression:
        """A term with the invocations and indexers after it."""
        source = self.term()
        steps = depth
        while self.is_symbol(".", "["):
            steps += 1
            if steps > MAX_DEPTH:
                self.fail(f"path longer than {MAX_DEPTH} steps")
            opened = self.advance()
            if opened.text == ".":
                source = self.invocation(source)
            else:
                source = Index(source, self.nested(), opened.column)
                self.expect("]")
        return source

    def nested(self) -> Expression:
        """An expression inside brackets; the nesting limit protects the Python stack."""
        self.nesting += 1
        if self.nesting > MAX_NESTING:
            self.fail(f"brackets nest deeper than {MAX_NESTING}")
        inner = self.expression(0, 0)
        self.nesting -= 1
        return inner

    def term(self) -> Expression:
        token = self.token
        if self.is_symbol("("):
            self.position += 1
            inner = self.nested()
            self.expect(")")
            return inner
        if self.is_symbol("{"):
            self.position += 1
            self.expect("}")
            return Literal(None, token.column)
        if token.kind is Kind.VARIABLE:
            return Variable(self.advance().text, token.column)
        if token.kind in (Kind.STRING, Kind.NUMBER, Kind.DATE, Kind.TIME):
            return self.literal()
        if token.kind is Kind.WORD and token.text in ("true", "false"):
            return Literal(self.advance().text == "true", token.column)
        return self.invocation(None)

    def literal(self) -> Expression:
        token = self.advance()
        if token.kind is Kind.NUMBER:
            return self.number(token)
        if token.kind is Kind.STRING:
            return Literal(token.text, token.column)
        moment = Temporal.parse_literal(token.text)
        if moment is None:
            raise FhirPathSyntaxError(f"@{token.text} is no date or time of the calendar", self.text, token.column)
        return Literal(moment, token.column)

    def number(self, token: Token) -> Expression:
        """An integer or decimal, or a quantity when a unit follows."""
        if len(token.text) > MAX_DIGITS:
            raise FhirPathSyntaxError(f"a number has at most {MAX_DIGITS} digits", self.text, token.column)
        following = self.token
        if following.kind is Kind.STRING or (following.kind is Kind.WORD and following.text in CALENDAR_UNITS):
            self.position += 1
            calendar = following.kind is Kind.WORD
            return Literal(Quantity(Decimal(token.text), following.text, calendar=calendar), token.column)
        return Literal(Decimal(token.text) if "." in token.text else int(token.text), token.column)

    def invocation(self, source: Expression | None) -> Expression:
        token = self.token
        if token.kind is Kind.SPECIAL:
            if token.text not in _SPECIALS:
                self.fail(f"{token.text} is unknown; FHIRPath has {', '.join(_SPECIALS)}")
            if source is not None:
                self.fail(f"{token.text} cannot follow a dot")
            return Special(self.advance().text, token.column)
        name = self.identifier(after_dot=source is not None)
        if self.is_symbol("("):
            return Call(source, name, self.arguments(), token.column)
        return Member(source, name, token.column)

    def identifier(self, *, after_dot: bool) -> str:
        token = self.token
        is_word = token.kind is Kind.WORD and (after_dot or token.text not in _RESERVED)
        if not is_word and token.kind is not Kind.NAME:
            found = repr(token.text) if token.kind is not Kind.END else "the end"
            self.fail(f"expected a name, a function or a value, found {found}")
        return self.advance().text

    def arguments(self) -> tuple[Expression, ...]:
        self.expect("(")
        found: list[Expression] = []
        if not self.is_symbol(")"):
            found.append(self.nested())
            while self.is_symbol(","):
                self.position += 1
                found.append(self.nested())
        self.expect(")")
        return tuple(found)

    def type_name(self) -> str:
        name = self.identifier(after_dot=False)
        if self.is_symbol("."):
            self.position += 1
            name += "." + self.identifier(after_dot=True)
        return name
