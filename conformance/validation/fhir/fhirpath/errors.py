"""What can go wrong with an expression: it does not read, it cannot be evaluated, or the answer cannot be known."""

from __future__ import annotations


class FhirPathError(Exception):
    """Base of every error of this package."""


class FhirPathSyntaxError(FhirPathError):
    """The text is not FHIRPath. `column` counts characters from 1."""

    def __init__(self, message: str, expression: str, column: int) -> None:
        super().__init__(f"{message} at column {column} of FHIRPath {_shortened(expression)}")
        self.expression = expression
        self.column = column


class FhirPathEvaluationError(FhirPathError):
    """The expression reads well but breaks a rule of FHIRPath on this content, or exceeds a limit."""


class FhirPathUndecidableError(FhirPathEvaluationError):
    """The expression asks for what the environment does not offer: terminology, profiles, other resources."""


def _shortened(expression: str) -> str:
    limit = 120
    return repr(expression if len(expression) <= limit else expression[:limit] + " ...")
