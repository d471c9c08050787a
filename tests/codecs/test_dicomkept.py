"""The list of DICOM attributes that may be kept is what the dictionary knows, and says why."""

from __future__ import annotations

from pydicom.datadict import dictionary_VR, keyword_for_tag

from conformance.codecs.dicomjson import TAGS, VRS
from conformance.codecs.dicomkept import KEPT, How

PIXELS = "7FE00010"


def test_each_entry_is_an_attribute_of_the_dictionary_and_has_a_reason() -> None:
    for tag, entry in KEPT.items():
        assert keyword_for_tag(tag) == entry.keyword
        assert entry.reason


def test_what_the_suite_can_look_up_can_be_kept_except_pixels() -> None:
    assert set(TAGS.values()) - set(KEPT) == {PIXELS}
    assert all(VRS[tag] == dictionary_VR(tag) for tag in set(VRS) - {PIXELS})


def test_no_name_birth_or_free_text_is_kept_as_it_is() -> None:
    for tag, entry in KEPT.items():
        if dictionary_VR(tag) in ("PN", "LT", "ST") or entry.keyword in ("PatientBirthDate", "TextValue"):
            assert entry.how is How.KNOWN
