"""Regular expressions of FHIRPath on Python's, guarded against those that take exponential time.

Python's matcher tries alternatives one after the other, so `(a+)+$` on a long text never ends. Expressions of that
shape are matched by following all alternatives at once instead (`regex_linear`).
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache

from conformance.validation.fhir.fhirpath.environment import MAX_TEXT
from conformance.validation.fhir.fhirpath.errors import FhirPathEvaluationError
from conformance.validation.fhir.fhirpath.regex_linear import Program, program
from conformance.validation.fhir.fhirpath.regex_tree import Part, UnsupportedError, has_nested_repeat, parse, repeats

# With several open repeats in a row the time grows with a power of the length, which only long texts make felt.
_LONG = 2_000
# PCRE writes a named group without the P; `(?<=` and `(?<!` are no groups.
_NAMED_GROUP = re.compile(r"\(\?<(?=[A-Za-z_])")
_GROUP = re.compile(r"\$(?:(\d+)|\{(\w+)\})")


class Pattern:
    """A regular expression."""

    def __init__(self, expression: str, flags: int) -> None:
        self.expression = expression
        self.flags = flags
        try:
            self.compiled = re.compile(_NAMED_GROUP.sub("(?P<", expression), flags)
        except (re.error, RecursionError, OverflowError) as error:
            raise FhirPathEvaluationError(f"{expression!r} is no regular expression: {error}") from error

    def search(self, text: str) -> bool:
        """Whether it is found somewhere in the text."""
        if self._is_risky(text):
            return self._program.matches(text, whole=False)
        return self.compiled.search(text) is not None

    def full(self, text: str) -> bool:
        """Whether it covers the whole text."""
        if self._is_risky(text):
            return self._program.matches(text, whole=True)
        return self.compiled.fullmatch(text) is not None

    def replace(self, text: str, replacement: str) -> str:
        """The text with every match replaced; `$1` and `${name}` in the replacement stand for groups."""
        if self._is_risky(text):
            raise self._refused()
        written = 0

        def put(match: re.Match[str]) -> str:
            nonlocal written
            filled = _GROUP.sub(lambda group: self._group(match, group[1] or group[2]), replacement)
            written += len(filled)
            if written > MAX_TEXT:
                raise FhirPathEvaluationError(f"replaceMatches() wrote more than {MAX_TEXT} characters")
            return filled

        return self.compiled.sub(put, text)

    def _group(self, match: re.Match[str], name: str) -> str:
        try:
            return match[int(name) if name.isdigit() else name] or ""
        except IndexError as error:
            raise FhirPathEvaluationError(f"{self.expression!r} has no group {name}") from error

    @cached_property
    def _tree(self) -> Part | None:
        """The expression's structure; None when it uses constructs that only Python's matcher knows."""
        try:
            return parse(self.expression)
        except UnsupportedError:
            return None

    @cached_property
    def _nested(self) -> bool:
        # What cannot be read is taken for dangerous when it repeats at all.
        tree = self._tree
        return has_nested_repeat(tree) if tree is not None else len(re.findall(r"[*+]|,\d*\}", self.expression)) > 1

    @cached_property
    def _program(self) -> Program:
        if self._tree is None:
            raise self._refused()
        return program(self._tree, self.flags)

    def _is_risky(self, text: str) -> bool:
        if len(text) > _LONG:
            return self._nested or self._tree is None or repeats(self._tree) > 1
        return self._nested

    def _refused(self) -> FhirPathEvaluationError:
        return FhirPathEvaluationError(f"{self.expression!r} could take unbounded time on this text and was not tried")


@lru_cache(maxsize=1024)
def pattern(expression: str, flags: str) -> Pattern:
    """The regular expression; `flags` holds `i` (any case) and `m` (lines). `.` matches line ends too."""
    options = re.DOTALL
    if "i" in flags:
        options |= re.IGNORECASE
    if "m" in flags:
        options |= re.MULTILINE
    return Pattern(expression, options)
