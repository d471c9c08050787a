"""Digests of the FHIR base definitions, built from registry packages."""
