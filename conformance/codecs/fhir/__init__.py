"""FHIR JSON and XML to one internal form and back.

The internal form is FHIR JSON as Python objects: dict, list, str, bool, int and decimal.Decimal, with the id and the
extensions of a primitive in its `_name` sibling.
"""

from conformance.codecs.fhir.document import Document, Media, Problem, ProblemKind
from conformance.codecs.fhir.reader import parse
from conformance.codecs.fhir.types import Child, Kind, TypeTable
from conformance.codecs.fhir.writer import to_json, to_xml

__all__ = ["Child", "Document", "Kind", "Media", "Problem", "ProblemKind", "TypeTable", "parse", "to_json", "to_xml"]
