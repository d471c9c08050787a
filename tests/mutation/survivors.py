"""Changes that no test can notice, each with the reason why it changes nothing that is promised."""

from __future__ import annotations

from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
LIST = Path(__file__).with_name("survivors.yaml")

Change = tuple[str, str, str]
"""A path, the line as it is, and the line as it would be."""


def known() -> dict[Change, str]:
    """The reason for each."""
    listed = yaml.safe_load(LIST.read_text(encoding="utf-8")) or {}
    return {(path, one["was"], one["now"]): one["because"] for path, those in listed.items() for one in those}
