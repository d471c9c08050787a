"""Packages from a registry served on loopback, and from a file."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from conformance.cli.packages import app
from conformance.cli.telling import USAGE
from conformance.upkeep.fhir_packages import Registry, add, unpack
from conformance.validation.fhir.definitions import DefinitionError
from conformance.validation.fhir.definitions.packages import installed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def packed(name: str, version: str, **manifest: Any) -> bytes:
    """A package as a registry serves it."""
    content = json.dumps({"name": name, "version": version} | manifest).encode()
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w:gz") as archive:
        info = tarfile.TarInfo("package/package.json")
        info.size = len(content)
        archive.addfile(info, io.BytesIO(content))
    return made.getvalue()


class Shelf(ThreadingHTTPServer):
    """A registry: answers by path."""

    answers: dict[str, bytes]

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def put(self, name: str, *versions: str, **manifest: Any) -> None:
        listed = {}
        for version in versions:
            data = packed(name, version, **manifest)
            self.answers[f"/{name}/{version}"] = data
            integrity = "sha512-" + base64.b64encode(hashlib.sha512(data).digest()).decode()
            listed[version] = {"dist": {"tarball": f"{self.url}/{name}/{version}", "integrity": integrity}}
        self.answers[f"/{name}"] = json.dumps({"name": name, "versions": listed}).encode()


class Clerk(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        assert isinstance(self.server, Shelf)
        data = self.server.answers.get(self.path)
        self.send_response(404 if data is None else 200)
        self.send_header("Content-Length", str(len(data or b"")))
        self.end_headers()
        self.wfile.write(data or b"")

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@pytest.fixture
def shelf() -> Iterator[Shelf]:
    server = Shelf(("127.0.0.1", 0), Clerk)
    server.answers = {}
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_package_and_its_dependencies_are_installed(shelf: Shelf, tmp_path: Path) -> None:
    shelf.put("test.base", "1.0.0", "1.1.0", "2.0.0-beta")
    shelf.put("test.own", "0.1.0", dependencies={"test.base": "1.x", "hl7.fhir.r4.core": "4.0.1"})
    said: list[str] = []
    with (registry := Registry(shelf.url)).session:
        registry.install("test.own", tmp_path, told=said.append)

    assert installed(tmp_path) == {"test.base": ["1.1.0"], "test.own": ["0.1.0"]}
    assert any("its digest ships with the suite" in each for each in said)
    assert not list(tmp_path.glob(".new-*"))


def test_a_package_that_is_there_is_not_fetched_again(shelf: Shelf, tmp_path: Path) -> None:
    shelf.put("test.own", "0.1.0")
    with (registry := Registry(shelf.url)).session:
        assert registry.install("test.own#0.1.0", tmp_path)[0].new
        shelf.answers.clear()
        assert not registry.install("test.own#0.1.0", tmp_path)[0].new


def refused(shelf: Shelf, reference: str, folder: Path) -> str:
    """The message when an installation fails; the folder stays clean."""
    with (registry := Registry(shelf.url)).session, pytest.raises(DefinitionError) as raised:
        registry.install(reference, folder)
    assert installed(folder) == {}
    return str(raised.value)


def test_a_version_that_is_not_there_is_told_with_those_that_are(shelf: Shelf, tmp_path: Path) -> None:
    shelf.put("test.own", "0.1.0")

    assert "it has: 0.1.0" in refused(shelf, "test.own#9.9.9", tmp_path)


def test_an_unknown_package_is_told(shelf: Shelf, tmp_path: Path) -> None:
    assert "answered 404" in refused(shelf, "test.none", tmp_path)


def test_other_bytes_than_announced_are_refused(shelf: Shelf, tmp_path: Path) -> None:
    shelf.put("test.own", "0.1.0")
    shelf.answers["/test.own/0.1.0"] = packed("test.own", "0.1.0", title="something else")

    assert "not those the registry's listing announces" in refused(shelf, "test.own", tmp_path)


def test_another_package_than_asked_is_told(shelf: Shelf, tmp_path: Path) -> None:
    shelf.answers["/test.own"] = json.dumps({"versions": {"0.1.0": {}}}).encode()
    shelf.answers["/test.own/0.1.0"] = packed("test.other", "6.6.6")
    with (registry := Registry(shelf.url)).session, pytest.raises(DefinitionError, match=r"gave test\.other#6\.6\.6"):
        registry.install("test.own", tmp_path)


@pytest.mark.parametrize("answer", [b"", b"[]", b"null", b'{"versions": 3}', b"<html>"])
def test_an_answer_that_is_no_listing_is_told(shelf: Shelf, tmp_path: Path, answer: bytes) -> None:
    shelf.answers["/test.own"] = answer

    assert "no package listing" in refused(shelf, "test.own", tmp_path)


def test_a_registry_that_is_not_there_is_told_with_the_way_out(tmp_path: Path) -> None:
    with (
        (registry := Registry("http://127.0.0.1:9")).session,
        pytest.raises(DefinitionError, match="conformance packages add"),
    ):
        registry.install("test.own", tmp_path)


@pytest.mark.parametrize("name", ["../../evil", "test.own#1", "", "a/b"])
def test_a_manifest_cannot_choose_the_place(tmp_path: Path, name: str) -> None:
    with pytest.raises(DefinitionError, match="no package name and version"):
        unpack(packed(name, "1.0.0"), "evil.tgz", tmp_path / "packages")
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_added_and_listed(shelf: Shelf, tmp_path: Path) -> None:
    file = tmp_path / "own.tgz"
    file.write_bytes(packed("test.own", "0.1.0"))
    folder = tmp_path / "packages"
    run = CliRunner()

    first = run.invoke(app, ["add", str(file), "--folder", str(folder)])
    again = run.invoke(app, ["add", str(file), "--folder", str(folder)])
    listed = run.invoke(app, ["list", "--folder", str(folder)])
    assert (first.exit_code, first.output) == (0, "test.own#0.1.0: added\n")
    assert "was there" in again.output
    assert "test.own#0.1.0" in listed.output
    assert "hl7.fhir.r4.core (digest" in listed.output


def test_the_command_installs_and_says_why_it_cannot(shelf: Shelf, tmp_path: Path) -> None:
    shelf.put("test.own", "0.1.0")
    run = CliRunner()

    good = run.invoke(app, ["install", "test.own", "--registry", shelf.url, "--folder", str(tmp_path)])
    bad = run.invoke(app, ["install", "test.none", "--registry", shelf.url, "--folder", str(tmp_path)])
    assert good.exit_code == 0
    assert "test.own#0.1.0: installed" in good.output
    assert bad.exit_code == USAGE
    assert "answered 404" in bad.output


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DefinitionError, match="cannot be read"):
        add(tmp_path / "none.tgz", tmp_path)
