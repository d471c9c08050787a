"""Objects that speak about pictures: a basic text report and a key object selection (PS3.3 annexes A.35.1, A.35.4)."""

from __future__ import annotations

from collections.abc import Sequence

from pydicom.dataset import Dataset

from conformance.synthesis.dicom.modules import Place, code, shared

BASIC_TEXT_SR = "1.2.840.10008.5.1.4.1.1.88.11"
KEY_OBJECT_SELECTION = "1.2.840.10008.5.1.4.1.1.88.59"


def report(place: Place, about: Sequence[Dataset]) -> Dataset:
    """A finished, verified-by-nobody report with one finding, about the given pictures."""
    dataset = shared(place, BASIC_TEXT_SR, "SR")
    dataset.ReferencedPerformedProcedureStepSequence = []
    dataset.PerformedProcedureCodeSequence = []
    dataset.CompletionFlag = "COMPLETE"
    dataset.VerificationFlag = "UNVERIFIED"
    dataset.CurrentRequestedProcedureEvidenceSequence = _evidence(about)
    _root(dataset, code("18748-4", "LN", "Diagnostic imaging report"))
    finding = Dataset()
    finding.RelationshipType = "CONTAINS"
    finding.ValueType = "TEXT"
    finding.ConceptNameCodeSequence = [code("121071", "DCM", "Finding")]
    seen = f"a slope of grey with a number in it, {len(about)} times, no person behind it."
    finding.TextValue = f"Synthetic report of {place.study_description} ({place.accession}): {seen}"
    dataset.ContentSequence = [finding]
    return dataset


def key_objects(place: Place, selected: Sequence[Dataset]) -> Dataset:
    """A key object selection (TID 2010) titled Of Interest that points at the given pictures."""
    dataset = shared(place, KEY_OBJECT_SELECTION, "KO")
    dataset.ReferencedPerformedProcedureStepSequence = []
    dataset.CurrentRequestedProcedureEvidenceSequence = _evidence(selected)
    _root(dataset, code("113000", "DCM", "Of Interest"))
    template = Dataset()
    template.MappingResource = "DCMR"
    template.TemplateIdentifier = "2010"
    dataset.ContentTemplateSequence = [template]
    dataset.ContentSequence = [_pointer(picture) for picture in selected]
    return dataset


def _root(dataset: Dataset, title: Dataset) -> None:
    dataset.ValueType = "CONTAINER"
    dataset.ConceptNameCodeSequence = [title]
    dataset.ContinuityOfContent = "SEPARATE"


def _reference(picture: Dataset) -> Dataset:
    item = Dataset()
    item.ReferencedSOPClassUID = picture.SOPClassUID
    item.ReferencedSOPInstanceUID = picture.SOPInstanceUID
    return item


def _pointer(picture: Dataset) -> Dataset:
    item = Dataset()
    item.RelationshipType = "CONTAINS"
    item.ValueType = "IMAGE"
    item.ReferencedSOPSequence = [_reference(picture)]
    return item


def _evidence(pictures: Sequence[Dataset]) -> list[Dataset]:
    """The pictures of one series as evidence: study, series, instances (PS3.3 section C.17.2.1)."""
    series = Dataset()
    series.SeriesInstanceUID = pictures[0].SeriesInstanceUID
    series.ReferencedSOPSequence = [_reference(picture) for picture in pictures]
    study = Dataset()
    study.StudyInstanceUID = pictures[0].StudyInstanceUID
    study.ReferencedSeriesSequence = [series]
    return [study]
