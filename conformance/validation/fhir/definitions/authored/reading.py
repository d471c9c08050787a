"""YAML read strictly: text stays text, keys are unique, no aliases, no tags.

Plain YAML reads `1.10` as a number, `NO` as false and lets a repeated key win silently; none of that may happen here.
"""

from __future__ import annotations

import re
from typing import Any

import yaml

from conformance.validation.fhir.definitions.problem import DefinitionError

MAX_SIZE = 2 * 2**20
MAX_DEPTH = 50


class _Strict(yaml.CSafeLoader):
    """Only true, false, null and whole numbers are more than text."""

    yaml_implicit_resolvers: dict[Any, Any] = {}  # noqa: RUF012 - PyYAML's own attribute, replaced for this class

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """As PyYAML does, but a repeated key is an error."""
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"key {key.value!r} stands twice", key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


_Strict.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(?:true|false)$"), ["t", "f"])
_Strict.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^(?:null)?$"), ["n", ""])
_Strict.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^(?:0|[1-9][0-9]{0,9})$"), list("0123456789"))


def read(data: bytes, where: str) -> dict[str, Any]:
    """The mapping in a YAML file. Raises DefinitionError with file, line and column."""
    if len(data) > MAX_SIZE:
        raise DefinitionError(f"{where}: larger than {MAX_SIZE >> 20} MiB; split the file")
    try:
        _plain(data, where)
        content = yaml.load(data, Loader=_Strict)  # noqa: S506 - a subclass of the safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = f":{mark.line + 1}:{mark.column + 1}" if mark else ""
        raise DefinitionError(f"{where}{place}: {error.problem}") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise DefinitionError(f"{where}: not readable as YAML ({error})") from error
    if not isinstance(content, dict):
        raise DefinitionError(f"{where}: expected a mapping with guide, fhir, version; found {type(content).__name__}")
    return content


def _plain(data: bytes, where: str) -> None:
    """Refuse aliases, which make a small file huge, and nesting that would exhaust the stack when it is composed."""
    depth = 0
    for event in yaml.parse(data, Loader=yaml.CSafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 0
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise DefinitionError(f"{where}:{line}: nested deeper than {MAX_DEPTH} levels")
        if isinstance(event, yaml.AliasEvent):
            raise DefinitionError(f"{where}:{line}: an alias; write out what it stands for")
