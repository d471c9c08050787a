"""The FHIR versions the validator knows by name."""

from __future__ import annotations

from enum import Enum


class FhirVersion(Enum):
    """A FHIR release by its first two numbers, as in the `fhirVersion` parameter of the media type."""

    STU3 = "3.0"
    R4 = "4.0"
    R4B = "4.3"
    R5 = "5.0"

    @classmethod
    def of(cls, text: str) -> FhirVersion | None:
        """The release a version such as `3.0.2` belongs to; None when it is none of the four."""
        return next((version for version in cls if text == version.value or text.startswith(version.value + ".")), None)

    @property
    def core_package(self) -> str:
        """The name of HL7's package with this release's base definitions."""
        return {
            "3.0": "hl7.fhir.r3.core",
            "4.0": "hl7.fhir.r4.core",
            "4.3": "hl7.fhir.r4b.core",
            "5.0": "hl7.fhir.r5.core",
        }[self.value]
