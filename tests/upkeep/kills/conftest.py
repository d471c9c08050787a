from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def own_cache() -> None:
    """None here: the keys of a faulty node's certificates are those of the faithful one, from one cache."""
