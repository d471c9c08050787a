"""What stands in the place of a number: its pseudonym alone for the number alone, else with the shape of what is there.

The right number with something around it is another value, to whoever compares values; that must stay visible.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from conformance.recordings.redaction.masks import shape
from conformance.recordings.redaction.written import DEEP, readings

_PADDING = " \t\r\n\0"
"""What forms pad a value with: it belongs to none."""
_ISSUER = re.compile(r"\^{3}(?:NLMINBIZA|&(?:\d+\.)+\d+&ISO)(?:\^[A-Z]{1,5})?")


def instead(pseudonym: str, number: str, written: str) -> str:
    """The pseudonym for a number as it is written, beside the issuer that stood behind it (HL7 CX) and quotes."""
    sent = issued(pseudonym, written)
    return sent if written.strip(_PADDING) == issued(number, written) else f"{pseudonym} ({shape(written)})"


def issued(pseudonym: str, written: str) -> str:
    """The pseudonym with the issuer that stood behind the number (HL7 CX), when it is written as one, and quotes."""
    found = _ISSUER.search(written)
    quote_sign = written[0] if written[:1] == written[-1:] == "'" else ""
    return f"{quote_sign}{pseudonym}{found.group() if found else ''}{quote_sign}"


def spoken_in(text: str, depth: int = 0) -> Iterator[str]:
    """A text, and all that it says once its encodings are taken off."""
    yield text
    for inner in readings(text, depth) if depth < DEEP else ():
        yield from spoken_in(inner, depth + 1)
