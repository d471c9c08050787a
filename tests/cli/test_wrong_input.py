"""Wrong input of the command line: one clear message with place, expectation and next step, exit 4, nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.harness.command import Commands, Ended

TAB = "node:\n\tvendor: x\n"


@pytest.fixture
def here(tmp_path: Path) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    return folder


def refused(ended: Ended, *said: str) -> None:
    """A message of few lines, no traceback, exit 4."""
    assert ended.code == 4, ended.out + ended.err
    assert ended.out == ""
    assert "Traceback" not in ended.err
    for words in said:
        assert words in ended.err
    assert len(ended.err.strip().splitlines()) <= 4, ended.err


def changed(small: Path, here: Path, **changes: object) -> Path:
    """The node file, written anew beside the original (its paths are relative), with changes."""
    content = yaml.safe_load(small.read_text(encoding="utf-8")) | changes
    path = small.with_name("changed.yaml")
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return path


def line_of(path: Path, words: str) -> int:
    """The line number at which something stands."""
    return next(number for number, line in enumerate(path.read_text().splitlines(), 1) if words in line)


@pytest.mark.parametrize("command", ["run", "plan", "check"])
def test_no_node_file(commands: Commands, here: Path, command: str) -> None:
    refused(commands(command, "absent.yaml", cwd=here), "absent.yaml", "Check the file name")
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"node: [", ":2:1"),
        (TAB.encode(), ":2:1"),
        (b"node: {}\nnode: {}\n", ":2:1"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"- a list\n", ":1:1"),
        (b"", "wrong.yaml"),
        (b"node: !!python/object:os.system {}\n", ":1:7"),
        (b"node: &a [*a]\n", ":1:11"),
    ],
    ids=["malformed", "tab", "duplicate key", "no text", "a list", "empty", "a tag", "a loop"],
)
def test_malformed_node_file(commands: Commands, here: Path, content: bytes, said: str) -> None:
    (here / "wrong.yaml").write_bytes(content)
    refused(commands("run", "wrong.yaml", cwd=here), "wrong.yaml", said)
    assert [path.name for path in here.iterdir()] == ["wrong.yaml"]


def test_a_folder_for_a_node_file(commands: Commands, here: Path) -> None:
    refused(commands("run", ".", cwd=here), "expected a readable file")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"claims": {"bgz-sauce": "yes"}}, "bgz-source"),
        ({"release": "9.9"}, "1.5"),
        ({"actors": ["twiin-nod"]}, "twiin-node"),
        ({"actors": "twiin-node"}, "actors"),
        ({"endpoints": {"fhir": {"url": "ftp://localhost/"}}}, "fhir"),
        ({"patients": {"anna": {"bsn": "123456782"}}}, "fictitious"),
        ({"colour": "red"}, "colour"),
    ],
    ids=["claim", "release", "actor", "type", "url", "bsn", "unknown key"],
)
def test_a_wrong_value(small: Path, commands: Commands, here: Path, changes: dict[str, object], said: str) -> None:
    path = changed(small, here, **changes)
    ended = commands("run", str(path), cwd=here)
    line = line_of(path, f"{next(iter(changes))}:")
    refused(ended, said, "changed.yaml")
    place = ended.err.partition("changed.yaml:")[2].partition(":")[0]
    assert 0 <= int(place) - line <= 3
    assert "expected" in ended.err
    assert "found" in ended.err
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("option", "value", "said"),
    [
        ("--scenario", "offer", "offers"),
        ("--requirement", "NET-003", "NET-03"),
        ("--profile", "twiin-nodes", "twiin-node"),
        ("--release", "9.9", "1.5"),
        ("--expect", "absent.yaml", "absent.yaml"),
        ("--agreements", "nowhere", "nowhere"),
        ("--lang", "fr", "'nl', 'en'"),
        ("-k", "(", "("),
        ("-n", "many", "many"),
    ],
)
def test_an_unknown_name(small: Path, commands: Commands, here: Path, option: str, value: str, said: str) -> None:
    refused(commands("run", str(small), option, value, cwd=here), said)
    assert list(here.iterdir()) == []


def test_the_reference_node_knows_no_such_release(commands: Commands, here: Path) -> None:
    refused(commands("run", "--release", "9.9", cwd=here), "9.9", "1.5")
    assert list(here.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("expect: x\nfindings:\n  nothing: {verdict: fail, reason: x}\n", "expected.yaml:3:3"),
        ("expect: x\nfindings:\n  a::NET-03: {verdict: bad, reason: x}\n", "expected.yaml:3:"),
        ("expect: x\nfindings:\n  a::NET-03: {verdict: fail}\n", "reason"),
        ("expect: x\nfindings:\n  a::NET-999: {verdict: fail, reason: x}\n", "NET-999"),
    ],
    ids=["id", "verdict", "no reason", "no such requirement"],
)
def test_a_wrong_known_failure_list(small: Path, commands: Commands, here: Path, content: str, said: str) -> None:
    (here / "expected.yaml").write_text(content)
    refused(commands("run", str(small), "--expect", "expected.yaml", cwd=here), said)
    assert [path.name for path in here.iterdir()] == ["expected.yaml"]


def test_out_that_holds_something(small: Path, commands: Commands, here: Path) -> None:
    (here / "run").mkdir()
    (here / "run" / "precious").write_text("mine")
    refused(commands("run", str(small), "--out", "run", cwd=here), "run is not empty", "--out")
    assert [path.name for path in here.rglob("*")] == ["run", "precious"]


def test_out_that_holds_something_with_workers(small: Path, commands: Commands, here: Path) -> None:
    (here / "run").mkdir()
    (here / "run" / "precious").write_text("mine")
    refused(commands("run", str(small), "-n", "2", "--out", "run", cwd=here), "run is not empty", "--out")


def test_dutch(small: Path, commands: Commands, here: Path) -> None:
    ended = commands("run", str(small), "--scenario", "offer", "--lang", "nl", cwd=here)
    refused(ended, "Bedoelde u 'offers'?")
    assert "Did you mean" not in ended.err


def test_a_hostile_value_cannot_steer_the_terminal(small: Path, commands: Commands, here: Path) -> None:
    ended = commands("run", str(small), "--scenario", "\x1b]0;owned\x07[red]", cwd=here)
    refused(ended, "[red]")
    assert "\x1b" not in ended.err
    assert "\x07" not in ended.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nope",), "nope"),
        (("run", "--relase", "1.5"), "--release"),
        (("run", "one.yaml", "two.yaml"), "two.yaml"),
        (("judge",), "FOLDER"),
        (("explain", "NET-003"), "NET-03"),
        (("faults", "NET-F-O1"), "NET-F-"),
        (("faults", "--check", "absent.json"), "absent.json"),
        (("node", "start", "--fault", "NET-F-O1"), "NET-F-O1"),
        (("node", "start", "--release", "9.9"), "9.9"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_wrong_command_line(commands: Commands, here: Path, arguments: tuple[str, ...], said: str) -> None:
    ended = commands(*arguments, cwd=here)
    assert ended.code == 4, ended.err
    assert said in ended.err
    assert "Traceback" not in ended.err
    assert list(here.iterdir()) == []


def test_an_export_that_is_none_and_a_sheet_that_cannot_be_written_are_told(
    small: Path, here: Path, commands: Commands
) -> None:
    refused(commands("data", "learn", str(small), "none.json", cwd=here), "none.json:1:1", "FHIR in JSON or XML")
    commands("data", "export", "data", cwd=here)
    learnt = commands("data", "learn", str(small), "data/bgz/anna.xml", "--sheet", "no/sheet.json", cwd=here)
    refused(learnt, "--sheet", "a file you may write to")


def test_an_unsigned_sheet_is_told(small: Path, here: Path, commands: Commands) -> None:
    (small.parent / "sheet.json").write_text('{"sheet": "mine", "patients": {}}', encoding="utf-8")
    path = changed(small, here, data="own", sheet="sheet.json")
    refused(commands("plan", str(path), cwd=here), "signed: expected a name, a day and a statement", "'signed'")
