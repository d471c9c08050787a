"""`node start`, `pki export` and `data export` as a user meets them."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pydicom
import pytest
import typer
from cryptography import x509
from fhir.resources.STU3.bundle import Bundle
from joserfc.jwk import KeySet
from typer.testing import CliRunner

from conformance.agreements.catalogue import load_catalogue
from conformance.agreements.nodefile import load_node
from conformance.agreements.template import node_template
from conformance.cli import data, node, pki
from conformance.codecs.fhir_xml import from_xml
from conformance.synthesis.patients import patients

RUNNER = CliRunner()


def test_the_data_set_can_be_loaded_into_a_node(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "data"
    result = RUNNER.invoke(data.app, ["export", str(folder)])
    assert result.exit_code == 0, result.output
    listed = json.loads((folder / "patients.json").read_text(encoding="utf-8"))
    assert {one["role"]: one["bsn"] for one in listed} == {
        role: one.bsn for role, one in patients().items() if one.known
    }
    for role in ("anna", "bram", "cees", "dina", "evert"):
        text = (folder / "bgz" / f"{role}.json").read_text(encoding="utf-8")
        bundle = Bundle.model_validate_json(text)
        assert bundle.type == "transaction"
        xml = from_xml((folder / "bgz" / f"{role}.xml").read_bytes())
        assert json.loads(json.dumps(xml, default=float)) == json.loads(text)
    files = sorted((folder / "studies").rglob("*.dcm"))
    assert files
    assert pydicom.dcmread(files[0], stop_before_pixels=True).StudyInstanceUID


def test_the_pki_can_be_trusted_by_a_node(tmp_path: Path) -> None:
    result = RUNNER.invoke(pki.app, ["export", str(tmp_path / "pki")])
    assert result.exit_code == 0, result.output
    x509.load_pem_x509_certificate((tmp_path / "pki" / "root.pem").read_bytes())
    keys = json.loads((tmp_path / "pki" / "signing.jwks.json").read_text(encoding="utf-8"))
    registered = KeySet.import_key_set(keys).keys[0]
    assert registered.kid == "suite-signing-1"
    assert not registered.is_private


@pytest.mark.parametrize("app", [data.app, pki.app])
@pytest.mark.parametrize("lang", ["nl", "en"])
def test_nothing_is_overwritten(tmp_path: Path, app: typer.Typer, lang: str) -> None:
    (tmp_path / "mine").write_text("x", encoding="utf-8")
    result = RUNNER.invoke(app, ["export", str(tmp_path), "--lang", lang])
    assert result.exit_code == 4
    assert "is not empty" in result.output
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


@pytest.mark.parametrize(("option", "word"), [("--fault", "no such fault: NOPE"), ("--release", "not NOPE")])
def test_an_unknown_fault_or_release_is_wrong_usage(option: str, word: str) -> None:
    result = RUNNER.invoke(node.app, ["start", option, "NOPE"])
    assert result.exit_code == 4
    assert word in result.output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_node_runs_until_it_is_told_to_stop(tmp_path: Path, number: int) -> None:
    command = [sys.executable, "-c", "from conformance.cli.node import app; app()", "start", "--folder", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        assert running.stdout.readline().startswith("https://localhost:")
        assert running.stdout.readline().strip() == str(tmp_path / "node.yaml")
        running.stdout.readline()
        running.send_signal(number)
        _, errors = running.communicate(timeout=10)
    assert (running.returncode, errors) == (0, "")


@pytest.mark.parametrize("lang", ["nl", "en"])
def test_the_first_node_file_names_the_files_of_the_pki(tmp_path: Path, lang: str) -> None:
    """In the order of README.md: `init`, then `pki export pki`, and no file is left to name."""
    assert RUNNER.invoke(pki.app, ["export", str(tmp_path / "pki")]).exit_code == 0
    text = node_template(load_catalogue(), lang, "node.yaml")
    (tmp_path / "node.yaml").write_text(text, encoding="utf-8")
    loaded = load_node(tmp_path / "node.yaml", load_catalogue())
    keys = json.loads((tmp_path / "pki" / "signing.jwks.json").read_bytes())["keys"]
    assert [key["kid"] for key in keys] == [loaded.trust.signing_key_id]
    written_on = [line.partition("# ")[2] for line in text.splitlines() if "pki/client-" in line and "# " in line]
    assert all((tmp_path / name).is_file() for line in written_on for name in re.findall(r"pki/[\w.-]+", line))
