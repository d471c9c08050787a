"""R4 binds certain observations to the vital signs profiles by their code, whether they claim the profile or not.

FHIR R4, observation-vitalsigns.html: an Observation with one of these codes conforms to the profile beside it.
"""

from __future__ import annotations

from typing import Any

BASE = "http://hl7.org/fhir/StructureDefinition/"
LOINC = "http://loinc.org"
SNOMED = "http://snomed.info/sct"
PROFILES = {
    (LOINC, "85353-1"): "vitalspanel",
    (LOINC, "9279-1"): "resprate",
    (SNOMED, "86290005"): "resprate",
    (LOINC, "8867-4"): "heartrate",
    (SNOMED, "364075005"): "heartrate",
    (LOINC, "2708-6"): "oxygensat",
    (LOINC, "59408-5"): "oxygensat",
    (SNOMED, "431314004"): "oxygensat",
    (LOINC, "8310-5"): "bodytemp",
    (SNOMED, "276885007"): "bodytemp",
    (SNOMED, "386725007"): "bodytemp",
    (LOINC, "8302-2"): "bodyheight",
    (SNOMED, "50373000"): "bodyheight",
    (LOINC, "9843-4"): "headcircum",
    (SNOMED, "363812007"): "headcircum",
    (LOINC, "29463-7"): "bodyweight",
    (SNOMED, "27113001"): "bodyweight",
    (LOINC, "39156-5"): "bmi",
    (SNOMED, "60621009"): "bmi",
    (LOINC, "85354-9"): "bp",
    (SNOMED, "75367002"): "bp",
}


def vital_sign_profile(observation: dict[str, Any]) -> str | None:
    """The profile an observation's code binds it to, or None."""
    code = observation.get("code")
    codings = code.get("coding") if isinstance(code, dict) else None
    for coding in codings if isinstance(codings, list) else ():
        if isinstance(coding, dict):
            name = PROFILES.get((str(coding.get("system")), str(coding.get("code"))))
            if name:
                return BASE + name
    return None
