"""The patient records as FHIR STU3 resources under Nictiz' zib2017 profiles."""
