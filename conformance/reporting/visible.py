"""Text of a node made harmless for eyes: what would move, hide or reorder text is shown as a visible sign.

Escaping for HTML, XML or a shell comes after this and is the work of those writers.
"""

from __future__ import annotations

import re

_CONTROLS = r"\x00-\x08\x0b-\x1f\x7f-\x9f"
_INVISIBLE = r"\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
_UNSOUND = r"\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff"
_HIDDEN = re.compile(f"[{_CONTROLS}{_INVISIBLE}{_UNSOUND}]")


def visible(text: str) -> str:
    """The text with control characters, bidi overrides, zero-width characters and lone surrogates shown as signs.

    Line feed and tab stay. The result can be encoded as UTF-8 and is valid XML character data.
    """
    if text.isascii() and text.isprintable():  # most of what is shown, told at a tenth of the price
        return text
    return _HIDDEN.sub(_sign, text)


def one_line(text: str, limit: int = 240) -> str:
    """The text visible, on one line, cut after `limit` characters with an ellipsis."""
    flat = " ".join(visible(text).split())
    return flat if len(flat) <= limit else f"{flat[: limit - 1]}…"


def _sign(match: re.Match[str]) -> str:
    # Code points, not control pictures: few fonts carry those.
    return f"⟨U+{ord(match[0]):04X}⟩"
