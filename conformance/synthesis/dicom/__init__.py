"""Synthetic DICOM objects, made with pydicom: the same bytes every time, and no person's data."""
