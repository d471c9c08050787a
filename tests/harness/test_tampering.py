"""A run folder that was changed afterwards is refused with a sentence and 7."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.harness.opened import RefusedError
from conformance.harness.rejudging import rejudge
from conformance.recordings.store import RunFolder
from tests.harness.command import Commands, Ended

Tampering = Callable[[Path], None]


@pytest.fixture(scope="module")
def untouched(small: Path, commands: Commands, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    return commands("run", str(small), "--scenario", "offers", "--out", "run", cwd=tmp_path_factory.mktemp("untouched"))


def change(path: Path, written: str, instead: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert written in text
    path.write_text(text.replace(written, instead, 1), encoding="utf-8")


def an_exchange(folder: Path) -> None:
    change(min((folder / "exchanges").iterdir()), '"step":"', '"step":"x')


def a_lost_exchange(folder: Path) -> None:
    min((folder / "exchanges").iterdir()).unlink()


def a_body(folder: Path) -> None:
    body = min((folder / "bodies").iterdir())
    body.write_bytes(body.read_bytes() + b" ")


def a_foreign_body(folder: Path) -> None:
    (folder / "bodies" / ("0" * 64)).write_bytes(b"")


def a_shorter_recording(folder: Path) -> None:
    path = folder / "recordings" / "offers.dicomweb.json"
    recording = json.loads(path.read_text())
    recording["exchanges"] = recording["exchanges"][:-1]
    path.write_text(json.dumps(recording, separators=(",", ":"), sort_keys=True))


def a_lost_recording(folder: Path) -> None:
    (folder / "recordings" / "offers.dicomweb.json").unlink()


def a_recording_twice(folder: Path) -> None:
    shutil.copy(folder / "recordings" / "offers.dicomweb.json", folder / "recordings" / "offers.fhir.json")


def a_verdict(folder: Path) -> None:
    change(folder / "findings.json", '"verdict": "pass"', '"verdict": "fail"')


def lost_findings(folder: Path) -> None:
    (folder / "findings.json").unlink()


def attestations(folder: Path) -> None:
    (folder / "attestations.json").write_text('[{"requirement": 1}]')


def another_vendor(folder: Path) -> None:
    change(folder / "node.json", '"vendor":"', '"vendor":"Other ')


def another_start(folder: Path) -> None:
    change(folder / "run.json", '"started":"2', '"started":"1')


def another_suite(folder: Path) -> None:
    change(folder / "run.json", '"suite":"sha256:', '"suite":"sha256:0')


def a_fake_agreements_digest(folder: Path) -> None:
    change(folder / "run.json", '"agreements":"sha256:', '"agreements":"sha256:0')


def a_repeated_key(folder: Path) -> None:
    change(folder / "run.json", '"lang":', '"lang":"nl","lang":')


def a_half_run(folder: Path) -> None:
    path = folder / "run.json"
    path.write_bytes(path.read_bytes()[:100])


def accepted_afterwards(folder: Path) -> None:
    change(folder / "run.json", '"command":["conformance"', '"command":["--accept-partial","conformance"')


def a_report(folder: Path) -> None:
    change(folder / "report.json", '"verdict": "pass"', '"verdict": "fail"')


def a_page(folder: Path) -> None:
    change(folder / "report.html", "</main>", "<p>Certificate</p></main>")


def a_junit(folder: Path) -> None:
    change(folder / "junit.xml", "<testcase ", "<testcase  ")


def an_allure_result(folder: Path) -> None:
    path = min((folder / "allure").glob("*-result.json"))
    path.write_bytes(path.read_bytes() + b" ")


def a_lost_report(folder: Path) -> None:
    (folder / "report.html").unlink()


def another_root(folder: Path) -> None:
    (folder / "root.txt").write_text(f"sha256:{'0' * 64}\n")


def a_link(folder: Path) -> None:
    body = min((folder / "bodies").iterdir())
    body.rename(folder.parent / "elsewhere")
    body.symlink_to(folder.parent / "elsewhere")


def a_linked_folder(folder: Path) -> None:
    (folder / "bodies").rename(folder.parent / "elsewhere")
    (folder / "bodies").symlink_to(folder.parent / "elsewhere")


def a_pipe(folder: Path) -> None:
    (folder / "findings.json").unlink()
    os.mkfifo(folder / "findings.json")


def a_piped_run(folder: Path) -> None:
    (folder / "run.json").unlink()
    os.mkfifo(folder / "run.json")


def a_sparse_file(folder: Path) -> None:
    with (folder / "findings.json").open("r+b") as file:
        file.truncate(3 << 30)


def a_deep_document(folder: Path) -> None:
    (folder / "attestations.json").write_text("[" * 100_000)


def a_foreign_file(folder: Path) -> None:
    (folder / "certificate.pdf").write_bytes(b"")


EVERY: tuple[Tampering, ...] = (
    an_exchange,
    a_lost_exchange,
    a_body,
    a_foreign_body,
    a_shorter_recording,
    a_lost_recording,
    a_recording_twice,
    a_verdict,
    lost_findings,
    attestations,
    another_vendor,
    another_start,
    another_suite,
    a_fake_agreements_digest,
    a_repeated_key,
    a_half_run,
    accepted_afterwards,
    a_report,
    a_page,
    a_junit,
    an_allure_result,
    a_lost_report,
    another_root,
    a_link,
    a_linked_folder,
    a_pipe,
    a_piped_run,
    a_sparse_file,
    a_deep_document,
    a_foreign_file,
)


@pytest.mark.parametrize("tamper", EVERY)
def test_a_changed_folder_is_refused(untouched: Ended, commands: Commands, tmp_path: Path, tamper: Tampering) -> None:
    shutil.copytree(untouched.folder, tmp_path / "run")
    tamper(tmp_path / "run")
    again = commands("judge", "run", cwd=tmp_path)
    assert again.code == 7, again.out
    assert "Traceback" not in again.err
    assert again.err.strip()
    assert again.out == ""


def test_untouched_it_is_the_same(untouched: Ended, commands: Commands, tmp_path: Path) -> None:
    again = commands("judge", str(untouched.folder), cwd=tmp_path)
    assert again.code == 5
    assert "whose it is, is not shown" in again.out


def test_the_root_tells_whose_it_is(untouched: Ended, commands: Commands, tmp_path: Path) -> None:
    root = (untouched.folder / "root.txt").read_text().strip()
    assert root in untouched.out
    assert root in (untouched.folder / "report.html").read_text()
    assert untouched.report["evidence"]["root"] == root
    assert "The folder has the root" in commands("judge", str(untouched.folder), "--root", root, cwd=tmp_path).out
    other = commands("judge", str(untouched.folder), "--root", f"sha256:{'0' * 64}", cwd=tmp_path)
    assert other.code == 7
    assert "not the run you mean" in other.err


def test_against_another_release_nothing_is_compared(untouched: Ended, commands: Commands, tmp_path: Path) -> None:
    again = commands("judge", str(untouched.folder), "--release", "1.3.0", "--lang", "nl", cwd=tmp_path)
    assert again.code == 5
    assert "niet vergeleken" in again.out


def test_a_folder_that_is_no_run_is_wrong_usage(commands: Commands, tmp_path: Path) -> None:
    again = commands("judge", ".", cwd=tmp_path)
    assert again.code == 4
    assert "a whole run folder of 'conformance run'" in again.err
    assert "Give the folder that holds run.json." in again.err


@pytest.mark.parametrize(
    ("instead", "said"), [('"format":1', "Play the run again"), ('"format":3', "Use the newer suite")]
)
def test_another_format_is_wrong_usage(
    untouched: Ended, commands: Commands, tmp_path: Path, instead: str, said: str
) -> None:
    shutil.copytree(untouched.folder, tmp_path / "run")
    change(tmp_path / "run" / "run.json", '"format":2', instead)
    again = commands("judge", "run", cwd=tmp_path)
    assert again.code == 4
    assert said in again.err


def test_a_folder_nobody_may_change_is_judged(untouched: Ended, commands: Commands, tmp_path: Path) -> None:
    shutil.copytree(untouched.folder, tmp_path / "run")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "run").rglob("*")}
    assert commands("judge", "run", cwd=tmp_path).code == 5
    assert {path: path.stat().st_mtime_ns for path in (tmp_path / "run").rglob("*")} == before


def test_an_output_that_cannot_be_written_is_wrong_usage(untouched: Ended, commands: Commands, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    again = commands("judge", str(untouched.folder), "--output", "file/findings.json", cwd=tmp_path)
    assert again.code == 4
    assert "a place you may write to" in again.err


def test_nothing_is_written_into_the_folder_that_is_judged(
    untouched: Ended, commands: Commands, tmp_path: Path
) -> None:
    before = untouched.findings
    into = str(untouched.folder / "findings.json")
    again = commands("judge", str(untouched.folder), "--output", into, cwd=tmp_path)
    assert again.code == 4
    assert "a place outside of the run folder" in again.err
    assert untouched.findings == before


@pytest.mark.parametrize("look", [1, 2, 3], ids=["opened", "added up", "held together"])
def test_a_body_that_disappears_while_the_folder_is_read(
    untouched: Ended, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, look: int
) -> None:
    """Each time the files are listed one may be gone a moment later."""
    shutil.copytree(untouched.folder, tmp_path / "run")
    body = min((tmp_path / "run" / "bodies").iterdir())
    listed, looks = RunFolder.listed, iter(range(1, 100))

    def gone(folder: RunFolder) -> tuple[str, ...]:
        names = listed(folder)
        if next(looks) == look:
            body.unlink()
        return names

    monkeypatch.setattr(RunFolder, "listed", gone)
    with pytest.raises(RefusedError, match=body.name):
        rejudge(tmp_path / "run")
