"""Takes persons and secrets out of an exchange before it reaches a disk, and fails closed.

Readers, one per form, bring every text, attribute, name, number, header and address to the four steps of `screen`.
What may stay is listed in `lists`; nothing else does.
"""

from conformance.recordings.redaction.redactor import PROFILE, Redactor

__all__ = ["PROFILE", "Redactor"]
