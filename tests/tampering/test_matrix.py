"""A share of the tamper matrix, against the committed one; `python -m tests.tampering` makes it whole."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.tampering.__main__ import COMMITTED
from tests.tampering.matrix import UNSEEN, matrix, worse

EVERY = 18
"""So that of eighteen commits each cell is looked at about once; which ones follows from the number of cells."""


def test_the_committed_matrix_sees_everything() -> None:
    committed = json.loads(COMMITTED.read_bytes())
    assert [row for row in committed["rows"] if row["told"] == UNSEEN] == []
    assert {row["told"] for row in committed["rows"] if row["grade"] == "changed"} == {"refused"}
    assert all(row.get("reason") for row in committed["rows"] if row["told"] == "only an anchor tells")


@pytest.fixture(scope="module")
def share() -> dict[str, object]:
    return matrix(workers=2, every=EVERY)


def test_a_share_of_the_cells_is_told_as_committed(share: dict[str, object], tmp_path: Path) -> None:
    assert worse(share, COMMITTED, partly=True) == []
