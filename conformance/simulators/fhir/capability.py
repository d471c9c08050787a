"""The CapabilityStatement of the source, made from the same table as its searches."""

from __future__ import annotations

from conformance.simulators.fhir.parameters import PARAMETERS, Kind
from conformance.simulators.fhir.reply import Resource

LASTN = "http://hl7.org/fhir/OperationDefinition/Observation-lastn"
SECURITY = "http://hl7.org/fhir/restful-security-service"


def capability_statement(base: str) -> Resource:
    """What this server can do, as FHIR STU3 says it."""
    coding = {"system": SECURITY, "code": "OAuth", "display": "OAuth"}
    service = {"coding": [coding], "text": "OAuth 2.0 over mutual TLS"}
    return {
        "resourceType": "CapabilityStatement",
        "id": "bgz-source",
        "url": f"{base}/metadata",
        "name": "Reference BgZ source",
        "status": "active",
        "date": "2026-06-01",
        "kind": "instance",
        "instantiates": ["http://nictiz.nl/fhir/CapabilityStatement/bgz2017-servercapabilities"],
        "software": {"name": "Twiin conformance reference node"},
        "implementation": {"description": "Reference BgZ source over synthetic patients", "url": base},
        "fhirVersion": "3.0.2",
        "acceptUnknown": "no",
        "format": ["application/fhir+json", "application/fhir+xml"],
        "rest": [
            {
                "mode": "server",
                "security": {"service": [service]},
                "resource": [_resource(kind) for kind in sorted(PARAMETERS)],
                "operation": [{"name": "lastn", "definition": {"reference": LASTN}}],
            }
        ],
    }


def _resource(kind: str) -> Resource:
    parameters = PARAMETERS[kind]
    includes = [f"{kind}:{name}" for name, one in parameters.items() if one.kind is Kind.REFERENCE]
    entry: Resource = {
        "type": kind,
        "interaction": [{"code": "read"}, {"code": "search-type"}],
        "versioning": "no-version",
        "searchInclude": includes,
        "searchRevInclude": ["Provenance:target"],
        "searchParam": [{"name": name, "type": one.kind.value} for name, one in parameters.items()],
    }
    return entry if includes else {key: value for key, value in entry.items() if key != "searchInclude"}
