"""FHIR validation, offline: `validator.Validator(definitions).validate(document, profiles=...)` gives findings."""
