"""Text of a node never moves, hides or reorders anything."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.reporting.visible import one_line, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31m", "⟨U+001B⟩[31m"),
        ("a\u202eb", "a⟨U+202E⟩b"),
        ("a\u200bb\ufeff", "a⟨U+200B⟩b⟨U+FEFF⟩"),
        ("\x9b2J\x7f", "⟨U+009B⟩2J⟨U+007F⟩"),
        ("\ud800\r\n\t", "⟨U+D800⟩⟨U+000D⟩\n\t"),
        ("patiënt Ω ✓ 名", "patiënt Ω ✓ 名"),
    ],
)
def test_what_hides_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(st.characters(exclude_categories=())))
def test_the_result_is_plain_and_valid_xml(text: str) -> None:
    shown = visible(text)
    shown.encode("utf-8")
    assert all(character in "\n\t" or character.isprintable() or ord(character) > 0x9F for character in shown)
    element = ET.Element("a", b=shown)
    element.text = shown
    assert ET.fromstring(ET.tostring(element)).text in (shown, None)
    assert visible(shown) == shown


def test_one_line_is_one_and_short() -> None:
    assert one_line("a\n\tb  c") == "a b c"
    assert len(one_line("x" * 999, 50)) == 50
