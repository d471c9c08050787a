"""Snapshot generation."""

from conformance.validation.fhir.definitions.snapshot.generator import Generator

__all__ = ["Generator"]
