"""Writes the order and form of every STU3 element into a small table, so that nothing loads models at start-up.

    python -m conformance.upkeep.fhir_elements

reads the classes of fhir.resources and writes `conformance/codecs/fhir_stu3.json`: for each type its elements in the
order XML wants them, each with its type; a star says that it repeats. Primitives are written as JSON knows them.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, get_args, get_origin

from conformance.codecs import fhir_xml

JSON_FORM: dict[type, str] = {
    bool: "boolean", int: "integer", Decimal: "decimal", str: "string", bytes: "string",
    date: "string", datetime: "string", time: "string",
}  # fmt: skip


def element_table() -> dict[str, dict[str, str]]:
    """Type name to element name to its type, in the order of the specification; sorted by type."""
    package = importlib.import_module("fhir.resources.STU3")
    table: dict[str, dict[str, str]] = {}
    for module in pkgutil.iter_modules(package.__path__):
        if module.ispkg:
            continue
        for model in vars(importlib.import_module(f"fhir.resources.STU3.{module.name}")).values():
            if isinstance(model, type) and hasattr(model, "elements_sequence") and "FHIR" not in model.__name__:
                table[model.__name__] = _elements(model)
    return dict(sorted(table.items()))


def _elements(model: Any) -> dict[str, str]:
    fields = {field.alias or name: field for name, field in model.model_fields.items()}
    return {name: _form(fields[name].annotation, fields[name].metadata) for name in model.elements_sequence()}


def _form(annotation: Any, metadata: list[Any]) -> str:
    """`boolean`, `*string`, `CodeableConcept`, `*BundleEntry`, `xhtml`."""
    if get_origin(annotation) is Annotated:
        return _form(get_args(annotation)[0], list(get_args(annotation)[1:]))
    if any(type(item).__name__ == "Xhtml" for item in metadata):
        return "xhtml"
    inner = [argument for argument in get_args(annotation) if argument is not type(None)]
    if inner:
        repeats = "*" if get_origin(annotation) is list else ""
        return repeats + _form(inner[0], metadata)
    return JSON_FORM.get(annotation) or str(annotation.__name__).removesuffix("Type")


def main() -> None:
    """Write the table beside the codec that reads it."""
    text = json.dumps(element_table(), separators=(",", ":"))
    Path(fhir_xml.__file__).with_name("fhir_stu3.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
