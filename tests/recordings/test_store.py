"""What was stored comes back equal; what was changed is noticed; a full disk leaves nothing half-written."""

from __future__ import annotations

import resource
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from conformance.model.exchange import (
    Direction,
    Exchange,
    Outcome,
    Recording,
    Request,
    Response,
    Rung,
    TlsSession,
    Trouble,
)
from conformance.model.words import RunState
from conformance.recordings.files import StoreError, digest_of
from conformance.recordings.manifest import root_of
from conformance.recordings.store import RunFolder
from tests.recordings.making import exchange

TEXT = st.text(max_size=20)
HEADERS = st.lists(st.tuples(TEXT, TEXT), max_size=4).map(tuple)
NUMBER = st.integers(0, 10_000)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT, lambda inner: st.lists(inner, max_size=3), max_leaves=5
)
OBJECT = st.dictionaries(TEXT, JSON, max_size=4)
BODY = st.binary(max_size=60)
REQUESTS = st.builds(Request, method=TEXT, url=TEXT, headers=HEADERS, body=BODY, size=NUMBER)
RESPONSES = st.builds(Response, status=NUMBER, reason=TEXT, headers=HEADERS, body=BODY, size=NUMBER)
TROUBLES = st.builds(Trouble, rung=st.sampled_from(Rung), code=TEXT, text=TEXT)
SESSIONS = st.builds(TlsSession, version=TEXT, cipher=TEXT, peer=st.lists(BODY, max_size=2).map(tuple), client=TEXT)
EXCHANGES = st.builds(
    Exchange,
    scenario=st.just("s"),
    step=TEXT,
    number=NUMBER,
    operation=TEXT,
    given=OBJECT,
    direction=st.sampled_from(Direction),
    outcome=st.sampled_from(Outcome),
    started=TEXT,
    duration_ms=NUMBER,
    trouble=st.none() | TROUBLES,
    request=st.none() | REQUESTS,
    response=st.none() | RESPONSES,
    tls=st.none() | SESSIONS,
    facts=OBJECT,
)
RECORDINGS = st.builds(
    Recording,
    scenario=st.sampled_from(["s", "handshakes.fhir"]),
    exchanges=st.lists(EXCHANGES, max_size=4, unique_by=lambda one: (one.step, one.number)).map(tuple),
    state=st.sampled_from(RunState),
    resting_on=st.none() | TROUBLES,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(RECORDINGS)
def test_what_was_stored_comes_back_equal(tmp_path_factory: pytest.TempPathFactory, recording: Recording) -> None:
    folder = RunFolder.create(tmp_path_factory.mktemp("run") / "r")
    folder.save(recording)
    assert RunFolder(folder.path).load(recording.scenario) == recording
    assert RunFolder(folder.path).recordings() == (recording,)


@pytest.fixture
def folder(tmp_path: Path) -> RunFolder:
    return RunFolder.create(tmp_path / "run")


def recording(*exchanges: Exchange, scenario: str = "s") -> Recording:
    return Recording(scenario=scenario, exchanges=exchanges)


def test_equal_bodies_are_stored_once(folder: RunFolder) -> None:
    folder.save(recording(exchange(b"same"), replace(exchange(b"same"), number=2)))
    assert len(list((folder.path / "exchanges").iterdir())) == 2
    assert len(list((folder.path / "bodies").iterdir())) == 2  # "same" and the request's empty body


def test_evidence_names_each_exchange_by_its_digest(folder: RunFolder) -> None:
    folder.save(recording(exchange(b"a"), replace(exchange(b"b"), step="b")))
    evidence = RunFolder(folder.path).evidence()
    assert set(evidence) == {"s/a", "s/b"}
    for digest in evidence.values():
        assert (folder.path / "exchanges" / f"{digest.removeprefix('sha256:')}.json").is_file()


def test_the_root_changes_with_any_change_but_not_with_a_report(folder: RunFolder) -> None:
    folder.save(recording(exchange(b"a")))
    before = root_of(folder.manifest())
    assert root_of(RunFolder(folder.path).manifest()) == before
    folder.write("report.json", b"no evidence")
    assert root_of(folder.manifest()) == before
    folder.save(recording(exchange(b"b"), scenario="t"))
    assert root_of(folder.manifest()) != before


@pytest.mark.parametrize("place", ["bodies", "exchanges"])
def test_a_changed_file_is_noticed(folder: RunFolder, place: str) -> None:
    folder.save(recording(exchange(b"a body")))
    for path in (folder.path / place).iterdir():
        path.write_bytes(path.read_bytes() + b" ")
    with pytest.raises(StoreError, match="changed after the run"):
        RunFolder(folder.path).load("s")


def test_a_damaged_recording_is_told(folder: RunFolder) -> None:
    folder.save(recording(exchange(b"a body")))
    for content in (
        b"{",
        b"[]",
        b'{"scenario": 1}',
        b'{"scenario":"s","exchanges":["../../etc/passwd"],"state":"finished"}',
    ):
        (folder.path / "recordings" / "s.json").write_bytes(content)
        with pytest.raises(StoreError):
            RunFolder(folder.path).load("s")


@pytest.mark.parametrize("more", [b'"number":1,', b'"more":1,'])
def test_an_exchange_that_says_more_than_is_read_of_it_is_told(folder: RunFolder, more: bytes) -> None:
    folder.save(recording(exchange(b"a body")))
    (path,) = (folder.path / "exchanges").iterdir()
    data = b"{" + more + path.read_bytes()[1:]
    name = digest_of(data)
    (path.parent / f"{name.removeprefix('sha256:')}.json").write_bytes(data)
    kept = folder.path / "recordings" / "s.json"
    kept.write_bytes(kept.read_bytes().replace(path.stem.encode(), name.removeprefix("sha256:").encode()))
    with pytest.raises(StoreError, match="one form"):
        RunFolder(folder.path).load("s")


def test_what_was_read_has_the_root_that_was_read(folder: RunFolder) -> None:
    folder.save(recording(exchange(b"a body")))
    reader = RunFolder(folder.path)
    reader.recordings()
    before = root_of(reader.manifest())
    for path in (folder.path / "bodies").iterdir():
        path.write_bytes(b"something else")
    assert root_of(reader.manifest()) == before
    assert root_of(RunFolder(folder.path).manifest()) != before


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="no /proc says which file is meant")
def test_what_the_disk_holds_already_is_not_settled_again(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.save(recording(exchange(b"a"), replace(exchange(b"b"), step="b")))
    settled: list[str] = []
    monkeypatch.setattr("os.fsync", lambda one: settled.append(str(Path(f"/proc/self/fd/{one}").readlink())))
    evidence = [str(folder.path / name) for name in folder.reached]
    while folder.settle_ahead():
        pass
    assert sorted(settled) == sorted(evidence) != []
    folder.settle(*folder.listed(), "")
    recordings = [str(path) for path in folder.path.glob("recordings/*")]
    assert sorted(settled) == sorted([*evidence, *recordings, str(folder.path)])


@pytest.mark.parametrize("name", ["../s", "", "a/b", ".hidden", "a" * 300])
def test_a_name_that_is_no_file_name_is_refused(folder: RunFolder, name: str) -> None:
    with pytest.raises(StoreError):
        folder.save(recording(scenario=name))


def test_a_folder_in_use_is_not_overwritten(folder: RunFolder) -> None:
    with pytest.raises(StoreError, match="not empty"):
        RunFolder.create(folder.path)


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """A disk that takes no file larger than this: what the operating system says then is what a full disk says."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_folder_is_in_use_until_the_last_process_leaves(tmp_path: Path) -> None:
    first = RunFolder.create(tmp_path / "run")
    second = RunFolder(first.path).join()
    first.leave()
    with pytest.raises(StoreError, match="still going on"):
        RunFolder(first.path).claim()
    second.leave()
    RunFolder(first.path).claim()


def test_a_full_disk_is_told_and_leaves_nothing_half_written(folder: RunFolder) -> None:
    with room_for(4096), pytest.raises(StoreError, match="the disk is full"):
        folder.save(recording(exchange(bytes(100_000))))
    assert RunFolder(folder.path).load("s") is None
    left = [path for path in folder.path.rglob("*") if path.is_file() and path.stat().st_size > 4000]
    assert left == []
    assert not list(folder.path.rglob("*.tmp"))
    folder.save(recording(exchange(bytes(100_000))))
    assert RunFolder(folder.path).load("s") is not None


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="Name the folder of a run"):
        RunFolder(tmp_path / "nothing").read("run.json")
