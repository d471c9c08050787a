"""The chapters of judgements: importing them registers their kinds."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pkgutil import walk_packages

from conformance.checks.judgement import REGISTRY, Judgement


@cache
def judgements() -> Mapping[str, Judgement]:
    """All registered kinds of judgement by name."""
    package = import_module("conformance.checks")
    for module in walk_packages(package.__path__, "conformance.checks."):
        import_module(module.name)
    return REGISTRY


def judgement_of(kind: str) -> Judgement:
    """The judgement of that kind; KeyError names the kind when it does not exist."""
    return judgements()[kind]
