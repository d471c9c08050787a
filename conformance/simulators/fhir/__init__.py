"""A BgZ source: a FHIR STU3 server over the synthetic records."""
