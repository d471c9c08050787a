"""How hypothesis behaves when what it finds is only looked for, and not kept."""

from __future__ import annotations

from typing import Any

from hypothesis import Phase, settings


def quietly(**more: Any) -> None:
    """What hypothesis found under one change is no business of the next, and need not be small."""
    phases = (Phase.explicit, Phase.generate)
    settings.register_profile("mutation", settings.get_profile("suite"), database=None, phases=phases, **more)
    settings.load_profile("mutation")
