"""Answers against what was loaded: the table says what names a record and what must be equal, the sheet what it was."""
