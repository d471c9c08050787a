"""Starts image archives that others wrote, on loopback, with the synthetic studies loaded, and ends them again."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

import pytest

from conformance.codecs.multipart import join
from conformance.synthesis.patients import patients
from conformance.synthesis.pki import TestPki
from conformance.synthesis.studies import instances_of, studies

ORTHANC_PLUGIN = Path("/usr/share/orthanc/plugins/libOrthancDicomWeb.so")
TINY_PACS = os.environ.get("TWIIN_TINY_PACS", "tiny-pacs")
"""The command of tiny-pacs, which lives in a virtual environment of its own."""
PATIENCE_S = 30
_TLS = "ssl-min-ver TLSv1.3 no-tls-tickets"


def needed(command: str) -> str:
    """The path of a program; skips the test when it is missing, and fails it in CI, where a peer may not be missing."""
    found = shutil.which(command)
    if found is None:
        reason = f"{command} is not installed; .ci/run installs it"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return found


@contextmanager
def orthanc(folder: Path, port: int) -> Iterator[str]:
    """Debian's Orthanc with its DICOMweb plugin; gives its base address."""
    program = needed("Orthanc")
    settings = {
        "Name": "peer",
        "StorageDirectory": str(folder / "db"),
        "IndexDirectory": str(folder / "db"),
        "Plugins": [str(ORTHANC_PLUGIN)],
        "HttpPort": port,
        "RemoteAccessAllowed": False,
        "AuthenticationEnabled": False,
        "DicomServerEnabled": False,
        "DicomWeb": {"Enable": True, "Root": "/dicom-web/"},
    }
    (folder / "db").mkdir()
    configuration = folder / "orthanc.json"
    configuration.write_text(json.dumps(settings))
    with _running([program, str(configuration)], folder, port, "/dicom-web/studies?limit=1"):
        yield f"http://127.0.0.1:{port}/dicom-web"


@contextmanager
def tiny_pacs(folder: Path, port: int, dimse_port: int) -> Iterator[str]:
    """tiny-pacs from PyPI with its DICOMweb component, storage in memory; gives its base address."""
    program = needed(TINY_PACS)
    configuration = folder / "tiny-pacs.yml"
    settings = {
        "ae": {"ae_title": ["TINY_PACS"], "port": dimse_port, "dump_ds": False},
        "log": {"version": 1, "root": {"level": "WARNING"}},
        "components": {
            "HttpServer": {"on": True, "host": "127.0.0.1", "port": port},
            "DICOMWeb": {"on": True},
        },
    }
    configuration.write_text(json.dumps(settings))
    with _running([program, "run", "-c", str(configuration)], folder, port, "/dicomweb/studies?limit=1"):
        yield f"http://127.0.0.1:{port}/dicomweb"


@contextmanager
def mutual_tls(
    folder: Path, pki: TestPki, *, port: int, behind: int, verify: str = "required", rules: Sequence[str] = ()
) -> Iterator[None]:
    """haproxy as the gateway in front: TLS 1.3, a client certificate of the test root, nobody revoked.

    `verify` and `rules` are its own words, for a gateway that is more lenient than that.
    """
    program = needed("haproxy")
    pem = folder / "front.pem"
    pem.write_bytes(pki.server.certificate.read_bytes() + pki.server.key.read_bytes())
    configuration = folder / "haproxy.cfg"
    lines = "".join(f"  {rule}\n" for rule in rules)
    configuration.write_text(f"""
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend front
  bind 127.0.0.1:{port} ssl crt {pem} ca-file {pki.root} crl-file {pki.crl} verify {verify} {_TLS}
{lines}  default_backend archive
backend archive
  server archive 127.0.0.1:{behind}
""")
    with _running([program, "-db", "-f", str(configuration)], folder, port, None):
        yield


def load(base: str) -> int:
    """Store the synthetic studies (STOW-RS, PS3.18 section 10.5), one request each; gives their number."""
    host, _, path = base.removeprefix("http://").partition("/")
    connection = HTTPConnection(host, timeout=PATIENCE_S)
    instances = instances_of(studies(patients()))
    for instance in instances:
        body = join([({"Content-Type": "application/dicom"}, instance.file)], "stow-boundary")
        headers = {
            "Content-Type": 'multipart/related; type="application/dicom"; boundary=stow-boundary',
            "Accept": "application/dicom+json",
        }
        connection.request("POST", f"/{path}/studies", body, headers)
        answer = connection.getresponse()
        said = answer.read()
        assert answer.status == 200, said
    connection.close()
    return len(instances)


@contextmanager
def _running(command: Sequence[str], folder: Path, port: int, path: str | None) -> Iterator[None]:
    with (folder / f"{Path(command[0]).name}.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log)
        try:
            _wait(process, port, path, Path(log.name))
            yield
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
            if process.poll() is None:
                process.kill()
                process.wait()


def _wait(process: subprocess.Popen[bytes], port: int, path: str | None, log: Path) -> None:
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and process.poll() is None:
        if _answers(port, path):
            return
        time.sleep(0.1)
    pytest.fail(f"{process.args} does not answer:\n{log.read_text(errors='replace')[-2000:]}")


def _answers(port: int, path: str | None) -> bool:
    with closing(HTTPConnection("127.0.0.1", port, timeout=2)) as connection, suppress(OSError, HTTPException):
        connection.connect()
        if path is None:
            return True
        connection.request("GET", path, headers={"Connection": "close"})
        answer = connection.getresponse()
        answer.read()
        return answer.status < 500
    return False
