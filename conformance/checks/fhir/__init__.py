"""Judgements on FHIR answers of any application: reading, status, media type, tokens."""
