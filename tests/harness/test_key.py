"""The processes of one run share the key of its pseudonyms, and no file holds it."""

from __future__ import annotations

from pathlib import Path

from conformance.harness.controller import Session
from conformance.harness.embedded import embedded_for
from conformance.harness.options import Options


def test_a_worker_gets_the_key_in_its_invitation_and_no_file_holds_it(tmp_path: Path) -> None:
    options = Options(out=tmp_path / "run", scenarios=("search-images",))
    controller = Session.open(options, None, embedded_for(options))
    try:
        key = controller.begin().player.key
        worker = Session.open(options, {"conformance": controller.invitation()})
        try:
            assert worker.begin().player.key == key
            worker.begin().player.preflight()
        finally:
            worker.close()
        controller.finish([], interrupted=False)
    finally:
        controller.close()
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not any(key in data or key.hex().encode() in data for data in files)
