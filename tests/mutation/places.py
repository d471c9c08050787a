"""Every small change that may be made to the code whose tests are themselves tested."""

from __future__ import annotations

import ast
import hmac
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code

from tests.mutation.operators import OWN, operator_named
from tests.mutation.survivors import ROOT

TARGETS = (
    "conformance/checks/**/*.py",
    "conformance/recordings/**/*.py",
    "conformance/reporting/decide.py",
    "conformance/reporting/rule.py",
    "conformance/reporting/weighing.py",
    "conformance/agreements/resolve.py",
    "conformance/codecs/**/*.py",
)
REASONED = "conformance/recordings/redaction/lists.py"
"""What is kept, each with the reason: the reasons are for people."""
WRITERS = ("conformance/codecs/fhir/writer.py", "conformance/codecs/fhir_xml.py")
"""Codecs that only simulators write with."""
_PAIRS = ("Eq_NotEq", "NotEq_Eq", "Lt_LtE", "LtE_Lt", "Gt_GtE", "GtE_Gt", "Is_IsNot", "IsNot_Is")
_SUMS = ("Add_Sub", "Sub_Add", "Mul_Add", "FloorDiv_Mul", "Div_Mul", "Mod_Mul", "BitOr_BitAnd", "BitAnd_BitOr")
OPERATORS = (
    *(f"ReplaceComparisonOperator_{pair}" for pair in _PAIRS),
    *(f"ReplaceBinaryOperator_{pair}" for pair in _SUMS),
    "ReplaceUnaryOperator_Delete_Not",
    "ReplaceUnaryOperator_USub_UAdd",
    "AddNot",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "NumberReplacer",
    "ExceptionReplacer",
    "ZeroIterationForLoop",
    *OWN,
)
"""One change of each kind at a place: a bound that shifts, a condition that turns, a loop that does not run."""

CONTROLS = {"Nothing": "", "Everything": "raise ImportError('changed')\n"}
"""Changes of which it is known beforehand what becomes of them."""

At = tuple[int, int]
Span = tuple[At, At]


@dataclass(frozen=True, order=True, slots=True)
class Mutant:
    """One change: where, by which operator, and the how manieth place of that operator in the file it is."""

    path: str
    line: int
    column: int
    operator: str
    occurrence: int

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column} {self.operator}#{self.occurrence}"

    @property
    def module(self) -> str:
        """The name it is imported by."""
        return self.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")

    def original(self) -> str:
        """The whole module as it is."""
        return _read(self.path)

    def source(self) -> str:
        """The whole module with this change."""
        if self.operator in CONTROLS:
            return CONTROLS[self.operator] or self.original()
        changed = mutate_code(_read(self.path), operator_named(self.operator), self.occurrence)
        if changed is None:
            raise LookupError(f"{self} is no place any more")
        return str(changed)

    def lines(self) -> tuple[str, str]:
        """The first line that differs, as it was and as it is."""
        both = zip(_read(self.path).splitlines(), self.source().splitlines(), strict=False)
        return next(((was.strip(), now.strip()) for was, now in both if was != now), ("", ""))


def targets() -> list[str]:
    """The modules that are changed, by path."""
    found = {path.relative_to(ROOT).as_posix() for pattern in TARGETS for path in ROOT.glob(pattern)}
    return sorted(found - set(WRITERS))


def mutants(paths: Iterable[str]) -> Iterator[Mutant]:
    """Every change to these modules; what only says something to people or to the type checker is left out."""
    for path in paths:
        tree = get_ast(_read(path))
        nodes, silent = list(ast_nodes(tree)), _silent(path)
        for name in OPERATORS:
            operator = operator_named(name)
            positions = (position for node in nodes for position in operator.mutation_positions(node))
            for number, (start, _) in enumerate(positions):
                if not any(begin <= start < end for begin, end in silent):
                    yield Mutant(path, start[0], start[1], name, number)


def drawn(seed: str, count: int, found: Iterable[Mutant]) -> list[Mutant]:
    """So many of them, by keyed hashes: one place more or less moves no other."""
    return sorted(found, key=lambda one: hmac.digest(seed.encode(), str(one).encode(), "sha256"))[:count]


@cache
def importers(module: str) -> tuple[str, ...]:
    """The targets that take something from a module."""
    return tuple(path for path in targets() if f"from {module} import" in _read(path))


@cache
def _read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def _silent(path: str) -> list[Span]:
    """Where a change changes no verdict: annotations, decorators, types, and the words of messages."""
    nodes = list(ast.walk(ast.parse(_read(path))))
    reasons = [part for node in nodes for part in _reasons(node)] if path == REASONED else []
    return [_span(part) for part in (*reasons, *(part for node in nodes for part in _parts(node)))]


def _reasons(node: ast.AST) -> Iterator[ast.AST]:
    told = node.values if isinstance(node, ast.Dict) else node.args[1:] if isinstance(node, ast.Call) else []
    for value in told:
        yield value.elts[-1] if isinstance(value, ast.Tuple) else value


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        yield from node.decorator_list
    if isinstance(node, ast.FunctionDef) and node.returns:
        yield node.returns
    if isinstance(node, ast.AnnAssign | ast.arg) and node.annotation:
        yield node.annotation
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Tuple | ast.BinOp):
        yield node.slice
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("Text", "cast"):
        yield node
    if isinstance(node, ast.keyword) and node.arg in ("nl", "en"):
        yield node.value
    if isinstance(node, ast.Raise | ast.JoinedStr):
        yield node


def _span(node: ast.AST) -> Span:
    return (node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset)  # type: ignore[attr-defined]
